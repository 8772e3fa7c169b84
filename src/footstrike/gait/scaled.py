"""Metrics in metres and newtons: beside the motion they need the runner's speed, height or mass."""

from __future__ import annotations

import math
from collections.abc import Mapping

from footstrike.data import Measure, Speed, Statistic
from footstrike.gait.metrics import mean_of, scaled
from footstrike.gait.speed import LEG_PER_HEIGHT, TYPICAL_HEIGHT_M
from footstrike.gait.stiffness import leg_stiffness, propagated, vertical_stiffness

Groups = Mapping[str, Statistic]


def scaled_metrics(
    metrics: Mapping[str, Groups],
    cadence: Measure,
    speed: Speed,
    height_m: float | None,
    mass_kg: float | None,
) -> dict[str, Groups]:
    """Return step length, vertical oscillation in centimetres and the stiffness of leg and body.

    Parameters
    ----------
    metrics
        Those that need no scale: contact time (ms) and vertical oscillation (leg lengths).
    cadence
        Steps per minute.
    speed
        Where it is unknown, so are step length and the leg's stiffness.
    height_m
        ``None`` for that of an ordinary adult.
    mass_kg
        ``None`` leaves the stiffness per kilogram.
    """
    height = TYPICAL_HEIGHT_M if height_m is None else Measure(height_m, 0.0)
    oscillation, contact = metrics["vertical_oscillation"]["all"], metrics["contact_time_ms"]["all"]
    contact_s = scaled(mean_of(contact), 1e-3)
    step_s = Measure(60 / cadence.value, 60 * cadence.se / cadence.value**2)
    vertical = propagated(vertical_stiffness, contact_s, step_s)
    leg = propagated(leg_stiffness, contact_s, step_s, speed.mps, height)
    found = {
        "vertical_oscillation_cm": (
            oscillation.n,
            propagated(lambda *factors: 100 * math.prod(factors), mean_of(oscillation), LEG_PER_HEIGHT, height),
        ),
        "step_length_m": (contact.n, propagated(lambda *factors: math.prod(factors), speed.mps, step_s)),
        "vertical_stiffness_n_m_kg": (contact.n, vertical),
        "leg_stiffness_n_m_kg": (contact.n, leg),
    }
    if mass_kg is not None:
        found |= {
            "vertical_stiffness_kn_m": (contact.n, scaled(vertical, 1e-3 * mass_kg)),
            "leg_stiffness_kn_m": (contact.n, scaled(leg, 1e-3 * mass_kg)),
        }
    return {name: {"all": _of_whole_recording(n, measure)} for name, (n, measure) in found.items()}


def _of_whole_recording(n: int, measure: Measure) -> Statistic:
    """Return a number of which there is one in a recording, resting on ``n`` steps, as a statistic without spread."""
    return Statistic(n if measure.known else 0, measure.value, math.nan, measure.se)
