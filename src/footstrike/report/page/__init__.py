"""The page: its words, plots, video and pictures in one file."""

from footstrike.report.page.page import VIDEO_NAME, render_page, render_template
from footstrike.report.page.pictures import evenly_picked, steps_to_picture

__all__ = ["VIDEO_NAME", "evenly_picked", "render_page", "render_template", "steps_to_picture"]
