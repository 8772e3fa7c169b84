"""Posture at initial contact: foot, shank, knee, trunk.

Angles are read from the refined landmarks of the leg that leads. The foot strike angle is zeroed on
the same foot flat on the ground in mid-stance, which removes the landmarks' own offset on the shoe
(the standing reference of Altman & Davis 2012, Gait Posture 35:298, taken from the run itself).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from footstrike.data import UNKNOWN, Contact, FloatArray, Foot, Landing, Measure, Side, frozen_array
from footstrike.gait.angles import foot_angle_deg, knee_flexion_deg, shank_angle_deg, trunk_lean_deg
from footstrike.gait.contacts.timing import FRAME_SHARE_SE
from footstrike.gait.corrections import Corrections, LinearModel
from footstrike.gait.feet import ANKLE, HEEL, HIP, KNEE, TOE, LegRoles, by_height
from footstrike.gait.runner_frame import Bout
from footstrike.gait.signals import between, known_median, sampling_rate_hz, value_at, with_neighbours
from footstrike.landmarks import HIPS, LEGS, SHOULDERS

SHOE_RATE_HZ = 50.0
"""Below this rate a shoe turns too far, and blurs too much, between two frames to be told by its pixels."""
FIT_REACH_S = 0.03
FIT_REACH_FRAMES = 1.2
"""Angles at contact come from a straight line through the frames this near."""
MOST_OWN_FRAMES = 4
"""However many frames there are: what is wrong with a pose stays wrong for some of them."""
COURSE_TWELFTHS = (2,)
"""Moments around contact, in twelfths of the contact, at which the foot's course is described."""
OWN_ANGLE_DEG = 3.0
"""A foot strike angle that deviates this much from what is typical of its foot is believed by half: single
landings of one foot truly differ by 1.2 degrees (SD, treadmill runners), what single frames say by 1.6 to 2.3."""
KNEE_MISSING: Mapping[Side, Measure] = MappingProxyType({"near": Measure(2.1, 4.0), "far": Measure(4.6, 4.0)})
"""The landmarks' knee is this much straighter at contact than that of markers, near and far from the camera. The SD
over the feet of 108 rendered clips of 18 runners is 2.7 and 3.1 degrees (``scripts/evaluate_motion.py``); real knees
in clothes are worse."""
TRUNK_MISSING = Measure(4.3, 3.0)
"""The trunk leans this much further forward than the landmarks' hips and shoulders, since the hips are seen too far
ahead: the bodies of the same clips, whose lean is known (SD 1.1 degrees)."""
HIP_DISTANCE_SE_LEG = 0.03
HIPS_AHEAD_LEG = 0.044
"""The pose model sees the hips this far ahead of where markers on them lie (645 contacts of 64 rendered clips of
runners in the Running Biomechanics Data Set; SD over clips and feet 0.025)."""


@dataclass(frozen=True, slots=True, eq=False)
class PostureCourse:
    """Courses through a bout, ``(N,)`` each: angles in degrees, distance in leg lengths.

    ``frame_s`` is the typical time between frames.
    """

    time_s: FloatArray
    foot_deg: FloatArray
    standing_foot_deg: FloatArray
    shoe_deg: FloatArray
    shank_deg: FloatArray
    knee_deg: FloatArray
    trunk_deg: FloatArray
    ankle_hip_leg: FloatArray
    frame_s: float

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name != "frame_s":
                object.__setattr__(self, field.name, frozen_array(getattr(self, field.name)))


