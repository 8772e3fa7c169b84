"""Every text is used, every text asked for is there, and nothing that a user sees is written anywhere else."""

from __future__ import annotations

import ast
import re
import shutil
import string
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from PIL import ImageDraw

import footstrike
from footstrike import texts
from footstrike.analysis import analyze_track
from footstrike.batch import Clip, ClipResult
from footstrike.batch.roster import GROUPS, write_roster
from footstrike.batch.run import Batch
from footstrike.batch.work import ClipTask, Status
from footstrike.capture import Capture, findings_of
from footstrike.capture.camera import CameraMotion
from footstrike.capture.facts import Person
from footstrike.capture.findings import Level, Topic
from footstrike.capture.picture import PictureQuality
from footstrike.checking import CaptureCheck
from footstrike.coaching import handbook
from footstrike.coaching.guidance import EVIDENCE
from footstrike.coaching.guidance import PATH as RULES
from footstrike.data import (
    FEET,
    Activity,
    Direction,
    Measure,
    OverstrideLevel,
    Percentile,
    Session,
    Severity,
    Side,
    SlowMotion,
    Speed,
    SpeedSource,
    StrikeType,
    VideoInfo,
    View,
)
from footstrike.gait.quality import REASON_WEIGHT
from footstrike.report import OutputPaths, write_outputs
from footstrike.report.overlay import annotate_frame, build_scene
from footstrike.report.overlay.inset import draw_inset
from footstrike.report.overlay.scene import COUNTED
from footstrike.report.overlay.video import scene_insets
from footstrike.report.page import VIDEO_NAME, render_page
from footstrike.report.page.landing_sheet import THIRDS
from footstrike.report.page.page import _PLOTS as PLOTS
from footstrike.report.paper import COMMANDS
from footstrike.report.sentences import terminal_summary
from footstrike.settings import Settings
from footstrike.words import _UNITS as UNITS
from runner_model import RunnerModel, as_pose_track

SOURCE = Path(footstrike.__file__).parent
ENGLISH = SOURCE / "texts" / "en"

# ---- Every key is used, and every key asked for is there -----------------------------------------------------------


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
    "side": get_args(Side),
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
    "sentences.filmed.activity": get_args(Activity),
    "sentences.filmed.direction": get_args(Direction),
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
    metrics = analyze_track(track(), None, "run", Settings(mass_kg=70.0)).metrics
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


# ---- Nothing that a user sees is written anywhere else -------------------------------------------------------------

ACCENTED = str.maketrans("abcdefghijklmnopqrstuvwxyz", "áƀćđéƒǵĥíĵķĺɱńóƥɋŕśťúʋẃẋýź")
ACCENTED |= str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ÁƁĆĐÉƑǴĤÍĴĶĹṀŃÓƤɊŔŚŤÚƲẂẊÝŹ")
STRINGS = re.compile(r'(\w*sources = \[[^\]]*\]|#[^\n]*)|("""|")(.*?)\2', re.DOTALL)
"""A list of sources' ids or a comment, which stay as they are, or a string."""


