"""A drawn shoe that turns by known angles, with landmarks that are somewhat off."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.data import LandingLook
from footstrike.landmarks import LEGS
from footstrike.pose.shoe import ShoeTurns, patch_turn_deg, shoe_turns_deg, shoe_view

ANKLES, HEELS, TOES = ([getattr(leg, joint) for leg in LEGS.values()] for joint in ("ankle", "heel", "toe"))

quick = settings(max_examples=12, deadline=None)
WIDTH, HEIGHT = 480, 360
LENGTH_PX = 70.0
MIDDLE = np.array([240.0, 200.0])


def turned(points: np.ndarray, up_deg: float, facing_left: bool) -> np.ndarray:
    """Turn points of a shoe (toes along +x, y down) toes up, and mirror it if it faces left."""
    angle = np.radians(up_deg)
    out = points @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return out * ([-1.0, 1.0] if facing_left else [1.0, 1.0]) + MIDDLE


def see(watch: ShoeTurns, frame: int, rgb: np.ndarray, xy_px: np.ndarray) -> None:
    watch.take(frame, watch.view(frame, rgb, xy_px))


def scene(up_deg: float, facing_left: bool = False) -> np.ndarray:
    """A light shoe with a dark sole and stripes before a noisy wall."""
    rng = np.random.default_rng(3)
    wall = cv2.GaussianBlur(rng.integers(60, 120, (HEIGHT, WIDTH, 3), dtype=np.uint8), (0, 0), 3)
    shoe = np.array([[-50, -28], [-5, -26], [12, -14], [52, -6], [56, 10], [-50, 10]], float)
    sole = np.array([[-50, 10], [56, 10], [54, 18], [-50, 18]], float)
    cv2.fillPoly(wall, [turned(shoe, up_deg, facing_left).round().astype(np.int32)], (220, 200, 60), cv2.LINE_AA)
    cv2.fillPoly(wall, [turned(sole, up_deg, facing_left).round().astype(np.int32)], (20, 20, 30), cv2.LINE_AA)
    for x in (-20.0, 0.0, 20.0):
        ends = turned(np.array([[x, -12.0], [x + 14, 8.0]]), up_deg, facing_left).round().astype(int)
        cv2.line(wall, tuple(ends[0].tolist()), tuple(ends[1].tolist()), (200, 30, 30), 4, cv2.LINE_AA)
    return wall


def landmarks(up_deg: float, facing_left: bool = False) -> np.ndarray:
    """The right foot leads where the shoe is; the left one is behind, out of the way."""
    ends = np.array([[-LENGTH_PX / 2, 0.0], [LENGTH_PX / 2, 0.0]])
    heel, toe = turned(ends, up_deg, facing_left)
    behind = np.array([120.0 if facing_left else -120.0, 0.0])
    xy_px = np.full((33, 2), 100.0)
    for point, pair in ((heel, HEELS), (toe, TOES), (heel - (0, 20), ANKLES)):
        xy_px[list(pair)] = point + behind, point
    return xy_px


def turns_of(angles: list[float], errors: list[float], facing_left: bool = False) -> np.ndarray:
    look = LandingLook(tuple(range(len(angles))), "left" if facing_left else "right")
    watch = ShoeTurns([look], len(angles) + 1)
    for frame, (angle, error) in enumerate(zip(angles, errors, strict=True)):
        see(watch, frame, scene(angle, facing_left), landmarks(angle + error, facing_left))
    return watch.turn_deg


@given(st.floats(-20, 30), st.floats(-5, 5), st.floats(-5, 5), st.booleans())
@quick
def test_turn_is_that_of_the_shoe_and_not_of_its_landmarks(angle, error, flat_error, facing_left):
    turns = turns_of([angle, angle / 2, 0.0], [error, 0.0, flat_error], facing_left)
    assert turns[:3] == pytest.approx([angle, angle / 2, 0.0], abs=1.0)
    assert np.isnan(turns[3])


def test_shoe_that_is_not_the_same_has_no_turn():
    look = LandingLook((0, 1), "right")
    watch = ShoeTurns([look], 2)
    noise = np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    see(watch, 0, noise, landmarks(10))
    see(watch, 1, scene(0), landmarks(0))
    assert np.isnan(watch.turn_deg[0])
    assert watch.turn_deg[1] == pytest.approx(0, abs=0.1)


def test_landing_whose_flat_frame_was_not_seen_stays_unknown():
    look, later = LandingLook((0, 1, 2), "right"), LandingLook((4, 5), "right")
    watch = ShoeTurns([look, later], 6)
    for frame, angle in ((0, 20.0), (1, 10.0), (4, 15.0), (5, 0.0)):
        see(watch, frame, scene(angle), landmarks(angle))
    assert np.isnan(watch.turn_deg[:4]).all()
    assert watch.turn_deg[4:] == pytest.approx([15, 0], abs=1.0)


@pytest.mark.parametrize("shift", [(600.0, 0.0), (0.0, 600.0), (np.nan, 0.0)])
def test_foot_outside_the_picture_is_not_seen(shift):
    assert shoe_view(0, scene(0), landmarks(0) + shift, facing_left=False) is None


def test_foot_at_the_edge_is_seen_in_part():
    view = shoe_view(0, scene(0), landmarks(0) - (220.0, 0.0), facing_left=False)
    assert view is not None
    assert view.gray.shape[1] < 4 * LENGTH_PX
    assert view.heel_px[0] < 0 < view.toe_px[0]


def test_foot_facing_left_is_shown_in_a_mirror():
    right, left = (shoe_view(0, scene(12, facing), landmarks(12, facing), facing) for facing in (False, True))
    assert right is not None
    assert left is not None
    assert (left.toe_px - left.heel_px) == pytest.approx(right.toe_px - right.heel_px, abs=1.5)


def test_same_patch_is_not_turned_and_an_empty_one_unknown():
    view = shoe_view(0, scene(5), landmarks(5), facing_left=False)
    assert view is not None
    assert shoe_turns_deg([view, view]) == pytest.approx([0, 0], abs=0.05)
    blank = np.zeros((84, 136), np.uint8)
    assert np.isnan(patch_turn_deg(blank, blank))
