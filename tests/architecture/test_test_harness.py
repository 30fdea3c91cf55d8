"""The harness itself: an unexpected warning fails a test, and CI without PostgreSQL fails too."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

WARNS = """
import logging
import pytest

def test_warns():
    logging.getLogger("sync.engine.push").warning("gave up")

@pytest.mark.allow_log("sync.engine")
def test_may_warn():
    logging.getLogger("sync.engine.push").warning("gave up")

@pytest.mark.allow_log("sync.engine")
def test_may_warn_elsewhere():
    logging.getLogger("sync.enginery").warning("gave up")

def test_informs():
    logging.getLogger("sync.engine.push").info("pushed 2")
"""

NEEDS_POSTGRES = """
def test_store(postgres_url):
    assert postgres_url
"""


def _run(test: str, folder: Path, **environment: str) -> str:
    """The output of pytest over one generated test file beside a copy of our conftest.py."""
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    (folder / "test_generated.py").write_text(test)
    finished = subprocess.run(
        [sys.executable, *["-m", "pytest", "-p", "no:cacheprovider"], "-c", ROOT / "pyproject.toml", folder],
        env={"PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    return finished.stdout + finished.stderr


def test_log_guard_fails_only_tests_that_log_unexpected_warnings(tmp_path: Path) -> None:
    output = _run(WARNS, tmp_path)
    assert "4 passed, 2 errors" in output  # the guard speaks at teardown, when the test itself is over
    assert "WARNING sync.engine.push: gave up" in output
    assert "WARNING sync.enginery: gave up" in output


@pytest.mark.parametrize(
    ("variable", "value", "outcome"),
    [("CI", "true", "1 error"), ("REQUIRE_PG", "1", "1 error"), ("CI", "", "1 skipped")],
)
def test_postgres_url_absent_server_fails_where_required(
    tmp_path: Path, variable: str, value: str, outcome: str
) -> None:
    output = _run(NEEDS_POSTGRES, tmp_path, POSTGRES_BIN="/nonexistent", **{variable: value})
    assert outcome in output.splitlines()[-1]
