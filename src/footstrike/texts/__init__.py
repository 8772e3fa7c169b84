"""The words that a user sees in page, video, roster, findings and the terminal's summaries, ready to translate.

The folder of a language holds one TOML catalogue for each room. A key begins with the catalogue's name, such as
``sentences.cadence``; its text is a whole template with named placeholders (:meth:`str.format`), whose numbers carry
their decimals. Where a number decides the wording there are two texts, ``one`` and ``other``.

Not here are exception messages, log and progress lines, the doctor's findings and ``--help``: they are for the
terminal and for click, and stay with the code that says them. Codes, keys of JSON and heads of CSV are not words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

FOLDER: Traversable = files(__name__) / "en"
"""The catalogues of the one language there is."""


def text(key: str, /, **values: object) -> str:
    """Return the text of a key, its placeholders filled in.

    Parameters
    ----------
    key
        Catalogue and place in it, with dots between.
    values
        What stands for each placeholder.

    Raises
    ------
    LookupError
        If there is no such text, or it has a placeholder without a value.
    """
    template = _at(key)
    if not isinstance(template, str):
        raise LookupError(f"{key!r} names no single text.")
    try:
        return template.format(**values)
    except KeyError as error:
        raise LookupError(f"The text {key!r} needs a value for {error}.") from None


def counted(key: str, count: int, /, **values: object) -> str:
    """Return the text for so many of something: that of ``one`` or of ``other`` below a key, with ``{count}``."""
    return text(f"{key}.{plural(count)}", count=count, **values)


def plural(count: int) -> str:
    """Return which of two texts goes with a number; a language with more forms tells more apart here."""
    return "one" if count == 1 else "other"


def table(key: str) -> Mapping[str, Any]:
    """Return all texts below a key as they are written, placeholders and all.

    Raises
    ------
    LookupError
        If there are none.
    """
    found = _at(key)
    if not isinstance(found, dict):
        raise LookupError(f"{key!r} names no table of texts.")
    return found


def raised(phrase: str) -> str:
    """Return a phrase as the beginning of a sentence."""
    return phrase[:1].upper() + phrase[1:]


def lowered(sentence: str) -> str:
    """Return a sentence as it goes on after a colon; a language with other capitals changes this."""
    return sentence[:1].lower() + sentence[1:]


def _at(key: str) -> Any:
    name, *path = key.split(".")
    place = _catalogue(name)
    for part in path:
        if not isinstance(place, dict) or part not in place:
            raise LookupError(f"There is no text {key!r} in {FOLDER / name}.toml.")
        place = place[part]
    return place


@cache
def _catalogue(name: str) -> Any:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
