import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.gait.contacts.trunk import TrunkSteps
from footstrike.gait.feet import LegRoles, assign_feet, by_height, leg_roles
from footstrike.gait.runner_frame import find_bouts
from footstrike.landmarks import LEGS
from runner_model import RunnerModel, as_pose_track

quick = settings(max_examples=20, deadline=None)
TIMES_S = np.arange(240) / 60
LEFT, RIGHT = list(LEGS["left"]), list(LEGS["right"])


def feet_of(track):
    (bout,) = find_bouts(track)
    steps = TrunkSteps().detect(bout.time_s, bout.trunk_height_leg)
    return (steps, *assign_feet(bout, steps))


def with_legs_swapped(track, frames):
    xy_px = track.xy_px.copy()
    for frame in frames:
        xy_px[frame, LEFT + RIGHT] = track.xy_px[frame, RIGHT + LEFT]
    return track.replace(xy_px=xy_px)


def true_feet(model, steps):
    """The foot of the contact nearest to each fall of the trunk; the left foot begins."""
    numbers = (round((step.fall_s - model.first_contact_s) / model.step_s) for step in steps)
    return tuple("left" if number % 2 == 0 else "right" for number in numbers)


@given(st.sampled_from(["left", "right"]), st.floats(0, 0.7), st.sampled_from([-7.0, 2.0, 18.0]))
@quick
def test_every_step_gets_its_true_foot(direction, first_contact_s, foot_strike_angle_deg):
    model = RunnerModel(foot_strike_angle_deg, direction=direction, first_contact_s=first_contact_s)
    steps, feet, agreement = feet_of(as_pose_track(model, TIMES_S))
    assert feet == true_feet(model, steps)
    assert agreement > 0.95


@given(st.sets(st.integers(0, 239), max_size=60))
@quick
def test_swapped_legs_in_single_frames_change_no_foot(frames):
    track = as_pose_track(RunnerModel(), TIMES_S)
    single = [frame for frame in frames if frame - 1 not in frames]
    assert feet_of(with_legs_swapped(track, single))[1] == feet_of(track)[1]


def test_legs_swapped_throughout_swap_every_foot():
    track = as_pose_track(RunnerModel(), TIMES_S)
    plain, swapped = feet_of(track)[1], feet_of(with_legs_swapped(track, range(240)))[1]
    assert all(a != b for a, b in zip(plain, swapped, strict=True))


def test_a_missed_step_keeps_the_alternation():
    model = RunnerModel()
    (bout,) = find_bouts(as_pose_track(model, TIMES_S))
    steps = TrunkSteps().detect(bout.time_s, bout.trunk_height_leg)
    fewer = (*steps[:4], *steps[5:])
    feet, _ = assign_feet(bout, fewer)
    assert feet == true_feet(model, fewer)


def test_legs_that_cannot_be_told_apart_give_no_agreement():
    xy_px = as_pose_track(RunnerModel(), TIMES_S).xy_px.copy()
    xy_px[:, RIGHT] = xy_px[:, LEFT]
    _, feet, agreement = feet_of(as_pose_track(RunnerModel(), TIMES_S).replace(xy_px=xy_px))
    assert agreement == 0.5
    assert all(a != b for a, b in itertools.pairwise(feet))


def test_half_of_the_recording_with_legs_swapped_is_told_by_the_agreement():
    track = as_pose_track(RunnerModel(), TIMES_S)
    _, _, agreement = feet_of(with_legs_swapped(track, range(120)))
    assert agreement < 0.7


def test_no_steps_no_feet(bout):
    assert assign_feet(bout, ()) == ((), 0.5)


def test_roles_do_not_depend_on_which_leg_is_called_left(bout):
    swapped = bout.xy_leg.copy()
    swapped[:, LEFT + RIGHT] = bout.xy_leg[:, RIGHT + LEFT]
    ours, theirs = leg_roles(bout.time_s, bout.xy_leg, 0.35), leg_roles(bout.time_s, swapped, 0.35)
    apart = np.abs(ours.left_ahead_leg) > 1e-9
    assert np.allclose(ours.leading[apart], theirs.leading[apart])
    assert np.allclose(ours.trailing[apart], theirs.trailing[apart])
    assert np.allclose(ours.left_ahead_leg, -theirs.left_ahead_leg)


def test_leading_ankle_is_ahead_and_positions_are_relative_to_the_hips(bout):
    roles = leg_roles(bout.time_s, bout.xy_leg, 0.35)
    assert (roles.leading[:, 2, 0] >= roles.trailing[:, 2, 0]).all()
    assert np.allclose(roles.leading[:, 0], 0)
    assert roles.leading.shape == roles.trailing.shape == (bout.time_s.size, 5, 2)
    with pytest.raises(ValueError, match="read-only"):
        roles.leading[0] = 0


def test_standing_leg_is_the_one_with_the_lower_foot():
    low, high = np.zeros((3, 5, 2)), np.ones((3, 5, 2))
    for leading, trailing in ((low, high), (high, low)):
        standing, swinging = by_height(LegRoles(leading, trailing, np.zeros(3)))
        assert (standing == low).all()
        assert (swinging == high).all()
