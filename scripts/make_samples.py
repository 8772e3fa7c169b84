#!/usr/bin/env python3
"""Draw the sample clips and write the exact truth beside each.

    make_samples.py [--out sample_videos] [--doctor src/footstrike/doctor/sample.mp4]

A runner whose motion is known exactly (:mod:`runner_model`) is filmed off screen, with a little sensor
noise, and encoded as H.264. Everything is seeded. Needs the extra ``samples``.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from runner_figure import RunnerFigure, Wardrobe
from runner_model import TYPICAL_FOOT_STRIKE_ANGLE_DEG, RunnerModel, truth

REPOSITORY = Path(__file__).resolve().parent.parent
DOCTORS_SAMPLE = "heel_right_60fps"
LANDSCAPE, PORTRAIT = (960, 720), (720, 960)
CLEAR_BEFORE_S, CLEAR_AFTER_S = 0.05, 0.35
"""A contact is in the truth table if the clip shows this much before and after it."""
TRUTH_DECIMALS = {
    "contact_time_s": 4,
    "toe_off_time_s": 4,
    "foot_strike_angle_deg": 2,
    "ankle_ahead_of_knee_mm": 1,
    "shank_angle_deg": 2,
    "camera_yaw_deg": 1,
}
TRUTH_COLUMNS = ("foot", "side", "contact_time_s", "toe_off_time_s", "strike", *list(TRUTH_DECIMALS)[2:])
NOISE_SD = 2.0
"""Sensor noise in grey levels."""
CRF = 22


@dataclass(frozen=True)
class Sample:
    """One clip: who runs, how it is filmed, and in which clothes and room."""

    name: str
    rate_hz: int
    duration_s: float
    size_px: tuple[int, int]
    model: RunnerModel
    wardrobe: Wardrobe
    wall: tuple[int, int, int]
    floor: tuple[int, int, int]
    seed: int

    @property
    def frame_count(self) -> int:
        """Number of frames of the clip."""
        return round(self.rate_hz * self.duration_s)


HEEL, MIDFOOT, FOREFOOT = (TYPICAL_FOOT_STRIKE_ANGLE_DEG[s] for s in ("heel", "midfoot", "forefoot"))
WHITE, BLACK = (242, 242, 240), (38, 38, 42)
SAMPLES = (
    Sample(
        name="heel_right_60fps",
        rate_hz=60,
        duration_s=5.0,
        size_px=LANDSCAPE,
        model=RunnerModel(
            HEEL, shank_angle_deg=9.0, speed_mps=3.0, cadence_spm=170, trunk_lean_deg=2.5, direction="right"
        ),
        wardrobe=Wardrobe((224, 180, 152), (70, 45, 30), (200, 60, 50), (150, 160, 185), (70, 160, 200), WHITE, WHITE),
        wall=(186, 192, 198),
        floor=(150, 120, 90),
        seed=11,
    ),
    Sample(
        name="heel_left_30fps",
        rate_hz=30,
        duration_s=6.0,
        size_px=PORTRAIT,
        model=RunnerModel(
            HEEL + 3,
            shank_angle_deg=7.5,
            speed_mps=2.7,
            cadence_spm=164,
            contact_time_s=0.26,
            height_m=1.68,
            direction="left",
        ),
        wardrobe=Wardrobe((150, 104, 78), (30, 24, 22), (245, 205, 70), (60, 60, 66), (225, 225, 230), BLACK, BLACK),
        wall=(196, 188, 176),
        floor=(105, 108, 112),
        seed=12,
    ),
    Sample(
        name="midfoot_right_60fps",
        rate_hz=60,
        duration_s=5.0,
        size_px=PORTRAIT,
        model=RunnerModel(
            MIDFOOT,
            shank_angle_deg=6.5,
            speed_mps=3.0,
            cadence_spm=176,
            contact_time_s=0.23,
            height_m=1.80,
            trunk_lean_deg=2.5,
            direction="right",
        ),
        wardrobe=Wardrobe((236, 196, 170), (150, 110, 60), (60, 120, 190), (30, 32, 38), (235, 120, 50), WHITE, WHITE),
        wall=(172, 186, 176),
        floor=(140, 112, 86),
        seed=13,
    ),
    Sample(
        name="midfoot_left_120fps",
        rate_hz=120,
        duration_s=4.0,
        size_px=LANDSCAPE,
        model=RunnerModel(
            MIDFOOT,
            shank_angle_deg=8.0,
            speed_mps=3.3,
            cadence_spm=180,
            contact_time_s=0.22,
            height_m=1.72,
            direction="left",
        ),
        wardrobe=Wardrobe((205, 160, 125), (35, 25, 20), (80, 165, 110), (45, 50, 60), (220, 70, 110), WHITE, WHITE),
        wall=(200, 196, 190),
        floor=(92, 96, 104),
        seed=14,
    ),
    Sample(
        name="forefoot_right_60fps",
        rate_hz=60,
        duration_s=5.0,
        size_px=LANDSCAPE,
        model=RunnerModel(
            FOREFOOT,
            shank_angle_deg=6.0,
            speed_mps=3.2,
            cadence_spm=180,
            contact_time_s=0.22,
            height_m=1.76,
            trunk_lean_deg=2.5,
            direction="right",
        ),
        wardrobe=Wardrobe((110, 74, 56), (25, 20, 18), (235, 235, 240), (150, 40, 50), (190, 225, 60), BLACK, BLACK),
        wall=(180, 190, 205),
        floor=(150, 120, 90),
        seed=15,
    ),
    Sample(
        name="forefoot_left_120fps",
        rate_hz=120,
        duration_s=4.0,
        size_px=PORTRAIT,
        model=RunnerModel(
            FOREFOOT - 1,
            shank_angle_deg=7.0,
            speed_mps=3.4,
            cadence_spm=184,
            contact_time_s=0.21,
            height_m=1.74,
            direction="left",
        ),
        wardrobe=Wardrobe((226, 184, 158), (110, 70, 40), (120, 80, 160), (40, 44, 50), (240, 190, 60), WHITE, WHITE),
        wall=(190, 182, 186),
        floor=(112, 104, 96),
        seed=16,
    ),
)


def truth_rows(sample: Sample) -> list[dict[str, str]]:
    """Return the rows of a sample's truth table, formatted."""
    latest = sample.duration_s - CLEAR_AFTER_S
    rows = [
        asdict(contact) | {"camera_yaw_deg": 0.0}
        for contact in truth(sample.model, sample.duration_s)
        if CLEAR_BEFORE_S <= contact.contact_time_s <= latest
    ]
    return [{name: _formatted(name, row[name]) for name in TRUTH_COLUMNS} for row in rows]


