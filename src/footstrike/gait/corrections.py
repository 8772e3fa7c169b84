"""Learned corrections: what is left as bias after the rules have done their work.

A correction is a linear model stored as plain numbers. What it reads, on whom it was learned and
how well it does on runners it never saw stands in its model card.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from footstrike.data import FloatArray, frozen_array, require


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """A standardised linear model with one or more outputs.

    Parameters
    ----------
    features
        Names of the ``F`` inputs.
    mean, scale
        ``(F,)`` centre and spread of each input; an unknown input counts as its mean.
    weights
        ``(K, F)`` weight of each standardised input in each output.
    intercept
        ``(K,)``.
    se
        Standard error of a prediction on runners that were not trained on (0 for class scores).
    """

    features: tuple[str, ...]
    mean: FloatArray
    scale: FloatArray
    weights: FloatArray
    intercept: FloatArray
    se: float

    def __post_init__(self) -> None:
        for name in ("mean", "scale", "weights", "intercept"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))
        count = len(self.features)
        require(self.mean.shape == (count,) and self.scale.shape == (count,), "One mean and scale per feature.")
        require(self.weights.shape == (len(self.intercept), count), "Weights must be outputs x features.")
        require(bool(np.all(self.scale > 0)), "Scales must be positive.")

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> LinearModel:
        """Build the model from plain values as they stand in a model file."""
        return cls(
            features=tuple(values["features"]),
            mean=np.array(values["mean"]),
            scale=np.array(values["scale"]),
            weights=np.array(values["weights"]),
            intercept=np.array(values["intercept"]),
            se=float(values["se"]),
        )

    def outputs(self, inputs: Mapping[str, float], most_spreads: float = math.inf) -> FloatArray:
        """Return the ``(K,)`` outputs for named inputs.

        Missing or NaN inputs count as their mean; inputs further from it than ``most_spreads``
        spreads count as that far.
        """
        values = np.array([inputs.get(name, math.nan) for name in self.features])
        standard = np.where(np.isfinite(values), (values - self.mean) / self.scale, 0.0)
        limited = np.clip(standard, -most_spreads, most_spreads)
        return np.asarray(self.weights @ limited + self.intercept)

    def predict(self, inputs: Mapping[str, float], most_spreads: float = math.inf) -> float:
        """Return the single output of a one-output model; see :meth:`outputs`."""
        return float(self.outputs(inputs, most_spreads)[0])


@dataclass(frozen=True, slots=True, eq=False)
class Corrections:
    """The learned corrections of one pose model version.

    ``contact`` and ``toe_off`` give the event's phase after the trunk's fall, in step periods;
    ``shoe_strike_angle`` (the foot strike angle where the shoe's turn was seen in the pixels),
    ``foot_strike_angle`` (by landmarks alone) and ``shank_angle`` give degrees; ``strike`` gives one
    score per class.
    """

    contact: LinearModel
    toe_off: LinearModel
    shoe_strike_angle: LinearModel
    foot_strike_angle: LinearModel
    shank_angle: LinearModel
    strike: LinearModel

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Corrections:
        """Build all corrections from plain values as they stand in a model file."""
        return cls(**{name: LinearModel.from_dict(values[name]) for name in cls.__slots__})


def softmax(scores: Sequence[float] | FloatArray) -> FloatArray:
    """Return probabilities proportional to ``exp(score)``; shape as given, sum 1."""
    shifted = np.exp(np.asarray(scores) - np.max(scores))
    return np.asarray(shifted / shifted.sum())
