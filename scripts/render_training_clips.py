#!/usr/bin/env python3
"""Render the clips that ``train_corrections.py`` learns from.

    render_training_clips.py OUT [--shared ../shared]

Rounds of one clip for every runner and speed of the shared motion data, with the shared rendering tool: body,
clothes, camera angle, distance and height, light, frame rate, blur, rails and compression are drawn from each round's
fixed seed, so that every run makes the same clips. Clips that lie in OUT already are kept. Needs vtk, opencv, pandas
and ffmpeg; about half a minute of one core for each second of video.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROUND_SEEDS = {"": 7, "b": 8}
"""Ending of the clips' names and seed of every round."""
RATES = {(60, 3.2): 0.70, (120, 2.2): 0.15, (30, 5.0): 0.15}
"""Frame rate and seconds of a clip, and how often each is drawn."""
BLURRED_SHARE, RAILS_SHARE = 0.25, 0.3
RUNNERS_FIRST = (8, 11, 14, 20, 23)
"""Runners of whom the shared folder holds no rendered clip yet."""


@dataclass(frozen=True)
class Job:
    """One clip to render: its motion file and the rendering tool's options."""

    name: str
    motion: Path
    options: tuple[str, ...]
    order: tuple[str, bool, float]


def main() -> None:
    """Render all clips that are missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for job in sorted(draw_jobs(arguments.shared), key=lambda job: job.order):
        video = arguments.out / f"{job.name}.mp4"
        if not video.with_suffix(".truth.csv").exists():
            render(job, video, arguments.shared)
            print(f"{video.name}: {' '.join(job.options)}", flush=True)


def draw_jobs(shared: Path) -> list[Job]:
    """Draw the circumstances of every clip, round by round, from the seeds."""
    with (shared / "rbds" / "runners.csv").open(encoding="utf-8") as table:
        sexes = {int(row["subject"]): row["sex"] for row in csv.DictReader(table)}
    motions = sorted((shared / "rbds").glob("*.npz"))
    draws = {ending: random.Random(seed) for ending, seed in ROUND_SEEDS.items()}
    return [_draw_job(draw, motion, ending, sexes) for ending, draw in draws.items() for motion in motions]


def _draw_job(draw: random.Random, motion: Path, ending: str, sexes: dict[int, str]) -> Job:
    found = re.fullmatch(r"RBDS(\d+)_T(\d+)", motion.stem)
    if found is None:
        raise SystemExit(f"{motion.name}: expected a name like RBDS008_T25.npz.")
    runner = int(found[1])
    rate_hz, seconds = draw.choices(list(RATES), list(RATES.values()))[0]
    options = {
        "start": draw.uniform(2, 22),
        "seconds": seconds,
        "fps": rate_hz,
        "facing": draw.choice(["left", "right"]),
        "yaw": draw.choice([0, 0, 0, -10, 10, -15, 15, -20, 20]),
        "body": draw.choice(["african", "asian", "caucasian"]) + ("-female" if sexes[runner] == "F" else "-male"),
        "style": draw.randrange(1000),
        "size": "480x640",
        "distance": draw.choice([3.2, 4.5, 4.5, 6, 8]),
        "height": draw.choice([0.6, 0.9, 0.9, 1.2]),
        "light": draw.choice([0.6, 0.8, 1, 1, 1.2]),
        "texture": draw.choice([0, 0, 0.15, 0.3]),
        "noise": draw.choice([2, 3, 6]),
        "crf": draw.choice([20, 23, 28]),
    }
    if draw.random() < BLURRED_SHARE and rate_hz < 100:
        options["shutter"] = draw.choice([1 / 250, 1 / 120])
    rails = ("--rails",) if draw.random() < RAILS_SHARE else ()
    words = tuple(word for name, value in options.items() for word in (f"--{name}", str(value)))
    order = (ending, runner not in RUNNERS_FIRST, draw.random())
    return Job(f"r{found[1]}_{found[2]}{ending}", motion, (*words, *rails), order)


def render(job: Job, video: Path, shared: Path) -> None:
    """Run the shared rendering tool for one clip."""
    tool, contacts = shared / "tools" / "render_human.py", shared / "rbds" / "contacts.csv"
    assets = shared / "assets" / "makehuman"
    command = [sys.executable, tool, job.motion, contacts, assets, video, *job.options]
    subprocess.run([str(word) for word in command], check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
