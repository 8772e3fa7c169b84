"""Gait-cycle curves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.analysis import analyze_track
from footstrike.data import UNKNOWN
from footstrike.gait.cycle import CYCLE_PERCENT, cycle_curves
from footstrike.settings import Settings
from runner_model import RunnerModel, as_pose_track

RATE_HZ = 120


@pytest.fixture(scope="module")
def session():
    track = as_pose_track(RunnerModel(direction="right"), np.arange(6 * RATE_HZ) / RATE_HZ)
    return analyze_track(track, None, "run", Settings())


def curves(session, steps=None):
    track = session.track.replace(time_s=session.real_time_s)
    return cycle_curves(track, session.steps if steps is None else steps)


def test_both_legs_of_a_model_go_through_the_same_cycle(session):
    left, right = curves(session)
    assert (left.foot, right.foot) == ("left", "right")
    assert min(left.strides, right.strides) >= 5
    assert left.mean_deg.shape == left.sd_deg.shape == (CYCLE_PERCENT.size, 3)
    for curve in (left, right):
        np.testing.assert_allclose(curve.mean_deg[0], curve.mean_deg[-1], atol=4)
        knee = curve.mean_deg[:, 0]
        assert 50 <= CYCLE_PERCENT[knee.argmax()] <= 85, "the knee bends most in swing"
        assert 20 < curve.toe_off_percent < 45
    np.testing.assert_allclose(left.mean_deg, right.mean_deg, atol=12)


def test_what_the_curves_begin_with_is_what_the_landings_show(session):
    for curve in curves(session):
        mine = [step.landing for step in session.steps if step.contact.foot == curve.foot]
        shank = np.mean([landing.shank_angle_deg.value for landing in mine if landing.shank_angle_deg.known])
        assert curve.mean_deg[0, 1] == pytest.approx(shank, abs=5)


def test_a_foot_lies_flat_in_mid_stance(session):
    for curve in curves(session):
        flat = np.interp(0.25 * curve.toe_off_percent, CYCLE_PERCENT, curve.mean_deg[:, 2])
        assert abs(flat) < 3


def test_half_a_stride_is_none(session):
    assert curves(session, session.steps[:2]) == ()


def test_a_stride_with_an_unknown_toe_off_is_left_out(session):
    whole = {curve.foot: curve.strides for curve in curves(session)}
    step = session.steps[3]
    blind = replace(step, contact=replace(step.contact, toe_off_s=UNKNOWN))
    left_out = {curve.foot: curve.strides for curve in curves(session, (*session.steps[:3], blind, *session.steps[4:]))}
    assert left_out == {foot: strides - 1 for foot, strides in whole.items()}


def test_a_missed_contact_makes_no_stride(session):
    strides = sum(curve.strides for curve in curves(session))
    missed = sum(curve.strides for curve in curves(session, (*session.steps[:4], *session.steps[5:])))
    assert missed == strides - 3


@given(st.sets(st.integers(0, 6 * RATE_HZ - 1), max_size=500), st.sets(st.integers(0, 15)))
def test_whatever_is_not_seen_no_curve_is_infinite(session, frames, steps):
    """Frames without a person and steps that were not found cost strides, never a number from nothing."""
    xy = session.track.xy_px.copy()
    xy[sorted(frames)] = np.nan
    track = session.track.replace(xy_px=xy, time_s=session.real_time_s)
    kept = tuple(step for i, step in enumerate(session.steps) if i not in steps)
    for curve in cycle_curves(track, kept):
        assert 1 <= curve.strides <= len(kept)
        assert not np.isinf(curve.mean_deg).any() and np.all(np.abs(curve.mean_deg[np.isfinite(curve.mean_deg)]) <= 540)
        assert np.isnan(curve.sd_deg).all() == (curve.strides == 1)
