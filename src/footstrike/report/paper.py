"""``report.pdf``: the page on paper, printed by a browser that is installed anyway and kept off the network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from footstrike.errors import OutputError

COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
"""Browsers of one family, which print without a window."""
_MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_WINDOWS = (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")
_WINDOWS_ROOTS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
MOST_SECONDS = 120
FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pdf-header-footer",
    # Nothing of the browser's own reaches for the network either.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def find_browser() -> Path:
    """Return an installed Chromium, Chrome or Edge.

    Raises
    ------
    OutputError
        If there is none.
    """
    found = next((path for path in _candidates() if path.is_file()), None)
    if found is None:
        raise OutputError(
            "--pdf needs Chromium, Chrome or Edge, and none was found; install one, or leave --pdf out and print "
            "report.html from any browser."
        )
    return found


def _candidates() -> Iterator[Path]:
    for command in COMMANDS:
        if path := shutil.which(command):
            yield Path(path)
    if sys.platform == "darwin":
        for root in (Path("/Applications"), Path.home() / "Applications"):
            yield from (root / program for program in _MAC)
    if sys.platform == "win32":
        for root in filter(None, map(os.environ.get, _WINDOWS_ROOTS)):
            yield from (Path(root) / program for program in _WINDOWS)


def print_page(browser: Path, page: Path, pdf: Path) -> None:
    """Print an HTML file to a PDF.

    Raises
    ------
    OutputError
        If the browser does not.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        chosen = (*FLAGS, *_as_root(), f"--user-data-dir={profile}", f"--print-to-pdf={pdf.resolve()}")
        command = [str(browser), *chosen, page.resolve().as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, timeout=MOST_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OutputError(
                f"{browser} did not print the report ({type(error).__name__}); leave --pdf out."
            ) from None
    if done.returncode or not pdf.is_file():
        raise OutputError(f"{browser} did not print the report (exit code {done.returncode}); leave --pdf out.")


def _as_root() -> list[str]:
    """Return the flag without which the browser refuses to work for root; the page holds nothing but our own."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
