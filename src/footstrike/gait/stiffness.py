"""Stiffness of the spring-mass model of running, from contact and flight time.

Morin, Dalleau, Kyröläinen, Jeannin & Belli 2005 (J Appl Biomech 21:167, doi 10.1123/jab.21.2.167): the vertical
force is taken as half a sine wave. Per kilogram of body mass no mass is needed. Not valid on slopes
(Meyer et al. 2023, doi 10.1055/a-2044-4805).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from footstrike.data import UNKNOWN, Measure

GRAVITY_MPS2 = 9.81
LEG_PER_HEIGHT = 0.53
"""Leg length over body height, as the paper takes it (Winter 2009)."""


def vertical_stiffness(contact_s: float, step_s: float) -> float:
    """Return peak force over the fall of the centre of mass, N/m per kg.

    Parameters
    ----------
    contact_s
        Time of one foot on the ground.
    step_s
        From one contact to that of the other foot; what is left of it is flight.
    """
    force, fall_m = _force_and_fall(contact_s, step_s)
    return force / fall_m


def leg_stiffness(contact_s: float, step_s: float, speed_mps: float, height_m: float) -> float:
    """Return peak force over the shortening of the leg, N/m per kg; NaN where no leg is so long."""
    force, fall_m = _force_and_fall(contact_s, step_s)
    leg_m, reach_m = LEG_PER_HEIGHT * height_m, 0.5 * speed_mps * contact_s
    if reach_m >= leg_m:
        return math.nan
    return force / (leg_m - math.sqrt(leg_m**2 - reach_m**2) + fall_m)


def _force_and_fall(contact_s: float, step_s: float) -> tuple[float, float]:
    """Return the peak force (N per kg) and how far the centre of mass falls in stance (m)."""
    force = GRAVITY_MPS2 * math.pi / 2 * step_s / contact_s
    return force, force * contact_s**2 / math.pi**2 - GRAVITY_MPS2 * contact_s**2 / 8


def propagated(formula: Callable[..., float], *measured: Measure) -> Measure:
    """Return a formula's value, with the errors of what it reads, which are independent, added as squares.

    Each counts as half the difference between one standard error more and one less; unknown where any is unknown.
    """
    values = [measure.value for measure in measured]
    value = formula(*values) if all(measure.known for measure in measured) else math.nan
    if not math.isfinite(value):
        return UNKNOWN

    def moved(i: int, sign: int) -> float:
        return formula(*(v + sign * measured[j].se * (i == j) for j, v in enumerate(values)))

    return Measure(value, math.hypot(*((moved(i, 1) - moved(i, -1)) / 2 for i in range(len(values)))))
