"""Rules on each side of their thresholds, and what is suggested of them."""

from __future__ import annotations

import dataclasses
import json
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.analysis import analyze, analyze_track
from footstrike.coaching import handbook, remark, suggestions
from footstrike.coaching.suggest import MOST_SUGGESTIONS
from footstrike.data import UNKNOWN, UNKNOWN_SPEED, Measure, Note, Speed, Strike
from footstrike.pose import save_landmarks
from footstrike.report import summary, write_outputs
from footstrike.settings import Settings
from runner_model import RunnerModel, as_pose_track

COMPARED = {f.code: f.trigger for f in handbook().findings if f.trigger["kind"] == "reference"}


def codes(session):
    return [suggestion.code for suggestion in suggestions(session)]


def threshold(trigger, speed_mps=3.0):
    mean, sd = handbook().references[trigger["reference"]].at(speed_mps)
    sign = 1 if trigger["direction"] == "high" else -1
    return mean + sign * NormalDist().inv_cdf(trigger["percentile"] / 100) * sd, sign


def past(with_metric, trigger, by, session=None):
    """The ordinary runner, one metric past its threshold by so many of its errors."""
    limit, sign = threshold(trigger)
    name = trigger["metric"]
    changed = with_metric("waist_bend_deg", 9.0, 3.5) if "and_above_zero" in trigger else with_metric(name, 0.0)
    se = changed.metrics[name]["all"].se
    return with_metric(name, limit + sign * by * se, session=session or changed)


def test_ordinary_runner_is_left_alone(ordinary):
    assert suggestions(ordinary) == ()
    assert remark(ordinary) == handbook().all_well


@pytest.mark.parametrize("code", COMPARED)
def test_finding_begins_where_the_threshold_is_passed_by_the_error(code, with_metric):
    assert codes(past(with_metric, COMPARED[code], 1.05)) == [code]
    assert codes(past(with_metric, COMPARED[code], 0.95)) == []


@pytest.mark.parametrize("code", COMPARED)
def test_words_hold_the_measurement_and_the_limit(code, with_metric):
    (suggestion,) = suggestions(past(with_metric, COMPARED[code], 2.0))
    measurement, (limit, sign) = suggestion.measurement, threshold(COMPARED[code])
    assert measurement.metric == COMPARED[code]["metric"]
    assert measurement.threshold == pytest.approx(limit)
    assert sign * (measurement.measured.value - limit) > measurement.measured.se
    assert "±" in measurement.words and f"{COMPARED[code]['percentile']} %" in measurement.words


def test_trunk_that_leans_from_the_ankles_is_no_bend(with_metric):
    leaning = with_metric("trunk_lean_deg", 25.0)
    assert codes(leaning) == []
    assert codes(with_metric("waist_bend_deg", 3.4, 3.5, session=leaning)) == []
    assert codes(with_metric("waist_bend_deg", 3.6, 3.5, session=leaning)) == ["waist_bend"]


@pytest.mark.parametrize(("low", "expected"), [(79.9, []), (80.1, ["overstride"])])
def test_overstride_needs_the_low_end_of_its_range_past_the_percentile(low, expected, with_percentile):
    assert codes(with_percentile(low, 92.0)) == expected


def test_overstride_names_the_foot_and_a_cadence_five_per_cent_up(with_percentile):
    session = dataclasses.replace(with_percentile(85.0, 93.0), cadence_spm=Measure(160.0, 0.4))
    (suggestion,) = suggestions(session)
    assert suggestion.measurement.group == "left"
    assert "Left foot" in suggestion.measurement.words
    assert "160.0 ± 0.4 steps/min; 5 % more is 168" in suggestion.measurement.words.replace("\u00a0", " ")
    (without,) = suggestions(dataclasses.replace(session, cadence_spm=UNKNOWN))
    assert "Cadence" not in without.measurement.words


@pytest.mark.parametrize(("left_ms", "expected"), [(277.0, []), (280.0, ["feet_differ"])])
def test_feet_differ_by_more_than_twice_the_error(left_ms, expected, with_metric):
    """Errors of 10 ms each make one of 14.1 ms; the right foot stays 250 ms on the ground."""
    session = with_metric("contact_time_ms", left_ms, 10.0, group="left")
    assert codes(session) == expected
    if expected:
        assert "longer on the left than on the right foot" in suggestions(session)[0].measurement.words


def drifting(ordinary, change_deg, seconds):
    """A long run in which the shank angle of every step grows evenly, with a little scatter."""
    (like, *_), n = ordinary.steps, 60
    steps = [
        dataclasses.replace(
            like,
            number=i + 1,
            contact=dataclasses.replace(like.contact, contact_s=Measure(i / n * seconds, 0.01), toe_off_s=UNKNOWN),
            landing=dataclasses.replace(
                like.landing, shank_angle_deg=Measure(8 + change_deg * i / n * 1.5 + 0.1 * (i % 2), 2.0)
            ),
        )
        for i in range(n)
    ]
    return dataclasses.replace(ordinary, steps=tuple(steps))


