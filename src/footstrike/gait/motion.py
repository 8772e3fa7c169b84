"""What body and legs do in a step besides landing: ankle, stance knee, lean, heel pull-up, knee drive, roll.

Legs are told apart by role, as everywhere (:mod:`footstrike.gait.feet`); while they cross, by height: the
standing foot is the lower one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

import numpy as np

from footstrike.data import UNKNOWN, Contact, FloatArray, Landing, Measure, Motion, Side, StrikeType, frozen_array
from footstrike.gait.angles import knee_flexion_deg, thigh_angle_deg, trunk_lean_deg
from footstrike.gait.feet import ANKLE, HEEL, HIP, KNEE, LegRoles, by_height
from footstrike.gait.landing import HIPS_AHEAD_LEG, PostureCourse, more
from footstrike.gait.runner_frame import Bout
from footstrike.gait.signals import between, value_at
from footstrike.landmarks import HIPS, SHOULDERS

SWING_PERIODS = 0.95
"""The swing that ends in a landing is watched for so many step periods before it, in which the other foot stands."""
PUSH_OFF_PERIODS = (-0.3, 0.15)
"""The thigh is furthest behind the vertical within so many step periods of toe-off."""
LEAST_FRAMES = 4
"""Fewer frames show no extreme of a course."""
FLAT_WITHIN_DEG = 2.5
"""A foot this near to how it lies in mid-stance lies flat: raters of 240 Hz film differ by as much (Murray et al. 2018,
doi 10.3390/sports7010008)."""
FLAT_BY_SHARE = 0.5
"""A foot that is not flat by this share of its contact is not seen to be."""
FLAT_LOOKS = 60

MISSING: Mapping[Side, Mapping[str, Measure]] = MappingProxyType(
    {
        "near": {
            "knee_flexion_stance_deg": Measure(1.2, 3.1),
            "heel_pull_up_leg": Measure(0.078, 0.031),
            "knee_drive_deg": Measure(0.5, 2.5),
            "thigh_extension_deg": Measure(1.3, 2.8),
        },
        "far": {
            "knee_flexion_stance_deg": Measure(4.4, 4.6),
            "heel_pull_up_leg": Measure(0.035, 0.036),
            "knee_drive_deg": Measure(2.0, 2.3),
            "thigh_extension_deg": Measure(0.8, 3.5),
        },
    }
)
"""What landmarks show less than markers do, and the SD of that over the feet of 108 rendered clips of 18 runners
(``scripts/evaluate_motion.py``)."""
BODY_LEAN_SE_DEG = 2.0
WAIST_BEND_SE_DEG = 3.5
"""The lean of these clips' bodies is known: SD 1.3 and 2.5 degrees. Clothes and real backs are worse."""
FLAT_LATE_S = 0.008
"""Landmarks see a foot lie flat so much later than markers do."""
FLAT_SE_S: Mapping[StrikeType, float] = MappingProxyType(
    {"heel": 0.010, "midfoot": 0.010, "forefoot": 0.016, "unclear": 0.016}
)
"""SD of that over the same clips."""


@dataclass(frozen=True, slots=True, eq=False)
class MotionCourse:
    """Courses through a bout, ``(N,)`` each: angles in degrees, height in leg lengths.

    ``standing_knee_deg``, ``leg_lean_deg`` and ``body_lean_deg`` are of the leg with the lower foot;
    ``heel_height_leg`` is the higher foot's heel over the lower one's; ``leading_thigh_deg`` and
    ``trailing_thigh_deg`` are + ahead of the vertical.
    """

    time_s: FloatArray
    standing_knee_deg: FloatArray
    leg_lean_deg: FloatArray
    body_lean_deg: FloatArray
    heel_height_leg: FloatArray
    leading_thigh_deg: FloatArray
    trailing_thigh_deg: FloatArray

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, frozen_array(getattr(self, field.name)))


def motion_course(bout: Bout, roles: LegRoles, hips_ahead_leg: float = HIPS_AHEAD_LEG) -> MotionCourse:
    """Compute the courses of a bout; hips count that much further back than they are seen."""
    standing, swinging = by_height(roles)
    hips, shoulders = (bout.xy_leg[:, pair].mean(axis=1) for pair in (HIPS, SHOULDERS))
    to_marker = np.array([-hips_ahead_leg, 0.0])
    return MotionCourse(
        time_s=bout.time_s,
        standing_knee_deg=knee_flexion_deg(standing[:, HIP] + to_marker, standing[:, KNEE], standing[:, ANKLE]),
        leg_lean_deg=trunk_lean_deg(standing[:, ANKLE], to_marker),
        body_lean_deg=trunk_lean_deg(standing[:, ANKLE], shoulders - hips),
        heel_height_leg=swinging[:, HEEL, 1] - standing[:, HEEL, 1],
        leading_thigh_deg=thigh_angle_deg(roles.leading[:, HIP] + to_marker, roles.leading[:, KNEE]),
        trailing_thigh_deg=thigh_angle_deg(roles.trailing[:, HIP] + to_marker, roles.trailing[:, KNEE]),
    )


