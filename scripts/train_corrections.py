#!/usr/bin/env python3
"""Learn the corrections in ``models/landing_corrections.json`` from clips with truth.

    train_corrections.py FOLDER [FOLDER ...] [--cache FOLDER]

Each folder holds videos ``rNNN*.mp4`` (NNN = the runner) with ``*.truth.csv`` tables beside them, as
the shared rendering tool writes them. The pose models run on every clip once; their landmarks are
kept in the cache folder. Everything is scored on runners that were left out, then fitted on all.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge

from footstrike.analysis import track_video
from footstrike.data import STRIKE_CLASSES, Contact, PoseTrack
from footstrike.gait.contacts.settling import foot_paths
from footstrike.gait.contacts.timing import (
    LAST_PHASE_OF_CONTACT,
    MOST_SPREADS,
    in_full_view,
    moment,
    steadied,
    timing_features,
)
from footstrike.gait.corrections import LinearModel, softmax
from footstrike.gait.landing import posture_course
from footstrike.gait.steps import Stride, describe_landings, find_strides
from footstrike.pose.landmarks_file import load_landmarks, save_landmarks
from footstrike.settings import CORRECTIONS_NAME, Settings

MODELS_DIR = Path(__file__).resolve().parent.parent / "models"
LANDING = ("landing_ankle_030", "landing_ankle_060", "landing_toe_020", "landing_toe_060")
GROUND_SPEED = tuple(f"ground_speed_{joint}_{share}" for joint in ("ankle", "heel", "toe") for share in (30, 60))
LIFT_OFF = tuple(f"lift_off_{joint}" for joint in ("heel_100", "heel_150", "ankle_100", "ankle_150"))
WAVE = tuple(f"wave_{k:+d}" for k in range(-6, 7))
TIMING_FEATURES = {
    "contact": (*LANDING, *GROUND_SPEED, *WAVE),
    "toe_off": (*LANDING, *GROUND_SPEED, *LIFT_OFF, *WAVE, "rise"),
}
ANGLE_FEATURES = ("foot", "foot_+2", "shank", "knee")
SHANK_FEATURES = ("shank", "near")
STRIKE_FEATURES = ("foot_strike_angle",)
TRUST = {"landing_toe_020": 0.5, "landing_toe_060": 0.5}
"""Share at which a standardised feature enters the fit (1 unless named): toe heights time rendered feet better
than filmed ones, so their weights are held back."""
MATCH_PERIODS = 0.3
RIDGE = {"contact": 100.0, "toe_off": 100.0, "foot_strike_angle": 10.0, "shank_angle": 1.0}
LOGISTIC_C = 0.1


@dataclass(frozen=True)
class Clip:
    """One clip's runner, strides and truth."""

    name: str
    runner: int
    strides: tuple[Stride, ...]
    truth: pd.DataFrame


def main() -> None:
    """Train on all clips of the folders given, print the scores, write the model file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("landmarks_cache"))
    arguments = parser.parse_args()
    clips = [clip for folder in arguments.folders for clip in read_clips(folder, arguments.cache)]
    write_model(MODELS_DIR / CORRECTIONS_NAME, train(clips))


def read_clips(folder: Path, cache: Path) -> list[Clip]:
    """Read every clip of a folder that has a truth table."""
    cache.mkdir(parents=True, exist_ok=True)
    clips = []
    for truth_path in sorted(folder.glob("r*.truth.csv")):
        video = truth_path.with_name(truth_path.name.replace(".truth.csv", ".mp4"))
        track = _landmarks(video, cache / f"{folder.name}_{video.stem}.npz")
        clips.append(clip_from_track(video.stem, track, pd.read_csv(truth_path)))
    return clips


def clip_from_track(name: str, track: PoseTrack, truth: pd.DataFrame) -> Clip:
    """Find the steps of one clip; its runner's number is the first number in its name."""
    runner = re.search(r"\d+", name.split("_")[0])
    if runner is None:
        raise SystemExit(f"{name}: the clip's name must begin with r and the runner's number.")
    return Clip(name, int(runner.group()), find_strides(track, Settings().contacts), truth)


def _landmarks(video: Path, cached: Path) -> PoseTrack:
    if not cached.exists():
        print(f"running the pose models on {video.name}", flush=True)
        save_landmarks(cached, *track_video(video, Settings()))
    return load_landmarks(cached)[0]


