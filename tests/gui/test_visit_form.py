"""The visit form: taps, autosave, undo, validation, submission; on a real store with real threads."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.domain.errors import FieldappError, StorageError
from fieldapp.domain.records.visits import (
    Attestation,
    ChangeKind,
    FamilyChange,
    LivingGrade,
    LivingItem,
    Mode,
    PositionSource,
    Result,
    VisitFields,
    VisitState,
)
from fieldapp.services import visits
from fieldapp.services.today import today
from fieldapp.storage.repositories import visits as repository
from tests.gui.county import WORKER, County, HeldTasks
from tests.gui.form_stage import CARRIED, FormStage
from ui import theme as look
from ui.main_window import MainWindow
from ui.position.panel import PositionPanel
from ui.screens.visit_form.changes_editor import ChangesEditor
from ui.screens.visit_form.screen import TYPING_PAUSE_MS, VisitFormScreen
from ui.screens.visit_form.sections import SECTIONS, SectionKey
from ui.theme import TextScale, Theme
from ui.widgets.filling.attestation_panel import AttestationPanel
from ui.widgets.inputs.choices import ChoiceGroup
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.field import LastValue
from ui.widgets.inputs.time_field import TimeField
from ui.widgets.shell.navigation import NavEntry

T = TypeVar("T")


@pytest.fixture
def stage(qtbot: QtBot, county: County, theme: Theme) -> Iterator[FormStage]:
    """A household without visits, and nothing opened yet."""
    made = FormStage(qtbot, county)
    yield made
    made.close()


def pick(stage: FormStage, editor: QWidget, value: str) -> None:
    """Tap one choice of a group."""
    assert isinstance(editor, ChoiceGroup)
    values = [choice.value for choice in editor.choices()]
    stage.tap(editor.buttons()[values.index(value)])


def the_visit(county: County, household_id: str) -> VisitFields:
    """The newest visit of a household as the store holds it."""
    with county.store.reading() as connection:
        return repository.of_household(connection, household_id)[0]


# --- the routine visit --------------------------------------------------------------------------


def test_routine_visit_without_change_takes_at_most_eight_taps(stage: FormStage) -> None:
    stage.visited_before()
    stage.taps += 1  # 开始走访 on 今日任务 is this one service call
    stage.begin()
    screen = stage.open()
    stage.county.clock.advance(minutes=12)

    stage.tap(screen.no_change)
    panel = screen.findChildren(AttestationPanel)[0]
    pick(stage, panel.not_needed.findChildren(ChoiceGroup)[0], "情况无变化")
    stage.tap(stage.forward())
    stage.until(lambda: stage.county.shell.backs == 1)

    assert stage.taps <= 8
    visit = the_visit(stage.county, stage.household_id)
    assert visit.result is Result.NORMAL
    assert visit.state is VisitState.SUBMITTED
    assert visit.findings.living == CARRIED.living
    assert visit.findings.money_received is None  # belongs to the day, is not carried
    assert visit.phrases == ("living.normal", "living.unchanged")
    assert visit.signature is not None
    assert visit.signature.attestation is Attestation.NOT_NEEDED
    assert visit.finished_at - visit.started_at == dt.timedelta(minutes=12)
    assert today(stage.county.context).drafts == ()
    said = stage.county.shell.toasts[-1]
    assert said.text == "已存本机 ✓ 待上传"
    assert said.on_action is not None
    said.on_action()
    assert stage.county.shell.went == [("visit", {"visit_id": visit.id})]


def test_no_change_can_be_taken_back(stage: FormStage) -> None:
    stage.visited_before()
    screen = stage.open()
    stage.tap(screen.no_change)
    assert stage.stored().result is Result.NORMAL
    undo = stage.county.shell.toasts[-1].on_action
    assert undo is not None
    undo()
    stage.settle()
    assert stage.stored().result is None
    assert stage.stored().phrases == ()
    assert screen.no_change.isVisible()


def test_first_visit_offers_no_shortcut(stage: FormStage) -> None:
    assert not stage.open().no_change.isVisible()


# --- nothing is lost ----------------------------------------------------------------------------


def test_choice_is_written_at_once_and_reopening_returns_to_the_place(stage: FormStage) -> None:
    screen = stage.open()
    page = stage.page(screen, SectionKey.LIVING)
    pick(stage, page.editor("findings.living.FOOD"), "BAD")
    assert stage.stored().findings.living == {LivingItem.FOOD: LivingGrade.BAD}
    screen.leave()

    again = stage.open()
    assert again.header.isHidden() == again.steps.isVisible()
    shown = next(page for page in again.findChildren(type(page)) if page.isVisible())
    assert shown.editor("findings.living.FOOD").value() == "BAD"


def test_typed_text_is_on_the_disk_after_the_pause_while_the_cursor_stays(stage: FormStage) -> None:
    assert TYPING_PAUSE_MS <= 400
    screen = stage.open()
    editor = stage.page(screen, SectionKey.WORDS).editor("narrative")
    assert isinstance(editor, CountedText)
    editor.area.page.setFocus()
    QTest.keyClicks(editor.area.page, "mi mian you")
    stage.until(lambda: stage.stored().narrative == "mi mian you")
    assert editor.value() == "mi mian you"


def test_leaving_keeps_what_was_typed_a_moment_before(stage: FormStage) -> None:
    screen = stage.open()
    editor = stage.page(screen, SectionKey.HEALTH).editor("findings.health_note")
    assert isinstance(editor, CountedText)
    QTest.keyClicks(editor.area.page, "abc")
    assert stage.stored().findings.health_note == ""
    screen.leave()
    stage.runner.drain()
    assert stage.stored().findings.health_note == "abc"


def test_changes_made_while_a_save_is_under_way_are_written_by_the_next(
    qtbot: QtBot, county: County, theme: Theme
) -> None:
    held = HeldTasks()
    stage = FormStage(qtbot, county, held)
    stage.begin()
    screen = VisitFormScreen(county.surroundings(held))
    qtbot.addWidget(screen)
    screen.enter({"draft_id": stage.draft_id})
    held.finish()
    screen.presenter.change("result", "NORMAL")
    screen.presenter.change("mode", "PHONE")
    screen.presenter.change("mode", "VIDEO")
    assert len(held.waiting) == 1  # one save under way, the others wait for it together
    held.step()
    assert len(held.waiting) == 1
    screen.presenter.change("mode", "OFFICE")
    screen.leave()
    held.finish()
    assert (stage.stored().result, stage.stored().mode) == (Result.NORMAL, Mode.OFFICE)
    stage.close()


def test_a_failed_save_says_so_and_is_tried_again(qtbot: QtBot, county: County, theme: Theme) -> None:
    class FullDisk(HeldTasks):
        full = False

        def run(self, work: Callable[[], T], done: Callable[[T], None],
                failed: Callable[[FieldappError], None] | None = None) -> None:  # fmt: skip
            def on_a_full_disk() -> T:
                if self.full:
                    raise StorageError("disk_full")
                return work()

            super().run(on_a_full_disk, done, failed)

        run_aside = run

    disk = FullDisk()
    stage = FormStage(qtbot, county, disk)
    stage.begin()
    screen = VisitFormScreen(county.surroundings(disk))
    qtbot.addWidget(screen)
    footer = screen.footer()
    qtbot.addWidget(footer)
    screen.enter({"draft_id": stage.draft_id})
    disk.finish()
    disk.full = True
    screen.presenter.change("result", "CHANGED")
    disk.finish()
    assert "还没有存上" in screen._footer.saved.text()  # type: ignore[union-attr]
    assert stage.stored().result is None
    screen.presenter.submit()
    disk.finish()
    assert county.shell.backs == 0  # never a visit without the last change
    disk.full = False
    screen.presenter.flush()
    disk.finish()
    assert stage.stored().result is Result.CHANGED
    assert "已自动保存" in screen._footer.saved.text()  # type: ignore[union-attr]
    stage.close()


def test_what_the_input_method_composes_is_not_saved_until_it_is_committed(stage: FormStage) -> None:
    screen = stage.open()
    editor = stage.page(screen, SectionKey.WORDS).editor("narrative")
    assert isinstance(editor, CountedText)
    area = editor.area.page
    area.setFocus()
    QApplication.sendEvent(area, QInputMethodEvent("ni hao", []))
    stage.qtbot.wait(TYPING_PAUSE_MS + 150)
    assert stage.stored().narrative == ""
    commit = QInputMethodEvent("", [])
    commit.setCommitString("你好")
    QApplication.sendEvent(area, commit)
    stage.until(lambda: stage.stored().narrative == "你好")


def test_text_beyond_what_the_record_takes_never_makes_a_draft_unreadable(stage: FormStage) -> None:
    screen = stage.open()
    editor = stage.page(screen, SectionKey.CHANGES).editor("findings.difficulties")
    assert isinstance(editor, CountedText)
    page = editor.area.page
    page.insertPlainText("屋" * 490)
    cursor = page.textCursor()
    cursor.setPosition(0)
    page.setTextCursor(cursor)
    page.insertPlainText("漏" * 30)  # in front: what was there before must stay whole
    stage.until(lambda: len(stage.stored().findings.difficulties) == 500)
    assert stage.stored().findings.difficulties == "漏" * 10 + "屋" * 490


# --- undo ---------------------------------------------------------------------------------------


def test_undo_and_redo_go_back_over_sections(stage: FormStage) -> None:
    screen = stage.open()
    pick(stage, stage.page(screen, SectionKey.LIVING).editor("findings.living.FOOD"), "POOR")
    pick(stage, stage.page(screen, SectionKey.MONEY).editor("findings.money_received"), "NO")
    stage.activate()
    QTest.keyClick(screen.window(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    stage.settle()
    assert stage.stored().findings.money_received is None
    screen.presenter.undo()
    stage.settle()
    assert stage.stored().findings.living == {}
    assert stage.page(screen, SectionKey.LIVING).editor("findings.living.FOOD").value() is None
    screen.presenter.redo()
    screen.presenter.redo()
    stage.settle()
    assert stage.stored().findings.money_received == "NO"
    assert stage.stored().findings.living == {LivingItem.FOOD: LivingGrade.POOR}


def test_typing_is_one_step_of_undo(stage: FormStage) -> None:
    screen = stage.open()
    pick(stage, stage.page(screen, SectionKey.LIVING).editor("findings.living.FOOD"), "POOR")
    editor = stage.page(screen, SectionKey.WORDS).editor("narrative")
    assert isinstance(editor, CountedText)
    QTest.keyClicks(editor.area.page, "abc def")
    stage.until(lambda: stage.stored().narrative == "abc def")
    screen.presenter.undo()
    stage.settle()
    assert stage.stored().narrative == ""
    assert editor.value() == ""
    assert stage.stored().findings.living == {LivingItem.FOOD: LivingGrade.POOR}


def test_a_removed_change_comes_back_by_the_toast(stage: FormStage) -> None:
    screen = stage.open()
    editor = stage.page(screen, SectionKey.CHANGES).editor("changes")
    assert isinstance(editor, ChangesEditor)
    stage.tap(editor.add_buttons[ChangeKind.PHONE])
    stage.tap(editor.add_buttons[ChangeKind.HOUSE])
    row = editor.rows()[0]
    row.old.line.insert("10000000001")  # type: ignore[attr-defined]
    row.old.changed.emit("10000000001")  # type: ignore[attr-defined]
    screen.presenter.flush(left_field=True)
    stage.settle()
    stage.tap(row.remove)  # type: ignore[attr-defined]
    assert [c.kind for c in stage.stored().changes] == [ChangeKind.HOUSE]
    undo = stage.county.shell.toasts[-1].on_action
    assert undo is not None
    undo()
    stage.settle()
    assert stage.stored().changes == (
        FamilyChange(kind=ChangeKind.PHONE, old="10000000001"),
        FamilyChange(kind=ChangeKind.HOUSE),
    )


# --- what last time said ------------------------------------------------------------------------


def test_last_answer_is_offered_and_a_tap_copies_it(stage: FormStage) -> None:
    stage.visited_before()
    screen = stage.open()
    page = stage.page(screen, SectionKey.MONEY)
    field = page.field("findings.money_received")
    assert field is not None
    last = field.findChildren(LastValue)[0]
    assert last.text() == "上次：是"
    stage.tap(last)
    assert stage.stored().findings.money_received == "YES"


# --- validation ---------------------------------------------------------------------------------


def test_errors_wait_until_the_section_is_left_and_go_with_the_answer(stage: FormStage) -> None:
    screen = stage.open()
    page = stage.page(screen, SectionKey.ARRIVAL)
    field = page.field("result")
    assert field is not None
    assert field.error() == ""
    rows = {row.section.key: row.section for row in screen.steps.sections.rows()}
    assert rows["arrival"].missing == 1  # known, but not yet held against the worker
    stage.page(screen, SectionKey.LIVING)
    stage.page(screen, SectionKey.ARRIVAL)
    assert field.error() == stage.county.surroundings().texts.message("result_required")
    pick(stage, page.editor("result"), "CHANGED")
    assert field.error() == ""


def test_submit_with_gaps_goes_to_the_first_and_lists_all(stage: FormStage) -> None:
    screen = stage.open()
    stage.page(screen, SectionKey.FINISH)
    stage.tap(stage.forward())
    stage.settle()
    assert stage.county.shell.toasts[-1].text == "还有 2 处要补全"
    page = next(p for p in screen.findChildren(type(stage.page(screen, SectionKey.ARRIVAL))) if p.isVisible())
    field = page.field("result")
    assert field is not None
    assert field.error() != ""
    assert stage.county.shell.backs == 0
    stage.page(screen, SectionKey.FINISH)
    rows = screen.problems.rows()
    assert [row.problem.key for row in rows[:2]] == ["result", "signature"]
    stage.tap(rows[0])
    assert next(p for p in screen.findChildren(type(page)) if p.isVisible()) is page


def test_rule_of_two_visitors_is_said_at_its_field(stage: FormStage) -> None:
    screen = stage.open()
    page = stage.page(screen, SectionKey.ARRIVAL)
    pick(stage, page.editor("purpose"), "APPLICATION")
    screen.presenter.check()
    stage.settle()
    stage.page(screen, SectionKey.ARRIVAL)
    field = page.field("visitors")
    assert field is not None
    assert field.error() != ""
    pick(stage, page.editor("visitors"), "worker-2")
    assert field.error() == ""
    assert set(stage.stored().visitors) == {WORKER, "worker-2"}


def test_nobody_met_asks_the_basics_only(stage: FormStage) -> None:
    screen = stage.open()
    page = stage.page(screen, SectionKey.ARRIVAL)
    assert len(screen.steps.sections.rows()) == len(SECTIONS)
    pick(stage, page.editor("result"), "NOT_HOME")
    keys = [row.section.key for row in screen.steps.sections.rows()]
    assert keys == ["arrival", "words", "evidence", "finish"]
    seen = page.field("persons_seen")
    assert seen is not None
    assert not seen.isVisible()
    screen.presenter.go_to(SectionKey.FINISH)
    stage.settle()
    stage.tap(stage.forward())
    stage.until(lambda: stage.county.shell.backs == 1)
    assert the_visit(stage.county, stage.household_id).result is Result.NOT_HOME


def test_visit_typed_in_later_is_marked_and_asks_for_its_end(stage: FormStage) -> None:
    screen = stage.open()
    page = stage.page(screen, SectionKey.ARRIVAL)
    day = page.editor("day")
    assert isinstance(day, DateField)
    day.line.setText("3月2日")
    day.line.editingFinished.emit()
    stage.settle()
    assert screen.notice.isVisible()
    draft = stage.stored()
    assert draft.started_at == draft.finished_at  # nothing invented: the check asks for the end
    end, start = page.editor("end"), page.editor("start")
    assert isinstance(end, TimeField)
    assert isinstance(start, TimeField)
    start.line.setText("14点半")
    start.line.editingFinished.emit()
    end.line.setText("下午3:10")
    end.line.editingFinished.emit()
    stage.settle()
    draft = stage.stored()
    assert draft.started_at == dt.datetime(2026, 3, 2, 6, 30, tzinfo=dt.UTC)
    assert draft.finished_at == dt.datetime(2026, 3, 2, 7, 10, tzinfo=dt.UTC)
    findings = {finding.code for finding in visits.check_draft(stage.county.context, draft)}
    assert "visit_backfilled" in findings


def test_a_date_that_cannot_be_read_stays_and_stops_submission(stage: FormStage) -> None:
    stage.visited_before()
    screen = stage.open()
    page = stage.page(screen, SectionKey.ARRIVAL)
    pick(stage, page.editor("result"), "CHANGED")
    screen.presenter.signing.attest(Attestation.NOT_NEEDED, reason="行动不便")
    day = page.editor("day")
    assert isinstance(day, DateField)
    day.line.setText("3月32日")
    day.line.editingFinished.emit()
    stage.settle()
    assert day.line.text() == "3月32日"
    screen.presenter.submit()
    stage.settle()
    assert stage.county.shell.backs == 0
    field = page.field("day")
    assert field is not None
    assert "没有这一天" in field.error()
    day.line.setText("今天")
    day.line.editingFinished.emit()
    stage.settle()
    assert field.error() == ""


def test_draft_taken_up_on_another_day_ends_when_it_was_last_touched(stage: FormStage) -> None:
    screen = stage.open()
    stage.county.clock.advance(minutes=20)
    pick(stage, stage.page(screen, SectionKey.ARRIVAL).editor("result"), "CHANGED")
    touched = stage.county.clock()
    screen.leave()
    stage.settle()
    stage.county.clock.advance(days=1)
    stage.open()
    assert stage.stored().finished_at == touched


def test_correction_asks_first_why(stage: FormStage) -> None:
    visit_id = stage.county.visit(stage.household_id, days_ago=1, result=Result.CHANGED)
    stage.draft_id, _changes = visits.begin_correction(stage.county.context, visit_id)
    screen = stage.open()
    page = stage.page(screen, SectionKey.ARRIVAL)
    assert page.built()[0] == "amend_reason"
    assert screen.notice.isVisible()
    assert not screen.no_change.isVisible()
    screen.presenter.signing.attest(Attestation.NOT_NEEDED, reason="电话核实")
    screen.presenter.submit()
    stage.settle()
    field = page.field("amend_reason")
    assert field is not None
    assert field.error() != ""
    editor = field.editor
    assert isinstance(editor, CountedText)
    editor.area.page.insertPlainText("时间写错了")
    screen.presenter.submit()
    stage.until(lambda: stage.county.shell.backs == 1)
    newest = the_visit(stage.county, stage.household_id)
    assert (newest.amends, newest.amend_reason) == (visit_id, "时间写错了")


def test_reason_without_position_is_kept(stage: FormStage) -> None:
    screen = stage.open()
    page = stage.page(screen, SectionKey.EVIDENCE)
    panel = page.editor("location")
    assert isinstance(panel, PositionPanel)
    reasons = panel.reasons.findChildren(ChoiceGroup)[0]
    pick(stage, reasons, "山区无信号")
    place = stage.stored().location
    assert place is not None
    assert (place.source, place.reason) == (PositionSource.NONE, "山区无信号")


def test_news_from_sync_show_without_touching_the_draft(stage: FormStage) -> None:
    screen = stage.open()
    pick(stage, stage.page(screen, SectionKey.ARRIVAL).editor("result"), "NEED")
    household = stage.form().household.model_copy(update={"address": "新村7号"})
    stage.county.pull("households", [household])
    stage.county.tell("households", ids=[household.id])
    stage.settle()
    assert "新村7号" in screen.head.accessibleName()
    assert stage.stored().result is Result.NEED


# --- everybody can use it -----------------------------------------------------------------------


def test_every_widget_that_takes_focus_has_a_name(stage: FormStage) -> None:
    stage.visited_before()
    screen = stage.open()
    screen.presenter.signing.attest(Attestation.SIGNED)
    nameless = []
    for section in SectionKey:
        stage.page(screen, section)
        for widget in screen.findChildren(QWidget):
            if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisible():
                continue
            spoken = widget.accessibleName() or getattr(widget, "text", str)()
            proxied = widget.focusProxy() is not None
            if not spoken and not proxied:
                nameless.append(f"{section}: {type(widget).__name__}")
    assert nameless == []


def test_first_focus_is_not_on_a_text_field(stage: FormStage) -> None:
    stage.open()
    focused = QApplication.focusWidget()
    assert focused is None or focused.inputMethodHints() == Qt.InputMethodHint.ImhNone
    assert focused is None or not focused.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


@pytest.mark.parametrize("scale", [TextScale.NORMAL, TextScale.LARGEST])
def test_no_section_is_wider_than_the_smallest_screen(
    stage: FormStage, qapp: QApplication, scale: TextScale
) -> None:
    stage.visited_before()
    look.apply(qapp, Theme(scale=scale))
    screen = stage.open(800, 1280)
    assert screen.header.isVisible()
    screen.presenter.signing.attest(Attestation.SIGNED)
    for section in SectionKey:
        stage.page(screen, section)
        inner = screen.page.widget()
        assert screen.minimumSizeHint().width() <= 800
        assert inner is not None
        assert inner.minimumSizeHint().width() <= screen.page.viewport().width(), section
    footer = screen._footer
    assert footer is not None
    assert footer.minimumSizeHint().width() <= 800


def test_narrow_form_opens_the_list_of_steps_in_the_page(stage: FormStage) -> None:
    screen = stage.open(800, 1000)
    assert not screen.steps.isVisible()
    stage.tap(screen.header.open_button)
    assert screen.header.sections.isVisible()
    stage.tap(screen.header.sections.rows()[3])
    assert not screen.header.sections.isVisible()
    assert stage.stored().step == "money"


def test_form_comes_back_whole_from_below_another_screen(stage: FormStage, qtbot: QtBot) -> None:
    stage.begin()
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show_pages(
        stage.county.surroundings(stage.tasks), (NavEntry("drafts", "草稿", "clipboard-list"),), 0
    )
    window.show()
    window.go("visit_form", draft_id=stage.draft_id)
    stage.settle()
    screen = window.screen_shown
    assert isinstance(screen, VisitFormScreen)
    window.go("settings")
    stage.settle()
    screen.presenter.change("result", "CHANGED")  # the window has deleted the form's footer by now
    stage.settle()
    window.back()
    stage.settle()
    assert window.screen_shown is screen
    assert screen._footer is not None
    assert "已自动保存" in screen._footer.saved.text()
    assert stage.stored().result is Result.CHANGED
    window.close()
    stage.settle()
