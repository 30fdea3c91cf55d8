"""The form screen on a real store with the real form engine, by keyboard, by finger and by intents."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.app.preferences import Language, Preferences
from fieldapp.domain.records.forms import FormPurpose
from fieldapp.services import forms, submissions
from tests.gui.county import County, HeldTasks
from tests.gui.form_books import SCALE, SURVEY, publish
from tests.gui.form_desk import Desk, picture, question
from ui.forms.attachments import DrawingAnswer, PhotoAnswer
from ui.forms.matrix import Matrix, MatrixLine
from ui.forms.repeats import AddButton, InstanceHead
from ui.forms.scanning import ScanAnswer
from ui.screens.form.screen import FormScreen
from ui.theme import Theme
from ui.widgets.filling.saving import SavingState
from ui.widgets.inputs.choices import ChoiceGroup
from ui.widgets.inputs.number_field import NumberField
from ui.widgets.inputs.text_field import TextField

HEAD, SIZE, ILL, ILLNESS, SINCE = (
    f"/data/family/{name}" for name in ("head", "size", "ill", "illness", "since")
)


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    made = County(tmp_path / "profile")
    yield made
    made.close()


@pytest.fixture
def desk(county: County, qtbot: QtBot, theme: Theme) -> Desk:
    return Desk(county, qtbot)


def line_of(screen: FormScreen, reference: str) -> QWidget:
    editor = question(screen, reference).editor
    assert isinstance(editor, (TextField, NumberField))
    return editor.line


def type_text(widget: QWidget, text: str) -> None:
    """As an input method commits it."""
    widget.setFocus()
    event = QInputMethodEvent("", [])
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def choose(screen: FormScreen, reference: str, label: str) -> None:
    editor = question(screen, reference).editor
    assert isinstance(editor, ChoiceGroup)
    button = next(one for one in editor.buttons() if one.text() == label)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def fill_required(screen: FormScreen) -> None:
    """The least that may be handed in."""
    presenter = screen.presenter
    for reference, value in (
        (HEAD, "张桂兰"),
        (ILL, "no"),
        ("/data/member/member_name", "张桂兰"),
        ("/data/care/eat", "a"),
    ):
        presenter.answer(reference, value)


def saving_state(screen: FormScreen) -> SavingState:
    assert screen._state.saving is not None
    return screen._state.saving.state


# Steps and rows


def test_sections_are_the_groups_and_the_summary_is_last(desk: Desk) -> None:
    screen = desk.open()
    titles = [row.section.title for row in screen.steps.sections.rows()]
    assert titles == ["请逐项询问。", "家庭情况", "家庭成员", "老人能自己做到吗", "其他", "核对并提交"]
    assert desk.county.shell.titles[-1] == ("家庭调查表", "张桂兰 · 草稿，随填随存")


def test_relevant_questions_come_and_go_with_the_answer(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.step(1)
    assert screen.page is not None
    assert screen.page.question(ILLNESS) is None
    choose(screen, ILL, "有")
    assert question(screen, ILLNESS).isVisibleTo(screen)
    choose(screen, ILL, "没有")
    assert screen.page.question(ILLNESS) is None


def test_label_shows_an_answer_plain_and_speaks_it(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.step(1)
    screen.presenter.answer(HEAD, "<b>张*桂*兰</b>")
    screen.presenter.answer(ILL, "yes")
    field = question(screen, ILLNESS)
    assert field.editor.accessibleName() == "<b>张*桂*兰</b>得的是什么病，必填"
    shown = field._label.text()
    assert "<b>张" not in shown
    assert "<i>" not in shown


def test_matrix_is_one_row_and_takes_answers(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.go_to("/data/care")
    assert screen.page is not None
    [matrix] = screen.page.widgets()
    assert isinstance(matrix, Matrix)
    first = matrix.lines()[0]
    QTest.mouseClick(first.editor.buttons()[1], Qt.MouseButton.LeftButton)
    assert desk.stored()["eat"] == "b"
    assert isinstance(screen.page.question("/data/care/dress"), MatrixLine)


def test_matrix_is_stacked_where_it_is_narrow(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.go_to("/data/care")
    assert screen.page is not None
    [matrix] = screen.page.widgets()
    assert isinstance(matrix, Matrix)
    wide = matrix.lines()[0].height()
    screen.resize(430, 800)
    desk.qtbot.waitUntil(lambda: matrix.lines()[0].height() > wide)


# Answers are kept at once


def test_typing_is_on_the_disk_after_a_pause_and_the_text_is_left_alone(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.step(1)
    line = line_of(screen, HEAD)
    type_text(line, " 张桂兰 ")
    desk.qtbot.waitUntil(lambda: desk.stored().get("head", "").strip() == "张桂兰")
    editor = question(screen, HEAD).editor
    assert editor.value() == " 张桂兰 "


def test_composing_is_no_answer_and_enter_no_submission(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.step(1)
    line = line_of(screen, HEAD)
    line.setFocus()
    QApplication.sendEvent(line, QInputMethodEvent("zhang gui", []))
    QTest.keyClick(line, Qt.Key.Key_Return)
    screen._flush_typing()
    assert desk.stored().get("head", "") == ""
    assert screen.presenter._filling is not None
    assert screen.presenter._filling.current == "/data/family"


def test_leaving_keeps_what_was_typed_this_moment(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.step(1)
    type_text(line_of(screen, HEAD), "张桂兰")
    screen.leave()
    assert desk.stored()["head"] == "张桂兰"


def test_a_kill_loses_nothing_and_the_form_reopens_where_it_was(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.step(1)
    choose(screen, ILL, "有")
    screen.presenter.answer(ILLNESS, "肺癌")
    screen.presenter.step(1)
    del screen  # nobody says goodbye
    again = desk.open()
    assert again.presenter._filling is not None
    assert again.presenter._filling.current == "/data/member"
    assert (desk.stored()["ill"], desk.stored()["illness"]) == ("yes", "肺癌")


def test_saving_runs_once_at_a_time_and_takes_the_latest(desk: Desk) -> None:
    tasks = HeldTasks()
    screen = desk.open(tasks)
    tasks.finish()
    screen.presenter.step(1)
    for name in ("张", "张桂", "张桂兰"):
        screen.presenter.answer(HEAD, name)
    assert len(tasks.waiting) == 1
    states = [saving_state(screen)]
    tasks.finish()
    states.append(saving_state(screen))
    assert states == [SavingState.SAVING, SavingState.SAVED]
    assert desk.stored()["head"] == "张桂兰"


# What is wrong is told where it is, and not too early


def test_constraint_is_told_after_leaving_the_field(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.step(1)
    assert question(screen, HEAD).error() == ""
    line = line_of(screen, SIZE)
    line.setFocus()
    QTest.keyClicks(line, "55")
    screen._flush_typing()
    assert question(screen, SIZE).error() == ""
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert question(screen, SIZE).error() == "家庭人口应在 1–20 之间，请核对"
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert question(screen, SIZE).error() == ""


def test_required_is_told_when_the_section_was_left(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.step(1)
    screen.presenter.step(1)
    steps = {row.section.title: row.section.missing for row in screen.steps.sections.rows()}
    assert steps["家庭情况"] == 2
    screen.presenter.step(-1)
    assert question(screen, HEAD).error() == "这一项必填"


def test_what_cannot_be_read_stays_and_stops_the_submission(desk: Desk) -> None:
    screen = desk.open()
    fill_required(screen)
    screen.presenter.step(1)
    line = line_of(screen, SIZE)
    line.setFocus()
    QTest.keyClicks(line, "3x")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert question(screen, SIZE).error() == "请只填数字"
    screen.presenter.check()
    [row] = screen.problems.rows()
    assert row.text() == "家庭人口：请只填数字"
    screen.presenter.finish()
    assert desk.county.shell.backs == 0


def test_problem_leads_to_its_question_in_a_closed_instance(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.go_to("/data/member")
    screen.presenter.add("/data/member")
    screen.presenter.check()
    words = [row.text() for row in screen.problems.rows()]
    assert "成员姓名（第 1 项）：这一项必填" in words
    row = screen.problems.rows()[words.index("成员姓名（第 1 项）：这一项必填")]
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    field = question(screen, "/data/member[1]/member_name")
    desk.qtbot.waitUntil(lambda: field.editor.focusProxy().hasFocus())  # type: ignore[union-attr]


# Repeats


def test_instances_are_added_summed_up_and_removed_with_undo(desk: Desk) -> None:
    screen = desk.open()
    screen.resize(440, 800)  # too narrow for a table
    screen.presenter.go_to("/data/member")
    screen.presenter.answer("/data/member[1]/member_name", "张桂兰")
    screen.presenter.answer("/data/member[1]/age", "72")
    assert screen.page is not None
    add = next(one for one in screen.page.widgets() if isinstance(one, AddButton))
    assert add.button.text() == "添加家庭成员"
    QTest.mouseClick(add.button, Qt.MouseButton.LeftButton)
    heads = [one for one in screen.page.widgets() if isinstance(one, InstanceHead)]
    assert heads[0].button.accessibleName() == "家庭成员 1，张桂兰 · 72，点按展开"
    screen.presenter.answer("/data/member[2]/member_name", "李明")
    QTest.mouseClick(heads[0].remove, Qt.MouseButton.LeftButton)
    assert screen.presenter._filling is not None
    session = screen.presenter._filling.session
    assert session.view("/data/member[1]/member_name").value == "李明"  # type: ignore[union-attr]
    undo = desk.county.shell.toasts[-1]
    assert (undo.text, undo.action) == ("已删除这一项。", "撤销")
    assert undo.on_action is not None
    undo.on_action()
    assert session.view("/data/member[1]/member_name").value == "张桂兰"  # type: ignore[union-attr]
    assert session.view("/data/member[2]/member_name").value == "李明"  # type: ignore[union-attr]


def test_undo_of_a_removal_steps_back_when_more_was_done_since(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.go_to("/data/member")
    screen.presenter.add("/data/member")
    screen.presenter.remove("/data/member[2]")
    removal = desk.county.shell.toasts[-1]
    screen.presenter.answer("/data/member[1]/member_name", "张桂兰")
    assert removal.on_action is not None
    removal.on_action()
    assert desk.county.shell.toasts[-1].text == "之后又有改动，请用 Ctrl+Z 一步一步撤销。"
    assert desk.stored()["member_name"] == "张桂兰"


def test_undo_takes_an_answer_back_and_goes_to_its_section(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.step(1)
    choose(screen, ILL, "有")
    screen.presenter.go_to("/data/rest")
    screen.presenter.undo()
    assert screen.presenter._filling is not None
    assert screen.presenter._filling.current == "/data/family"
    assert desk.stored().get("ill", "") == ""


# Languages, last time, newer version


def test_language_of_the_form_is_switched_while_filling(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.step(1)
    assert screen.languages is not None
    buttons = screen.languages.buttons()  # type: ignore[union-attr]
    assert sorted(one.text() for one in buttons) == ["English", "中文"]
    QTest.mouseClick(next(one for one in buttons if one.text() == "English"), Qt.MouseButton.LeftButton)
    assert question(screen, HEAD).editor.accessibleName().startswith("Head")
    titles = [row.section.title for row in screen.steps.sections.rows()]
    assert titles[1] == "Family"


def test_form_opens_in_the_language_of_the_interface_until_one_is_chosen(desk: Desk) -> None:
    desk.open().leave()  # begun and left in Chinese
    desk.county.shell.preferences = Preferences(language=Language.EN)
    screen = desk.open()
    assert screen._state.page.language == "English (en)"
    screen.presenter.set_language("中文 (zh)")
    screen.leave()
    assert desk.open()._state.page.language == "中文 (zh)"


def test_last_time_stands_beside_the_question_and_is_taken_by_a_tap(desk: Desk) -> None:
    screen = desk.open()
    fill_required(screen)
    screen.presenter.answer(SIZE, "4")
    screen.presenter.finish()
    desk.draft_id = desk.begin()
    again = desk.open()
    again.presenter.step(1)
    last = question(again, SIZE)._last_button
    assert (last.text(), question(again, SIZE).editor.value()) == ("上次：4", "")
    assert question(again, ILL)._last_button.text() == "上次：没有"
    QTest.mouseClick(last, Qt.MouseButton.LeftButton)
    again._flush_typing()
    assert desk.stored()["size"] == "4"
    assert not last.isVisibleTo(again)


def test_newer_version_shows_what_would_be_lost_before_it_is_taken(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.answer(SIZE, "4")
    screen.presenter.answer(HEAD, "张桂兰")
    screen.leave()
    without_size = "\n".join(line for line in SURVEY.splitlines() if "| size |" not in line)
    newer = without_size.replace("2026110101", "2026120101").replace("coalesce(${size}, 0) + ", "")
    desk.county.clock.advance(days=1)
    publish(desk.county, newer, "survey", version="2")
    again = desk.open()
    assert again.newer.isVisibleTo(again)
    again.presenter.look_at_newer()
    assert again._state.newer is not None
    assert (again._state.newer.looked_at, again._state.newer.lost) == (True, 1)
    again.presenter.look_at_newer()
    assert desk.county.shell.toasts[-1].text.startswith("已改用新版表单")
    assert desk.stored()["head"] == "张桂兰"
    assert "size" not in desk.stored()


def test_newer_version_is_looked_at_again_after_another_answer(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.answer(HEAD, "张桂兰")
    screen.leave()
    desk.county.clock.advance(days=1)
    publish(desk.county, SURVEY.replace("2026110101", "2026120101"), "survey", version="2")
    tasks = HeldTasks()
    again = desk.open(tasks)
    tasks.finish()
    again.presenter.look_at_newer()
    tasks.finish()
    again.presenter.answer(SIZE, "4")
    assert again.newer.isVisibleTo(again)
    assert again.newer._text.text().startswith("这张表有了新版本")
    again.presenter.look_at_newer()
    again.presenter.answer(SIZE, "5")  # nothing is taken while the draft is away
    tasks.finish()
    again.presenter.look_at_newer()
    tasks.finish()
    assert not again.newer.isVisibleTo(again)
    assert (desk.stored()["head"], desk.stored()["size"]) == ("张桂兰", "4")


# Files


def test_photo_is_kept_before_it_is_named_and_shown(desk: Desk, tmp_path: Path) -> None:
    screen = desk.open()
    screen.presenter.go_to("/data/rest")
    path = tmp_path / "house.png"
    assert picture().save(str(path))
    editor = question(screen, "/data/rest/house").editor
    assert isinstance(editor, PhotoAnswer)
    editor._on_files([path])
    name = desk.stored()["house"]
    assert name.endswith(".jpg")
    stored = forms.open_draft(desk.county.context, desk.draft_id).draft
    assert stored is not None
    assert [file.name for file in stored.files] == [name]
    content = forms.attached_file(desk.county.context, stored.files, name)
    assert not QImage.fromData(content).isNull()
    assert editor.tile.isVisibleTo(editor)
    QTest.mouseClick(editor.tile.remove, Qt.MouseButton.LeftButton)
    assert desk.stored().get("house", "") == ""


def test_signature_in_hand_is_kept_when_the_form_is_left(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.go_to("/data/rest")
    editor = question(screen, "/data/rest/sign").editor
    assert isinstance(editor, DrawingAnswer)
    sheet = editor.pad.sheet
    QTest.mousePress(sheet, Qt.MouseButton.LeftButton, pos=sheet.rect().center())
    QTest.mouseMove(sheet, sheet.rect().center() * 1.2)
    QTest.mouseRelease(sheet, Qt.MouseButton.LeftButton, pos=sheet.rect().center() * 1.2)
    screen.leave()
    assert desk.stored()["sign"].endswith(".png")


def test_unreadable_picture_is_told_and_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    screen = desk.open()
    screen.presenter.go_to("/data/rest")
    path = tmp_path / "no.jpg"
    path.write_bytes(b"no picture")
    editor = question(screen, "/data/rest/house").editor
    assert isinstance(editor, PhotoAnswer)
    editor._on_files([path])
    assert desk.county.shell.toasts
    assert desk.stored().get("house", "") == ""


# Finishing and reading


def test_summary_reads_everything_back_and_submission_is_made(desk: Desk) -> None:
    screen = desk.open()
    fill_required(screen)
    screen.presenter.check()
    assert not screen.problems.rows()
    text = "\n".join(card.text() for card in screen.summary.cards())
    assert "有没有重病: 没有" in text
    assert "成员姓名（第 1 项）: 张桂兰" in text
    screen.presenter.finish()
    assert desk.county.shell.backs == 1
    assert desk.county.shell.toasts[-1].text == "已存本机 ✓ 待上传"
    [sheet] = submissions.submissions_of(desk.county.context, desk.household_id)
    assert (sheet.title, sheet.unsent) == ("家庭调查表", True)
    screen.leave()
    assert forms.form_drafts(desk.county.context) == []


def test_finished_sheet_is_read_and_nothing_can_be_changed(desk: Desk) -> None:
    screen = desk.open()
    fill_required(screen)
    screen.presenter.finish()
    [sheet] = submissions.submissions_of(desk.county.context, desk.household_id)
    reading = desk.open(submission_id=sheet.submission_id)
    assert reading._state.page.at_summary
    assert not reading.problems.isVisibleTo(reading)
    assert not any(card._change.isVisibleTo(card) for card in reading.summary.cards())
    reading.presenter.go_to("/data/family")
    assert line_of(reading, HEAD).isReadOnly()  # type: ignore[attr-defined]
    reading.presenter.finish()
    assert desk.county.shell.backs == 2


def test_assessment_goes_on_to_the_team_and_is_not_handed_in_here(
    county: County, qtbot: QtBot, theme: Theme
) -> None:
    record_id = publish(county, SCALE, "test-scale", FormPurpose.ASSESSMENT)
    household_id = county.household("张桂兰")
    draft_id, _ = forms.begin_form(county.context, record_id, household_id=household_id)
    screen = FormScreen(county.surroundings())
    qtbot.addWidget(screen)
    screen.enter({"draft_id": draft_id})
    screen.presenter.answer("/data/a/a1", "c")
    screen.presenter.check()
    screen.presenter.finish()
    assert county.shell.went == [("assessment", {"draft_id": draft_id})]
    assert len(forms.form_drafts(county.context)) == 1


def test_draft_that_is_gone_says_so(desk: Desk) -> None:
    screen = desk.open(draft_id="unknown")
    assert screen.trouble.isVisibleTo(screen)
    assert screen.trouble.accessibleName()


# Keyboard


def test_form_is_filled_and_handed_in_by_keyboard_alone(desk: Desk) -> None:
    screen = desk.open()

    def key(code: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or screen, code, modifier)

    def tab_to(reference: str) -> QWidget:
        wanted = screen.page.question(reference) if screen.page is not None else None
        assert wanted is not None
        for _ in range(60):
            now = QApplication.focusWidget()
            if now is not None and wanted.isAncestorOf(now):
                return now
            key(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not reach {reference}")

    def go_on() -> None:
        inside = screen.page is not None and screen.page.isAncestorOf(QApplication.focusWidget() or screen)
        key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        if inside and not desk.county.shell.backs:  # who works with keys goes on in the next section
            desk.qtbot.waitUntil(lambda: screen.body_page.isAncestorOf(QApplication.focusWidget() or screen))

    with desk.qtbot.waitActive(screen):
        pass
    go_on()
    QTest.keyClicks(tab_to(HEAD), "Zhang")
    tab_to(ILL)
    key(Qt.Key.Key_Space)
    key(Qt.Key.Key_Right)
    go_on()
    QTest.keyClicks(tab_to("/data/member[1]/member_name"), "Zhang")
    go_on()
    tab_to("/data/care/eat")
    key(Qt.Key.Key_Space)
    go_on()
    go_on()
    assert screen._state.page.at_summary
    assert screen._state.page.shortcomings == ()
    go_on()
    assert desk.county.shell.backs == 1


def test_code_is_read_into_the_answer_by_the_camera_panel(desk: Desk, tmp_path: Path) -> None:
    screen = desk.open()
    screen.presenter.go_to("/data/rest")
    editor = question(screen, "/data/rest/card").editor
    assert isinstance(editor, ScanAnswer)
    path = tmp_path / "card.png"
    segno.make("34178919540317002043").save(str(path), scale=6)
    editor.open_camera()
    assert editor._panel is not None
    editor._panel.read_file(path)
    desk.qtbot.waitUntil(lambda: desk.stored().get("card", "") == "34178919540317002043")
    assert editor._panel is None
