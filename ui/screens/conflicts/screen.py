"""The list of conflicts: a card each, with its sides; a clerk decides in the card."""

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.records.conflicts import ConflictState
from fieldapp.services.conflicts import EntryKind
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.conflicts.presenter import (
    OTHER,
    Asking,
    ConflictRow,
    ConflictsPresenter,
    ConflictsState,
    Problem,
    SideRow,
)
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choice_list import ChoiceList
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.text_field import InputKind, TextField
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import moment_words
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

_REASON_LENGTH = 200
_SECOND_MS = 1000


class ConflictCard(Card):
    """One conflict, asking for a decision or a reason when opened."""

    def __init__(self, screen: "ConflictsScreen", row: ConflictRow, asking: Asking | None) -> None:
        super().__init__()
        self.row = row
        self.asking = asking
        self._presenter = screen.presenter
        self._moment = screen.moment
        self.choice: ChoiceList | None = None
        self.other: Editor | None = None
        self._fields: dict[str, Field] = {}
        self.setAccessibleName(self.tr("{0} 的“{1}”填写不一致").format(row.name, row.field_label))
        head = QWidget()
        flow = FlowLayout(head, gap=8)
        flow.addWidget(Text(row.name, TextRole.CARD_TITLE))
        flow.addWidget(self._chip())
        self.body.addWidget(head)
        told = self.tr("“{0}”填写不一致").format(row.field_label)
        self.body.addWidget(Text(f"{row.place} · {told}" if row.place else told, tone="soft", wrap=True))
        self._loose = Banner("", StatusKind.DANGER)
        self.body.addWidget(self._loose)
        self._loose.hide()
        if row.refusal:
            self.body.addWidget(Banner(row.refusal, StatusKind.WARN))
        if asking is Asking.DECISION:
            self._build_decision()
        else:
            for side in row.sides:
                self.body.addWidget(self._side(side))
            if asking is Asking.REVEAL:
                self._build_reveal()
            else:
                self._build_buttons()
        if row.state is ConflictState.DECIDED and row.decided_at is not None:
            words = self.tr("{0} 于 {1} 处理").format(
                row.decided_by_name or self.tr("镇（街道）"), self._moment(row.decided_at)
            )
            self.body.addWidget(Text(words, TextRole.CAPTION, wrap=True))

    def typed(self) -> tuple[object, object, str]:
        """What was chosen and typed so far: choice, other value, reason."""
        chosen = self.choice.value() if self.choice is not None else None
        other = self.other.value() if self.other is not None else None
        return chosen, other, self._reason.value() if self._fields else ""

    def take_over(self, typed: tuple[object, object, str]) -> None:
        """Go on with what was typed before the list was drawn anew."""
        chosen, other, reason = typed
        if self.choice is not None:
            self.choice.set_value(chosen)
            self._on_choice(self.choice.value())
        if self.other is not None and other is not None:
            self.other.set_value(other)
        if self._fields:
            self._reason.set_value(reason)

    def show_problem(self, problem: Problem | None) -> None:
        """Say at its place what stops the decision."""
        for place, one in self._fields.items():
            one.set_error(problem.sentence if problem is not None and problem.place == place else "")
        loose = problem is not None and problem.place not in self._fields
        if loose and problem is not None:
            self._loose.set_message(problem.sentence, StatusKind.DANGER)
        self._loose.setVisible(loose)

    def _chip(self) -> Chip:
        if self.row.waiting:
            return Chip(self.tr("已处理，待上传"), StatusKind.INFO)
        return {
            ConflictState.OPEN: lambda: Chip(self.tr("待处理"), StatusKind.WARN),
            ConflictState.DECIDED: lambda: Chip(self.tr("已处理"), StatusKind.OK),
            ConflictState.AGREED: lambda: Chip(self.tr("已一致"), StatusKind.OK),
        }[self.row.state]()

    def _side(self, side: SideRow) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(Text(side.text or self.tr("（空）"), TextRole.STRONG, wrap=True))
        column.addWidget(Text(self._origin(side), TextRole.CAPTION, wrap=True))
        return line

    def _origin(self, side: SideRow) -> str:
        who = side.by_name or self.tr("系统")
        words = self.tr("{0} 于 {1} 填写").format(who, self._moment(side.at))
        return self.tr("{0} · 目前采用").format(words) if side.stands else words

    def _build_buttons(self) -> None:
        row = QWidget()
        flow = FlowLayout(row, gap=12)
        if self.row.state is ConflictState.OPEN and self.row.may_decide and not self.row.waiting:
            decide = Button(self.tr("处理"), ButtonKind.PRIMARY, icon="pen-line")
            decide.setAccessibleName(self.tr("处理 {0} 的“{1}”").format(self.row.name, self.row.field_label))
            decide.clicked.connect(lambda: self._presenter.open(self.row.conflict_id, Asking.DECISION))
            flow.addWidget(decide)
        if self.row.may_reveal and not self.row.revealed:
            full = Button(self.tr("查看完整号码"), icon="eye")
            full.setAccessibleName(self.tr("查看 {0} 的完整号码").format(self.row.name))
            full.clicked.connect(lambda: self._presenter.open(self.row.conflict_id, Asking.REVEAL))
            flow.addWidget(full)
        look_at = Button(self.tr("查看档案"), ButtonKind.TEXT)
        look_at.setAccessibleName(self.tr("查看 {0} 的档案").format(self.row.name))
        look_at.clicked.connect(lambda: self._presenter.open_household(self.row.household_id))
        flow.addWidget(look_at)
        self.body.addWidget(row)
        if self.row.state is ConflictState.OPEN and not self.row.may_decide:
            told = self.tr("身份证号、去世、救助类别和银行账户由镇（街道）民政人员核对后确定。")
            self.body.addWidget(Text(told, TextRole.CAPTION, wrap=True))

    def _build_decision(self) -> None:
        choices = [
            Choice(str(place), side.text or self.tr("（空）"), hint=self._origin(side))
            for place, side in enumerate(self.row.sides)
        ]
        if self.row.entry is not EntryKind.NONE:
            choices.append(Choice(OTHER, self.tr("都不对，另填")))
        self.choice = ChoiceList(choices, columns=1)
        self.choice.changed.connect(self._on_choice)
        self._add("value", Field(self.tr("以哪一项为准"), self.choice, required=True))
        self.other = self._editor()
        if self.other is not None:
            self._other_field = Field(self.row.field_label, self.other)
            self.body.addWidget(self._other_field)
            self._other_field.hide()
        self._reason = TextField(max_length=_REASON_LENGTH)
        self._add("reason", Field(self.tr("理由（核对了什么）"), self._reason, required=True))
        self._add_ends(self.tr("确定"), self._on_decide)

    def _build_reveal(self) -> None:
        self._reason = TextField(max_length=_REASON_LENGTH)
        hint = self.tr("会记入查看记录，号码显示一会儿后自动隐藏。")
        self._add("reason", Field(self.tr("查看理由"), self._reason, required=True, hint=hint))
        self._add_ends(self.tr("显示号码"), lambda: self._presenter.reveal(self._reason.value()))

    def _add(self, place: str, field: Field) -> None:
        self._fields[place] = field
        self.body.addWidget(field)

    def _add_ends(self, words: str, act: Callable[[], None]) -> None:
        row = QWidget()
        flow = FlowLayout(row, gap=12)
        self.confirm = Button(words, ButtonKind.PRIMARY)
        self.confirm.clicked.connect(act)
        cancel = Button(self.tr("取消"))
        cancel.clicked.connect(self._presenter.close)
        flow.addWidget(self.confirm)
        flow.addWidget(cancel)
        self.body.addWidget(row)

    def _editor(self) -> Editor | None:
        if self.row.entry is EntryKind.TEXT:
            return TextField(InputKind.ID_NUMBER if self.row.secret else InputKind.TEXT)
        if self.row.entry is EntryKind.DAY:
            return DateField(self._presenter.today)
        if self.row.entry is EntryKind.CODE:
            return ChoiceList([Choice(value, label) for value, label in self.row.codes])
        return None

    def _on_choice(self, chosen: object) -> None:
        if self.other is not None:
            self._other_field.setVisible(chosen == OTHER)

    def _on_decide(self) -> None:
        assert self.choice is not None
        chosen = self.choice.value()
        value = self.other.value() if self.other is not None else None
        self._presenter.decide(chosen if isinstance(chosen, str) else None, value, self._reason.value())


