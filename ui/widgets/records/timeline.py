"""What happened to a record, newest first: steps with actor, time and words. Layer 5."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import StatusKind, TextRole
from ui.widgets.card import IconMark
from ui.widgets.chip import Chip
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import moment_words


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: when, what, who, their words, and whether it counts."""

    at: dt.datetime
    title: str
    who: str = ""
    words: str = ""
    icon: str = "circle-dot"
    tone: StatusKind = StatusKind.INFO
    mark: str = ""
    mark_tone: StatusKind = StatusKind.INFO


def newest_first(entries: Sequence[Entry]) -> list[Entry]:
    """In the order of a timeline; of things at one moment the last one done comes first, too."""
    last_first = entries[::-1]
    return sorted(last_first, key=lambda entry: entry.at, reverse=True)


class Timeline(QWidget):
    """Entries below each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(14)
        self._shown: tuple[Entry, ...] = ()

    def show_entries(self, entries: Sequence[Entry], today: dt.date) -> None:
        """Show these, if they are others than before."""
        if tuple(entries) == self._shown:
            return
        self._shown = tuple(entries)
        while (item := self._column.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for entry in entries:
            self._column.addWidget(_EntryRow(entry, moment_words(entry.at, today)))

    def entries(self) -> tuple[Entry, ...]:
        """What is shown."""
        return self._shown


class _EntryRow(QWidget):
    """Icon, what, who and when, their words below."""

    def __init__(self, entry: Entry, when: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(IconMark(entry.icon, tone=entry.tone), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        head = QWidget()
        flow = FlowLayout(head, gap=10)
        flow.addWidget(Text(entry.title, TextRole.STRONG, wrap=len(entry.title) > 24))
        if entry.mark:
            flow.addWidget(Chip(entry.mark, entry.mark_tone))
        column.addWidget(head)
        about = " · ".join(filter(None, (entry.who, when)))
        column.addWidget(Text(about, TextRole.CAPTION, wrap=True))
        if entry.words:
            column.addWidget(Text(entry.words, wrap=True))
        row.addLayout(column, 1)
        self.setAccessibleName(
            self.tr("，").join(filter(None, (entry.title, about, entry.mark, entry.words)))
        )
