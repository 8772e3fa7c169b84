import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.gait.contacts.settling import FootPaths, foot_paths, landing_s, lift_off_s
from footstrike.gait.contacts.trunk import TrunkStep, TrunkSteps
from footstrike.gait.feet import leg_roles
from footstrike.gait.runner_frame import find_bouts
from runner_model import RunnerModel, as_pose_track, truth

quick = settings(max_examples=15, deadline=None)
STEP = TrunkStep(apex_s=0.9, fall_s=1.0, rise_s=1.2, drop_leg=0.1, period_s=0.4)
TIME_S = np.arange(0, 2, 1 / 120)


def paths_with(height, forward=None, slope=0.0):
    """A foot whose joints all take one course of heights."""
    columns = np.repeat(height[:, None], 5, axis=1)
    ahead = np.zeros_like(columns) if forward is None else np.repeat(forward[:, None], 5, axis=1)
    both = {"leading": columns, "trailing": columns}
    return FootPaths(TIME_S, {"leading": ahead, "trailing": ahead}, both, slope)


def falling_and_rising(falls_s, rises_s, speed=2.0):
    """Height that falls to 0 at one moment and leaves it at another (leg lengths per second)."""
    return speed * (np.maximum(falls_s - TIME_S, 0) + np.maximum(TIME_S - rises_s, 0))


@given(st.floats(0.93, 1.02), st.floats(1.19, 1.3), st.floats(0.01, 0.06), st.floats(-3, 3))
@quick
def test_passages_of_a_known_course(falls_s, rises_s, above_leg, level_leg):
    paths = paths_with(level_leg + falling_and_rising(falls_s, rises_s))
    assert landing_s(paths, STEP, "ankle", above_leg) == pytest.approx(falls_s - above_leg / 2, abs=0.005)
    assert lift_off_s(paths, STEP, "heel", above_leg) == pytest.approx(rises_s + above_leg / 2, abs=0.005)


@given(st.floats(-0.3, 0.3), st.floats(1, 4))
@quick
def test_a_ground_that_slopes_in_the_picture_changes_nothing(slope, speed):
    level = falling_and_rising(0.97, 1.25)
    forward = -speed * (TIME_S - 1.1)
    sloping = paths_with(level + slope * forward, forward, slope)
    for moment in (landing_s, lift_off_s):
        assert moment(sloping, STEP, "toe", 0.04) == pytest.approx(moment(paths_with(level), STEP, "toe", 0.04))


@pytest.mark.parametrize("moment", [landing_s, lift_off_s])
def test_a_joint_that_never_passes_has_no_moment(moment):
    assert math.isnan(moment(paths_with(np.zeros_like(TIME_S)), STEP, "ankle", 0.05))


def paths_of(track):
    (bout,) = find_bouts(track)
    steps = TrunkSteps().detect(bout.time_s, bout.trunk_height_leg)
    return foot_paths(bout, leg_roles(bout.time_s, bout.fine_xy_leg, 0.35), steps), steps


@pytest.mark.parametrize("foot_strike_angle_deg", [-7.0, 2.0, 18.0])
def test_runner_settles_near_contact_and_lifts_off_near_toe_off(foot_strike_angle_deg):
    model = RunnerModel(foot_strike_angle_deg, first_contact_s=0.2)
    paths, steps = paths_of(as_pose_track(model, np.arange(0, 4, 1 / 120)))
    contacts = truth(model, 4.0)
    for step in steps[1:-1]:
        true = min(contacts, key=lambda c: abs(c.contact_time_s - step.fall_s))
        assert landing_s(paths, step, "ankle", 0.03) == pytest.approx(true.contact_time_s, abs=0.05)
        assert lift_off_s(paths, step, "ankle", 0.15) == pytest.approx(true.toe_off_time_s, abs=0.05)


@given(st.floats(-6, 6), st.sampled_from(["left", "right"]))
@quick
def test_tilted_camera_shows_as_slope_of_the_ground(tilt_deg, direction):
    track = as_pose_track(RunnerModel(direction=direction), np.arange(0, 3, 1 / 60))
    c, s = math.cos(math.radians(tilt_deg)), math.sin(math.radians(tilt_deg))
    tilted, _ = paths_of(track.replace(xy_px=track.xy_px @ np.array([[c, s], [-s, c]])))
    level, _ = paths_of(track)
    ahead = 1 if direction == "right" else -1
    expected = -ahead * math.tan(math.radians(tilt_deg))
    assert tilted.ground_slope - level.ground_slope == pytest.approx(expected, abs=0.03)
    assert abs(level.ground_slope) < 0.03


def test_a_slope_on_which_steps_disagree_is_hardly_believed(bout, stride):
    rng = np.random.default_rng(0)
    roles = leg_roles(bout.time_s, bout.fine_xy_leg, 0.35)
    calm = foot_paths(bout, roles, stride.steps).ground_slope
    wild = bout.fine_xy_leg.copy()
    wild[:, :, 1] += (
        np.repeat(rng.normal(0, 0.3, bout.time_s.size // 8 + 1), 8)[: bout.time_s.size, None] * wild[:, :, 0]
    )
    assert abs(foot_paths(bout, leg_roles(stride.bout.time_s, wild, 0.35), stride.steps).ground_slope) < 0.35
    assert abs(calm) < 0.03


def test_a_foot_that_stays_under_the_body_says_nothing_of_the_ground(bout, stride):
    still = bout.fine_xy_leg.copy()
    still[:, 25:] = still[:, 23:24]
    assert foot_paths(bout, leg_roles(stride.bout.time_s, still, 0.35), stride.steps).ground_slope == 0.0
