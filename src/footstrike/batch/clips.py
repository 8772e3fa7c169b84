"""Which clips a batch is made of, and the name that each goes by."""

from __future__ import annotations

import glob
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from footstrike.analysis import LANDMARKS_SUFFIX
from footstrike.data import readable
from footstrike.errors import BatchError
from footstrike.report.outputs import ANNOTATED

VIDEO_SUFFIXES = frozenset(
    {".3gp", ".avi", ".h264", ".h265", ".hevc", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts",
     ".mxf", ".ogv", ".ts", ".webm", ".wmv"}
)  # fmt: skip
"""Files in a folder that are taken for videos; a file that is named is tried whatever its suffix."""
_HASH_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording, and its name: where its results lie below ``clips/``, with ``/`` between folders."""

    name: str
    path: Path

    @property
    def label(self) -> str:
        """The name as text that can be written anywhere."""
        return readable(self.name)


def find_clips(inputs: Iterable[str | Path], output: str | Path) -> tuple[Clip, ...]:
    """Return the clips that ``inputs`` name, sorted by name, each once.

    A folder stands for the videos in it, at any depth; a pattern (``*``, ``?``, ``[…]``, ``**``) for the
    videos and landmarks files that match; any other name for that one file. Hidden files, earlier
    annotated videos and what lies in ``output`` are passed over, unless they are named.

    A clip is called by its path below the folder that was given (below the part of a pattern before its
    first wildcard; a named file by its own name), without suffix. Clips that would share a name each get
    the first eight digits of the SHA-256 of their absolute path after it.

    Raises
    ------
    BatchError
        If a folder or a pattern holds no video, or a name leads nowhere.
    """
    names: dict[Path, str] = {}
    for given in inputs:
        for path, name in _clips_in(Path(given), Path(output).absolute()):
            names.setdefault(path, name)
    shared = Counter(readable(name).casefold() for name in names.values())
    clips = (Clip(f"{name}-{_digits(path)}" if shared[readable(name).casefold()] > 1 else name, path)
             for path, name in names.items())  # fmt: skip
    return tuple(sorted(clips, key=lambda clip: clip.name))


def _clips_in(given: Path, output: Path) -> list[tuple[Path, str]]:
    """Return the paths that one input stands for, each with its name below that input."""
    if given.is_dir():
        root, found = given, [path for path in _files_below(given, output) if path.suffix.lower() in VIDEO_SUFFIXES]
    elif glob.has_magic(str(given)) and not given.exists():
        plain = takewhile(lambda part: not glob.has_magic(part), given.parts)
        root = Path(*plain)
        found = [path for path in sorted(root.glob(str(given.relative_to(root)))) if _is_meant(path, root, output)]
    elif os.path.lexists(given):
        return [(given, given.stem)]
    else:
        raise BatchError(f"{given} does not exist; check the name and the folder.")
    if not found:
        raise BatchError(f"No video was found in {given}; give a folder that holds videos, or the videos themselves.")
    return [(path, path.relative_to(root).with_suffix("").as_posix()) for path in found]


def _files_below(folder: Path, output: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(name for name in folders if name[0] != "." and (here / name).absolute() != output)
        yield from (here / name for name in sorted(files) if name[0] != "." and name != ANNOTATED)


def _is_meant(path: Path, root: Path, output: Path) -> bool:
    """Return whether a path that matches a pattern is a recording that the user is likely to mean."""
    hidden = any(part[0] == "." for part in path.relative_to(root).parts) or output in path.absolute().parents
    known = path.suffix.lower() in {*VIDEO_SUFFIXES, LANDMARKS_SUFFIX} and path.name != ANNOTATED
    return known and not hidden and path.is_file()


def _digits(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:_HASH_DIGITS]
