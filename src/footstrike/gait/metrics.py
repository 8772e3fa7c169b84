"""What a whole recording says: cadence, contact and flight, bounce, and a verdict per foot."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from footstrike.data import (
    FEET,
    STRIKE_CLASSES,
    UNKNOWN,
    BoolArray,
    FloatArray,
    Foot,
    FootVerdict,
    Measure,
    SeenSide,
    Speed,
    Statistic,
    Step,
    StrikeType,
)
from footstrike.gait.contacts.trunk import TrunkStep
from footstrike.gait.overstride import ankle_place, overstride_level
from footstrike.gait.reference import Reference

REGULAR_WITHIN = 0.25
"""Step intervals within this share of the median are of one steady run."""
COMMON_ERROR = 0.9
"""Share of a measure's error variance that all steps of a clip have in common, so that it does not average
out: on runners left out of training the clips' means scatter nearly as much as single steps."""
DROP_SE_LEG = 0.01
"""Landmarks on rendered runners against their true motion: the trunk's fall is within about a tenth."""
LEAST_VERDICT_PROBABILITY = 0.65
LEAST_FOR_OVERSTRIDE = 3
"""One landing that was timed wrongly must not make an overstride."""
MOST_EVIDENCE = 2.0
"""Ten landings and more count as this many, since the steps of one clip share most of their error. On runners
left out of training the verdicts are then right as often as they say."""


def statistic(measures: Sequence[Measure]) -> Statistic:
    """Summarise known measures: n, mean, SD over steps, and the standard error of the mean.

    The standard error holds the scatter of the steps and the error that they have in common.
    """
    known = [measure for measure in measures if measure.known]
    if not known:
        return Statistic(0, math.nan, math.nan, math.nan)
    values = np.array([measure.value for measure in known])
    sd = float(values.std(ddof=1)) if values.size > 1 else math.nan
    own_se = sd / math.sqrt(values.size) if values.size > 1 else known[0].se
    common_se = math.sqrt(COMMON_ERROR) * float(np.mean([measure.se for measure in known]))
    return Statistic(values.size, float(values.mean()), sd, math.hypot(own_se, common_se))


def mean_of(statistic: Statistic) -> Measure:
    """Return a statistic's mean with its standard error."""
    return Measure(statistic.mean, statistic.se)


def step_intervals_s(bouts: Sequence[Sequence[Step]]) -> FloatArray:
    """Return the times from each contact to the next within the bouts."""
    times = [np.array([step.contact.contact_s.value for step in steps]) for steps in bouts]
    return np.concatenate([np.diff(contacts) for contacts in times]) if times else np.zeros(0)


def regular(intervals_s: FloatArray) -> BoolArray:
    """Return which step intervals fit the typical one; the others hide a missed step or a change of playback speed."""
    if intervals_s.size == 0:
        return np.zeros(0, dtype=bool)
    typical_s = np.quantile(intervals_s, 0.5, method="lower")  # one of them, so that at least one is regular
    return np.asarray(np.abs(intervals_s / typical_s - 1) <= REGULAR_WITHIN)


def regular_share(intervals_s: FloatArray) -> float:
    """Return the share of the step intervals that fit the typical one; 1 without any."""
    return float(regular(intervals_s).mean()) if intervals_s.size else 1.0


def cadence_spm(bouts: Sequence[Sequence[Step]], relative_time_se: float) -> Measure:
    """Return steps per minute from the mean of all regular step intervals.

    Parameters
    ----------
    bouts
        The steps of each bout, in time order.
    relative_time_se
        Relative error of the clock (slow motion that was estimated).
    """
    intervals_s = step_intervals_s(bouts)
    if intervals_s.size == 0:
        return UNKNOWN
    kept_s = intervals_s[regular(intervals_s)]
    contact_se_s = float(np.mean([step.contact.contact_s.se for steps in bouts for step in steps]))
    ends_s = math.sqrt(2 * len(bouts)) * contact_se_s
    value = 60 / float(kept_s.mean())
    return Measure(value, value * math.hypot(ends_s / float(kept_s.sum()), relative_time_se))


STEP_METRICS: Mapping[str, Callable[[Step], Measure]] = {
    "contact_time_ms": lambda step: scaled(step.contact.duration_s, 1000),
    "flight_time_ms": lambda step: scaled(step.flight_s, 1000),
    "foot_strike_angle_deg": lambda step: step.landing.foot_strike_angle_deg,
    "shank_angle_deg": lambda step: step.landing.shank_angle_deg,
    "ankle_hip_distance_leg": lambda step: step.landing.ankle_hip_distance_leg,
    "knee_flexion_deg": lambda step: step.landing.knee_flexion_deg,
    "trunk_lean_deg": lambda step: step.landing.trunk_lean_deg,
    "ankle_angle_deg": lambda step: step.motion.ankle_angle_deg,
    "knee_flexion_stance_deg": lambda step: step.motion.knee_flexion_stance_deg,
    "body_lean_deg": lambda step: step.motion.body_lean_deg,
    "waist_bend_deg": lambda step: step.motion.waist_bend_deg,
    "heel_pull_up_leg": lambda step: step.motion.heel_pull_up_leg,
    "knee_drive_deg": lambda step: step.motion.knee_drive_deg,
    "thigh_extension_deg": lambda step: step.motion.thigh_extension_deg,
    "toe_drop_ms": lambda step: scaled(foot_flat_s(step, "heel"), 1000),
    "heel_drop_ms": lambda step: scaled(foot_flat_s(step, "forefoot"), 1000),
}


