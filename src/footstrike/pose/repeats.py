"""Pictures that a recording shows twice, because film of one rate was put into a file of a higher one."""

from __future__ import annotations

import math

import numpy as np
from scipy.ndimage import rank_filter

from footstrike.data import FloatArray

NEAR_LOOKS = 12
"""Stretch before and after a picture in which to look for how much pictures change,"""
USUAL_RANK = -3
"""as the third largest change there: of four pictures three may repeat, and a flash of light changes two."""
_BEHIND, _AHEAD = NEAR_LOOKS // 2 - 1, -(NEAR_LOOKS // 2)
LEAST_STIR = 0.4
"""Grey levels by which a person who moves changes the picture around them; where it is less nothing can be said."""
REPEAT_SHARE = 0.2
"""A repeat changes less than this share of the usual: 0.00 to 0.12, compression and all; others 0.35 and more."""
LEAST_REPEATS = 0.05
"""Fewer are single frames that were lost or held."""
LEAST_LOOKS = 25


def pictures_hz(time_s: FloatArray, stir: FloatArray) -> float:
    """Return how many different pictures a second a recording shows, if it repeats some.

    Parameters
    ----------
    time_s
        ``(L,)`` times of the pictures that were looked at.
    stir
        ``(L,)`` mean change of the grey levels where people are, since the picture before; NaN without anybody.

    Returns
    -------
    float
        NaN where no picture repeats, or too little moves for too long to tell.
    """
    change = np.nan_to_num(stir)
    behind, ahead = (
        rank_filter(change, USUAL_RANK, size=NEAR_LOOKS, origin=side, mode="constant", cval=math.inf)
        for side in (_BEHIND, _AHEAD)
    )
    usual = np.minimum(behind, ahead)  # who stops and stands shows no repeats; at an end the other side decides
    told = np.isfinite(stir + usual) & (usual > LEAST_STIR)
    if np.count_nonzero(told) < LEAST_LOOKS:
        return math.nan
    repeated = float((change[told] < REPEAT_SHARE * usual[told]).mean())
    return (1 - repeated) / float(np.median(np.diff(time_s))) if repeated >= LEAST_REPEATS else math.nan
