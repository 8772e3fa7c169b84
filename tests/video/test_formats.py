"""Any video that a phone makes: every frame, its true time, upright and in its colours, whatever the format."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from footstrike import Settings, analyze
from footstrike.data import Session, VideoInfo
from footstrike.video import open_video

TICKS_PER_S = 90_000
COUNT = 24
slow = pytest.mark.slow
SLOW_MOV, SLOW_MKV = (pytest.param(name, marks=slow) for name in ("mov", "mkv"))


@dataclass(frozen=True)
class Format:
    """One way to store the sample; ``psnr_db`` and ``time_s`` are how near picture and time come to it."""

    container: str
    codec: str
    pixels: str = "yuv420p"
    psnr_db: float = 33.0
    time_s: float = 0.0006
    options: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.container}-{self.codec}-{self.pixels}"


H264, HEVC, VP9, AV1 = "libx264", "libx265", "libvpx-vp9", "libsvtav1"
QUIET_HEVC = {"x265-params": "log-level=none"}
FAST_VP9 = {"deadline": "realtime", "cpu-used": "8", "crf": "20", "b": "0"}
FAST_AV1 = {"preset": "12", "crf": "20"}
FORMATS = [
    *(Format(name, H264) for name in ("mp4", "mov", "mkv", "avi", "ts", "flv", "3gp")),
    *(Format(name, H264, "yuv420p10le") for name in ("mp4", "mkv")),
    *(Format(name, HEVC, pixels, options=QUIET_HEVC)
      for name in ("mp4", "mov", "mkv") for pixels in ("yuv420p", "yuv420p10le")),
    *(Format(name, VP9, options=FAST_VP9) for name in ("webm", "mkv", "mp4")),
    Format("webm", "libvpx", options={"deadline": "realtime", "cpu-used": "8", "crf": "10", "b": "4M"}),
    *(Format(name, AV1, pixels, options=FAST_AV1)
      for name in ("mp4", "webm", "mkv") for pixels in ("yuv420p", "yuv420p10le")),
    *(Format(name, "mpeg4", options={"b": "8M"}) for name in ("avi", "mp4", "mov", "mkv")),
    *(Format(name, "mjpeg", "yuvj420p", options={"qmin": "2", "qmax": "2"}) for name in ("avi", "mov", "mkv")),
    Format("gif", "gif", "rgb8", psnr_db=15.0, time_s=0.0101),
]  # fmt: skip


@pytest.fixture(scope="session")
def pictures(sample_video: Path) -> list[np.ndarray]:
    """The first frames of a drawn runner, 320 x 240."""
    with open_video(sample_video) as reader:
        frames = [frame.coded.reformat(width=320, height=240, format="rgb24") for frame in reader.frames(range(COUNT))]
    return [frame.to_ndarray() for frame in frames]


def even(rate_hz: float | Fraction, count: int = COUNT) -> list[float]:
    return [float(number / rate_hz) for number in range(count)]


def store(
    path: Path,
    pictures: Sequence[np.ndarray],
    times_s: Sequence[float],
    how: Format,
    *,
    rate: Fraction | int = 30,
    b_frames: int = 0,
    container_options: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
    sound_s: float = 0.0,
    prepare: Callable[[Any], None] = lambda stream: None,
    edit_packet: Callable[[int, Any], None] = lambda number, packet: None,
) -> Path:
    """Write pictures at their times."""
    with av.open(str(path), "w", container_options=container_options or {}) as output:
        output.metadata.update(tags or {})
        stream = output.add_stream(how.codec, rate=rate, options=dict(how.options))
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = how.pixels
        by_count = how.codec in ("mpeg4", HEVC, AV1) or how.container == "avi"  # those that count in frames
        base = 1 / Fraction(rate) if by_count and times_s == even(rate, len(times_s)) else Fraction(1, TICKS_PER_S)
        stream.time_base = stream.codec_context.time_base = base
        stream.codec_context.max_b_frames, stream.codec_context.gop_size = b_frames, 12
        prepare(stream)
        if sound_s:
            add_sound(output, sound_s)
        packets = []
        for rgb, time_s in zip(pictures, times_s, strict=True):
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format=how.pixels)
            frame.pts, frame.time_base = round(time_s / base), base
            packets += stream.encode(frame)
        for number, packet in enumerate([*packets, *stream.encode(None)]):
            edit_packet(number, packet)
            output.mux(packet)
    return path


def add_sound(output: Any, seconds: float) -> None:
    sound = output.add_stream("aac", rate=48_000, layout="stereo")
    for start in range(0, round(48_000 * seconds), 1024):
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        for packet in sound.encode(frame):
            output.mux(packet)


def read(path: Path, assumed_rate_hz: float | None = None) -> tuple[list[np.ndarray], VideoInfo]:
    with open_video(path, assumed_rate_hz) as reader:
        return [frame.rgb for frame in reader.frames()], reader.info


def psnr_db(seen: np.ndarray, true: np.ndarray) -> float:
    assert seen.shape == true.shape
    return float(10 * np.log10(255**2 / max(1e-9, np.mean((seen.astype(float) - true) ** 2))))


def require_same(
    path: Path,
    pictures: Sequence[np.ndarray],
    times_s: Sequence[float],
    least_db: float = 33.0,
    within_s: float = 0.0006,
) -> VideoInfo:
    """Every picture is there, at its time, looking like the source."""
    seen, info = read(path)
    assert len(seen) == len(pictures)
    np.testing.assert_allclose(info.presentation_time_s, np.array(times_s) - times_s[0], atol=within_s)
    assert [n for n in range(len(seen)) if psnr_db(seen[n], pictures[n]) < least_db] == []
    assert not info.truncated and info.damaged_packets == 0
    return info


@pytest.mark.parametrize("how", FORMATS, ids=lambda how: how.id)
def test_format(how: Format, pictures: list[np.ndarray], tmp_path: Path) -> None:
    rate = 25 if how.container == "gif" else 30  # a GIF counts in hundredths of a second
    path = store(tmp_path / f"run.{how.container}", pictures, even(rate), how, rate=rate)
    info = require_same(path, pictures, even(rate), how.psnr_db, how.time_s)
    assert info.stored_rate_hz == rate
    assert not info.variable_rate


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no encoder for 10-bit VP9 without the system's ffmpeg")
def test_ten_bit_vp9(pictures: list[np.ndarray], tmp_path: Path) -> None:
    source = store(tmp_path / "run.mkv", pictures, even(30), Format("mkv", H264, options={"crf": "8"}))
    command = ["ffmpeg", "-v", "error", "-i", source, "-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p10le", "-crf", "20",
               "-cpu-used", "8", "-deadline", "realtime", tmp_path / "ten.webm"]  # fmt: skip
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("the system's ffmpeg does not encode 10-bit VP9")
    require_same(tmp_path / "ten.webm", pictures, even(30), within_s=0.0011)


@pytest.mark.parametrize("container", ["mp4", SLOW_MKV])
@pytest.mark.parametrize("rate", [15, 24, Fraction(30_000, 1001), 50, 60, 120, 240, 480, 960, 1000], ids=str)
def test_rate(rate: int | Fraction, container: str, pictures: list[np.ndarray], tmp_path: Path) -> None:
    path = store(tmp_path / f"run.{container}", pictures, even(rate), Format(container, H264), rate=rate)
    info = require_same(path, pictures, even(rate))
    if container == "mp4" or rate != 960:  # whole milliseconds cannot tell 960 from 1000
        assert float(info.stored_rate_hz or 0) == pytest.approx(float(rate), rel=0.02)


@pytest.mark.parametrize(
    "size",
    [
        (426, 240),
        (640, 360),
        (64, 64),
        *(pytest.param(s, marks=slow) for s in ((1920, 1080), (1080, 1920), (3840, 2160))),
    ],
    ids=str,
)
def test_size(size: tuple[int, int], pictures: list[np.ndarray], tmp_path: Path) -> None:
    width, height = size
    scaled = [_scaled(rgb, width, height) for rgb in pictures[:4]]
    how = Format("mp4", H264, options={"preset": "ultrafast", "crf": "18"})
    info = require_same(store(tmp_path / "run.mp4", scaled, even(30, 4), how), scaled, even(30, 4), 30)
    assert (info.width_px, info.height_px) == size


@pytest.mark.parametrize("size", [(321, 240), (320, 241), (321, 241), (17, 33)], ids=str)
@pytest.mark.parametrize("how", [Format("mp4", H264, "yuv444p"), Format("webm", VP9, options=FAST_VP9),
                                 Format("avi", "mjpeg", "yuvj420p", options={"qmin": "2", "qmax": "2"}),
                                 Format("gif", "gif", "rgb8", 14)], ids=lambda how: how.id)  # fmt: skip
def test_odd_size(how: Format, size: tuple[int, int], pictures: list[np.ndarray], tmp_path: Path) -> None:
    scaled = [_scaled(rgb, *size) for rgb in pictures[:4]]
    path = store(tmp_path / f"run.{how.container}", scaled, even(25, 4), how, rate=25)
    require_same(path, scaled, even(25, 4), min(how.psnr_db, 24), 0.011)


def _scaled(rgb: np.ndarray, width: int, height: int) -> np.ndarray:
    return av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(width=width, height=height).to_ndarray()


TURNS = {
    "90": lambda rgb: np.rot90(rgb, 1),
    "180": lambda rgb: np.rot90(rgb, 2),
    "270": lambda rgb: np.rot90(rgb, 3),
}


@pytest.mark.parametrize("container", ["mp4", "mov", SLOW_MKV])
@pytest.mark.parametrize("turn", TURNS)
def test_rotation(turn: str, container: str, pictures: list[np.ndarray], tmp_path: Path) -> None:
    path = store(
        tmp_path / f"run.{container}", pictures[:4], even(30, 4), Format(container, H264),
        prepare=lambda stream: stream.set_display_rotation(int(turn)),
    )  # fmt: skip
    require_same(path, [TURNS[turn](rgb) for rgb in pictures[:4]], even(30, 4))


@pytest.mark.parametrize("container", ["mp4", SLOW_MOV, SLOW_MKV])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", ["hflip", "vflip"])
def test_flip(flip: str, turn: int, container: str, pictures: list[np.ndarray], tmp_path: Path) -> None:
    """Some cameras on the front of a phone store a mirrored picture and say so."""
    path = store(
        tmp_path / f"run.{container}", pictures[:4], even(30, 4), Format(container, H264),
        prepare=lambda stream: stream.set_display_rotation(turn, **{flip: True}),
    )  # fmt: skip
    seen, _ = read(path)
    shown = shown_by_ffmpeg(path)
    assert psnr_db(seen[0], shown) > 30
    turned = [np.rot90(pictures[0], k) for k in range(4)]
    assert max(psnr_db(seen[0], t[:, ::-1]) for t in turned if t.shape == seen[0].shape) > 33, "not mirrored"


def shown_by_ffmpeg(path: Path) -> np.ndarray:
    """Return the first picture as a player shows it."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("nothing here shows how a player turns a picture")
    command = ["ffmpeg", "-v", "error", "-i", path, "-frames:v", "1", "-c:v", "png", "-f", "image2pipe", "-"]
    from PIL import Image

    done = subprocess.run(command, capture_output=True, check=True)
    (path.parent / "shown.png").write_bytes(done.stdout)
    return np.asarray(Image.open(path.parent / "shown.png").convert("RGB"))


