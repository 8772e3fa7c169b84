"""Python, processor, memory and disks."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from footstrike.doctor.findings import Finding
from footstrike.doctor.remedies import pip

_GB = 10**9
ENOUGH_MEMORY_BYTES = _GB
"""Most that an analysis of 1080p was measured to take at once with two jobs (docs/performance.md)."""
ENOUGH_DISK_BYTES = _GB
_MEMORY_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where a Linux container's limit stands, in version 2 and 1 of control groups."""


def check_python() -> Finding:
    """Return which footstrike, Python and system this is."""
    system = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    try:
        return Finding("versions", "ok", f"footstrike {version('footstrike')}, {system}")
    except PackageNotFoundError:
        where = Path(__file__).resolve().parents[1]
        found = f"footstrike is run from {where} without being installed; {system}"
        return Finding("versions", "fault", found, f"{pip('install .')} in the folder that holds pyproject.toml")


def check_cores() -> Finding:
    """Return how many cores an analysis would use."""
    from footstrike.settings import available_cores

    usable, all_cores = available_cores(), os.cpu_count() or 1
    return Finding("cores", "ok", f"{usable} of {all_cores}, each used unless --jobs says otherwise")


def check_memory() -> Finding:
    """Return how much memory is left."""
    free = available_memory_bytes()
    if free is None:
        return Finding("memory", "ok", "not known on this system")
    return memory_finding(free)


def memory_finding(free_bytes: int) -> Finding:
    """Judge the memory that is left."""
    found = f"{_gb(free_bytes)} free"
    if free_bytes >= ENOUGH_MEMORY_BYTES:
        return Finding("memory", "ok", found)
    return Finding(
        "memory",
        "warning",
        f"{found}; an analysis of 1080p takes up to {_gb(ENOUGH_MEMORY_BYTES)}",
        "close other programs, or work with --jobs 1",
    )


def available_memory_bytes() -> int | None:
    """Return the memory this process may still take, on Linux; what is built in elsewhere; ``None`` where unknown."""
    try:
        if sys.platform != "linux":
            return int(os.sysconf("SC_PHYS_PAGES")) * int(os.sysconf("SC_PAGE_SIZE"))
        free = memory_in_meminfo(Path("/proc/meminfo").read_text(encoding="ascii"))
    except (AttributeError, OSError, ValueError, LookupError):
        return None
    limits = [int(text) for path in _MEMORY_LIMITS if (text := _text(path)).isdecimal()]
    return min([free, *limits])


def memory_in_meminfo(meminfo: str) -> int:
    """Return the available memory in bytes from the text of ``/proc/meminfo``."""
    values = dict(line.split(":", 1) for line in meminfo.splitlines() if ":" in line)
    return int(values["MemAvailable"].removesuffix("kB")) * 1024


def check_disks() -> Iterator[Finding]:
    """Look at the folder where results go unless told otherwise, and at the one for temporary files."""
    yield disk_finding("disk", "this folder", Path(), "choose another folder for results with -o")
    try:
        folder = Path(tempfile.gettempdir())
    except FileNotFoundError:
        found = "no folder for temporary files can be written to"
        yield Finding("temporary", "warning", found, "set TMPDIR to a folder that is open to you and has room")
    else:
        yield disk_finding("temporary", str(folder), folder, "set TMPDIR to a folder with more room")


def disk_finding(code: str, name: str, folder: Path, elsewhere: str) -> Finding:
    """Write a little into ``folder`` and look how much room is left there."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
        free_bytes = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(code, "warning", f"{name} cannot be written to ({error.strerror or error})", elsewhere)
    found = f"{_gb(free_bytes)} free in {name}"
    if free_bytes >= ENOUGH_DISK_BYTES:
        return Finding(code, "ok", found)
    return Finding(code, "warning", f"only {found}", f"make room, or {elsewhere}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _gb(size_bytes: int) -> str:
    return f"{size_bytes / _GB:.1f} GB"
