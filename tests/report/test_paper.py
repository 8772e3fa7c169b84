"""Paper: which browser prints, and what is said when none does."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from footstrike.cli import run
from footstrike.errors import OutputError
from footstrike.report.paper import find_browser, print_page

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="browsers lie elsewhere")


def program(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_an_installed_browser_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    browser = program(tmp_path / "google-chrome", "")
    assert find_browser() == browser


def test_without_a_browser_the_analysis_does_not_begin(tmp_path, monkeypatch, capsys, sample_video):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert run(["analyze", str(sample_video), "-o", "results", "--pdf"]) == 1
    complaint = capsys.readouterr().err
    assert complaint.count("\n") == 1 and "--pdf needs Chromium, Chrome or Edge" in complaint
    assert list(tmp_path.iterdir()) == []


def test_a_browser_that_does_not_print_is_named(tmp_path):
    browser = program(tmp_path / "chromium", "exit 3")
    with pytest.raises(OutputError, match=r"chromium did not print the report \(exit code 3\)"):
        print_page(browser, tmp_path / "report.html", tmp_path / "report.pdf")


def test_the_browser_keeps_off_the_network_and_out_of_its_own_folder(tmp_path):
    browser = program(tmp_path / "chromium", f'printf "%s\\n" "$@" > {tmp_path}/flags; touch {tmp_path}/report.pdf')
    print_page(browser, tmp_path / "report.html", tmp_path / "report.pdf")
    flags = (tmp_path / "flags").read_text().splitlines()
    assert "--disable-background-networking" in flags and "--host-resolver-rules=MAP * ~NOTFOUND" in flags
    (profile,) = [flag.removeprefix("--user-data-dir=") for flag in flags if flag.startswith("--user-data-dir=")]
    assert not Path(profile).exists()
    assert flags[-1] == (tmp_path / "report.html").as_uri()
