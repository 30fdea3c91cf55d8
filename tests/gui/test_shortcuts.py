"""Keys: one table binds them, lists them and stands in tool tips; a walk through the day by keyboard."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.domain.permissions import actor_on
from fieldapp.domain.records.users import Role, RoleAssignment
from tests.gui.county import VILLAGE, WORKER, County, RecordingShell
from ui import navigation, shortcuts
from ui.main_window import MainWindow
from ui.screens.household.screen import HouseholdScreen
from ui.screens.households.screen import HouseholdsScreen
from ui.screens.shortcuts.screen import ShortcutsScreen
from ui.screens.visit_form.screen import VisitFormScreen
from ui.shortcuts import KEYS, Act, Place
from ui.theme import Theme

K, HELD = Qt.Key, Qt.KeyboardModifier


class WindowShell(RecordingShell):
    """Opens what screens ask for, as the program does."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.window = window

    def go(self, route: str, **params: str) -> None:
        """To the window."""
        self.window.go(route, **params)


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, county: County) -> Iterator[MainWindow]:
    """The window over an aide's pages, whose presenters may open screens."""
    opened = MainWindow()
    qtbot.addWidget(opened)
    opened.resize(1366, 768)
    opened.show()
    opened.activateWindow()
    assert QTest.qWaitForWindowActive(opened)
    role = RoleAssignment(role=Role.VILLAGE_AIDE, area_code=VILLAGE, since=county.today)
    around = replace(county.surroundings(), shell=WindowShell(opened))
    opened.show_pages(around, navigation.entries(actor_on(WORKER, (role,), county.today)), 0)
    yield opened
    opened.close()


def _press(window: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier = HELD.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, held)


def _shown(window: MainWindow) -> type[object]:
    return type(window.screen_shown)


def test_a_day_by_keyboard(window: MainWindow, county: County) -> None:
    names = [county.household(name) for name in ("赵甲", "钱乙", "孙丙")]
    window.go_entry("households")
    listed = window.screen_shown
    assert isinstance(listed, HouseholdsScreen)
    assert window.pages is not None
    search = window.pages.top.search
    assert search is not None
    _press(window, K.Key_Z)  # typing looks for households
    assert search.text() == "z"
    _press(window, K.Key_Escape)
    assert (search.text(), window.screen_shown) == ("", listed)
    _press(window, K.Key_Down)  # into the list
    _press(window, K.Key_Return)
    first = window.screen_shown
    assert isinstance(first, HouseholdScreen)
    assert window.pages.top.next.isVisible()
    _press(window, K.Key_PageDown, HELD.ControlModifier)
    _press(window, K.Key_PageDown, HELD.ControlModifier)
    last = window.screen_shown
    assert isinstance(last, HouseholdScreen)
    assert first.presenter.state.head is not None
    assert last.presenter.state.head is not None
    assert last.presenter.state.head.household_id in set(names) - {first.presenter.state.head.household_id}
    assert not window.pages.top.next.isVisible(), "the list ends here"
    _press(window, K.Key_F1)
    assert _shown(window) is ShortcutsScreen
    _press(window, K.Key_Escape)
    assert window.screen_shown is last
    _press(window, K.Key_N, HELD.ControlModifier)
    assert _shown(window) is VisitFormScreen


def test_every_key_means_one_thing_and_the_overview_lists_all(window: MainWindow) -> None:
    for place in (Place.LIST, Place.FORM):
        together = [*KEYS[Place.EVERYWHERE].values(), *KEYS[place].values()]
        counted = Counter(QKeySequence(keys).toString() for keys in chain.from_iterable(together))
        assert [keys for keys, times in counted.items() if times > 1 or not keys] == []
    bound = {one.key().toString() for one in window.findChildren(QShortcut) if one.parent() is window}
    assert bound == {
        QKeySequence(keys).toString() for keys in chain.from_iterable(KEYS[Place.EVERYWHERE].values())
    }
    window.go("shortcuts")
    assert isinstance(window.screen_shown, ShortcutsScreen)
    assert window.pages is not None
    assert shortcuts.named(Act.BACK) in window.pages.top.back.toolTip()
    assert window.pages.rail.button("households").toolTip().endswith("Ctrl+2")
