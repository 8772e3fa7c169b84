"""Errors a user can act on: what was found, what was needed, what to do."""

from __future__ import annotations

DEBUG_VARIABLE = "FOOTSTRIKE_DEBUG"
"""Set to anything, faults inside show where they come from."""


class FootstrikeError(Exception):
    """Base of every error that footstrike raises on purpose; its text is one line for a user."""


class VideoError(FootstrikeError):
    """The input is not a video that can be read."""


class ModelError(FootstrikeError):
    """A pose model is missing, damaged or of the wrong kind."""


class LandmarksError(FootstrikeError):
    """A landmarks file cannot be read or does not hold what it should."""


class NotAnalysableError(FootstrikeError):
    """The recording was read but shows nothing that can be analysed, for example no runner."""


class OutputError(FootstrikeError):
    """The results cannot be written where they should go."""


class BatchError(FootstrikeError):
    """A batch cannot be run as asked: no clips, no cluster, or a limit this system does not have."""


class InvalidValueError(FootstrikeError, ValueError):
    """A value handed to footstrike is outside what it accepts."""


DEBIAN_INSTALL = "apt-get install libgl1 libglib2.0-0"
"""What a bare Debian or Ubuntu lacks for the libraries to load."""


class LibraryError(FootstrikeError):
    """A library does not start, mostly because the system lacks what it links to."""

    def __init__(self, cause: Exception) -> None:
        what = str(cause).strip().partition("\n")[0]
        super().__init__(
            f"A library does not start ({what}); on Debian or Ubuntu: {DEBIAN_INSTALL}; "
            "if that does not help, run footstrike doctor."
        )
