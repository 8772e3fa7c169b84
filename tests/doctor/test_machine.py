"""Memory and disks, as they are and as they should not be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from footstrike.doctor.machine import (
    ENOUGH_MEMORY_BYTES,
    available_memory_bytes,
    check_cores,
    check_disks,
    check_python,
    disk_finding,
    memory_finding,
    memory_in_meminfo,
)

# No file may grow: to every program that writes, the disk is full.
WITHOUT_ROOM = """
import dataclasses, json, resource
from footstrike.doctor.machine import check_disks
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
print(json.dumps([dataclasses.asdict(finding) for finding in check_disks()]))
"""


def test_python_and_footstrike_are_named() -> None:
    finding = check_python()
    assert finding.severity == "ok"
    assert finding.found.startswith("footstrike ")
    assert sys.version.split()[0] in finding.found


def test_cores() -> None:
    finding = check_cores()
    assert finding.severity == "ok"
    usable, _, all_cores = finding.found.split(",")[0].split()
    assert 1 <= int(usable) <= int(all_cores)


def test_meminfo() -> None:
    assert memory_in_meminfo("MemTotal:  800 kB\nMemAvailable:     500 kB\nHugePages_Total:  0\n") == 512_000


@pytest.mark.skipif(sys.platform == "win32", reason="not known there")
def test_memory_of_this_machine() -> None:
    assert 1e8 < (available_memory_bytes() or 0) < 1e14


@pytest.mark.parametrize(("free_bytes", "severity"), [(ENOUGH_MEMORY_BYTES, "ok"), (300_000_000, "warning")])
def test_memory_is_judged(free_bytes: int, severity: str) -> None:
    finding = memory_finding(free_bytes)
    assert finding.severity == severity
    assert ("--jobs 1" in finding.fix) == (severity == "warning")


def test_disks_are_left_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [finding.code for finding in check_disks()] == ["disk", "temporary"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that even root cannot write to")
def test_closed_folder() -> None:
    finding = disk_finding("disk", "this folder", Path("/proc/self"), "go elsewhere")
    assert (finding.severity, finding.fix) == ("warning", "go elsewhere")
    assert "this folder cannot be written to (" in finding.found


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no folder in use")
def test_current_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    disk, _ = check_disks()
    assert (disk.severity, disk.fix) == ("warning", "choose another folder for results with -o")


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
def test_disks_without_room() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_ROOM], capture_output=True, text=True, check=True)
    disk, temporary = json.loads(done.stdout)
    assert (disk["severity"], temporary["severity"]) == ("warning", "warning")
    assert "cannot be written to (File too large)" in disk["found"]
    assert "TMPDIR" in temporary["fix"]
