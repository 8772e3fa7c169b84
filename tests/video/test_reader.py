from __future__ import annotations

import hashlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from footstrike.data import VideoInfo, presentation_hz
from footstrike.errors import InvalidValueError, VideoError
from footstrike.video import open_video

from .conftest import CORNERS, corner_colours, encode, picture


def read_through(path: Path, assumed_rate_hz: float | None = None) -> VideoInfo:
    with open_video(path, assumed_rate_hz) as reader:
        count = sum(1 for _ in reader.frames())
        assert count == reader.info.frame_count
        return reader.info


def test_frames_come_in_order_with_their_times_and_pictures(plain_video: Path) -> None:
    with open_video(plain_video) as reader:
        frames = list(reader.frames())
    assert [frame.index for frame in frames] == list(range(24))
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(24) / 30, atol=1e-12)
    for frame in frames:
        assert frame.rgb.shape == (96, 160, 3)
        assert frame.rgb.dtype == np.uint8
        assert frame.rgb.flags.c_contiguous
        expected = picture(160, 96, frame.index).astype(float)
        assert np.abs(frame.rgb - expected).mean() < 6


def test_info(plain_video: Path) -> None:
    with open_video(plain_video) as reader:
        assert (reader.width_px, reader.height_px) == (160, 96)
        assert reader.stored_rate_hz == 30
        assert reader.frame_count_hint == 24
        with pytest.raises(VideoError, match="not been read to its end"):
            _ = reader.info
        list(reader.frames())
        info = reader.info
    assert info.name == "plain.mp4"
    assert info.sha256 == hashlib.sha256(plain_video.read_bytes()).hexdigest()
    assert info.size_bytes == plain_video.stat().st_size
    assert (info.codec, info.rotation_deg, info.variable_rate) == ("h264", 0, False)
    assert (info.damaged_packets, info.truncated) == (0, False)


def test_wanted_frames_are_the_same_as_in_a_full_pass(plain_video: Path) -> None:
    wanted = {2, 3, 11, 23}
    with open_video(plain_video) as reader:
        some = list(reader.frames(wanted))
        assert reader.info.frame_count == 24
        every = list(reader.frames())
        again = list(reader.frames(wanted))
    assert [frame.index for frame in some] == sorted(wanted)
    for few, frame in zip(some, again, strict=True):
        full = every[few.index]
        assert few.time_s == full.time_s == frame.time_s
        np.testing.assert_array_equal(few.rgb, full.rgb)
        np.testing.assert_array_equal(few.rgb, frame.rgb)


def test_leaving_half_way_closes_the_file(plain_video: Path) -> None:
    with open_video(plain_video) as reader:
        frames = reader.frames()
        next(frames)
    assert next(frames, None) is None


