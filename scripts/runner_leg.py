"""One leg of a drawn treadmill runner, seen from the side: x forward, y up, metres, belt surface at y = 0.

Stance is built from the shoe: it pivots on the heel, lies flat, pivots on the ball and leaves with the tip,
and whichever part touches moves back with the belt; the knee follows from hip and ankle. Swing is built
from smooth joint angles that meet the stance at both ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

FloatArray = NDArray[np.float64]
LegPoints = dict[str, FloatArray]

FLAT_FROM = 0.18
"""Share of the stance after which the shoe lies flat."""
HEEL_RISE_FROM = 0.45
"""Share of the stance at which the heel leaves the belt."""
TOE_LIFT_FROM = 0.80
"""Share of the stance at which the ball leaves the belt and only the tip remains."""
TOE_SHARE = 0.45
"""Pitch of the toe box at toe-off, as a share of the pitch of the foot."""
LEAST_SWING_FLEXION_DEG = -3.0
TOE_OFF_KNEE_FLEXION_DEG = 20.0
TOUCHDOWN_PITCH_RATE_DEG_PER_S = -60.0
TOUCHDOWN_FALL_MPS = 0.55
"""Downward speed of the shoe just before it touches."""
TOUCHDOWN_RETRACTION = 0.2
"""Backward speed of the shoe just before it touches, as a share of the belt speed."""


@dataclass(frozen=True)
class LegSize:
    """Lengths of thigh, shank and shoe (m); shoe points are measured from the back of the sole."""

    thigh_m: float
    shank_m: float
    ankle_height_m: float
    ankle_from_heel_m: float
    ball_from_heel_m: float
    shoe_m: float

    @classmethod
    def of_height(cls, height_m: float) -> LegSize:
        """Return the usual proportions of a body (thigh and shank after Winter)."""
        return cls(*(share * height_m for share in (0.245, 0.246, 0.053, 0.048, 0.118, 0.163)))


def unit(angle_rad: FloatArray | float) -> FloatArray:
    """Return ``(..., 2)`` unit vectors at an angle above the forward direction."""
    return np.stack([np.cos(angle_rad), np.sin(angle_rad)], axis=-1)


def hanging(angle_rad: FloatArray | float) -> FloatArray:
    """Return ``(..., 2)`` unit vectors that hang down, turned forward by an angle."""
    return np.stack([np.sin(angle_rad), -np.cos(angle_rad)], axis=-1)


def turned(vector: tuple[float, float], angle_rad: FloatArray) -> FloatArray:
    """Return ``(..., 2)`` copies of one vector, each turned by its angle (toes up is positive)."""
    along, up = vector
    return along * unit(angle_rad) + up * unit(angle_rad + math.pi / 2)


@dataclass(frozen=True)
class LegMotion:
    """The motion of one leg over one stride, in seconds since its own initial contact.

    Parameters
    ----------
    size
        Lengths of the leg.
    stride_s, contact_time_s
        Duration of the stride and of its stance.
    belt_speed_mps
        Speed of the belt.
    foot_strike_angle_rad, shank_angle_rad, knee_flexion_rad
        Posture at initial contact: toes up, ankle ahead of knee, and bent knee are positive.
    hip_height
        Height of the hip as a function of the time since contact.
    """

    size: LegSize
    stride_s: float
    contact_time_s: float
    belt_speed_mps: float
    foot_strike_angle_rad: float
    shank_angle_rad: float
    knee_flexion_rad: float
    hip_height: Callable[[FloatArray], FloatArray]

    def __post_init__(self) -> None:
        stance = self._stance(np.linspace(0.0, self.contact_time_s, 60))
        reach = np.linalg.norm(stance["ankle"] - stance["hip"], axis=-1)
        if float(reach.max()) > 0.9995 * (self.size.thigh_m + self.size.shank_m):
            raise ValueError("The leg cannot reach that far: shorten the contact or slow the belt.")
        swing = self._swing(np.linspace(self.contact_time_s, self.stride_s, 120)[1:-1])
        if min(float(swing[part][:, 1].min()) for part in ("heel", "ball", "toe_tip")) < 0:
            raise ValueError("The shoe would scuff in swing: let the belt carry the foot further back.")
        thigh, shank = swing["knee"] - swing["hip"], swing["ankle"] - swing["knee"]
        bent_rad = np.arctan2(thigh[:, 0], -thigh[:, 1]) - np.arctan2(shank[:, 0], -shank[:, 1])
        if float(bent_rad.min()) < math.radians(LEAST_SWING_FLEXION_DEG):
            raise ValueError("The knee would bend backwards in swing: slow the belt or take a taller runner.")

    def at(self, time_s: FloatArray) -> LegPoints:
        """Return ``(T, 2)`` hip, knee, ankle, heel, ball and toe_tip at any times since contact."""
        since_contact = np.mod(time_s, self.stride_s)
        in_stance = (since_contact <= self.contact_time_s)[:, None]
        stance = self._stance(np.minimum(since_contact, self.contact_time_s))
        swing = self._swing(np.maximum(since_contact, self.contact_time_s))
        return {name: np.where(in_stance, stance[name], swing[name]) for name in stance}

    def _hip(self, time_s: FloatArray) -> FloatArray:
        return np.stack([np.zeros_like(time_s), self.hip_height(time_s)], axis=-1)

    @property
    def _ankle_in_shoe(self) -> tuple[float, float]:
        return self.size.ankle_from_heel_m, self.size.ankle_height_m

    @cached_property
    def _flat_heel_x_m(self) -> float:
        """Where the heel would stand at contact if the shoe were turned flat about the point that touches."""
        thigh = self.shank_angle_rad + self.knee_flexion_rad
        ankle = self.size.thigh_m * math.sin(thigh) + self.size.shank_m * math.sin(self.shank_angle_rad)
        pitch = self.foot_strike_angle_rad
        heel = ankle - float(turned(self._ankle_in_shoe, np.array(pitch))[0])
        return heel - (self.size.ball_from_heel_m * (1 - math.cos(pitch)) if pitch < 0 else 0.0)

    @cached_property
    def _toe_off_pitch_rad(self) -> float:
        """Pitch of the foot at toe-off that leaves the knee as bent as it should be, by bisection."""
        low, high = math.radians(-85.0), math.radians(-25.0)
        for _ in range(50):
            middle = (low + high) / 2
            flexion = self._toe_off_flexion_rad(middle)
            low, high = (low, middle) if flexion < math.radians(TOE_OFF_KNEE_FLEXION_DEG) else (middle, high)
        return high

    def _toe_off_flexion_rad(self, pitch_rad: float) -> float:
        end = np.array([self.contact_time_s])
        foot = self._planted_foot(end, np.array([pitch_rad]), np.array([TOE_SHARE * pitch_rad]))
        return math.pi - float(self._knee_interior_rad(self._hip(end), foot["ankle"])[0])

    def _knee_interior_rad(self, hip: FloatArray, ankle: FloatArray) -> FloatArray:
        thigh, shank = self.size.thigh_m, self.size.shank_m
        distance = np.linalg.norm(ankle - hip, axis=-1)
        cosine = (thigh**2 + shank**2 - distance**2) / (2 * thigh * shank)
        return np.asarray(np.arccos(np.clip(cosine, -1.0, 1.0)))

    def _stance_pitch(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the pitch of foot and toe box (rad) while the shoe is on the belt."""
        share = time_s / self.contact_time_s
        landing = np.clip(share / FLAT_FROM, 0.0, 1.0)
        rising = np.clip((share - HEEL_RISE_FROM) / (1 - HEEL_RISE_FROM), 0.0, 1.0)
        lifting = np.clip((share - TOE_LIFT_FROM) / (1 - TOE_LIFT_FROM), 0.0, 1.0)
        foot = self.foot_strike_angle_rad * (1 - landing) ** 2 * (1 + landing)
        foot = foot + self._toe_off_pitch_rad * rising**2
        toe_box = np.maximum(foot, 0.0) + TOE_SHARE * self._toe_off_pitch_rad * lifting**2
        return foot, toe_box

    def _planted_foot(self, time_s: FloatArray, pitch_rad: FloatArray, toe_rad: FloatArray) -> LegPoints:
        """Return the shoe whose touching part (heel, ball or tip) rides on the belt."""
        size = self.size
        flat_heel_x = self._flat_heel_x_m - self.belt_speed_mps * time_s
        flat_heel = np.stack([flat_heel_x, np.zeros_like(time_s)], axis=-1)
        along = size.ball_from_heel_m * unit(pitch_rad)
        toe = (size.shoe_m - size.ball_from_heel_m) * unit(toe_rad)
        ball_from_tip = flat_heel + np.array([size.shoe_m, 0.0]) - toe
        ball = np.where((pitch_rad < 0)[:, None], ball_from_tip, flat_heel + along)
        heel = ball - along
        ankle = heel + turned(self._ankle_in_shoe, pitch_rad)
        return {"ankle": ankle, "heel": heel, "ball": ball, "toe_tip": ball + toe}

    def _stance(self, time_s: FloatArray) -> LegPoints:
        foot = self._planted_foot(time_s, *self._stance_pitch(time_s))
        hip = self._hip(time_s)
        thigh = self._stance_thigh_rad(hip, foot["ankle"])
        return {"hip": hip, "knee": hip + self.size.thigh_m * hanging(thigh), **foot}

    def _stance_thigh_rad(self, hip: FloatArray, ankle: FloatArray) -> FloatArray:
        """Return the thigh's angle (forward positive) from the positions of its leg's ends."""
        reach = ankle - hip
        distance = np.linalg.norm(reach, axis=-1)
        opposite = self.size.shank_m * np.sin(self._knee_interior_rad(hip, ankle)) / distance
        forward = np.arctan2(reach[:, 0], -reach[:, 1])
        return np.asarray(forward + np.arcsin(np.clip(opposite, -1.0, 1.0)))

    def _stance_angles(self, time_s: FloatArray) -> FloatArray:
        """Return ``(T, 3)`` thigh angle, knee flexion and foot pitch (rad) in stance."""
        hip, (pitch, toe_pitch) = self._hip(time_s), self._stance_pitch(time_s)
        ankle = self._planted_foot(time_s, pitch, toe_pitch)["ankle"]
        flexion = math.pi - self._knee_interior_rad(hip, ankle)
        return np.stack([self._stance_thigh_rad(hip, ankle), flexion, pitch], axis=-1)

    @cached_property
    def _swing_angles(self) -> CubicSpline:
        """Thigh angle, knee flexion, foot pitch and toe bend (rad) in swing, by time since contact."""
        start, start_rate = self._toe_off_state()
        end, end_rate = self._touchdown_state()
        middle = np.radians(
            [
                [-14.0, 54.0, 0.0, 6.0],
                [14.0, 98.0, 0.0, 0.0],
                [12.0, 78.0, -40.0, 6.0],
                [6.0, 23.0, -3.0, 4.0],
            ]
        )
        middle[:2, 2] = middle[:2, 0] - middle[:2, 1] - np.radians([16.0, 2.0])  # the foot trails the shank
        middle[2:, 0] += end[0]
        middle[3, 1:] += end[1:]
        share = np.array([0.0, 0.27, 0.48, 0.70, 0.86, 1.0])
        time_s = self.contact_time_s + share * (self.stride_s - self.contact_time_s)
        return CubicSpline(time_s, np.vstack([start, middle, end]), bc_type=((1, start_rate), (1, end_rate)))

    def _toe_off_state(self) -> tuple[FloatArray, FloatArray]:
        """Return the four swing angles at toe-off and their rates (rad, rad/s)."""
        step = 1e-5
        before, now = self._stance_angles(np.array([self.contact_time_s - step, self.contact_time_s]))
        rate = (now - before) / step
        bend = (TOE_SHARE - 1) * now[2]
        return np.append(now, bend), np.append(rate, -rate[2])

    def _touchdown_state(self) -> tuple[FloatArray, FloatArray]:
        """Return the four swing angles at the next contact and their rates (rad, rad/s)."""
        pitch = self.foot_strike_angle_rad
        thigh = self.shank_angle_rad + self.knee_flexion_rad
        pitch_rate = math.radians(TOUCHDOWN_PITCH_RATE_DEG_PER_S)
        pivot = (0.0 if pitch >= 0 else self.size.ball_from_heel_m, 0.0)
        lever = turned((self._ankle_in_shoe[0] - pivot[0], self._ankle_in_shoe[1]), np.array(pitch))
        ankle = np.array([-TOUCHDOWN_RETRACTION * self.belt_speed_mps, -TOUCHDOWN_FALL_MPS])
        ankle = ankle + pitch_rate * np.array([-lever[1], lever[0]])
        ankle = ankle - [0.0, self._hip_rate_at_touchdown]
        columns = [self.size.thigh_m * unit(thigh), self.size.shank_m * unit(self.shank_angle_rad)]
        thigh_rate, shank_rate = np.linalg.solve(np.transpose(columns), ankle)
        angles = np.array([thigh, self.knee_flexion_rad, pitch, max(-pitch, 0.0)])
        return angles, np.array([thigh_rate, thigh_rate - shank_rate, pitch_rate, 0.0])

    @property
    def _hip_rate_at_touchdown(self) -> float:
        step = 1e-5
        before, now = self.hip_height(np.array([self.stride_s - step, self.stride_s]))
        return float(now - before) / step

    def _swing(self, time_s: FloatArray) -> LegPoints:
        thigh, flexion, pitch, bend = np.moveaxis(self._swing_angles(time_s), -1, 0)
        size, hip = self.size, self._hip(time_s)
        knee = hip + size.thigh_m * hanging(thigh)
        ankle = knee + size.shank_m * hanging(thigh - flexion)
        heel = ankle - turned(self._ankle_in_shoe, pitch)
        ball = heel + size.ball_from_heel_m * unit(pitch)
        tip = ball + (size.shoe_m - size.ball_from_heel_m) * unit(pitch + bend)
        return {"hip": hip, "knee": knee, "ankle": ankle, "heel": heel, "ball": ball, "toe_tip": tip}
