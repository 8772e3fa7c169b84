import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.gait.signals import (
    between,
    bridged,
    fill_gaps,
    low_pass,
    running_median,
    sampling_rate_hz,
    value_at,
    with_neighbours,
)

RATE_HZ = 100.0
TIME_S = np.arange(0, 3, 1 / RATE_HZ)


@given(st.lists(st.booleans(), min_size=6, max_size=6).filter(any), st.floats(-5, 5), st.floats(-5, 5))
@settings(max_examples=25, deadline=None)
def test_gaps_in_straight_lines_are_filled_exactly_and_known_samples_kept(known, slope, start):
    time_s, known = np.array([0.0, 1, 2, 4, 7, 8]), np.array(known)
    line = np.stack([start + slope * time_s, -2 * time_s], axis=1)
    filled = fill_gaps(time_s, np.where(known[:, None], line, np.nan), known)
    assert np.array_equal(filled[known], line[known])
    within = (time_s >= time_s[known][0]) & (time_s <= time_s[known][-1])
    assert np.allclose(filled[within], line[within])


def test_ends_repeat_the_nearest_known_sample_in_any_shape():
    values = np.full((5, 2, 2), np.nan)
    values[1:3] = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    filled = fill_gaps(np.arange(5.0), values, np.array([False, True, True, False, False]))
    assert np.array_equal(filled[0], values[1])
    assert np.array_equal(filled[3], values[2])
    assert np.array_equal(filled[4], values[2])


@given(st.integers(0, 60), st.integers(2, 5))
@settings(max_examples=25, deadline=None)
def test_known_samples_that_lie_evenly_apart_are_followed_smoothly(start, spacing):
    known = np.zeros(TIME_S.size, bool)
    known[start : start + 12 * spacing + 1 : spacing] = True
    known[start + 100 : start + 100 + 5 * spacing : spacing] = True
    wave = np.column_stack([np.sin(6 * TIME_S), TIME_S**2])
    otherwise = np.full((TIME_S.size, 2), 9.0)
    followed = bridged(TIME_S, np.where(known[:, None], wave, np.nan), known, otherwise)
    inside = np.zeros(TIME_S.size, bool)
    inside[start : start + 12 * spacing + 1] = inside[start + 100 : start + 100 + 4 * spacing + 1] = True
    np.testing.assert_allclose(followed[inside], wave[inside], atol=2e-3)
    np.testing.assert_allclose(followed[known], wave[known], atol=1e-9)
    np.testing.assert_array_equal(followed[~inside], otherwise[~inside])


def test_nothing_to_follow():
    values, otherwise = np.full((4, 1), np.nan), np.arange(4.0)[:, None]
    for known in ([], [2], [0, 1, 2, 3]):
        chosen = np.isin(np.arange(4), known)
        sampled = np.where(chosen[:, None], 7.0, values)
        expected = np.where(chosen[:, None], 7.0, otherwise)
        np.testing.assert_array_equal(bridged(np.arange(4.0), sampled, chosen, otherwise), expected)


@given(st.floats(-1, 4), st.floats(0, 2))
@settings(max_examples=50, deadline=None)
def test_value_at_equals_interpolation_over_the_whole_recording(first_s, span_s):
    course, at_s = np.cos(3 * TIME_S), first_s + span_s * np.linspace(0, 1, 7)
    assert np.array_equal(value_at(at_s, TIME_S, course), np.interp(at_s, TIME_S, course))


def test_value_at_an_unknown_moment_is_unknown():
    assert np.isnan(value_at(np.array([math.nan]), TIME_S, TIME_S)).all()


@given(st.floats(-1, 4), st.floats(-1, 2))
@settings(max_examples=50, deadline=None)
def test_between_is_inclusive(first_s, span_s):
    part = between(TIME_S, first_s, first_s + span_s)
    assert np.array_equal(TIME_S[part], TIME_S[(first_s <= TIME_S) & (first_s + span_s >= TIME_S)])


def test_parts_of_a_recording():
    assert between(TIME_S, 0.5, 0.52) == slice(50, 53)
    assert between(TIME_S, 0.5, math.nan) == between(TIME_S, math.nan, 0.5) == slice(0, 0)
    assert with_neighbours(slice(0, 3)) == slice(0, 4)
    assert with_neighbours(slice(5, 5)) == slice(4, 6)


def test_rate_is_the_typical_one():
    assert sampling_rate_hz(np.array([0, 0.1, 0.2, 0.3, 2.0])) == pytest.approx(10)


@pytest.mark.parametrize(("frequency_hz", "least", "most"), [(1, 0.99, 1.01), (4, 0.95, 1.01), (30, 0.0, 0.02)])
def test_slow_waves_pass_without_lag_and_quick_ones_do_not(frequency_hz, least, most):
    wave = np.sin(2 * np.pi * frequency_hz * TIME_S)
    middle = slice(50, -50)
    smooth = low_pass(wave, RATE_HZ, 10.0)[middle]
    gain = smooth @ wave[middle] / (wave[middle] @ wave[middle])
    assert least <= gain <= most
    if gain > 0.5:
        lag = np.argmax(np.correlate(smooth, wave[middle], "full")) - (smooth.size - 1)
        assert lag == 0


@given(st.floats(-100, 100), st.floats(0.01, 100), st.floats(0.5, 60))
@settings(max_examples=25, deadline=None)
def test_smoothing_is_linear_keeps_constants_and_knows_no_direction_of_time(level, gain, cutoff_hz):
    values = np.random.default_rng(1).normal(size=(120, 2))
    smooth = low_pass(values, RATE_HZ, cutoff_hz)
    assert smooth.shape == values.shape
    assert np.allclose(low_pass(level + gain * values, RATE_HZ, cutoff_hz), level + gain * smooth, atol=1e-6)
    middle = slice(40, 80)
    if cutoff_hz > 5:
        assert np.allclose(low_pass(values[::-1], RATE_HZ, cutoff_hz)[::-1][middle], smooth[middle], atol=0.02)


def test_cutoff_beyond_the_rate_is_limited():
    values = np.random.default_rng(2).normal(size=80)
    assert np.allclose(low_pass(values, 20.0, 500.0), low_pass(values, 20.0, 9.0))


@pytest.mark.parametrize("count", [2, 3, 5])
def test_very_short_signals_are_smoothed_too(count):
    assert np.isfinite(low_pass(np.arange(count, dtype=float), 30.0, 5.0)).all()


def test_running_median_drops_a_spike_and_keeps_a_slope():
    time = np.arange(30) / 60
    slope = np.stack([time, -2 * time], axis=1)
    spiked = slope.copy()
    spiked[10] += 5.0
    kept = running_median(time, spiked, 0.025)
    np.testing.assert_allclose(kept[:9], slope[:9])
    assert np.abs(kept[10] - slope[10]).max() < 0.05


def test_running_median_covers_the_same_time_at_any_rate():
    time = np.arange(200) / 240
    values = np.zeros(200)
    values[100:103] = 1.0
    assert running_median(time, values, 0.025).max() == 0.0