@pytest.mark.parametrize(
    ("change_deg", "seconds", "expected"),
    [(2.0, 600, []), (6.0, 600, ["late_drift"]), (-6.0, 600, ["late_drift"]), (6.0, 60, [])],
)
def test_drift_needs_time_and_more_than_raters_differ_by(ordinary, change_deg, seconds, expected):
    assert codes(drifting(ordinary, change_deg, seconds)) == expected


def test_at_most_three_the_most_useful_first(with_metric, ordinary):
    session = ordinary
    for trigger in COMPARED.values():
        if trigger["metric"] != "trunk_lean_deg":
            session = past(with_metric, trigger, 2.0, session)
    assert codes(session) == ["high_bounce", "stiff_knee", "long_contact"]
    assert len(codes(session)) == MOST_SUGGESTIONS
    assert remark(session) == handbook().one_at_a_time


@given(st.sampled_from(["heel", "midfoot", "forefoot", "unclear"]))
def test_no_type_of_strike_makes_or_unmakes_a_suggestion(ordinary, with_percentile, strike):
    probabilities = {"heel": (1, 0, 0), "midfoot": (0, 1, 0), "forefoot": (0, 0, 1), "unclear": (0.4, 0.3, 0.3)}
    for session in (ordinary, with_percentile(90.0, 95.0)):
        steps = tuple(dataclasses.replace(s, strike=Strike(*probabilities[strike], strike)) for s in session.steps)
        verdict = {foot: dataclasses.replace(v, strike=strike) for foot, v in session.verdict.items()}
        assert codes(dataclasses.replace(session, steps=steps, verdict=verdict)) == codes(session)


@pytest.mark.parametrize("code", COMPARED)
def test_wider_error_never_makes_a_finding(code, with_metric):
    session = past(with_metric, COMPARED[code], 0.9)
    name = COMPARED[code]["metric"]
    old = session.metrics[name]["all"]
    assert codes(with_metric(name, old.mean, 2 * old.se, session=session)) == []


@pytest.mark.parametrize("mps", [Measure(2.2, 0.0), Measure(4.9, 0.0), UNKNOWN_SPEED.mps])
def test_runners_are_compared_only_with_those_of_their_speed(mps, with_metric):
    session = dataclasses.replace(with_metric("contact_time_ms", 400.0), speed=Speed(mps, "stated"))
    assert codes(session) == []


def test_speed_that_is_only_judged_makes_findings_rarer(with_metric):
    session = past(with_metric, COMPARED["long_contact"], 1.1)
    assert codes(session) == ["long_contact"]
    assert codes(dataclasses.replace(session, speed=Speed(Measure(3.0, 0.3), "typical_height"))) == []


def test_recording_that_cannot_be_trusted_gives_no_suggestion(with_percentile):
    session = with_percentile(90.0, 95.0)
    slanted = dataclasses.replace(session, warnings=(Note("view_oblique", "serious", "Slanted.", "Film square."),))
    short = dataclasses.replace(session, steps=session.steps[:5])
    for untrusted in (slanted, short):
        assert suggestions(untrusted) == ()
        assert remark(untrusted) == handbook().too_little


def test_unknown_and_missing_numbers_give_no_suggestion(ordinary, with_metric):
    for name in ordinary.metrics:
        assert codes(with_metric(name, float("nan"), float("nan"), n=0)) == []
    assert codes(dataclasses.replace(ordinary, metrics={}, verdict={})) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"trunk_lean_deg": 22.0}, ["waist_bend"]),
        ({"shank_angle_deg": 17.5, "speed_mps": 2.6}, ["overstride"]),
    ],
)
def test_whole_analysis_of_exact_runners(changes, expected):
    track = as_pose_track(RunnerModel(**changes), np.arange(480) / 60)
    assert codes(analyze_track(track, None, "run", Settings())) == expected


def test_ordinary_heel_striker_from_a_landmarks_file_is_left_alone(landmarks_file):
    session = analyze(landmarks_file)
    assert {verdict.strike for verdict in session.verdict.values()} == {"heel"}
    assert suggestions(session) == ()


@pytest.mark.parametrize("changes", [{}, {"trunk_lean_deg": 22.0}])
def test_landmarks_that_were_written_give_the_same_again(changes, tmp_path):
    track = as_pose_track(RunnerModel(**changes), np.arange(480) / 60)
    save_landmarks(tmp_path / "first.npz", track, None)
    written = [json.dumps(summary(once), sort_keys=True) for once in _twice(tmp_path / "first.npz", tmp_path)]
    assert written[0].replace("first.npz", "") == written[1].replace("landmarks.npz", "")


def _twice(path, folder):
    first = analyze(path)
    yield first
    yield analyze(write_outputs(first, folder / "out").landmarks)


@pytest.mark.slow
def test_video_and_its_landmarks_give_the_same(short_video, tmp_path):
    first = analyze(short_video)
    again = analyze(write_outputs(first, tmp_path / "out", short_video, with_video=False).landmarks)
    assert json.dumps(summary(again)["suggestions"]) == json.dumps(summary(first)["suggestions"]) == "[]"
    assert summary(again)["knee_drive_deg"] == summary(first)["knee_drive_deg"]
