"""A power cut at any moment takes back nothing that was told, and the test notices if it could."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from fieldapp.domain.errors import FieldappError
from tests.chaos.power import Event, Told, broken_promises, cuts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the driver shows no symbols there")
ROOT = Path(__file__).parents[2]
SEED = 20260305
CUTS = 120
VISITS = 90


def _recorded(folder: Path, synchronous: str) -> list[Event]:
    """What a device writes in a process of its own, for its SQLite stays watched."""
    folder.mkdir()
    arguments = (str(folder), synchronous, SEED, VISITS)
    program = f"from tests.chaos.power import record_into; record_into(*{arguments!r})"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
    events: list[Event] = pickle.loads((folder / "events").read_bytes())
    return events


def _losses(events: list[Event], tmp_path: Path) -> tuple[int, int]:
    """How many of CUTS power cuts broke a promise, and how many left a disk that cannot be used."""
    lost = damaged = 0
    (tmp_path / "cut").mkdir()
    for number, (disk, told) in enumerate(cuts(events, tmp_path / "cut", SEED, CUTS)):
        try:
            lost += bool(broken_promises(disk, told, thorough=number % 8 == 0))
        except FieldappError:
            damaged += 1
    return lost, damaged


def test_no_power_cut_takes_back_what_was_told(tmp_path: Path) -> None:
    events = _recorded(tmp_path / "device", "full")
    assert sum(isinstance(event, Told) for event in events) > VISITS
    synced = {event[1] for event in events if not isinstance(event, Told) and event[0] == "sync"}
    assert synced >= {"records.db", "records.db-wal", "photos.db", "photos.db-wal"}  # checkpoints were seen
    assert _losses(events, tmp_path) == (0, 0)


def test_with_synchronous_normal_power_cuts_do_take_things_back(tmp_path: Path) -> None:
    lost, _damaged = _losses(_recorded(tmp_path / "device", "normal"), tmp_path)
    assert lost > CUTS // 10
