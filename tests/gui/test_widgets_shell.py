"""The frame around the pages, toasts, steps; accessible names and widths of everything in the gallery."""

from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.domain.rules.finding import Severity
from tests.gui.gallery import Gallery
from ui import theme as look
from ui.theme import DARK, StatusKind, TextRole, TextScale, Theme
from ui.widgets import painting
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.chip import Chip
from ui.widgets.empty_state import EmptyState
from ui.widgets.filling.problem_list import ProblemList
from ui.widgets.filling.problems import Problem
from ui.widgets.labels import ElidedText, FewLines, Text
from ui.widgets.progress_row import ProgressRow
from ui.widgets.section_list import Section, SectionList, SectionState
from ui.widgets.shell.navigation import NavEntry
from ui.widgets.shell.page_scaffold import Arrangement, PageScaffold, TwoColumns
from ui.widgets.shell.sync_chip import SyncChip
from ui.widgets.shell.top_bar import TopBar
from ui.widgets.stat_tile import StatTile
from ui.widgets.toast import ToastHost

ENTRIES = [
    NavEntry("today", "今日", "house"),
    NavEntry("people", "对象", "users"),
    NavEntry("set", "设置", "settings", last=True),
]
SHEETS = ["home", "form", "figures", "basics", "inputs", "questionnaire", "calendar", "picker"]


@pytest.fixture
def scaffold(qtbot: QtBot, theme: Theme) -> PageScaffold:
    made = PageScaffold(ENTRIES)
    qtbot.addWidget(made)
    for entry in ENTRIES:
        made.add_page(entry.key, QWidget())
    made.show_page("today")
    made.resize(1280, 800)
    made.show()
    return made


def test_width_decides_the_arrangement(scaffold: PageScaffold) -> None:
    seen: list[Arrangement] = []
    scaffold.arrangement_changed.connect(seen.append)
    assert (scaffold.rail.isVisible(), scaffold.tabs.isVisible()) == (True, False)
    scaffold.resize(999, 800)
    assert (scaffold.rail.isVisible(), scaffold.tabs.isVisible()) == (False, True)
    scaffold.resize(1000, 800)
    assert seen == [Arrangement.NARROW, Arrangement.WIDE]


def test_larger_text_needs_a_wider_window(qapp: QApplication, theme: Theme, scaffold: PageScaffold) -> None:
    assert scaffold.rail.isVisible()
    look.apply(qapp, replace(theme, scale=TextScale.LARGER))
    assert not scaffold.rail.isVisible()


def test_rail_and_tabs_show_the_same_and_navigate(qtbot: QtBot, scaffold: PageScaffold) -> None:
    asked: list[str] = []
    scaffold.navigated.connect(asked.append)
    scaffold.set_count("people", 3)
    for navigation in (scaffold.rail, scaffold.tabs):
        assert navigation.button("today").isChecked()
        assert navigation.button("people").accessibleName() == "对象 3 项"
        QTest.mouseClick(navigation.button("people"), Qt.MouseButton.LeftButton)
        assert not navigation.button("people").isChecked(), "only show_page moves the mark"
    assert asked == ["people", "people"]
    scaffold.show_page("people")
    assert scaffold.rail.button("people").isChecked()
    assert scaffold.tabs.button("people").isChecked()


def test_task_hides_the_tabs_and_keeps_a_footer(scaffold: PageScaffold) -> None:
    scaffold.resize(800, 1000)
    footer = QPushButton("下一步")
    scaffold.set_task(True)
    scaffold.set_footer(footer)
    assert (scaffold.tabs.isVisible(), footer.isVisible()) == (False, True)
    scaffold.set_task(False)
    scaffold.set_footer(None)
    assert scaffold.tabs.isVisible()


def test_search_is_an_icon_when_narrow(qtbot: QtBot, scaffold: PageScaffold) -> None:
    search = scaffold.top.add_search("姓名")
    assert search.isVisible()
    scaffold.resize(800, 900)
    assert not search.isVisible()
    button = next(b for b in scaffold.top.findChildren(QPushButton) if b.accessibleName() == "搜索")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert search.isVisible()
    scaffold.top.set_search_visible(False)
    assert not search.isVisible()
    assert not button.isVisible()


