import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.gait.contacts.settling import foot_paths
from footstrike.gait.contacts.timing import (
    FOOT_SHARE,
    LARGEST_OWN_PHASE,
    moment,
    plausible_contact,
    steadied,
    timing_features,
)
from footstrike.gait.contacts.trunk import TrunkStep
from footstrike.gait.feet import leg_roles
from footstrike.settings import default_corrections
from runner_model import RunnerModel, as_pose_track

quick = settings(max_examples=15, deadline=None)
PLAIN = as_pose_track(RunnerModel(), np.arange(180) / 60)
STEP = TrunkStep(apex_s=0.9, fall_s=1.0, rise_s=1.2, drop_leg=0.1, period_s=0.4)
phase_lists = st.lists(st.floats(-0.4, 0.4), min_size=1, max_size=12)


def features_of(stride):
    paths = foot_paths(stride.bout, leg_roles(stride.bout.time_s, stride.bout.fine_xy_leg, 0.35), stride.steps)
    return timing_features(stride.bout, stride.steps, paths)


def alternating(count):
    return ["left" if i % 2 == 0 else "right" for i in range(count)]


def test_everything_that_the_timing_rules_read_is_described(stride):
    described = features_of(stride)
    assert len(described) == len(stride.steps)
    read = {*default_corrections().contact.features, *default_corrections().toe_off.features}
    assert read <= described[0].keys()
    for features in described[2:-2]:
        assert {name for name in read if not math.isfinite(features[name])} == {"shoe_drop"}, "no pixels, no shoe"


@given(st.floats(0.3, 10), st.floats(0.4, 5))
@quick
def test_features_know_neither_clock_speed_nor_size(stride_of, slower, scale):
    changed = stride_of(PLAIN.replace(time_s=slower * PLAIN.time_s, xy_px=scale * PLAIN.xy_px))
    for ours, theirs in zip(features_of(stride_of(PLAIN)), features_of(changed), strict=True):
        assert ours.keys() == theirs.keys()
        for name in ours:
            assert theirs[name] == pytest.approx(ours[name], abs=0.005, nan_ok=True), name


def test_shape_of_the_trunk_starts_at_its_fall_and_spans_one(stride):
    wave = [features_of(stride)[0][f"wave_{k:+d}"] for k in range(-6, 7)]
    assert wave[6] == pytest.approx(0, abs=0.02)
    assert np.ptp(wave) == pytest.approx(1, abs=0.02)


@given(phase_lists, st.floats(-5, 5))
@quick
def test_steadied_phases_stay_near_the_typical_one_of_their_foot(phases, shift):
    feet = alternating(len(phases))
    trusted = [True] * len(phases)
    steady = steadied(phases, feet, trusted)
    typical = {foot: np.median([p for p, f in zip(phases, feet, strict=True) if f == foot]) for foot in set(feet)}
    middle = np.mean(list(typical.values()))
    for foot in set(feet):
        drawn = middle + FOOT_SHARE * (typical[foot] - middle)
        mine = [p for p, f in zip(steady, feet, strict=True) if f == foot]
        assert np.abs(np.array(mine) - drawn).max() <= LARGEST_OWN_PHASE + 1e-12
    assert np.allclose(steadied([p + shift for p in phases], feet, trusted), np.array(steady) + shift)


def test_one_wild_phase_moves_no_other_step():
    phases = [0.1, 0.2] * 4
    wild = [*phases[:4], 3.0, *phases[5:]]
    trusted = [True] * 8
    calm, disturbed = (steadied(p, alternating(8), trusted) for p in (phases, wild))
    assert disturbed[4] == pytest.approx(calm[4] + LARGEST_OWN_PHASE)
    assert np.allclose(np.delete(disturbed, 4), np.delete(calm, 4))


def test_half_of_what_parts_the_feet_is_kept():
    assert steadied([0.1, 0.2] * 4, alternating(8), [True] * 8) == pytest.approx([0.125, 0.175] * 4)


def test_a_step_not_seen_in_full_takes_the_typical_phase_of_its_foot():
    trusted = [True] * 7 + [False]
    phases = [0.1, 0.2, 0.11, 0.2, 0.1, 0.2, 0.1, 0.9]
    assert steadied(phases, alternating(8), trusted)[7] == pytest.approx(0.175)


def test_a_foot_never_seen_in_full_takes_the_typical_phase_of_the_other():
    assert steadied([0.1, 0.9], alternating(2), [True, False]) == pytest.approx([0.1, 0.1])
    assert steadied([0.1, 0.9], alternating(2), [False, False]) == pytest.approx([0.3, 0.7])


@given(st.floats(-0.4, 0.8), st.floats(0, 0.2), st.floats(0.001, 0.05))
@quick
def test_moment_is_the_phase_in_seconds(phase, phase_se, frame_s):
    at = moment(STEP, phase, phase_se, frame_s)
    assert at.value == pytest.approx(1.0 + 0.4 * phase)
    assert at.se == pytest.approx(math.hypot(0.4 * phase_se, 0.29 * frame_s))
    ending = TrunkStep(0.9, 1.0, math.nan, 0.1, 0.4, predicted=True)
    assert moment(ending, phase, phase_se, frame_s).se == pytest.approx(2 * at.se)


@pytest.mark.parametrize(
    ("share", "plausible"), [(0.1, False), (0.29, False), (0.31, True), (0.7, True), (1.09, True), (1.2, False)]
)
def test_share_of_the_step_that_a_foot_can_be_down(share, plausible):
    assert plausible_contact(-0.1, -0.1 + share) == plausible


def test_unknown_share_is_not_plausible():
    assert not plausible_contact(math.nan, 0.5)
