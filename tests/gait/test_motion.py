"""What body and legs do in a step besides landing."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.data import UNKNOWN, Contact, Landing, Measure, Motion
from footstrike.gait.landing import PostureCourse
from footstrike.gait.motion import FLAT_LATE_S, MISSING, ankle_angle_deg, foot_flat_s, largest
from runner_model import RunnerModel, as_pose_track

TIMES_S = np.arange(480) / 120
FEW = settings(max_examples=8, deadline=None)
LATE = 6
"""The first steps have no whole swing before them."""


def motions(steps):
    return np.array([[getattr(step.motion, f.name).value for f in dataclasses.fields(Motion)] for step in steps])


@pytest.fixture(scope="module")
def plain(steps_of):
    return steps_of(as_pose_track(RunnerModel(), TIMES_S))


def test_everything_is_measured_of_a_step_in_mid_clip(plain):
    step = plain[LATE]
    assert all(getattr(step.motion, field.name).known for field in dataclasses.fields(Motion))
    assert all(getattr(step.motion, field.name).se > 0 for field in dataclasses.fields(Motion))


def test_first_swing_is_unknown_when_it_began_before_the_clip(plain):
    assert not plain[0].motion.heel_pull_up_leg.known
    assert not plain[0].motion.knee_drive_deg.known


def test_mirrored_runner_moves_the_same(steps_of, mirrored, plain):
    again = steps_of(mirrored(as_pose_track(RunnerModel(), TIMES_S)))
    assert [s.contact.side for s in again] == [s.contact.side for s in plain]
    assert motions(again) == pytest.approx(motions(plain), abs=1e-6, nan_ok=True)


@given(st.floats(0.4, 2.5), st.floats(-300, 300), st.floats(-200, 200))
@FEW
def test_neither_the_size_nor_the_place_of_the_picture_matters(steps_of, plain, scale, right_px, down_px):
    track = as_pose_track(RunnerModel(), TIMES_S)
    again = steps_of(track.replace(xy_px=scale * track.xy_px + [right_px, down_px]))
    assert motions(again) == pytest.approx(motions(plain), abs=1e-6, nan_ok=True)


@given(st.floats(-4, 14))
@FEW
def test_lean_of_the_trunk_bends_the_waist_and_leans_the_body(steps_of, lean_deg):
    by_lean = [steps_of(as_pose_track(RunnerModel(trunk_lean_deg=lean), TIMES_S)) for lean in (lean_deg, lean_deg + 3)]
    upright, bent = (np.nanmean(motions(steps)[2:-2], axis=0) for steps in by_lean)
    names = [field.name for field in dataclasses.fields(Motion)]
    more = dict(zip(names, bent - upright, strict=True))
    assert more["waist_bend_deg"] == pytest.approx(3, abs=0.1)
    assert 0.5 < more["body_lean_deg"] < 2.5
    assert more["knee_drive_deg"] == pytest.approx(0, abs=0.1)


def test_ankle_is_the_foot_against_the_shank():
    landing = Landing(Measure(12.0, 3.0), Measure(8.0, 4.0), UNKNOWN, UNKNOWN, UNKNOWN, 1.0)
    assert ankle_angle_deg(landing) == Measure(4.0, 5.0)
    assert not ankle_angle_deg(dataclasses.replace(landing, shank_angle_deg=UNKNOWN)).known


@pytest.mark.parametrize(("values", "expected"), [([1, 5, 2, 9], 5), ([3, 3, 3, 3, 3], 3), ([1, 2, 3], math.nan)])
def test_one_bad_frame_makes_no_extreme(values, expected):
    assert largest(np.array(values, dtype=float)) == pytest.approx(expected, nan_ok=True)


def course_of_foot(foot_deg):
    time_s = np.arange(foot_deg.size) / 100
    return PostureCourse(time_s, *[foot_deg] * 7, frame_s=0.01)


@pytest.mark.parametrize("sign", [1, -1])
def test_foot_is_flat_when_it_first_lies_as_in_mid_stance(sign):
    """Toes (or heel) come down by one degree in 4 ms from 12.5 degrees: within 2.5 after 40 ms."""
    after_s = np.arange(60) / 100 - 0.1
    foot_deg = sign * np.clip(12.5 - after_s / 0.004, 0, 12.5) - 7.0
    contact = Contact("left", "near", Measure(0.1, 0.01), Measure(0.35, 0.01), 0)
    flat = foot_flat_s(course_of_foot(foot_deg), contact, "heel", -7.0)
    assert flat.value == pytest.approx(0.04 - FLAT_LATE_S, abs=0.004)


def test_foot_that_never_lies_flat_is_unknown():
    contact = Contact("left", "near", Measure(0.1, 0.01), Measure(0.35, 0.01), 0)
    on_toes = course_of_foot(np.full(60, -15.0))
    assert foot_flat_s(on_toes, contact, "forefoot", 0.0) == UNKNOWN
    assert foot_flat_s(on_toes, contact, "forefoot", math.nan) == UNKNOWN
    assert foot_flat_s(on_toes, dataclasses.replace(contact, toe_off_s=UNKNOWN), "forefoot", -15.0) == UNKNOWN


def test_both_sides_know_the_same_biases():
    assert MISSING["near"].keys() == MISSING["far"].keys()
