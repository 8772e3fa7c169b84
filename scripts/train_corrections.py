#!/usr/bin/env python3
"""Learn the corrections in ``models/landing_corrections.json`` from clips with truth.

    train_corrections.py FOLDER [FOLDER ...] [--cache FOLDER]

Each folder holds videos ``rNNN*.mp4`` (NNN = the runner) with ``*.truth.csv`` tables beside them, as
the shared rendering tool writes them. The pose models run on every clip once; their landmarks are
kept in the cache folder. ``evaluate_left_out.py`` says how well such corrections do on runners left out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge

from footstrike.data import STRIKE_CLASSES
from footstrike.gait.contacts.timing import MOST_SPREADS, steadied
from footstrike.gait.corrections import LinearModel, softmax
from footstrike.gait.landing import drawn_to_typical, frame_turn_deg
from footstrike.settings import CORRECTIONS_NAME
from training_rows import Clip, landing_rows, read_clips, timing_rows

MODELS_DIR = Path(__file__).resolve().parent.parent / "models"
LANDING = ("landing_ankle_030", "landing_ankle_060")
GROUND_SPEED = tuple(f"ground_speed_{joint}_{share}" for joint in ("ankle", "heel", "toe") for share in (30, 60))
LIFT_OFF = tuple(f"lift_off_{joint}" for joint in ("heel_100", "heel_150", "ankle_100", "ankle_150"))
WAVE = tuple(f"wave_{k:+d}" for k in range(-6, 7))
TIMING_FEATURES = {
    "contact": (*LANDING, *GROUND_SPEED, "shoe_drop", *WAVE),
    "toe_off": (*LANDING, *GROUND_SPEED, *LIFT_OFF, *WAVE, "rise"),
}
ANGLE_FEATURES = ("foot", "foot_+2", "shank", "knee")
SHOE_FEATURES = ("shoe", *ANGLE_FEATURES)
SHANK_FEATURES = ("shank", "near")
STRIKE_FEATURES = ("foot_strike_angle",)
STRETCH = {"contact": 1.3}
"""Factor on a rule's deviations from its mean. A fit on a few runners draws every prediction towards their mean
(left-out predictions rise by 0.65 per unit of truth); runners to come differ by more than the 18 here, slow joggers
above all, so the draw is undone as far as it costs little on the runners left out."""
RIDGE = {"contact": 100.0, "toe_off": 100.0, "foot_strike_angle": 10.0, "shank_angle": 1.0}
LOGISTIC_C = 0.1


def main() -> None:
    """Train on all clips of the folders given and write the model file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("landmarks_cache"))
    arguments = parser.parse_args()
    clips = [clip for folder in arguments.folders for clip in read_clips(folder, arguments.cache)]
    write_model(MODELS_DIR / CORRECTIONS_NAME, train(clips))


def train(clips: Sequence[Clip]) -> dict[str, LinearModel]:
    """Fit all corrections; their standard errors are those on runners left out."""
    steps = timing_rows(clips)
    models, phases = {}, {}
    for target, features in TIMING_FEATURES.items():
        raw = left_out(steps, features, target, RIDGE[target], MOST_SPREADS)
        phases[target] = steadied_rows(steps, raw)
        se = float((phases[target] - steps[target]).std())
        models[target] = linear(steps, features, target, RIDGE[target], se)
    landings = landing_rows(clips, steps, phases)
    models["shank_angle"], _ = angle_rule(landings, "shank_angle", SHANK_FEATURES)
    models["foot_strike_angle"], by_landmarks = angle_rule(landings, "foot_strike_angle", ANGLE_FEATURES)
    models["shoe_strike_angle"], by_pixels = angle_rule(
        landings[landings.shoe.notna()], "foot_strike_angle", SHOE_FEATURES
    )
    landings["foot_strike_angle"] = _drawn(landings, by_pixels.reindex(landings.index).fillna(by_landmarks))
    models["strike"] = logistic(landings)
    return models


def angle_rule(rows: pd.DataFrame, target: str, features: tuple[str, ...]) -> tuple[LinearModel, pd.Series]:
    """Fit the correction of an angle; return it with what it says of each row when its runner is left out."""
    guess = pd.Series(left_out(rows, features, target, RIDGE[target]), index=rows.index)
    raw = "shank" if target == "shank_angle" else "foot"
    se = angle_se_deg(guess - rows[target], rows, raw)
    return linear(rows, features, target, RIDGE[target], se), guess


def _drawn(landings: pd.DataFrame, angles_deg: pd.Series) -> pd.Series:
    """Draw the angles towards what is typical of their foot, within each bout, as the pipeline does."""
    out = angles_deg.copy()
    for _, bout in landings.groupby(["recording", "stride"]):
        out[bout.index] = drawn_to_typical(list(angles_deg[bout.index]), list(bout.which_foot))
    return out


