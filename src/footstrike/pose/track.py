"""Running a pose backend over the frames of a video."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from footstrike.data import LANDMARK_COUNT, FloatArray, LandingLook, ModelInfo, PoseTrack, require
from footstrike.errors import NotAnalysableError
from footstrike.pose.backend import PoseBackend, PoseEstimate, PoseEstimator
from footstrike.pose.camera import CameraView, Change, camera_path
from footstrike.pose.parallel import SETTLING_FRAMES, TimedPicture, Visit, look_at
from footstrike.pose.shoe import ShoeTurns, ShoeView

OnFrame = Callable[[int], None]
"""Called with the index of each frame that has been looked at."""

_NOBODY = PoseEstimate(
    xy_px=np.full((LANDMARK_COUNT, 2), np.nan),
    visibility=np.zeros(LANDMARK_COUNT),
    world_m=np.full((LANDMARK_COUNT, 3), np.nan),
)


class _Seen(NamedTuple):
    """A frame after the first look; ``landmarks`` is (33, 6): x and y, visibility, and the metric three."""

    frame: int
    time_s: float
    size_px: tuple[int, int]
    landmarks: NDArray[np.float32]
    change: Change


class _SeenCloser(NamedTuple):
    """A frame after the closer look; no estimate where nobody is seen or the model has not settled."""

    frame: int
    estimate: PoseEstimate | None
    shoe: ShoeView | None


def track_poses(
    frames: Iterable[TimedPicture], backend: PoseBackend, on_frame: OnFrame | None = None, *, jobs: int = 1
) -> PoseTrack:
    """Look for the person in every frame of a video.

    Numbers are rounded to single precision, as landmark files hold them, so that a video and its
    landmark file are analysed alike to the last digit.

    Parameters
    ----------
    frames
        All frames of the video in order, of one size.
    backend
        The pose model.
    on_frame
        Told the index of each frame as it is done, in order.
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
        camera = CameraView()
        for visit in visits:
            frame, rgb = visit.frame, visit.frame.rgb
            estimate = estimator.estimate(rgb) or _NOBODY
            change = camera.change(rgb, estimate.xy_px)
            if visit.fresh:
                yield _Seen(frame.index, frame.time_s, frame.size_px, _in_single(estimate), change)

    seen = list(_reported(look_at(frames, backend, look, jobs), on_frame))
    if not seen:
        raise NotAnalysableError("The recording holds no frames; give a video with at least a few steps.")
    landmarks = np.stack([one.landmarks for one in seen], dtype=np.float64)
    camera_px, shot = camera_path([one.change for one in seen])
    return PoseTrack(
        time_s=np.array([one.time_s for one in seen]),
        xy_px=landmarks[..., :2],
        visibility=landmarks[..., 2],
        frame_size_px=seen[-1].size_px,
        backend=backend.name,
        models=backend.models(),
        world_m=landmarks[..., 3:],
        camera_px=_single(camera_px),
        shot=shot,
    )


def refine(
    track: PoseTrack,
    frames: Iterable[TimedPicture],
    backend: PoseBackend,
    looks: Sequence[LandingLook] = (),
    on_frame: OnFrame | None = None,
    *,
    jobs: int = 1,
) -> PoseTrack:
    """Look again at some frames of ``track`` with a finer model, and at the shoes that land in them.

    The first :data:`SETTLING_FRAMES` of each unbroken run of frames only settle the model and stay
    unrefined, so runs should start that much early.

    Parameters
    ----------
    track
        The first pass over all frames.
    frames
        The frames to visit, in order, from the same video.
    backend
        The finer pose model.
    looks
        Landings in which the turn of the shoe is measured; their frames are among those to visit.
    on_frame
        Told the index of each frame as it is done, in order.
    jobs
        Frames to look at at once; makes no difference to what is found.

    Returns
    -------
    PoseTrack
        ``track`` with its refined fields filled in the settled frames; both backends' models.

    Raises
    ------
    InvalidValueError
        If a frame is not one of the track's.
    """
    xy_px = np.full((track.frame_count, LANDMARK_COUNT, 2), np.nan)
    visibility = np.zeros((track.frame_count, LANDMARK_COUNT))
    shoes = ShoeTurns(looks, track.frame_count)

    def look(estimator: PoseEstimator, visits: Iterator[Visit]) -> Iterator[_SeenCloser]:
        run_start = last = -2
        for visit in visits:
            frame, rgb = visit.frame.index, visit.frame.rgb
            estimate = estimator.estimate(rgb)
            run_start, last = (run_start if frame == last + 1 else frame), frame
            if frame - run_start < SETTLING_FRAMES:
                estimate = None
            if visit.fresh:
                shoe = None if estimate is None else shoes.view(frame, rgb, estimate.xy_px)
                yield _SeenCloser(frame, estimate, shoe)

    belonging = (_frame_of(track, frame) for frame in frames)
    for frame, estimate, shoe in _reported(look_at(belonging, backend, look, jobs), on_frame):
        if estimate is not None:
            xy_px[frame], visibility[frame] = estimate.xy_px, estimate.visibility
            shoes.take(frame, shoe)
    return track.replace(
        refined_xy_px=_single(xy_px),
        refined_visibility=_single(visibility),
        shoe_turn_deg=_single(shoes.turn_deg),
        models=_united(track.models, backend.models()),
    )


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
