"""What is noted look by look, in one block of memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Rows:
    """Records of one kind, one behind the other in memory.

    Each for itself they would lie scattered among the pictures of a long recording, and what pictures took could not be
    given back to the system once these are gone.

    Parameters
    ----------
    kind
        Names, types and shapes of the fields.
    """

    def __init__(self, kind: np.dtype[np.void]) -> None:
        self._kind = kind
        self._bytes = bytearray()

    def add(self, *fields: object) -> None:
        """Append a record with these fields, in order; they are copied."""
        self._bytes += np.array([fields], self._kind).tobytes()

    def all(self) -> NDArray[Any]:
        """Return the ``(N,)`` records, whose fields are asked for by name; none can be added as long as it is held."""
        return np.frombuffer(self._bytes, self._kind)
