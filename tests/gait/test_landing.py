import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.data import UNKNOWN, Contact, Measure
from footstrike.gait.feet import leg_roles
from footstrike.gait.flat_foot import flat_foot_deg
from footstrike.gait.landing import (
    OWN_ANGLE_DEG,
    at_moment,
    corrected_angle,
    drawn_to_typical,
    foot_strike_angles,
    frame_turn_deg,
    landing,
    landing_features,
    posture_course,
)
from footstrike.gait.runner_frame import find_bouts
from footstrike.settings import default_corrections
from runner_model import RunnerModel, as_pose_track, truth

quick = settings(max_examples=15, deadline=None)
TIMES_S = np.arange(0, 3, 1 / 240)


def true_contacts(model):
    """The runner's own contacts, as if they had been found without error."""
    return [
        Contact(c.foot, c.side, Measure(c.contact_time_s, 0.0), Measure(c.toe_off_time_s, 0.0), 0)
        for c in truth(model, 2.6)
    ]


def course_of(model, times_s=TIMES_S):
    (bout,) = find_bouts(as_pose_track(model, times_s))
    return bout, posture_course(bout, leg_roles(bout.time_s, bout.fine_xy_leg, 0.35))


@pytest.mark.parametrize("direction", ["left", "right"])
@pytest.mark.parametrize(
    ("foot_deg", "shank_deg", "knee_deg", "lean_deg"),
    [(18, 8, 12, 6), (22, 10, 12, 0), (2, 7, 14, 9), (-7, 7, 15, 3)],
)
def test_raw_angles_at_true_contacts_are_near_the_true_ones(foot_deg, shank_deg, knee_deg, lean_deg, direction):
    """They are read from a straight line through 60 ms in which the leg brakes, so some degrees off."""
    model = RunnerModel(foot_deg, shank_deg, knee_deg, trunk_lean_deg=lean_deg, direction=direction)
    _, course = course_of(model)
    contacts = true_contacts(model)
    flat = flat_foot_deg(course.time_s, course.standing_foot_deg, contacts)
    for contact in contacts:
        features = landing_features(course, contact, flat[contact.foot], 0.24)
        assert features["foot"] == pytest.approx(foot_deg, abs=6)
        assert features["shank"] == pytest.approx(shank_deg, abs=6)
        assert features["knee"] == pytest.approx(knee_deg, abs=12)
        assert features["near"] == (contact.side == "near")
    assert np.allclose(course.trunk_deg, lean_deg)


def test_landmarks_offset_on_the_shoe_cancels():
    model = RunnerModel()
    track = as_pose_track(model, TIMES_S)
    lifted = track.xy_px.copy()
    lifted[:, [31, 32], 1] -= 6
    angles = []
    for xy_px in (track.xy_px, lifted):
        (bout,) = find_bouts(track.replace(xy_px=xy_px))
        course, contacts = posture_course(bout, leg_roles(bout.time_s, bout.fine_xy_leg, 0.35)), true_contacts(model)
        flat = flat_foot_deg(course.time_s, course.standing_foot_deg, contacts)
        angles.append([landing_features(course, c, flat[c.foot], 0.24)["foot"] for c in contacts])
        assert flat["left"] == pytest.approx(flat["right"], abs=0.5)
    assert np.allclose(*angles, atol=1.5)


@given(st.floats(-50, 50), st.floats(-200, 200), st.floats(0.2, 1.8), st.sampled_from([24, 60, 240]))
@quick
def test_value_at_a_moment_is_exact_on_a_straight_line(value, slope, at_s, rate_hz):
    time_s = np.arange(0, 2, 1 / rate_hz)
    line = value + slope * (time_s - at_s)
    assert at_moment(time_s, line, at_s, 1 / rate_hz) == pytest.approx((value, slope, 0.0), abs=1e-5)


def test_value_at_a_moment_hears_only_the_frames_around_it():
    time_s = np.arange(0, 2, 1 / 60)
    wild = np.where(np.abs(time_s - 1.0) < 0.05, 7.0, 1000.0)
    assert at_moment(time_s, wild, 1.0, 1 / 60)[0] == pytest.approx(7.0)


def test_value_beyond_the_recording_is_that_of_its_end():
    assert at_moment(np.arange(10) / 60, np.arange(10.0), 5.0, 1 / 60) == (9.0, 0.0, 0.0)


@pytest.mark.parametrize("rate_hz", [60, 120, 240])
def test_pose_that_jumps_around_contact_widens_the_error_however_many_frames_jump(rate_hz):
    time_s = np.arange(0, 2, 1 / rate_hz)
    steady, jumping = 40 * (1 - time_s), 40 * (1 - time_s) + np.where(np.arange(time_s.size) % 2, 12.0, -12.0)
    assert at_moment(time_s, steady, 1.0, 1 / rate_hz).scatter_se == pytest.approx(0.0, abs=1e-6)
    assert 5 < at_moment(time_s, jumping, 1.0, 1 / rate_hz).scatter_se < 12


