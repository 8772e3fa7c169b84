"""Colours, and angles in words, that the video and the page share.

Classes have hues that readers with any colour blindness can tell apart (``tests/report/test_style.py`` simulates it),
legs have none: the near one is bright, the far one dim. No class is red or green, since no way of landing is a fault.
"""

from __future__ import annotations

import math
from types import MappingProxyType

from footstrike.data import Measure
from footstrike.texts import text
from footstrike.words import UNKNOWN_MARK

Rgb = tuple[int, int, int]

STRIKE_RGB = MappingProxyType(
    {
        "heel": (255, 176, 0),
        "midfoot": (134, 108, 250),
        "forefoot": (86, 180, 233),
        "unclear": (150, 150, 150),
    }
)
NEAR_LEG_RGB: Rgb = (250, 250, 250)
FAR_LEG_RGB: Rgb = (150, 160, 175)
TRUNK_RGB: Rgb = (200, 205, 215)
LIGHT_RGB: Rgb = (255, 255, 255)
DARK_RGB: Rgb = (16, 18, 22)


def hex_colour(rgb: Rgb) -> str:
    """Return ``rgb`` as ``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def ahead_words(shank_angle_deg: Measure) -> str:
    """Return how far the ankle is ahead of (or behind) the knee, as ``ahead 9° ± 2°``."""
    angle = size_with_error(shank_angle_deg)
    return text("words.ankle.ahead" if shank_angle_deg.value >= 0 else "words.ankle.behind", angle=angle)


def toes_words(foot_strike_angle_deg: Measure) -> str:
    """Return where the toes point, as ``toes up 23° ± 4°``."""
    angle = size_with_error(foot_strike_angle_deg)
    return text("words.toes.up" if foot_strike_angle_deg.value >= 0 else "words.toes.down", angle=angle)


def size_with_error(angle_deg: Measure) -> str:
    """Return an angle without its sign, which words beside it tell, as :func:`with_error` does."""
    return with_error(Measure(abs(angle_deg.value), angle_deg.se))


def with_error(angle_deg: Measure) -> str:
    """Return an angle in whole degrees with its standard error: ``9° ± 2°``; ``—`` when unknown."""
    if not angle_deg.known:
        return UNKNOWN_MARK
    # An error below half a degree is still not none.
    error = f"\u00a0±\u00a0{max(1, round(angle_deg.se))}°" if math.isfinite(angle_deg.se) else ""
    return f"{round(angle_deg.value)}°".replace("-", "−") + error
