"""Text that a terminal only shows."""

from __future__ import annotations


def printable(text: str, instead: str = " ") -> str:
    """Return ``text`` with ``instead`` for what a terminal would obey or cannot show: files may be called anything."""
    return "".join(letter if letter.isprintable() else instead for letter in text)
