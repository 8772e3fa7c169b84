"""How fast the runner runs.

A standing foot goes back under the hips at the speed of the belt or the ground, whether the camera
stands or follows. In leg lengths per second it can be seen; the body's height turns that into metres.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from footstrike.data import FEET, UNKNOWN_SPEED, Contact, Measure, SlowMotion, Speed, Step
from footstrike.gait.contacts.settling import JOINT_INDEX
from footstrike.gait.feet import LegRoles
from footstrike.gait.signals import value_at
from footstrike.gait.steps import Stride

STANDING_SHARES = (0.1, 0.9)
"""The toe is followed between these shares of the contact: the landing leg leads at the first and trails at
the second, so that nothing hangs on who is who while the legs cross."""
TOE_PER_SPEED = 0.93
"""What the toe does of the running speed in that time, since the hips are slowed by the landing and the foot begins to
roll: 0.932 (SD 0.010) in the markers of 18 runners x 3 belt speeds (Fukuchi, Fukuchi & Duarte 2017, PeerJ 5:e3298,
CC BY 4.0), and 0.93 in landmarks of 64 rendered clips of them."""
TOE_RELATIVE_SE = 0.04
"""SD over those clips."""
LEG_PER_HEIGHT = Measure(0.47, 0.02)
"""Leg length as the pose model shows it over body height. The same runners' markers: 0.464, SD 0.014. Drillis &
Contini (Winter 2009): 0.491 from the hip joint, of which the pose model sees 0.96 on rendered bodies."""
TYPICAL_HEIGHT_M = Measure(1.70, 0.10)
"""An adult of unknown sex and country (NCD-RisC 2016, eLife 5:e13410)."""


def estimate_speed(
    strides: Sequence[Stride],
    by_bout: Sequence[Sequence[Step]],
    slow_motion: SlowMotion,
    height_m: float | None,
) -> Speed:
    """Estimate the running speed from the standing feet.

    Parameters
    ----------
    strides, by_bout
        The bouts and the steps measured in each, in real time.
    slow_motion
        Its error is the clock's.
    height_m
        The runner's height; ``None`` for that of an ordinary adult.
    """
    toe_leg_s = toe_speed_leg_s(strides, by_bout)
    height = TYPICAL_HEIGHT_M if height_m is None else Measure(height_m, 0.0)
    mps = toe_leg_s / TOE_PER_SPEED * LEG_PER_HEIGHT.value * height.value
    relative_se = math.hypot(
        TOE_RELATIVE_SE,
        LEG_PER_HEIGHT.se / LEG_PER_HEIGHT.value,
        height.se / height.value,
        slow_motion.relative_se,
    )
    if not (math.isfinite(relative_se) and mps > 0):
        return UNKNOWN_SPEED
    return Speed(Measure(mps, mps * relative_se), "typical_height" if height_m is None else "height")


def toe_speed_leg_s(strides: Sequence[Stride], by_bout: Sequence[Sequence[Step]]) -> float:
    """Return how fast the standing toes go back under the hips, leg lengths per second.

    Each foot counts with the median of its contacts, and both the same, since the foot near the
    camera looks faster than the far one. NaN where no whole contact was seen.
    """
    seen = [
        (step.contact.foot, _toe_speed_leg_s(stride, roles, step.contact))
        for stride, steps in zip(strides, by_bout, strict=True)
        for roles in (stride.fine_roles,)
        for step in steps
        if step.contact.toe_off_s.known
    ]
    by_foot = ([speed for foot, speed in seen if foot == one] for one in FEET)
    medians = [float(np.median(speeds)) for speeds in by_foot if speeds]
    return float(np.mean(medians)) if medians else math.nan


def _toe_speed_leg_s(stride: Stride, roles: LegRoles, contact: Contact) -> float:
    toe = JOINT_INDEX["toe"]
    first_s, last_s = (contact.contact_s.value + share * contact.duration_s.value for share in STANDING_SHARES)
    first, last = (
        float(value_at(np.array([at_s]), stride.bout.time_s, leg[:, toe, 0])[0])
        for at_s, leg in ((first_s, roles.leading), (last_s, roles.trailing))
    )
    return (first - last) / (last_s - first_s)
