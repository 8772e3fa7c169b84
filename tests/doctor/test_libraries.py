"""Libraries that are really broken, each in its own way, are named with what helps."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from footstrike.doctor import Finding, libraries
from footstrike.doctor.libraries import LIBRARIES, Library, check_libraries, check_opencv

REPOSITORY = Path(__file__).resolve().parents[2]
APT = "apt-get install libgl1 libglib2.0-0"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="how the Linux loader says it")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
BROKEN = Library("brokenlib", "brokenlib", "import brokenlib")

Install = Callable[[str, str, str], None]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages in front of all others, for this process and its children."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def metadata(site: Path) -> Callable[[str, str], None]:
    """Write what pip would leave of an installed distribution."""

    def write(name: str, version: str) -> None:
        folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")

    return write


def only_fault(*examined: Library) -> Finding:
    faults = [finding for finding in check_libraries(examined) if finding.severity != "ok"]
    assert len(faults) == 1
    return faults[0]


def library(name: str) -> Library:
    return next(each for each in LIBRARIES if each.distribution == name)


@pytest.mark.parametrize(
    ("source", "found", "fix"),
    [
        pytest.param("import ctypes; ctypes.CDLL('libGL.so.0')", "libGL.so.0: cannot open", APT, marks=LINUX),
        pytest.param("import ctypes; ctypes.CDLL('libnone.so.7')", "libnone.so.7", "holds libnone.so.7", marks=LINUX),
        pytest.param("import ctypes; ctypes.CDLL('{here}/libEGL.so.1')", "file too short", "LD_LIBRARY", marks=LINUX),
        pytest.param("import os; os.abort()", "died of SIGABRT", "--force-reinstall", marks=POSIX),
        pytest.param("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "SIGILL", "newer computer", marks=POSIX),
        pytest.param("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL", "memory", marks=POSIX),
        ("import nowhere_to_be_found", "No module named", '--force-reinstall "brokenlib"'),
        ("this is no Python", "SyntaxError", "--force-reinstall"),
        ("raise RuntimeError('one\\n\\n  two')", "RuntimeError: one two", "--force-reinstall"),
        ('raise ImportError("version `GLIBC_2.99\' not found")', "GLIBC_2.99", "older than the library needs"),
        ("raise ImportError('DLL load failed while importing cv2')", "DLL load", "Visual C++"),
        ('raise RuntimeError("can\'t start new thread")', "start new thread", "--jobs 1"),
        ("import os; os._exit(7)", "exit code 7", "--force-reinstall"),
    ],
)
def test_library_that_does_not_load(
    site: Path, metadata: Callable[[str, str], None], source: str, found: str, fix: str
) -> None:
    (site / "libEGL.so.1").write_bytes(b"ELF")
    (site / "brokenlib.py").write_text(source.replace("{here}", str(site)))
    metadata("brokenlib", "1.0")
    fault = only_fault(BROKEN)
    assert (fault.code, fault.severity) == ("libraries", "fault")
    assert fault.found.startswith("brokenlib does not load: ")
    assert found in fault.found
    assert fix in fault.fix
    assert "Traceback" not in fault.found
    assert "\n" not in fault.found


def test_library_that_hangs(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "brokenlib.py").write_text("import time; time.sleep(60)")
    monkeypatch.setattr(libraries, "_LOAD_LIMIT_S", 0.5)
    assert only_fault(BROKEN).found == "brokenlib does not load: no end after 0.5 s"


def test_one_broken_library_hides_no_other(site: Path) -> None:
    (site / "brokenlib.py").write_text("import os; os._exit(1)")
    fault, well = check_libraries([BROKEN, library("markupsafe")])
    assert (fault.severity, well.severity) == ("fault", "ok")
    assert re.fullmatch(r"1 load: markupsafe \d[\d.]*", well.found)


@pytest.mark.parametrize("content", ["", "raise ImportError('broken')"])
def test_file_that_is_taken_for_a_library(site: Path, content: str) -> None:
    (site / "cv2.py").write_text(content)
    fault = only_fault(library("opencv-contrib-python"))
    assert fault.severity == "fault"
    assert f"{site / 'cv2.py'} is taken for the library opencv-contrib-python" in fault.found
    assert "PYTHONPATH" in fault.fix


def test_old_version(metadata: Callable[[str, str], None]) -> None:
    metadata("numpy", "1.26.4")
    warning = only_fault(library("numpy"))
    assert (warning.severity, warning.found) == ("warning", "numpy is 1.26.4, footstrike was made for >=2.0")
    assert warning.fix.endswith('-m pip install "numpy>=2.0"')


@pytest.mark.parametrize("leftover", [None, "brokenlib-1.0.dist-info"])
def test_library_without_metadata(site: Path, leftover: str | None) -> None:
    (site / "brokenlib.py").touch()
    if leftover is not None:
        (site / leftover).mkdir()
    warning = only_fault(BROKEN)
    assert warning.severity == "warning"
    assert "not installed as brokenlib" in warning.found


def test_two_builds_of_opencv(metadata: Callable[[str, str], None]) -> None:
    assert check_opencv() is None
    metadata("opencv-python-headless", "4.11.0.86")
    warning = check_opencv()
    assert warning is not None
    assert (warning.code, warning.severity) == ("opencv", "warning")
    assert "opencv-contrib-python and opencv-python-headless are both installed" in warning.found
    assert "uninstall -y opencv-contrib-python opencv-python-headless, then" in warning.fix
    assert warning.fix.endswith('-m pip install "opencv-contrib-python<5.1,>=5.0.0.93"')


def test_every_dependency_is_looked_at() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {re.split(r"[<>=!~\[; ]", text)[0] for text in project["dependencies"]}
    assert required == {each.distribution for each in LIBRARIES}
