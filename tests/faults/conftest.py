"""Recordings for tests of faults: as short as an analysis allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from footstrike.video import VideoWriter, open_video


@pytest.fixture(scope="session")
def runner_video(sample_video: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One and a half seconds of a drawn runner: few steps, and soon analysed."""
    path = tmp_path_factory.mktemp("runner") / "runner.mp4"
    with open_video(sample_video) as reader, VideoWriter(path, reader.width_px, reader.height_px) as writer:
        for frame in reader.frames(range(90)):
            writer.write(frame.rgb, frame.time_s)
    return path


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """An empty folder to work in."""
    (tmp_path / "here").mkdir()
    return tmp_path / "here"
