"""How each foot's landmarks lie while it stands flat: what zeroes the foot strike angle.

In most recordings a foot reads the same angle in all its mid-stances, within one or two degrees. Where the pose model
takes one leg for the other while they cross, some of them read that of the leg in swing, whose toes hang down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from footstrike.data import FEET, Contact, FloatArray, Foot
from footstrike.gait.signals import between

FLAT_SHARES = (0.15, 0.35)
"""The foot is flat in this part of the contact; later it begins to roll over the toes."""
UNSTEADY_DEG = 5.0
"""Median deviation of a foot's mid-stances from their median, above which legs were mistaken for each other: 0.2 to 4
degrees otherwise (13 rendered runners, both feet, and film)."""
FEWEST_STANCES = 3
"""With fewer mid-stances that differ so much nothing says which of them is right."""
PLAUSIBLE_DEG = (-20.0, 14.0)
"""A flat foot reads -12 to +13 degrees, depending on person, shoe, side and camera."""


def flat_foot_deg(time_s: FloatArray, standing_foot_deg: FloatArray, contacts: Sequence[Contact]) -> dict[Foot, float]:
    """Return each foot's angle while it stands flat.

    The median over its mid-stances; where these contradict each other, what most frames agree on.

    Parameters
    ----------
    time_s : (N,) array
    standing_foot_deg : (N,) array
        Angle of the lower foot.
    contacts
        Those of one bout.

    Returns
    -------
    dict
        Degrees, + toes up; NaN for a foot that is not seen standing, or not plausibly.
    """
    return {foot: _flat_deg(_mid_stances(time_s, standing_foot_deg, contacts, foot)) for foot in FEET}


def _mid_stances(
    time_s: FloatArray, standing_foot_deg: FloatArray, contacts: Sequence[Contact], foot: Foot
) -> list[FloatArray]:
    """Return the known angles in each mid-stance of a foot."""
    stances = []
    for contact in contacts:
        duration_s = contact.duration_s.value
        if contact.foot == foot and math.isfinite(duration_s):
            first_s, last_s = (contact.contact_s.value + share * duration_s for share in FLAT_SHARES)
            seen = standing_foot_deg[between(time_s, first_s, last_s)]
            stances.append(seen[np.isfinite(seen)])
    return [stance for stance in stances if stance.size]


def _flat_deg(stances: Sequence[FloatArray]) -> float:
    if not stances:
        return math.nan
    angles = np.array([np.median(stance) for stance in stances])
    flat = float(np.median(angles))
    if np.median(np.abs(angles - flat)) > UNSTEADY_DEG:
        if len(stances) < FEWEST_STANCES:
            return math.nan
        flat = half_sample_mode(np.concatenate(stances))
    return flat if PLAUSIBLE_DEG[0] <= flat <= PLAUSIBLE_DEG[1] else math.nan


def half_sample_mode(values: FloatArray) -> float:
    """Return where ``values`` (N,), N >= 1, lie closest together.

    The half of them that spans least is taken again and again (Bickel & Frühwirth 2006, Comput Stat Data Anal
    50:3500).
    """
    kept = np.sort(values)
    while kept.size > 3:
        half = (kept.size + 1) // 2
        first = int(np.argmin(kept[half - 1 :] - kept[: kept.size - half + 1]))
        kept = kept[first : first + half]
    return float(np.median(kept))
