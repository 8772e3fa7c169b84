"""What to trust: reasons and confidence per step, warnings per recording."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from footstrike.data import UNKNOWN, Contact, Landing, Measure, Note, SlowMotion, Speed, Strike, VideoInfo, View
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
SMALL_LEG_PX = 90.0
FEW_STEPS = 10
VOTE_SURE = 0.7
LEAST_REGULAR_SHARE = 0.85
MOST_SPEED_ERRORS = 3.0
"""A stated speed further from what the motion shows than this many of its standard errors is doubtful."""

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
        "pose_poor": FOOT_SEEN <= landing.visibility < POSE_POOR,
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


def recording_notes(
    *,
    view: View,
    yaw_deg: float,
    slow_motion: SlowMotion,
    frame_rate_hz: float,
    leg_length_px: float,
    steps: int,
    found_share: float,
    people: int,
    cadence: Measure,
    regular_share: float,
    speed: Speed,
    speed_of_motion: Speed,
    video: VideoInfo | None,
) -> tuple[Note, ...]:
    """Return what a user must know before trusting a recording, most serious first.

    Parameters
    ----------
    frame_rate_hz
        Frames per second of real time.
    found_share
        Share of the frames in which a person was found.
    people
        How many are seen together for a while.
    regular_share
        Share of the step intervals that fit the typical one.
    speed, speed_of_motion
        The speed that counts, and what the motion alone shows.
    video
        The recording; ``None`` where it is not known.
    """
    notes = [
        *_view_notes(view, yaw_deg),
        *_time_notes(slow_motion, frame_rate_hz),
        *_picture_notes(leg_length_px, found_share, people),
        *_amount_notes(steps, cadence, regular_share),
        *_speed_notes(speed, speed_of_motion),
        *_loss_notes(video),
    ]
    order = {"serious": 0, "caution": 1, "info": 2}
    return tuple(sorted(notes, key=lambda note: order[note.severity]))


def _view_notes(view: View, yaw_deg: float) -> list[Note]:
    if view != "oblique":
        return []
    return [
        Note(
            "view_oblique",
            "serious",
            f"The camera is about {yaw_deg:.0f} degrees off the side view; distances and angles shrink.",
            "Film square from the side, at hip height.",
        )
    ]


def _time_notes(slow_motion: SlowMotion, frame_rate_hz: float) -> list[Note]:
    notes = []
    if slow_motion.source == "estimated":
        notes.append(
            Note(
                "slow_motion_estimated",
                "caution",
                f"{_speed_words(slow_motion.factor)} assumed: {slow_motion.reason}. "
                f"Times and cadence are estimates (about ±{100 * slow_motion.relative_se:.0f} %).",
                "State the true frame rate with --capture-rate.",
            )
        )
    if frame_rate_hz < LOW_RATE_HZ:
        error_ms = 1000 * 0.41 / frame_rate_hz
        notes.append(
            Note(
                "low_fps",
                "caution",
                f"{frame_rate_hz:.0f} frames per second of real time: each contact time is good to about "
                f"±{error_ms:.0f} ms, and the strike angle suffers.",
                "Film at 120 or 240 frames per second if the phone can.",
            )
        )
    elif frame_rate_hz < COARSE_RATE_HZ:
        notes.append(
            Note(
                "medium_fps",
                "info",
                f"{frame_rate_hz:.0f} frames per second: good for strike type and cadence, coarse for contact time.",
                "Film at 120 or 240 frames per second for contact times.",
            )
        )
    return notes


def _speed_words(factor: float) -> str:
    """Return how the playback differs from real time."""
    if factor >= 1:
        return f"Slow motion, {factor:.1f} times slower than real,"
    return f"Fast playback, {1 / factor:.1f} times faster than real,"


def _picture_notes(leg_length_px: float, found_share: float, people: int) -> list[Note]:
    notes = []
    if people > 1:
        notes.append(
            Note(
                "several_people",
                "info",
                f"{people} people are seen at once; one of them was analysed, by default the largest who runs.",
                "Choose with --runner: left, right, a number in the order of size, or a point of the picture.",
            )
        )
    if leg_length_px < SMALL_LEG_PX:
        notes.append(
            Note(
                "small_runner",
                "caution",
                f"The runner's leg is only {leg_length_px:.0f} pixels long; the foot's angle is coarse.",
                "Move closer or zoom in until the runner fills most of the height.",
            )
        )
    if found_share < 0.9:
        notes.append(
            Note(
                "runner_lost",
                "caution",
                f"The runner was found in {100 * found_share:.0f} % of the frames.",
                "Keep the whole body in the picture, with good light.",
            )
        )
    return notes


def _amount_notes(steps: int, cadence: Measure, regular_share: float) -> list[Note]:
    notes = []
    if regular_share < LEAST_REGULAR_SHARE:
        notes.append(
            Note(
                "uneven_steps",
                "caution",
                f"{100 * (1 - regular_share):.0f} % of the times between landings do not fit the others: steps were "
                "missed, or the playback speed changes within the clip. They are left out of the cadence.",
                "Film or cut a piece of steady running, played at one speed.",
            )
        )
    if steps < FEW_STEPS:
        notes.append(
            Note(
                "few_steps",
                "caution",
                f"Only {steps} landings were seen; averages need 20 or more.",
                "Film at least 15 seconds on a treadmill, or several passes.",
            )
        )
    if cadence.known and not 120 <= cadence.value <= 240:
        notes.append(
            Note(
                "unusual_cadence",
                "caution",
                f"{cadence.value:.0f} steps/min is unusual for a runner.",
                "Check the playback speed; state the true frame rate with --capture-rate.",
            )
        )
    return notes


def _speed_notes(speed: Speed, of_motion: Speed) -> list[Note]:
    shown = of_motion.mps
    if not shown.known or abs(speed.mps.value - shown.value) <= MOST_SPEED_ERRORS * shown.se:
        return []
    return [
        Note(
            "speed_doubtful",
            "caution",
            f"The stated speed of {speed.mps.value:.1f} m/s does not fit the motion, which shows about "
            f"{shown.value:.1f} ± {shown.se:.1f} m/s.",
            "Check --speed and its unit, --height and, in slow motion, --capture-rate.",
        )
    ]


def _loss_notes(video: VideoInfo | None) -> list[Note]:
    """Say which part of a damaged file could not be read."""
    notes = []
    if video is not None and video.damaged_packets:
        notes.append(
            Note(
                "damaged_video",
                "caution",
                f"The file is damaged: {video.damaged_packets} pictures are lost or spoilt, {video.frame_count} were "
                "read. Landings near the lost ones are missing or less sure.",
                "Copy the video again from the camera.",
            )
        )
    if video is not None and video.truncated:
        notes.append(
            Note(
                "cut_short",
                "caution",
                f"The file ends before it should: only its first {video.presentation_time_s[-1]:.1f} s could be read.",
                "Copy the video again from the camera.",
            )
        )
    return notes
