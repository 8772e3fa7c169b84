"""Several estimators that look at one video at a time, in chunks.

Someone who is followed from frame to frame is expected where the frame before showed them, so frames cannot be
dealt out one by one. The video is cut into chunks of a fixed number of frames, each of which starts afresh, on the
last frame of the chunk before. So nothing depends on who works on which chunk, and one worker finds the same as
many. Threads will do: the native libraries work outside Python's lock.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, groupby
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from footstrike.data import LARGE_PX
from footstrike.memory import TIDY_FRAMES, tidily
from footstrike.pose.backend import PoseBackend, PoseEstimator

CHUNK_FRAMES = 40
"""Finding the person anew costs as much as 4 frames, so chunks should be long; but their frames wait in memory
while those of others are worked on."""
LARGE_CHUNK_FRAMES = 24
"""The same for pictures of more than :data:`~footstrike.data.LARGE_PX` pixels, which fill memory faster."""
LOOSE_CHUNK_FRAMES = 8
"""Frames that are looked at each for itself come in chunks just long enough to hide the handing over."""


class TimedPicture(Protocol):
    """What this room needs of a video frame."""

    @property
    def index(self) -> int:
        """Place in decode order, from 0."""
        ...

    @property
    def time_s(self) -> float:
        """Time from the first frame."""
        ...

    @property
    def size_px(self) -> tuple[int, int]:
        """Upright width and height."""
        ...

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """``(H, W, 3)`` upright picture; asked for once by each chunk, in the worker's thread."""
        ...


@dataclass(frozen=True, slots=True)
class Visit:
    """A frame in a chunk; not ``fresh`` where it belongs to the chunk before and only shows where the person is."""

    chunk: int
    frame: TimedPicture
    fresh: bool


OnFrame = Callable[[int], None]
"""Called with the index of each frame that has been looked at."""


class OfFrame(Protocol):
    """What is found in a frame says in which."""

    @property
    def frame(self) -> int:
        """Index of the frame."""
        ...


Found = TypeVar("Found")
FoundInFrame = TypeVar("FoundInFrame", bound=OfFrame)
Look = Callable[[PoseEstimator, Iterator[Visit]], Iterator[Found]]
"""Takes an estimator and the visits of one chunk; yields what is found in the fresh ones."""


def chunk_frames(size_px: tuple[int, int], follows: bool) -> int:
    """Return the number of fresh frames in a chunk of pictures of a size; nothing else may decide it."""
    if not follows:
        return LOOSE_CHUNK_FRAMES
    return LARGE_CHUNK_FRAMES if size_px[0] * size_px[1] > LARGE_PX else CHUNK_FRAMES


def in_chunks(frames: Iterable[TimedPicture], length: int, follows: bool) -> Iterator[Visit]:
    """Deal frames out to chunks of ``length`` fresh ones, in order; one that ``follows`` starts one frame early."""
    before: TimedPicture | None = None
    for number, frame in enumerate(frames):
        chunk, place = divmod(number, length)
        if follows and place == 0 and before is not None:
            yield Visit(chunk, before, fresh=False)
        yield Visit(chunk, frame, fresh=True)
        before = frame


def look_at(
    frames: Iterable[TimedPicture], backend: PoseBackend, look: Look[Found], jobs: int, *, follows: bool
) -> Generator[Found, None, None]:
    """Look at frames with several estimators at once; yield what is found, in the order of the frames.

    What is found does not depend on ``jobs``. The frames are read in the calling thread. An error in a
    worker, in the reading or in the caller ends all workers before it surfaces here.

    Parameters
    ----------
    frames
        Rising frames of one video, of one size.
    backend
        The pose model.
    look
        What to do with each chunk; called in a worker's thread.
    jobs
        Number of workers; 1 looks in the calling thread.
    follows
        Whether ``look`` follows someone from frame to frame, or looks at each frame for itself.
    """
    frames = iter(frames)
    first = next(frames, None)
    if first is None:
        return
    length = chunk_frames(first.size_px, follows)
    visits = in_chunks(chain([first], frames), length, follows)
    chunks = tidily((chunk for _, chunk in groupby(visits, lambda visit: visit.chunk)), TIDY_FRAMES // length)
    if jobs > 1:
        yield from _look_in_threads(chunks, _Workers(backend, look, jobs, most_waiting(length, jobs)))
        return
    with backend.open() as estimator:
        for chunk in chunks:
            yield from look(estimator, chunk)


def reported(seen: Iterable[FoundInFrame], on_frame: OnFrame | None) -> Iterator[FoundInFrame]:
    """Pass on what was seen and tell ``on_frame`` about it."""
    for one in seen:
        yield one
        if on_frame is not None:
            on_frame(one.frame)


def most_waiting(length: int, jobs: int) -> int:
    """Return how many frames may wait: chunks at work are half done on average, and a new one has to begin."""
    return jobs * length // 2 + max(length // 4, 1)


def _look_in_threads(chunks: Iterable[Iterator[Visit]], workers: _Workers[Found]) -> Generator[Found, None, None]:
    pending: deque[Future[list[Found]]] = deque()
    try:
        for chunk in chunks:
            pending.append(workers.begin(chunk))
            while pending and pending[0].done():
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()
    finally:
        workers.close()


class _Workers(Generic[Found]):
    """Threads that look at chunks, with an estimator for each, and room for so many waiting frames."""

    def __init__(self, backend: PoseBackend, look: Look[Found], jobs: int, room: int) -> None:
        self._backend = backend
        self._look = look
        self._room = threading.Semaphore(room)
        self._stopped = threading.Event()
        self._pool = ThreadPoolExecutor(jobs, thread_name_prefix="pose")
        self._idle: SimpleQueue[PoseEstimator] = SimpleQueue()
        self._opened = ExitStack()

    def begin(self, chunk: Iterable[Visit]) -> Future[list[Found]]:
        """Hand a chunk to the next idle worker, frame by frame; wait where there is no room."""
        waiting: SimpleQueue[Visit | None] = SimpleQueue()
        found = self._pool.submit(self._work, waiting)
        try:
            for visit in chunk:
                self._room.acquire()
                waiting.put(visit)
        finally:
            waiting.put(None)
        return found

    def close(self) -> None:
        """End all workers; those that are busy finish the frame at hand."""
        self._stopped.set()
        self._pool.shutdown(cancel_futures=True)
        self._opened.close()

    def _work(self, waiting: SimpleQueue[Visit | None]) -> list[Found]:
        visits = self._arriving(waiting)
        try:
            with self._estimator() as estimator:
                return list(self._look(estimator, visits))
        finally:
            for _ in visits:  # whoever brings the rest of the chunk is not left waiting for room
                pass

    @contextmanager
    def _estimator(self) -> Iterator[PoseEstimator]:
        """Lend an idle estimator, or a new one while there are fewer than workers."""
        try:
            estimator = self._idle.get_nowait()
        except Empty:
            estimator = self._opened.enter_context(self._backend.open())
        yield estimator
        self._idle.put(estimator)

    def _arriving(self, waiting: SimpleQueue[Visit | None]) -> Iterator[Visit]:
        while (visit := waiting.get()) is not None and not self._stopped.is_set():
            self._room.release()
            yield visit
