"""From the trunk's fall and the foot's settling to the moments of initial contact and toe-off.

The trunk gives every step and its period; what it cannot know is how long before the trunk's half
fall the foot touched, since that grows with the share of the step spent on the ground. The joints
of the landing foot, and those of the foot that leaves, say how long; a learned linear rule weighs
them. All inputs are phases of the step, so slow motion and frame rate drop out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from footstrike.data import FloatArray, Foot, Measure
from footstrike.gait.contacts.ground_speed import ground_speed_s
from footstrike.gait.contacts.settling import FootPaths, landing_s, lift_off_s
from footstrike.gait.contacts.shoe_drop import shoe_drop_s
from footstrike.gait.contacts.trunk import TrunkStep, resample_evenly
from footstrike.gait.runner_frame import Bout
from footstrike.gait.signals import between, low_pass, sampling_rate_hz

LANDING_HEIGHTS_LEG = {"ankle": (0.03, 0.06)}
LIFT_OFF_HEIGHTS_LEG = {"heel": (0.1, 0.15), "ankle": (0.1, 0.15)}
GROUND_SPEED_SHARES = {"ankle": (0.3, 0.6), "heel": (0.3, 0.6), "toe": (0.3, 0.6)}
WAVE_PHASES = np.arange(-6, 7) / 12
WAVE_CUTOFF_STEPS = 3.0
WAVE_REACH_STEPS = 1.5
FIRST_PHASE = -0.45
LAST_PHASE_OF_CONTACT = 0.32
LAST_PHASE_OF_TOE_OFF = 0.95
"""Part of the step, after the trunk's fall, that the rules for contact and toe-off look at."""
MOST_SPREADS = 3.0
"""A phase further from its mean than this many spreads is a fault of single frames and counts as this far."""
OWN_SHARE = 0.6
LARGEST_OWN_PHASE = 0.02
"""What one step may add to its foot's typical phase: a share of its own deviation, up to a limit."""
FOOT_SHARE = 0.5
"""The two feet of a runner land much alike: this share of what parts their phases is kept."""
PREDICTED_STEP_ERROR = 2.0
"""Factor on the error of a step at a bout's end that was seen only in part."""
SHORTEST_CONTACT_SHARE = 0.3
LONGEST_CONTACT_SHARE = 1.1
"""A runner's foot is on the ground for 0.5 to 0.95 of a step period."""
FRAME_SHARE_SE = 0.29
"""Standard error of a moment known to within one frame, in frames (uniform distribution)."""


def timing_features(bout: Bout, steps: Sequence[TrunkStep], paths: FootPaths) -> list[dict[str, float]]:
    """Describe each step by phases that the timing rules read.

    Returns
    -------
    list of dict
        Per step: ``landing_<joint>_<mm>``, ``ground_speed_<joint>_<percent>``,
        ``lift_off_<joint>_<mm>``, ``shoe_drop`` and ``rise`` (phases after the trunk's fall), and
        ``wave_<k>``, the shape of the trunk's course averaged over the bout.
    """
    wave = _mean_wave(bout.time_s, bout.trunk_height_leg, steps)
    return [{**_phases(bout, paths, step), **wave} for step in steps]


def _phases(bout: Bout, paths: FootPaths, step: TrunkStep) -> dict[str, float]:
    moments = {
        f"landing_{joint}_{round(1000 * above):03d}": landing_s(paths, step, joint, above)
        for joint, heights in LANDING_HEIGHTS_LEG.items()
        for above in heights
    }
    moments |= {
        f"ground_speed_{joint}_{round(100 * share)}": at_s
        for joint, shares in GROUND_SPEED_SHARES.items()
        for share, at_s in zip(shares, ground_speed_s(paths, step, joint, shares), strict=True)
    }
    moments |= {
        f"lift_off_{joint}_{round(1000 * above):03d}": lift_off_s(paths, step, joint, above)
        for joint, heights in LIFT_OFF_HEIGHTS_LEG.items()
        for above in heights
    }
    moments |= {"shoe_drop": shoe_drop_s(bout.time_s, bout.shoe_turn_deg, step), "rise": step.rise_s}
    return {name: (at_s - step.fall_s) / step.period_s for name, at_s in moments.items()}


