"""The runner's head made unrecognisable, in every frame where it may be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from footstrike.data import FloatArray, PoseTrack
from footstrike.landmarks import HIPS, SHOULDERS
from footstrike.report.overlay.sprites import ByteImage

_HEAD = slice(0, 11)
_HEAD_TRUNK = 0.42
"""Radius of what is blurred, in trunk lengths: the head is half a trunk high, its landmarks lie in the face."""
_UNSURE_S = 1.0
"""A head that is not found may have gone on for so long."""
_SMOOTHING_FRAMES = 9
_CELLS = 5
"""The head is left with so many patches of colour across."""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """Where the head may be, in pixels; NaN in a recording without a person.

    Parameters
    ----------
    centres_px
        ``(T, 2, 2)`` two centres in each frame: as seen, and as the frames around say.
    radius_px
        ``(T,)`` radius around both.
    """

    centres_px: FloatArray
    radius_px: FloatArray


def find_head(track: PoseTrack) -> Head:
    """Follow the head through a recording; between frames in which it was seen it may be anywhere on its way."""
    xy, time_s = track.xy_px, track.time_s
    seen_px = xy[:, _HEAD].mean(axis=1)
    seen = np.flatnonzero(np.isfinite(seen_px).all(axis=1))
    if not seen.size:
        return Head(np.full((len(xy), 2, 2), math.nan), np.full(len(xy), math.nan))
    centre = np.column_stack([np.interp(time_s, time_s[seen], seen_px[seen, axis]) for axis in (0, 1)])
    trunk_px = np.linalg.norm(xy[:, SHOULDERS].mean(axis=1) - xy[:, HIPS].mean(axis=1), axis=1)
    size_px = _smooth(np.interp(time_s, time_s[seen], trunk_px[seen]))
    face_px = np.linalg.norm(xy[:, _HEAD] - seen_px[:, None], axis=-1).max(axis=1)
    face_px = np.interp(time_s, time_s[seen], face_px[seen])
    unseen_s = np.minimum(_since_seen_s(time_s, seen), _UNSURE_S)
    radius = (
        np.maximum(_HEAD_TRUNK * size_px, 1.5 * _smooth(face_px)) + _speed_px_s(time_s[seen], seen_px[seen]) * unseen_s
    )
    return Head(np.stack([centre, np.column_stack([_smooth(centre[:, 0]), _smooth(centre[:, 1])])], axis=1), radius)


def _since_seen_s(time_s: FloatArray, seen: np.ndarray) -> FloatArray:
    """``(T,)`` seconds to the nearest frame in which the head was seen."""
    after = np.clip(np.searchsorted(seen, np.arange(len(time_s))), 0, len(seen) - 1)
    before = np.maximum(after - 1, 0)
    apart = np.abs(time_s[:, None] - time_s[seen[np.column_stack([before, after])]])
    return np.asarray(apart.min(axis=1))


def _speed_px_s(time_s: FloatArray, centre_px: FloatArray) -> float:
    """Return a speed that the head seldom exceeds."""
    if len(time_s) < 2:
        return 0.0
    return float(np.percentile(np.linalg.norm(np.diff(centre_px, axis=0), axis=1) / np.diff(time_s), 95))


def _smooth(values: FloatArray) -> FloatArray:
    half = _SMOOTHING_FRAMES // 2
    padded = np.pad(values, half, mode="edge")
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, _SMOOTHING_FRAMES), axis=1))


def blur_head(rgb: ByteImage, head: Head, frame: int) -> None:
    """Leave a few patches of colour of the head, in place; nothing else is touched."""
    radius = float(head.radius_px[frame])
    if not math.isfinite(radius):
        return
    centres = head.centres_px[frame]
    low, high = centres.min(axis=0) - radius, centres.max(axis=0) + radius
    left, top = (max(0, math.floor(edge)) for edge in low)
    part = rgb[top : max(0, math.ceil(high[1]) + 1), left : max(0, math.ceil(high[0]) + 1)]
    if not part.size:
        return
    height, width = part.shape[:2]
    cell = max(1, round(2 * radius / _CELLS))
    few = (max(1, width // cell), max(1, height // cell))
    coarse = cv2.resize(cv2.resize(part, few, interpolation=cv2.INTER_AREA), (width, height))
    inside = np.zeros((height, width), dtype=np.uint8)
    for x, y in centres:
        cv2.circle(inside, (round(x) - left, round(y) - top), math.ceil(radius), 255, -1)
    part[inside > 0] = coarse[inside > 0]
