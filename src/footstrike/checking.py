"""A quick look at a recording: how it was made, and whether an analysis is worth while."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from footstrike.analysis import LANDMARKS_SUFFIX, choose_runner, running_strides, slow_motion_of
from footstrike.capture import (
    Capture,
    Finding,
    PictureQuality,
    activity_seen_from,
    blocking,
    camera_motion,
    conclusion,
    findings_of,
    looks_at_pictures,
    person_of,
    picture_quality,
    spread_out,
    who_is_seen,
)
from footstrike.data import UNKNOWN, FloatArray, Measure, PoseTrack, VideoInfo, presentation_hz
from footstrike.errors import VideoError
from footstrike.gait.contacts.trunk import typical_period_s
from footstrike.gait.steps import Stride, find_strides
from footstrike.pose.blazepose import BlazePose
from footstrike.pose.closer import refine
from footstrike.pose.track import follow_people
from footstrike.settings import Settings
from footstrike.texts import text
from footstrike.video import VideoReader, open_video
from footstrike.video.reader import Frame

SCHEMA = "footstrike-check/1"
WINDOW_S = 2.5
"""Enough for the rhythm of a runner in real time."""
WINDOWS = 3
WHOLE_UP_TO_S = 12.5
"""Shorter recordings are looked at from end to end."""
LOOKS_HZ = 30.0
"""More looks a second than this cost time and show no more of what is asked here."""
LONG_WINDOW_S = 24.0
LONG_LOOKS_HZ = 8.0
"""Where no rhythm was found it may be slow: in slow motion, a step takes up to 4 s."""
LONG_WINDOW_FRAMES = 720
"""Reading more would take too long."""
LEAST_STEPS = 4
"""Fewer steps call for the long window."""


@dataclass(frozen=True, slots=True)
class CaptureCheck:
    """What a quick look at a recording found.

    Parameters
    ----------
    name
        The file's own name.
    capture
        What is known of how it was made.
    findings
        What that means, and how to film better.
    """

    name: str
    capture: Capture
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether an analysis would take the recording."""
        return blocking(self.findings) is None

    @property
    def conclusion(self) -> str:
        """What an analysis can be expected to give, in one sentence."""
        return conclusion(self.findings)

    @property
    def lines(self) -> tuple[str, ...]:
        """The verdict, and what was looked at."""
        seconds, share = self.capture.seconds, self.capture.looked_share
        return (
            text("terminal.check.verdict", name=self.name, conclusion=self.conclusion),
            text(
                "terminal.check.looked_all" if share >= 1 else "terminal.check.looked",
                looked_s=share * seconds,
                seconds=seconds,
            ),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values; NaN is ``None``."""
        capture, video = self.capture, self.capture.video
        facts = {
            "seconds": capture.seconds,
            "looked_share": capture.looked_share,
            "picture_size_px": None if video is None else (video.width_px, video.height_px),
            "stored_rate_hz": capture.rate_hz,
            "pictures_hz": capture.pictures_hz,
            "variable_rate": None if video is None else video.variable_rate,
            "capture_rate_hz": capture.real_rate_hz if math.isfinite(capture.slow_motion.relative_se) else None,
            "slow_motion": asdict(capture.slow_motion),
            "view": capture.person.view,
            "view_or": capture.person.view_or,
            **asdict(capture.person),
            "camera": asdict(capture.camera),
            "picture": None if capture.picture is None else asdict(capture.picture),
            "activity": capture.activity,
            "steps": capture.steps,
            "cadence_spm": capture.cadence.value,
        }
        return {
            "schema": SCHEMA,
            "name": self.name,
            "usable": self.usable,
            "conclusion": self.conclusion,
            "capture": _plain(facts),
            "findings": [{**asdict(finding), "page": finding.page} for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class _Look:
    """What one stretch of a recording shows; ``fine`` is the track with a second look at a few frames."""

    track: PoseTrack
    fine: PoseTrack
    pictures: tuple[PictureQuality, ...]


def check(path: str | Path, settings: Settings | None = None) -> CaptureCheck:
    """Look at a few stretches of a video and say how it was made.

    Parameters
    ----------
    path
        A video file.
    settings
        Choices, as for an analysis; only ``model``, ``fine_model``, ``runner``, ``capture_rate_hz``, ``contacts`` and
        ``jobs`` count here.

    Raises
    ------
    FootstrikeError
        If the file cannot be read as a video at all.
    """
    path, settings = Path(path), settings or Settings()
    if path.suffix.lower() == LANDMARKS_SUFFIX:
        raise VideoError(f"{path} holds landmarks, which do not show how a video was made; check the video itself.")
    with open_video(path, assumed_rate_hz=settings.capture_rate_hz) as reader:
        capture = _capture(reader, settings)
    return CaptureCheck(path.name, capture, findings_of(capture))


def _capture(reader: VideoReader, settings: Settings) -> Capture:
    video = reader.declared
    seconds = float(video.presentation_time_s[-1])
    looks = [look for window in windows(seconds) if (look := _look(reader, window, LOOKS_HZ, settings)) is not None]
    if not looks:
        raise VideoError(f"{video.name} holds no frame that can be decoded; copy it again from the camera.")
    track = joined([look.track for look in looks])
    rhythm = _rhythm(reader, track, seconds, settings)
    strides = find_strides(rhythm, settings.contacts)
    person = person_of(joined([look.fine for look in looks]))
    activity = activity_seen_from(person.view, rhythm, strides)
    if activity == "running":  # as an analysis does; from the front, what a bout shows does not count
        strides = tuple(running_strides(strides)) or strides
    analysable = activity == "running" and blocking(who_is_seen(person)) is None
    rate_hz = _rate_hz(video, settings)
    slow_motion = slow_motion_of(strides if analysable else [], rate_hz, video, settings)
    return Capture(
        person=person,
        camera=camera_motion(track),
        seconds=seconds,
        looked_share=looked_share(rhythm, seconds),
        rate_hz=rate_hz,
        pictures_hz=track.pictures_hz,
        slow_motion=slow_motion,
        steps=sum(len(stride.steps) for stride in strides),
        activity=activity,
        cadence=_cadence(strides, slow_motion.factor) if analysable else UNKNOWN,
        video=video,
        picture=picture_quality([picture for look in looks for picture in look.pictures]),
    )


def windows(seconds: float) -> tuple[tuple[float, float], ...]:
    """Return first and last second of the stretches to look at, spread over a recording."""
    if seconds <= WHOLE_UP_TO_S:
        return ((0.0, seconds),)
    middles = seconds * (np.arange(WINDOWS) + 0.5) / WINDOWS
    return tuple((float(middle - WINDOW_S / 2), float(middle + WINDOW_S / 2)) for middle in middles)


def looked_share(track: PoseTrack, seconds: float) -> float:
    """Return the share of a recording that a track of some stretches covers."""
    intervals_s = np.diff(track.time_s)
    looked_s = float(intervals_s[intervals_s <= 1 / LONG_LOOKS_HZ + WINDOW_S / 10].sum())
    return 1.0 if seconds <= WHOLE_UP_TO_S else looked_s / seconds


def joined(tracks: Sequence[PoseTrack]) -> PoseTrack:
    """Put the stretches of one recording together; gaps in the times stay."""
    if len(tracks) == 1:
        return tracks[0]
    names: tuple[str, ...] = ("time_s", "xy_px", "visibility", "world_m", "camera_px", "region")
    if tracks[0].refined_shoulders_m is not None:
        names += ("refined_xy_px", "refined_visibility", "refined_shoulders_m", "shoe_turn_deg")
    values = {name: np.concatenate([getattr(track, name) for track in tracks]) for name in names}
    values["shot"] = _shots_joined([track.shot for track in tracks if track.shot is not None])
    pictures_hz = np.fmin.reduce([track.pictures_hz for track in tracks])
    return tracks[0].replace(**values, people=max(track.people for track in tracks), pictures_hz=float(pictures_hz))


def _shots_joined(shots: Sequence[FloatArray]) -> FloatArray:
    """Count shots on through several stretches; between two of them nobody looked, so no cut is known."""
    numbered = [shots[0] - shots[0][0]]
    for shot in shots[1:]:
        numbered.append(shot - shot[0] + numbered[-1][-1])
    return np.concatenate(numbered)


def _rhythm(reader: VideoReader, track: PoseTrack, seconds: float, settings: Settings) -> PoseTrack:
    """Return the track in which to look for steps: a longer stretch where the first look shows too few."""
    steps = sum(len(stride.steps) for stride in find_strides(track, settings.contacts))
    if steps >= LEAST_STEPS or seconds <= WHOLE_UP_TO_S or not track.found.any():
        return track
    half_s = min(LONG_WINDOW_S, LONG_WINDOW_FRAMES / _rate_hz(reader.declared, settings)) / 2
    look = _look(reader, (seconds / 2 - half_s, seconds / 2 + half_s), LONG_LOOKS_HZ, settings)
    slow = look is not None and find_strides(look.track, settings.contacts)
    return look.track if look is not None and slow else track


def _look(reader: VideoReader, window: tuple[float, float], looks_hz: float, settings: Settings) -> _Look | None:
    """Look at one stretch; ``None`` where it holds no frame."""
    every = max(1, int(_rate_hz(reader.declared, settings) // looks_hz))
    kept: list[Frame] = []
    frames = spread_out(_thinned(reader.frames_between(*window), every), kept)
    first = next(frames, None)
    if first is None:
        return None
    people = follow_people(chain([first], frames), BlazePose(settings.model), jobs=settings.jobs)
    track = choose_runner(people, settings)
    return _Look(track, _finer(track, kept, settings), looks_at_pictures(kept, track))


def _finer(track: PoseTrack, frames: Sequence[Frame], settings: Settings) -> PoseTrack:
    """Look at a few frames again with the finer model, which errs otherwise about the view."""
    if settings.fine_model is None:
        return track
    some = [frame for frame in frames if track.found[frame.index]]
    closer = np.isin(np.arange(track.frame_count), [frame.index for frame in some])
    return refine(track, some, BlazePose(settings.fine_model), closer, jobs=settings.jobs)


def _thinned(frames: Iterator[Frame], every: int) -> Iterator[Frame]:
    """Pass on every so many frames, counted anew."""
    return (replace(frame, index=number) for number, frame in enumerate(islice(frames, 0, None, every)))


def _rate_hz(video: VideoInfo, settings: Settings) -> float:
    """Return the frames per second of playback; a single frame has only what the file or the user says."""
    rate_hz = presentation_hz(video.presentation_time_s, video)
    return rate_hz if math.isfinite(rate_hz) else settings.capture_rate_hz or 1.0


def _cadence(strides: Sequence[Stride], factor: float) -> Measure:
    period_s = typical_period_s([step for stride in strides for step in stride.steps])
    return Measure(60 * factor / period_s, math.nan) if strides else UNKNOWN


def _plain(value: Any) -> Any:
    """Return nested values with ``None`` for numbers that are not known."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
