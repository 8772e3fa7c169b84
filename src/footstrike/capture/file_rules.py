"""Rules on frame rate, playback speed and the file."""

from __future__ import annotations

import math

from footstrike.capture.facts import Capture
from footstrike.capture.findings import Finding, finding
from footstrike.data import VideoInfo
from footstrike.gait.quality import COARSE_RATE_HZ, LOW_RATE_HZ
from footstrike.texts import plural, text

CONTACT_ERROR_FRAMES = 0.41
"""Standard error of a time between two frames that are each known to a frame: 1 / sqrt(6)."""


def rate_findings(capture: Capture) -> list[Finding]:
    """Return what the frame rate, as far as it is known, is good for."""
    if capture.slow_motion.source == "real_time" and math.isnan(capture.slow_motion.relative_se):
        return [finding("rate", "rate_stored", "ok", stored_hz=capture.rate_hz)]
    rate_hz = capture.real_rate_hz
    stored = "" if capture.slow_motion.factor == 1 else text("findings.clause.stored", stored_hz=capture.rate_hz)
    said = {"rate_hz": rate_hz, "stored": stored, "error_ms": _error_ms(rate_hz)}
    if rate_hz < LOW_RATE_HZ:
        return [finding("rate", "low_fps", "caution", **said)]
    if rate_hz < COARSE_RATE_HZ:
        return [finding("rate", "medium_fps", "info", **said)]
    return [finding("rate", "high_fps", "ok", **said)]


def repeat_findings(capture: Capture) -> list[Finding]:
    """Say that pictures repeat."""
    if math.isnan(capture.pictures_hz):
        return []
    error_ms = _error_ms(capture.pictures_hz * capture.slow_motion.factor)
    seen = {"rate_hz": capture.rate_hz, "pictures_hz": capture.pictures_hz}
    return [finding("rate", "repeated_pictures", "caution", error_ms=error_ms, **seen)]


def _error_ms(rate_hz: float) -> float:
    return 1000 * CONTACT_ERROR_FRAMES / rate_hz


def playback_findings(capture: Capture) -> list[Finding]:
    """Return how playback relates to real time, and how that is known."""
    slow = capture.slow_motion
    if slow.source == "estimated":
        case, times = ("slow", slow.factor) if slow.factor >= 1 else ("fast", 1 / slow.factor)
        percent = 100 * slow.relative_se
        return [
            finding(
                "playback", "slow_motion_estimated", "caution", case, times=times, reason=slow.reason, percent=percent
            )
        ]
    if slow.factor != 1:
        case = "stated" if slow.source == "stated" else "file"
        return [finding("playback", "slow_motion_known", "ok", case, times=slow.factor)]
    if math.isnan(slow.relative_se):
        return []
    return [finding("playback", "real_time", "ok")]


def file_findings(video: VideoInfo | None) -> list[Finding]:
    """Say what is wrong with a file, and which part of it could not be read."""
    if video is None:
        return []
    found = []
    if video.variable_rate:
        found.append(finding("file", "variable_rate", "info"))
    if video.damaged_packets:
        lost, read = video.damaged_packets, video.frame_count
        found.append(finding("file", "damaged_video", "caution", plural(lost), lost=lost, read=read))
    if video.truncated:
        found.append(finding("file", "cut_short", "caution", seconds=video.presentation_time_s[-1]))
    return found
