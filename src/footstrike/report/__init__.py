"""What a session leaves behind: annotated video, page, tables and summary."""

from footstrike.report.outputs import FILE_NAMES, OutputPaths, require_usable, write_outputs
from footstrike.report.overlay import VideoLook
from footstrike.report.paper import find_browser
from footstrike.report.sentences import terminal_summary
from footstrike.report.summary import summary

__all__ = [
    "FILE_NAMES",
    "OutputPaths",
    "VideoLook",
    "find_browser",
    "require_usable",
    "summary",
    "terminal_summary",
    "write_outputs",
]
