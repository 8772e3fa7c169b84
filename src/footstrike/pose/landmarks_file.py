"""Landmark files: a pose track and what is known of its video, as a NumPy archive without pickles.

Schema 1, all members little-endian: ``metadata`` is one JSON text; ``time_s`` and
``presentation_time_s`` are float64; the landmark arrays are float32 and named as in
:class:`footstrike.data.PoseTrack`. Fields that are ``None`` are left out. The same track gives the
same bytes.
"""

from __future__ import annotations

import json
import math
import zipfile
from dataclasses import fields
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from footstrike.data import ModelInfo, PoseTrack, VideoInfo, require
from footstrike.errors import LandmarksError, OutputError

_SCHEMA = 1
_OPTIONAL_ARRAYS = (
    "world_m",
    "refined_xy_px",
    "refined_visibility",
    "refined_shoulders_m",
    "camera_px",
    "shot",
    "shoe_turn_deg",
    "region",
)
_LANDMARK_ARRAYS = ("xy_px", "visibility", *_OPTIONAL_ARRAYS)
_REQUIRED = ("metadata", "time_s", "xy_px", "visibility")
_LONGEST_REASON = 160
_QUICK = 1
"""Compression level; landmarks are mostly noise, and the highest saves 0.5 % of a file."""
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_FARTHEST = 100
"""No part of a person who is seen lies this many picture widths or heights outside of it."""
_MOST_PEOPLE = 1000
_LARGEST_BYTES = 512 * 1024**2
"""Two hours at 60 frames per second; a file that claims to unpack to more is refused."""


