"""Nothing leaves the machine: an analysis opens no connection, and needs none."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# Python's own sockets raise an audit event; what a native library does shows only in the system calls.
ANALYSE_WITHOUT_PYTHON_SOCKETS = """
import sys

def forbid(event, values):
    if event.startswith("socket.") and event not in ("socket.__new__", "socket.gethostname"):
        raise RuntimeError(f"{event} {values}")

sys.addaudithook(forbid)
from footstrike.cli import run
sys.exit(run(["analyze", sys.argv[1], "-o", sys.argv[2], "--no-video", "--quiet"]))
"""
INTERNET_CALL = re.compile(r"AF_INET|sin6?_port")


def works(*command: str) -> bool:
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True).returncode == 0


def cut_off() -> list[str]:
    """Return the command that runs another without any network, where this system lets us."""
    choices = (["unshare", "-n"], ["unshare", "-r", "-n"])
    return next((choice for choice in choices if works(*choice, "true")), [])


def traced(log: Path) -> list[str]:
    """Return the command that writes another's network calls to ``log``, where it is installed."""
    trace = ["strace", "-f", "--seccomp-bpf", "-e", "trace=network", "-o", str(log)]
    return trace if works(*trace, "true") else []


def test_analysis_opens_no_connection_and_needs_none(short_video: Path, tmp_path: Path) -> None:
    log, results = tmp_path / "calls.txt", tmp_path / "results"
    command = [sys.executable, "-c", ANALYSE_WITHOUT_PYTHON_SOCKETS, str(short_video), str(results)]
    done = subprocess.run([*cut_off(), *traced(log), *command], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert (results / "report.html").is_file()
    calls = log.read_text().splitlines() if log.exists() else []
    assert [call for call in calls if INTERNET_CALL.search(call)] == []


@pytest.mark.slow
def test_batch_opens_no_connection_and_needs_none(short_video: Path, tmp_path: Path) -> None:
    log, results = tmp_path / "calls.txt", tmp_path / "results"
    command = [sys.executable, "-m", "footstrike", "batch", str(short_video), "-o", str(results), "--model", "lite"]
    done = subprocess.run([*cut_off(), *traced(log), *command, "--quiet"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert (results / "clips" / "short" / "annotated.mp4").is_file()
    calls = log.read_text().splitlines() if log.exists() else []
    assert [call for call in calls if INTERNET_CALL.search(call)] == []


def test_report_points_nowhere(landmarks_file: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "footstrike",
        "analyze",
        str(landmarks_file),
        "-o",
        str(tmp_path / "out"),
    ]
    subprocess.run(command, check=True, capture_output=True)
    whole = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    # What its scripts ask for is watched in a browser (tests/report/test_page_in_browser.py).
    page = re.sub(r"<script\b.*?</script>", "", whole, flags=re.DOTALL)
    loaded = re.findall(r"""(?:src|srcset|href|action)\s*=\s*["']([^"']+)|url\(["']?([^)"']+)""", page)
    assert loaded
    assert all("".join(address).startswith(("data:", "#")) for address in loaded)
    assert "@import" not in page


@pytest.mark.skipif(sys.platform != "linux", reason="looks into the Linux library")
@pytest.mark.parametrize("library", ["mediapipe", "ai_edge_litert"])
def test_pose_libraries_cannot_look_up_an_address(library: str) -> None:
    """From 0.10.35 on mediapipe holds an HTTP client that reports usage: the pin must not move there."""
    spec = importlib.util.find_spec(library)
    assert spec is not None and spec.origin is not None
    native = list(Path(spec.origin).parent.rglob("*.so"))
    assert native
    for path in native:
        content = path.read_bytes()
        assert b"getaddrinfo" not in content and b"libcurl" not in content
