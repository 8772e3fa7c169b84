"""How results are compared with truth: matching, errors, shares, calibration. Pure functions on tables.

A truth table has one row per contact: ``foot``, ``side``, ``strike``, ``sure`` (whether the strike
type counts), ``contact`` and ``toe_off`` (times), ``tolerance``, ``foot_strike_angle_deg``,
``shank_angle_deg``. A step table has the same measures, ``foot``, ``side``, ``strike``, the three
probabilities, and ``<measure>_se`` for each measure. Both count in one unit of time: milliseconds, or
frames where the truth was read off frames by eye.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

CLASSES = ("heel", "midfoot", "forefoot")
LEAST_CADENCE_CONTACTS = 4
RELIABILITY_EDGES = (0.0, 0.45, 0.6, 0.75, 0.9, 1.0)
MEASURES = ("contact", "toe_off", "foot_strike_angle_deg", "shank_angle_deg")
PAIR_COLUMNS = (
    *("true_side", "true_foot", "true_strike", "true_sure", "foot", "strike", "duration_error"),
    *(f"p_{name}" for name in CLASSES),
    *(f"{name}_error" for name in MEASURES),
    *(f"{name}_se" for name in MEASURES),
)
VERDICT_COLUMNS = ("foot", "side", "said", "truth")
SIDES = ("near", "far")


@dataclass(frozen=True)
class ClipScore:
    """One clip against its truth.

    ``pairs`` has one row per matched contact, ``matched_by_time`` is their number when moments are
    compared instead of frame numbers (film only); ``true_by_side`` and ``extra_by_side`` count the true
    contacts and the steps that match none. ``verdicts`` has one row per foot. ``refused`` is the
    line with which the clip was refused, if it was.
    """

    name: str
    kind: str
    unit: str
    true_by_side: Mapping[str, int]
    pairs: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PAIR_COLUMNS))
    extra_by_side: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(SIDES, 0))
    rate_hz: float = math.nan
    slow_motion: float = 1.0
    cadence_error_pct: float = math.nan
    verdicts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=VERDICT_COLUMNS))
    refused: str = ""
    matched_by_time: int = 0


@dataclass(frozen=True)
class Spread:
    """Mean, SD, mean and 90th percentile of the absolute value of ``n`` errors."""

    n: int
    mean: float
    sd: float
    mae: float
    p90: float


@dataclass(frozen=True)
class Share:
    """How many of ``n`` are right."""

    right: int
    n: int

    @property
    def value(self) -> float:
        """Share of right ones; NaN without any."""
        return self.right / self.n if self.n else math.nan


def spread(errors: ArrayLike) -> Spread:
    """Summarise errors; unknown ones are left out."""
    known = np.asarray(errors, dtype=float)
    known = known[np.isfinite(known)]
    if known.size == 0:
        return Spread(0, math.nan, math.nan, math.nan, math.nan)
    off = np.abs(known)
    return Spread(known.size, float(known.mean()), float(known.std()), float(off.mean()), float(np.percentile(off, 90)))


def share(right: ArrayLike) -> Share:
    """Count how many of some yes/no answers are yes."""
    answers = np.asarray(right, dtype=bool)
    return Share(int(answers.sum()), answers.size)


def match(truth: Sequence[float], found: Sequence[float], tolerance: Sequence[float]) -> list[tuple[int, int]]:
    """Pair true and found times one to one, nearest first, each within the truth's tolerance.

    Returns
    -------
    list of (int, int)
        Index in ``truth`` and index in ``found``, in the order of the truth.
    """
    near = [
        (abs(a - b), i, j)
        for i, (a, limit) in enumerate(zip(truth, tolerance, strict=True))
        for j, b in enumerate(found)
        if abs(a - b) <= limit
    ]
    pairs: dict[int, int] = {}
    for _, i, j in sorted(near):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return sorted(pairs.items())


def score(
    name: str, kind: str, unit: str, truth: pd.DataFrame, steps: pd.DataFrame, margin: float, **about: float
) -> ClipScore:
    """Compare one clip's steps with its truth.

    Parameters
    ----------
    truth, steps : DataFrame
        See the module; times in ``unit``.
    margin : float
        Steps further than this outside the truth's range are neither right nor wrong.
    """
    truth = truth.sort_values("contact").reset_index(drop=True)
    inside = steps.contact.between(truth.contact.min() - margin, truth.contact.max() + margin)
    steps = steps[inside].sort_values("contact").reset_index(drop=True)
    matched = match(list(truth.contact), list(steps.contact), list(truth.tolerance))
    of_truth, of_steps = [i for i, _ in matched], [j for _, j in matched]
    return ClipScore(
        name=name,
        kind=kind,
        unit=unit,
        true_by_side=_by_side(truth),
        pairs=_pairs(truth.iloc[of_truth], steps.iloc[of_steps]),
        extra_by_side=_by_side(steps.drop(index=of_steps)),
        cadence_error_pct=cadence_error_pct(truth.contact, steps.contact),
        **about,
    )


def _by_side(table: pd.DataFrame) -> dict[str, int]:
    return {side: int((table.side == side).sum()) for side in SIDES}


def _pairs(truth: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Return one row per matched contact: what was true, what was said, and the errors."""
    pairs = truth.reset_index(drop=True).add_prefix("true_").join(steps.reset_index(drop=True))
    for name in MEASURES:
        pairs[f"{name}_error"] = pairs[name].astype(float) - pairs[f"true_{name}"]
    pairs["duration_error"] = pairs.toe_off_error - pairs.contact_error
    return pairs[list(PAIR_COLUMNS)]


