"""Lines over a frame: the runner's legs and trunk, and a landing as it was at contact."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from footstrike.data import FEET, FloatArray, Step
from footstrike.landmarks import HIPS, SHOULDERS
from footstrike.report.overlay.scene import Leg, landed_ankle, leg_at
from footstrike.report.overlay.sprites import ByteImage
from footstrike.report.style import (
    DARK_RGB,
    FAR_LEG_RGB,
    LIGHT_RGB,
    NEAR_LEG_RGB,
    STRIKE_RGB,
    TRUNK_RGB,
    Rgb,
)

_SUBPIXEL_BITS = 4
_MOST_DASHES = 7
_PLUMB_OVERSHOOT = 0.12
_SMALLEST_DOT_PX = 3.0
"""Smaller discs come out as diamonds."""


def draw_skeleton(rgb: ByteImage, body_px: FloatArray, near_is_right: bool, line_px: float) -> None:
    """Draw legs and trunk of one frame in place.

    Parameters
    ----------
    rgb
        ``(H, W, 3)`` frame.
    body_px
        ``(33, 2)`` landmarks; whatever is NaN is left out.
    near_is_right
        Whether the right leg is near the camera; it is drawn last and thicker.
    line_px
        Thickness of the near leg.
    """
    near, far = (FEET[1], FEET[0]) if near_is_right else (FEET[0], FEET[1])
    points = body_px[np.newaxis]
    draw_leg(rgb, leg_at(points, 0, far), FAR_LEG_RGB, 0.75 * line_px)
    trunk = [body_px[list(SHOULDERS)].mean(axis=0), body_px[list(HIPS)].mean(axis=0)]
    _lines(rgb, [trunk], TRUNK_RGB, 0.7 * line_px)
    draw_leg(rgb, leg_at(points, 0, near), NEAR_LEG_RGB, line_px)


def draw_leg(rgb: ByteImage, leg: Leg, colour: Rgb, line_px: float) -> None:
    """Draw thigh, shank and foot with joints, on a dark casing that reads on any ground."""
    paths = [[leg.hip, leg.knee, leg.ankle], [leg.ankle, leg.heel, leg.toe, leg.ankle]]
    _lines(rgb, paths, colour, line_px)
    for joint in (leg.hip, leg.knee, leg.ankle):
        _dot(rgb, joint, colour, 1.1 * line_px)


def draw_landing(rgb: ByteImage, step: Step, leg: Leg, line_px: float) -> None:
    """Draw the shank from the knee at the angle measured at contact, and a plumb line through the knee.

    Where the shank's end lies ahead of the plumb line, the ankle landed ahead of the knee.
    """
    colour = STRIKE_RGB[step.strike.type]
    ankle = landed_ankle(step, leg)
    thin = max(1.0, 0.55 * line_px)
    bottom_y = leg.ground_y_px + _PLUMB_OVERSHOOT * float(np.linalg.norm(leg.knee - leg.ankle))
    _lines(rgb, [[leg.knee, ankle]], colour, line_px)
    _lines(rgb, _dashes(leg.knee, np.array([leg.knee[0], bottom_y]), thin), LIGHT_RGB, thin)
    _dot(rgb, ankle, colour, 1.3 * line_px)


def draw_sole(picture: ByteImage, sole_px: FloatArray, ground_y_px: float, colour: Rgb, line_px: float) -> None:
    """Draw the ground across a picture, and the sole (``(2, 2)`` ends) above it; what is NaN is left out."""
    ends = [np.array([0.0, ground_y_px]), np.array([float(picture.shape[1]), ground_y_px])]
    _lines(picture, [ends], LIGHT_RGB, 0.6 * line_px)
    _lines(picture, [[sole_px[0], sole_px[1]]], colour, line_px)


def _dashes(start: FloatArray, end: FloatArray, line_px: float) -> list[list[FloatArray]]:
    room = int(np.linalg.norm(end - start) / (8 * max(2.0, line_px)))
    fractions = np.linspace(0, 1, 2 * min(max(room, 3), _MOST_DASHES))
    ends = start + fractions[:, np.newaxis] * (end - start)
    return [[ends[i], ends[i + 1]] for i in range(0, len(ends), 2)]


def _lines(rgb: ByteImage, paths: Iterable[list[FloatArray]], colour: Rgb, line_px: float) -> None:
    known = [np.array(path) for path in paths if np.isfinite(path).all()]
    fixed = [np.round(path * 2**_SUBPIXEL_BITS).astype(np.int32).reshape(-1, 1, 2) for path in known]
    if not fixed:
        return
    thick = max(1, round(line_px))
    casing = thick + 2 * max(1, round(line_px / 4))
    cv2.polylines(rgb, fixed, False, DARK_RGB, casing, cv2.LINE_AA, _SUBPIXEL_BITS)
    cv2.polylines(rgb, fixed, False, colour, thick, cv2.LINE_AA, _SUBPIXEL_BITS)


def _dot(rgb: ByteImage, centre: FloatArray, colour: Rgb, radius_px: float) -> None:
    if radius_px < _SMALLEST_DOT_PX or not np.isfinite(centre).all():
        return
    x, y = np.round(centre * 2**_SUBPIXEL_BITS).astype(int).tolist()
    unit = 2**_SUBPIXEL_BITS
    edge = max(1.0, radius_px / 3)
    cv2.circle(rgb, (x, y), round((radius_px + edge) * unit), DARK_RGB, -1, cv2.LINE_AA, _SUBPIXEL_BITS)
    cv2.circle(rgb, (x, y), round(radius_px * unit), colour, -1, cv2.LINE_AA, _SUBPIXEL_BITS)
