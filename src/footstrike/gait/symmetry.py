"""How far the feet differ."""

from __future__ import annotations

import math
from collections.abc import Mapping

from footstrike.data import FEET, Measure, Statistic
from footstrike.gait.metrics import clock_se


def left_minus_right(
    metrics: Mapping[str, Mapping[str, Statistic]], relative_time_se: float
) -> dict[str, tuple[int, Measure]]:
    """Return, for each metric known for both feet, left minus right, and the landings of the foot with fewer.

    No index in per cent is given: it means nothing for angles around 0, and the usual cut-off of 10 % is
    arbitrary. A difference below about twice its error is none. The clock's error, ``relative_time_se`` of each time,
    is the same in both and mostly cancels.
    """
    both = {name: (groups["left"], groups["right"]) for name, groups in metrics.items() if set(FEET) <= set(groups)}
    return {
        name: (min(left.n, right.n), _difference(left, right, clock_se(name, relative_time_se)))
        for name, (left, right) in both.items()
    }


def _difference(left: Statistic, right: Statistic, common_relative_se: float) -> Measure:
    common = 2 * common_relative_se**2 * left.mean * right.mean
    variance = left.se**2 + right.se**2 - common
    return Measure(left.mean - right.mean, math.sqrt(max(variance, 0.0)) if math.isfinite(variance) else math.nan)
