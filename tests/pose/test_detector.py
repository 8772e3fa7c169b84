"""The detector's arithmetic on made-up guesses, and the real one on pictures put together from a real sample."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.data import ModelInfo
from footstrike.errors import ModelError
from footstrike.pose.detector import INPUT_PX, PersonDetector, anchors, bodies
from footstrike.pose.models import ModelFile, find_detector
from footstrike.video import open_video

from .conftest import REPOSITORY

GUESSES = len(anchors())
NOBODY = np.full(GUESSES, -20.0)


def guess(anchor: int, hips: tuple[float, float], rim: tuple[float, float], head: float = 0.1) -> np.ndarray:
    """One guess, in pixels from its anchor: a box around the head, the hips and the rim, all 0 to 1 in the picture."""
    points = np.zeros(12)
    points[:2], points[2:4] = (np.array(rim) - anchors()[anchor]) * INPUT_PX, head * INPUT_PX
    points[4:6] = (np.array(hips) - anchors()[anchor]) * INPUT_PX
    points[6:8] = (np.array(rim) - anchors()[anchor]) * INPUT_PX
    return points


def guessed(*guesses: tuple[int, np.ndarray, float]) -> np.ndarray:
    values, logits = np.zeros((GUESSES, 12)), NOBODY.copy()
    for anchor, points, logit in guesses:
        values[anchor], logits[anchor] = points, logit
    return bodies(values, logits)


def test_anchors_are_the_middles_of_the_grids_cells() -> None:
    assert GUESSES == 2254
    np.testing.assert_allclose(anchors()[[0, 1, 2]], [[0.5 / 28, 0.5 / 28]] * 2 + [[1.5 / 28, 0.5 / 28]])
    np.testing.assert_allclose(anchors()[-1], [6.5 / 7, 6.5 / 7])
    np.testing.assert_allclose(anchors().mean(axis=0), 0.5)


def test_nobody() -> None:
    assert guessed().shape == (0, 2, 2)


@given(st.integers(0, GUESSES - 1), st.floats(0, 1), st.floats(0, 1))
def test_points_are_told_from_the_anchor(anchor: int, x: float, y: float) -> None:
    found = guessed((anchor, guess(anchor, (x, y), (0.5, 0.2)), 3.0))
    np.testing.assert_allclose(found, [[(x, y), (0.5, 0.2)]], atol=1e-9)


def test_guesses_of_one_head_are_one_person_and_the_surest_weighs_most() -> None:
    one, two = guess(10, (0.40, 0.5), (0.40, 0.3)), guess(900, (0.42, 0.5), (0.42, 0.3))
    ((hips, rim),) = guessed((10, one, 4.0), (900, two, 0.1))
    assert 0.40 < hips[0] < 0.41
    assert rim[0] == pytest.approx(hips[0])


def test_two_heads_are_two_people_the_surest_first() -> None:
    found = guessed((10, guess(10, (0.2, 0.5), (0.2, 0.3)), 1.0), (900, guess(900, (0.8, 0.5), (0.8, 0.3)), 2.0))
    np.testing.assert_allclose(found[:, 0, 0], [0.8, 0.2])


@pytest.fixture(scope="module")
def detector() -> PersonDetector:
    return PersonDetector(find_detector())


@pytest.fixture(scope="module")
def runner() -> np.ndarray:
    """A drawn runner, 720 x 960, about 500 px tall."""
    with open_video(REPOSITORY / "sample_videos" / "heel_left_30fps.mp4") as reader:
        return next(iter(reader.frames([10]))).rgb


def beside(rgb: np.ndarray, width_px: int, *lefts_px: int) -> np.ndarray:
    """Put copies of a picture beside each other on its own background."""
    wide = np.tile(rgb[:, :1], (1, width_px, 1))
    for left in lefts_px:
        wide[:, left : left + rgb.shape[1]] = rgb
    return wide


def test_one_runner(detector: PersonDetector, runner: np.ndarray) -> None:
    (region,) = detector.people(runner)
    assert 250 < region.x_px < 450
    assert 0.6 * runner.shape[0] < region.side_px < 1.3 * runner.shape[0]


def test_two_runners(detector: PersonDetector, runner: np.ndarray) -> None:
    width = runner.shape[1]
    found = detector.people(beside(runner, 2 * width, 0, width))
    assert len(found) == 2
    left, right = sorted(region.x_px for region in found)
    assert right - left == pytest.approx(width, abs=0.08 * width)


def test_a_small_runner_is_found_by_a_thorough_search_where_they_are(
    detector: PersonDetector, runner: np.ndarray
) -> None:
    far = cv2.resize(runner, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    wide = np.tile(far[:1, :1], (720, 1280, 1))
    wide[300 : 300 + far.shape[0], 900 : 900 + far.shape[1]] = far
    (region,) = detector.search(wide)
    assert region.x_px == pytest.approx(900 + far.shape[1] / 2, abs=20)
    assert region.y_px == pytest.approx(300 + far.shape[0] / 2, abs=30)


def test_a_picture_of_two_pixels(detector: PersonDetector) -> None:
    assert detector.people(np.zeros((1, 2, 3), np.uint8)) == detector.search(np.zeros((1, 2, 3), np.uint8)) == ()


def test_another_network_is_refused(tmp_path: Path) -> None:
    landmarks = REPOSITORY / "models" / "pose_landmarks_lite.tflite"
    with pytest.raises(ModelError, match="not BlazePose's detector"):
        PersonDetector(ModelFile(landmarks, ModelInfo("lite", "0")))
