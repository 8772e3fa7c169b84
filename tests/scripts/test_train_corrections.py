"""The training script's own arithmetic, on clips of exact runners."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from footstrike.data import STRIKE_CLASSES
from footstrike.gait.contacts.trunk import TrunkSteps
from footstrike.gait.corrections import Corrections, LinearModel
from footstrike.gait.landing import posture_course
from footstrike.gait.steps import find_strides, landing_looks
from footstrike.pose import save_landmarks
from runner_model import RunnerModel, as_pose_track, truth

train_corrections = pytest.importorskip("train_corrections", reason="scikit-learn is not installed")
training_rows = pytest.importorskip("training_rows")
evaluate_left_out = pytest.importorskip("evaluate_left_out")

TIMES_S = np.arange(150) / 60
MODELS = {
    f"r{number:02d}_{n}": RunnerModel(strike_deg, shank_deg, direction=direction, speed_mps=speed_mps)
    for n, (number, strike_deg, shank_deg, direction, speed_mps) in enumerate(
        [
            (1, 18.0, 9.0, "right", 3.0),
            (2, 21.0, 10.0, "left", 2.8),
            (3, 2.0, 7.0, "right", 2.9),
            (4, 3.0, 7.0, "left", 3.0),
            (5, -7.0, 7.0, "right", 2.8),
            (6, -8.0, 7.0, "left", 2.9),
        ]
    )
}


def truth_table(model):
    return pd.DataFrame([dataclasses.asdict(contact) for contact in truth(model, 2.6)])


def clip(name):
    model = MODELS[name]
    return training_rows.clip_from_track(name, with_shoes(as_pose_track(model, TIMES_S)), truth_table(model))


def with_shoes(track):
    """The turn of the leading foot's landmarks, as if seen in the pixels around each landing."""
    (stride,) = find_strides(track, TrunkSteps())
    course = posture_course(stride.bout, stride.fine_roles)
    turn_deg = np.full(track.frame_count, np.nan)
    for look in landing_looks(track, [stride]):
        frames = list(look.frames)
        turn_deg[frames] = course.foot_deg[frames] - course.foot_deg[frames[-1]]
    return track.replace(shoe_turn_deg=turn_deg)


@pytest.fixture(scope="module")
def clips():
    return [clip(name) for name in MODELS]


@pytest.fixture
def rows():
    """Forty steps of four runners with two clips each, a target that two features explain in part."""
    rng = np.random.default_rng(0)
    runner = np.repeat([1, 2, 3, 4], 10)
    half = np.tile(np.repeat([0, 1], 5), 4)
    a, b = rng.normal(size=(2, 40))
    return pd.DataFrame(
        {
            "runner": runner,
            "recording": [f"r{r}_{h}" for r, h in zip(runner, half, strict=True)],
            "a": a,
            "b": 10 + 5 * b,
            "target": 2 * a - b + runner + rng.normal(0, 0.1, 40),
        }
    )


def test_rows_of_unknown_target_are_predicted_but_teach_nothing(rows):
    whole = train_corrections.left_out(rows, ("a", "b"), "target", 1.0)
    beside = rows[:4].assign(a=50.0, target=np.nan)
    both = train_corrections.left_out(pd.concat([rows, beside], ignore_index=True), ("a", "b"), "target", 1.0)
    assert both[:40] == pytest.approx(whole)
    assert np.isfinite(both[40:]).all()


def test_steps_without_a_true_contact_have_no_true_phases(clips):
    halved = [training_rows.clip_from_track(one.name, one.track, one.truth.iloc[::2]) for one in clips]
    every, matched = training_rows.step_rows(halved), training_rows.timing_rows(halved)
    known = every.contact.notna()
    assert 0.4 * len(every) < len(matched) < 0.6 * len(every)
    assert (every.toe_off.notna() == known).all()
    pd.testing.assert_frame_equal(every[known].reset_index(drop=True), matched)


@pytest.mark.parametrize(("name", "number"), [("r07", 7), ("r12_slow_30", 12), ("r003_2", 3)])
def test_runner_stands_in_the_name_of_the_clip(name, number):
    model = MODELS["r01_0"]
    track = as_pose_track(model, TIMES_S)
    assert training_rows.clip_from_track(name, track, truth_table(model)).runner == number


def test_clip_without_a_number_is_refused():
    with pytest.raises(SystemExit, match="must begin with r and the runner's number"):
        training_rows.clip_from_track("treadmill", as_pose_track(MODELS["r01_0"], TIMES_S), pd.DataFrame())


def test_clips_are_read_from_landmarks_that_are_kept(tmp_path):
    folder, cache = tmp_path / "clips", tmp_path / "cache"
    folder.mkdir()
    cache.mkdir()
    model = MODELS["r02_1"]
    truth_table(model).to_csv(folder / "r02.truth.csv", index=False)
    save_landmarks(cache / "clips_r02.npz", as_pose_track(model, TIMES_S), None)
    (only,) = training_rows.read_clips(folder, cache)
    assert (only.name, only.runner) == ("r02", 2)
    assert len(only.strides) == 1
    assert len(only.truth) == len(truth_table(model))


