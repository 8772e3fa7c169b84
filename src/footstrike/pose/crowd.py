"""Following everybody in a piece of film from picture to picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from footstrike.pose.backend import PoseEstimate, PoseEstimator
from footstrike.pose.region import Region

SEARCH_EVERY = 20
"""Pictures from one search of the whole picture to the next: a search costs as much as looking at one person."""
MOST_PEOPLE = 4
"""So many of the largest are followed at once."""
SMALLEST_SHARE = 0.3
"""People smaller than this, over the largest in the picture, are far away and not followed."""
PAINT_MARGIN = 0.1
"""Around the landmarks, in their height: the head reaches beyond them."""
GREY = 127
SETTLING_LOOKS = 3
"""Of somebody found anew: landmarks then lie within 0.7 of 256 pixels of where they would settle; after one, 1.5."""
SAME_PLACE = 0.25
"""Two regions of one picture are of one person where their middles are nearer than this, in sides of the smaller,"""
SAME_SIZE = 1.6
"""and the larger is at most so many times as large."""


def same_person(one: Region, other: Region) -> bool:
    """Return whether two regions of a picture hold one person."""
    small, large = sorted((one.side_px, other.side_px))
    return one.apart_px(other) < SAME_PLACE * small and large < SAME_SIZE * small


class Crowd:
    """People in neighbouring pictures, each with a number; nobody's number is given to another.

    Two who come so close that the network sees one of them twice are lost, and found again as somebody new:
    who is who afterwards shows in how they move (:mod:`footstrike.pose.people`).
    """

    def __init__(self) -> None:
        self._expected: dict[int, Region] = {}
        self._numbers = count()
        self._searched_before = SEARCH_EVERY

    def seen(self, estimator: PoseEstimator, rgb: NDArray[np.uint8]) -> Mapping[int, PoseEstimate]:
        """Return the people in the next ``(H, W, 3)`` picture by number."""
        looks = {number: estimator.look(rgb, region) for number, region in self._expected.items()}
        people = _told_apart({number: look for number, look in looks.items() if look is not None})
        self._searched_before += 1
        if not people or len(people) < len(looks) or self._searched_before >= SEARCH_EVERY:
            people |= self._newcomers(estimator, rgb, people)
        self._expected = {number: person.region for number, person in people.items()}
        return people

    def _newcomers(
        self, estimator: PoseEstimator, rgb: NDArray[np.uint8], known: Mapping[int, PoseEstimate]
    ) -> dict[int, PoseEstimate]:
        """Search the picture for those who are not known yet."""
        thorough = self._searched_before >= SEARCH_EVERY and not known
        self._searched_before = 0 if known or thorough else self._searched_before
        people = list(known.values())
        rest = _without(rgb, people)
        while new := _new(estimator, rgb, estimator.find(rest, thorough=thorough and not people), people):
            people += new
            rest = _without(rest, new)
        return {next(self._numbers): person for person in people[len(known) :]}


def _new(
    estimator: PoseEstimator, rgb: NDArray[np.uint8], regions: Iterable[Region], known: Sequence[PoseEstimate]
) -> list[PoseEstimate]:
    """Look at regions, the largest first; return those people in them who are new and worth following."""
    new: list[PoseEstimate] = []
    for region in sorted(regions, key=lambda region: -region.side_px):
        others = [person.region for person in (*known, *new)]
        least_px = SMALLEST_SHARE * max((other.side_px for other in others), default=0.0)
        if len(others) < MOST_PEOPLE and region.side_px >= least_px:
            person = _in_the_middle(estimator, rgb, region)
            if person is not None and not any(same_person(person.region, other) for other in others):
                new.append(person)
    return new


def _in_the_middle(estimator: PoseEstimator, rgb: NDArray[np.uint8], region: Region) -> PoseEstimate | None:
    """Look several times, each where the one before showed the person."""
    person = estimator.look(rgb, region)
    for _ in range(SETTLING_LOOKS - 1):
        person = None if person is None else estimator.look(rgb, person.region)
    return person


def _without(rgb: NDArray[np.uint8], people: Iterable[PoseEstimate]) -> NDArray[np.uint8]:
    """Return the picture with people painted over: beside one who is clear, the detector overlooks the others."""
    rest = rgb.copy()
    for person in people:
        low, high = person.xy_px.min(axis=0), person.xy_px.max(axis=0)
        margin_px = PAINT_MARGIN * (high[1] - low[1])
        left, top = np.maximum(low - margin_px, 0).astype(int)
        right, bottom = np.maximum(high + margin_px, 0).astype(int)
        rest[top:bottom, left:right] = GREY
    return rest


def _told_apart(people: Mapping[int, PoseEstimate]) -> dict[int, PoseEstimate]:
    """Return the people of whom nobody else is the same."""
    return {
        number: person
        for number, person in people.items()
        if not any(same_person(person.region, other.region) for n, other in people.items() if n != number)
    }
