"""The page as people use it, in Debian's Chromium."""

from __future__ import annotations

import csv
import shutil
import subprocess
from dataclasses import fields, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from footstrike.analysis import analyze
from footstrike.data import Measure, Motion, Statistic
from footstrike.errors import NotAnalysableError
from footstrike.report import find_browser, write_outputs
from footstrike.report.page.page_data import SIDE_METRICS
from footstrike.report.paper import COMMANDS
from footstrike.report.tables import steps_csv
from footstrike.video import VideoWriter

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, COMMANDS)), None)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]

STRIKES = ("heel", "midfoot", "forefoot", "unclear", "heel", "heel") * 3
PLOTS_DRAWN = "[...document.querySelectorAll('.plot')].every((place) => place.classList.contains('js-plotly-plot'))"
LABELS = {"sides": ".annotation-text", "drift": ".ytick text"}
TIME = "document.getElementById('video').currentTime"


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def results(make_session, make_video, tmp_path):
    session = make_session(STRIKES)
    return session, write_outputs(session, tmp_path / "results", make_video(session)).folder


@pytest.fixture
def opened(browser):
    """Open a report; afterwards nothing may have gone wrong or left the folder."""
    complaints, contexts, addresses = [], [], []

    def open_it(folder: Path, width: int = 1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: addresses.append(request.url))
        page.goto((folder / "report.html").as_uri())
        wait(page, PLOTS_DRAWN)
        return page

    open_it.complaints = complaints
    yield open_it
    assert complaints == []
    outside = [url for url in addresses if not url.startswith(("data:", "blob:"))]
    assert {url.rsplit("/", 1)[-1] for url in outside} <= {"report.html", "annotated.mp4"}
    assert all(url.startswith("file:") for url in outside)
    for context in contexts:
        context.close()


