"""What the camera did: stood still, was held by hand, or followed the runner."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from scipy.ndimage import uniform_filter1d

from footstrike.data import FloatArray, PoseTrack

Motion = Literal["still", "hand_held", "panning", "unclear"]

SMOOTH_S = 0.5
"""A hand shakes faster than this, a pan is slower."""
PANNING_FROM = 0.035
"""A camera whose picture wanders further than this share of its diagonal in :data:`PAN_WITHIN_S` follows someone."""
PAN_WITHIN_S = 2.0
SHAKEN_FROM = 0.0004
"""Shake, as share of the diagonal; still cameras stay below a third of it."""
WANDERS_FROM = 0.012
"""A camera on a stand does not wander that far."""
LONGEST_GAP_S = 0.5
"""Frames further apart were not filmed in one go, or not looked at."""
SHORTEST_SHOT_S = 0.5
"""Shorter shots are flashes of light, which a cut is mistaken for."""


@dataclass(frozen=True, slots=True)
class CameraMotion:
    """How the camera moved; distances are shares of the picture's diagonal.

    Parameters
    ----------
    motion
        The worst of all pieces between cuts.
    wander
        How far the picture moved within two seconds, at most.
    shake
        Standard deviation of its quick movements.
    cuts
        Number of cuts.
    """

    motion: Motion
    wander: float
    shake: float
    cuts: int


def camera_motion(track: PoseTrack) -> CameraMotion:
    """Judge the camera's motion from the shift of the background.

    A background that could not be followed did not move, as far as is known. It is ``"unclear"`` without the camera's
    path, and where no shot lasts long enough.
    """
    if track.camera_px is None or track.shot is None:
        return CameraMotion("unclear", math.nan, math.nan, 0)
    diagonal_px = math.hypot(*track.frame_size_px)
    pieces = _pieces(track.time_s, track.shot)
    cuts = sum(bool(track.shot[later.start] != track.shot[piece.start]) for piece, later in pairwise(pieces))
    measured = [_moved(track.time_s[piece], track.camera_px[piece] / diagonal_px) for piece in pieces]
    if not measured:
        return CameraMotion("unclear", math.nan, math.nan, cuts)
    wander, shake = (float(max(values)) for values in zip(*measured, strict=True))
    return CameraMotion(_named(wander, shake), wander, shake, cuts)


def _pieces(time_s: FloatArray, shot: FloatArray) -> list[slice]:
    """Return the stretches without a cut and without a gap that last long enough to be a shot."""
    ends = np.flatnonzero((np.diff(shot) != 0) | (np.diff(time_s) > LONGEST_GAP_S)) + 1
    edges = [0, *(int(end) for end in ends), time_s.size]
    return [slice(a, b) for a, b in pairwise(edges) if time_s[b - 1] - time_s[a] >= SHORTEST_SHOT_S]


def _moved(time_s: FloatArray, path: FloatArray) -> tuple[float, float]:
    """Return how far a path of shape (N, 2) wanders, and how much it shakes."""
    interval_s = float(np.median(np.diff(time_s)))
    smooth = uniform_filter1d(path, max(1, round(SMOOTH_S / interval_s)), axis=0, mode="nearest")
    span = max(1, round(PAN_WITHIN_S / interval_s))
    spans = [smooth[first : first + span + 1] for first in range(max(1, time_s.size - span))]
    wander = max(float(np.hypot(*np.ptp(part, axis=0))) for part in spans)
    return wander, float(np.hypot(*(path - smooth).std(axis=0)))


def _named(wander: float, shake: float) -> Motion:
    if wander > PANNING_FROM:
        return "panning"
    return "hand_held" if shake > SHAKEN_FROM or wander > WANDERS_FROM else "still"
