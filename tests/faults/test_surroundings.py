"""Whatever the surroundings are: the same results, or one line that says what is missing."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from . import broken
from .broken import Maker, Place, with_array
from .command import AS_ANYBODY, FOOTSTRIKE, IS_ROOT, Tier, case, entries, footstrike, linux_only

pytestmark = [linux_only]
REPOSITORY = Path(__file__).resolve().parents[2]
RESULTS = {"report.html", "steps.csv", "summary.json", "landmarks.npz"}
NUMBERS = ("steps.csv", "summary.json", "landmarks.npz")

# A clock that jumps to and fro by years whenever somebody looks.
JUMPING_CLOCK = """
import itertools, sys, time
years = itertools.cycle((0, 31_536_000, -63_072_000, 1_000_000_000))
true_time = time.time
time.time = lambda: true_time() + next(years)
time.time_ns = lambda: int(1e9 * time.time())
from footstrike.cli import main
main()
"""


def in_own_mounts(script: str) -> list[str]:
    """Return a program that mounts something that nobody else sees, and then runs the command."""
    return ["unshare", *(() if IS_ROOT else ("-r",)), "-m", "sh", "-euc", script, "sh", *FOOTSTRIKE]


def mounts_allowed() -> bool:
    try:
        probe = [*in_own_mounts("mount -t tmpfs none /mnt")[:-3], "sh"]
        return subprocess.run(probe, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


may_mount = pytest.mark.skipif(not mounts_allowed(), reason="this system lets us mount nothing")


def limited(what: int, amount: int) -> dict[str, Any]:
    return {"preexec_fn": lambda: resource.setrlimit(what, (amount, amount))}


def without(redirection: str) -> dict[str, Any]:
    """Return how to run a command with a stream closed or leading elsewhere."""
    return {"program": ["sh", "-c", f'exec "$@" {redirection}', "sh", *FOOTSTRIKE]}


# Nothing that matters ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Surroundings:
    """How to run a command so that it gives the results that it always gives."""

    name: str
    choices: dict[str, Any] = field(default_factory=dict)
    when: Tier = "full"
    mounts: bool = False


def env(**variables: str | None) -> dict[str, Any]:
    return {"environment": variables}


READ_ONLY = in_own_mounts(f'mount --bind "{REPOSITORY}" "{REPOSITORY}"; mount -o remount,bind,ro "{REPOSITORY}"; "$@"')
HARMLESS = [
    Surroundings("no HOME", env(HOME=None), when="ci"),
    Surroundings("HOME is nowhere", env(HOME="/nowhere", XDG_CACHE_HOME="/nowhere", MPLCONFIGDIR=None)),
    Surroundings("no place for temporary files", env(TMPDIR="/nowhere")),
    Surroundings("no PATH", env(PATH="")),
    Surroundings("no language", env(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")),
    Surroundings("unknown language", env(LC_ALL="xx_XX.latin1", LANG="xx")),
    Surroundings("unknown time zone", env(TZ="Nowhere/At_All")),
    Surroundings("no terminal", env(TERM=None, COLUMNS=None)),
    Surroundings("a terminal without width", env(TERM="dumb", COLUMNS="0")),
    Surroundings("an odd clock", {"program": [FOOTSTRIKE[0], "-c", JUMPING_CLOCK]}, when="ci"),
    Surroundings("read-only installation", {"program": READ_ONLY}, mounts=True, when="ci"),
    Surroundings("few open files", limited(resource.RLIMIT_NOFILE, 16)),
    Surroundings("input closed", without("<&-")),
    Surroundings("error output closed", without("2>&-")),
    Surroundings("error output full", without("2>/dev/full")),
    Surroundings("output closed", without(">&-")),
    Surroundings("all streams closed", without("<&- >&- 2>&-"), when="ci"),
]


def marked(given: Any) -> Any:
    return case(given, may_mount) if given.mounts else case(given)


@pytest.fixture(scope="module")
def usual(runner_video: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The results for the runner in usual surroundings."""
    here = tmp_path_factory.mktemp("usual") / "here"
    here.mkdir()
    assert footstrike("analyze", runner_video, "-o", "out", "--model", "lite", "--no-video", folder=here).exit_code == 0
    return {name: (here / "out" / name).read_bytes() for name in NUMBERS}


