"""From what a library says to what its user can do."""

from __future__ import annotations

import re
import sys

from footstrike.errors import DEBIAN_INSTALL

SYSTEM_LIBRARIES = f"on Debian or Ubuntu: {DEBIAN_INSTALL}; on Fedora: dnf install libglvnd-glx glib2"
_REMEDIES = (
    (r"\.so\S*: (?:file too short|invalid ELF header)", "install it again, or take its folder out of LD_LIBRARY_PATH"),
    (r"lib(?:GL|OpenGL|glib-2\.0|gthread-2\.0)\.so", SYSTEM_LIBRARIES),
    (r"(\S+): cannot open shared object file", "install the package of this system that holds {}"),
    (r"version `(?:GLIBC|GLIBCXX|CXXABI)_", "this system is older than the library needs: use a newer one"),
    (r"DLL load failed", "install the newest Microsoft Visual C++ Redistributable"),
    (r"SIGILL", "this processor lacks instructions that the library needs: use a newer computer"),
    (
        r"SIGKILL|MemoryError|bad_alloc|[Cc]annot allocate memory|can't start new thread",
        "the system seems to have run out of memory: close other programs, or work with --jobs 1",
    ),
    (r"No space left", "make room on that disk"),
    (r"No usable temporary directory", "set TMPDIR to a folder that is open to you and has room"),
)


def remedy(problem: str, otherwise: str) -> str:
    """Return what helps against ``problem``, or ``otherwise`` where nothing special is known."""
    for pattern, fix in _REMEDIES:
        if match := re.search(pattern, problem):
            return fix.format(*match.groups())
    return otherwise


def pip(arguments: str) -> str:
    """Return the command that runs pip for this very Python."""
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    return f"{python} -m pip {arguments}"


REINSTALL = f"in a copy of footstrike's repository: {pip('install --force-reinstall --no-deps .')}"
