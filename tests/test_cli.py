"""The command line: what a user types, reads and finds afterwards."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from footstrike.cli import analyze, run
from footstrike.settings import STRIKE_CLASSIFIERS
from footstrike.video import VideoWriter, open_video

from .faults.broken import write_sound

REPOSITORY = Path(__file__).resolve().parents[1]
FOOTSTRIKE = [sys.executable, "-m", "footstrike"]
FILES = {"annotated.mp4", "report.html", "steps.csv", "summary.json", "landmarks.npz"}
NOT_ROOT = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def entries(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


# Faults: one line, the right exit code, nothing left behind ------------------------------------------


def nothing() -> list[str]:
    return ["run.mp4"]


def a_folder() -> list[str]:
    Path("videos").mkdir()
    return ["videos"]


def text_called_video() -> list[str]:
    Path("run.mp4").write_text("This is no video.\n" * 100)
    return ["run.mp4"]


def empty_file() -> list[str]:
    Path("run.mp4").touch()
    return ["run.mp4"]


def address() -> list[str]:
    return ["https://example.org/run.mp4"]


def sound_only() -> list[str]:
    write_sound(Path("run.mp4"))
    return ["run.mp4"]


def noise(name: str = "run.mp4", frames: int = 20) -> list[str]:
    rng = np.random.default_rng(5)
    with VideoWriter(Path(name), 160, 120) as writer:
        for number in range(frames):
            writer.write(rng.integers(0, 255, (120, 160, 3), np.uint8), number / 30)
    return [name]


def cut_before_its_index() -> list[str]:
    with av.open("run.mp4", "w") as output:
        stream = output.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for _ in range(30):
            frame = av.VideoFrame.from_ndarray(np.zeros((120, 160, 3), np.uint8), format="rgb24")
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    whole = Path("run.mp4").read_bytes()
    Path("run.mp4").write_bytes(whole[: len(whole) // 2])
    return ["run.mp4"]


def one_picture_of_a_runner() -> list[str]:
    with (
        open_video(REPOSITORY / "sample_videos" / "heel_right_60fps.mp4") as reader,
        VideoWriter(Path("run.mp4"), reader.width_px, reader.height_px) as writer,
    ):
        for frame in reader.frames(range(3)):
            writer.write(frame.rgb, frame.time_s)
    return ["run.mp4"]


def results_already_there() -> list[str]:
    Path("run_footstrike").mkdir()
    Path("run_footstrike/steps.csv").write_text("precious")
    return noise()


def output_is_a_file() -> list[str]:
    Path("out").write_text("precious")
    return [*noise(), "-o", "out"]


def output_in_a_file() -> list[str]:
    Path("out").write_text("precious")
    return [*noise(), "-o", "out/results"]


def output_in_a_closed_folder() -> list[str]:
    Path("closed").mkdir(mode=0o500)
    return [*noise(), "-o", "closed/results"]


def recording_in_its_own_output() -> list[str]:
    Path("out").mkdir()
    return [*noise("out/annotated.mp4"), "-o", "out", "--force"]


def output_name_too_long() -> list[str]:
    return [*noise(), "-o", "x" * 300]


def missing_model() -> list[str]:
    return [*noise(), "--model", "best.task"]


def model_that_is_none() -> list[str]:
    Path("best.task").write_bytes(b"weights")
    return [*noise(), "--model", "best.task"]


def rate(value: str) -> Callable[[], list[str]]:
    return lambda: [*noise(), f"--capture-rate={value}"]


def option(text: str) -> Callable[[], list[str]]:
    return lambda: [*noise(), text]


def landmarks_that_are_none() -> list[str]:
    Path("run.npz").write_bytes(b"PK\x03\x04 and nothing else")
    return ["run.npz"]


def unknown_strikes() -> list[str]:
    return ["run.mp4", "--strikes", "guess"]


FAULTS: dict[str, tuple[Callable[[], list[str]], int, str]] = {
    "missing": (nothing, 1, "does not exist"),
    "folder": (a_folder, 1, "is a folder"),
    "text": (text_called_video, 1, "not a video"),
    "empty": (empty_file, 1, "is empty"),
    "address": (address, 1, "download"),
    "sound": (sound_only, 1, "picture"),
    "cut": (cut_before_its_index, 1, "cut short"),
    "nobody": (noise, 1, "No person"),
    "too short": (one_picture_of_a_runner, 1, "at least"),
    "existing": (results_already_there, 1, "--force"),
    "output is a file": (output_is_a_file, 1, "need a folder"),
    "output in a file": (output_in_a_file, 1, "cannot be written"),
    "overwrites input": (recording_in_its_own_output, 1, "-o"),
    "long name": (output_name_too_long, 1, "cannot be written"),
    "no model": (missing_model, 1, "no pose model"),
    "not a model": (model_that_is_none, 1, "not a Pose Landmarker bundle"),
    "landmarks": (landmarks_that_are_none, 1, "not a landmarks file"),
    "rate 0": (rate("0"), 2, "between"),
    "rate -30": (rate("-30"), 2, "no frame rate"),
    "rate nan": (rate("nan"), 2, "no frame rate"),
    "rate text": (rate("fast"), 2, "--capture-rate"),
    "speed without unit": (option("--speed=12"), 2, "write it like 12km/h"),
    "speed text": (option("--speed=fast"), 2, "--speed"),
    "speed of a car": (option("--speed=90km/h"), 2, "between 1 and 13 m/s"),
    "height text": (option("--height=tall"), 2, "write it like 1.78m"),
    "mass text": (option("--mass=heavy"), 2, "write it like 68kg"),
    "mass of a mouse": (option("--mass=0.1"), 2, "between 10 and 300 kg"),
    "height without unit": (option("--height=178"), 2, "write 178cm"),
    "strikes": (unknown_strikes, 2, "learned"),
    "no video": (list, 2, "VIDEO"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(fault: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    prepare, exit_code, words = FAULTS[fault]
    require_one_line(prepare, exit_code, words, folder, capfd)


@NOT_ROOT
def test_closed_folder(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    require_one_line(output_in_a_closed_folder, 1, "cannot be written", folder, capfd)


def require_one_line(
    prepare: Callable[[], list[str]],
    exit_code: int,
    words: str,
    folder: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    arguments = prepare()
    before = entries(folder)
    capfd.readouterr()
    assert run(["analyze", *arguments, "--quiet"]) == exit_code
    printed = capfd.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("footstrike: ") and printed.err.count("\n") == 1
    assert words in printed.err
    assert entries(folder) == before


@pytest.mark.parametrize("arguments", [["analyse", "run.mp4"], ["--verbose"]])
def test_unknown_command_or_option(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    printed = capfd.readouterr()
    assert printed.err.count("\n") == 1 and "--help" in printed.err


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(lambda model: model.write_bytes(b"damaged"), "damaged"), (lambda model: model.unlink(), "missing")],
)
def test_installation_with_a_spoilt_model(
    spoil: Callable[[Path], None], words: str, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    installation = tmp_path_factory.mktemp("installation")
    shutil.copytree(REPOSITORY / "src" / "footstrike", installation / "footstrike")
    shutil.copytree(REPOSITORY / "models", installation / "footstrike" / "models")
    spoil(installation / "footstrike" / "models" / "pose_detector.tflite")
    arguments = noise()
    before = entries(folder)
    done = subprocess.run(
        [*FOOTSTRIKE, "analyze", *arguments, "--quiet"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(installation)},
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and words in done.stderr
    assert str(installation) in done.stderr or "sha256" in done.stderr
    assert entries(folder) == before


def test_line_breaks_in_names_stay_out_of_messages(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", "a\nb\x1b[31m.mp4"]) == 1
    assert capfd.readouterr().err.count("\n") == 1


def test_unexpected_error_is_one_line_too(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def fail(*values: object, **named: object) -> None:
        raise ZeroDivisionError("float division by zero")

    monkeypatch.setattr(analyze, "callback", fail)
    monkeypatch.delenv("FOOTSTRIKE_DEBUG", raising=False)
    assert run(["analyze", "run.mp4"]) == 1
    message = capfd.readouterr().err
    assert message.count("\n") == 1 and "ZeroDivisionError" in message and "FOOTSTRIKE_DEBUG=1" in message
    monkeypatch.setenv("FOOTSTRIKE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run(["analyze", "run.mp4"])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_half_way(number: int, exit_code: int, folder: Path, sample_video: Path) -> None:
    command = [*FOOTSTRIKE, "analyze", str(sample_video)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None and process.stdout is not None
        assert process.stderr.readline().startswith("Looking at every frame")
        process.send_signal(number)
        last_words = process.stderr.read().splitlines()
        assert process.stdout.read() == ""
    assert process.returncode == exit_code
    assert last_words.pop() == "footstrike: stopped before it was done."
    assert all(word.startswith("Looking at every frame: ") for word in last_words), last_words
    assert entries(folder) == set()


# What works ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 0
    printed = capfd.readouterr()
    assert "analyze" in printed.out and printed.err == ""


def test_help_of_analyze_names_every_choice(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", "--help"]) == 0
    words = capfd.readouterr().out
    assert f"[{'|'.join(STRIKE_CLASSIFIERS)}]" in words
    assert all(
        option in words
        for option in ("--output", "--force", "--no-video", "--capture-rate", "--speed", "--height", "--mass")
    )


def test_version(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capfd.readouterr().out.startswith("footstrike 0.")


def test_landmarks(folder: Path, landmarks_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", str(landmarks_file)]) == 0
    printed = capfd.readouterr()
    assert "heel strike" in printed.out and "run_footstrike/report.html" in printed.out
    assert printed.err == ""
    assert {path.name for path in (folder / "run_footstrike").iterdir()} == FILES - {"annotated.mp4"}


@pytest.mark.parametrize("option", ["--slow-contacts", "--blur-face"])
def test_choices_of_a_video_that_is_not_wanted(
    option: str, landmarks_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["analyze", "run.mp4", "--no-video", option]) == 2
    assert "--no-video leaves out" in capfd.readouterr().err
    assert run(["analyze", str(landmarks_file), option]) == 2
    assert "cannot be made from landmarks" in " ".join(capfd.readouterr().err.split())


def test_json_is_the_summary_file(folder: Path, landmarks_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", str(landmarks_file), "--json", "-o", "deep/out"]) == 0
    printed = capfd.readouterr()
    assert json.loads(printed.out)["verdict"]["right"]["strike"] == "heel"
    assert printed.out == (folder / "deep" / "out" / "summary.json").read_text(encoding="utf-8")
    assert printed.err == ""


def test_quiet(landmarks_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", str(landmarks_file), "--quiet"]) == 0
    assert capfd.readouterr() == ("", "")


def test_choices_reach_the_settings(landmarks_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    choices = ["--strikes", "angle", "--capture-rate", "60fps"]
    assert run(["analyze", str(landmarks_file), "--json", *choices]) == 0
    settings = json.loads(capfd.readouterr().out)["settings"]
    assert settings["strikes"]["kind"] == "AngleRule"
    assert settings["capture_rate_hz"] == 60


@pytest.mark.parametrize("option", ["--model=lite", "--runner=left"])
def test_what_looks_for_people_is_not_for_landmarks(
    option: str, landmarks_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["analyze", str(landmarks_file), option]) == 2
    assert "a landmarks file holds what was found" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "speed"),
    [
        (["--speed", "10:48km/h"], None),
        (["--speed", "10.8 km/h"], {"value": 3.0, "se": 0.0, "source": "stated"}),
        (["--speed", "5:00/km", "--height", "178cm"], {"value": 3.333333, "se": 0.0, "source": "stated"}),
    ],
)
def test_stated_speed(
    arguments: list[str], speed: dict[str, float | str] | None, landmarks_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["analyze", str(landmarks_file), "--json", *arguments]) == (0 if speed else 2)
    if speed:
        content = json.loads(capfd.readouterr().out)
        assert content["speed"] == speed
        assert content["verdict"]["right"]["ankle"]["compared_at_mps"] == speed["value"]


def test_height_makes_the_speed_surer(landmarks_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    speeds = []
    for arguments in ([], ["--height", "1.75"]):
        assert run(["analyze", str(landmarks_file), "--json", "--force", *arguments]) == 0
        speeds.append(json.loads(capfd.readouterr().out)["speed"])
    assert [speed["source"] for speed in speeds] == ["typical_height", "height"]
    assert speeds[1]["se"] < speeds[0]["se"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize("name", [b"l\xe4ufer.npz", "läufer 1.npz".encode()])
def test_any_file_name(name: bytes, folder: Path, landmarks_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    recording = Path(os.fsdecode(name))
    shutil.copy(landmarks_file, recording)
    assert run(["analyze", os.fsdecode(name)]) == 0
    printed = capfd.readouterr()
    assert "ufer" in printed.out and printed.err == ""
    assert len(list(folder.glob("*_footstrike/*"))) == 4


def test_force_replaces_only_results(folder: Path, landmarks_file: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "notes.txt").write_text("mine")
    (folder / "out" / "steps.csv").write_text("old")
    assert run(["analyze", str(landmarks_file), "-o", "out", "--force", "--quiet"]) == 0
    assert (folder / "out" / "notes.txt").read_text() == "mine"
    assert (folder / "out" / "steps.csv").read_text() != "old"


@pytest.mark.slow
def test_sample_video_from_start_to_end(folder: Path, sample_video: Path) -> None:
    done = subprocess.run([*FOOTSTRIKE, "analyze", str(sample_video)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "heel strike" in done.stdout
    stages = ("Looking at every frame", "Looking closer at the landings", "Writing the video")
    assert all(line.startswith(stages) for line in done.stderr.splitlines())
    assert all(stage in done.stderr for stage in stages)
    results = folder / f"{sample_video.stem}_footstrike"
    assert {path.name for path in results.iterdir()} == FILES
    assert entries(folder) == {results.name, *(f"{results.name}/{name}" for name in FILES)}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts threads as Linux shows them")
def test_numpy_begins_no_threads_of_its_own() -> None:
    """Where memory is short they fail to start, and OpenBLAS then sends the signal of Ctrl-C."""
    code = (
        "import os, sys\nfrom footstrike.cli import main\nsys.argv = ['footstrike', '--version']\n"
        "try:\n    main()\nexcept SystemExit:\n    import numpy\n    print(len(os.listdir('/proc/self/task')))"
    )
    unset = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=unset)
    assert done.stdout.splitlines()[-1] == "1", done.stderr
