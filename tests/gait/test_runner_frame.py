import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.gait.runner_frame import (
    LONGEST_GAP_FRAMES,
    SHORTEST_BOUT_FRAMES,
    find_bouts,
)
from footstrike.landmarks import HIPS, LEGS
from runner_model import RunnerModel, as_pose_track

quick = settings(max_examples=20, deadline=None)
FRAMES = 90
TIMES_S = np.arange(FRAMES) / 60
MODEL = RunnerModel()
TRACK = as_pose_track(MODEL, TIMES_S)


def spans(track):
    """First and last frame of every bout."""
    return [(bout.first_frame, bout.first_frame + bout.time_s.size - 1) for bout in find_bouts(track)]


def only_bout(track):
    (only,) = find_bouts(track)
    return only


def with_lost(track, lost):
    xy_px = track.xy_px.copy()
    xy_px[list(lost)] = np.nan
    return track.replace(xy_px=xy_px)


def test_forward_is_positive_up_is_positive_and_the_leg_is_one():
    bout = only_bout(TRACK)
    leg_m = MODEL.leg_size.thigh_m + MODEL.leg_size.shank_m
    scale = 0.8 * 720 / MODEL.height_m
    assert bout.leg_length_px == pytest.approx(leg_m * scale, rel=1e-6)
    knee, ankle = MODEL.pose(TIMES_S)["left_knee"], MODEL.pose(TIMES_S)["left_ankle"]
    leg = LEGS["left"]
    assert np.allclose(bout.xy_leg[:, leg.ankle] - bout.xy_leg[:, leg.knee], (ankle - knee) / leg_m)
    assert np.ptp(bout.trunk_height_leg - MODEL.trunk_height(TIMES_S) / leg_m) < 1e-9


@given(st.floats(0.3, 8), st.floats(-3000, 3000), st.floats(-3000, 3000))
@quick
def test_size_and_place_in_the_picture_do_not_matter(scale, right_px, down_px):
    moved = only_bout(TRACK.replace(xy_px=scale * TRACK.xy_px + [right_px, down_px]))
    plain = only_bout(TRACK)
    assert moved.leg_length_px == pytest.approx(scale * plain.leg_length_px)
    shift = moved.xy_leg - plain.xy_leg
    assert np.allclose(shift, shift[0, 0], atol=1e-9)
    assert moved.facing == plain.facing


def test_mirrored_recording_gives_the_same_body_with_left_and_right_swapped(mirrored):
    plain, mirror = only_bout(TRACK), only_bout(mirrored(TRACK))
    assert (plain.facing, mirror.facing) == ("right", "left")
    for left, right in zip(LEGS["left"], LEGS["right"], strict=True):
        ours = plain.xy_leg[:, left] - plain.xy_leg[:, HIPS].mean(axis=1)
        theirs = mirror.xy_leg[:, right] - mirror.xy_leg[:, HIPS].mean(axis=1)
        assert np.allclose(ours, theirs)


@pytest.mark.parametrize("direction", ["left", "right"])
def test_side_nearer_to_the_camera(direction):
    bout = only_bout(as_pose_track(RunnerModel(direction=direction), TIMES_S))
    assert bout.facing == direction
    assert bout.side_of(direction) == "near"
    assert {bout.side_of(foot) for foot in ("left", "right")} == {"near", "far"}


@given(st.floats(-20, 20), st.floats(-5, 5), st.integers(0, 1000))
@quick
def test_a_camera_that_moves_cancels_exactly(pan_px, tilt_px, seed):
    shake = 2 * np.random.default_rng(seed).standard_normal((FRAMES, 2))
    camera_px = np.arange(FRAMES)[:, None] * [pan_px, tilt_px] + shake
    panned = TRACK.replace(xy_px=TRACK.xy_px + camera_px[:, None], camera_px=camera_px)
    assert np.allclose(only_bout(panned).xy_leg, only_bout(TRACK).xy_leg, atol=1e-9)


