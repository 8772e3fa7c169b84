"""What is to be drawn, before anything is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footstrike.data import Measure, SlowMotion
from footstrike.report.overlay.pace import REST_S, SLOWER
from footstrike.report.overlay.scene import build_scene, drawn_points, leg_at, step_facing, tag_lines


def test_marker_is_held_until_toe_off_or_for_0_4_s(make_session):
    first, *_ = build_scene(make_session()).markers
    assert (first.first, first.last) == (2, 14)
    assert first.ghost_last == 11, "the lines give way to the next landing"


def test_marker_lasts_as_long_as_a_slow_stance(make_session):
    session = make_session(("heel", "heel", "heel"))
    slow = replace(session.steps[0], toe_off_frame=25)
    assert build_scene(replace(session, steps=(slow, *session.steps[1:]))).markers[0].last == 25


def test_hold_counts_playback_time_not_real_time(make_session):
    session = make_session(("heel", "heel", "heel"), slow_motion=SlowMotion(10.0, "stated", 0.0, "stated"))
    assert build_scene(session).markers[0].last == 14


def test_held_landings_are_those_between_first_and_last_frame(make_session):
    session = make_session(("heel",) * 8)
    # The third stands for longer than two steps take.
    long = replace(session.steps[2], toe_off_frame=session.steps[2].contact_frame + 25)
    scene = build_scene(replace(session, steps=(*session.steps[:2], long, *session.steps[3:])))
    assert max(len(scene.held(frame)) for frame in range(len(scene.time_s))) >= 3
    for frame in range(len(scene.time_s)):
        assert scene.held(frame) == [marker for marker in scene.markers if marker.first <= frame <= marker.last]


def test_without_steps_no_landing_is_held(make_session):
    assert build_scene(make_session(())).held(0) == []


def test_running_counts_end_with_all_steps(make_session):
    counts = build_scene(make_session()).counts
    assert counts[0].sum() == 0
    assert counts[-1].tolist() == [[1, 0, 1, 0], [0, 1, 0, 1]]


def test_near_leg_follows_the_steps_and_without_steps_the_direction(make_session):
    assert build_scene(make_session()).near_is_right.all()
    assert not build_scene(make_session((), direction="left")).near_is_right.any()


def test_near_leg_changes_when_the_runner_comes_back(make_session):
    session = make_session(("heel",) * 4)
    steps = tuple(
        replace(step, contact=replace(step.contact, side="near" if step.contact.foot == "left" else "far"))
        if step.number > 2
        else step
        for step in session.steps
    )
    near = build_scene(replace(session, steps=steps)).near_is_right
    assert near[2] and not near[-1]


@pytest.mark.parametrize("tangled", [False, True])
def test_legs_bear_their_own_names_around_a_landing(make_session, tangled):
    session = make_session(("heel",) * 4)
    points = np.array(session.track.xy_px)
    if tangled:
        for left in (23, 25, 27, 29, 31):
            points[:, [left, left + 1]] = points[:, [left + 1, left]]
        session = replace(session, track=session.track.replace(xy_px=points))
    drawn = drawn_points(session)
    for step in session.steps:
        leg = leg_at(drawn, step.contact_frame, step.contact.foot)
        assert leg.shank_angle_deg(step_facing(step)) == pytest.approx(step.landing.shank_angle_deg.value)


def test_facing_follows_the_near_foot(make_session):
    step = make_session().steps[0]
    facing = step_facing(step)
    other = "far" if step.contact.side == "near" else "near"
    assert step_facing(replace(step, contact=replace(step.contact, side=other))) == -facing


def test_refined_landmarks_are_drawn_where_there_are_any(make_session):
    session = replace(make_session(), steps=())
    finer = np.full(session.track.xy_px.shape, np.nan)
    finer[3] = 7.0
    track = session.track.replace(refined_xy_px=finer, refined_visibility=np.zeros((40, 33)))
    points = drawn_points(replace(session, track=track))
    assert (points[3] == 7.0).all()
    np.testing.assert_array_equal(points[4], track.xy_px[4])


def test_leg_that_was_not_seen_gives_no_marker(make_session):
    session = make_session(("heel", "heel"))
    xy = np.array(session.track.xy_px)
    xy[2] = np.nan
    markers = build_scene(replace(session, track=session.track.replace(xy_px=xy))).markers
    assert [marker.step.number for marker in markers] == [2]


def test_tag_says_foot_class_and_angle(make_session):
    step = make_session(("midfoot",)).steps[0]
    behind = replace(step, landing=replace(step.landing, shank_angle_deg=Measure(-4.0, 2.4)))
    assert [line.replace("\u00a0", " ") for line in tag_lines(behind)] == ["L midfoot", "behind 4° ± 2°"]


def test_text_grows_with_the_frame_but_stays_readable(make_session):
    scene = build_scene(make_session())
    sizes = [replace(scene, frame_size_px=size).text_px for size in ((220, 480), (1280, 720), (3840, 2160))]
    assert sizes[0] == 10 and sizes[0] < sizes[1] < sizes[2]


def test_slow_motion_and_serious_warnings_are_captions(make_session):
    slow = SlowMotion(2.1, "estimated", 0.05, "flight")
    assert build_scene(make_session(slow_motion=slow)).captions == ("slow motion ×2.1 assumed",)
    serious = replace(make_session().warnings[0], severity="serious")
    assert build_scene(make_session(warnings=(serious,))).captions == ("Only 30 frames per second.",)


def test_slow_contacts_rest_at_each_contact_and_slow_down_around_it(make_session):
    session = make_session()
    scene = build_scene(session, slow_contacts=True)
    shown = np.diff(scene.shown_s)
    frame_s = 1 / 30
    assert (shown >= frame_s - 1e-9).all()
    for step in session.steps:
        assert shown[step.contact_frame] == pytest.approx(SLOWER * frame_s + REST_S)
        assert shown[step.contact_frame + 6] == pytest.approx(frame_s)
    assert scene.shown_s[0] == 0 and len(scene.shown_s) == 40


def test_slow_motion_is_not_slowed_down_again(make_session):
    session = make_session(slow_motion=SlowMotion(8.0, "stated", 0.0, "stated"))
    added = build_scene(session, slow_contacts=True).shown_s - session.track.time_s
    assert added[-1] == pytest.approx(REST_S * len(session.steps))


def test_counters_stand_away_from_the_runner(make_session):
    session = make_session()
    assert not build_scene(replace(session, track=session.track.replace(xy_px=session.track.xy_px + 50))).counters_right
    assert build_scene(replace(session, track=session.track.replace(xy_px=session.track.xy_px - 50))).counters_right
