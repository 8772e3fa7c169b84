"""Gait-cycle curves: what knee, shank and foot do from one contact of a foot to its next."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from footstrike.data import FEET, FloatArray, Foot, PoseTrack, Step, frozen_array
from footstrike.gait.angles import foot_angle_deg, knee_flexion_deg, shank_angle_deg
from footstrike.gait.feet import ANKLE, HEEL, HIP, KNEE, TOE, LegRoles, by_height, leg_roles
from footstrike.gait.flat_foot import flat_foot_deg
from footstrike.gait.landing import HIPS_AHEAD_LEG
from footstrike.gait.runner_frame import Bout, find_bouts
from footstrike.gait.signals import between

CYCLE_PERCENT = frozen_array(np.linspace(0, 100, 51))
"""Where in the gait cycle the curves are known: 0 is initial contact, 100 the next one of the same foot."""
CROSSING_SHARES = (0.2, 0.7)
"""The legs cross in this part of a contact; there the standing leg is the lower one, before it the one ahead and after
it the one behind."""
STEPS_ALIKE = 1.5
"""Of two steps in a stride, the longer takes less than this many times the shorter, or a contact was missed."""


@dataclass(frozen=True, slots=True, eq=False)
class CycleCurves:
    """Mean and SD over a foot's strides at :data:`CYCLE_PERCENT`, ``(P, 3)``: knee, shank and foot, in degrees.

    The knee is 0 straight; the shank + with the ankle ahead of the knee; the foot + toes up, 0 as it lies flat in
    mid-stance. ``toe_off_percent`` is the mean end of the contact. SD is NaN for a single stride.
    """

    foot: Foot
    strides: int
    mean_deg: FloatArray
    sd_deg: FloatArray
    toe_off_percent: float

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name.endswith("_deg"):
                object.__setattr__(self, field.name, frozen_array(getattr(self, field.name)))


def cycle_curves(track: PoseTrack, steps: Sequence[Step]) -> tuple[CycleCurves, ...]:
    """Average each foot's strides over the gait cycle.

    Parameters
    ----------
    track
        Landmarks at seconds of real motion.
    steps
        The steps that were found in them, in time order.

    Returns
    -------
    tuple of CycleCurves
        Of the feet of which a whole stride was seen: contact to contact, both steps with their toe-off.
    """
    strides: dict[Foot, list[tuple[FloatArray, float]]] = {foot: [] for foot in FEET}
    for bout in find_bouts(track):
        inside = [step for step in steps if bout.time_s[0] <= step.contact.contact_s.value <= bout.time_s[-1]]
        if len(inside) < 3:
            continue
        angles = _angles_by_foot(bout, inside)
        for first, second, third in zip(inside, inside[1:], inside[2:], strict=False):
            if _is_stride(first, second, third):
                foot = first.contact.foot
                strides[foot].append(_stride(bout.time_s, angles[foot], first, third))
    return tuple(_averaged(foot, seen) for foot, seen in strides.items() if seen)


def _is_stride(first: Step, second: Step, third: Step) -> bool:
    steps = (first, second, third)
    if (
        len({step.contact.bout for step in steps}) > 1
        or not first.contact.foot == third.contact.foot != second.contact.foot
    ):
        return False
    one_s, other_s = np.diff([step.contact.contact_s.value for step in steps])
    return (
        min(one_s, other_s) > 0
        and max(one_s, other_s) < STEPS_ALIKE * min(one_s, other_s)
        and first.contact.toe_off_s.known
        and second.contact.toe_off_s.known
    )


def _angles_by_foot(bout: Bout, steps: Sequence[Step]) -> dict[Foot, FloatArray]:
    """Return ``(N, 3)`` knee, shank and foot angle of either leg through a bout, NaN outside known steps."""
    period_s = float(np.median(np.diff([step.contact.contact_s.value for step in steps])))
    legs = legs_by_foot(bout.time_s, leg_roles(bout.time_s, bout.fine_xy_leg, period_s), steps)
    to_marker = np.array([-HIPS_AHEAD_LEG, 0.0])
    found = {}
    for foot, leg in legs.items():
        knee = knee_flexion_deg(leg[:, HIP] + to_marker, leg[:, KNEE], leg[:, ANKLE])
        shank, sole = shank_angle_deg(leg[:, KNEE], leg[:, ANKLE]), foot_angle_deg(leg[:, HEEL], leg[:, TOE])
        flat_deg = flat_foot_deg(bout.time_s, sole, [step.contact for step in steps])[foot]
        found[foot] = np.stack([knee, shank, sole - flat_deg], axis=1)
    return found


def legs_by_foot(time_s: FloatArray, roles: LegRoles, steps: Sequence[Step]) -> dict[Foot, FloatArray]:
    """Tell left from right through whole strides by who stands: ``(N, 5, 2)`` each, NaN outside known steps.

    Pose models mix the legs up where they cross; from contact to contact it is known which foot stands.
    """
    lower, higher = by_height(roles)
    legs: dict[Foot, FloatArray] = {foot: np.full(roles.leading.shape, np.nan) for foot in FEET}
    for step, following in pairwise(steps):
        contact = step.contact
        at_s, duration_s = contact.contact_s.value, contact.duration_s.value
        end_s = following.contact.contact_s.value
        if contact.foot == following.contact.foot or not contact.duration_s.known:
            continue
        standing, swinging = legs[contact.foot], legs[following.contact.foot]
        cross_s, crossed_s = (at_s + share * duration_s for share in CROSSING_SHARES)
        before, crossing, after = (
            between(time_s, *part) for part in ((at_s, cross_s), (cross_s, crossed_s), (crossed_s, end_s))
        )
        standing[before], swinging[before] = roles.leading[before], roles.trailing[before]
        standing[crossing], swinging[crossing] = lower[crossing], higher[crossing]
        standing[after], swinging[after] = roles.trailing[after], roles.leading[after]
    return legs


def _stride(time_s: FloatArray, angles_deg: FloatArray, first: Step, last: Step) -> tuple[FloatArray, float]:
    """Return ``(P, 3)`` angles of one stride over the cycle, and its toe-off in per cent."""
    start_s, end_s = first.contact.contact_s.value, last.contact.contact_s.value
    at_s = start_s + CYCLE_PERCENT / 100 * (end_s - start_s)
    course = np.stack([_course(at_s, time_s, column) for column in angles_deg.T], axis=1)
    return course, 100 * first.contact.duration_s.value / (end_s - start_s)


def _course(at_s: FloatArray, time_s: FloatArray, values: FloatArray) -> FloatArray:
    known = np.isfinite(values)
    if not known.any():
        return np.full(at_s.shape, np.nan)
    return np.asarray(np.interp(at_s, time_s[known], values[known]))


def _averaged(foot: Foot, strides: Sequence[tuple[FloatArray, float]]) -> CycleCurves:
    courses = np.array([course for course, _ in strides])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a point that no stride shows, an SD of one
        mean, sd = np.nanmean(courses, axis=0), np.nanstd(courses, axis=0, ddof=1)
    return CycleCurves(foot, len(strides), mean, sd, float(np.mean([toe_off for _, toe_off in strides])))
