"""Editors: what they hold, when they report it, keyboard, input methods, field frame."""

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.theme import Theme
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choice_list import ChoiceList
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.date_text import DateProblem, parse_date
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.month_grid import MonthDays, MonthGrid, shift_month
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.search_field import SearchField
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.stepper import Stepper
from ui.widgets.inputs.text_field import TextArea, TextField

TODAY = date(2026, 11, 23)
HEALTH = (Choice("good", "良好"), Choice("fair", "一般"), Choice("poor", "较差"))
NEEDS = (Choice("meal", "助餐"), Choice("bath", "助浴"), Choice("none", "都不需要", exclusive=True))


def shown(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    with qtbot.waitActive(widget):
        pass


def record(editor: Editor) -> list[object]:
    values: list[object] = []
    editor.changed.connect(values.append)
    return values


# Segmented and rows


def test_segmented_arrows_move_and_select(qtbot: QtBot, theme: Theme) -> None:
    editor = Segmented(HEALTH)
    shown(qtbot, editor)
    values = record(editor)
    editor.buttons()[0].setFocus()
    QTest.keyClick(editor.buttons()[0], Qt.Key.Key_Right)
    assert (editor.value(), editor.buttons()[1].hasFocus()) == ("fair", True)
    QTest.keyClick(editor.buttons()[1], Qt.Key.Key_Left)
    QTest.keyClick(editor.buttons()[0], Qt.Key.Key_Left)
    assert editor.value() == "poor"
    assert values == ["fair", "good", "poor"]


def test_segmented_space_selects_and_only_one_stops_tab(qtbot: QtBot, theme: Theme) -> None:
    editor = Segmented(HEALTH)
    shown(qtbot, editor)
    QTest.keyClick(editor.buttons()[2], Qt.Key.Key_Space)
    assert editor.value() == "poor"
    stops = [b for b in editor.buttons() if b.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [editor.buttons()[2]]


def test_segmented_tap_again_clears_only_when_allowed(qtbot: QtBot, theme: Theme) -> None:
    for clearable, left in ((True, None), (False, "good")):
        editor = Segmented(HEALTH, clearable=clearable)
        shown(qtbot, editor)
        for _ in range(2):
            QTest.mouseClick(editor.buttons()[0], Qt.MouseButton.LeftButton)
        assert editor.value() == left


def test_segmented_several_answers_and_the_exclusive_one(qtbot: QtBot, theme: Theme) -> None:
    editor = Segmented(NEEDS, multiple=True)
    shown(qtbot, editor)
    meal, bath, none = editor.buttons()
    QTest.mouseClick(bath, Qt.MouseButton.LeftButton)
    QTest.mouseClick(meal, Qt.MouseButton.LeftButton)
    assert editor.value() == ("meal", "bath")
    QTest.mouseClick(none, Qt.MouseButton.LeftButton)
    assert editor.value() == ("none",)
    QTest.mouseClick(bath, Qt.MouseButton.LeftButton)
    assert editor.value() == ("bath",)
    meal.setFocus()
    QTest.keyClick(meal, Qt.Key.Key_Right)
    assert editor.value() == ("bath",), "arrows must not select when several may be chosen"


def test_set_value_is_silent_and_drops_unknown_values(qtbot: QtBot, theme: Theme) -> None:
    editor = ChoiceList(NEEDS, multiple=True)
    qtbot.addWidget(editor)
    values = record(editor)
    editor.set_value(["bath", "gone"])
    assert (editor.value(), values) == (("bath",), [])
    with pytest.raises(TypeError):
        editor.set_value(7)


@pytest.mark.parametrize(
    ("count", "kind"), [(2, Segmented), (5, Segmented), (6, ChoiceList), (12, ChoiceList), (13, Picker)]
)
def test_number_of_choices_decides_the_editor(theme: Theme, count: int, kind: type[Editor]) -> None:
    choices = [Choice(f"c{i}", f"选项 {i}") for i in range(count)]
    assert type(choice_editor(choices)) is kind


def test_segments_wrap_two_and_two_rather_than_three_and_one(qtbot: QtBot, theme: Theme) -> None:
    editor = Segmented([Choice(str(i), "比较长的选项") for i in range(4)])
    qtbot.addWidget(editor)
    editor.resize(420, 200)
    editor.show()
    tops = [button.y() for button in editor.buttons()]
    assert tops[0] == tops[1] < tops[2] == tops[3]


# Picker


def test_picker_finds_by_keywords_and_reports_once(qtbot: QtBot, theme: Theme) -> None:
    choices = [Choice(f"v{i}", f"第 {i} 组", keywords=f"di{i}zu") for i in range(30)]
    editor = Picker(choices, title="小组")
    shown(qtbot, editor)
    values = record(editor)
    dialog = editor.open_list()
    dialog.search.line.setText("di17")
    QTest.keyClick(dialog.search.line, Qt.Key.Key_Return)
    assert dialog.model.rowCount() == 1
    place = dialog.list.visualRect(dialog.model.index(0, 0)).center()
    QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (editor.value(), values) == ("v17", ["v17"])
    assert editor.button.text() == "第 17 组"


def test_picker_takes_a_choice_by_keyboard(qtbot: QtBot, theme: Theme) -> None:
    editor = Picker([Choice(f"v{i}", f"第 {i} 组") for i in range(30)], title="小组")
    shown(qtbot, editor)
    dialog = editor.open_list()
    QTest.keyClick(dialog.search, Qt.Key.Key_Down)
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert editor.value() == "v1"


def test_picker_with_several_answers_waits_for_done(qtbot: QtBot, theme: Theme) -> None:
    editor = Picker([Choice(f"v{i}", f"第 {i} 组") for i in range(30)], title="小组", multiple=True)
    shown(qtbot, editor)
    values = record(editor)
    dialog = editor.open_list()
    for row in (2, 0):
        place = dialog.list.visualRect(dialog.model.index(row, 0)).center()
        QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert values == []
    done = next(b for b in dialog.findChildren(QPushButton) if b.text() == "完成")
    QTest.mouseClick(done, Qt.MouseButton.LeftButton)
    assert values == [("v0", "v2")]


# Dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026.3.5", date(2026, 3, 5)),
        ("2026-03-05", date(2026, 3, 5)),
        ("2026/3/5", date(2026, 3, 5)),
        ("2026年3月5日", date(2026, 3, 5)),
        ("2026 年 3 月 5 日", date(2026, 3, 5)),
        ("2026年3月5号", date(2026, 3, 5)),
        ("2026年3月5日 周四", date(2026, 3, 5)),
        ("20260305", date(2026, 3, 5)),
        ("２０２６．３．５", date(2026, 3, 5)),
        ("2026。3。5", date(2026, 3, 5)),
        ("3月5日", date(2026, 3, 5)),
        ("3.5", date(2026, 3, 5)),
        ("12-31", date(2026, 12, 31)),
        ("今天", TODAY),
        ("昨天", date(2026, 11, 22)),
        ("后天", date(2026, 11, 25)),
        ("2024.2.29", date(2024, 2, 29)),
        ("2026.2.29", DateProblem.NO_SUCH_DAY),
        ("13月1日", DateProblem.NO_SUCH_DAY),
        ("20261301", DateProblem.NO_SUCH_DAY),
        ("0000.1.1", DateProblem.NO_SUCH_DAY),
        ("26.3.5", DateProblem.NOT_UNDERSTOOD),
        ("三月五日", DateProblem.NOT_UNDERSTOOD),
        ("2026.3", DateProblem.NOT_UNDERSTOOD),
        ("", DateProblem.NOT_UNDERSTOOD),
        ("2026.3.5.1", DateProblem.NOT_UNDERSTOOD),
    ],
)
def test_parse_date_reads_what_people_type(text: str, expected: object) -> None:
    assert parse_date(text, TODAY) == expected


