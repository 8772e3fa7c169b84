"""How far an analysis is and how long it will take: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import MappingProxyType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from footstrike.text import printable

OnProgress = Callable[[str, int, int | None], None]
"""Called with the stage, frames done and frames in all if known."""
STAGE_WORDS = MappingProxyType(
    {
        "pose": "Looking at every frame",
        "refine": "Looking closer at the landings",
        "video": "Writing the video",
    }
)
LINE_INTERVAL_S = 10.0
"""Least time between two plain lines of one stage."""


def stderr_console(quiet: bool) -> Console:
    """Return a console on standard error that is heard also while native libraries' words there are dropped.

    They are dropped by pointing file descriptor 2 elsewhere for a moment, so this console has a descriptor of its own.
    """
    try:
        own = os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding=sys.stderr.encoding, errors="replace")
    except (OSError, ValueError, AttributeError):  # a stream without a descriptor, or none at all
        return Console(stderr=True, quiet=quiet)
    return Console(file=own, quiet=quiet)


@contextmanager
def shown_progress(console: Console) -> Iterator[OnProgress]:
    """Show progress on ``console``; a bar leaves no trace once the block is left."""
    if console.quiet or not console.is_interactive:
        yield _Lines(console)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        yield _Bars(bars)


OnClip = Callable[[int, int, str], None]
"""Called with clips finished, clips in all, and what became of the latest."""


@contextmanager
def shown_clips(console: Console) -> Iterator[OnClip]:
    """Show how far a batch is: a line for every clip, below them a bar where ``console`` is a terminal."""
    if console.quiet or not console.is_interactive:
        yield lambda done, total, words: _print(console, f"[{done}/{total}] {words}")
        return
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("clips"), TimeRemainingColumn(), TextColumn("left"))
    with Progress(*columns, console=console, transient=True) as bar:
        clips = bar.add_task("clips", total=None)

        def on_clip(done: int, total: int, words: str) -> None:
            _print(bar.console, words)
            bar.update(clips, completed=done, total=total)

        yield on_clip


def _print(console: Console, line: str) -> None:
    with suppress(OSError):  # whoever reads may be gone, and the work goes on
        console.print(printable(line), highlight=False, markup=False, soft_wrap=True)


class _Bars:
    """One bar per stage."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if stage not in self._tasks:
            self._finish_earlier_stages()
            self._tasks[stage] = self._bars.add_task(STAGE_WORDS[stage], total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)

    def _finish_earlier_stages(self) -> None:
        for task in self._bars.tasks:
            self._bars.update(task.id, total=task.completed)


class _Lines:
    """A line at the start of each stage, and then one every :data:`LINE_INTERVAL_S`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stage = ""
        self._started_s = self._said_s = -math.inf

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        now_s = time.monotonic()
        if stage != self._stage:
            self._stage, self._started_s, self._said_s = stage, now_s, now_s
            self._say(f"{STAGE_WORDS[stage]}{'' if total is None else f' ({total} frames)'}")
        elif now_s - self._said_s >= LINE_INTERVAL_S:
            self._said_s = now_s
            self._say(f"{STAGE_WORDS[stage]}: {progress_words(done, total, now_s - self._started_s)}")

    def _say(self, line: str) -> None:
        _print(self._console, line)


def progress_words(done: int, total: int | None, elapsed_s: float) -> str:
    """Return ``120 of 480 frames, about 30 s left``."""
    if total is None or total < done:
        return f"{done} frames"
    left_s = elapsed_s / done * (total - done)
    return f"{done} of {total} frames, about {math.ceil(left_s)} s left"
