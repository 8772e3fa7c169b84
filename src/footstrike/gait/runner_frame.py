"""From image pixels to the runner's own frame: x forward, y up, leg lengths.

This is the only module that turns pixels into body coordinates. A recording is split into bouts:
stretches in which one person is followed without a cut.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from footstrike.data import BoolArray, Direction, FloatArray, PoseTrack, Side, frozen_array
from footstrike.gait.signals import bridged, fill_gaps
from footstrike.gait.view import leg_length_px
from footstrike.landmarks import EARS, HIPS, LEGS, NOSE, SHOULDERS, TRUNK

LONGEST_GAP_FRAMES = 8
"""Frames without a person, or as much time without a frame, that are bridged; more end the bout."""
JUMP_TRUNKS = 0.9
"""A hip that moves further than this between frames, in trunk lengths, is a cut."""
SCALE_JUMP = 1.6
"""A trunk that grows or shrinks by this factor between neighbouring stretches is a cut."""
SHORTEST_BOUT_FRAMES = 12
LEAST_FOUND_SHARE = 0.5
"""A person who is found more rarely than this is not followed."""


@dataclass(frozen=True, slots=True, eq=False)
class Bout:
    """One person followed without a cut, in the runner's frame, the camera's own motion taken out.

    Parameters
    ----------
    first_frame
        Index of the bout's first frame in the recording.
    time_s
        ``(N,)`` seconds.
    xy_leg
        ``(N, 33, 2)`` forward and up, in leg lengths, with short gaps filled.
    fine_xy_leg
        The same with the refined landmarks wherever the second pass saw the frame.
    visibility
        ``(N, 33)``.
    shoe_turn_deg
        ``(N,)`` angle of the landing shoe over the same shoe standing flat, from the pixels; NaN where unknown.
    facing
        The way the runner faces in the image.
    leg_length_px
        Hip to knee to ankle.
    """

    first_frame: int
    time_s: FloatArray
    xy_leg: FloatArray
    fine_xy_leg: FloatArray
    visibility: FloatArray
    shoe_turn_deg: FloatArray
    facing: Direction
    leg_length_px: float

    def __post_init__(self) -> None:
        for name in ("time_s", "xy_leg", "fine_xy_leg", "visibility", "shoe_turn_deg"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))

    @property
    def trunk_height_leg(self) -> FloatArray:
        """``(N,)`` mean height of shoulders and hips."""
        return np.asarray(self.xy_leg[:, TRUNK, 1].mean(axis=1))

    def side_of(self, foot: str) -> Side:
        """Return whether ``foot`` is nearer to the camera: a runner facing right shows the right side."""
        return "near" if foot == self.facing else "far"


def find_bouts(track: PoseTrack) -> tuple[Bout, ...]:
    """Split a recording at cuts and long gaps and turn each stretch into the runner's frame.

    Returns
    -------
    tuple of Bout
        In time order; empty when nobody is followed long enough.
    """
    bouts = (_bout(track, first, last) for first, last in _stretches(track))
    return tuple(bout for bout in bouts if bout.facing != "unclear")


def _stretches(track: PoseTrack) -> list[tuple[int, int]]:
    """Return (first, last + 1) of every stretch without a long gap or a cut."""
    frames = np.flatnonzero(track.found)
    if frames.size == 0:
        return []
    ends = np.flatnonzero(_breaks(track, frames)) + 1
    parts = np.split(frames, ends)
    followed = (p for p in parts if p.size >= max(SHORTEST_BOUT_FRAMES, LEAST_FOUND_SHARE * (p[-1] - p[0] + 1)))
    return [(int(p[0]), int(p[-1]) + 1) for p in followed]


def _breaks(track: PoseTrack, frames: np.ndarray) -> BoolArray:
    """``(F - 1,)`` whether the person of one found frame is not the same shot as in the next."""
    hip = track.xy_px[frames][:, HIPS].mean(axis=1)
    shoulder = track.xy_px[frames][:, SHOULDERS].mean(axis=1)
    trunk = np.linalg.norm(shoulder - hip, axis=1)
    typical = np.maximum(np.minimum(trunk[1:], trunk[:-1]), 1.0)
    moved = np.linalg.norm(np.diff(hip, axis=0), axis=1) / typical
    gap = np.diff(frames)
    lost = _intervals(track.time_s, frames) - 1
    grown = _running_median_ratio(trunk)
    cut = np.zeros(gap.size, bool) if track.shot is None else np.diff(track.shot[frames]) > 0
    return np.asarray(cut | (lost > LONGEST_GAP_FRAMES + 0.5) | (moved > JUMP_TRUNKS * gap) | (grown > SCALE_JUMP))


def _intervals(time_s: FloatArray, frames: np.ndarray) -> FloatArray:
    """``(F - 1,)`` time from each of some frames to the next, in typical frame intervals."""
    typical_s = float(np.median(np.diff(time_s))) if time_s.size > 1 else 1.0
    return np.asarray(np.diff(time_s[frames]) / typical_s)


def _running_median_ratio(size: FloatArray, span: int = 5) -> FloatArray:
    """``(F - 1,)`` ratio (>= 1) of the median size after to the median size before each boundary."""
    padding = np.full(span - 1, np.nan)
    after = np.nanmedian(sliding_window_view(np.r_[size, padding], span), axis=1)[1:]
    before = np.nanmedian(sliding_window_view(np.r_[padding, size], span), axis=1)[:-1]
    ratio = after / np.maximum(before, 1.0)
    return np.asarray(np.maximum(ratio, 1 / np.maximum(ratio, 1e-6)))


def _bout(track: PoseTrack, first: int, last: int) -> Bout:
    part = slice(first, last)
    time_s, found = track.time_s[part], track.found[part]
    camera_px = np.zeros((last - first, 1, 2)) if track.camera_px is None else track.camera_px[part, None]
    xy_px = fill_gaps(time_s, track.xy_px[part], found) - camera_px
    facing = _facing(xy_px, track.visibility[part])
    leg_px = leg_length_px(xy_px)
    fine_px = xy_px
    if track.refined_xy_px is not None:
        fine_px = bridged(time_s, track.refined_xy_px[part] - camera_px, track.refined[part], xy_px)
    to_body = np.array([-1.0 if facing == "left" else 1.0, -1.0]) / leg_px
    return Bout(
        first_frame=first,
        time_s=time_s,
        xy_leg=xy_px * to_body,
        fine_xy_leg=fine_px * to_body,
        visibility=np.where(found[:, None], track.visibility[part], 0.0),
        shoe_turn_deg=np.full(last - first, np.nan) if track.shoe_turn_deg is None else track.shoe_turn_deg[part],
        facing=facing,
        leg_length_px=leg_px,
    )


def _facing(xy_px: FloatArray, visibility: FloatArray) -> Direction:
    """Return the way the runner faces: toes are ahead of heels and the nose ahead of the ears."""
    foot_ahead = [xy_px[:, leg.toe, 0] - xy_px[:, leg.heel, 0] for leg in LEGS.values()]
    weights = np.stack([visibility[:, leg.toe] for leg in LEGS.values()])
    foot = float(np.sum(np.stack(foot_ahead) * weights) / max(float(weights.sum()), 1e-9))
    face = float(np.mean(xy_px[:, NOSE, 0] - xy_px[:, EARS, 0].mean(axis=1)))
    ahead = foot + face
    if not math.isfinite(ahead) or ahead == 0:
        return "unclear"
    return "right" if ahead > 0 else "left"
