"""Following people through a video."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footstrike.data import LANDMARK_COUNT, FloatArray, ModelInfo, PoseTrack
from footstrike.errors import NotAnalysableError
from footstrike.pose.backend import PoseBackend, PoseEstimate, PoseEstimator
from footstrike.pose.camera import CameraView, Change, Changes, camera_path
from footstrike.pose.crowd import Crowd
from footstrike.pose.following import followed, single, unbroken_runs
from footstrike.pose.parallel import OnFrame, TimedPicture, Visit, look_at, reported
from footstrike.pose.people import Person, lasting_looks, most_at_once, people_of, with_returns
from footstrike.pose.region import Region
from footstrike.pose.repeats import pictures_hz
from footstrike.pose.sightings import Look, Name, Sighting, Sightings

_NOBODY = np.full((LANDMARK_COUNT, 6), np.nan, dtype=np.float32)
_NOBODY[:, 2] = 0
_NOWHERE = np.full(4, np.nan)


class _Seen(NamedTuple):
    """A frame after the first look."""

    frame: int
    time_s: float
    size_px: tuple[int, int]
    look: Look
    change: Change


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Everybody who was followed through a video.

    Parameters
    ----------
    time_s
        ``(T,)`` times of all frames.
    frame_size_px
        Upright (width, height).
    looked
        ``(L,)`` the frames that were looked at.
    camera_px, shot
        ``(L, 2)`` and ``(L,)``, as in :class:`PoseTrack`.
    persons
        The largest first, but those seen for a moment last.
    pictures_hz
        As in :class:`PoseTrack`.
    backend, models
        What looked.
    """

    time_s: FloatArray
    frame_size_px: tuple[int, int]
    looked: NDArray[np.intp]
    camera_px: FloatArray
    shot: FloatArray
    persons: tuple[Person, ...]
    pictures_hz: float
    backend: str
    models: tuple[ModelInfo, ...]

    @property
    def lasting(self) -> tuple[Person, ...]:
        """Those who are seen for more than a moment, the largest first; everybody where all are not."""
        least = lasting_looks(self.time_s[self.looked])
        return tuple(person for person in self.persons if person.looks.size >= least) or self.persons

    def track(self, person: int) -> PoseTrack:
        """Return where one person is in every frame, and those who are only seen when they are not.

        Numbers are rounded to single precision, as landmark files hold them, so that a video and its
        landmark file are analysed alike to the last digit. Without anybody, the track is empty.
        """
        landmarks = np.tile(_NOBODY.astype(float), (self.looked.size, 1, 1))
        region = np.tile(_NOWHERE, (self.looked.size, 1))
        if self.persons:
            seen = with_returns(self.persons, person, self.shot)
            landmarks[seen.looks], region[seen.looks] = seen.landmarks, seen.region
        shown = _in_every_frame(self.time_s, self.looked, landmarks, region, self.camera_px, self.shot)
        return PoseTrack(
            time_s=self.time_s,
            xy_px=shown.landmarks[..., :2],
            visibility=np.clip(shown.landmarks[..., 2], 0, 1),
            frame_size_px=self.frame_size_px,
            backend=self.backend,
            models=self.models,
            world_m=shown.landmarks[..., 3:].astype(np.float32),
            camera_px=shown.camera_px,
            shot=shown.shot,
            region=shown.region,
            people=most_at_once(self.persons, self.time_s[self.looked]),
            pictures_hz=self.pictures_hz,
        )


def follow_people(
    frames: Iterable[TimedPicture],
    backend: PoseBackend,
    on_frame: OnFrame | None = None,
    *,
    every: int = 1,
    jobs: int = 1,
) -> People:
    """Look for people in a video and follow them.

    Parameters
    ----------
    frames
        All frames of the video in order, of one size.
    backend
        The pose model.
    on_frame
        Told the index of each frame that was looked at, in order.
    every
        Look at every so many frames, and at the last; between two in which a person was seen, and without a cut,
        landmarks follow a cubic spline.
    jobs
        Pieces of the video to look at at once; makes no difference to what is found.

    Raises
    ------
    NotAnalysableError
        If there is no frame.
    ModelError
        If the backend's models cannot be used.
    """

    def look(estimator: PoseEstimator, visits: Iterator[Visit]) -> Iterator[_Seen]:
        camera, crowd = CameraView(), Crowd()
        carried: dict[Name, Region] = {}
        for visit in visits:
            frame, rgb = visit.frame, visit.frame.rgb
            people = {(visit.chunk, n): _sighting(estimate) for n, estimate in crowd.seen(estimator, rgb).items()}
            change = camera.change(rgb, [person.landmarks[:, :2].astype(float) for person in people.values()])
            if visit.fresh:
                yield _Seen(frame.index, frame.time_s, frame.size_px, Look(people, carried), change)
                carried = {}
            else:
                carried = {name: person.region for name, person in people.items()}

    times_s: list[float] = []
    looked_at: list[int] = []
    sightings, changes = Sightings(), Changes()
    for seen in reported(look_at(_some(frames, every, times_s), backend, look, jobs, follows=True), on_frame):
        looked_at.append(seen.frame)
        sightings.add(seen.look)
        changes.add(seen.change)
    if not looked_at:
        raise NotAnalysableError("The recording holds no frames; give a video with at least a few steps.")
    time_s, looked = np.array(times_s), np.array(looked_at)
    camera_px, shot = camera_path(changes)
    return People(
        time_s=time_s,
        frame_size_px=seen.size_px,
        looked=looked,
        camera_px=camera_px,
        shot=shot,
        persons=people_of(sightings, time_s[looked], camera_px, shot),
        pictures_hz=pictures_hz(time_s[looked], changes.rows()["stir"]),
        backend=backend.name,
        models=backend.models(),
    )


def _some(frames: Iterable[TimedPicture], every: int, times_s: list[float]) -> Iterator[TimedPicture]:
    """Pass on every so many frames and the last; note the times of all."""
    left_out: TimedPicture | None = None
    for number, frame in enumerate(frames):
        times_s.append(frame.time_s)
        left_out = None if number % every == 0 else frame
        if left_out is None:
            yield frame
    if left_out is not None:
        yield left_out


class _Shown(NamedTuple):
    """What is known of all ``T`` frames: (T, 33, 6), (T, 4), (T, 2) and (T,), in single precision."""

    landmarks: FloatArray
    region: FloatArray
    camera_px: FloatArray
    shot: FloatArray


def _in_every_frame(
    time_s: FloatArray,
    looked: NDArray[np.intp],
    landmarks: FloatArray,
    region: FloatArray,
    camera_px: FloatArray,
    shot: FloatArray,
) -> _Shown:
    """Follow what was seen in the looks through the frames between."""
    if looked.size == time_s.size:
        return _Shown(single(landmarks), single(region), single(camera_px), shot)
    before = np.searchsorted(looked, np.arange(time_s.size), side="right") - 1
    run = unbroken_runs(np.isfinite(region[:, 0]), shot)
    return _Shown(
        landmarks=single(followed(time_s, looked, run, landmarks, _NOBODY.astype(float))),
        region=single(followed(time_s, looked, run, region, _NOWHERE)),
        camera_px=single(np.stack([np.interp(time_s, time_s[looked], column) for column in camera_px.T], axis=1)),
        shot=shot[before],
    )


def _sighting(estimate: PoseEstimate) -> Sighting:
    """Return all landmarks as one array, in a quarter of the memory."""
    landmarks = np.column_stack([estimate.xy_px, estimate.visibility, estimate.world_m]).astype(np.float32)
    return Sighting(landmarks, estimate.region)
