import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from footstrike.data import FEET
from runner_model import (
    GRAVITY_MPS2,
    TYPICAL_FOOT_STRIKE_ANGLE_DEG,
    RunnerModel,
    as_pose_track,
    strike_of_angle,
    truth,
)


@st.composite
def runners(draw):
    """Draw runners; combinations that no leg could run are passed over, as the model refuses them."""
    parameters = {
        "foot_strike_angle_deg": draw(st.floats(-10, 24)),
        "shank_angle_deg": draw(st.floats(3, 12)),
        "knee_flexion_deg": draw(st.floats(10, 18)),
        "contact_time_s": draw(st.floats(0.18, 0.28)),
        "speed_mps": draw(st.floats(2.2, 3.8)),
        "cadence_spm": draw(st.floats(158, 186)),
        "height_m": draw(st.floats(1.5, 2.0)),
        "trunk_lean_deg": draw(st.floats(0, 12)),
        "direction": draw(st.sampled_from(["left", "right"])),
        "first_contact_s": draw(st.floats(-1, 1)),
    }
    try:
        return RunnerModel(**parameters)
    except ValueError:
        assume(False)


def stride(model, count=800):
    """Times over one left stride, and the same counted from its initial contact."""
    since_contact = np.linspace(0, model.stride_s, count, endpoint=False)
    return model.first_contact_s + since_contact, since_contact


def sole_height(pose, foot="left"):
    return np.min([pose[f"{foot}_{part}"][:, 1] for part in ("heel", "ball", "toe_tip")], axis=0)


@given(runners())
@settings(max_examples=40, deadline=None)
def test_segments_keep_their_length(model):
    pose = model.pose(stride(model)[0])
    bones = [("hip", "knee"), ("knee", "ankle"), ("ankle", "heel"), ("heel", "ball"), ("ball", "toe_tip")]
    bones += [("hip", "shoulder"), ("shoulder", "elbow"), ("elbow", "wrist")]
    for foot in FEET:
        for a, b in bones:
            length = np.linalg.norm(pose[f"{foot}_{a}"] - pose[f"{foot}_{b}"], axis=1)
            assert np.ptp(length) < 1e-9, (foot, a, b)


@given(runners())
@settings(max_examples=40, deadline=None)
def test_trunk_flies_at_one_g_and_is_pushed_up_in_stance(model):
    step = 1e-4
    flight = model.first_contact_s + np.linspace(model.contact_time_s + 2 * step, model.step_s - 2 * step, 20)
    stance = model.first_contact_s + np.linspace(2 * step, model.contact_time_s - 2 * step, 20)

    def acceleration(t):
        before, now, after = (model.trunk_height(t + shift) for shift in (-step, 0.0, step))
        return (after - 2 * now + before) / step**2

    assert np.allclose(acceleration(flight), -GRAVITY_MPS2, atol=1e-3)
    assert (acceleration(stance) > -GRAVITY_MPS2).all()


@given(runners(), st.floats(-3, 3))
@settings(max_examples=40, deadline=None)
def test_motion_repeats_every_stride_and_feet_alternate(model, time_s):
    now, later = model.pose(time_s), model.pose(time_s + model.stride_s)
    half = model.pose(time_s + model.step_s)
    for name, xy in now.items():
        assert np.allclose(xy, later[name], atol=1e-7), name
        if name.startswith("left_"):
            assert np.allclose(xy, half[name.replace("left", "right")], atol=1e-7), name


@given(runners())
@settings(max_examples=40, deadline=None)
def test_shoe_touches_exactly_in_stance_without_slipping_or_sinking(model):
    times, since_contact = stride(model)
    pose = model.pose(times)
    low = sole_height(pose)
    in_stance = since_contact <= model.contact_time_s
    assert np.abs(low[in_stance]).max() < 1e-9
    well_in_swing = (since_contact > model.contact_time_s + 0.004) & (since_contact < model.stride_s - 0.004)
    assert low[well_in_swing].min() > 0
    dt = times[1] - times[0]
    for part in ("heel", "ball", "toe_tip"):
        x, y = pose[f"left_{part}"].T
        down = in_stance[:-1] & in_stance[1:] & (np.abs(y[:-1]) < 1e-12) & (np.abs(y[1:]) < 1e-12)
        assert np.allclose(np.diff(x)[down] / dt, -model.speed_mps, atol=1e-6), part


@given(runners())
@settings(max_examples=40, deadline=None)
def test_shoe_arrives_and_leaves_at_speed(model):
    before, after = sole_height(model.pose([model.first_contact_s - 0.004, model.first_contact_s + 0.004]))
    assert before > 0.001
    assert abs(after) < 1e-9
    toe_off = model.first_contact_s + model.contact_time_s
    assert sole_height(model.pose([toe_off + 0.012]))[0] > 0.001


