"""Rules on frame rate, playback speed and the file."""

from __future__ import annotations

import math

from footstrike.capture.facts import Capture
from footstrike.capture.findings import Finding
from footstrike.data import VideoInfo
from footstrike.gait.quality import COARSE_RATE_HZ, LOW_RATE_HZ

CONTACT_ERROR_FRAMES = 0.41
"""Standard error of a time between two frames that are each known to a frame: 1 / sqrt(6)."""


def rate_findings(capture: Capture) -> list[Finding]:
    """Return what the frame rate, as far as it is known, is good for."""
    if capture.slow_motion.source == "real_time" and math.isnan(capture.slow_motion.relative_se):
        return [Finding("rate", "rate_stored", "ok", f"{capture.rate_hz:.0f} frames per second as it is stored.")]
    rate_hz = capture.real_rate_hz
    stored = "" if capture.slow_motion.factor == 1 else f" ({capture.rate_hz:.0f} stored)"
    rate, error_ms = f"{rate_hz:.0f} frames per second of real time{stored}", _error_ms(rate_hz)
    found = f"{rate}."
    if rate_hz < LOW_RATE_HZ:
        costs = f"Each contact time is good to about ±{error_ms:.0f} ms, and the strike angle suffers."
        action = "Film at 120 or 240 frames per second if the phone can."
        return [Finding("rate", "low_fps", "caution", found, costs, action)]
    if rate_hz < COARSE_RATE_HZ:
        costs = f"Good for strike type and cadence, coarse for contact time (±{error_ms:.0f} ms)."
        action = "Film at 120 or 240 frames per second for contact times."
        return [Finding("rate", "medium_fps", "info", found, costs, action)]
    return [Finding("rate", "high_fps", "ok", f"{rate}: each contact time is good to about ±{error_ms:.0f} ms.")]


def repeat_findings(capture: Capture) -> list[Finding]:
    """Say that pictures repeat."""
    if math.isnan(capture.pictures_hz):
        return []
    real_hz = capture.pictures_hz * capture.slow_motion.factor
    found = (
        f"Pictures repeat: of {capture.rate_hz:.0f} a second only about {capture.pictures_hz:.0f} differ from the one "
        "before."
    )
    costs = f"Motion halts and jumps, and each contact time is good to no better than ±{_error_ms(real_hz):.0f} ms."
    action = "Give the camera's own file, not a copy that was edited, converted or recorded from a screen."
    return [Finding("rate", "repeated_pictures", "caution", found, costs, action)]


def _error_ms(rate_hz: float) -> float:
    return 1000 * CONTACT_ERROR_FRAMES / rate_hz


def playback_findings(capture: Capture) -> list[Finding]:
    """Return how playback relates to real time, and how that is known."""
    slow = capture.slow_motion
    if slow.source == "estimated":
        found = f"{_speed_words(slow.factor)} assumed: {slow.reason}."
        costs = f"Times and cadence are estimates (about ±{100 * slow.relative_se:.0f} %)."
        action = "State the true frame rate with --capture-rate."
        return [Finding("playback", "slow_motion_estimated", "caution", found, costs, action)]
    if slow.factor != 1:
        how = "stated" if slow.source == "stated" else "as the camera wrote into the file"
        found = f"Slow motion, {slow.factor:.1f} times slower than real ({how})."
        return [Finding("playback", "slow_motion_known", "ok", found)]
    if math.isnan(slow.relative_se):
        return []
    return [Finding("playback", "real_time", "ok", "It plays in real time.")]


def _speed_words(factor: float) -> str:
    """Return how the playback differs from real time."""
    if factor >= 1:
        return f"Slow motion, {factor:.1f} times slower than real,"
    return f"Fast playback, {1 / factor:.1f} times faster than real,"


def file_findings(video: VideoInfo | None) -> list[Finding]:
    """Say what is wrong with a file, and which part of it could not be read."""
    again = "Copy the video again from the camera."
    found = []
    if video is not None and video.variable_rate:
        uneven, costs = "The times between frames are uneven.", "True times are used; gaps cost accuracy."
        action = "Give the camera's own file, not one that was sent by a messenger or recorded from a screen."
        found.append(Finding("file", "variable_rate", "info", uneven, costs, action))
    if video is not None and video.damaged_packets:
        damaged = (
            f"The file is damaged: {video.damaged_packets} pictures are lost or spoilt, {video.frame_count} were read."
        )
        costs = "Landings near the lost ones are missing or less sure."
        found.append(Finding("file", "damaged_video", "caution", damaged, costs, again))
    if video is not None and video.truncated:
        short = f"The file ends before it should: only its first {video.presentation_time_s[-1]:.1f} s could be read."
        found.append(Finding("file", "cut_short", "caution", short, "", again))
    return found
