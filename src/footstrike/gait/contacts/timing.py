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

from footstrike.data import FloatArray, Measure
from footstrike.gait.contacts.settling import FootPaths, landing_s, lift_off_s
from footstrike.gait.contacts.trunk import TrunkStep, resample_evenly
from footstrike.gait.corrections import LinearModel
from footstrike.gait.runner_frame import Bout
from footstrike.gait.signals import low_pass, sampling_rate_hz

LANDING_HEIGHTS_LEG = {"ankle": (0.03, 0.06), "toe": (0.02, 0.06)}
LIFT_OFF_HEIGHTS_LEG = {"heel": (0.1, 0.15), "ankle": (0.1, 0.15)}
WAVE_PHASES = np.arange(-6, 7) / 12
WAVE_CUTOFF_STEPS = 3.0
WAVE_REACH_STEPS = 1.5
FRAME_SHARE_SE = 0.29
"""Standard error of a moment known to within one frame, in frames (uniform distribution)."""


def timing_features(bout: Bout, steps: Sequence[TrunkStep], paths: FootPaths) -> list[dict[str, float]]:
    """Describe each step by phases that the timing rules read.

    Returns
    -------
    list of dict
        Per step: ``landing_<joint>_<mm>`` and ``lift_off_<joint>_<mm>`` (phases after the trunk's
        fall), ``rise``, ``apex``, and ``wave_<k>``, the shape of the trunk's course averaged over
        the bout.
    """
    wave = _mean_wave(bout.time_s, bout.trunk_height_leg, steps)
    return [{**_foot_phases(paths, step), **_trunk_phases(step), **wave} for step in steps]


def _foot_phases(paths: FootPaths, step: TrunkStep) -> dict[str, float]:
    phases = {}
    for joint, heights in LANDING_HEIGHTS_LEG.items():
        for above in heights:
            at_s = landing_s(paths, step, joint, above)
            phases[f"landing_{joint}_{round(1000 * above):03d}"] = (at_s - step.fall_s) / step.period_s
    for joint, heights in LIFT_OFF_HEIGHTS_LEG.items():
        for above in heights:
            at_s = lift_off_s(paths, step, joint, above)
            phases[f"lift_off_{joint}_{round(1000 * above):03d}"] = (at_s - step.fall_s) / step.period_s
    return phases


def _trunk_phases(step: TrunkStep) -> dict[str, float]:
    return {
        "rise": (step.rise_s - step.fall_s) / step.period_s,
        "apex": (step.apex_s - step.fall_s) / step.period_s,
    }


def _mean_wave(time_s: FloatArray, height_leg: FloatArray, steps: Sequence[TrunkStep]) -> dict[str, float]:
    """Return the trunk's typical course through a step, 0 at the fall, scaled to a range of 1."""
    time, height = resample_evenly(time_s, height_leg)
    courses = [_wave(time, height, step) for step in steps if not step.predicted]
    known = [course for course in courses if course is not None]
    mean = np.median(known, axis=0) if known else np.full(WAVE_PHASES.size, math.nan)
    return {f"wave_{k:+d}": float(value) for k, value in zip(range(-6, 7), mean, strict=True)}


def _wave(time: FloatArray, height: FloatArray, step: TrunkStep) -> FloatArray | None:
    reach = WAVE_REACH_STEPS * step.period_s
    near = np.abs(time - step.fall_s) < reach
    phases_s = step.fall_s + WAVE_PHASES * step.period_s
    if np.count_nonzero(near) < 12 or phases_s[0] < time[0] or phases_s[-1] > time[-1]:
        return None
    smooth = low_pass(height[near], sampling_rate_hz(time), WAVE_CUTOFF_STEPS / step.period_s)
    course = np.interp(phases_s, time[near], smooth) - np.interp(step.fall_s, time[near], smooth)
    spread = float(np.ptp(course))
    return np.asarray(course / spread) if spread > 0 else None


def moment(step: TrunkStep, phase: float, phase_se: float, frame_s: float, more_error: float = 1.0) -> Measure:
    """Turn a phase after the trunk's fall into seconds with a standard error.

    Parameters
    ----------
    phase, phase_se : float
        Phase and its standard error in step periods.
    frame_s : float
        Time between frames, which limits what can be known.
    more_error : float
        Factor on the error, for steps that were seen only in part.
    """
    se = more_error * math.hypot(phase_se * step.period_s, FRAME_SHARE_SE * frame_s)
    return Measure(step.fall_s + phase * step.period_s, se)


PREDICTED_STEP_ERROR = 2.0
SHORTEST_CONTACT_SHARE = 0.3
LONGEST_CONTACT_SHARE = 1.1
"""A foot of a runner is on the ground for 0.5 to 0.95 of a step period."""


def contact_and_toe_off(
    step: TrunkStep,
    features: dict[str, float],
    contact_rule: LinearModel,
    toe_off_rule: LinearModel,
    frame_s: float,
    end_s: float,
) -> tuple[Measure, Measure]:
    """Return initial contact and toe-off of one step; toe-off is unknown beyond the bout's end."""
    doubt = PREDICTED_STEP_ERROR if step.predicted else 1.0
    contact_phase = contact_rule.predict(features)
    contact = moment(step, contact_phase, contact_rule.se, frame_s, doubt)
    phase = toe_off_rule.predict(features)
    shortest, longest = contact_phase + SHORTEST_CONTACT_SHARE, contact_phase + LONGEST_CONTACT_SHARE
    toe_off = moment(step, phase, toe_off_rule.se, frame_s, doubt)
    if not shortest <= phase <= longest or toe_off.value > end_s:
        toe_off = Measure(math.nan, math.nan)
    return contact, toe_off
