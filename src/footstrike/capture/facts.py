"""What is known of how a recording was made, gathered from its frames, landmarks and steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footstrike.capture.camera import CameraMotion
from footstrike.capture.picture import PictureQuality
from footstrike.data import (
    UNKNOWN,
    UNKNOWN_SPEED,
    Activity,
    FloatArray,
    Foot,
    Measure,
    PoseTrack,
    SlowMotion,
    Speed,
    VideoInfo,
    View,
)
from footstrike.gait.steps import Stride
from footstrike.gait.time_scale import activity_from_front, foot_lift_leg
from footstrike.gait.view import camera_yaw_deg, leg_length_px, legs_visibility, trunk_seen, view_of, views_of
from footstrike.landmarks import LEGS

BODY_OVER_LANDMARKS = 1.1
"""Height of a body over the distance from its highest to its lowest landmark: the skull above the eyes is left out."""
HEIGHT_PERCENTILE = 80.0
"""A runner's picture is tallest in flight and on straight legs."""
_FEET = [joint for leg in LEGS.values() for joint in (leg.heel, leg.toe)]


@dataclass(frozen=True, slots=True)
class Person:
    """Who is seen, and how.

    Parameters
    ----------
    people
        How many were followed.
    found_share
        Share of the frames in which the runner was found.
    legs_seen, feet_seen
        The pose model's median confidence in legs and feet, 0 to 1.
    whole_trunk
        Whether the picture shows more than legs.
    feet_inside_share
        Share of those frames in which both feet are in the picture.
    height_px, leg_px
        Height of the runner and length of a leg.
    yaw_deg
        Turn of the camera from the side view, + ahead of the runner; NaN where unknown.
    """

    people: int
    found_share: float
    legs_seen: float = math.nan
    feet_seen: float = math.nan
    whole_trunk: bool = False
    feet_inside_share: float = math.nan
    height_px: float = math.nan
    leg_px: float = math.nan
    yaw_deg: float = math.nan

    @property
    def view(self) -> View:
        """Name of the view."""
        return view_of(self.yaw_deg)

    @property
    def view_or(self) -> View | None:
        """Name of the neighbouring view, where the angle's error lets it be that one."""
        return next(iter(views_of(self.yaw_deg)[1:]), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """How a recording was made; NaN and ``None`` where it is not known.

    Parameters
    ----------
    seconds
        Length of the recording as it plays.
    looked_share
        Share of it that was looked at, 0 to 1.
    rate_hz
        Frames per second as it plays.
    pictures_hz
        Different pictures among them, where some repeat the one before.
    steps
        Number of steps in what was looked at.
    activity
        What the person does; ``None`` where it cannot be told.
    regular_share
        Share of the step intervals that fit the typical one.
    speed, speed_of_motion
        The speed that counts, and what the motion alone shows.
    video
        The file, where there is one.
    picture
        Light and sharpness, where pictures were looked at.
    hidden_share
        Share of the landings whose foot was hardly seen.
    ankle_behind
        Feet that land, on average, with the ankle behind the knee.
    """

    person: Person
    camera: CameraMotion
    seconds: float
    looked_share: float
    rate_hz: float
    slow_motion: SlowMotion
    steps: int
    activity: Activity | None
    cadence: Measure = UNKNOWN
    regular_share: float = 1.0
    speed: Speed = UNKNOWN_SPEED
    speed_of_motion: Speed = UNKNOWN_SPEED
    video: VideoInfo | None = None
    picture: PictureQuality | None = None
    pictures_hz: float = math.nan
    hidden_share: float = 0.0
    ankle_behind: tuple[Foot, ...] = ()

    @property
    def real_rate_hz(self) -> float:
        """Frames per second of real time."""
        return self.rate_hz * self.slow_motion.factor


def person_of(track: PoseTrack) -> Person:
    """Describe the person who was followed."""
    found = track.found
    if not found.any():
        return Person(0, 0.0)
    xy_px, feet = track.xy_px[found], track.xy_px[found][:, _FEET]
    inside = ((feet[..., 1] >= 0) & (feet[..., 1] < track.frame_size_px[1])).all(axis=1)  # who runs by leaves sideways
    return Person(
        people=max(track.people, 1),
        found_share=float(found.mean()),
        legs_seen=legs_visibility(track),
        feet_seen=float(np.median(track.visibility[found][:, _FEET])),
        whole_trunk=trunk_seen(track),
        feet_inside_share=float(inside.mean()),
        height_px=_height_px(xy_px),
        leg_px=leg_length_px(xy_px),
        yaw_deg=camera_yaw_deg(track),
    )


def _height_px(xy_px: FloatArray) -> float:
    return BODY_OVER_LANDMARKS * float(np.percentile(np.ptp(xy_px[..., 1], axis=1), HEIGHT_PERCENTILE))


def seen_activity(strides: Sequence[Stride]) -> Activity | None:
    """Return what the person does, seen from the side: running where any bout shows it; ``None`` without steps."""
    seen = [stride.activity for stride in strides]
    return next((activity for activity in ("running", "walking", "other") if activity in seen), None)


def activity_seen_from(view: View, track: PoseTrack, strides: Sequence[Stride]) -> Activity | None:
    """Return what the person does; ``None`` where this view or too short a rhythm does not tell."""
    if view == "front":
        return activity_from_front(foot_lift_leg(track.xy_px[track.found]))
    return None if view == "rear" else seen_activity(strides)
