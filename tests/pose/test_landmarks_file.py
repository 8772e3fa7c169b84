from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footstrike.data import PoseTrack, VideoInfo
from footstrike.errors import LandmarksError, OutputError
from footstrike.pose import load_landmarks, save_landmarks

ARRAYS = (
    "time_s",
    "xy_px",
    "visibility",
    "world_m",
    "refined_xy_px",
    "refined_visibility",
    "refined_shoulders_m",
    "shoe_turn_deg",
)


@pytest.fixture
def saved(tmp_path: Path, track: PoseTrack, video_info: VideoInfo) -> Path:
    save_landmarks(tmp_path / "landmarks.npz", track, video_info)
    return tmp_path / "landmarks.npz"


def test_round_trip(saved: Path, track: PoseTrack, video_info: VideoInfo) -> None:
    loaded, video = load_landmarks(saved)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(loaded, name), getattr(track, name))
    assert (loaded.frame_size_px, loaded.backend, loaded.models) == (
        track.frame_size_px,
        track.backend,
        track.models,
    )
    assert video is not None
    np.testing.assert_array_equal(video.presentation_time_s, video_info.presentation_time_s)
    names = [name for name in VideoInfo.__slots__ if name != "presentation_time_s"]
    assert [getattr(video, name) for name in names] == [getattr(video_info, name) for name in names]


def test_round_trip_without_the_optional_parts(tmp_path: Path, track: PoseTrack) -> None:
    bare = track.replace(world_m=None, refined_xy_px=None, refined_visibility=None, refined_shoulders_m=None)
    save_landmarks(tmp_path / "bare.npz", bare, None)
    loaded, video = load_landmarks(tmp_path / "bare.npz")
    assert video is None
    assert loaded.world_m is None
    assert loaded.refined_xy_px is None
    np.testing.assert_array_equal(loaded.xy_px, track.xy_px)


def test_same_bytes_every_time(saved: Path, tmp_path: Path) -> None:
    save_landmarks(tmp_path / "again.npz", *load_landmarks(saved))
    assert (tmp_path / "again.npz").read_bytes() == saved.read_bytes()


def test_numpy_reads_it_without_pickle(saved: Path, track: PoseTrack) -> None:
    with np.load(saved, allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["xy_px"], track.xy_px)
        assert json.loads(str(arrays["metadata"]))["schema"] == 1


def test_unwritable(tmp_path: Path, track: PoseTrack) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        save_landmarks(tmp_path / "no" / "landmarks.npz", track, None)


def refusal(path: Path) -> str:
    with pytest.raises(LandmarksError) as caught:
        load_landmarks(path)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 600
    return message


def rewrite(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def npy(array: Any, *, allow_pickle: bool = False) -> bytes:
    content = BytesIO()
    np.save(content, np.asarray(array), allow_pickle=allow_pickle)
    return content.getvalue()


def test_missing_and_foreign_files(tmp_path: Path) -> None:
    assert "There is no landmarks file" in refusal(tmp_path / "none.npz")
    assert "There is no landmarks file" in refusal(tmp_path)
    (tmp_path / "text.npz").write_text("words")
    assert "not a landmarks file" in refusal(tmp_path / "text.npz")
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    assert "holds no metadata and no time_s" in refusal(tmp_path / "other.npz")


@pytest.mark.parametrize("name", ["metadata", "time_s", "xy_px", "visibility", "presentation_time_s"])
def test_missing_member(saved: Path, name: str) -> None:
    rewrite(saved, lambda members: members.pop(f"{name}.npy") and None)
    assert name in refusal(saved)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("time_s", [0, 0.1, np.nan, 0.3, 0.4]),
        ("time_s", [0, 0.1, 0.1, 0.3, 0.4]),
        ("time_s", np.arange(6.0)),
        ("time_s", np.arange(5)),
        ("time_s", 0.0),
        ("xy_px", np.zeros((5, 32, 2))),
        ("xy_px", np.full((5, 33, 2), np.inf)),
        ("xy_px", np.zeros((5, 33, 2), dtype="U4")),
        ("visibility", np.full((5, 33), 1.5)),
        ("visibility", np.full((5, 33), np.nan)),
        ("world_m", np.zeros((5, 33, 2))),
        ("world_m", np.full((5, 33, 3), 1e39)),
        ("refined_visibility", np.zeros((4, 33))),
        ("presentation_time_s", np.zeros(5)),
        ("metadata", "no json"),
        ("metadata", "[1, 2]"),
        ("metadata", "null"),
        ("metadata", "[" * 100_000),
        ("metadata", 3.0),
    ],
)
def test_wrong_content(saved: Path, name: str, array: Any) -> None:
    rewrite(saved, lambda members: members.update({f"{name}.npy": npy(array)}))
    refusal(saved)


def test_pickles_are_never_opened(saved: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "sprung",))

    trap = npy(np.array([Trap()], dtype=object), allow_pickle=True)
    for name in ("metadata", "xy_px"):
        rewrite(saved, lambda members, name=name: members.update({f"{name}.npy": trap}))
        refusal(saved)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 2},
        {"schema": None},
        {"frame_size_px": [0, 80]},
        {"frame_size_px": [1e400, 80]},
        {"frame_size_px": 7},
        {"models": [["name only"]]},
        {"models": 3},
        {"video": []},
        {"video": {"name": "../../etc/run.mp4", "stored_rate_hz": None}},
        {"video": {"name": "run.mp4", "stored_rate_hz": "1/0"}},
    ],
)
def test_wrong_metadata(saved: Path, change: dict[str, Any]) -> None:
    def edit(members: dict[str, bytes]) -> None:
        metadata = json.loads(str(np.load(BytesIO(members["metadata.npy"]))))
        members["metadata.npy"] = npy(json.dumps({**metadata, **change}))

    rewrite(saved, edit)
    refusal(saved)


@pytest.mark.parametrize("shape", [b"(99999999999, 33, 2), }", b"(5, 33, 2            ", b"(-5, 33, -2), }        "])
def test_false_array_headers_are_refused(saved: Path, shape: bytes) -> None:
    def claim(members: dict[str, bytes]) -> None:
        content = members["xy_px.npy"]
        true = b"(5, 33, 2), }".ljust(len(shape))
        assert true in content
        members["xy_px.npy"] = content.replace(true, shape)

    rewrite(saved, claim)
    refusal(saved)


def test_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("metadata", "time_s", "visibility"):
            archive.writestr(f"{name}.npy", b"")
        with archive.open("xy_px.npy", "w") as member:
            for _ in range(65):
                member.write(bytes(8 * 1024**2))
    assert path.stat().st_size < 1024**2
    assert "claims to unpack to" in refusal(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_either_harmless_or_refused(saved: Path, data: st.DataObject) -> None:
    content = bytearray(saved.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = saved.with_name("damaged.npz")
    damaged.write_bytes(content[: data.draw(st.integers(len(content) - 3, len(content)))])
    try:
        load_landmarks(damaged)
    except LandmarksError as error:
        assert "\n" not in str(error)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_random_bytes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "random.npz").write_bytes(content)
    refusal(tmp_path / "random.npz")
