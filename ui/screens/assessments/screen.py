"""风险评估 of an area: figures, and the list behind each. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.domain.clock import local_day
from fieldapp.services.assessment_lists import DueAssessment
from fieldapp.services.risk_statistics import LoweringItem
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.assessments.figures import FiguresPage, figure_words
from ui.screens.assessments.presenter import PRINTABLE, AssessmentsPresenter, AssessmentsState, ListState
from ui.theme import StatusKind, TextRole
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.day_words import day_words, month_words
from ui.widgets.records.household_cards import SEPARATOR, CardsAtHand, CardsByTask
from ui.widgets.records.level_history import RISK_TONES
from ui.widgets.tab_order import order_tabs


class AssessmentsScreen(Screen):
    """Its list lies behind the figures; Esc and 返回 lead back."""

    entry = "statistics"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = AssessmentsPresenter(surroundings, self.render_state, self._on_rows)
        self.figures = FiguresPage()
        self.figures.area_chosen.connect(self.presenter.choose_area)
        self.figures.row_opened.connect(self.presenter.open_row)
        self.figures.figure_opened.connect(self.presenter.open_figure)
        self.figures.month_opened.connect(self.presenter.open_month)
        self._empty = EmptyState("", icon="circle-alert")
        self._pages = QStackedWidget()
        for page in (self.figures, self._build_list(), self._empty):
            self._pages.addWidget(page)
        self.column.addWidget(self._pages)
        self._shown: ListState | None = None

    def _build_list(self) -> QWidget:
        self._list = QWidget()
        self.back = Button(self.tr("返回评估统计"), icon="arrow-left")
        self.back.clicked.connect(self.presenter.back)
        self._title = Text("", TextRole.SECTION)
        self.paper = Button(self.tr("打印这些评估表"), icon="printer")
        self.paper.clicked.connect(self.presenter.print_forms)
        head = QWidget()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        head.setSizePolicy(policy)
        flow = FlowLayout(head, gap=12)
        flow.addWidget(self.back)
        flow.addWidget(self._title)
        flow.addWidget(self.paper)
        self.cards = CardList(CardsByTask(self.presenter.need), self.tr("名单"))
        self.cards.opened.connect(self.presenter.open_household)
        self._lowered_cards = CardsAtHand()
        self.lowered = CardList(self._lowered_cards)
        self.lowered.setAccessibleName(self.tr("下调等级的名单"))
        self.lowered.opened.connect(self._on_lowered)
        self._nothing = EmptyState(self.tr("这里没有名单。"), icon="circle-check")
        column = QVBoxLayout(self._list)
        column.setContentsMargins(20, 14, 20, 0)
        column.setSpacing(12)
        column.addWidget(head)
        for widget in (self.cards, self.lowered, self._nothing):
            column.addWidget(widget, 1)
        return self._list

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title(self.presenter.state)
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title(self.presenter.state)
        self.presenter.reload()

    def leave(self) -> None:
        self.presenter.leave()

    def tools(self) -> tuple[QWidget, ...]:
        blank = Button(self.tr("打印空白评估表"), ButtonKind.TEXT, icon="printer")
        blank.clicked.connect(self.presenter.print_blank)
        return (blank,)

    def event(self, event: QEvent) -> bool:
        """Inside a list Esc and Alt+Left are the screen's; else they stay the window's."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and self._goes_back(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (self._goes_back(event) and self.presenter.back()):
            super().keyPressEvent(event)

    def _goes_back(self, event: QKeyEvent) -> bool:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        leads = event.key() == Qt.Key.Key_Escape or (event.key() == Qt.Key.Key_Left and alt)
        return self.presenter.state.list is not None and leads

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: AssessmentsState) -> None:
        """Show the page at the front."""
        if self.isVisible():
            self._say_title(state)
        if state.trouble or (state.loaded and state.table is None):
            words = state.trouble or self.tr("没有可以统计的区域。")
            self._empty.set_content(words, icon="circle-alert")
            self._pages.setCurrentWidget(self._empty)
            return
        self.figures.render_state(state)
        self._show_list(state)
        page = self.figures if state.list is None else self._list
        if page is not self._pages.currentWidget():
            self._pages.setCurrentWidget(page)
            if page is self._list:
                order_tabs(self)
                self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_list(self, state: AssessmentsState) -> None:
        shown = state.list
        if shown is None or shown is self._shown:
            self._shown = shown
            return
        self._shown = shown
        self._title.setText(self._title_words(shown))
        lowered = shown.lowered
        self.paper.setVisible(shown.figure in PRINTABLE and bool(shown.ids))
        some = bool(shown.ids or lowered)
        self.cards.setVisible(lowered is None and some)
        self.lowered.setVisible(lowered is not None and some)
        self._nothing.setVisible(not some)
        if lowered is not None:
            cards = [self._lowered_card(number, one, state) for number, one in enumerate(lowered)]
            self.lowered.set_keys(self._lowered_cards.hold(cards))
        else:
            self.cards.set_keys(shown.ids)

    def _title_words(self, shown: ListState) -> str:
        if shown.lowered is not None:
            number = self.tr("{0} 次").format(f"{len(shown.lowered):,}")
        else:
            number = self.tr("{0} 户").format(f"{len(shown.ids):,}")
        month = month_words(shown.month) if shown.month is not None else ""
        return SEPARATOR.join(filter(None, (shown.area_name, month, figure_words(shown.figure), number)))

    def _on_rows(self, rows: Sequence[DueAssessment]) -> None:
        self.cards.cards.supply({one.household_id: self._card(one) for one in rows})

    def _card(self, row: DueAssessment) -> CardContent:
        today = self.presenter.state.today
        label = self.surroundings.texts.label(row.level)
        chips = [CardChip(self.tr("风险{0}").format(label), RISK_TONES[row.level])]
        if row.days_overdue > 0:
            chips.append(CardChip(self.tr("超期 {0} 天").format(row.days_overdue), StatusKind.DANGER))
        assessed = bool(RISK_TONES[row.level] is not StatusKind.MUTE)
        due = self.tr("{0}前再评").format(day_words(row.due, today)) if assessed else ""
        return CardContent(
            key=row.household_id,
            title=row.head_name,
            chips=tuple(chips),
            line=row.village_name,
            right=due,
        )

    def _lowered_card(self, number: int, item: LoweringItem, state: AssessmentsState) -> CardContent:
        one, label = item.lowering, self.surroundings.texts.label
        before, after = label(one.before), label(one.after)
        chip = CardChip(self.tr("{0}→{1}").format(before, after), RISK_TONES[one.after])
        how = self.tr("领导调整") if one.by_decision else self.tr("重新评估")
        reason = one.reason or self.tr("没有写理由")
        who = SEPARATOR.join(filter(None, (item.village_name, how, item.by_name)))
        return CardContent(
            key=str(number),
            title=item.head_name,
            chips=(chip,),
            line=self.tr("{0}：{1}").format(who, reason),
            right=day_words(local_day(one.at), state.today),
        )

    def _on_lowered(self, number: str) -> None:
        shown = self.presenter.state.list
        if shown is not None and shown.lowered is not None:
            self.presenter.open_assessment(shown.lowered[int(number)].lowering.assessment_id)

    def _say_title(self, state: AssessmentsState) -> None:
        name = state.table.name if state.table is not None else ""
        title = self.tr("{0}风险评估").format(name) if name else self.tr("风险评估")
        self.surroundings.shell.set_title(title)
