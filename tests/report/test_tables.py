"""The step table, as CSV and as a data frame."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from footstrike.data import UNKNOWN
from footstrike.report.tables import format_cell, write_steps_csv

PROMISED = [
    "step",
    "foot",
    "side",
    "contact_time_s",
    "toe_off_time_s",
    "contact_frame",
    "toe_off_frame",
    "contact_duration_s",
    "flight_time_s",
    "strike",
    "strike_probability",
    "p_heel",
    "p_midfoot",
    "p_forefoot",
    "foot_strike_angle_deg",
    "foot_strike_angle_sd_deg",
    "ankle_ahead_of_knee",
    "shank_angle_deg",
    "shank_angle_sd_deg",
    "ankle_hip_distance_leg",
    "overstride",
    "knee_flexion_deg",
    "trunk_lean_deg",
    "confidence",
    "reasons",
]


def read_rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_promised_columns_come_first_and_in_order(make_session, tmp_path):
    write_steps_csv(make_session(), tmp_path / "steps.csv")
    header = (tmp_path / "steps.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert header[: len(PROMISED)] == PROMISED
    assert len(set(header)) == len(header)


def test_one_row_per_step_with_the_step_s_values(make_session, tmp_path):
    session = make_session()
    write_steps_csv(session, tmp_path / "steps.csv")
    rows = read_rows(tmp_path / "steps.csv")
    assert [row["step"] for row in rows] == ["1", "2", "3", "4"]
    assert [row["strike"] for row in rows] == ["heel", "midfoot", "forefoot", "unclear"]
    assert rows[0]["contact_time_s"] == "0.0667"
    assert rows[0]["foot_strike_angle_deg"] == "15.00"
    assert rows[0]["p_heel"] == "0.900"
    assert rows[0]["ankle_ahead_of_knee"] == "true"
    assert rows[0]["reasons"] == "far_side"


def test_unknown_is_empty(make_session, tmp_path):
    session = make_session(("heel",))
    step = session.steps[0]
    landing = replace(step.landing, shank_angle_deg=UNKNOWN)
    contact = replace(step.contact, toe_off_s=UNKNOWN)
    step = replace(step, landing=landing, contact=contact, toe_off_frame=None)
    write_steps_csv(replace(session, steps=(step,)), tmp_path / "steps.csv")
    row = read_rows(tmp_path / "steps.csv")[0]
    unknown = (
        "toe_off_time_s",
        "toe_off_frame",
        "contact_duration_s",
        "ankle_ahead_of_knee",
        "shank_angle_deg",
    )
    assert [row[name] for name in unknown] == [""] * len(unknown)


def test_same_session_gives_the_same_bytes_with_plain_line_ends(make_session, tmp_path):
    for name in ("a.csv", "b.csv"):
        write_steps_csv(make_session(), tmp_path / name)
    content = (tmp_path / "a.csv").read_bytes()
    assert content == (tmp_path / "b.csv").read_bytes()
    assert b"\r" not in content and content.endswith(b"\n")


def test_no_steps_leave_a_header(make_session, tmp_path):
    session = make_session(())
    write_steps_csv(session, tmp_path / "steps.csv")
    assert len((tmp_path / "steps.csv").read_text().splitlines()) == 1
    assert list(session.steps_table().columns)[: len(PROMISED)] == PROMISED
    assert session.steps_table().empty


def test_data_frame_agrees_with_the_csv(make_session, tmp_path):
    session = make_session(("heel", "unclear", "forefoot"))
    write_steps_csv(session, tmp_path / "steps.csv")
    table, read = session.steps_table(), pd.read_csv(tmp_path / "steps.csv", keep_default_na=True)
    assert list(table.columns) == list(read.columns)
    np.testing.assert_allclose(table["contact_time_s"], read["contact_time_s"], atol=5e-5)
    assert table["toe_off_frame"].dtype == "Int64"
    assert table["ankle_ahead_of_knee"].tolist() == [True, True, True]


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("shank_angle_deg", -0.001, "0.00"),
        ("contact_time_s", 1.23456, "1.2346"),
        ("p_heel", 1 / 3, "0.333"),
        ("ankle_hip_distance_leg", -0.1234, "-0.123"),
        ("shank_angle_deg", float("nan"), ""),
        ("ankle_ahead_of_knee", None, ""),
        ("ankle_ahead_of_knee", False, "false"),
        ("step", 7, "7"),
    ],
)
def test_format_cell(column, value, text):
    assert format_cell(column, value) == text
