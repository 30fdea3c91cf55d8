"""Fixtures of the sync stories: real server over HTTP, real devices, encrypted stores, a fault proxy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.determinism import MovableClock
from tests.faults import FaultProxy, fault_proxy
from tests.integration.conftest import SqliteCopy
from tests.integration.server.county import County, running_county
from tests.integration.sync.device import Tablet, tablet


@pytest.fixture
def county(tmp_path: Path, clock: MovableClock, founded_sqlite: SqliteCopy) -> Iterator[County]:
    """A running county server on SQLite."""
    folder = tmp_path / "server"
    folder.mkdir()
    with running_county(founded_sqlite(folder), folder, clock, founded=True) as running:
        yield running


@pytest.fixture
def proxy(county: County) -> Iterator[FaultProxy]:
    """A proxy in front of the county's server, without faults until a test adds them."""
    with fault_proxy(county.address) as running:
        yield running


@pytest.fixture
def aide(county: County, proxy: FaultProxy, tmp_path: Path) -> Iterator[Tablet]:
    """An aide of the village, enrolled, whose device reaches the server through the proxy."""
    with tablet(county, tmp_path / "aide", address=proxy.address) as device:
        yield device


@pytest.fixture
def colleague(county: County, tmp_path: Path) -> Iterator[Tablet]:
    """Another aide of the same village, who reaches the server directly."""
    with tablet(county, tmp_path / "colleague", seed=2) as device:
        yield device
