"""Everything that was answered, to be read once more before the form is finished. Layer 5."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme as look
from ui.forms.filling import Entry, SummaryPart
from ui.forms.question import written
from ui.forms.texts import words
from ui.theme import Theme
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.labels import Text

_LEAST_PX = 160


class _Table(Text):
    """Rich text as wide as it is given, measured once for each width: layouts ask hundreds of times while
    the cards of a long form come, and every measure lays the whole table out."""

    def __init__(self) -> None:
        super().__init__("", wrap=True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self._heights: dict[int, int] = {}

    def setText(self, text: str) -> None:
        """Show a table."""
        self._heights.clear()
        super().setText(text)

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = super().heightForWidth(width)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        theme = look.current()
        return QSize(theme.px(_LEAST_PX), theme.px(24))


class SummaryCard(Card):
    """One section: questions and answers as a table, and the way back. Signals: chosen(key)."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._part = SummaryPart("", None, ())
        self._change = Button(self.tr("修改"), ButtonKind.TEXT, icon="pencil")
        self._change.clicked.connect(lambda: self.chosen.emit(self._part.key))
        self.add_tool(self._change)
        # One label of many lines: a form of hundreds of questions must not cost hundreds of widgets.
        self._table = _Table()
        self.body.addWidget(self._table)
        look.follow(self, self._restyle)

    def show_part(self, part: SummaryPart, number: int, *, may_change: bool) -> None:
        """Show a section."""
        self._part = part
        title = words(part.title) or self.tr("第 {0} 部分").format(number)
        self.set_title(title)
        self._change.setVisible(may_change)
        self._change.setAccessibleName(self.tr("修改 {0}").format(title))
        self._restyle(look.current())

    def text(self) -> str:
        """What is on show, one line for each question."""
        return "\n".join(f"{self._question(one)}: {written(one.shown)}" for one in self._part.entries)

    def _question(self, entry: Entry) -> str:
        label = words(entry.label)
        return self.tr("{0}（第 {1} 项）").format(label, entry.instance) if entry.instance else label

    def _restyle(self, theme: Theme) -> None:
        colors = theme.colors
        unanswered = self.tr("未填")
        blank = f'<span style="color:{colors.ink_3}">{escape(unanswered)}</span>'
        rows = []
        for entry in self._part.entries:
            shown = written(entry.shown)
            answer = escape(shown) or blank
            rows.append(
                f'<tr><td width="45%" style="color:{colors.ink_2};padding:3px 12px 3px 0">'
                f'{escape(self._question(entry))}</td><td style="padding:3px 0"><b>{answer}</b></td></tr>'
            )
        self._table.setText(f'<table width="100%" cellspacing="0">{"".join(rows)}</table>')
        self._table.setAccessibleName(self.text())


class SummaryView(QWidget):
    """All sections. Signals: chosen(key) to change something."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[SummaryCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(14)

    def show_parts(self, parts: Sequence[SummaryPart], *, may_change: bool = True) -> None:
        """Show the sections."""
        while len(self._cards) > len(parts):
            card = self._cards.pop()
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        while len(self._cards) < len(parts):
            card = SummaryCard()
            card.chosen.connect(self.chosen)
            self._column.addWidget(card)
            self._cards.append(card)
        for number, (card, part) in enumerate(zip(self._cards, parts, strict=True), start=1):
            card.show_part(part, number, may_change=may_change)

    def cards(self) -> Sequence[SummaryCard]:
        """The cards in order."""
        return tuple(self._cards)
