"""Fixtures of the stories: a made-up county with its server process, and devices of its workers."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from fieldapp.app.profiles import Dataset
from fieldapp.domain.clock import system_clock
from fieldapp.services.context import Context
from tests.e2e.doors import PASSPHRASE, cheap_door, start_program
from tests.e2e.hands import Hands
from tests.e2e.server_side import CountyOffice
from ui.demo_county import DemoCounty
from ui.sync_desk import cycle, enrol_store


@pytest.fixture(scope="session")
def county_as_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county's data, made once; tests work on copies."""
    folder: Path = tmp_path_factory.mktemp("county")
    DemoCounty(folder).make()
    return folder


@pytest.fixture
def county(county_as_made: Path, tmp_path: Path) -> Iterator[DemoCounty]:
    """A county whose server runs in a process of its own."""
    folder = tmp_path / "county"
    shutil.copytree(county_as_made, folder)
    running = DemoCounty(folder)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def office(county: DemoCounty) -> Iterator[CountyOffice]:
    """What the county has in its own database."""
    opened = CountyOffice(county.folder)
    yield opened
    opened.close()


@pytest.fixture
def device(county: DemoCounty, office: CountyOffice, tmp_path: Path) -> Callable[[str], Path]:
    """Makes the folder of a device that a worker (by login) has enrolled and synced once, locked."""

    def make(login: str) -> Path:
        root = tmp_path / login
        root.mkdir()
        door = cheap_door(root, system_clock)
        code = office.code(login)
        opened = door.create(PASSPHRASE, Dataset.DEMO, lambda store: enrol_store(store, county.url, code))
        assert not cycle(opened.context).error_code
        door.close(opened)
        return root

    return make


@pytest.fixture
def look_into(request: pytest.FixtureRequest) -> Callable[[Path], Context]:
    """Opens the only profile of a device without a window, for asking services."""

    def open_context(root: Path) -> Context:
        door = cheap_door(root, system_clock)
        opened = door.unlock(door.profiles()[0], PASSPHRASE)
        request.addfinalizer(opened.context.store.close)
        return opened.context

    return open_context


@pytest.fixture
def start(qapp: QApplication) -> Iterator[Callable[..., Hands]]:
    """Starts the program on a device's folder and hands it to somebody."""
    started: list[Hands] = []

    def begin(root: Path, minute: dt.timedelta = dt.timedelta(minutes=1)) -> Hands:
        hands = Hands(start_program(root, minute))
        started.append(hands)
        return hands

    yield begin
    for hands in started:
        hands.close()