@pytest.mark.parametrize("container", ["mp4", "mov", "mkv", "webm", "gif"])
def test_variable_rate(container: str, pictures: list[np.ndarray], tmp_path: Path) -> None:
    gaps = np.tile([0.03, 0.05, 0.04, 0.2], COUNT)[: COUNT - 1]
    times_s = [0.0, *np.cumsum(gaps).tolist()]
    how = next(how for how in FORMATS if how.container == container and how.codec in (H264, VP9, "gif"))
    path = store(tmp_path / f"run.{container}", pictures, times_s, how)
    info = require_same(path, pictures, times_s, how.psnr_db, how.time_s)
    assert info.variable_rate


# Where times start, and where the file does not say ---------------------------------------------------


@pytest.mark.parametrize("container", ["mp4", "mov", "mkv", "ts", "avi"])
def test_frames_stored_out_of_order(container: str, pictures: list[np.ndarray], tmp_path: Path) -> None:
    """With B-frames an mp4 starts late and an edit list says so; an AVI has no times to show them at."""
    path = store(tmp_path / f"run.{container}", pictures, even(30), Format(container, H264), b_frames=3)
    require_same(path, pictures, even(30), within_s=0.0011)


@pytest.mark.parametrize("container", ["mp4", "mov", "mkv", "ts", "webm"])
def test_late_start(container: str, pictures: list[np.ndarray], tmp_path: Path) -> None:
    how = next(how for how in FORMATS if how.container == container and how.codec in (H264, VP9))
    times_s = [7.5 + time_s for time_s in even(30)]
    require_same(store(tmp_path / f"run.{container}", pictures, times_s, how), pictures, times_s, within_s=0.0011)


