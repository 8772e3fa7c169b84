"""Cards and table rows of the page: values turned into words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from footstrike.coaching import Suggestion, handbook
from footstrike.data import FEET, Foot, Measure, Session, Step, Strike, StrikeType
from footstrike.report.sentences import (
    ankle_sentences,
    headline,
    rate_sentence,
    speed_sentence,
    strike_sentence,
)
from footstrike.report.style import with_error
from footstrike.settings import default_reference
from footstrike.texts import raised, table, text
from footstrike.words import (
    UNKNOWN_MARK,
    foot_words,
    measure_in_words,
    measure_words,
    metric_label,
    number,
    quantity,
    reasons_text,
    statistic_words,
    unit_words,
)

_PERCENTILE_METRICS = ("shank_angle_deg", "ankle_hip_distance_leg")
_REFERENCE_NAMES = {
    "vertical_oscillation": "vertical_oscillation",
    "knee_flexion_deg": "knee_flexion",
    "contact_time_ms": "contact_time",
    "knee_drive_deg": "knee_drive",
    "heel_pull_up_leg": "heel_pull_up",
    "trunk_lean_deg": "trunk_lean",
}
"""Metrics of which the handbook knows other runners' mean and SD, and their names there."""


def foot_card(session: Session, foot: Foot) -> dict[str, Any]:
    """Return the verdict on one foot."""
    verdict = session.verdict.get(foot)
    if verdict is None or verdict.landings == 0:
        return {
            "title": text(f"words.foot_name.{foot}"),
            "strike": "unclear",
            "headline": text("page.answer.not_seen"),
            "sentences": [text("sentences.foot.unseen_alone")],
        }
    return {
        "title": foot_words(foot, verdict.side),
        "strike": verdict.strike,
        "headline": headline(verdict),
        "sentences": [raised(strike_sentence(verdict)), *ankle_sentences(verdict, session.speed)],
    }


def suggestion_card(suggestion: Suggestion) -> dict[str, Any]:
    """Return one thing to try."""
    guidance = suggestion.guidance
    return {
        "measured": suggestion.measurement.words,
        "guidance": guidance,
        "evidence": text(f"words.evidence.{guidance.evidence}"),
        "sources": [handbook().sources[source] for source in guidance.sources],
    }


def fact_rows(session: Session) -> list[tuple[str, str]]:
    """Return what was filmed, term by term."""
    facts = [
        (text("page.filmed.cadence"), measure_words(session.cadence_spm, 1, "steps_min")),
        (text("page.filmed.speed"), speed_sentence(session.speed)),
        (text("page.filmed.rate"), rate_sentence(session)),
    ]
    if session.video is not None:
        width_px, height_px = session.video.width_px, session.video.height_px
        size = text("page.filmed.pixels", width_px=width_px, height_px=height_px)
        facts.append((text("page.filmed.picture"), size))
    return facts


def metric_row(session: Session, name: str) -> dict[str, Any]:
    """Return a metric over both feet and each, what other runners show, and what it can and cannot say."""
    groups: Sequence[str] = ("all", *FEET)
    says = next((said for start, said in table("page.metrics").items() if name.startswith(start)), "")
    return {
        "label": _label(session, name),
        "says": says,
        "cells": [statistic_words(name, session.metrics[name].get(group)) for group in groups],
        "reference": reference_words(session, name),
    }


def _label(session: Session, name: str) -> str:
    """Return a metric's label, with its unit where another one differs in nothing else."""
    label = metric_label(name)
    alone = sum(metric_label(other) == label for other in session.metrics) == 1
    return label if alone else text("page.numbers.label", label=label, unit=unit_words(name))


def reference_words(session: Session, name: str) -> str:
    """Return what other runners show at this speed, and who measured it."""
    speed, sources = session.speed.mps, handbook().sources
    if name in _PERCENTILE_METRICS:
        reference = default_reference()
        values = reference.values(name, speed.value)  # type: ignore[arg-type]
        at = quantity(reference.nearest_mps(speed.value), 1, "m_s") if speed.known else text("page.numbers.all_speeds")
        low, high = (measure_in_words(name, Measure(float(value), float("nan"))) for value in (values[0], values[-1]))
        return text("page.numbers.percentiles", low=low, high=high, speed=at, source=sources["fukuchi_2017"])
    runners = handbook().references.get(_REFERENCE_NAMES.get(name, ""))
    if runners is None or (runners.speeds_mps and not speed.known):
        return text("page.numbers.none")
    mean, sd = (measure_in_words(name, Measure(value, float("nan"))) for value in runners.at(speed.value))
    nearest = min(max(speed.value, runners.speeds_mps[0]), runners.speeds_mps[-1]) if runners.speeds_mps else None
    at = text("page.numbers.any_speed") if nearest is None else quantity(nearest, 1, "m_s")
    return text("page.numbers.mean_sd", mean=mean, sd=sd, speed=at, source=sources[runners.source])


def likeliest(strike: Strike) -> StrikeType | None:
    """Return the likeliest class of an unclear landing; ``None`` where one was said, or where two are as likely."""
    first, second, _ = sorted((round(100 * share) for share in strike.by_class.values()), reverse=True)
    return strike.likeliest if strike.type == "unclear" and first > second else None


def sure_words(strike: Strike) -> str:
    """Return how sure the class is; of an unclear landing the likeliest class, which is not the one said."""
    sure = quantity(100 * strike.probability, 0, "percent")
    if strike.type != "unclear":
        return sure
    best = likeliest(strike)
    if best is None:
        return UNKNOWN_MARK
    return text("page.steps.likeliest", strike=text(f"words.strike.{best}"), sure=sure)


def step_row(step: Step) -> dict[str, Any]:
    """Return one step as a row of the table."""
    landing, contact = step.landing, step.contact
    return {
        "number": step.number,
        "foot": text(f"words.foot.{contact.foot}"),
        "time": number(contact.contact_s.value, 3),
        "duration": number(1000 * contact.duration_s.value, 0),
        "strike": step.strike.type,
        "strike_word": text(f"words.strike.{step.strike.type}"),
        "sure": sure_words(step.strike),
        "foot_angle": with_error(landing.foot_strike_angle_deg),
        "shank_angle": with_error(landing.shank_angle_deg),
        "overstride": text(f"words.overstride.{step.overstride}"),
        "reasons": reasons_text(dict.fromkeys((*step.reasons, *step.strike.reasons))),
    }
