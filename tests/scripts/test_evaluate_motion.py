"""The other runners in the coaching guidance are what their markers show."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from evaluate_motion import FOOT, METRICS, SPEED_MPS, errors, marker_rows, video_rows
from footstrike.coaching import handbook
from marker_clips import read_marker_clip, read_marker_clips

RBDS = Path(__file__).resolve().parents[2].parent / "shared" / "rbds"
pytestmark = pytest.mark.skipif(not RBDS.is_dir(), reason=f"the marker data are not in {RBDS}")


def test_one_recording_has_every_metric_of_both_feet() -> None:
    rows = pd.DataFrame(marker_rows(read_marker_clip(RBDS / "RBDS001_T25.npz")))
    assert set(rows.foot) == {"left", "right"}
    assert rows[list(METRICS)].notna().all(axis=1).mean() > 0.9
    assert 250 < rows.contact_time_ms.mean() < 310


def test_footstrike_on_perfect_landmarks_errs_by_what_it_adds_for_landmarks() -> None:
    clip = read_marker_clip(RBDS / "RBDS001_T25.npz")
    truth = pd.DataFrame(marker_rows(clip)).groupby(FOOT)[list(METRICS)].mean()
    table = errors([clip], truth).set_index(["side", "metric"])
    assert table.loc[("near", "heel_pull_up_leg")].bias == pytest.approx(0.078, abs=0.01)
    assert abs(table.loc[("near", "contact_time_ms")].bias) < 40
    assert pd.DataFrame(video_rows(clip)).speed.unique() == ["25"]


@pytest.mark.slow
def test_references_are_means_and_spreads_of_the_markers() -> None:
    truth = pd.DataFrame(row for clip in read_marker_clips(RBDS) for row in marker_rows(clip))
    by_speed = truth.groupby(FOOT)[list(METRICS)].mean().groupby("speed")
    metric_of = {f.trigger["reference"]: f.trigger["metric"] for f in handbook().findings if "reference" in f.trigger}
    for name, runners in handbook().references.items():
        if runners.source == "fukuchi_2017":
            assert runners.speeds_mps == tuple(SPEED_MPS.values())
            assert runners.mean == pytest.approx(by_speed.mean()[metric_of[name]], rel=0.01)
            assert runners.sd == pytest.approx(by_speed.std()[metric_of[name]], rel=0.05)
