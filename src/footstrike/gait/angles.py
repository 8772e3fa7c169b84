"""Angles of the leg and trunk in the runner's frame (x forward, y up), in degrees.

Every function takes points as ``(..., 2)`` arrays and returns ``(...)`` arrays.
"""

from __future__ import annotations

import numpy as np

from footstrike.data import FloatArray


def foot_angle_deg(heel: FloatArray, toe: FloatArray) -> FloatArray:
    """Angle of the heel-to-toe line to the horizontal, + toes up.

    Only its change from the foot flat on the ground means anything: the landmarks' own heights on
    the shoe differ (Altman & Davis 2012, Gait Posture 35:298).
    """
    ahead = toe - heel
    return np.asarray(np.degrees(np.arctan2(ahead[..., 1], ahead[..., 0])))


def shank_angle_deg(knee: FloatArray, ankle: FloatArray) -> FloatArray:
    """Angle of the knee-to-ankle line to the vertical, + ankle ahead of the knee.

    The side-view overstride measure of Lieberman et al. 2015 (J Exp Biol 218:3406) and
    Souza 2016 (doi 10.1016/j.pmr.2015.08.006).
    """
    down = ankle - knee
    return np.asarray(np.degrees(np.arctan2(down[..., 0], -down[..., 1])))


def knee_flexion_deg(hip: FloatArray, knee: FloatArray, ankle: FloatArray) -> FloatArray:
    """Return 180 minus the angle hip-knee-ankle: 0 for a straight leg, + bent."""
    thigh, shank = knee - hip, ankle - knee
    cross = thigh[..., 0] * shank[..., 1] - thigh[..., 1] * shank[..., 0]
    dot = np.sum(thigh * shank, axis=-1)
    return np.asarray(np.degrees(np.abs(np.arctan2(cross, dot))))


def thigh_angle_deg(hip: FloatArray, knee: FloatArray) -> FloatArray:
    """Angle of the hip-to-knee line to the vertical, + knee ahead of the hip."""
    return shank_angle_deg(hip, knee)


def trunk_lean_deg(hip: FloatArray, shoulder: FloatArray) -> FloatArray:
    """Angle of the hip-to-shoulder line to the vertical, + forward.

    As in Teng & Powers 2014 (doi 10.2519/jospt.2014.5249).
    """
    up = shoulder - hip
    return np.asarray(np.degrees(np.arctan2(up[..., 0], up[..., 1])))
