"""The team of an assessment that was handed over, with who has signed. Layer 5."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.screens.assessment.state import AssessmentState, MemberState
from ui.theme import StatusKind, TextRole
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.labels import Divider, Text
from ui.widgets.records.day_words import moment_words


class MembersCard(Card):
    """Signals: sign_asked(member_id)."""

    sign_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("评估小组"), icon="users", parent=parent)
        self._shown: tuple[MemberState, ...] | None = None
        self.buttons: dict[str, Button] = {}

    def show_members(self, state: AssessmentState) -> None:
        """Show the members; while nothing changes the buttons keep the focus."""
        if state.members == self._shown:
            return
        self._shown = state.members
        while (item := self.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = {}
        for at, member in enumerate(state.members):
            if at:
                self.body.addWidget(Divider())
            self.body.addWidget(self._row(member, state))
        signed = sum(one.signed_at is not None for one in state.members)
        self.set_title(self.tr("评估小组：{0} / {1} 人已签字").format(signed, len(state.members)))

    def _row(self, member: MemberState, state: AssessmentState) -> QWidget:
        row = QWidget()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Text(member.name, TextRole.STRONG, wrap=True))
        words.addWidget(Text(member.kind_label, tone="soft", wrap=True))
        if member.view:
            words.addWidget(Text(self.tr("不同意见：{0}").format(member.view), tone="warn", wrap=True))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addLayout(words, 1)
        if member.signed_at is not None:
            when = moment_words(member.signed_at, state.today)
            line.addWidget(Text(when, TextRole.CAPTION))
            line.addWidget(Chip(self.tr("已签字"), StatusKind.OK))
        elif member.may_sign:
            button = Button(self.tr("签字"), icon="pen-line")
            button.setAccessibleName(self.tr("{0} 签字").format(member.name))
            button.clicked.connect(partial(self.sign_asked.emit, member.id))
            self.buttons[member.id] = button
            line.addWidget(button)
        else:
            line.addWidget(Chip(self.tr("等待签字"), StatusKind.WARN))
        return row
