"""Small videos made on the spot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

RED, GREEN, BLUE, GREY = (220, 40, 40), (40, 180, 60), (40, 60, 210), (128, 128, 128)
CORNERS = {"top left": RED, "top right": GREEN, "bottom left": BLUE, "bottom right": GREY}


def picture(width: int, height: int, number: int = 0) -> np.ndarray:
    """A picture with a colour in each corner and a bar whose place tells ``number``."""
    rgb = np.full((height, width, 3), 20, dtype=np.uint8)
    rgb[: height // 3, : width // 3] = RED
    rgb[: height // 3, -(width // 3) :] = GREEN
    rgb[-(height // 3) :, : width // 3] = BLUE
    rgb[-(height // 3) :, -(width // 3) :] = GREY
    left = number * 4 % (width - 8)
    rgb[height // 2 - 6 : height // 2 + 6, left : left + 8] = 255
    return rgb


def corner_colours(rgb: np.ndarray) -> dict[str, np.ndarray]:
    """Mean colour well inside each corner."""
    height, width = rgb.shape[:2]
    tops, lefts = slice(2, height // 4), slice(2, width // 4)
    bottoms, rights = slice(-(height // 4), -2), slice(-(width // 4), -2)
    places = {
        "top left": (tops, lefts),
        "top right": (tops, rights),
        "bottom left": (bottoms, lefts),
        "bottom right": (bottoms, rights),
    }
    return {name: rgb[rows, columns].mean(axis=(0, 1)) for name, (rows, columns) in places.items()}


def encode(
    path: Path,
    *,
    ticks: Sequence[int] = tuple(range(0, 24 * 512, 512)),
    time_base: Fraction = Fraction(1, 15360),
    size: tuple[int, int] = (160, 96),
    codec: str = "libx264",
    container: str | None = None,
    rotation_deg: int | None = None,
    pixel_ratio: Fraction | None = None,
    options: dict[str, str] | None = None,
    edit_packet: Callable[[int, Any], None] = lambda number, packet: None,
) -> Path:
    """Encode ``picture(…, k)`` at ``ticks[k]``; ``edit_packet`` may change packets on their way."""
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=30, options=options or {})
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = time_base
        stream.codec_context.max_b_frames = 0
        stream.gop_size = 6
        if pixel_ratio is not None:
            stream.codec_context.sample_aspect_ratio = pixel_ratio
        if rotation_deg is not None:
            stream.set_display_rotation(rotation_deg)
        packets = []
        for number, tick in enumerate(ticks):
            frame = av.VideoFrame.from_ndarray(picture(*size, number), format="rgb24")
            frame.pts, frame.time_base = tick, time_base
            packets += stream.encode(frame)
        packets += stream.encode(None)
        for number, packet in enumerate(packets):
            edit_packet(number, packet)
            output.mux(packet)
    return path


@pytest.fixture(scope="session")
def plain_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 frames at 30 Hz, 160 x 96, H.264 in mp4."""
    return encode(tmp_path_factory.mktemp("video") / "plain.mp4")


@pytest.fixture(scope="session")
def shared_footage() -> Path:
    """Real clips beside the checkout."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "footage"
    if not folder.is_dir():
        pytest.skip("the shared real footage is not beside this checkout")
    return folder
