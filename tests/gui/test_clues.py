"""The lists of clues and what the worker is told of them, on a real store."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.clue_drafts import ClueDraft
from fieldapp.domain.records.clues import (
    ClueAction,
    ClueClock,
    ClueKind,
    ClueReceiptFields,
    ClueSource,
    ClueStatus,
    Escalation,
    EscalationTo,
    Urgency,
)
from fieldapp.domain.records.users import Role
from fieldapp.services import clue_reports, clues
from fieldapp.services.clues import StepDraft
from tests.gui.clue_records import bring, step
from tests.gui.county import COLLEAGUE, GRID_1, OTHER_GRID, TOWN, VILLAGE, WORKER, County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui import navigation
from ui.clue_watch import ClueWatch
from ui.main_window import MainWindow
from ui.screens.clue.screen import ClueScreen
from ui.screens.clues.presenter import Tab
from ui.screens.clues.screen import CluesScreen
from ui.tasks import TaskRunner
from ui.theme import Theme


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    made = County(tmp_path / "profile")
    made.worker(Role.TOWN_CLERK, TOWN)
    yield made
    made.close()


def open_list(qtbot: QtBot, county: County) -> CluesScreen:
    screen = CluesScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    return screen


def titles(screen: CluesScreen) -> list[str]:
    cards = screen.cards.cards
    found = [cards.content(row) for row in range(cards.rowCount())]
    return [content.title for content in found if content is not None]


def chips(screen: CluesScreen, row: int) -> list[str]:
    content = screen.cards.cards.content(row)
    assert content is not None
    return [chip.text for chip in content.chips]


@pytest.fixture
def busy(county: County) -> dict[str, str]:
    """Late and in danger; a day left; given to a colleague; ordinary, of another village, by telephone."""
    found = {
        "late": bring(county, urgency=Urgency.L1, kind=ClueKind.FIRE, hours_ago=1),
        "fresh": bring(county, urgency=Urgency.L2, kind=ClueKind.NO_FOOD, hours_ago=1),
        "given": bring(county, urgency=Urgency.L2, kind=ClueKind.NO_CARE, hours_ago=1),
        "calm": bring(
            county, urgency=Urgency.L3, kind=ClueKind.LOST_JOB, area_code=OTHER_GRID,
            source=ClueSource.HOTLINE, hours_ago=1,
        ),
    }  # fmt: skip
    step(county, found["given"], ClueAction.ACCEPT, WORKER, seq=1)
    step(county, found["given"], ClueAction.ASSIGN, WORKER, seq=2, assignee_id=COLLEAGUE)
    return found


def test_clerk_sees_the_most_pressing_first_with_clocks_in_words(
    qtbot: QtBot, theme: Theme, county: County, busy: dict[str, str]
) -> None:
    screen = open_list(qtbot, county)
    assert county.shell.titles[-1] == ("线索处置", "未办结 4 件，已超时 1 件")
    assert screen.presenter.state.tab is Tab.MINE
    assert titles(screen) == ["火灾", "断粮", "失业"]
    assert chips(screen, 0)[:2] == ["已超 30 分钟 · 受理", "危及生命"]
    assert chips(screen, 1)[0] == "还剩 1 小时 · 受理"
    screen.presenter.choose_tab(Tab.OPEN)
    assert len(titles(screen)) == 4
    screen.presenter.choose_tab(Tab.OVERDUE)
    assert titles(screen) == ["火灾"]
    screen.presenter.choose_tab(Tab.OVER)
    assert titles(screen) == []
    screen.cards.opened.emit(busy["late"])
    assert county.shell.went[-1] == ("clue", {"clue_id": busy["late"]})


def test_a_clue_settled_here_is_over_before_the_server_has_answered(
    qtbot: QtBot, theme: Theme, county: County, busy: dict[str, str]
) -> None:
    screen = open_list(qtbot, county)
    away = StepDraft(action=ClueAction.TRANSFER, department="消防", opinion="火已扑灭，由消防继续办理")
    _, changes = clues.take_step(county.context, busy["late"], away)
    county.changes.publish(changes)
    screen.presenter.choose_tab(Tab.OPEN)
    assert "火灾" not in titles(screen)
    screen.presenter.choose_tab(Tab.OVER)
    assert titles(screen) == ["火灾"]
    assert "待上传" in chips(screen, 0)
    again = StepDraft(action=ClueAction.REOPEN, opinion="房子不能住，要安置")
    _, changes = clues.take_step(county.context, busy["late"], again)
    county.changes.publish(changes)
    assert titles(screen) == []
    screen.presenter.choose_tab(Tab.OPEN)
    assert "火灾" in titles(screen)


def test_filters_narrow_the_list(qtbot: QtBot, theme: Theme, county: County, busy: dict[str, str]) -> None:
    screen = open_list(qtbot, county)
    screen.presenter.choose_tab(Tab.OPEN)
    QTest.mouseClick(screen.urgency.buttons()[2], Qt.MouseButton.LeftButton)
    assert set(titles(screen)) == {"断粮", "无人照料"}
    QTest.mouseClick(screen.urgency.buttons()[0], Qt.MouseButton.LeftButton)
    screen.source.set_value("HOTLINE")
    screen.source.changed.emit("HOTLINE")
    assert titles(screen) == ["失业"]


def test_clocks_run_while_the_page_is_open(
    qtbot: QtBot, theme: Theme, county: County, busy: dict[str, str]
) -> None:
    screen = open_list(qtbot, county)
    county.clock.advance(minutes=59)
    screen._clock.timeout.emit()
    assert chips(screen, 1)[0] == "还剩 1 分钟 · 受理"
    county.clock.advance(minutes=2)
    screen._clock.timeout.emit()
    assert chips(screen, 1)[0] == "已超 1 分钟 · 受理"


def test_grid_worker_has_what_was_given_to_him_and_what_he_reported(
    qtbot: QtBot, theme: Theme, county: County, busy: dict[str, str]
) -> None:
    county.worker(Role.GRID_WORKER, GRID_1)
    step(county, busy["given"], ClueAction.ASSIGN, COLLEAGUE, seq=3, assignee_id=WORKER)
    screen = open_list(qtbot, county)
    assert county.shell.titles[-1][0] == "我的线索"
    assert screen.presenter.state.tabs == (Tab.MINE, Tab.OWN, Tab.OPEN)
    assert titles(screen) == ["无人照料"]
    screen.presenter.choose_tab(Tab.OWN)
    assert titles(screen) == []
    screen._empty.action.emit()
    assert county.shell.went[-1] == ("clue_report", {})


def test_reporter_sees_the_standing_of_his_own_and_nobody_elses(
    qtbot: QtBot, theme: Theme, county: County, busy: dict[str, str]
) -> None:
    county.worker(Role.REPORTER, VILLAGE)
    draft = ClueDraft(area_code=GRID_1, urgency=Urgency.L2, place="桥头", description="老人独自在家。")
    clue_reports.report_clue(county.context, draft)
    county.pull(
        "clue_receipts",
        [
            ClueReceiptFields(
                user_id=WORKER, clue_id="other", clue_no="XS-2026-0009", urgency=Urgency.L2,
                kind=ClueKind.FIRE, place="3组", reported_at=county.clock() - dt.timedelta(days=1),
                status=ClueStatus.ASSIGNED, status_at=county.clock(), **county.origin(),
            )
        ],
    )  # fmt: skip
    screen = open_list(qtbot, county)
    assert screen.presenter.state.tabs == (Tab.OWN,)
    assert titles(screen) == ["其他 · 急难", "火灾 · 急难"]
    assert (chips(screen, 0), chips(screen, 1)) == (["待上传"], ["已派单"])


def test_list_fits_reads_in_order_and_names_everything(
    qtbot: QtBot, theme: Theme, county: County, busy: dict[str, str]
) -> None:
    screen = open_list(qtbot, county)
    QTest.mouseClick(screen.blank, Qt.MouseButton.LeftButton)
    assert county.shell.went == [("paper", {"kind": "clues"})]
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)


# News


@pytest.fixture
def watched(qtbot: QtBot, theme: Theme, county: County) -> Iterator[tuple[MainWindow, ClueWatch]]:
    """The window over a clerk's pages, and the watch beside it."""
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    tasks = TaskRunner()
    with county.store.reading() as connection:
        entries = navigation.entries(county.context.actor(connection))
    window.show_pages(county.surroundings(), entries, 0)
    watch = ClueWatch(county.context, tasks, window, window)
    yield window, watch
    watch.stop()
    tasks.stop()
    window.close()


