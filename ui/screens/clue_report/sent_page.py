"""After a report was handed in: whom to call, what to send, how it travels without a network. Layer 5."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import clipboard
from ui.screens.clue_report.state import ReportState, Sent
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.emergency_card import DutyPhones, EmergencyCard


class SentPage(QWidget):
    """Signals: again_asked(), done_asked(), clue_asked(), codes_asked(), stick_asked(), copied()."""

    again_asked = Signal()
    done_asked = Signal()
    clue_asked = Signal()
    codes_asked = Signal()
    stick_asked = Signal()
    copied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.standing = Banner("", StatusKind.OK)
        self.emergency = EmergencyCard()
        phones = Card(self.tr("现在就打值班电话"), icon="phone")
        self.phones = DutyPhones()
        phones.body.addWidget(self.phones)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        for widget in (
            self.standing,
            self.emergency,
            phones,
            self._build_words(),
            self._build_travel(),
            self._build_end(),
        ):
            column.addWidget(widget)
        column.addStretch(1)
        self._sent: Sent | None = None

    def _build_words(self) -> QWidget:
        card = Card(self.tr("可以发出去的短信（不含证件号）"), icon="message-square")
        self.words = Text("", wrap=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.copy = Button(self.tr("复制短信"), icon="copy")
        self.copy.clicked.connect(self._on_copy)
        self.copy_with_person = Button(self.tr("复制（含姓名和电话）"), ButtonKind.TEXT, icon="copy")
        self.copy_with_person.clicked.connect(self._on_copy_with_person)
        self._private = Text(
            self.tr("含姓名和电话的，只发给一位负责人，不要发到群里。"), TextRole.CAPTION, wrap=True
        )
        card.body.addWidget(self.words)
        card.body.addWidget(_row(self.copy, self.copy_with_person))
        card.body.addWidget(self._private)
        return card

    def _build_travel(self) -> QWidget:
        self._travel = Card(self.tr("没有网络时"), icon="cloud-off")
        self._travel.body.addWidget(
            Text(
                self.tr("联网即发，不用守着。等不及的，让同事扫二维码带走，或存到U盘送到镇里。"),
                tone="soft",
                wrap=True,
            )
        )
        self.codes = Button(self.tr("出示二维码"), icon="qr-code")
        self.codes.clicked.connect(self.codes_asked)
        self.stick = Button(self.tr("存到U盘"), icon="hard-drive")
        self.stick.clicked.connect(self.stick_asked)
        self._travel.body.addWidget(_row(self.codes, self.stick))
        return self._travel

    def _build_end(self) -> QWidget:
        self.done = Button(self.tr("完成"), ButtonKind.PRIMARY, icon="check")
        self.done.clicked.connect(self.done_asked)
        self.again = Button(self.tr("再报一件"), icon="plus")
        self.again.clicked.connect(self.again_asked)
        self.clue = Button(self.tr("查看这条线索"), icon="eye")
        self.clue.clicked.connect(self.clue_asked)
        return _row(self.done, self.again, self.clue)

    def render_state(self, state: ReportState) -> None:
        """Show what became of the report."""
        sent = state.sent
        if sent is None:
            return
        self._sent = sent
        if sent.received:
            self.standing.set_message(self.tr("县里已经收到。"), StatusKind.OK)
        elif sent.online:
            self.standing.set_message(self.tr("已存本机，排在最前，正在发送。"), StatusKind.OK)
        else:
            self.standing.set_message(
                self.tr("已存本机，排在最前，联网即发。现在没有网络，请先打电话。"), StatusKind.WARN
            )
        self.emergency.setVisible(sent.danger)
        self.phones.show_phones(state.phones)
        self.words.setText(sent.brief)
        for widget in (self.copy_with_person, self._private):
            widget.setVisible(bool(sent.brief_with_person))
        self._travel.setVisible(not sent.received and not sent.online)

    def _on_copy(self) -> None:
        if self._sent is not None:
            clipboard.put(self._sent.brief)
            self.copied.emit()

    def _on_copy_with_person(self) -> None:
        if self._sent is not None:
            clipboard.put(self._sent.brief_with_person)
            self.copied.emit()


def _row(*buttons: Button) -> QWidget:
    row = QWidget()
    flow = FlowLayout(row, gap=12)
    for button in buttons:
        flow.addWidget(button)
    return row