def test_date_field_reads_on_leaving_and_says_what_to_do(qtbot: QtBot, theme: Theme) -> None:
    editor = DateField(lambda: TODAY, last=TODAY)
    shown(qtbot, editor)
    values, problems = record(editor), list[str]()
    editor.problem.connect(problems.append)
    QTest.keyClicks(editor.line, "3.5")
    assert values == [], "half a date is not a date"
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert (values, editor.line.text()) == ([date(2026, 3, 5)], "2026 年 3 月 5 日")
    for text, words in (("2026.2.30", "没有这一天"), ("很久以前", "看不懂"), ("2030.1.1", "日期应在")):
        editor.line.setText(text)
        QTest.keyClick(editor.line, Qt.Key.Key_Return)
        assert words in problems[-1]
        assert (editor.value(), editor.line.text()) == (None, text)
    editor.line.clear()
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert (problems[-1], editor.value()) == ("", None)


def test_date_field_calendar_picks_a_day(qtbot: QtBot, theme: Theme) -> None:
    editor = DateField(lambda: TODAY, first=date(2026, 11, 2))
    shown(qtbot, editor)
    values = record(editor)
    days = editor.open_calendar().findChildren(MonthDays)[0]
    for day in (date(2026, 11, 1), date(2026, 11, 4)):  # the first one lies before the allowed range
        place = days.cell_rect(day).center().toPoint()
        QTest.mouseClick(days, Qt.MouseButton.LeftButton, pos=place)
    assert values == [date(2026, 11, 4)]


