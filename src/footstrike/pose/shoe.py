"""How far a shoe turns between landing and standing flat, from the pixels.

Landmarks say roughly where the shoe is and how it is turned; a patch is cut in that pose from each
frame, so that all patches show the shoe alike. The turn that is left between a patch and that of the shoe standing
flat is found by image registration (enhanced correlation coefficient: Evangelidis & Psarakis 2008,
IEEE Trans Pattern Anal Mach Intell 30:1858; blind to gain and offset of brightness). On rendered
runners the turn is good to 1.5 degrees where that of the landmarks is good to 2.3 (near foot) and 2.9 (far foot).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from footstrike.data import FloatArray, LandingLook
from footstrike.landmarks import LEGS

GrayArray = NDArray[np.uint8]

FOOT_PX = 64
"""Length of the foot, heel to toe landmark, in a patch."""
PATCH_PX = (136, 84)
MIDDLE_PX = np.array([68.0, 50.0])
"""Where the middle of the foot lies in a patch of this width and height."""
SHOE_PX = np.array([[16, 24], [65, 24], [127, 36], [127, 66], [16, 66]], dtype=np.int32)
"""Outline of the shoe in a patch, generous, without the shank."""
SHOE_MASK = cv2.fillConvexPoly(np.zeros(PATCH_PX[::-1], np.uint8), SHOE_PX, (255,))
BLUR_PX = 5
ITERATIONS = 30
LEAST_CHANGE = 1e-3
LEAST_LIKENESS = 0.6
"""Shoes that look less alike are not told apart from the background."""
MOST_TURN_DEG = 15.0
"""Landmarks are hardly ever further off; more is a lock onto the background."""
SMALLEST_FOOT_PX = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class ShoeView:
    """One foot in one frame: the picture around it, heel and toe ``(2,)`` in its pixels."""

    frame: int
    gray: GrayArray
    heel_px: FloatArray
    toe_px: FloatArray


class ShoeTurns:
    """Watches landings go by and measures the turn of each landing shoe.

    Parameters
    ----------
    looks
        The landings to watch, none overlapping another.
    frame_count
        Frames of the recording.
    """

    def __init__(self, looks: Sequence[LandingLook], frame_count: int) -> None:
        self._look_at = {frame: look for look in looks for frame in look.frames}
        self._watched: LandingLook | None = None
        self._views: list[ShoeView] = []
        self.turn_deg: FloatArray = np.full(frame_count, np.nan)
        """``(T,)`` angle of the landing shoe over the same shoe standing flat, + toes up; NaN where unknown."""

    def view(self, frame: int, rgb: NDArray[np.uint8], xy_px: FloatArray) -> ShoeView | None:
        """Cut the landing shoe from a frame with ``(33, 2)`` landmarks, if there is one; from any thread."""
        look = self._look_at.get(frame)
        return None if look is None else shoe_view(frame, rgb, xy_px, facing_left=look.facing == "left")

    def take(self, frame: int, view: ShoeView | None) -> None:
        """Take what :meth:`view` gave for a frame; frames must come in order."""
        look = self._look_at.get(frame)
        if look is None:
            return
        if look is not self._watched:
            self._watched, self._views = look, []
        if view is not None:
            self._views.append(view)
            if frame == look.frames[-1]:
                for seen, turn in zip(self._views, shoe_turns_deg(self._views), strict=True):
                    self.turn_deg[seen.frame] = turn


def shoe_view(frame: int, rgb: NDArray[np.uint8], xy_px: FloatArray, facing_left: bool) -> ShoeView | None:
    """Cut the leading foot from a frame, mirrored if it faces left; ``None`` where it is not in the picture.

    Parameters
    ----------
    frame
        Index of the frame.
    rgb
        ``(H, W, 3)`` picture.
    xy_px
        ``(33, 2)`` landmarks.
    """
    ahead = -1.0 if facing_left else 1.0
    leading = max(LEGS.values(), key=lambda leg: ahead * xy_px[leg.ankle, 0])
    heel, toe = xy_px[leading.heel], xy_px[leading.toe]
    middle, length = (heel + toe) / 2, float(np.hypot(*(toe - heel)))
    if not (math.isfinite(length) and length >= SMALLEST_FOOT_PX):
        return None
    reach = 2 * length
    height, width = rgb.shape[:2]
    left, top = (math.floor(value - reach) for value in middle)
    right, bottom = (math.ceil(value + reach) for value in middle)
    if left < 0 or top < 0 or right > width or bottom > height:
        left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
        if not (left < middle[0] < right and top < middle[1] < bottom):
            return None
    gray = cv2.cvtColor(rgb[top:bottom, left:right], cv2.COLOR_RGB2GRAY)
    heel, toe = heel - (left, top), toe - (left, top)
    if facing_left:
        gray = cv2.flip(gray, 1)
        heel, toe = (np.array([gray.shape[1] - 1 - point[0], point[1]]) for point in (heel, toe))
    return ShoeView(frame, np.asarray(gray, dtype=np.uint8), heel, toe)


def shoe_turns_deg(views: Sequence[ShoeView]) -> list[float]:
    """Return each shoe's angle over the last one, which stands flat: + toes up, NaN where not found."""
    flat = views[-1]
    length_px = float(np.hypot(*(flat.toe_px - flat.heel_px)))
    reference = _patch(flat, length_px)
    turns = []
    for view in views:
        by_landmarks = math.remainder(_up_deg(view) - _up_deg(flat), 360.0)
        turns.append(by_landmarks + patch_turn_deg(reference, _patch(view, length_px)))
    return turns


def _up_deg(view: ShoeView) -> float:
    along = view.toe_px - view.heel_px
    return math.degrees(math.atan2(-along[1], along[0]))


def _patch(view: ShoeView, length_px: float) -> GrayArray:
    """Cut the shoe in the pose that its landmarks give, scaled by one length for all frames."""
    angle, scale = math.radians(_up_deg(view)), FOOT_PX / length_px
    rotate = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    move = MIDDLE_PX - rotate @ ((view.heel_px + view.toe_px) / 2)
    to_patch = np.column_stack([rotate, move])
    patch = cv2.warpAffine(view.gray, to_patch, PATCH_PX, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(patch, dtype=np.uint8)


def patch_turn_deg(reference: GrayArray, patch: GrayArray) -> float:
    """Return how much further ``patch`` is turned than ``reference``, + toes up; NaN where they do not match."""
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, ITERATIONS, LEAST_CHANGE)
    start = np.eye(2, 3, dtype=np.float32)
    try:
        likeness, warp = cv2.findTransformECC(reference, patch, start, cv2.MOTION_EUCLIDEAN, stop, SHOE_MASK, BLUR_PX)
    except cv2.error:  # it did not converge
        return math.nan
    turn_deg = -math.degrees(math.atan2(warp[1, 0], warp[0, 0]))
    return turn_deg if likeness >= LEAST_LIKENESS and abs(turn_deg) <= MOST_TURN_DEG else math.nan
