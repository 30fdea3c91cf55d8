"""Questions beside each other: repeats as tables, and the grid theme."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.county import County
from tests.gui.form_books import GRID, MEMBERS
from tests.gui.form_desk import Desk, question
from tests.gui.test_form_filling import repeat, session, texts
from ui.forms.filling import Filling
from ui.forms.repeats import AddButton, InstanceHead
from ui.forms.rows import AddRow, InstanceRow, RepeatRow, TableRow
from ui.forms.table import Table
from ui.screens.form.screen import FormScreen
from ui.theme import Theme
from ui.widgets.inputs.keypad import DONE, Keypad
from ui.widgets.inputs.number_field import NumberField
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.text_field import TextField

MEMBER = "/data/member"
CHOICES = "| | yn | y | 是 |\n| | yn | n | 否 |\n"
WIDE = 1000


# Which repeats are tables


def table_of(*rows: str, room: int = WIDE, choices: str = "") -> TableRow | None:
    """The table that a repeat of these questions is shown as; None where it is lines that open."""
    filling = Filling(session(*repeat("m", *rows), choices=choices))
    filling.room = room
    return next(
        (row for row in filling.state().rows if isinstance(row, TableRow) and row.view.name == "m"), None
    )


@pytest.mark.parametrize(
    "rows",
    [
        texts(1),
        texts(6),
        ["integer | a | 年龄 | | | ", "date | b | 生日 | | | ", "decimal | c | 收入 | | | "],
        ["begin_group | g | | | | field-list", *texts(3), "end_group | g | | | | "],
        ["begin_group | g | 一个人 | | | ", *texts(3), "end_group | g | | | | "],
        ["hidden | k | | | | ", *texts(2)],
    ],
)  # fmt: skip
def test_repeat_of_a_few_plain_questions_is_a_table(rows: list[str]) -> None:
    assert table_of(*rows) is not None


@pytest.mark.parametrize(
    "rows",
    [
        texts(7),
        [*texts(1), *repeat("k", *texts(1, "c"))],
        ["text | a | 说明 | | | multiline"],
        ["image | a | 照片 | | | "],
        ["note | a | 请念给本人听 | | | ", *texts(1)],
        ["text | a | 姓名 | | | ", "text | b | ${a}的电话 | | | "],
        ["begin_group | g | 甲 | | | ", *texts(1), "end_group | g | | | | ", *texts(1, "z")],
    ],
)  # fmt: skip
def test_repeat_of_more_than_that_stays_lines_that_open(rows: list[str]) -> None:
    assert table_of(*rows) is None


def test_table_needs_room_for_all_its_columns() -> None:
    assert table_of(*texts(6), room=700) is None
    assert table_of(*texts(4), room=700) is not None
    assert table_of(*texts(1), room=0) is None


def test_large_repeat_is_lines_again() -> None:
    filling = Filling(session(*repeat("m", *texts(2))))
    filling.room = WIDE
    for _ in range(19):
        filling.add("/data/m")
    assert [type(row) for row in filling.state().rows] == [RepeatRow, TableRow, AddRow]
    filling.add("/data/m")
    assert sum(isinstance(row, InstanceRow) for row in filling.state().rows) == 21


def test_title_and_choices_of_a_table_list_are_no_columns() -> None:
    rows = ["begin_repeat | m | 成员 | | | table-list", "text | a | 姓名 | | | ",
            "select_one yn | b | 有工作 | | | ", "end_repeat | m | | | | "]  # fmt: skip
    filling = Filling(session(*rows, choices=CHOICES))
    filling.room = WIDE
    [table] = [row for row in filling.state().rows if isinstance(row, TableRow)]
    assert [str(column.view.label) for column in table.columns] == ["姓名", "有工作"]


# On the screen


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, theme: Theme) -> Iterator[Desk]:
    county = County(tmp_path / "profile")
    yield Desk(county, qtbot, MEMBERS, "members")
    county.close()


def table_on(screen: FormScreen) -> Table:
    assert screen.page is not None
    return next(one for one in screen.page.widgets() if isinstance(one, Table))


def line(screen: FormScreen, name: str, at: int) -> QWidget:
    editor = question(screen, f"{MEMBER}[{at}]/{name}").editor
    assert isinstance(editor, (TextField, NumberField))
    return editor.line


def key(code: Qt.Key) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, code)


def test_family_is_typed_by_keyboard_alone(desk: Desk) -> None:
    screen = desk.open()
    with desk.qtbot.waitActive(screen):
        pass
    line(screen, "name", 1).setFocus()
    QTest.keyClicks(line(screen, "name", 1), "Zhang")
    key(Qt.Key.Key_Tab)
    QTest.keyClicks(line(screen, "age", 1), "72")
    key(Qt.Key.Key_Return)  # below the last line: the button that adds one
    key(Qt.Key.Key_Return)
    assert line(screen, "name", 2).hasFocus()
    QTest.keyClicks(line(screen, "name", 2), "Li")
    key(Qt.Key.Key_Up)
    assert line(screen, "name", 1).hasFocus()
    key(Qt.Key.Key_Return)
    assert line(screen, "name", 2).hasFocus()
    screen._flush_typing()
    assert screen.presenter._filling is not None
    members = screen.presenter._filling.session
    stored = [members.view(f"{MEMBER}[{at}]/name").value for at in (1, 2)]  # type: ignore[union-attr]
    assert stored == ["Zhang", "Li"]


def test_cells_are_the_editors_of_the_kinds_and_say_where_they_are(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.answer(f"{MEMBER}[1]/age", "40")
    editors = [type(one.editor) for one in table_on(screen).questions()]
    assert editors == [TextField, NumberField, Segmented, Picker]
    name = question(screen, f"{MEMBER}[1]/name")
    assert name.editor.accessibleName() == "第 1 项 姓名，必填"
    assert not name._label.isVisibleTo(screen)


def test_cell_comes_with_its_relevance_and_tells_what_is_wrong_with_it(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.add(MEMBER)
    assert screen.page is not None
    assert screen.page.question(f"{MEMBER}[2]/work") is None
    screen.presenter.answer(f"{MEMBER}[2]/age", "16")
    assert screen.page.question(f"{MEMBER}[2]/work") is not None
    assert screen.page.question(f"{MEMBER}[1]/work") is None
    screen.presenter.answer(f"{MEMBER}[2]/age", "160")
    screen.presenter.leave_question(f"{MEMBER}[2]/age")
    assert question(screen, f"{MEMBER}[2]/age").error() == "年龄应在 0–129 之间，请核对"
    assert question(screen, f"{MEMBER}[1]/age").error() == ""


def test_line_that_is_taken_away_leaves_what_is_typed_in_the_others(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.add(MEMBER)
    screen.presenter.answer(f"{MEMBER}[1]/name", "张桂兰")
    screen.presenter.answer(f"{MEMBER}[2]/name", "李明")
    age = line(screen, "age", 2)
    age.setFocus()
    QTest.keyClicks(age, "3x")
    QTest.keyClick(age, Qt.Key.Key_Return)
    QTest.mouseClick(table_on(screen)._lines[0].remove, Qt.MouseButton.LeftButton)
    moved = line(screen, "age", 1)
    assert (moved, moved.text()) == (age, "3x")  # type: ignore[attr-defined]
    assert question(screen, f"{MEMBER}[1]/age").error() == "请只填数字"
    assert desk.stored()["name"] == "李明"
    undo = desk.county.shell.toasts[-1].on_action
    assert undo is not None
    undo()
    assert question(screen, f"{MEMBER}[1]/name").editor.value() == "张桂兰"
    assert question(screen, f"{MEMBER}[2]/name").editor.value() == "李明"


def test_table_gives_way_to_lines_where_it_is_narrow_and_comes_back(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.answer(f"{MEMBER}[1]/name", "张桂兰")
    assert screen.page is not None
    screen.resize(500, 800)
    kinds = [type(one) for one in screen.page.widgets()]
    assert InstanceHead in kinds
    assert Table not in kinds
    assert question(screen, f"{MEMBER}[1]/name").editor.value() == "张桂兰"
    screen.resize(1200, 800)
    assert question(screen, f"{MEMBER}[1]/name") in table_on(screen).questions()


def test_columns_hold_their_editors(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.answer(f"{MEMBER}[1]/age", "40")
    table = table_on(screen)
    for one, column in zip(table.questions(), table._row.columns, strict=True):
        assert one.minimumSizeHint().width() <= column.width


def test_finger_opens_a_keypad_over_the_page(desk: Desk) -> None:
    screen = desk.open()
    editor = question(screen, f"{MEMBER}[1]/age").editor
    assert isinstance(editor, NumberField)
    QTest.mouseClick(editor.open_button, Qt.MouseButton.LeftButton)
    pad = editor.findChild(Keypad)
    assert isinstance(pad, Keypad)
    for digit in ("7", "2", DONE):
        QTest.mouseClick(pad.keys[digit], Qt.MouseButton.LeftButton)
    assert editor.value() == "72"
    assert desk.stored()["age"] == "72"


def test_add_button_of_a_finger_takes_no_focus(desk: Desk) -> None:
    screen = desk.open()
    assert screen.page is not None
    add = next(one for one in screen.page.widgets() if isinstance(one, AddButton))
    QTest.mouseClick(add.button, Qt.MouseButton.LeftButton)
    assert len(list(table_on(screen).questions())) == 6
    assert not line(screen, "name", 2).hasFocus()


def test_grid_stands_side_by_side_and_below_each_other_where_it_is_narrow(
    tmp_path: Path, qtbot: QtBot, theme: Theme
) -> None:
    county = County(tmp_path / "profile")
    screen = Desk(county, qtbot, GRID, "grid").open()

    def places(*names: str) -> list[tuple[bool, bool]]:
        """Of each question after the first: whether it is right of, whether it is below the one before."""
        fields = [question(screen, f"/data/home/{name}") for name in names]
        return [(now.x() > before.x(), now.y() > before.y()) for before, now in pairwise(fields)]

    assert places("village", "group", "rooms") == [(True, False), (True, False)]
    own = question(screen, "/data/home/own")
    line = own.parentWidget()
    assert line is not None
    assert own.width() == line.width()
    screen.presenter.answer("/data/home/own", "y")
    assert question(screen, "/data/home/own") is own
    qtbot.waitUntil(lambda: places("own", "since") == [(True, False)])
    screen.resize(430, 800)
    qtbot.waitUntil(lambda: places("village", "group", "rooms") == [(False, True), (False, True)])
    county.close()