def test_error_of_an_angle_is_the_usual_one_unless_the_pose_jumps():
    rule = default_corrections().shank_angle
    features = dict.fromkeys(rule.features, 0.0) | {"shank": 8.0, "shank_rate": 0.0, "shank_scatter_se": 0.0}
    usual = corrected_angle(rule, features, "shank", 1 / 60)
    jumping = corrected_angle(rule, features | {"shank_scatter_se": 6.0}, "shank", 1 / 60)
    assert usual.se == pytest.approx(rule.se) and jumping == Measure(usual.value, 6.0)


def test_foot_that_was_never_seen_flat_has_no_strike_angle(bout):
    course = posture_course(bout, leg_roles(bout.time_s, bout.fine_xy_leg, 0.35))
    contact = Contact("left", "far", Measure(1.0, 0.01), UNKNOWN, 0)
    flat = flat_foot_deg(course.time_s, course.standing_foot_deg, [contact])
    assert math.isnan(flat["left"])
    assert math.isnan(flat["right"])
    features = landing_features(course, contact, flat["left"], math.nan)
    (angle,) = foot_strike_angles(course, [contact], [features], default_corrections())
    posture = landing(bout, course, contact, features, angle, default_corrections())
    assert not posture.foot_strike_angle_deg.known
    assert posture.shank_angle_deg.known
    assert posture.trunk_lean_deg.known


def test_flat_foot_is_the_median_over_mid_stances(bout, runner):
    course = posture_course(bout, leg_roles(bout.time_s, bout.fine_xy_leg, 0.35))
    contacts = [c for c in true_contacts(runner) if c.foot == "left"]
    steady = flat_foot_deg(course.time_s, course.standing_foot_deg, contacts)["left"]
    wrong = Contact("left", "far", Measure(0.6, 0.0), Measure(0.75, 0.0), 0)
    assert flat_foot_deg(course.time_s, course.standing_foot_deg, [*contacts, wrong])["left"] == pytest.approx(
        steady, abs=1.0
    )


def test_visibility_is_that_of_the_landing_foot(bout):
    course = posture_course(bout, leg_roles(bout.time_s, bout.fine_xy_leg, 0.35))
    seen = {}
    for foot in ("left", "right"):
        contact = Contact(foot, bout.side_of(foot), Measure(1.0, 0.0), Measure(1.24, 0.0), 0)
        features = landing_features(course, contact, 0.0, 0.24)
        seen[foot] = landing(bout, course, contact, features, Measure(5.0, 1.0), default_corrections()).visibility
    assert seen == pytest.approx({"left": 0.7, "right": 0.95})


def test_errors_are_those_of_the_corrections_and_of_the_time_between_frames(bout, runner):
    course = posture_course(bout, leg_roles(bout.time_s, bout.fine_xy_leg, 0.35))
    contact = true_contacts(runner)[0]
    corrections = default_corrections()
    features = landing_features(course, contact, 0.0, 0.24)
    (foot_angle,) = foot_strike_angles(course, [contact], [features], corrections)
    posture = landing(bout, course, contact, features, foot_angle, corrections)
    frame_s = np.median(np.diff(bout.time_s))
    for name, angle in (("foot", posture.foot_strike_angle_deg), ("shank", posture.shank_angle_deg)):
        rule = corrections.foot_strike_angle if name == "foot" else corrections.shank_angle
        turned = frame_turn_deg(features[f"{name}_rate"], frame_s)
        assert 0 < turned < 4
        assert angle.se == pytest.approx(math.hypot(rule.se, turned))
    assert posture.ankle_ahead_of_knee is True
    assert posture.ankle_hip_distance_leg.value > 0


@given(st.lists(st.floats(-20, 30), min_size=1, max_size=12), st.floats(-10, 10))
@quick
def test_angles_are_drawn_to_what_is_typical_of_their_foot(angles, shift):
    feet = ["left" if i % 2 else "right" for i in range(len(angles))]
    drawn = drawn_to_typical(angles, feet)
    for foot in set(feet):
        mine, before = ([a for a, f in zip(of, feet, strict=True) if f == foot] for of in (drawn, angles))
        assert np.median(mine) == pytest.approx(np.median(before), abs=1e-9) or len(mine) % 2 == 0
        deviation, own = np.array(mine) - np.median(before), np.array(before) - np.median(before)
        assert np.all(np.abs(deviation) <= np.abs(own) + 1e-9)
        assert np.all(np.sign(deviation) * np.sign(own) >= 0)
    assert drawn_to_typical([a + shift for a in angles], feet) == pytest.approx([d + shift for d in drawn])


def test_half_of_a_deviation_of_three_degrees_is_believed():
    drawn = drawn_to_typical([10.0, 10.0, 10.0 + OWN_ANGLE_DEG, 40.0, 10.0, math.nan], ["left"] * 6)
    assert drawn[:5] == pytest.approx([10, 10, 10 + OWN_ANGLE_DEG / 2, 10 + 30 * 30 / 33, 10])
    assert math.isnan(drawn[5])
