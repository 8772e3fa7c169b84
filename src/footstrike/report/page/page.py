"""``report.html``: one page that opens without a network, light or dark, on a phone or on paper."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image

from footstrike.coaching import Suggestion, handbook, remark, suggestions
from footstrike.data import FEET, Foot, Session, Step
from footstrike.report.overlay.scene import Scene
from footstrike.report.overlay.sprites import ByteImage
from footstrike.report.page.plot import evenly_picked, steps_plot
from footstrike.report.sentences import (
    ankle_sentences,
    feet_near_first,
    filmed_sentence,
    headline,
    rate_sentence,
    speed_sentence,
    strike_sentence,
)
from footstrike.report.style import STRIKE_RGB, ahead_words, hex_colour, with_error
from footstrike.report.summary import to_plain
from footstrike.words import (
    EVIDENCE_WORDS,
    FOOT_WORDS_UNSEEN,
    STRIKE_WORDS,
    foot_words,
    measure_words,
    metric_label,
    number,
    reasons_text,
    statistic_words,
)

PICTURES_PER_FOOT = 12
_JPEG_QUALITY = 82
_FOLDER = Path(__file__).parent
_SEVERITIES = ("serious", "caution", "info")


def steps_to_picture(scene: Scene) -> list[int]:
    """Return the numbers of the steps to show: at most 12 per foot, evenly picked."""
    numbers: list[int] = []
    for foot in FEET:
        mine = [marker.step.number for marker in scene.markers if marker.step.contact.foot == foot]
        numbers += evenly_picked(mine, PICTURES_PER_FOOT)
    return sorted(numbers)


def render_page(session: Session, pictures: Mapping[int, ByteImage]) -> str:
    """Return the page as HTML text.

    Parameters
    ----------
    session
        What is known of the recording.
    pictures
        Pictures of landings by step number; empty when there is no video.
    """
    return render_template(_FOLDER / "report.html.j2", _content(session, pictures))


def render_template(path: Path, content: Mapping[str, Any]) -> str:
    """Return a template filled in: every text escaped, with the style that all pages share."""
    environment = Environment(
        loader=FileSystemLoader(path.parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    # Markup: the style and the colours are footstrike's own and hold nothing that a user gave.
    style = Markup((_FOLDER / "style.css").read_text(encoding="utf-8"))
    colours = {name: hex_colour(rgb) for name, rgb in STRIKE_RGB.items()}
    return environment.get_template(path.name).render(style=style, strike_colours=colours, **content)


def _content(session: Session, pictures: Mapping[int, ByteImage]) -> dict[str, Any]:
    notes = sorted(session.warnings, key=lambda note: _SEVERITIES.index(note.severity))
    shown = [step for step in session.steps if step.number in pictures]
    return {
        "name": session.name,
        "feet": [_foot(session, foot) for foot in feet_near_first(session)],
        "suggestions": [_suggestion(suggestion) for suggestion in suggestions(session)],
        "remark": remark(session),
        "stop_rules": handbook().stop_rules.text,
        "notes": notes,
        "filmed": filmed_sentence(session),
        "facts": _facts(session),
        "pictures": [_picture(step, pictures[step.number]) for step in shown],
        "left_out": len(session.steps) - len(pictures),
        "plot": steps_plot(session) if session.steps else None,
        "metrics": [_metric(session, name) for name in session.metrics],
        "steps": [_step(step) for step in session.steps],
        "versions": dict(session.versions),
        "models": session.track.models,
        "video": session.video,
        "settings": json.dumps(to_plain(session.settings), indent=2, ensure_ascii=False),
    }


def _foot(session: Session, foot: Foot) -> dict[str, Any]:
    verdict = session.verdict.get(foot)
    if verdict is None or verdict.landings == 0:
        return {"title": f"{foot.capitalize()} foot", "strike": "unclear", "headline": "not seen",
                "sentences": [FOOT_WORDS_UNSEEN]}  # fmt: skip
    sentence = strike_sentence(verdict)
    return {
        "title": foot_words(foot, verdict.side),
        "strike": verdict.strike,
        "headline": headline(verdict),
        "sentences": [sentence[0].upper() + sentence[1:], *ankle_sentences(verdict, session.speed)],
    }


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    guidance = suggestion.guidance
    return {
        "measured": suggestion.measurement.words,
        "guidance": guidance,
        "evidence": EVIDENCE_WORDS[guidance.evidence],
        "sources": [handbook().sources[source] for source in guidance.sources],
    }


def _facts(session: Session) -> list[tuple[str, str]]:
    facts = [
        ("Cadence", measure_words(session.cadence_spm, 1, " steps/min")),
        ("Speed", speed_sentence(session.speed)),
        ("Frame rate", rate_sentence(session)),
    ]
    if session.video is not None:
        facts.append(("Picture", f"{session.video.width_px} × {session.video.height_px} pixels"))
    return facts


def _picture(step: Step, rgb: ByteImage) -> dict[str, Any]:
    foot = step.contact.foot
    shank = step.landing.shank_angle_deg
    ankle = f"ankle {ahead_words(shank)}" if shank.known else "ankle position unclear"
    return {
        "data": _jpeg(rgb),
        "step": step.number,
        "foot": foot,
        "strike": step.strike.type,
        "ankle": ankle,
        "time": number(step.contact.contact_s.value, 2),
        "alt": f"Step {step.number}: {foot} foot at contact, {STRIKE_WORDS[step.strike.type]}, {ankle}.",
    }


def _jpeg(rgb: ByteImage) -> str:
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, format="JPEG", quality=_JPEG_QUALITY, optimize=True)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def _metric(session: Session, name: str) -> dict[str, Any]:
    groups: Sequence[str] = ("all", *FEET)
    cells = [statistic_words(name, session.metrics[name].get(group)) for group in groups]
    return {"label": metric_label(name), "cells": cells}


def _step(step: Step) -> dict[str, Any]:
    landing, contact = step.landing, step.contact
    return {
        "number": step.number,
        "foot": contact.foot,
        "time": number(contact.contact_s.value, 3),
        "duration": number(1000 * contact.duration_s.value, 0),
        "strike": step.strike.type,
        "probability": number(100 * step.strike.probability, 0),
        "foot_angle": with_error(landing.foot_strike_angle_deg),
        "shank_angle": with_error(landing.shank_angle_deg),
        "overstride": step.overstride,
        "reasons": reasons_text(dict.fromkeys((*step.reasons, *step.strike.reasons))),
    }
