"""What travels with footstrike, whole and damaged, and the sample."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from footstrike.doctor.trial import SAMPLE_LANDINGS, analysis_finding, check_models
from footstrike.video import open_video

REPOSITORY = Path(__file__).resolve().parents[2]
LOOK = "from footstrike.doctor.trial import check_models as c; f = c(); print(f.severity, f.found, f.fix, sep='|')"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A copy of footstrike as it is installed, models inside."""
    package = tmp_path / "site" / "footstrike"
    shutil.copytree(REPOSITORY / "src" / "footstrike", package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(REPOSITORY / "models", package / "models")
    return package


def truncated(models: Path) -> str:
    os.truncate(models / "pose_landmarks_heavy.tflite", 100_000)
    return "The pose model pose_landmarks_heavy.tflite is damaged"


def missing(models: Path) -> str:
    (models / "pose_landmarks_lite.tflite").unlink()
    return "The pose model pose_landmarks_lite.tflite is missing"


def without_checksums(models: Path) -> str:
    (models / "SHA256SUMS").unlink()
    return "The checksum list"


def corrections_cut(models: Path) -> str:
    os.truncate(models / "landing_corrections.json", 1000)
    return "The learned corrections landing_corrections.json are missing or damaged"


def reference_emptied(models: Path) -> str:
    os.truncate(models / "overstride_reference.csv", 0)
    return "The table of other runners overstride_reference.csv is missing or damaged"


@pytest.mark.parametrize("damage", [truncated, missing, without_checksums, corrections_cut, reference_emptied])
def test_damaged_installation(installed: Path, damage: Callable[[Path], str]) -> None:
    found = damage(installed / "models")
    environment = os.environ | {"PYTHONPATH": str(installed.parent)}
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env=environment, cwd=installed, capture_output=True, text=True, check=True
    )
    severity, said, fix = done.stdout.strip().split("|")
    assert (severity, done.stderr) == ("fault", "")
    assert said.startswith(found)
    assert fix.endswith("-m pip install --force-reinstall --no-deps .")


def test_models_are_whole() -> None:
    finding = check_models()
    assert (finding.code, finding.severity, finding.fix) == ("models", "ok", "")


@pytest.mark.parametrize(("landings", "severity"), [(0, "fault"), (3, "fault"), (5, "ok"), (SAMPLE_LANDINGS, "ok")])
def test_answer_is_judged(landings: int, severity: str) -> None:
    assert analysis_finding(landings, 3.21).severity == severity


def test_sample_is_small_and_runs_for_two_seconds() -> None:
    path = REPOSITORY / "src" / "footstrike" / "doctor" / "sample.mp4"
    assert path.stat().st_size < 50_000
    with open_video(path) as reader:
        times_s = [frame.time_s for frame in reader.frames()]
    assert len(times_s) == 60
    assert times_s[-1] == pytest.approx(59 / 30)