def test_two_columns_stack_when_narrow(qtbot: QtBot, theme: Theme) -> None:
    columns = TwoColumns(QWidget(), QWidget())
    qtbot.addWidget(columns)
    columns.resize(1000, 600)
    columns.show()
    assert columns.is_wide()
    columns.resize(700, 600)
    assert not columns.is_wide()


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda c: c.set_synced("10:05"), "已同步 10:05"),
        (lambda c: c.set_offline(3), "离线 · 3 条待上传"),
        (lambda c: c.set_offline(0), "离线"),
        (lambda c: c.set_syncing(2, 5), "同步中 2/5"),
        (lambda c: c.set_syncing(0, 0), "同步中"),
        (lambda c: c.set_attention(1), "需要处理 1"),
        (lambda c: c.set_waiting(2), "2 条待上传"),
    ],
)
def test_sync_chip_always_speaks_in_words(theme: Theme, act: Callable[[SyncChip], None], words: str) -> None:
    chip = SyncChip()
    act(chip)
    assert (chip.words(), chip.accessibleName()) == (words, words)
    wide = chip.sizeHint().width()
    chip.set_narrow(True)
    assert chip.accessibleName() == words
    assert chip.sizeHint().width() <= wide


# Toasts


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    return made


def test_toast_undo_runs_once_and_ends_the_message(qtbot: QtBot, window: QWidget) -> None:
    undone: list[str] = []
    toasts = ToastHost(window)
    toasts.post("已删除 1 条草稿", on_action=lambda: undone.append("draft"))
    (button,) = toasts.findChildren(QPushButton)
    assert (button.text(), button.accessibleName(), toasts.accessibleName()) == (
        "撤销",
        "撤销",
        "已删除 1 条草稿",
    )
    assert button.height() >= look.current().target
    assert window.rect().contains(toasts.geometry())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (undone, toasts.message(), toasts.isVisible()) == (["draft"], "", False)
    button.click()
    assert undone == ["draft"]


def test_toasts_wait_their_turn_and_run_out(qtbot: QtBot, window: QWidget) -> None:
    toasts = ToastHost(window, duration_ms=400)
    toasts.post("第一")
    toasts.post("第二", on_action=window.update)
    assert toasts.message() == "第一"
    assert toasts.findChildren(QPushButton)[0].isHidden()
    qtbot.waitUntil(lambda: toasts.message() == "第二")
    assert toasts.findChildren(QPushButton)[0].isVisible()
    qtbot.waitUntil(lambda: not toasts.isVisible())


def test_toast_undo_that_posts_again_shows_the_answer(window: QWidget) -> None:
    toasts = ToastHost(window)
    toasts.post("已删除", on_action=lambda: toasts.post("已恢复"))
    toasts.findChildren(QPushButton)[0].click()
    assert toasts.message() == "已恢复"


def test_toast_stays_at_the_foot_when_the_window_changes(qtbot: QtBot, window: QWidget) -> None:
    toasts = ToastHost(window, bottom=24)
    toasts.post("很长的一句话" * 12)
    for size in (QSize(420, 700), QSize(1200, 500)):
        window.resize(size)
        qtbot.wait(1)
        assert window.rect().contains(toasts.geometry())
        assert toasts.geometry().bottom() + 1 == size.height() - 24


# Small widgets


def test_section_list_speaks_states_and_reports_taps(qtbot: QtBot, theme: Theme) -> None:
    steps = SectionList()
    qtbot.addWidget(steps)
    steps.set_sections(
        [Section("a", "到访确认", SectionState.DONE), Section("b", "健康", SectionState.CURRENT, missing=2)]
    )
    chosen: list[str] = []
    steps.chosen.connect(chosen.append)
    first, second = steps.rows()
    assert second.accessibleName() == "健康, 当前, 缺 2 项"
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    steps.set_sections([Section("b", "健康", SectionState.DONE)])
    assert steps.rows() == (first,), "rows are kept so that focus stays"
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert chosen == ["a", "b"]


def test_section_list_is_one_stop_of_the_tab_key_and_arrows_walk_in_it(
    qtbot: QtBot, theme: Theme, window: QWidget
) -> None:
    steps = SectionList(window)
    states = (SectionState.DONE, SectionState.CURRENT, SectionState.OPEN)
    steps.set_sections([Section(state.value, state.value, state) for state in states])
    steps.show()
    stops = [bool(row.focusPolicy() & Qt.FocusPolicy.TabFocus) for row in steps.rows()]
    assert stops == [False, True, False]
    steps.rows()[1].setFocus()
    for key, expected in ((Qt.Key.Key_Down, 2), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 1), (Qt.Key.Key_Up, 0)):
        QTest.keyClick(cast(QWidget, QApplication.focusWidget()), key)
        assert QApplication.focusWidget() is steps.rows()[expected]


