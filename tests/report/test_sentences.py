"""The result in sentences."""

from __future__ import annotations

import math
from dataclasses import replace

from footstrike.data import UNKNOWN, Measure, SlowMotion
from footstrike.report.sentences import (
    ankle_sentences,
    feet_near_first,
    filmed_sentence,
    foot_sentences,
    headline,
    rate_sentence,
    strike_sentence,
    terminal_summary,
)
from footstrike.report.style import with_error
from footstrike.report.words import metric_label, reason_words, reasons_text, statistic_words


def test_near_foot_comes_first(make_session):
    assert feet_near_first(make_session()) == ["right", "left"]


def test_strike_sentence_counts_landings_and_never_claims_certainty(make_session):
    verdict = make_session(("heel", "heel", "heel", "midfoot")).verdict["left"]
    sentence = strike_sentence(replace(verdict, probability=0.9999))
    assert sentence.startswith("heel strike in 2 of 2 landings")
    assert "99 % sure" in sentence


def test_unclear_foot_says_what_was_seen(make_session):
    verdict = make_session().verdict["left"]
    verdict = replace(verdict, strike="unclear", counts={"heel": 2, "midfoot": 3, "forefoot": 0, "unclear": 1})
    assert strike_sentence(verdict) == "no clear type of strike (heel 2, midfoot 3, unclear 1 of 6 landings)."
    ruled_out = strike_sentence(replace(verdict, p_heel=0.05))
    assert ruled_out.startswith("not a heel strike; midfoot or forefoot is not clear (")


def test_ankle_ahead_behind_and_unknown(make_session):
    verdict = make_session().verdict["left"]
    ahead = ankle_sentences(replace(verdict, shank_angle_deg=Measure(9.2, 1.6)))
    behind = ankle_sentences(replace(verdict, shank_angle_deg=Measure(-3.1, 0.1)))
    unknown = ankle_sentences(replace(verdict, shank_angle_deg=UNKNOWN))
    assert ahead[0].replace("\u00a0", " ") == "Ankle lands ahead of the knee by 9° ± 2°."
    assert behind[0].replace("\u00a0", " ") == "Ankle lands behind the knee by 3° ± 1°."
    assert "could not be measured" in unknown[0]


def test_unknown_error_is_left_out():
    assert with_error(Measure(4.2, math.nan)) == "4°"
    assert with_error(UNKNOWN) == "—"


def test_foot_without_landing_is_named(make_session):
    session = make_session(("heel",))
    assert foot_sentences(session, "right") == ["Right foot: no landing was seen."]


def test_slow_motion_is_told_with_its_source(make_session):
    slow = SlowMotion(8.0, "estimated", 0.04, "flight falls at 1 g")
    sentence = rate_sentence(make_session(slow_motion=slow))
    assert sentence.startswith("240 frames per second of real time")
    assert "8 times slower" in sentence and "± 4 %" in sentence and "flight falls at 1 g" in sentence


def test_rate_of_landmarks_input_counts_real_frames(make_session):
    session = make_session(video=None)
    assert rate_sentence(session) == "30 frames per second of real time."


def test_terminal_summary_is_short_and_complete(make_session):
    text = terminal_summary(make_session())
    assert len(text.splitlines()) <= 12
    for part in (
        "run.mp4",
        "Right foot (near the camera)",
        "Left foot",
        "180.0 ± 0.6 steps/min",
        "Film at 120",
    ):
        assert part in text


def test_terminal_summary_without_any_step(make_session):
    text = terminal_summary(make_session((), metrics={}, verdict={}))
    assert "Left foot: no landing was seen." in text
    assert "Cadence —" in text
    assert "nan" not in text


def test_view_and_activity_in_words(make_session):
    session = make_session(view="unclear", direction="unclear", activity="walking")
    assert filmed_sentence(session).startswith("Walking, from an unclear angle: 4 landings in ")


def test_reason_codes_become_words_and_unknown_ones_stay():
    assert reason_words("low_fps") == "too few frames per second to time the contact well"
    assert reason_words("brand_new_code") == "brand new code"
    assert "; " in reasons_text(("far_side", "borderline"))


def test_metrics_keep_their_units_and_unknown_names(make_session):
    statistic = make_session().metrics["contact_time_ms"]["all"]
    assert statistic_words("contact_time_ms", statistic) == ("200 ± 1 ms", "SD 4, n = 4")
    assert statistic_words("contact_time_ms", None) == ("—", "")
    assert metric_label("something_else_deg") == "Something else"


def test_headline_rules_out_a_heel_strike_where_the_rest_is_unclear(make_session):
    verdict = replace(make_session().verdict["left"], strike="unclear")
    assert headline(replace(verdict, p_heel=0.5)) == "Unclear"
    assert headline(replace(verdict, p_heel=0.05)) == "Not a heel strike"
    assert headline(replace(verdict, strike="heel", p_heel=0.9)) == "Heel strike"