@pytest.mark.parametrize("stored_turn_deg", [0, 90, 180, 270])
def test_rotation_is_obeyed(tmp_path: Path, stored_turn_deg: int) -> None:
    """The container asks for a turn counter-clockwise; the picture is turned so, the info says clockwise."""
    path = encode(tmp_path / "turned.mp4", rotation_deg=stored_turn_deg, ticks=[0, 512, 1024])
    with open_video(path) as reader:
        rgb = next(iter(reader.frames())).rgb
        list(reader.frames())
        info = reader.info
    assert info.rotation_deg == -stored_turn_deg % 360
    assert (info.width_px, info.height_px) == ((160, 96) if stored_turn_deg % 180 == 0 else (96, 160))
    assert rgb.shape == (info.height_px, info.width_px, 3)
    expected = corner_colours(np.rot90(picture(160, 96), k=stored_turn_deg // 90))
    for name, colour in corner_colours(rgb).items():
        np.testing.assert_allclose(colour, expected[name], atol=6, err_msg=name)


@pytest.mark.parametrize(
    ("ratio", "width_px"), [(Fraction(4, 3), 213), (Fraction(1, 2), 80), (Fraction(300, 301), 160)]
)
def test_pixels_are_made_square(tmp_path: Path, ratio: Fraction, width_px: int) -> None:
    path = encode(tmp_path / "wide.mp4", pixel_ratio=ratio, ticks=[0, 512])
    with open_video(path) as reader:
        assert (reader.width_px, reader.height_px) == (width_px, 96)
        assert next(iter(reader.frames())).rgb.shape == (96, width_px, 3)


@pytest.mark.parametrize("size", [(160, 96), (1280, 720)])
def test_colours_are_kept_whatever_the_size(tmp_path: Path, size: tuple[int, int]) -> None:
    """Untagged pictures are BT.601 below 720 lines and BT.709 from there on; the encoder leaves no tag."""
    path = encode(tmp_path / "colour.mp4", size=size, ticks=[0, 512])
    with open_video(path) as reader:
        colours = corner_colours(next(iter(reader.frames())).rgb)
    tolerance = 6 if size[1] < 720 else 30
    for name, colour in CORNERS.items():
        np.testing.assert_allclose(colours[name], colour, atol=tolerance, err_msg=name)


def test_uneven_times_are_exact(tmp_path: Path) -> None:
    ticks = [0, 512, 1024, 1300, 2048, 4096, 4608]
    info = read_through(encode(tmp_path / "uneven.mp4", ticks=ticks))
    assert info.presentation_time_s.tolist() == [float(Fraction(tick, 15360)) for tick in ticks]
    assert info.variable_rate
    assert info.stored_rate_hz == 30


def test_times_rounded_to_milliseconds_are_even(tmp_path: Path) -> None:
    info = read_through(encode(tmp_path / "plain.mkv"))
    assert not info.variable_rate
    assert info.stored_rate_hz == 30
    assert presentation_hz(info.presentation_time_s, info) == 30


@pytest.mark.parametrize("name", ["late.mkv", "late.ts", "late.mp4"])
def test_late_start_is_shifted_to_zero(tmp_path: Path, name: str) -> None:
    def start_late(number: int, packet: Any) -> None:
        shift = round(5 / packet.time_base)
        packet.pts += shift
        packet.dts += shift

    info = read_through(encode(tmp_path / name, edit_packet=start_late))
    assert info.presentation_time_s[0] == 0
    assert info.presentation_time_s[-1] == pytest.approx(23 / 30, abs=0.002)
    assert not info.truncated


def test_repeated_time_is_repaired(tmp_path: Path) -> None:
    def repeat(number: int, packet: Any) -> None:
        if number == 4:
            packet.pts = packet.pts * 5 // 4

    info = read_through(encode(tmp_path / "repeated.mp4", edit_packet=repeat))
    intervals = np.diff(info.presentation_time_s) * 30
    np.testing.assert_allclose(intervals[:3], 1, atol=1e-9)
    np.testing.assert_allclose(intervals[3:6], [2, 0.5, 0.5], atol=1e-9)
    np.testing.assert_allclose(intervals[6:], 1, atol=1e-9)


def test_bare_stream_needs_a_stated_rate(tmp_path: Path) -> None:
    path = encode(tmp_path / "bare.h264", container="h264")
    with pytest.raises(VideoError, match="--capture-rate"):
        open_video(path)
    info = read_through(path, assumed_rate_hz=60)
    np.testing.assert_allclose(np.diff(info.presentation_time_s), 1 / 60)
    assert info.stored_rate_hz is None


@pytest.mark.parametrize("rate_hz", [0, -30, float("nan"), float("inf")])
def test_impossible_stated_rate(plain_video: Path, rate_hz: float) -> None:
    with pytest.raises(InvalidValueError, match="must be positive"):
        open_video(plain_video, rate_hz)


def test_stated_rate_does_not_overrule_stored_times(plain_video: Path) -> None:
    info = read_through(plain_video, assumed_rate_hz=240)
    assert presentation_hz(info.presentation_time_s, info) == pytest.approx(30)


def damaged(path: Path, change: Callable[[bytearray], None]) -> Path:
    content = bytearray(path.read_bytes())
    change(content)
    target = path.with_stem(path.stem + "_damaged")
    target.write_bytes(content)
    return target


def test_damage_in_mid_stream_is_passed_over_and_counted(tmp_path: Path) -> None:
    sizes: list[int] = []
    path = encode(tmp_path / "whole.mp4", codec="mpeg4", edit_packet=lambda number, packet: sizes.append(packet.size))

    def wipe_packet_12(content: bytearray) -> None:
        start = content.index(b"mdat") + 4 + sum(sizes[:12])
        content[start : start + sizes[12]] = b"\xff" * sizes[12]

    info = read_through(damaged(path, wipe_packet_12))
    assert 18 <= info.frame_count < 24
    assert info.damaged_packets >= 1
    assert not info.truncated
    first = info.presentation_time_s * 30
    np.testing.assert_allclose(first, np.round(first), atol=1e-9)


def test_truncated_file_gives_what_is_readable(tmp_path: Path) -> None:
    path = encode(tmp_path / "whole.mkv")

    def cut(content: bytearray) -> None:
        del content[len(content) * 6 // 10 :]

    info = read_through(damaged(path, cut))
    assert info.truncated
    assert 5 <= info.frame_count < 24


def test_one_frame_is_a_video(tmp_path: Path) -> None:
    assert read_through(encode(tmp_path / "one.mp4", ticks=[0])).frame_count == 1


def test_real_footage(shared_footage: Path) -> None:
    expected = {
        "alkaid_data.mp4": (193, 270, True),
        "irfan_walk.mp4": (125, 0, True),
        "sudchaudhary_running.avi": (226, 0, True),
        "tg_run.mp4": (206, 0, False),
        "zzzhushi_male_side.mp4": (360, 0, False),
    }
    for name, facts in expected.items():
        with open_video(shared_footage / name) as reader:
            list(reader.frames(()))
            info = reader.info
        assert (info.frame_count, info.rotation_deg, info.variable_rate) == facts, name


@pytest.mark.parametrize("name", ["long.mp4", "long.mkv", "long.ts", "long.avi", "long.h264"])
@pytest.mark.parametrize(("first_s", "last_s"), [(0.0, 0.3), (1.0, 1.5), (2.9, 9.0), (5.0, 6.0)])
def test_frames_between_are_those_of_a_full_pass(tmp_path: Path, name: str, first_s: float, last_s: float) -> None:
    path = encode(tmp_path / name, ticks=tuple(range(0, 96 * 512, 512)), options={"g": "20", "bf": "2"})
    with open_video(path, assumed_rate_hz=30.0) as reader:
        every = [frame for frame in reader.frames() if first_s <= frame.time_s <= last_s]
        some = list(reader.frames_between(first_s, last_s))
        assert [(frame.index, frame.time_s) for frame in some] == [(frame.index, frame.time_s) for frame in every]
        for frame, same in zip(some, every, strict=True):
            np.testing.assert_array_equal(frame.rgb, same.rgb)


def test_what_is_declared_is_what_decoding_finds(plain_video: Path) -> None:
    with open_video(plain_video) as reader:
        declared = reader.declared
        list(reader.frames())
        decoded = reader.info
    assert declared.presentation_time_s.tolist() == decoded.presentation_time_s.tolist()
    assert (declared.width_px, declared.height_px, declared.codec) == (160, 96, "h264")
    assert declared.stored_rate_hz == decoded.stored_rate_hz
    assert declared.sha256 == ""
