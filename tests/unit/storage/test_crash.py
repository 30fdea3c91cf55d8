"""Killed at any moment, the store loses nothing it had confirmed. FIELDAPP_KILLS sets a longer run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = int(os.environ.get("FIELDAPP_KILLS", "30"))
SEED = int(os.environ.get("FIELDAPP_KILL_SEED", "20260305"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks")
@pytest.mark.timeout(60 + KILLS * 5)
def test_killed_at_random_no_saved_visit_photo_or_page_is_lost(profile: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.unit.storage.crash_writer", profile, str(KILLS), str(SEED)],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert run.returncode == 0, f"seed {SEED}: {run.stderr}"
    assert int(run.stdout) > KILLS  # it did write
