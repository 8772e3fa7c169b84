"""Finding pose models and making sure they are what they should be."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from footstrike.data import ModelInfo
from footstrike.errors import ModelError

BUNDLED_MODELS = ("lite", "full", "heavy")
"""Names of the landmark networks that travel with footstrike, fastest first."""
_DETECTOR_NAME = "pose_detector.tflite"
_NETWORK_MEMBER = "pose_landmarks_detector.tflite"
_NETWORK_SUFFIX = ".tflite"
_CHECKSUMS_NAME = "SHA256SUMS"
_one_reads = threading.Lock()
_REINSTALL = "reinstall footstrike, or run scripts/build_pose_models.py in a source checkout"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A checked model: where it lies and what it is."""

    path: Path
    info: ModelInfo

    def network(self) -> bytes:
        """Return the network, from inside a bundle where it is one; all who run it share what was read."""
        with _one_reads:  # several at once would each read and hold their own
            return _read_network(self.path)


@lru_cache(maxsize=2)  # the detector and the landmark network that are at work
def _read_network(path: Path) -> bytes:
    if path.suffix == _NETWORK_SUFFIX:
        return path.read_bytes()
    with zipfile.ZipFile(path) as bundle:
        return bundle.read(_NETWORK_MEMBER)


@cache
def find_model(model: str) -> ModelFile:
    """Return the landmark network called ``model`` (lite, full, heavy), or the bundle at the path ``model``.

    Checked once per process: a named one against the checksum list beside it, any other for
    being a Pose Landmarker bundle.

    Raises
    ------
    ModelError
        If the model is missing, damaged or of another kind.
    """
    return _bundled(f"pose_landmarks_{model}.tflite") if model in BUNDLED_MODELS else _from_path(Path(model))


@cache
def find_detector() -> ModelFile:
    """Return the network that finds people in a picture; raise :class:`ModelError` when it is missing or damaged."""
    return _bundled(_DETECTOR_NAME)


def _bundled(name: str) -> ModelFile:
    path = models_folder() / name
    if not path.is_file():
        raise ModelError(f"The pose model {path.name} is missing from {path.parent}; {_REINSTALL}.")
    found, expected = _sha256(path), _expected_sha256(path)
    if found != expected:
        raise ModelError(f"The pose model {path.name} is damaged: sha256 {found}, expected {expected}; {_REINSTALL}.")
    return ModelFile(path, ModelInfo(path.stem, found))


def _from_path(path: Path) -> ModelFile:
    if not path.is_file():
        names = ", ".join(BUNDLED_MODELS)
        raise ModelError(f"There is no pose model {path}; name one of {names}, or a .task bundle.")
    try:
        with zipfile.ZipFile(path) as bundle:
            members = bundle.namelist()
    except (zipfile.BadZipFile, OSError):
        raise ModelError(f"{path} is not a Pose Landmarker bundle (no zip); give a .task file.") from None
    if _NETWORK_MEMBER not in members:
        raise ModelError(f"{path} is not a Pose Landmarker bundle: it holds no {_NETWORK_MEMBER}.")
    return ModelFile(path, ModelInfo(path.stem, _sha256(path)))


def models_folder() -> Path:
    """Return the models' folder: inside an installed package, beside ``src`` in a source checkout."""
    package = Path(str(files("footstrike")))
    installed = package / "models"
    return installed if installed.is_dir() else package.parent.parent / "models"


def _expected_sha256(path: Path) -> str:
    listing = path.parent / _CHECKSUMS_NAME
    try:
        lines = listing.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ModelError(f"The checksum list {listing} is missing or unreadable; {_REINSTALL}.") from None
    checksums = {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}
    if path.name not in checksums:
        raise ModelError(f"The checksum list {listing} does not name {path.name}; {_REINSTALL}.")
    return checksums[path.name]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
