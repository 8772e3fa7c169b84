"""Running a pose backend over the frames of a video."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from footstrike.data import LANDMARK_COUNT, FloatArray, LandingLook, ModelInfo, PoseTrack, require
from footstrike.errors import NotAnalysableError
from footstrike.pose.backend import PoseBackend, PoseEstimate
from footstrike.pose.camera import CameraMotion
from footstrike.pose.shoe import ShoeTurns

OnFrame = Callable[[int], None]
"""Called with the index of each frame that has been looked at."""
SETTLING_FRAMES = 2
"""Frames that a pose model needs to settle on a person after a jump in the video.

Measured on three clips with the heavy model: feet lie up to 330 px (legs swapped) off the unbroken
run in the first two frames after a jump, and within 3 px as a rule from the third on.
"""


class TimedPicture(Protocol):
    """What this room needs of a video frame."""

    @property
    def index(self) -> int:
        """Place in decode order, from 0."""
        ...

    @property
    def time_s(self) -> float:
        """Time from the first frame."""
        ...

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """``(H, W, 3)`` upright picture."""
        ...


_NOBODY = PoseEstimate(
    xy_px=np.full((LANDMARK_COUNT, 2), np.nan),
    visibility=np.zeros(LANDMARK_COUNT),
    world_m=np.full((LANDMARK_COUNT, 3), np.nan),
)


def track_poses(frames: Iterable[TimedPicture], backend: PoseBackend, on_frame: OnFrame | None = None) -> PoseTrack:
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
        Told the index of each frame as it is done.

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
    times_s: list[float] = []
    estimates: list[PoseEstimate] = []
    shifts: list[tuple[FloatArray, bool]] = []
    camera = CameraMotion()
    size_px = (0, 0)
    with backend.open() as estimator:
        for frame in frames:
            size_px = (frame.rgb.shape[1], frame.rgb.shape[0])
            times_s.append(frame.time_s)
            estimates.append(estimator.estimate(frame.rgb) or _NOBODY)
            shifts.append(camera.shift(frame.rgb, estimates[-1].xy_px))
            if on_frame is not None:
                on_frame(frame.index)
    if not estimates:
        raise NotAnalysableError("The recording holds no frames; give a video with at least a few steps.")
    return PoseTrack(
        time_s=np.array(times_s),
        xy_px=_single(np.stack([estimate.xy_px for estimate in estimates])),
        visibility=_single(np.stack([estimate.visibility for estimate in estimates])),
        frame_size_px=size_px,
        backend=backend.name,
        models=backend.models(),
        world_m=_single(np.stack([estimate.world_m for estimate in estimates])),
        camera_px=_single(np.cumsum(np.nan_to_num([shift for shift, _ in shifts]), axis=0)),
        shot=np.cumsum([cut for _, cut in shifts]).astype(float),
    )


def refine(
    track: PoseTrack,
    frames: Iterable[TimedPicture],
    backend: PoseBackend,
    looks: Sequence[LandingLook] = (),
    on_frame: OnFrame | None = None,
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
        Told the index of each frame as it is done.

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
    run_start = last = -2
    with backend.open() as estimator:
        for frame in frames:
            _require_frame_of(track, frame)
            estimate = estimator.estimate(frame.rgb)
            run_start = run_start if frame.index == last + 1 else frame.index
            last = frame.index
            if estimate is not None and frame.index - run_start >= SETTLING_FRAMES:
                xy_px[frame.index] = estimate.xy_px
                visibility[frame.index] = estimate.visibility
                shoes.see(frame.index, frame.rgb, estimate.xy_px)
            if on_frame is not None:
                on_frame(frame.index)
    return track.replace(
        refined_xy_px=_single(xy_px),
        refined_visibility=_single(visibility),
        shoe_turn_deg=_single(shoes.turn_deg),
        models=_united(track.models, backend.models()),
    )


def _require_frame_of(track: PoseTrack, frame: TimedPicture) -> None:
    count = track.frame_count
    require(0 <= frame.index < count, f"Frame {frame.index} is not in a track of {count} frames.")
    size_px = (frame.rgb.shape[1], frame.rgb.shape[0])
    require(size_px == track.frame_size_px, f"Frame size {size_px} is not the track's {track.frame_size_px}.")


def _united(first: tuple[ModelInfo, ...], second: tuple[ModelInfo, ...]) -> tuple[ModelInfo, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _single(values: FloatArray) -> FloatArray:
    return values.astype(np.float32).astype(np.float64)
