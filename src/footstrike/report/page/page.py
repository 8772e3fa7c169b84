"""``report.html``: one page that opens without a network, light or dark, on a phone or on paper."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from footstrike.coaching import handbook, remark, suggestions
from footstrike.data import FEET, SEVERITIES, FloatArray, Session
from footstrike.report.overlay.sprites import ByteImage
from footstrike.report.page.landing_sheet import landing_groups
from footstrike.report.page.page_data import as_script_data, page_data
from footstrike.report.page.rows import fact_rows, foot_card, metric_row, step_row, suggestion_card
from footstrike.report.sentences import feet_near_first, filmed_sentence, percentile_runners
from footstrike.report.style import STRIKE_RGB, hex_colour
from footstrike.report.summary import to_plain
from footstrike.texts import table, text
from footstrike.words import measure_words, quantity

VIDEO_NAME = "annotated.mp4"
"""The annotated video, which lies beside the page."""
PLOTLY_VERSION = "4.1.1"
NOTES_SHOWN = 3
"""So many warnings are read; the others are there for whoever asks."""
_FOLDER = Path(__file__).parent
_SCRIPTS = ("video.js", "plots.js", "drawing.js", "tables.js", "page.js")
_PLOTS = ("foot_angle", "shank_angle", "speed", "timing", "cadence", "sides", "drift", "cycle")
_FUKUCHI = "fukuchi_2017"


def render_page(
    session: Session,
    pictures: Mapping[int, ByteImage] | None,
    frame_time_s: FloatArray | None = None,
) -> str:
    """Return the page as HTML text.

    Parameters
    ----------
    session
        What is known of the recording.
    pictures
        Pictures of landings by step number; ``None`` where only landmarks were at hand.
    frame_time_s
        ``(T,)`` presentation times of the recording's frames in the annotated video; ``None`` when none was written.
    """
    return render_template(_FOLDER / "report.html.j2", _content(session, pictures, frame_time_s))


def render_template(path: Path, content: Mapping[str, Any]) -> str:
    """Return a template filled in: every text escaped, with the style that all pages share."""
    # Markup: the style and the colours are footstrike's own and hold nothing that a user gave.
    style = Markup(_read("style.css"))
    colours = {name: hex_colour(rgb) for name, rgb in STRIKE_RGB.items()}
    return _template(path).render(style=style, strike_colours=colours, **content)


@cache
def _template(path: Path) -> Template:
    """Return a template, compiled once, which takes 40 ms: a batch fills it in many times."""
    environment = Environment(
        loader=FileSystemLoader(path.parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template(path.name)


def scripts() -> list[str]:
    """Return the page's scripts: the plotting library as it is published, and what works the page."""
    # Named functions only, in one scope of their own.
    own = "\n".join(_read(name) for name in _SCRIPTS)
    return [_read("vendor/plotly-basic.min.js"), f'"use strict";\n(() => {{\n{own}\n}})();\n']


def script_hash(script: str) -> str:
    """Return a script's hash as a Content-Security-Policy names it: only scripts that are named there run."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode('ascii')}'"


@cache
def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _content(
    session: Session, pictures: Mapping[int, ByteImage] | None, frame_time_s: FloatArray | None
) -> dict[str, Any]:
    shown = pictures or {}
    notes = sorted(session.warnings, key=lambda note: SEVERITIES.index(note.severity))
    data = page_data(session, frame_time_s)
    code = scripts()
    return {
        "t": table("page"),
        "name": session.name,
        "feet": [foot_card(session, foot) for foot in feet_near_first(session)],
        "suggestions": [suggestion_card(suggestion) for suggestion in suggestions(session)],
        "remark": remark(session),
        "stop_rules": handbook().stop_rules.text,
        "notes": notes[:NOTES_SHOWN],
        "other_notes": notes[NOTES_SHOWN:],
        "filmed": filmed_sentence(session),
        "facts": fact_rows(session),
        "video_name": VIDEO_NAME if frame_time_s is not None else None,
        "landings": landing_groups(session, shown),
        "recording": pictures is not None,
        "pictured": len(shown),
        "feet_seen": _seen(FEET, table("words.foot"), (step.contact.foot for step in session.steps)),
        "strikes_seen": _seen(STRIKE_RGB, table("words.strike"), (step.strike.type for step in session.steps)),
        "plots": _plots(session, data),
        "metrics": [metric_row(session, name) for name in session.metrics],
        "steps": [step_row(step) for step in session.steps],
        "unseen": handbook().not_measurable,
        "versions": dict(session.versions),
        "models": session.track.models,
        "video": session.video,
        "settings": json.dumps(to_plain(session.settings), indent=2, ensure_ascii=False),
        "plotly_version": PLOTLY_VERSION,
        "data": as_script_data(data),
        # Markup: the scripts are footstrike's own and the library's, tested to hold nothing that ends a script element.
        "scripts": [Markup(script) for script in code],
        "script_hashes": Markup(" ".join(map(script_hash, code))),
    }


def _seen(names: Iterable[str], words: Mapping[str, str], seen: Iterable[str]) -> list[tuple[str, str]]:
    """Return those names that were seen, in their own order, each with its word."""
    found = set(seen)
    return [(name, words[name]) for name in names if name in found]


def _plots(session: Session, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the plots with their captions filled in; a caption without a plot says why there is none."""
    curves = data["cycle"]["feet"]
    strides = ", ".join(
        text("page.plots.cycle.strides", count=curve["strides"], foot=text(f"words.foot.{curve['foot']}"))
        for curve in curves
    )
    over_s = max((drift["over_s"] for drift in data["drift"]), default=0.0)
    filled = {
        "runners": percentile_runners(session),
        "source": handbook().sources[_FUKUCHI],
        "mean": measure_words(session.cadence_spm, 1, "steps_min"),
        "seconds": f"{over_s:.0f}",
        "count": len(data["drift"]),
        "strides": strides,
    }
    drawn = {"sides": data["sides"], "drift": data["drift"], "cycle": curves, "cadence": data["intervals"]}
    empty = [name for name, content in drawn.items() if not content]
    shown = [name for name in _PLOTS if session.steps and name not in empty]
    captions = {name: text(f"page.plots.{name}.caption", **filled) for name in shown}
    if "foot_angle" in captions and data["cut_offs"]:
        cut_offs = {
            name: quantity(angle, 0 if angle == round(angle) else 1, "deg") for name, angle in data["cut_offs"].items()
        }
        captions["foot_angle"] = text("page.plots.foot_angle.caption_cut_offs", **cut_offs)
    if "speed" in captions and not session.speed.mps.known:
        captions["speed"] = text("page.plots.speed.caption_unknown")
    if "drift" in empty and session.steps:
        captions["drift"] = text("page.plots.drift.few")
    return [
        {"name": name, "title": text(f"page.plots.{name}.title"), "caption": captions[name], "drawn": name not in empty}
        for name in _PLOTS
        if name in captions
    ]
