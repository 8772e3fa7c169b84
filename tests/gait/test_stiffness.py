"""Stiffness by contact and flight time."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.data import UNKNOWN, Measure
from footstrike.gait.stiffness import leg_stiffness, propagated, vertical_stiffness

contacts_s = st.floats(0.15, 0.3)
flights_s = st.floats(0.02, 0.15)


def test_worked_example():
    """Contact 0.25 s, flight 0.10 s, 3.3 m/s, 1.75 m: by the formulas of Morin et al. 2005."""
    assert vertical_stiffness(0.25, 0.35) == pytest.approx(359.7, abs=0.1)
    assert leg_stiffness(0.25, 0.35, 3.3, 1.75) == pytest.approx(137.6, abs=0.1)
    assert leg_stiffness(0.26, 0.35, 3.3, 1.75) / leg_stiffness(0.25, 0.35, 3.3, 1.75) == pytest.approx(0.92, abs=0.01)


@given(contacts_s, flights_s, st.floats(1.1, 3))
def test_vertical_stiffness_goes_with_the_inverse_square_of_time(contact_s, flight_s, slower):
    once = vertical_stiffness(contact_s, contact_s + flight_s)
    assert vertical_stiffness(slower * contact_s, slower * (contact_s + flight_s)) == pytest.approx(once / slower**2)


@given(contacts_s, flights_s, st.floats(1, 4), st.floats(1.4, 2))
def test_leg_is_less_stiff_than_the_body(contact_s, flight_s, speed_mps, height_m):
    leg = leg_stiffness(contact_s, contact_s + flight_s, speed_mps, height_m)
    assert 0 < leg < vertical_stiffness(contact_s, contact_s + flight_s)


def test_step_that_no_leg_could_take_has_no_stiffness():
    assert math.isnan(leg_stiffness(0.3, 0.4, 7.0, 1.6))
    assert (
        propagated(leg_stiffness, Measure(0.3, 0.01), Measure(0.4, 0.01), Measure(7.0, 0.1), Measure(1.6, 0.1))
        == UNKNOWN
    )


@given(st.floats(1, 9), st.floats(0, 0.1), st.floats(1, 9), st.floats(0, 0.1))
def test_errors_of_a_product_add_as_relative_squares(a, a_se, b, b_se):
    product = propagated(lambda x, y: x * y, Measure(a, a_se), Measure(b, b_se))
    assert product.value == pytest.approx(a * b)
    assert product.se == pytest.approx(math.hypot(a * b_se, b * a_se))


def test_unknown_input_leaves_the_result_unknown():
    assert propagated(vertical_stiffness, Measure(0.25, 0.01), UNKNOWN) == UNKNOWN
