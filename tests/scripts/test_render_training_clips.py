from __future__ import annotations

from pathlib import Path

import pytest

import render_training_clips as training

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.mark.skipif(not (SHARED / "rbds").is_dir(), reason="the shared motion data is not here")
def test_every_runner_and_speed_is_drawn_once_a_round_and_always_alike():
    jobs = training.draw_jobs(SHARED)
    assert (
        len({job.name for job in jobs})
        == len(jobs)
        == len(training.ROUND_SEEDS) * len(list((SHARED / "rbds").glob("*.npz")))
    )
    assert training.draw_jobs(SHARED) == jobs
    assert all(job.name.startswith("r") and "--yaw" in job.options for job in jobs)


def test_a_motion_file_of_another_name_is_refused():
    with pytest.raises(SystemExit, match="expected a name like"):
        training._draw_job(training.random.Random(1), Path("run.npz"), "", {})
