"""The page: its words, plot and pictures in one file."""

from footstrike.report.page.page import render_page, render_template, steps_to_picture

__all__ = ["render_page", "render_template", "steps_to_picture"]
