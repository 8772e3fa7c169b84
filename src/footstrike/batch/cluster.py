"""A batch on a Dask cluster whose workers see the same storage."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from footstrike.batch.clips import Clip
from footstrike.batch.work import ClipResult, ClipTask, OverTimeError, Work, clear_leftovers
from footstrike.data import require
from footstrike.errors import BatchError

_CONNECT_TIMEOUT_S = 10
_FIRST_WORKER_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class DaskCluster:
    """The workers that listen to one Dask scheduler.

    Clips and results go over storage that this machine and every worker see under the same paths; only
    names and one-line results go through the scheduler. Memory is limited by the workers themselves
    (``dask worker --memory-limit``).

    Parameters
    ----------
    address
        The scheduler, like ``tcp://10.0.0.5:8786``.
    timeout_s
        A clip that takes longer is given up at its next frame; ``None`` for no limit.
    retries
        How often a clip is tried again after it took too long. How many dead workers a clip survives is the
        scheduler's ``distributed.scheduler.allowed-failures`` (3 unless it was changed).
    """

    address: str
    timeout_s: float | None = None
    retries: int = 1

    def __post_init__(self) -> None:
        require(self.timeout_s is None or self.timeout_s > 0, f"A timeout must be positive, got {self.timeout_s} s.")
        require(self.retries >= 0, f"Retries must not be negative, got {self.retries}.")

    def run(self, work: Work, tasks: Sequence[ClipTask]) -> Generator[ClipResult, None, None]:
        """Yield the results as clips are finished; leaving the loop gives up what is waiting.

        Raises
        ------
        BatchError
            If the cluster is not there or goes away, has no worker, or its workers lack footstrike or the storage.
        """
        if not tasks:
            return
        client = _connected(self.address)
        try:
            _require_fit(client, tasks)
            yield from self._share_out(client, work, tasks)
            clear_leftovers(tasks)
        finally:
            client.close()

    def _share_out(self, client: Any, work: Work, tasks: Sequence[ClipTask]) -> Generator[ClipResult, None, None]:
        everywhere = [self._for_everywhere(task) for task in tasks]
        futures = client.map(work, everywhere, retries=self.retries, pure=False, batch_size=1000)
        name_of = {future.key: task.clip.name for future, task in zip(futures, tasks, strict=True)}
        finished = _distributed().as_completed(futures, loop=client.loop, with_results=True, raise_errors=False)
        del futures  # a result that nobody holds is forgotten by the cluster, too
        try:
            for future, result in finished:
                if future.status == "finished":
                    yield result
                elif future.status == "error":
                    yield ClipResult(name_of[future.key], "failed", self._words(result[1]))
                else:
                    raise BatchError(
                        f"The scheduler at {self.address} was lost; the same command goes on against a new one."
                    )
        finally:
            finished.clear()

    def _for_everywhere(self, task: ClipTask) -> ClipTask:
        """Return a task whose paths do not depend on the folder a worker was started in."""
        clip = Clip(task.clip.name, task.clip.path.absolute())
        return replace(task, clip=clip, folder=task.folder.absolute(), time_limit_s=self.timeout_s)

    def _words(self, error: BaseException) -> str:
        if isinstance(error, OverTimeError):
            return f"It took longer than {self.timeout_s:g} s in each of {self.retries + 1} tries."
        if type(error).__name__ == "KilledWorker":
            return "Its worker died, again and again; a clip that needs more memory than a worker has does that."
        return f"The cluster gave it up ({type(error).__name__})."


def _connected(address: str) -> Any:
    distributed = _distributed()
    for logger in ("distributed", "distributed.client"):  # each has a level of its own
        logging.getLogger(logger).setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(address, timeout=_CONNECT_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise BatchError(
            f"No Dask scheduler answers at {address} ({type(error).__name__}); start one with: dask scheduler."
        ) from None
    try:
        client.wait_for_workers(1, timeout=_FIRST_WORKER_TIMEOUT_S)
    except TimeoutError:
        client.close()
        raise BatchError(f"The cluster at {address} has no workers; start some with: dask worker {address}.") from None
    return client


def _distributed() -> Any:
    try:
        return import_module("distributed")
    except ImportError:
        raise BatchError("A Dask cluster needs the library distributed: pip install 'footstrike[dask]'.") from None


def _require_fit(client: Any, tasks: Sequence[ClipTask]) -> None:
    """Raise unless every worker has this footstrike, sees the first clip and may write the results."""
    first, mine = tasks[0], version("footstrike")
    for worker, fault in client.run(_fault, first.clip.path.absolute(), _nearest(first.folder), mine).items():
        if fault:
            raise BatchError(f"The Dask worker {worker} {fault}.")


def _nearest(folder: Path) -> Path:
    return next(path for path in folder.absolute().parents if path.is_dir())


def _fault(clip: Path, folder: Path, expected_version: str) -> str:
    """Return what keeps this worker from the batch; empty if nothing does."""
    if (found := version("footstrike")) != expected_version:
        return f"has footstrike {found}, but this machine has {expected_version}; install the same everywhere"
    if not os.access(folder, os.W_OK):
        return f"cannot write to {folder}; results go to storage that all workers share, under the same path"
    if not clip.parent.is_dir():
        return f"does not see {clip.parent}; clips lie on storage that all workers share, under the same path"
    return ""
