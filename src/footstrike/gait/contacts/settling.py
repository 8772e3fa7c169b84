"""When the landing foot comes to rest on the ground, and when it leaves it.

Near contact the foot's joints fall to the height that they keep while the foot stands. The last
moment at which a joint passes a small height above that level marks landing; the last at which the
trailing joint rises past it marks lift-off. Heights are relative to the joint's own stance level, so constant
landmark offsets cancel, and the ground may slope in the image (a camera that looks down at an
angle, a tilted camera, an incline).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footstrike.data import FloatArray, frozen_array
from footstrike.gait.contacts.trunk import TrunkStep, typical_period_s
from footstrike.gait.feet import LegRoles
from footstrike.gait.runner_frame import Bout
from footstrike.gait.signals import running_median, value_at
from footstrike.landmarks import HIPS

GRID_STEPS = 240
"""Grid points per step period."""
STANCE_PHASES = np.linspace(0.12, 0.3, 24)
"""The foot stands still in this part of the step, counted from the trunk's fall."""
LANDING_PHASES = np.arange(-0.3, 0.2, 1 / GRID_STEPS)
LIFT_OFF_PHASES = np.arange(0.4, 0.95, 1 / GRID_STEPS)
PATH_MEDIAN_STEPS = 0.07
"""Span, in step periods, of the running median that keeps single bad frames out of a path."""
LEAST_TRAVEL_LEG = 0.1
"""A stance foot that travels less than this says nothing about the ground's slope."""
SLOPE_TRUST = 0.06
"""Spread of the slope from step to step at which it is believed by half."""
JOINT_INDEX = {"ankle": 2, "heel": 3, "toe": 4}


@dataclass(frozen=True, slots=True, eq=False)
class FootPaths:
    """Paths of the leading and the trailing foot in a bout, leg lengths.

    ``forward`` is relative to the hips, ``height`` in the image; each maps a role
    (``"leading"``, ``"trailing"``) to ``(N, 5)``: hip, knee, ankle, heel, toe.
    ``ground_slope`` is rise per forward distance.
    """

    time_s: FloatArray
    forward: dict[str, FloatArray]
    height: dict[str, FloatArray]
    ground_slope: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", frozen_array(self.time_s))


def foot_paths(bout: Bout, roles: LegRoles, steps: Sequence[TrunkStep]) -> FootPaths:
    """Follow both feet through a bout and find the slope of the ground from the standing foot."""
    hips_height = bout.fine_xy_leg[:, HIPS, 1].mean(axis=1, keepdims=True)
    by_role = {
        role: running_median(bout.time_s, leg, PATH_MEDIAN_STEPS * typical_period_s(steps))
        for role, leg in (("leading", roles.leading), ("trailing", roles.trailing))
    }
    forward = {role: leg[:, :, 0] for role, leg in by_role.items()}
    height = {role: leg[:, :, 1] + hips_height for role, leg in by_role.items()}
    slope = _ground_slope(bout.time_s, forward["leading"], height["leading"], steps)
    return FootPaths(bout.time_s, forward, height, slope)


def _ground_slope(time_s: FloatArray, forward: FloatArray, height: FloatArray, steps: Sequence[TrunkStep]) -> float:
    """Return the median slope of the standing foot's path, drawn to 0 where steps disagree."""
    slopes = []
    for step in steps:
        at_s = step.fall_s + STANCE_PHASES * step.period_s
        x, y = (np.mean([value_at(at_s, time_s, path[:, j]) for j in (3, 4)], axis=0) for path in (forward, height))
        if np.ptp(x) >= LEAST_TRAVEL_LEG:
            slopes.append(float(np.polyfit(x, y, 1)[0]))
    if not slopes:
        return 0.0
    middle = float(np.median(slopes))
    error = 1.5 * float(np.median(np.abs(np.array(slopes) - middle))) / math.sqrt(len(slopes))
    return middle / (1 + (error / SLOPE_TRUST) ** 2)


def landing_s(paths: FootPaths, step: TrunkStep, joint: str, above_leg: float) -> float:
    """Return the last time before stance at which a joint falls below ``above_leg`` over its stance level.

    Parameters
    ----------
    paths : FootPaths
    step : TrunkStep
        The trunk's reference for this step.
    joint : str
        ``"ankle"``, ``"heel"`` or ``"toe"``.
    above_leg : float
        Height over the stance level, leg lengths.

    Returns
    -------
    float
        Seconds; NaN where the joint never passes that height.
    """
    grid = step.fall_s + LANDING_PHASES * step.period_s
    over = height_over_stance_leg(paths, step, joint, "leading", grid)
    passed = np.flatnonzero((over[:-1] > above_leg) & (over[1:] <= above_leg))
    return _between(grid, over, int(passed[-1]), above_leg) if passed.size else math.nan


def lift_off_s(paths: FootPaths, step: TrunkStep, joint: str, above_leg: float) -> float:
    """Return the last time after mid-stance at which the trailing joint rises past ``above_leg``.

    Parameters and return value as in :func:`landing_s`.
    """
    grid = step.fall_s + LIFT_OFF_PHASES * step.period_s
    over = height_over_stance_leg(paths, step, joint, "trailing", grid)
    passed = np.flatnonzero((over[:-1] <= above_leg) & (over[1:] > above_leg))
    return _between(grid, over, int(passed[-1]), above_leg) if passed.size else math.nan


def height_over_stance_leg(paths: FootPaths, step: TrunkStep, joint: str, role: str, grid_s: FloatArray) -> FloatArray:
    """Return the height of a joint over the level that it keeps in this step's stance.

    The first three parameters as in :func:`landing_s`; ``role`` is ``"leading"`` or ``"trailing"``,
    ``grid_s`` ``(N,)`` seconds. Returns ``(N,)`` leg lengths.
    """
    j = JOINT_INDEX[joint]
    stance_s = step.fall_s + STANCE_PHASES * step.period_s

    def level_height(at_s: FloatArray, of: str) -> FloatArray:
        forward = value_at(at_s, paths.time_s, paths.forward[of][:, j])
        return value_at(at_s, paths.time_s, paths.height[of][:, j]) - paths.ground_slope * forward

    return level_height(grid_s, role) - float(np.median(level_height(stance_s, "leading")))


def _between(grid: FloatArray, values: FloatArray, index: int, level: float) -> float:
    """Return where ``values`` pass ``level`` between ``index`` and the next grid point."""
    step = values[index + 1] - values[index]
    share = (level - values[index]) / step if step != 0 else 0.0
    return float(grid[index] + share * (grid[index + 1] - grid[index]))