def _formatted(name: str, value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.{TRUTH_DECIMALS[name]}f}"


def write_truth(sample: Sample, folder: Path) -> Path:
    """Write ``<name>.truth.csv``."""
    path = folder / f"{sample.name}.truth.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, TRUTH_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(truth_rows(sample))
    return path


def pictures(sample: Sample) -> Iterator[NDArray[np.uint8]]:
    """Yield the ``(H, W, 3)`` frames of a sample, with sensor noise."""
    from runner_scene import Room, RunnerScene

    room = Room(sample.wall, sample.floor, sample.seed)
    scene = RunnerScene(RunnerFigure(sample.model, sample.wardrobe), room, sample.size_px)
    rng = np.random.default_rng(sample.seed)
    width, height = sample.size_px
    for frame in range(sample.frame_count):
        grain = rng.normal(0.0, NOISE_SD, (height, width, 1)).astype(np.float32)
        yield np.clip(scene.picture(frame / sample.rate_hz) + grain, 0, 255).astype(np.uint8)


def write_video(sample: Sample, folder: Path) -> Path:
    """Draw and encode ``<name>.mp4``."""
    path = folder / f"{sample.name}.mp4"
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=sample.rate_hz)
        stream.width, stream.height = sample.size_px
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(CRF), "preset": "medium", "threads": "1"}
        for picture in pictures(sample):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def write_doctors_sample(folder: Path, path: Path) -> None:
    """Write the two seconds that travel with footstrike: every second frame of a sample, at half its size."""
    with av.open(str(folder / f"{DOCTORS_SAMPLE}.mp4")) as source, av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height = LANDSCAPE[0] // 2, LANDSCAPE[1] // 2
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": "30", "preset": "veryslow", "threads": "1"}
        for number, frame in enumerate(islice(source.decode(video=0), 0, 120, 2)):
            small = frame.reformat(stream.width, stream.height, interpolation=Interpolation.AREA)
            small.pts, small.time_base = number, Fraction(1, 30)
            container.mux(stream.encode(small))
        container.mux(stream.encode())


def main() -> None:
    """Make every sample and say what was made; an interruption leaves the old ones whole."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=REPOSITORY / "sample_videos", help="folder for the clips")
    parser.add_argument("--doctor", type=Path, default=REPOSITORY / "src" / "footstrike" / "doctor" / "sample.mp4")
    options = parser.parse_args()
    options.out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.out) as temporary:
        folder = Path(temporary)
        for sample in SAMPLES:
            table, video = write_truth(sample, folder), write_video(sample, folder)
            megabytes = video.stat().st_size / 1e6
            print(f"{video.name}: {sample.frame_count} frames, {megabytes:.2f} MB, {len(truth_rows(sample))} contacts")
            for path in (table, video):
                path.replace(options.out / path.name)
        write_doctors_sample(options.out, folder / "doctor.mp4")
        shutil.move(folder / "doctor.mp4", options.doctor)


if __name__ == "__main__":
    main()
