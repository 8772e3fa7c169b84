"""Who is who: from people seen in pieces of film to people followed through a recording."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from footstrike.data import BoolArray, FloatArray
from footstrike.pose.crowd import SAME_SIZE, same_person
from footstrike.pose.region import Region
from footstrike.pose.sightings import Name, Sightings

LONGEST_ABSENCE_S = 1.0
"""Someone hidden or lost for longer counts as somebody new."""
MOTION_LOOKS = 8
"""Looks before and after an absence that tell how someone moves."""
MOST_UNLIKE = 0.5
"""Most that place and motion, in sides of the region, and size, as a logarithm, may differ from what was expected."""
MOTION_COUNTS_S = 0.25
"""A velocity that differs counts as the way that it makes in this time."""
SWERVE_SPAN_S = 0.12
LEAST_SWERVE_HZ = 0.2
"""A velocity that changes by more than this at once, in sides of the region per second,"""
SWERVE_TIMES_TYPICAL = 5.0
"""and by so many times more than it is wont to, is a swerve."""
LEAST_ALONE = 0.9
"""Who is seen without somebody else for less of the time than this is somebody else."""
LASTING_S = 0.4
"""Those who are seen for less come after all others."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Somebody followed through a recording.

    Parameters
    ----------
    looks
        ``(N,)`` numbers of the looks in which they were seen, rising.
    landmarks
        ``(N, 33, 6)`` x and y, visibility, and the metric three.
    region
        ``(N, 4)`` middle, side and turn of the square around them.
    """

    looks: NDArray[np.intp]
    landmarks: NDArray[np.float32]
    region: FloatArray

    @property
    def side_px(self) -> float:
        """Median side of the square around them."""
        return float(np.median(self.region[:, 2]))

    @property
    def prominence(self) -> float:
        """How large they are and for how long."""
        return self.looks.size * self.side_px

    def part(self, which: slice | BoolArray) -> Person:
        """Return the same person in some of the looks."""
        return Person(self.looks[which], self.landmarks[which], self.region[which])


def people_of(sightings: Sightings, time_s: FloatArray, camera_px: FloatArray, shot: FloatArray) -> tuple[Person, ...]:
    """Put together who was seen.

    Parameters
    ----------
    sightings
        Of all looks.
    time_s : (L,) array
        Times of the looks.
    camera_px : (L, 2) array
        How far the background has moved.
    shot : (L,) array
        Number of the shot; nobody is followed across a cut.

    Returns
    -------
    tuple of Person
        The largest first, but those seen for a moment last.
    """
    pieces = [part for piece in _pieces(sightings, shot) for part in _split_at_swerves(piece, time_s, camera_px)]
    chains = _chained(pieces, time_s, camera_px, shot)
    people = [_person([pieces[n] for n in chain]) for chain in chains]
    lasting = lasting_looks(time_s)
    return tuple(sorted(people, key=lambda person: (person.looks.size < lasting, -person.side_px, person.looks[0])))


def lasting_looks(time_s: FloatArray) -> int:
    """Return how many looks at the times ``(L,)`` make :data:`LASTING_S`; all of them where they are fewer."""
    return min(max(round(LASTING_S * _rate_hz(time_s)), 1), time_s.size)


def _rate_hz(time_s: FloatArray) -> float:
    return (time_s.size - 1) / max(float(np.ptp(time_s)), 1e-6)


def most_at_once(people: Iterable[Person], time_s: FloatArray) -> int:
    """Return how many people are seen together for :data:`LASTING_S`, at looks at the times ``(L,)``."""
    together = np.zeros(time_s.size, dtype=np.intp)
    for person in people:
        together[person.looks] += 1
    return int(np.sort(together)[-lasting_looks(time_s)])


def with_returns(people: Sequence[Person], chosen: int, shot: FloatArray) -> Person:
    """Return somebody together with those who are hardly seen but when they are not: perhaps the same, back again.

    In one shot they are of like size; ``shot`` is (L,), the shot of each look.
    """
    whole = first = people[chosen]
    for person in people:
        new = ~np.isin(person.looks, whole.looks)
        like = abs(math.log(person.side_px / first.side_px)) < math.log(SAME_SIZE)
        if new.mean() >= LEAST_ALONE and (like or not np.isin(shot[person.looks], shot[first.looks]).any()):
            whole = _person([whole, person.part(new)])
    return whole


def _pieces(sightings: Sightings, shot: FloatArray) -> list[Person]:
    """Return everybody whose name is the same, or carried from one piece of film to the next, in one shot."""
    same: dict[Name, Name] = {}
    for before, after in sightings.carried():
        same |= _carried(after, before, same)
    rows = sightings.rows()
    seen: dict[tuple[Name, float], list[int]] = {}
    for row, ((piece, n), shown) in enumerate(zip(rows["name"].tolist(), shot[rows["look"]].tolist(), strict=True)):
        seen.setdefault((same.get((piece, n), (piece, n)), shown), []).append(row)
    return [Person(rows["look"][own], rows["landmarks"][own], rows["region"][own]) for own in seen.values()]


def _carried(now: Mapping[Name, Region], before: Mapping[Name, Region], same: Mapping[Name, Name]) -> dict[Name, Name]:
    """Return whose names mean people of the look before, which both pieces of film hold."""
    left = dict(before)
    known: dict[Name, Name] = {}
    for name, region in now.items():
        alike = [other for other, there in left.items() if same_person(region, there)]
        if alike:
            nearest = min(alike, key=lambda other: region.apart_px(left[other]))
            known[name] = same.get(nearest, nearest)
            del left[nearest]
    return known


def _person(pieces: Sequence[Person]) -> Person:
    """Put pieces that share no look together."""
    looks = np.concatenate([piece.looks for piece in pieces])
    order = np.argsort(looks)
    return Person(
        looks=looks[order],
        landmarks=np.concatenate([piece.landmarks for piece in pieces])[order],
        region=np.concatenate([piece.region for piece in pieces])[order],
    )


def _split_at_swerves(piece: Person, time_s: FloatArray, camera_px: FloatArray) -> list[Person]:
    """Cut a piece where its motion to the side changes at once: the network has gone over to somebody who passed.

    Motion is told by the mean places in four neighbouring spans of time; steady motion leaves no second difference.
    """
    rate_hz = _rate_hz(time_s[piece.looks])
    span = max(2, round(SWERVE_SPAN_S * rate_hz))
    if piece.looks.size < 6 * span:
        return [piece]
    places = (piece.region[:, 0] - camera_px[piece.looks, 0]) / piece.side_px
    means = sliding_window_view(places, span).mean(axis=-1)
    changes = means[3 * span :] - means[2 * span : -span] - means[span : -2 * span] + means[: -3 * span]
    swerve = np.abs(changes) * rate_hz / span
    limit = max(LEAST_SWERVE_HZ, SWERVE_TIMES_TYPICAL * float(np.median(swerve)))
    largest = (swerve == maximum_filter1d(swerve, 4 * span + 1)) & (swerve > limit)
    cuts = [0, *(np.flatnonzero(largest) + 2 * span).tolist(), piece.looks.size]
    return [piece.part(slice(a, b)) for a, b in pairwise(cuts)]


def _chained(
    pieces: Sequence[Person], time_s: FloatArray, camera_px: FloatArray, shot: FloatArray
) -> list[tuple[int, ...]]:
    """Chain pieces that go on where another ended, as it was moving: the most alike first."""
    unlike = {
        (a, b): difference
        for a, before in enumerate(pieces)
        for b, after in enumerate(pieces)
        if 0 < time_s[after.looks[0]] - time_s[before.looks[-1]] <= LONGEST_ABSENCE_S
        and shot[after.looks[0]] == shot[before.looks[-1]]
        and (difference := _unlike(before, after, time_s, camera_px)) <= MOST_UNLIKE
    }
    follows: dict[int, int] = {}
    for before, after in sorted(unlike, key=unlike.__getitem__):
        if before not in follows and after not in follows.values():
            follows[before] = after
    chains = []
    for first in range(len(pieces)):
        if first not in follows.values():
            chain = [first]
            while chain[-1] in follows:
                chain.append(follows[chain[-1]])
            chains.append(tuple(chain))
    return chains


def _unlike(before: Person, after: Person, time_s: FloatArray, camera_px: FloatArray) -> float:
    """Return how much place, motion and size after an absence differ from what those before foretell."""
    ends, starts = before.looks[-MOTION_LOOKS:], after.looks[:MOTION_LOOKS]
    middle_s = (time_s[ends[-1]] + time_s[starts[0]]) / 2
    left_px, leaving_px_s = _motion(time_s[ends] - middle_s, before.region[-MOTION_LOOKS:, :2] - camera_px[ends])
    came_px, coming_px_s = _motion(time_s[starts] - middle_s, after.region[:MOTION_LOOKS, :2] - camera_px[starts])
    sides_px = np.median(before.region[-MOTION_LOOKS:, 2]), np.median(after.region[:MOTION_LOOKS, 2])
    apart_px = np.linalg.norm(left_px - came_px) + MOTION_COUNTS_S * np.linalg.norm(leaving_px_s - coming_px_s)
    return float(apart_px / min(sides_px) + abs(np.log(sides_px[0] / sides_px[1])))


def _motion(time_s: FloatArray, xy_px: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the place at time 0 and the velocity of somebody who is in these ``(N, 2)`` places."""
    middle_s, middle_px = time_s.mean(), xy_px.mean(axis=0)
    spread = float(np.sum((time_s - middle_s) ** 2))
    velocity = (time_s - middle_s) @ (xy_px - middle_px) / spread if spread > 0 else np.zeros(2)
    return np.asarray(middle_px - velocity * middle_s), np.asarray(velocity)
