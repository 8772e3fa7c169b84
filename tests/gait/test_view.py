"""From where the camera sees the runner: exact bodies turned by known angles."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.data import PoseTrack
from footstrike.errors import InvalidValueError
from footstrike.gait.view import LEAST_FINE_LOOKS, camera_yaw_deg, legs_visibility, trunk_seen, view_of, views_of
from footstrike.landmarks import shoulder_line_m
from runner_model import RunnerModel, as_pose_track, seen_from

TIMES_S = np.arange(90) / 60
TRACK = as_pose_track(RunnerModel(), TIMES_S)


def turned(yaw_deg: float) -> PoseTrack:
    return seen_from(TRACK, yaw_deg)


def with_mirrored_world(track: PoseTrack, mirrored: Callable[[PoseTrack], PoseTrack]) -> PoseTrack:
    swap = np.arange(33)
    for left in range(7, 32, 2):
        swap[[left, left + 1]] = left + 1, left
    assert track.world_m is not None
    return mirrored(track).replace(world_m=track.world_m[:, swap] * [-1, 1, 1])


@given(yaw_deg=st.floats(-90, 90))
def test_yaw_of_an_exact_body(yaw_deg: float) -> None:
    assert camera_yaw_deg(turned(yaw_deg)) == pytest.approx(yaw_deg, abs=10)


def looked_at_closer(yaw_deg: float, seen_deg: float, looks: int) -> PoseTrack:
    """A track from one angle, in which the finer model sees the runner from another in some frames."""
    track, fine = turned(yaw_deg), turned(seen_deg)
    assert fine.world_m is not None
    visited = np.arange(track.frame_count) < looks
    return track.replace(
        refined_xy_px=np.where(visited[:, None, None], fine.xy_px, np.nan),
        refined_visibility=np.where(visited[:, None], fine.visibility, 0.0),
        refined_shoulders_m=np.where(visited[:, None], shoulder_line_m(fine.world_m), np.nan),
    )


@pytest.mark.parametrize("yaw_deg", [-40.0, 0.0, 25.0])
def test_finer_looks_count_as_much_as_the_first_pass_if_there_are_enough(yaw_deg: float) -> None:
    first, fine = camera_yaw_deg(turned(yaw_deg)), camera_yaw_deg(turned(yaw_deg + 20))
    between = camera_yaw_deg(looked_at_closer(yaw_deg, yaw_deg + 20, LEAST_FINE_LOOKS + 20))
    assert between == pytest.approx((first + fine) / 2, abs=4)
    assert camera_yaw_deg(looked_at_closer(yaw_deg, yaw_deg + 20, LEAST_FINE_LOOKS - 1)) == first


@given(yaw_deg=st.floats(-90, 90))
def test_a_mirror_leaves_the_yaw(yaw_deg: float, mirrored: Callable[[PoseTrack], PoseTrack]) -> None:
    track = turned(yaw_deg)
    assert camera_yaw_deg(with_mirrored_world(track, mirrored)) == pytest.approx(camera_yaw_deg(track), abs=1e-6)


@pytest.mark.parametrize(
    ("yaw_deg", "view"),
    [(0, "side"), (12, "side"), (-12, "side"), (45, "oblique"), (-45, "oblique"), (85, "front"), (-85, "rear")],
)
def test_view_of_an_exact_body(yaw_deg: float, view: str) -> None:
    assert view_of(camera_yaw_deg(turned(yaw_deg))) == view


@pytest.mark.parametrize(
    ("yaw_deg", "views"),
    [
        (0, ("side",)),
        (16, ("side",)),
        (-24, ("side", "oblique")),
        (27, ("oblique", "side")),
        (-45, ("oblique",)),
        (66, ("oblique", "front")),
        (-71, ("rear", "oblique")),
        (90, ("front",)),
        (math.nan, ("unclear",)),
    ],
)
def test_near_a_border_both_views_are_named(yaw_deg: float, views: tuple[str, ...]) -> None:
    assert views_of(yaw_deg) == views


def legs_alone(yaw_deg: float) -> PoseTrack:
    """The pose model puts a trunk of half its length on legs that it sees alone."""
    track = turned(yaw_deg)
    xy_px = track.xy_px.copy()
    hips = xy_px[:, [23, 24]].mean(axis=1, keepdims=True)
    xy_px[:, :23] = hips + 0.5 * (xy_px[:, :23] - hips)
    return track.replace(xy_px=xy_px)


@pytest.mark.parametrize(("yaw_deg", "view"), [(0, "side"), (85, "front"), (-85, "rear")])
def test_legs_alone_tell_the_side_from_front_and_rear(yaw_deg: float, view: str) -> None:
    track = legs_alone(yaw_deg)
    assert trunk_seen(turned(yaw_deg)) and not trunk_seen(track)
    assert view_of(camera_yaw_deg(track)) == view


def test_only_frames_that_show_the_legs_count() -> None:
    visibility, xy_px = TRACK.visibility.copy(), turned(0).xy_px.copy()
    visibility[:60, 25:], xy_px[:60] = 0.0, turned(80).xy_px[:60]
    assert view_of(camera_yaw_deg(turned(0).replace(xy_px=xy_px, visibility=visibility))) == "side"


def test_yaw_is_unknown_without_metric_landmarks_or_person() -> None:
    assert math.isnan(camera_yaw_deg(TRACK))
    assert math.isnan(camera_yaw_deg(turned(80).replace(xy_px=np.full_like(TRACK.xy_px, np.nan))))
    assert view_of(math.nan) == "unclear"


@pytest.mark.parametrize("impossible", [-91, 91, math.inf])
def test_impossible_yaw(impossible: float) -> None:
    with pytest.raises(InvalidValueError, match="-90 to 90"):
        view_of(impossible)


def test_legs_visibility_counts_only_frames_with_a_person() -> None:
    assert legs_visibility(TRACK) == pytest.approx(np.median([0.95, 0.7]), abs=0.13)
    hidden = TRACK.visibility.copy()
    hidden[:, 25:] = 0.1
    assert legs_visibility(TRACK.replace(visibility=hidden)) == pytest.approx(0.1)
    xy_px = TRACK.xy_px.copy()
    xy_px[::2] = np.nan
    assert legs_visibility(TRACK.replace(xy_px=xy_px)) == legs_visibility(TRACK)
