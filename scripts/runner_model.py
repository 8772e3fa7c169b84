"""An exact model of a treadmill runner seen from the side, for sample clips and for tests.

The trunk flies at -g and is carried through each stance by a half-sine force whose impulse balances
gravity over the stride; the legs (:mod:`runner_leg`) follow from that and from the posture asked for
at initial contact. Every true number is therefore known, at any time and any rate.
x points forward, y up, in metres; x = 0 is the hip and y = 0 the belt surface.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from footstrike.data import FEET, LANDMARK_COUNT, Foot, PoseTrack, Side, StrikeType
from runner_leg import LegMotion, LegSize, hanging, unit

FloatArray = NDArray[np.float64]
Pose = dict[str, FloatArray]

GRAVITY_MPS2 = 9.81
REARFOOT_ABOVE_DEG = 8.0
FOREFOOT_BELOW_DEG = -1.6
TYPICAL_FOOT_STRIKE_ANGLE_DEG: dict[str, float] = {"heel": 18.0, "midfoot": 2.0, "forefoot": -7.0}

SHOULDER_FROM_HIP = 0.288
UPPER_ARM = 0.172
FOREARM = 0.150
HAND = 0.060
HEAD_FROM_SHOULDER = (0.022, 0.108)
"""Body lengths in body heights; the head's centre is given as (forward, up) from the shoulders."""
FACE = {"nose": (0.062, -0.012), "eye": (0.048, 0.010), "ear": (-0.006, -0.002), "mouth": (0.050, -0.040)}
"""Points of the face in body heights (forward, up) from the head's centre."""

LANDMARKS_OF_POINT: dict[str, tuple[int, ...]] = {
    "nose": (0,),
    "left_eye": (1, 2, 3),
    "right_eye": (4, 5, 6),
    "left_ear": (7,),
    "right_ear": (8,),
    "left_mouth": (9,),
    "right_mouth": (10,),
    "left_shoulder": (11,),
    "right_shoulder": (12,),
    "left_elbow": (13,),
    "right_elbow": (14,),
    "left_wrist": (15,),
    "right_wrist": (16,),
    "left_hand": (17, 19, 21),
    "right_hand": (18, 20, 22),
    "left_hip": (23,),
    "right_hip": (24,),
    "left_knee": (25,),
    "right_knee": (26,),
    "left_ankle": (27,),
    "right_ankle": (28,),
    "left_heel": (29,),
    "right_heel": (30,),
    "left_ball": (31,),
    "right_ball": (32,),
}
"""BlazePose landmarks that each point of the model stands for."""


@dataclass(frozen=True)
class TrueContact:
    """What really happened at one ground contact; the columns of a truth table, in its order."""

    foot: Foot
    side: Side
    contact_time_s: float
    toe_off_time_s: float
    strike: StrikeType
    foot_strike_angle_deg: float
    ankle_ahead_of_knee_mm: float
    shank_angle_deg: float
    knee_flexion_deg: float


def strike_of_angle(foot_strike_angle_deg: float) -> StrikeType:
    """Return the strike type of a foot strike angle (cut-offs of Altman & Davis 2012)."""
    if foot_strike_angle_deg > REARFOOT_ABOVE_DEG:
        return "heel"
    return "forefoot" if foot_strike_angle_deg < FOREFOOT_BELOW_DEG else "midfoot"


