"""Tells a runner from an ordinary side-view video how each foot lands.

Names are looked up when they are first used, so that ``import footstrike`` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from footstrike.analysis import analyze
    from footstrike.checking import check
    from footstrike.data import Contact, Landing, Measure, PoseTrack, Session, Step, Strike
    from footstrike.errors import (
        BatchError,
        FootstrikeError,
        InvalidValueError,
        LandmarksError,
        LibraryError,
        ModelError,
        NotAnalysableError,
        OutputError,
        VideoError,
    )
    from footstrike.gait.contacts.trunk import TrunkSteps
    from footstrike.gait.strikes import AngleRule, LearnedStrike
    from footstrike.report import VideoLook, summary, write_outputs
    from footstrike.settings import Settings

    __version__: str

_NAMES_BY_MODULE = {
    "analysis": ("analyze",),
    "checking": ("check",),
    "data": ("Contact", "Landing", "Measure", "PoseTrack", "Session", "Step", "Strike"),
    "errors": (
        "BatchError",
        "FootstrikeError",
        "InvalidValueError",
        "LandmarksError",
        "LibraryError",
        "ModelError",
        "NotAnalysableError",
        "OutputError",
        "VideoError",
    ),
    "gait.contacts.trunk": ("TrunkSteps",),
    "gait.strikes": ("AngleRule", "LearnedStrike"),
    "report": ("VideoLook", "summary", "write_outputs"),
    "settings": ("Settings",),
}
_MODULE_OF = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names}

__all__ = [
    "AngleRule",
    "BatchError",
    "Contact",
    "FootstrikeError",
    "InvalidValueError",
    "Landing",
    "LandmarksError",
    "LearnedStrike",
    "LibraryError",
    "Measure",
    "ModelError",
    "NotAnalysableError",
    "OutputError",
    "PoseTrack",
    "Session",
    "Settings",
    "Step",
    "Strike",
    "TrunkSteps",
    "VideoError",
    "VideoLook",
    "__version__",
    "analyze",
    "check",
    "summary",
    "write_outputs",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("footstrike")
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'footstrike' has no attribute {name!r}")
    return getattr(import_module(f"footstrike.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
