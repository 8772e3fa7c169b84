"""The page."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import footstrike.report.page
from footstrike.data import UNKNOWN, UNKNOWN_SPEED, Note, Statistic, Strike
from footstrike.gait.strikes import AngleRule, LearnedStrike
from footstrike.report.overlay import build_scene
from footstrike.report.page import evenly_picked, render_page, steps_to_picture
from footstrike.report.page.landing_sheet import landing_groups
from footstrike.report.page.page import PLOTLY_VERSION, script_hash, scripts
from footstrike.report.page.page_data import TICK_S, as_script_data, page_data, ticks
from footstrike.report.page.pictures import PICTURES_UP_TO_BYTES, as_jpegs
from footstrike.report.page.rows import metric_row, step_row
from footstrike.report.style import STRIKE_RGB, hex_colour
from footstrike.settings import Settings
from footstrike.texts import table

STYLE = Path(footstrike.report.page.__file__).with_name("style.css")


class Outline(HTMLParser):
    """Collect what a screen reader and a network would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def outline(html):
    parser = Outline()
    parser.feed(html)
    return parser.tags


def pictures_of(session):
    return {n: np.full((360, 270, 3), 80, np.uint8) for n in steps_to_picture(build_scene(session))}


def test_page_says_the_answer_first(make_session):
    html = render_page(make_session(("heel", "heel", "heel", "heel")), {})
    assert html.index("Right foot (near the camera)") < html.index("Left foot (far from the camera)")
    assert "Heel strike in 2 of 2 landings" in html
    assert html.index("The short answer") < html.index("Before you trust") < html.index("All steps")


def shown_times(session):
    return session.track.time_s - session.track.time_s[0]


def script_data(html):
    return json.loads(re.search(r'id="data">(.+?)</script>', html).group(1))


def test_page_loads_nothing_but_its_video(make_session):
    session = make_session()
    html = render_page(session, pictures_of(session), shown_times(session))
    addresses = [
        attributes[name]
        for tag, attributes in outline(html)
        for name in ("src", "href", "xlink:href")
        if name in attributes
    ]
    assert {address for address in addresses if not address.startswith(("data:", "#"))} == {"annotated.mp4"}
    assert not {tag for tag, _ in outline(html)} & {"link", "iframe", "object", "embed"}
    assert "@import" not in html and not re.search(r"url\((?!#)", STYLE.read_text())


def test_only_the_page_s_own_scripts_may_run(make_session):
    html = render_page(make_session(), {})
    policy = re.search(r'Content-Security-Policy" content="(.+?)"', html).group(1)
    assert policy.startswith("default-src 'none'") and "unsafe-eval" not in policy
    (allowed,) = re.findall(r"script-src (.+)", policy)
    run = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert allowed.split() == [script_hash(script) for script in run] and len(run) == 2
    assert not any(name.startswith("on") for _, attributes in outline(html) for name in attributes)


def test_scripts_end_no_script_element():
    assert not any(re.search(r"</script|<!--", script, re.IGNORECASE) for script in scripts())


def test_the_plotting_library_is_the_one_that_was_published():
    vendored = STYLE.parent / "vendor" / "plotly-basic.min.js"
    assert f"v{PLOTLY_VERSION}\n" in vendored.read_text(encoding="utf-8")[:200]
    digest = hashlib.sha256(vendored.read_bytes()).hexdigest()
    assert digest == "99784e3abfb07b142a15e521a439e6d9addceadb3f79553fd24c72774f0649ba"
    assert "MIT" in vendored.with_name("LICENSE.plotly.js").read_text(encoding="utf-8")


def test_data_keeps_its_place_in_the_script(make_session):
    evil = "</script><!--<script>\u2028&"
    text = str(as_script_data({"name": evil}))
    assert not set(text) & set("<>&\u2028") and json.loads(text) == {"name": evil}
    data = script_data(render_page(make_session(), {}))
    assert data["csv"].startswith("step,foot,") and data["csv"].count("\n") == 5


