"""A batch on this machine: one process for each slot, used again from clip to clip, replaced when it dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, resource_tracker
from queue import SimpleQueue

from pebble import ProcessExpired, ProcessPool

from footstrike.batch.work import ClipResult, ClipTask, Work, clear_leftovers
from footstrike.data import require
from footstrike.errors import DEBUG_VARIABLE, BatchError
from footstrike.quiet import silence_native_stderr
from footstrike.settings import available_cores


@dataclass(frozen=True, slots=True)
class ThisMachine:
    """So many workers on this machine.

    Parameters
    ----------
    workers
        Clips analysed at the same time; ``None`` for one on each core.
    timeout_s
        A clip that takes longer is stopped; ``None`` for no limit.
    retries
        How often a clip is tried again after its worker died or was stopped.
    memory_limit_bytes
        Most memory that one worker may hold (its private data, Linux only); ``None`` for no limit.
    """

    workers: int | None = None
    timeout_s: float | None = None
    retries: int = 1
    memory_limit_bytes: int | None = None

    def __post_init__(self) -> None:
        require(self.workers is None or self.workers >= 1, f"A batch needs a worker, got {self.workers}.")
        require(self.timeout_s is None or self.timeout_s > 0, f"A timeout must be positive, got {self.timeout_s} s.")
        require(self.retries >= 0, f"Retries must not be negative, got {self.retries}.")
        if self.memory_limit_bytes is not None and sys.platform != "linux":
            raise BatchError("This system does not let a process limit its memory; leave --memory-limit away.")

    def run(self, work: Work, tasks: Sequence[ClipTask]) -> Generator[ClipResult, None, None]:
        """Yield the results as clips are finished; leaving the loop stops the workers."""
        slots = [_Slot(self.memory_limit_bytes) for _ in range(min(self.workers or available_cores(), len(tasks)))]
        try:
            yield from self._share_out(work, tasks, slots)
        finally:
            for slot in slots:
                slot.stop()
            for slot in slots:
                slot.join()
            clear_leftovers(tasks)

    def _share_out(
        self, work: Work, tasks: Sequence[ClipTask], slots: Sequence[_Slot]
    ) -> Generator[ClipResult, None, None]:
        """Keep every slot at work; a clip whose worker was lost goes to the end of the queue."""
        waiting, idle = deque((task, 1) for task in tasks), list(slots)
        finished: SimpleQueue[tuple[_Slot, ClipTask, int, Future[ClipResult]]] = SimpleQueue()

        def start(slot: _Slot, task: ClipTask, attempt: int) -> None:
            future = slot.submit(work, task, self.timeout_s)
            future.add_done_callback(lambda future: finished.put((slot, task, attempt, future)))

        while waiting or len(idle) < len(slots):
            while waiting and idle:
                start(idle.pop(), *waiting.popleft())
            slot, task, attempt, future = finished.get()
            idle.append(slot)
            if (error := future.exception()) is None:
                yield future.result()
                continue
            slot.renew()  # a worker may have died with the lock of its pool in its hand
            if attempt <= self.retries:
                waiting.append((task, attempt + 1))
            else:
                yield ClipResult(task.clip.name, "failed", f"{self._words(error)} {_tries(attempt)}.")

    def _words(self, error: BaseException) -> str:
        if isinstance(error, TimeoutError):
            return f"It took longer than {self.timeout_s:g} s"
        if isinstance(error, ProcessExpired | BrokenProcessPool):
            return f"Its worker died{_cause(error)}"
        return f"Something went wrong inside ({type(error).__name__}: {error})"


class _Slot:
    """A pool of one process: a process that dies takes nothing with it but the clip it was at."""

    def __init__(self, memory_limit_bytes: int | None) -> None:
        self._memory_limit_bytes = memory_limit_bytes
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=1,
            context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
            initargs=(self._memory_limit_bytes,),
        )

    def submit(self, work: Work, task: ClipTask, timeout_s: float | None) -> Future[ClipResult]:
        # Ctrl-C is for this process to answer. A mask, which new threads and processes inherit, since a worker
        # that is only starting has no handler yet and would answer with a traceback.
        with _interrupts_blocked():
            if not self._pool.active:
                self.renew()
            return self._pool.schedule(work, args=(task,), timeout=timeout_s)

    def renew(self) -> None:
        """Go on with a new pool, which shares nothing with the one before."""
        self.stop()
        self.join()
        self._pool = self._new_pool()

    def stop(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]

    def join(self) -> None:
        self._pool.join()


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Keep interrupts waiting until the end of the block, where the system can."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # which takes the mask away when it is started
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker(memory_limit_bytes: int | None) -> None:
    """Make a new process a quiet worker that does not outlive its parent."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if not os.environ.get(DEBUG_VARIABLE):
        # The parent says what went wrong; libraries that end the process for want of memory have words of their own.
        silence_native_stderr()
    if memory_limit_bytes is not None and sys.platform == "linux":
        import resource

        # Not the address space: libraries reserve three times what they use.
        resource.setrlimit(resource.RLIMIT_DATA, (memory_limit_bytes, memory_limit_bytes))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _cause(error: BaseException) -> str:
    code = error.exitcode if isinstance(error, ProcessExpired) else None
    if not code:
        return ""
    return f" (signal {-code})" if code < 0 else f" (exit code {code})"


def _tries(attempts: int) -> str:
    return "in the only try" if attempts == 1 else f"in each of {attempts} tries"
