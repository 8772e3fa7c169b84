"""Rules on frame rate, playback speed and the file."""

from __future__ import annotations

import math

from footstrike.capture.facts import Capture
from footstrike.capture.findings import Finding, finding
from footstrike.data import VideoInfo
from footstrike.gait.contacts.timing import FRAME_SHARE_SE
from footstrike.gait.quality import COARSE_RATE_HZ, LOW_RATE_HZ
from footstrike.texts import plural, text

CONTACT_SE_S, TOE_OFF_SE_S = 0.0065, 0.0105
"""What the pose model leaves unknown of a moment however many frames there are (runners left out of training)."""


def rate_findings(capture: Capture) -> list[Finding]:
    """Return what the frame rate, as far as it is known, is good for."""
    if capture.slow_motion.source == "real_time" and math.isnan(capture.slow_motion.relative_se):
        return [finding("rate", "rate_stored", "ok", stored_hz=capture.rate_hz)]
    rate_hz = capture.real_rate_hz
    stored = "" if capture.slow_motion.factor == 1 else text("findings.clause.stored", stored_hz=capture.rate_hz)
    moment_ms, toe_off_ms = _error_ms(CONTACT_SE_S, rate_hz), _error_ms(TOE_OFF_SE_S, rate_hz)
    duration_ms = math.hypot(moment_ms, toe_off_ms)
    said = {"rate_hz": rate_hz, "stored": stored, "moment_ms": moment_ms, "duration_ms": duration_ms}
    if rate_hz < LOW_RATE_HZ:
        return [finding("rate", "low_fps", "caution", **said)]
    if rate_hz < COARSE_RATE_HZ:
        return [finding("rate", "medium_fps", "info", **said)]
    return [finding("rate", "high_fps", "ok", **said)]


def repeat_findings(capture: Capture) -> list[Finding]:
    """Say that pictures repeat."""
    if math.isnan(capture.pictures_hz):
        return []
    moment_ms = _error_ms(CONTACT_SE_S, capture.pictures_hz * capture.slow_motion.factor)
    seen = {"rate_hz": capture.rate_hz, "pictures_hz": capture.pictures_hz}
    return [finding("rate", "repeated_pictures", "caution", moment_ms=moment_ms, **seen)]


def _error_ms(pose_se_s: float, rate_hz: float) -> float:
    return 1000 * math.hypot(pose_se_s, FRAME_SHARE_SE / rate_hz)


def playback_findings(capture: Capture) -> list[Finding]:
    """Return how playback relates to real time, and how that is known."""
    slow = capture.slow_motion
    pace, times = slow.pace
    if slow.source == "estimated":
        percent = 100 * slow.relative_se
        return [
            finding(
                "playback", "slow_motion_estimated", "caution", pace, times=times, reason=slow.reason, percent=percent
            )
        ]
    if slow.factor != 1:
        source = "stated" if slow.source == "stated" else "file"
        return [finding("playback", "slow_motion_known", "ok", f"{source}_{pace}", times=times)]
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
