"""The head is blurred in every frame where it may be, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from footstrike.report.overlay.face import blur_head, find_head


def noise(seed=0):
    return np.random.default_rng(seed).integers(0, 256, (320, 200, 3), dtype=np.uint8)


def with_head(session, x_px=lambda frame: 100.0, missing=()):
    xy = np.array(session.track.xy_px)
    for frame in range(len(xy)):
        xy[frame, :11] = (x_px(frame), 40.0)
        if frame in missing:
            xy[frame] = np.nan
    return session.track.replace(xy_px=xy)


def changed(head, frame):
    rgb = noise()
    blur_head(rgb, head, frame)
    return (rgb != noise()).any(axis=-1)


def test_head_changes_and_nothing_else(make_session):
    head = find_head(with_head(make_session()))
    y, x = np.mgrid[:320, :200]
    distance = np.hypot(x - 100, y - 40)
    touched = changed(head, 7)
    assert touched[distance < 0.9 * head.radius_px[7]].mean() > 0.97
    assert not touched[distance > head.radius_px[7] + 2].any()
    assert 25 < head.radius_px[7] < 60, "trunk of 80 px"


def test_head_is_blurred_between_and_beyond_the_frames_that_show_it(make_session):
    missing = {0, 1, 15, 16, 17, 18, 19, 39}
    head = find_head(with_head(make_session(), lambda frame: 60.0 + 2 * frame, missing))
    for frame in range(40):
        assert changed(head, frame)[40, min(199, 60 + 2 * frame)], frame
    assert head.radius_px[17] > head.radius_px[14] and head.radius_px[0] > head.radius_px[2]


def test_one_wild_frame_leaves_the_head_blurred(make_session):
    head = find_head(with_head(make_session(), lambda frame: 10.0 if frame == 20 else 120.0))
    assert changed(head, 20)[40, 120] and changed(head, 20)[40, 10]


def test_details_are_gone(make_session):
    head = find_head(with_head(make_session()))
    rgb = noise()
    blur_head(rgb, head, 7)
    assert rgb[30:50, 90:110].std() < 0.3 * noise()[30:50, 90:110].std()


def test_nobody_there_blurs_nothing(make_session):
    session = make_session()
    nobody = replace(session, track=session.track.replace(xy_px=np.full((40, 33, 2), np.nan)))
    assert not changed(find_head(nobody.track), 5).any()


def test_head_outside_the_frame_is_no_trouble(make_session):
    head = find_head(with_head(make_session(), lambda frame: -300.0))
    assert not changed(head, 5).any()