@dataclass(frozen=True)
class RunnerModel:
    """A runner on a treadmill. Fields named ``right_...`` let the right foot differ from the left.

    Parameters
    ----------
    foot_strike_angle_deg, shank_angle_deg, knee_flexion_deg
        Posture at initial contact: toes up, ankle ahead of knee, and bent knee are positive.
    contact_time_s
        Duration of a stance.
    speed_mps, cadence_spm
        Belt speed and steps (of both feet) per minute.
    height_m
        Body height; all lengths follow from it.
    trunk_lean_deg
        Forward lean of the trunk.
    direction
        Where the runner faces in the picture; it decides which leg is near the camera.
    first_contact_s
        Time of a left initial contact; the right foot lands one step later.

    Raises
    ------
    ValueError
        When there is no flight between steps, or a leg could not reach through its stance.
    """

    foot_strike_angle_deg: float = TYPICAL_FOOT_STRIKE_ANGLE_DEG["heel"]
    shank_angle_deg: float = 8.0
    knee_flexion_deg: float = 12.0
    contact_time_s: float = 0.24
    speed_mps: float = 3.0
    cadence_spm: float = 172.0
    height_m: float = 1.75
    trunk_lean_deg: float = 6.0
    direction: Literal["left", "right"] = "right"
    first_contact_s: float = 0.1
    right_foot_strike_angle_deg: float | None = None
    right_shank_angle_deg: float | None = None
    right_contact_time_s: float | None = None

    def __post_init__(self) -> None:
        longest = max(self.contact_time_of(foot) for foot in FEET)
        if not longest < self.step_s:
            raise ValueError(f"Contact ({longest} s) must be shorter than a step ({self.step_s:.3f} s).")
        _ = self._legs

    @property
    def step_s(self) -> float:
        """Time from one initial contact to the other foot's."""
        return 60.0 / self.cadence_spm

    @property
    def stride_s(self) -> float:
        """Time from one initial contact to the same foot's next."""
        return 2 * self.step_s

    @property
    def near_foot(self) -> Foot:
        """The foot nearer to the camera."""
        return "right" if self.direction == "right" else "left"

    def contact_time_of(self, foot: Foot) -> float:
        """Return the stance duration of one foot (s)."""
        return _own(self.right_contact_time_s if foot == "right" else None, self.contact_time_s)

    def foot_strike_angle_of(self, foot: Foot) -> float:
        """Return the foot strike angle of one foot (deg, toes up positive)."""
        return _own(self.right_foot_strike_angle_deg if foot == "right" else None, self.foot_strike_angle_deg)

    def shank_angle_of(self, foot: Foot) -> float:
        """Return the shank angle of one leg at contact (deg, ankle ahead of knee positive)."""
        return _own(self.right_shank_angle_deg if foot == "right" else None, self.shank_angle_deg)

    def first_contact_of(self, foot: Foot) -> float:
        """Return the time of one initial contact of a foot (s)."""
        return self.first_contact_s + (self.step_s if foot == "right" else 0.0)

    def contact_times(self, foot: Foot, duration_s: float) -> FloatArray:
        """Return the initial contacts of one foot within ``[0, duration_s)``."""
        first = self.first_contact_of(foot) % self.stride_s
        return np.arange(first, duration_s, self.stride_s)

    def trunk_height(self, times_s: ArrayLike) -> FloatArray:
        """Return the height of the hips (m) at any times."""
        since_left = np.mod(np.asarray(times_s, dtype=np.float64) - self.first_contact_s, self.stride_s)
        left = self._height_in_step("left", since_left)
        right = self._height_in_step("right", since_left - self.step_s)
        return np.where(since_left < self.step_s, left, right)

    def pose(self, times_s: ArrayLike) -> Pose:
        """Return ``(T, 2)`` positions of every named point (``left_knee``, ``nose``, ...) at any times."""
        times = np.atleast_1d(np.asarray(times_s, dtype=np.float64))
        points: Pose = {}
        for foot in FEET:
            leg = self._legs[foot].at(times - self.first_contact_of(foot))
            points |= {f"{foot}_{name}": xy for name, xy in leg.items()}
        hip = points["left_hip"]
        lean = math.radians(self.trunk_lean_deg)
        shoulder = hip + SHOULDER_FROM_HIP * self.height_m * unit(math.pi / 2 - lean)
        points |= self._arm("left", shoulder, times) | self._arm("right", shoulder, times)
        return points | self._head(shoulder)

    def _head(self, shoulder: FloatArray) -> Pose:
        centre = shoulder + self.height_m * np.array(HEAD_FROM_SHOULDER)
        face = {name: centre + self.height_m * np.array(offset) for name, offset in FACE.items()}
        paired = {f"{side}_{name}": face[name] for side in FEET for name in ("eye", "ear", "mouth")}
        return {"head": centre, "nose": face["nose"], **paired}

    def _arm(self, side: Foot, shoulder: FloatArray, times_s: FloatArray) -> Pose:
        """Return one arm, swinging against the leg of its own side."""
        phase = 2 * math.pi * ((times_s - self.first_contact_of(side)) / self.stride_s - 0.86)
        upper = np.radians(-14.0 - 27.0 * np.cos(phase))
        fore = upper + np.radians(92.0 - 14.0 * np.cos(phase))
        elbow = shoulder + UPPER_ARM * self.height_m * hanging(upper)
        wrist = elbow + FOREARM * self.height_m * hanging(fore)
        hand = wrist + HAND * self.height_m * hanging(fore)
        arm = {"shoulder": shoulder, "elbow": elbow, "wrist": wrist, "hand": hand}
        return {f"{side}_{name}": xy for name, xy in arm.items()}

    @cached_property
    def leg_size(self) -> LegSize:
        """Lengths of the legs."""
        return LegSize.of_height(self.height_m)

    @cached_property
    def _legs(self) -> dict[Foot, LegMotion]:
        return {foot: self._leg(foot) for foot in FEET}

    def _leg(self, foot: Foot) -> LegMotion:
        first = self.first_contact_of(foot)
        return LegMotion(
            size=self.leg_size,
            stride_s=self.stride_s,
            contact_time_s=self.contact_time_of(foot),
            belt_speed_mps=self.speed_mps,
            foot_strike_angle_rad=math.radians(self.foot_strike_angle_of(foot)),
            shank_angle_rad=math.radians(self.shank_angle_of(foot)),
            knee_flexion_rad=math.radians(self.knee_flexion_deg),
            hip_height=lambda since_contact: self.trunk_height(since_contact + first),
        )

    def _contact_height(self, foot: Foot) -> float:
        """Height of the hips at an initial contact of one foot (m)."""
        size, pitch = self.leg_size, math.radians(self.foot_strike_angle_of(foot))
        pivot = 0.0 if pitch >= 0 else size.ball_from_heel_m
        ankle = size.ankle_height_m * math.cos(pitch) + (size.ankle_from_heel_m - pivot) * math.sin(pitch)
        shank = math.radians(self.shank_angle_of(foot))
        thigh = shank + math.radians(self.knee_flexion_deg)
        return ankle + size.shank_m * math.cos(shank) + size.thigh_m * math.cos(thigh)

    @cached_property
    def _bounce(self) -> dict[Foot, tuple[float, float]]:
        """Vertical speed at contact (m/s) and peak force per mass (m/s²) of each step.

        Solves: each step runs from its own contact height to the next one's, and so do the speeds.
        """
        step, gravity = self.step_s, GRAVITY_MPS2
        matrix, known = np.zeros((4, 4)), np.zeros(4)
        for i, foot in enumerate(FEET):
            contact = self.contact_time_of(foot)
            gain = 2 * contact / math.pi
            matrix[i, [i, 2 + i]] = step, contact**2 / math.pi + gain * (step - contact)
            matrix[2 + i, [i, 1 - i, 2 + i]] = 1.0, -1.0, gain
            rise = self._contact_height(FEET[1 - i]) - self._contact_height(foot)
            known[[i, 2 + i]] = rise + gravity * step**2 / 2, gravity * step
        speeds = np.linalg.solve(matrix, known)
        return {foot: (float(speeds[i]), float(speeds[2 + i])) for i, foot in enumerate(FEET)}

    def _height_in_step(self, foot: Foot, since_contact_s: FloatArray) -> FloatArray:
        speed, force = self._bounce[foot]
        contact = self.contact_time_of(foot)
        pushed = np.clip(since_contact_s, 0.0, contact)
        rate = force * contact / math.pi
        push = rate * (pushed - contact / math.pi * np.sin(math.pi * pushed / contact))
        push = push + 2 * rate * np.maximum(since_contact_s - contact, 0.0)
        fall = GRAVITY_MPS2 * since_contact_s**2 / 2
        return self._contact_height(foot) + speed * since_contact_s - fall + push


