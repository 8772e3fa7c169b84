"""What a worker does with one clip, and the record that says it is done."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from footstrike.analysis import LANDMARKS_SUFFIX
from footstrike.analysis import analyze as analyze_recording
from footstrike.batch.clips import Clip
from footstrike.data import readable
from footstrike.errors import (
    DEBUG_VARIABLE,
    FootstrikeError,
    InvalidValueError,
    LandmarksError,
    NotAnalysableError,
    VideoError,
)
from footstrike.pose.blazepose import BlazePose
from footstrike.report.outputs import ANNOTATED, FILE_NAMES, require_usable, write_outputs
from footstrike.report.overlay import VideoLook
from footstrike.report.summary import to_plain
from footstrike.settings import Settings

Status = Literal["done", "skipped", "refused", "failed"]
"""Analysed now; done before; a recording that cannot be analysed; anything else that went wrong."""
RECORD = "clip.json"
SCHEMA = "footstrike-clip/1"
JOBS = 1
"""Threads for one clip: the cores are shared out among the clips."""
_ABOUT_THE_CLIP = (VideoError, LandmarksError, NotAnalysableError, InvalidValueError)
"""Errors that the same clip will meet again."""


@dataclass(frozen=True, slots=True)
class ClipTask:
    """One clip to analyse, and how.

    ``time_limit_s`` is for workers that nobody can stop from outside: the analysis looks at the clock.
    """

    clip: Clip
    folder: Path
    settings: Settings
    with_video: bool = True
    again: bool = False
    time_limit_s: float | None = None
    look: VideoLook = field(default_factory=VideoLook)


@dataclass(frozen=True, slots=True)
class ClipResult:
    """What became of a clip: its status, the reason in one line where it is not done, and the time it took."""

    name: str
    status: Status
    reason: str = ""
    seconds: float = 0.0

    @property
    def sentence(self) -> str:
        """What became of the clip, in one line."""
        label = readable(self.name)
        if self.status in ("refused", "failed"):
            return f"{label}: {self.status}: {self.reason}"
        return f"{label}: done before" if self.status == "skipped" else f"{label}: done in {self.seconds:.1f} s"


Work = Callable[[ClipTask], ClipResult]


class OverTimeError(Exception):
    """A clip took longer than it may."""


def analyse_clip(task: ClipTask) -> ClipResult:
    """Analyse one clip and write its results; whatever goes wrong with it is in the result.

    Raises
    ------
    OverTimeError
        If the task has a time limit and it has passed.
    """
    start_s = time.monotonic()
    status, reason = _outcome(task, start_s)
    return ClipResult(task.clip.name, status, reason, round(time.monotonic() - start_s, 3))


def clear_leftovers(tasks: Iterable[ClipTask]) -> None:
    """Remove what killed workers left half written; for when no worker is at these clips any more."""
    folders = [task.folder for task in tasks]
    for place in {*folders, *(folder.parent for folder in folders)}:
        for path in place.glob(".*.part"):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _outcome(task: ClipTask, start_s: float) -> tuple[Status, str]:
    try:
        made_from = _made_from(task)
        if not task.again and (record := _standing_record(task, made_from)):
            return ("skipped", "") if record["status"] == "done" else ("refused", record["reason"])
        return _analyse(task, made_from, start_s)
    except OverTimeError:
        raise
    except _ABOUT_THE_CLIP as error:
        return "refused", str(error)
    except FootstrikeError as error:
        return "failed", str(error)
    except OSError as error:
        return "failed", f"{task.folder} cannot be written ({error.strerror or error}); check the free space."
    except MemoryError:
        return "failed", "The memory was not enough; give more with --memory-limit, or cut the clip."
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            traceback.print_exc()
        return "failed", f"Something went wrong inside ({type(error).__name__}: {error}); report it."


def _analyse(task: ClipTask, made_from: Mapping[str, Any], start_s: float) -> tuple[Status, str]:
    """Analyse, and leave either results or the refusal, each with a record."""

    def on_progress(stage: str, done: int, total: int | None) -> None:
        if task.time_limit_s is not None and time.monotonic() - start_s > task.time_limit_s:
            raise OverTimeError

    path = task.clip.path
    require_usable(task.folder, path, force=True)
    try:
        session = analyze_recording(path, replace(task.settings, jobs=JOBS), on_progress=on_progress)
    except _ABOUT_THE_CLIP as error:
        for name in FILE_NAMES:
            (task.folder / name).unlink(missing_ok=True)
        _write_record(task.folder, made_from, "refused", str(error))
        raise
    # A record always speaks of the files beside it: none while they change.
    (task.folder / RECORD).unlink(missing_ok=True)
    write_outputs(
        session,
        task.folder,
        None if path.suffix.lower() == LANDMARKS_SUFFIX else path,
        with_video=task.with_video,
        look=task.look,
        force=True,
        jobs=JOBS,
        on_progress=lambda done, total: on_progress("video", done, total),
    )
    _write_record(task.folder, made_from, "done", "")
    return "done", ""


def _made_from(task: ClipTask) -> dict[str, Any]:
    """Return all that decides what the results are: unchanged, they need not be made again."""
    settings = task.settings
    names = filter(None, (settings.model, settings.fine_model))
    models = [info.sha256 for name in names for info in BlazePose(name).models()]
    with_video = task.with_video and task.clip.path.suffix.lower() != LANDMARKS_SUFFIX
    return {
        "sha256": _sha256(task.clip.path),
        "footstrike_version": version("footstrike"),
        "settings": to_plain(settings.as_dict()),
        "models": models,
        "with_video": with_video,
        "look": asdict(task.look) if with_video else None,
    }


def _standing_record(task: ClipTask, made_from: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the record of an earlier batch, if it holds: made from the same, and its files are there."""
    record = read_record(task.folder)
    if record.get("made_from") != made_from:
        return None
    needed = [name for name in FILE_NAMES if name != ANNOTATED or made_from["with_video"]]
    complete = record["status"] == "refused" or all((task.folder / name).is_file() for name in needed)
    return record if complete else None


def read_record(folder: Path) -> dict[str, Any]:
    """Return what is recorded of a clip's folder; empty where there is no record that can be read."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) and record.get("schema") == SCHEMA else {}


def _write_record(folder: Path, made_from: Mapping[str, Any], status: Status, reason: str) -> None:
    record = {"schema": SCHEMA, "status": status, "reason": reason, "made_from": made_from}
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{RECORD}.part"
    unfinished.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8", newline="\n")
    unfinished.replace(folder / RECORD)


def _sha256(path: Path) -> str:
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""  # opening the video will say what is wrong with it