def settle(qtbot: QtBot, watch: ClueWatch) -> None:
    qtbot.waitUntil(lambda: not watch._busy)
    QApplication.processEvents()


def notice(window: MainWindow) -> str:
    assert window.pages is not None
    bar = window.pages.notice
    return bar.words() if bar.isVisibleTo(window) else ""


def test_news_of_a_sync_stands_above_the_pages_until_it_is_read(
    qtbot: QtBot, county: County, watched: tuple[MainWindow, ClueWatch]
) -> None:
    window, watch = watched
    watch.start()
    settle(qtbot, watch)
    assert notice(window) == ""
    home = county.household("张桂兰")
    clue_id = bring(county, urgency=Urgency.L1, household_id=home)
    watch.look()
    settle(qtbot, watch)
    assert notice(window) == "有危及生命的新线索。"
    assert window.pages is not None
    assert window.pages.rail.button("clues").accessibleName() == "线索 1 项"
    QTest.mouseClick(window.pages.notice.open, Qt.MouseButton.LeftButton)
    assert isinstance(window.screen_shown, ClueScreen)
    assert window.screen_shown.presenter.state.view is not None
    assert window.screen_shown.presenter.state.view.clue.id == clue_id
    assert notice(window) == ""
    watch.look()
    settle(qtbot, watch)
    assert notice(window) == "", "what was read does not come back"
    assert window.pages.rail.button("clues").accessibleName() == "线索 1 项"


def test_several_news_lead_to_the_list_and_name_nobody(
    qtbot: QtBot, county: County, watched: tuple[MainWindow, ClueWatch]
) -> None:
    window, watch = watched
    home = county.household("张桂兰")
    told = Escalation(
        clock=ClueClock.ACCEPT,
        percent=50,
        to=EscalationTo.HANDLER,
        at=county.clock() - dt.timedelta(minutes=5),
    )
    bring(county, urgency=Urgency.L2, household_id=home, hours_ago=1.1, escalations=(told,))
    bring(county, urgency=Urgency.L3, household_id=home)
    watch.start()
    settle(qtbot, watch)
    words = notice(window)
    assert words.endswith("，另有 1 件。")
    assert "张桂兰" not in words
    assert "12号" not in words
    assert window.pages is not None
    QTest.mouseClick(window.pages.notice.open, Qt.MouseButton.LeftButton)
    assert isinstance(window.screen_shown, CluesScreen)


def test_news_can_be_put_aside(qtbot: QtBot, county: County, watched: tuple[MainWindow, ClueWatch]) -> None:
    window, watch = watched
    bring(county)
    watch.start()
    settle(qtbot, watch)
    before = window.screen_shown
    assert window.pages is not None
    QTest.mouseClick(window.pages.notice.close_button, Qt.MouseButton.LeftButton)
    assert notice(window) == ""
    assert window.screen_shown is before
    watch.look()
    settle(qtbot, watch)
    assert notice(window) == ""
