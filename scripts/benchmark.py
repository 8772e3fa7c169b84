#!/usr/bin/env python3
"""Time footstrike beside the plain loop that a programmer would write, on the same clip in the same run.

    benchmark.py [--clip 720p60 ...] [--seconds S ...] [--repeats N] [--markdown FILE]

Without options: five seconds of 720p60, three times, a few minutes. Clips are a sample video, scaled
and looped. Each measurement is a process of its own, so that its CPU time and peak memory are its own;
all take turns, and the table holds medians. Times depend on the machine and on what else it does:
compare within one run.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLES = REPOSITORY / "sample_videos"
MEDIAPIPE_BUNDLE = REPOSITORY / "scripts" / "comparison" / "pose_landmarker_full.task"


@dataclass(frozen=True)
class Format:
    """A kind of clip: size, rate, and the sample that is scaled to it, of which every n-th frame is taken."""

    width_px: int
    height_px: int
    rate_hz: int
    sample: str
    every: int = 1


FORMATS = {
    "720p60": Format(1280, 720, 60, "heel_right_60fps.mp4"),
    "720p120": Format(1280, 720, 120, "midfoot_left_120fps.mp4"),
    "1080p60": Format(1920, 1080, 60, "heel_right_60fps.mp4"),
    "4K30": Format(3840, 2160, 30, "heel_right_60fps.mp4", every=2),
}
BLOCK_FRAMES = 20
"""Bare costs are taken over so many frames at a time, with nothing else at work."""
MOST_BARE_FRAMES = 200


def main() -> None:
    """Measure every clip and print the tables; with a hidden option, be one of the measured processes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip", action="append", choices=FORMATS, help="kind of clip; may be repeated")
    parser.add_argument("--seconds", action="append", type=float, help="length; may be repeated")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each measurement")
    parser.add_argument("--only", action="append", help="measure only these lines of the table")
    parser.add_argument("--markdown", type=Path, help="also write the tables to this file")
    parser.add_argument("--measured", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measured:
        what, clip = options.measured
        print(json.dumps(MEASURED[what](Path(clip))))
        return
    parts = [f"{date.today()}, footstrike {version('footstrike')}, {machine()}, medians of {options.repeats}."]
    with tempfile.TemporaryDirectory() as folder:
        for name in options.clip or ["720p60"]:
            for seconds in options.seconds or [5.0]:
                clip = Path(folder, f"{name}_{seconds:g}s.mp4")
                # In a process of its own: memory that this one had would count as its children's peak.
                maker = multiprocessing.get_context("spawn").Process(target=make_clip, args=(clip, name, seconds))
                maker.start()
                maker.join()
                parts.append(table(name, seconds, measure(clip, options.repeats, options.only or [*MEASURED])))
                print(parts[-1], file=sys.stderr, flush=True)
    text = "\n\n".join(parts) + "\n"
    print(text)
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")


def machine() -> str:
    """Describe the processor: cores and clock."""
    info = Path("/proc/cpuinfo")
    text = info.read_text(encoding="utf-8") if info.is_file() else ""
    clocks = [float(line.split(":")[1]) for line in text.splitlines() if line.startswith("cpu MHz")]
    clock = f" at {clocks[0] / 1000:.1f} GHz" if clocks else ""
    return f"{len(os.sched_getaffinity(0))} cores{clock}, no graphics card"


def make_clip(path: Path, name: str, seconds: float) -> None:
    """Write a clip: the sample scaled to the height, its edge stretched to the width, looped."""
    import cv2

    from footstrike.video import VideoWriter, open_video

    kind = FORMATS[name]
    with open_video(SAMPLES / kind.sample) as reader:
        frames = [frame.rgb for frame in reader.frames() if frame.index % kind.every == 0]
    with VideoWriter(path, kind.width_px, kind.height_px, crf=20, preset="veryfast") as writer:
        for number, rgb in enumerate(islice(cycle(frames), round(seconds * kind.rate_hz))):
            width_px = round(rgb.shape[1] * kind.height_px / rgb.shape[0])
            scaled = cv2.resize(rgb, (width_px, kind.height_px), interpolation=cv2.INTER_CUBIC)
            left = (kind.width_px - width_px) // 2
            right = kind.width_px - width_px - left
            writer.write(cv2.copyMakeBorder(scaled, 0, 0, left, right, cv2.BORDER_REPLICATE), number / kind.rate_hz)


@dataclass(frozen=True)
class Cost:
    """What one process took, and what it says of itself."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    said: Mapping[str, Any]


def measure(clip: Path, repeats: int, names: Sequence[str]) -> dict[str, Cost]:
    """Run every measurement in turn, several times; return the medians."""
    runs: dict[str, list[Cost]] = {name: [] for name in names}
    for _ in range(repeats):
        for name, costs in runs.items():
            costs.append(run(name, clip))
    return {name: _median(costs) for name, costs in runs.items()}


def run(name: str, clip: Path) -> Cost:
    """Run one measurement in a process of its own."""
    start_s = time.perf_counter()
    command = [sys.executable, __file__, "--measured", name, str(clip)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        said = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{name} failed on {clip.name}.")
    wall_s = time.perf_counter() - start_s
    return Cost(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, json.loads(said.splitlines()[-1]))


def _median(costs: Sequence[Cost]) -> Cost:
    said = {key: statistics.median([cost.said[key] for cost in costs]) for key in costs[0].said}
    middle = [
        statistics.median(column) for column in zip(*((c.wall_s, c.cpu_s, c.peak_mb) for c in costs), strict=True)
    ]
    return Cost(*middle, said)


def plain_loop(clip: Path) -> dict[str, float]:
    """Read, look with the full model, draw, write: nothing else, one frame after the other."""
    import cv2
    import mediapipe as mp
    from mediapipe.tasks.python.core.base_options import BaseOptions
    from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode

    video = cv2.VideoCapture(str(clip))
    rate_hz, size = video.get(cv2.CAP_PROP_FPS), (int(video.get(3)), int(video.get(4)))
    out = cv2.VideoWriter(str(clip.with_suffix(".plain.mp4")), cv2.VideoWriter.fourcc(*"mp4v"), rate_hz, size)
    options = PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(MEDIAPIPE_BUNDLE)), running_mode=RunningMode.VIDEO
    )
    frames = 0
    with PoseLandmarker.create_from_options(options) as landmarker:
        while True:
            more, bgr = video.read()
            if not more:
                break
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
            for point in (landmarker.detect_for_video(image, round(1000 * frames / rate_hz)).pose_landmarks or [[]])[0]:
                cv2.circle(bgr, (round(point.x * size[0]), round(point.y * size[1])), 4, (0, 255, 0), -1)
            out.write(bgr)
            frames += 1
    out.release()
    return {"frames": frames}


def analysed(jobs: int, with_video: bool) -> Callable[[Path], dict[str, float]]:
    """Return a measurement of the whole analysis, with the time that each stage ended."""

    def analyse(clip: Path) -> dict[str, float]:
        start_s = time.perf_counter()
        ends_s: dict[str, float] = {}
        looks: Counter[str] = Counter()

        def on_progress(stage: str, done: int, total: int | None) -> None:
            ends_s[stage] = time.perf_counter() - start_s
            looks[stage] += 1

        from footstrike.analysis import analyze
        from footstrike.report import write_outputs
        from footstrike.settings import Settings

        started_s = time.perf_counter() - start_s
        session = analyze(clip, Settings(jobs=jobs), on_progress=on_progress)
        gait_s = time.perf_counter() - start_s
        with tempfile.TemporaryDirectory() as folder:
            write_outputs(
                session,
                Path(folder, "out"),
                clip,
                with_video=with_video,
                jobs=jobs,
                on_progress=lambda done, total: on_progress("video", done, total),
            )
        end_s = time.perf_counter() - start_s
        closer_s = ends_s.get("refine", ends_s["pose"])
        return {
            "frames": session.track.frame_count,
            "looks": looks["pose"],
            "closer": int(session.track.refined.sum()),
            "start": started_s,
            "pose": ends_s["pose"] - started_s,
            "refine": closer_s - ends_s["pose"],
            "gait": gait_s - closer_s,
            "video": ends_s.get("video", gait_s) - gait_s,
            "rest": end_s - ends_s.get("video", gait_s),
        }

    return analyse


def bare_decode(clip: Path) -> dict[str, float]:
    """Decode to RGB once."""
    from footstrike.video import open_video

    with open_video(clip) as reader:
        start_s, frames = time.process_time(), 0
        for frame in reader.frames():
            frames += frame.rgb.shape[2] // 3
        return {"frames": frames, "cpu_s": time.process_time() - start_s}


def bare_inference(model: str) -> Callable[[Path], dict[str, float]]:
    """Return a measurement of what one model takes for a frame."""

    def infer(clip: Path) -> dict[str, float]:
        from footstrike.pose import BlazePose

        cpu_s, frames = 0.0, 0
        with BlazePose(model).open() as estimator:
            region = None
            for block in _blocks(clip):
                region = region or next(iter(estimator.find(block[0][0])), None)
                start_s = time.process_time()
                for rgb, _ in block:
                    seen = estimator.look(rgb, region) if region else None
                    region = seen.region if seen else region
                cpu_s, frames = cpu_s + time.process_time() - start_s, frames + len(block)
        return {"frames": frames, "cpu_s": cpu_s}

    return infer


def bare_encode(clip: Path) -> dict[str, float]:
    """Encode as footstrike does, without drawing."""
    from footstrike.video import VideoWriter

    cpu_s, frames = 0.0, 0
    kind = FORMATS[clip.stem.split("_")[0]]
    with VideoWriter(clip.with_suffix(".bare.mp4"), kind.width_px, kind.height_px, threads=1) as writer:
        for block in _blocks(clip):
            start_s = time.process_time()
            for rgb, at_s in block:
                writer.write(rgb, at_s)
            cpu_s, frames = cpu_s + time.process_time() - start_s, frames + len(block)
    return {"frames": frames, "cpu_s": cpu_s}


def _blocks(clip: Path) -> Iterator[list[tuple[Any, float]]]:
    from footstrike.video import open_video

    with open_video(clip) as reader:
        frames = islice(reader.frames(), MOST_BARE_FRAMES)
        while block := [(frame.rgb, frame.time_s) for frame in islice(frames, BLOCK_FRAMES)]:
            yield block


MEASURED: dict[str, Callable[[Path], dict[str, float]]] = {
    "plain loop": plain_loop,
    "analyze, 2 jobs": analysed(2, with_video=True),
    "analyze, 1 job": analysed(1, with_video=True),
    "analyze --no-video, 2 jobs": analysed(2, with_video=False),
    "analyze --no-video, 1 job": analysed(1, with_video=False),
    "bare decode": bare_decode,
    "bare full model": bare_inference("full"),
    "bare heavy model": bare_inference("heavy"),
    "bare encode": bare_encode,
}
STAGES = ("start", "pose", "refine", "gait", "video", "rest")


def table(name: str, seconds: float, costs: Mapping[str, Cost]) -> str:
    """Return a clip's measurements as Markdown: whole runs, stages, bare costs, and the ratios that count."""
    whole = {line: cost for line, cost in costs.items() if not line.startswith("bare")}
    lines = [
        f"### {name}, {seconds:g} s",
        "",
        "| | wall s | CPU s | frames/s | wall ms/frame | peak MB | " + " | ".join(f"{s} s" for s in STAGES) + " |",
        "|---|" + "---|" * (5 + len(STAGES)),
    ]
    for line, cost in whole.items():
        frames = cost.said["frames"]
        stages = [f"{cost.said[stage]:.1f}" if stage in cost.said else "" for stage in STAGES]
        lines.append(
            f"| {line} | {cost.wall_s:.1f} | {cost.cpu_s:.1f} | {frames / cost.wall_s:.1f} | "
            f"{1000 * cost.wall_s / frames:.1f} | {cost.peak_mb:.0f} | {' | '.join(stages)} |"
        )
    bare = [
        f"{line.removeprefix('bare ')} {1000 * cost.said['cpu_s'] / cost.said['frames']:.1f} ms"
        for line, cost in costs.items()
        if line.startswith("bare")
    ]
    if bare:
        lines += ["", "Bare CPU per frame: " + ", ".join(bare) + "."]
    return "\n".join([*lines, "", *ratios(costs)])


def ratios(costs: Mapping[str, Cost]) -> list[str]:
    """Return what the bars of the issue ask for, as far as it was measured."""
    both, one, silent = (costs.get(f"analyze{line}") for line in (", 2 jobs", ", 1 job", " --no-video, 2 jobs"))
    said = []
    if both and (plain := costs.get("plain loop")):
        said.append(f"Wall over the plain loop's: {both.wall_s / plain.wall_s:.2f}")
        if silent:
            said[-1] += f", without video {silent.wall_s / plain.wall_s:.2f}"
    if both and one:
        said.append(f"2 jobs over 1: {one.wall_s / both.wall_s:.2f} times as fast")
    if both:
        said.append(f"Wall over CPU ÷ 2: {2 * both.wall_s / both.cpu_s:.2f}")
        if "bare heavy model" in costs:
            said.append(f"CPU over bare decode, inference and encode: {both.cpu_s / bare_sum_s(both, costs):.2f}")
        rest_s = sum(both.said[stage] for stage in ("start", "gait", "rest"))
        said.append(f"All but decode, pose and encode: {100 * rest_s / both.wall_s:.0f} %")
    return [f"- {line}" for line in said]


def bare_sum_s(both: Cost, costs: Mapping[str, Cost]) -> float:
    """Return what decoding once, looking at the frames chosen, and encoding once take at the least."""
    per_frame_s = {line: cost.said["cpu_s"] / cost.said["frames"] for line, cost in costs.items() if "bare" in line}
    every_s = per_frame_s["bare decode"] + per_frame_s["bare encode"]
    looks_s = (
        both.said["looks"] * per_frame_s["bare full model"] + both.said["closer"] * per_frame_s["bare heavy model"]
    )
    return both.said["frames"] * every_s + looks_s


if __name__ == "__main__":
    main()
