"""A camera that turns or shakes: a sample, filmed again through a window that moves over it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from footstrike.analysis import analyze
from footstrike.data import FloatArray, Session
from footstrike.video import VideoWriter, open_video

SAMPLE = Path(__file__).resolve().parents[1] / "sample_videos" / "heel_right_60fps.mp4"
FRAMES, RATE_HZ, SIZE = 240, 60.0, (760, 660)
TIME_S = np.arange(FRAMES) / RATE_HZ
pytestmark = pytest.mark.slow


def filmed_again(path: Path, right_px: FloatArray, down_px: FloatArray) -> Session:
    with open_video(SAMPLE) as reader, VideoWriter(path, *SIZE) as writer:
        for frame, right, down in zip(reader.frames(range(FRAMES)), right_px, down_px, strict=True):
            window = np.array([[1, 0, -100 - right], [0, 1, -30 - down]])
            writer.write(np.asarray(cv2.warpAffine(frame.rgb, window, SIZE), dtype=np.uint8), frame.time_s)
    return analyze(path)


def shaken(seed: int, most_px: float) -> FloatArray:
    """A hand's slow drift and quick tremble."""
    rng = np.random.default_rng(seed)
    waves = [
        rng.normal() / hz**0.7 * np.sin(2 * np.pi * (hz * TIME_S + rng.random())) for hz in (0.4, 0.9, 1.7, 2.9, 4.3)
    ]
    course = np.sum(waves, axis=0)
    return np.asarray(most_px * course / np.abs(course).max())


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Session:
    nothing = np.zeros(FRAMES)
    return filmed_again(tmp_path_factory.mktemp("still") / "still.mp4", nothing, nothing)


@pytest.mark.parametrize(
    ("right_px", "down_px"),
    [
        pytest.param(90 * np.sin(2 * np.pi * TIME_S / 5), np.zeros(FRAMES), id="turning"),
        pytest.param(shaken(1, 25), shaken(2, 18), id="in the hand"),
    ],
)
def test_the_steps_are_those_that_a_still_camera_sees(
    still: Session, tmp_path: Path, right_px: FloatArray, down_px: FloatArray
) -> None:
    moving = filmed_again(tmp_path / "moving.mp4", right_px, down_px)
    assert np.abs(np.asarray(moving.track.camera_px) - np.asarray(moving.track.camera_px)[0]).max() > 20
    times, still_times = (np.array([s.contact.contact_s.value for s in x.steps]) for x in (moving, still))
    pairs = [(int(np.abs(times - t).argmin()), n) for n, t in enumerate(still_times)]
    assert max(abs(times[a] - still_times[b]) for a, b in pairs[1:-1]) < 0.025
    assert abs(len(times) - len(still_times)) <= 1
    further_deg = []
    for a, b in pairs[1:-1]:
        assert moving.steps[a].contact.foot == still.steps[b].contact.foot
        seen, expected = moving.steps[a].landing.shank_angle_deg, still.steps[b].landing.shank_angle_deg
        further_deg.append(seen.value - expected.value)
        assert abs(further_deg[-1]) < 2 * np.hypot(seen.se, expected.se)
    assert abs(np.mean(further_deg)) < 1.5  # the error that all steps of a clip share
    assert moving.cadence_spm.value == pytest.approx(still.cadence_spm.value, abs=2)
