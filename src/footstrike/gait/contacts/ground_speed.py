"""When the landing foot has taken up the speed of the ground.

In the runner's frame a swinging foot moves forward, a standing foot moves back with the ground. The
passage from one to the other marks contact whatever the strike type, and neither a camera that
moves nor a ground that slopes in the image disturbs it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.ndimage import gaussian_filter1d

from footstrike.gait.contacts.settling import GRID_STEPS, JOINT_INDEX, FootPaths
from footstrike.gait.contacts.trunk import TrunkStep
from footstrike.gait.signals import value_at

PHASES = np.arange(-0.45, 0.32, 1 / GRID_STEPS)
STANCE = (PHASES > 0.05) & (PHASES < 0.25)
"""The foot moves with the ground in this part of the step, counted from the trunk's fall."""
EARLY = PHASES[:-1] < 0.12
SMOOTHING_STEPS = 1 / 60
"""SD of the Gaussian that smooths the speed, in step periods."""


def ground_speed_s(paths: FootPaths, step: TrunkStep, joint: str, shares: Sequence[float]) -> list[float]:
    """Return when a joint of the leading foot last reached each of ``shares`` of its stance speed.

    Parameters
    ----------
    paths : FootPaths
    step : TrunkStep
    joint : str
        ``"ankle"``, ``"heel"`` or ``"toe"``.
    shares : sequence of float
        Shares of the ground's speed, 0 to 1.

    Returns
    -------
    list of float
        Seconds; NaN where that speed is never passed.
    """
    grid = step.fall_s + PHASES * step.period_s
    path = value_at(grid, paths.time_s, paths.forward["leading"][:, JOINT_INDEX[joint]])
    speed = gaussian_filter1d(np.gradient(path, PHASES), SMOOTHING_STEPS * GRID_STEPS)
    typical = float(np.median(speed[STANCE]))
    passages = (np.flatnonzero(EARLY & (speed[:-1] > s * typical) & (speed[1:] <= s * typical)) for s in shares)
    return [float(grid[passed[-1]]) if passed.size else math.nan for passed in passages]
