import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.data import SlowMotion
from footstrike.gait.contacts.trunk import TrunkStep, TrunkSteps
from footstrike.gait.runner_frame import Bout, find_bouts
from footstrike.gait.time_scale import (
    activity_from_front,
    activity_of,
    bounce_with_stride,
    estimate_slow_motion,
    foot_lift_leg,
    stated_slow_motion,
    with_written_rate,
)
from footstrike.landmarks import LEGS, TRUNK
from runner_model import RunnerModel, as_pose_track, seen_from

quick = settings(max_examples=20, deadline=None)


def steps_of(bout):
    return TrunkSteps().detect(bout.time_s, bout.trunk_height_leg)


def bout_of(model, slower=1.0, rate_hz=60):
    track = as_pose_track(model, np.arange(0, 3, 1 / rate_hz))
    (bout,) = find_bouts(track.replace(time_s=slower * track.time_s))
    return bout


@given(st.floats(2, 10), st.floats(1.6, 1.9), st.floats(162, 184), st.sampled_from([120, 240]))
@quick
def test_slow_motion_of_an_ordinary_body_is_found_within_a_quarter(factor, height_m, cadence_spm, rate_hz):
    model = RunnerModel(height_m=height_m, cadence_spm=cadence_spm, speed_mps=2.8)
    found = estimate_slow_motion(steps_of(bout_of(model, factor, rate_hz)))
    assert found.source == "estimated"
    assert found.factor == pytest.approx(factor, rel=0.25)
    assert 0 < found.relative_se < 0.2
    assert "steps/min" in found.reason


@given(st.floats(1.6, 1.9), st.floats(162, 184), st.sampled_from([30, 60, 240]))
@quick
def test_real_time_is_left_alone(height_m, cadence_spm, rate_hz):
    model = RunnerModel(height_m=height_m, cadence_spm=cadence_spm, speed_mps=2.8)
    found = estimate_slow_motion(steps_of(bout_of(model, 1.0, rate_hz)))
    assert (found.factor, found.source, found.relative_se) == (1.0, "real_time", 0.0)


@given(st.floats(2, 10), st.floats(1.2, 4))
@quick
def test_twice_as_slow_gives_twice_the_factor(factor, more):
    step = TrunkStep(0.0, 0.1 * factor, 0.2 * factor, 0.1, 0.35 * factor)
    slower = TrunkStep(0.0, 0.1, 0.2, 0.1, 0.35 * factor * more)
    assert estimate_slow_motion([slower]).factor == pytest.approx(more * estimate_slow_motion([step]).factor)


def test_steps_at_the_ends_do_not_count():
    whole = TrunkStep(0.0, 0.1, 0.2, 0.1, 0.35)
    part = TrunkStep(0.0, 0.1, math.nan, 9.0, 5.0, predicted=True)
    assert estimate_slow_motion([whole, part, part]) == estimate_slow_motion([whole])
    assert estimate_slow_motion([part]).source == "real_time"
    assert math.isnan(estimate_slow_motion([]).relative_se)


@pytest.mark.parametrize("direction", ["left", "right"])
def test_a_runner_runs_at_any_playback_speed(direction):
    for slower in (1.0, 8.0):
        bout = bout_of(RunnerModel(direction=direction), slower)
        assert activity_of(bounce_with_stride(bout, steps_of(bout))) == "running"


def walking_bout(lowest_apart):
    """A body on two pendulums, lowest (a walker) or highest (a runner) when the feet are furthest apart."""
    time_s = np.arange(0, 4, 1 / 60)
    phase = np.pi * time_s / 0.5
    xy = np.zeros((time_s.size, 33, 2))
    swing, bounce = 0.4 * np.cos(phase), 0.03 * np.cos(2 * phase)
    xy[:, TRUNK, 1] = (1 + (-bounce if lowest_apart else bounce))[:, None]
    xy[:, LEGS["left"].ankle, 0], xy[:, LEGS["right"].ankle, 0] = swing, -swing
    return Bout(0, time_s, xy, xy, np.ones((time_s.size, 33)), np.full(time_s.size, np.nan), "right", 300.0)


