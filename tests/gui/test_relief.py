"""A relief from its payment to its end, and the lists in which it waits, on a real store."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.clues import ClueAction
from fieldapp.domain.records.funds import FundEntryKind
from fieldapp.domain.records.relief_drafts import ReliefDraft
from fieldapp.domain.records.reliefs import ReliefAction, ReliefOutcome, ReliefPath, ReliefStatus
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Attestation, Purpose, Signature
from fieldapp.services import relief_drafts, reliefs, visits
from fieldapp.services.reliefs import NewStep
from tests.gui.clue_records import bring, step
from tests.gui.county import COLLEAGUE, TOWN, WORKER, County
from tests.gui.relief_records import be_clerk, bring_fund, bring_relief, bring_step
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.clue.screen import ClueScreen
from ui.screens.drafts.screen import DraftsScreen
from ui.screens.household.screen import HouseholdScreen
from ui.screens.relief.screen import ReliefScreen
from ui.screens.relief_desk.screen import ReliefDeskScreen
from ui.screens.reliefs.presenter import Tab
from ui.screens.reliefs.screen import ReliefsScreen
from ui.theme import StatusKind, Theme
from ui.widgets.records.relief_words import relief_card

SIGNED = Signature(attestation=Attestation.SIGNED)


def open_relief(qtbot: QtBot, county: County, relief_id: str) -> ReliefScreen:
    screen = ReliefScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"relief_id": relief_id})
    QApplication.processEvents()
    return screen


def tap(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def toned(screen: ReliefScreen) -> dict[str, str]:
    return {words: kind.value for words, kind in screen.head.chips}


def stands(screen: ReliefScreen) -> ReliefStatus:
    view = screen.presenter.state.view
    assert view is not None
    return view.relief.status


def paid_relief(county: County, home: str, *, days_ago: float, by: str = COLLEAGUE) -> str:
    relief_id = bring_relief(county, household_id=home, days_ago=days_ago, signature=SIGNED, by=by)
    bring_step(county, relief_id, ReliefAction.PAY, amount=309_600, days_ago=days_ago, by=by)
    return relief_id


def test_papers_visits_and_the_end(qtbot: QtBot, theme: Theme, county: County) -> None:
    be_clerk(county)
    bring_fund(county, 500_000)
    home = county.household("张桂兰")
    relief_id = paid_relief(county, home, days_ago=1)
    bring_fund(county, -309_600, FundEntryKind.PAYMENT, relief_id=relief_id)
    screen = open_relief(qtbot, county, relief_id)
    assert list(screen.buttons) == [ReliefAction.PAPERS, ReliefAction.FOLLOW_UP, ReliefAction.REFUND]
    assert ("备用金余额", "1,904.00 元") in screen.money.rows.texts()
    assert screen.head.who.text() == "张桂兰 · 3,096.00 元"
    assert toned(screen)["材料还剩 4 个工作日"] == "warn"
    assert nameless(screen) == []
    assert_reading_order(screen)

    # Words are needed to give money back; none is taken by looking at the panel.
    tap(screen.buttons[ReliefAction.REFUND])
    screen.presenter.change(amount="1,000")
    tap(screen.panel.take)
    assert screen.panel.fields["opinion"].error()
    screen.presenter.change(amount="12.345", opinion="退房")
    tap(screen.panel.take)
    assert screen.panel.fields["amount"].error() == "金额不对，请填数字，最多两位小数。"
    screen.presenter.change(amount="168")
    tap(screen.panel.take)
    assert ("已退回", "168.00 元") in screen.money.rows.texts()
    assert screen.timeline.entries()[0].mark == "待上传"

    tap(screen.buttons[ReliefAction.PAPERS])
    assert_fits(screen)
    tap(screen.panel.take)
    assert ("材料", "材料已齐") in screen.money.rows.texts()
    assert ReliefAction.PAPERS not in screen.buttons

    # The visit that is owed is begun here, and named by its step.
    county.clock.advance(days=3)
    tap(screen.buttons[ReliefAction.FOLLOW_UP])
    assert not screen.panel.take.isEnabled()
    tap(screen.facts.visit)
    route, params = county.shell.went[-1]
    assert route == "visit_form"
    assert visits.visit_form(county.context, params["draft_id"]).stored.draft.purpose is Purpose.RELIEF
    visit_id = county.visit(home, purpose=Purpose.RELIEF)
    county.tell("visits")
    assert screen.panel.take.isEnabled()
    assert screen.presenter.state.panel is not None
    assert screen.presenter.state.panel.visit_id == visit_id
    tap(screen.panel.take)
    assert stands(screen) is ReliefStatus.FOLLOW_UP

    # It ends with a decision of somebody else only.
    assert ReliefAction.FINISH not in screen.buttons
    bring_step(county, relief_id, ReliefAction.DECIDE, by="leader", amount=309_600)
    county.tell("reliefs")
    tap(screen.buttons[ReliefAction.FINISH])
    tap(screen.panel.take)
    assert screen.panel.fields["outcome"].error() == "请选择救助结果。"
    screen.presenter.change(outcome=ReliefOutcome.SOLVED)
    tap(screen.panel.take)
    assert stands(screen) is ReliefStatus.DONE
    assert screen.buttons == {}


def test_a_leader_decides_and_the_clerk_pays_with_a_signature(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    be_clerk(county, Role.TOWN_LEADER)
    home = county.household("张桂兰")
    small = bring_relief(county, household_id=home, path=ReliefPath.NORMAL)
    own = bring_relief(county, household_id=home, path=ReliefPath.NORMAL, surveyors=(WORKER,))
    assert open_relief(qtbot, county, own).buttons == {}  # nobody decides what he looked into
    screen = open_relief(qtbot, county, small)
    tap(screen.buttons[ReliefAction.DENY])
    tap(screen.panel.take)
    assert screen.panel.fields["opinion"].error()
    tap(screen.panel.cancel)
    tap(screen.buttons[ReliefAction.DECIDE])
    screen.presenter.change(amount="3000")
    tap(screen.panel.take)
    assert reliefs.relief_view(county.context, small).relief.decided_amount == 300_000

    be_clerk(county)
    screen = open_relief(qtbot, county, small)
    tap(screen.buttons[ReliefAction.PAY])
    panel = screen.presenter.state.panel
    assert panel is not None
    assert (panel.amount, panel.signs) == ("3000.00", True)
    tap(screen.panel.take)
    assert "签字" in screen.panel.fields["signature"].error()
    pad = screen.panel.pad
    assert pad is not None
    QTest.mousePress(pad.sheet, Qt.MouseButton.LeftButton, pos=QPoint(40, 60))
    QTest.mouseMove(pad.sheet, QPoint(90, 90))
    QTest.mouseRelease(pad.sheet, Qt.MouseButton.LeftButton, pos=QPoint(90, 90))
    tap(screen.panel.take)
    view = reliefs.relief_view(county.context, small)
    assert (view.relief.paid_amount, view.relief.status) == (300_000, ReliefStatus.PAID)
    signature = view.steps[-1].signature
    assert signature is not None
    assert county.store.photos.get(signature.image_sha256)


def test_lists_by_what_waits_with_colours(qtbot: QtBot, theme: Theme, county: County) -> None:
    be_clerk(county)
    late = paid_relief(county, county.household("张桂兰"), days_ago=12)
    paid_relief(county, county.household("程贤水"), days_ago=0)
    over = bring_relief(county, household_id=county.household("赵甲"), path=ReliefPath.NORMAL)
    bring_step(county, over, ReliefAction.DENY, by="leader", opinion="不属于急难")
    screen = ReliefsScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    state = screen.presenter.state
    assert state.counts == {Tab.OPEN: 2, Tab.DECISION: 2, Tab.PAPERS: 2, Tab.FOLLOW_UP: 2}
    assert state.late == 1
    assert_reading_order(screen)
    assert nameless(screen) == []
    screen.presenter.choose_tab(Tab.PAPERS)
    first, _ = screen.presenter.state.items
    assert first.relief.id == late
    chip = relief_card(first, screen.surroundings.texts, county.today).chips[0]
    assert (chip.text, chip.kind) == ("材料超期 4 个工作日", StatusKind.DANGER)
    screen.presenter.choose_tab(Tab.OVER)
    assert [one.relief.id for one in screen.presenter.state.items] == [over]
    screen.presenter.choose_tab(Tab.FOLLOW_UP)
    assert screen.presenter.state.items[0].relief.id == late
    screen.presenter.open(late)
    assert county.shell.went[-1] == ("relief", {"relief_id": late})
    tap(screen.blank)
    assert county.shell.went[-1] == ("paper", {"kind": "reliefs"})
    assert_fits(screen)
    screen.leave()


def test_the_fund_balances_on_the_page_and_leaves_as_a_file(
    qtbot: QtBot, theme: Theme, county: County, tmp_path: Path
) -> None:
    be_clerk(county)
    bring_fund(county, 500_000, document="财社〔2026〕1号")
    relief_id = bring_relief(county, household_id=county.household("张桂兰"), signature=SIGNED)
    screen = ReliefDeskScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    [fund] = screen.funds
    assert fund.balance.text() == "余额 5,000.00 元"
    # A payment of this device counts as waiting until the server has booked it.
    reliefs.take_step(county.context, relief_id, NewStep(action=ReliefAction.PAY, amount=309_600))
    county.tell("relief_steps")
    [fund] = screen.funds
    assert (fund.fund.balance, fund.fund.waiting) == (500_000, 309_600)
    bring_fund(county, -309_600, FundEntryKind.PAYMENT, relief_id=relief_id)
    county.tell("fund_entries")
    [fund] = screen.funds
    assert fund.fund.balance == 190_400
    fund.cards.opened.emit(fund.fund.entries[0].id)
    assert county.shell.went[-1] == ("relief", {"relief_id": relief_id})
    assert nameless(screen) == []
    assert_reading_order(screen)

    screen.presenter.export_fund(TOWN, str(tmp_path / "fund.xlsx"))
    span = screen._span()
    assert (span.start.month, span.start.day, span.full) == (1, 1, False)
    screen.presenter.export_ledger(replace(span, full=True), str(tmp_path / "no.xlsx"))
    assert screen._reason_field.error()
    screen.presenter.export_ledger(span, str(tmp_path / "reliefs.xlsx"))
    assert (tmp_path / "fund.xlsx").exists()
    assert (tmp_path / "reliefs.xlsx").exists()
    assert not (tmp_path / "no.xlsx").exists()
    assert [toast.text for toast in county.shell.toasts] == ["已导出", "已导出"]
    screen.presenter.export_ledger(replace(span, end=span.start), str(tmp_path / "none.xlsx"))
    assert screen._problem.isVisibleTo(screen)
    assert_fits(screen)
    screen.leave()


def test_relief_is_found_where_its_case_is(qtbot: QtBot, theme: Theme, county: County) -> None:
    """On the page of its clue, in the household's file, among the drafts."""
    be_clerk(county)
    home = county.household("张桂兰")
    clue_id = bring(county, household_id=home)
    visit = county.visit(home)
    steps: tuple[tuple[ClueAction, dict[str, str]], ...] = (
        (ClueAction.ACCEPT, {}),
        (ClueAction.ASSIGN, {"assignee_id": WORKER}),
        (ClueAction.START, {}),
        (ClueAction.CONFIRM, {"visit_id": visit}),
    )
    for seq, (action, more) in enumerate(steps, start=1):
        step(county, clue_id, action, WORKER, seq=seq, household_id=home, **more)
    clue = ClueScreen(county.surroundings())
    show(qtbot, clue)
    clue.enter({"clue_id": clue_id})
    assert clue.reliefs.isVisibleTo(clue)
    tap(clue.buttons[ClueAction.RELIEF])  # the record of what is given takes the step
    assert county.shell.went[-1] == ("relief_form", {"clue_id": clue_id})
    # One recorded before the case was confirmed is named by the step taken by hand.
    relief_id = bring_relief(county, household_id=home, clue_id=clue_id)
    county.tell("reliefs")
    tap(clue.buttons[ClueAction.RELIEF])
    tap(clue.panel.take)
    assert clue.presenter.state.view is not None
    assert clue.presenter.state.view.state.relief_id == relief_id
    clue.leave()

    house = HouseholdScreen(county.surroundings())
    show(qtbot, house)
    house.enter({"household_id": home})
    assert house.cases_card.cards.model().rowCount() == 2
    house.cases_card.cards.opened.emit(clue_id)
    assert county.shell.went[-1] == ("clue", {"clue_id": clue_id})
    house.cases_card.cards.opened.emit(relief_id)
    assert county.shell.went[-1] == ("relief", {"relief_id": relief_id})
    tap(house.cases_card.begin)
    assert county.shell.went[-1] == ("relief_form", {"household_id": home})
    house.leave()

    draft_id, _ = relief_drafts.begin_relief(county.context, ReliefDraft(household_id=home))
    drafts = DraftsScreen(county.surroundings())
    show(qtbot, drafts)
    drafts.enter({})
    [card] = drafts.cards
    tap(card.resume)
    assert county.shell.went[-1] == ("relief_form", {"draft_id": draft_id})
    tap(card.discard)
    assert relief_drafts.relief_drafts(county.context) == []
    undo = county.shell.toasts[-1].on_action
    assert undo is not None
    undo()
    assert len(relief_drafts.relief_drafts(county.context)) == 1
    drafts.leave()