def test_frames_know_when_they_are_shown(make_session):
    session = make_session()
    stretched = np.cumsum(np.where(np.arange(40) % 10 == 3, 0.5, 1 / 30))
    frames = script_data(render_page(session, {}, stretched))["frames"]
    np.testing.assert_allclose(np.cumsum(frames["shown"]) * TICK_S, stretched, atol=TICK_S)
    np.testing.assert_allclose(np.cumsum(frames["real"]) * TICK_S, session.real_time_s, atol=TICK_S)
    assert "shown" not in script_data(render_page(session, {}))["frames"]


@given(st.lists(st.floats(1e-3, 2.0), min_size=1, max_size=500))
def test_ticks_do_not_drift(gaps_s):
    time_s = np.cumsum(gaps_s)
    assert np.abs(np.cumsum(ticks(time_s)) * TICK_S - time_s).max() <= TICK_S


def test_pictures_are_made_small_enough():
    rng = np.random.default_rng(3)
    noisy = {number: rng.integers(0, 255, (360, 270, 3), np.uint8) for number in range(150)}
    assert sum(len(jpeg) * 3 / 4 for jpeg in as_jpegs(noisy).values()) <= PICTURES_UP_TO_BYTES


def test_every_metric_says_what_it_can_and_cannot(make_session):
    said = table("page.metrics")
    assert [name for name in table("words.metrics") if not any(name.startswith(start) for start in said)] == []


def test_metrics_stand_beside_other_runners(make_session):
    session = make_session(metrics={"contact_time_ms": {"all": Statistic(4, 240.0, 9.0, 4.0)}})
    html = render_page(session, {})
    assert "(mean ± SD) at 3.0 m/s; Fukuchi" in html
    unknown = render_page(replace(session, speed=UNKNOWN_SPEED), {})
    assert "no reference" in unknown and "The speed is not known" in unknown


def test_three_warnings_are_read_and_the_others_kept(make_session):
    notes = [
        Note(f"code{n}", severity, f"Message {n}.", "")
        for n, severity in enumerate(("info", "caution", "serious", "info", "info"))
    ]
    html = render_page(make_session(warnings=tuple(notes)), {})
    assert html.index("Message 2.") < html.index("Message 1.") < html.index("Message 0.") < html.index("2 more to know")
    assert html.index("2 more to know") < html.index("Message 4.")


def test_plots_have_what_they_draw(make_session):
    data = page_data(make_session(("heel", "forefoot") * 10), None)
    assert [curve["strides"] for curve in data["cycle"]["feet"]] == [9, 9]
    assert len(data["intervals"]) == 19 and data["intervals"][0][2] == pytest.approx(180)
    assert len(data["reference"]["bands"]) == 5 and data["reference"]["here"] == sorted(data["reference"]["here"])
    assert {len(column) for column in data["steps"].values()} == {20}


def test_both_feet_differ_by_so_much(make_session):
    left, right = Statistic(5, 240.0, 9.0, 4.0), Statistic(5, 228.0, 9.0, 3.0)
    session = make_session(metrics={"contact_time_ms": {"left": left, "right": right}})
    (side,) = page_data(session, None)["sides"]
    assert side["difference"] == "12 ± 5"
    assert "a difference smaller than about twice that error is none" in " ".join(render_page(session, {}).split())


def test_one_foot_is_enough_to_stand_among_other_runners(make_session):
    seen = Statistic(5, 9.25, 2.0, 1.5)
    session = make_session(("heel",), metrics={"shank_angle_deg": {"all": seen, "left": seen}})
    data = page_data(session, None)
    assert data["sides"] == [] and data["shank_means"] == {"left": {"value": 9.25, "se": 1.5}}
    assert 'id="plot-speed"' in render_page(session, {})


def with_strikes(session, strikes):
    return replace(session, settings=replace(Settings(), strikes=strikes).as_dict())


@pytest.mark.parametrize("wrap", [lambda rule: rule, LearnedStrike], ids=["angle", "learned"])
def test_cut_offs_are_those_that_were_used(make_session, wrap):
    session = with_strikes(make_session(), wrap(AngleRule(rearfoot_above_deg=6.5, forefoot_below_deg=-3.0)))
    html = render_page(session, {})
    assert script_data(html)["cut_offs"] == {"above": 6.5, "below": -3.0}
    assert "midfoot and forefoot, 6.5° and −3°" in html
    assert not re.search(r"level\(-?[\d.]", scripts()[1]), "no cut-off of its own"