@pytest.mark.parametrize(("lowest_apart", "activity"), [(True, "walking"), (False, "running")])
def test_walkers_are_low_and_runners_high_with_their_feet_apart(lowest_apart, activity):
    bout = walking_bout(lowest_apart)
    steps = steps_of(bout)
    assert len(steps) >= 6
    assert activity_of(bounce_with_stride(bout, steps)) == activity


def test_feet_that_stay_together_are_neither():
    bout = bout_of(RunnerModel())
    xy = bout.xy_leg.copy()
    xy[:, LEGS["left"].ankle] = xy[:, LEGS["right"].ankle]
    together = Bout(0, bout.time_s, xy, xy, bout.visibility, bout.shoe_turn_deg, "right", 300.0)
    assert activity_of(bounce_with_stride(together, steps_of(together))) == "other"
    assert bounce_with_stride(bout, ()) == 0.0


@pytest.mark.parametrize(
    ("bounce", "activity"), [(-1, "walking"), (-0.25, "walking"), (0, "other"), (0.25, "running"), (1, "running")]
)
def test_activity(bounce, activity):
    assert activity_of(bounce) == activity


@given(st.floats(1.9, 9), st.floats(0.75, 1.33))
@quick
def test_the_rate_in_the_file_is_taken_where_the_motion_agrees(factor, off):
    judged = SlowMotion(factor * off, "estimated", 0.06, "it floats")
    known = with_written_rate(judged, 30, 30 * factor)
    assert (known.source, known.relative_se) == ("file", 0)
    assert known.factor == pytest.approx(factor)


def test_a_stale_rate_in_the_file_is_named_and_left_alone():
    judged = SlowMotion(1.0, "real_time", 0.0, "the bounce fits")
    known = with_written_rate(judged, 30, 240)
    assert (known.factor, known.source) == (1.0, "real_time")
    assert "240" in known.reason and "does not fit" in known.reason


def test_a_camera_that_stores_every_picture_films_in_real_time():
    judged = SlowMotion(1.0, "real_time", 0.0, "the bounce fits")
    assert with_written_rate(judged, 59.94, 60).factor == 1
    assert with_written_rate(judged, 59.94, 60).source == "real_time"


@pytest.mark.parametrize(
    ("lift_leg", "activity"), [(0.4, "running"), (0.19, "running"), (0.17, None), (0.1, "walking"), (math.nan, None)]
)
def test_activity_from_the_front(lift_leg, activity):
    assert activity_from_front(lift_leg) == activity


def test_foot_lift_is_in_leg_lengths(track):
    lift_leg = foot_lift_leg(track.xy_px)
    assert 0.2 < lift_leg < 0.8
    assert foot_lift_leg(3 * track.xy_px) == pytest.approx(lift_leg)
    level = track.xy_px.copy()
    level[:, [27, 28], 1] = 500.0
    assert foot_lift_leg(level) == 0


def test_who_stands_while_others_pass_does_not_walk():
    """Ankles that are seen apart in some frames only do not swing."""
    track = seen_from(as_pose_track(RunnerModel(), np.arange(120) / 60), 85)
    swinging, standing = track.xy_px, np.tile(track.xy_px[:1], (120, 1, 1))
    standing[:, LEGS["left"].ankle, 1] = standing[:, LEGS["right"].ankle, 1] + np.where(np.arange(120) % 4, 1, 60)
    assert activity_from_front(foot_lift_leg(swinging)) == "running"
    assert math.isnan(foot_lift_leg(standing))


@pytest.mark.parametrize(("stored_hz", "stated_hz", "factor"), [(29.97, 30, 1), (30, 240, 8), (60, 30, 0.5)])
def test_stated_rate_is_taken_and_rounding_is_no_slow_motion(stored_hz, stated_hz, factor):
    stated = stated_slow_motion(stored_hz, stated_hz)
    assert (stated.factor, stated.source, stated.relative_se) == (factor, "stated", 0.0)
