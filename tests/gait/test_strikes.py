"""One contract for every strike classifier on offer, then what is each one's own."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from footstrike.data import STRIKE_CLASSES, UNKNOWN, Measure, Strike
from footstrike.errors import InvalidValueError
from footstrike.gait.strikes import AngleRule, LearnedStrike, borderline_if_moved, strike_from
from footstrike.settings import STRIKE_CLASSIFIERS, default_corrections

angles = st.floats(-40, 60)
errors = st.floats(0, 15)
quick = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module", params=STRIKE_CLASSIFIERS, ids=str)
def classifier(request):
    return STRIKE_CLASSIFIERS[request.param]()


def classify(classifier, angle_deg, se_deg=5.0, features=None):
    return classifier.classify(Measure(angle_deg, se_deg), features or {}, default_corrections())


class TestContract:
    @given(angle_deg=angles, se_deg=errors)
    @quick
    def test_probabilities_sum_to_one(self, classifier, angle_deg, se_deg):
        strike = classify(classifier, angle_deg, se_deg)
        assert strike.p_heel + strike.p_midfoot + strike.p_forefoot == pytest.approx(1, abs=1e-9)
        assert min(strike.p_heel, strike.p_midfoot, strike.p_forefoot) >= 0

    @given(one_deg=angles, other_deg=angles, se_deg=st.floats(0.5, 15))
    @quick
    def test_higher_toes_make_a_heel_strike_likelier(self, classifier, one_deg, other_deg, se_deg):
        low, high = (classify(classifier, angle, se_deg) for angle in sorted((one_deg, other_deg)))
        assert low.p_heel <= high.p_heel + 1e-9
        assert low.p_forefoot >= high.p_forefoot - 1e-9

    @given(angle_deg=angles, se_deg=errors)
    @quick
    def test_class_said_aloud_is_the_likeliest_and_else_borderline(self, classifier, angle_deg, se_deg):
        strike = classify(classifier, angle_deg, se_deg)
        p = (strike.p_heel, strike.p_midfoot, strike.p_forefoot)
        if strike.type == "unclear":
            assert strike.reasons == ("borderline",)
            assert max(p) < classifier.least_probability
        else:
            assert strike.type == STRIKE_CLASSES[int(np.argmax(p))]
            assert strike.probability == max(p) >= classifier.least_probability
            assert strike.reasons == ()

    @pytest.mark.parametrize(("angle_deg", "strike"), [(25, "heel"), (-20, "forefoot")])
    def test_plain_cases(self, classifier, angle_deg, strike):
        assert classify(classifier, angle_deg, 4.0).type == strike

    @pytest.mark.parametrize("unknown", [UNKNOWN, Measure(math.nan, 3.0), Measure(math.inf, 3.0)])
    def test_unknown_angle_is_unclear(self, classifier, unknown):
        strike = classifier.classify(unknown, {}, default_corrections())
        assert strike.type == "unclear"
        assert strike.reasons == ("foot_hidden",)
        assert strike.p_heel == strike.p_midfoot == strike.p_forefoot

    @given(angle_deg=angles)
    @quick
    def test_same_landing_same_answer(self, classifier, angle_deg):
        features = {"foot": angle_deg, "near": 1.0}
        again = type(classifier)()
        assert classify(classifier, angle_deg, 5.0, features) == classify(again, angle_deg, 5.0, features)

    def test_choices_cannot_be_changed(self, classifier):
        with pytest.raises(dataclasses.FrozenInstanceError):
            classifier.least_probability = 0.1

    def test_missing_features_are_no_error(self, classifier):
        assert classify(classifier, 10.0, features={"foot": math.nan, "knee": math.nan}).probability > 1 / 3


@given(angles, st.floats(0.5, 15))
@quick
def test_angle_rule_is_the_share_of_the_error_beyond_the_published_limits(angle_deg, se_deg):
    strike = classify(AngleRule(), angle_deg, se_deg)
    assert strike.p_heel == pytest.approx(norm.sf(8.0, angle_deg, se_deg), abs=1e-9)
    assert strike.p_forefoot == pytest.approx(norm.cdf(-1.6, angle_deg, se_deg), abs=1e-9)


@pytest.mark.parametrize(
    ("angle_deg", "strike"), [(8.01, "heel"), (7.99, "midfoot"), (-1.59, "midfoot"), (-1.61, "forefoot")]
)
def test_exact_angle_is_cut_where_published(angle_deg, strike):
    assert classify(AngleRule(), angle_deg, 0.0).type == strike


def test_limit_itself_is_borderline():
    assert classify(AngleRule(), 8.0, 2.0).type == "unclear"


@pytest.mark.parametrize("cut_offs", [(-5, 5), (8, 8), (math.nan, -1.6), (8, math.inf), (8, -1.6, 1.2), (8, -1.6, -1)])
def test_cut_offs_that_make_no_sense_are_refused(cut_offs):
    with pytest.raises(InvalidValueError, match="must"):
        AngleRule(*cut_offs)


def test_learned_scores_know_all_three_classes():
    said = {classify(LearnedStrike(), angle).type for angle in np.arange(-15, 30, 0.5)}
    assert {"heel", "forefoot"} <= said <= {*STRIKE_CLASSES, "unclear"}


def test_stricter_classifier_says_less():
    said = [classify(LearnedStrike(least_probability=p), 8.0).type for p in (0.34, 0.999)]
    assert said[0] != "unclear"
    assert said[1] == "unclear"


def test_scores_need_not_be_normalised():
    strike = strike_from(np.array([3.0, 1.0, -1e-12]), 0.6)
    assert (strike.p_heel, strike.p_midfoot, strike.p_forefoot) == pytest.approx((0.75, 0.25, 0))


def test_strike_that_turns_when_its_moment_moves_is_borderline():
    heel, midfoot = Strike(0.6, 0.3, 0.1, "heel"), Strike(0.3, 0.35, 0.35, "unclear", ("borderline",))
    assert borderline_if_moved(heel, heel, midfoot).reasons == ("borderline",)
    assert borderline_if_moved(heel, heel, heel) == heel
    assert borderline_if_moved(midfoot, heel).reasons == ("borderline",)
