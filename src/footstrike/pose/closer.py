"""Looking again, closer, at the frames around each landing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from footstrike.data import LANDMARK_COUNT, BoolArray, FloatArray, LandingLook, ModelInfo, PoseTrack, require
from footstrike.landmarks import shoulder_line_m
from footstrike.pose.backend import PoseBackend, PoseEstimate, PoseEstimator
from footstrike.pose.following import single
from footstrike.pose.parallel import OnFrame, TimedPicture, Visit, look_at, reported
from footstrike.pose.region import Region
from footstrike.pose.rows import Rows
from footstrike.pose.shoe import ShoeTurns, ShoeView

_FOUND = np.dtype(
    [
        ("frame", np.intp),
        ("xy_px", np.float32, (LANDMARK_COUNT, 2)),
        ("visibility", np.float32, LANDMARK_COUNT),
        ("shoulders_m", np.float32, 2),
    ]
)


class _SeenCloser(NamedTuple):
    """A frame after the closer look; no estimate where the finer model did not look or saw nobody."""

    frame: int
    estimate: PoseEstimate | None
    shoe: ShoeView | None


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
    found = Rows(_FOUND)
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
    for frame, estimate, shoe in reported(look_at(belonging, backend, look, jobs, follows=False), on_frame):
        if estimate is not None:
            found.add(frame, estimate.xy_px, estimate.visibility, shoulder_line_m(estimate.world_m))
        shoes.take(frame, shoe)
    rows, count = found.all(), track.frame_count
    return track.replace(
        refined_xy_px=_in_all_frames(rows, "xy_px", count, otherwise=np.nan),
        refined_visibility=_in_all_frames(rows, "visibility", count, otherwise=0.0),
        refined_shoulders_m=_in_all_frames(rows, "shoulders_m", count, otherwise=np.nan),
        shoe_turn_deg=single(shoes.turn_deg),
        models=_united(track.models, backend.models()),
    )


def _in_all_frames(rows: NDArray[Any], field: str, frame_count: int, otherwise: float) -> FloatArray:
    """Return what was found in each frame of the recording, and something else in those without."""
    values = np.full((frame_count, *rows[field].shape[1:]), otherwise)
    values[rows["frame"]] = rows[field]
    return values


def _expected_regions(track: PoseTrack) -> FloatArray:
    """Return where the frame before shows the person, ``(T, 4)``; where it does not, the frame itself.

    The network is made for following: in the square around the person as they were a moment ago it sees the feet better
    than in the one around them now (foot strike angles of drawn runners: 3 to 5 degrees nearer).
    """
    region = np.asarray(track.region)
    before = np.vstack([region[:1], region[:-1]])
    same_shot = np.r_[False, np.diff(track.shot) == 0] if track.shot is not None else np.ones(track.frame_count, bool)
    return np.where((same_shot & np.isfinite(before[:, 0]))[:, None], before, region)


def _frame_of(track: PoseTrack, frame: TimedPicture) -> TimedPicture:
    """Return ``frame`` if it can be one of the track's."""
    count, size_px = track.frame_count, frame.size_px
    require(0 <= frame.index < count, f"Frame {frame.index} is not in a track of {count} frames.")
    require(size_px == track.frame_size_px, f"Frame size {size_px} is not the track's {track.frame_size_px}.")
    return frame


def _united(first: tuple[ModelInfo, ...], second: tuple[ModelInfo, ...]) -> tuple[ModelInfo, ...]:
    return tuple(dict.fromkeys((*first, *second)))