def test_a_classifier_without_cut_offs_has_none_drawn(make_session):
    session = replace(make_session(), settings={"strikes": {"kind": "Oracle"}})
    html = render_page(session, {})
    assert script_data(html)["cut_offs"] is None
    assert "the same foot flat on the ground." in html and "Altman &amp; Davis 2012)." not in html


def test_an_unclear_landing_names_the_likeliest_class(make_session):
    likely, even = Strike(0.1, 0.52, 0.38, "unclear"), Strike(1 / 3, 1 / 3, 1 / 3, "unclear")
    session = make_session(("heel", "unclear", "unclear"))
    heel, *others = session.steps
    steps = (heel, *(replace(step, strike=strike) for step, strike in zip(others, (likely, even), strict=True)))
    assert [step_row(step)["sure"] for step in steps] == ["90 %", "midfoot 52 %", "—"]
    data = page_data(replace(session, steps=steps), None)
    assert data["steps"]["likeliest"] == [None, "midfoot", None]


def test_an_unclear_landing_s_card_says_why(make_session):
    session = make_session(("heel", "unclear"))
    heel, unclear = session.steps
    session = replace(session, steps=(heel, replace(unclear, reasons=("low_fps", "implausible_pose"))))
    ((first, second),) = (g["cards"] for g in landing_groups(session, pictures_of(session)))
    assert first["why"] == "" and "posture that no runner lands in" in second["why"]
    assert second["why"] in render_page(session, pictures_of(session))


def test_cards_say_where_the_toes_point(make_session):
    session = make_session(("heel", "forefoot"))
    heel, forefoot = session.steps
    hidden = replace(forefoot, number=3, landing=replace(forefoot.landing, foot_strike_angle_deg=UNKNOWN))
    session = replace(session, steps=(heel, forefoot, hidden))
    pictures = {n: np.full((360, 270, 3), 80, np.uint8) for n in (1, 2, 3)}
    (group,) = landing_groups(session, pictures)
    words = [card["foot_angle"].replace("\u00a0", " ") for card in group["cards"]]
    assert words == ["toes up 15° ± 2°", "toes down 5° ± 2°", "foot angle unclear"]


def test_metrics_of_one_name_are_told_apart_by_their_unit(make_session):
    one = {"all": Statistic(4, 0.08, 0.01, 0.004)}
    names = ("vertical_oscillation", "vertical_oscillation_cm", "contact_time_ms")
    session = make_session(metrics=dict.fromkeys(names, one))
    labels = [metric_row(session, name)["label"] for name in names]
    assert labels == ["Vertical oscillation, leg lengths", "Vertical oscillation, cm", "Contact time"]


def test_the_page_says_why_there_is_no_video(make_session):
    session = make_session()
    pages = [render_page(session, pictures_of(session)), render_page(session, None)]
    no_video, landmarks = (html[: html.index('id="data"')] for html in pages)
    assert 'title="Show step 1 in the plots and the table"' in no_video
    assert "(--no-video)" in no_video and "Only landmarks were analysed" not in no_video
    assert "Only landmarks were analysed" in landmarks and "(--no-video)" not in landmarks
    for html in pages:
        assert "to see it in the video" not in html[: html.index('id="data"')]
    assert "to see it in the video" in render_page(session, {}, shown_times(session))


def test_what_the_user_gave_is_escaped(make_session):
    html = render_page(make_session(name="<script>alert(1)</script>.mp4"), {})
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;.mp4" in html


def test_every_picture_has_words_and_every_header_a_scope(make_session):
    session = make_session()
    tags = outline(render_page(session, pictures_of(session)))
    images = [attributes for tag, attributes in tags if tag == "img"]
    assert len(images) == 4 and all("foot at contact" in image["alt"] for image in images)
    assert all("scope" in attributes for tag, attributes in tags if tag == "th")
    levels = [int(tag[1]) for tag, _ in tags if tag in {"h1", "h2", "h3", "h4"}]
    assert levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    ids = {attributes["id"] for _, attributes in tags if "id" in attributes}
    assert {a["aria-labelledby"] for _, a in tags if "aria-labelledby" in a} <= ids
    assert {a["aria-describedby"] for _, a in tags if "aria-describedby" in a} <= ids


