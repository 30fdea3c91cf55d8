"""The walk over the first page: offered once, taken by keyboard, left at any time."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.domain.permissions import actor_on
from fieldapp.domain.records.users import Role, RoleAssignment
from tests.gui.county import VILLAGE, WORKER, County
from tests.gui.screens import assert_fits, nameless, show
from ui import navigation
from ui.main_window import MainWindow
from ui.screens.today.screen import TodayScreen
from ui.theme import Theme
from ui.widgets.shell.page_scaffold import Arrangement
from ui.widgets.tour import Tour


def test_it_is_offered_until_taken_or_declined(qtbot: QtBot, county: County) -> None:
    county.household("赵甲")
    screen = TodayScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert screen.welcome.isVisible()
    assert_fits(screen)
    assert nameless(screen) == []
    screen.show_me.click()
    assert county.shell.tours == 1
    assert screen.welcome.isHidden()
    screen.leave()
    again = TodayScreen(county.surroundings())
    show(qtbot, again)
    again.enter({})
    assert again.welcome.isHidden()
    again.leave()


def test_it_points_at_what_is_there_in_both_arrangements(qtbot: QtBot, theme: Theme, county: County) -> None:
    county.household("赵甲")
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    role = RoleAssignment(role=Role.VILLAGE_AIDE, area_code=VILLAGE, since=county.today)
    window.show_pages(county.surroundings(), navigation.entries(actor_on(WORKER, (role,), county.today)), 0)
    pages = window.pages
    assert pages is not None
    for size, arrangement in (((1366, 768), Arrangement.WIDE), ((800, 1280), Arrangement.NARROW)):
        window.resize(*size)
        QApplication.processEvents()
        assert pages.arrangement is arrangement
        window.start_tour()
        [tour] = pages.findChildren(Tour)
        said = []
        while tour.isVisible():
            assert tour.rect().contains(tour.card.geometry()), "the words are in the window"
            assert QApplication.focusWidget() is tour.on
            said.append(tour.words())
            QTest.keyClick(tour.on, Qt.Key.Key_Tab)
            focused = QApplication.focusWidget()
            assert focused is not None
            assert tour.isAncestorOf(focused)
            QTest.keyClick(tour.on, Qt.Key.Key_Return)
        assert len(set(said)) == len(said) == 6
        window.start_tour()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        [tour] = pages.findChildren(Tour)
        shown = window.screen_shown
        QTest.keyClick(tour.on, Qt.Key.Key_Escape)
        assert tour.isHidden()
        assert window.screen_shown is shown, "Esc left the walk and not the page"
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    window.start_tour()
    window.show_door(QWidget())  # locked in the middle of it
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    window.close()
