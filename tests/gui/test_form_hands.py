"""The form with every kind of question, filled by keyboard alone and by fingers alone."""

from collections.abc import Iterator
from functools import singledispatch
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.forms.view import QuestionView
from tests.gui.county import County
from tests.gui.form_books import EVERY
from tests.gui.form_desk import Desk
from tests.gui.test_form_kinds import questions
from ui.forms.attachments import DrawingAnswer
from ui.forms.kinds import kind_of
from ui.forms.matrix import MatrixLine
from ui.forms.places import PointsEditor
from ui.forms.question import Question
from ui.forms.scanning import ScanAnswer
from ui.position.panel import PositionPanel
from ui.screens.form.screen import FormScreen
from ui.theme import Theme
from ui.widgets.inputs.choices import ChoiceGroup
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.keypad import DONE, Keypad
from ui.widgets.inputs.moment_field import MomentField
from ui.widgets.inputs.month_field import MonthField
from ui.widgets.inputs.month_grid import MonthGrid
from ui.widgets.inputs.number_field import NumberField
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.picker_dialog import PickerDialog
from ui.widgets.inputs.range_slider import RangeSlider
from ui.widgets.inputs.rank_list import RankList
from ui.widgets.inputs.text_field import Line, TextArea, TextField
from ui.widgets.inputs.time_field import TimeField

