"""Records that are kept in one block of memory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from footstrike.pose.rows import Rows

KIND = np.dtype([("number", np.intp), ("place", np.float64, 2), ("picture", np.float32, (2, 3))])
NUMBERS = st.integers(-(2**40), 2**40)
PLACES = arrays(np.float64, 2)
PICTURES = arrays(np.float32, (2, 3))


@given(st.lists(st.tuples(NUMBERS, PLACES, PICTURES)))
def test_what_was_added_comes_back_in_order(records: list[tuple[int, np.ndarray, np.ndarray]]) -> None:
    rows = Rows(KIND)
    for record in records:
        rows.add(*record)
    assert len(rows.all()) == len(records)
    for row, (number, place, picture) in zip(rows.all(), records, strict=True):
        assert row["number"] == number
        np.testing.assert_array_equal(row["place"], place)
        np.testing.assert_array_equal(row["picture"], picture)


def test_what_is_added_is_copied() -> None:
    rows, place = Rows(KIND), np.zeros(2)
    rows.add(1, place, np.zeros((2, 3)))
    place[:] = 7
    rows.add(2, place, np.zeros((2, 3)))
    assert rows.all()["place"].tolist() == [[0, 0], [7, 7]]


def test_fields_that_do_not_fit_are_refused_and_nothing_is_added() -> None:
    rows = Rows(KIND)
    with pytest.raises(ValueError, match="broadcast"):
        rows.add(1, np.zeros(3), np.zeros((2, 3)))
    with pytest.raises(ValueError, match="length 2"):
        rows.add(1, np.zeros(2))
    assert len(rows.all()) == 0