def _mean_wave(time_s: FloatArray, height_leg: FloatArray, steps: Sequence[TrunkStep]) -> dict[str, float]:
    """Return the trunk's typical course through a step, 0 at the fall, scaled to a range of 1."""
    time, height = resample_evenly(time_s, height_leg)
    rate_hz = sampling_rate_hz(time)
    courses = [_wave(time, height, rate_hz, step) for step in steps if not step.predicted]
    known = [course for course in courses if course is not None]
    mean = np.median(known, axis=0) if known else np.full(WAVE_PHASES.size, math.nan)
    return {f"wave_{k:+d}": float(value) for k, value in zip(range(-6, 7), mean, strict=True)}


def _wave(time: FloatArray, height: FloatArray, rate_hz: float, step: TrunkStep) -> FloatArray | None:
    reach = WAVE_REACH_STEPS * step.period_s
    near = between(time, step.fall_s - reach, step.fall_s + reach)
    phases_s = step.fall_s + WAVE_PHASES * step.period_s
    if near.stop - near.start < 12 or phases_s[0] < time[0] or phases_s[-1] > time[-1]:
        return None
    smooth = low_pass(height[near], rate_hz, WAVE_CUTOFF_STEPS / step.period_s)
    course = np.interp(phases_s, time[near], smooth) - np.interp(step.fall_s, time[near], smooth)
    spread = float(np.ptp(course))
    return np.asarray(course / spread) if spread > 0 else None


def in_full_view(bout: Bout, step: TrunkStep, last_phase: float) -> bool:
    """Return whether a step was filmed from well before landing to ``last_phase`` after the trunk's fall."""
    first_s, last_s = step.fall_s + FIRST_PHASE * step.period_s, step.fall_s + last_phase * step.period_s
    return not step.predicted and first_s >= bout.time_s[0] and last_s <= bout.time_s[-1]


def steadied(phases: Sequence[float], feet: Sequence[Foot], trusted: Sequence[bool]) -> list[float]:
    """Draw every step's phase towards the median of its foot, and both feet towards each other.

    A foot lands much alike from step to step, and one foot much like the other: what one step
    deviates by is mostly the error of its own few frames, and half of what parts the feet is error too.

    Parameters
    ----------
    phases : sequence of float
        Phase of each step's event after the trunk's fall, in step periods.
    feet : sequence of str
        The foot of each step.
    trusted : sequence of bool
        Whether the step was seen in full; the others take their foot's typical phase.
    """
    steps = list(zip(phases, feet, trusted, strict=True))
    typical = {foot: _typical(foot, steps) for foot in set(feet)}
    own = [OWN_SHARE * (phase - typical[foot]) if seen else 0.0 for phase, foot, seen in steps]
    limited = np.clip(own, -LARGEST_OWN_PHASE, LARGEST_OWN_PHASE)
    middle = float(np.mean(list(typical.values())))
    drawn = {foot: middle + FOOT_SHARE * (phase - middle) for foot, phase in typical.items()}
    return [drawn[foot] + float(deviation) for foot, deviation in zip(feet, limited, strict=True)]


def _typical(foot: Foot, steps: Sequence[tuple[float, Foot, bool]]) -> float:
    """Return the median phase of one foot: of its trusted steps, else of all trusted ones, else of its own."""
    choices = (
        [p for p, f, seen in steps if seen and f == foot],
        [p for p, _, seen in steps if seen],
        [p for p, f, _ in steps if f == foot],
    )
    return float(np.median(next(phases for phases in choices if phases)))


def moment(step: TrunkStep, phase: float, phase_se: float, frame_s: float) -> Measure:
    """Turn a phase after the trunk's fall into seconds with a standard error.

    Parameters
    ----------
    step : TrunkStep
        A predicted step has a larger error.
    phase, phase_se : float
        Phase and its standard error in step periods.
    frame_s : float
        Time between frames, which limits what can be known.
    """
    doubt = PREDICTED_STEP_ERROR if step.predicted else 1.0
    se = doubt * math.hypot(phase_se * step.period_s, FRAME_SHARE_SE * frame_s)
    return Measure(step.fall_s + phase * step.period_s, se)


def plausible_contact(contact_phase: float, toe_off_phase: float) -> bool:
    """Return whether a foot can be on the ground for so much of a step period."""
    return SHORTEST_CONTACT_SHARE <= toe_off_phase - contact_phase <= LONGEST_CONTACT_SHARE
