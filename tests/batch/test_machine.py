"""Workers on this machine: shared, reused, and nobody's loss but their clip's when they die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from stand_ins import obey, tasks_called

from footstrike.batch import ClipResult, ThisMachine
from footstrike.errors import BatchError, InvalidValueError


def run(engine: ThisMachine, folder: Path, *names: str) -> dict[str, ClipResult]:
    return {result.name: result for result in engine.run(obey, tasks_called(*names, folder=folder))}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_are_shared_and_reused(tmp_path: Path) -> None:
    names = [f"dawdle {number}" for number in range(12)]
    results = run(ThisMachine(workers=2), tmp_path, *names)
    assert sorted(results) == sorted(names)
    workers = {int(result.reason) for result in results.values()}
    assert len(workers) == 2 and os.getpid() not in workers
    assert not any(map(alive, workers))


def test_death_and_timeout_cost_only_their_clip(tmp_path: Path) -> None:
    names = ["die", "die-once", "leave", "hang", *(f"dawdle {number}" for number in range(6))]
    results = run(ThisMachine(workers=2, timeout_s=1), tmp_path, *names)
    assert sorted(results) == sorted(names)
    lost = {name: result.reason for name, result in results.items() if result.status == "failed"}
    assert lost == {
        "die": f"Its worker died (signal {signal.SIGKILL:d}) in each of 2 tries.",
        "leave": "Its worker died (exit code 3) in each of 2 tries.",
        "hang": "It took longer than 1 s in each of 2 tries.",
    }
    assert [path.name for path in (tmp_path / "clips").glob(".*")] == []


def test_no_retries(tmp_path: Path) -> None:
    results = run(ThisMachine(workers=1, retries=0), tmp_path, "die-once", "dawdle")
    assert results["die-once"].reason == f"Its worker died (signal {signal.SIGKILL:d}) in the only try."
    assert results["dawdle"].status == "done"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory")
def test_memory_limit(tmp_path: Path) -> None:
    engine = ThisMachine(workers=1, retries=0, memory_limit_bytes=1 << 30)
    results = run(engine, tmp_path, "eat", "dawdle")
    assert results["eat"].status == "failed" and "MemoryError" in results["eat"].reason
    assert results["dawdle"].status == "done"


def test_leaving_early_stops_the_workers(tmp_path: Path) -> None:
    running = ThisMachine(workers=2).run(obey, tasks_called("dawdle", "hang 1", "hang 2", folder=tmp_path))
    worker = int(next(running).reason)
    start_s = time.monotonic()
    running.close()
    assert time.monotonic() - start_s < 8
    assert not alive(worker)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from pathlib import Path\nfrom footstrike.batch import ThisMachine\nfrom stand_ins import obey, tasks_called\n"
        "if __name__ == '__main__':\n"
        f"    tasks = tasks_called('dawdle', 'hang', folder=Path({str(tmp_path)!r}))\n"
        "    for result in ThisMachine(workers=1).run(obey, tasks):\n"
        "        print(result.reason, flush=True)\n"
    )
    (tmp_path / "parent.py").write_text(script)
    with subprocess.Popen(
        [sys.executable, str(tmp_path / "parent.py")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert alive(worker)
        parent.kill()
    deadline_s = time.monotonic() + 10
    while alive(worker) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert not alive(worker)


@pytest.mark.parametrize("limits", [{"workers": 0}, {"timeout_s": 0}, {"retries": -1}])
def test_impossible_limits(limits: dict[str, int]) -> None:
    with pytest.raises(InvalidValueError):
        ThisMachine(**limits)


def test_memory_limit_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(BatchError, match="does not let"):
        ThisMachine(memory_limit_bytes=1)
