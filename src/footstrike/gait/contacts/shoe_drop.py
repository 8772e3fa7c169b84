"""When the shoe that lands begins to drop onto the ground.

A foot that lands on its heel or on its toes is turned flat by the ground. The onset of that turn, seen
in the pixels of the shoe itself, hangs neither on where landmarks sit on it nor on the camera's motion.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.interpolate import PchipInterpolator

from footstrike.data import FloatArray
from footstrike.gait.contacts.settling import GRID_STEPS
from footstrike.gait.contacts.trunk import TrunkStep
from footstrike.gait.signals import between, with_neighbours

FIRST_PHASE, LAST_PHASE = -0.3, 0.16
"""Part of the step, after the trunk's fall, in which the shoe is watched."""
FASTEST_PHASES = (-0.2, 0.14)
"""The toes come down fastest in this part of it."""
ONSET_SHARE = 0.5
LEAST_FRAMES = 4


def shoe_drop_s(time_s: FloatArray, shoe_turn_deg: FloatArray, step: TrunkStep) -> float:
    """Return when the toes began to come down: before their fastest, they had half that speed.

    Parameters
    ----------
    time_s, shoe_turn_deg : (N,) arrays
        A bout's times and the angle of the landing shoe over the same shoe standing flat; NaN where unknown.
    step : TrunkStep

    Returns
    -------
    float
        Seconds; NaN where the shoe was not seen.
    """
    watched = with_neighbours(
        between(time_s, *(step.fall_s + phase * step.period_s for phase in (FIRST_PHASE, LAST_PHASE)))
    )
    phase, turn_deg = (time_s[watched] - step.fall_s) / step.period_s, shoe_turn_deg[watched]
    seen = (phase > FIRST_PHASE) & (phase < LAST_PHASE) & np.isfinite(turn_deg)
    if np.count_nonzero(seen) < LEAST_FRAMES:
        return math.nan
    grid = np.arange(phase[seen][0], phase[seen][-1], 1 / GRID_STEPS)
    speed = np.gradient(PchipInterpolator(phase[seen], turn_deg[seen])(grid), grid)
    candidates = (grid > FASTEST_PHASES[0]) & (grid < FASTEST_PHASES[1])
    if not candidates.any():
        return math.nan
    fastest = int(np.argmin(np.where(candidates, speed, np.inf)))
    slower = np.flatnonzero(speed[:fastest] > ONSET_SHARE * speed[fastest])
    onset = slower[-1] if slower.size else 0
    return step.fall_s + float(grid[onset]) * step.period_s
