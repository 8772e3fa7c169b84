from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.errors import InvalidValueError, NotAnalysableError
from footstrike.pose import People, parse_runner
from footstrike.pose.people import Person

LOOKS = 50


def person(x_px: float, side_px: float, first: int = 0, last: int = LOOKS) -> Person:
    looks = np.arange(first, last)
    region = np.column_stack([np.full(looks.size, x_px), np.full(looks.size, 300.0), np.full(looks.size, side_px)])
    return Person(looks, np.zeros((looks.size, 33, 6), np.float32), np.column_stack([region, np.zeros(looks.size)]))


def people(*persons: Person) -> People:
    return People(
        time_s=np.arange(LOOKS) / 25,
        frame_size_px=(1280, 720),
        looked=np.arange(LOOKS),
        camera_px=np.zeros((LOOKS, 2)),
        shot=np.zeros(LOOKS),
        persons=persons,
        pictures_hz=math.nan,
        backend="made up",
        models=(),
    )


THREE = people(person(600, 400), person(200, 300), person(1000, 250), person(50, 900, 0, 3))


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("running", (0, 1, 2)),
        (" Largest ", (0,)),
        ("left", (1,)),
        ("right", (2,)),
        ("1", (0,)),
        ("3", (2,)),
        ("980,310", (2,)),
        ("980 x 310", (2,)),
        ("60,300", (3,)),
    ],
)
def test_candidates(text: str, candidates: tuple[int, ...]) -> None:
    assert parse_runner(text).candidates(THREE) == candidates


def test_who_is_first_seen_in_a_place_is_meant() -> None:
    one_after_another = people(person(600, 400, 30), person(620, 380, 0, 20))
    assert parse_runner("610,300").candidates(one_after_another) == (1,)


def test_nobody_there() -> None:
    for text in ("running", "left", "2", "10,10"):
        assert parse_runner(text).candidates(people()) == ()
    assert not people().track(0).found.any()
    assert people().track(0).people == 0


@pytest.mark.parametrize("text", ["4", "99"])
def test_no_such_number(text: str) -> None:
    with pytest.raises(NotAnalysableError, match=f"no runner {text}: 3 people.*1 at 600,300; 2 at 200,300"):
        parse_runner(text).candidates(THREE)


def test_nobody_in_that_place() -> None:
    with pytest.raises(NotAnalysableError, match=r"Nobody is ever seen at 1200,700\. Seen first: 1 at"):
        parse_runner("1200,700").candidates(THREE)


@pytest.mark.parametrize("text", ["", "me", "0", "-1", "100", "1.5", "10,", "10,20,30"])
def test_what_names_nobody(text: str) -> None:
    with pytest.raises(InvalidValueError, match="names no runner"):
        parse_runner(text)


@given(st.text())
def test_any_text_is_a_choice_or_a_clear_error(text: str) -> None:
    try:
        parse_runner(text)
    except InvalidValueError:
        return
    assert text.strip()