@pytest.mark.parametrize("surroundings", [marked(surroundings) for surroundings in HARMLESS])
def test_harmless(surroundings: Surroundings, runner_video: Path, here: Path, usual: dict[str, bytes]) -> None:
    run = footstrike(
        "analyze", runner_video, "-o", "out", "--model", "lite", "--no-video", folder=here, **surroundings.choices
    )
    run.require_clean()
    assert run.exit_code == 0, run.err
    assert {path.name for path in here.iterdir()} == {"out"}
    assert {name: (here / "out" / name).read_bytes() for name in NUMBERS} == usual


ODD_NAMES = [
    *("two words.npz", "löpare 走る 🏃.npz", 'it\'s "quoted" & <b>.npz', "a:b.npz", "-f.npz", "50%.npz", "a\nb.npz"),
    b"\xff.npz",
]


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ODD_NAMES)
def test_names(name: str | bytes, landmarks_file: Path, here: Path) -> None:
    shutil.copy(landmarks_file, os.path.join(os.fsencode(here), os.fsencode(name)))  # noqa: PTH118
    run = footstrike("analyze", "--", name, folder=here, environment={"LC_ALL": "C.UTF-8"})
    run.require_clean()
    assert run.exit_code == 0, run.err
    stem = os.fsencode(name).removesuffix(b".npz")
    results = here / os.fsdecode(stem + b"_footstrike")
    assert {path.name for path in results.iterdir()} == RESULTS


@pytest.mark.exhaustive
@pytest.mark.parametrize("year", [1970, 2200])
def test_age_of_the_recording_is_nothing(year: int, runner_video: Path, here: Path, usual: dict[str, bytes]) -> None:
    shutil.copy(runner_video, here / "runner.mp4")
    os.utime(here / "runner.mp4", (0, (year - 1970) * 31_556_952))
    run = footstrike("analyze", "runner.mp4", "-o", "out", "--model", "lite", "--no-video", folder=here)
    run.require_clean()
    assert {name: (here / "out" / name).read_bytes() for name in NUMBERS} == usual


# Odd recordings that can be analysed, and say what is odd ---------------------------------------------


@dataclass(frozen=True)
class Odd:
    """An input with faults that leave something to analyse; ``codes`` are warnings that say so."""

    name: str
    make: Maker
    codes: set[str]
    when: Tier = "full"
    mounts: bool = False