def test_progress_row_counts_and_cancels_once(qtbot: QtBot, theme: Theme) -> None:
    row = ProgressRow("正在导入")
    qtbot.addWidget(row)
    cancelled: list[bool] = []
    row.cancelled.connect(lambda: cancelled.append(True))
    row.set_progress(37, 120)
    assert row.accessibleName() == "正在导入 37 / 120"
    (button,) = row.findChildren(QPushButton)
    button.click()
    button.click()
    assert cancelled == [True]


def test_stat_tile_speaks_label_figure_and_unit(theme: Theme) -> None:
    tile = StatTile("今日到期", icon="calendar-clock", tone=StatusKind.WARN)
    tile.set_figure("6", "户")
    assert tile.accessibleName() == "今日到期 6 户"
    assert tile.sizeHint().height() == 56


def test_banner_and_empty_state_report_their_button(qtbot: QtBot, theme: Theme) -> None:
    hits: list[str] = []
    banner = Banner("磁盘将满", StatusKind.DANGER, button="查看")
    empty = EmptyState("今天没有要走访的家庭", button="查看本周计划")
    for widget, name in ((banner, "banner"), (empty, "empty")):
        qtbot.addWidget(widget)
        widget.action.connect(lambda name=name: hits.append(name))
        widget.findChildren(QPushButton)[0].click()
    assert hits == ["banner", "empty"]
    empty.set_content("没有结果")
    assert empty.findChildren(QPushButton)[0].isHidden()


def test_chip_radius_survives_large_text(qapp: QApplication, theme: Theme) -> None:
    look.apply(qapp, replace(theme, scale=TextScale.LARGER))
    chip = Chip("已超期 4 天", StatusKind.DANGER)
    chip.resize(chip.sizeHint())
    image = chip.grab().toImage()
    tint = theme.colors.danger.tint.lower()
    corner = {image.pixelColor(x, y).name() for x in range(3) for y in range(3)}
    assert tint not in corner, "square corners"
    assert image.pixelColor(image.width() // 2, 2).name() == tint


def test_labels_never_read_markup(theme: Theme) -> None:
    text = Text("<b>王甲</b>")
    assert text.textFormat() is Qt.TextFormat.PlainText
    cut = ElidedText("")
    cut.setText("一段很长很长很长的说明文字")
    assert cut.minimumSizeHint().width() < cut.sizeHint().width() / 2
    assert cut.toolTip() == "一段很长很长很长的说明文字"


def test_long_title_takes_two_lines_and_the_bar_grows_with_it(qtbot: QtBot, theme: Theme) -> None:
    host = QWidget()
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    bar = TopBar()
    column.addWidget(bar)
    column.addStretch(1)
    qtbot.addWidget(host)
    host.resize(460, 300)
    host.show()
    bar.set_title("核查表", "草稿")
    qtbot.waitUntil(lambda: bar.height() > 0)
    one_line = bar.height()
    bar.set_title("家庭经济状况与困难情况入户核查表（试行版）", "草稿")
    qtbot.waitUntil(lambda: bar.height() > one_line)
    title = bar.findChild(FewLines)
    assert isinstance(title, FewLines)
    lines = title.lines(title.width())
    assert "".join(lines) == "家庭经济状况与困难情况入户核查表（试行版）"
    assert 2 <= len(lines) <= 3
    assert title.height() >= len(lines) * title.fontMetrics().height()
    assert all(title.fontMetrics().horizontalAdvance(line) <= title.width() for line in lines)
    assert title.toolTip() == "家庭经济状况与困难情况入户核查表（试行版）"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("短", ["短"]),
        ("one two three", ["one two", "three"]),
        ("one two three to five", ["one two", "three to", "five"]),
        ("one two three to five six", ["one two", "three to", "five six"]),
        ("", [""]),
    ],
)
def test_few_lines_break_between_words(theme: Theme, text: str, shown: list[str]) -> None:
    label = FewLines(text)
    assert label.lines(label.fontMetrics().horizontalAdvance("one two t")) == shown


