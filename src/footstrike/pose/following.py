"""Where someone is in the frames between those that were looked at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from footstrike.data import FloatArray


def followed(
    time_s: FloatArray, looked: NDArray[np.intp], run: NDArray[np.intp], values: FloatArray, otherwise: FloatArray
) -> FloatArray:
    """Follow values from one look to the next by cubic splines.

    Parameters
    ----------
    time_s : (T,) array
        Times of all frames.
    looked : (S,) array
        The frames that were looked at, rising.
    run : (S,) array
        Number of the unbroken run that each look belongs to; below 0 where there was nothing to see.
    values : (S, ...) array
        What was seen.
    otherwise : (...) array
        What holds in frames that are not between two looks of one run.

    Returns
    -------
    (T, ...) array
        In frames that were looked at, the values themselves.
    """
    course = np.tile(otherwise, (time_s.size, *[1] * otherwise.ndim)).astype(np.float64)
    columns, samples = course.reshape(time_s.size, -1), values.reshape(looked.size, -1)
    for number in np.unique(run[run >= 0]):
        part = np.flatnonzero(run == number)
        between = slice(looked[part[0]], looked[part[-1]] + 1)
        if part.size > 1:
            for column, sampled in zip(columns.T, samples[part].T, strict=True):  # one at a time: splines are large
                column[between] = CubicSpline(time_s[looked[part]], sampled)(time_s[between])
    course[looked] = values
    return course


def unbroken_runs(found: NDArray[np.bool_], shot: FloatArray) -> NDArray[np.intp]:
    """Give each ``(S,)`` look the number of its unbroken run of finding someone in one shot; -1 where nobody is."""
    starts = np.diff(shot, prepend=shot[:1]) != 0
    starts |= found & ~np.r_[False, found[:-1]]
    return np.where(found, np.cumsum(starts), -1)


def single(values: FloatArray) -> FloatArray:
    """Return values rounded to single precision, as landmark files hold them."""
    return values.astype(np.float32).astype(np.float64)
