"""The window: which entry is lit, where the focus goes, what is left behind."""

import datetime as dt
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QStackedWidget
from pytestqt.qtbot import QtBot

from fieldapp.domain.permissions import actor_on
from fieldapp.domain.records.users import Role, RoleAssignment
from fieldapp.services import visits
from tests.gui.county import VILLAGE, WORKER, County
from ui import navigation
from ui.main_window import MainWindow
from ui.theme import Theme
from ui.widgets.shell.navigation import NavButton, NavEntry
from ui.widgets.shell.page_scaffold import PageScaffold


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, county: County) -> Iterator[MainWindow]:
    """The window over an aide's pages, at the front."""
    opened = MainWindow()
    qtbot.addWidget(opened)
    opened.resize(1366, 768)
    opened.show()
    opened.activateWindow()
    assert QTest.qWaitForWindowActive(opened)
    opened.show_pages(county.surroundings(), _entries(county), 0)
    yield opened
    opened.close()


def _entries(county: County) -> tuple[NavEntry, ...]:
    role = RoleAssignment(role=Role.VILLAGE_AIDE, area_code=VILLAGE, since=county.today)
    return navigation.entries(actor_on(WORKER, (role,), county.today))


def _lit(window: MainWindow) -> list[str]:
    assert window.pages is not None
    return [b.entry.key for b in window.pages.rail.findChildren(NavButton) if b.isChecked()]


def test_a_task_stays_under_the_entry_it_was_begun_from(window: MainWindow, county: County) -> None:
    draft_id, _ = visits.begin_visit(county.context, county.household("赵甲"))
    window.go_entry("drafts")
    window.go("visit_form", draft_id=draft_id)
    assert _lit(window) == ["drafts"]
    window.back()
    assert _lit(window) == ["drafts"]
    window.go("household", household_id=county.household("钱乙"))
    assert _lit(window) == ["households"]


def test_nothing_looks_chosen_when_a_page_opens_and_the_search_box_keeps_the_focus(
    window: MainWindow,
) -> None:
    window.go_entry("households")
    assert QApplication.focusWidget() is window.screen_shown
    assert window.pages is not None
    assert window.pages.top.search is not None
    window.pages.top.focus_search()
    window.go("households", typed="zj")
    assert QApplication.focusWidget() is window.pages.top.search.line


def test_pages_built_anew_replace_the_old_ones(window: MainWindow, county: County) -> None:
    for _ in range(2):
        window.show_pages(county.surroundings(), _entries(county), 0)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    layers = window.centralWidget()
    assert isinstance(layers, QStackedWidget)
    assert layers.count() == 1
    assert window.findChildren(PageScaffold) == [window.pages]


def test_touching_the_window_or_a_dialog_puts_the_lock_off_and_idleness_does_not(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    window = MainWindow(minute=dt.timedelta(seconds=3))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    assert QTest.qWaitForWindowActive(window)
    window.show_pages(county.surroundings(), _entries(county), 1)
    locked: list[bool] = []
    window.lock_wanted.connect(lambda: locked.append(True))
    dialog = QDialog(window)
    dialog.open()
    assert QTest.qWaitForWindowActive(dialog)
    for place in (window, dialog) * 4:
        handle = place.windowHandle()
        assert handle is not None
        QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(3, 3))
        qtbot.wait(600)  # eight times this is longer than the window waits
    assert not locked
    dialog.reject()
    qtbot.waitUntil(lambda: bool(locked))
    window.close()
