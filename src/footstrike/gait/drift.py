"""What changes from the first to the last third of a recording."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from footstrike.data import UNKNOWN, Measure, Step

LEAST_STEPS = 12
"""Fewer leave less than four in a third."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Change of one metric between the thirds of a recording, whose middles lie ``over_s`` seconds apart.

    ``n`` is the number of steps in both thirds together.
    """

    n: int
    change: Measure
    over_s: float


def drifts(steps: Sequence[Step], metrics: Mapping[str, Callable[[Step], Measure]]) -> dict[str, Drift]:
    """Return how far the mean of each metric in the last third of the steps is from that in the first.

    Both thirds come from the same camera and runner, so the error that all steps have in common drops out; what
    is left is their scatter.

    Parameters
    ----------
    steps
        In time order.
    metrics
        By name, what each reads of a step.
    """
    return {name: _drift(steps, measure) for name, measure in metrics.items()}


def _drift(steps: Sequence[Step], measure: Callable[[Step], Measure]) -> Drift:
    known = [(step.contact.contact_s.value, found.value) for step in steps if (found := measure(step)).known]
    if len(known) < LEAST_STEPS:
        return Drift(0, UNKNOWN, math.nan)
    third = len(known) // 3
    (first_s, first), (last_s, last) = (np.array(part).T for part in (known[:third], known[-third:]))
    se = math.hypot(first.std(ddof=1), last.std(ddof=1)) / math.sqrt(third)
    return Drift(2 * third, Measure(float(last.mean() - first.mean()), se), float(last_s.mean() - first_s.mean()))
