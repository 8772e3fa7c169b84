"""Nothing that a user sees is written anywhere but in the catalogues: with accents there, none of it is plain."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from PIL import ImageDraw

from footstrike import texts
from footstrike.analysis import analyze_track
from footstrike.batch import Clip, ClipResult
from footstrike.batch.roster import write_roster
from footstrike.batch.run import Batch
from footstrike.batch.work import ClipTask
from footstrike.capture import Capture, findings_of
from footstrike.capture.camera import CameraMotion
from footstrike.capture.facts import Person
from footstrike.capture.picture import PictureQuality
from footstrike.checking import CaptureCheck
from footstrike.coaching import handbook, suggestions
from footstrike.data import (
    Measure,
    OverstrideLevel,
    Percentile,
    Session,
    SlowMotion,
    Speed,
    VideoInfo,
)
from footstrike.gait.quality import REASON_WEIGHT
from footstrike.report import write_outputs
from footstrike.report.overlay import annotate_frame, build_scene
from footstrike.report.overlay.inset import draw_inset
from footstrike.report.overlay.video import scene_insets
from footstrike.report.page import VIDEO_NAME, render_page
from footstrike.report.paper import COMMANDS
from footstrike.report.sentences import terminal_summary
from footstrike.settings import Settings
from runner_model import RunnerModel, as_pose_track

ENGLISH = Path(texts.__file__).parent / "en"
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
        said = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", said)
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


def video_of(session: Session) -> VideoInfo:
    width_px, height_px = session.track.frame_size_px
    time_s = session.track.time_s
    return VideoInfo(session.name, "ab" * 32, 1234, width_px, height_px, time_s, Fraction(30), 0, False, "h264")


@pytest.fixture
def session(foreign: None) -> Session:
    """A runner of whom much is said: two types of strike, all reasons, a warning of each kind, and things to try."""
    track = as_pose_track(RunnerModel(right_foot_strike_angle_deg=-8.0), np.arange(360) / 30)
    session = analyze_track(track, None, "run.npz", Settings(mass_kg=70.0))
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
    assert plain_words("ťĥé foot of run.npz, reruns", "run.npz", "run") == ["foot", "reruns"]


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
    assert suggestions(session) and len(said) > 500
    assert plain_words(said, session.name) == []


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


def sentences_in(place: Any) -> list[str]:
    return [place] if isinstance(place, str) else [said for below in place.values() for said in sentences_in(below)]


def test_findings_are_said_in_every_case() -> None:
    said = {sentence for changes in CAPTURES for one in findings_of(replace(BAD, **changes)) for sentence in
            (one.found, one.costs, one.action)}  # fmt: skip
    shapes = [
        re.compile(re.sub(r"\\\{.*?\\\}", ".*", re.escape(sentence)))
        for code, about in texts.table("findings").items()
        if code != "clause"
        for sentence in sentences_in(about)
    ]
    assert len(shapes) > 100
    assert [shape.pattern for shape in shapes if not any(map(shape.fullmatch, said))] == []


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
