import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.data import UNKNOWN, Measure
from footstrike.gait.overstride import MARKED_ABOVE_DEG, MILD_ABOVE_DEG, overstride_level

LEVELS = ("none", "mild", "marked")


@pytest.mark.parametrize(
    ("shank_deg", "level"),
    [(-5, "none"), (0, "none"), (12.9, "none"), (13.0, "mild"), (15.8, "mild"), (15.9, "marked"), (30, "marked")],
)
def test_levels(shank_deg, level):
    assert overstride_level(Measure(shank_deg, 1.0)) == level


@given(st.floats(-40, 40), st.floats(-40, 40), st.floats(0, 20))
@settings(max_examples=25, deadline=None)
def test_further_ahead_is_never_less(one_deg, other_deg, se_deg):
    low, high = (LEVELS.index(overstride_level(Measure(v, se_deg))) for v in sorted((one_deg, other_deg)))
    assert low <= high


def test_unknown_is_unclear():
    assert overstride_level(UNKNOWN) == "unclear"
    assert overstride_level(Measure(math.nan, 1.0)) == "unclear"


def test_limits_rise():
    assert 0 < MILD_ABOVE_DEG < MARKED_ABOVE_DEG
