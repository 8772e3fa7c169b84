import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.gait.contacts.ground_speed import ground_speed_s
from footstrike.gait.contacts.settling import FootPaths, foot_paths
from footstrike.gait.contacts.trunk import TrunkStep
from footstrike.gait.feet import leg_roles
from runner_model import truth

quick = settings(max_examples=20, deadline=None)
STEP = TrunkStep(apex_s=0.9, fall_s=1.0, rise_s=1.2, drop_leg=0.1, period_s=0.4)
TIME_S = np.arange(0, 2, 1 / 240)


def paths_with(forward):
    columns = np.repeat(forward[:, None], 5, axis=1)
    roles = {"leading": columns, "trailing": columns}
    return FootPaths(TIME_S, roles, roles, 0.0)


def turning(turns_s, forward_speed, ground_speed):
    """A foot that swings forward until it meets the ground, then goes back with it."""
    since = TIME_S - turns_s
    return np.where(since < 0, forward_speed * since, -ground_speed * since)


@given(st.floats(0.88, 1.01), st.floats(0.5, 6), st.floats(1, 6), st.sampled_from([0.3, 0.6]))
@quick
def test_turning_foot_takes_up_the_speed_of_the_ground_when_it_turns(turns_s, forward_speed, ground_speed, share):
    paths = paths_with(turning(turns_s, forward_speed, ground_speed))
    assert ground_speed_s(paths, STEP, "toe", [share]) == pytest.approx([turns_s], abs=0.02)


@given(st.floats(0.88, 1.01), st.floats(1, 6), st.floats(-5, 5), st.floats(0.2, 5))
@quick
def test_place_and_size_do_not_matter(turns_s, ground_speed, shift, scale):
    course = turning(turns_s, 3.0, ground_speed)
    plain, moved = (
        ground_speed_s(paths_with(values), STEP, "heel", [0.6]) for values in (course, shift + scale * course)
    )
    assert moved == pytest.approx(plain, abs=0.002)


def test_more_of_the_speed_is_reached_later():
    paths = paths_with(np.where(TIME_S < 0.9, 1.0, np.cos(3 * (TIME_S - 0.9))))
    reached_s = ground_speed_s(paths, STEP, "ankle", (0.1, 0.3, 0.6, 0.8))
    assert reached_s == sorted(reached_s)
    assert reached_s[0] < reached_s[-1]


@pytest.mark.parametrize("course", [np.zeros_like(TIME_S), -2.0 * TIME_S], ids=["still", "always with the ground"])
def test_foot_that_never_turns_has_no_moment(course):
    assert all(map(math.isnan, ground_speed_s(paths_with(course), STEP, "toe", (0.3, 0.6))))


@pytest.mark.parametrize("joint", ["ankle", "heel", "toe"])
def test_runner_reaches_it_near_contact(bout, stride, runner, joint):
    paths = foot_paths(bout, leg_roles(bout.time_s, bout.fine_xy_leg, 0.35), stride.steps)
    contacts = truth(runner, 4.0)
    for step in stride.steps[1:-1]:
        true_s = min((c.contact_time_s for c in contacts), key=lambda s: abs(s - step.fall_s))
        assert ground_speed_s(paths, step, joint, [0.6]) == pytest.approx([true_s], abs=0.04)
