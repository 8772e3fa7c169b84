import math

import numpy as np
import pandas as pd
import pytest

from evaluate import find_clips, truth_by_eye, truth_in_ms, write_between_marks
from score_tables import reliability_table, tables
from scoring import (
    ClipScore,
    Share,
    balanced,
    brier,
    cadence_error_pct,
    covered,
    f1,
    match,
    reliability,
    score,
    share,
    spread,
    strike_shares,
    usual_class,
    verdict_shares,
)


def truth_table(contacts_ms, tolerance=25.0, strike="heel"):
    count = len(contacts_ms)
    return pd.DataFrame(
        {
            "foot": (["left", "right"] * count)[:count],
            "side": (["near", "far"] * count)[:count],
            "strike": strike,
            "sure": True,
            "contact": np.array(contacts_ms, float),
            "toe_off": np.array(contacts_ms, float) + 250,
            "tolerance": tolerance,
            "foot_strike_angle_deg": 12.0,
            "shank_angle_deg": 8.0,
        }
    )


def step_table(contacts_ms, strike="heel"):
    steps = truth_table(contacts_ms).drop(columns=["sure", "tolerance"])
    return steps.assign(
        strike=strike,
        p_heel=0.7,
        p_midfoot=0.2,
        p_forefoot=0.1,
        contact_se=5.0,
        toe_off_se=5.0,
        foot_strike_angle_deg_se=1.0,
        shank_angle_deg_se=1.0,
    )


def scored(truth_ms, found_ms, **changes):
    return score("clip", "rendered", "ms", truth_table(truth_ms), step_table(found_ms), 120.0, rate_hz=60.0, **changes)


def test_the_nearest_is_matched_first_and_only_once():
    # 104 is nearer to 105 than to 100, so 100 is left with nothing but 80, which is too far.
    assert match([100, 105], [80, 104], [15, 15]) == [(1, 1)]


def test_each_contact_has_its_own_tolerance():
    assert match([100, 200], [120, 220], [25, 15]) == [(0, 0)]
    assert match([100], [125], [25]) == [(0, 0)]


def test_no_contacts_match_nothing():
    assert match([], [10.0], []) == []


def test_errors_are_found_minus_true():
    pairs = scored([100, 500, 900], [110, 495, 900]).pairs
    assert list(pairs.contact_error) == [10, -5, 0]
    assert list(pairs.duration_error) == [0, 0, 0]


def test_steps_outside_the_range_of_the_truth_do_not_count():
    clip = scored([500, 900], [379, 500, 900, 1019, 1021])
    assert sum(clip.extra_by_side.values()) == 1


def test_f1_counts_misses_and_extras_by_side():
    # True: near 0, 800; far 400, 1200. Found: near 0 and one too many at 800 + 60; far both.
    clip = scored([0, 400, 800, 1200], [0, 400, 860, 1200])
    assert clip.extra_by_side == {"near": 1, "far": 0}
    assert f1([clip], ["near"]) == pytest.approx(0.5)
    assert f1([clip], ["far"]) == 1
    assert f1([clip, clip], ["near", "far"]) == pytest.approx(0.75)


def test_a_refused_clip_has_missed_every_contact():
    refused = ClipScore("clip", "film", "", {"near": 3, "far": 2}, refused="no runner")
    assert f1([refused], ["near", "far"]) == 0
    assert f1([refused, scored([0, 400], [0, 400])], ["near", "far"]) == pytest.approx(2 * 2 / (7 + 2))


def test_spread_of_known_errors():
    errors = spread([1.0, -3.0, math.nan, 5.0])
    assert (errors.n, errors.mean, errors.mae) == (3, 1.0, 3.0)
    assert errors.sd == pytest.approx(math.sqrt(32 / 3))
    assert errors.p90 == pytest.approx(4.6)  # 0.8 of the way from 3 to 5


def test_nothing_known_gives_nothing():
    assert spread([math.nan]).n == 0
    assert math.isnan(share([]).value)


def test_cadence_error():
    assert cadence_error_pct(pd.Series([0, 400, 800, 1200]), pd.Series([0, 404, 808, 1212])) == pytest.approx(-0.990099)
    assert math.isnan(cadence_error_pct(pd.Series([0, 400, 800]), pd.Series([0, 400, 800])))


def test_strike_shares_when_said_and_over_all():
    pairs = pd.DataFrame(
        {
            "true_strike": ["heel", "heel", "midfoot", "forefoot", "heel"],
            "strike": ["heel", "unclear", "forefoot", "heel", "midfoot"],
            "true_sure": [True, True, True, True, False],
        }
    )
    shares = strike_shares(pairs)
    assert shares["heel_said"] == Share(2, 3)
    assert shares["heel_all"] == Share(2, 4)
    assert shares["three_said"] == Share(1, 3)
    assert shares["three_all"] == Share(1, 4)
    assert shares["unclear"] == Share(1, 4)