def foot_flat_s(step: Step, strike: StrikeType) -> Measure:
    """Return the time until the foot lies flat if it landed in a certain way; unknown otherwise."""
    return step.motion.foot_flat_s if step.strike.type == strike else UNKNOWN


def scaled(measure: Measure, factor: float) -> Measure:
    """Return a measure in another unit."""
    return Measure(factor * measure.value, factor * measure.se)


def step_metrics(
    steps: Sequence[Step], cadence: Measure, relative_time_se: float = 0.0
) -> dict[str, dict[str, Statistic]]:
    """Summarise every step metric over all steps and per foot, duty factor included.

    The duty factor is contact time over stride time (biomechanics references, van Oeveren); the clock's error is in
    both, so it has none.

    Parameters
    ----------
    steps
        All steps of the recording.
    cadence
        Steps per minute.
    relative_time_se
        Relative error of the clock (slow motion that was estimated): all times have it in common.
    """
    strides_per_s = cadence.value / 120

    def duty_factor(step: Step) -> Measure:
        return scaled(step.contact.duration_s, strides_per_s)

    of = {**STEP_METRICS, "duty_factor": duty_factor}
    groups = {"all": list(steps)} | {foot: [s for s in steps if s.contact.foot == foot] for foot in FEET}
    return {
        name: {
            group: _with_clock_error(name, statistic([measure(step) for step in members]), relative_time_se)
            for group, members in groups.items()
        }
        for name, measure in of.items()
    }


def clock_se(name: str, relative_time_se: float) -> float:
    """Return the share of a metric that the clock is off: of times, where anything is known of the clock's error."""
    return relative_time_se if name.endswith("_ms") and relative_time_se > 0 else 0.0


def _with_clock_error(name: str, statistic: Statistic, relative_time_se: float) -> Statistic:
    return replace(statistic, se=math.hypot(statistic.se, clock_se(name, relative_time_se) * statistic.mean))


def vertical_oscillation(trunk_steps: Sequence[TrunkStep]) -> dict[str, Statistic]:
    """Summarise how far the trunk falls in each step, in leg lengths."""
    seen = [Measure(step.drop_leg, DROP_SE_LEG) for step in trunk_steps if not step.predicted]
    return {"all": statistic(seen)}


def verdict(foot: Foot, steps: Sequence[Step], speed: Speed, reference: Reference) -> FootVerdict | None:
    """Say how one foot usually lands, its ankle against runners of that speed; ``None`` without any landing of it."""
    mine = [step for step in steps if step.contact.foot == foot]
    if not mine:
        return None
    seen = _usual_class([(s.strike.p_heel, s.strike.p_midfoot, s.strike.p_forefoot) for s in mine])
    best, usually = int(np.argmax(seen)), _of_a_few(seen, len(mine))
    clear = seen[best] >= LEAST_VERDICT_PROBABILITY
    usual: StrikeType = STRIKE_CLASSES[best] if clear else "unclear"
    shank, hip = (
        mean_of(statistic([STEP_METRICS[name](step) for step in mine]))
        for name in ("shank_angle_deg", "ankle_hip_distance_leg")
    )
    ankle = ankle_place(shank, hip, speed, reference)
    measured = sum(step.landing.shank_angle_deg.known for step in mine)
    return FootVerdict(
        foot=foot,
        side=_side_of(mine),
        strike=usual,
        probability=float(usually[best]),
        p_heel=float(usually[0]),
        counts={name: sum(s.strike.type == name for s in mine) for name in (*STRIKE_CLASSES, "unclear")},
        shank_angle_deg=shank,
        overstride=overstride_level(ankle.shank_percentile) if measured >= LEAST_FOR_OVERSTRIDE else "unclear",
        ankle=ankle,
    )


def _side_of(steps: Sequence[Step]) -> SeenSide:
    """Return which side of the runner a foot's steps are on; in passes there and back it is both."""
    sides = {step.contact.side for step in steps}
    return sides.pop() if len(sides) == 1 else "both"


def _usual_class(probabilities: Sequence[tuple[float, float, float]]) -> np.ndarray:
    """Combine step probabilities: their mean, sharpened by the evidence that is independent."""
    mean_log = np.mean(np.log(np.clip(probabilities, 1e-4, 1)), axis=0)
    weight = 1 + (MOST_EVIDENCE - 1) * (min(len(probabilities), 10) - 1) / 9
    scores = np.exp(weight * (mean_log - mean_log.max()))
    return np.asarray(scores / scores.sum())


def _of_a_few(probabilities: np.ndarray, landings: int) -> np.ndarray:
    """Return what so many landings say of a foot's usual way.

    It is drawn towards knowing nothing: by half for one landing, by a quarter for two, by a fiftieth for ten.
    """
    unknown = 1 / (1 + landings * (landings + 1) / 2)
    return np.asarray((1 - unknown) * probabilities + unknown / len(probabilities))
