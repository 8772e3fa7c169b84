"""Following several people, drawn as squares of their own brightness that an estimator of the test finds."""

from __future__ import annotations

import numpy as np
import pytest

from footstrike.pose import PoseEstimate, Region
from footstrike.pose.crowd import GREY, MOST_PEOPLE, SEARCH_EVERY, Crowd, same_person

SIDE_PX = 100.0


class SquareEstimator:
    """People are columns of brightness 1 to 9, each 10 px wide; a look finds the nearest to the region's middle."""

    def __init__(self) -> None:
        self.searches = 0

    def find(self, rgb: np.ndarray, *, thorough: bool) -> tuple[Region, ...]:
        self.searches += 1
        return tuple(Region(x, 50, SIDE_PX * size, 0) for x, size in people_in(rgb))

    def look(self, rgb: np.ndarray, region: Region) -> PoseEstimate | None:
        near = [(abs(x - region.x_px), x, size) for x, size in people_in(rgb) if abs(x - region.x_px) < SIDE_PX / 2]
        if not near:
            return None
        _, x, size = min(near)
        xy_px = np.full((33, 2), float(x))
        return PoseEstimate(xy_px, np.ones(33), np.zeros((33, 3)), Region(x, 50, SIDE_PX * size, 0))


def people_in(rgb: np.ndarray) -> list[tuple[float, float]]:
    """Middle and size of everybody; the red of a column of pixels is a tenth of somebody's size."""
    red = rgb[0, :, 0]
    return [(float(x), red[x] / 10) for x in np.flatnonzero((red > 0) & (red != GREY))]


def picture(**places: tuple[int, float]) -> np.ndarray:
    rgb = np.zeros((4, 2000, 3), np.uint8)
    for x, size in places.values():
        rgb[:, x] = round(10 * size)
    return rgb


def middles(seen) -> dict[int, float]:
    return {number: person.region.x_px for number, person in seen.items()}


def test_two_people_keep_their_numbers() -> None:
    crowd, estimator = Crowd(), SquareEstimator()
    for step in range(15):
        seen = crowd.seen(estimator, picture(a=(300 + 5 * step, 1), b=(900 - 5 * step, 1.2)))
        assert middles(seen) == {1: 300 + 5 * step, 0: 900 - 5 * step}
        assert estimator.searches == 2, "once, and once more for those whom the clear ones hid"


def test_somebody_who_comes_later_gets_a_new_number_at_the_next_search() -> None:
    crowd, estimator = Crowd(), SquareEstimator()
    crowd.seen(estimator, picture(a=(300, 1)))
    for _ in range(SEARCH_EVERY):
        seen = crowd.seen(estimator, picture(a=(300, 1), b=(900, 1)))
    assert middles(seen) == {0: 300, 1: 900}


def test_a_number_is_never_given_again() -> None:
    crowd, estimator = Crowd(), SquareEstimator()
    assert middles(crowd.seen(estimator, picture(a=(300, 1)))) == {0: 300}
    assert crowd.seen(estimator, picture()) == {}
    assert middles(crowd.seen(estimator, picture(a=(300, 1)))) == {1: 300}


def test_two_who_meet_are_both_somebody_new_afterwards() -> None:
    crowd, estimator = Crowd(), SquareEstimator()
    assert middles(crowd.seen(estimator, picture(a=(300, 1), b=(390, 1)))) == {0: 300, 1: 390}
    assert middles(crowd.seen(estimator, picture(a=(340, 1), b=(350, 1)))) == {2: 340}


def test_only_the_largest_are_followed_and_nobody_far_away() -> None:
    crowd = Crowd()
    many = picture(**{f"p{n}": (150 + 200 * n, 1 + 0.1 * n) for n in range(MOST_PEOPLE + 3)}, far=(1900, 0.2))
    seen = crowd.seen(SquareEstimator(), many)
    assert sorted(middles(seen).values()) == [150 + 200 * n for n in range(3, MOST_PEOPLE + 3)]
    assert middles(Crowd().seen(SquareEstimator(), picture(a=(300, 2), far=(1500, 0.5)))) == {0: 300}


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Region(20, 0, 100, 0.5), True),
        (Region(30, 0, 100, 0), False),
        (Region(0, 0, 150, 0), True),
        (Region(0, 0, 170, 0), False),
    ],
)
def test_one_person_is_in_one_place_and_of_one_size(other: Region, same: bool) -> None:
    assert same_person(Region(0, 0, 100, 0), other) == same_person(other, Region(0, 0, 100, 0)) == same


def test_those_whom_the_detector_overlooks_beside_a_clear_one_are_found() -> None:
    """The network's habit: beside somebody who is clear, the others hardly count."""

    class Shy(SquareEstimator):
        def find(self, rgb: np.ndarray, *, thorough: bool) -> tuple[Region, ...]:
            return super().find(rgb, thorough=thorough)[:1]

        def look(self, rgb: np.ndarray, region: Region) -> PoseEstimate | None:
            seen = super().look(rgb, region)
            if seen is not None:
                seen.xy_px[:] = [[seen.region.x_px - 5, 0]] + [[seen.region.x_px + 5, 4]] * 32
            return seen

    crowd = Crowd()
    seen = crowd.seen(Shy(), picture(a=(300, 1), b=(900, 1), c=(1500, 1)))
    assert sorted(middles(seen).values()) == [300, 900, 1500]
