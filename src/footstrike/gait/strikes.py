"""How the foot landed: heel, midfoot, forefoot, or unclear.

Two ways stand side by side: the published cut-offs on the foot strike angle, and their mean with
scores learned from labelled runners. Both give three probabilities; a class is said aloud only when
it is likely enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy.special import ndtr

from footstrike.data import STRIKE_CLASSES, FloatArray, Measure, Strike, StrikeType, require
from footstrike.gait.corrections import Corrections, softmax

UNKNOWN_ANGLE = Strike(1 / 3, 1 / 3, 1 / 3, "unclear", ("foot_hidden",))


def _require_share(probability: float) -> None:
    require(0 <= probability <= 1, f"The least probability must lie between 0 and 1, got {probability}.")


class StrikeClassifier(Protocol):
    """Turns one landing into a strike."""

    def classify(
        self, foot_strike_angle_deg: Measure, features: Mapping[str, float], corrections: Corrections
    ) -> Strike:
        """Return the strike for an angle with its error and the raw features of the landing."""
        ...


@dataclass(frozen=True, slots=True)
class AngleRule:
    """The cut-offs of Altman & Davis 2012 (Gait Posture 35:298, doi 10.1016/j.gaitpost.2011.09.104).

    Rearfoot above 8.0 degrees, forefoot below -1.6 degrees, midfoot between; the probability of a
    class is the share of the angle's error distribution on its side of the cut-offs.
    """

    rearfoot_above_deg: float = 8.0
    forefoot_below_deg: float = -1.6
    least_probability: float = 0.6

    def __post_init__(self) -> None:
        above, below = self.rearfoot_above_deg, self.forefoot_below_deg
        require(-90 < below < above < 90, f"Cut-offs must rise from forefoot to rearfoot, got {below} and {above}.")
        _require_share(self.least_probability)

    def classify(
        self, foot_strike_angle_deg: Measure, features: Mapping[str, float], corrections: Corrections
    ) -> Strike:
        """Classify by the angle alone."""
        if not foot_strike_angle_deg.known:
            return UNKNOWN_ANGLE
        return strike_from(self.probabilities(foot_strike_angle_deg), self.least_probability)

    def probabilities(self, foot_strike_angle_deg: Measure) -> FloatArray:
        """Return the ``(3,)`` probabilities of heel, midfoot and forefoot for a known angle."""
        angle_deg, se_deg = foot_strike_angle_deg.value, max(foot_strike_angle_deg.se, 1e-6)
        forefoot = float(ndtr((self.forefoot_below_deg - angle_deg) / se_deg))
        heel = float(ndtr((angle_deg - self.rearfoot_above_deg) / se_deg))
        return np.array([heel, max(0.0, 1 - heel - forefoot), forefoot])


@dataclass(frozen=True, slots=True)
class LearnedStrike:
    """The mean of the published cut-offs' and of learned probabilities.

    The scores are learned on few runners who land otherwise than on the heel (see the model card of
    the corrections); the cut-offs know nothing of what the labels say. On runners left out their mean
    is right more often than either.
    """

    cut_offs: AngleRule = AngleRule()
    least_probability: float = 0.55

    def __post_init__(self) -> None:
        _require_share(self.least_probability)

    def classify(
        self, foot_strike_angle_deg: Measure, features: Mapping[str, float], corrections: Corrections
    ) -> Strike:
        """Classify by the angle and the learned scores."""
        if not foot_strike_angle_deg.known:
            return UNKNOWN_ANGLE
        inputs = {**features, "foot_strike_angle": foot_strike_angle_deg.value}
        learned = softmax(corrections.strike.outputs(inputs))
        return strike_from((learned + self.cut_offs.probabilities(foot_strike_angle_deg)) / 2, self.least_probability)


def strike_from(probabilities: np.ndarray, least_probability: float) -> Strike:
    """Build a strike from three probabilities (heel, midfoot, forefoot).

    The likeliest class is said aloud when it reaches ``least_probability``; otherwise the strike is
    ``"unclear"`` and the reason ``"borderline"`` is given.
    """
    p = np.clip(probabilities, 0, None)
    p = p / p.sum()
    best = int(np.argmax(p))
    clear = p[best] >= least_probability
    said: StrikeType = STRIKE_CLASSES[best] if clear else "unclear"
    return Strike(
        float(p[0]),
        float(p[1]),
        max(0.0, 1 - float(p[0]) - float(p[1])),
        said,
        () if clear else ("borderline",),
    )


def borderline_if_moved(strike: Strike, *moved: Strike) -> Strike:
    """Mark a strike as borderline where its likeliest class is another one in any of ``moved``."""
    same = all(other.likeliest == strike.likeliest for other in moved)
    return strike if same else replace(strike, reasons=tuple(dict.fromkeys([*strike.reasons, "borderline"])))
