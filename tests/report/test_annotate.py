"""Drawing on frames."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.data import UNKNOWN, Measure, require
from footstrike.errors import InvalidValueError
from footstrike.report.overlay import VideoLook, annotate_frame, build_scene, landing_pictures, write_annotated_video
from footstrike.report.overlay.annotate import PICTURE_SIZE_PX, landing_picture
from footstrike.report.overlay.hud import timeline_height_px
from footstrike.report.overlay.scene import landed_ankle, leg_at
from footstrike.report.overlay.skeleton import draw_landing
from footstrike.report.overlay.sprites import lay, panel, text_panel, to_sprite
from footstrike.report.style import FAR_LEG_RGB, LIGHT_RGB, NEAR_LEG_RGB, STRIKE_RGB
from footstrike.video import VideoWriter

GREY = 90


def blank(scene):
    width, height = scene.frame_size_px
    return np.full((height, width, 3), GREY, dtype=np.uint8)


def has_colour(rgb, colour):
    return bool((np.abs(rgb.astype(int) - colour).max(axis=-1) < 12).any())


def drawn(scene, frame):
    rgb = blank(scene)
    annotate_frame(rgb, frame, scene)
    return rgb


def test_skeleton_lies_on_the_landmarks(make_session):
    scene = build_scene(make_session())
    rgb = drawn(scene, 17)
    knee_x, knee_y = np.round(scene.points_px[17, 26]).astype(int)
    assert has_colour(rgb[knee_y - 30 : knee_y, knee_x - 12 : knee_x + 3], NEAR_LEG_RGB)


def test_landing_shows_from_contact_on(make_session):
    scene = build_scene(make_session(("heel", "heel")))
    below_counters = np.s_[180 : 320 - timeline_height_px(scene)]
    assert not has_colour(drawn(scene, 1)[below_counters], STRIKE_RGB["heel"])
    assert has_colour(drawn(scene, 2)[below_counters], STRIKE_RGB["heel"])


def test_plumb_line_hangs_from_the_knee(make_session):
    scene = build_scene(make_session())
    knee = scene.markers[0].leg.knee
    column = drawn(scene, 2)[int(knee[1]) + 4 : 260, round(float(knee[0]))]
    assert 0.2 < np.mean((np.abs(column.astype(int) - LIGHT_RGB) < 60).all(axis=-1)) < 0.95, "dashed"


def with_shank(session, angle_deg):
    steps = [replace(s, landing=replace(s.landing, shank_angle_deg=Measure(angle_deg, 2.0))) for s in session.steps]
    return replace(session, steps=tuple(steps))


def heel_centre_px(rgb):
    """Middle of the lowest pixels in the colour of the heel strike: the end of the shank."""
    y, x = np.nonzero((np.abs(rgb.astype(int) - STRIKE_RGB["heel"]) < 40).all(axis=-1))
    return x[y >= y.max() - 1].mean(), y.max()


@pytest.mark.parametrize("angle_deg", [-10.0, 0.0, 25.0])
def test_the_shank_of_a_landing_lies_at_the_angle_that_is_printed(make_session, angle_deg):
    marker = build_scene(with_shank(make_session(("heel",)), angle_deg)).markers[0]
    rgb = np.full((320, 200, 3), GREY, np.uint8)
    draw_landing(rgb, marker.step, marker.leg, 3)
    x, y = heel_centre_px(rgb)
    ahead_px, down_px = marker.facing * (x - marker.leg.knee[0]), y - marker.leg.knee[1]
    assert np.degrees(np.arctan2(ahead_px, down_px)) == pytest.approx(angle_deg, abs=2)


def test_a_landing_picture_shows_the_measured_shank_beside_the_pose(make_session):
    grey, session = np.full((320, 200, 3), GREY, np.uint8), make_session(("heel",))
    behind, ahead = (
        landing_picture(grey, marker.step, marker.leg)
        for marker in (build_scene(with_shank(session, angle)).markers[0] for angle in (-10.0, 25.0))
    )
    facing = build_scene(session).markers[0].facing
    assert facing * (heel_centre_px(ahead)[0] - heel_centre_px(behind)[0]) > 60
    assert has_colour(ahead, FAR_LEG_RGB) and has_colour(behind, FAR_LEG_RGB)


def test_without_an_angle_the_shank_lies_on_the_pose(make_session):
    session = make_session(("heel",))
    marker = build_scene(session).markers[0]
    unknown = replace(marker.step, landing=replace(marker.step.landing, shank_angle_deg=UNKNOWN))
    np.testing.assert_array_equal(landed_ankle(unknown, marker.leg), marker.leg.ankle)


def test_counters_change_with_a_landing(make_session):
    scene = build_scene(make_session())
    corner = np.s_[:80, :150]
    assert (drawn(scene, 11)[corner] == drawn(scene, 9)[corner]).all()
    assert (drawn(scene, 12)[corner] != drawn(scene, 11)[corner]).any()


def test_what_needs_no_drawing_is_left_alone(make_session):
    scene = build_scene(make_session())
    rgb = drawn(scene, 17)
    assert (rgb[100:130, 150:] == GREY).all()


def test_frame_without_a_person_still_gets_its_counters(make_session):
    session = make_session()
    nobody = session.track.replace(xy_px=np.full(session.track.xy_px.shape, np.nan))
    rgb = drawn(build_scene(replace(session, track=nobody)), 5)
    assert (rgb[:60, :100] != GREY).any()
    assert (rgb[120:280] == GREY).all()


@pytest.mark.parametrize("size", [(40, 30), (220, 480), (480, 220), (1280, 720)])
def test_every_frame_size_can_be_drawn(make_session, size):
    scene = replace(build_scene(make_session()), frame_size_px=size)
    for frame in (0, 2, 12, 39):
        rgb = drawn(scene, frame)
        assert (rgb[-1] != GREY).any()  # the strip at the bottom
        assert (rgb[: len(rgb) // 2] != GREY).any()


def test_timeline_of_a_long_recording_scrolls(make_session):
    scene = build_scene(make_session(("heel",) * 200))
    early, late = drawn(scene, 5), drawn(scene, 1800)
    bottom = np.s_[-timeline_height_px(scene) :]
    assert has_colour(early[bottom], STRIKE_RGB["heel"]) and has_colour(late[bottom], STRIKE_RGB["heel"])
    assert (early[bottom] != late[bottom]).any()


def test_landing_picture_at_the_edge_of_the_frame(make_session):
    session = make_session(("heel",))
    marker = build_scene(session).markers[0]
    moved = leg_at(session.track.xy_px + np.array([70.0, 40.0]), 2, "left")
    picture = landing_picture(np.full((320, 200, 3), GREY, np.uint8), marker.step, moved)
    assert picture.shape == (PICTURE_SIZE_PX[1], PICTURE_SIZE_PX[0], 3)
    assert (picture[-1, -1] == 0).all() and has_colour(picture, STRIKE_RGB["heel"])


@given(st.integers(-60, 120), st.integers(-60, 120))
def test_lay_touches_only_its_own_box(x, y):
    sprite = text_panel(("abc",), 12, (0, 0, 0, 255))
    rgb = np.full((50, 70, 3), GREY, dtype=np.uint8)
    lay(rgb, sprite, x, y)
    width, height = sprite.size_px
    outside = np.ones((50, 70), dtype=bool)
    outside[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)] = False
    assert (rgb[outside] == GREY).all()


def test_half_opaque_sprite_mixes_evenly():
    rgb = np.full((9, 9, 3), 100, dtype=np.uint8)
    lay(rgb, to_sprite(panel(9, 9, 0, (200, 200, 200, 128))), 0, 0)
    assert abs(int(rgb[4, 4, 0]) - 150) <= 1


def test_video_keeps_every_time_and_gives_pictures_from_the_same_pass(
    make_session, make_video, frame_times_s, tmp_path
):
    session = make_session()
    seen = []
    pictures = write_annotated_video(session, make_video(session), tmp_path / "out.mp4", seen.append, [1, 4]).pictures
    assert seen == list(range(40))
    assert sorted(pictures) == [1, 4]
    np.testing.assert_allclose(frame_times_s(tmp_path / "out.mp4"), session.video.presentation_time_s, atol=1e-4)


def test_frames_drawn_and_encoded_at_once_are_the_same(make_session, make_video, frame_times_s, tmp_path):
    session = make_session()
    path, seen = make_video(session), []
    alone = write_annotated_video(session, path, tmp_path / "1.mp4", lambda index: None, [2]).pictures
    at_once = write_annotated_video(session, path, tmp_path / "2.mp4", seen.append, [2], jobs=2).pictures
    assert seen == list(range(40))
    np.testing.assert_array_equal(at_once[2], alone[2])
    np.testing.assert_array_equal(frame_times_s(tmp_path / "2.mp4"), frame_times_s(tmp_path / "1.mp4"))


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_in_the_encoding_surfaces_and_leaves_no_file(make_session, make_video, tmp_path, monkeypatch, jobs):
    session = make_session()
    path = make_video(session)
    monkeypatch.setattr(VideoWriter, "write", lambda *_: require(False, "The disk is full."))
    with pytest.raises(InvalidValueError, match="disk is full"):
        write_annotated_video(session, path, tmp_path / "out.mp4", lambda index: None, [], jobs=jobs)
    assert not (tmp_path / "out.mp4").exists()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("encode")]


def test_pictures_without_a_video_are_the_same(make_session, make_video, tmp_path):
    session = make_session()
    path = make_video(session)
    with_video = write_annotated_video(session, path, tmp_path / "out.mp4", lambda index: None, [2, 3]).pictures
    alone = landing_pictures(session, path, [2, 3])
    assert sorted(alone) == sorted(with_video) == [2, 3]
    for number, picture in alone.items():
        np.testing.assert_array_equal(picture, with_video[number])


def test_slow_contacts_lengthen_the_video_and_tell_where_each_frame_went(
    make_session, make_video, frame_times_s, tmp_path
):
    session = make_session()
    look = VideoLook(slow_contacts=True)
    written = write_annotated_video(session, make_video(session), tmp_path / "o.mp4", lambda _: None, [], look=look)
    assert written.frame_time_s.shape == (40,) and written.frame_time_s[-1] > session.track.time_s[-1] + 4 * 0.3
    np.testing.assert_allclose(frame_times_s(tmp_path / "o.mp4"), written.frame_time_s, atol=1e-4)


def test_frame_times_without_slow_contacts_are_the_recordings(make_session, make_video, tmp_path):
    session = make_session()
    written = write_annotated_video(session, make_video(session), tmp_path / "o.mp4", lambda _: None, [])
    np.testing.assert_array_equal(written.frame_time_s, session.track.time_s)
