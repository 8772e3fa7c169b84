"""A stretch of the corpus, file by file, in a worker that is watched and replaced when it dies or hangs."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from .mutations import mutated
from .originals import make_originals

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = REPOSITORY / "sample_videos" / "heel_right_60fps.mp4"
WATCHDOG_S = 60.0
FILES_PER_WORKER = 200


@dataclass
class Findings:
    """What became of the files: how often each end came, the slowest, and the faults with their files' numbers."""

    ends: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    faults: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """One line per end, then one per fault."""
        ends = [f"{count:6}  {end}" for end, count in sorted(self.ends.items())]
        faults = [f"seed {seed} ({name}): {what}" for seed, name, what in self.faults]
        return "\n".join([*ends, f"slowest: {self.slowest_s:.1f} s", f"faults: {len(self.faults)}", *faults])


class Worker:
    """A process that analyses files until it dies or hangs."""

    def __init__(self) -> None:
        self._done = 0
        self._process = self._started()

    def _started(self) -> subprocess.Popen[str]:
        paths = [str(REPOSITORY / "src"), str(REPOSITORY / "scripts"), os.environ.get("PYTHONPATH", "")]
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("worker.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )

    def analyse(self, path: Path) -> dict[str, object]:
        """Return how the analysis of a file ended."""
        if self._done >= FILES_PER_WORKER:
            self.stop()
        if self._process.poll() is not None:
            self._process, self._done = self._started(), 0
        self._done += 1
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], WATCHDOG_S)
        if not ready:
            self._process.kill()
            self._process.wait()
            return {"fault": f"hangs for more than {WATCHDOG_S:g} s"}
        reply = self._process.stdout.readline()
        if not reply:
            return {"fault": f"the process died ({self._process.wait()})"}
        ended: dict[str, object] = json.loads(reply)
        return ended

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(WATCHDOG_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def fuzz(
    seeds: Iterable[int], keep: Path | None = None, on_file: Callable[[int], None] = lambda seed: None
) -> Findings:
    """Analyse the files with these numbers; those with faults are kept in ``keep``."""
    findings, worker = Findings(), Worker()
    with TemporaryDirectory() as place:
        originals_folder, work = Path(place) / "originals", Path(place) / "work"
        originals_folder.mkdir()
        work.mkdir()
        originals = make_originals(originals_folder, SAMPLE)
        for seed in seeds:
            name, content = mutated(seed, originals)
            path = work / name
            path.write_bytes(content)
            start_s = time.monotonic()
            end, fault = _judged(worker.analyse(path))
            findings.slowest_s = max(findings.slowest_s, time.monotonic() - start_s)
            findings.ends[end] += 1
            if fault:
                findings.faults.append((seed, name, fault))
                if keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{seed}_{name}").write_bytes(content)
            path.unlink()
            on_file(seed)
    worker.stop()
    return findings


def _judged(ended: dict[str, object]) -> tuple[str, str]:
    """Return what kind of end it was, and what is wrong with it."""
    if "fault" in ended:
        return "fault", str(ended["fault"])
    if "traceback" in ended:
        return "traceback", str(ended["traceback"]).strip()
    said = str(ended["said"])
    if ended["left"] or not ended["whole"]:
        return "fault", f"left behind: {ended['left']}, whole: {ended['whole']}"
    if ended["code"] == 0:
        return "analysed", "" if said == "" else f"said: {said}"
    if ended["code"] != 1 or said.count("\n") != 1 or not said.startswith("footstrike: "):
        return "fault", f"exit code {ended['code']}, said: {said!r}"
    return "refused in one line", ""
