"""Scores as Markdown tables: pooled, film, every clip, and how far the probabilities can be trusted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from scoring import (
    CLASSES,
    SIDES,
    ClipScore,
    Share,
    Spread,
    brier,
    covered,
    f1,
    reliability,
    share,
    spread,
    strike_shares,
    verdict_shares,
)

FAST_HZ = 59.0
"""Clips that count as 60 frames per second and more."""
GROUPS: Mapping[str, Callable[[ClipScore], bool]] = MappingProxyType(
    {
        "runners left out, 60 fps and more": lambda s: s.kind == "left out, learned" and s.rate_hz >= FAST_HZ,
        "with the published cut-offs alone": lambda s: s.kind == "left out, angle" and s.rate_hz >= FAST_HZ,
        "runners left out, fewer": lambda s: s.kind == "left out, learned" and s.rate_hz < FAST_HZ,
        "rendered, 60 fps and more": lambda s: s.kind == "rendered" and s.rate_hz >= FAST_HZ,
        "rendered, fewer": lambda s: s.kind == "rendered" and s.rate_hz < FAST_HZ,
        "film, real time": lambda s: s.kind == "film" and s.slow_motion == 1,
        "film, slow motion": lambda s: s.kind == "film" and s.slow_motion != 1,
        "samples": lambda s: s.kind == "sample",
        "drawn": lambda s: s.kind == "drawn",
    }
)
BARS: Mapping[str, str] = MappingProxyType(
    {
        "contacts found, F1": "≥ 0.995",
        "right foot": "≥ 0.995",
        "cadence, mean absolute error (%)": "≤ 0.5",
        "contact, mean ± SD": "±6, ≤ 9 / ±8, ≤ 12 ms",
        "contact time, MAE": "≤ 15 / 20 ms",
        "foot strike angle, MAE (°)": "≤ 3.0 / 5.0",
        "shank angle, MAE (°)": "≤ 2.0 / 3.0",
        "heel or not, when said": "≥ 0.95 / 0.88",
        "three classes, when said": "≥ 0.82 / 0.72",
        "unclear": "≤ 0.20",
        "foot's verdict: heel or not, when said": "≥ 0.95 / 0.90",
        "foot's verdict: three classes, when said": "≥ 0.85 / 0.75",
        "within 1 and 2 SE: contact": "0.68, 0.95",
        "within 1 and 2 SE: toe-off": "0.68, 0.95",
        "within 1 and 2 SE: foot strike angle": "0.68, 0.95",
        "within 1 and 2 SE: shank angle": "0.68, 0.95",
    }
)
"""What is aimed at, near / far, on runners that were not trained on."""


def tables(scores: Sequence[ClipScore], details_of: str = "") -> str:
    """Return all tables as Markdown; those of single clips only of the kinds whose names end in ``details_of``."""
    parts = {"Pooled": pooled_table(scores)}
    scores = [s for s in scores if s.kind.endswith(details_of)]
    if film := [s for s in scores if s.kind == "film"]:
        parts["Film, where the rater was sure of the strike type"] = film_table(film)
    parts |= {"Every clip": clip_table(scores), "Probabilities": reliability_table(scores)}
    return "\n\n".join(f"### {title}\n\n{table}" for title, table in parts.items())


def pooled_table(scores: Sequence[ClipScore]) -> str:
    """Return one row per measure and one column per group and side."""
    columns = {
        f"{name}: {side}": measures(members, side)
        for name, belongs in GROUPS.items()
        if (members := [s for s in scores if not s.refused and belongs(s)])
        for side in SIDES
    }
    if not columns:
        return "No clips."
    return by_measure(columns, BARS, "aim (near / far)")


def by_measure(columns: Mapping[str, Mapping[str, str]], aims: Mapping[str, str], aim: str = "aim") -> str:
    """Return one row per measure, its aim, and one column per group."""
    names = list(next(iter(columns.values())))
    rows = [[name, aims.get(name, ""), *(column[name] for column in columns.values())] for name in names]
    return markdown(["", aim, *columns], rows)


def measures(scores: Sequence[ClipScore], side: str) -> dict[str, str]:
    """Return every pooled measure of one side as text."""
    all_pairs = pooled_pairs(scores)
    pairs = all_pairs[all_pairs.true_side == side]
    verdicts = pd.concat([s.verdicts for s in scores])
    said, verdict = strike_shares(pairs), verdict_shares(verdicts[verdicts.side == side])
    cadence = spread([s.cadence_error_pct for s in scores])
    return {
        "clips": str(len(scores)),
        "true contacts": str(sum(s.true_by_side[side] for s in scores)),
        "contacts found, F1": number(f1(scores, [side]), 3),
        "right foot": portion(share(pairs.foot == pairs.true_foot)),
        "cadence, mean absolute error (%)": number(cadence.mae, 2),
        **errors(pairs, scores[0].unit),
        "heel or not, when said": portion(said["heel_said"]),
        "heel or not, over all": portion(said["heel_all"]),
        "three classes, when said": portion(said["three_said"]),
        "three classes, over all": portion(said["three_all"]),
        "unclear": portion(said["unclear"]),
        "foot's verdict: heel or not, when said": portion(verdict["heel_said"]),
        "foot's verdict: three classes, when said": portion(verdict["three_said"]),
        "foot's verdict: unclear": portion(verdict["unclear"]),
        "within 1 and 2 SE: contact": coverage(pairs, "contact"),
        "within 1 and 2 SE: toe-off": coverage(pairs, "toe_off"),
        "within 1 and 2 SE: foot strike angle": coverage(pairs, "foot_strike_angle_deg"),
        "within 1 and 2 SE: shank angle": coverage(pairs, "shank_angle_deg"),
    }


def errors(pairs: pd.DataFrame, unit: str) -> dict[str, str]:
    """Return the errors of times, in their unit, and of angles as text."""
    contact, toe_off = spread(pairs.contact_error), spread(pairs.toe_off_error)
    return {
        "contact, mean ± SD": mean_sd(contact, unit),
        "contact, 90 % of errors within": f"{number(contact.p90)} {unit}",
        "toe-off, mean ± SD": mean_sd(toe_off, unit),
        "toe-off, 90 % of errors within": f"{number(toe_off.p90)} {unit}",
        "contact time, MAE": f"{number(spread(pairs.duration_error).mae)} {unit}",
        "foot strike angle, MAE (°)": number(spread(pairs.foot_strike_angle_deg_error).mae),
        "shank angle, MAE (°)": number(spread(pairs.shank_angle_deg_error).mae),
    }


def film_table(scores: Sequence[ClipScore]) -> str:
    """Return heel and other landings apart, where the rater was sure, over all film."""
    pairs = pooled_pairs(scores)
    sure = pairs[pairs.true_sure]
    heel = sure.true_strike == "heel"
    rows = []
    for name, members in {"heel": sure[heel], "midfoot or forefoot": sure[~heel], "all": sure}.items():
        said = strike_shares(members)
        keys = ("heel_said", "heel_all", "three_said", "three_all", "unclear")
        rows.append([name, *(portion(said[key]) for key in keys)])
    true = sum(sum(s.true_by_side.values()) for s in scores)
    extra = sum(sum(s.extra_by_side.values()) for s in scores)
    by_time = sum(s.matched_by_time for s in scores)
    found, foot = Share(len(pairs), true), share(pairs.foot == pairs.true_foot)
    header = ["landing", "heel or not, when said", "over all", "three classes, when said", "over all", "unclear"]
    return (
        f"Contacts matched {portion(found)} (aim 0.95), {extra} steps too many; by moments instead of frame numbers "
        f"{portion(Share(by_time, true))}; right foot {portion(foot)} (aim 0.97). "
        "Aim for the type of strike: 0.90 over all, 0.85 for heel and for other landings.\n\n" + markdown(header, rows)
    )


def clip_table(scores: Sequence[ClipScore]) -> str:
    """Return one row per clip."""
    header = ["clip", "fps", "found / true (extra)", "right foot", "contact, mean ± SD", "90 % within"]
    header += ["toe-off, mean ± SD", "90 % within", "contact time MAE", "cadence %", "FSA MAE near / far (°)"]
    header += ["shank MAE near / far (°)", "heel or not, when said", "three classes, when said", "unclear"]
    header += ["verdict left (truth)", "verdict right (truth)"]
    return markdown(header, [_clip_row(s) for s in scores])


def _clip_row(s: ClipScore) -> list[str]:
    name = f"{s.kind} {s.name}" + (f" ({s.slow_motion:.1f} × slow)" if s.slow_motion != 1 else "")
    found = f"{len(s.pairs)} / {sum(s.true_by_side.values())} ({sum(s.extra_by_side.values())})"
    if s.refused:
        return [name, "", found, f"refused: {s.refused}", *[""] * 13]
    contact, toe_off = spread(s.pairs.contact_error), spread(s.pairs.toe_off_error)
    said = strike_shares(s.pairs)
    return [
        name,
        f"{s.rate_hz:.0f}",
        found,
        portion(share(s.pairs.foot == s.pairs.true_foot)),
        mean_sd(contact, s.unit),
        number(contact.p90),
        mean_sd(toe_off, s.unit),
        number(toe_off.p90),
        number(spread(s.pairs.duration_error).mae),
        number(s.cadence_error_pct, 2),
        *(_by_side(s.pairs, f"{angle}_deg_error") for angle in ("foot_strike_angle", "shank_angle")),
        *(portion(said[key]) for key in ("heel_said", "three_said", "unclear")),
        *(_verdict(s.verdicts, foot) for foot in ("left", "right")),
    ]


def _by_side(pairs: pd.DataFrame, column: str) -> str:
    return " / ".join(number(spread(pairs[column][pairs.true_side == side]).mae) for side in SIDES)


def _verdict(verdicts: pd.DataFrame, foot: str) -> str:
    mine = verdicts[verdicts.foot == foot]
    return "–" if mine.empty else f"{mine.said.iloc[0]} ({mine.truth.iloc[0]})"


def reliability_table(scores: Sequence[ClipScore]) -> str:
    """Return how often the likeliest class is right against its probability, and the Brier scores."""
    rows, briers = [], []
    for kind in dict.fromkeys(s.kind for s in scores):
        pairs = pooled_pairs([s for s in scores if s.kind == kind])
        sure = pairs[pairs.true_sure]
        if sure.empty:
            continue
        probabilities, truth = sure[[f"p_{name}" for name in CLASSES]].to_numpy(float), list(sure.true_strike)
        heel = float(np.mean((probabilities[:, 0] - (sure.true_strike == "heel")) ** 2))
        briers.append(f"{kind} {brier(probabilities, truth):.3f} (heel or not {heel:.3f})")
        for low, high, mean, right in reliability(probabilities, truth):
            rows.append([kind, f"{low:.2f} to {high:.2f}", number(mean, 2), portion(right)])
    table = markdown(["clips", "probability of the likeliest class", "mean", "right"], rows)
    return f"Brier score over three classes (0 is perfect, knowing nothing 0.67): {'; '.join(briers)}.\n\n{table}"


def pooled_pairs(scores: Sequence[ClipScore]) -> pd.DataFrame:
    """Return the matched contacts of several clips as one table."""
    known = [s.pairs for s in scores if len(s.pairs)]
    pairs = pd.concat(known, ignore_index=True) if known else scores[0].pairs
    return pairs.assign(true_sure=pairs.true_sure.astype(bool))


def coverage(pairs: pd.DataFrame, name: str) -> str:
    """Return the shares of errors within one and two standard errors."""
    shares = [covered(pairs[f"{name}_error"], pairs[f"{name}_se"], times) for times in (1.0, 2.0)]
    return ", ".join(number(s.value, 2) for s in shares)


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float, digits: int = 1) -> str:
    """Return a number as text, a dash where unknown."""
    return f"{value:.{digits}f}" if math.isfinite(value) else "–"


def portion(part: Share) -> str:
    """Return a share with what it is a share of."""
    return f"{part.value:.3f} ({part.right}/{part.n})" if part.n else "–"


def mean_sd(errors: Spread, unit: str) -> str:
    """Return mean and SD of errors."""
    return f"{errors.mean:+.1f} ± {errors.sd:.1f} {unit}" if errors.n else "–"
