"""How far the ankle lands ahead of the knee, and whether that is much.

The ankle is ahead of the knee in practically every landing of every runner, so the answer is a number
against other runners at the same speed, never a yes or no alone. No cut-off for harm is published
(Souza 2016, doi 10.1016/j.pmr.2015.08.006): the words below only place a runner among others.
"""

from __future__ import annotations

import math
from dataclasses import replace

from scipy.special import ndtr

from footstrike.data import AnklePlace, Measure, OverstrideLevel, Percentile, Speed, Step
from footstrike.gait.reference import Reference

MILD_FROM, MARKED_FROM = 80.0, 95.0
"""Percentiles of the shank angle from which the words are said: a convention of footstrike's own, since
nobody has published a cut-off."""
MIDDLE = 50.0
SHANK_PER_LEG = 0.515
"""Shank over thigh plus shank in the markers of the reference's runners (SD over runners 0.006)."""


def overstride_level(shank: Percentile) -> OverstrideLevel:
    """Name how far ahead of the knee the ankle lands, against other runners.

    Returns
    -------
    str
        ``"marked"`` from the 95th percentile, ``"mild"`` from the 80th, else ``"none"``. ``"unclear"``
        when unknown, or when the error reaches from the lower half of the runners to the top.
    """
    if not shank.known or (shank.low < MIDDLE and shank.high >= MARKED_FROM):
        return "unclear"
    if shank.value >= MARKED_FROM:
        return "marked"
    return "mild" if shank.value >= MILD_FROM else "none"


def ankle_place(shank_angle_deg: Measure, hip_distance_leg: Measure, speed: Speed, reference: Reference) -> AnklePlace:
    """Say where the ankle lands with respect to the knee, and how that compares with other runners.

    Parameters
    ----------
    shank_angle_deg, hip_distance_leg
        Of one landing, or a foot's means.
    speed
        The runner's; where it is unknown the runners of all speeds together are the reference.
    reference
        The other runners.
    """
    return AnklePlace(
        ahead_of_knee_leg=ahead_of_knee_leg(shank_angle_deg),
        p_ahead_of_knee=probability_positive(shank_angle_deg),
        shank_percentile=reference.percentile("shank_angle_deg", shank_angle_deg, speed.mps),
        hip_percentile=reference.percentile("ankle_hip_distance_leg", hip_distance_leg, speed.mps),
        compared_at_mps=reference.nearest_mps(speed.mps.value),
    )


def ahead_of_knee_leg(shank_angle_deg: Measure) -> Measure:
    """Return how far the ankle is ahead of the knee in leg lengths, from the shank's angle."""
    angle = math.radians(shank_angle_deg.value)
    slope = SHANK_PER_LEG * math.cos(angle)
    return Measure(SHANK_PER_LEG * math.sin(angle), abs(slope) * math.radians(shank_angle_deg.se))


def probability_positive(measure: Measure) -> float:
    """Return how probable it is that the true value lies above 0; NaN when unknown."""
    return float(ndtr(measure.value / max(measure.se, 1e-6)))


def placed(step: Step, speed: Speed, reference: Reference) -> Step:
    """Return a step with its ankle compared with other runners at the runner's speed."""
    landing = step.landing
    ankle = ankle_place(landing.shank_angle_deg, landing.ankle_hip_distance_leg, speed, reference)
    return replace(step, ankle=ankle, overstride=overstride_level(ankle.shank_percentile))