def cadence_error_pct(truth: pd.Series, found: pd.Series) -> float:
    """Return the error of the mean step frequency in percent; NaN with too few contacts."""
    if min(len(truth), len(found)) < LEAST_CADENCE_CONTACTS:
        return math.nan
    return float(100 * (np.diff(truth).mean() / np.diff(found).mean() - 1))


def f1(scores: Sequence[ClipScore], sides: Sequence[str]) -> float:
    """Return the F1 of contacts found, foot ignored, over the true contacts of some sides."""
    true = sum(s.true_by_side[side] for s in scores for side in sides)
    extra = sum(s.extra_by_side[side] for s in scores for side in sides)
    matched = sum(int(s.pairs.true_side.isin(sides).sum()) for s in scores)
    return 2 * matched / (true + matched + extra) if true + extra else math.nan


def strike_shares(pairs: pd.DataFrame) -> dict[str, Share]:
    """Return how often the strike type is right where it is sure: when said, and over all landings.

    Over all landings an ``unclear`` is not right.
    """
    sure = pairs[pairs.true_sure]
    said = sure.strike != "unclear"
    heel = (sure.strike == "heel") == (sure.true_strike == "heel")
    exact = sure.strike == sure.true_strike
    return {
        "heel_said": share(heel[said]),
        "heel_all": share(heel & said),
        "three_said": share(exact[said]),
        "three_all": share(exact),
        "unclear": share(~said),
    }


def balanced(said: ArrayLike, truth: ArrayLike) -> float:
    """Return the mean over the true classes of the share that is right in each; NaN without any."""
    right = pd.Series(np.asarray(said) == np.asarray(truth), dtype=float)
    return float(right.groupby(np.asarray(truth)).mean().mean())


def verdict_shares(verdicts: pd.DataFrame) -> dict[str, Share]:
    """Return the same for verdicts per foot; columns ``said`` and ``truth``."""
    return strike_shares(verdicts.rename(columns={"said": "strike", "truth": "true_strike"}).assign(true_sure=True))


def usual_class(strikes: Sequence[str]) -> str:
    """Return the commonest class of a foot's landings; empty where two are equally common."""
    counts = pd.Series(strikes).value_counts()
    tied = len(counts) > 1 and counts.iloc[0] == counts.iloc[1]
    return "" if tied else str(counts.index[0])


def covered(errors: ArrayLike, standard_errors: ArrayLike, times: float) -> Share:
    """Return how many known errors lie within so many standard errors."""
    error, se = np.asarray(errors, dtype=float), np.asarray(standard_errors, dtype=float)
    known = np.isfinite(error) & np.isfinite(se)
    return share(np.abs(error[known]) <= times * se[known])


def brier(probabilities: NDArray[np.float64], truth: Sequence[str]) -> float:
    """Return the mean squared error of class probabilities, summed over the three classes (0 to 2)."""
    if not len(truth):
        return math.nan
    happened = np.array([[name == label for name in CLASSES] for label in truth], dtype=float)
    return float(((probabilities - happened) ** 2).sum(axis=1).mean())


def reliability(probabilities: NDArray[np.float64], truth: Sequence[str]) -> list[tuple[float, float, float, Share]]:
    """Compare the probability of the likeliest class with how often it is right.

    Returns
    -------
    list of (low, high, mean probability, share right)
        One entry per bin that holds any landing.
    """
    surest = probabilities.max(axis=1)
    right = np.array(CLASSES)[probabilities.argmax(axis=1)] == np.asarray(truth)
    rows = []
    for low, high in pairwise(RELIABILITY_EDGES):
        inside = (surest > low) & (surest <= high)
        if inside.any():
            rows.append((low, high, float(surest[inside].mean()), share(right[inside])))
    return rows
