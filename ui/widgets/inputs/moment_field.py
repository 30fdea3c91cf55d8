"""Editor of a day with its time. Layer 5."""

from collections.abc import Callable
from datetime import date, datetime, time, tzinfo

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.time_field import TimeField


class MomentField(Editor):
    """An aware datetime or None; unanswered until day and time are both there.

    Args:
        now: the injected clock in the zone of the day.
    """

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._value: datetime | None = None
        self.day = DateField(lambda: now().date())
        self.time = TimeField(lambda: now().time())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.day, self.time):
            part.changed.connect(self._on_changed)
            part.problem.connect(self.problem)
            column.addWidget(part)
        self.setFocusProxy(self.day)

    def value(self) -> datetime | None:
        """Day and time, in the clock's zone."""
        return self._value

    def set_value(self, value: object) -> None:
        if value is not None and not isinstance(value, datetime):
            raise TypeError(f"datetime expected, got {type(value).__name__}")
        if value == self._value:  # a day without a time yet stays on show
            return
        self._value = value
        self.day.set_value(value.date() if value is not None else None)
        self.time.set_value(value.time().replace(second=0, microsecond=0) if value is not None else None)

    def set_invalid(self, invalid: bool) -> None:
        self.day.set_invalid(invalid)
        self.time.set_invalid(invalid)

    def describe(self, name: str, description: str = "") -> None:
        self.setAccessibleName(name)
        self.day.describe(self.tr("{0} 日期").format(name), description)
        self.time.describe(self.tr("{0} 时间").format(name), description)

    def _on_changed(self, _part: object) -> None:
        both = _joined(self.day.value(), self.time.value(), self._now().tzinfo)
        if both != self._value:
            self._value = both
            self.changed.emit(both)
            self.committed.emit(both)


def _joined(day: date | None, at: time | None, zone: tzinfo | None) -> datetime | None:
    return datetime.combine(day, at, zone) if day is not None and at is not None else None