@pytest.mark.parametrize(("lost", "bouts"), [(1, 1), (3, 1), (LONGEST_GAP_FRAMES, 1), (LONGEST_GAP_FRAMES + 1, 2)])
def test_short_gaps_are_bridged_and_long_ones_split(lost, bouts):
    found = spans(with_lost(TRACK, range(40, 40 + lost)))
    assert len(found) == bouts
    assert found[0][0] == 0
    assert found[-1][1] == FRAMES - 1


@given(st.integers(20, 70), st.integers(1, 3))
@quick
def test_bridged_frames_lie_on_the_line_between_their_neighbours(first, lost):
    frames = range(first, first + lost)
    bout = only_bout(with_lost(TRACK, frames))
    assert np.isfinite(bout.xy_leg).all()
    assert not bout.visibility[list(frames)].any()
    before, after = bout.xy_leg[first - 1], bout.xy_leg[first + lost]
    for n, frame in enumerate(frames, 1):
        assert np.allclose(bout.xy_leg[frame], before + n / (lost + 1) * (after - before))


@pytest.mark.parametrize("pause_s", [0.5, 3.0, 3600.0, 1e9])
def test_a_pause_in_the_frame_times_splits(pause_s):
    paused = TRACK.replace(time_s=TIMES_S + np.where(np.arange(FRAMES) >= 45, pause_s, 0.0))
    assert spans(paused) == [(0, 44), (45, 89)]


def test_a_few_missing_frame_times_do_not_split():
    kept = np.r_[0:40, 43:FRAMES]
    assert spans(as_pose_track(MODEL, TIMES_S[kept])) == [(0, kept.size - 1)]


def test_a_cut_splits_even_where_the_body_hardly_moves():
    assert spans(TRACK.replace(shot=np.arange(FRAMES) >= 40)) == [(0, 39), (40, 89)]


def test_a_hip_that_jumps_is_a_cut():
    jumped = TRACK.xy_px + np.where(np.arange(FRAMES) >= 40, 400, 0)[:, None, None]
    assert spans(TRACK.replace(xy_px=jumped)) == [(0, 39), (40, 89)]


def test_a_body_that_suddenly_grows_is_a_cut():
    hip = TRACK.xy_px[:, 23:24]
    grown = hip + (TRACK.xy_px - hip) * np.where(np.arange(FRAMES) >= 40, 2.5, 1.0)[:, None, None]
    (first, before), (after, last) = spans(TRACK.replace(xy_px=grown))
    assert (first, last) == (0, 89)
    assert 36 <= before < 40 <= after <= 43


@pytest.mark.parametrize(("frames", "bouts"), [(SHORTEST_BOUT_FRAMES - 1, 0), (SHORTEST_BOUT_FRAMES, 1)])
def test_stretches_that_are_too_short_are_left_out(frames, bouts):
    assert len(find_bouts(as_pose_track(MODEL, TIMES_S[:frames]))) == bouts


def test_nobody_gives_no_bout():
    assert find_bouts(with_lost(TRACK, range(FRAMES))) == ()


def test_finer_landmarks_are_used_where_there_are_any_and_nowhere_else():
    refined = np.full_like(TRACK.xy_px, np.nan)
    refined[30:40] = TRACK.xy_px[30:40] + 3
    camera_px = np.arange(FRAMES)[:, None] * [1.0, 0.0]
    track = TRACK.replace(
        refined_xy_px=refined, refined_visibility=np.zeros_like(TRACK.visibility), camera_px=camera_px
    )
    bout = only_bout(track)
    difference_px = (bout.fine_xy_leg - bout.xy_leg) * bout.leg_length_px * [1, -1]
    assert np.allclose(difference_px[30:40], 3)
    assert not difference_px[:30].any()
    assert not difference_px[40:].any()


def test_a_bout_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        only_bout(TRACK).xy_leg[0, 0, 0] = 1.0
