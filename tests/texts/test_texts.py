"""Every text is used, and every text asked for is there with the values it has room for."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import footstrike
from footstrike import texts
from footstrike.analysis import analyze_track
from footstrike.batch.roster import GROUPS
from footstrike.batch.work import Status
from footstrike.capture.findings import Level, Topic
from footstrike.coaching.guidance import EVIDENCE
from footstrike.coaching.guidance import PATH as RULES
from footstrike.data import (
    FEET,
    OverstrideLevel,
    SeenDirection,
    SeenSide,
    Severity,
    SpeedSource,
    StrikeType,
    View,
)
from footstrike.gait.quality import REASON_WEIGHT
from footstrike.report import OutputPaths
from footstrike.report.overlay.scene import COUNTED
from footstrike.report.page.landing_sheet import THIRDS
from footstrike.report.page.page import _PLOTS as PLOTS
from footstrike.settings import Settings
from footstrike.words import _UNITS as UNITS
from runner_model import RunnerModel, as_pose_track

SOURCE = Path(footstrike.__file__).parent
ENGLISH = SOURCE / "texts" / "en"


def leaves(place: Any, key: str) -> Iterator[tuple[str, Any]]:
    """Every text with its key; a list counts as one."""
    if not isinstance(place, dict):
        yield key, place
        return
    for name, value in place.items():
        yield from leaves(value, f"{key}.{name}")


CATALOGUES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in ENGLISH.glob("*.toml")}
KEYS = dict(leaf for name, content in CATALOGUES.items() for leaf in leaves(content, name))

ALL_BELOW = r"(\..+)?"
HANDED_OVER = {r"page", r"roster", r"guidance", r"page\.\w+", r"words\.\w+"}
"""Tables that templates, scripts and the handbook get whole; what these use of them counts."""
ASKING = {
    "text": "{}",
    "counted": "{}" + r"\.(one|other)",
    "table": "{}" + ALL_BELOW,
    "finding": r"findings\.{}" + ALL_BELOW,
}
"""How a call's key is made from its argument."""


def patterns(expression: ast.expr) -> list[str]:
    """Regular expressions for the strings that an expression can be; what is put in is one name."""
    match expression:
        case ast.Constant(value=str(value)):
            return [re.escape(value)]
        case ast.JoinedStr(values=parts):
            return ["".join(re.escape(p.value) if isinstance(p, ast.Constant) else r"\w+" for p in parts)]
        case ast.IfExp(body=first, orelse=second):
            return [*patterns(first), *patterns(second)]
    raise AssertionError(f"a key must be readable where it is asked for: {ast.unparse(expression)}")


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Calls in a module that ask for a text; ``finding`` itself asks for what its callers name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    makers = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "finding"]
    inside = {inner for maker in makers for inner in ast.walk(maker)}
    for node in ast.walk(tree):
        asks = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ASKING
        if asks and node not in inside:
            yield node, node.func.id


@dataclass(frozen=True)
class Asked:
    """A call that asks for a text: patterns of the keys that it can mean, and the values it gives if they are known."""

    where: str
    keys: tuple[str, ...]
    values: frozenset[str] | None


def asked_in(path: Path) -> Iterator[Asked]:
    for call, name in calls(path):
        found = patterns(call.args[1 if name == "finding" else 0])
        keys = tuple(ASKING[name].format(one) for one in found if name != "table" or one not in HANDED_OVER)
        values = frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
        known = name != "table" and all(keyword.arg for keyword in call.keywords)
        yield Asked(f"{path.name}:{call.lineno}", keys, values if known else None)


def asked_in_template(path: Path, catalogue: str) -> Iterator[str]:
    for key, bracket in re.findall(r"\bt((?:\.\w+)+)(\[)?", path.read_text(encoding="utf-8")):
        yield re.escape(catalogue + key.removesuffix(".format")) + (r"\.\w+" if bracket else "")


def asked_in_script(path: Path) -> Iterator[str]:
    for key, bracket in re.findall(r"(?<![.\w])words((?:\.\w+)+)(\[)?", path.read_text(encoding="utf-8")):
        catalogue = "page" if key.split(".")[1] in ("plots", "watch", "landings") else "words"
        yield re.escape(catalogue + key) + (r"\.\w+" if bracket else "")


def asked_in_handbook() -> Iterator[str]:
    said = (SOURCE / "coaching" / "guidance.py").read_text(encoding="utf-8")
    yield from (rf"guidance\.{name}{ALL_BELOW}" for name in re.findall(r'words\["(\w+)"\]', said))


