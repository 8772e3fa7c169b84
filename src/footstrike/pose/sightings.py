"""Who was seen in each picture that was looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from footstrike.data import LANDMARK_COUNT
from footstrike.pose.region import Region
from footstrike.pose.rows import Rows

Name = tuple[int, int]
"""Number of a piece of film and of somebody in it."""
_SIGHTING = np.dtype(
    [
        ("look", np.intp),
        ("name", np.intp, 2),
        ("landmarks", np.float32, (LANDMARK_COUNT, 6)),
        ("region", np.float64, 4),
    ]
)


class Sighting(NamedTuple):
    """Somebody in one picture: ``(33, 6)`` landmarks and where to look next."""

    landmarks: NDArray[np.float32]
    region: Region


class Look(NamedTuple):
    """Everybody in one picture.

    ``carried`` says where those who are followed from here on were in the look before, for the first of a piece.
    """

    people: Mapping[Name, Sighting]
    carried: Mapping[Name, Region]


class Sightings:
    """All looks at a recording, in order."""

    def __init__(self) -> None:
        self._rows = Rows(_SIGHTING)
        self._carried: list[tuple[int, Mapping[Name, Region]]] = []
        self._looks = 0

    def add(self, look: Look) -> None:
        """Append a look."""
        for name, sighting in look.people.items():
            self._rows.add(self._looks, name, sighting.landmarks, astuple(sighting.region))
        if look.carried and self._looks:
            self._carried.append((self._looks - 1, look.carried))
        self._looks += 1

    def rows(self) -> NDArray[Any]:
        """Return the ``(N,)`` sightings: ``look``, ``name``, ``landmarks`` and ``region`` (middle, side and turn)."""
        return self._rows.all()

    def carried(self) -> Iterator[tuple[Mapping[Name, Region], Mapping[Name, Region]]]:
        """Yield whoever is followed on from one piece of film to the next: where they are by either's names."""
        rows = self.rows()
        for look, after in self._carried:
            first, end = np.searchsorted(rows["look"], [look, look + 1])
            names, regions = rows["name"][first:end].tolist(), rows["region"][first:end].tolist()
            yield {(piece, n): Region(*region) for (piece, n), region in zip(names, regions, strict=True)}, after
