"""How far the ankle lands ahead of the knee, and whether that is much.

The ankle is ahead of the knee in practically every landing of every runner, so the answer is a
number against other runners, never a yes or no alone. No cut-off for harm is published
(Souza 2016, doi 10.1016/j.pmr.2015.08.006): the words below only place a runner among others.
"""

from __future__ import annotations

from footstrike.data import Measure, OverstrideLevel

MILD_ABOVE_DEG = 12.9
"""80th percentile of the shank angle at contact, 18 runners x 3 speeds (2.5 to 4.5 m/s) x 2 feet of
the Running Biomechanics Data Set (Fukuchi, Fukuchi & Duarte 2017, PeerJ 5:e3298, CC BY 4.0)."""
MARKED_ABOVE_DEG = 15.8
"""95th percentile of the same runners."""


def overstride_level(shank_angle_deg: Measure) -> OverstrideLevel:
    """Name how far ahead of the knee the ankle lands, against runners at ordinary speeds."""
    if not shank_angle_deg.known:
        return "unclear"
    if shank_angle_deg.value > MARKED_ABOVE_DEG:
        return "marked"
    return "mild" if shank_angle_deg.value > MILD_ABOVE_DEG else "none"
