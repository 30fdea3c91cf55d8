"""Times of urgent cases on a real store: figures by village, and the late ones behind them."""

import datetime as dt

from pytestqt.qtbot import QtBot

from fieldapp.domain.records.clues import ClueAction, ClueClock
from tests.gui.clue_records import bring, step
from tests.gui.county import OTHER_GRID, WORKER, County
from tests.gui.relief_records import be_clerk
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.case_times.presenter import Span
from ui.screens.case_times.screen import CaseTimesScreen
from ui.theme import Theme


def test_figures_by_village_and_the_late_ones_behind(qtbot: QtBot, theme: Theme, county: County) -> None:
    be_clerk(county)
    prompt = bring(county, hours_ago=1)
    step(county, prompt, ClueAction.ACCEPT, WORKER, seq=1)
    late = bring(county, hours_ago=50, clue_no="XS-2026-0002")
    step(county, late, ClueAction.ACCEPT, WORKER, seq=1)
    other = bring(county, hours_ago=49, area_code=OTHER_GRID, clue_no="XS-2026-0003")
    merged = bring(county, hours_ago=48, clue_no="XS-2026-0004")
    step(county, merged, ClueAction.MARK_DUPLICATE, WORKER, seq=1, main_id=late)
    screen = CaseTimesScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    town, first, second = screen.areas
    assert [one.area.name for one in screen.areas] == ["石桥镇", "青溪村", "长塘村"]
    assert (town.area.cases, first.area.cases, second.area.cases) == (3, 2, 1)
    accept, on_spot, relief, papers = town.area.figures
    assert (accept.kept, accept.decided, set(accept.late)) == (1, 3, {late, other})
    assert accept.typical == dt.timedelta(hours=25, minutes=30)
    assert (on_spot.decided, relief.decided, papers.decided) == (2, 2, 0)
    assert nameless(screen) == []
    assert_reading_order(screen)
    second.tiles[ClueClock.ACCEPT].click()
    assert screen.behind.isVisibleTo(screen)
    assert screen.cards.model().rowCount() == 1
    screen.cards.opened.emit(other)
    assert county.shell.went[-1] == ("clue", {"clue_id": other})
    assert_fits(screen)
    screen.presenter.choose_span(Span.YEAR)
    assert screen.areas[0].area.cases == 3
    assert not screen.behind.isVisibleTo(screen)
    # Something is done: the figure follows.
    step(county, other, ClueAction.ACCEPT, WORKER, seq=1)
    county.tell("clue_steps")
    assert screen.areas[0].area.figures[0].typical == dt.timedelta(hours=49)
    screen.leave()
