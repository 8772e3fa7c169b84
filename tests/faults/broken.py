"""Files that are no whole video, no whole landmarks file, or no file at all; each maker returns what to type."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import socket
import wave
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np

_MKV_CLUSTER = b"\x1f\x43\xb6\x75"
Arguments = list[str | bytes | Path]
Maker = Callable[["Place"], Arguments]


@dataclass(frozen=True)
class Place:
    """An empty folder to make things in, and what they are made from."""

    folder: Path
    runner_video: Path
    landmarks: Path

    def write(self, name: str, content: bytes) -> Arguments:
        (self.folder / name).write_bytes(content)
        return [name]


# Videos ------------------------------------------------------------------------------------------------


def clip(
    path: Path,
    *,
    frames: int = 20,
    ticks: Callable[[int], int] = lambda number: number * 512,
    codec: str = "libx264",
    container: str | None = None,
    options: Mapping[str, str] | None = None,
    black: bool = False,
    pixels: str = "yuv420p",
    edit_packet: Callable[[int, Any], None] = lambda number, packet: None,
) -> Path:
    """Encode a small clip of noise in which nobody is seen, frame k at ``ticks(k)`` of 1/15360 s."""
    rng = np.random.default_rng(5)
    with av.open(str(path), "w", format=container, container_options=dict(options or {})) as output:
        stream = output.add_stream(codec, rate=30)
        stream.width, stream.height, stream.pix_fmt = 160, 120, pixels
        stream.time_base = stream.codec_context.time_base = Fraction(1, 15360)
        stream.codec_context.max_b_frames, stream.gop_size = 0, 6
        packets = []
        for number in range(frames):
            rgb = np.zeros((120, 160, 3), np.uint8) if black else rng.integers(0, 255, (120, 160, 3), np.uint8)
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
            frame.pts, frame.time_base = ticks(number), Fraction(1, 15360)
            packets += stream.encode(frame)
        for number, packet in enumerate([*packets, *stream.encode(None)]):
            edit_packet(number, packet)
            output.mux(packet)
    return path


def noise(place: Place, name: str = "run.mp4") -> Arguments:
    clip(place.folder / name)
    return [name]


def cut(share: float, name: str = "run.mp4", **choices: Any) -> Maker:
    """Return a maker of a clip of which only the first ``share`` is there."""

    def make(place: Place) -> Arguments:
        path = clip(place.folder / name, **choices)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        return [name]

    return make


def cut_at_front(place: Place) -> Arguments:
    path = clip(place.folder / "run.mp4")
    path.write_bytes(path.read_bytes()[200:])
    return ["run.mp4"]


def runner_cut(place: Place) -> Arguments:
    """The first 80 % of a film of a runner, its index at the front."""
    content = _index_first(place.runner_video, place.folder / "run.mp4").read_bytes()
    return place.write("run.mp4", content[: len(content) * 8 // 10])


def runner_damaged(place: Place) -> Arguments:
    """A film of a runner in which a tenth of the bytes in the middle are wiped."""
    content = bytearray(_index_first(place.runner_video, place.folder / "run.mp4").read_bytes())
    start, length = len(content) // 2, len(content) // 10
    content[start : start + length] = os.urandom(length)
    return place.write("run.mp4", bytes(content))


def runner_with_lost_packets(place: Place) -> Arguments:
    """A film of a runner without every thirtieth packet's content."""
    path = _index_first(place.runner_video, place.folder / "run.mp4", spoil_every=30)
    return [path.name]


def _index_first(source: Path, target: Path, spoil_every: int | None = None) -> Path:
    options = {"movflags": "+faststart"}
    with av.open(str(source)) as given, av.open(str(target), "w", container_options=options) as output:
        stream = output.add_stream_from_template(given.streams.video[0])
        for number, packet in enumerate(p for p in given.demux(video=0) if p.size):
            if spoil_every and number % spoil_every == spoil_every - 1:
                spoilt = av.Packet(bytes(packet.size))
                spoilt.pts, spoilt.dts, spoilt.time_base = packet.pts, packet.dts, packet.time_base
                spoilt.duration = packet.duration
                packet = spoilt
            packet.stream = stream
            output.mux(packet)
    return target


def blank_middle(place: Place) -> Arguments:
    path = clip(place.folder / "run.mp4")
    content = bytearray(path.read_bytes())
    start, end = content.index(b"mdat") + 4, content.index(b"moov") - 4
    content[start:end] = bytes(end - start)
    path.write_bytes(content)
    return ["run.mp4"]


def no_frame(place: Place) -> Arguments:
    """A header that is followed by nothing."""
    path = clip(place.folder / "run.mkv")
    content = path.read_bytes()
    path.write_bytes(content[: content.index(_MKV_CLUSTER)])
    return ["run.mkv"]


def one_frame(place: Place) -> Arguments:
    clip(place.folder / "run.mp4", frames=1)
    return ["run.mp4"]


def black(place: Place) -> Arguments:
    clip(place.folder / "run.mp4", black=True)
    return ["run.mp4"]


def a_year_long(place: Place) -> Arguments:
    """Twenty frames, of which the last claims to be shown a year after the others."""
    clip(place.folder / "run.mkv", ticks=lambda number: number * 512 + (15360 * 86400 * 365 if number == 19 else 0))
    return ["run.mkv"]


