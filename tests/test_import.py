"""``import footstrike`` costs next to nothing, and every public name is there when asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import footstrike

HEAVY = {"av", "click", "cv2", "jinja2", "mediapipe", "numpy", "pandas", "PIL", "rich", "scipy"}


def modules_after(statement: str) -> set[str]:
    """Names of the top-level packages that a fresh interpreter holds after ``statement``."""
    code = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_import_loads_nothing_heavy() -> None:
    assert not HEAVY & modules_after("import footstrike")


def test_version_loads_nothing_heavy() -> None:
    assert not HEAVY & modules_after("import footstrike; footstrike.__version__")


def test_command_line_loads_only_click() -> None:
    assert HEAVY & modules_after("import footstrike.cli") == {"click"}


def test_doctor_needs_no_library() -> None:
    assert not {"packaging", *HEAVY} & modules_after("import footstrike.doctor")


def test_settings_need_no_pose_library_and_no_plots() -> None:
    loaded = modules_after("import footstrike; footstrike.Settings(strikes=footstrike.AngleRule())")
    assert not {"av", "mediapipe", "pandas"} & loaded


@pytest.mark.parametrize("name", footstrike.__all__)
def test_public_name_is_found(name: str) -> None:
    assert getattr(footstrike, name) is not None
    assert name in dir(footstrike)


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'analyse'"):
        footstrike.analyse  # noqa: B018
