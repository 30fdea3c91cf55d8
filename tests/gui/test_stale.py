"""Thirty days without a sync: nothing is read any more, an urgent case is reported all the same (R21)."""

import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.permissions import actor_on
from fieldapp.domain.records.clues import Urgency
from fieldapp.domain.records.users import Role, RoleAssignment
from fieldapp.domain.rules.staleness import days_without_sync, reading_locked
from fieldapp.services import clues, outbox
from tests.gui.clue_records import give_phones
from tests.gui.county import VILLAGE, WORKER, County
from tests.gui.screens import assert_fits, assert_reading_order, nameless
from ui import navigation
from ui.main_window import MainWindow
from ui.ports import SyncState, SyncStatus
from ui.screens.clue_report.screen import ClueReportScreen
from ui.screens.clue_report.state import Mode
from ui.screens.stale.screen import StaleScreen
from ui.screens.today.screen import TodayScreen
from ui.theme import Theme

NOW = dt.datetime(2026, 3, 5, 1, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize(("days", "locked"), [(0, False), (29, False), (30, True), (400, True)])
def test_the_thirtieth_day_locks(days: int, locked: bool) -> None:
    told = days_without_sync(NOW - dt.timedelta(days=days), NOW)
    assert (told, reading_locked(told, Parameters())) == (days, locked)


def test_a_device_that_never_synced_has_nothing_to_lock() -> None:
    assert days_without_sync(None, NOW) == 0
    assert days_without_sync(NOW + dt.timedelta(days=3), NOW) == 0  # a clock that was set back


def front(window: MainWindow) -> type[object]:
    """What stands at the front."""
    return type(window.screen_shown)


def tap(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def test_reading_is_locked_and_the_red_button_works(qtbot: QtBot, theme: Theme, county: County) -> None:
    give_phones(county)
    home = county.household("张桂兰")
    county.server.status = SyncStatus(SyncState.OFFLINE, county.clock() - dt.timedelta(days=31))
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    role = RoleAssignment(role=Role.VILLAGE_AIDE, area_code=VILLAGE, since=county.today)
    around = county.surroundings()
    window.show_pages(around, navigation.entries(actor_on(WORKER, (role,), county.today)), 0)
    window.go("household", household_id=home)
    window.set_reading_locked(True)
    stale = window.screen_shown
    assert isinstance(stale, StaleScreen)
    shown = [widget.accessibleName() for widget in window.findChildren(QWidget) if widget.isVisible()]
    assert "张桂兰" not in "".join(shown)
    assert nameless(stale) == []
    assert_reading_order(stale)
    assert_fits(stale)
    for route in ("households", "household", "today", "drafts", "clues", "statistics"):
        window.go(route, household_id=home)
        assert front(window) is StaleScreen, route
    tap(stale.sync)
    assert county.server.syncs == 1

    assert window.pages is not None
    tap(window.pages.rail.button("clue_report"))
    report = window.screen_shown
    assert isinstance(report, ClueReportScreen)
    report.presenter.change(urgency=Urgency.L2, area_code=VILLAGE, place="桥头", description="断粮。")
    report.presenter.send()
    assert report.presenter.state.mode is Mode.SENT
    assert [own.unsent for own in clues.my_clues(county.context)] == [True]
    assert outbox.waiting(county.context).ops == 1
    report.presenter.open_clue()  # through the recording shell: the window is asked below
    window.go("clue", clue_id="any")
    assert front(window) is StaleScreen
    window.back()
    assert front(window) is ClueReportScreen
    # One that is being written when the day comes stays; what lies beneath it does not come back.
    window.set_reading_locked(False)
    window.go_entry("households")
    window.report_urgent()
    window.set_reading_locked(True)
    assert front(window) is ClueReportScreen
    window.back()
    assert front(window) is StaleScreen
    window.set_reading_locked(False)
    assert front(window) is TodayScreen
    window.close()