@pytest.mark.parametrize("skipped", [1, 7, 12])
def test_edit_list_that_leaves_out_the_beginning(skipped: int, pictures: list[np.ndarray], tmp_path: Path) -> None:
    """A phone that trims a clip keeps the pictures before the cut, which the others need, and hides them."""
    path = store(tmp_path / "run.mp4", pictures, even(30), Format("mp4", H264), b_frames=2)
    content = bytearray(path.read_bytes())

    def add(atom: bytes, offset: int, seconds: Fraction, scale_atom: bytes) -> None:
        """Add to a 4-byte number in an atom that counts in the time scale of another."""
        scale_at = content.index(scale_atom) + 16
        scale, at = int.from_bytes(content[scale_at : scale_at + 4], "big"), content.index(atom) + offset
        changed = int.from_bytes(content[at : at + 4], "big") + round(seconds * scale)
        content[at : at + 4] = changed.to_bytes(4, "big")

    hidden_s = Fraction(skipped, 30)
    add(b"elst", 16, hidden_s, b"mdhd")  # where the shown part begins
    for atom, offset in ((b"elst", 12), (b"tkhd", 24), (b"mvhd", 20)):  # and how long it is
        add(atom, offset, -hidden_s, b"mvhd")
    path.write_bytes(content)
    require_same(path, pictures[skipped:], even(30)[skipped:], within_s=0.0011)


