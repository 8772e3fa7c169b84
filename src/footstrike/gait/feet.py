"""Which foot lands, and which leg is which by its role.

Pose models swap and merge the legs while they cross, so no single frame decides a foot. In running
the feet alternate: the parity of a whole bout is settled by one vote. Within a step the legs are
told apart by their role: around landing the landing leg is the one ahead, and it stays ahead until
the legs cross in mid-stance; around toe-off the leg that leaves the ground is the one behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from footstrike.data import FEET, FloatArray, Foot, frozen_array
from footstrike.gait.contacts.trunk import TrunkStep, typical_period_s
from footstrike.gait.runner_frame import Bout
from footstrike.gait.signals import running_median, value_at
from footstrike.landmarks import HIPS, LEGS

HIP, KNEE, ANKLE, HEEL, TOE = range(5)
"""Joints of a leg by role."""
COLLAPSE_STEPS = 0.07
"""Span, in step periods, of the running median that undoes the pose model's merging of the legs; at least a
single frame is undone."""
COLLAPSE_LEG = 0.12
"""A leg that is this far, in leg lengths, from the running median has collapsed onto the other."""
VOTE_PHASES = np.linspace(-0.15, 0.2, 8)
"""Where around the landing reference, in step periods, the leg ahead votes for the foot."""
VOTE_CAP_LEG = 0.3
"""One step's vote, as distance between the ankles, counts at most this much."""


@dataclass(frozen=True, slots=True, eq=False)
class LegRoles:
    """Legs by role in every frame, relative to the middle of the hips, in leg lengths.

    ``leading`` and ``trailing`` are ``(N, 5, 2)``: hip, knee, ankle, heel, toe; forward and up.
    ``left_ahead_leg`` is ``(N,)``, the signed distance between the ankles.
    """

    leading: FloatArray
    trailing: FloatArray
    left_ahead_leg: FloatArray

    def __post_init__(self) -> None:
        for name in ("leading", "trailing", "left_ahead_leg"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))


def leg_roles(time_s: FloatArray, xy_leg: FloatArray, period_s: float) -> LegRoles:
    """Tell the leading from the trailing leg in every frame by the ankle that is ahead.

    Where the pose model merges the legs for a moment, the frames around it decide.

    Parameters
    ----------
    time_s : (N,) array
    xy_leg : (N, 33, 2) array
        Landmarks in the runner's frame.
    period_s : float
        Typical step period.
    """
    hips = xy_leg[:, HIPS].mean(axis=1, keepdims=True)
    left, right = (xy_leg[:, LEGS[foot]] - hips for foot in FEET)
    left_ahead = left[:, ANKLE, 0] - right[:, ANKLE, 0]
    chooser = (left_ahead >= 0)[:, None, None]
    return LegRoles(
        leading=_without_collapses(time_s, np.where(chooser, left, right), period_s),
        trailing=_without_collapses(time_s, np.where(chooser, right, left), period_s),
        left_ahead_leg=left_ahead,
    )


def _without_collapses(time_s: FloatArray, points: FloatArray, period_s: float) -> FloatArray:
    """Replace a leg that jumps away from the frames around it by their running median."""
    typical = running_median(time_s, points, COLLAPSE_STEPS * period_s)
    jump = np.linalg.norm(points - typical, axis=-1).max(axis=1)
    return np.where((jump > COLLAPSE_LEG)[:, None, None], typical, points)


def by_height(roles: LegRoles) -> tuple[FloatArray, FloatArray]:
    """Return the leg with the lower and that with the higher foot in every frame, ``(N, 5, 2)`` each."""
    lower = roles.leading[:, HEEL:, 1].mean(axis=1) <= roles.trailing[:, HEEL:, 1].mean(axis=1)
    leads = lower[:, None, None]
    return np.where(leads, roles.leading, roles.trailing), np.where(leads, roles.trailing, roles.leading)


def assign_feet(bout: Bout, steps: tuple[TrunkStep, ...]) -> tuple[tuple[Foot, ...], float]:
    """Decide which foot each step lands on: alternating, by one vote over the whole bout.

    A pause of about two periods between steps (a missed step) keeps the alternation.

    Returns
    -------
    feet : tuple of str
        One per step.
    agreement : float
        Share of the votes for the winning parity, 0.5 (undecided) to 1.
    """
    if not steps:
        return (), 0.5
    roles = leg_roles(bout.time_s, bout.xy_leg, typical_period_s(steps))
    votes = np.array([_vote(bout.time_s, roles.left_ahead_leg, step) for step in steps])
    parity = np.cumsum([0, *(_steps_between(a, b) for a, b in pairwise(steps))]) % 2
    signed = np.where(parity == 0, votes, -votes)
    total = float(np.abs(signed).sum())
    even_is_left = signed.sum() >= 0
    agreement = 0.5 + 0.5 * abs(float(signed.sum())) / total if total > 0 else 0.5
    feet: tuple[Foot, ...] = tuple("left" if (p == 0) == even_is_left else "right" for p in parity)
    return feet, agreement


def _vote(time_s: FloatArray, left_ahead_leg: FloatArray, step: TrunkStep) -> float:
    """Return how far the left ankle is ahead around this landing, capped."""
    ahead = value_at(step.fall_s + VOTE_PHASES * step.period_s, time_s, left_ahead_leg)
    return float(np.clip(np.median(ahead), -VOTE_CAP_LEG, VOTE_CAP_LEG))


def _steps_between(first: TrunkStep, second: TrunkStep) -> int:
    """Return how many steps lie from one to the next: 1, or more where some were missed."""
    period = 0.5 * (first.period_s + second.period_s)
    return max(1, round((second.fall_s - first.fall_s) / period))
