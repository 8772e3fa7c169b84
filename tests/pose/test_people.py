"""Who is who, on made-up sightings."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from footstrike.pose import Region
from footstrike.pose.people import Person, most_at_once, people_of, with_returns
from footstrike.pose.sightings import Look, Name, Sighting, Sightings

RATE_HZ = 25.0
LOOKS = 100
TIME_S = np.arange(LOOKS) / RATE_HZ
STILL = np.zeros((LOOKS, 2))
ONE_SHOT = np.zeros(LOOKS)
Path = Callable[[int], Region]


def sighting(region: Region) -> Sighting:
    return Sighting(np.full((33, 6), region.x_px, np.float32), region)


def film(
    paths: dict[str, Path], seen_as: Callable[[str, int], Name | None], carries: Collection[int] = ()
) -> Sightings:
    """Looks at people on their paths, under the names that they are seen as; ``carries`` are the starts of pieces."""
    looks = Sightings()
    for n in range(LOOKS):
        people = {name: sighting(path(n)) for who, path in paths.items() if (name := seen_as(who, n)) is not None}
        carried = {name: paths[who](n - 1) for who in paths if (name := seen_as(who, n)) is not None}
        looks.add(Look(people, carried if n in carries else {}))
    return looks


def at(x_px: float, side_px: float = 200.0) -> Path:
    return lambda n: Region(x_px, 300, side_px, 0)


def walking(x_px: float, speed_px: float, side_px: float = 200.0) -> Path:
    return lambda n: Region(x_px + speed_px * n, 300, side_px, 0)


def spans(people: tuple[Person, ...]) -> list[tuple[int, int, int]]:
    return [(int(p.looks[0]), int(p.looks[-1]), p.looks.size) for p in people]


def test_nobody() -> None:
    assert people_of(film({}, lambda who, n: None), TIME_S, STILL, ONE_SHOT) == ()


def test_people_are_carried_from_piece_to_piece_and_the_larger_comes_first() -> None:
    """Pieces of 40 looks give the two their numbers in changing order."""
    looks = film(
        {"small": at(300), "large": walking(900, -1, 260)},
        lambda who, n: (n // 40, (n // 40 + (who == "small")) % 2),
        {40, 80},
    )
    people = people_of(looks, TIME_S, STILL, ONE_SHOT)
    assert spans(people) == [(0, 99, 100), (0, 99, 100)]
    np.testing.assert_array_equal(people[0].region[:, 0], 900 - np.arange(100))
    np.testing.assert_array_equal(people[1].landmarks[:, 0, 0], 300)


def test_somebody_who_crosses_in_front_of_the_runner_does_not_take_their_place() -> None:
    """They meet at look 50, are one for ten looks, and have new names afterwards."""
    names = {"runner": 0, "passer": 1}

    def seen_as(who: str, n: int) -> Name | None:
        if n < 46:
            return (0, names[who])
        if n < 56:
            return (0, 2) if who == "passer" else None
        return (0, 3) if who == "runner" else (0, 2)

    looks = film({"runner": at(500, 220), "passer": walking(0, 10)}, seen_as)
    runner, passer = people_of(looks, TIME_S, STILL, ONE_SHOT)
    assert np.ptp(runner.region[:, 0]) == 0
    assert runner.looks.size == 46 + 44
    assert (np.diff(passer.region[:, 0]) == 10).all()
    assert passer.looks.size == LOOKS


def test_a_network_that_goes_over_to_the_passer_is_found_out() -> None:
    """From look 50 on, what was the runner's square follows the passer; the runner is found again at 60."""

    def stolen(n: int) -> Region:
        return Region(500 + 12.0 * max(n - 50, 0), 300, 220, 0)

    looks = film(
        {"square": stolen, "runner": at(500, 220)},
        lambda who, n: (0, 0) if who == "square" else (0, 1) if n >= 60 else None,
    )
    runner, passer = people_of(looks, TIME_S, STILL, ONE_SHOT)
    assert np.abs(runner.region[:, 0] - 500).max() < 20
    assert {*range(48), *range(60, LOOKS)} <= set(runner.looks.tolist())
    assert passer.looks[-1] == 99
    assert passer.region[0, 0] < 540


def test_a_camera_that_turns_is_taken_out() -> None:
    """The runner is lost for half a second in which the camera moves on faster than they do."""
    camera_px = np.column_stack([-30.0 * np.maximum(np.arange(LOOKS) - 50, 0), np.zeros(LOOKS)])
    looks = film(
        {"runner": lambda n: Region(400 + 2 * n + camera_px[n, 0], 300, 200, 0)},
        lambda who, n: None if 50 <= n < 62 else (0, int(n > 60)),
    )
    assert spans(people_of(looks, TIME_S, camera_px, ONE_SHOT)) == [(0, 99, 88)]
    assert len(people_of(looks, TIME_S, STILL, ONE_SHOT)) == 2


def test_nobody_is_followed_across_a_cut_or_a_long_absence() -> None:
    looks = film({"runner": at(400)}, lambda who, n: (0, 0))
    assert spans(people_of(looks, TIME_S, STILL, (np.arange(LOOKS) >= 30).astype(float))) == [(0, 29, 30), (30, 99, 70)]
    gone = film({"runner": at(400)}, lambda who, n: None if 30 <= n < 70 else (0, int(n >= 70)))
    assert spans(people_of(gone, TIME_S, STILL, ONE_SHOT)) == [(0, 29, 30), (70, 99, 30)]


def test_those_seen_for_a_moment_come_last() -> None:
    paths = {"giant": at(400, 900), "runner": at(1200, 200)}
    looks = film(paths, lambda who, n: None if who == "giant" and n > 5 else (0, int(who == "giant")))
    assert spans(people_of(looks, TIME_S, STILL, ONE_SHOT)) == [(0, 99, 100), (0, 5, 6)]


def person(*looks: int, side_px: float = 100) -> Person:
    count = len(looks)
    return Person(np.array(looks), np.full((count, 33, 6), looks[0], np.float32), np.full((count, 4), side_px))


def test_people_who_are_there_together_are_counted() -> None:
    everybody = [person(*range(60)), person(*range(40, 100)), person(50)]
    assert most_at_once(everybody, TIME_S) == 2
    assert most_at_once(everybody[:1], TIME_S) == 1
    assert most_at_once([person(0)], TIME_S[:1]) == 1


def test_who_is_only_there_when_the_runner_is_not_may_be_the_runner() -> None:
    people = [person(*range(40)), person(*range(30, 60)), person(*range(70, 80)), person(*range(85, 90), side_px=30)]
    back = with_returns(people, 0, ONE_SHOT)
    assert back.looks.tolist() == [*range(40), *range(70, 80)]
    assert back.landmarks[[0, 45], 0, 0].tolist() == [0, 70]
    after_a_cut = with_returns(people, 0, (np.arange(LOOKS) > 80).astype(float))
    assert after_a_cut.looks.tolist() == [*range(40), *range(70, 80), *range(85, 90)]


@given(st.permutations(range(3)), st.integers(1, 60))
def test_names_mean_nothing(numbers: list[int], piece: int) -> None:
    paths = {"a": at(300, 200), "b": walking(700, 1, 230), "c": at(1300, 260)}

    def seen_as(who: str, n: int) -> Name:
        return (n // piece, numbers["abc".index(who)])

    people = people_of(film(paths, seen_as, set(range(piece, LOOKS, piece))), TIME_S, STILL, ONE_SHOT)
    assert spans(people) == [(0, 99, 100)] * 3
    assert [p.region[0, 0] for p in people] == [1300, 700, 300]
