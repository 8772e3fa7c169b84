#!/usr/bin/env python3
"""Make the table of other runners in ``models/overstride_reference.csv``.

    build_overstride_reference.py [--shared ../shared] [--out models/overstride_reference.csv]

From the runners of the Running Biomechanics Data Set, as they lie in the shared folder: markers, and contacts from
force plates. Every runner's foot counts once per belt speed, with the mean over its contacts; the table holds
percentiles over these means. Lengths are those of the pipeline: hips are the middle of both, and a leg is thigh plus
shank, each the 80th percentile over the recording, mean of both legs.

Printed besides: the leg's proportions and what a standing toe shows of the belt's speed, the origin of constants in
``gait/overstride.py`` and ``gait/speed.py``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from footstrike.data import FloatArray
from footstrike.gait.reference import POOLED
from footstrike.gait.speed import STANDING_SHARES
from footstrike.gait.view import LEG_PERCENTILE
from footstrike.settings import OVERSTRIDE_REFERENCE_NAME

REPOSITORY = Path(__file__).resolve().parent.parent
BELT_MPS = {2.5: 2.54, 3.5: 3.57, 4.5: 4.59}
"""Belt speed (m/s) by the data set's name for it."""
PERCENTS = (5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95)
MEASURES = {"shank_angle_deg": 2, "ankle_hip_distance_leg": 3}
"""What the table describes, and its decimals."""
MARKERS_PER_LEG = 5
HIP, KNEE, ANKLE, TOE = 0, 1, 2, 4
FIRST_MARKER = {"L": 0, "R": MARKERS_PER_LEG}
MISSING = -32768
TENTHS_OF_MM_PER_M = 10_000
HEADER = """\
# Where the ankle is at initial contact: percentiles over runners' feet, by running speed (row "all": every speed).
# shank_angle_deg: line from knee to ankle against the vertical, degrees, + ankle ahead of the knee.
# ankle_hip_distance_leg: ankle ahead of the middle of the hips, leg lengths (thigh + shank).
# A foot counts once per speed, with the mean over its contacts. Treadmill, shoes, {runners} runners.
# Derived from the Running Biomechanics Data Set: Fukuchi RK, Fukuchi CA, Duarte M (2017), A public dataset of running
# biomechanics and the effects of running speed on lower extremity kinematics and kinetics, PeerJ 5:e3298,
# https://doi.org/10.7717/peerj.3298, licensed CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/).
# Changed: reduced to these percentiles by scripts/build_overstride_reference.py. No runner's own data is in it.
"""


def main() -> None:
    """Read the data set, write the table, say what it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared", help="folder that holds rbds/")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "models" / OVERSTRIDE_REFERENCE_NAME)
    arguments = parser.parse_args()
    feet = foot_means(arguments.shared / "rbds")
    runners = feet.subject.nunique()
    table = reference_table(feet).to_csv(index=False, lineterminator="\n")
    arguments.out.write_text(HEADER.format(runners=runners) + table, encoding="utf-8", newline="\n")
    print(f"{arguments.out.name}: {len(feet)} means of {runners} runners' feet at {len(BELT_MPS)} speeds")
    print(feet.groupby("speed")[list(MEASURES)].agg(["mean", "std"]).round(3).to_string())
    print(f"over runners:\n{_spread(feet, ['subject'], ['leg_per_height', 'shank_per_leg'])}")
    print(f"over recordings:\n{_spread(feet, ['subject', 'speed'], ['toe_per_speed'])}")


def _spread(feet: pd.DataFrame, by: list[str], columns: list[str]) -> str:
    """Return mean and SD over group means as text."""
    return str(feet.groupby(by)[columns].mean().agg(["mean", "std"]).round(4).to_string())


def foot_means(folder: Path) -> pd.DataFrame:
    """Return one row per runner, speed and foot: the means over its contacts, and the leg's proportions."""
    contacts = pd.read_csv(folder / "contacts.csv")
    heights_m = pd.read_csv(folder / "runners.csv").set_index("subject").height_cm / 100
    rows = []
    for (subject, speed), here in contacts.groupby(["subject", "speed"]):
        markers_m, rate_hz = read_markers(folder / f"RBDS{subject:03d}_T{round(10 * speed)}.npz")
        thigh_m, shank_m = (segment_m(markers_m, upper) for upper in (HIP, KNEE))
        leg_m = thigh_m + shank_m
        for side, mine in here.groupby("side"):
            contact_s = (mine.t_to - mine.t_ic).to_numpy()
            ankle_m = ahead_of_hips_m(markers_m, FIRST_MARKER[side] + ANKLE, mine.t_ic.to_numpy() * rate_hz)
            first_m, last_m = (
                ahead_of_hips_m(
                    markers_m, FIRST_MARKER[side] + TOE, (mine.t_ic.to_numpy() + share * contact_s) * rate_hz
                )
                for share in STANDING_SHARES
            )
            toe_mps = (first_m - last_m) / (np.ptp(STANDING_SHARES) * contact_s)
            rows.append(
                {
                    "subject": subject,
                    "speed": BELT_MPS[speed],
                    "side": side,
                    "shank_angle_deg": mine.shank_deg.mean(),
                    "ankle_hip_distance_leg": np.nanmean(ankle_m) / leg_m,
                    "leg_per_height": leg_m / heights_m[subject],
                    "shank_per_leg": shank_m / leg_m,
                    "toe_per_speed": np.nanmean(toe_mps) / BELT_MPS[speed],
                }
            )
    return pd.DataFrame(rows)


def read_markers(path: Path) -> tuple[FloatArray, float]:
    """Return the markers ``(10, 2, T)`` in metres, forward and up, NaN where missing, and their rate."""
    with np.load(path) as data:
        raw, rate_hz = data["xy_tenth_mm"].astype(float), float(data["fs"])
    return np.where(raw == MISSING, np.nan, raw) / TENTHS_OF_MM_PER_M, rate_hz


def segment_m(markers_m: FloatArray, upper: int) -> float:
    """Return the length of the thigh or shank, mean of both legs, as the pipeline takes it from landmarks."""
    lengths = (markers_m[first + upper] - markers_m[first + upper + 1] for first in FIRST_MARKER.values())
    return float(np.mean([np.nanpercentile(np.linalg.norm(length, axis=0), LEG_PERCENTILE) for length in lengths]))


def ahead_of_hips_m(markers_m: FloatArray, marker: int, at: FloatArray) -> FloatArray:
    """Return how far a marker is ahead of the middle of the hips at some samples, in metres."""
    hips = np.mean([markers_m[leg + HIP, 0] for leg in FIRST_MARKER.values()], axis=0)
    ahead = markers_m[marker, 0] - hips
    return np.interp(at, np.arange(ahead.size), ahead)


def reference_table(feet: pd.DataFrame) -> pd.DataFrame:
    """Return the percentiles of every measure at every speed, and over all speeds."""
    groups = {**dict(iter(feet.groupby("speed"))), POOLED: feet}
    rows = []
    for measure, decimals in MEASURES.items():
        for speed, here in groups.items():
            values = np.percentile(here[measure], PERCENTS).round(decimals)
            named = {f"p{percent}": value for percent, value in zip(PERCENTS, values, strict=True)}
            rows.append(
                {"measure": measure, "speed_mps": speed, "runners": here.subject.nunique(), "feet": len(here), **named}
            )
    return pd.DataFrame(rows)


if __name__ == "__main__":
    main()
