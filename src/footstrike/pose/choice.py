"""Which of the people in a video is the runner to analyse."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from footstrike.errors import InvalidValueError, NotAnalysableError
from footstrike.pose.track import People

RUNNING = "running"
_PLACE = re.compile(r"\s*(\d{1,5})\s*[,x]\s*(\d{1,5})\s*")


@dataclass(frozen=True, slots=True)
class RunnerChoice:
    """How to choose; see :func:`parse_runner`.

    Parameters
    ----------
    word
        ``"running"``, ``"largest"``, ``"left"`` or ``"right"``.
    number
        Of the person, from 1; ``None`` unless chosen by it.
    place_px
        A point of the picture on the person; ``None`` unless chosen by it.
    """

    word: str = RUNNING
    number: int | None = None
    place_px: tuple[int, int] | None = None

    def candidates(self, people: People) -> tuple[int, ...]:
        """Return the persons to try, best first; empty where nobody was seen.

        Raises
        ------
        NotAnalysableError
            If nobody has that number or is ever seen in that place.
        """
        if not people.persons:
            return ()
        if self.number is not None:
            return (_numbered(people, self.number),)
        if self.place_px is not None:
            return (_at(people, self.place_px),)
        middles_px = [float(np.median(person.region[:, 0])) for person in people.lasting]
        by_word = {
            "left": (int(np.argmin(middles_px)),),
            "right": (int(np.argmax(middles_px)),),
            "largest": (0,),
        }
        return by_word.get(self.word, tuple(range(len(people.lasting))))


def parse_runner(text: str) -> RunnerChoice:
    """Return the choice that a text means.

    ``running``: the largest who runs; ``largest``, ``left``, ``right``: whether running or not;
    ``2``: the second in the order of size; ``640,400``: who is seen at this point of the picture.

    Raises
    ------
    InvalidValueError
        If it is none of these.
    """
    word = text.strip().lower()
    if word in (RUNNING, "largest", "left", "right"):
        return RunnerChoice(word)
    if place := _PLACE.fullmatch(word):
        return RunnerChoice(place_px=(int(place[1]), int(place[2])))
    if word.isdecimal() and 1 <= int(word) <= 99:
        return RunnerChoice(number=int(word))
    raise InvalidValueError(
        f"{text!r} names no runner; write running, largest, left, right, a number from 1 in the order of size, "
        "or a point of the picture like 640,400."
    )


def _numbered(people: People, number: int) -> int:
    count = len(people.lasting)
    if number > count:
        raise NotAnalysableError(f"There is no runner {number}: {_words(count)} in the video. {_where(people)}")
    return number - 1


def _at(people: People, place_px: tuple[int, int]) -> int:
    """Return who is nearest to a point when somebody is first seen there."""
    first: tuple[int, float, int] | None = None
    for number, person in enumerate(people.persons):
        apart_px = np.hypot(person.region[:, 0] - place_px[0], person.region[:, 1] - place_px[1])
        there = np.flatnonzero(apart_px < person.region[:, 2] / 2 / math.sqrt(2))
        if there.size:
            found = int(person.looks[there[0]]), float(apart_px[there[0]]), number
            first = min(first or found, found)
    if first is None:
        raise NotAnalysableError(f"Nobody is ever seen at {place_px[0]},{place_px[1]}. {_where(people)}")
    return first[2]


def _words(count: int) -> str:
    return "1 person was seen" if count == 1 else f"{count} people were seen"


def _where(people: People) -> str:
    """Say where everybody is first seen."""
    places = (
        f"{number} at {person.region[0, 0]:.0f},{person.region[0, 1]:.0f}"
        for number, person in enumerate(people.lasting, 1)
    )
    return f"Seen first: {'; '.join(places)}."