@given(runners())
@settings(max_examples=40, deadline=None)
def test_posture_at_contact_is_the_one_asked_for(model):
    contacts = truth(model, 3.0)
    times = [contact.contact_time_s for contact in contacts]
    assert times == sorted(times)
    assert np.allclose(np.diff(times), model.step_s)
    for contact in contacts:
        assert math.isclose(contact.foot_strike_angle_deg, model.foot_strike_angle_deg, abs_tol=1e-6)
        assert math.isclose(contact.shank_angle_deg, model.shank_angle_deg, abs_tol=1e-6)
        assert math.isclose(contact.knee_flexion_deg, model.knee_flexion_deg, abs_tol=1e-6)
        assert (contact.ankle_ahead_of_knee_mm > 0) == (model.shank_angle_deg > 0)
        pose = model.pose(contact.contact_time_s)
        ahead = pose[f"{contact.foot}_ankle"][0, 0] - pose[f"{contact.foot}_knee"][0, 0]
        assert math.isclose(1000 * ahead, contact.ankle_ahead_of_knee_mm, abs_tol=1e-4)


def test_runner_whose_knee_would_bend_backwards_is_refused():
    with pytest.raises(ValueError, match="knee would bend backwards"):
        RunnerModel(0.0, 3.0, 10.0, contact_time_s=0.18, speed_mps=3.5, cadence_spm=158.0, height_m=1.5)


@given(runners())
@settings(max_examples=40, deadline=None)
def test_knee_moves_as_a_runners_does(model):
    times, since_contact = stride(model)
    pose = model.pose(times)
    hip, knee, ankle = (pose[f"left_{name}"] for name in ("hip", "knee", "ankle"))
    thigh, shank = ((b - a) for a, b in ((hip, knee), (knee, ankle)))
    flexion = np.degrees(np.arctan2(thigh[:, 0], -thigh[:, 1]) - np.arctan2(shank[:, 0], -shank[:, 1]))
    assert flexion.min() > -3
    assert 30 < flexion[since_contact < model.contact_time_s].max() < 65
    assert 90 < flexion.max() < 112


@pytest.mark.parametrize("strike", TYPICAL_FOOT_STRIKE_ANGLE_DEG)
def test_typical_strikes_touch_with_their_own_part_first(strike):
    model = RunnerModel(foot_strike_angle_deg=TYPICAL_FOOT_STRIKE_ANGLE_DEG[strike])
    pose = model.pose(model.first_contact_s)
    heel, ball = pose["left_heel"][0, 1], pose["left_ball"][0, 1]
    assert strike_of_angle(model.foot_strike_angle_deg) == strike
    assert {"heel": ball > 0.05, "midfoot": max(heel, ball) < 0.01, "forefoot": heel > 0.02}[strike]


def test_feet_may_differ():
    model = RunnerModel(right_foot_strike_angle_deg=2.0, right_shank_angle_deg=6.0, right_contact_time_s=0.22)
    left, right = truth(model, 0.8)[:2]
    assert (left.foot, right.foot) == ("left", "right")
    assert (left.strike, right.strike) == ("heel", "midfoot")
    assert math.isclose(right.foot_strike_angle_deg, 2.0, abs_tol=1e-6)
    assert math.isclose(right.shank_angle_deg, 6.0, abs_tol=1e-6)
    assert math.isclose(right.toe_off_time_s - right.contact_time_s, 0.22)
    joins = np.array([model.first_contact_s, model.first_contact_s + model.step_s])
    assert np.allclose(model.trunk_height(joins - 1e-9), model.trunk_height(joins + 1e-9), atol=1e-7)


@pytest.mark.parametrize("impossible", [{"contact_time_s": 0.4}, {"speed_mps": 6.0}, {"speed_mps": 0.8}])
def test_impossible_runner_is_refused(impossible):
    with pytest.raises(ValueError, match=r"shorter than a step|cannot reach|would scuff"):
        RunnerModel(**impossible)


def test_pose_track_mirrors_with_direction():
    times = np.arange(0, 1, 1 / 60)
    right = as_pose_track(RunnerModel(direction="right"), times)
    left = as_pose_track(RunnerModel(direction="left"), times)
    assert np.allclose(right.xy_px[..., 0], 1280 - left.xy_px[..., 0])
    assert np.allclose(right.xy_px[..., 1], left.xy_px[..., 1])
    assert right.visibility[0, 26] > right.visibility[0, 25]
    assert left.visibility[0, 25] > left.visibility[0, 26]


def test_pose_track_scale_noise_and_lost_frames():
    model, times = RunnerModel(), np.arange(0, 2, 1 / 30)
    clean = as_pose_track(model, times, scale_px_per_m=200.0)
    thigh = np.linalg.norm(clean.xy_px[:, 23] - clean.xy_px[:, 25], axis=1)
    assert np.allclose(thigh, 200.0 * 0.245 * model.height_m)
    noisy = as_pose_track(model, times, scale_px_per_m=200.0, noise_px=2.0, seed=1, dropped_frames=[3, 4])
    error = (noisy.xy_px - clean.xy_px)[noisy.found]
    assert 1.9 < error.std() < 2.1
    assert np.flatnonzero(~noisy.found).tolist() == [3, 4]
    again = as_pose_track(model, times, scale_px_per_m=200.0, noise_px=2.0, seed=1, dropped_frames=[3, 4])
    assert np.array_equal(noisy.xy_px, again.xy_px, equal_nan=True)