def accented(toml: str) -> str:
    """Return a catalogue in which every letter outside the placeholders has an accent."""

    def swap(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        pieces = re.split(r"(\{[^}]*\})", found[3])
        return found[2] + "".join(p if p.startswith("{") else p.translate(ACCENTED) for p in pieces) + found[2]

    return STRINGS.sub(swap, toml)


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak an accented language for once."""
    folder = tmp_path / "accented"
    folder.mkdir()
    for path in ENGLISH.glob("*.toml"):
        (folder / path.name).write_text(accented(path.read_text(encoding="utf-8")), encoding="utf-8")
    monkeypatch.setattr(texts, "FOLDER", folder)
    remembered = (texts._catalogue, handbook)
    for cached in remembered:
        cached.cache_clear()
    yield
    for cached in remembered:
        cached.cache_clear()


def plain_words(said: str, *names: str) -> list[str]:
    """Words of three or more plain letters that are none of the names."""
    for name in sorted(names, key=len, reverse=True):
        said = said.replace(name, " ")
    return sorted(set(re.findall(r"[A-Za-z]{3,}", said)))


class Seen(HTMLParser):
    """Collect what a page shows or says aloud; code and settings are no words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style", "code", "pre")
        self.texts += [value or "" for name, value in attrs if name in ("title", "alt", "aria-label")]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style", "code", "pre")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def seen(html: str) -> str:
    return "\n".join(Seen(html).texts)


def track(rate_hz: float = 30.0) -> Any:
    return as_pose_track(RunnerModel(right_foot_strike_angle_deg=-8.0), np.arange(int(12 * rate_hz)) / rate_hz)


def video_of(session: Session) -> VideoInfo:
    width_px, height_px = session.track.frame_size_px
    time_s = session.track.time_s
    return VideoInfo(session.name, "ab" * 32, 1234, width_px, height_px, time_s, Fraction(30), 0, False, "h264")


@pytest.fixture
def session(foreign: None) -> Session:
    """A runner of whom much is said: two types of strike, all reasons, a warning of each kind, and things to try."""
    session = analyze_track(track(), None, "run.npz", Settings(mass_kg=70.0))
    codes = tuple(REASON_WEIGHT)
    overstrides = get_args(OverstrideLevel)
    steps = tuple(
        replace(step, reasons=codes[number % 3 :: 3], overstride=overstrides[number % len(overstrides)])
        for number, step in enumerate(session.steps)
    )
    verdicts = {
        foot: replace(verdict, ankle=replace(verdict.ankle, shank_percentile=Percentile(93.0, 85.0, 95.0)))
        for foot, verdict in session.verdict.items()
    }
    verdicts["left"] = replace(verdicts["left"], strike="unclear")
    slow = SlowMotion(2.0, "estimated", 0.06, texts.text("words.playback.few_steps"))
    return replace(session, steps=steps, verdict=verdicts, slow_motion=slow, video=video_of(session))


def names_in(session: Session) -> tuple[str, ...]:
    """Names that are the same in every language: of files, packages and models."""
    return session.name, VIDEO_NAME, *session.versions, *(model.name for model in session.track.models)


def page_of(session: Session) -> str:
    pictures = {step.number: np.full((36, 27, 3), 80, np.uint8) for step in session.steps}
    return render_page(session, pictures, session.track.time_s)


def test_accents_leave_placeholders_and_sources_alone() -> None:
    assert accented('a = "the {foot:.0f} foot"\nsources = ["ab"] # no') == (
        'a = "ťĥé {foot:.0f} ƒóóť"\nsources = ["ab"] # no'
    )
    assert plain_words("ťĥé foot of run.npz", "run.npz") == ["foot"]


def test_page_says_nothing_of_its_own(session: Session) -> None:
    said = seen(page_of(session))
    assert "ťĥé" in said and len(said) > 10_000
    assert plain_words(said, *names_in(session)) == []


def test_page_without_video_or_steps_says_nothing_of_its_own(session: Session) -> None:
    for changed in (
        {"video": None},
        {"steps": (), "verdict": {}, "metrics": {}},
        {"view": "unclear", "direction": "unclear", "warnings": ()},
    ):
        changed_session = replace(session, **changed)  # type: ignore[arg-type]
        assert plain_words(seen(render_page(changed_session, {})), *names_in(session)) == []


def test_terminal_says_nothing_of_its_own(session: Session) -> None:
    said = terminal_summary(session)
    assert len(said) > 500 and plain_words(said, session.name) == []


BAD = Capture(
    person=Person(3, 0.7, 0.97, 0.6, True, 1.0, 120.0, 60.0, 36.0),
    camera=CameraMotion("panning", 0.5, 0.01, 2),
    seconds=20.0,
    looked_share=0.5,
    rate_hz=30.0,
    slow_motion=SlowMotion(1.0, "real_time", 0.0, ""),
    steps=2,
    activity="running",
    cadence=Measure(300.0, 1.0),
    regular_share=0.7,
    speed=Speed(Measure(5.0, 0.0), "stated"),
    speed_of_motion=Speed(Measure(3.0, 0.2), "height"),
    video=replace(
        VideoInfo("run.mp4", "", 1000, 1920, 1080, np.arange(3) / 10, None, 0, True, "h264"),
        damaged_packets=3,
        truncated=True,
    ),
    picture=PictureQuality(0.05, 0.4),
    pictures_hz=24.0,
)
PERSON = BAD.person
CAPTURES: list[dict[str, Any]] = [
    {},
    *({"rate_hz": rate_hz, "slow_motion": SlowMotion(2.0, "file", 0.0, "")} for rate_hz in (10.0, 40.0, 120.0)),
    *({"slow_motion": SlowMotion(factor, "estimated", 0.1, "")} for factor in (4.0, 0.5)),
    *({"slow_motion": SlowMotion(factor, "stated", 0.0, "")} for factor in (1.0, 4.0)),
    {"slow_motion": SlowMotion(1.0, "real_time", np.nan, "")},
    *({"person": replace(PERSON, yaw_deg=yaw_deg)} for yaw_deg in (0.0, 22.0, -36.0, 58.0, -58.0, 70.0, -80.0, np.nan)),
    {"person": replace(PERSON, people=1, found_share=1.0, feet_seen=0.9, leg_px=400.0)},
    {"person": replace(PERSON, leg_px=400.0, feet_inside_share=0.5), "video": None},
    {"video": None},
    {"person": replace(PERSON, legs_seen=0.1)},
    {"person": replace(PERSON, whole_trunk=False)},
    {"person": Person(0, 0.0)},
    *({"activity": activity} for activity in ("walking", "other", None)),
    *({"steps": steps, "looked_share": share} for steps in (1, 2, 40) for share in (1.0, 0.9)),
    *(
        {"camera": CameraMotion("still", 0.0, 0.0, cuts), "looked_share": share}
        for cuts in (0, 1, 2)
        for share in (1, 0.5)
    ),
    {"camera": CameraMotion("hand_held", 0.01, 0.01, 0)},
    {"picture": PictureQuality(0.5, 0.1)},
    {"picture": PictureQuality(0.5, 0.4), "video": replace(BAD.video, damaged_packets=1)},  # type: ignore[type-var]
]
"""Between them they have every finding, in every way it is said."""


def test_findings_say_nothing_of_their_own(foreign: None) -> None:
    for changes in CAPTURES:
        capture = replace(BAD, **changes)
        found = findings_of(capture)
        check = CaptureCheck("1", capture, found)
        lines = [*check.lines, *(line for one in found for line in (one.label, *one.lines, one.sentences))]
        assert plain_words("\n".join(lines)) == [], changes


def test_findings_are_said_in_every_case() -> None:
    said = {sentence for changes in CAPTURES for one in findings_of(replace(BAD, **changes)) for sentence in
            (one.found, one.costs, one.action)}  # fmt: skip
    shapes = {key: re.escape(text) for key, text in KEYS.items() if key.startswith("findings.")}
    whole = {key: re.compile(re.sub(r"\\\{.*?\\\}", ".*", shape)) for key, shape in shapes.items()}
    sentences = {key: shape for key, shape in whole.items() if not key.startswith("findings.clause.")}
    assert [key for key, shape in sentences.items() if not any(map(shape.fullmatch, said))] == []


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that Pillow is told to draw."""
    written: list[str] = []
    draw: Callable[..., None] = ImageDraw.ImageDraw.text

    def record(self: ImageDraw.ImageDraw, at: Any, text: str, *args: Any, **options: Any) -> None:
        written.append(text)
        draw(self, at, text, *args, **options)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", record)
    return written


def test_video_says_nothing_of_its_own(session: Session, drawn: list[str]) -> None:
    scene = build_scene(session)
    insets = {inset.step.number: inset for inset in scene_insets(session, scene)}
    for marker in scene.markers[:4]:
        width, height = scene.frame_size_px
        rgb = np.zeros((height, width, 3), np.uint8)
        inset = insets.get(marker.step.number)
        annotate_frame(rgb, marker.first, scene, inset, None if inset is None else draw_inset(rgb, inset, 12))
        annotate_frame(rgb, marker.first, scene)
    assert insets and len(set(drawn)) > 20
    assert plain_words("\n".join(drawn)) == []


def test_roster_and_its_summary_say_nothing_of_their_own(session: Session, tmp_path: Path) -> None:
    one = tmp_path / "clips" / "1"
    write_outputs(replace(session, video=None), one)
    tasks = [ClipTask(Clip(name, Path(name)), one.parent / name, Settings()) for name in ("1", "2", "3")]
    results = [ClipResult("1", "done"), ClipResult("2", "refused", "0"), ClipResult("3", "failed", "0")]
    write_roster(tmp_path / "batch.html", tasks, {result.name: result for result in results})
    said = seen((tmp_path / "batch.html").read_text(encoding="utf-8"))
    assert len(said) > 500 and plain_words(said) == []
    for has_parquet in (True, False):
        summary = Batch(Path("out"), tuple(results), has_parquet).summary
        files = re.findall(r"^out/\S+", summary, re.MULTILINE)
        assert len(files) == 5 and plain_words(summary, *files) == []


EVERYTHING_SEEN = """() => {
  document.querySelectorAll('pre, code').forEach((element) => element.remove());
  document.querySelector('[data-go]').click();
  const plots = [...document.querySelectorAll('.plot')].map((place) => [
    place.data.map((trace) => [trace.name, trace.text, trace.hovertext, trace.hovertemplate]),
    (place.layout.annotations || []).map((note) => note.text),
    Object.keys(place.layout).filter((name) => /axis/.test(name)).map((name) => place.layout[name].ticktext),
  ]);
  return [document.body.innerText, ...plots.flat(Infinity).filter(Boolean)];
}"""
"""What the page shows, and what its plots say where somebody points at them."""


@pytest.mark.slow
def test_page_s_script_says_nothing_of_its_own(session: Session, tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    chromium = next(filter(None, map(shutil.which, COMMANDS)), None)
    if chromium is None:
        pytest.skip("no Chromium is installed")
    (tmp_path / "report.html").write_text(page_of(session), encoding="utf-8")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((tmp_path / "report.html").as_uri())
        for _ in range(200):
            if page.evaluate("[...document.querySelectorAll('.plot')].every((place) => place.data)"):
                break
            page.wait_for_timeout(50)
        said = page.evaluate(EVERYTHING_SEEN)
        browser.close()
    shown = re.sub(r"<.*?>|%\{.*?\}", " ", "\n".join(said))  # what plots are marked up with
    assert len(said) > 400 and plain_words(shown, *names_in(session)) == []
