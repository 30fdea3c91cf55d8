"""Editors that forms need: numbers, months, ranges, ranks, scales; and the Markdown of labels."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.determinism import MovableClock
from ui import theme as look
from ui.theme import Theme
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.likert import Likert
from ui.widgets.inputs.moment_field import MomentField
from ui.widgets.inputs.month_field import MonthField
from ui.widgets.inputs.month_text import parse_month, parse_year
from ui.widgets.inputs.number_field import NumberField
from ui.widgets.inputs.number_text import grouped, parse_number
from ui.widgets.inputs.range_slider import RangeSlider
from ui.widgets.inputs.rank_list import RankList
from ui.widgets.markdown import BlockKind, Hue, guarded, parse, plain
from ui.widgets.rich_text import RichText, html

TODAY = date(2026, 11, 23)
NEEDS = (Choice("house", "住房"), Choice("care", "看病"), Choice("food", "吃饭"))


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


def problems(editor: Editor) -> list[str]:
    found: list[str] = []
    editor.problem.connect(found.append)
    return found


# Numbers


@pytest.mark.parametrize(
    ("typed", "decimals", "whole"),
    [
        ("12", "12", "12"),
        ("１２", "12", "12"),
        ("-3.5", "-3.5", None),
        ("1,200", "1200", "1200"),
        ("1，200 元", "1200", "1200"),
        ("12,3", None, None),
        ("3.0", "3", "3"),
        ("3.50", "3.5", None),
        ("007", "7", "7"),
        ("-0", "0", "0"),
        ("1e5", None, None),
        ("十二", None, None),
        ("1" * 19, None, None),
    ],
)
def test_number_is_read_as_people_type_it(typed: str, decimals: str | None, whole: str | None) -> None:
    assert (parse_number(typed, decimals=True), parse_number(typed, decimals=False)) == (decimals, whole)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=2))
def test_number_read_back_is_the_number(number: Decimal) -> None:
    read = parse_number(f"{number:f}", decimals=True)
    assert read is not None
    assert Decimal(read) == number
    assert parse_number(grouped(read), decimals=True) == read


def test_number_reports_what_is_typed_and_keeps_its_digits(qtbot: QtBot, theme: Theme) -> None:
    editor = NumberField(decimals=True, separated=True)
    shown(qtbot, editor)
    values, said = record(editor), problems(editor)
    editor.line.setFocus()
    QTest.keyClicks(editor.line, "12345.60")
    assert editor.line.text() == "12345.60"  # never rewritten while somebody types
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert (editor.line.text(), editor.value(), values[-1]) == ("12,345.6", "12345.6", "12345.6")
    assert not any(said)


def test_number_unreadable_stays_in_the_line_and_is_no_value(qtbot: QtBot, theme: Theme) -> None:
    editor = NumberField()
    shown(qtbot, editor)
    editor.set_value("12")
    values, said = record(editor), problems(editor)
    editor.line.setFocus()
    QTest.keyClicks(editor.line, ".5")
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert (editor.line.text(), editor.value(), values) == ("12.5", "", [""])
    assert said[-1] == "请填整数，不要小数"
    QTest.keyClick(editor.line, Qt.Key.Key_Backspace)
    QTest.keyClick(editor.line, Qt.Key.Key_Backspace)
    assert (editor.value(), said[-1]) == ("12", "")


def test_number_takes_nothing_while_the_input_method_composes(qtbot: QtBot, theme: Theme) -> None:
    editor = NumberField()
    shown(qtbot, editor)
    values = record(editor)
    editor.line.setFocus()
    QApplication.sendEvent(editor.line, QInputMethodEvent("er", []))
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert values == []
    done = QInputMethodEvent("", [])
    done.setCommitString("２２")
    QApplication.sendEvent(editor.line, done)
    assert (values, editor.line.text()) == (["22"], "２２")


def test_keypad_types_for_a_finger_and_leaves_the_focus(qtbot: QtBot, theme: Theme) -> None:
    editor = NumberField(decimals=True)
    shown(qtbot, editor)
    values = record(editor)
    QTest.mouseClick(editor.open_button, Qt.MouseButton.LeftButton)
    assert editor.keypad is not None
    assert editor.keypad.isVisible()
    for key in ("1", "2", ".", "5", "\b", "7", "-"):
        QTest.mouseClick(editor.keypad.keys[key], Qt.MouseButton.LeftButton)
    assert (editor.value(), editor.line.hasFocus()) == ("-12.7", True)
    assert values[-1] == "-12.7"
    QTest.mouseClick(editor.keypad.keys["\r"], Qt.MouseButton.LeftButton)
    assert not editor.keypad.isVisible()
    assert all(key.height() >= look.current().target for key in editor.keypad.keys.values())


# Months, years, moments


@pytest.mark.parametrize(
    ("typed", "month"), [("2026.3", 3), ("2026年11月", 11), ("2026-03", 3), ("202612", 12), ("2026.13", 0)]
)
def test_month_is_read_as_people_type_it(typed: str, month: int) -> None:
    assert parse_month(typed) == (date(2026, month, 1) if month else None)


def test_year_is_read_with_or_without_its_word() -> None:
    assert (parse_year("2026"), parse_year("２０２６年"), parse_year("26")) == (
        date(2026, 1, 1),
        date(2026, 1, 1),
        None,
    )


def test_month_field_counts_from_this_month_and_reads_typing(qtbot: QtBot, theme: Theme) -> None:
    editor = MonthField(lambda: TODAY)
    shown(qtbot, editor)
    values, said = record(editor), problems(editor)
    editor.line.setFocus()
    QTest.keyClick(editor.line, Qt.Key.Key_Up)
    QTest.keyClick(editor.line, Qt.Key.Key_Down)
    assert values == [date(2026, 11, 1), date(2026, 10, 1)]
    editor.line.selectAll()
    QTest.keyClicks(editor.line, "2025.3")
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert (values[-1], editor.line.text()) == (date(2025, 3, 1), "2025 年 3 月")
    editor.line.selectAll()
    QTest.keyClicks(editor.line, "march")
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert (values[-1], editor.line.text(), bool(said[-1])) == (None, "march", True)


def test_moment_is_unanswered_until_day_and_time_are_there(qtbot: QtBot, theme: Theme) -> None:
    clock = MovableClock()
    editor = MomentField(clock)
    shown(qtbot, editor)
    values = record(editor)
    editor.day.line.setFocus()
    QTest.keyClicks(editor.day.line, "20260305")
    QTest.keyClick(editor.day.line, Qt.Key.Key_Return)
    assert (values, editor.value()) == ([], None)
    editor.time.line.setFocus()
    QTest.keyClicks(editor.time.line, "9:30")
    QTest.keyClick(editor.time.line, Qt.Key.Key_Return)
    assert [f"{value:%Y-%m-%d %H:%M}" for value in values] == ["2026-03-05 09:30"]


# Range, rank, scale


def test_range_suggests_nothing_and_steps_in_decimals(qtbot: QtBot, theme: Theme) -> None:
    editor = RangeSlider(Decimal(0), Decimal(1), Decimal("0.1"))
    shown(qtbot, editor)
    values = record(editor)
    assert editor.value() is None
    track = editor.focusProxy()
    assert track is not None
    track.setFocus()
    for _ in range(4):
        QTest.keyClick(track, Qt.Key.Key_Right)
    assert values == [Decimal(0), Decimal("0.1"), Decimal("0.2"), Decimal("0.3")]
    QTest.keyClick(track, Qt.Key.Key_End)
    assert editor.value() == Decimal("1.0")


def test_range_may_run_downwards(qtbot: QtBot, theme: Theme) -> None:
    editor = RangeSlider(Decimal(10), Decimal(0), Decimal(5))
    shown(qtbot, editor)
    values = record(editor)
    track = editor.focusProxy()
    assert track is not None
    for share in (0.02, 0.5, 0.98):
        QTest.mouseClick(
            track,
            Qt.MouseButton.LeftButton,
            pos=QPoint(round(track.width() * share), track.height() // 2),
        )
    assert values == [Decimal(10), Decimal(5), Decimal(0)]


def test_rank_order_counts_only_after_an_act(qtbot: QtBot, theme: Theme) -> None:
    editor = RankList(NEEDS)
    shown(qtbot, editor)
    values = record(editor)
    assert editor.value() == ()
    down = editor.rows()[0].down
    down.setFocus()
    QTest.keyClick(down, Qt.Key.Key_Space)
    assert values == [("care", "house", "food")]
    assert editor.rows()[1].down.hasFocus()
    QTest.keyClick(editor.rows()[1].down, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert values[-1] == ("care", "food", "house")
    assert [row.number.text() for row in editor.rows()] == ["1", "2", "3"]


def test_rank_set_value_restores_the_order(qtbot: QtBot, theme: Theme) -> None:
    editor = RankList(NEEDS)
    shown(qtbot, editor)
    editor.set_value(("food", "house", "care", "gone"))
    assert editor.value() == ("food", "house", "care")
    assert [row.choice.label for row in editor.rows()] == ["吃饭", "住房", "看病"]


def test_likert_walks_by_arrows_and_can_drop_its_words(qtbot: QtBot, theme: Theme) -> None:
    editor = Likert(NEEDS)
    shown(qtbot, editor)
    values = record(editor)
    editor.buttons()[0].setFocus()
    QTest.keyClick(editor.buttons()[0], Qt.Key.Key_Right)
    assert values == ["care"]
    tall = editor.buttons()[0].heightForWidth(120)
    editor.show_words(False)
    assert editor.buttons()[0].heightForWidth(120) < tall
    assert editor.buttons()[1].accessibleName() == "看病"


# Markdown of labels


def test_markdown_marks_inside_chinese_without_spaces() -> None:
    runs = parse("请**务必**签*好*字")[0].runs
    assert [(run.text, run.bold, run.italic) for run in runs] == [
        ("请", False, False),
        ("务必", True, False),
        ("签", False, False),
        ("好", False, True),
        ("字", False, False),
    ]


def test_markdown_sums_and_names_are_no_marks() -> None:
    assert plain("3*4*5 是 a_b_c 和 2**3") == "3*4*5 是 a_b_c 和 2**3"


def test_markdown_blocks_links_and_colours() -> None:
    blocks = parse('# 说明\n- 一\n2. 二\n<span style="color:#c00">红</span>[表](https://a.example/x)')
    assert [block.kind for block in blocks] == [
        BlockKind.HEADING,
        BlockKind.ITEM,
        BlockKind.ITEM,
        BlockKind.PARAGRAPH,
    ]
    assert [(run.text, run.hue, run.address) for run in blocks[3].runs] == [
        ("红", Hue.DANGER, ""),
        ("表", Hue.NONE, "https://a.example/x"),
    ]
    assert parse("[x](javascript:alert(1))")[0].runs[0].address == ""
    assert parse("[x](file:///etc/passwd)")[0].runs[0].address == ""


@given(st.text(max_size=60))
def test_markdown_never_lets_markup_through(text: str) -> None:
    shown_html = html(text, look.Theme())
    for tag in ("<script", "<img", '<a href="f', "<table", "<b onclick"):
        assert tag not in shown_html.casefold()
    plain(text)


@given(st.text(alphabet="*_#[]()<>-\\1. ab吃http:/", max_size=40))
def test_markdown_answers_inside_a_label_stay_what_they_are(answer: str) -> None:
    runs = [run for block in parse(f"姓名**{guarded(answer)}**") for run in block.runs]
    assert not any(run.italic or run.address for run in runs)
    assert all(block.kind is BlockKind.PARAGRAPH for block in parse(guarded(answer)))
    assert plain(guarded(answer)) == answer.strip()


def test_rich_text_speaks_plain_words_and_shows_the_star(qtbot: QtBot, theme: Theme) -> None:
    label = RichText("**姓名**<b>x</b>")
    qtbot.addWidget(label)
    assert label.accessibleName() == "姓名<b>x</b>"
    assert "&lt;b&gt;x" in label.text()
    label.set_star(True)
    assert label.text().rstrip("</p>").endswith("*</span")
