"""Parts of the file of a household: head, members with their masked numbers, entitlements."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.services.households import Secret
from ui.screens.household.presenter import HouseholdState, Revealed, SecretKey
from ui.screens.household.rows import CoverageRow, MemberRow
from ui.theme import StatusKind, TextRole
from ui.widgets.avatar import Avatar
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.labels import Divider, Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import day_words
from ui.widgets.records.household_cards import SEPARATOR, household_chips, visit_action
from ui.widgets.records.household_rows import HouseholdRow


class HouseholdHead(Card):
    """Who they are, how they stand, and the one main action.

    Signals: visit_asked(), edit_asked(), paper_asked().
    """

    visit_asked = Signal()
    edit_asked = Signal()
    paper_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._avatar = Avatar("", "")
        self._name = Text("", TextRole.PAGE_TITLE, wrap=True)
        self._place = Text("", tone="soft", wrap=True)
        chips = QWidget()
        self._chips = FlowLayout(chips, gap=8)
        words = QVBoxLayout()
        words.setSpacing(6)
        for widget in (self._name, chips, self._place):
            words.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self._visit = Button(self.tr("开始走访"), ButtonKind.PRIMARY, icon="pen-line")
        self._edit = Button(self.tr("修改联系方式"), icon="pencil")
        self._visit.clicked.connect(self.visit_asked)
        self._edit.clicked.connect(self.edit_asked)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=12)
        flow.addWidget(self._visit)
        flow.addWidget(self._edit)
        self._paper = Button(self.tr("打印空白走访表"), icon="printer")
        self._paper.clicked.connect(self.paper_asked)
        flow.addWidget(self._paper)
        self.body.addLayout(row)
        self.body.addWidget(buttons)

    def render_state(self, state: HouseholdState) -> None:
        """Show the head of a file."""
        head = state.head
        if head is None:
            return
        self._avatar.set_person(head.household_id, head.name)
        self._name.setText(head.name)
        self._place.setText(self._place_words(head))
        self._chips.clear()
        for chip in household_chips(head):
            self._chips.addWidget(Chip(chip.text, chip.kind))
        for words in state.categories:
            self._chips.addWidget(Chip(words, StatusKind.INFO))
        for words in state.tags:
            self._chips.addWidget(Chip(words, StatusKind.MUTE))
        self._visit.setText(visit_action(head))
        self._visit.setVisible(state.may_visit)
        # One primary button at a time: an open panel has its own.
        panel = state.asking is not None or state.editing is not None
        self._visit.set_kind(ButtonKind.SECONDARY if panel else ButtonKind.PRIMARY)
        self._edit.setVisible(state.may_edit)

    def _place_words(self, head: HouseholdRow) -> str:
        age = self.tr("{0} 岁").format(head.age) if head.age is not None else ""
        size = self.tr("{0} 口人").format(head.members)
        return SEPARATOR.join(filter(None, (head.place, age, size)))


class SecretLine(QWidget):
    """A masked number with its button. Signals: asked(), hidden()."""

    asked = Signal()
    hidden = Signal()

    def __init__(self, label: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label_text = label
        self._person = name
        self._shown = False
        self._label = Text(label, tone="soft")
        self._number = Text("")
        self._button = Button(self.tr("显示"), ButtonKind.TEXT, icon="eye")
        self._button.clicked.connect(self._on_clicked)
        flow = FlowLayout(self, gap=10)
        for widget in (self._label, self._number, self._button):
            flow.addWidget(widget)

    def set_number(
        self, masked: str, revealed: Revealed | None, *, may_reveal: bool, owner: str = ""
    ) -> None:
        """Show the masked number, or the full one with the seconds it stays."""
        self._shown = revealed is not None
        number = revealed.text if revealed is not None else masked
        self._number.setText(self.tr("{0}（{1}）").format(number, owner) if owner else number)
        self._number.updateGeometry()
        self._button.setVisible(may_reveal and bool(masked))
        if revealed is not None:
            self._button.setText(self.tr("隐藏（{0} 秒）").format(revealed.seconds_left))
            self._button.set_icon("eye-off")
            name = self.tr("隐藏 {0} 的{1}").format(self._person, self._label_text)
        else:
            self._button.setText(self.tr("显示"))
            self._button.set_icon("eye")
            name = self.tr("显示 {0} 的{1}").format(self._person, self._label_text)
        self._button.setAccessibleName(name)

    def number(self) -> str:
        """What is shown."""
        return self._number.text()

    def button(self) -> Button:
        """The button that shows or hides."""
        return self._button

    def _on_clicked(self) -> None:
        if self._shown:
            self.hidden.emit()
        else:
            self.asked.emit()


class MemberView(QWidget):
    """One member. Signals: asked(person_id, Secret), hidden(person_id, Secret)."""

    asked = Signal(str, object)
    hidden = Signal(str, object)

    def __init__(self, row: MemberRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(Text(self._who(row), TextRole.STRONG, wrap=True))
        if row.notes:
            column.addWidget(Text(SEPARATOR.join(row.notes), tone="soft", wrap=True))
        self.lines: dict[Secret, SecretLine] = {}
        for secret, label, masked in (
            (Secret.PHONE, self.tr("电话"), row.masked_phone),
            (Secret.ID_NUMBER, self.tr("身份证号"), row.masked_id),
        ):
            if masked:
                line = SecretLine(label, row.name)
                line.asked.connect(lambda s=secret: self.asked.emit(row.person_id, s))
                line.hidden.connect(lambda s=secret: self.hidden.emit(row.person_id, s))
                self.lines[secret] = line
                column.addWidget(line)
        if not self.lines:
            column.addWidget(Text(self.tr("没有登记电话和证件号"), TextRole.CAPTION))

    def set_revealed(self, state: HouseholdState) -> None:
        """Show what is revealed now."""
        may = {Secret.PHONE: state.may_reveal_phone, Secret.ID_NUMBER: state.may_reveal_id}
        masked = {Secret.PHONE: self.row.masked_phone, Secret.ID_NUMBER: self.row.masked_id}
        revealed: Mapping[SecretKey, Revealed] = state.revealed
        for secret, line in self.lines.items():
            line.set_number(
                masked[secret],
                revealed.get((self.row.person_id, secret)),
                may_reveal=may[secret],
                owner=self.row.phone_owner if secret is Secret.PHONE else "",
            )

    def _who(self, row: MemberRow) -> str:
        age = self.tr("{0} 岁").format(row.age) if row.age is not None and row.alive else ""
        return SEPARATOR.join(filter(None, (row.name, row.relation, row.sex, age, row.standing)))


class MembersCard(Card):
    """All members. Signals as of MemberView."""

    asked = Signal(str, object)
    hidden = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("家庭成员"), icon="users", parent=parent)
        self.views: list[MemberView] = []
        self._rows: tuple[MemberRow, ...] = ()

    def render_state(self, state: HouseholdState) -> None:
        """Show the members; while only numbers come and go, the rows and the focus stay."""
        if state.members != self._rows:
            self._rows = state.members
            self._rebuild(state.members)
        for view in self.views:
            view.set_revealed(state)

    def _rebuild(self, rows: Sequence[MemberRow]) -> None:
        while (item := self.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.views = []
        for i, row in enumerate(rows):
            if i:
                self.body.addWidget(Divider())
            view = MemberView(row)
            view.asked.connect(self.asked)
            view.hidden.connect(self.hidden)
            self.body.addWidget(view)
            self.views.append(view)
        self.set_title(self.tr("家庭成员 {0} 人").format(sum(row.alive for row in rows)))


class CoveragesCard(Card):
    """What the household receives, and received."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("救助待遇"), icon="hand-coins", parent=parent)
        self._rows: tuple[CoverageRow, ...] | None = None

    def render_state(self, state: HouseholdState) -> None:
        """Show the entitlements."""
        if state.coverages == self._rows:
            return
        self._rows = state.coverages
        while (item := self.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if not state.coverages:
            self.body.addWidget(Text(self.tr("没有登记救助待遇"), tone="soft", wrap=True))
        for row in state.coverages:
            self.body.addWidget(self._view(row, state))

    def _view(self, row: CoverageRow, state: HouseholdState) -> QWidget:
        view = QWidget()
        column = QVBoxLayout(view)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        amount = self.tr("每月 {0} 元").format(f"{row.monthly_amount_fen / 100:,.2f}")
        head = SEPARATOR.join((row.category, amount)) if row.monthly_amount_fen else row.category
        column.addWidget(
            Text(
                head,
                TextRole.STRONG if row.open else TextRole.BODY,
                tone="" if row.open else "quiet",
                wrap=True,
            )
        )
        since = day_words(row.since, state.today)
        if row.until is None:
            period = self.tr("{0} 起").format(since)
        else:
            period = self.tr("{0} 至 {1}").format(since, day_words(row.until, state.today))
        words = SEPARATOR.join(filter(None, (period, *row.details, "" if row.open else self.tr("已停"))))
        column.addWidget(Text(words, tone="soft" if row.open else "quiet", wrap=True))
        return view
