"""A package is never held in memory: neither where it is made, nor where it is carried or taken in."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.engine import packages
from sync.engine.session import CancelToken
from tests.integration.server.county import County
from tests.integration.sync.device import Tablet
from ui.package_desk import PackageDesk

MEGABYTE = 1024 * 1024
PHOTOS = 20
PHOTO = 3 * MEGABYTE
MOST = PHOTOS * PHOTO // 2
STATUS = Path("/proc/self/status")
FORGET_PEAK = Path("/proc/self/clear_refs")


def _kilobytes(name: str) -> int:
    (line,) = (one for one in STATUS.read_text().splitlines() if one.startswith(name))
    return int(line.split()[1])


def _extra(work: Callable[[], object]) -> int:
    """Bytes of memory that some work needs at its worst, beyond what is in use."""
    before = _kilobytes("VmRSS:")
    FORGET_PEAK.write_text("5")
    work()
    return (_kilobytes("VmHWM:") - before) * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_a_package_may_be_larger_than_the_memory(
    aide: Tablet, colleague: Tablet, county: County, tmp_path: Path
) -> None:
    aide.synced()
    house = aide.household()
    for number in range(PHOTOS):
        aide.visit(house.id, aide.photo(PHOTO, number))
    package, answer = tmp_path / "work.fapk", tmp_path / "answer.fapk"
    desk = PackageDesk(aide.session, lambda: None)
    carrier = PackageDesk(colleague.session, lambda: None)

    def export() -> None:
        packages.export_package(aide.session, package, photos=True, cancel=CancelToken())

    needed = {
        "made": _extra(export),
        "carried and taken in": _extra(lambda: carrier.save_answer(carrier.carry(package), answer)),
        "told apart": _extra(lambda: desk.is_answer(package)),
        "read": _extra(lambda: desk.read_answer(answer)),
    }
    assert package.stat().st_size > PHOTOS * PHOTO
    assert aide.waiting().blobs == 0
    assert {name: size for name, size in needed.items() if size > MOST} == {}, needed
