import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.data import UNKNOWN, Measure
from footstrike.errors import InvalidValueError
from footstrike.gait.reference import MEASURES, Reference
from footstrike.settings import default_reference

REFERENCE = default_reference()
SLOWEST, FASTEST = 2.54, 4.59
EXACT = Measure(3.0, 0.0)
measures = st.sampled_from(MEASURES)
speeds = st.floats(1, 8)


def angle(value, se=0.0):
    return Measure(value, se)


def test_table_that_travels_with_footstrike():
    assert REFERENCE.speeds_mps.tolist() == [SLOWEST, 3.57, FASTEST]
    assert (REFERENCE.percents[0], REFERENCE.percents[-1]) == (5, 95)
    medians = [np.interp(50, REFERENCE.percents, row) for row in REFERENCE.by_speed["shank_angle_deg"]]
    assert medians == pytest.approx([7.1, 10.1, 12.7], abs=0.1)
    pooled = dict(zip(REFERENCE.percents, REFERENCE.pooled["shank_angle_deg"], strict=True))
    assert (pooled[80], pooled[95]) == pytest.approx((12.9, 15.8), abs=0.05)


@given(measures, st.floats(-20, 40), st.floats(-20, 40), speeds)
def test_percentile_rises_with_the_measure_and_stays_in_the_table(measure, one, other, mps):
    low, high = (REFERENCE.percentile(measure, angle(v), Measure(mps, 0.0)).value for v in sorted((one, other)))
    assert 5 <= low <= high <= 95


@given(measures, st.floats(-5, 30), speeds, speeds)
def test_the_same_landing_is_further_down_among_faster_runners(measure, value, one_mps, other_mps):
    slow, fast = (
        REFERENCE.percentile(measure, angle(value), Measure(v, 0.0)).value for v in sorted((one_mps, other_mps))
    )
    assert fast <= slow + 1e-9


@given(measures, st.floats(0, 1), st.sampled_from([(SLOWEST, 3.57), (3.57, FASTEST)]))
def test_between_two_speeds_percentiles_are_interpolated(measure, share, pair):
    first, last = (REFERENCE.values(measure, mps) for mps in pair)
    between = REFERENCE.values(measure, pair[0] + share * (pair[1] - pair[0]))
    assert between == pytest.approx(first + share * (last - first))
    assert np.all(np.diff(between) > 0)


@given(measures, st.floats(0, 3))
def test_beyond_the_table_its_ends_hold(measure, beyond):
    for end, mps in ((SLOWEST, SLOWEST - min(beyond, 2.5)), (FASTEST, FASTEST + beyond)):
        assert REFERENCE.values(measure, mps).tolist() == REFERENCE.values(measure, end).tolist()
        assert REFERENCE.nearest_mps(mps) == end


def test_unknown_speed_is_compared_with_all():
    assert REFERENCE.values("shank_angle_deg", math.nan) is REFERENCE.pooled["shank_angle_deg"]
    assert math.isnan(REFERENCE.nearest_mps(math.nan))
    placed = REFERENCE.percentile("shank_angle_deg", angle(12.92, 1.0), UNKNOWN)
    assert placed.value == pytest.approx(80)
    assert placed.low < 80 < placed.high


@given(measures, st.floats(-5, 30), st.floats(0, 5), st.floats(0, 5), speeds, st.floats(0, 1))
def test_range_holds_the_value_and_widens_with_the_error(measure, value, one_se, other_se, mps, speed_se):
    narrow, wide = (
        REFERENCE.percentile(measure, angle(value, se), Measure(mps, speed_se)) for se in sorted((one_se, other_se))
    )
    assert 5 <= wide.low <= narrow.low <= narrow.value == wide.value <= narrow.high <= wide.high <= 95


def test_error_of_the_speed_widens_the_range():
    sure, unsure = (REFERENCE.percentile("shank_angle_deg", angle(9.0, 1.0), Measure(3.0, se)) for se in (0.0, 0.5))
    assert unsure.low < sure.low < sure.high < unsure.high
    exact = REFERENCE.percentile("shank_angle_deg", angle(9.0), EXACT)
    assert exact.low == exact.value == exact.high


def test_unknown_angle_has_no_percentile():
    assert not REFERENCE.percentile("shank_angle_deg", UNKNOWN, EXACT).known


def test_table_must_rise():
    rows = {name: np.array([[1.0, 2.0], [1.0, 1.0]]) for name in MEASURES}
    with pytest.raises(InvalidValueError, match="must rise"):
        Reference(np.array([5.0, 95.0]), np.array([2.0, 3.0]), rows, {name: rows[name][0] for name in MEASURES})
