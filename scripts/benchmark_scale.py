"""Measure what a batch costs beside the analysis: processes, a killed worker, and Dask's own scheduler.

``python scripts/benchmark_scale.py`` cuts a sample video to two seconds, copies it, and runs

- the analysis itself, in one process: seconds per clip and per frame, and how they divide;
- the same clips as a batch with one worker and with two: speed-up, and overhead for each clip;
- the same on a local Dask cluster of two workers, one of which is killed midway: every clip has to be done,
  with the same numbers;
- 10,000 stand-in clips, which do nothing, through Dask on two local workers: what its scheduler adds.

It prints a table in Markdown, as in ``docs/scale.md``. Nothing else should run on the machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import signal
import statistics
import tempfile
import threading
import time
from pathlib import Path

from footstrike import Settings
from footstrike.batch import Batch, Clip, ClipResult, DaskCluster, ThisMachine, find_clips, run_batch
from footstrike.batch.run import Engine
from footstrike.batch.work import ClipTask, analyse_clip
from footstrike.video import VideoWriter, open_video

SAMPLE = Path(__file__).resolve().parents[1] / "sample_videos" / "heel_right_60fps.mp4"
FRAMES = 120
WORKERS = 2


def stand_in(task: ClipTask) -> ClipResult:
    """Do nothing, and return as much as an analysis does."""
    return ClipResult(task.clip.name, "done", seconds=30.0)


def cut_sample(path: Path) -> None:
    """Write the first two seconds of the sample."""
    with open_video(SAMPLE) as reader, VideoWriter(path, reader.width_px, reader.height_px) as writer:
        for frame in reader.frames(range(FRAMES)):
            writer.write(frame.rgb, frame.time_s)


def alone(path: Path, folder: Path, with_video: bool) -> tuple[float, float]:
    """Return the median wall and CPU seconds of three clips in this process, once everything is loaded."""
    task = ClipTask(Clip("run", path), folder, Settings(), with_video, again=True)
    wall_s, cpu_s = [], []
    for _ in range(4):
        start_s, start_cpu_s = time.perf_counter(), time.process_time()
        analyse_clip(task)
        wall_s.append(time.perf_counter() - start_s)
        cpu_s.append(time.process_time() - start_cpu_s)
    return statistics.median(wall_s[1:]), statistics.median(cpu_s[1:])


def timed(clips: tuple[Clip, ...], folder: Path, engine: Engine) -> tuple[float, Batch]:
    """Return the seconds that a batch takes from start to end, and the batch."""
    start_s = time.perf_counter()
    batch = run_batch(clips, folder, engine=engine)
    return time.perf_counter() - start_s, batch


def run_here(clips: tuple[Clip, ...], place: Path, alone_s: float) -> None:
    """Print what one and two workers take, and the overhead for each clip over a single analysis."""
    print(f"| {len(clips)} clips of {FRAMES} frames | wall s | s per clip | overhead s per clip |")
    print("|---|---|---|---|")
    wall_s = {}
    for workers in (1, WORKERS):
        wall_s[workers], batch = timed(clips, place / f"here{workers}", ThisMachine(workers))
        if not batch.complete:
            raise SystemExit(batch.shortfall)
        per_clip_s = wall_s[workers] / len(clips)
        overhead_s = per_clip_s * workers - alone_s
        name = f"batch, {workers} worker{'s' * (workers > 1)}"
        print(f"| {name} | {wall_s[workers]:.1f} | {per_clip_s:.2f} | {overhead_s:.2f} |")
    print(f"\n{WORKERS} workers are {wall_s[1] / wall_s[WORKERS]:.2f} times as fast as one.\n")
    start_s = time.perf_counter()
    run_batch(clips, place / f"here{WORKERS}", engine=ThisMachine(WORKERS))
    print(f"The same batch again, everything done before: {time.perf_counter() - start_s:.1f} s.\n")


def run_on_dask(clips: tuple[Clip, ...], place: Path, stand_ins: int) -> None:
    """Print what a local cluster does when a worker is killed, and what stand-in clips take."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster:
        engine = DaskCluster(cluster.scheduler_address)
        victim = next(iter(cluster.workers.values())).process.process.pid

        def kill() -> None:
            while len(list((place / "dask").glob("clips/run*"))) < len(clips) // 2:
                time.sleep(0.1)
            os.kill(victim, signal.SIGKILL)

        threading.Thread(target=kill, daemon=True).start()
        wall_s, batch = timed(clips, place / "dask", engine)
        tables = [(place / folder / "batch.csv").read_bytes() for folder in ("dask", f"here{WORKERS}")]
        print(f"Dask, {WORKERS} workers, one killed midway: {wall_s:.1f} s; {len(batch.results)} clips, "
              f"{'all done' if batch.complete else batch.shortfall}; "
              f"numbers {'the same' if tables[0] == tables[1] else 'DIFFER'}.\n")  # fmt: skip
        tasks = [ClipTask(Clip(f"{n:06}", SAMPLE), place / "dask" / "clips" / f"{n:06}", Settings())
                 for n in range(stand_ins)]  # fmt: skip
        start_s = time.perf_counter()
        finished = sum(1 for _ in engine.run(stand_in, tasks))
        wall_s = time.perf_counter() - start_s
        print(f"{finished} stand-in clips through Dask: {wall_s:.1f} s, {1000 * wall_s / stand_ins:.2f} ms each.")


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=20)
    parser.add_argument("--stand-ins", type=int, default=10_000)
    choices = parser.parse_args()
    print(f"{platform.system()}, Python {platform.python_version()}, {os.cpu_count()} cores\n")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "club").mkdir()
        cut_sample(place / "short.mp4")
        for number in range(choices.clips):
            shutil.copy(place / "short.mp4", place / "club" / f"run{number:02}.mp4")
        clips = find_clips([place / "club"], place / "out")
        print(f"| analysis alone, {FRAMES} frames | wall s | CPU s | CPU s per frame |\n|---|---|---|---|")
        for with_video, name in ((False, "no video"), (True, "every output")):
            alone_s, cpu_s = alone(place / "short.mp4", place / "alone", with_video)
            print(f"| {name} | {alone_s:.2f} | {cpu_s:.2f} | {cpu_s / FRAMES:.3f} |")
        print()
        run_here(clips, place, alone_s)
        run_on_dask(clips, place, choices.stand_ins)


if __name__ == "__main__":
    main()