def train(clips: list[Clip]) -> dict[str, Any]:
    """Fit all corrections; print how they do on runners left out."""
    steps = timing_rows(clips)
    print(
        f"{len(steps)} contacts, {steps.recording.nunique()} clips, {steps.runner.nunique()} runners left out in turn"
    )
    models, phases = {}, {}
    for target, features in TIMING_FEATURES.items():
        raw = left_out(steps, features, target, RIDGE[target], MOST_SPREADS)
        phases[target] = steadied_rows(steps, raw)
        error = pd.Series(phases[target] - steps[target])
        report(target, "ms", 1000 * error * steps.period_s, steps)
        models[target] = linear(steps, features, target, RIDGE[target], float(error.std()))
    landings = landing_rows(clips, steps, phases)
    for target, features in (("foot_strike_angle", ANGLE_FEATURES), ("shank_angle", SHANK_FEATURES)):
        guess = left_out(landings, features, target, RIDGE[target])
        report(target, "deg", pd.Series(guess - landings[target]), landings)
        models[target] = linear(landings, features, target, RIDGE[target], float((guess - landings[target]).std()))
        if target == "foot_strike_angle":
            landings["foot_strike_angle"] = guess
    report_strike(landings)
    models["strike"] = logistic(landings)
    return {name: as_dict(model) for name, model in models.items()}


def steadied_rows(steps: pd.DataFrame, phases: NDArray[np.float64]) -> NDArray[np.float64]:
    """Steady the phases within each bout as the pipeline does."""
    out = np.array(phases)
    for rows in steps.groupby(["recording", "stride"]).indices.values():
        part = steps.iloc[rows]
        out[rows] = steadied(list(phases[rows]), list(part.foot), list(part.full_view))
    return out


def timing_rows(clips: list[Clip]) -> pd.DataFrame:
    """Return one row per step that matches a true contact: features and true phases."""
    return step_rows(clips).dropna(subset="contact").reset_index(drop=True)


def step_rows(clips: list[Clip]) -> pd.DataFrame:
    """Return one row per step: features, and the true phases, unknown where it matches no true contact."""
    rows = []
    for clip in clips:
        for s, stride in enumerate(clip.strides):
            paths = foot_paths(stride.bout, stride.fine_roles(), stride.steps)
            features = timing_features(stride.bout, stride.steps, paths)
            for i, step in enumerate(stride.steps):
                truth = _nearest(clip.truth, step.fall_s)
                near = abs(truth.contact_time_s - step.fall_s) <= MATCH_PERIODS * step.period_s
                matched = near and not step.predicted
                rows.append(
                    features[i]
                    | {
                        "recording": clip.name,
                        "runner": clip.runner,
                        "stride": s,
                        "step": i,
                        "foot": stride.feet[i],
                        "full_view": in_full_view(stride.bout, step, LAST_PHASE_OF_CONTACT),
                        "side": truth.side,
                        "fall_s": step.fall_s,
                        "period_s": step.period_s,
                        "contact": (truth.contact_time_s - step.fall_s) / step.period_s if matched else np.nan,
                        "toe_off": (truth.toe_off_time_s - step.fall_s) / step.period_s if matched else np.nan,
                    }
                )
    return pd.DataFrame(rows)


def _nearest(truth: pd.DataFrame, time_s: float) -> Any:
    return truth.iloc[int((truth.contact_time_s - time_s).abs().argmin())]


def landing_rows(clips: list[Clip], steps: pd.DataFrame, phases: dict[str, NDArray[np.float64]]) -> pd.DataFrame:
    """Return one row per step with its raw angles at the left-out contact time, and the truth."""
    guessed = steps.assign(guess=phases["contact"], guess_off=phases["toe_off"])
    rows = []
    for clip in clips:
        for s, stride in enumerate(clip.strides):
            mine = guessed[(guessed.recording == clip.name) & (guessed.stride == s)]
            contacts = [_contact(stride, row) for row in mine.itertuples()]
            course = posture_course(stride.bout, stride.fine_roles())
            for row, features in zip(mine.itertuples(), describe_landings(course, contacts), strict=True):
                truth = _nearest(clip.truth, stride.steps[row.step].fall_s)
                rows.append(
                    features
                    | {
                        "recording": clip.name,
                        "runner": clip.runner,
                        "side": truth.side,
                        "strike": truth.strike,
                        "foot_strike_angle": truth.foot_strike_angle_deg,
                        "shank_angle": truth.shank_angle_deg,
                    }
                )
    return pd.DataFrame(rows)


def _contact(stride: Stride, row: Any) -> Contact:
    step, foot = stride.steps[row.step], stride.feet[row.step]
    times = (moment(step, phase, 0.0, 0.0) for phase in (row.guess, max(row.guess_off, row.guess + 0.3)))
    return Contact(foot, stride.bout.side_of(foot), *times, 0)


def left_out(
    rows: pd.DataFrame, features: tuple[str, ...], target: str, ridge: float, most_spreads: float = np.inf
) -> NDArray[np.float64]:
    """Predict every row by a model that saw no clip of its runner; rows of unknown target teach nothing."""
    guess = np.full(len(rows), np.nan)
    known = rows[target].notna().to_numpy()
    for runner in rows.runner.unique():
        mine = (rows.runner == runner).to_numpy()
        model = linear(rows[~mine & known], features, target, ridge, 0.0)
        guess[mine] = [model.predict(row, most_spreads) for row in rows[mine].to_dict("records")]
    return guess


