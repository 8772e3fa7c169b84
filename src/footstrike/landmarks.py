"""Indices of the BlazePose landmarks that footstrike reads."""

from __future__ import annotations

from typing import NamedTuple

from footstrike.data import Foot

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
