import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.gait.contacts.trunk import TrunkSteps, dominant_period_s, resample_evenly, zigzag

quick = settings(max_examples=20, deadline=None)
periods = st.floats(0.29, 0.42)
DROP_LEG = 0.1


def bounce(time_s, period_s, drop_leg=DROP_LEG, apex_s=0.0):
    """A trunk that is highest at ``apex_s`` and every period from there."""
    return 0.5 * drop_leg * np.cos(2 * np.pi * (time_s - apex_s) / period_s)


def complete(steps):
    return [step for step in steps if not step.predicted]


@given(periods, st.sampled_from([25, 30, 50, 60, 120, 240]), st.floats(0, 1))
@quick
def test_every_fall_of_a_cosine_is_found_and_timed(period_s, rate_hz, phase):
    time_s = np.arange(0, 4, 1 / rate_hz)
    steps = TrunkSteps().detect(time_s, bounce(time_s, period_s, apex_s=phase * period_s))
    seen = complete(steps)[1:-1]
    assert len(seen) >= 6
    assert np.diff([s.fall_s for s in steps]) == pytest.approx(period_s, abs=1.5 / rate_hz)
    for step in seen:
        cycles = (step.fall_s - phase * period_s) / period_s - 0.25
        assert abs(cycles - round(cycles)) * period_s < 0.4 / rate_hz
        assert step.rise_s - step.fall_s == pytest.approx(period_s / 2, abs=0.5 / rate_hz)
        assert step.apex_s < step.fall_s < step.rise_s
        assert step.period_s == pytest.approx(period_s, abs=1.1 / rate_hz)
        assert step.drop_leg == pytest.approx(DROP_LEG, rel=0.2)


@given(periods, st.floats(0.2, 12), st.floats(-1000, 1000), st.floats(-10, 10))
@quick
def test_clock_speed_start_and_level_do_not_matter(period_s, slower, start_s, level):
    time_s = np.arange(0, 3, 1 / 60)
    height = bounce(time_s, period_s) + 0.003 * np.sin(40 * time_s)
    plain = TrunkSteps().detect(time_s, height)
    moved = TrunkSteps().detect(start_s + slower * time_s, level + height)
    assert len(plain) == len(moved)
    for a, b in zip(plain, moved, strict=True):
        assert b.fall_s == pytest.approx(start_s + slower * a.fall_s, abs=1e-5 * slower)
        assert b.drop_leg == pytest.approx(a.drop_leg, abs=1e-6)
        assert b.predicted == a.predicted


@given(st.integers(0, 10_000))
@quick
def test_uneven_frame_times_move_a_step_by_less_than_a_frame(seed):
    time_s = np.cumsum(np.random.default_rng(seed).uniform(0.6, 1.4, 200) / 60)
    seen = complete(TrunkSteps().detect(time_s, bounce(time_s, 0.35)))
    cycles = np.array([step.fall_s for step in seen]) / 0.35 - 0.25
    assert np.abs(cycles - np.rint(cycles)).max() * 0.35 < 1 / 60
    assert np.array_equal(np.diff(np.rint(cycles)), np.ones(len(seen) - 1))


@given(st.integers(0, 10_000))
@quick
def test_small_noise_keeps_every_step(seed):
    time_s = np.arange(0, 4, 1 / 60)
    noise = 0.003 * np.random.default_rng(seed).standard_normal(time_s.size)
    plain, noisy = (TrunkSteps().detect(time_s, bounce(time_s, 0.35) + n) for n in (0, noise))
    assert len(plain) == len(noisy)
    for one, other in zip(plain, noisy, strict=True):
        assert other.fall_s == pytest.approx(one.fall_s, abs=(2 if one.predicted else 1) / 60)


@pytest.mark.parametrize(
    "height",
    [
        np.zeros(240),
        np.linspace(0, 2, 240),
        0.001 * np.cos(np.arange(240) / 3),
        np.random.default_rng(0).normal(0, 0.02, 240),
        np.full(240, 1e6),
    ],
    ids=["still", "rising", "too small", "noise", "far away"],
)
def test_a_trunk_that_does_not_bounce_has_no_steps(height):
    assert TrunkSteps().detect(np.arange(240) / 60, height) == ()


@pytest.mark.parametrize("count", [2, 3, 8, 20])
def test_too_short_a_stretch_has_no_steps(count):
    time_s = np.arange(count) / 60
    assert TrunkSteps().detect(time_s, bounce(time_s, 0.35)) == ()


