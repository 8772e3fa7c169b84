"""The result in sentences."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from footstrike.data import UNKNOWN, UNKNOWN_SPEED, Measure, Percentile, SlowMotion, Speed
from footstrike.report.sentences import (
    ankle_sentences,
    feet_near_first,
    filmed_sentence,
    foot_sentences,
    headline,
    rate_sentence,
    runners_words,
    speed_sentence,
    strike_sentence,
    terminal_summary,
)
from footstrike.report.style import with_error
from footstrike.words import metric_label, percentile_words, reason_words, reasons_text, statistic_words


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


def plain(sentence):
    return sentence.replace("\u00a0", " ")


def test_ankle_is_placed_among_runners_at_the_same_speed(make_session):
    session = make_session()
    where, much = ankle_sentences(session.verdict["left"], session.speed)
    assert plain(where) == "Ankle lands 9° ± 2° ahead of the knee (8 ± 1 % of leg length)."
    assert much == (
        "That is about the 60th percentile (45–75) of runners at 3.0 m/s: probably more than usual (mild overstride)."
    )


@pytest.mark.parametrize(
    ("level", "low", "high", "words"),
    [
        ("none", 30.0, 70.0, ": not more"),
        ("none", 30.0, 90.0, ": probably not more"),
        ("mild", 60.0, 92.0, ": probably more"),
        ("mild", 82.0, 92.0, ": more"),
        ("marked", 70.0, 95.0, ": probably much more"),
        ("marked", 90.0, 95.0, ": much more"),
        ("unclear", 30.0, 95.0, ": whether that is much"),
    ],
)
def test_overstride_is_only_probable_where_its_range_crosses_the_border(level, low, high, words, make_session):
    session = make_session()
    verdict = session.verdict["left"]
    ankle = replace(verdict.ankle, shank_percentile=Percentile(80.0, low, high))
    assert words in ankle_sentences(replace(verdict, overstride=level, ankle=ankle), session.speed)[1]


def test_ankle_behind_hardly_ahead_and_unknown(make_session):
    session = make_session()
    verdict = session.verdict["left"]

    def where(shank_deg, p_ahead):
        ankle = replace(verdict.ankle, p_ahead_of_knee=p_ahead)
        return plain(ankle_sentences(replace(verdict, shank_angle_deg=shank_deg, ankle=ankle), session.speed)[0])

    assert where(Measure(-3.1, 0.1), 0.0).startswith("Ankle lands 3° ± 1° behind the knee (")
    assert where(Measure(1.0, 2.0), 0.69).endswith("; 69 % sure that it is ahead of it at all).")
    assert where(Measure(-1.0, 2.0), 0.31).endswith("; 69 % sure that it is behind it at all).")
    assert "could not be measured" in where(UNKNOWN, math.nan)


@pytest.mark.parametrize(
    ("speed_mps", "compared_at_mps", "words"),
    [
        (3.0, 3.0, "runners at 3.0 m/s"),
        (2.5, 2.54, "runners at 2.5 m/s"),
        (2.1, 2.54, "runners at 2.5 m/s, the slowest speed in the reference"),
        (6.0, 4.59, "runners at 4.6 m/s, the fastest speed in the reference"),
        (math.nan, math.nan, "runners at all speeds"),
    ],
)
def test_who_the_others_are(speed_mps, compared_at_mps, words, make_session):
    ankle = replace(make_session().verdict["left"].ankle, compared_at_mps=compared_at_mps)
    assert runners_words(ankle, Speed(Measure(speed_mps, 0.1), "height")) == words


@pytest.mark.parametrize(
    ("percentile", "words"),
    [
        (Percentile(61, 44, 76), "about the 60th percentile (45–75)"),
        (Percentile(95, 78, 95), "the 95th percentile or above (from 80)"),
        (Percentile(95, 95, 95), "the 95th percentile or above"),
        (Percentile(5, 5, 21), "the 5th percentile or below (up to 20)"),
        (Percentile(5, 5, 5), "the 5th percentile or below"),
    ],
)
def test_percentiles_are_said_in_fives_and_never_beyond_the_reference(percentile, words):
    assert percentile_words(percentile) == words


@pytest.mark.parametrize(
    ("speed", "words"),
    [
        (Speed(Measure(3.3, 0.0), "stated"), "3.3 m/s (as stated)"),
        (Speed(Measure(3.0, 0.2), "height"), "about 3.0 ± 0.2 m/s (judged from the motion and the height stated)"),
        (Speed(Measure(3.0, 0.3), "typical_height"), "about 3.0 ± 0.3 m/s (judged from the motion and a usual height;"),
        (UNKNOWN_SPEED, "— (not known)"),
    ],
)
def test_speed_says_how_it_is_known(speed, words):
    assert plain(speed_sentence(speed)).startswith(words)


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
    assert "8 times slower" in sentence and "± 4 %" in sentence
    fast = rate_sentence(make_session(slow_motion=SlowMotion(0.5, "stated", 0.0, "")))
    assert "2 times faster than real (as stated)" in fast


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
        "Speed about 3.0",
        "60th percentile (45–75) of runners at 3.0 m/s",
        "Film at 120",
    ):
        assert part in text


def test_terminal_summary_without_any_step(make_session):
    text = terminal_summary(make_session((), metrics={}, verdict={}))
    assert "Left foot: no landing was seen." in text
    assert "Cadence —" in text
    assert "nan" not in text


def test_view_and_direction_in_words(make_session):
    session = make_session(view="unclear", direction="unclear")
    assert filmed_sentence(session).startswith("Running, from an unclear angle: 4 landings in ")
    there_and_back = make_session(view="side", direction="both")
    assert filmed_sentence(there_and_back).startswith("Running, both ways in the picture, seen from the side: ")


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


def test_terminal_names_the_first_thing_to_try_in_one_line(overstriding, make_session):
    (line,) = [line for line in terminal_summary(overstriding).splitlines() if line.startswith("To try")]
    assert line == (
        "To try, if you like: Metronome and short strides (the foot lands far ahead of the knee; moderate evidence). "
        "See the report."
    )
    assert "To try" not in terminal_summary(make_session(("heel",) * 8))
