from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from footstrike.errors import InvalidValueError, OutputError
from footstrike.video import VideoWriter, open_video

from .conftest import CORNERS, corner_colours, picture

UNEVEN_S = np.cumsum([0, 3000, 3000, 3500, 2500, 8000, 3000, 3000, 1000]) / 90_000


def write(path: Path, times_s: np.ndarray, size: tuple[int, int] = (160, 96)) -> Path:
    with VideoWriter(path, *size) as writer:
        for number, time_s in enumerate(times_s):
            writer.write(picture(*size, number), float(time_s))
    return path


def test_times_come_back_exactly(tmp_path: Path) -> None:
    path = write(tmp_path / "out.mp4", UNEVEN_S)
    with open_video(path) as reader:
        times_s = [frame.time_s for frame in reader.frames()]
    np.testing.assert_allclose(times_s, UNEVEN_S, atol=1e-12)


@pytest.mark.parametrize("times_s", [np.arange(30) / 30, np.arange(30) / 240, UNEVEN_S, np.arange(2) / 24])
def test_last_frame_lasts_the_typical_interval(tmp_path: Path, times_s: np.ndarray) -> None:
    path = write(tmp_path / "out.mp4", times_s)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.duration is not None
        assert stream.time_base is not None
        duration_s = float(stream.duration * stream.time_base)
    assert duration_s == pytest.approx(times_s[-1] + np.median(np.diff(times_s)), abs=2 / 90_000)


@pytest.mark.parametrize("size", [(160, 96), (1280, 720)])
def test_plays_anywhere_in_the_right_colours(tmp_path: Path, size: tuple[int, int]) -> None:
    path = write(tmp_path / "out.mp4", np.arange(3) / 30, size)
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        assert container.streams.video[0].codec_context.name == "h264"
        assert frame.format.name == "yuv420p"
        assert (frame.colorspace, frame.color_primaries, frame.color_trc) == (6, 6, 6)
        assert frame.color_range == 1
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat"), "the index comes first, so that playing starts at once"
    with open_video(path) as reader:
        colours = corner_colours(next(iter(reader.frames())).rgb)
    for name, colour in CORNERS.items():
        np.testing.assert_allclose(colours[name], colour, atol=5, err_msg=name)


def test_odd_size_is_padded(tmp_path: Path) -> None:
    path = write(tmp_path / "out.mp4", np.arange(3) / 30, (161, 97))
    with open_video(path) as reader:
        rgb = next(iter(reader.frames())).rgb
    assert rgb.shape == (98, 162, 3)
    assert np.abs(rgb[:97, :161].astype(float) - picture(161, 97)).mean() < 6


def test_one_frame_and_none(tmp_path: Path) -> None:
    write(tmp_path / "one.mp4", np.zeros(1))
    with open_video(tmp_path / "one.mp4") as reader:
        assert len(list(reader.frames())) == 1
    with pytest.raises(InvalidValueError, match="at least one frame"):
        write(tmp_path / "none.mp4", np.zeros(0))
    assert not (tmp_path / "none.mp4").exists()


def test_rejects_falling_times_and_other_sizes(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="must rise"):
        write(tmp_path / "out.mp4", np.array([0, 0.1, 0.1]))
    with (
        pytest.raises(InvalidValueError, match="shape"),
        VideoWriter(tmp_path / "out.mp4", 160, 96) as writer,
    ):
        writer.write(picture(96, 160), 0.0)
    assert not (tmp_path / "out.mp4").exists()


def test_exception_removes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    with pytest.raises(KeyboardInterrupt), VideoWriter(path, 160, 96) as writer:
        writer.write(picture(160, 96), 0.0)
        raise KeyboardInterrupt
    assert not path.exists()


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        VideoWriter(tmp_path / "no" / "out.mp4", 160, 96)


def test_name_that_looks_like_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("pipe:run.mp4"), np.arange(3) / 30)
    assert (tmp_path / "pipe:run.mp4").stat().st_size > 0


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from footstrike.errors import OutputError
from footstrike.video import VideoWriter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
noise = np.random.default_rng(0)
path = Path(sys.argv[1])
try:
    with VideoWriter(path, 320, 240, crf=1) as writer:
        for number in range(int(sys.argv[2])):
            writer.write(noise.integers(0, 255, (240, 320, 3), dtype=np.uint8), number / 30)
except OutputError as error:
    print("refused:", error, path.exists())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file size")
@pytest.mark.parametrize("frames", [2, 40])
def test_full_disk(tmp_path: Path, frames: int) -> None:
    path = tmp_path / "out.mp4"
    result = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path), str(frames)], capture_output=True, text=True, check=True
    )
    assert result.stdout.startswith("refused:")
    assert result.stdout.strip().endswith("False")
    assert result.stderr == ""


LIMITED = """
import resource, sys
from pathlib import Path
import numpy as np
from footstrike.errors import OutputError
from footstrike.video import VideoWriter

resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
refused = 0
try:
    with VideoWriter(Path(sys.argv[1]), 64, 48) as writer:
        for number in range(200):
            try:
                writer.write(np.full((48, 64, 3), number, np.uint8), number / 30)
            except OutputError:
                refused += 1
        raise OutputError("on")
except OutputError:
    print(refused)
"""


def test_a_file_that_could_not_be_begun_is_not_written_on(tmp_path: Path) -> None:
    """The library crashes when it is asked to."""
    if sys.platform == "win32":
        pytest.skip("no file size limits here")
    script = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)" + LIMITED
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "out.mp4")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0
