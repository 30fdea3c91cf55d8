"""Labelled values to read: label at the left, value at the right; below each other where it is narrow."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ui import theme as look
from ui.theme import TextRole, Theme
from ui.widgets.labels import Text

_LABEL = 132  # width of the label column at 100 %
_BESIDE_FROM = 400  # width at 100 % from which label and value stand beside each other


class ValueList(QWidget):
    """Rows of label and value. Values can be marked and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        self._rows: list[tuple[Text, QWidget]] = []
        self._beside: bool | None = None
        look.follow(self, self._restyle)

    def set_values(self, values: Iterable[tuple[str, str]]) -> None:
        """Show these labels and texts."""
        self.set_rows([(label, _text(text)) for label, text in values])

    def set_rows(self, rows: Iterable[tuple[str, QWidget]]) -> None:
        """Show these labels and widgets; the rows before are deleted."""
        for label, widget in self._rows:
            for old in (label, widget):
                self._grid.removeWidget(old)
                old.hide()
                old.deleteLater()
        self._rows = [(Text(label, tone="soft", wrap=True), widget) for label, widget in rows]
        self._beside = None
        self._arrange()

    def texts(self) -> list[tuple[str, str]]:
        """What is shown, for tests and for copying."""
        return [(label.text(), value.text()) for label, value in self._rows if isinstance(value, Text)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        theme = look.current()
        beside = self.width() >= theme.px(_BESIDE_FROM)
        if beside == self._beside:
            return
        self._beside = beside
        for i, (label, widget) in enumerate(self._rows):
            label.setMinimumWidth(theme.px(_LABEL) if beside else 0)
            label.setMaximumWidth(theme.px(_LABEL) if beside else 1 << 20)
            top = Qt.AlignmentFlag.AlignTop
            if beside:
                self._grid.addWidget(label, i, 0, top)
                self._grid.addWidget(widget, i, 1)
            else:
                self._grid.addWidget(label, 2 * i, 0, 1, 2)
                self._grid.addWidget(widget, 2 * i + 1, 0, 1, 2)
            # Below each other, a value stands nearer to its own label than to the next.
            widget.setContentsMargins(0, 0, 0, 0 if beside else 8)
        self._grid.setVerticalSpacing(10 if beside else 2)
        self._grid.setColumnStretch(1, 1)

    def _restyle(self, theme: Theme) -> None:
        self._beside = None
        self._arrange()


def _text(words: str) -> Text:
    text = Text(words, TextRole.BODY, wrap=True)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    # Selecting by mouse must not make every value a stop for the Tab key.
    text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return text
