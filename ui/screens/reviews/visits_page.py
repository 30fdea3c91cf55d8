"""Visits that wait, by day: filters above, what is done with the chosen ones below. Layer 5."""

from itertools import groupby
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.clock import local_day
from fieldapp.services.visit_reviews import VisitToReview
from ui.ports import Surroundings
from ui.screens.reviews.presenter import DAYS, SPANS, Marks, ReviewsPresenter, ReviewsState
from ui.theme import StatusKind, TextRole
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.kept_filter_row import KeptFilterRow
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout, FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.day_words import day_words, time_words, weekday_words
from ui.widgets.records.household_cards import SEPARATOR, CardsAtHand
from ui.widgets.scrolling import ScrollPage

_ALL: Final = "ALL"


class VisitsPage(QWidget):
    """The list of visits to review."""

    def __init__(
        self, presenter: ReviewsPresenter, surroundings: Surroundings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._texts = surroundings.texts
        self._offered: tuple[object, ...] = ()
        page = ScrollPage(gap=12)
        self._cards = CardsAtHand()
        self.cards = CardList(self._cards, self.tr("待审核的走访"))
        self.cards.set_growing(True)
        self.cards.opened.connect(presenter.open)
        self.cards.action.connect(presenter.toggle)
        self._empty = EmptyState("", icon="circle-check")
        self._cut = Text("", tone="soft", wrap=True)
        self.kept = KeptFilterRow(surroundings, "reviews", presenter.narrow)
        for widget in (self._build_filters(), self.kept, self.cards, self._cut, self._empty):
            page.column.addWidget(widget)
        page.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(page, 1)
        column.addWidget(self._build_bar())
        for later in (self._filters, self.cards, self._cut, self._empty, self.bar):
            later.hide()

    def _build_filters(self) -> QWidget:
        self.days = Segmented([Choice(str(n), self.tr("近 {0} 天").format(n)) for n in SPANS])
        self.days.describe(self.tr("从哪天起"))
        self.days.changed.connect(lambda value: self._presenter.choose_days(int(str(value))))
        self.marks = Segmented(
            [
                Choice(Marks.ALL.value, self.tr("全部")),
                Choice(Marks.FLAGGED.value, self.tr("有提示")),
                Choice(Marks.CORRECTED.value, self.tr("更正过")),
            ]
        )
        self.marks.describe(self.tr("看哪些走访"))
        self.marks.changed.connect(lambda value: self._presenter.choose_marks(Marks(str(value))))
        self.village = Picker([Choice(_ALL, self.tr("全部村（社区）"))], title=self.tr("村（社区）"))
        self.village.changed.connect(lambda value: self._presenter.choose_village(_key(value)))
        self.worker = Picker([Choice(_ALL, self.tr("全部走访人"))], title=self.tr("走访人"))
        self.worker.changed.connect(lambda value: self._presenter.choose_worker(_key(value)))
        self._filters = QWidget()
        grid = EvenGridLayout(self._filters, gap=12, columns=2)
        for editor in (self.days, self.marks, self.village, self.worker):
            grid.addWidget(editor)
        return self._filters

    def _build_bar(self) -> QWidget:
        self.bar = QWidget()
        self.bar.setProperty("kind", "footer")
        self.bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._chosen = Text("", TextRole.STRONG, wrap=True)
        self.plain = Button(self.tr("选上没有提示的"), ButtonKind.TEXT, icon="list-checks")
        self.plain.clicked.connect(self._presenter.choose_plain)
        self.none = Button(self.tr("都不选"), ButtonKind.TEXT, icon="x")
        self.none.clicked.connect(self._presenter.choose_none)
        self.ask = Button("", ButtonKind.PRIMARY, icon="check")
        self.ask.clicked.connect(self._presenter.ask)
        self.sure = Button(self.tr("确定通过"), ButtonKind.PRIMARY, icon="check")
        self.sure.clicked.connect(self._presenter.approve)
        self.wait = Button(self.tr("再看看"))
        self.wait.clicked.connect(self._presenter.keep_choosing)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=12)
        for button in (self.ask, self.sure, self.wait, self.plain, self.none):
            flow.addWidget(button)
        column = QVBoxLayout(self.bar)
        column.setContentsMargins(20, 10, 20, 10)
        column.setSpacing(8)
        column.addWidget(self._chosen)
        column.addWidget(buttons)
        return self.bar

    def render_state(self, state: ReviewsState) -> None:
        """Show the list as it is narrowed, and the chosen ones."""
        self._filters.setVisible(state.loaded and not state.trouble)
        self._show_filters(state)
        headings: dict[str, str] = {}
        for day, group in groupby(state.rows, key=lambda row: local_day(row.finished_at)):
            rows = list(group)
            words = self.tr("{0} {1} · {2} 次")
            headings[rows[0].visit_id] = words.format(
                day_words(day, state.today), weekday_words(day), len(rows)
            )
        cards = [self._card(row, chosen=row.visit_id in state.chosen) for row in state.rows]
        self.cards.set_keys(self._cards.hold(cards), headings)
        self.cards.setVisible(bool(cards) and not state.trouble)
        self._cut.setText(self.tr("这里只列最近的 {0} 次，处理后会接着列出更早的。").format(state.waiting))
        self._cut.setVisible(state.cut)
        self._empty.setVisible(state.loaded and (not cards or bool(state.trouble)))
        if state.trouble:
            self._empty.set_content(state.trouble, icon="circle-alert")
        elif state.waiting:
            self._empty.set_content(self.tr("没有这样的走访，换个条件看看。"), icon="list-filter")
        else:
            self._empty.set_content(self.tr("没有等您审核的走访。"), icon="circle-check")
        self._show_bar(state)

    def _show_filters(self, state: ReviewsState) -> None:
        offered = (state.villages, state.workers)
        if offered != self._offered:
            self._offered = offered
            everywhere = Choice(_ALL, self.tr("全部村（社区）"))
            self.village.set_choices([everywhere, *(Choice(key, name) for key, name in state.villages)])
            everybody = Choice(_ALL, self.tr("全部走访人"))
            self.worker.set_choices([everybody, *(Choice(key, name) for key, name in state.workers)])
        self.kept.shelf.narrowed_by(
            {
                "days": "" if state.days == DAYS else str(state.days),
                "village": state.village,
                "worker": state.worker,
                "marks": "" if state.marks is Marks.ALL else state.marks.value,
            }
        )
        self.days.set_value(str(state.days))
        self.marks.set_value(state.marks.value)
        self.village.set_value(state.village or _ALL)
        self.worker.set_value(state.worker or _ALL)

    def _show_bar(self, state: ReviewsState) -> None:
        count = len(state.chosen)
        self.bar.setVisible(bool(state.rows) and not state.trouble)
        if state.confirming:
            words = self.tr("确定通过这 {0} 次走访？").format(count)
            if state.chosen_flagged:
                words += self.tr("其中 {0} 次有核对提示或标记。").format(state.chosen_flagged)
        else:
            words = (
                self.tr("已选 {0} 次").format(count) if count else self.tr("点“选上”可以一次通过多次走访。")
            )
        self._chosen.setText(words)
        self.ask.setText(self.tr("通过已选的 {0} 次").format(count))
        for button, shown in (
            (self.ask, count > 0 and not state.confirming),
            (self.plain, not state.confirming),
            (self.none, count > 0 and not state.confirming),
            (self.sure, state.confirming),
            (self.wait, state.confirming),
        ):
            button.setVisible(shown)
        self.sure.setEnabled(not state.busy)

    def _card(self, row: VisitToReview, *, chosen: bool) -> CardContent:
        chips = []
        if chosen:
            chips.append(CardChip(self.tr("已选"), StatusKind.OK))
        if row.flags:
            chips.append(CardChip(self.tr("提示 {0} 条").format(len(row.flags)), StatusKind.WARN))
        if row.marks:
            chips.append(CardChip(self.tr("标记 {0} 条").format(row.marks), StatusKind.WARN))
        if row.corrects:
            chips.append(CardChip(self.tr("更正过"), StatusKind.INFO))
        label = self._texts.label
        visitors = self._texts.listed(row.visitor_names)
        return CardContent(
            key=row.visit_id,
            title=row.head_name,
            chips=tuple(chips),
            line=SEPARATOR.join(
                filter(None, (row.village_name, label(row.mode), label(row.result), visitors))
            ),
            right=time_words(row.finished_at),
            action=self.tr("不选") if chosen else self.tr("选上"),
        )


def _key(value: object) -> str:
    return "" if value == _ALL else str(value)
