"""Slow contacts and a blurred face on a sample video, as a user gets them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footstrike import Settings, analyze
from footstrike.report.overlay import VideoLook, write_annotated_video
from footstrike.report.overlay.face import find_head
from footstrike.report.overlay.pace import REST_S
from footstrike.video import open_video


@pytest.fixture(scope="module")
def session(short_video):
    return analyze(short_video, replace(Settings(), model="lite", fine_model=None, jobs=1))


def written(session, video, path, look):
    return write_annotated_video(session, video, path, lambda index: None, [1], look=look)


def frames_of(path):
    with open_video(path) as reader:
        pictures = [frame.rgb for frame in reader.frames()]
        return pictures, reader.info.presentation_time_s


@pytest.mark.slow
def test_slow_contacts_on_a_sample(session, short_video, tmp_path):
    result = written(session, short_video, tmp_path / "slow.mp4", VideoLook(slow_contacts=True))
    pictures, times_s = frames_of(tmp_path / "slow.mp4")
    assert len(pictures) == session.track.frame_count, "every frame once"
    np.testing.assert_allclose(times_s, result.frame_time_s, atol=1e-4)
    assert times_s[-1] > session.track.time_s[-1] + REST_S * (len(session.steps) - 1)
    for step in session.steps:
        before, here, after = times_s[step.contact_frame - 1 : step.contact_frame + 2]
        assert after - here >= REST_S and here - before < REST_S
    assert 1 in result.pictures


@pytest.mark.slow
def test_blurred_face_on_a_sample(session, short_video, tmp_path):
    written(session, short_video, tmp_path / "plain.mp4", VideoLook())
    written(session, short_video, tmp_path / "blurred.mp4", VideoLook(blur_face=True))
    plain, _ = frames_of(tmp_path / "plain.mp4")
    blurred, _ = frames_of(tmp_path / "blurred.mp4")
    head = find_head(session.track)
    height, width = plain[0].shape[:2]
    y, x = np.mgrid[:height, :width]
    for frame in range(0, len(plain), 5):
        centre, radius = head.centres_px[frame, 0], head.radius_px[frame]
        distance = np.hypot(x - centre[0], y - centre[1])
        difference = np.abs(plain[frame].astype(float) - blurred[frame]).mean(axis=-1)
        away = np.hypot(*(head.centres_px[frame, 1] - centre))
        assert difference[distance < 0.6 * radius].mean() > 8
        assert difference[distance > 1.2 * radius + away].mean() < 1, "only what the encoder makes of it"
