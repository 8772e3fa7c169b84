import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.data import Contact, Measure
from footstrike.gait.flat_foot import PLAUSIBLE_DEG, flat_foot_deg, half_sample_mode

TIME_S = np.arange(0, 5, 1 / 60)
RIGHT = [Contact("right", "near", Measure(s, 0.0), Measure(s + 0.25, 0.0), 0) for s in np.arange(0.2, 4.5, 0.7)]


def seen(flat_deg, spoilt=(), spoilt_deg=-60.0, spoilt_frames=99):
    """A foot that swings toes down and stands at one angle, but for some stances in which the other leg was seen."""
    angle = np.full(TIME_S.size, -50.0)
    for number, contact in enumerate(RIGHT):
        stance = np.flatnonzero(np.abs(TIME_S - contact.contact_s.value - 0.125) <= 0.125)
        angle[stance] = flat_deg
        if number in spoilt:
            angle[stance[:spoilt_frames]] = spoilt_deg
    return angle


def flat(angle, contacts=RIGHT):
    return flat_foot_deg(TIME_S, angle, contacts)["right"]


@given(st.floats(-15, 12))
def test_a_steady_foot_is_read_as_it_stands(flat_deg):
    assert flat(seen(flat_deg)) == pytest.approx(flat_deg)


@given(st.floats(-15, 12), st.sets(st.integers(0, len(RIGHT) - 1), max_size=3))
def test_legs_mistaken_in_fewer_than_half_of_the_stances_change_nothing(flat_deg, spoilt):
    assert flat(seen(flat_deg, spoilt)) == pytest.approx(flat_deg)


def test_stances_that_contradict_each_other_are_outvoted_by_their_frames():
    """Four of seven stances are spoilt, each in another way, as where legs merge."""
    angle = seen(-2.0)
    for number, contact in enumerate(RIGHT[:4]):
        stance = np.abs(TIME_S - contact.contact_s.value - 0.125) <= 0.125
        angle[stance] = -22.0 - 20 * number - np.linspace(0, 60, stance.sum())
    assert flat(angle) == pytest.approx(-2.0)


def test_a_foot_that_never_stands_plausibly_is_unknown():
    assert math.isnan(flat(seen(-30.0)))
    assert math.isnan(flat(seen(PLAUSIBLE_DEG[1] + 1)))


def test_two_stances_that_contradict_each_other_say_nothing():
    assert math.isnan(flat(seen(-3.0, {0}), RIGHT[:2]))
    assert flat(seen(-3.0), RIGHT[:2]) == -3.0


def test_a_foot_without_stances_is_unknown():
    assert math.isnan(flat_foot_deg(TIME_S, seen(-3.0), RIGHT)["left"])
    assert math.isnan(flat(np.full(TIME_S.size, np.nan)))


@given(st.lists(st.floats(-90, 90), min_size=1, max_size=60), st.randoms())
def test_mode_lies_among_the_values_in_whatever_order(values, random):
    mode = half_sample_mode(np.array(values))
    assert min(values) <= mode <= max(values)
    random.shuffle(values)
    assert half_sample_mode(np.array(values)) == mode


def test_mode_is_where_values_crowd():
    values = np.array([-60, -40, -35, -20, -2.2, -2.1, -2.0, -1.9, 9.0])
    assert half_sample_mode(values) == pytest.approx(-2.05, abs=0.1)
