"""From facts to findings: each flaw is said once, with what it costs and what to do."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from footstrike.capture import Capture, Finding, activity_findings, blocking, conclusion, findings_of, notes_of
from footstrike.capture.camera import CameraMotion
from footstrike.capture.facts import Person
from footstrike.capture.findings import LEVELS
from footstrike.capture.picture import PictureQuality
from footstrike.data import UNKNOWN, UNKNOWN_SPEED, Measure, SlowMotion, Speed, VideoInfo

DOCS = Path(__file__).resolve().parents[2] / "docs"
PERSON = Person(1, 1.0, 0.97, 0.95, True, 1.0, 800.0, 400.0, 3.0)
SPEED = Speed(Measure(3.0, 0.2), "height")
VIDEO = VideoInfo("run.mp4", "", 1000, 1920, 1080, [0.0, 0.1, 0.2], None, 0, False, "h264")
STILL = CameraMotion("still", 0.0, 0.0, 0)
GOOD = Capture(
    person=PERSON,
    camera=STILL,
    seconds=20.0,
    looked_share=1.0,
    rate_hz=120.0,
    slow_motion=SlowMotion(1.0, "real_time", 0.0, ""),
    steps=56,
    activity="running",
    cadence=Measure(172.0, 1.0),
    speed=SPEED,
    speed_of_motion=SPEED,
    video=VIDEO,
    picture=PictureQuality(0.5, 0.1),
)
FLAWS: list[tuple[dict[str, Any], str, str]] = [
    ({"person": Person(0, 0.0), "activity": None}, "no_person", "blocking"),
    ({"person": replace(PERSON, legs_seen=0.1)}, "legs_unseen", "blocking"),
    ({"person": replace(PERSON, whole_trunk=False)}, "trunk_unseen", "blocking"),
    ({"person": replace(PERSON, found_share=0.7)}, "runner_lost", "caution"),
    ({"person": replace(PERSON, people=2)}, "several_people", "caution"),
    ({"person": replace(PERSON, yaw_deg=36.0)}, "view_oblique", "serious"),
    ({"person": replace(PERSON, yaw_deg=-58.0)}, "view_too_oblique", "blocking"),
    ({"person": replace(PERSON, yaw_deg=80.0)}, "view_front", "blocking"),
    ({"person": replace(PERSON, yaw_deg=-80.0)}, "view_rear", "blocking"),
    ({"person": replace(PERSON, feet_inside_share=0.6)}, "feet_cut_off", "caution"),
    ({"person": replace(PERSON, feet_seen=0.6)}, "feet_hidden", "caution"),
    ({"person": replace(PERSON, feet_seen=0.4)}, "feet_hidden", "serious"),
    ({"person": replace(PERSON, leg_px=60.0)}, "small_runner", "caution"),
    ({"activity": None}, "no_steps", "blocking"),
    ({"activity": "walking"}, "walking", "blocking"),
    ({"activity": "other"}, "not_running", "blocking"),
    ({"slow_motion": SlowMotion(4.0, "estimated", 0.06, "bounce")}, "slow_motion_estimated", "caution"),
    ({"rate_hz": 30.0}, "low_fps", "caution"),
    ({"rate_hz": 60.0}, "medium_fps", "info"),
    ({"pictures_hz": 96.0}, "repeated_pictures", "caution"),
    ({"camera": CameraMotion("still", 0.0, 0.0, 2)}, "cuts", "info"),
    ({"camera": CameraMotion("hand_held", 0.01, 0.01, 0)}, "camera_hand_held", "info"),
    ({"camera": CameraMotion("panning", 0.5, 0.01, 0)}, "camera_panning", "info"),
    ({"picture": PictureQuality(0.05, 0.1)}, "dim_light", "caution"),
    ({"picture": PictureQuality(0.5, 0.4)}, "motion_blur", "caution"),
    ({"steps": 4}, "few_steps", "caution"),
    ({"regular_share": 0.7}, "uneven_steps", "caution"),
    ({"cadence": Measure(300.0, 1.0)}, "unusual_cadence", "caution"),
    ({"cadence": Measure(80.0, 1.0)}, "unusual_cadence", "caution"),
    ({"speed": Speed(Measure(5.0, 0.0), "stated")}, "speed_doubtful", "caution"),
    ({"video": replace(VIDEO, variable_rate=True)}, "variable_rate", "info"),
    ({"video": replace(VIDEO, damaged_packets=3)}, "damaged_video", "caution"),
    ({"video": replace(VIDEO, truncated=True)}, "cut_short", "caution"),
]


def found(**changes: Any) -> tuple[Finding, ...]:
    return findings_of(replace(GOOD, **changes))


def flaws(**changes: Any) -> list[Finding]:
    return [finding for finding in found(**changes) if finding.level != "ok"]


def test_a_good_recording_has_every_topic_in_order_and_needs_no_notes() -> None:
    assert flaws() == []
    assert {finding.topic for finding in found()} == {
        *("person", "view", "activity", "rate", "playback", "size", "feet", "camera", "light", "blur", "amount")
    }
    assert notes_of(found()) == ()
    assert conclusion(found()) == "Good to analyse."


@pytest.mark.parametrize(("spoilt", "code", "level"), FLAWS, ids=[f"{code}-{level}" for _, code, level in FLAWS])
def test_each_flaw_is_said_with_what_to_do(spoilt: dict[str, Any], code: str, level: str) -> None:
    (flaw,) = flaws(**spoilt)
    assert (flaw.code, flaw.level) == (code, level)
    assert flaw.found.endswith(".")
    assert flaw.costs == "" or flaw.costs.endswith(".")
    assert (blocking([flaw]) == flaw) == (level == "blocking")
    assert flaw.action.endswith(".") or code in ("walking", "not_running")
    assert "\n" not in flaw.sentences


@pytest.mark.parametrize(("spoilt", "code"), [(spoilt, code) for spoilt, code, _ in FLAWS])
def test_every_code_and_topic_is_explained(spoilt: dict[str, Any], code: str) -> None:
    (flaw,) = flaws(**spoilt)
    assert f"`{code}`" in (DOCS / "check.md").read_text(encoding="utf-8")
    headings = re.findall(r'<a id="(\w+)">', (DOCS / "filming.md").read_text(encoding="utf-8"))
    assert flaw.page == (f"docs/filming.md#{flaw.topic}" if flaw.action else "")
    assert flaw.topic in headings


def test_notes_are_the_flaws_that_do_not_block_most_serious_first() -> None:
    bad = {"person": replace(PERSON, yaw_deg=36.0, leg_px=50.0), "rate_hz": 60.0, "steps": 3}
    notes = notes_of(found(**bad))
    assert [note.code for note in notes] == ["view_oblique", "small_runner", "few_steps", "medium_fps"]
    assert all(a <= b for a, b in itertools.pairwise([LEVELS.index(note.severity) for note in notes]))
    assert notes_of(found(activity="walking")) == ()


def test_numbers_are_those_of_the_recording() -> None:
    person = replace(PERSON, yaw_deg=-41.2, found_share=0.42)
    text = " ".join(finding.sentences for finding in flaws(person=person, steps=3, rate_hz=30.0))
    for words in ("behind the runner, about 41°", "Only 3 landings", "42 %", "±12 ms", "±18 ms"):
        assert words in text


def test_what_was_looked_at_in_part_is_not_taken_for_the_whole() -> None:
    text = " ".join(finding.found for finding in found(looked_share=0.25, camera=replace(STILL, cuts=1)))
    assert "About 224 landings are to be expected" in text
    assert "at least 1 cut" in text


@pytest.mark.parametrize(
    ("yaw_deg", "words"),
    [
        (3.0, "from the side, 3° off square."),
        (-22.0, "from the side, 22° off square, between side and oblique."),
        (28.0, "ahead of the runner, about 28° off the side view, between oblique and side."),
        (-66.0, "behind the runner, about 66° off the side view, between oblique and rear."),
        (70.0, "from the front (about 70° off the side view, between front and oblique)."),
    ],
)
def test_view_near_a_border_is_said_to_be(yaw_deg: float, words: str) -> None:
    (view,) = (finding for finding in found(person=replace(PERSON, yaw_deg=yaw_deg)) if finding.topic == "view")
    assert view.found.endswith(words)


def test_repeated_pictures_count_as_none() -> None:
    (flaw,) = flaws(rate_hz=240.0, pictures_hz=24.0, slow_motion=SlowMotion(2.0, "stated", 0.0, ""))
    assert "of 240 a second only about 24" in flaw.found
    assert "±9 ms" in flaw.costs


def test_known_slow_motion_and_what_cannot_be_judged_need_no_note() -> None:
    assert flaws(slow_motion=SlowMotion(8.0, "stated", 0.0, ""), cadence=UNKNOWN) == []
    assert flaws(speed=Speed(Measure(9.0, 0.0), "stated"), speed_of_motion=UNKNOWN_SPEED) == []
    assert flaws(video=None, picture=None, camera=CameraMotion("unclear", math.nan, math.nan, 0)) == []
    assert flaws(picture=PictureQuality(0.5, math.nan)) == []


def test_activity_that_a_front_view_does_not_show_is_not_called_missing() -> None:
    front = replace(PERSON, yaw_deg=80.0)
    assert [flaw.code for flaw in flaws(person=front, activity=None)] == ["view_front"]
    assert activity_findings(None)[0].code == "no_steps"


def test_conclusion() -> None:
    assert conclusion(found(rate_hz=30.0, steps=4)) == "Can be analysed, with care: rate, amount."
    assert conclusion(found(activity="walking", rate_hz=30.0)) == "Cannot be analysed: the person walks."


def test_lines_obey_no_terminal_codes() -> None:
    finding = Finding("file", "cuts", "info", "a\x1b[31m\nb", "c\r")
    assert finding.lines == ("file      a [31m b", "          c ")


def test_landings_that_were_hardly_seen_or_end_behind_the_knee_are_doubtful() -> None:
    hidden, behind, both = (
        [flaw.code for flaw in flaws(**changes)]
        for changes in ({"hidden_share": 0.6}, {"ankle_behind": ("left",)}, {"ankle_behind": ("left", "right")})
    )
    assert (hidden, behind, both) == (["feet_hidden"], ["ankle_behind"], ["ankle_behind"])
    (said,) = flaws(ankle_behind=("right",))
    assert said.found.startswith("The right foot seems to land with the ankle behind the knee")


def test_view_that_is_too_slanted_tells_neither_activity_nor_steps() -> None:
    codes = {finding.code for finding in found(person=replace(PERSON, yaw_deg=60.0))}
    assert "view_too_oblique" in codes and not codes & {"running", "enough_steps", "few_steps"}


def test_body_that_is_taller_than_the_picture_is_no_size() -> None:
    assert "size" in {finding.topic for finding in found()}
    assert "size" not in {finding.topic for finding in found(person=replace(PERSON, height_px=5000.0))}


def test_fast_playback_is_not_called_slow() -> None:
    (playback,) = (f for f in found(slow_motion=SlowMotion(0.5, "stated", 0.0, "")) if f.topic == "playback")
    assert playback.found == "Fast playback, 2.0 times faster than real (stated)."