def linear(rows: pd.DataFrame, features: tuple[str, ...], target: str, ridge: float, se: float) -> LinearModel:
    """Fit a ridge regression in which every clip weighs the same."""
    mean, scale, standard = _standardised(rows, features)
    trust = np.array([TRUST.get(feature, 1.0) for feature in features])
    fit = Ridge(ridge).fit(standard * trust, rows[target], sample_weight=_clip_weights(rows))
    return LinearModel(features, mean, scale, (fit.coef_ * trust)[None], np.array([fit.intercept_]), se)


def logistic(rows: pd.DataFrame, features: tuple[str, ...] = STRIKE_FEATURES) -> LinearModel:
    """Fit multinomial scores for the three strike types, classes and clips weighing the same."""
    mean, scale, standard = _standardised(rows, features)
    balance = rows.strike.map(1 / rows.groupby("strike").recording.nunique())
    weights = _clip_weights(rows) * balance / balance.mean()
    fit = LogisticRegression(C=LOGISTIC_C, max_iter=2000).fit(standard, rows.strike, sample_weight=weights)
    order = [list(fit.classes_).index(name) for name in STRIKE_CLASSES]
    return LinearModel(features, mean, scale, fit.coef_[order], fit.intercept_[order], 0.0)


def _standardised(rows: pd.DataFrame, features: tuple[str, ...]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    values = rows[list(features)].to_numpy(float)
    mean, scale = np.nanmean(values, axis=0), np.maximum(np.nanstd(values, axis=0), 1e-6)
    return mean, scale, np.nan_to_num((values - mean) / scale)


def _clip_weights(rows: pd.DataFrame) -> NDArray[np.float64]:
    weights = 1 / rows.groupby("recording")["recording"].transform("size").to_numpy(float)
    return np.asarray(weights / weights.mean())


def report(name: str, unit: str, error: pd.Series, rows: pd.DataFrame) -> None:
    """Print bias, spread and the worst clip of one correction on left-out runners."""
    by_clip = error.groupby(rows["recording"])
    for side in ("near", "far"):
        mine = error[rows.side == side]
        print(
            f"  {name:20s} {side:4s} mean {mine.mean():6.2f}  SD {mine.std():5.2f}  MAE {mine.abs().mean():5.2f} {unit}"
        )
    print(
        f"  {name:20s} worst clip mean {by_clip.mean().abs().max():.1f}, "
        f"worst SD within a clip {by_clip.std().max():.1f} {unit}"
    )


def left_out_strikes(taught: pd.DataFrame, rows: pd.DataFrame, features: tuple[str, ...]) -> NDArray[np.float64]:
    """Return ``(len(rows), 3)`` probabilities by scores ``taught`` without the row's own runner."""
    probabilities = np.full((len(rows), len(STRIKE_CLASSES)), np.nan)
    for runner in rows.runner.unique():
        mine = (rows.runner == runner).to_numpy()
        model = logistic(taught[taught.runner != runner], features)
        probabilities[mine] = [softmax(model.outputs(row)) for row in rows[mine].to_dict("records")]
    return probabilities


def report_strike(rows: pd.DataFrame) -> None:
    """Print how often the strike type is right on left-out runners."""
    probabilities = left_out_strikes(rows, rows, STRIKE_FEATURES)
    said = pd.Series(np.array(STRIKE_CLASSES)[probabilities.argmax(axis=1)], index=rows.index)
    sure = pd.Series(probabilities.max(axis=1), index=rows.index)
    for side in ("near", "far"):
        mine = rows.side == side
        heel = ((said == "heel") == (rows.strike == "heel"))[mine].mean()
        angle = ((rows.foot_strike_angle > 8) == (rows.strike == "heel"))[mine].mean()
        print(
            f"  strike {side:4s} three classes {(said == rows.strike)[mine].mean():.3f}, heel or not {heel:.3f} "
            f"(by 8 degrees alone {angle:.3f}), mean probability {sure[mine].mean():.2f}"
        )


def as_dict(model: LinearModel) -> dict[str, Any]:
    """Return a model as plain values."""
    plain = {name: np.round(getattr(model, name), 6).tolist() for name in ("mean", "scale", "weights", "intercept")}
    return {"features": list(model.features), **plain, "se": round(model.se, 5)}


def write_model(path: Path, models: dict[str, Any]) -> None:
    """Write the model file."""
    path.write_text(json.dumps(models, indent=1) + "\n", encoding="utf-8")
    print(f"written: {path.parent.name}/{path.name}")


if __name__ == "__main__":
    main()
