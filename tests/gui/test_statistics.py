"""The statistics screen on a real store: figures, their lists, exports, keyboard, narrow screens."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import event

from fieldapp.app.preferences import Language
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.users import Role, RoleAssignment, UserFields
from fieldapp.domain.records.visits import Mode, Result
from fieldapp.services import exports, kept_choices
from fieldapp.services.statistics import WHOLE, GroupBy
from fieldapp.services.statistics_lists import Figure, Listing
from tests.determinism import MovableClock
from tests.gui.county import (
    GRID_1,
    OTHER_GRID,
    OTHER_VILLAGE,
    TOWN,
    VILLAGE,
    County,
    HeldTasks,
)
from ui import theme as look
from ui.main_window import MainWindow
from ui.ports import SyncState, SyncStatus, Tasks
from ui.screens.statistics.figures_page import TILES
from ui.screens.statistics.screen import StatisticsScreen
from ui.screens.statistics.state import Step
from ui.tasks import TaskRunner
from ui.theme import DARK, LIGHT, TextScale, Theme
from ui.widgets.charts.day_heat import depth
from ui.widgets.shell.navigation import NavEntry

NOW = dt.datetime(2026, 6, 20, 2, 0, tzinfo=dt.UTC)
JUNE = dt.date(2026, 6, 1)
MAY = dt.date(2026, 5, 1)
Opened = Callable[..., StatisticsScreen]


def role(kind: Role, area_code: str) -> RoleAssignment:
    """A role held for long."""
    return RoleAssignment(role=kind, area_code=area_code, since=dt.date(2020, 1, 1))


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    """A town clerk's device: two households in one village, one in the other."""
    made = County(tmp_path / "profile", MovableClock(NOW))
    made.worker(Role.TOWN_CLERK, TOWN)
    homes = [
        made.household_fields(name, id=one, risk_level=RiskLevel.MEDIUM, area_code=area_code)
        for one, name, area_code in (
            ("seen", "王桂兰", GRID_1),
            ("missed", "李长根", GRID_1),
            ("other", "汪水英", OTHER_GRID),
        )
    ]
    made.pull("households", homes)
    made.pull("persons", [made.person_fields(home.id, home.head_name) for home in homes])
    made.pull(
        "users",
        [
            UserFields(name=name, roles=(role(Role.GRID_WORKER, area_code),), **made.origin(one))
            for one, name, area_code in (("grid-1", "吴甲", GRID_1), ("grid-2", "郑乙", OTHER_GRID))
        ],
    )
    early = NOW - dt.timedelta(days=9)
    made.pull(
        "visits",
        [
            made.visit_fields("seen", id="onsite", days_ago=9, by="grid-1", received_at=early),
            made.visit_fields("seen", id="phone", days_ago=2, by="grid-1", mode=Mode.PHONE, received_at=NOW),
            made.visit_fields("missed", id="nobody", days_ago=1, by="grid-1", result=Result.NOT_HOME),
            made.visit_fields("other", id="may", days_ago=30, by="grid-2", area_code=OTHER_GRID),
        ],
    )
    yield made
    made.close()


@pytest.fixture
def opened(county: County, theme: Theme, qtbot: QtBot) -> Opened:
    """Opens the screen."""

    def open_screen(tasks: Tasks | None = None, **params: str) -> StatisticsScreen:
        screen = StatisticsScreen(county.surroundings(tasks))
        qtbot.addWidget(screen)
        screen.resize(1200, 800)
        screen.show()
        screen.enter(params)
        return screen

    return open_screen


