"""Practice: a profile of its own with made-up households, seen as such everywhere, that meets no server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.app.profiles import Dataset, profiles
from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.rules.id_number import DEMO_ID_PREFIX
from fieldapp.services import households, practice, visits
from fieldapp.services.profiles import ProfileDoor
from fieldapp.storage import outbox
from fieldapp.storage.store import Store
from sync.engine.session import SyncSession
from sync.transport.addresses import ServerAddress
from sync.transport.http import HttpTransport
from tests.determinism import MovableClock
from tests.integration.device.conftest import CHEAP
from ui.bootstrap import Options, Program
from ui.screens.today.screen import TodayScreen

PATIENCE_MS = 60_000


@pytest.fixture
def program(qapp: QApplication, tmp_path: Path, clock: MovableClock) -> Iterator[Program]:
    """The program at its door, on a machine where nobody is enrolled."""
    options = Options(
        tmp_path, clock=clock, make_door=lambda root, clock: ProfileDoor(root, clock=clock, cost_policy=CHEAP)
    )
    running = Program(qapp, options)
    running.window.resize(1366, 768)
    running.show_door()
    running.window.show()
    yield running
    running.window.close()


def _shown(program: Program) -> TodayScreen:
    screen = program.window.screen_shown
    assert isinstance(screen, TodayScreen)
    return screen


def test_one_practises_starts_over_and_ends(qtbot: QtBot, program: Program) -> None:
    program.practise()
    qtbot.waitUntil(lambda: program.window.screen_shown is not None, timeout=PATIENCE_MS)
    screen = _shown(program)
    qtbot.waitUntil(lambda: screen.presenter.state.loaded, timeout=PATIENCE_MS)
    assert screen.presenter.state.due, "there are doors to knock on"
    pages = program.window.pages
    assert pages is not None
    assert pages.practice.isVisible()
    context = screen.surroundings.context
    [profile] = profiles(program.options.root)
    assert profile.dataset is Dataset.PRACTICE
    ids = households.household_ids(context)
    persons = [one.person for key in ids for one in households.household_card(context, key).members]
    assert all(one.id_number.startswith(DEMO_ID_PREFIX) for one in persons)
    assert all(one.phone.startswith("100") for one in persons)
    visits.begin_visit(context, ids[0])
    with pytest.raises(NotAllowedError, match="practice_only"):
        screen.surroundings.packages.contents()
    transport = HttpTransport(ServerAddress("http://127.0.0.1:9"), "", new_request_id=context.store.ids)
    with pytest.raises(ValueError, match="never meet a server"):
        SyncSession(context.store, transport)
    with context.store.reading() as connection:
        assert outbox.waiting_ops(connection) == []

    pages.practice.reset_wanted.emit()
    qtbot.waitUntil(lambda: program.window.screen_shown not in (None, screen), timeout=PATIENCE_MS)
    again = _shown(program).surroundings.context
    assert visits.drafts(again) == [], "nothing is left of the first try"
    assert len(profiles(program.options.root)) == 1
    assert program.window.pages is not None
    program.window.pages.practice.end_wanted.emit()
    assert program.window.pages is None


def test_real_data_are_never_mixed_with_made_up_ones(tmp_path: Path, clock: MovableClock) -> None:
    store = Store.create(tmp_path, b"a" * 32, b"b" * 32, clock=clock)
    with pytest.raises(ValueError, match="practice profile"):
        practice.fill(store)
    store.close()