class ConflictsScreen(Screen):
    """填写冲突."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = ConflictsPresenter(surroundings, self.render_state)
        page = ScrollPage()
        self.column.addWidget(page)
        self._count = Text("", TextRole.SECTION, wrap=True)
        self._about = Text(
            self.tr("两个人先后改了同一项，系统没有替谁作主：目前采用先到的一项，核对后在这里定。"),
            tone="soft",
            wrap=True,
        )
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        self.cards: list[ConflictCard] = []
        self._empty = EmptyState(self.tr("没有需要核对的冲突。"), icon="circle-check")
        page.column.addWidget(self._count)
        page.column.addWidget(self._about)
        page.column.addLayout(self._cards)
        page.column.addWidget(self._empty, 1)
        page.column.addStretch(0)
        self._drawn: object = None
        self._timer = QTimer(self)
        self._timer.setInterval(_SECOND_MS)
        self._timer.timeout.connect(self.presenter.tick)
        for widget in (self._count, self._about, self._empty):
            widget.hide()

    def enter(self, params: Params) -> None:
        self._say_title()
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title()

    def leave(self) -> None:
        self._timer.stop()
        self.presenter.leave()

    def moment(self, at: dt.datetime) -> str:
        """A moment in words of today."""
        return moment_words(at, self.presenter.state.today)

    def render_state(self, state: ConflictsState) -> None:
        """Show the conflicts."""
        waiting = sum(row.state is ConflictState.OPEN and not row.waiting for row in state.rows)
        self._count.setText(self.tr("{0} 项待核对").format(waiting))
        for widget in (self._count, self._about):
            widget.setVisible(bool(state.rows))
        self._empty.setVisible(state.loaded and not state.rows)
        shown = (state.rows, state.opened, state.asking)
        if shown != self._drawn:
            self._drawn = shown
            self._rebuild(state)
        for card in self.cards:
            if card.row.conflict_id == state.opened:
                card.show_problem(state.problem)
        if self.presenter.revealing and not self._timer.isActive():
            self._timer.start()
        elif not self.presenter.revealing:
            self._timer.stop()

    def _rebuild(self, state: ConflictsState) -> None:
        written = {(card.row.conflict_id, card.asking): card.typed() for card in self.cards}
        for card in self.cards:
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for row in state.rows:
            card = ConflictCard(self, row, state.asking if row.conflict_id == state.opened else None)
            self._cards.addWidget(card)
            self.cards.append(card)
            if card.asking is not None and (row.conflict_id, card.asking) in written:
                card.take_over(written[row.conflict_id, card.asking])
        order_tabs(self)

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("填写冲突"))