def posture_course(bout: Bout, roles: LegRoles) -> PostureCourse:
    """Compute the angles of the leading leg, the standing foot and the trunk in every frame."""
    hip, knee, ankle, heel, toe = (roles.leading[:, joint] for joint in (HIP, KNEE, ANKLE, HEEL, TOE))
    standing, _ = by_height(roles)
    rate_hz = sampling_rate_hz(bout.time_s)
    hips, shoulders = (bout.xy_leg[:, pair].mean(axis=1) for pair in (HIPS, SHOULDERS))
    return PostureCourse(
        time_s=bout.time_s,
        foot_deg=foot_angle_deg(heel, toe),
        standing_foot_deg=foot_angle_deg(standing[:, HEEL], standing[:, TOE]),
        shoe_deg=bout.shoe_turn_deg if rate_hz >= SHOE_RATE_HZ else np.full(bout.time_s.shape, np.nan),
        shank_deg=shank_angle_deg(knee, ankle),
        knee_deg=knee_flexion_deg(hip, knee, ankle),
        trunk_deg=trunk_lean_deg(hips, shoulders),
        ankle_hip_leg=ankle[:, 0] + HIPS_AHEAD_LEG,
        frame_s=1 / rate_hz,
    )


class AtMoment(NamedTuple):
    """A course at one moment: its value, its change per second, and the error that the scatter of its frames gives it.

    ``scatter_se`` is 0 where too few frames are known to scatter.
    """

    value: float
    rate: float
    scatter_se: float


def at_moment(time_s: FloatArray, values: FloatArray, at_s: float, frame_s: float) -> AtMoment:
    """Read a course at one moment, from a straight line through nearby frames.

    Where fewer than two of those are known, the value between the frames around it (NaN if they are unknown).
    """
    reach_s = max(FIT_REACH_S, FIT_REACH_FRAMES * frame_s)
    near = between(time_s, at_s - reach_s, at_s + reach_s)
    known = np.isfinite(values[near])
    if np.count_nonzero(known) < 2:
        return AtMoment(float(value_at(np.array([at_s]), time_s, values)[0]), 0.0, 0.0)
    after_s, course = time_s[near][known] - at_s, values[near][known]
    middle_s, middle = after_s.mean(), course.mean()
    slope = float((after_s - middle_s) @ (course - middle) / ((after_s - middle_s) @ (after_s - middle_s)))
    off_line = course - middle - slope * (after_s - middle_s)
    free = after_s.size - 2
    scatter = math.sqrt(float(off_line @ off_line) / free) if free else 0.0
    return AtMoment(float(middle - slope * middle_s), slope, scatter / math.sqrt(min(after_s.size, MOST_OWN_FRAMES)))


def landing_features(
    course: PostureCourse, contact: Contact, flat_deg: float, typical_duration_s: float
) -> dict[str, float]:
    """Describe one landing by the raw angles that the learned corrections read (degrees, degrees per second)."""
    at_s = contact.contact_s.value
    later_s = at_s + np.array(COURSE_TWELFTHS) / 12 * typical_duration_s
    later_deg = value_at(later_s, course.time_s, course.foot_deg)
    features = {f"foot_{k:+d}": float(deg) - flat_deg for k, deg in zip(COURSE_TWELFTHS, later_deg, strict=True)}
    foot = at_moment(course.time_s, course.foot_deg, at_s, course.frame_s)
    shank = at_moment(course.time_s, course.shank_deg, at_s, course.frame_s)
    return features | {
        "foot": foot.value - flat_deg,
        "shoe": at_moment(course.time_s, course.shoe_deg, at_s, course.frame_s).value,
        "foot_rate": foot.rate,
        "foot_scatter_se": foot.scatter_se,
        "flat": flat_deg,
        "shank": shank.value,
        "shank_rate": shank.rate,
        "shank_scatter_se": shank.scatter_se,
        "knee": at_moment(course.time_s, course.knee_deg, at_s, course.frame_s).value,
        "near": 1.0 if contact.side == "near" else 0.0,
    }


