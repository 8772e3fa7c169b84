#!/usr/bin/env python3
"""Score the gait stage alone: measured markers in the place of the pose model, every runner left out in turn.

    evaluate_markers.py [--shared FOLDER] [--markdown FILE]

The markers of ``rbds`` in the shared folder (18 runners, three speeds, 150 Hz, force-plate truth) go
through the project's own steps, feet, timing and posture; its learned linear rules are fitted on the
other 17 runners each time. What comes out is what the gait stage would do behind a pose model without
error, on runners it never saw. Nothing is written but the tables; shipped corrections are not touched.

Two sets of inputs stand side by side, both with the pipeline's own ridge and logistic strengths:

``pipeline``
    what the shipped corrections read (``train_corrections.py``).
``markers``
    Contact: the same without the trunk's wave, whose shape tells runners rather than contacts apart, but with the
    moments at which the toe comes down to two heights and at which its fall is broken. Toe-off: lift-off and
    the trunk's rise alone.
    Type of strike: the height of the heel over its stance level at contact, and the step period. Its
    scores are learned on the medians of each foot, since the labels are per foot; they are asked once for
    each landing and once for each foot's medians.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from evaluate import MARGIN_S, REPOSITORY, truth_in_ms, write_between_marks
from footstrike.data import STRIKE_CLASSES, Measure
from footstrike.gait.contacts.ground_speed import PHASES, SMOOTHING_STEPS
from footstrike.gait.contacts.settling import GRID_STEPS, FootPaths, foot_paths, height_over_stance_leg, landing_s
from footstrike.gait.contacts.timing import MOST_SPREADS
from footstrike.gait.contacts.trunk import TrunkStep
from footstrike.gait.signals import sampling_rate_hz
from footstrike.gait.strikes import AngleRule, LearnedStrike, strike_from
from marker_clips import read_marker_clips
from score_tables import by_measure, errors, number, pooled_pairs, portion, reliability_table
from scoring import (
    MEASURES,
    SIDES,
    VERDICT_COLUMNS,
    ClipScore,
    balanced,
    f1,
    score,
    share,
    strike_shares,
    usual_class,
    verdict_shares,
)
from train_corrections import (
    ANGLE_FEATURES,
    GROUND_SPEED,
    LANDING,
    LIFT_OFF,
    RIDGE,
    SHANK_FEATURES,
    STRIKE_FEATURES,
    TIMING_FEATURES,
    left_out,
    left_out_strikes,
    steadied_rows,
)
from training_rows import Clip, landing_rows, step_rows

AIMS = {
    "contact, mean ± SD": "SD ≤ 5 ms",
    "heel or not, balanced": "≥ 0.95",
    "three types, balanced": "≥ 0.76",
}
ANGLES = {"foot_strike_angle": ANGLE_FEATURES, "shank_angle": SHANK_FEATURES}
FOOT = ["recording", "foot"]
FOOT_ANGLE_SE_DEG = 2.0
"""Error of the left-out foot strike angle here."""
TOE_LANDING = {"landing_toe_020": 0.02, "landing_toe_060": 0.06}
"""Heights of the toe over its stance level, leg lengths."""
FALL_BROKEN_SHARE = 0.5
FALLING = (PHASES > -0.3) & (PHASES < 0.15)
"""Part of the step, counted from the trunk's fall, in which the landing foot comes down fastest."""


@dataclass(frozen=True, eq=False)
class Recipe:
    """What the learned rules read."""

    name: str
    timing: Mapping[str, tuple[str, ...]]
    strike: tuple[str, ...]
    learned_on_feet: bool


PIPELINE = Recipe("pipeline", TIMING_FEATURES, STRIKE_FEATURES, learned_on_feet=False)
MARKERS = Recipe(
    "markers",
    {"contact": (*LANDING, *TOE_LANDING, *GROUND_SPEED, "fall_broken_toe"), "toe_off": (*LIFT_OFF, "rise")},
    ("heel_height", "period_s"),
    learned_on_feet=True,
)


