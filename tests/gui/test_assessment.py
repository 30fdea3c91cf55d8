"""The team assessment on a real store: the shipped scale, team, signatures on two devices, history."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from fieldapp.app.paths import resources
from fieldapp.domain.records.areas import AreaFields, level_of
from fieldapp.domain.records.assessment_drafts import AssessmentDraft
from fieldapp.domain.records.assessments import AssessmentTrigger, Assessor, AssessorKind, PlanStep
from fieldapp.domain.records.forms import FormFields, FormPurpose
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.users import Role
from fieldapp.forms.view import Control, QuestionView, RepeatView
from fieldapp.services import assessment_lists, assessments, forms, households
from fieldapp.services.context import Context
from tests.gui.county import COLLEAGUE, GRID_1, TOWN, VILLAGE, WORKER, County
from ui.forms.question import Question
from ui.screens.assessment.screen import AssessmentScreen
from ui.screens.assessment.state import Mode
from ui.screens.form.screen import FormScreen
from ui.theme import Theme

SNOW: Final = {
    "A2": "c", "A3": "b", "A4": "b", "B1": "b", "B2": "c", "C1": "b", "C2": "b",
    "D1": "b", "D2": "c", "D3": "b", "E1": "c", "E3": "c", "F3": "c",
}  # fmt: skip
"""R10's worked example: 10+10+6+9+10+2 = 47; everything else is the first option."""
NOBODY_HURT: Final = {"A2": "b"}
HARM: Final = "HARM"


@pytest.fixture(scope="session")
def gx_1() -> bytes:
    book = resources() / "forms" / "gx-1.xlsx"
    return str(convert(str(book), validate=False).xform).encode()


class Round:
    """A lead's device with the shipped scale on it, and one household."""

    def __init__(self, county: County, qtbot: QtBot, gx_1: bytes) -> None:
        self.county = county
        self.qtbot = qtbot
        sha256 = county.store.photos.put(gx_1, "application/xml")
        county.user(COLLEAGUE, "钱丁", Role.GRID_WORKER, GRID_1)
        self.form = FormFields(
            form_id="gx-1", version="1", title="高风险家庭入户评估表", purpose=FormPurpose.ASSESSMENT,
            definition_sha256=sha256, definition_size=len(gx_1), published_at=county.clock(),
            **county.origin(),
        )  # fmt: skip
        county.pull("forms", [self.form])
        self.household_id = county.household("张桂兰")

    def begin(self, answers: dict[str, str], flags: str = "none") -> str:
        """A draft with the sheet answered. Returns its id."""
        context = self.county.context
        draft_id, _ = assessments.begin_assessment(context, self.household_id, AssessmentDraft())
        session = forms.open_draft(context, draft_id).session

        def answer(reference: str) -> None:
            view = session.view(reference)
            if isinstance(view, QuestionView):
                if view.control is Control.SELECT_ONE and view.relevant and not view.readonly:
                    session.answer(reference, answers.get(view.name, "a"))
                return
            inside = view.instances if isinstance(view, RepeatView) else view.children
            for child in inside:
                answer(child)

        answer("")
        session.answer("/data/group_flags/red_flags", flags)
        assert session.validate() == ()
        forms.save_answers(context, draft_id, session.save_draft())
        return draft_id

    def open(self, **params: str) -> AssessmentScreen:
        screen = AssessmentScreen(self.county.surroundings())
        self.qtbot.addWidget(screen)
        screen.resize(1200, 900)
        screen.show()
        screen.enter(params)
        return screen

    def handed_over(self, answers: dict[str, str], flags: str = "none", **draft: object) -> AssessmentScreen:
        """A screen that waits for signatures."""
        screen = self.open(draft_id=self.begin(answers, flags))
        screen.presenter.change(members=(LEAD, MATE), **draft)
        screen.presenter.hand_over()
        assert screen.presenter.state.mode is Mode.SIGNING, screen.presenter.state.errors
        return screen

    def level(self) -> RiskLevel:
        card = households.household_card(self.county.context, self.household_id)
        return card.household.risk_level


LEAD: Final = Assessor(id=WORKER, user_id=WORKER, name="周丙", kind=AssessorKind.AIDE)
MATE: Final = Assessor(id=COLLEAGUE, user_id=COLLEAGUE, name="钱丁", kind=AssessorKind.GROUP_LEADER)


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    made = County(tmp_path / "profile")
    yield made
    made.close()


@pytest.fixture
def made(county: County, qtbot: QtBot, theme: Theme, gx_1: bytes) -> Round:
    return Round(county, qtbot, gx_1)


