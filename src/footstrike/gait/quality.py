"""What to trust: reasons and confidence per step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from footstrike.data import UNKNOWN, Contact, Landing, Strike
from footstrike.gait.contacts.trunk import TrunkStep

PLAUSIBLE_SHANK_DEG = (-6.0, 30.0)
PLAUSIBLE_FOOT_DEG = (-25.0, 42.0)
PLAUSIBLE_KNEE_DEG = (0.0, 60.0)
"""Postures that runners land in, with room: treadmill runners of 2.5 to 4.5 m/s land with the shank at 2 to
18 degrees and the foot at -8 to 30. Anything outside is a fault of the pose, not a landing."""
LOW_RATE_HZ = 50.0
COARSE_RATE_HZ = 100.0
FOOT_SEEN = 0.5
POSE_POOR = 0.7
UNSTEADY_SE_DEG = 3.5
"""Error of the shank's angle that only a pose which jumps from frame to frame gives: 1.5 to 2.6 degrees otherwise."""
SMALL_LEG_PX = 90.0
FEW_STEPS = 10
VOTE_SURE = 0.7

REASON_WEIGHT = {
    "far_side": 0.85,
    "low_fps": 0.8,
    "foot_hidden": 0.5,
    "pose_poor": 0.8,
    "implausible_pose": 0.2,
    "borderline": 0.7,
    "near_clip_end": 0.6,
    "small_runner": 0.85,
    "foot_uncertain": 0.4,
}
"""How much each reason leaves of the confidence in a step."""


def step_reasons(
    contact: Contact,
    landing: Landing,
    strike: Strike,
    trunk_step: TrunkStep,
    frame_rate_hz: float,
    leg_length_px: float,
    vote: float,
) -> tuple[str, ...]:
    """Return the codes of everything that makes one step less sure; see :data:`REASON_WEIGHT`."""
    checks = {
        "far_side": contact.side == "far",
        "low_fps": frame_rate_hz < LOW_RATE_HZ,
        "foot_hidden": landing.visibility < FOOT_SEEN,
        "pose_poor": FOOT_SEEN <= landing.visibility < POSE_POOR or landing.shank_angle_deg.se > UNSTEADY_SE_DEG,
        "implausible_pose": not landing.shank_angle_deg.known,
        "near_clip_end": trunk_step.predicted or not contact.toe_off_s.known,
        "small_runner": leg_length_px < SMALL_LEG_PX,
        "foot_uncertain": vote < VOTE_SURE,
    }
    found = [code for code, applies in checks.items() if applies]
    return tuple(dict.fromkeys([*found, *strike.reasons]))


def plausible(landing: Landing) -> bool:
    """Return whether a runner can land in this posture; an unknown angle is no objection."""
    limits = (
        (landing.shank_angle_deg, PLAUSIBLE_SHANK_DEG),
        (landing.foot_strike_angle_deg, PLAUSIBLE_FOOT_DEG),
        (landing.knee_flexion_deg, PLAUSIBLE_KNEE_DEG),
    )
    return all(not angle.known or low <= angle.value <= high for angle, (low, high) in limits)


def believable(landing: Landing) -> Landing:
    """Return the landing, its leg's angles unknown where no runner can land in this posture."""
    if plausible(landing):
        return landing
    return replace(
        landing,
        foot_strike_angle_deg=UNKNOWN,
        shank_angle_deg=UNKNOWN,
        knee_flexion_deg=UNKNOWN,
        ankle_hip_distance_leg=UNKNOWN,
    )


def confidence(strike: Strike, reasons: Sequence[str]) -> float:
    """Return how far one step can be trusted, 0 to 1: its class probability times every reason's weight."""
    return strike.probability * math.prod(REASON_WEIGHT.get(reason, 1.0) for reason in reasons)
