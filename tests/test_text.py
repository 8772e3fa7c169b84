from hypothesis import given
from hypothesis import strategies as st

from footstrike.text import printable


def test_printable_text_is_left_alone() -> None:
    assert printable("Läufer 3 – Übung.mp4") == "Läufer 3 – Übung.mp4"


def test_what_a_terminal_would_obey_is_replaced() -> None:
    assert printable("a\x1b[31mb\n", "?") == "a?[31mb?"


@given(st.text())
def test_every_letter_is_printable_and_none_is_lost(text: str) -> None:
    assert printable(text).isprintable()
    assert len(printable(text)) == len(text)
