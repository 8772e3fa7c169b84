"""The gait stage as a whole: what changes the recording but not the run must not change the steps."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from footstrike.gait.contacts.trunk import TrunkSteps, typical_period_s
from footstrike.gait.landing import TRUNK_MISSING
from footstrike.gait.steps import (
    CLOSE_LOOKS_PER_STEP,
    MOST_SHOE_FRAMES,
    find_strides,
    frames_for_close_look,
    landing_looks,
    mean_leg_length_px,
    measure_steps,
    time_contacts,
)
from footstrike.gait.strikes import LearnedStrike
from footstrike.landmarks import LEGS
from footstrike.settings import default_corrections
from runner_model import RunnerModel, as_pose_track, truth

quick = settings(max_examples=12, deadline=None)
SECONDS, RATE_HZ = 3.0, 60
MODEL = RunnerModel(first_contact_s=0.2)
PLAIN = as_pose_track(MODEL, np.arange(0, SECONDS, 1 / RATE_HZ))
LEG_PX = (MODEL.leg_size.thigh_m + MODEL.leg_size.shank_m) * 0.8 * 720 / MODEL.height_m
LEFT, RIGHT = list(LEGS["left"]), list(LEGS["right"])
TIME_TOLERANCE_S = 0.035


@st.composite
def runners(draw):
    """Runners of all kinds; those that no leg could run are passed over."""
    strike_deg, shank_deg = draw(st.sampled_from([(18.0, 9.0), (22.0, 10.0), (2.0, 7.0), (-7.0, 7.0)]))
    try:
        return RunnerModel(
            strike_deg,
            shank_deg,
            contact_time_s=draw(st.floats(0.21, 0.26)),
            speed_mps=draw(st.floats(2.5, 3.2)),
            cadence_spm=draw(st.floats(160, 184)),
            height_m=draw(st.floats(1.6, 1.95)),
            trunk_lean_deg=draw(st.floats(0, 10)),
            direction=draw(st.sampled_from(["left", "right"])),
            first_contact_s=draw(st.floats(0, 0.7)),
        )
    except ValueError:
        assume(False)


def times_s(contacts):
    return np.array([contact.contact_s.value for contact in contacts])


def feet(contacts):
    return [contact.foot for contact in contacts]


@given(runners(), st.sampled_from([30, 60, 120, 240]))
@settings(max_examples=20, deadline=None)
def test_every_contact_is_found_in_time_on_the_right_foot(steps_of, true_contacts, matched, model, rate_hz):
    steps = steps_of(as_pose_track(model, np.arange(0, SECONDS, 1 / rate_hz)))
    wanted = true_contacts(model, SECONDS)
    tolerance_s = TIME_TOLERANCE_S + 0.3 / rate_hz
    for step, true in matched(steps, wanted):
        assert step.contact.contact_s.value == pytest.approx(true.contact_time_s, abs=tolerance_s)
        assert (step.contact.foot, step.contact.side) == (true.foot, true.side)
        if step.contact.toe_off_s.known:
            assert step.contact.toe_off_s.value == pytest.approx(true.toe_off_time_s, abs=0.05 + 0.3 / rate_hz)
        assert step.landing.shank_angle_deg.value == pytest.approx(true.shank_angle_deg, abs=10)
        assert step.landing.foot_strike_angle_deg.value == pytest.approx(true.foot_strike_angle_deg, abs=11)
        assert step.landing.trunk_lean_deg.value == pytest.approx(model.trunk_lean_deg + TRUNK_MISSING.value, abs=0.5)
    found_s = times_s([step.contact for step, _ in matched(steps, wanted)])
    assert np.diff(found_s) == pytest.approx(model.step_s, abs=0.35 / rate_hz + 0.012)
    assert all(a.contact.foot != b.contact.foot for a, b in itertools.pairwise(steps))
    assert np.mean(np.diff(found_s)) == pytest.approx(model.step_s, rel=0.01)


def test_steps_are_numbered_in_time_order_with_frames_of_the_recording(steps_of):
    steps = steps_of(PLAIN)
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    for step in steps:
        assert PLAIN.time_s[step.contact_frame - 1] < step.contact.contact_s.value
        assert step.contact.contact_s.value <= PLAIN.time_s[step.contact_frame]
        assert step.toe_off_frame is None or step.toe_off_frame > step.contact_frame
        assert (step.toe_off_frame is None) == (not step.contact.toe_off_s.known)
        assert 0 <= step.confidence <= 1


def test_flight_is_the_time_to_the_next_contact(steps_of):
    steps = steps_of(PLAIN)
    for step, following in itertools.pairwise(steps):
        expected = following.contact.contact_s.value - step.contact.toe_off_s.value
        assert step.flight_s.value == pytest.approx(expected)
        assert step.flight_s.value == pytest.approx(MODEL.step_s - MODEL.contact_time_s, abs=0.03)
    assert not steps[-1].flight_s.known


def test_a_mirror_swaps_the_feet_and_nothing_else(steps_of, mirrored):
    for one, other in zip(steps_of(PLAIN), steps_of(mirrored(PLAIN)), strict=True):
        assert {one.contact.foot, other.contact.foot} == {"left", "right"}
        assert one.contact.side == other.contact.side
        assert one.contact.contact_s.value == pytest.approx(other.contact.contact_s.value, abs=1e-6)
        for angle in ("foot_strike_angle_deg", "shank_angle_deg", "knee_flexion_deg", "trunk_lean_deg"):
            ours, theirs = getattr(one.landing, angle), getattr(other.landing, angle)
            assert ours.value == pytest.approx(theirs.value, abs=1e-4)
        assert one.strike.type == other.strike.type


@pytest.mark.parametrize("strike_deg", [18.0, -7.0])
def test_running_the_other_way_swaps_the_sides_and_not_the_feet(steps_of, strike_deg):
    time_s = np.arange(0, SECONDS, 1 / RATE_HZ)
    right, left = (
        steps_of(as_pose_track(RunnerModel(strike_deg, 7.0, direction=d), time_s)) for d in ("right", "left")
    )
    for one, other in zip(right, left, strict=True):
        assert one.contact.foot == other.contact.foot
        assert {one.contact.side, other.contact.side} == {"near", "far"}
        assert one.contact.contact_s.value == pytest.approx(other.contact.contact_s.value, abs=1e-6)
        assert one.landing.foot_strike_angle_deg.value == pytest.approx(
            other.landing.foot_strike_angle_deg.value, abs=1e-4
        )


@given(st.floats(0.4, 6), st.floats(-2000, 2000), st.floats(-2000, 2000))
@quick
def test_size_and_place_in_the_picture_do_not_matter(steps_of, scale, right_px, down_px):
    moved = PLAIN.replace(xy_px=scale * PLAIN.xy_px + [right_px, down_px])
    for one, other in zip(steps_of(PLAIN), steps_of(moved), strict=True):
        assert one.contact.foot == other.contact.foot
        assert one.contact.contact_s.value == pytest.approx(other.contact.contact_s.value, abs=1e-6)
        assert one.landing.shank_angle_deg.value == pytest.approx(other.landing.shank_angle_deg.value, abs=1e-4)


@given(st.floats(-1000, 1000))
@quick
def test_when_the_clock_starts_does_not_matter(contacts_of, start_s):
    moved = contacts_of(PLAIN.replace(time_s=PLAIN.time_s + start_s))
    assert times_s(moved) - start_s == pytest.approx(times_s(contacts_of(PLAIN)), abs=1e-5)
    assert feet(moved) == feet(contacts_of(PLAIN))


@given(st.floats(0.5, 12))
@quick
def test_slow_motion_scales_every_time_and_error(contacts_of, slower):
    plain, slow = contacts_of(PLAIN), contacts_of(PLAIN.replace(time_s=slower * PLAIN.time_s))
    assert feet(slow) == feet(plain)
    assert times_s(slow) == pytest.approx(slower * times_s(plain), rel=1e-5)
    for ours, theirs in zip(plain, slow, strict=True):
        assert theirs.contact_s.se == pytest.approx(slower * ours.contact_s.se, rel=1e-5)
        assert theirs.duration_s.value == pytest.approx(slower * ours.duration_s.value, rel=1e-4, nan_ok=True)


@given(st.floats(-15, 15), st.floats(-3, 3))
@quick
def test_a_camera_that_pans_cancels(steps_of, pan_px, tilt_px):
    camera_px = np.arange(PLAIN.frame_count)[:, None] * np.array([pan_px, tilt_px])
    panned = steps_of(PLAIN.replace(xy_px=PLAIN.xy_px + camera_px[:, None], camera_px=camera_px))
    for one, other in zip(steps_of(PLAIN), panned, strict=True):
        assert one.contact.foot == other.contact.foot
        assert one.contact.contact_s.value == pytest.approx(other.contact.contact_s.value, abs=1e-6)
        assert one.landing.foot_strike_angle_deg.value == pytest.approx(
            other.landing.foot_strike_angle_deg.value, abs=1e-4
        )


@given(runners(), st.sampled_from([30, 50, 60, 120]))
@quick
def test_frame_rate_moves_a_contact_by_hardly_more_than_a_frame(contacts_of, model, rate_hz):
    fine = contacts_of(as_pose_track(model, np.arange(0, SECONDS, 1 / 240)))
    coarse = contacts_of(as_pose_track(model, np.arange(0, SECONDS, 1 / rate_hz)))
    for contact in coarse:
        nearest = min(fine, key=lambda c: abs(c.contact_s.value - contact.contact_s.value))
        if 0.4 < contact.contact_s.value < SECONDS - 0.4:
            assert contact.contact_s.value == pytest.approx(nearest.contact_s.value, abs=1.25 / rate_hz)
            assert contact.foot == nearest.foot


@given(st.integers(0, 10_000), st.sampled_from([0.02, 0.08]))
@quick
def test_frames_without_a_person_lose_no_step(contacts_of, seed, share):
    starts = np.flatnonzero(np.random.default_rng(seed).random(PLAIN.frame_count // 6 - 2) < 6 * share)
    lost = [6 * (start + 1) + k for n, start in enumerate(starts) for k in range(1 + n % 3)]
    xy_px = PLAIN.xy_px.copy()
    xy_px[lost] = np.nan
    holed, plain = contacts_of(PLAIN.replace(xy_px=xy_px)), contacts_of(PLAIN)
    assert feet(holed) == feet(plain)
    assert times_s(holed) == pytest.approx(times_s(plain), abs=0.03)


@given(st.integers(0, 10_000))
@quick
def test_shaking_landmarks_lose_no_step(contacts_of, seed):
    noise_px = 0.003 * LEG_PX * np.random.default_rng(seed).standard_normal(PLAIN.xy_px.shape)
    noisy, plain = contacts_of(PLAIN.replace(xy_px=PLAIN.xy_px + noise_px)), contacts_of(PLAIN)
    assert feet(noisy) == feet(plain)
    assert times_s(noisy) == pytest.approx(times_s(plain), abs=0.02)


@given(st.integers(0, 10_000))
@quick
def test_legs_swapped_in_single_frames_change_no_foot(contacts_of, seed):
    frames = 2 * np.flatnonzero(np.random.default_rng(seed).random(PLAIN.frame_count // 2) < 0.2)
    xy_px = PLAIN.xy_px.copy()
    xy_px[np.ix_(frames, LEFT + RIGHT)] = PLAIN.xy_px[np.ix_(frames, RIGHT + LEFT)]
    swapped, plain = contacts_of(PLAIN.replace(xy_px=xy_px)), contacts_of(PLAIN)
    assert feet(swapped) == feet(plain)
    assert times_s(swapped) == pytest.approx(times_s(plain), abs=1e-3)


@given(st.integers(70, 110))
@quick
def test_no_step_spans_a_cut(cut_frame):
    track = PLAIN.replace(shot=np.arange(PLAIN.frame_count) >= cut_frame)
    strides = find_strides(track, TrunkSteps())
    assert len(strides) == 2
    assert strides[1].bout.first_frame == cut_frame
    cut_s = track.time_s[cut_frame]
    for number, stride in enumerate(strides):
        for step in measure_steps(stride, number, default_corrections(), LearnedStrike()):
            ends = [step.contact.contact_s.value, step.contact.toe_off_s.value]
            known = [end for end in ends if math.isfinite(end)]
            assert all(end < cut_s for end in known) if number == 0 else all(end >= cut_s for end in known)
            assert step.contact.bout == number


def test_a_recording_that_ends_in_stance_does_not_know_the_toe_off():
    end_s = 0.2 + 5 * MODEL.step_s + 0.15
    (stride,) = find_strides(as_pose_track(MODEL, np.arange(0, end_s, 1 / 120)), TrunkSteps())
    last = time_contacts(stride, 0, default_corrections())[-1]
    assert last.contact_s.value == pytest.approx(end_s - 0.15, abs=TIME_TOLERANCE_S)
    assert not last.toe_off_s.known
    assert not last.duration_s.known


def test_close_look_covers_every_landing_and_its_run_up():
    strides = find_strides(PLAIN, TrunkSteps())
    contacts = time_contacts(strides[0], 0, default_corrections())
    chosen = frames_for_close_look(PLAIN, strides)
    assert chosen.sum() < 0.3 * PLAIN.frame_count
    looks_s = PLAIN.time_s[chosen]
    apart_s = typical_period_s(strides[0].steps) / CLOSE_LOOKS_PER_STEP
    for contact in contacts:
        for at_s in contact.contact_s.value + np.array([-0.03, 0, 0.03]):
            assert np.abs(looks_s - at_s).min() <= apart_s
    assert not frames_for_close_look(PLAIN, []).any()


def test_leg_length_is_weighted_by_steps():
    (stride,) = find_strides(PLAIN, TrunkSteps())
    (large,) = find_strides(PLAIN.replace(xy_px=2 * PLAIN.xy_px), TrunkSteps())
    assert mean_leg_length_px([stride]) == pytest.approx(LEG_PX)
    assert mean_leg_length_px([stride, large]) == pytest.approx(1.5 * LEG_PX)
    assert math.isnan(mean_leg_length_px([]))


def test_each_landing_is_looked_at_from_before_contact_until_the_foot_stands_flat(track, stride, runner):
    looks = landing_looks(track, [stride])
    for contact in truth(runner, 3.4):
        if contact.contact_time_s < 0.2:
            continue
        (mine,) = [
            look
            for look in looks
            if track.time_s[look.frames[0]] < contact.contact_time_s < track.time_s[look.frames[-1]]
        ]
        assert len(mine.frames) <= MOST_SHOE_FRAMES
        assert mine.facing == "right"
        flat_share = (track.time_s[mine.frames[-1]] - contact.contact_time_s) / (
            contact.toe_off_time_s - contact.contact_time_s
        )
        assert 0.15 < flat_share < 0.5


def test_shoes_seen_in_the_pixels_overrule_their_landmarks(track, stride, stride_of, runner):
    """The same runner, once with a shoe that turns five degrees further than its landmarks say."""
    contacts = truth(runner, 4.0)
    turn_deg = np.full(track.frame_count, np.nan)
    for look in landing_looks(track, [stride]):
        frames = list(look.frames)
        at_s = min((c.contact_time_s for c in contacts), key=lambda s: abs(s - track.time_s[frames[-1]]))
        turn_deg[frames] = np.interp(track.time_s[frames], [at_s, at_s + 0.06], [20.0, 0.0])
    angles = []
    for more_deg in (0.0, 5.0):
        seen = stride_of(track.replace(shoe_turn_deg=np.where(turn_deg > 0, turn_deg + more_deg, turn_deg)))
        steps = measure_steps(seen, 0, default_corrections(), LearnedStrike())
        angles.append(np.median([step.landing.foot_strike_angle_deg.value for step in steps[1:-1]]))
    assert angles[1] - angles[0] > 1.5
