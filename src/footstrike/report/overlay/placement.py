"""Where a card may lie: in a corner of the frame, away from the runner. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from footstrike.data import FloatArray

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
_HEIGHTS = (0.75, 0.55, 0.4)
"""Height of the picture over its width, the best first."""
_BODY_PARTS = (
    [*range(13)],
    [11, 12, 23, 24],
    [11, 13, 15, 17, 19, 21],
    [12, 14, 16, 18, 20, 22],
    [23, 25, 27, 29, 31],
    [24, 26, 28, 30, 32],
)
"""Landmarks of head, trunk, arms and legs."""


def find_place(
    widths: Sequence[int], words_height: int, free: Box, avoided: Sequence[Box], gap: int, first_corner: int = 0
) -> tuple[int, tuple[int, int, int, int], int] | None:
    """Return corner, place (left, top, width, height) and height of the picture of a card; ``None`` without room.

    The first width comes first, then the tallest picture, then ``first_corner``, so that the card stays where it was.
    """
    for width, share in product(widths, _HEIGHTS):
        picture_height = round(share * width)
        height = picture_height + words_height
        corners = list(_corners(width, height, free, gap))
        for corner in sorted(range(len(corners)), key=lambda number: number != first_corner):
            left, top = corners[corner]
            box = (left, top, left + width, top + height)
            inside = left >= free[0] and top >= free[1] and box[2] <= free[2] and box[3] <= free[3]
            if inside and not any(_overlap(box, other) for other in avoided):
                return corner, (left, top, width, height), picture_height
    return None


def _corners(width: int, height: int, free: Box, gap: int) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = (round(edge) for edge in free)
    for y in (top + gap, bottom - gap - height):
        for x in (right - gap - width, left + gap):
            yield x, y


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def body_boxes(points_px: FloatArray, room_px: float) -> list[Box]:
    """Return boxes around head, trunk, arms and legs over some frames ``(N, 33, 2)``; what was not seen has none."""
    boxes = []
    for part in _BODY_PARTS:
        points = points_px[:, part]
        seen = points[np.isfinite(points).all(axis=-1)]
        if seen.size:
            low, high = seen.min(axis=0) - room_px, seen.max(axis=0) + room_px
            boxes.append((float(low[0]), float(low[1]), float(high[0]), float(high[1])))
    return boxes
