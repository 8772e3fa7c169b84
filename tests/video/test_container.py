from __future__ import annotations

from pathlib import Path

import pytest

from footstrike.video import open_video
from footstrike.video.container import opened

from .conftest import encode


@pytest.mark.parametrize(("size", "threads"), [((160, 96), 1), ((1920, 1088), 1), ((1936, 1088), 4)])
def test_the_size_alone_decides_how_many_threads_decode(tmp_path: Path, size: tuple[int, int], threads: int) -> None:
    """With another number, another picture might come out of a damaged file."""
    path = encode(tmp_path / "clip.mp4", size=size, ticks=range(0, 8 * 512, 512))
    with opened(path) as (_, stream):
        assert stream.codec_context.thread_count == threads
    with open_video(path) as reader:
        assert [frame.index for frame in reader.frames()] == list(range(8))