def _last(value: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda times: np.append(times[:-1], value)


ODD = [
    Odd("cut short", broken.runner_cut, {"cut_short"}, when="ci"),
    Odd("damaged in the middle", broken.runner_damaged, {"damaged_video"}, when="ci"),
    Odd("lost packets", broken.runner_with_lost_packets, {"damaged_video"}),
    Odd("times of a century", with_array("time_s", lambda t: t * 1e9), {"slow_motion_estimated"}),
    Odd("times of nanoseconds", with_array("time_s", lambda t: t * 1e-9), {"slow_motion_estimated"}),
    Odd("one time a century late", with_array("time_s", _last(3e9)), set()),
]


@pytest.mark.parametrize("odd", [marked(odd) for odd in ODD])
def test_readable_part_is_analysed_and_the_loss_reported(
    odd: Odd, runner_video: Path, landmarks_file: Path, here: Path
) -> None:
    arguments = odd.make(Place(here, runner_video, landmarks_file))
    run = footstrike("analyze", *arguments, "-o", "out", "--quiet", folder=here)
    run.require_clean()
    assert (run.exit_code, run.err) == (0, "")
    summary = json.loads((here / "out" / "summary.json").read_text())
    assert odd.codes <= {warning["code"] for warning in summary["warnings"]}
    assert 150 < summary["cadence_spm"]["value"] < 200


# Nowhere to write, nothing to work with ---------------------------------------------------------------


@dataclass(frozen=True)
class Lack:
    """Something that is missing for the results to be written; ``words`` are part of the line that says so."""

    name: str
    words: str
    options: tuple[str, ...] = ()
    choices: dict[str, Any] = field(default_factory=dict)
    prepare: Callable[[Path], object] = lambda here: None
    video: bool = True
    when: Tier = "full"
    mounts: bool = False


def tmpfs(size: str) -> dict[str, Any]:
    """Return how to write to a small disk, and to fail with 99 if something is left on it."""
    script = (
        f'mkdir disk; mount -t tmpfs -o size={size} none disk; code=0; "$@" || code=$?; '
        'test -z "$(ls -A disk)" || code=99; umount disk; rmdir disk; exit $code'
    )
    return {"program": in_own_mounts(script)}


def results_of_mine(here: Path) -> None:
    (here / "out").mkdir()
    (here / "out" / "steps.csv").write_text("precious")


LACKS = [
    Lack("results are there", "exists already", prepare=results_of_mine, when="always"),
    Lack("folder is a file", "need a folder", prepare=lambda here: (here / "out").write_text("precious")),
    Lack("folder in a file", "cannot be written", ("-o", "a/out"), prepare=lambda here: (here / "a").touch()),
    Lack("folder of the system", "cannot be written", ("-o", "/proc/footstrike/out")),
    Lack("folder nobody may write to", "cannot be written", ("-o", "/sys/out")),
    Lack("closed folder", "is closed to you", ("-o", "closed/out"), AS_ANYBODY,
         prepare=lambda here: (here / "closed").mkdir(mode=0o500), when="ci"),
    Lack("link to nothing", "cannot be written", prepare=lambda here: (here / "out").symlink_to("gone/deep")),
    Lack("name too long", "File name too long", ("-o", "x" * 300)),
    Lack("read-only disk", "cannot be written", ("-o", "disk/out"), tmpfs("4k,ro"), mounts=True, when="ci"),
    Lack("disk full", "No space left", ("-o", "disk/out"), tmpfs("200k"), mounts=True, when="always"),
    Lack("disk full on the way", "No space left", ("-o", "disk/out"), tmpfs("700k"), mounts=True, when="ci"),
    Lack("no file larger than 100 KB", "File too large", (), limited(resource.RLIMIT_FSIZE, 100_000), when="ci"),
    Lack("no large file, no video", "File too large", ("--no-video",), limited(resource.RLIMIT_FSIZE, 5_000)),
    Lack("no large file, landmarks", "File too large", (), limited(resource.RLIMIT_FSIZE, 50_000), video=False),
    Lack("output full", "cannot be printed (No space left on device)", (), without(">/dev/full"), video=False,
         when="ci"),
    Lack("memory for no library", "A library does not start", (), limited(resource.RLIMIT_AS, 600 << 20)),
    Lack("no such model", "no pose model", ("--model", "best.task")),
    Lack("model is a folder", "no pose model", ("--model", "/")),
    Lack("model is a device", "no pose model", ("--model", "/dev/zero"), when="ci"),
    Lack("model is the video", "not a Pose Landmarker bundle", ("--model", "runner.mp4")),
]  # fmt: skip


@pytest.mark.parametrize("lack", [marked(lack) for lack in LACKS])
def test_lack(lack: Lack, runner_video: Path, landmarks_file: Path, here: Path) -> None:
    shutil.copy(runner_video, here)
    lack.prepare(here)
    before = entries(here)
    given = "runner.mp4" if lack.video else landmarks_file
    folder = () if "-o" in lack.options else ("-o", "out")
    model = () if "--model" in lack.options or not lack.video else ("--model", "lite")
    run = footstrike("analyze", given, *folder, *model, *lack.options, folder=here, **lack.choices)
    run.require_fault(1, lack.words)
    written = {name: content for name, content in entries(here).items() if name not in before}
    assert written == {} or "printed" in lack.words
    assert {name: entries(here)[name] for name in before} == before


@pytest.mark.exhaustive
def test_reader_of_the_output_is_gone(landmarks_file: Path, here: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    run = footstrike("analyze", landmarks_file, "-o", "out", folder=here, stdout=writing)
    os.close(writing)
    run.require_fault(1, "cannot be printed (Broken pipe)")
    assert {path.name for path in (here / "out").iterdir()} == RESULTS