def wait(page, condition):
    """Wait until an expression is true; Playwright's own way needs eval, which the page forbids."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {condition}")


def sought(page, session, number):
    """Wait until the video shows the contact frame of a step."""
    frame = session.steps[number - 1].contact_frame
    first_s, next_s = np.append(session.track.time_s, 1e9)[[frame, frame + 1]]
    wait(page, f"{TIME} >= {first_s} && {TIME} < {next_s} && !document.getElementById('video').seeking")
    wait(page, f"document.getElementById('now').textContent.startsWith('step {number}:')")


def overlap(one, other):
    def along(start, size):
        return one[start] < other[start] + other[size] - 1 and other[start] < one[start] + one[size] - 1

    return along("x", "width") and along("y", "height")


def test_a_picture_seeks_the_video(results, opened):
    session, folder = results
    page = opened(folder)
    page.click("[data-go='5']")
    sought(page, session, 5)
    assert page.locator("[aria-current=true]").count() == 2, "the picture and the row"
    assert page.locator("#player").bounding_box()["y"] < 800


def test_a_row_and_a_point_seek_the_video(results, opened):
    session, folder = results
    page = opened(folder)
    page.click("#step-table tbody[data-step='7'] button")
    sought(page, session, 7)
    point = page.locator("#plot-shank_angle .scatterlayer .point").first
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    first_left_heel = next(s for s in session.steps if (s.contact.foot, s.strike.type) == ("left", "heel"))
    sought(page, session, first_left_heel.number)


def test_a_line_moves_through_the_plots_while_the_video_plays(results, opened):
    _, folder = results
    page = opened(folder)
    page.click("[data-rate='0.25']")
    page.click("#play")
    left = "parseFloat(document.querySelector('#plot-timing .cursor')?.style.left || 0)"
    wait(page, f"{left} > 0")
    before = page.evaluate(left)
    wait(page, f"{left} > {before}")
    assert page.evaluate("document.getElementById('video').playbackRate") == 0.25
    page.keyboard.press("3")
    assert page.get_attribute("[data-rate='1']", "aria-pressed") == "true"


def test_keys_step_through_frames_and_landings(results, opened):
    session, folder = results
    page = opened(folder)
    page.click("[data-go='3']")
    sought(page, session, 3)
    frame_s = session.track.time_s[1]
    start = page.evaluate(TIME)
    page.keyboard.press(".")
    wait(page, f"Math.abs({TIME} - {start + frame_s}) < 0.002")
    page.keyboard.press(",")
    page.keyboard.press(",")
    wait(page, f"Math.abs({TIME} - {start - frame_s}) < 0.002")
    page.keyboard.press("ArrowRight")
    sought(page, session, 3)
    page.keyboard.press("ArrowRight")
    sought(page, session, 4)
    page.click("#previous")
    sought(page, session, 3)


def test_the_page_s_own_bar_takes_the_place_of_the_browser_s(results, opened):
    session, folder = results
    page = opened(folder)
    assert not page.evaluate("document.getElementById('video').controls")
    assert page.get_attribute("#seek", "max") == str(session.track.frame_count - 1)
    page.fill("#seek", "41")
    wait(page, f"{TIME} >= {session.track.time_s[41]} && {TIME} < {session.track.time_s[42]}")
    page.keyboard.press("ArrowRight")
    wait(page, f"{TIME} >= {session.track.time_s[42]} && {TIME} < {session.track.time_s[43]}")
    page.click("[data-go='7']")
    sought(page, session, 7)
    assert page.input_value("#seek") == str(session.steps[6].contact_frame)
    assert page.get_attribute("#seek", "aria-valuetext") == f"{session.steps[6].contact.contact_s.value:.2f} s"


def test_without_scripts_the_browser_s_controls_stay(results, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((results[1] / "report.html").as_uri())
    assert page.get_attribute("#video", "controls") is not None
    assert page.locator("#controls").is_hidden()
    context.close()


def test_a_click_on_the_video_plays_and_rests(results, opened):
    page = opened(results[1])
    page.click("[data-rate='0.25']")
    page.click("#video")
    wait(page, "!document.getElementById('video').paused && document.getElementById('play').innerText === 'Pause'")
    page.click("#video")
    wait(page, "document.getElementById('video').paused && document.getElementById('play').innerText === 'Play'")


def test_the_player_fills_the_screen_with_its_bar(results, opened):
    page = opened(results[1])
    page.click("#full")
    wait(page, "document.fullscreenElement?.id === 'player'")
    wait(page, "document.getElementById('full').getAttribute('aria-pressed') === 'true'")
    assert page.locator("#seek").is_visible()
    page.click("#full")
    wait(page, "document.fullscreenElement === null")
    wait(page, "document.getElementById('full').getAttribute('aria-pressed') === 'false'")


def test_keys_are_the_page_s_own_away_from_the_player(results, opened):
    page = opened(results[1])
    page.evaluate("document.getElementById('method').scrollIntoView()")
    before, time = page.evaluate("[scrollY, document.getElementById('video').currentTime]")
    page.keyboard.press("3")
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    wait(page, f"scrollY > {before + 50}")
    page.wait_for_timeout(500)
    assert page.evaluate("scrollY") <= before + 800, "one screen down, as everywhere"
    assert page.evaluate("document.getElementById('video').paused") and page.evaluate(TIME) == time
    page.focus("[data-go='3']")
    page.evaluate("document.getElementById('made').scrollIntoView()")
    page.keyboard.press("ArrowRight")
    wait(page, f"{TIME} > {time}")


@pytest.mark.parametrize(("size", "stays"), [((320, 200), True), ((200, 320), False)], ids=["wide", "upright"])
def test_on_a_phone_only_a_wide_video_stays_in_view(opened, make_session, tmp_path, size, stays):
    session = make_session(STRIKES)
    width, height = size
    session = replace(session, track=session.track.replace(frame_size_px=size))
    session = replace(session, video=replace(session.video, width_px=width, height_px=height))
    path = tmp_path / session.name
    with VideoWriter(path, width, height) as writer:
        for time_s in session.track.time_s:
            writer.write(np.full((height, width, 3), 90, np.uint8), float(time_s))
    page = opened(write_outputs(session, tmp_path / "results", path).folder, 390)
    position = "getComputedStyle(document.getElementById('player')).position"
    wait(page, f"{position} === '{'sticky' if stays else 'static'}'")
    wait(page, f"document.getElementById('pin').getAttribute('aria-pressed') === '{str(stays).lower()}'")
    if stays:
        assert page.locator("#player").bounding_box()["height"] < 0.36 * 800
    else:
        assert page.locator("#video").bounding_box()["height"] > 0.6 * 800
    page.click("#pin")
    assert page.evaluate(position) == ("static" if stays else "sticky")


def test_filters_choose_landings(results, opened):
    _, folder = results
    page = opened(folder)
    assert page.locator(".pictures > li:visible").count() == 18
    page.check("input[name=foot][value=left]", force=True)
    page.check("input[name=strike][value=heel]", force=True)
    shown = page.locator(".pictures > li:visible")
    assert {(li.get_attribute("data-foot"), li.get_attribute("data-strike")) for li in shown.all()} == {
        ("left", "heel")
    }
    assert page.inner_text("#counted") == f"{shown.count()} landings shown."
    page.check("input[name=foot][value='']", force=True)
    page.check("input[name=strike][value='']", force=True)
    page.check("input[name=part][value=compare]", force=True)
    assert page.locator(".pictures > li:visible").count() == 12
    first, last = (page.locator(f"[data-part={part}]").bounding_box() for part in ("first", "last"))
    assert first["y"] == last["y"] and first["x"] < last["x"]


def test_the_table_sorts_both_ways(results, opened):
    session, folder = results
    page = opened(folder)
    column = "#step-table tbody tr:first-child td:nth-child(7)"
    page.click("th[data-key=foot_angle] button")
    assert page.get_attribute("th[data-key=foot_angle]", "aria-sort") == "ascending"
    rising = [float(text.split("°")[0].replace("−", "-")) for text in page.locator(column).all_inner_texts()]
    assert rising == sorted(rising) and len(rising) == len(session.steps)
    page.click("th[data-key=foot_angle] button")
    assert page.get_attribute("th[data-key=foot_angle]", "aria-sort") == "descending"
    falling = [float(text.split("°")[0].replace("−", "-")) for text in page.locator(column).all_inner_texts()]
    assert falling == sorted(rising, reverse=True)


def test_reasons_stay_with_their_step_and_in_view(results, opened):
    page = opened(results[1])
    page.click("th[data-key=foot_angle] button")
    for step in page.locator("#step-table tbody").all():
        number, foot = int(step.get_attribute("data-step")), step.locator("td").first.inner_text()
        assert foot == results[0].steps[number - 1].contact.foot
        assert step.locator(".reasons", has_text="far leg").count() == (foot == "left")
    table, reasons = (page.locator(place).first.bounding_box() for place in (".tall", "#step-table .reasons"))
    assert table["x"] < reasons["x"] and reasons["x"] + reasons["width"] <= table["x"] + table["width"]
    page.click("#step-table tbody[data-step='3'] .reasons")
    sought(page, results[0], 3)


def test_an_unclear_landing_is_not_said_to_be_sure(make_session, make_video, opened, tmp_path):
    session = make_session(("heel", "unclear"))
    heel, unclear = session.steps
    likely = replace(unclear, strike=replace(unclear.strike, p_heel=0.2, p_midfoot=0.52, p_forefoot=0.28))
    session = replace(session, steps=(heel, likely))
    page = opened(write_outputs(session, tmp_path / "results", make_video(session)).folder)
    page.click("[data-go='2']")
    wait(page, "document.getElementById('now').textContent.includes('right, unclear (midfoot likeliest, 52 %), ')")
    page.click("[data-go='1']")
    wait(page, "document.getElementById('now').textContent.includes('left, heel (90 %), ')")


def test_cut_offs_and_differences_are_drawn(results, opened):
    page = opened(results[1])
    assert page.evaluate("document.getElementById('plot-foot_angle').layout.shapes.map((line) => line.y0)") == [8, -1.6]
    titles = page.evaluate("document.getElementById('plot-sides').layout.annotations.map((title) => title.text)")
    assert titles == ["Contact time (ms)<br>L − R: 0 ± 1"]


@pytest.mark.parametrize("width", [390, 1280])
def test_titles_of_the_panels_are_not_cut_off(make_session, opened, tmp_path, width):
    both = dict.fromkeys(("all", "left", "right"), Statistic(9, -0.345, 0.02, 0.058))
    session = make_session(("heel", "forefoot") * 16, metrics=dict.fromkeys(SIDE_METRICS, both))
    motions = [Motion(*[Measure(5.0 + n % 3, 1.0)] * len(fields(Motion))) for n in range(3)]
    steps = (replace(step, motion=motions[step.number % 3]) for step in session.steps)
    session = replace(session, steps=tuple(steps))
    page = opened(write_outputs(session, tmp_path / "results").folder, width)
    for plot, number in (("sides", len(SIDE_METRICS)), ("drift", len(fields(Motion)))):
        frame = page.locator(f"#plot-{plot}").bounding_box()
        labels = [label.bounding_box() for label in page.locator(f"#plot-{plot} {LABELS[plot]}").all()]
        assert len(labels) >= number
        for label in labels:
            assert frame["x"] <= label["x"] and label["x"] + label["width"] <= frame["x"] + frame["width"] + 1
        for one, other in combinations(labels, 2):
            assert not overlap(one, other)


def test_the_csv_is_that_of_the_folder(results, opened):
    session, folder = results
    page = opened(folder)
    with page.expect_download() as download:
        page.click("#csv")
    saved = Path(download.value.path()).read_text(encoding="utf-8")
    assert saved == (folder / "steps.csv").read_text(encoding="utf-8") == steps_csv(session)
    assert len(list(csv.DictReader(saved.splitlines()))) == len(session.steps)


@pytest.mark.parametrize("width", [375, 1280])
def test_nothing_sticks_out(results, opened, width):
    page = opened(results[1], width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_plots_follow_the_theme(results, opened):
    page = opened(results[1], color_scheme="dark")
    colour = "getComputedStyle(document.querySelector('#plot-timing .xtick text')).fill"
    dark = page.evaluate(colour)
    page.emulate_media(color_scheme="light")
    wait(page, f"{colour} !== '{dark}'")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 251, 249)"


def test_on_paper_everything_is_open_and_light(results, opened):
    page = opened(results[1], color_scheme="dark")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("details:not([open])").count() == 0
    assert page.locator("#player").is_hidden() and page.locator("#filters").is_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('#plot-timing .legendtext')).fill") == "rgb(28, 32, 36)"
    )
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() > 0


def test_a_video_that_is_gone_is_said(results, opened):
    folder = results[1]
    (folder / "annotated.mp4").unlink()
    page = opened(folder)
    page.wait_for_selector("#missing:not([hidden])")
    assert "annotated.mp4 must lie in the same folder" in page.inner_text("#missing")
    page.click("[data-go='2']")
    assert page.locator("tbody[aria-current=true]").get_attribute("data-step") == "2"
    assert all("annotated.mp4" in text or "ERR_FILE_NOT_FOUND" in text for text in opened.complaints)
    opened.complaints.clear()


def test_without_a_video(make_session, opened, tmp_path):
    session = replace(make_session(("heel", "midfoot")), video=None)
    page = opened(write_outputs(session, tmp_path / "results").folder)
    assert page.locator("video, .pictures").count() == 0
    button = page.locator("#step-table tbody[data-step='2'] button")
    assert button.get_attribute("aria-label") == "Show step 2 in the plots and the table"
    page.click("#step-table tbody[data-step='2'] button")
    assert page.locator("tbody[aria-current=true]").get_attribute("data-step") == "2"


def test_without_a_step(make_session, opened, tmp_path):
    session = make_session((), video=None, verdict={}, metrics={})
    page = opened(write_outputs(session, tmp_path / "results").folder)
    assert "No step was found." in page.inner_text("main")


def test_names_are_text(make_session, opened, tmp_path):
    name = "</script><script>alert(1)</script><img src=x onerror=alert(2)>.mp4"
    page = opened(write_outputs(make_session(name=name, video=None), tmp_path / "results").folder)
    assert page.inner_text(".file") == name


def test_the_tool_prints_every_page(make_session, make_video, tmp_path):
    session = make_session(STRIKES)
    paths = write_outputs(session, tmp_path / "results", make_video(session), browser=find_browser())
    assert paths.pdf is not None and paths.pdf.read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext to read it with")
    text = subprocess.run(["pdftotext", paths.pdf, "-"], capture_output=True, text=True, check=True).stdout
    for words in ("How each foot lands", "Through the gait cycle", "Steps per minute", "Versions and checksums"):
        assert words in text


SHARED = Path(__file__).resolve().parents[3] / "shared"
VIDEOS = {".mp4", ".mov", ".avi", ".mkv", ".webm"}
CLIPS = sorted(path for kind in ("footage", "rendered") for path in SHARED.glob(f"{kind}/*") if path.suffix in VIDEOS)


@pytest.mark.exhaustive
@pytest.mark.skipif(not CLIPS, reason="the shared clips are not here")
@pytest.mark.parametrize("clip", CLIPS, ids=lambda path: path.stem)
def test_pages_of_whole_recordings(opened, tmp_path, clip):
    """``pytest -m exhaustive tests/report`` opens the page of every shared clip that can be analysed."""
    try:
        session = analyze(clip)
    except NotAnalysableError as refusal:
        pytest.skip(str(refusal))
    folder = write_outputs(session, tmp_path / "results", clip).folder
    assert (folder / "report.html").stat().st_size <= 15e6
    page = opened(folder)
    pictures = page.locator("[data-go]")
    assert pictures.count() >= len(session.steps) - 2, "a leg that was not seen in its contact frame has no picture"
    for picture in (pictures.first, pictures.last):
        number = int(picture.get_attribute("data-go"))
        picture.click()
        sought(page, session, number)
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        wait(page, f"document.documentElement.scrollWidth <= {width}")  # plots follow a little later
