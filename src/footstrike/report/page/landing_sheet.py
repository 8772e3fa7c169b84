"""The landing sheet: every landing's picture with its words, in thirds of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from footstrike.data import Measure, Session, Step
from footstrike.gait.metrics import STEP_METRICS, mean_of, statistic
from footstrike.gait.quality import REASON_WEIGHT
from footstrike.report.overlay.sprites import ByteImage
from footstrike.report.page.pictures import as_jpegs
from footstrike.report.style import ahead_words, toes_words, with_error
from footstrike.texts import text
from footstrike.words import quantity, reason_words

THIRDS = ("first", "middle", "last")
LEAST_STEPS_FOR_THIRDS = 6


def landing_groups(session: Session, pictures: Mapping[int, ByteImage]) -> list[dict[str, Any]]:
    """Return the pictures with their words, by third of the run; one group without a title in a short run."""
    jpegs = as_jpegs(pictures)
    steps = session.steps
    if not jpegs:
        return []
    if len(steps) < LEAST_STEPS_FOR_THIRDS:
        return [{"part": "", "title": "", "means": "", "cards": _cards(steps, jpegs)}]
    third = len(steps) // 3
    parts = (steps[:third], steps[third:-third], steps[-third:])
    return [
        {
            "part": name,
            "title": text(f"page.landings.thirds.{name}"),
            "means": _means(part),
            "cards": _cards(part, jpegs),
        }
        for name, part in zip(THIRDS, parts, strict=True)
    ]


def _means(steps: Sequence[Step]) -> str:
    foot, shank = (_mean(steps, name) for name in ("foot_strike_angle_deg", "shank_angle_deg"))
    ankle = ahead_words(shank) if shank.known else with_error(shank)
    return text("page.landings.mean", foot=_foot_words(foot), ankle=ankle)


def _foot_words(angle_deg: Measure) -> str:
    return toes_words(angle_deg) if angle_deg.known else text("page.landings.foot_unclear")


def _mean(steps: Sequence[Step], name: str) -> Measure:
    return mean_of(statistic([STEP_METRICS[name](step) for step in steps]))


def _cards(steps: Sequence[Step], jpegs: Mapping[int, str]) -> list[dict[str, Any]]:
    return [_card(step, jpegs[step.number]) for step in steps if step.number in jpegs]


def _gravest_reason(step: Step) -> str:
    """Return, in words, the reason that costs the step most of its confidence; empty where there is none."""
    codes = sorted({*step.reasons, *step.strike.reasons})
    return reason_words(min(codes, key=lambda code: REASON_WEIGHT.get(code, 1.0))) if codes else ""


def _card(step: Step, jpeg: str) -> dict[str, Any]:
    foot, landing, strike = step.contact.foot, step.landing, step.strike.type
    ankle = text("page.landings.ankle_unclear")
    if landing.shank_angle_deg.known:
        ankle = text("page.landings.ankle", words=ahead_words(landing.shank_angle_deg))
    landed, struck = text(f"words.foot_noun.{foot}"), text(f"words.strike_long.{strike}")
    return {
        "data": jpeg,
        "step": step.number,
        "foot": foot,
        "foot_word": text(f"words.foot.{foot}"),
        "strike": strike,
        "strike_word": text(f"words.strike.{strike}"),
        "ankle": ankle,
        "foot_angle": _foot_words(landing.foot_strike_angle_deg),
        "why": _gravest_reason(step) if strike == "unclear" else "",
        "time": quantity(step.contact.contact_s.value, 2, "s"),
        "alt": text("page.landings.alt", step=step.number, foot=landed, strike=struck, ankle=ankle),
    }