def angle_se_deg(error_deg: pd.Series, landings: pd.DataFrame, raw: str) -> float:
    """Return the error of an angle without the part that comes from the time between frames."""
    turns = zip(landings[f"{raw}_rate"], landings.frame_s, strict=True)
    turned_deg2 = np.mean([frame_turn_deg(*turn) ** 2 for turn in turns])
    return float(np.sqrt(max(error_deg.var() - turned_deg2, 0.0)))


def steadied_rows(steps: pd.DataFrame, phases: NDArray[np.float64]) -> NDArray[np.float64]:
    """Steady the phases within each bout as the pipeline does."""
    out = np.array(phases)
    for rows in steps.groupby(["recording", "stride"]).indices.values():
        part = steps.iloc[rows]
        out[rows] = steadied(list(phases[rows]), list(part.foot), list(part.full_view))
    return out


def left_out(
    rows: pd.DataFrame, features: tuple[str, ...], target: str, ridge: float, most_spreads: float = np.inf
) -> NDArray[np.float64]:
    """Predict every row by a model that saw no clip of its runner; rows of unknown truth teach nothing."""
    guess = np.full(len(rows), np.nan)
    for runner in rows.runner.unique():
        mine = (rows.runner == runner).to_numpy()
        model = linear(rows[~mine & rows[target].notna()], features, target, ridge, 0.0)
        guess[mine] = [model.predict(row, most_spreads) for row in rows[mine].to_dict("records")]
    return guess


def linear(rows: pd.DataFrame, features: tuple[str, ...], target: str, ridge: float, se: float) -> LinearModel:
    """Fit a ridge regression in which every clip weighs the same."""
    mean, scale, standard = _standardised(rows, features)
    fit = Ridge(ridge).fit(standard, rows[target], sample_weight=_clip_weights(rows))
    weights = STRETCH.get(target, 1.0) * fit.coef_
    return LinearModel(features, mean, scale, weights[None], np.array([fit.intercept_]), se)


def left_out_strikes(taught: pd.DataFrame, rows: pd.DataFrame, features: tuple[str, ...]) -> NDArray[np.float64]:
    """Return ``(len(rows), 3)`` probabilities by scores ``taught`` without the row's own runner."""
    probabilities = np.full((len(rows), len(STRIKE_CLASSES)), np.nan)
    for runner in rows.runner.unique():
        mine = (rows.runner == runner).to_numpy()
        model = logistic(taught[taught.runner != runner], features)
        probabilities[mine] = [softmax(model.outputs(row)) for row in rows[mine].to_dict("records")]
    return probabilities


def logistic(rows: pd.DataFrame, features: tuple[str, ...] = STRIKE_FEATURES) -> LinearModel:
    """Fit multinomial scores for the three strike types, classes and clips weighing the same."""
    mean, scale, standard = _standardised(rows, features)
    balance = rows.strike.map(1 / rows.groupby("strike").recording.nunique())
    weights = _clip_weights(rows) * balance / balance.mean()
    fit = LogisticRegression(C=LOGISTIC_C, max_iter=2000).fit(standard, rows.strike, sample_weight=weights)
    order = [list(fit.classes_).index(name) for name in STRIKE_CLASSES]
    return LinearModel(features, mean, scale, fit.coef_[order], fit.intercept_[order], 0.0)


def _standardised(rows: pd.DataFrame, features: tuple[str, ...]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    known = rows[list(features)].astype(float)
    mean, scale = known.mean().fillna(0.0), known.std(ddof=0).fillna(1.0).clip(lower=1e-6)
    return mean.to_numpy(), scale.to_numpy(), ((known - mean) / scale).fillna(0.0).to_numpy()


def _clip_weights(rows: pd.DataFrame) -> NDArray[np.float64]:
    weights = 1 / rows.groupby("recording")["recording"].transform("size").to_numpy(float)
    return np.asarray(weights / weights.mean())


def as_dict(model: LinearModel) -> dict[str, Any]:
    """Return a model as plain values."""
    plain = {name: np.round(getattr(model, name), 6).tolist() for name in ("mean", "scale", "weights", "intercept")}
    return {"features": list(model.features), **plain, "se": round(model.se, 5)}


def write_model(path: Path, models: dict[str, LinearModel]) -> None:
    """Write the model file."""
    plain = {name: as_dict(model) for name, model in models.items()}
    path.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
    print(f"written: {path.parent.name}/{path.name}")


if __name__ == "__main__":
    main()