def test_at_most_300_pictures_and_the_rest_is_counted(make_session):
    session = make_session(("heel",) * 310)
    pictures = pictures_of(session)
    assert len(pictures) == 300
    assert "300 of 310 landings are shown, evenly chosen" in render_page(session, pictures)


def test_landings_lie_in_thirds_of_the_run(make_session):
    session = make_session(("heel",) * 14)
    sheet = render_page(session, pictures_of(session))
    assert re.findall(r'data-part="(\w*)"', sheet) == ["first", "middle", "last"]
    last = sheet[sheet.index('data-part="last"') :]
    assert re.findall(r'<li data-step="(\d+)"', last) == ["11", "12", "13", "14"]


def test_same_session_same_page(make_session):
    assert render_page(make_session(), {}) == render_page(make_session(), {})


def test_no_steps_no_video(make_session):
    session = make_session(
        (), video=None, verdict={}, metrics={}, warnings=(), cadence_spm=UNKNOWN, leg_length_px=float("nan")
    )
    html = render_page(session, {})
    assert "No landing of this foot was seen." in html and "No step was found." in html
    assert "nan" not in html[: html.index('id="data"')].lower() and 'class="plot"' not in html


def test_one_foot_only_and_unknown_angles(make_session):
    session = make_session(("unclear",))
    step = session.steps[0]
    landing = replace(step.landing, foot_strike_angle_deg=UNKNOWN, shank_angle_deg=UNKNOWN)
    session = replace(session, steps=(replace(step, landing=landing, reasons=("pose_poor", "odd_code")),))
    html = render_page(session, pictures_of(session))
    assert "the body was not well recognised; odd code; close to the border between two classes" in html
    assert '<td class="num">—</td>' in html
    assert script_data(html)["steps"]["foot_angle"] == [None]


def test_long_recording_stays_small(make_session):
    session = make_session(("heel", "forefoot") * 850)
    html = render_page(session, {})
    assert html.count("<tbody data-step") == 1700
    assert len(html) < 4_000_000


@given(st.lists(st.integers(), max_size=300), st.integers(2, 50))
def test_evenly_picked_keeps_order_ends_and_number(items, most):
    picked = evenly_picked(list(enumerate(items)), most)
    assert len(picked) == min(most, len(items))
    assert picked == sorted(picked) and len(set(picked)) == len(picked)
    if items:
        assert picked[0][0] == 0 and picked[-1][0] == len(items) - 1


def luminance(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "sheet"])
@pytest.mark.parametrize("ink", ["ink", "soft", "serious", "caution", "info", "accent"])
def test_text_contrast_is_at_least_4_5(theme, ground, ink):
    """WCAG 2.2, success criterion 1.4.3."""
    block = re.findall(r":root[^{]* \{(.*?)\}", STYLE.read_text(), flags=re.S)[theme]
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("strike", STRIKE_RGB)
def test_badge_contrast(strike):
    assert contrast("#101216", hex_colour(STRIKE_RGB[strike])) >= 4.5


def test_page_offers_what_could_be_tried_with_its_measurement_and_sources(overstriding):
    html = render_page(overstriding, {})
    (offer,) = re.findall(r'<section aria-labelledby="try">(.+?)</section>', html, re.DOTALL)
    assert html.index('id="answer"') < html.index('id="trust"') < html.index('id="try"') < html.index('id="watch"')
    for words in ("far ahead of the knee", "steps/min; 5 % more is 189", "Land under yourself", "moderate evidence",
                  "Stop, and go back", "Lieberman et al. 2015", "One at a time"):  # fmt: skip
        assert words in offer
    assert offer.count("<details") == offer.count("<details open") == 1


def test_page_says_so_where_there_is_nothing_to_try(make_session):
    html = render_page(make_session(("heel",) * 8), {})
    assert "stands out clearly enough" in html
    assert "<details open" not in html
    assert "Too little was measured to suggest anything." in render_page(make_session(), {})


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("foot", ["near", "far"])
def test_a_foot_s_colour_is_seen(theme, foot):
    """WCAG 2.2, success criterion 1.4.11."""
    block = re.findall(r":root[^{]* \{(.*?)\}", STYLE.read_text(), flags=re.S)[theme]
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))
    assert contrast(colours[foot], colours["ground"]) >= 3
