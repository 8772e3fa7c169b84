"""Work that is done at once, or goes wrong as told; a module of its own, since workers must be able to import it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from footstrike.batch import Clip, ClipResult
from footstrike.batch.work import ClipTask, OverTimeError
from footstrike.settings import AngleRule, Settings


def tasks_called(*names: str, folder: Path) -> list[ClipTask]:
    settings = Settings(strikes=AngleRule())
    return [ClipTask(Clip(name, Path(f"{name}.mp4")), folder / "clips" / name, settings) for name in names]


def obey(task: ClipTask) -> ClipResult:
    """Do what the clip's name says; the reason tells which process did it."""
    order = task.clip.name.partition(" ")[0]
    mark = task.folder.parent / f"{task.clip.name}.seen"
    mark.parent.mkdir(parents=True, exist_ok=True)
    seen_before = mark.exists()
    mark.touch()
    if order == "die" or (order == "die-once" and not seen_before):
        (mark.parent / f".{task.clip.name}.0123.part").mkdir(exist_ok=True)
        os.kill(os.getpid(), signal.SIGKILL)
    if order == "leave":
        os._exit(3)
    if order == "hang":
        time.sleep(60)
    if order == "eat":
        bytearray(4 << 30)
    if order == "dawdle":
        time.sleep(0.2)
    if order == "late":
        raise OverTimeError
    return ClipResult(task.clip.name, "done", str(os.getpid()))
