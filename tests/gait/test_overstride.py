import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.data import UNKNOWN, UNKNOWN_PERCENTILE, UNKNOWN_SPEED, Measure, Percentile, Speed
from footstrike.gait.overstride import (
    SHANK_PER_LEG,
    ahead_of_knee_leg,
    ankle_place,
    overstride_level,
    placed,
    probability_positive,
)
from footstrike.settings import default_reference

LEVELS = ("none", "mild", "marked")
HIP = Measure(0.2, 0.0)


def level_of(shank_deg, speed=UNKNOWN_SPEED, se_deg=0.5):
    return overstride_level(ankle_place(Measure(shank_deg, se_deg), HIP, speed, default_reference()).shank_percentile)


def at(mps, se=0.0):
    return Speed(Measure(mps, se), "stated")


@pytest.mark.parametrize(
    ("shank_deg", "level"),
    [(-5, "none"), (0, "none"), (12.9, "none"), (13.0, "mild"), (15.8, "mild"), (15.9, "marked"), (30, "marked")],
)
def test_levels_against_all_speeds_where_the_speed_is_unknown(shank_deg, level):
    assert level_of(shank_deg) == level


@pytest.mark.parametrize(("mps", "level"), [(2.5, "marked"), (3.57, "none"), (4.5, "none")])
def test_the_same_angle_is_much_for_a_slow_runner_only(mps, level):
    assert level_of(12.0, at(mps)) == level


@given(st.floats(0, 95), st.floats(0, 95))
def test_further_ahead_is_never_less(one, other):
    low, high = (LEVELS.index(overstride_level(Percentile(v, v, v))) for v in sorted((one, other)))
    assert low <= high


@pytest.mark.parametrize(
    ("percentile", "level"),
    [
        (Percentile(75, 40, 95), "unclear"),
        (Percentile(85, 49, 95), "unclear"),
        (Percentile(85, 50, 95), "mild"),
        (Percentile(75, 40, 94), "none"),
        (Percentile(95, 60, 95), "marked"),
        (UNKNOWN_PERCENTILE, "unclear"),
    ],
)
def test_error_from_the_lower_half_to_the_top_says_nothing(percentile, level):
    assert overstride_level(percentile) == level


def test_wide_error_is_unclear_and_unknown_too():
    assert level_of(11.0, at(3.0), se_deg=6.0) == "unclear"
    assert level_of(math.nan) == "unclear"


@given(st.floats(-6, 30), st.floats(0, 5))
def test_margin_has_the_sign_of_the_angle_and_fits_the_shank(angle_deg, se_deg):
    margin = ahead_of_knee_leg(Measure(angle_deg, se_deg))
    assert math.copysign(1, margin.value) == math.copysign(1, angle_deg)
    assert abs(margin.value) <= SHANK_PER_LEG
    assert margin.se <= SHANK_PER_LEG * math.radians(se_deg) + 1e-12


def test_margin_worked_by_hand():
    assert ahead_of_knee_leg(Measure(30.0, 0.0)).value == pytest.approx(0.5 * SHANK_PER_LEG)
    assert not ahead_of_knee_leg(UNKNOWN).known


@pytest.mark.parametrize(("angle", "se", "p"), [(0, 2, 0.5), (2, 2, 0.841), (-2, 2, 0.159), (9, 2, 1.0), (5, 0, 1.0)])
def test_probability_that_the_ankle_is_ahead(angle, se, p):
    assert probability_positive(Measure(angle, se)) == pytest.approx(p, abs=0.001)
    assert math.isnan(probability_positive(UNKNOWN))


def test_step_is_placed_by_its_own_angle(steps_of, track):
    step = steps_of(track)[3]
    assert step.overstride == "unclear"
    fast, slow = (placed(step, at(mps), default_reference()) for mps in (4.59, 2.54))
    assert fast.ankle.shank_percentile.value < slow.ankle.shank_percentile.value
    assert (fast.ankle.compared_at_mps, slow.ankle.compared_at_mps) == (4.59, 2.54)
    assert fast.ankle.p_ahead_of_knee > 0.95
    assert slow.overstride in LEVELS
