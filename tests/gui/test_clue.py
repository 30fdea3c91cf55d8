"""The page of a clue on a real store: what a clerk, an assignee and a reporter see and may do."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.clue_drafts import ClueDraft
from fieldapp.domain.records.clues import (
    ClueAction,
    ClueClock,
    ClueKind,
    ClueReceiptFields,
    ClueStatus,
    ContactPerson,
    Escalation,
    EscalationTo,
    Urgency,
)
from fieldapp.domain.records.users import Role
from fieldapp.domain.rules.clue_flow import TRANSITIONS
from fieldapp.services import clue_reports, clues
from tests.gui.clue_records import PHONES, bring, give_phones, step
from tests.gui.county import COLLEAGUE, GRID_1, TOWN, VILLAGE, WORKER, County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.clue.screen import ClueScreen
from ui.screens.clue_report.screen import ClueReportScreen
from ui.theme import Theme
from ui.widgets.inputs.choices import ChoiceGroup

A = ClueAction


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    made = County(tmp_path / "profile")
    give_phones(made)
    made.worker(Role.TOWN_CLERK, TOWN)
    yield made
    made.close()


def open_clue(qtbot: QtBot, county: County, clue_id: str) -> ClueScreen:
    screen = ClueScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"clue_id": clue_id})
    return screen


def take(screen: ClueScreen, action: ClueAction, **fields: object) -> None:
    """Open the panel, fill it and confirm."""
    QTest.mouseClick(screen.buttons[action], Qt.MouseButton.LeftButton)
    assert screen.panel.isVisibleTo(screen)
    if fields:
        screen.presenter.change(**fields)
    QTest.mouseClick(screen.panel.take, Qt.MouseButton.LeftButton)


def status(screen: ClueScreen) -> ClueStatus:
    view = screen.presenter.state.view
    assert view is not None
    return view.state.status


# A clerk


def test_clerk_accepts_assigns_and_sees_his_steps_wait(qtbot: QtBot, theme: Theme, county: County) -> None:
    screen = open_clue(qtbot, county, bring(county))
    assert list(screen.buttons) == [A.ACCEPT, A.MARK_DUPLICATE, A.TRANSFER]
    take(screen, A.ACCEPT)
    assert status(screen) is ClueStatus.ACCEPTED
    assert county.shell.toasts[-1].text == "已存本机，联网即发。"
    screen.presenter.begin(A.ASSIGN)
    editor = screen.panel.fields["assignee_id"].editor
    assert isinstance(editor, ChoiceGroup)
    names = {choice.value: choice.label for choice in editor.choices()}
    assert names[WORKER] == "周丙"
    take_now = screen.panel.take
    QTest.mouseClick(take_now, Qt.MouseButton.LeftButton)
    assert screen.panel.fields["assignee_id"].error() == "请选择派给谁。"
    screen.presenter.change(assignee_id=WORKER, opinion="先去看人")
    QTest.mouseClick(take_now, Qt.MouseButton.LeftButton)
    assert status(screen) is ClueStatus.ASSIGNED
    assert [entry.mark for entry in screen.timeline.entries()] == ["待上传", "待上传", ""]
    assert screen.timeline.entries()[0].title == "派单：周丙"
    assert screen.timeline.entries()[0].words == "先去看人"
    assert A.START in screen.buttons


def test_every_offered_step_is_one_the_rules_allow_and_no_other_is_there(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    clue_id = bring(county)
    screen = open_clue(qtbot, county, clue_id)
    for action, by, fields in (
        (A.ACCEPT, WORKER, {}),
        (A.ASSIGN, WORKER, {"assignee_id": WORKER}),
        (A.START, WORKER, {}),
        (A.CONFIRM, WORKER, {"on_spot_at": county.clock()}),
        (A.FOLLOW_UP, WORKER, {}),
    ):
        seq = len(screen.timeline.entries())
        step(county, clue_id, action, by, seq=seq, **fields)
        county.tell("clue_steps")
        sources = {row.action for row in TRANSITIONS if status(screen) in row.sources}
        assert set(screen.buttons) <= sources
        view = clues.clue_view(county.context, clue_id)
        assert list(screen.buttons) == [offer.action for offer in view.actions]
    assert status(screen) is ClueStatus.FOLLOW_UP
    assert A.CLOSE not in screen.buttons, "L2 is closed by the leader, after a follow-up visit"


def test_lowering_the_urgency_asks_for_a_reason_at_its_field(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    screen = open_clue(qtbot, county, bring(county, urgency=Urgency.L1))
    screen.presenter.begin(A.ACCEPT)
    screen.presenter.change(urgency=Urgency.L3)
    screen.presenter.take()
    assert screen.panel.fields["opinion"].error()
    assert status(screen) is ClueStatus.REPORTED
    screen.presenter.change(opinion="电话核实，人已送医")
    screen.presenter.take()
    assert status(screen) is ClueStatus.ACCEPTED
    assert not screen.emergency.isVisibleTo(screen)


def test_two_reports_of_one_case_are_shown_side_by_side_and_merged(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    person = ContactPerson(name="张桂兰", phone="10000000031")
    main = bring(county, person=person, clue_no="XS-2026-0001", hours_ago=1)
    other = bring(county, person=person, clue_no="XS-2026-0002", place="12号屋", by=COLLEAGUE)
    screen = open_clue(qtbot, county, other)
    assert screen.similar.isVisibleTo(screen)
    screen.similar.action.emit()
    editor = screen.panel.fields["main_id"].editor
    assert isinstance(editor, ChoiceGroup)
    assert [choice.hint for choice in editor.choices()] == ["电话相同、姓名相同"]
    QTest.mouseClick(editor.buttons()[0], Qt.MouseButton.LeftButton)
    compare = screen.panel._compare
    assert compare is not None
    assert compare.isVisibleTo(screen)
    QTest.mouseClick(screen.panel.take, Qt.MouseButton.LeftButton)
    assert status(screen) is ClueStatus.DUPLICATE
    assert screen.facts.main.text() == "已合并到：XS-2026-0001"
    screen.facts.main.click()
    assert county.shell.went[-1] == ("clue", {"clue_id": main})


def test_confirming_a_known_household_asks_for_the_visit(qtbot: QtBot, theme: Theme, county: County) -> None:
    home = county.household("张桂兰")
    clue_id = bring(county, household_id=home)
    for seq, (action, fields) in enumerate(
        ((A.ACCEPT, {}), (A.ASSIGN, {"assignee_id": WORKER}), (A.START, {})), start=1
    ):
        step(county, clue_id, action, WORKER, seq=seq, household_id=home, **fields)
    screen = open_clue(qtbot, county, clue_id)
    screen.presenter.begin(A.CONFIRM)
    assert not screen.panel.take.isEnabled()
    screen.panel.household_asked.emit()
    assert county.shell.went[-1] == ("household", {"household_id": home})
    visit_id = county.visit(home)
    county.tell("visits")
    assert screen.panel.take.isEnabled()
    screen.presenter.change(visit_id=visit_id)
    screen.presenter.take()
    assert status(screen) is ClueStatus.CONFIRMED


def test_the_household_found_at_the_place_is_searched_and_its_visit_named(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    home = county.household("张桂兰")
    clue_id = bring(county)
    for seq, (action, fields) in enumerate(
        ((A.ACCEPT, {}), (A.ASSIGN, {"assignee_id": WORKER}), (A.START, {})), start=1
    ):
        step(county, clue_id, action, WORKER, seq=seq, **fields)
    visit_id = county.visit(home)
    screen = open_clue(qtbot, county, clue_id)
    screen.presenter.begin(A.CONFIRM)
    finder = screen.panel.finder
    assert finder.isVisibleTo(screen)
    assert "on_spot_at" in screen.panel.fields
    QTest.keyClicks(finder.line.line, "zgl")
    finder.buttons[0].click()
    assert list(screen.panel.fields) == ["visit_id", "opinion"]
    assert nameless(screen) == []
    assert_fits(screen)
    finder.forget.click()
    assert "on_spot_at" in screen.panel.fields
    finder.line.set_value("")
    QTest.keyClicks(finder.line.line, "zgl")
    finder.buttons[0].click()
    screen.panel.take.click()
    view = clues.clue_view(county.context, clue_id)
    assert (view.state.status, view.state.household_id) == (ClueStatus.CONFIRMED, home)
    assert [one.step.visit_id for one in view.steps if one.step.action is A.CONFIRM] == [visit_id]


def test_a_step_somebody_took_first_closes_the_panel(qtbot: QtBot, theme: Theme, county: County) -> None:
    clue_id = bring(county)
    screen = open_clue(qtbot, county, clue_id)
    screen.presenter.begin(A.ACCEPT)
    step(county, clue_id, A.ACCEPT, COLLEAGUE, seq=1)
    county.tell("clue_steps")
    assert not screen.panel.isVisibleTo(screen)
    assert A.ACCEPT not in screen.buttons


def test_a_refused_step_stays_with_the_reason(qtbot: QtBot, theme: Theme, county: County) -> None:
    clue_id = bring(county)
    step(county, clue_id, A.ACCEPT, COLLEAGUE, seq=1)
    step(county, clue_id, A.ACCEPT, WORKER, seq=2, refused_code="clue_step_late")
    screen = open_clue(qtbot, county, clue_id)
    marks = {entry.who: (entry.mark, entry.words) for entry in screen.timeline.entries()[:2]}
    assert marks["周丙"][0] == "没有生效"
    assert "先一步" in marks["周丙"][1]
    assert marks["钱丁"] == ("", "")


def test_clocks_say_what_is_left_and_what_is_late(qtbot: QtBot, theme: Theme, county: County) -> None:
    told = Escalation(
        clock=ClueClock.ACCEPT,
        percent=100,
        to=EscalationTo.LEADER,
        at=county.clock() - dt.timedelta(minutes=30),
    )
    screen = open_clue(qtbot, county, bring(county, urgency=Urgency.L1, hours_ago=1, escalations=(told,)))
    assert screen.clocks.words()[:2] == ["已超 30 分钟", "还剩 1 小时"]
    assert screen.emergency.isVisibleTo(screen)
    titles = [entry.title for entry in screen.timeline.entries()]
    assert titles == ["受理时限用去 100%，提醒镇领导", "上报"]
    county.clock.advance(minutes=40)
    screen.presenter.reload()
    assert screen.clocks.words()[:2] == ["已超 1 小时 10 分", "还剩 20 分钟"]


def test_brief_names_nobody(qtbot: QtBot, theme: Theme, county: County) -> None:
    screen = open_clue(qtbot, county, bring(county, household_id=county.household("张桂兰")))
    screen.facts.copy.click()
    text = QGuiApplication.clipboard().text()
    assert "青溪村" in text
    assert "张桂兰" not in text
    assert county.shell.toasts[-1].text.startswith("已复制")


def test_own_report_that_waits_says_again_how_it_travels(qtbot: QtBot, theme: Theme, county: County) -> None:
    draft = ClueDraft(area_code=GRID_1, urgency=Urgency.L1, place="桥头", description="老人独自在家。")
    clue_id, _ = clue_reports.report_clue(county.context, draft)
    screen = open_clue(qtbot, county, clue_id)
    assert screen.facts.ways.isVisibleTo(screen)
    screen.facts.ways.click()
    assert county.shell.went[-1] == ("clue_report", {"clue_id": clue_id})
    ways = ClueReportScreen(county.surroundings())
    show(qtbot, ways)
    ways.enter({"clue_id": clue_id})
    assert ways.sent.isVisibleTo(ways)
    assert ways.sent.phones.phones() == [PHONES[VILLAGE], PHONES[TOWN], PHONES["341789"]]
    assert ways.sent.codes.isVisibleTo(ways)
    ways.leave()
    assert clue_reports.report_drafts(county.context) == []


# Others


def test_grid_worker_sees_the_clue_and_only_what_is_his(qtbot: QtBot, theme: Theme, county: County) -> None:
    county.worker(Role.GRID_WORKER, GRID_1)
    clue_id = bring(county)
    screen = open_clue(qtbot, county, clue_id)
    assert screen.buttons == {}
    assert not screen.offers.isVisibleTo(screen)
    step(county, clue_id, A.ASSIGN, COLLEAGUE, seq=1, assignee_id=WORKER)
    step(county, clue_id, A.ACCEPT, COLLEAGUE, seq=0)
    county.tell("clue_steps")
    assert list(screen.buttons) == [A.START]


def test_reporter_sees_how_it_stands_and_no_more(qtbot: QtBot, theme: Theme, county: County) -> None:
    county.worker(Role.REPORTER, VILLAGE)
    receipt = ClueReceiptFields(
        user_id=WORKER, clue_id="clue-elsewhere", clue_no="XS-2026-0009", urgency=Urgency.L2,
        kind=ClueKind.FIRE, place="桥头", reported_at=county.clock(), status=ClueStatus.ASSIGNED,
        status_at=county.clock(), **county.origin(),
    )  # fmt: skip
    county.pull("clue_receipts", [receipt])
    screen = open_clue(qtbot, county, "clue-elsewhere")
    assert dict(screen.facts.facts.texts())["编号"] == "XS-2026-0009"
    assert not screen.timeline.isVisibleTo(screen)
    assert not screen.clocks.isVisibleTo(screen)
    assert not screen.facts.copy.isVisibleTo(screen)
    assert screen.buttons == {}


def test_a_clue_that_is_not_here_says_so(qtbot: QtBot, theme: Theme, county: County) -> None:
    screen = open_clue(qtbot, county, "nowhere")
    assert screen.trouble.isVisibleTo(screen)
    assert not screen.head.isVisibleTo(screen)


# Looks


def test_page_and_panels_fit_read_in_order_and_name_everything(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    home = county.household("张桂兰")
    main = bring(county, household_id=home, hours_ago=1)
    screen = open_clue(qtbot, county, bring(county, household_id=home, urgency=Urgency.L1))
    for action in (None, A.ACCEPT, A.MARK_DUPLICATE, A.TRANSFER):
        if action is not None:
            screen.presenter.begin(action)
        if action is A.MARK_DUPLICATE:
            screen.presenter.change(main_id=main)
        QApplication.processEvents()
        assert nameless(screen) == []
        assert_reading_order(screen)
        assert_fits(screen)
