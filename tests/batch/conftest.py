"""What the tests of many clips share."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# Workers are told the parent's sys.path, so they find what these tests hand them.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def club(tmp_path: Path, landmarks_file: Path) -> Path:
    """A folder with two runs called the same, quick to analyse, and a file that is none."""
    for day in ("monday", "tuesday"):
        (tmp_path / "club" / day).mkdir(parents=True)
        shutil.copy(landmarks_file, tmp_path / "club" / day / "run.npz")
    (tmp_path / "club" / "tuesday" / "empty.npz").touch()
    return tmp_path / "club"


@pytest.fixture
def touch(tmp_path: Path) -> Callable[..., None]:
    """Make empty files below the test's folder."""

    def make(*names: str) -> None:
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()

    return make
