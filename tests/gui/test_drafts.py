"""The list of drafts."""

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from fieldapp.domain.records.visits import Result
from fieldapp.services import visits
from tests.gui.county import County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.drafts.presenter import DraftsPresenter, DraftsState, Notice
from ui.screens.drafts.screen import DraftsScreen


class Page:
    """A presenter with everything it told its screen."""

    def __init__(self, county: County) -> None:
        self.states: list[DraftsState] = []
        self.said: list[tuple[Notice, str]] = []
        self.undo: Callable[[], None] | None = None
        self.presenter = DraftsPresenter(county.surroundings(), self.states.append, self._say)
        self.presenter.enter()

    def _say(self, notice: Notice, name: str, undo: Callable[[], None] | None) -> None:
        self.said.append((notice, name))
        self.undo = undo

    @property
    def state(self) -> DraftsState:
        """The newest state."""
        return self.states[-1]


def draft(county: County, name: str, **fields: object) -> str:
    household_id = county.household(name)
    draft_id, _changes = visits.begin_visit(county.context, household_id)
    if fields:
        stored = visits.visit_form(county.context, draft_id).stored
        visits.save_draft(county.context, draft_id, stored.draft.model_copy(update=fields))
    return draft_id


def test_drafts_say_what_they_lack_in_words_latest_first(county: County) -> None:
    draft(county, "王甲")
    county.clock.advance(minutes=5)
    draft(county, "李乙", result=Result.NOT_HOME)
    ready, lacking = Page(county).state.rows
    assert (ready.name, ready.problems, ready.sentences) == ("李乙", 0, ())
    assert (lacking.name, lacking.village_name, lacking.problems) == ("王甲", "青溪村", 2)
    assert len(lacking.sentences) == 2
    assert all(any("\u4e00" <= c <= "\u9fff" for c in sentence) for sentence in lacking.sentences)


def test_a_discarded_draft_comes_back_whole(county: County) -> None:
    draft_id = draft(county, "王甲", narrative="写了一半")
    page = Page(county)
    page.presenter.discard(draft_id)
    assert not page.state.rows
    assert page.said == [(Notice.DISCARDED, "王甲")]
    assert page.undo is not None
    page.undo()
    (back,) = page.state.rows
    assert back.draft_id == draft_id
    assert visits.visit_form(county.context, draft_id).stored.draft.narrative == "写了一半"


def test_undo_works_after_the_page_is_gone(county: County) -> None:
    draft_id = draft(county, "王甲")
    page = Page(county)
    page.presenter.discard(draft_id)
    page.presenter.leave()
    assert page.undo is not None
    page.undo()
    assert len(visits.drafts(county.context)) == 1


def test_a_correction_is_told_apart(county: County) -> None:
    home = county.household("王甲")
    visit_id = county.visit(home)
    visits.begin_correction(county.context, visit_id)
    (row,) = Page(county).state.rows
    assert row.corrects


def test_cards_resume_and_discard(qtbot: QtBot, county: County) -> None:
    first = draft(county, "王甲")
    screen = DraftsScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    (card,) = screen.cards
    card.resume.click()
    assert county.shell.went == [("visit_form", {"draft_id": first})]
    card.discard.click()
    assert screen.cards == []
    toast = county.shell.toasts[-1]
    assert (toast.text, toast.action) == ("已删除 王甲 的草稿", "撤销")
    assert toast.on_action is not None
    toast.on_action()
    assert [card.row.draft_id for card in screen.cards] == [first]
    screen.leave()


def test_many_drafts_are_shown_in_portions(qtbot: QtBot, county: County) -> None:
    screen = DraftsScreen(county.surroundings())
    show(qtbot, screen)
    draft(county, "王甲")
    screen.enter({})
    (row,) = screen.presenter.state.rows
    state = DraftsState(screen.presenter.state.today, True, (row,) * 50)
    screen.presenter.state = state
    screen.render_state(state)
    assert len(screen.cards) == 40
    screen._more.click()
    assert len(screen.cards) == 50
    screen.leave()


def test_list_is_accessible_and_fits(qtbot: QtBot, county: County) -> None:
    for name in ("王甲", "李乙"):
        draft(county, name)
    screen = DraftsScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    qtbot.wait(10)
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)
    screen.leave()


def test_nothing_left_points_to_the_day(qtbot: QtBot, county: County) -> None:
    screen = DraftsScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert screen._empty.isVisible()
    screen._empty.action.emit()
    assert county.shell.went == [("today", {})]
    screen.leave()