@pytest.mark.parametrize("sound_s", [0.5, 3.0])
@pytest.mark.parametrize("container", ["mp4", "mov", "mkv"])
def test_sound(container: str, sound_s: float, pictures: list[np.ndarray], tmp_path: Path) -> None:
    path = store(tmp_path / f"run.{container}", pictures, even(30), Format(container, H264), sound_s=sound_s)
    require_same(path, pictures, even(30), within_s=0.0011)


NO_DURATION = {
    "mkv": {"live": "1"},
    "webm": {"live": "1"},
    "mp4": {"movflags": "frag_keyframe+empty_moov+default_base_moof"},
    "mov": {"movflags": "frag_every_frame+empty_moov"},
    "ts": {},
}


@pytest.mark.parametrize("container", NO_DURATION)
def test_no_duration_in_the_header(container: str, pictures: list[np.ndarray], tmp_path: Path) -> None:
    how = next(how for how in FORMATS if how.container == container and how.codec in (H264, VP9))
    path = store(tmp_path / f"run.{container}", pictures, even(30), how, container_options=NO_DURATION[container])
    require_same(path, pictures, even(30), within_s=0.0011)


@pytest.mark.parametrize("codec", [H264, HEVC, "mjpeg"])
def test_no_times_at_all(codec: str, pictures: list[np.ndarray], tmp_path: Path) -> None:
    how = next(how for how in FORMATS if how.codec == codec)
    suffix = {H264: "h264", HEVC: "hevc", "mjpeg": "mjpeg"}[codec]
    seen, info = read(store(tmp_path / f"run.{suffix}", pictures, even(30), how), assumed_rate_hz=50)
    assert len(seen) == COUNT
    assert info.presentation_time_s == pytest.approx(even(50))


