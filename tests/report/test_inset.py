"""The landing foot enlarged: never outside the frame, never over the runner."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.data import UNKNOWN
from footstrike.report.overlay import build_scene
from footstrike.report.overlay.hud import captions_box
from footstrike.report.overlay.inset import draw_inset, words_of
from footstrike.report.overlay.placement import body_boxes, find_place
from footstrike.report.overlay.video import scene_insets

SIZES_PX = st.integers(64, 3840)


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@given(SIZES_PX, SIZES_PX, st.floats(-0.2, 1.2), st.floats(-0.2, 1.2), st.floats(0.05, 1.2), st.integers(0, 3))
def test_inset_lies_in_the_frame_and_off_the_runner(width, height, x, y, size, corner):
    free = (0.0, 0.0, float(width), 0.9 * height)
    body = (x * width, y * height, (x + size / 3) * width, (y + size) * height)
    found = find_place([width // 3, width // 5], height // 12, free, [body], 4, corner)
    if found is not None:
        left, top, wide, tall = found[1]
        box = (left, top, left + wide, top + tall)
        assert box[0] >= 0 and box[1] >= 0 and box[2] <= free[2] and box[3] <= free[3]
        assert not overlap(box, body)


@given(SIZES_PX, st.sampled_from([0.0, 0.55]))
def test_a_runner_in_one_half_leaves_room_in_the_other(side, start):
    free = (0.0, 0.0, float(side), float(side))
    body = (start * side, 0.0, (start + 0.45) * side, float(side))
    assert find_place([side // 3], side // 12, free, [body], 1) is not None


def test_inset_stays_in_its_corner_where_it_can():
    free = (0.0, 0.0, 400.0, 400.0)
    assert [find_place([80], 20, free, [], 4, corner)[0] for corner in range(4)] == [0, 1, 2, 3]


def wide(make_session, facing=1, scale=1.0):
    """The stick figure in the middle of a frame three times as wide, seen from either side, in any size."""
    session = make_session()
    x = 300 + facing * (session.track.xy_px[..., 0] - 100)
    xy = np.stack([x, session.track.xy_px[..., 1]], axis=-1) * scale
    size = (round(600 * scale), round(320 * scale))
    steps = session.steps
    if facing < 0:
        steps = tuple(
            replace(s, contact=replace(s.contact, side="far" if s.contact.side == "near" else "near")) for s in steps
        )
    track = session.track.replace(xy_px=xy, frame_size_px=size)
    return replace(session, track=track, steps=steps, leg_length_px=122.0 * scale)


@pytest.mark.parametrize("facing", [1, -1])
@pytest.mark.parametrize("scale", [0.75, 1.0, 3.0, 6.75])
def test_every_landing_with_room_is_enlarged_beside_the_runner(make_session, facing, scale):
    session = wide(make_session, facing, scale)
    scene = build_scene(session)
    insets = scene_insets(session, scene)
    assert [inset.step.number for inset in insets] == [1, 2, 3, 4]
    for inset, following in pairwise(insets):
        assert inset.last < following.first
    for inset in insets:
        left, top, width, height = inset.place
        box = (left, top, left + width, top + height)
        for body in body_boxes(scene.points_px[inset.first : inset.last + 1], 0.0):
            assert not overlap(box, body)


def test_warnings_stay_readable(make_session):
    session = wide(make_session)
    serious = replace(session.warnings[0], severity="serious")
    session = replace(session, warnings=(serious,))
    scene = build_scene(session)
    insets = scene_insets(session, scene)
    assert insets
    for left, top, width, height in (inset.place for inset in insets):
        assert not overlap((left, top, left + width, top + height), captions_box(scene))


@pytest.mark.parametrize("facing", [1, -1])
def test_sole_rises_towards_the_toes_of_a_heel_strike(make_session, facing):
    session = wide(make_session, facing)
    heel = scene_insets(session, build_scene(session))[0]
    (heel_x, heel_y), (toe_x, toe_y) = heel.sole_px
    assert np.sign(toe_x - heel_x) == facing
    angle = np.degrees(np.arctan2(heel_y - toe_y, abs(toe_x - heel_x)))
    assert angle == pytest.approx(heel.step.landing.foot_strike_angle_deg.value)


def test_ground_goes_with_the_camera(make_session):
    session = wide(make_session)
    still = scene_insets(session, build_scene(session))[0].ground_y_px
    drift_px = np.column_stack([np.zeros(40), 2.0 * np.arange(40)])
    panned = session.track.replace(xy_px=session.track.xy_px + drift_px[:, None], camera_px=drift_px)
    session = replace(session, track=panned)
    first = scene_insets(session, build_scene(session))[0]
    assert first.ground_y_px == pytest.approx(still + drift_px[first.first, 1])


def test_a_foot_far_from_the_ground_is_not_shown(make_session):
    session = wide(make_session)
    xy = np.array(session.track.xy_px)
    xy[2, [27, 29, 31], 1] -= 60
    session = replace(session, track=session.track.replace(xy_px=xy))
    assert [inset.step.number for inset in scene_insets(session, build_scene(session))] == [2, 3, 4]


@pytest.mark.parametrize("size", [(64, 64), (120, 90), (200, 320)])
def test_a_frame_without_room_gets_no_inset(make_session, size):
    session = make_session()
    scale = min(size[0] / 200, size[1] / 320)
    track = session.track.replace(xy_px=session.track.xy_px * scale, frame_size_px=size)
    session = replace(session, track=track, leg_length_px=122.0 * scale)
    for inset in scene_insets(session, build_scene(session)):
        left, top, width, height = inset.place
        assert left >= 0 and top >= 0 and left + width <= size[0] and top + height <= size[1]


def test_card_shows_the_clean_foot_and_the_lines(make_session):
    session = wide(make_session)
    scene = build_scene(session)
    inset = scene_insets(session, scene)[0]
    card = draw_inset(np.full((320, 600, 3), 90, np.uint8), inset, scene.small_px)
    assert card.shape == (inset.place[3], inset.place[2], 3)
    assert (card[: inset.picture_height_px] == 90).any() and (
        np.abs(card.astype(int) - (255, 176, 0)).max(-1) < 12
    ).any()


def test_words_leave_out_what_is_unknown(make_session):
    step = make_session(("heel",)).steps[0]
    said = [line.replace("\u00a0", " ") for line in words_of(step)]
    assert said == ["Left: heel", "toes up 15° ± 2°", "ankle 11° ± 2°", "ahead of knee"]
    unknown = replace(step.landing, foot_strike_angle_deg=UNKNOWN, shank_angle_deg=UNKNOWN)
    assert words_of(replace(step, landing=unknown)) == ("Left: heel",)
