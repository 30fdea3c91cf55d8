"""Card lists at full size, hits on their buttons, tables, charts and their twins."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui import theme as look
from ui.theme import StatusKind, TextScale, Theme
from ui.widgets.charts.bar_chart import BarChart, axis_step
from ui.widgets.charts.proportion_bars import Proportion, ProportionBars
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import PAGE_ROWS, PAGES_KEPT, CardChip, CardContent, CardModel
from ui.widgets.lists.card_row import CardRow
from ui.widgets.lists.data_table import Column, DataTable


def card(key: str, title: str = "王甲") -> CardContent:
    return CardContent(
        key,
        title,
        (CardChip("今天到期", StatusKind.WARN),),
        f"幸福村 {key} 号",
        "上次 10 月 28 日",
        "开始走访",
    )


class Source:
    """Contents made on demand; `at_hand` False answers nothing, as a source over a worker does."""

    def __init__(self, *, at_hand: bool = True) -> None:
        self.at_hand = at_hand
        self.asked: list[int] = []
        self.title = "王甲"

    def fetch(self, keys: Sequence[str]) -> Mapping[str, CardContent]:
        self.asked.append(len(keys))
        return {key: card(key, self.title) for key in keys} if self.at_hand else {}


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def cards(qtbot: QtBot, theme: Theme, source: Source) -> CardList:
    made = CardList(source)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    made.set_keys([f"k{i}" for i in range(50)])
    qtbot.wait(1)
    return made


def test_tap_on_the_button_acts_and_tap_on_the_card_opens(qtbot: QtBot, cards: CardList) -> None:
    opened, acted = list[str](), list[str]()
    cards.opened.connect(opened.append)
    cards.action.connect(acted.append)
    button = cards.action_rect("k2")
    assert button.height() >= look.current().target
    QTest.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=button.center())
    beside = QPoint(button.left() - 6, button.center().y())
    QTest.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    assert (acted, opened) == (["k2"], ["k2"])


def test_press_on_the_button_and_release_elsewhere_does_nothing(qtbot: QtBot, cards: CardList) -> None:
    hits: list[str] = []
    cards.opened.connect(hits.append)
    cards.action.connect(hits.append)
    button = cards.action_rect("k1").center()
    QTest.mousePress(cards.viewport(), Qt.MouseButton.LeftButton, pos=button)
    QTest.mouseRelease(cards.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, button.y()))
    QTest.mousePress(cards.viewport(), Qt.MouseButton.LeftButton, pos=button)
    QTest.mouseRelease(cards.viewport(), Qt.MouseButton.LeftButton, pos=cards.action_rect("k3").center())
    beside = QPoint(cards.action_rect("k1").left() - 20, button.y())
    QTest.mousePress(cards.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    QTest.mouseRelease(cards.viewport(), Qt.MouseButton.LeftButton, pos=button)
    assert hits == []


def test_keyboard_walks_opens_and_acts(qtbot: QtBot, cards: CardList) -> None:
    hits: list[tuple[str, str]] = []
    cards.opened.connect(lambda key: hits.append(("open", key)))
    cards.action.connect(lambda key: hits.append(("act", key)))
    cards.setCurrentIndex(cards.cards.index(0, 0))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Space):
        QTest.keyClick(cards, key)
    assert hits == [("open", "k1"), ("act", "k1")]


def test_a_card_is_one_sentence_to_screen_readers(cards: CardList) -> None:
    text = cards.cards.data(cards.cards.index(4, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert text == "王甲，今天到期，幸福村 k4 号，上次 10 月 28 日"


def test_hundred_thousand_rows_open_fast_and_fetch_only_what_is_seen(
    qtbot: QtBot, theme: Theme, source: Source
) -> None:
    listing = CardList(source)
    qtbot.addWidget(listing)
    listing.resize(900, 600)
    listing.show()
    keys = [f"k{i}" for i in range(100_000)]
    began = time.process_time()
    listing.set_keys(keys)
    QApplication.processEvents()
    assert time.process_time() - began < 0.5
    assert sum(source.asked) <= 3 * PAGE_ROWS
    bar = listing.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 90_000 * 80)
    bar.setValue(bar.maximum())
    QApplication.processEvents()
    last = listing.indexAt(QPoint(100, listing.viewport().height() - 40))
    assert last.row() == 99_999


def test_model_keeps_a_bounded_number_of_pages(theme: Theme, source: Source) -> None:
    model = CardModel(source)
    model.set_keys([f"k{i}" for i in range(PAGE_ROWS * (PAGES_KEPT + 8))])
    for page in range(PAGES_KEPT + 8):
        model.content(page * PAGE_ROWS)
    before = len(source.asked)
    model.content((PAGES_KEPT + 7) * PAGE_ROWS)
    assert len(source.asked) == before, "the newest page is kept"
    model.content(0)
    assert len(source.asked) == before + 1, "the oldest page was given up"


def test_contents_that_come_later_are_filled_in(qtbot: QtBot, theme: Theme) -> None:
    source = Source(at_hand=False)
    model = CardModel(source)
    model.set_keys(["a", "b"])
    told: list[int] = []
    model.dataChanged.connect(lambda first, _last: told.append(first.row()))
    assert model.content(1) is None
    model.supply({"b": card("b"), "unknown": card("unknown")})
    content = model.content(1)
    assert (content is not None and content.key, told) == ("b", [1])
    assert len(source.asked) == 1, "a page on its way is not asked for again"


def test_refresh_fetches_only_the_changed_card(theme: Theme, source: Source) -> None:
    model = CardModel(source)
    model.set_keys(["a", "b", "c"])
    model.content(0)
    source.title = "李乙"
    model.refresh(["b", "gone"])
    titles = [content.title for row in range(3) if (content := model.content(row)) is not None]
    assert titles == ["王甲", "李乙", "王甲"]
    assert source.asked == [3, 1]


def test_set_keys_keeps_the_card_at_the_top(qtbot: QtBot, cards: CardList) -> None:
    cards.scrollTo(cards.cards.index(20, 0), CardList.ScrollHint.PositionAtTop)
    cards.setCurrentIndex(cards.cards.index(21, 0))
    cards.set_keys([f"k{i}" for i in range(5, 50)])
    assert cards.cards.keys()[cards.indexAt(QPoint(10, 2)).row()] == "k20"
    assert cards.cards.keys()[cards.currentIndex().row()] == "k21"


@pytest.mark.parametrize("width", [300, 520, 900])
@pytest.mark.parametrize("scale", [TextScale.NORMAL, TextScale.LARGEST])
def test_parts_of_a_card_never_overlap(
    qapp: QApplication, theme: Theme, scale: TextScale, width: int
) -> None:
    look.apply(qapp, replace(theme, scale=scale))
    row = CardRow(card("a"))
    height = row.heightForWidth(width)
    row.resize(width, height)
    row.show()
    places = row._painter.places(row.rect(), card("a"))
    parts = [places.avatar, places.title, places.line, places.right, places.action]
    for i, one in enumerate(parts):
        assert one.isNull() or row.rect().contains(one), i
        assert not any(one.intersects(other) for other in parts[i + 1 :]), i
    row.close()


def test_growing_list_is_as_tall_as_its_rows(qtbot: QtBot, theme: Theme, source: Source) -> None:
    listing = CardList(source)
    qtbot.addWidget(listing)
    listing.set_growing(True)
    listing.set_keys(["a"])
    one = listing.sizeHint().height()
    listing.set_keys([f"k{i}" for i in range(10)])
    assert listing.sizeHint().height() > 9.5 * one
    assert listing.height() == listing.sizeHint().height()


# Tables


def test_table_formats_aligns_and_sorts(qtbot: QtBot, theme: Theme) -> None:
    table = DataTable("各村")
    qtbot.addWidget(table)
    columns = (Column("村"), Column("户", numeric=True), Column("率", numeric=True, decimals=1))
    table.fill(columns, [("幸福村", 1284, 9.25), ("东风村", 7, None), ("青山村", 63, 10.0)])
    model = table.table

    def texts(column: int) -> list[object]:
        return [model.data(model.index(row, column)) for row in range(3)]

    assert texts(1) == ["1,284", "7", "63"]
    assert texts(2) == ["9.2", "—", "10.0"]
    alignment = model.data(model.index(0, 1), Qt.ItemDataRole.TextAlignmentRole)
    assert alignment == Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert texts(1) == ["7", "63", "1,284"]
    table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert texts(2) == ["10.0", "9.2", "—"]
    assert table.verticalHeader().defaultSectionSize() >= theme.target
    with pytest.raises(ValueError, match="one cell"):
        table.fill(columns, [("幸福村", 1)])


def test_table_cells_open_by_their_rows_key(qtbot: QtBot, theme: Theme) -> None:
    table = DataTable("各村")
    qtbot.addWidget(table)
    table.resize(600, 300)
    table.show()
    opened: list[tuple[str, int]] = []
    table.cell_opened.connect(lambda key, column: opened.append((key, column)))
    columns = (Column("村", opens=True), Column("户", numeric=True), Column("次", numeric=True, opens=True))
    table.fill(columns, [("幸福村", 1284, 3), ("东风村", 7, 1)], keys=["a", "b"])
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)  # now the second row is first
    model = table.table
    for column in range(3):
        place = table.visualRect(model.index(0, column)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened == [("b", 0), ("b", 2)]
    table.setCurrentIndex(model.index(1, 2))
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Space):
        QTest.keyClick(table, key)
    assert opened[2:] == [("a", 2)]
    link = model.data(model.index(0, 0), Qt.ItemDataRole.ForegroundRole)
    assert link == theme.color(theme.colors.primary)
    assert model.data(model.index(0, 1), Qt.ItemDataRole.ForegroundRole) is None
    with pytest.raises(ValueError, match="key"):
        table.fill(columns, [("幸福村", 1, 1)], keys=["a", "b"])


# Charts


@pytest.mark.parametrize(
    ("top", "step"),
    [(0, 1), (1, 1), (7, 2), (40, 10), (139, 40), (160, 40), (161, 50), (1284, 400), (9_999, 2500)],
)
def test_axis_reaches_the_top_in_four_round_steps(top: float, step: int) -> None:
    assert axis_step(top) == step
    assert 4 * axis_step(top) >= top


def test_bar_chart_describes_itself_and_has_a_table_twin(qtbot: QtBot, theme: Theme) -> None:
    chart = BarChart("近 3 周走访量")
    qtbot.addWidget(chart)
    chart.set_bars(("45周", "46周", "47周"), (12, 30, 24), plan=25, unit="次")
    assert (
        chart.accessibleDescription() == "45周 至 47周，最近 24次，最高 30（46周），最低 12（45周），计划 25"
    )
    table = chart.table()
    assert [column.title for column in table.columns] == ["时段", "次", "计划"]
    assert table.rows == (("45周", 12, 25), ("46周", 30, 25), ("47周", 24, 25))
    chart.set_bars((), ())
    assert chart.accessibleDescription() == "暂无数据"
    with pytest.raises(ValueError, match="12 values"):
        chart.set_bars(["周"] * 13, [1] * 13)


def test_bar_chart_paints_the_last_bar_solid_and_the_plan_in_accent(qtbot: QtBot, theme: Theme) -> None:
    chart = BarChart("走访量")
    qtbot.addWidget(chart)
    chart.set_bars(("甲", "乙"), (20, 40), plan=30)
    chart.resize(400, 240)
    chart.show()
    image = chart.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(0, 400, 2) for y in range(240)}
    colors = theme.colors
    assert {colors.primary.lower(), colors.bar_past.lower(), colors.accent.lower()} <= seen


def test_proportions_below_target_are_named_in_words(qtbot: QtBot, theme: Theme) -> None:
    bars = ProportionBars("完成率")
    qtbot.addWidget(bars)
    bars.set_rows(
        [Proportion("幸福村", 63, 70), Proportion("石桥村", 38, 66), Proportion("新村", 0, 0)], target=60
    )
    assert bars.accessibleDescription() == "幸福村 63/70  90%；石桥村 38/66  57%，低于目标 60%；新村 0/0  —"
    assert bars.table().rows == (("幸福村", 63, 70, 90), ("石桥村", 38, 66, 57), ("新村", 0, 0, None))
    assert Proportion("x", 996, 1000).percent == 99
