"""Back-checks on screen: a worker asks again without seeing the visit, a clerk asks for one and closes it."""

import datetime as dt
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.back_checks import (
    BackCheckAction,
    BackCheckAnswers,
    BackCheckFields,
    BackCheckOutcome,
    BackCheckQuestion,
    BackCheckStatus,
    BackCheckStepFields,
)
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Findings, Mode, YesNoUnknown
from fieldapp.services.back_check_views import back_check_desk, back_check_view
from fieldapp.services.households import household_card
from tests.gui.county import COLLEAGUE, TOWN, VILLAGE, WORKER, County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.back_check.screen import BackCheckScreen
from ui.screens.back_check_new.screen import BackCheckNewScreen
from ui.screens.back_checks.screen import BackChecksScreen
from ui.screens.today.screen import TodayScreen
from ui.screens.visit.screen import VisitScreen

Q = BackCheckQuestion
SECOND = "worker-second"
ASKED = (Q.VISITED, Q.VISITED_ON, Q.AT_HOME_COUNT, Q.MONEY_RECEIVED, Q.NEEDS, Q.WORDS)


def click(button: QPushButton) -> None:
    assert button.isVisible(), button.text()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def fill(screen: BackCheckScreen, **values: object) -> None:
    for name, value in values.items():
        editor = screen.questions.fields[name].editor
        editor.set_value(value)
        editor.changed.emit(value)


def visited(county: County) -> tuple[str, str]:
    """A household and the visit a colleague made there three days ago."""
    home = county.household("王甲")
    found = Findings(at_home_count=2, money_received=YesNoUnknown.YES)
    return home, county.visit(home, days_ago=3, by=COLLEAGUE, findings=found)


def asked_again(county: County, home: str, visit_id: str, checker: str, **changes: Any) -> str:
    """A clerk's request, as a pull brings it."""
    check = BackCheckFields(
        **county.origin("check-1", by="clerk"), household_id=home, visit_id=visit_id, checker_id=checker,
        questions=ASKED, due_on=county.today + dt.timedelta(days=14), requested_at=county.clock(),
        received_at=county.clock(), **changes,
    )  # fmt: skip
    county.pull("back_checks", [check])
    return check.id


def test_second_worker_is_asked_and_answers_without_seeing_the_visit(qtbot: QtBot, county: County) -> None:
    home, visit_id = visited(county)
    asked = asked_again(county, home, visit_id, WORKER, note="请在白天打")
    today = TodayScreen(county.surroundings())
    show(qtbot, today)
    today.enter({})
    assert today.presenter.state.back_checks.to_make == 1
    desk = BackChecksScreen(county.surroundings())
    show(qtbot, desk)
    desk.enter({})
    assert list(desk.to_make.cards.cards.keys()) == [asked]
    assert not desk.draw.isVisible()
    desk.to_make.cards.action.emit(asked)
    assert county.shell.went[-1] == ("back_check", {"back_check_id": asked})
    assert household_card(county.context, home).timeline == ()
    reading = VisitScreen(county.surroundings())
    show(qtbot, reading)
    reading.enter({"visit_id": visit_id})
    assert reading.presenter.state.trouble.startswith("您正在复查")
    reading.leave()

    page = BackCheckScreen(county.surroundings())
    show(qtbot, page)
    page.enter({"back_check_id": asked})
    QApplication.processEvents()  # what was added to the page comes into sight
    assert not page.answers.isVisible()
    assert not page.visit.isVisible()
    assert not page.questions.asked[0].isVisible(), "the questions come once somebody answers"
    click(page.questions.send)
    assert page.questions.fields["outcome"].error() == "请先选问到了没有。"
    fill(page, outcome="TOLD", mode="PHONE", visited="YES", at_home_count=2, money_received="NO")
    assert page.questions.asked[0].isVisible()
    assert nameless(page) == []
    assert_reading_order(page)
    assert_fits(page)
    click(page.questions.send)
    assert page.questions.fields["no_relation"].error().startswith("请先确认")
    page.leave()

    # The program may die at any point: what was filled in is there again.
    page = BackCheckScreen(county.surroundings())
    show(qtbot, page)
    page.enter({"back_check_id": asked})
    QApplication.processEvents()  # what was added to the page comes into sight
    assert page.questions.fields["money_received"].editor.value() == "NO"
    fill(page, no_relation=("UNRELATED",), words="钱还没到")
    click(page.questions.send)
    step = back_check_view(county.context, asked).item
    assert (step.status, step.outcome, step.waiting) == (
        BackCheckStatus.ANSWERED,
        BackCheckOutcome.TOLD,
        True,
    )
    assert county.shell.toasts[-1].text.startswith("答案已交回")
    assert back_check_desk(county.context).to_make == ()


