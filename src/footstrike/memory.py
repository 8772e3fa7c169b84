"""Giving back the memory that long work leaves behind."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable, Iterator
from typing import TypeVar

TIDY_FRAMES = 120
"""Between two tidyings, which take some milliseconds."""
Item = TypeVar("Item")


def tidily(items: Iterable[Item], every: int) -> Iterator[Item]:
    """Pass items on, and now and then give back what those before have left in memory."""
    for number, item in enumerate(items, 1):
        yield item
        if number % every == 0:
            give_memory_back()


def give_memory_back() -> None:
    """Return freed memory to the system where the C library (glibc) would keep it.

    Networks that are opened in several threads and closed leave it scattered over the pools of these threads, and so do
    the arrays of a pass over many frames.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)
