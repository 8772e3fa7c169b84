"""summary.json."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.data import UNKNOWN, UNKNOWN_SPEED, SlowMotion, Statistic
from footstrike.report.summary import summary, symmetry, to_plain, wilson_interval, write_summary_json

PROMISED = [
    "schema",
    "footstrike_version",
    "input",
    "view",
    "direction",
    "activity",
    "cadence_spm",
    "speed",
    "steps",
    "strike_share",
    "overstride",
    "verdict",
    "warnings",
    "settings",
    "models",
]


def refuse(name):
    raise AssertionError(f"{name} is no JSON")


def test_file_is_strict_json_with_the_promised_keys(make_session, tmp_path):
    write_summary_json(make_session(cadence_spm=UNKNOWN, leg_length_px=math.nan), tmp_path / "summary.json")
    content = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"), parse_constant=refuse)
    assert [key for key in content if key in PROMISED] == PROMISED
    assert content["cadence_spm"] == {"value": None, "se": None}
    assert content["leg_length_px"] is None
    assert content["contact_time_ms"]["left"] == {"n": 4, "mean": 200.0, "sd": 4.0, "se": 1.0}
    assert content["warnings"][0]["action"] == "Film at 120 or more."
    assert content["models"] == [{"name": "pose_full", "sha256": "cd" * 32}]


def test_speed_and_each_ankle_among_others(make_session):
    content = summary(make_session())
    assert content["speed"] == {"value": 3.0, "se": 0.25, "source": "typical_height"}
    assert content["verdict"]["left"]["ankle"] == {
        "ahead_of_knee_leg": {"value": 0.082, "se": 0.014},
        "p_ahead_of_knee": 0.999,
        "shank_percentile": {"value": 61.0, "low": 44.0, "high": 76.0},
        "hip_percentile": {"value": 72.0, "low": 50.0, "high": 88.0},
        "compared_at_mps": 3.0,
    }
    unknown = summary(make_session(speed=UNKNOWN_SPEED))["speed"]
    assert unknown == {"value": None, "se": None, "source": "unknown"}


def test_strike_share_counts_each_foot(make_session):
    shares = summary(make_session(("heel", "midfoot", "heel", "unclear")))["strike_share"]
    assert shares["left"]["n"] == 2 and shares["left"]["heel"]["share"] == 1.0
    assert shares["right"]["unclear"]["count"] == 1
    assert shares["all"]["heel"]["share"] == 0.5
    assert shares["all"]["heel"]["low_95"] < 0.5 < shares["all"]["heel"]["high_95"]


def test_capture_rate_follows_the_slow_motion_factor(make_session):
    slow = SlowMotion(8.0, "stated", 0.0, "stated by the user")
    content = summary(make_session(slow_motion=slow))["input"]
    assert content["stored_rate_hz"] == 30.0
    assert content["capture_rate_hz"] == pytest.approx(240.0)
    assert content["slow_motion"]["source"] == "stated"


def test_landmarks_as_input_and_no_steps(make_session):
    content = summary(make_session((), video=None, verdict={}, metrics={}))
    assert content["input"]["kind"] == "landmarks"
    assert content["strike_share"]["all"]["heel"] == {
        "count": 0,
        "share": None,
        "low_95": None,
        "high_95": None,
    }
    assert content["verdict"] == {}


def test_symmetry_is_left_minus_right_with_both_errors():
    metrics = {
        "contact_time_ms": {"left": Statistic(5, 250.0, 8.0, 3.0), "right": Statistic(6, 240.0, 9.0, 4.0)},
        "vertical_oscillation_cm": {"all": Statistic(5, 8.0, 1.0, 0.4)},
    }
    assert symmetry(metrics, 0.0) == {"contact_time_ms": {"n": 5, "left_minus_right": 10.0, "se": 5.0}}


def test_to_plain_turns_what_is_not_finite_into_none():
    assert to_plain({"a": [math.nan, math.inf, 1.0], "b": (True, None, "x")}) == {
        "a": [None, None, 1.0],
        "b": [True, None, "x"],
    }


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_share_and_mirrors(count_n):
    count, n = count_n
    low, high = wilson_interval(count, n)
    assert 0 <= low <= count / n + 1e-12 and count / n - 1e-12 <= high <= 1
    mirrored = wilson_interval(n - count, n)
    assert mirrored == (pytest.approx(1 - high), pytest.approx(1 - low))


def test_wilson_interval_of_ten_in_ten():
    """Worked by hand: 10 / (10 + 1.96²) = 0.722."""
    assert wilson_interval(10, 10)[0] == pytest.approx(0.7225, abs=1e-4)


def test_each_suggestion_is_traceable_to_a_measurement_and_its_sources(overstriding):
    content = summary(overstriding)
    (suggestion,) = content["suggestions"]
    measurement = suggestion["measurement"]
    placed = content["verdict"][measurement["group"]]["ankle"][measurement["metric"]]
    assert (measurement["value"], measurement["value"] - measurement["se"]) == (placed["value"], placed["low"])
    assert measurement["value"] - measurement["se"] >= measurement["threshold"] == 80
    cited = {source for claim in suggestion["why"] for source in claim["sources"]} | set(suggestion["drill"]["sources"])
    assert cited <= set(suggestion["sources"])
    assert all(suggestion["sources"].values())
    assert content["suggestions_remark"]["message"].startswith("One at a time")


def test_what_a_side_view_cannot_show_is_named_with_what_it_needs(make_session):
    content = summary(make_session())
    assert content["suggestions"] == []
    assert all(entry["what"] and entry["needs"] for entry in content["not_measurable"])
    assert "pronation" in content["not_measurable"][2]["what"]
