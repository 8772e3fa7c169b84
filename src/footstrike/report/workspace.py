"""A hidden folder in which results are made before they are moved to their place, all at once."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def workspace_beside(folder: Path) -> Iterator[Path]:
    """Give a new hidden folder on the same disk as ``folder``, gone afterwards.

    What killed runs left there before, for the same ``folder``, is removed.
    """
    # Inside a folder that exists: it may be a disk of its own, or the one place open to writing.
    place = folder if folder.is_dir() else folder.absolute().parent
    name = folder.absolute().name
    _clear_leftovers(place, name)
    workspace = place / f".{name}.{secrets.token_hex(4)}.part"
    workspace.mkdir(parents=True)
    try:
        with _claimed(workspace):
            yield workspace
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def _clear_leftovers(place: Path, name: str) -> None:
    """Remove hidden folders that nobody works in any more."""
    pattern = re.compile(re.escape(f".{name}.") + r"[0-9a-f]{8}\.part")
    found = [path for path in place.iterdir() if pattern.fullmatch(path.name)] if place.is_dir() else []
    for path in found:
        with _claimed(path) as is_ours:
            if is_ours:
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _claimed(folder: Path) -> Iterator[bool]:
    """Claim a folder for this process, as far as others let it; the system ends the claims of the dead."""
    if sys.platform == "win32":  # which has no such claims
        yield False
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_ours = True
    except OSError:  # somebody works in it, or this disk knows no claims
        is_ours = False
    try:
        yield is_ours
    finally:
        os.close(descriptor)
