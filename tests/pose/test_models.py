from __future__ import annotations

import hashlib
import shutil
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from footstrike.errors import ModelError
from footstrike.pose import BlazePose, models

from .conftest import REPOSITORY


@pytest.fixture
def bundles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the models' folder with the lite network and the detector only."""
    source = REPOSITORY / "models"
    for name in ("SHA256SUMS", "pose_landmarks_lite.tflite", "pose_detector.tflite"):
        shutil.copy(source / name, tmp_path / name)
    monkeypatch.setattr(models, "models_folder", lambda: tmp_path)
    for cached in (models.find_model, models.find_detector):
        cached.cache_clear()
    yield tmp_path
    for cached in (models.find_model, models.find_detector):
        cached.cache_clear()


@pytest.mark.parametrize("model", models.BUNDLED_MODELS)
def test_bundled_models_are_there_and_whole(model: str) -> None:
    found = models.find_model(model)
    assert found.info.name == f"pose_landmarks_{model}"
    assert found.info.sha256 == hashlib.sha256(found.path.read_bytes()).hexdigest()
    assert BlazePose(model).models() == (models.find_detector().info, found.info)


def test_missing(bundles: Path) -> None:
    with pytest.raises(ModelError, match=r"missing.*reinstall"):
        models.find_model("full")


def test_damaged(bundles: Path) -> None:
    path = bundles / "pose_landmarks_lite.tflite"
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    found = hashlib.sha256(content).hexdigest()
    with pytest.raises(ModelError, match=rf"damaged: sha256 {found}, expected [0-9a-f]{{64}}; reinstall"):
        models.find_model("lite")


def test_checksum_list_missing_or_silent(bundles: Path) -> None:
    (bundles / "SHA256SUMS").write_text("abc  other.task\n")
    with pytest.raises(ModelError, match="does not name"):
        models.find_model("lite")
    (bundles / "SHA256SUMS").unlink()
    with pytest.raises(ModelError, match="missing or unreadable"):
        models.find_model("lite")


def test_checked_once_per_process(bundles: Path) -> None:
    first = models.find_model("lite")
    (bundles / "pose_landmarks_lite.tflite").write_bytes(b"changed later")
    assert models.find_model("lite") is first


def test_own_bundle(bundles: Path) -> None:
    own = shutil.copy(REPOSITORY / "scripts" / "comparison" / "pose_landmarker_full.task", bundles / "own.task")
    found = models.find_model(str(own))
    assert found.info.name == "own"
    with zipfile.ZipFile(own) as bundle:
        assert found.network() == bundle.read("pose_landmarks_detector.tflite")


def test_workers_that_start_together_share_what_is_read(bundles: Path) -> None:
    found, together = models.find_model("lite"), threading.Barrier(4)

    def read() -> bytes:
        together.wait()
        return found.network()

    models._read_network.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        first, *others = [one.result() for one in [pool.submit(read) for _ in range(4)]]
    assert all(other is first for other in others)


def test_detector_missing(bundles: Path) -> None:
    (bundles / "pose_detector.tflite").unlink()
    with pytest.raises(ModelError, match=r"missing.*reinstall"):
        models.find_detector()


def test_own_bundle_of_the_wrong_kind(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"There is no pose model .* lite, full, heavy"):
        models.find_model(str(tmp_path / "none.task"))
    (tmp_path / "text.task").write_text("words")
    with pytest.raises(ModelError, match="not a Pose Landmarker bundle"):
        models.find_model(str(tmp_path / "text.task"))
    with zipfile.ZipFile(tmp_path / "hand.task", "w") as bundle:
        bundle.writestr("pose_detector.tflite", b"")
    with pytest.raises(ModelError, match=r"holds no pose_landmarks_detector\.tflite"):
        models.find_model(str(tmp_path / "hand.task"))
