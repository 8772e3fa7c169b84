"""Presentation times: exact, starting at 0, strictly rising.

A frame's time is its stored presentation time less that of the first frame. Two faults are repaired:

- a time that does not follow the one before it (repeated, or running backwards) becomes one typical
  interval after its predecessor, or half-way to the next stored time where that is nearer;
- a missing time becomes one typical interval after its predecessor.

The typical interval is the inverse of the stored rate, or of the rate that the user states when the
file holds none.
"""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from itertools import pairwise
from statistics import median

from footstrike.video.container import Contents

_UNEVEN_SHARE = 0.1
"""An interval this much longer or shorter than the typical one makes the times uneven."""
_ROUNDING_TICKS = 1.5
"""Rounding to whole ticks moves an interval by up to one; that alone makes no times uneven."""
_AGREEING_TICKS = 0.75
"""Rounding moves the median interval by up to half a tick; at one tick the rate would be another."""


def is_uneven(ticks: tuple[int, ...]) -> bool:
    """Whether rising times, in ticks, are unevenly spaced beyond what rounding to ticks explains."""
    gaps = _gaps(ticks)
    if not gaps:
        return False
    typical = median(gaps)
    slack = max(_UNEVEN_SHARE * typical, min(_ROUNDING_TICKS, typical / 2))
    return any(abs(gap - typical) > slack for gap in gaps)


def stored_rate_hz(contents: Contents) -> Fraction | None:
    """Frames per second as stored, exact; ``None`` when there are neither times nor a declared rate.

    The declared rate counts only where it agrees with the typical (median) interval as far as
    whole ticks can tell: headers of recordings with uneven times declare averages or maxima.
    """
    gaps = _gaps(contents.pts_ticks)
    if not gaps:
        return contents.declared_rate_hz
    typical_rate_hz = 1 / (Fraction(median(gaps)) * contents.time_base_s)
    declared_rate_hz = contents.declared_rate_hz or typical_rate_hz
    declared_gap_ticks = 1 / (declared_rate_hz * contents.time_base_s)
    agrees = abs(declared_gap_ticks - median(gaps)) <= _AGREEING_TICKS
    return declared_rate_hz if agrees else typical_rate_hz


def longest_gap_s(contents: Contents) -> float:
    """Return the longest time between two pictures that follow each other; 0 where there are no times."""
    return float(max(_gaps(contents.pts_ticks), default=0) * contents.time_base_s)


class Clock:
    """Turns the stored times of frames, in decode order, into strictly rising seconds from 0."""

    def __init__(self, contents: Contents, interval_s: Fraction) -> None:
        self._known_ticks = contents.pts_ticks
        self._time_base_s = contents.time_base_s
        self._interval_ticks = interval_s / contents.time_base_s
        self._first_ticks: Fraction | None = None
        self._last_ticks: Fraction | None = None

    def time_s(self, pts: int | None) -> Fraction:
        """Return the time of the next frame, whose stored time is ``pts`` ticks (``None``: missing)."""
        # Without known times, those on single frames are the library's invention.
        ticks = self._repaired(pts if self._known_ticks else None)
        if self._first_ticks is None:
            self._first_ticks = ticks
        self._last_ticks = ticks
        return (ticks - self._first_ticks) * self._time_base_s

    def _repaired(self, pts: int | None) -> Fraction:
        last = self._last_ticks
        if last is None:
            return Fraction(pts or 0)
        if pts is not None and pts > last:
            return Fraction(pts)
        ahead = bisect_right(self._known_ticks, last)
        guess = last + self._interval_ticks
        if pts is None or ahead == len(self._known_ticks):
            return guess
        return min(guess, (last + self._known_ticks[ahead]) / 2)


def _gaps(ticks: tuple[int, ...]) -> list[int]:
    return [later - earlier for earlier, later in pairwise(ticks)]