def landing(
    bout: Bout,
    course: PostureCourse,
    contact: Contact,
    features: dict[str, float],
    foot_strike_angle_deg: Measure,
    corrections: Corrections,
) -> Landing:
    """Measure the posture at one contact whose foot strike angle is known from :func:`foot_strike_angles`."""
    return Landing(
        foot_strike_angle_deg=foot_strike_angle_deg,
        shank_angle_deg=corrected_angle(corrections.shank_angle, features, "shank", course.frame_s),
        ankle_hip_distance_leg=Measure(
            at_moment(course.time_s, course.ankle_hip_leg, contact.contact_s.value, course.frame_s).value,
            HIP_DISTANCE_SE_LEG,
        ),
        knee_flexion_deg=more(features["knee"], KNEE_MISSING[contact.side]),
        trunk_lean_deg=more(_stance_mean(course, contact), TRUNK_MISSING),
        visibility=_foot_visibility(bout, contact),
    )


def more(shown: float, missing: Measure) -> Measure:
    """Return what landmarks show plus what they miss on average, with the error of that."""
    return Measure(shown + missing.value, missing.se)


def foot_strike_angles(
    course: PostureCourse, contacts: Sequence[Contact], described: Sequence[dict[str, float]], corrections: Corrections
) -> list[Measure]:
    """Return the corrected foot strike angle of every landing of a bout, drawn to what is typical of its foot."""
    angles = [
        corrected_angle(
            corrections.shoe_strike_angle if math.isfinite(features["shoe"]) else corrections.foot_strike_angle,
            features,
            "foot",
            course.frame_s,
        )
        for features in described
    ]
    values = drawn_to_typical([angle.value for angle in angles], [contact.foot for contact in contacts])
    return [Measure(value, angle.se) for value, angle in zip(values, angles, strict=True)]


def drawn_to_typical(angles_deg: Sequence[float], feet: Sequence[Foot]) -> list[float]:
    """Draw each angle towards the median of its foot, small deviations most; unknown ones stay unknown."""
    typical = {
        foot: known_median([a for a, f in zip(angles_deg, feet, strict=True) if f == foot]) for foot in set(feet)
    }
    own = [angle - typical[foot] for angle, foot in zip(angles_deg, feet, strict=True)]
    return [typical[foot] + d * abs(d) / (abs(d) + OWN_ANGLE_DEG) for d, foot in zip(own, feet, strict=True)]


def corrected_angle(rule: LinearModel, features: dict[str, float], raw: str, frame_s: float) -> Measure:
    """Return an angle with the error of its correction and of a contact known to within one frame.

    The correction's error holds the usual scatter of the frames; where the pose jumps, theirs is larger and counts.
    """
    if not math.isfinite(features[raw]):
        return UNKNOWN
    usual_se = math.hypot(rule.se, frame_turn_deg(features[f"{raw}_rate"], frame_s))
    return Measure(rule.predict(features), max(usual_se, features[f"{raw}_scatter_se"]))


def frame_turn_deg(rate_deg_s: float, frame_s: float) -> float:
    """Return how far a segment turns in the standard error of a moment known to within one frame."""
    return abs(rate_deg_s) * FRAME_SHARE_SE * frame_s


def _stance_mean(course: PostureCourse, contact: Contact) -> float:
    """Return the trunk lean averaged over the stance (at contact alone where toe-off is unknown)."""
    first, last = contact.contact_s.value, contact.toe_off_s.value
    standing = course.trunk_deg[between(course.time_s, first, last)]
    if not standing.size:
        return float(value_at(np.array([first]), course.time_s, course.trunk_deg)[0])
    return float(standing.mean())


def _foot_visibility(bout: Bout, contact: Contact) -> float:
    """Return the pose model's confidence in the landing foot at contact, 0 to 1."""
    leg = LEGS[contact.foot]
    at_s = contact.contact_s.value
    near = with_neighbours(between(bout.time_s, at_s, at_s))
    foot = bout.visibility[near][:, (leg.ankle, leg.heel, leg.toe)].mean(axis=1)
    return float(np.clip(np.interp(at_s, bout.time_s[near], foot), 0, 1))
