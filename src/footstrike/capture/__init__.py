"""How a recording was made, what that costs the analysis, and how to film better. Values in, values out."""

from footstrike.capture.camera import camera_motion
from footstrike.capture.facts import Capture, activity_seen_from, person_of, seen_activity
from footstrike.capture.file_rules import file_findings
from footstrike.capture.findings import FILMING_PAGE, Finding, blocking, conclusion, notes_of
from footstrike.capture.picture import PictureQuality, looks_at_pictures, picture_quality, spread_out
from footstrike.capture.rules import activity_findings, findings_of, who_is_seen

__all__ = [
    "FILMING_PAGE",
    "Capture",
    "Finding",
    "PictureQuality",
    "activity_findings",
    "activity_seen_from",
    "blocking",
    "camera_motion",
    "conclusion",
    "file_findings",
    "findings_of",
    "looks_at_pictures",
    "notes_of",
    "person_of",
    "picture_quality",
    "seen_activity",
    "spread_out",
    "who_is_seen",
]
