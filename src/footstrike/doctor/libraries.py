"""The libraries of an analysis: whether each loads, from where it should, in a version that will do."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.machinery import PathFinder
from importlib.metadata import PackageNotFoundError, distributions, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

from footstrike.doctor.child import Outcome, run_python
from footstrike.doctor.findings import Finding
from footstrike.doctor.remedies import pip, remedy

if TYPE_CHECKING:
    from packaging.requirements import Requirement

OPENCV_BUILDS = (
    "opencv-python",
    "opencv-contrib-python",
    "opencv-python-headless",
    "opencv-contrib-python-headless",
)
"""Distributions that all install the one folder ``cv2``; the last one installed or removed wins."""
_LOAD_LIMIT_S = 60.0
_LONGEST_PROBLEM = 240


@dataclass(frozen=True, slots=True)
class Library:
    """One library: the name it is installed by, the module it brings, and what must run for it to be whole.

    ``trial`` is more than the import where native code is loaded only later.
    """

    distribution: str
    module: str
    trial: str


LIBRARIES = (
    Library("numpy", "numpy", "import numpy"),
    Library("packaging", "packaging", "import packaging.requirements"),
    Library("click", "click", "import click"),
    Library("rich", "rich", "import rich.console"),
    Library("markupsafe", "markupsafe", "import markupsafe"),
    Library("jinja2", "jinja2", "import jinja2"),
    Library("pebble", "pebble", "import pebble"),
    Library("pillow", "PIL", "import PIL.Image"),
    Library("av", "av", "import av"),
    Library("opencv-contrib-python", "cv2", "import cv2; cv2.imencode"),
    Library("scipy", "scipy", "import scipy.interpolate, scipy.ndimage, scipy.special"),
    Library("pandas", "pandas", "import pandas"),
    Library("ai-edge-litert", "ai_edge_litert", "import ai_edge_litert.interpreter"),
)
"""Everything that footstrike depends on, each after those it needs itself; another dependency is another line."""


def check_libraries(libraries: Iterable[Library] = LIBRARIES) -> Iterator[Finding]:
    """Load every library in a process of its own; one finding for each that fails, one for all that do not."""
    required = _requirements()
    well = []
    for library in libraries:
        installed = _installed(library.distribution)
        finding = (
            _shadowed(library)
            or _loading(library, run_python(["-c", _reporting(library.trial)], _LOAD_LIMIT_S), required)
            or _version(library, installed, required)
        )
        if finding is None:
            well.append(f"{library.distribution} {installed}")
        else:
            yield finding
    yield Finding("libraries", "ok", f"{len(well)} load: {', '.join(well)}")


def check_opencv() -> Finding | None:
    """Return a warning where several builds of OpenCV have been written over each other."""
    builds = [build for build in OPENCV_BUILDS if any(distributions(name=build))]
    if len(builds) < 2:
        return None
    uninstall, install = f"uninstall -y {' '.join(builds)}", f"install {_wanted('opencv-contrib-python')}"
    return Finding(
        "opencv",
        "warning",
        f"{' and '.join(builds)} are both installed, but share the folder cv2: what is in it is a mixture",
        f"{pip(uninstall)}, then {pip(install)}",
    )


def _shadowed(library: Library) -> Finding | None:
    """Return a fault where Python would take another module for the library."""
    spec = PathFinder.find_spec(library.module)
    homes = [Path(str(each.locate_file(""))).resolve() for each in distributions(name=library.distribution)]
    if not homes or spec is None or spec.origin is None:
        return None
    found = Path(spec.origin).resolve()
    if any(found.is_relative_to(home) for home in homes):
        return None
    return Finding(
        "libraries",
        "fault",
        f"{found} is taken for the library {library.distribution}, which lies in {homes[0]}",
        "rename or move it, or take its folder out of PYTHONPATH",
    )


def _loading(library: Library, outcome: Outcome, required: Mapping[str, Requirement]) -> Finding | None:
    """Return a fault where the library did not load."""
    if not outcome.problem:
        return None
    again = pip(f"install --force-reinstall {_wanted(library.distribution, required)}")
    return Finding(
        "libraries",
        "fault",
        f"{library.distribution} does not load: {textwrap.shorten(outcome.problem, _LONGEST_PROBLEM)}",
        remedy(outcome.problem, again),
    )


def _version(library: Library, installed: str | None, required: Mapping[str, Requirement]) -> Finding | None:
    """Return a warning where another version is installed than footstrike was made for."""
    requirement = required.get(library.distribution)
    fix = pip(f"install {_wanted(library.distribution, required)}")
    if installed is None:
        found = f"{library.module} loads, but is not installed as {library.distribution}, so its version is unknown"
        return Finding("libraries", "warning", found, fix)
    if requirement is None or requirement.specifier.contains(installed, prereleases=True):
        return None
    found = f"{library.distribution} is {installed}, footstrike was made for {requirement.specifier}"
    return Finding("libraries", "warning", found, fix)


def _reporting(trial: str) -> str:
    """Return a program that runs ``trial`` and says in its last line what went wrong."""
    return (
        f"import sys\ntry:\n    {trial}\n"
        "except BaseException as error:\n"
        "    sys.exit(' '.join(f'{type(error).__name__}: {error}'.split()))"
    )


def _requirements() -> dict[str, Requirement]:
    """Return what footstrike's own metadata ask for, by name; nothing where they cannot be read."""
    try:
        from packaging.requirements import Requirement

        parsed = [Requirement(text) for text in requires("footstrike") or ()]
    except (ImportError, PackageNotFoundError):
        return {}  # both are faults that are found elsewhere
    wanted = [each for each in parsed if each.marker is None or each.marker.evaluate({"extra": ""})]
    return {_normalised(each.name): each for each in wanted}


def _wanted(name: str, required: Mapping[str, Requirement] | None = None) -> str:
    """Return what pip is to install, in quotes."""
    requirement = (_requirements() if required is None else required).get(name)
    return f'"{name}{requirement.specifier if requirement else ""}"'


def _installed(name: str) -> str | None:
    """Return the version of a distribution; ``None`` where its metadata are missing or damaged."""
    try:
        return version(name)
    except (PackageNotFoundError, LookupError, TypeError, OSError):
        return None


def _normalised(name: str) -> str:
    """Return a distribution's name as the package index compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
