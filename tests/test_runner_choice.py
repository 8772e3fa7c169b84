"""Several people in one picture, put together from the project's own samples, whose landings are known."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from footstrike.analysis import analyze
from footstrike.data import Session
from footstrike.errors import NotAnalysableError
from footstrike.settings import Settings
from footstrike.video import VideoWriter, open_video

SAMPLES = Path(__file__).resolve().parents[1] / "sample_videos"
RIGHT, LEFT = "heel_right_60fps", "midfoot_right_60fps"
FRAMES, SIZE = 240, (1280, 720)
pytestmark = pytest.mark.slow


def pictures(name: str) -> Iterator[np.ndarray]:
    with open_video(SAMPLES / f"{name}.mp4") as reader:
        yield from (frame.rgb for frame in reader.frames(range(FRAMES)))


def contacts_s(name: str) -> list[float]:
    with (SAMPLES / f"{name}.truth.csv").open(encoding="utf-8") as file:
        times = [float(row["contact_time_s"]) for row in csv.DictReader(file)]
    return [time for time in times if 0.3 < time < FRAMES / 60 - 0.4]


def figure(rgb: np.ndarray, empty: np.ndarray) -> np.ndarray:
    """Return a mask of what is not the empty scene."""
    differs = (np.abs(rgb.astype(int) - empty).max(axis=2) > 25).astype(np.uint8)
    return cv2.morphologyEx(differs, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)) > 0


def write(path: Path, frames: Iterator[np.ndarray]) -> Path:
    with VideoWriter(path, *SIZE) as writer:
        for number, rgb in enumerate(frames):
            writer.write(rgb, number / 60)
    return path


def found(session: Session, name: str) -> int:
    """How many of a sample's landings are among the session's steps."""
    times = np.array([step.contact.contact_s.value for step in session.steps])
    return sum(bool(np.abs(times - time).min() < 0.05) for time in contacts_s(name))


@pytest.fixture(scope="module")
def two_runners(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two samples side by side, the left one a little smaller."""

    def frames() -> Iterator[np.ndarray]:
        for one, other in zip(pictures(LEFT), pictures(RIGHT), strict=True):
            height, width = SIZE[1], SIZE[0] // 2
            left = cv2.resize(one, (round(width * 0.9), round(one.shape[0] * width * 0.9 / one.shape[1])))
            right = cv2.resize(other, (width, round(other.shape[0] * width / other.shape[1])))
            scene = np.full((SIZE[1], SIZE[0], 3), one[0, 0])
            for part, left_px in ((left, 0), (right, width)):
                part = part[:height]
                scene[height - len(part) :, left_px : left_px + part.shape[1]] = part
            yield scene

    return write(tmp_path_factory.mktemp("runners") / "two.mp4", frames())


@pytest.mark.parametrize(("runner", "name"), [("left", LEFT), ("right", RIGHT), ("300,400", LEFT)])
def test_the_chosen_one_of_two_runners_is_analysed(two_runners: Path, runner: str, name: str) -> None:
    session = analyze(two_runners, Settings(runner=runner))
    assert found(session, name) >= len(contacts_s(name)) - 1
    assert session.track.people == 2
    assert "several_people" in [note.code for note in session.warnings]


def test_there_is_no_third(two_runners: Path) -> None:
    with pytest.raises(NotAnalysableError, match="no runner 3: 2 people were seen"):
        analyze(two_runners, Settings(runner="3"))


def test_somebody_who_stands_in_front_is_not_the_runner(tmp_path: Path) -> None:
    """A still figure, larger than the runner, beside them all the time."""
    still = next(pictures(LEFT))
    tall = cv2.resize(still, None, fx=1.15, fy=1.15)[: SIZE[1], 80 : SIZE[0] // 2 + 80]

    def frames() -> Iterator[np.ndarray]:
        for rgb in pictures(RIGHT):
            scene = np.full((SIZE[1], SIZE[0], 3), rgb[0, 0])
            scene[-len(tall) :, : tall.shape[1]] = tall
            small = cv2.resize(rgb, None, fx=0.65, fy=0.65)
            scene[-small.shape[0] :, SIZE[0] - small.shape[1] :] = small
            yield scene

    session = analyze(write(tmp_path / "bystander.mp4", frames()))
    assert found(session, RIGHT) >= len(contacts_s(RIGHT)) - 1


def test_somebody_who_crosses_in_front_costs_only_the_steps_that_they_hide(tmp_path: Path) -> None:
    """A figure as large as the runner slides by, as fast as people walk, over them from 1.3 to 2.3 s."""
    scenes = np.stack(list(pictures(RIGHT)))
    passer = next(pictures(LEFT))
    mask = figure(passer, np.median(np.stack(list(pictures(LEFT)))[::7], axis=0))

    def frames() -> Iterator[np.ndarray]:
        for number, rgb in enumerate(scenes):
            scene = np.full((SIZE[1], SIZE[0], 3), rgb[0, 0])
            base = cv2.resize(rgb, None, fx=1.0, fy=1.0)[: SIZE[1]]
            left = (SIZE[0] - base.shape[1]) // 2
            scene[-len(base) :, left : left + base.shape[1]] = base
            x = round(-500 + 9.5 * number)
            rows, columns = np.nonzero(mask[: SIZE[1]])
            inside = (columns + x >= 0) & (columns + x < SIZE[0])
            scene[rows[inside], columns[inside] + x] = passer[rows[inside], columns[inside]]
            yield scene

    session = analyze(write(tmp_path / "passer.mp4", frames()))
    assert found(session, RIGHT) >= len(contacts_s(RIGHT)) - 5
    assert sum(step.contact.contact_s.value > 2.8 for step in session.steps) >= 2
    truth = contacts_s(RIGHT)
    assert all(min(abs(step.contact.contact_s.value - t) for t in truth) < 0.12 for step in session.steps[1:-1])
