"""Small signal helpers: gap filling, zero-phase smoothing, interpolation."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal import butter, sosfiltfilt

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


def sampling_rate_hz(time_s: FloatArray) -> float:
    """Return the typical sampling rate from the median interval of ``time_s`` (T,), T >= 2."""
    return float(1 / np.median(np.diff(time_s)))


def low_pass(values: FloatArray, rate_hz: float, cutoff_hz: float) -> FloatArray:
    """Smooth along the first axis without lag (dual-pass Butterworth).

    Parameters
    ----------
    values : (T, ...) array
    rate_hz, cutoff_hz : float
        Sampling rate and cut-off; the cut-off is limited to what the rate can carry.
    """
    normal = min(cutoff_hz, HIGHEST_NORMAL_CUTOFF * rate_hz)
    sos = butter(BUTTERWORTH_ORDER, normal, fs=rate_hz, output="sos")
    padding = min(len(values) - 1, int(3 * rate_hz / normal))
    return np.asarray(sosfiltfilt(sos, values, axis=0, padlen=padding))


def running_median(time_s: FloatArray, values: FloatArray, span_s: float) -> FloatArray:
    """Return the median of ``values`` (T, ...) over ``span_s`` around each sample, at least three samples."""
    samples = 2 * max(1, round(0.5 * span_s * sampling_rate_hz(time_s))) + 1
    return np.asarray(median_filter(values, size=(samples, *[1] * (values.ndim - 1)), mode="nearest"))
