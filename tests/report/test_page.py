"""The page."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import footstrike.report.page
from footstrike.data import UNKNOWN, Measure
from footstrike.report.overlay import build_scene
from footstrike.report.page import render_page, steps_to_picture
from footstrike.report.page.plot import evenly_picked, steps_plot
from footstrike.report.style import STRIKE_RGB, hex_colour

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


def test_page_loads_nothing(make_session):
    session = make_session()
    html = render_page(session, pictures_of(session))
    for tag, attributes in outline(html):
        assert tag not in {"script", "link", "iframe"}
        for name in ("src", "href", "xlink:href"):
            assert (attributes.get(name) or "data:").startswith(("data:", "#"))
    assert "@import" not in html and not re.search(r"url\((?!#)", html)


def test_what_the_user_gave_is_escaped(make_session):
    html = render_page(make_session(name="<script>alert(1)</script>.mp4"), {})
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;.mp4" in html


def test_every_picture_has_words_and_every_header_a_scope(make_session):
    session = make_session()
    tags = outline(render_page(session, pictures_of(session)))
    images = [attributes for tag, attributes in tags if tag == "img"]
    assert len(images) == 4 and all("foot at contact" in image["alt"] for image in images)
    assert all("scope" in attributes for tag, attributes in tags if tag == "th")
    levels = [int(tag[1]) for tag, _ in tags if tag in {"h1", "h2", "h3"}]
    assert levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    ids = {attributes["id"] for _, attributes in tags if "id" in attributes}
    assert {a["aria-labelledby"] for _, a in tags if "aria-labelledby" in a} <= ids


def test_at_most_24_pictures_and_the_rest_is_counted(make_session):
    session = make_session(("heel",) * 60)
    pictures = pictures_of(session)
    assert len(pictures) == 24
    html = render_page(session, pictures)
    assert "24 of 60 landings are shown; 36 are left out." in html


def test_same_session_same_page(make_session):
    assert render_page(make_session(), {}) == render_page(make_session(), {})


def test_no_steps_no_video(make_session):
    session = make_session(
        (), video=None, verdict={}, metrics={}, warnings=(), cadence_spm=UNKNOWN, leg_length_px=float("nan")
    )
    html = render_page(session, {})
    assert "No landing of this foot was seen." in html and "No step was found." in html
    assert "nan" not in html.lower()
    assert "<svg" not in html


def test_one_foot_only_and_unknown_angles(make_session):
    session = make_session(("unclear",))
    step = session.steps[0]
    landing = replace(step.landing, foot_strike_angle_deg=UNKNOWN, shank_angle_deg=UNKNOWN)
    session = replace(session, steps=(replace(step, landing=landing, reasons=("pose_poor", "odd_code")),))
    html = render_page(session, pictures_of(session))
    assert "the body was not well recognised; odd code; close to the border between two classes" in html
    assert '<td class="num">—</td>' in html
    assert "no landing seen" in html, "in the plot of the other foot"


def test_long_recording_stays_small(make_session):
    session = make_session(("heel", "forefoot") * 850)
    html = render_page(session, {})
    assert html.count("<tr>") > 1700
    assert len(html) < 2_500_000


def test_plot_is_well_formed_and_follows_the_theme(make_session):
    svg = str(steps_plot(make_session()))
    ElementTree.fromstring(svg)
    assert "currentColor" in svg and "var(--rule)" in svg and "#010203" not in svg
    assert "date" not in svg.lower().split("</metadata>")[0]


def test_plot_takes_infinite_spread_and_a_single_step(make_session):
    session = make_session(("heel",))
    step = session.steps[0]
    landing = replace(step.landing, shank_angle_deg=Measure(4.0, float("nan")))
    ElementTree.fromstring(str(steps_plot(replace(session, steps=(replace(step, landing=landing),)))))


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
@pytest.mark.parametrize("ink", ["ink", "soft", "serious", "caution", "info"])
def test_text_contrast_is_at_least_4_5(theme, ground, ink):
    """WCAG 2.2, success criterion 1.4.3."""
    block = re.findall(r":root \{(.*?)\}", STYLE.read_text(), flags=re.S)[theme]
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("strike", STRIKE_RGB)
def test_badge_contrast(strike):
    assert contrast("#101216", hex_colour(STRIKE_RGB[strike])) >= 4.5


def test_page_offers_what_could_be_tried_with_its_measurement_and_sources(overstriding):
    html = render_page(overstriding, {})
    (offer,) = re.findall(r'<section aria-labelledby="try">(.+?)</section>', html, re.DOTALL)
    assert html.index('id="answer"') < html.index('id="try"') < html.index('id="trust"')
    for words in ("far ahead of the knee", "steps/min; 5 % more is 189", "Land under yourself", "moderate evidence",
                  "Stop, and go back", "Lieberman et al. 2015", "One at a time"):  # fmt: skip
        assert words in offer
    assert offer.count("<details") == offer.count("<details open") == 1


def test_page_says_so_where_there_is_nothing_to_try(make_session):
    html = render_page(make_session(("heel",) * 8), {})
    assert "nothing to suggest" in html
    assert "<details open" not in html
    assert "Too little was measured to suggest anything." in render_page(make_session(), {})
