import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.errors import InvalidValueError
from footstrike.gait.corrections import Corrections, LinearModel, softmax

VALUES = {
    "features": ["a", "b"],
    "mean": [1.0, 2.0],
    "scale": [2.0, 4.0],
    "weights": [[3.0, -1.0]],
    "intercept": [10.0],
    "se": 0.5,
}


def test_output_is_what_the_hand_computes():
    model = LinearModel.from_dict(VALUES)
    assert model.predict({"a": 5.0, "b": 6.0}) == pytest.approx(3 * (5 - 1) / 2 - (6 - 2) / 4 + 10)
    assert model.se == 0.5


@pytest.mark.parametrize("missing", [{"b": 6.0}, {"a": math.nan, "b": 6.0}, {"a": math.inf, "b": 6.0}])
def test_unknown_input_counts_as_its_mean(missing):
    model = LinearModel.from_dict(VALUES)
    assert model.predict(missing) == pytest.approx(model.predict({"a": 1.0, "b": 6.0}))


def test_inputs_that_were_not_asked_for_change_nothing():
    model = LinearModel.from_dict(VALUES)
    assert model.predict({"a": 5.0, "b": 6.0, "c": 9.0}) == model.predict({"a": 5.0, "b": 6.0})


def test_several_outputs():
    model = LinearModel.from_dict({**VALUES, "weights": [[1, 0], [0, 1], [0, 0]], "intercept": [0, 0, 7]})
    assert np.allclose(model.outputs({"a": 3.0, "b": 10.0}), [1, 2, 7])


@pytest.mark.parametrize(
    "wrong",
    [{"mean": [1.0]}, {"scale": [1.0, 0.0]}, {"scale": [1.0, -1.0]}, {"weights": [[1.0]]}, {"intercept": [1.0, 2.0]}],
)
def test_a_model_that_does_not_fit_together_is_refused(wrong):
    with pytest.raises(InvalidValueError):
        LinearModel.from_dict({**VALUES, **wrong})


def test_models_cannot_be_changed():
    model = LinearModel.from_dict(VALUES)
    with pytest.raises(ValueError, match="read-only"):
        model.weights[0, 0] = 1.0
    with pytest.raises(AttributeError):
        model.se = 1.0


def test_corrections_need_every_model():
    whole = dict.fromkeys(Corrections.__slots__, VALUES)
    assert Corrections.from_dict(whole).strike.predict({}) == 10.0
    del whole["toe_off"]
    with pytest.raises(KeyError):
        Corrections.from_dict(whole)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=6), st.floats(-1e6, 1e6))
@settings(max_examples=25, deadline=None)
def test_softmax_sums_to_one_keeps_the_order_and_ignores_a_common_shift(scores, shift):
    p = softmax(scores)
    assert p.sum() == pytest.approx(1)
    assert np.all(np.diff(p[np.argsort(scores, kind="stable")]) >= 0)
    assert np.allclose(softmax(np.array(scores) + shift), p, atol=1e-6)


def test_softmax_of_huge_scores():
    assert np.allclose(softmax([1e300, -1e300, 0]), [1, 0, 0])
