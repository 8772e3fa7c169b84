"""How the camera moves while it films: the shift of the background from frame to frame.

A phone held by hand and a camera that follows the runner move the whole picture up and down, which
would look like bounce of the trunk. Corners of the background, outside a box around each person, are
followed from frame to frame (Lucas & Kanade optical flow); the median of their shifts is the
camera's. Captions, which stay where they are, do not count. A picture that differs wholly from the one before is a cut,
unless it is a flash of light, after which all is as before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from footstrike.data import FloatArray
from footstrike.pose.rows import Rows

WORK_WIDTH_PX = 320
"""Pictures are shrunk to this width: corners of the background survive, noise does not."""
MOST_CORNERS = 120
FEWEST_CORNERS = 12
CORNER_QUALITY = 0.02
CORNER_DISTANCE_PX = 7
BOX_MARGIN = 0.25
"""Margin around the landmarks, in box heights, that belongs to the person."""
FLOW_WINDOW_PX = (15, 15)
FLOW_LEVELS = 3
STILL_PX = 0.05
"""Corners that move less stand still, on a picture of :data:`WORK_WIDTH_PX`."""
EDGE = 25
"""Grey levels between neighbouring pixels of an edge."""
UNCHANGED = 4
"""Grey levels by which a pixel changes that stays as it was, compression and all."""
MOVING_SHARE = 0.3
"""Where more of the edges change than this, the camera moves: 0.4 to 0.8 then, 0.2 where only a runner does."""
CAPTION_MARGIN_PX = (7, 7)
CUT_HISTOGRAM = 0.3
"""Share of the grey levels that must change hands between neighbouring pictures of a cut (0 to 2)."""
CUT_TIMES_TYPICAL = 2.5
"""The pictures of a cut also differ this many times more than the ones before it did."""
FLASH_LOOKS = 8
"""A flash lasts less than so many looks, and leaves the grey levels as they were:"""
AFTER_FLASH = 0.15
"""no larger a share of them has changed hands. Within so many looks after a cut it stays above 0.3."""
HISTOGRAM_BINS = 32
LEAST_DIFFERENCE = 0.5
"""Grey levels by which even a still picture differs from the next."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What happened between a picture and the one before it.

    Parameters
    ----------
    shift_px
        ``(2,)`` how far the background moved, right and down; NaN where too little of it can be followed.
    difference
        Mean difference of the grey levels.
    stir
        The same where people are; NaN without any.
    levels
        ``(32,)`` share of the pixels in each range of grey levels, as they are now.
    """

    shift_px: FloatArray
    difference: float
    stir: float
    levels: FloatArray


_CHANGE = np.dtype(
    [
        ("shift_px", np.float64, 2),
        ("difference", np.float64),
        ("stir", np.float64),
        ("levels", np.float32, HISTOGRAM_BINS),  # as they were counted
    ]
)


class Changes:
    """What happened from each picture of a recording to the next."""

    def __init__(self) -> None:
        self._rows = Rows(_CHANGE)

    def add(self, change: Change) -> None:
        """Append what happened before the next picture."""
        self._rows.add(change.shift_px, change.difference, change.stir, change.levels)

    def rows(self) -> NDArray[Any]:
        """Return the ``(L,)`` changes, with the fields of :class:`Change`."""
        return self._rows.all()


class CameraView:
    """Follows the background through neighbouring pictures, one after the other."""

    def __init__(self) -> None:
        self._grey: NDArray[np.uint8] | None = None

    def change(self, rgb: NDArray[np.uint8], people_xy_px: Iterable[FloatArray]) -> Change:
        """Return what happened since the picture before; nothing in the first.

        Parameters
        ----------
        rgb : (H, W, 3) array
        people_xy_px : (33, 2) arrays
            Landmarks of the people in this picture, whose surroundings do not count.
        """
        scale = WORK_WIDTH_PX / rgb.shape[1]
        grey = _shrunk(rgb, (WORK_WIDTH_PX, max(1, round(rgb.shape[0] * scale))))
        before, self._grey = self._grey, grey
        if before is None:
            return Change(np.zeros(2), 0.0, math.nan, _histogram(grey))
        background = _background(grey.shape, (xy_px * scale for xy_px in people_xy_px))
        change = cv2.absdiff(before, grey)
        people = cv2.bitwise_not(background)
        return Change(
            shift_px=_background_shift(before, grey, background) / scale,
            difference=float(change.mean()),
            stir=float(cv2.mean(change, mask=people)[0]) if people.any() else math.nan,
            levels=_histogram(grey),
        )


def _shrunk(rgb: NDArray[np.uint8], size_px: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the green of a picture, most of its brightness, in another size.

    Of large pictures only some rows and columns are read, four or more for each pixel of the result: reading all of
    them takes as long as everything else here.
    """
    every = max(1, rgb.shape[1] // (2 * size_px[0]))
    green = np.ascontiguousarray(rgb[::every, ::every, 1])
    return np.asarray(cv2.resize(green, size_px, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def camera_path(changes: Changes) -> tuple[FloatArray, FloatArray]:
    """Add up what happened from picture to picture.

    Returns
    -------
    camera_px : (T, 2) array
        How far the background has moved since the first picture; where it cannot be followed, and at
        cuts, it counts as standing still.
    shot : (T,) array
        Number of the shot that each picture belongs to, from 0.
    """
    rows = changes.rows()
    cuts = np.array(_cuts(rows["difference"], rows["levels"].astype(float)))
    still = cuts[:, None] | np.isnan(rows["shift_px"])
    return np.cumsum(np.where(still, 0.0, rows["shift_px"]), axis=0), np.cumsum(cuts).astype(float)


def _cuts(differences: FloatArray, levels: FloatArray) -> list[bool]:
    """Return whether each picture starts a new shot: wholly unlike the last, more than is usual here, and for good."""
    cuts, typical = [False], 0.0
    regrouped = _regrouped(levels[:-1], levels[1:])
    for number, difference in enumerate(differences[1:].clip(LEAST_DIFFERENCE).tolist(), 1):
        typical = typical or difference
        unlike = regrouped[number - 1] > CUT_HISTOGRAM and difference > CUT_TIMES_TYPICAL * typical
        if not unlike:
            typical = 0.8 * typical + 0.2 * difference
        cuts.append(unlike and not _of_flash(levels, number))
    return cuts


def _of_flash(levels: FloatArray, number: int) -> bool:
    """Return whether soon after a picture all is as it was before it, or it is itself as soon before."""
    later = levels[number + 1 : number + FLASH_LOOKS]
    earlier = levels[max(0, number - FLASH_LOOKS) : number - 1]
    return bool(
        (_regrouped(levels[number - 1], later) < AFTER_FLASH).any()
        or (_regrouped(earlier, levels[number]) < AFTER_FLASH).any()
    )


def _regrouped(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the share of the grey levels ``(..., 32)`` that changed hands between two pictures, 0 to 2."""
    return np.asarray(np.abs(other - one).sum(axis=-1))


def _histogram(grey: NDArray[np.uint8]) -> FloatArray:
    """Return the share of the pixels in each range of grey levels."""
    counts = cv2.calcHist([grey], [0], None, [HISTOGRAM_BINS], [0, 256]).ravel()
    return np.asarray(counts / counts.sum(), dtype=float)


def _background(shape: tuple[int, ...], people_xy: Iterable[FloatArray]) -> NDArray[np.uint8]:
    """Return a mask of where no people are."""
    mask = np.full(shape[:2], 255, np.uint8)
    for xy in people_xy:
        low, high = xy.min(axis=0), xy.max(axis=0)
        margin = BOX_MARGIN * (high[1] - low[1])
        x0, y0 = np.maximum(low - margin, 0).astype(int)
        x1, y1 = np.maximum(high + margin, 0).astype(int)
        mask[y0:y1, x0:x1] = 0
    return mask


def _background_shift(before: NDArray[np.uint8], now: NDArray[np.uint8], background: NDArray[np.uint8]) -> FloatArray:
    """Return how far the background moved; captions are left out where it stands still though the picture changes."""
    shift = _median_flow(before, now, background)
    if np.linalg.norm(shift) < STILL_PX and (captions := _captions(before, now)).any():
        return _median_flow(before, now, np.where(captions, 0, background).astype(np.uint8))
    return shift


def _captions(before: NDArray[np.uint8], now: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which pixels belong to what was written over the film: edges that stay while those of the picture move.

    Their corners are sharp and many, and would say that the camera stands still.
    """
    change = cv2.absdiff(before, now)
    edges = cv2.morphologyEx(before, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > EDGE
    if not edges.any() or (change[edges] > UNCHANGED).mean() < MOVING_SHARE:
        return np.zeros(before.shape, bool)
    still = edges & (cv2.blur(change, (5, 5)) < UNCHANGED)
    return np.asarray(cv2.dilate(still.astype(np.uint8), np.ones(CAPTION_MARGIN_PX, np.uint8)) > 0)


def _median_flow(before: NDArray[np.uint8], now: NDArray[np.uint8], background: NDArray[np.uint8]) -> FloatArray:
    """Return the median shift of background corners; NaN with too few of them."""
    corners = cv2.goodFeaturesToTrack(before, MOST_CORNERS, CORNER_QUALITY, CORNER_DISTANCE_PX, mask=background)
    if corners is None or len(corners) < FEWEST_CORNERS:
        return np.full(2, np.nan)
    moved, followed, _ = cv2.calcOpticalFlowPyrLK(
        before, now, corners, np.empty_like(corners), winSize=FLOW_WINDOW_PX, maxLevel=FLOW_LEVELS
    )
    kept = followed.ravel() == 1
    if np.count_nonzero(kept) < FEWEST_CORNERS:
        return np.full(2, np.nan)
    return np.asarray(np.median((moved - corners).reshape(-1, 2)[kept], axis=0), dtype=float)
