"""Keeping a native library's chatter off the user's screen."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

_STDERR_FD = 2
_lock = threading.Lock()
_redirection = ExitStack()
_users = 0


@contextmanager
def quiet_native_stderr() -> Iterator[None]:
    """Drop whatever is written to file descriptor 2 inside the ``with`` block.

    Native code writes there past Python's ``sys.stderr``. The descriptor belongs to the whole
    process: keep the block short, since Python's own messages are dropped too. Nested and
    concurrent blocks share one redirection, so that the last to leave restores the real one.
    """
    global _users
    with _lock:
        if _users == 0:
            _redirection.enter_context(_stderr_to_nowhere())
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                _redirection.close()


def silence_native_stderr() -> None:
    """Drop whatever is written to file descriptor 2 from here on."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), _STDERR_FD)


@contextmanager
def _stderr_to_nowhere() -> Iterator[None]:
    try:
        saved = os.dup(_STDERR_FD)
    except OSError:  # a process without stderr has nothing to protect
        yield
        return
    try:
        silence_native_stderr()
        yield
    finally:
        os.dup2(saved, _STDERR_FD)
        os.close(saved)
