import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from footstrike.data import UNKNOWN, SlowMotion, Speed
from footstrike.gait.speed import LEG_PER_HEIGHT, TOE_PER_SPEED, TYPICAL_HEIGHT_M, estimate_speed, toe_speed_leg_s
from runner_model import RunnerModel, as_pose_track

REAL_TIME = SlowMotion(1.0, "real_time", 0.0, "")


@pytest.fixture(scope="module")
def seen(stride_of, steps_of):
    """Return the strides and steps of a runner at some speed."""

    def see(**choices):
        track = as_pose_track(RunnerModel(first_contact_s=0.2, **choices), np.arange(0, 4, 1 / 120))
        return [stride_of(track)], [steps_of(track)]

    return see


def test_toe_goes_back_at_the_speed_of_the_belt(seen):
    fast, slow = (toe_speed_leg_s(*seen(speed_mps=mps)) for mps in (3.3, 2.7))
    assert fast / slow == pytest.approx(3.3 / 2.7, rel=0.03)


def test_speed_in_metres_grows_with_the_height(seen):
    strides, steps = seen()
    toe_leg_s = toe_speed_leg_s(strides, steps)
    for height_m in (1.5, 1.9):
        speed = estimate_speed(strides, steps, REAL_TIME, height_m)
        assert speed.source == "height"
        assert speed.mps.value == pytest.approx(toe_leg_s / TOE_PER_SPEED * LEG_PER_HEIGHT.value * height_m)


def test_modelled_runner_within_the_error(seen):
    """The model's hips move evenly, so that its toes show all of the speed."""
    model = RunnerModel()
    speed = estimate_speed(*seen(), REAL_TIME, model.height_m).mps
    assert abs(TOE_PER_SPEED * speed.value - model.speed_mps) < 2 * speed.se


def test_what_is_assumed_widens_the_error(seen):
    strides, steps = seen()
    slow = SlowMotion(4.0, "estimated", 0.1, "")
    stated, assumed, slowed = (
        estimate_speed(strides, steps, motion, height_m)
        for motion, height_m in ((REAL_TIME, TYPICAL_HEIGHT_M.value), (REAL_TIME, None), (slow, None))
    )
    assert (stated.source, assumed.source) == ("height", "typical_height")
    assert stated.mps.value == assumed.mps.value == slowed.mps.value
    assert all(a.mps.se < b.mps.se for a, b in pairwise((stated, assumed, slowed)))
    assert slowed.mps.se / slowed.mps.value > 0.1


def test_unknown_without_a_whole_contact_or_a_clock(seen):
    strides, steps = seen()
    open_ended = [[replace(s, contact=replace(s.contact, toe_off_s=UNKNOWN)) for s in steps[0]]]
    unjudged = SlowMotion(1.0, "real_time", math.nan, "too few steps")
    for speed in (
        estimate_speed(strides, open_ended, REAL_TIME, 1.8),
        estimate_speed(strides, steps, unjudged, 1.8),
        estimate_speed([], [], REAL_TIME, 1.8),
    ):
        assert speed == Speed(speed.mps, "unknown")
        assert not speed.mps.known


def test_both_feet_count_the_same(seen):
    strides, (steps,) = seen(right_contact_time_s=0.22)
    by_foot = [toe_speed_leg_s(strides, [[s for s in steps if s.contact.foot == foot]]) for foot in ("left", "right")]
    few_left = [s for s in steps if s.contact.foot == "right" or s.number < 6]
    assert toe_speed_leg_s(strides, [few_left]) == pytest.approx(np.mean(by_foot), rel=0.02)