def test_text_is_broken_inside_a_word_only_where_the_word_is_wider_than_the_line(theme: Theme) -> None:
    font = theme.font(TextRole.BODY)
    metrics = QFontMetrics(font)
    line = painting.wrapped_height("x", font, 400)
    wide = metrics.horizontalAdvance("RECONCILIATION") + 4
    assert painting.wrapped_height("RECONCILIATION", font, wide) == line
    assert painting.wrapped_height("RECONCILIATION", font, wide // 2 + 8) == 2 * line
    assert painting.wrapped_height("AND RECONCILIATION", font, wide) == 2 * line


def test_step_with_a_long_title_is_as_tall_as_its_words(qtbot: QtBot, theme: Theme) -> None:
    steps = SectionList()
    qtbot.addWidget(steps)
    steps.set_sections(
        [Section("a", "住房"), Section("b", "住房、取暖、饮水、厕所与周围道路的安全情况", missing=3)]
    )
    short, long = steps.rows()
    assert short.heightForWidth(230) == theme.target
    assert long.heightForWidth(230) > long.heightForWidth(900) == theme.target


def test_of_very_many_problems_the_first_are_listed_and_the_others_counted(
    qtbot: QtBot, theme: Theme
) -> None:
    found = ProblemList()
    qtbot.addWidget(found)
    warning = Problem("s", "w", "备注", "请再看一眼", Severity.WARNING)
    errors = [Problem("s", f"q{at}", f"问题{at}", "这一项必填", Severity.ERROR) for at in range(307)]
    found.show_problems([warning, *errors])
    assert [row.problem.key for row in found.rows()] == [f"q{at}" for at in range(40)]
    more = [one.text() for one in found.findChildren(Text) if one.isVisibleTo(found)]
    assert more == ["提交前请补全", "还有 268 处没有列出，补好上面的就会出现。"]
    found.show_problems([warning])
    assert [row.problem.key for row in found.rows()] == ["w"]
    assert not found._more.isVisibleTo(found)


# Everything in the gallery, at every scale


def unnamed(root: QWidget) -> list[str]:
    """Focusable widgets a screen reader could not name."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        focusable = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None
        inner = isinstance(widget.parent(), QAbstractScrollArea) or widget.objectName().startswith("qt_")
        spoken = widget.accessibleName() or (isinstance(widget, QPushButton) and widget.text())
        if focusable and not inner and not spoken and widget.isVisibleTo(root):
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_focusable_widget_has_a_name(qtbot: QtBot, theme: Theme, sheet: str) -> None:
    widget: QWidget = getattr(Gallery(english=False), sheet)()
    qtbot.addWidget(widget)
    assert unnamed(widget) == []


@pytest.mark.parametrize("scale", list(TextScale))
@pytest.mark.parametrize("english", [False, True], ids=["zh", "en"])
@pytest.mark.parametrize("sheet", SHEETS)
def test_nothing_is_wider_than_the_smallest_screen(
    qtbot: QtBot, qapp: QApplication, theme: Theme, sheet: str, english: bool, scale: TextScale
) -> None:
    look.apply(qapp, replace(theme, scale=scale))
    widget: QWidget = getattr(Gallery(english), sheet)()
    qtbot.addWidget(widget)
    widget.resize(800, 1200)
    widget.show()
    wide = [
        f"{type(each).__name__} {each.minimumSizeHint().width()}"
        for each in [widget, *widget.findChildren(QWidget)]
        if each.isVisible() and each.minimumSizeHint().width() > 800
    ]
    assert wide == []
    # Inside a page that only scrolls up and down nothing may lie beyond the right edge.
    for area in widget.findChildren(QAbstractScrollArea):
        inner = area.findChild(QWidget, "qt_scrollarea_viewport")
        contents = getattr(area, "widget", lambda: None)()
        if inner is not None and contents is not None and area.isVisible():
            assert contents.minimumSizeHint().width() <= inner.width(), type(area).__name__


def still_picture(qtbot: QtBot, widget: QWidget) -> QImage:
    """The page at rest, without a keyboard focus (it moves when the rail is hidden)."""
    qtbot.wait(20)
    focused = QApplication.focusWidget()
    if focused is not None:
        focused.clearFocus()
    qtbot.wait(20)
    return widget.grab().toImage()


@pytest.mark.parametrize("sheet", ["home", "form", "figures"])
def test_theme_changes_live_on_a_whole_page(
    qtbot: QtBot, qapp: QApplication, theme: Theme, sheet: str
) -> None:
    widget: QWidget = getattr(Gallery(english=False), sheet)()
    qtbot.addWidget(widget)
    widget.resize(1200, 900)
    widget.show()
    light = still_picture(qtbot, widget)
    look.apply(qapp, replace(theme, colors=DARK, scale=TextScale.LARGEST))
    assert still_picture(qtbot, widget) != light
    look.apply(qapp, theme)
    assert still_picture(qtbot, widget) == light, "going there and back must leave nothing behind"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_keys_press_the_button_in_focus_once(qtbot: QtBot, theme: Theme, key: Qt.Key) -> None:
    button = Button("登记")
    qtbot.addWidget(button)
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    QTest.keyClick(button, key)
    assert pressed == [True]