def _own(value: float | None, common: float) -> float:
    return common if value is None else value


def truth(model: RunnerModel, duration_s: float) -> tuple[TrueContact, ...]:
    """Return every initial contact within ``[0, duration_s)`` in time order, measured on the motion."""
    contacts = [(float(t), foot) for foot in FEET for t in model.contact_times(foot, duration_s)]
    return tuple(_true_contact(model, foot, time_s) for time_s, foot in sorted(contacts))


def _true_contact(model: RunnerModel, foot: Foot, time_s: float) -> TrueContact:
    points = {name: xy[0] for name, xy in model.pose(model.first_contact_of(foot)).items()}
    hip, knee, ankle = (points[f"{foot}_{name}"] for name in ("hip", "knee", "ankle"))
    sole = points[f"{foot}_ball"] - points[f"{foot}_heel"]
    thigh, shank = _hang_angle(hip, knee), _hang_angle(knee, ankle)
    return TrueContact(
        foot=foot,
        side="near" if foot == model.near_foot else "far",
        contact_time_s=time_s,
        toe_off_time_s=time_s + model.contact_time_of(foot),
        strike=strike_of_angle(model.foot_strike_angle_of(foot)),
        foot_strike_angle_deg=math.degrees(math.atan2(sole[1], sole[0])),
        ankle_ahead_of_knee_mm=1000 * float(ankle[0] - knee[0]),
        shank_angle_deg=math.degrees(shank),
        knee_flexion_deg=math.degrees(thigh - shank),
    )