def test_rows_pair_every_seen_step_with_its_true_phases(clips):
    steps = training_rows.timing_rows(clips)
    for one in clips:
        mine = steps[steps.recording == one.name]
        seen = [step for step in one.strides[0].steps if not step.predicted]
        assert 4 <= len(mine) <= len(seen)
        for row in mine.itertuples():
            at_s = one.strides[0].steps[row.step].fall_s + row.contact * row.period_s
            true = one.truth.iloc[(one.truth.contact_time_s - at_s).abs().argmin()]
            assert at_s == pytest.approx(true.contact_time_s, abs=1e-9)
            assert (row.foot, row.side) == (true.foot, true.side)
            assert (row.toe_off - row.contact) * row.period_s == pytest.approx(0.24, abs=1e-9)
    assert {*train_corrections.TIMING_FEATURES["contact"], *train_corrections.TIMING_FEATURES["toe_off"]} <= {
        *steps.columns
    }


def test_no_prediction_ever_saw_its_own_runner(rows):
    plain = train_corrections.left_out(rows, ("a", "b"), "target", 1.0)
    for runner in (1, 2, 3, 4):
        mine = (rows.runner == runner).to_numpy()
        changed = rows.assign(target=rows.target.where(~mine, rows.target * 7 + 1000))
        guess = train_corrections.left_out(changed, ("a", "b"), "target", 1.0)
        assert np.array_equal(guess[mine], plain[mine])
        assert not np.isclose(guess[~mine], plain[~mine]).any()
    assert np.isfinite(plain).all()


@pytest.mark.parametrize("ridge", [0.1, 1.0, 100.0])
def test_linear_is_the_ridge_regression_that_the_hand_computes(rows, ridge):
    model = train_corrections.linear(rows, ("a", "b"), "target", ridge, 0.3)
    x = rows[["a", "b"]].to_numpy()
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    y = rows.target.to_numpy()
    weights = np.linalg.solve(z.T @ z + ridge * np.eye(2), z.T @ (y - y.mean()))
    assert model.weights[0] == pytest.approx(weights)
    assert model.intercept[0] == pytest.approx(y.mean())
    assert model.se == 0.3
    assert model.predict({"a": x[3, 0], "b": x[3, 1]}) == pytest.approx(y.mean() + weights @ z[3])


def test_every_clip_weighs_the_same(rows):
    weights = train_corrections._clip_weights(pd.concat([rows, rows[rows.recording == "r1_0"]]))
    assert weights.mean() == pytest.approx(1)
    assert weights[:5] == pytest.approx(weights[5:10] / 2)


def test_unknown_feature_counts_as_its_mean(rows):
    holed = rows.assign(a=rows.a.where(rows.index != 4))
    model = train_corrections.linear(holed, ("a", "b"), "target", 1.0, 0.0)
    assert np.isfinite(model.weights).all()
    assert model.mean[0] == pytest.approx(holed.a.mean())


def test_scores_are_in_the_order_of_the_classes():
    strike = np.repeat(["forefoot", "heel", "midfoot"], 12)
    angle = np.repeat([-10.0, 20.0, 3.0], 12) + np.tile(np.linspace(-2, 2, 12), 3)
    rows = pd.DataFrame({"foot_strike_angle": angle, "strike": strike, "recording": np.repeat(list("abcdef"), 6)})
    model = train_corrections.logistic(rows)
    for angle_deg, best in ((25.0, "heel"), (3.0, "midfoot"), (-12.0, "forefoot")):
        assert STRIKE_CLASSES[int(np.argmax(model.outputs({"foot_strike_angle": angle_deg})))] == best


def test_trained_corrections_survive_their_file(clips, tmp_path):
    path = tmp_path / "corrections.json"
    train_corrections.write_model(path, train_corrections.train(clips))
    corrections = Corrections.from_dict(json.loads(path.read_text(encoding="utf-8")))
    steps = training_rows.timing_rows(clips)
    for target in ("contact", "toe_off"):
        model = getattr(corrections, target)
        assert model.features == train_corrections.TIMING_FEATURES[target]
        assert model.se > 0
        error = [model.predict(row) - row[target] for row in steps.to_dict("records")]
        assert np.abs(error).mean() < 0.05
    assert corrections.strike.weights.shape == (3, 1)


def test_model_as_plain_values_is_the_same_model(rows):
    model = train_corrections.linear(rows, ("a", "b"), "target", 1.0, 0.25)
    again = LinearModel.from_dict(json.loads(json.dumps(train_corrections.as_dict(model))))
    for a, b in ((0.0, 10.0), (1.5, -3.0), (float("nan"), 4.0)):
        assert again.predict({"a": a, "b": b}) == pytest.approx(model.predict({"a": a, "b": b}), abs=1e-4)
    assert again.se == 0.25


def test_every_clip_is_scored_by_corrections_that_saw_none_of_its_runner(clips, monkeypatch):
    taught = []

    def train(others):
        taught.append({one.runner for one in others})
        return train_corrections.train(others)

    monkeypatch.setattr(evaluate_left_out, "train", train)
    scores = list(evaluate_left_out.left_out_scores(clips))
    assert taught == [{one.runner for one in clips} - {runner} for runner in sorted(one.runner for one in clips)]
    assert [s.kind for s in scores] == ["left out, learned", "left out, angle"] * len(clips)
    for scored in scores:
        assert not scored.refused
        assert len(scored.pairs) >= 0.8 * sum(scored.true_by_side.values())
        assert scored.pairs.contact_error.abs().mean() < 30