def write(screen: AssessmentScreen, view: str = "") -> None:
    """A stroke on the open sheet, a differing view, and 确认签字."""
    sheet = screen.signing.pad.sheet
    middle = sheet.rect().center()
    QTest.mousePress(sheet, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(sheet, middle / 2)
    QTest.mouseRelease(sheet, Qt.MouseButton.LeftButton, pos=middle / 2)
    if view:
        screen.signing.view.set_value(view)
    QTest.mouseClick(screen.signing.sign, Qt.MouseButton.LeftButton)


# Team and hand-over


def test_worked_example_gives_47_high_offline(made: Round) -> None:
    screen = made.open(draft_id=made.begin(SNOW))
    result = screen.presenter.state.result
    assert (result.score, result.level, result.provisional) == (47, RiskLevel.HIGH, False)
    assert screen.result.figure.text() == "47"
    assert not screen.urgent.isVisibleTo(screen)


def test_team_too_small_is_told_at_its_field_and_nothing_is_handed_over(made: Round) -> None:
    screen = made.open(draft_id=made.begin(SNOW))
    assert [one.name for one in screen.presenter.state.draft.members] == ["周丙"]
    screen.presenter.hand_over()
    assert screen._fields["members"].error()
    assert screen.presenter.state.mode is Mode.TEAM
    assert assessments.risk_history(made.county.context, made.household_id).waiting == ()


def test_colleague_and_somebody_without_account_join_by_hand(made: Round) -> None:
    screen = made.open(draft_id=made.begin(SNOW))
    assert screen.team.colleague is not None
    dialog = screen.team.colleague.open_list()
    dialog.chosen.emit((COLLEAGUE,))
    dialog.accept()
    QTest.mouseClick(screen.team.by_name, Qt.MouseButton.LeftButton)
    screen.team.name.set_value("赵甲")
    screen.team.kind.set_value(AssessorKind.VOLUNTEER)
    QTest.mouseClick(screen.team.add, Qt.MouseButton.LeftButton)
    screen._flush_typing()
    members = screen.presenter.state.draft.members
    assert [(one.name, one.kind, bool(one.user_id)) for one in members] == [
        ("周丙", AssessorKind.AIDE, True),
        ("钱丁", AssessorKind.GROUP_LEADER, True),
        ("赵甲", AssessorKind.VOLUNTEER, False),
    ]
    QTest.mouseClick(screen.team.editors[1].remove, Qt.MouseButton.LeftButton)
    screen._flush_typing()
    assert [one.name for one in screen.presenter.state.draft.members] == ["周丙", "赵甲"]


def test_team_and_plan_survive_a_kill(made: Round) -> None:
    draft_id = made.begin(SNOW)
    screen = made.open(draft_id=draft_id)
    plan = (PlanStep(measure="送米面油", responsible="周丙"),)
    screen.presenter.change(members=(LEAD, MATE), trigger=AssessmentTrigger.EVENT, plan=plan)
    del screen  # nobody says goodbye
    again = made.open(draft_id=draft_id)
    draft = again.presenter.state.draft
    assert (draft.members, draft.trigger, draft.plan) == ((LEAD, MATE), AssessmentTrigger.EVENT, plan)
    assert again.plan.steps[0].measure.value() == "送米面油"


def test_typed_measure_is_kept_when_the_screen_is_left(made: Round) -> None:
    draft_id = made.begin(SNOW)
    screen = made.open(draft_id=draft_id)
    QTest.mouseClick(screen.plan.add, Qt.MouseButton.LeftButton)
    QTest.keyClicks(screen.plan.steps[0].measure.line, "rice")
    screen.leave()
    stored = assessments.assessment_form(made.county.context, draft_id).draft
    assert [step.measure for step in stored.plan] == ["rice"]


def test_lowering_high_asks_the_reason_and_shows_it_in_the_history(made: Round) -> None:
    first = made.handed_over(SNOW)
    sign_all(first)
    assert made.level() is RiskLevel.HIGH
    made.county.clock.advance(days=30)
    screen = made.open(draft_id=made.begin(NOBODY_HURT))
    assert screen.lowering_card.isVisibleTo(screen)
    screen.presenter.change(members=(LEAD, MATE))
    screen.presenter.hand_over()
    assert screen._fields["lowering_reason"].error()
    screen.presenter.change(lowering_reason="雪已化，房屋修好，老人搬到女儿家")
    assert screen._fields["lowering_reason"].error() == ""
    screen.presenter.hand_over()
    sign_all(screen)
    assert made.level() is RiskLevel.LOW
    rows = screen.presenter.state.history
    assert [(row.level, row.lowered, row.reason) for row in rows] == [
        (RiskLevel.LOW, True, "雪已化，房屋修好，老人搬到女儿家"),
        (RiskLevel.HIGH, False, ""),
    ]


def test_raising_the_level_asks_no_reason(made: Round) -> None:
    screen = made.open(draft_id=made.begin(SNOW))
    assert not screen.lowering_card.isVisibleTo(screen)


# Signatures


def sign_all(screen: AssessmentScreen) -> None:
    for member in (LEAD, MATE):
        screen.presenter.ask_to_sign(member.id)
        write(screen)
    assert screen.presenter.state.finished


def test_level_holds_only_when_all_have_signed(made: Round) -> None:
    screen = made.handed_over(SNOW)
    assert screen.presenter.state.signing is not None
    assert screen.presenter.state.signing.id == WORKER  # the lead's own sheet lies open
    write(screen)
    assert made.level() is RiskLevel.NONE
    assert "钱丁" in screen.standing.accessibleName()
    QTest.mouseClick(screen.members.buttons[COLLEAGUE], Qt.MouseButton.LeftButton)
    write(screen, view="我认为是中风险")
    assert made.level() is RiskLevel.HIGH
    assert made.county.shell.toasts[-1].text == "全部签字，等级已生效。"
    assert [one.view for one in screen.presenter.state.members] == ["", "我认为是中风险"]
    assert screen.members.buttons == {}


def test_an_empty_sheet_is_no_signature(made: Round) -> None:
    screen = made.handed_over(SNOW)
    QTest.mouseClick(screen.signing.sign, Qt.MouseButton.LeftButton)
    assert screen.presenter.state.members[0].signed_at is None
    assert screen.signing._pad_field.error() == "请先在签名板上签字"


def test_what_one_member_wrote_is_not_offered_to_the_next(made: Round) -> None:
    screen = made.handed_over(SNOW)
    sheet = screen.signing.pad.sheet
    QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=sheet.rect().center())
    screen.presenter.ask_to_sign(COLLEAGUE)
    assert screen.signing.pad.value() == ""


