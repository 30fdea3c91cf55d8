"""How the risk level of a household came to what it is: steps with their reasons. Layer 5."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.clock import local_day
from fieldapp.domain.records.households import RiskLevel
from ui.theme import StatusKind, TextRole
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.chip import Chip
from ui.widgets.labels import Divider, Text
from ui.widgets.records.day_words import day_words
from ui.widgets.records.level_rows import LevelRow

RISK_TONES: Final = {
    RiskLevel.HIGH: StatusKind.DANGER,
    RiskLevel.MEDIUM: StatusKind.WARN,
    RiskLevel.LOW: StatusKind.OK,
    RiskLevel.NONE: StatusKind.MUTE,
}


class LevelHistory(QWidget):
    """Newest first. Signals: opened(assessment_id)."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._shown: tuple[LevelRow, ...] | None = None
        self.buttons: list[Button] = []

    def show_rows(self, rows: Sequence[LevelRow], today: dt.date) -> None:
        """Show these steps."""
        if tuple(rows) == self._shown:
            return
        self._shown = tuple(rows)
        self.buttons = []
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for at, row in enumerate(rows):
            if at:
                self._column.addWidget(Divider())
            self._column.addWidget(self._row(row, today))

    def _row(self, row: LevelRow, today: dt.date) -> QWidget:
        view = QWidget()
        day = day_words(local_day(row.at), today)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Chip(self.tr("风险{0}").format(row.label), RISK_TONES[row.level]))
        head.addWidget(Text(day, TextRole.STRONG), 1)
        read = Button(self.tr("查看"), ButtonKind.TEXT)
        read.setAccessibleName(self.tr("查看 {0} 的评估").format(day))
        read.clicked.connect(partial(self.opened.emit, row.assessment_id))
        self.buttons.append(read)
        head.addWidget(read)
        column = QVBoxLayout(view)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(Text(self._what(row), tone="soft", wrap=True))
        if row.reason:
            words = self.tr("下调理由：{0}") if row.lowered else self.tr("理由：{0}")
            column.addWidget(Text(words.format(row.reason), wrap=True))
        if not row.took_effect:
            text = self.tr("评为{0}，没有生效：下调高风险必须写明理由。").format(row.said)
            column.addWidget(Text(text, tone="warn", wrap=True))
        return view

    def _what(self, row: LevelRow) -> str:
        if row.overridden:
            return self.tr("{0} 调整等级").format(row.by)
        return self.tr("得分 {0}，负责人 {1}").format(row.score, row.by)