def header_claims_a_century(place: Place) -> Arguments:
    """A whole clip whose header claims 100 years and a million frames a second."""
    path = clip(place.folder / "run.mp4")
    content = bytearray(path.read_bytes())
    for atom in (b"mvhd", b"mdhd"):
        at = content.index(atom) + 4
        content[at + 16 : at + 20] = b"\x7f\xff\xff\xff"
    path.write_bytes(content)
    return ["run.mp4"]


def huge_picture(place: Place) -> Arguments:
    """A clip of 9,000 x 9,000 pixels: a quarter of a gigabyte for each picture of a small file."""
    frame = av.VideoFrame(9000, 9000, "yuvj420p")
    with av.open(str(place.folder / "run.avi"), "w") as output:
        stream = output.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt = 9000, 9000, "yuvj420p"
        output.mux([*stream.encode(frame), *stream.encode(None)])
    return ["run.avi"]


def picture(name: str, kind: str) -> Maker:
    def make(place: Place) -> Arguments:
        still = place.folder / f"still.{kind}"
        av.VideoFrame.from_ndarray(np.full((48, 64, 3), 90, np.uint8), format="rgb24").save(still)
        still.rename(place.folder / name)
        return [name]

    return make


def sound(place: Place) -> Arguments:
    with wave.open(str(place.folder / "run.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16_000))
    return ["run.wav"]


def write_sound(path: Path) -> None:
    """Write a movie file that holds silence and no picture."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=44_100)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        silence.sample_rate = 44_100
        for packet in [*stream.encode(silence), *stream.encode(None)]:
            output.mux(packet)


def sound_in_mp4(place: Place) -> Arguments:
    write_sound(place.folder / "run.mp4")
    return ["run.mp4"]


# What is no regular file --------------------------------------------------------------------------------


def nothing(place: Place) -> Arguments:
    return ["run.mp4"]


def named(name: str | bytes) -> Maker:
    return lambda place: [name]


def folder(place: Place) -> Arguments:
    (place.folder / "run.mp4").mkdir()
    return ["run.mp4"]


def closed_file(place: Place) -> Arguments:
    noise(place)
    (place.folder / "run.mp4").chmod(0)
    return ["run.mp4"]


def closed_folder(place: Place) -> Arguments:
    (place.folder / "closed").mkdir()
    noise(place, "closed/run.mp4")
    (place.folder / "closed").chmod(0)
    return ["closed/run.mp4"]


def pipe(place: Place) -> Arguments:
    os.mkfifo(place.folder / "run.mp4")
    return ["run.mp4"]


def unix_socket(place: Place) -> Arguments:
    here = Path.cwd()
    os.chdir(place.folder)  # a socket's path must be short
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("run.mp4")
    finally:
        os.chdir(here)
    return ["run.mp4"]


def dangling_link(place: Place) -> Arguments:
    (place.folder / "run.mp4").symlink_to("gone.mp4")
    return ["run.mp4"]


def circular_link(place: Place) -> Arguments:
    (place.folder / "run.mp4").symlink_to("run.mp4")
    return ["run.mp4"]


def content(name: str, data: bytes) -> Maker:
    return lambda place: place.write(name, data)


# Landmarks files ---------------------------------------------------------------------------------------


def members_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def landmarks(change: Callable[[dict[str, bytes]], None]) -> Maker:
    """Return a maker of a landmarks file whose members (NumPy arrays by name) are changed."""

    def make(place: Place) -> Arguments:
        members = members_of(place.landmarks)
        change(members)
        with zipfile.ZipFile(place.folder / "run.npz", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return ["run.npz"]

    return make


def array_of(data: bytes) -> np.ndarray:
    return np.load(BytesIO(data), allow_pickle=False)


def bytes_of(array: np.ndarray, **choices: Any) -> bytes:
    stream = BytesIO()
    np.save(stream, array, **choices)
    return stream.getvalue()


def with_array(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Maker:
    def edit(members: dict[str, bytes]) -> None:
        members[f"{name}.npy"] = bytes_of(change(array_of(members[f"{name}.npy"])))

    return landmarks(edit)


def with_metadata(change: Callable[[dict[str, Any]], Any]) -> Maker:
    def edit(text: np.ndarray) -> np.ndarray:
        values = json.loads(str(text))
        changed = change(values)
        return np.array(json.dumps(values if changed is None else changed))

    return with_array("metadata", edit)


class _Touch:
    """Unpickled, it would make a file called ``pwned``."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("pwned"),)


def pickle_inside(place: Place) -> Arguments:
    def edit(members: dict[str, bytes]) -> None:
        members["time_s.npy"] = bytes_of(np.array([_Touch()], dtype=object), allow_pickle=True)

    return landmarks(edit)(place)


def bare_pickle(place: Place) -> Arguments:
    return place.write("run.npz", pickle.dumps(_Touch()))


def bomb(place: Place) -> Arguments:
    """A gigabyte of zeros in a megabyte."""

    def edit(members: dict[str, bytes]) -> None:
        members["world_m.npy"] = bytes(1 << 30)

    return landmarks(edit)(place)


def landmarks_cut(share: float) -> Maker:
    def make(place: Place) -> Arguments:
        whole = place.landmarks.read_bytes()
        return place.write("run.npz", whole[: int(len(whole) * share)])

    return make


def landmarks_called_video(place: Place) -> Arguments:
    shutil.copy(place.landmarks, place.folder / "run.mp4")
    return ["run.mp4"]


def video_called_landmarks(place: Place) -> Arguments:
    clip(place.folder / "run.mp4").rename(place.folder / "run.npz")
    return ["run.npz"]
