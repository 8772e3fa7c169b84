from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.video.container import Contents
from footstrike.video.timing import Clock, is_uneven, stored_rate_hz

TICK_S = Fraction(1, 600)


def contents(ticks: list[int | None], rate_hz: Fraction | None = None, tick_s: Fraction = TICK_S) -> Contents:
    known = tuple(sorted({tick for tick in ticks if tick is not None}))
    return Contents(known, tick_s, len(ticks), rate_hz, truncated=False)


def times_ticks(ticks: list[int | None], interval_ticks: int = 20) -> list[Fraction]:
    clock = Clock(contents(ticks), interval_ticks * TICK_S)
    return [clock.time_s(tick) / TICK_S for tick in ticks]


def test_good_times_stay_as_they_are() -> None:
    assert times_ticks([7, 27, 30, 90]) == [0, 20, 23, 83]


def test_repeated_time_before_a_gap_fills_the_gap() -> None:
    assert times_ticks([0, 20, 20, 60, 80]) == [0, 20, 40, 60, 80]


def test_repeated_time_without_a_gap_goes_half_way() -> None:
    assert times_ticks([0, 20, 20, 40, 60]) == [0, 20, 30, 40, 60]


def test_missing_times_follow_the_rate() -> None:
    assert times_ticks([None, None, None]) == [0, 20, 40]
    assert times_ticks([0, None, 40]) == [0, 20, 40]


def test_jump_back_goes_on_at_the_rate() -> None:
    assert times_ticks([1000, 1020, 0, 20, 40]) == [0, 20, 40, 60, 80]


@given(st.lists(st.none() | st.integers(0, 10_000), min_size=1, max_size=60))
def test_times_always_rise_from_zero(ticks: list[int | None]) -> None:
    times = times_ticks(ticks)
    assert times[0] == 0
    assert all(earlier < later for earlier, later in pairwise(times))


@given(st.lists(st.integers(1, 100), min_size=1, max_size=60), st.integers(-5000, 5000))
def test_rising_times_are_only_shifted(gaps: list[int], start: int) -> None:
    ticks: list[int | None] = [start + sum(gaps[:count]) for count in range(len(gaps) + 1)]
    assert times_ticks(ticks) == [tick - start for tick in ticks if tick is not None]


@pytest.mark.parametrize(
    ("ticks", "uneven"),
    [
        ([0, 20, 40, 60], False),
        ([0, 20, 40, 80, 100], True),
        ([0, 33, 67, 100, 133], False),
        ([0, 4, 8, 13, 17], False),
        ([0, 1, 2, 4, 5], True),
        ([0], False),
        ([], False),
    ],
)
def test_uneven(ticks: list[int], uneven: bool) -> None:
    assert is_uneven(tuple(ticks)) is uneven


@pytest.mark.parametrize(
    ("ticks", "declared_hz", "stored_hz"),
    [
        ([0, 20, 40, 60], Fraction(30), 30),
        ([0, 20, 40, 80, 100], Fraction(25), 30),
        ([0, 20, 40, 60], None, 30),
        ([0, 20, 40, 60], Fraction(60), 30),
        ([], Fraction(25), 25),
        ([], None, None),
        ([0], None, None),
    ],
)
def test_stored_rate(ticks: list[int], declared_hz: Fraction | None, stored_hz: int | None) -> None:
    assert stored_rate_hz(contents([*ticks], declared_hz)) == stored_hz


def test_declared_rate_wins_over_rounded_times() -> None:
    milliseconds: list[int | None] = [0, 4, 8, 13, 17, 21, 25, 29, 33]
    assert stored_rate_hz(contents(milliseconds, Fraction(240), Fraction(1, 1000))) == 240
