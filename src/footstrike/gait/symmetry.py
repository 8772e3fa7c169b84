"""How far the feet differ."""

from __future__ import annotations

import math
from collections.abc import Mapping

from footstrike.data import FEET, Measure, Statistic


def left_minus_right(metrics: Mapping[str, Mapping[str, Statistic]]) -> dict[str, tuple[int, Measure]]:
    """Return, for each metric known for both feet, left minus right, and the landings of the foot with fewer.

    No index in per cent is given: it means nothing for angles around 0, and the usual cut-off of 10 % is
    arbitrary. A difference below about twice its error is none.
    """
    both = {name: (groups["left"], groups["right"]) for name, groups in metrics.items() if set(FEET) <= set(groups)}
    return {
        name: (min(left.n, right.n), Measure(left.mean - right.mean, math.hypot(left.se, right.se)))
        for name, (left, right) in both.items()
    }
