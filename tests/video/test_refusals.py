"""What is not a video is refused with one clear line, and nothing else is ever opened."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import av
import numpy as np
import pytest

from footstrike.errors import VideoError
from footstrike.video import container, open_video


def refusal(path: Path) -> str:
    with pytest.raises(VideoError) as caught:
        open_video(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_missing_file(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "nothing.mp4")


def test_folder(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)


def test_empty_file(tmp_path: Path) -> None:
    assert "is empty" in refusal(written(tmp_path / "empty.mp4", b""))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert "a pipe" in refusal(tmp_path / "pipe.mp4")


@pytest.mark.parametrize("address", ["https://example.org/run.mp4", "rtsp://camera/1", "file:/run.mp4"])
def test_address(address: str) -> None:
    assert "is an address" in refusal(Path(address))


@pytest.mark.parametrize("name", ["run.mp4", "run.txt", "run.m3u8", "run"])
@pytest.mark.parametrize("content", [b"just words\n" * 50, bytes(range(256)) * 20, b"\x1b[31mred\x1b[0m\n" * 40])
def test_other_content(tmp_path: Path, name: str, content: bytes) -> None:
    assert "not a video" in refusal(written(tmp_path / name, content))


@pytest.mark.parametrize("name", ["still.png", "still.jpg", "still.mp4"])
def test_still_picture(tmp_path: Path, name: str) -> None:
    picture = av.VideoFrame.from_ndarray(np.zeros((40, 60, 3), np.uint8), format="rgb24")
    kind = name if not name.endswith("mp4") else "still.png"
    picture.save(tmp_path / kind)
    (tmp_path / kind).rename(tmp_path / name)
    assert "not a video" in refusal(tmp_path / name)


def test_sound_only(tmp_path: Path) -> None:
    path = tmp_path / "sound.m4a"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = 44100, 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            output.mux(packet)
    assert "sound only" in refusal(path)


def test_playlists_open_no_other_file_and_no_connection(tmp_path: Path, plain_video: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/run.mp4"
        for target in (str(plain_video), plain_video.as_uri(), address):
            hls = f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{target}\n#EXT-X-ENDLIST\n"
            concat = f"ffconcat version 1.0\nfile '{target}'\n"
            for name in ("list.m3u8", "list.mp4", "list.ffconcat"):
                for content in (hls, concat):
                    assert "not a video" in refusal(written(tmp_path / name, content.encode()))
        with pytest.raises(TimeoutError):
            server.accept()


def test_session_description(tmp_path: Path) -> None:
    sdp = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
    assert "not a video" in refusal(written(tmp_path / "stream.sdp", sdp.encode()))


def test_index_lost(tmp_path: Path, plain_video: Path) -> None:
    content = plain_video.read_bytes()
    assert "cut short" in refusal(written(tmp_path / "cut.mp4", content[: len(content) // 2]))


def test_no_frame_can_be_decoded(tmp_path: Path, plain_video: Path) -> None:
    content = bytearray(plain_video.read_bytes())
    start = content.index(b"mdat") + 4
    end = content.index(b"moov") - 4
    content[start:end] = bytes(end - start)
    assert "no frame that can be decoded" in refusal(written(tmp_path / "blank.mp4", bytes(content)))


def test_unknown_codec(tmp_path: Path, plain_video: Path) -> None:
    content = plain_video.read_bytes().replace(b"avc1", b"xyz1")
    assert "cannot be decoded; convert" in refusal(written(tmp_path / "odd.mp4", content))


def test_want_of_memory_says_nothing_of_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that cannot be opened for want of memory is not called damaged; one that asks for too much is."""

    def no_memory(*_: object, **__: object) -> None:
        raise av.error.MemoryError(errno.ENOMEM, "Cannot allocate memory")

    path = tmp_path / "run.mp4"
    path.write_bytes(b"anything")
    monkeypatch.setattr(av, "open", no_memory)
    assert "run.mp4" in refusal(path)
    monkeypatch.setattr(container, "ROOM_BYTES", 2**60)
    with pytest.raises(MemoryError):
        open_video(path)
