"""Small signal helpers: gap filling, zero-phase smoothing, interpolation."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import median_filter

from footstrike.data import BoolArray, FloatArray

BUTTERWORTH_ORDER = 2
"""Order per pass; two passes give the field's usual fourth-order zero-lag filter."""
HIGHEST_NORMAL_CUTOFF = 0.45
"""Cut-offs are kept below this share of the sampling rate."""


def fill_gaps(time_s: FloatArray, values: FloatArray, known: BoolArray) -> FloatArray:
    """Fill unknown samples by linear interpolation over time.

    Parameters
    ----------
    time_s : (T,) array
    values : (T, ...) array
    known : (T,) array
        Which samples hold; at least one must.

    Returns
    -------
    (T, ...) array
        ``values`` with gaps filled; ends repeat the nearest known sample.
    """
    if known.all():
        return values
    flat = values.reshape(len(values), -1)
    filled = [np.interp(time_s, time_s[known], column[known]) for column in flat.T]
    return np.stack(filled, axis=1).reshape(values.shape)


def bridged(time_s: FloatArray, values: FloatArray, known: BoolArray, otherwise: FloatArray) -> FloatArray:
    """Follow known samples smoothly from one to the next, as long as they lie no further apart than is typical.

    Parameters
    ----------
    time_s : (T,) array
    values : (T, ...) array
    known : (T,) array
        Which samples hold.
    otherwise : (T, ...) array
        What holds elsewhere.

    Returns
    -------
    (T, ...) array
        Known samples, cubic splines between them, ``otherwise`` in wider gaps.
    """
    followed = np.where(known.reshape(-1, *[1] * (values.ndim - 1)), values, otherwise)
    samples = np.flatnonzero(known)
    spacing = float(np.median(np.diff(samples))) if samples.size > 1 else 1.0
    if spacing > 1:
        for run in np.split(samples, np.flatnonzero(np.diff(samples) > spacing) + 1):
            if run.size > 1:
                part = slice(run[0], run[-1] + 1)
                followed[part] = CubicSpline(time_s[run], values[run])(time_s[part])
    return followed


def between(time_s: FloatArray, first_s: float, last_s: float) -> slice:
    """Return the part of rising times ``time_s`` (T,) from ``first_s`` to ``last_s`` inclusive, none if one is NaN."""
    if math.isnan(first_s) or math.isnan(last_s):
        return slice(0, 0)
    return slice(int(time_s.searchsorted(first_s, "left")), int(time_s.searchsorted(last_s, "right")))


def with_neighbours(part: slice) -> slice:
    """Return a part of a recording with one more sample on either side, if there are any."""
    return slice(max(0, part.start - 1), part.stop + 1)


def value_at(at_s: FloatArray, time_s: FloatArray, values: FloatArray) -> FloatArray:
    """Interpolate ``values`` (T,) at moments near each other; takes as long in a long recording as in a short one.

    Parameters
    ----------
    at_s : (N,) array
        Rising moments.
    time_s : (T,) array
        Rising times of the values; before and after them the first and the last value hold.
    values : (T,) array

    Returns
    -------
    (N,) array
    """
    if np.isnan(at_s[0]):
        return np.full(at_s.shape, np.nan)  # a lone neighbour would be taken to hold everywhere
    near = with_neighbours(between(time_s, at_s[0], at_s[-1]))
    return np.asarray(np.interp(at_s, time_s[near], values[near]))


def sampling_rate_hz(time_s: FloatArray) -> float:
    """Return the typical sampling rate from the median interval of ``time_s`` (T,), T >= 2."""
    return float(1 / np.median(np.diff(time_s)))


def low_pass(values: FloatArray, rate_hz: float, cutoff_hz: float) -> FloatArray:
    """Smooth along the first axis without lag, as a Butterworth filter does that is run forwards and back.

    Each frequency is scaled by the filter's squared gain (bilinear transform; Oppenheim & Schafer, Discrete-Time
    Signal Processing, 7.2). Beyond the ends, the course goes on turned around its last value.

    Parameters
    ----------
    values : (T, ...) array
    rate_hz, cutoff_hz : float
        Sampling rate and cut-off; the cut-off is limited to what the rate can carry.
    """
    cutoff = min(cutoff_hz / rate_hz, HIGHEST_NORMAL_CUTOFF)
    padding = min(len(values) - 1, int(3 / cutoff))
    before = 2 * values[:1] - values[padding:0:-1]
    after = 2 * values[-1:] - values[-2 : -padding - 2 : -1]
    course = np.concatenate([before, values, after])
    others = (1,) * (values.ndim - 1)
    line = course[:1] + np.linspace(0, 1, len(course)).reshape(-1, *others) * (course[-1:] - course[:1])
    frequency = np.fft.rfftfreq(len(course))
    gain = 1 / (1 + (np.tan(np.pi * frequency) / np.tan(np.pi * cutoff)) ** (2 * BUTTERWORTH_ORDER))
    smooth = np.fft.irfft(np.fft.rfft(course - line, axis=0) * gain.reshape(-1, *others), len(course), axis=0) + line
    return np.asarray(smooth[padding : padding + len(values)])


def known_median(values: Iterable[float]) -> float:
    """Return the median of those values that are known; NaN without any."""
    known = [value for value in values if math.isfinite(value)]
    return float(np.median(known)) if known else math.nan


def running_median(time_s: FloatArray, values: FloatArray, span_s: float) -> FloatArray:
    """Return the median of ``values`` (T, ...) over ``span_s`` around each sample, at least three samples."""
    samples = 2 * max(1, round(0.5 * span_s * sampling_rate_hz(time_s))) + 1
    return np.asarray(median_filter(values, size=(samples, *[1] * (values.ndim - 1)), mode="nearest"))