def test_balanced_weighs_every_true_class_alike():
    assert balanced(["a", "a", "a", "a", "b"], ["a", "a", "a", "b", "b"]) == pytest.approx((1 + 0.5) / 2)
    assert math.isnan(balanced([], []))


def test_verdicts_are_scored_like_landings():
    verdicts = pd.DataFrame({"said": ["heel", "unclear"], "truth": ["heel", "midfoot"]})
    assert verdict_shares(verdicts)["three_said"] == Share(1, 1)
    assert verdict_shares(verdicts)["unclear"] == Share(1, 2)


@pytest.mark.parametrize(
    ("strikes", "usual"),
    [(["heel", "heel", "midfoot"], "heel"), (["forefoot"], "forefoot"), (["heel", "forefoot"], "")],
)
def test_usual_class(strikes, usual):
    assert usual_class(strikes) == usual


def test_coverage_leaves_out_what_is_unknown():
    assert covered([1, -2, 3, math.nan], [1.5, 1.5, math.nan, 1], 1.0) == Share(1, 2)
    assert covered([1, -2, 3, math.nan], [1.5, 1.5, math.nan, 1], 2.0) == Share(2, 2)


def test_brier_score():
    probabilities = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]])
    assert brier(probabilities, ["heel", "heel"]) == pytest.approx(0.25)
    assert brier(np.full((1, 3), 1 / 3), ["midfoot"]) == pytest.approx(2 / 3)


def test_reliability_compares_probability_with_share_right():
    probabilities = np.array([[0.8, 0.1, 0.1], [0.1, 0.86, 0.04], [0.4, 0.35, 0.25]])
    (low, _, sure_low, right_low), (_, high, sure_high, right_high) = reliability(
        probabilities, ["heel", "heel", "heel"]
    )
    assert (low, sure_low, right_low) == (0.0, pytest.approx(0.4), Share(1, 1))
    assert (high, sure_high, right_high) == (0.9, pytest.approx(0.83), Share(1, 2))


def test_labels_stay_in_frames_and_blank_contacts_are_left_out():
    raw = pd.DataFrame(
        {
            "foot": ["left", "right", "left"],
            "side": ["near", "far", "near"],
            "strike": ["heel", "midfoot", "unclear"],
            "strike_confidence": ["high", "low", "high"],
            "contact_frame": [5.5, 20, ""],
            "contact_uncertainty_frames": [2, 0.5, ""],
            "toe_off_frame": [14, "", 3.5],
        }
    )
    truth = truth_by_eye(raw, 30.0)
    assert list(truth.contact) == [5.5, 20]
    assert list(truth.tolerance) == [4.0, 1.5]
    assert list(truth.sure) == [True, False]
    assert truth_by_eye(raw, 120.0).tolerance.iloc[1] == pytest.approx(3.0)  # 25 ms


@pytest.mark.parametrize(("rate_hz", "tolerance_ms"), [(30, 50), (60, 25), (240, 25)])
def test_tolerance_of_exact_truth(rate_hz, tolerance_ms):
    raw = pd.DataFrame({"contact_time_s": [0.5], "toe_off_time_s": [0.75]})
    truth = truth_in_ms(raw, rate_hz)
    assert truth.contact[0] == 500
    assert truth.tolerance[0] == pytest.approx(tolerance_ms)


def test_only_the_samples_are_left_without_the_shared_folder(tmp_path):
    clips = find_clips(tmp_path, drawn=True)
    assert {clip.kind for clip in clips} == {"sample"}
    assert all(clip.video.exists() for clip in clips)


def test_tables_name_every_clip_and_the_pooled_figures():
    text = tables([scored([0, 400, 800, 1200], [3, 403, 803, 1203])])
    assert "rendered clip" in text
    assert "+3.0 ± 0.0 ms" in text
    assert "1.000 (4/4)" in text


def test_a_refusal_is_told_with_its_reason():
    assert "refused: no runner" in tables([ClipScore("clip", "film", "", {"near": 1, "far": 0}, refused="no runner")])


def test_brier_scores_stand_over_the_reliability_table():
    # (0.7 - 1)^2 + 0.2^2 + 0.1^2 = 0.14; heel or not alone 0.09.
    assert "rendered 0.140 (heel or not 0.090)" in reliability_table([scored([0, 400], [0, 400])])


def test_results_replace_what_stands_between_the_marks(tmp_path):
    document = tmp_path / "accuracy.md"
    marked = "before\n<!-- results: begin -->\n{}\n<!-- results: end -->\nafter\n"
    document.write_text(marked.format("old"), encoding="utf-8")
    write_between_marks(document, "results", "new")
    assert document.read_text(encoding="utf-8") == marked.format("new")


def test_a_document_without_marks_is_left_alone(tmp_path):
    document = tmp_path / "accuracy.md"
    document.write_text("text\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="holds no lines"):
        write_between_marks(document, "results", "new")
    assert document.read_text(encoding="utf-8") == "text\n"