def test_clerk_asks_for_one_reads_both_answers_and_closes_it(qtbot: QtBot, county: County) -> None:
    _home, visit_id = visited(county)
    county.worker(Role.TOWN_CLERK, TOWN)
    county.user(SECOND, "郑辛", Role.VILLAGE_AIDE, VILLAGE)
    reading = VisitScreen(county.surroundings())
    show(qtbot, reading)
    reading.enter({"visit_id": visit_id})
    click(reading.back_check)
    assert county.shell.went[-1] == ("back_check_new", {"visit_id": visit_id})
    new = BackCheckNewScreen(county.surroundings())
    show(qtbot, new)
    new.enter({"visit_id": visit_id})
    QApplication.processEvents()
    assert not new.send.isEnabled()
    new.fields["checker_id"].editor.set_value(SECOND)
    new.fields["checker_id"].editor.changed.emit(SECOND)
    assert nameless(new) == []
    assert_fits(new)
    click(new.send)
    (item,) = back_check_desk(county.context).open
    assert (item.checker_name, item.waiting) == ("郑辛", True)
    assert county.shell.toasts[-1].text == "已安排 1 次复查，联网后送达。"
    reading.presenter.reload()
    assert not reading.back_check.isVisible(), "one at a time"

    other, other_visit = visited(county)
    asked = asked_again(county, other, other_visit, SECOND, status=BackCheckStatus.ANSWERED, steps_taken=1)
    told = BackCheckAnswers(visited=YesNoUnknown.YES, at_home_count=4, money_received=YesNoUnknown.YES)
    answer = BackCheckStepFields(
        **county.origin("step-1", by=SECOND), household_id=other, back_check_id=asked, seq=1,
        action=BackCheckAction.ANSWER, mode=Mode.PHONE, outcome=BackCheckOutcome.TOLD, answers=told,
        no_relation=True, at=county.clock(), received_at=county.clock(),
    )  # fmt: skip
    county.pull("back_check_steps", [answer])
    desk = BackChecksScreen(county.surroundings())
    show(qtbot, desk)
    desk.enter({})
    assert desk.report.isVisible()
    assert desk.draw.isVisible()
    assert_fits(desk)
    page = BackCheckScreen(county.surroundings())
    show(qtbot, page)
    page.enter({"back_check_id": asked})
    QApplication.processEvents()  # what was added to the page comes into sight
    assert page.answers.isVisible()
    view = page.presenter.state.view
    assert view is not None
    assert {one.question: one.verdict.value for one in view.comparisons} == {
        Q.VISITED: "SAME", Q.VISITED_ON: "OPEN", Q.AT_HOME_COUNT: "DIFFERENT", Q.MONEY_RECEIVED: "SAME",
        Q.NEEDS: "SAME", Q.WORDS: "OPEN",
    }  # fmt: skip
    click(page.steps[BackCheckAction.CLOSE])
    click(page.take)
    assert page._note_field.error() == "请写明原因。"
    page.note.set_value("已当面核实，住院期间两个孩子回来陪护")
    assert_fits(page)
    click(page.take)
    assert back_check_view(county.context, asked).check.status is BackCheckStatus.CLOSED
    assert [one.back_check_id for one in back_check_desk(county.context).over] == [asked]


def test_draw_is_shown_before_anything_is_asked_for(qtbot: QtBot, county: County) -> None:
    homes = [county.household(name) for name in ("王甲", "李乙", "张丙", "刘戊")]
    for home in homes:
        county.visit(home, days_ago=2, by=COLLEAGUE)
    county.worker(Role.TOWN_CLERK, TOWN)
    county.user(SECOND, "郑辛", Role.VILLAGE_AIDE, VILLAGE)
    page = BackCheckNewScreen(county.surroundings())
    show(qtbot, page)
    page.enter({})
    QApplication.processEvents()
    page.fields["percent"].editor.set_value(50)
    page.fields["percent"].editor.changed.emit(50)
    click(page.draw)
    QApplication.processEvents()
    drawn = page.presenter.state.drawn
    assert drawn is not None
    assert (drawn.total, len(drawn.drawn), page.presenter.state.count) == (4, 2, 2)
    assert back_check_desk(county.context).open == ()
    assert nameless(page) == []
    assert_reading_order(page)
    assert_fits(page)
    click(page.send)
    assert {one.household_id for one in back_check_desk(county.context).open} <= set(homes)
    assert len(back_check_desk(county.context).open) == 2
