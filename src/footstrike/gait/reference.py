"""Other runners at the same speed: the shipped table of where their ankles land."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from footstrike.data import UNKNOWN_PERCENTILE, FloatArray, Measure, Percentile, frozen_array, require

ReferenceMeasure = Literal["shank_angle_deg", "ankle_hip_distance_leg"]
MEASURES: tuple[ReferenceMeasure, ...] = ("shank_angle_deg", "ankle_hip_distance_leg")
POOLED = "all"
"""The table's name for runners at every speed together."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Where runners' ankles are at initial contact.

    Parameters
    ----------
    percents
        ``(P,)`` rising percentiles that are tabulated.
    speeds_mps
        ``(S,)`` rising running speeds.
    by_speed
        For each measure ``(S, P)`` its rising percentiles at each speed.
    pooled
        For each measure ``(P,)`` its rising percentiles over all speeds.
    """

    percents: FloatArray
    speeds_mps: FloatArray
    by_speed: Mapping[ReferenceMeasure, FloatArray]
    pooled: Mapping[ReferenceMeasure, FloatArray]

    def __post_init__(self) -> None:
        for name in ("percents", "speeds_mps"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))
        for name in ("by_speed", "pooled"):
            object.__setattr__(self, name, {key: frozen_array(v) for key, v in getattr(self, name).items()})
        rising = (self.percents, self.speeds_mps, *self.by_speed.values(), *self.pooled.values())
        require(all(np.all(np.diff(values) > 0) for values in rising), "Percentiles and speeds must rise.")

    @classmethod
    def from_csv(cls, lines: Iterable[str]) -> Reference:
        """Read the table that ``scripts/build_overstride_reference.py`` writes; ``#`` begins a comment."""
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        columns = [name for name in rows[0] if name[0] == "p"]

        def percentiles(measure: str, pooled: bool) -> FloatArray:
            mine = (row for row in rows if row["measure"] == measure and (row["speed_mps"] == POOLED) == pooled)
            return np.array([[float(row[name]) for name in columns] for row in mine])

        return cls(
            percents=np.array([float(name[1:]) for name in columns]),
            speeds_mps=np.unique([float(row["speed_mps"]) for row in rows if row["speed_mps"] != POOLED]),
            by_speed={measure: percentiles(measure, pooled=False) for measure in MEASURES},
            pooled={measure: percentiles(measure, pooled=True)[0] for measure in MEASURES},
        )

    def nearest_mps(self, speed_mps: float) -> float:
        """Return the nearest speed that the table covers; NaN for an unknown (NaN) one."""
        return float(np.clip(speed_mps, self.speeds_mps[0], self.speeds_mps[-1]))

    def values(self, measure: ReferenceMeasure, speed_mps: float) -> FloatArray:
        """Return the ``(P,)`` percentiles of a measure at a speed.

        Between the speeds of the table they are interpolated; below and above, those of its slowest
        and fastest runners hold; at an unknown (NaN) speed, those of all speeds together.
        """
        if math.isnan(speed_mps):
            return self.pooled[measure]
        return np.array([np.interp(speed_mps, self.speeds_mps, column) for column in self.by_speed[measure].T])

    def percentile(self, measure: ReferenceMeasure, measured: Measure, speed_mps: Measure) -> Percentile:
        """Place a measurement among the runners at a speed.

        Returns
        -------
        Percentile
            Within the first and the last that is tabulated. ``low`` and ``high`` are what one standard error of
            the measurement and one of the speed make of it, added as squares.
        """
        if not measured.known:
            return UNKNOWN_PERCENTILE

        at_speed = self.values(measure, speed_mps.value)

        def share(value: float, values: FloatArray) -> float:
            return float(np.interp(value, values, self.percents))

        middle = share(measured.value, at_speed)
        lowest, highest = float(self.percents[0]), float(self.percents[-1])
        down, up = (
            math.hypot(
                middle - share(measured.value + sign * measured.se, at_speed),
                middle - share(measured.value, self.values(measure, speed_mps.value - sign * speed_mps.se)),
            )
            for sign in (-1, 1)
        )
        return Percentile(middle, max(middle - down, lowest), min(middle + up, highest))