def main() -> None:
    """Score every recording and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared", help="folder that holds rbds")
    parser.add_argument("--markdown", type=Path, help="document whose results are to be replaced")
    arguments = parser.parse_args()
    clips = read_marker_clips(arguments.shared / "rbds")
    if not clips:
        raise SystemExit(f"{arguments.shared / 'rbds'} holds no RBDS*.npz; name the folder above it with --shared.")
    text = report(clips)
    print(text)
    if arguments.markdown:
        write_between_marks(arguments.markdown, "markers", text)


def report(clips: Sequence[Clip]) -> str:
    """Return all tables as Markdown."""
    steps = described_steps(clips)
    by_recipe = {recipe: left_out_landings(clips, steps, recipe) for recipe in (PIPELINE, MARKERS)}
    columns = {
        name: [score_clip(clip, landings, probabilities, name) for clip in clips]
        for recipe, landings in by_recipe.items()
        for name, probabilities in strike_probabilities(landings, recipe).items()
    }
    parts = [
        f"footstrike {version('footstrike')}, {date.today():%d %B %Y}: {steps.runner.nunique()} runners left out in "
        f"turn, {len(clips)} recordings.",
        by_measure({name: measures(scores) for name, scores in columns.items()}, AIMS),
        reliability_table([scored for scores in columns.values() for scored in scores]),
        cut_offs_table(clips, by_recipe[MARKERS]),
    ]
    return "\n\n".join(parts)


def described_steps(clips: Sequence[Clip]) -> pd.DataFrame:
    """Return one row per step: what the timing rules read, and the true phases where they are known."""
    steps = step_rows(clips)
    broken = _of_steps(clips, steps, lambda paths, step, _: fall_broken_phase(paths, step, "toe"))
    landed = {
        name: _of_steps(clips, steps, lambda paths, step, _, above=above: landed_phase(paths, step, above))
        for name, above in TOE_LANDING.items()
    }
    return steps.assign(fall_broken_toe=broken, **landed)


def landed_phase(paths: FootPaths, step: TrunkStep, above_leg: float) -> float:
    """Return when the landing toe comes below a height over its stance level, as a phase of the step."""
    return (landing_s(paths, step, "toe", above_leg) - step.fall_s) / step.period_s


def fall_broken_phase(paths: FootPaths, step: TrunkStep, joint: str) -> float:
    """Return when a joint of the landing foot, past its fastest, falls at half that speed only.

    Parameters
    ----------
    paths : FootPaths
    step : TrunkStep
    joint : str
        ``"ankle"``, ``"heel"`` or ``"toe"``.

    Returns
    -------
    float
        Phase after the trunk's fall, in step periods; NaN where it keeps falling.
    """
    height = height_over_stance_leg(paths, step, joint, "leading", step.fall_s + PHASES * step.period_s)
    speed = gaussian_filter1d(np.gradient(height, PHASES), SMOOTHING_STEPS * GRID_STEPS)
    fastest = int(np.argmin(np.where(FALLING, speed, np.inf)))
    broken = np.flatnonzero(speed[fastest:] > FALL_BROKEN_SHARE * speed[fastest])
    return float(PHASES[fastest + broken[0]]) if broken.size else math.nan


def heel_height_leg(paths: FootPaths, step: TrunkStep, phase: float) -> float:
    """Return how far the landing heel is above its stance level at a phase of the step (leg lengths)."""
    at_s = np.array([step.fall_s + phase * step.period_s])
    return float(height_over_stance_leg(paths, step, "heel", "leading", at_s)[0])


def _of_steps(
    clips: Sequence[Clip], steps: pd.DataFrame, measure: Callable[[FootPaths, TrunkStep, int], float]
) -> NDArray[np.float64]:
    """Measure every row of ``steps``; ``measure`` is told the row's number."""
    strides_of = {clip.name: clip.strides for clip in clips}
    values = np.full(len(steps), np.nan)
    for (recording, s), rows in steps.groupby(["recording", "stride"]).indices.items():
        stride = strides_of[recording][s]
        paths = foot_paths(stride.bout, stride.fine_roles, stride.steps)
        values[rows] = [measure(paths, stride.steps[steps.step.iloc[row]], row) for row in rows]
    return values


