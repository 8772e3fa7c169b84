"""Film of one rate in a file of another."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from footstrike.data import FloatArray
from footstrike.pose.repeats import pictures_hz

RANDOM = np.random.default_rng(3)
LOOKS = 240


def stir(film_hz: float, file_hz: float) -> FloatArray:
    """How a running person stirs the picture of a file that shows film of another rate, compressed again."""
    shown = np.floor(np.arange(LOOKS) * film_hz / file_hz + 1e-9)
    new = np.diff(shown, prepend=-1) > 0
    return np.where(new, RANDOM.uniform(4, 9, LOOKS), RANDOM.uniform(0, 0.6, LOOKS))


@pytest.mark.parametrize(("film_hz", "file_hz"), [(24, 30), (25, 30), (24, 60), (25, 60), (30, 60), (15, 60), (48, 50)])
def test_film_in_a_file_of_a_higher_rate(film_hz: float, file_hz: float) -> None:
    found_hz = pictures_hz(np.arange(LOOKS) / file_hz, stir(film_hz, file_hz))
    assert found_hz == pytest.approx(film_hz, rel=0.02) if film_hz < 48 else math.isnan(found_hz)


def running(_: FloatArray) -> FloatArray:
    return RANDOM.uniform(3, 9, LOOKS)


def standing(_: FloatArray) -> FloatArray:
    return RANDOM.uniform(0, 0.3, LOOKS)


def standing_with_key_frames(time_s: FloatArray) -> FloatArray:
    """Compression that starts afresh every second stirs a still picture."""
    return np.where(np.arange(LOOKS) % 30 == 0, 3.0, 0.05)


def jumping_now_and_then(time_s: FloatArray) -> FloatArray:
    return np.where(time_s % 4 < 1, RANDOM.uniform(3, 9, LOOKS), 0.05)


def flashes(_: FloatArray) -> FloatArray:
    return np.where(np.isin(np.arange(LOOKS), [60, 61, 120, 121]), 90.0, RANDOM.uniform(3, 9, LOOKS))


def a_lost_frame(_: FloatArray) -> FloatArray:
    return np.where(np.isin(np.arange(LOOKS), [60, 130]), 0.0, RANDOM.uniform(3, 9, LOOKS))


@pytest.mark.parametrize(
    "seen", [running, standing, standing_with_key_frames, jumping_now_and_then, flashes, a_lost_frame]
)
def test_what_does_not_repeat(seen: Callable[[FloatArray], FloatArray]) -> None:
    time_s = np.arange(LOOKS) / 30
    assert math.isnan(pictures_hz(time_s, seen(time_s)))


def test_nobody_to_judge_by() -> None:
    assert math.isnan(pictures_hz(np.arange(LOOKS) / 30, np.full(LOOKS, math.nan)))
    assert math.isnan(pictures_hz(np.zeros(1), np.full(1, math.nan)))
    assert math.isnan(pictures_hz(np.arange(6) / 30, stir(24, 30)[:6]))