def cells(screen: StatisticsScreen) -> list[list[str]]:
    """What the table shows, row by row."""
    model = screen.figures.figures.table.model()
    return [
        [str(model.data(model.index(row, column))) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def tap_cell(screen: StatisticsScreen, qtbot: QtBot, row: int, column: int) -> None:
    """A tap into the table."""
    table = screen.figures.figures.table
    place = table.visualRect(table.model().index(row, column)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def listed(screen: StatisticsScreen) -> list[str]:
    """Ids of the open list."""
    return list(screen.list.cards.cards.keys())


# --- figures ------------------------------------------------------------------------------------


def test_tiles_show_both_numbers(opened: Opened, county: County) -> None:
    screen = opened()
    names = [screen.figures.tiles[figure].accessibleName() for figure in TILES]
    assert names == [
        "走访次数 2 次 2 人次",
        "覆盖率 33.33 % 1 / 3 户",
        "完成率 33.33 % 1 / 3 次",
        "超期未访 1 户 截至今天",
        "入户占比 50.00 % 1 / 2 次",
        "及时上传 100.00 % 2 / 2 次",
        "未遇率 33.33 % 1 / 3 次",
        "免访 0 户 不计入应访",
    ]
    title, context = county.shell.titles[-1]
    assert title == "石桥镇走访统计"
    assert context == "本机还没有同步过"


def test_an_area_is_kept_as_a_filter_and_opened_again(opened: Opened, county: County) -> None:
    screen = opened()
    begun = screen.presenter.state.view
    assert begun is not None
    assert not screen.kept.isVisible()
    screen.presenter.choose_area(VILLAGE)
    screen.kept.keep.click()
    screen.kept.name.set_value("青溪")
    screen.kept.save.click()
    chip = screen.kept.chips["青溪"]
    chip.click()  # not any more
    assert screen.presenter.state.view is not None
    assert screen.presenter.state.view.area_code == begun.area_code
    assert screen.kept.isVisible()
    chip.click()
    assert screen.presenter.state.view.area_code == VILLAGE


def test_columns_are_chosen_kept_and_followed_by_the_export(
    opened: Opened, county: County, tmp_path: Path
) -> None:
    screen = opened()
    screen.figures.figures.columns_chosen.emit((Figure.NOT_FOUND, Figure.VISITS))
    assert {len(row) for row in cells(screen)} == {3}
    again = opened()
    assert again.presenter.state.columns == (Figure.VISITS, Figure.NOT_FOUND), "the order is the table's"
    again.presenter.export_statistics(str(tmp_path / "table.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "table.xlsx").worksheets[0]
    assert sheet.max_column == 1 + 1 + 3, "a share fills three columns"
    again.presenter.choose_columns(())
    assert again.presenter.state.columns == tuple(Figure)
    assert kept_choices.kept_columns(county.context, "statistics") == ()


def test_every_figure_is_explained_where_it_stands(opened: Opened, county: County) -> None:
    page = opened().figures
    assert not page.definitions.isVisible()
    page.explain.click()
    told = dict(page.definitions.texts())
    assert page.definitions.isVisible()
    assert len(told) == len(Figure)
    assert "72 小时" in told["及时上传"], "the county's own limit"
    assert page.tiles[Figure.COVERAGE].toolTip() == told["覆盖率"]
    english = exports.figure_definitions(county.context, Language.EN)
    assert set(english) == set(Figure)
    assert all(words.isascii() for words in english.values())


@pytest.mark.parametrize("figure", TILES)
def test_every_tile_opens_its_list(opened: Opened, qtbot: QtBot, figure: Figure) -> None:
    expected = {
        Figure.VISITS: ["phone", "onsite"],
        Figure.COVERAGE: ["missed", "other"],
        Figure.COMPLETION: ["missed", "other"],
        Figure.OVERDUE: ["missed"],
        Figure.ON_SITE: ["onsite"],
        Figure.TIMELY: [],
        Figure.NOT_FOUND: ["nobody"],
        Figure.EXEMPT: [],
    }
    screen = opened()
    QTest.mouseClick(screen.figures.tiles[figure], Qt.MouseButton.LeftButton)
    assert screen.presenter.state.step is Step.LIST
    assert listed(screen) == expected[figure]


def test_every_number_of_the_table_opens_its_list(opened: Opened, qtbot: QtBot) -> None:
    screen = opened()
    screen.resize(2400, 800)
    QApplication.processEvents()
    assert cells(screen) == [
        ["青溪村", "2", "2", "1/2  50.00 %", "1/2  50.00 %", "1", "1/2  50.00 %", "2/2  100.00 %",
         "1/3  33.33 %", "0", "0"],
        ["长塘村", "0", "0", "0/1  0.00 %", "0/1  0.00 %", "0", "0/0  —", "0/0  —", "0/0  —", "0", "0"],
        ["合计", "2", "2", "1/3  33.33 %", "1/3  33.33 %", "1", "1/2  50.00 %", "2/2  100.00 %",
         "1/3  33.33 %", "0", "0"],
    ]  # fmt: skip
    expected = [["phone", "onsite"]] * 2 + [["missed"]] * 3 + [["onsite"], [], ["nobody"], [], []]
    for column, ids in enumerate(expected, start=1):
        tap_cell(screen, qtbot, 0, column)
        assert listed(screen) == ids, column
        assert screen.presenter.back()
    tap_cell(screen, qtbot, 2, 3)
    assert listed(screen) == ["missed", "other"]


def test_rows_open_the_inner_area_and_the_path_leads_back(
    opened: Opened, qtbot: QtBot, county: County
) -> None:
    screen = opened()
    tap_cell(screen, qtbot, 0, 0)
    assert county.shell.titles[-1][0] == "青溪村走访统计"
    assert [row[0] for row in cells(screen)] == ["第一网格", "合计"]
    back = next(b for b in screen.figures.findChildren(QAbstractButton) if b.text() == "石桥镇")
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    assert county.shell.titles[-1][0] == "石桥镇走访统计"
    assert not [b for b in screen.figures.findChildren(QAbstractButton) if b.text() == "示范区"]


def test_workers_stay_in_their_order_whatever_is_tapped(opened: Opened, qtbot: QtBot, county: County) -> None:
    county.visit("missed", days_ago=3, by="grid-2", area_code=GRID_1)
    county.visit("missed", days_ago=4, by="grid-2", area_code=GRID_1)
    county.visit("missed", days_ago=5, by="grid-2", area_code=GRID_1)
    screen = opened()
    screen.presenter.group(GroupBy.WORKER)
    names = ["吴甲", "郑乙", "全部（不重复计）"]
    assert [row[0] for row in cells(screen)] == names
    header = screen.figures.figures.table.horizontalHeader()
    for column in (1, 1, 2):
        place = QPoint(header.sectionViewportPosition(column) + 10, 10)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert [row[0] for row in cells(screen)] == names
    tap_cell(screen, qtbot, 0, 0)
    assert listed(screen) == ["phone", "onsite"]


def test_month_is_chosen_and_shown_in_the_trend(opened: Opened, county: County) -> None:
    screen = opened()
    assert screen.figures.trend.bars.description().startswith("7月 至 6月，最近 2次")
    screen.figures.month_chosen.emit(MAY)
    view = screen.presenter.state.view
    assert view is not None
    assert view.period.start == MAY
    assert view.total.visit_ids == ("may",)
    screen.figures.trend.twin.click()
    assert screen.figures.trend.bars.isHidden()
    screen.figures.trend.table.cell_opened.emit("2026-05-01", 0)
    assert screen.presenter.state.view is view  # it is the month on show
    screen.figures.trend.table.cell_opened.emit("2026-06-01", 0)
    assert screen.presenter.state.view.period.start == JUNE


def test_screen_can_begin_elsewhere(opened: Opened) -> None:
    view = opened(area_code=OTHER_VILLAGE, month="2026-05-20").presenter.state.view
    assert view is not None
    assert (view.area_code, view.period.start) == (OTHER_VILLAGE, MAY)


def test_worker_without_the_right_reads_why(opened: Opened, county: County) -> None:
    county.worker(Role.GRID_WORKER, GRID_1)
    screen = opened()
    assert not screen.figures.export.isVisible()
    assert "权限" in " ".join(
        w.accessibleName() for w in screen.figures.findChildren(QWidget) if w.isVisible()
    )


def test_aide_of_two_villages_chooses_between_them(opened: Opened, county: County) -> None:
    roles = tuple(role(Role.VILLAGE_AIDE, code) for code in (VILLAGE, OTHER_VILLAGE))
    county.pull("users", [UserFields(name="周丙", roles=roles, **county.origin("worker-1"))])
    screen = opened()
    assert screen.presenter.state.scopes == ((VILLAGE, "青溪村"), (OTHER_VILLAGE, "长塘村"))
    screen.figures.area_chosen.emit(OTHER_VILLAGE)
    assert county.shell.titles[-1][0] == "长塘村走访统计"


def test_days_of_the_area_are_tinted_and_open_their_visits(
    opened: Opened, county: County, qtbot: QtBot, tmp_path: Path
) -> None:
    county.visit("other", id="same-day", days_ago=2, by="grid-2", area_code=OTHER_GRID)
    screen = opened()
    days, heat = screen.figures.days, screen.figures.days.heat
    assert heat.description() == "共 3 次，分在 2 天；最多的一天是 6 月 18 日，2 次"
    assert [depth(value, 8) for value in (0, 1, 2, 3, 8)] == [0, 1, 1, 2, 4]
    place = heat.cell_rect(dt.date(2026, 6, 18)).center().toPoint()
    QTest.mouseClick(heat, Qt.MouseButton.LeftButton, pos=place)
    assert sorted(listed(screen)) == ["phone", "same-day"]
    assert "2026 年 6 月 18 日" in county.shell.titles[-1][1]
    county.visit("missed", id="third", days_ago=2, by="grid-1")
    county.tell("visits")
    assert len(listed(screen)) == 3, "the day's list is renewed with the data"
    screen.presenter.back()
    empty = heat.cell_rect(dt.date(2026, 6, 20)).center().toPoint()
    QTest.mouseClick(heat, Qt.MouseButton.LeftButton, pos=empty)
    assert screen.presenter.state.step is Step.FIGURES
    heat.setFocus()
    for key in (Qt.Key.Key_End, Qt.Key.Key_Home, Qt.Key.Key_Down, *[Qt.Key.Key_Right] * 3):
        QTest.keyClick(heat, key)
    assert heat.accessibleDescription().endswith("；6 月 11 日 1 次")
    QTest.keyClick(heat, Qt.Key.Key_Return)
    assert listed(screen) == ["onsite"]
    screen.presenter.back()
    days.twin.click()
    assert heat.isHidden()
    days.table.cell_opened.emit("2026-06-11", 0)
    assert listed(screen) == ["onsite"]
    screen.presenter.back()
    screen.presenter.export_statistics(str(tmp_path / "table.xlsx"))
    book = openpyxl.load_workbook(tmp_path / "table.xlsx")
    shown = [[cell.value for cell in row] for row in book["按日"].iter_rows(min_row=2)]
    assert shown == [["日期", "走访次数"], ["2026-06-11", 1], ["2026-06-18", 3], ["合计", 4]]
    assert book["按月"].max_row == 2 + 12 + 1


def test_categories_and_risk_levels_are_rows_and_workers_have_no_bars(opened: Opened) -> None:
    screen = opened()
    assert not screen.figures.coverage.isHidden()
    screen.presenter.group(GroupBy.CATEGORY)
    assert [row[0] for row in cells(screen)] == ["低保", "合计"]
    screen.presenter.open_row("DIBAO")
    assert listed(screen) == ["phone", "onsite"]
    screen.presenter.back()
    screen.presenter.group(GroupBy.RISK)
    assert [row[0] for row in cells(screen)] == ["中", "合计"]
    assert not screen.figures.coverage.isHidden()
    screen.presenter.group(GroupBy.WORKER)
    assert screen.figures.coverage.isHidden()


# --- lists --------------------------------------------------------------------------------------


def test_list_rows_open_visit_or_household(opened: Opened, county: County) -> None:
    screen = opened()
    screen.presenter.open_figure(WHOLE, Figure.VISITS)
    screen.list.cards.opened.emit("phone")
    screen.presenter.back()
    screen.presenter.open_figure(WHOLE, Figure.COVERAGE)
    screen.list.cards.opened.emit("missed")
    assert county.shell.went == [("visit", {"visit_id": "phone"}), ("household", {"household_id": "missed"})]


def test_parts_of_a_list_are_tabs_with_their_sizes(opened: Opened) -> None:
    screen = opened()
    screen.presenter.open_figure(WHOLE, Figure.COVERAGE)
    labels = [
        b.text() for b in screen.list.findChildren(QAbstractButton) if b.isCheckable() and b.isVisible()
    ]
    assert labels == ["未覆盖 2", "已覆盖 1"]
    screen.list.listing_chosen.emit(Listing.COVERED)
    assert listed(screen) == ["seen"]


def test_cards_say_who_when_and_how(opened: Opened) -> None:
    screen = opened()
    screen.presenter.open_figure(WHOLE, Figure.VISITS)
    card = screen.list.cards.cards.content(0)
    assert card is not None
    assert card.sentence == "王桂兰，电话，正常，青溪村 3组 · 吴甲，6 月 18 日 10:00"
    screen.presenter.back()
    screen.presenter.open_figure(WHOLE, Figure.COVERAGE)
    card = screen.list.cards.cards.content(0)
    assert card is not None
    assert (card.title, card.action) == ("李长根", "")


def test_empty_list_says_so(opened: Opened) -> None:
    screen = opened()
    screen.presenter.open_figure(WHOLE, Figure.TIMELY)
    assert screen.list.cards.isHidden()


# --- keeping and renewing -----------------------------------------------------------------------


def test_counted_months_are_kept_until_the_data_changes(opened: Opened, county: County) -> None:
    screen = opened()
    asked: list[str] = []
    event.listen(
        county.store._engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement)
    )

    def counted() -> int:
        found = sum("FROM visits" in statement for statement in asked)
        asked.clear()
        return found

    screen.presenter.group(GroupBy.WORKER)
    screen.presenter.choose_month(MAY)
    assert counted() > 0
    screen.presenter.group(GroupBy.VILLAGE)
    screen.presenter.choose_month(JUNE)
    screen.presenter.choose_month(MAY)
    assert counted() == 0
    county.tell("visits")
    assert counted() > 0


def test_change_renews_figures_and_the_open_list(opened: Opened, county: County) -> None:
    screen = opened()
    screen.presenter.open_figure(WHOLE, Figure.COVERAGE)
    county.visit("missed", days_ago=0.5)
    county.tell("visits")
    assert listed(screen) == ["other"]
    assert screen.figures.tiles[Figure.COVERAGE].accessibleName() == "覆盖率 66.67 % 2 / 3 户"


def test_running_sync_is_waited_for(opened: Opened, county: County) -> None:
    screen = opened()
    before = screen.presenter.state.view
    county.server.status = SyncStatus(SyncState.SYNCING)
    county.visit("missed", days_ago=0.5)
    county.tell("visits")
    assert screen.presenter.state.view is before
    county.server.status = SyncStatus(SyncState.IDLE)
    county.sync_feed.publish(county.server.status)
    assert screen.presenter.state.view is not before


def test_behind_another_screen_nothing_is_counted(opened: Opened, county: County) -> None:
    screen = opened()
    screen.presenter.open_figure(WHOLE, Figure.COVERAGE)
    screen.presenter.open_item("missed")
    before = screen.presenter.state.view
    county.visit("missed", days_ago=0.5)
    county.tell("visits")
    assert screen.presenter.state.view is before
    screen.shown_again()
    assert listed(screen) == ["other"]


def test_new_day_is_counted_anew(opened: Opened, county: County) -> None:
    screen = opened()
    county.clock.advance(days=14)
    county.sync_feed.publish(county.server.status)
    assert screen.presenter.state.today == dt.date(2026, 7, 4)
    assert screen.presenter.state.months[0] == dt.date(2026, 7, 1)


def test_newest_question_wins(opened: Opened) -> None:
    tasks = HeldTasks()
    screen = opened(tasks)
    tasks.finish()
    screen.presenter.choose_month(MAY)
    assert screen.presenter.state.counting
    screen.presenter.choose_month(dt.date(2026, 4, 1))
    screen.presenter.choose_month(dt.date(2026, 3, 1))
    tasks.finish()
    state = screen.presenter.state
    assert state.view is not None
    assert state.view.period.start == dt.date(2026, 3, 1)
    assert not state.counting


def test_area_no_longer_permitted_keeps_the_figures_and_says_so(opened: Opened, county: County) -> None:
    screen = opened()
    before = screen.presenter.state.view
    screen.presenter.choose_area("341789")
    assert screen.presenter.state.view is before
    assert "权限" in screen.presenter.state.error


def test_screen_that_left_hears_nothing(opened: Opened, county: County) -> None:
    tasks = HeldTasks()
    screen = opened(tasks)
    screen.leave()
    tasks.finish()
    assert screen.presenter.state.view is None
    assert county.changes == []


# --- exports ------------------------------------------------------------------------------------


def test_table_is_exported_as_shown(opened: Opened, county: County, tmp_path: Path) -> None:
    screen = opened()
    screen.presenter.group(GroupBy.GRID)
    assert screen.presenter.file_name() == "走访统计_石桥镇_2026-06.xlsx"
    told: list[bool] = []
    county.changes.append(lambda changes: told.append(changes.touches("audit_events")))
    screen.presenter.export_statistics(str(tmp_path / "table"))
    sheet = openpyxl.load_workbook(tmp_path / "table.xlsx").worksheets[0]
    assert [sheet.cell(row, 1).value for row in (4, 5, 6)] == ["青溪村 第一网格", "长塘村 第一网格", "合计"]
    assert told == [True]
    assert county.shell.toasts[-1].text == "已导出。"


def test_visits_of_a_list_are_exported_masked(opened: Opened, qtbot: QtBot, tmp_path: Path) -> None:
    screen = opened()
    screen.presenter.open_figure(WHOLE, Figure.VISITS)
    QTest.mouseClick(screen.list.export, Qt.MouseButton.LeftButton)
    assert screen.export.isVisible()
    assert not screen.export.unmasked
    assert screen.presenter.file_name() == "走访台账_石桥镇_2026-06.xlsx"
    screen.presenter.export_visits(str(tmp_path / "visits.xlsx"), unmasked=False, reason="")
    text = _text(tmp_path / "visits.xlsx")
    assert "王**" in text
    assert "王桂兰" not in text
    assert screen.presenter.state.step is Step.LIST


def test_full_names_ask_for_a_reason_at_its_field(opened: Opened, qtbot: QtBot, tmp_path: Path) -> None:
    screen = opened()
    screen.presenter.open_figure(WHOLE, Figure.VISITS)
    QTest.mouseClick(screen.list.export, Qt.MouseButton.LeftButton)
    screen.export.names.set_value("full")
    QTest.mouseClick(screen.export.save, Qt.MouseButton.LeftButton)
    assert screen.presenter.state.error_field == "reason"
    screen.presenter.export_visits(str(tmp_path / "visits.xlsx"), unmasked=True, reason="市里核对")
    assert "王桂兰" in _text(tmp_path / "visits.xlsx")
    QTest.mouseClick(screen.list.export, Qt.MouseButton.LeftButton)
    assert not screen.export.unmasked  # every export begins masked


def test_full_names_are_not_offered_without_the_right(opened: Opened, qtbot: QtBot, county: County) -> None:
    county.worker(Role.VILLAGE_AIDE, VILLAGE)
    screen = opened()
    screen.presenter.open_figure(WHOLE, Figure.VISITS)
    QTest.mouseClick(screen.list.export, Qt.MouseButton.LeftButton)
    assert not screen.export.names.isVisible()


def _text(path: Path) -> str:
    rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return "\n".join(str(cell) for row in rows for cell in row if cell)


def test_export_can_be_cancelled(opened: Opened, tmp_path: Path, county: County) -> None:
    tasks = HeldTasks()
    screen = opened(tasks)
    tasks.finish()
    screen.presenter.export_statistics(str(tmp_path / "table.xlsx"))
    assert screen.figures.progress.isVisible()
    assert not screen.figures.export.isEnabled()
    screen.figures.progress.cancelled.emit()
    tasks.finish()
    assert screen.presenter.state.exporting is None
    assert not (tmp_path / "table.xlsx").exists()
    assert county.shell.toasts == []


def test_place_that_cannot_be_written_is_said_plainly(opened: Opened, tmp_path: Path) -> None:
    screen = opened()
    screen.presenter.export_statistics(str(tmp_path / "gone" / "table.xlsx"))
    state = screen.presenter.state
    assert state.exporting is None
    assert state.error


def test_export_runs_beside_and_tells_its_progress(
    opened: Opened, qtbot: QtBot, tmp_path: Path, county: County
) -> None:
    county.pull("visits", [county.visit_fields("seen", days_ago=n / 500) for n in range(900)])
    runner = TaskRunner()
    try:
        screen = opened(runner)
        qtbot.waitUntil(lambda: screen.presenter.state.view is not None)
        screen.presenter.open_figure(WHOLE, Figure.NOT_FOUND)
        screen.presenter.show_listing(Listing.FOUND)
        shown = screen.presenter.state.list
        qtbot.waitUntil(lambda: len(listed(screen)) == 902)
        assert shown is not None
        screen.presenter.export_visits(str(tmp_path / "all.xlsx"), unmasked=False, reason="")
        state = screen.presenter.state.exporting
        assert state is not None
        assert state.total == 902
        qtbot.waitUntil(lambda: screen.presenter.state.exporting is None)
    finally:
        runner.stop()
    assert (tmp_path / "all.xlsx").exists()


# --- window, keyboard, sizes --------------------------------------------------------------------


def test_escape_leads_back_through_the_pages_and_then_out(county: County, theme: Theme, qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show_pages(county.surroundings(), (NavEntry("settings", "设置", "settings"),), 0)
    window.show()
    window.go("statistics")
    screen = window.screen_shown
    assert isinstance(screen, StatisticsScreen)
    screen.presenter.open_figure(WHOLE, Figure.VISITS)
    screen.presenter.ask_how_to_export()
    for step in (Step.LIST, Step.FIGURES):
        screen.setFocus()
        QTest.keyClick(screen, Qt.Key.Key_Escape)
        assert screen.presenter.state.step is step
        assert window.screen_shown is screen
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    override.ignore()
    QApplication.sendEvent(screen, override)
    assert not override.isAccepted()


def test_table_is_read_and_opened_by_keyboard(opened: Opened, qtbot: QtBot) -> None:
    screen = opened()
    table = screen.figures.figures.table
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))
    QTest.keyClick(table, Qt.Key.Key_Right)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert screen.presenter.state.list is not None
    assert screen.presenter.state.step is Step.LIST


def _asked(page: QScrollArea) -> int:
    """The width the contents of a scrolling page ask for."""
    inner = page.widget()
    assert inner is not None
    return inner.minimumSizeHint().width()


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("scale", list(TextScale))
def test_pages_fit_a_narrow_tablet(
    opened: Opened, qapp: QApplication, scale: TextScale, colors: look.Tokens, county: County
) -> None:
    look.apply(qapp, Theme(scale=scale, colors=colors))
    screen = opened()
    screen.resize(800, 1180)
    for group_by in (GroupBy.VILLAGE, GroupBy.GRID, GroupBy.WORKER):
        screen.presenter.group(group_by)
        QApplication.processEvents()
        assert _asked(screen.figures) <= screen.figures.viewport().width()
        assert screen.figures.figures.table.horizontalScrollBar().maximum() == 0
    for choice in "0123":
        screen.figures.figures.quarters.set_value(choice)
        screen.figures.figures.quarters.changed.emit(choice)
        QApplication.processEvents()
        assert screen.figures.figures.table.horizontalScrollBar().maximum() == 0
    screen.presenter.open_figure(WHOLE, Figure.COVERAGE)
    assert screen.list.minimumSizeHint().width() <= 800
    screen.presenter.back()
    screen.presenter.open_figure(WHOLE, Figure.VISITS)
    screen.presenter.ask_how_to_export()
    QApplication.processEvents()
    assert _asked(screen.export) <= screen.export.viewport().width()
    assert screen.minimumSizeHint().width() <= 800


def test_everything_that_takes_focus_has_a_name(opened: Opened) -> None:
    screen = opened()
    focused = screen.focusWidget()
    assert not isinstance(focused, QLineEdit | QPlainTextEdit)
    screen.presenter.open_figure(WHOLE, Figure.COVERAGE)
    screen.presenter.ask_how_to_export()
    nameless = [
        widget
        for widget in screen.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.isHidden()
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
    ]
    assert nameless == []
