from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from footstrike.pose.following import followed, unbroken_runs


def test_runs_end_where_nobody_is_and_at_cuts() -> None:
    found = np.array([True, True, False, True, True, True, True])
    runs = unbroken_runs(found, np.array([0.0, 0, 0, 0, 0, 1, 1]))
    assert [np.flatnonzero(runs == run).tolist() for run in np.unique(runs)] == [[2], [0, 1], [3, 4], [5, 6]]
    assert runs[2] == -1


@given(st.lists(st.booleans(), min_size=2, max_size=30), st.integers(1, 4), st.floats(-3, 3), st.floats(-3, 3))
def test_straight_paths_are_followed_and_gaps_left(found: list[bool], every: int, start: float, speed: float) -> None:
    seen, looked = np.array(found), np.arange(len(found)) * every
    time_s = np.arange(looked[-1] + 1) / 100
    path = np.column_stack([start + speed * time_s, -speed * time_s])
    nowhere = np.array([np.nan, 0.0])
    values = np.where(seen[:, None], path[looked], nowhere)
    course = followed(time_s, looked, unbroken_runs(seen, np.zeros(seen.size)), values, nowhere)
    inside = np.zeros(time_s.size, dtype=bool)
    inside[looked] = seen
    for first in range(len(found) - 1):
        if seen[first] and seen[first + 1]:
            inside[looked[first] : looked[first + 1] + 1] = True
    np.testing.assert_allclose(course[inside], path[inside], atol=1e-9)
    np.testing.assert_array_equal(course[~inside], np.tile(nowhere, (np.count_nonzero(~inside), 1)))
