"""Change within a recording, and difference between the feet."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.data import UNKNOWN, Contact, Landing, Measure, Statistic, Step, Strike
from footstrike.gait.drift import LEAST_STEPS, drifts
from footstrike.gait.symmetry import left_minus_right

SHANK = {"shank_angle_deg": lambda step: step.landing.shank_angle_deg}


def steps_with(shank_deg):
    landing = Landing(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, 1.0)
    return [
        Step(
            number=i + 1,
            contact=Contact("left", "near", Measure(0.35 * i, 0.01), UNKNOWN, 0),
            contact_frame=i,
            toe_off_frame=None,
            landing=dataclasses.replace(landing, shank_angle_deg=angle),
            strike=Strike(1.0, 0.0, 0.0, "heel"),
            overstride="unclear",
            flight_s=UNKNOWN,
            confidence=1.0,
        )
        for i, angle in enumerate(shank_deg)
    ]


def drift_of(values):
    return drifts(steps_with([Measure(value, 2.0) for value in values]), SHANK)["shank_angle_deg"]


values = st.lists(st.floats(-30, 30), min_size=LEAST_STEPS, max_size=40)


@given(values, st.floats(-10, 10))
def test_what_all_steps_have_in_common_is_no_drift(angles, common):
    plain, shifted = drift_of(angles), drift_of([angle + common for angle in angles])
    assert shifted.change.value == pytest.approx(plain.change.value, abs=1e-9)
    assert shifted.change.se == pytest.approx(plain.change.se, abs=1e-9)


@given(values)
def test_backwards_in_time_the_drift_is_the_opposite(angles):
    assert drift_of(angles[::-1]).change.value == pytest.approx(-drift_of(angles).change.value, abs=1e-9)


def test_steady_rise_is_found_over_the_time_between_the_thirds():
    drift = drift_of([0.5 * i for i in range(30)])
    assert (drift.n, drift.change.value) == (20, pytest.approx(10.0))
    assert drift.over_s == pytest.approx(7.0)
    assert 0 < drift.change.se < 1.5


def test_few_or_unknown_steps_show_no_drift():
    assert not drift_of([1.0] * (LEAST_STEPS - 1)).change.known
    assert drifts(steps_with([UNKNOWN] * 30), SHANK)["shank_angle_deg"].n == 0


def test_difference_of_the_feet_carries_both_errors_and_changes_sign_with_them():
    left, right = Statistic(5, 250.0, 4.0, 3.0), Statistic(7, 240.0, 4.0, 4.0)
    metrics = {"contact_time_ms": {"all": left, "left": left, "right": right}, "whole": {"all": left}}
    assert left_minus_right(metrics, 0.0) == {"contact_time_ms": (5, Measure(10.0, 5.0))}
    assert left_minus_right(metrics, math.nan) == {"contact_time_ms": (5, Measure(10.0, 5.0))}
    mirrored = {"contact_time_ms": {"left": right, "right": left}}
    assert left_minus_right(mirrored, 0.0)["contact_time_ms"][1] == Measure(-10.0, 5.0)


@pytest.mark.parametrize("clock_se", [0.0, 0.06, math.nan])
def test_difference_from_a_foot_without_landings_is_unknown_and_so_is_its_error(clock_se):
    seen, unseen = Statistic(5, 250.0, 4.0, 3.0), Statistic(0, math.nan, math.nan, math.nan)
    n, difference = left_minus_right({"heel_drop_ms": {"left": seen, "right": unseen}}, clock_se)["heel_drop_ms"]
    assert n == 0 and math.isnan(difference.value) and math.isnan(difference.se)


def test_clock_that_is_off_hardly_changes_the_difference_of_the_feet():
    clock_se = 0.06
    left, right = (
        Statistic(5, mean, 4.0, math.hypot(se, clock_se * mean)) for mean, se in ((250.0, 3.0), (240.0, 4.0))
    )
    metrics = {"contact_time_ms": {"left": left, "right": right}, "shank_angle_deg": {"left": left, "right": right}}
    differences = left_minus_right(metrics, clock_se)
    assert differences["contact_time_ms"][1].se == pytest.approx(math.hypot(5.0, clock_se * 10.0))
    assert differences["shank_angle_deg"][1].se == pytest.approx(math.hypot(left.se, right.se))