def _hang_angle(upper: FloatArray, lower: FloatArray) -> float:
    """Angle (rad) from straight down to the line from one joint to the next, forward positive."""
    return math.atan2(lower[0] - upper[0], upper[1] - lower[1])


def as_pose_track(
    model: RunnerModel,
    times_s: ArrayLike,
    frame_size_px: tuple[int, int] = (1280, 720),
    scale_px_per_m: float | None = None,
    noise_px: float = 0.0,
    seed: int = 0,
    dropped_frames: Collection[int] = (),
    far_visibility: float = 0.7,
) -> PoseTrack:
    """Return what a perfect pose model would see of the runner, standing in the middle of the picture.

    Parameters
    ----------
    model, times_s
        The runner and the ``(T,)`` frame times (s).
    frame_size_px, scale_px_per_m
        Size of the picture and of the runner; by default the runner fills 80 % of the height.
    noise_px, seed
        Standard deviation of Gaussian noise on every coordinate, and the seed that makes it.
    dropped_frames
        Frames in which nobody was found.
    far_visibility
        Visibility of the limbs away from the camera; the near ones have 0.95.
    """
    times = np.asarray(times_s, dtype=np.float64)
    width, height = frame_size_px
    scale = 0.8 * height / model.height_m if scale_px_per_m is None else scale_px_per_m
    facing = 1.0 if model.direction == "right" else -1.0
    xy = _landmarks_m(model, times) * [facing * scale, -scale] + [width / 2, 0.92 * height]
    xy += noise_px * np.random.default_rng(seed).standard_normal(xy.shape)
    visibility = np.tile(_visibility(model, far_visibility), (times.size, 1))
    lost = list(dropped_frames)
    xy[lost], visibility[lost] = np.nan, 0.0
    return PoseTrack(times, xy, visibility, frame_size_px, backend="runner_model", models=())


SHOULDER_M, HIP_M = 0.18, 0.09
"""Half the breadth of a body at shoulders and hips."""


def seen_from(track: PoseTrack, yaw_deg: float) -> PoseTrack:
    """Return a runner who faces right as a far camera, turned by ``yaw_deg`` towards their front, sees them.

    The body gets breadth at shoulders and hips, and with it metric landmarks.
    """
    turn = math.radians(yaw_deg)
    px_per_m = float(np.ptp(track.xy_px[..., 1])) / 1.7
    hip_px = track.xy_px[:, [23, 24], 0].mean(axis=1, keepdims=True)
    forward_m = (track.xy_px[..., 0] - hip_px) / px_per_m
    left_m = np.zeros(LANDMARK_COUNT)
    left_m[[11, 12, 23, 24]] = SHOULDER_M, -SHOULDER_M, HIP_M, -HIP_M
    across_m = forward_m * math.cos(turn) + left_m * math.sin(turn)
    away_m = left_m * math.cos(turn) - forward_m * math.sin(turn)
    xy_px = np.stack([hip_px + px_per_m * across_m, track.xy_px[..., 1]], axis=2)
    world_m = np.stack([across_m, track.xy_px[..., 1] / px_per_m, away_m], axis=2)
    return track.replace(xy_px=xy_px, world_m=world_m)


def _landmarks_m(model: RunnerModel, times_s: FloatArray) -> FloatArray:
    points = model.pose(times_s)
    xy = np.empty((times_s.size, LANDMARK_COUNT, 2))
    for name, landmarks in LANDMARKS_OF_POINT.items():
        xy[:, list(landmarks)] = points[name][:, None]
    return xy


def _visibility(model: RunnerModel, far_visibility: float) -> FloatArray:
    values = np.full(LANDMARK_COUNT, 0.95)
    for name, landmarks in LANDMARKS_OF_POINT.items():
        if name.startswith(("left_", "right_")) and not name.startswith(model.near_foot):
            values[list(landmarks)] = far_visibility
    return values
