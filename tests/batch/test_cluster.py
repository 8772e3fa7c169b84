"""The same work on a Dask cluster: two worker processes on this machine."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stand_ins import obey, tasks_called

from footstrike import Settings
from footstrike.batch import ClipResult, DaskCluster, ThisMachine, find_clips, run_batch
from footstrike.errors import BatchError

SAME = ("steps.csv", "summary.json", "landmarks.npz")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster


def run(engine: DaskCluster, folder: Path, *names: str) -> dict[str, ClipResult]:
    (folder / "clips").mkdir()
    tasks = tasks_called(*names, folder=folder)
    return {result.name: result for result in engine.run(obey, tasks)}


def test_library_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BatchError, match=r"footstrike\[dask\]"):
        run(DaskCluster("tcp://127.0.0.1:1"), tmp_path, "dawdle")


@pytest.mark.slow
def test_no_scheduler(tmp_path: Path) -> None:
    with pytest.raises(BatchError, match="No Dask scheduler answers"):
        run(DaskCluster("tcp://127.0.0.1:1"), tmp_path, "dawdle")


@pytest.mark.slow
def test_storage_that_workers_do_not_see(cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tasks = tasks_called("dawdle", folder=tmp_path)
    elsewhere = Path("not/there/run.mp4")
    hidden = [type(task)(type(task.clip)("dawdle", elsewhere), task.folder, task.settings) for task in tasks]
    with pytest.raises(BatchError, match="does not see"):
        list(DaskCluster(cluster.scheduler_address).run(obey, hidden))


@pytest.mark.slow
def test_death_and_lateness_cost_only_their_clip(cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = ["die-once", "late", *(f"dawdle {number}" for number in range(10))]
    results = run(DaskCluster(cluster.scheduler_address, timeout_s=5), tmp_path, *names)
    assert sorted(results) == sorted(names)
    assert {name: result.reason for name, result in results.items() if result.status == "failed"} == {
        "late": "It took longer than 5 s in each of 2 tries."
    }
    assert list((tmp_path / "clips").glob(".*.part")) == []


@pytest.mark.slow
def test_worker_killed_midway_changes_no_number(cluster: Any, tmp_path: Path, short_video: Path) -> None:
    (tmp_path / "club").mkdir()
    for number in range(4):
        shutil.copy(short_video, tmp_path / "club" / f"run{number}.mp4")
    (tmp_path / "club" / "bad.mp4").write_text("no video")
    clips = find_clips([tmp_path / "club"], tmp_path)
    settings = Settings(model="lite", fine_model=None)
    victim = next(iter(cluster.workers.values()))

    def kill() -> None:
        while not list((tmp_path / "dask").glob("clips/run*")):
            time.sleep(0.05)
        os.kill(victim.process.process.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    spread = run_batch(clips, tmp_path / "dask", settings, engine=DaskCluster(cluster.scheduler_address))
    killer.join()
    # A clip whose worker died before it could tell is found done by the next.
    assert spread.count("done") + spread.count("skipped") == 4
    assert (spread.count("refused"), spread.count("failed")) == (1, 0)
    here = run_batch(clips, tmp_path / "here", settings, engine=ThisMachine(workers=2))
    assert here.count("done") == 4
    for name in ("batch.csv", "batch.parquet", *(f"clips/run{n}/{file}" for n in range(4) for file in SAME)):
        assert (tmp_path / "dask" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


@pytest.mark.slow
def test_lost_scheduler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clips").mkdir()
    tasks = tasks_called(*(f"dawdle {number}" for number in range(50)), folder=tmp_path)
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as own:
        running = DaskCluster(own.scheduler_address).run(obey, tasks)
        assert next(running).status == "done"
        own.close()
        with pytest.raises(BatchError, match="was lost"):
            list(running)