def motion(
    course: MotionCourse,
    posture: PostureCourse,
    contact: Contact,
    landing: Landing,
    strike: StrikeType,
    flat_deg: float,
    period_s: float,
) -> Motion:
    """Measure what body and legs do in one step besides landing.

    Parameters
    ----------
    course, posture
        The bout's.
    contact, landing, strike
        The step's.
    flat_deg
        The raw angle of the same foot flat on the ground.
    period_s
        The typical step period.
    """
    time_s, at_s, off_s = course.time_s, contact.contact_s.value, contact.toe_off_s.value
    stance = between(time_s, at_s, off_s)
    swing = _whole(time_s, at_s - SWING_PERIODS * period_s, at_s)
    push_off = _whole(time_s, *(off_s + periods * period_s for periods in PUSH_OFF_PERIODS))
    extremes = {
        "knee_flexion_stance_deg": course.standing_knee_deg[stance],
        "heel_pull_up_leg": course.heel_height_leg[swing],
        "knee_drive_deg": course.leading_thigh_deg[swing],
        "thigh_extension_deg": -course.trailing_thigh_deg[push_off],
    }
    missing = MISSING[contact.side]
    return Motion(
        **{name: more(largest(values), missing[name]) for name, values in extremes.items()},
        ankle_angle_deg=ankle_angle_deg(landing),
        body_lean_deg=Measure(_mean(course.body_lean_deg[stance]), BODY_LEAN_SE_DEG),
        waist_bend_deg=Measure(landing.trunk_lean_deg.value - _mean(course.leg_lean_deg[stance]), WAIST_BEND_SE_DEG),
        foot_flat_s=foot_flat_s(posture, contact, strike, flat_deg),
    )


def ankle_angle_deg(landing: Landing) -> Measure:
    """Return the ankle's angle at contact: foot against shank, + toes towards the shin.

    The foot's angle is zeroed on the same foot flat on the ground and the shank's on the vertical, so 0 is
    about how a person stands, as in Bramah et al. 2018 (Am J Sports Med 46:3023).
    """
    foot, shank = landing.foot_strike_angle_deg, landing.shank_angle_deg
    return Measure(foot.value - shank.value, math.hypot(foot.se, shank.se))


def foot_flat_s(posture: PostureCourse, contact: Contact, strike: StrikeType, flat_deg: float) -> Measure:
    """Return the time from contact until the foot first lies as flat as in mid-stance; unknown if that is not seen.

    After a heel strike the toes come down in this time, after a forefoot strike the heel.
    """
    after_s = flat_after_s(posture, contact, flat_deg)
    return UNKNOWN if math.isnan(after_s) else Measure(max(0.0, after_s - FLAT_LATE_S), FLAT_SE_S[strike])


def flat_after_s(posture: PostureCourse, contact: Contact, flat_deg: float) -> float:
    """Return how long after contact the foot is first seen flat; NaN if it is not by the middle of the contact."""
    duration_s = contact.duration_s.value
    if not (math.isfinite(duration_s) and math.isfinite(flat_deg)):
        return math.nan
    after_s = np.linspace(0, FLAT_BY_SHARE * duration_s, FLAT_LOOKS)
    foot_deg = value_at(contact.contact_s.value + after_s, posture.time_s, posture.foot_deg) - flat_deg
    flat = np.flatnonzero(np.abs(foot_deg) <= FLAT_WITHIN_DEG)
    return float(after_s[flat[0]]) if flat.size else math.nan


def largest(values: FloatArray) -> float:
    """Return the second largest of some frames, since one may be bad; NaN of too few."""
    return float(np.partition(values, -2)[-2]) if values.size >= LEAST_FRAMES else math.nan


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if values.size else math.nan


def _whole(time_s: FloatArray, first_s: float, last_s: float) -> slice:
    """Return the part of a bout between two moments, none of it if the bout does not cover them."""
    covered = time_s[0] <= first_s and last_s <= time_s[-1]
    return between(time_s, first_s, last_s) if covered else slice(0, 0)
