"""What families said: refusals apart, suggestions with their visits, the trend and its table."""

import datetime as dt

from pytestqt.qtbot import QtBot

from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Satisfaction, VisitState
from tests.gui.county import GRID_1, OTHER_GRID, TOWN, County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.more.screen import MoreScreen
from ui.screens.opinions.screen import OpinionsScreen
from ui.theme import Theme


def test_answers_are_counted_refusals_apart_and_words_lead_to_the_visit(
    county: County, qtbot: QtBot, theme: Theme
) -> None:
    county.worker(Role.TOWN_CLERK, TOWN)
    here, there = county.household("张桂兰"), county.household("李玉芳", area_code=OTHER_GRID)
    said = [
        county.visit(here, satisfaction=Satisfaction.VERY),
        county.visit(here, days_ago=1, satisfaction=Satisfaction.OK, suggestion="希望多来看看"),
        county.visit(there, days_ago=2, satisfaction=Satisfaction.NO, area_code=OTHER_GRID),
        county.visit(there, days_ago=3, satisfaction=Satisfaction.REFUSED, area_code=OTHER_GRID),
    ]
    county.visit(here, days_ago=3)
    county.visit(here, days_ago=1, satisfaction=Satisfaction.NO, state=VisitState.VOID)
    county.visit(here, days_ago=40, satisfaction=Satisfaction.NO)
    screen = OpinionsScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    told = {answer: tile.accessibleName() for answer, tile in screen.tiles.items()}
    assert told == {
        Satisfaction.VERY: "满意 1 次",
        Satisfaction.OK: "基本满意 1 次",
        Satisfaction.NO: "不满意 1 次",
        Satisfaction.REFUSED: "未答 1 次",
        None: "有意见建议 1 条",
    }
    table = screen.presenter.state.table
    assert table is not None
    assert (table.shown.content.numerator, table.shown.content.denominator) == (2, 3)
    assert [row.visit_id for row in screen.presenter.state.rows] == [said[1]]
    card = screen.cards.cards.content(0)
    assert card is not None
    assert (card.title, card.line) == ("张桂兰", "青溪村 · 希望多来看看")
    screen.cards.opened.emit(said[1])
    assert county.shell.went[-1] == ("visit", {"visit_id": said[1]})
    assert_reading_order(screen)
    assert nameless(screen) == []
    assert_fits(screen)

    screen.tiles[Satisfaction.NO].click()
    assert [row.visit_id for row in screen.presenter.state.rows] == [said[2]]
    screen.twin.click()
    assert screen.chart.isHidden()
    screen.table.cell_opened.emit("2026-01-01", 0)
    assert screen.presenter.state.table is not None
    assert screen.presenter.state.table.shown.month == dt.date(2026, 1, 1)
    assert len(screen.presenter.state.rows) == 1, "the answer chosen stays"


def test_auditor_reads_figures_without_words_and_a_grid_worker_neither(
    county: County, qtbot: QtBot, theme: Theme
) -> None:
    home = county.household("张桂兰")
    county.visit(home, satisfaction=Satisfaction.NO, suggestion="请王大叔别再来")
    county.worker(Role.AUDITOR, TOWN)
    screen = OpinionsScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"area_code": TOWN, "month": "2026-03-05"})
    [row] = screen.presenter.state.rows
    assert (row.head_name, row.suggestion) == ("张**", "")
    county.worker(Role.GRID_WORKER, GRID_1)
    other = OpinionsScreen(county.surroundings())
    show(qtbot, other)
    other.enter({})
    assert other._empty.isVisibleTo(other)
    more = MoreScreen(county.surroundings())
    show(qtbot, more)
    more.enter({})
    pages = [more.cards.cards.content(row) for row in range(more.cards.cards.rowCount())]
    routes = [page.key for page in pages if page is not None]
    assert "campaigns" in routes
    assert "opinions" not in routes