def save_landmarks(path: Path, track: PoseTrack, video: VideoInfo | None) -> None:
    """Write ``track``, and ``video`` where known, to ``path`` (.npz).

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    arrays = {name: getattr(track, name) for name in _LANDMARK_ARRAYS}
    members: dict[str, NDArray[Any]] = {
        "metadata": np.array(json.dumps(_metadata(track, video), sort_keys=True), dtype=np.str_),
        "time_s": track.time_s.astype("<f8"),
        **{name: values.astype("<f4") for name, values in arrays.items() if values is not None},
    }
    if video is not None:
        members["presentation_time_s"] = video.presentation_time_s.astype("<f8")
    try:
        with zipfile.ZipFile(path, "w") as archive:
            for name, array in members.items():
                _write_member(archive, name, array)
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written ({error.strerror}); check folder, permissions and free space."
        ) from None


def load_landmarks(path: Path) -> tuple[PoseTrack, VideoInfo | None]:
    """Read a file written by :func:`save_landmarks`.

    Raises
    ------
    LandmarksError
        If ``path`` is missing or is not such a file, whatever it holds instead.
    """
    if not path.is_file():
        raise LandmarksError(f"There is no landmarks file {path}; check the name and the folder.")
    try:
        members = _read_members(path)
        metadata = json.loads(str(members["metadata"]))
        return _track(members, metadata), _video(members, metadata)
    except Exception as error:  # hostile bytes make zip, NumPy and JSON raise nearly anything
        what = " ".join(str(error).split())[:_LONGEST_REASON] or type(error).__name__
        raise LandmarksError(
            f"{path} is not a landmarks file of footstrike, or is damaged ({what}); analyse the video again."
        ) from None


def _metadata(track: PoseTrack, video: VideoInfo | None) -> dict[str, Any]:
    return {
        "schema": _SCHEMA,
        "backend": track.backend,
        "frame_size_px": track.frame_size_px,
        "models": [[model.name, model.sha256] for model in track.models],
        "people": track.people,
        "pictures_hz": track.pictures_hz if math.isfinite(track.pictures_hz) else None,
        "video": None if video is None else _video_metadata(video),
    }


def _video_metadata(video: VideoInfo) -> dict[str, Any]:
    values = {field.name: getattr(video, field.name) for field in fields(video)}
    del values["presentation_time_s"]
    rate = video.stored_rate_hz
    return {**values, "stored_rate_hz": None if rate is None else str(rate)}


def _write_member(archive: zipfile.ZipFile, name: str, array: NDArray[Any]) -> None:
    info = zipfile.ZipInfo(f"{name}.npy", _FIXED_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # the same bytes on every system
    content = BytesIO()
    npy_format.write_array(content, np.asarray(array), version=(1, 0), allow_pickle=False)
    archive.writestr(info, content.getbuffer(), compresslevel=_QUICK)


def _read_members(path: Path) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(path) as archive:
        sizes = {Path(info.filename).stem: info.file_size for info in archive.infolist()}
        missing = [name for name in _REQUIRED if name not in sizes]
        require(not missing, f"it holds no {' and no '.join(missing)}")
        require(sum(sizes.values()) <= _LARGEST_BYTES, f"it claims to unpack to {sum(sizes.values())} bytes")
        names = sizes.keys() & {*_REQUIRED, *_LANDMARK_ARRAYS, "presentation_time_s"}
        return {name: _array(archive.read(f"{name}.npy"), name) for name in names}


def _array(content: bytes, name: str) -> NDArray[Any]:
    """Return the array in ``content`` without trusting the size that its header claims."""
    stream = BytesIO(content)
    require(npy_format.read_magic(stream) == (1, 0), f"{name} has an unknown array format")
    shape, is_fortran, dtype = npy_format.read_array_header_1_0(stream)
    require(dtype.kind == ("U" if name == "metadata" else "f"), f"{name} has elements of type {dtype}")
    flat = np.frombuffer(content, dtype, offset=stream.tell())
    return flat.reshape(shape, order="F" if is_fortran else "C")


def _track(members: dict[str, NDArray[Any]], metadata: dict[str, Any]) -> PoseTrack:
    schema = metadata["schema"]
    require(schema == _SCHEMA, f"its schema is {schema}, this version reads {_SCHEMA}")
    for name in ("visibility", "refined_visibility"):
        shares = members.get(name, np.zeros(0))
        require(bool(np.all((shares >= 0) & (shares <= 1))), f"{name} is not between 0 and 1")
    for name in ("camera_px", "shot"):
        require(bool(np.isfinite(members.get(name, np.zeros(0))).all()), f"{name} holds an unknown number")
    for name in ("xy_px", "world_m", "refined_xy_px", "refined_shoulders_m", "shoe_turn_deg", "region"):
        beyond = np.abs(members.get(name, np.zeros(0))) > np.finfo(np.float32).max
        require(not beyond.any(), f"{name} holds an infinite number")
    width_px, height_px = (int(size) for size in metadata["frame_size_px"])
    require(min(width_px, height_px) > 0, f"its frame size is {width_px} x {height_px}")
    for name in ("xy_px", "refined_xy_px"):
        farthest = float(np.nanmax(np.abs(members.get(name, 0.0)), initial=0))
        require(farthest <= _FARTHEST * max(width_px, height_px), f"{name} lies {farthest:.3g} pixels from the picture")
    return PoseTrack(
        time_s=members["time_s"],
        frame_size_px=(width_px, height_px),
        backend=str(metadata["backend"]),
        models=tuple(ModelInfo(str(name), str(checksum)) for name, checksum in metadata["models"]),
        xy_px=members["xy_px"],
        visibility=members["visibility"],
        people=_people(metadata.get("people", 1)),
        pictures_hz=_pictures_hz(metadata.get("pictures_hz")),
        **{name: members.get(name) for name in _OPTIONAL_ARRAYS},
    )


def _people(count: Any) -> int:
    require(isinstance(count, int) and 0 <= count <= _MOST_PEOPLE, f"its number of people is {count!r}")
    return int(count)


def _pictures_hz(rate: Any) -> float:
    require(rate is None or (isinstance(rate, float) and 0 <= rate < math.inf), f"its rate of pictures is {rate!r}")
    return math.nan if rate is None else float(rate)


def _video(members: dict[str, NDArray[Any]], metadata: dict[str, Any]) -> VideoInfo | None:
    values = metadata["video"]
    if values is None:
        return None
    name, rate, capture_rate = str(values["name"]), values["stored_rate_hz"], values.get("capture_rate_hz")
    require(Path(name).name == name, f"the video's name is {name!r}")
    return VideoInfo(
        name=name,
        sha256=str(values["sha256"]),
        size_bytes=int(values["size_bytes"]),
        width_px=int(values["width_px"]),
        height_px=int(values["height_px"]),
        presentation_time_s=members["presentation_time_s"],
        stored_rate_hz=None if rate is None else Fraction(rate),
        rotation_deg=int(values["rotation_deg"]),
        variable_rate=bool(values["variable_rate"]),
        codec=str(values["codec"]),
        damaged_packets=int(values["damaged_packets"]),
        truncated=bool(values["truncated"]),
        capture_rate_hz=None if capture_rate is None else float(capture_rate),
    )
