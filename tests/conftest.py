"""Recordings that every part of the tests may use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from footstrike.pose import save_landmarks
from footstrike.video import VideoWriter, open_video
from runner_model import RunnerModel, as_pose_track

REPOSITORY = Path(__file__).resolve().parents[1]

# The same examples in every run, so that a failure is always the change's; explore with
# `pytest --hypothesis-profile=default`.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def sample_video() -> Path:
    """A drawn runner on a treadmill, landing on the heel."""
    return REPOSITORY / "sample_videos" / "heel_right_60fps.mp4"


@pytest.fixture(scope="session")
def short_video(sample_video: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first two seconds of the sample video: enough steps for a whole analysis."""
    path = tmp_path_factory.mktemp("short") / "short.mp4"
    with (
        open_video(sample_video) as reader,
        VideoWriter(path, reader.width_px, reader.height_px) as writer,
    ):
        for frame in reader.frames(range(120)):
            writer.write(frame.rgb, frame.time_s)
    return path


@pytest.fixture(scope="session")
def landmarks_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of what a perfect pose model would see of a heel striker."""
    path = tmp_path_factory.mktemp("landmarks") / "run.npz"
    save_landmarks(path, as_pose_track(RunnerModel(direction="right"), np.arange(240) / 60), None)
    return path
