"""Editor of a month or a year: typed in any usual way, or counted with − and +. Layer 5."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import theme as look
from ui.theme import Theme, set_flag
from ui.widgets.buttons import Button
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.month_grid import shift_month
from ui.widgets.inputs.month_text import parse_month, parse_year
from ui.widgets.inputs.text_field import Line


class MonthField(Editor):
    """The first day of a month or None; with `years` the first day of a year.

    Args:
        today: the injected clock; − and + begin at its month.
    """

    def __init__(
        self, today: Callable[[], date], *, years: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._today, self._years = today, years
        self._value: date | None = None
        self.line = Line()
        self.line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.line.setPlaceholderText(self.tr("如 2026 年") if years else self.tr("如 2026.3"))
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers)
        self.line.editingFinished.connect(self._on_finished)
        self._less, self._more = Button("", icon="minus"), Button("", icon="plus")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self._less, self.line, self._more):
            row.addWidget(widget)
        row.addStretch(1)
        for button, sign in ((self._less, -1), (self._more, 1)):
            button.setProperty("sign", sign)
            button.setProperty("seat", "step")
            button.setAutoRepeat(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(self._on_step)
        self.setFocusProxy(self.line)
        self.describe(self.tr("年份") if years else self.tr("月份"))
        look.follow(self, self._restyle)

    def value(self) -> date | None:
        """The first day; None when unanswered or not readable."""
        return self._value

    def set_value(self, value: object) -> None:
        if value is not None and not isinstance(value, date):
            raise TypeError(f"date expected, got {type(value).__name__}")
        self._value = value
        self.line.setText(self._written(value))

    def set_invalid(self, invalid: bool) -> None:
        set_flag(self.line, "invalid", invalid)

    def describe(self, name: str, description: str = "") -> None:
        super().describe(name, description)
        self._less.setAccessibleName(self.tr("{0} 减少").format(name))
        self._more.setAccessibleName(self.tr("{0} 增加").format(name))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down count."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._count(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)

    def _on_step(self) -> None:
        self._count(int(self.sender().property("sign")))

    def _count(self, sign: int) -> None:
        if self._value is None:
            first = self._today().replace(day=1)
            wanted = first.replace(month=1) if self._years else first
        else:
            wanted = shift_month(self._value, sign * (12 if self._years else 1))
        self.line.setText(self._written(wanted))
        self._take(wanted)

    def _on_finished(self) -> None:
        text = self.line.text().strip()
        if self.line.composing or text == self._written(self._value):
            return
        read = parse_year(text) if self._years else parse_month(text)
        if text and read is None:
            self._value = None
            self.set_invalid(True)
            self.problem.emit(
                self.tr("看不懂这个年份，请写成 2026")
                if self._years
                else self.tr("看不懂这个月份，请写成 2026.3")
            )
            self.changed.emit(None)
            return
        self.line.setText(self._written(read))
        self._take(read)

    def _written(self, first: date | None) -> str:
        # Whatever a translation makes of it must be readable by parse_month and parse_year.
        if first is None:
            return ""
        if self._years:
            return self.tr("{0} 年").format(first.year)
        return self.tr("{0} 年 {1} 月").format(first.year, first.month)

    def _take(self, first: date | None) -> None:
        self.set_invalid(False)
        self.problem.emit("")
        if first != self._value:
            self._value = first
            self.changed.emit(first)
            self.committed.emit(first)

    def _restyle(self, theme: Theme) -> None:
        for button in (self._less, self._more):
            button.setFixedSize(QSize(theme.target + 8, theme.target))
        self.line.setFixedWidth(theme.px(160))
