from __future__ import annotations

import ctypes
import os
import platform
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from footstrike import memory
from footstrike.memory import give_memory_back


def test_a_c_library_that_cannot_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS, whose C library has no such function, and Windows, where it cannot be asked."""
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    give_memory_back()

    def fails(name: Any) -> None:
        raise TypeError(name)

    monkeypatch.setattr(ctypes, "CDLL", fails)
    monkeypatch.setattr(os, "name", "nt")
    give_memory_back()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives memory back when asked")
def test_what_lies_between_things_still_held_goes_back_to_the_system() -> None:
    def resident_bytes() -> int:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")

    held = [np.ones(100_000, np.uint8) for _ in range(1000)]
    before = resident_bytes()
    del held[::2]
    give_memory_back()
    assert before - resident_bytes() > 25_000_000


def test_tidying_comes_between_items_and_changes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    monkeypatch.setattr(memory, "give_memory_back", lambda: happened.append("tidied"))
    for item in memory.tidily(iter("abcdefg"), every=3):
        happened += [item]
    assert happened == ["a", "b", "c", "tidied", "d", "e", "f", "tidied", "g"]
