"""Time-of-day editor: typed in any usual way, or set to the present with one tap. Layer 5."""

from collections.abc import Callable
from datetime import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import theme as look
from ui.theme import Theme, set_flag
from ui.widgets.buttons import Button
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.text_field import Line
from ui.widgets.inputs.time_text import parse_time, written_time


class TimeField(Editor):
    """A time of day (minutes) or None; value is datetime.time.

    Typed text is read when the field is left or Enter is pressed; what cannot be read stays, `problem`
    says what to do.

    Args:
        now: the injected clock's time of day, for the button 现在.
        placeholder: what an empty field means.
    """

    def __init__(
        self, now: Callable[[], time], *, placeholder: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._value: time | None = None
        self.line = Line()
        self.line.setPlaceholderText(placeholder or self.tr("如 9:05"))
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhTime)
        self.line.editingFinished.connect(self._on_finished)
        self.now_button = Button(self.tr("现在"), icon="clock")
        self.now_button.clicked.connect(self._on_now)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line)
        row.addWidget(self.now_button)
        row.addStretch(1)
        self.setFocusProxy(self.line)
        look.follow(self, self._restyle)

    def value(self) -> time | None:
        """The time; None when unanswered."""
        return self._value

    def set_value(self, value: object) -> None:
        if value is not None and not isinstance(value, time):
            raise TypeError(f"time expected, got {type(value).__name__}")
        self._value = value
        self.line.setText("" if value is None else written_time(value))

    def set_invalid(self, invalid: bool) -> None:
        set_flag(self.line, "invalid", invalid)

    def describe(self, name: str, description: str = "") -> None:
        super().describe(name, description)
        self.now_button.setAccessibleName(self.tr("{0} 现在").format(name))

    def _on_now(self) -> None:
        at = self._now().replace(second=0, microsecond=0)
        self.line.setText(written_time(at))
        self._take(at)

    def _on_finished(self) -> None:
        text = self.line.text().strip()
        if self.line.composing or (self._value is not None and text == written_time(self._value)):
            return
        if not text:
            self._take(None)
            return
        read = parse_time(text)
        if read is None:
            self.set_invalid(True)
            self.problem.emit(self.tr("看不懂这个时间，请写成 9:05 或 14:30"))
            return
        self.line.setText(written_time(read))
        self._take(read)

    def _take(self, at: time | None) -> None:
        self.set_invalid(False)
        self.problem.emit("")
        if at != self._value:
            self._value = at
            self.changed.emit(at)
            self.committed.emit(at)

    def _restyle(self, theme: Theme) -> None:
        self.line.setFixedWidth(theme.px(150))
