"""What a whole recording says: cadence, contact and flight, bounce, symmetry, and a verdict per foot."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from footstrike.data import (
    FEET,
    STRIKE_CLASSES,
    UNKNOWN,
    Foot,
    FootVerdict,
    Measure,
    Statistic,
    Step,
    StrikeType,
)
from footstrike.gait.contacts.trunk import TrunkStep
from footstrike.gait.overstride import overstride_level

SYSTEMATIC_SHANK_DEG = 1.2
"""Error of the shank angle that is the same in every step of a clip and does not average out."""
LEAST_VERDICT_PROBABILITY = 0.6
STEP_DEPENDENCE = 0.35
"""Steps of one clip share most of their error; evidence counts as if this share were independent."""


def statistic(values: Sequence[float]) -> Statistic:
    """Summarise known values: n, mean, SD, standard error of the mean (NaN where too few)."""
    known = np.array([value for value in values if math.isfinite(value)])
    if known.size == 0:
        return Statistic(0, math.nan, math.nan, math.nan)
    sd = float(known.std(ddof=1)) if known.size > 1 else math.nan
    return Statistic(int(known.size), float(known.mean()), sd, sd / math.sqrt(known.size))


def cadence_spm(bouts: Sequence[Sequence[Step]], relative_time_se: float) -> Measure:
    """Return steps per minute over all bouts: steps taken over the time between first and last.

    ``relative_time_se`` is the relative error of the clock (slow motion that was estimated).
    """
    taken = sum(_steps_taken(steps) for steps in bouts)
    spans = [steps[-1].contact.contact_s.value - steps[0].contact.contact_s.value for steps in bouts if len(steps) > 1]
    if taken == 0:
        return UNKNOWN
    span_s = sum(spans)
    ends_s = math.sqrt(2 * len(spans)) * float(np.mean([s.contact.contact_s.se for steps in bouts for s in steps]))
    value = 60 * taken / span_s
    return Measure(value, value * math.hypot(ends_s / span_s, relative_time_se))


def _steps_taken(steps: Sequence[Step]) -> int:
    """Return the steps from the first contact to the last, counting any that were missed between."""
    times = np.array([step.contact.contact_s.value for step in steps])
    if times.size < 2:
        return 0
    gaps = np.diff(times)
    return int(np.maximum(1, np.rint(gaps / np.median(gaps))).sum())


STEP_METRICS: Mapping[str, Callable[[Step], float]] = {
    "contact_time_ms": lambda step: 1000 * step.contact.duration_s.value,
    "flight_time_ms": lambda step: 1000 * step.flight_s.value,
    "foot_strike_angle_deg": lambda step: step.landing.foot_strike_angle_deg.value,
    "shank_angle_deg": lambda step: step.landing.shank_angle_deg.value,
    "ankle_hip_distance_leg": lambda step: step.landing.ankle_hip_distance_leg.value,
    "knee_flexion_deg": lambda step: step.landing.knee_flexion_deg.value,
    "trunk_lean_deg": lambda step: step.landing.trunk_lean_deg.value,
}


def step_metrics(steps: Sequence[Step], cadence: Measure) -> dict[str, dict[str, Statistic]]:
    """Summarise every step metric over all steps and per foot, duty factor included.

    The duty factor is contact time over stride time (biomechanics references, van Oeveren).
    """
    stride_s = 120 / cadence.value if cadence.known else math.nan

    def duty_factor(step: Step) -> float:
        return step.contact.duration_s.value / stride_s

    of = {**STEP_METRICS, "duty_factor": duty_factor}
    groups = {"all": list(steps)} | {foot: [s for s in steps if s.contact.foot == foot] for foot in FEET}
    return {
        name: {group: statistic([value(step) for step in members]) for group, members in groups.items()}
        for name, value in of.items()
    }


def vertical_oscillation(trunk_steps: Sequence[TrunkStep]) -> dict[str, Statistic]:
    """Summarise how far the trunk falls in each step, in leg lengths."""
    return {"all": statistic([step.drop_leg for step in trunk_steps if not step.predicted])}


def verdict(foot: Foot, steps: Sequence[Step]) -> FootVerdict | None:
    """Say how one foot usually lands; ``None`` without any landing of it."""
    mine = [step for step in steps if step.contact.foot == foot]
    if not mine:
        return None
    probabilities = _usual_class([(s.strike.p_heel, s.strike.p_midfoot, s.strike.p_forefoot) for s in mine])
    best = int(np.argmax(probabilities))
    clear = probabilities[best] >= LEAST_VERDICT_PROBABILITY
    usual: StrikeType = STRIKE_CLASSES[best] if clear else "unclear"
    shank = statistic([step.landing.shank_angle_deg.value for step in mine])
    se = math.hypot(SYSTEMATIC_SHANK_DEG, shank.se if math.isfinite(shank.se) else mine[0].landing.shank_angle_deg.se)
    ahead = Measure(shank.mean, se) if shank.n else UNKNOWN
    return FootVerdict(
        foot=foot,
        side=mine[0].contact.side,
        strike=usual,
        probability=float(probabilities[best]),
        counts={name: sum(s.strike.type == name for s in mine) for name in (*STRIKE_CLASSES, "unclear")},
        shank_angle_deg=ahead,
        overstride=overstride_level(ahead),
    )


def _usual_class(probabilities: Sequence[tuple[float, float, float]]) -> np.ndarray:
    """Combine step probabilities: their mean, sharpened by the evidence that is independent."""
    mean_log = np.mean(np.log(np.clip(probabilities, 1e-4, 1)), axis=0)
    weight = 1 + STEP_DEPENDENCE * (min(len(probabilities), 10) - 1) / 9
    scores = np.exp(weight * (mean_log - mean_log.max()))
    return np.asarray(scores / scores.sum())
