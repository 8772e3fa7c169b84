"""The table of other runners is what its script makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import build_overstride_reference as build
from footstrike.gait.reference import Reference

REPOSITORY = Path(__file__).resolve().parents[2]
SHIPPED = REPOSITORY / "models" / "overstride_reference.csv"
SHARED = REPOSITORY.parent / "shared"


@pytest.fixture
def feet() -> pd.DataFrame:
    """Two feet of 51 runners at two speeds, with evenly spread angles."""
    rows = [
        {"subject": runner, "speed": speed, "side": side, "shank_angle_deg": runner / 5 + speed}
        for runner in range(51)
        for speed in (2.0, 4.0)
        for side in "LR"
    ]
    return pd.DataFrame(rows).assign(ankle_hip_distance_leg=lambda table: table.shank_angle_deg / 50)


def test_table_holds_percentiles_by_speed_and_of_all(feet):
    table = build.reference_table(feet)
    shank = table[table.measure == "shank_angle_deg"].set_index("speed_mps")
    assert list(shank.index) == [2.0, 4.0, "all"]
    assert list(shank.feet) == [102, 102, 204]
    assert shank.loc[2.0, "p50"] == pytest.approx(7.0)
    assert shank.loc[4.0, "p50"] == pytest.approx(9.0)
    assert shank.loc["all", "p50"] == pytest.approx(8.0, abs=0.1)
    text = build.HEADER.format(runners=51) + table.to_csv(index=False)
    assert Reference.from_csv(text.splitlines()).speeds_mps.tolist() == [2.0, 4.0]


def test_segments_are_long_where_they_lie_in_the_picture():
    turn = np.linspace(0, np.pi / 2, 101)
    markers_m = np.zeros((10, 2, 101))
    for first in build.FIRST_MARKER.values():
        markers_m[first + build.KNEE, 1] = -0.4 * np.cos(turn)
    assert 0.3 < build.segment_m(markers_m, build.HIP) < 0.4


def test_attribution_travels_with_the_table():
    header = SHIPPED.read_text(encoding="utf-8")
    assert all(words in header for words in ("Fukuchi", "10.7717/peerj.3298", "CC BY 4.0", "Changed:"))


@pytest.mark.skipif(not (SHARED / "rbds").is_dir(), reason="the shared motion data is not here")
def test_shipped_table_is_the_one_that_the_script_makes(tmp_path, monkeypatch, capsys):
    made = tmp_path / "made.csv"
    monkeypatch.setattr("sys.argv", ["build", "--shared", str(SHARED), "--out", str(made)])
    build.main()
    assert made.read_bytes() == SHIPPED.read_bytes()
    assert "18 runners' feet at 3 speeds" in capsys.readouterr().out
