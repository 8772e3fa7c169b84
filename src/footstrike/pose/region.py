"""The part of a picture that the landmark network looks at: a square around the body, turned with it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from footstrike.data import FloatArray

MARGIN = 1.25
"""Side of the square over the diameter of the circle around the body, as the network was trained."""


@dataclass(frozen=True, slots=True)
class Region:
    """A square of the picture.

    Parameters
    ----------
    x_px, y_px
        Its middle.
    side_px
        Length of its sides.
    turn_rad
        Its turn, clockwise in the picture (y down): 0 where the body is upright.
    """

    x_px: float
    y_px: float
    side_px: float
    turn_rad: float

    def cut(self, rgb: NDArray[np.uint8], size_px: int) -> NDArray[np.float32]:
        """Return the square as a ``(size_px, size_px, 3)`` picture, 0 to 1; beyond the edge, the edge is repeated."""
        corner = self.in_picture(np.zeros((1, 2)))[0]
        to_picture = np.column_stack([self._turn() * self.side_px / size_px, corner])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        patch = cv2.warpAffine(rgb, to_picture, (size_px, size_px), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.multiply(patch, np.float32(1 / 255), dtype=np.float32)

    def in_picture(self, points: FloatArray) -> FloatArray:
        """Return where ``(N, 2)`` points of the square, from 0 to 1, lie in the picture, in pixels."""
        return (points - 0.5) * self.side_px @ self._turn().T + (self.x_px, self.y_px)

    def apart_px(self, other: Region) -> float:
        """Return the distance between the middles."""
        return math.hypot(self.x_px - other.x_px, self.y_px - other.y_px)

    def moved(self, right_px: float, down_px: float) -> Region:
        """Return the region where it lies in a picture whose part it was cut from."""
        return replace(self, x_px=self.x_px + right_px, y_px=self.y_px + down_px)

    def turned(self, points: FloatArray) -> FloatArray:
        """Return ``(N, 3)`` metric points, given in the square's directions, in the picture's."""
        return np.column_stack([points[:, :2] @ self._turn().T, points[:, 2]])

    def _turn(self) -> FloatArray:
        cos, sin = math.cos(self.turn_rad), math.sin(self.turn_rad)
        return np.array([[cos, -sin], [sin, cos]])


def region_of_body(hips_px: FloatArray, rim_px: FloatArray) -> Region:
    """Return the region of a body that fits in a circle around the middle of its hips.

    Parameters
    ----------
    hips_px : (2,) array
    rim_px : (2,) array
        The point of the circle above the head, as the network gives it.
    """
    x_px, y_px = (float(value) for value in hips_px)
    right, down = (float(value) for value in rim_px - hips_px)
    return Region(x_px, y_px, 2 * MARGIN * math.hypot(right, down), math.atan2(right, -down))