def left_out_landings(clips: Sequence[Clip], steps: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """Return one row per step with what the gait stage says of it, its runner left out.

    Times in ms, angles in degrees, ``heel_height`` in leg lengths; ``strike`` is the true type, unknown
    where the step matches no true contact.
    """
    phases = {
        event: steadied_rows(steps, left_out(steps, features, event, RIDGE[event], MOST_SPREADS))
        for event, features in recipe.timing.items()
    }
    known = steps.contact.notna()
    postures = landing_rows(clips, steps, phases)
    angles = {
        target: left_out(postures.assign(**{target: postures[target].where(known)}), features, target, RIDGE[target])
        for target, features in ANGLES.items()
    }
    times = {event: 1000 * (steps.fall_s + phase * steps.period_s) for event, phase in phases.items()}
    heel = _of_steps(clips, steps, lambda paths, step, row: heel_height_leg(paths, step, phases["contact"][row]))
    return steps[["recording", "runner", "foot", "side", "period_s"]].assign(
        **times, **angles, heel_height=heel, strike=postures.strike.where(known)
    )


def strike_probabilities(landings: pd.DataFrame, recipe: Recipe) -> dict[str, NDArray[np.float64]]:
    """Return ``(N, 3)`` probabilities of the types of strike, its runner left out, for each way of asking."""
    known = landings[landings.strike.notna()]
    if not recipe.learned_on_feet:
        learned = left_out_strikes(known, landings, recipe.strike)
        return {recipe.name: (learned + cut_off_probabilities(landings)) / 2}
    feet = known.groupby([*FOOT, "runner", "strike"])[list(recipe.strike)].median().reset_index()
    of_feet = left_out_strikes(feet, feet, recipe.strike)
    row_of_foot = {foot: row for row, foot in enumerate(zip(feet.recording, feet.foot, strict=True))}
    foot_of_landing = [row_of_foot[foot] for foot in zip(landings.recording, landings.foot, strict=True)]
    return {
        f"{recipe.name}, each landing": left_out_strikes(feet, landings, recipe.strike),
        f"{recipe.name}, whole foot": of_feet[foot_of_landing],
    }


def cut_off_probabilities(landings: pd.DataFrame) -> NDArray[np.float64]:
    """Return ``(N, 3)`` probabilities by the published cut-offs, the classifier's second opinion."""
    angles, rule = landings.foot_strike_angle, AngleRule()
    return np.array([rule.probabilities(Measure(angle, FOOT_ANGLE_SE_DEG)) for angle in angles])


def score_clip(clip: Clip, landings: pd.DataFrame, probabilities: NDArray[np.float64], name: str) -> ClipScore:
    """Compare what is said of one recording with its truth."""
    mine = (landings.recording == clip.name).to_numpy()
    rate_hz = sampling_rate_hz(clip.strides[0].bout.time_s)
    steps = landings[mine].rename(columns={angle: f"{angle}_deg" for angle in ANGLES})
    least = LearnedStrike().least_probability
    steps = steps.assign(
        strike=[strike_from(p, least).type for p in probabilities[mine]],
        **{f"p_{kind}": probabilities[mine, k] for k, kind in enumerate(STRIKE_CLASSES)},
        **{f"{measure}_se": np.nan for measure in MEASURES},
    )
    truth = truth_in_ms(clip.truth, rate_hz)
    scored = score(clip.name, name, "ms", truth, steps, 1000 * MARGIN_S, rate_hz=rate_hz)
    return replace(scored, verdicts=_usual_classes(scored.pairs))


def _usual_classes(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the likeliest class of most landings of each foot, beside its label."""
    rows = [
        (foot, landings.true_side.iloc[0], usual_class(list(likeliest(landings))), landings.true_strike.iloc[0])
        for foot, landings in pairs.groupby("foot")
    ]
    return pd.DataFrame(rows, columns=VERDICT_COLUMNS)


def likeliest(pairs: pd.DataFrame) -> NDArray[np.str_]:
    """Return the likeliest class of each landing, said aloud or not."""
    probabilities = pairs[[f"p_{kind}" for kind in STRIKE_CLASSES]].to_numpy(float)
    return np.asarray(STRIKE_CLASSES)[probabilities.argmax(axis=1)]


def measures(scores: Sequence[ClipScore]) -> dict[str, str]:
    """Return every measure over all recordings as text."""
    pairs = pooled_pairs(scores)
    said = strike_shares(pairs)
    feet = verdict_shares(pd.concat([scored.verdicts for scored in scores]))
    between_ms, within_ms = _between_and_within(scores)
    return {
        "true contacts": str(sum(sum(scored.true_by_side.values()) for scored in scores)),
        "contacts found, F1": number(f1(scores, SIDES), 4),
        "right foot": portion(share(pairs.foot == pairs.true_foot)),
        **errors(pairs, "ms"),
        "contact, SD of the feet's means; SD within a foot": f"{number(between_ms)}; {number(within_ms)} ms",
        **agreement(likeliest(pairs), pairs.true_strike),
        "heel or not, when said": portion(said["heel_said"]),
        "three types, when said": portion(said["three_said"]),
        "unclear": portion(said["unclear"]),
        "feet: heel or not": portion(feet["heel_said"]),
        "feet: three types": portion(feet["three_said"]),
    }


def agreement(said: Sequence[str] | NDArray[np.str_], truth: pd.Series) -> dict[str, str]:
    """Return how often classes are right, plain and as the mean over the true classes."""
    types, labels = np.asarray(said), truth.to_numpy(str)
    heel, true_heel = types == "heel", labels == "heel"
    return {
        "heel or not": number(float((heel == true_heel).mean()), 3),
        "heel or not, balanced": number(balanced(heel, true_heel), 3),
        "three types": number(float((types == labels).mean()), 3),
        "three types, balanced": number(balanced(types, labels), 3),
    }


def _between_and_within(scores: Sequence[ClipScore]) -> tuple[float, float]:
    """Return the SD of the mean contact errors of all feet, and the typical SD within a foot."""
    feet = [foot for scored in scores for _, foot in scored.pairs.groupby("foot").contact_error]
    means, variances = ([getattr(errors, measure)() for errors in feet] for measure in ("mean", "var"))
    return float(np.std(means)), math.sqrt(float(np.mean(variances)))


def cut_offs_table(clips: Sequence[Clip], landings: pd.DataFrame) -> str:
    """Return how well the cut-offs of Altman & Davis on the foot strike angle agree with the labels."""
    known, truth = landings[landings.strike.notna()], pd.concat([clip.truth for clip in clips])
    measured = {
        "measured angle, zeroed on standing": agreement(by_angle(truth.foot_strike_angle_deg), truth.strike),
        "left-out angle of the gait stage": agreement(by_angle(known.foot_strike_angle), known.strike),
    }
    rule = AngleRule()
    return (
        f"The published cut-offs (heel above {rule.rearfoot_above_deg}°, forefoot below {rule.forefoot_below_deg}°) "
        f"against the labels:\n\n{by_measure(measured, AIMS)}"
    )


def by_angle(foot_strike_angle_deg: pd.Series) -> NDArray[np.str_]:
    """Return the class of each angle by the published cut-offs."""
    rule = AngleRule()
    heel, forefoot = foot_strike_angle_deg > rule.rearfoot_above_deg, foot_strike_angle_deg < rule.forefoot_below_deg
    return np.where(heel, "heel", np.where(forefoot, "forefoot", "midfoot"))


if __name__ == "__main__":
    main()
