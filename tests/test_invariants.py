"""What must not change what a recording says, stated for the whole analysis of any exact runner."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.analysis import analyze_track
from footstrike.data import PoseTrack, Session, Step
from footstrike.errors import NotAnalysableError
from footstrike.settings import Settings
from runner_model import RunnerModel, TrueContact, as_pose_track, truth

SECONDS = 4.0
SEEN_WHOLE_S = (0.4, SECONDS - 0.4)
"""Contacts between these times are shown with all that decides about them."""
RATE_HZ = 120
OTHER_FOOT = {"left": "right", "right": "left"}
SWAPPED = np.array([0, 4, 5, 6, 1, 2, 3, *(k + 1 if k % 2 else k - 1 for k in range(7, 33))])
"""What the pose model calls each landmark of a mirrored person."""
FRAME_WITHIN = 1.25
"""A contact moves by less than this many frames when the recording is sampled otherwise."""
HOLES_WITHIN_S = 0.05
"""A contact moves by less than this when frames are lost around it: half of the longest hole that is bridged."""
ANGLE_WITHIN_DEG = 4.0
"""An angle moves by less than this, or by three of its standard errors, unless the step says why it is unsure."""
HIDDEN_WITHIN_DEG = 12.0
HIDDEN = {"foot_hidden", "pose_poor"}
few = settings(max_examples=6, deadline=None)


@st.composite
def runners(draw: st.DrawFn) -> RunnerModel:
    return RunnerModel(
        foot_strike_angle_deg=draw(st.sampled_from([18.0, 2.0, -7.0])),
        shank_angle_deg=draw(st.floats(5, 11)),
        direction=draw(st.sampled_from(["left", "right"])),
        first_contact_s=draw(st.floats(0.05, 0.3)),
        cadence_spm=draw(st.floats(165, 182)),
    )


def tracked(model: RunnerModel, rate_hz: float = RATE_HZ) -> PoseTrack:
    return as_pose_track(model, np.arange(0, SECONDS, 1 / rate_hz))


def analysed(track: PoseTrack) -> Session:
    return analyze_track(track, None, "run", Settings())


def times_s(steps: Iterable[Step]) -> list[float]:
    return [step.contact.contact_s.value for step in steps]


def shank_deg(steps: Iterable[Step]) -> list[float]:
    return [step.landing.shank_angle_deg.value for step in steps]


def numbers(session: Session) -> list[float]:
    """Every number of the steps and of the whole that knows neither pixels nor directions."""
    of_steps = [
        value
        for step in session.steps
        for measure in (
            step.contact.contact_s,
            step.contact.toe_off_s,
            step.landing.foot_strike_angle_deg,
            step.landing.shank_angle_deg,
            step.landing.ankle_hip_distance_leg,
            step.landing.knee_flexion_deg,
            step.landing.trunk_lean_deg,
        )
        for value in (measure.value, measure.se)
    ]
    strikes = [p for step in session.steps for p in step.strike.by_class.values()]
    return [*of_steps, *strikes, session.cadence_spm.value, session.cadence_spm.se, session.speed.mps.value]


def require_same(one: Session, other: Session, tolerance: float = 1e-6) -> None:
    np.testing.assert_allclose(numbers(one), numbers(other), rtol=0, atol=tolerance, equal_nan=True)
    assert [step.contact.side for step in one.steps] == [step.contact.side for step in other.steps]
    assert [step.strike.type for step in one.steps] == [step.strike.type for step in other.steps]


def well_shown(steps: Iterable[Step]) -> list[Step]:
    return [step for step in steps if SEEN_WHOLE_S[0] < step.contact.contact_s.value < SEEN_WHOLE_S[1]]


def nearest(contact_s: float, contacts: Iterable[TrueContact]) -> TrueContact:
    return min(contacts, key=lambda contact: abs(contact.contact_time_s - contact_s))


@given(runners())
@few
def test_a_mirror_swaps_directions_and_feet_and_nothing_else(model: RunnerModel) -> None:
    track = tracked(model)
    mirrored = track.replace(
        xy_px=track.xy_px[:, SWAPPED] * [-1, 1] + [track.frame_size_px[0], 0], visibility=track.visibility[:, SWAPPED]
    )
    one, other = analysed(track), analysed(mirrored)
    require_same(one, other, 1e-4)
    assert {one.direction, other.direction} == {"left", "right"}
    assert [OTHER_FOOT[step.contact.foot] for step in one.steps] == [step.contact.foot for step in other.steps]
    assert {OTHER_FOOT[foot]: verdict.strike for foot, verdict in one.verdict.items()} == {
        foot: verdict.strike for foot, verdict in other.verdict.items()
    }


@given(runners(), st.floats(0.5, 5), st.floats(-3000, 3000), st.floats(-3000, 3000))
@few
def test_size_and_place_in_the_picture_change_pixels_only(
    model: RunnerModel, scale: float, right_px: float, down_px: float
) -> None:
    track = tracked(model)
    one, other = analysed(track), analysed(track.replace(xy_px=scale * track.xy_px + [right_px, down_px]))
    require_same(one, other, 1e-4)
    assert other.leg_length_px == pytest.approx(scale * one.leg_length_px)
    assert other.direction == one.direction
    assert [step.contact.foot for step in one.steps] == [step.contact.foot for step in other.steps]


@given(runners(), st.floats(-1e6, 1e6))
@few
def test_when_the_clock_starts_changes_times_only(model: RunnerModel, start_s: float) -> None:
    track = tracked(model)
    one, other = analysed(track), analysed(track.replace(time_s=track.time_s + start_s))
    assert times_s(other.steps) == pytest.approx([start_s + t for t in times_s(one.steps)], abs=1e-5)
    assert shank_deg(other.steps) == pytest.approx(shank_deg(one.steps), abs=1e-2, nan_ok=True)


@given(runners(), st.sampled_from([50, 60, 90, 100, 150, 240]))
@few
def test_sampling_otherwise_moves_a_contact_by_hardly_more_than_a_frame(model: RunnerModel, rate_hz: int) -> None:
    one, other = analysed(tracked(model)), analysed(tracked(model, rate_hz))
    mine, theirs = well_shown(one.steps), well_shown(other.steps)
    assert abs(len(mine) - len(theirs)) <= 1  # one may lie just on the edge
    for step in theirs:
        near = min(one.steps, key=lambda other: abs(other.contact.contact_s.value - step.contact.contact_s.value))
        assert near.contact.foot == step.contact.foot
        moved_s = step.contact.contact_s.value - near.contact.contact_s.value
        assert abs(moved_s) < FRAME_WITHIN / min(rate_hz, RATE_HZ)
    assert other.cadence_spm.value == pytest.approx(one.cadence_spm.value, rel=0.01)


@given(runners(), st.integers(0, 10_000), st.floats(0.02, 0.3))
@few
def test_frames_that_were_never_filmed_move_a_contact_little(model: RunnerModel, seed: int, share: float) -> None:
    """A phone that drops frames keeps the times of the others."""
    track = tracked(model)
    kept = np.random.default_rng(seed).random(track.frame_count) >= share
    kept[[0, -1]] = True
    times = track.time_s[kept]
    dropped = as_pose_track(model, times)
    require_near_truth(analysed(dropped), model)


@given(runners(), st.integers(0, 10_000))
@few
def test_shaking_landmarks_keep_the_verdict(model: RunnerModel, seed: int) -> None:
    track = tracked(model)
    one = analysed(track)
    noise_px = 0.002 * one.leg_length_px * np.random.default_rng(seed).standard_normal(track.xy_px.shape)
    other = analysed(track.replace(xy_px=track.xy_px + noise_px))
    require_near_truth(other, model)
    heels = {foot: verdict.strike == "heel" for foot, verdict in one.verdict.items() if verdict.strike != "unclear"}
    assert all((other.verdict[foot].strike in ("heel", "unclear")) == heel or other.verdict[foot].strike == "unclear"
               for foot, heel in heels.items())  # fmt: skip


@given(runners(), st.integers(0, 10_000), st.floats(0.01, 0.6), st.sampled_from([1, 4, 12, 40]))
@settings(max_examples=12, deadline=None)
def test_unknown_frames_never_give_a_number_that_is_wrong(
    model: RunnerModel, seed: int, share: float, length: int
) -> None:
    """Where the person was not found there is less to say, but what is said holds, or is said to be unsure."""
    track = tracked(model)
    plain = analysed(track).steps
    rng = np.random.default_rng(seed)
    xy_px = track.xy_px.copy()
    for start in np.flatnonzero(rng.random(track.frame_count) < share / length):
        xy_px[start : start + length] = np.nan
    try:
        session = analysed(track.replace(xy_px=xy_px))
    except NotAnalysableError:
        return
    require_near_truth(session, model)
    for step in well_shown(session.steps):
        near = min(plain, key=lambda other: abs(other.contact.contact_s.value - step.contact.contact_s.value))
        for name in ("shank_angle_deg", "foot_strike_angle_deg"):
            mine, whole = getattr(step.landing, name), getattr(near.landing, name)
            bound_deg = HIDDEN_WITHIN_DEG if HIDDEN & set(step.reasons) else max(ANGLE_WITHIN_DEG, 3 * mine.se)
            assert not mine.known or abs(mine.value - whole.value) < bound_deg, (name, mine, whole, step.reasons)


def require_near_truth(session: Session, model: RunnerModel) -> None:
    """Every number that is known is that of a true contact of the same foot, within what is stated above."""
    contacts = truth(model, SECONDS + 1)
    for step in session.steps:
        at_s = step.contact.contact_s.value
        true = nearest(at_s, contacts)
        if not SEEN_WHOLE_S[0] < at_s < SEEN_WHOLE_S[1]:
            continue
        assert true.foot == step.contact.foot, (at_s, true)
        assert abs(at_s - true.contact_time_s) < max(HOLES_WITHIN_S, 3 * step.contact.contact_s.se), (at_s, true)
    if session.cadence_spm.known:
        assert session.cadence_spm.value == pytest.approx(model.cadence_spm, rel=0.03)
