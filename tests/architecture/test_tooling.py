"""Setup, locks and targets: what a fresh clone stands on."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from scripts import system_packages

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"


def _pins(lock: str) -> set[str]:
    lines = (REQUIREMENTS / lock).read_text(encoding="utf-8").splitlines()
    return {line.removesuffix("\\").strip() for line in lines if "==" in line and not line.startswith(" ")}


def test_locks_everything_run_pins_dev_pins_alike() -> None:
    """So that an environment set up for development also runs the app that is shipped."""
    assert _pins("run.txt")
    assert _pins("run.txt") <= _pins("dev.txt")


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_locks_every_pin_has_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (REQUIREMENTS / lock).read_text(encoding="utf-8"))
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_qt_binding_void_calls_keep_the_reference_count_of_none() -> None:
    """PySide6 6.12.0 lost one reference a call and aborted the process after some thousand calls."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        thing.setObjectName("x")
    assert sys.getrefcount(None) > before - 50


def test_missing_libraries_names_the_package_of_what_does_not_load() -> None:
    table = {"libdl.so.2": "libc6", "libnotthere.so.7": "libnotthere7"}
    assert system_packages.missing_libraries(table) == ["libnotthere7"]


def test_missing_to_run_without_display_asks_for_no_window_libraries() -> None:
    windows = set(system_packages.WINDOW_LIBRARIES.values())
    assert not windows & set(system_packages.missing_to_run(has_display=False))


def _setup(folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run setup.sh in a checkout of its own that has no .venv yet."""
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(REQUIREMENTS, folder / "requirements")
    return subprocess.run(
        ["/bin/sh", folder / "scripts" / "setup.sh", "run"],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_setup_without_fitting_python_says_which_is_needed(tmp_path: Path) -> None:
    result = _setup(tmp_path, PYTHON="/nonexistent/python3")
    assert result.returncode == 1
    assert "Python 3.11, 3.12 or 3.13 is needed" in result.stderr


def test_setup_missing_packages_without_apt_are_named_and_nothing_is_made(tmp_path: Path) -> None:
    """A system without apt-get whose Python reports one missing package."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "dirname"):
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)
    python = programs / "python3.12"
    python.write_text('#!/bin/sh\ncase "$1" in *system_packages.py) echo libnotthere7 ;; esac\n')
    python.chmod(0o755)
    result = _setup(tmp_path / "checkout", PATH=str(programs))
    assert result.returncode == 1
    assert "libnotthere7" in result.stderr
    assert not (tmp_path / "checkout" / ".venv").exists()


def test_make_help_lists_every_target_for_people() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: ((?:.*\\\n)*.*)$", makefile, re.MULTILINE)
    assert phony
    targets = set(phony[1].replace("\\\n", " ").split()) - {"run-setup", "dev-setup"}
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in shown.splitlines() if line.startswith("  make ")} == targets
