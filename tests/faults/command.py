"""The real command line in a process of its own, watched: how it ends, what it says and what it leaves."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Literal

import pytest

FOOTSTRIKE = (sys.executable, "-m", "footstrike")
WATCHDOG_S = 120.0
"""Nothing here takes a tenth of this on an idle machine; whoever is not done by then hangs."""
LAST_BREATH_S = 3.0
"""Processes of a batch may still be ending when the command is done."""
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
_AS_ANYBODY = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if IS_ROOT else ()
"""Root may read and write everything; this takes that away."""
AS_ANYBODY: dict[str, Any] = {"program": (*_AS_ANYBODY, *FOOTSTRIKE)}
permissions_hold = pytest.mark.skipif(IS_ROOT and shutil.which("setpriv") is None, reason="root may do everything")
STAGES = ("Looking at every frame", "Looking closer at the landings", "Writing the video")
Tier = Literal["always", "ci", "full"]
"""When a case is run: with every test run, with the slow tests, or by the command that runs all."""
_TIER_MARKS = {"always": [], "ci": [pytest.mark.slow], "full": [pytest.mark.exhaustive]}
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@dataclass(frozen=True)
class Run:
    """How one command ended."""

    exit_code: int
    out: str
    err: str
    orphans: tuple[str, ...]
    temporary: tuple[str, ...]

    def require_clean(self) -> None:
        """No process, no temporary file, no traceback is left."""
        assert not self.orphans, self.orphans
        assert not self.temporary, self.temporary
        assert "Traceback" not in self.err, self.err

    def require_fault(self, exit_code: int, words: str) -> None:
        """It ended as documented: the exit code, one line that says what and what to do; before it, only progress."""
        self.require_clean()
        assert self.exit_code == exit_code, f"exit code {self.exit_code}: {self.err}"
        assert self.out == "", self.out
        *progress, last = self.err.splitlines() or [""]
        assert all(line.startswith(STAGES) for line in progress), self.err
        assert last.startswith("footstrike: ") and self.err.endswith("\n"), self.err
        assert words in last, f"{words!r} is not in: {last}"


class Command:
    """A footstrike command in a session of its own, with a place of its own for temporary files."""

    def __init__(
        self,
        *arguments: str | bytes | Path,
        folder: Path,
        program: Sequence[str] = FOOTSTRIKE,
        environment: Mapping[str, str | None] | None = None,
        **popen: Any,
    ) -> None:
        self._said, self._temporary = (Path(mkdtemp(dir=folder.parent)) for _ in range(2))
        given = {"TMPDIR": str(self._temporary), "FOOTSTRIKE_DEBUG": None, **(environment or {})}
        with (self._said / "out").open("wb") as out, (self._said / "err").open("wb") as err:
            self.process = subprocess.Popen(
                [*program, *arguments],
                cwd=folder,
                env={name: value for name, value in {**os.environ, **given}.items() if value is not None},
                start_new_session=True,
                **{"stdin": subprocess.DEVNULL, "stdout": out, "stderr": err, **popen},
            )

    def wait_until(self, happened: Callable[[], object]) -> None:
        """Wait until something has happened; the command must not end before."""
        for _ in self._watched():
            if happened():
                return
        pytest.fail(f"ended too soon: {self._heard('err')}")

    def wait_for_stage(self, words: str) -> None:
        """Wait until the command says that it is at a stage."""
        self.wait_until(lambda: words in self._heard("err"))

    def end(self) -> Run:
        """Wait for the end; whatever takes too long is killed and fails the test."""
        for _ in self._watched():
            pass
        end_s = time.monotonic() + LAST_BREATH_S
        while _session(self.process.pid) and time.monotonic() < end_s:
            time.sleep(0.01)
        orphans = tuple(_session(self.process.pid))
        if orphans:
            os.killpg(self.process.pid, signal.SIGKILL)
        left = tuple(sorted(path.name for path in self._temporary.iterdir()))
        run = Run(self.process.returncode, self._heard("out"), self._heard("err"), orphans, left)
        shutil.rmtree(self._said)
        shutil.rmtree(self._temporary)
        return run

    def _watched(self) -> Iterator[None]:
        """Yield every few milliseconds until the command has ended."""
        end_s = time.monotonic() + WATCHDOG_S
        while self.process.poll() is None:
            if time.monotonic() > end_s:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
                pytest.fail(f"hangs: {self.process.args!r}")
            yield
            time.sleep(0.005)

    def _heard(self, stream: str) -> str:
        return (self._said / stream).read_bytes().decode("utf-8", "backslashreplace")


def case(value: Any, *marks: Any) -> Any:
    """Return a parameter for a test: a value with a ``name`` and a ``when``, the tier that it belongs to."""
    return pytest.param(value, marks=[*_TIER_MARKS[value.when], *marks], id=value.name)


def footstrike(*arguments: str | bytes | Path, folder: Path, **choices: Any) -> Run:
    """Run a footstrike command in ``folder`` to its end."""
    return Command(*arguments, folder=folder, **choices).end()


def entries(folder: Path) -> dict[bytes, bytes]:
    """Every file and folder below ``folder``, with what the files hold."""
    found = sorted(folder.rglob("*"))
    return {os.fsencode(path.relative_to(folder)): path.read_bytes() if _opens(path) else b"" for path in found}


def _opens(path: Path) -> bool:
    return not path.is_symlink() and path.is_file() and os.access(path, os.R_OK)


def _session(leader: int) -> list[str]:
    """Return the commands that still run in the session of a process that has ended (Linux; elsewhere none)."""
    found = []
    for process in Path("/proc").glob("[0-9]*") if sys.platform == "linux" else []:
        try:
            state, _, _, session = (process / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(session) == leader and state not in "ZX":
                found.append((process / "cmdline").read_text().replace("\0", " ") or process.name)
        except OSError:
            continue
    return found
