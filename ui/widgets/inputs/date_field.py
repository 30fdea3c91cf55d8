"""Date editor: type it in any usual way, or tap the calendar. Layer 5."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui import theme as look
from ui.theme import Theme, set_flag
from ui.widgets.buttons import IconButton
from ui.widgets.inputs.date_text import DateProblem, parse_date
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.month_grid import MonthGrid
from ui.widgets.inputs.popups import open_popup
from ui.widgets.inputs.text_field import Line


class DateField(Editor):
    """A day or None (unanswered); value is datetime.date.

    Typed text is read when the field is left or Enter is pressed; what cannot be read stays in the
    field, `problem` says what to do and `value()` is None.

    Args:
        today: the injected clock; needed for days without a year and for the calendar.
        first: earliest day allowed.
        last: latest day allowed.
    """

    def __init__(
        self,
        today: Callable[[], date],
        *,
        first: date = date(1900, 1, 1),
        last: date = date(2199, 12, 31),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._today = today
        self._first, self._last = first, last
        self._value: date | None = None
        self._narrow = False
        self.line = Line()
        self.line.setPlaceholderText(self.tr("如 2026.3.5 或 3月5日"))
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhDate)
        self.line.editingFinished.connect(self._on_finished)
        self.open_button = IconButton("calendar", self.tr("打开日历"))
        self.open_button.clicked.connect(self.open_calendar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.open_button)
        self.setFocusProxy(self.line)
        self._popup: QFrame | None = None
        self.describe(self.tr("日期"))
        look.follow(self, self._restyle)

    def value(self) -> date | None:
        """The day; None when unanswered or not readable."""
        return self._value

    def set_value(self, value: object) -> None:
        if value is not None and not isinstance(value, date):
            raise TypeError(f"date expected, got {type(value).__name__}")
        self._value = value
        self.line.setText("" if value is None else self._written(value))

    def set_invalid(self, invalid: bool) -> None:
        set_flag(self.line, "invalid", invalid)

    def set_narrow(self) -> None:
        self._narrow = True
        self.line.setPlaceholderText(self.tr("如 2026.3.5"))
        self._restyle(look.current())

    def describe(self, name: str, description: str = "") -> None:
        super().describe(name, description)
        self.open_button.setAccessibleName(self.tr("{0} 打开日历").format(name))

    def open_calendar(self) -> QFrame:
        """Open the calendar below the field (above where there is no room) and answer its popup."""
        grid = MonthGrid(self._today())
        grid.days.set_limits(self._first, self._last)
        grid.days.set_chosen(self._value)
        grid.picked.connect(self._on_picked)
        popup = open_popup(self, grid, self.tr("日历"))
        grid.days.setFocus()
        self._popup = popup
        return popup

    def _on_picked(self, day: date) -> None:
        if self._popup is not None:
            self._popup.close()
            self._popup = None
        self.line.setText(self._written(day))
        self._take(day)
        self.line.setFocus()

    def _on_finished(self) -> None:
        text = self.line.text().strip()
        if self.line.composing or (self._value is not None and text == self._written(self._value)):
            return
        if not text:
            self._take(None)
            return
        read = parse_date(text, self._today())
        if isinstance(read, DateProblem):
            self._refuse(self._sentence(read))
        elif not self._first <= read <= self._last:
            between = self.tr("请核对：日期应在 {0} 至 {1} 之间")
            self._refuse(between.format(self._written(self._first), self._written(self._last)))
        else:
            self.line.setText(self._written(read))
            self._take(read)

    def _written(self, day: date) -> str:
        # Whatever a translation makes of it must be readable by parse_date.
        return self.tr("{0} 年 {1} 月 {2} 日").format(day.year, day.month, day.day)

    def _sentence(self, problem: DateProblem) -> str:
        if problem is DateProblem.NO_SUCH_DAY:
            return self.tr("没有这一天，请核对月和日")
        return self.tr("看不懂这个日期，请写成 2026.3.5 或点日历选择")

    def _refuse(self, sentence: str) -> None:
        if self._value is not None:
            self._value = None
            self.changed.emit(None)
        self.set_invalid(True)
        self.problem.emit(sentence)

    def _take(self, day: date | None) -> None:
        self.set_invalid(False)
        self.problem.emit("")
        if day != self._value:
            self._value = day
            self.changed.emit(day)
            self.committed.emit(day)

    def _restyle(self, theme: Theme) -> None:
        self.line.setMinimumWidth(theme.px(130 if self._narrow else 160))