def test_recording_that_begins_and_ends_within_a_fall_has_predicted_ends():
    time_s = np.arange(0, 8.36 * 0.35, 1 / 120)
    steps = TrunkSteps().detect(time_s, bounce(time_s, 0.35, apex_s=-0.04))
    assert steps[-1].predicted
    assert steps[-1].fall_s == pytest.approx(8.25 * 0.35 - 0.04, abs=0.02)
    assert math.isnan(steps[-1].rise_s)
    assert steps[0].predicted
    assert steps[0].fall_s == pytest.approx(0.25 * 0.35 - 0.04, abs=0.02)


@pytest.mark.parametrize("seen_share", [0.35, 0.4, 0.45])
def test_last_fall_seen_beyond_half_way_is_timed_between_frames(seen_share):
    end_s = (8 + seen_share) * 0.35
    late_s = []
    for shift_s in np.linspace(0, 1 / 30, 8, endpoint=False):
        time_s = np.arange(0, end_s, 1 / 30) + shift_s
        last = TrunkSteps().detect(time_s, bounce(time_s, 0.35))[-1]
        assert last.predicted
        late_s.append(last.fall_s - 8.25 * 0.35)
    assert abs(np.mean(late_s)) < 0.008
    assert np.abs(late_s).max() < 0.03


def test_one_weak_bounce_among_strong_ones_stays_a_step_and_a_wiggle_does_not():
    time_s = np.arange(0, 4, 1 / 120)
    height = bounce(time_s, 0.35)
    fifth = (time_s > 4 * 0.35) & (time_s < 5 * 0.35)
    weak = np.where(fifth, 0.025 + 0.5 * height, height)
    assert len(TrunkSteps().detect(time_s, weak)) == len(TrunkSteps().detect(time_s, height))
    wiggled = height + 0.006 * np.cos(2 * np.pi * time_s / 0.07)
    assert len(TrunkSteps().detect(time_s, wiggled)) == len(TrunkSteps().detect(time_s, height))


def test_changing_playback_speed_keeps_every_step():
    played_s = np.arange(0, 8, 1 / 60)
    real_s = np.where(played_s < 2, played_s, 2 + (played_s - 2) / 3)
    steps = TrunkSteps().detect(played_s, bounce(real_s, 0.35))
    cycles = np.interp([s.fall_s for s in steps], played_s, real_s) / 0.35 - 0.25
    assert np.array_equal(np.diff(np.rint(cycles)), np.ones(len(steps) - 1))


@given(periods, st.sampled_from([30, 60, 240]))
@quick
def test_dominant_period(period_s, rate_hz):
    time_s = np.arange(0, 4, 1 / rate_hz)
    assert dominant_period_s(time_s, bounce(time_s, period_s)) == pytest.approx(
        period_s, abs=0.6 / rate_hz + 0.01 * period_s
    )


def test_two_unlike_steps_count_as_two():
    time_s = np.arange(0, 4, 1 / 60)
    limp = bounce(time_s, 0.35) * np.where((time_s // 0.35) % 2 == 0, 1.0, 0.75)
    assert dominant_period_s(time_s, limp) == pytest.approx(0.35, abs=0.02)


@given(st.lists(st.floats(-10, 10), min_size=3, max_size=60), st.floats(0.1, 5))
@quick
def test_zigzag_alternates_and_never_turns_for_less_than_the_threshold(values, threshold):
    pivots = zigzag(np.array(values), threshold)
    assert pivots == sorted(set(pivots))
    swings = np.diff(np.array(values)[pivots])
    assert np.all(np.abs(swings) >= threshold - 1e-9)
    assert np.all(swings[:-1] * swings[1:] < 0)
    assert 0 not in pivots


def test_zigzag_finds_the_turning_points():
    assert zigzag(np.array([0.0, 1, 2, 1, 0, 0.1, 0, 3, 1]), 0.5) == [2, 4, 7]


@given(st.integers(0, 10_000))
@quick
def test_even_times_have_the_typical_interval_and_keep_straight_lines(seed):
    time_s = np.cumsum(np.random.default_rng(seed).uniform(0.01, 0.03, 50))
    even_s, values = resample_evenly(time_s, 3 * time_s)
    assert np.diff(even_s) == pytest.approx(np.median(np.diff(time_s)))
    assert np.allclose(values, 3 * np.minimum(even_s, time_s[-1]))