K = Qt.Key
PLACE = "31.2304, 117.2835"
TYPED = {
    "text": "Zhang", "number": "12", "date": "2026.3.5", "month": "2026.3", "year": "1986", "time": "9:05",
    "barcode": "34178919540317002043",
}  # fmt: skip
NEED_A_PEN_OR_A_FILE = frozenset({"photo", "drawing", "file"})
NOTHING_TO_ANSWER = frozenset({"note"})


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, theme: Theme) -> Iterator[Desk]:
    county = County(tmp_path / "profile")
    yield Desk(county, qtbot, EVERY, "every")
    county.close()


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(*keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        QTest.keyClick(focus(), key, modifier)


def tab_into(wanted: QWidget) -> None:
    for _ in range(80):
        now = QApplication.focusWidget()
        if now is not None and (now is wanted or wanted.isAncestorOf(now)):
            return
        press(K.Key_Tab)
    name = wanted.reference if isinstance(wanted, (Question, MatrixLine)) else wanted.accessibleName()
    raise AssertionError(f"Tab does not reach {name}")


def type_in(editor: QWidget, text: str) -> None:
    tab_into(editor)
    QTest.keyClicks(focus(), text)
    press(K.Key_Return)


def place_by_keys(panel: PositionPanel) -> None:
    tab_into(panel.by_hand)
    press(K.Key_Space)
    [line] = [one for one in panel.findChildren(Line) if one.isVisibleTo(panel)]
    type_in(line, PLACE)


@singledispatch
def answer_by_keys(editor: Editor, kind: str) -> None:
    """The keys a worker would press, the focus being in the question."""
    if kind in TYPED:
        type_in(editor, TYPED[kind])
    elif kind not in NEED_A_PEN_OR_A_FILE:
        press(K.Key_Space)


@answer_by_keys.register
def _(editor: TextArea, kind: str) -> None:
    QTest.keyClicks(focus(), TYPED[kind])


@answer_by_keys.register
def _(editor: MomentField, kind: str) -> None:
    type_in(editor.day, TYPED["date"])
    type_in(editor.time, TYPED["time"])


@answer_by_keys.register
def _(editor: Picker, kind: str) -> None:
    press(K.Key_Space)
    dialog = editor.findChild(PickerDialog)
    assert isinstance(dialog, PickerDialog)
    for key in (K.Key_Down, K.Key_Down, K.Key_Return):
        QTest.keyClick(dialog.list, key)


@answer_by_keys.register
def _(editor: RangeSlider, kind: str) -> None:
    press(K.Key_Right)


@answer_by_keys.register
def _(editor: RankList, kind: str) -> None:
    press(K.Key_Down, modifier=Qt.KeyboardModifier.AltModifier)


@answer_by_keys.register
def _(editor: PositionPanel, kind: str) -> None:
    place_by_keys(editor)


@answer_by_keys.register
def _(editor: PointsEditor, kind: str) -> None:
    for _ in range(3):
        place_by_keys(editor.panel)
        tab_into(editor.take)
        press(K.Key_Space)


def fields(screen: FormScreen) -> list[Question | MatrixLine]:
    """What is to be answered on the section on show, in order."""
    assert screen.page is not None
    return screen.page._questions()


def unanswered(screen: FormScreen) -> set[str]:
    """Kinds of the questions without an answer."""
    everything: Iterator[QuestionView] = questions(screen)
    return {kind_of(view).name for view in everything if not view.value}


def test_every_kind_is_reached_and_answered_by_keyboard_alone(desk: Desk) -> None:
    screen = desk.open()
    with desk.qtbot.waitActive(screen):
        pass
    while not screen._state.page.at_summary:
        for field in fields(screen):
            if isinstance(field, Question) and field.kind.name in ("note", "drawing"):  # a pen's business
                continue
            tab_into(field)
            if isinstance(field, Question):
                answer_by_keys(field.editor, field.kind.name)
            else:
                press(K.Key_Space)
        press(K.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
    assert unanswered(screen) == NEED_A_PEN_OR_A_FILE | NOTHING_TO_ANSWER
    assert screen._state.page.shortcomings == ()


def tap(widget: QWidget, at: QPoint | None = None) -> None:
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at if at is not None else widget.rect().center())


def touch_keyboard(line: QWidget, text: str) -> None:
    """What the keyboard of the system commits into a line that was tapped."""
    tap(line)
    event = QInputMethodEvent("", [])
    event.setCommitString(text)
    QApplication.sendEvent(line, event)


@singledispatch
def answer_by_touch(editor: Editor) -> None:
    """The taps a worker would make."""


@answer_by_touch.register
def _(editor: TextArea) -> None:
    touch_keyboard(editor.page, "张桂兰")


@answer_by_touch.register
def _(editor: TextField) -> None:
    touch_keyboard(editor.line, "张桂兰")


@answer_by_touch.register
def _(editor: NumberField) -> None:
    tap(editor.open_button)
    pad = editor.findChild(Keypad)
    assert isinstance(pad, Keypad)
    for digit in ("7", "2", DONE):
        tap(pad.keys[digit])


@answer_by_touch.register
def _(editor: DateField) -> None:
    tap(editor.open_button)
    grid = editor.findChild(MonthGrid)
    assert isinstance(grid, MonthGrid)
    tap(grid.days, grid.days.cell_rect(grid.days.cursor_day()).center().toPoint())


@answer_by_touch.register
def _(editor: MonthField) -> None:
    tap(editor._more)


@answer_by_touch.register
def _(editor: TimeField) -> None:
    tap(editor.now_button)


@answer_by_touch.register
def _(editor: MomentField) -> None:
    answer_by_touch(editor.day)
    answer_by_touch(editor.time)


@answer_by_touch.register
def _(editor: Picker) -> None:
    tap(editor.button)
    dialog = editor.findChild(PickerDialog)
    assert isinstance(dialog, PickerDialog)
    tap(dialog.list.viewport(), dialog.list.visualRect(dialog.model.index(1, 0)).center())


@answer_by_touch.register
def _(editor: ChoiceGroup) -> None:
    tap(editor.buttons()[0])


@answer_by_touch.register
def _(editor: RangeSlider) -> None:
    tap(editor.findChildren(QPushButton)[-1])


@answer_by_touch.register
def _(editor: RankList) -> None:
    tap(editor.rows()[0].down)


@answer_by_touch.register
def _(editor: PositionPanel) -> None:
    tap(editor.by_hand)
    [line] = [one for one in editor.findChildren(Line) if one.isVisibleTo(editor)]
    touch_keyboard(line, PLACE)
    QTest.keyClick(line, K.Key_Return)  # the return key of that keyboard


@answer_by_touch.register
def _(editor: PointsEditor) -> None:
    for _ in range(3):
        answer_by_touch(editor.panel)
        tap(editor.take)


@answer_by_touch.register
def _(editor: DrawingAnswer) -> None:
    sheet = editor.pad.sheet
    QTest.mousePress(sheet, Qt.MouseButton.LeftButton, pos=sheet.rect().center())
    QTest.mouseMove(sheet, sheet.rect().center() * 1.2)
    QTest.mouseRelease(sheet, Qt.MouseButton.LeftButton, pos=sheet.rect().center() * 1.2)


@answer_by_touch.register
def _(editor: ScanAnswer) -> None:
    answer_by_touch(editor.field)


def test_every_kind_is_answered_by_fingers_alone_on_an_upright_tablet(desk: Desk) -> None:
    screen = desk.open()
    screen.resize(800, 1280)
    footer = screen._footer
    assert footer is not None
    while not screen._state.page.at_summary:
        for field in fields(screen):
            screen.body_page.show_field(field)
            if isinstance(field, Question):
                answer_by_touch(field.editor)
            else:
                tap(field.editor.buttons()[1])
        screen._on_forward()
    assert unanswered(screen) == (NEED_A_PEN_OR_A_FILE - {"drawing"}) | NOTHING_TO_ANSWER
    assert screen._state.page.shortcomings == ()
