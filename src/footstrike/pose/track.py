"""Running a pose backend over the frames of a video."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from footstrike.data import LANDMARK_COUNT, BoolArray, FloatArray, LandingLook, ModelInfo, PoseTrack, require
from footstrike.errors import NotAnalysableError
from footstrike.pose.backend import PoseBackend, PoseEstimate, PoseEstimator
from footstrike.pose.camera import CameraView, Change, camera_path
from footstrike.pose.following import followed, unbroken_runs
from footstrike.pose.parallel import TimedPicture, Visit, look_at
from footstrike.pose.region import Region
from footstrike.pose.shoe import ShoeTurns, ShoeView

OnFrame = Callable[[int], None]
"""Called with the index of each frame that has been looked at."""

_NOBODY = np.full((LANDMARK_COUNT, 6), np.nan, dtype=np.float32)
_NOBODY[:, 2] = 0
_NOWHERE = np.full(4, np.nan)


class _Seen(NamedTuple):
    """A frame after the first look.

    ``landmarks`` is (33, 6): x and y, visibility, and the metric three; ``region`` is (4,), as in the track.
    """

    frame: int
    time_s: float
    size_px: tuple[int, int]
    landmarks: NDArray[np.float32]
    region: FloatArray
    change: Change


class _SeenCloser(NamedTuple):
    """A frame after the closer look; no estimate where the finer model did not look or saw nobody."""

    frame: int
    estimate: PoseEstimate | None
    shoe: ShoeView | None


def track_poses(
    frames: Iterable[TimedPicture],
    backend: PoseBackend,
    on_frame: OnFrame | None = None,
    *,
    every: int = 1,
    jobs: int = 1,
) -> PoseTrack:
    """Look for the person in a video and say for every frame where they are.

    Numbers are rounded to single precision, as landmark files hold them, so that a video and its
    landmark file are analysed alike to the last digit.

    Parameters
    ----------
    frames
        All frames of the video in order, of one size.
    backend
        The pose model.
    on_frame
        Told the index of each frame that was looked at, in order.
    every
        Look at every so many frames, and at the last; between two in which the person was seen, and without a cut,
        landmarks follow a cubic spline.
    jobs
        Frames to look at at once; makes no difference to what is found.

    Returns
    -------
    PoseTrack
        Every frame; NaN (visibility 0) where nobody was found.

    Raises
    ------
    NotAnalysableError
        If there is no frame.
    ModelError
        If the backend's models cannot be used.
    """

    def look(estimator: PoseEstimator, visits: Iterator[Visit]) -> Iterator[_Seen]:
        camera, expected = CameraView(), None
        for visit in visits:
            frame, rgb = visit.frame, visit.frame.rgb
            estimate = _follow(estimator, rgb, expected)
            expected = None if estimate is None else estimate.region
            landmarks = _NOBODY if estimate is None else _in_single(estimate)
            change = camera.change(rgb, landmarks[:, :2].astype(float))
            if visit.fresh:
                region = _NOWHERE if expected is None else np.array(astuple(expected))
                yield _Seen(frame.index, frame.time_s, frame.size_px, landmarks, region, change)

    times_s: list[float] = []
    seen = list(_reported(look_at(_some(frames, every, times_s), backend, look, jobs, follows=True), on_frame))
    if not seen:
        raise NotAnalysableError("The recording holds no frames; give a video with at least a few steps.")
    time_s = np.array(times_s)
    shown = _in_every_frame(time_s, seen)
    return PoseTrack(
        time_s=time_s,
        xy_px=shown.landmarks[..., :2],
        visibility=np.clip(shown.landmarks[..., 2], 0, 1),
        frame_size_px=seen[-1].size_px,
        backend=backend.name,
        models=backend.models(),
        world_m=shown.landmarks[..., 3:],
        camera_px=shown.camera_px,
        shot=shown.shot,
        region=shown.region,
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


def _in_every_frame(time_s: FloatArray, seen: Sequence[_Seen]) -> _Shown:
    """Follow what was seen through the frames between."""
    looked = np.array([one.frame for one in seen])
    camera_px, shot = camera_path([one.change for one in seen])
    landmarks = np.stack([one.landmarks for one in seen], dtype=np.float64)
    region = np.stack([one.region for one in seen])
    if looked.size == time_s.size:
        return _Shown(landmarks, _single(region), _single(camera_px), shot)
    before = np.searchsorted(looked, np.arange(time_s.size), side="right") - 1
    run = unbroken_runs(np.isfinite(region[:, 0]), shot)
    return _Shown(
        landmarks=_single(followed(time_s, looked, run, landmarks, _NOBODY.astype(float))),
        region=_single(followed(time_s, looked, run, region, _NOWHERE)),
        camera_px=_single(np.stack([np.interp(time_s, time_s[looked], column) for column in camera_px.T], axis=1)),
        shot=shot[before],
    )


def _follow(estimator: PoseEstimator, rgb: NDArray[np.uint8], expected: Region | None) -> PoseEstimate | None:
    """Look where the person is expected, and failing that, in the whole picture."""
    estimate = None if expected is None else estimator.look(rgb, expected)
    if estimate is None and (found := estimator.find(rgb)) is not None:
        estimate = estimator.look(rgb, found)
    return estimate


def refine(
    track: PoseTrack,
    frames: Iterable[TimedPicture],
    backend: PoseBackend,
    closer: BoolArray,
    looks: Sequence[LandingLook] = (),
    on_frame: OnFrame | None = None,
    *,
    jobs: int = 1,
) -> PoseTrack:
    """Look again at some frames of ``track`` with a finer model, and in some at the shoe that lands.

    Each frame is looked at for itself, where the first pass saw the person and the shoe.

    Parameters
    ----------
    track
        The first pass over all frames.
    frames
        The frames to visit, in order, from the same video.
    backend
        The finer pose model.
    closer
        ``(T,)`` which frames it looks at; they are among those to visit.
    looks
        Landings in which the turn of the shoe is measured; so are their frames.
    on_frame
        Told the index of each frame as it is done, in order.
    jobs
        Frames to look at at once; makes no difference to what is found.

    Returns
    -------
    PoseTrack
        ``track`` with its refined fields filled in these frames; both backends' models.

    Raises
    ------
    InvalidValueError
        If a frame is not one of the track's, or the track does not know where the person is.
    """
    require(track.region is not None, "A track without regions cannot be refined.")
    regions = _expected_regions(track)
    xy_px = np.full((track.frame_count, LANDMARK_COUNT, 2), np.nan)
    visibility = np.zeros((track.frame_count, LANDMARK_COUNT))
    shoes = ShoeTurns(looks, track.frame_count)

    def look(estimator: PoseEstimator, visits: Iterator[Visit]) -> Iterator[_SeenCloser]:
        for visit in visits:
            frame, rgb = visit.frame.index, visit.frame.rgb
            region = regions[frame]
            seen = closer[frame] and np.isfinite(region).all()
            estimate = estimator.look(rgb, Region(*region.tolist())) if seen else None
            shoe = shoes.view(frame, rgb, track.xy_px[frame]) if track.found[frame] else None
            yield _SeenCloser(frame, estimate, shoe)

    belonging = (_frame_of(track, frame) for frame in frames)
    for frame, estimate, shoe in _reported(look_at(belonging, backend, look, jobs, follows=False), on_frame):
        if estimate is not None:
            xy_px[frame], visibility[frame] = estimate.xy_px, estimate.visibility
        shoes.take(frame, shoe)
    return track.replace(
        refined_xy_px=_single(xy_px),
        refined_visibility=_single(visibility),
        shoe_turn_deg=_single(shoes.turn_deg),
        models=_united(track.models, backend.models()),
    )


def _expected_regions(track: PoseTrack) -> FloatArray:
    """Return where the frame before shows the person, ``(T, 4)``; where it does not, the frame itself.

    The network is made for following: in the square around the person as they were a moment ago it sees the feet better
    than in the one around them now (foot strike angles of drawn runners: 3 to 5 degrees nearer).
    """
    region = np.asarray(track.region)
    before = np.vstack([region[:1], region[:-1]])
    same_shot = np.r_[False, np.diff(track.shot) == 0] if track.shot is not None else np.ones(track.frame_count, bool)
    return np.where((same_shot & np.isfinite(before[:, 0]))[:, None], before, region)


_AnySeen = TypeVar("_AnySeen", _Seen, _SeenCloser)


def _reported(seen: Iterable[_AnySeen], on_frame: OnFrame | None) -> Iterator[_AnySeen]:
    """Pass on what was seen and tell ``on_frame`` about it."""
    for one in seen:
        yield one
        if on_frame is not None:
            on_frame(one.frame)


def _frame_of(track: PoseTrack, frame: TimedPicture) -> TimedPicture:
    """Return ``frame`` if it can be one of the track's."""
    count, size_px = track.frame_count, frame.size_px
    require(0 <= frame.index < count, f"Frame {frame.index} is not in a track of {count} frames.")
    require(size_px == track.frame_size_px, f"Frame size {size_px} is not the track's {track.frame_size_px}.")
    return frame


def _in_single(estimate: PoseEstimate) -> NDArray[np.float32]:
    """Return all landmarks as one array, in a quarter of the memory."""
    return np.column_stack([estimate.xy_px, estimate.visibility, estimate.world_m]).astype(np.float32)


def _united(first: tuple[ModelInfo, ...], second: tuple[ModelInfo, ...]) -> tuple[ModelInfo, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _single(values: FloatArray) -> FloatArray:
    return values.astype(np.float32).astype(np.float64)