def test_second_device_adds_its_own_signature_later(made: Round, tmp_path: Path) -> None:
    screen = made.handed_over(SNOW)
    write(screen)
    other = mates_device(made, tmp_path)
    [waiting] = assessment_lists.waiting_for_me(other.context)
    assert (waiting.head_name, waiting.level) == ("张桂兰", RiskLevel.HIGH)
    theirs = AssessmentScreen(other.surroundings())
    made.qtbot.addWidget(theirs)
    theirs.show()
    theirs.enter({"assessment_id": waiting.assessment_id})
    assert set(theirs.members.buttons) == {COLLEAGUE}  # nobody signs for the lead there
    theirs.presenter.ask_to_sign(COLLEAGUE)
    write(theirs)
    assert theirs.presenter.state.finished
    assert assessment_lists.waiting_for_me(other.context) == []
    signatures = records(other, "assessment_signatures")
    made.county.pull("assessment_signatures", signatures)
    made.county.tell("assessment_signatures")
    assert screen.presenter.state.finished
    assert made.level() is RiskLevel.HIGH
    other.close()


def mates_device(made: Round, tmp_path: Path) -> County:
    """The colleague's tablet after a sync: the same roster, assessment and signature."""
    other = County(tmp_path / "other", made.county.clock)
    other.user(COLLEAGUE, "钱丁", Role.GRID_WORKER, GRID_1)
    other.context = Context(other.store, COLLEAGUE, "device-2")
    for kind in ("forms", "households", "persons", "assessments", "assessment_signatures"):
        other.pull(kind, records(made.county, kind))
    return other


def records(county: County, kind: str) -> list:  # type: ignore[type-arg]
    """All records of a kind a device holds."""
    from fieldapp.storage import rows

    with county.store.reading() as connection:
        return rows.records(connection, rows.select_records(kind), rows.fields_of(kind))


def test_sheet_can_be_read_from_the_record(made: Round) -> None:
    screen = made.handed_over(SNOW)
    QTest.mouseClick(screen.result.sheet, Qt.MouseButton.LeftButton)
    [(route, params)] = made.county.shell.went
    assert route == "form"
    reading = FormScreen(made.county.surroundings())
    made.qtbot.addWidget(reading)
    reading.enter(params)
    text = "\n".join(card.text() for card in reading.summary.cards())
    assert "A1 近3个月主要收入: 稳定" in text