# What phones say of slow motion ------------------------------------------------------------------------

ANDROID, APPLE = "com.android.capture.fps", "com.apple.quicktime.full-frame-rate-playback-intent"


@pytest.mark.parametrize(
    ("tags", "capture_rate_hz"),
    [
        ({}, None),
        ({ANDROID: "240.000000"}, 240.0),
        ({ANDROID: "120"}, 120.0),
        ({APPLE: "0"}, 30.0),
        ({APPLE: "1"}, 30.0),
        ({ANDROID: "nan"}, None),
        ({ANDROID: "-5"}, None),
        ({ANDROID: "fast"}, None),
        ({ANDROID: "1e9"}, None),
    ],
)
@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_slow_motion_that_the_phone_tells(
    container: str, tags: dict[str, str], capture_rate_hz: float | None, pictures: list[np.ndarray], tmp_path: Path
) -> None:
    path = store(
        tmp_path / f"run.{container}", pictures, even(30), Format(container, H264), tags=tags,
        container_options={"movflags": "use_metadata_tags"},
    )  # fmt: skip
    assert read(path)[1].capture_rate_hz == capture_rate_hz


# The whole analysis ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def run_of_two_seconds(short_video: Path) -> tuple[list[np.ndarray], list[float]]:
    with open_video(short_video) as reader:
        frames = list(reader.frames())
    return [frame.rgb for frame in frames], [frame.time_s for frame in frames]


def session_of(path: Path) -> Session:
    return analyze(path, Settings(fine_model=None))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "turn"),
    [
        (Format("mov", HEVC, "yuv420p10le", options=QUIET_HEVC), 90),
        (Format("webm", VP9, options=FAST_VP9), 0),
        (Format("avi", "mjpeg", "yuvj420p", options={"qmin": "2", "qmax": "2"}), 0),
        (Format("mp4", AV1, options=FAST_AV1), 0),
    ],
    ids=lambda value: value.id if isinstance(value, Format) else str(value),
)
def test_same_steps_whatever_the_format(
    how: Format, turn: int, run_of_two_seconds: tuple[list[np.ndarray], list[float]], short_video: Path, tmp_path: Path
) -> None:
    pictures, times_s = run_of_two_seconds
    stored = [np.ascontiguousarray(np.rot90(rgb, -turn // 90)) for rgb in pictures]
    path = store(
        tmp_path / f"run.{how.container}", stored, times_s, how, rate=60,
        prepare=lambda stream: stream.set_display_rotation(turn) if turn else None,
    )  # fmt: skip
    seen, source = session_of(path), session_of(short_video)
    assert [step.contact.foot for step in seen.steps] == [step.contact.foot for step in source.steps]
    for mine, true in zip(seen.steps, source.steps, strict=True):
        assert mine.contact.contact_s.value == pytest.approx(true.contact.contact_s.value, abs=0.02)
        assert mine.landing.shank_angle_deg.value == pytest.approx(true.landing.shank_angle_deg.value, abs=3)
    assert seen.cadence_spm.value == pytest.approx(source.cadence_spm.value, rel=0.02)