def test_month_grid_walks_by_keyboard(qtbot: QtBot, theme: Theme) -> None:
    grid = MonthGrid(TODAY)
    shown(qtbot, grid)
    picked: list[date] = []
    grid.picked.connect(picked.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_Return):
        QTest.keyClick(grid.days, key)
    assert picked == [date(2026, 12, 15)]
    assert grid.days.cell_rect(TODAY).height() >= theme.target


def test_shift_month_keeps_to_the_last_day() -> None:
    assert shift_month(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert shift_month(date(2024, 2, 29), -12) == date(2023, 2, 28)
    assert shift_month(date(2026, 1, 15), -1) == date(2025, 12, 15)


# Stepper


def test_stepper_counts_within_its_limits(qtbot: QtBot, theme: Theme) -> None:
    editor = Stepper(minimum=0, maximum=2)
    shown(qtbot, editor)
    values = record(editor)
    less, more = editor.findChildren(QPushButton)
    assert (less.accessibleName(), more.accessibleName()) == ("数量 减少", "数量 增加")
    for _ in range(4):
        QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    assert (values, more.isEnabled()) == ([1, 2], False)
    QTest.keyClick(editor.line, Qt.Key.Key_Down)
    assert editor.value() == 1


def test_stepper_typed_number_out_of_range_is_a_problem(qtbot: QtBot, theme: Theme) -> None:
    editor = Stepper(maximum=20)
    shown(qtbot, editor)
    problems: list[str] = []
    editor.problem.connect(problems.append)
    for text, value in (("１２", 12), ("99", 12), ("四", 12), ("", None)):
        editor.line.setText(text)
        editor.line.textEdited.emit(text)
        assert editor.value() == value, text
    assert [p[:3] for p in problems] == ["", "请填 ", "请只填", ""]


# Text and input methods


def compose(widget: QWidget, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize("make", [TextField, TextArea])
def test_composing_emits_nothing_until_the_commit(
    qtbot: QtBot, theme: Theme, make: Callable[[], TextField | TextArea]
) -> None:
    editor = make()
    shown(qtbot, editor)
    values, committed = record(editor), list[object]()
    editor.committed.connect(committed.append)
    inner = editor.focusProxy()
    assert inner is not None
    inner.setFocus()
    for syllable in ("n", "ni", "nihao"):
        compose(inner, syllable)
    assert (values, editor.value()) == ([], "")
    compose(inner, "", "你好")
    assert (values, editor.value()) == (["你好"], "你好")
    assert committed == []


def test_enter_while_composing_does_not_commit(qtbot: QtBot, theme: Theme) -> None:
    editor = TextField()
    shown(qtbot, editor)
    committed: list[object] = []
    editor.committed.connect(committed.append)
    compose(editor.line, "", "王")
    compose(editor.line, "gui")
    editor.line.editingFinished.emit()
    assert committed == []
    compose(editor.line, "", "桂")
    editor.line.editingFinished.emit()
    assert committed == ["王桂"]


def test_text_area_reports_typing_and_leaving_once(qtbot: QtBot, theme: Theme) -> None:
    box = QWidget()
    column = QVBoxLayout(box)
    editor, other = TextArea(), QLineEdit()
    column.addWidget(editor)
    column.addWidget(other)
    shown(qtbot, box)
    values, committed = record(editor), list[object]()
    editor.committed.connect(committed.append)
    editor.set_value("旧")
    editor.page.setFocus()
    editor.page.selectAll()
    QTest.keyClicks(editor.page, "ab")
    other.setFocus()
    editor.page.setFocus()
    other.setFocus()
    assert (values, committed) == (["a", "ab"], ["ab"])


def test_text_area_grows_with_its_text(qtbot: QtBot, theme: Theme) -> None:
    editor = TextArea(rows=2, most_rows=5)
    shown(qtbot, editor)
    small = editor.page.height()
    editor.set_value("一\n二\n三\n四")
    four = editor.page.height()
    editor.set_value("行\n" * 30)
    line = editor.page.fontMetrics().lineSpacing()
    assert (four - small, editor.page.height() - small) == (2 * line, 3 * line)


def test_search_waits_for_a_pause_and_clears_at_once(qtbot: QtBot, theme: Theme) -> None:
    box = SearchField("姓名")
    shown(qtbot, box)
    found: list[str] = []
    box.searched.connect(found.append)
    QTest.keyClicks(box.line, "zgl")
    qtbot.waitUntil(lambda: found == ["zgl"])
    QTest.keyClick(box.line, Qt.Key.Key_Escape)
    assert found == ["zgl", ""]


# Field


def test_field_last_value_is_copied_by_a_tap(qtbot: QtBot, theme: Theme) -> None:
    editor = Segmented(HEALTH)
    field = Field("身体状况", editor, required=True)
    shown(qtbot, field)
    values = record(editor)
    field.set_last_value("一般", "fair")
    button = next(b for b in field.findChildren(QPushButton) if b.text().startswith("上次"))
    assert button.height() >= theme.target
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (editor.value(), values) == ("fair", ["fair"])
    field.set_last_value("")
    assert button.isHidden()


def test_field_tells_label_required_and_error_to_screen_readers(qtbot: QtBot, theme: Theme) -> None:
    editor = TextField()
    field = Field("血压", editor, required=True, hint="坐位测量")
    shown(qtbot, field)
    assert (editor.line.accessibleName(), editor.line.accessibleDescription()) == ("血压，必填", "坐位测量")
    field.set_error("请核对：一般在 60–260 之间")
    assert editor.line.accessibleDescription() == "请核对：一般在 60–260 之间"
    assert editor.line.property("invalid") is True
    field.set_error("")
    assert (editor.line.property("invalid"), editor.line.accessibleDescription()) == (False, "坐位测量")


def test_field_shows_the_problem_of_its_editor(qtbot: QtBot, theme: Theme) -> None:
    editor = DateField(lambda: TODAY)
    field = Field("日期", editor)
    shown(qtbot, field)
    editor.line.setText("不知道")
    editor.line.editingFinished.emit()
    assert "看不懂" in field.error()
    editor.line.setText("今天")
    editor.line.editingFinished.emit()
    assert (field.error(), editor.value()) == ("", TODAY)


def test_read_only_field_cannot_be_changed(qtbot: QtBot, theme: Theme) -> None:
    editor = Segmented(HEALTH)
    field = Field("身体状况", editor)
    shown(qtbot, field)
    field.set_read_only(True)
    QTest.mouseClick(editor.buttons()[0], Qt.MouseButton.LeftButton)
    assert editor.value() is None


def test_wheel_never_changes_a_value(qtbot: QtBot, theme: Theme) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QWheelEvent

    for editor in (Stepper(), Segmented(HEALTH), DateField(lambda: TODAY)):
        shown(qtbot, editor)
        values = record(editor)
        event = QWheelEvent(
            QPointF(5, 5),
            QPointF(5, 5),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(editor.focusProxy() or editor, event)
        assert values == []