def test_shipped_scale_is_filled_by_keyboard_alone(made: Round) -> None:
    context = made.county.context
    draft_id, _ = assessments.begin_assessment(context, made.household_id, AssessmentDraft())
    screen = FormScreen(made.county.surroundings())
    made.qtbot.addWidget(screen)
    screen.resize(1200, 900)
    screen.show()
    screen.activateWindow()
    screen.enter({"draft_id": draft_id})
    with made.qtbot.waitActive(screen):
        pass

    def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or screen, key, modifier)

    def tab_into(question: Question) -> None:
        for _ in range(80):
            now = QApplication.focusWidget()
            if now is not None and question.isAncestorOf(now):
                return
            press(Qt.Key.Key_Tab)
        raise AssertionError(question.reference)

    while not screen._state.page.at_summary:
        assert screen.page is not None
        for question in [one for one in screen.page.widgets() if isinstance(one, Question)]:
            name = question.reference.rpartition("/")[2]
            if question.kind.name == "select_one":
                tab_into(question)
                press(Qt.Key.Key_Space)
                for _ in range(ord(SNOW.get(name, "a")) - ord("a")):
                    press(Qt.Key.Key_Right)
            elif question.kind.name == "select_multiple":
                tab_into(question)
                press(Qt.Key.Key_Up)  # round to the last one: none of these
                press(Qt.Key.Key_Space)
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert screen._state.page.shortcomings == ()
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert made.county.shell.went[-1] == ("assessment", {"draft_id": draft_id})
    assert made.open(draft_id=draft_id).presenter.state.result.score == 47


# Help at once


def test_red_flag_shows_whom_to_call_while_the_sheet_is_filled(made: Round) -> None:
    phones(made.county)
    draft_id = made.begin(NOBODY_HURT)
    screen = FormScreen(made.county.surroundings())
    made.qtbot.addWidget(screen)
    screen.resize(1000, 800)
    screen.show()
    screen.enter({"draft_id": draft_id})
    screen.presenter.go_to("/data/group_flags")
    assert not screen.urgent.isVisibleTo(screen)
    screen.presenter.answer("/data/group_flags/red_flags", HARM)
    assert screen.urgent.isVisibleTo(screen)
    numbers = dict(screen.urgent._numbers.texts())
    assert numbers == {
        "村（社区）值班": "10000000001  青溪村",
        "镇（街道）值班": "10000000002  石桥镇",
    }
    screen.presenter.go_to("/data/group_A")
    assert not screen.urgent.isVisibleTo(screen)  # the other questions keep their room
    screen.presenter.check()
    assert screen.urgent.isVisibleTo(screen)
    screen.presenter.go_to("/data/group_flags")
    screen.presenter.answer("/data/group_flags/red_flags", "none")
    assert not screen.urgent.isVisibleTo(screen)


def test_words_to_send_hold_no_name_and_no_number(made: Round) -> None:
    phones(made.county)
    screen = made.handed_over(NOBODY_HURT, HARM)
    assert screen.presenter.state.result.level is RiskLevel.HIGH
    QTest.mouseClick(screen.urgent.copy, Qt.MouseButton.LeftButton)
    words = QGuiApplication.clipboard().text()
    assert "青溪村 3组" in words
    assert "轻生" in words
    assert "张桂兰" not in words
    assert "341789" not in words


def phones(county: County) -> None:
    county.pull(
        "areas",
        [
            AreaFields(level=level_of(code), name=name, duty_phone=phone, **county.origin(code))
            for code, name, phone in ((VILLAGE, "青溪村", "10000000001"), (TOWN, "石桥镇", "10000000002"))
        ],
    )


# A leader's decision, and leaving


def test_leader_lets_another_level_hold_with_a_reason(made: Round) -> None:
    screen = made.handed_over(SNOW)
    sign_all(screen)
    assert not screen.adjust.isVisibleTo(screen)
    made.county.worker(Role.TOWN_LEADER, TOWN)
    leader = made.open(assessment_id=screen.presenter._assessment_id)
    leader.presenter.ask_to_override(True)
    leader.override_level.set_value(RiskLevel.MEDIUM)
    QTest.mouseClick(leader._decide, Qt.MouseButton.LeftButton)
    assert leader._override_reason.error()
    leader.override_reason.set_value("已由镇里安置，家属接回")
    QTest.mouseClick(leader._decide, Qt.MouseButton.LeftButton)
    assert made.level() is RiskLevel.MEDIUM
    assert leader.presenter.state.history[0].overridden


def test_sheet_goes_away_after_the_hand_over(made: Round) -> None:
    draft_id = made.begin(SNOW)
    sheet = FormScreen(made.county.surroundings())
    made.qtbot.addWidget(sheet)
    sheet.enter({"draft_id": draft_id})
    screen = made.open(draft_id=draft_id)
    screen.presenter.change(members=(LEAD, MATE))
    screen.presenter.hand_over()
    assert made.county.shell.backs == 0
    sheet.shown_again()
    assert made.county.shell.backs == 1


def test_unanswered_sheet_says_so_and_cannot_be_handed_over(made: Round) -> None:
    draft_id, _ = assessments.begin_assessment(made.county.context, made.household_id, AssessmentDraft())
    screen = made.open(draft_id=draft_id)
    assert screen.result.unfit.isVisibleTo(screen)
    screen.presenter.hand_over()
    assert screen.presenter.state.mode is Mode.TEAM
