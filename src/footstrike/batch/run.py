"""The batch from start to end: clips in, one folder for each and the tables of all out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from footstrike.batch.clips import Clip
from footstrike.batch.machine import ThisMachine
from footstrike.batch.roster import write_roster
from footstrike.batch.tables import write_csv, write_json, write_parquet
from footstrike.batch.work import ClipResult, ClipTask, Status, Work, analyse_clip
from footstrike.data import readable
from footstrike.errors import OutputError
from footstrike.pose.blazepose import BlazePose
from footstrike.report.outputs import require_usable
from footstrike.report.overlay import VideoLook
from footstrike.report.summary import to_plain
from footstrike.settings import Settings
from footstrike.texts import counted, text

CLIPS = "clips"
TABLE, PARQUET, STATUS, ROSTER = "batch.csv", "batch.parquet", "batch.json", "batch.html"

OnClip = Callable[[int, int, ClipResult], None]
"""Called with clips finished, clips in all, and what became of the latest."""


class Engine(Protocol):
    """What does the work: yields a result for every task, in any order."""

    def run(self, work: Work, tasks: Sequence[ClipTask]) -> Generator[ClipResult, None, None]:
        """Yield the results as clips are finished."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that has run: its folder, what became of each clip, and whether there is a Parquet table."""

    folder: Path
    results: tuple[ClipResult, ...]
    has_parquet: bool

    def count(self, status: Status) -> int:
        """Return how many clips have a status."""
        return Counter(result.status for result in self.results)[status]

    @property
    def complete(self) -> bool:
        """Whether every clip has results."""
        return self.count("refused") == self.count("failed") == 0

    @property
    def shortfall(self) -> str:
        """How many clips have no results, in one line."""
        refused, failed = self.count("refused"), self.count("failed")
        without = refused + failed
        what = f"{without} of {_clips(len(self.results))} {'was' if without == 1 else 'were'} not analysed"
        return f"{what} ({refused} refused, {failed} failed); why is in {self.folder / ROSTER}."

    @property
    def summary(self) -> str:
        """What was done and where it is, one line for each file."""
        done, before = self.count("done"), self.count("skipped")
        words = {
            ROSTER: text("terminal.batch.files.roster"),
            TABLE: text("terminal.batch.files.table"),
            PARQUET: text("terminal.batch.files.parquet" if self.has_parquet else "terminal.batch.files.no_parquet"),
            STATUS: text("terminal.batch.files.status"),
            CLIPS: text("terminal.batch.files.clips"),
        }
        width = max(map(len, words))
        files = [f"{readable(str(self.folder))}/{name:{width}}  {what}" for name, what in words.items()]
        clips = counted("terminal.batch", len(self.results), done=done + before, before=before)
        return "\n".join([clips, "", *files])


def _clips(count: int) -> str:
    return "1 clip" if count == 1 else f"{count} clips"


def run_batch(
    clips: Sequence[Clip],
    output: str | Path,
    settings: Settings | None = None,
    *,
    engine: Engine | None = None,
    with_video: bool = True,
    look: VideoLook | None = None,
    again: bool = False,
    on_clip: OnClip | None = None,
    work: Work = analyse_clip,
) -> Batch:
    """Analyse many clips and gather what was found.

    A clip that is refused or fails stops no other. A clip that was done before, from the same file with
    the same settings and version, is not done again.

    Parameters
    ----------
    clips
        From :func:`find_clips`.
    output
        Folder for everything; new, empty, or that of an earlier batch.
    settings
        Choices, the same for all clips.
    engine
        :class:`ThisMachine` with all cores unless another is given. It starts processes that import the
        calling script: in a script of your own, call from under ``if __name__ == "__main__":``.
    with_video
        Whether to write annotated videos.
    look
        Choices of these videos.
    again
        Whether to do clips again that were done before.
    on_clip
        Told of every clip that is finished.
    work
        What a worker does with one clip.

    Raises
    ------
    FootstrikeError
        If the batch as a whole cannot be run.
    """
    output, settings = Path(output), settings or Settings()
    _require_batch_folder(output)
    for model in filter(None, (settings.model, settings.fine_model)):
        BlazePose(model).models()  # one fault for all rather than the same for each
    output.mkdir(parents=True, exist_ok=True)
    plain = to_plain(settings.as_dict())
    write_json(output / STATUS, clips, {}, plain)
    tasks = [
        ClipTask(clip, output / CLIPS / clip.name, settings, with_video, again, look=look or VideoLook())
        for clip in clips
    ]
    results = _run(engine or ThisMachine(), work, tasks, on_clip or _ignore)
    write_json(output / STATUS, clips, results, plain)
    folders = {task.clip.label: task.folder for task in tasks if results[task.clip.name].status in ("done", "skipped")}
    write_csv(output / TABLE, folders)
    has_parquet = write_parquet(output / PARQUET, output / TABLE)
    write_roster(output / ROSTER, tasks, results)
    return Batch(output, tuple(results[clip.name] for clip in clips), has_parquet)


def _run(engine: Engine, work: Work, tasks: Sequence[ClipTask], on_clip: OnClip) -> dict[str, ClipResult]:
    results: dict[str, ClipResult] = {}
    with closing(engine.run(work, tasks)) as finished:
        for result in finished:
            results[result.name] = result
            on_clip(len(results), len(tasks), result)
    return results


def _require_batch_folder(folder: Path) -> None:
    """Raise unless results may go to ``folder``: it must not hold anything but an earlier batch."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / STATUS).is_file():
        raise OutputError(f"{folder} holds something that is no batch; choose a new folder with -o.")
    require_usable(folder, None, force=True)


def _ignore(done: int, total: int, result: ClipResult) -> None:
    """Report progress to nobody."""