MODULES = [path for path in SOURCE.rglob("*.py") if path.parent.name != "texts"]
ASKED = [asked for path in MODULES for asked in asked_in(path)]
ELSEWHERE = [
    *asked_in_template(SOURCE / "report/page/report.html.j2", "page"),
    *asked_in_template(SOURCE / "batch/roster.html.j2", "roster"),
    *(key for path in (SOURCE / "report/page").glob("*.js") for key in asked_in_script(path)),
]
EVERY = [*(key for asked in ASKED for key in asked.keys), *ELSEWHERE]


def test_every_text_is_used() -> None:
    used = re.compile("|".join([*EVERY, *asked_in_handbook()]))
    assert [key for key in KEYS if not used.fullmatch(key)] == []


def test_every_text_asked_for_is_there() -> None:
    assert len(EVERY) > 200
    assert [pattern for pattern in EVERY if not any(re.fullmatch(pattern, key) for key in KEYS)] == []


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("asked", [asked for asked in ASKED if asked.values is not None], ids=lambda asked: asked.where)
def test_a_text_gets_the_values_it_has_room_for(asked: Asked) -> None:
    meant = [text for key, text in KEYS.items() if any(re.fullmatch(pattern, key) for pattern in asked.keys)]
    counts = any("(one|other)" in key for key in asked.keys)
    assert asked.values == set().union(*map(placeholders, meant)) - ({"count"} if counts else set())


NAMED = {
    **dict.fromkeys(("foot", "foot_title", "foot_letter", "foot_noun", "foot_name", "foot_side"), FEET),
    "side": get_args(SeenSide),
    "strike": get_args(StrikeType),
    "strike_long": get_args(StrikeType),
    "overstride": get_args(OverstrideLevel),
    "view": get_args(View),
    "evidence": EVIDENCE,
    "topic": get_args(Topic),
    "level": get_args(Level),
    "reasons": tuple(REASON_WEIGHT),
    "unit": (*UNITS, "percent", "steps_min", "m_s"),
}
NAMED = {f"words.{name}": codes for name, codes in NAMED.items()} | {
    "sentences.compared": get_args(OverstrideLevel),
    "sentences.speed": get_args(SpeedSource),
    "sentences.filmed.direction": get_args(SeenDirection),
    "sentences.filmed.view": get_args(View),
    "page.trust.severity": get_args(Severity),
    "page.landings.thirds": THIRDS,
    "guidance.measured.longer": FEET,
    "guidance.measured": ("overstride", "overstride_cadence", "drift", "compared", "longer"),
    "guidance.findings": tuple(rule["code"] for rule in tomllib.loads(RULES.read_text(encoding="utf-8"))["findings"]),
    "roster.counts": get_args(Status),
    "roster.not_analysed": ("refused", "failed"),
    "roster.groups": GROUPS,
    "roster.warning": get_args(Severity),
    "roster.dots": FEET,
    "terminal.files": tuple(field.name for field in fields(OutputPaths) if field.name != "folder"),
    "video.short": COUNTED,
    "video.slow_motion": ("stated", "file", "estimated"),
}
"""Tables whose keys are codes of the program: each code has its word, and no word is left over."""


@pytest.mark.parametrize("key", NAMED)
def test_every_code_has_its_word(key: str) -> None:
    assert set(texts.table(key)) == set(NAMED[key])


def test_every_plot_and_metric_has_its_words() -> None:
    assert [name for name in PLOTS if not {"title", "caption"} <= set(texts.table(f"page.plots.{name}"))] == []
    metrics = analyze_track(
        as_pose_track(RunnerModel(), np.arange(360) / 30), None, "run", Settings(mass_kg=70.0)
    ).metrics
    labels, says = texts.table("words.metrics"), texts.table("page.metrics")
    assert [name for name in metrics if not any(name == one or name.startswith(f"{one}_") for one in labels)] == []
    assert [one for one in labels if not any(name.startswith(one) for name in metrics)] == []
    assert [start for start in says if not any(name.startswith(start) for name in metrics)] == []


def test_a_missing_text_and_a_missing_value_are_named() -> None:
    with pytest.raises(LookupError, match=r"no text 'words\.foot\.middle' in .*words\.toml"):
        texts.text("words.foot.middle")
    with pytest.raises(LookupError, match=r"'words\.foot_side\.left' needs a value for 'side'"):
        texts.text("words.foot_side.left")
    with pytest.raises(LookupError, match="no single text"):
        texts.text("words.foot")
    with pytest.raises(LookupError, match="no table"):
        texts.table("words.foot.left")


def test_one_and_many() -> None:
    assert [texts.counted("video.counters", count) for count in (0, 1, 2)] == ["0 steps", "1 step", "2 steps"]
    assert texts.raised("heel strike") == "Heel strike" and texts.lowered("The person walks.") == "the person walks."
    assert texts.raised("") == texts.lowered("") == ""
