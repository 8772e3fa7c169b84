"""Indices of the BlazePose landmarks that footstrike reads."""

from __future__ import annotations

from typing import NamedTuple

from footstrike.data import FloatArray, Foot

NOSE = 0
EARS = (7, 8)
SHOULDERS = (11, 12)
HIPS = (23, 24)
TRUNK = (*SHOULDERS, *HIPS)


class Leg(NamedTuple):
    """Landmark indices of one leg."""

    hip: int
    knee: int
    ankle: int
    heel: int
    toe: int


LEGS: dict[Foot, Leg] = {"left": Leg(23, 25, 27, 29, 31), "right": Leg(24, 26, 28, 30, 32)}


def shoulder_line_m(world_m: FloatArray) -> FloatArray:
    """Return left less right shoulder of ``(..., 33, 3)`` metric landmarks: rightwards and away from the camera."""
    left, right = SHOULDERS
    return (world_m[..., left, :] - world_m[..., right, :])[..., [0, 2]]
