"""Fixtures of the screens' tests: a county with a real store, and the look in its first state."""

from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.determinism import MovableClock
from tests.gui.county import County
from ui import theme as look
from ui.theme import Theme


@pytest.fixture
def county(tmp_path: Path, clock: MovableClock) -> Iterator[County]:
    """A worker's device after its first sync, without households."""
    made = County(tmp_path, clock)
    yield made
    made.close()


class PatientBot(QtBot):
    """Waits as long as a busy machine may need; a wait that is met costs nothing."""

    waitUntil = partialmethod(QtBot.waitUntil, timeout=60_000)
    waitSignal = partialmethod(QtBot.waitSignal, timeout=60_000)
    waitSignals = partialmethod(QtBot.waitSignals, timeout=60_000)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's bot, with patience."""
    return PatientBot(request)


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The program's style, on every desktop."""
    return ["fieldapp-tests", *look.STYLE_ARGUMENTS]


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The light theme at 100 %, in force."""
    # Widgets of earlier tests still wait for their deletion, and a new theme would restyle them all.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    start = Theme()
    look.apply(qapp, start)
    return start
