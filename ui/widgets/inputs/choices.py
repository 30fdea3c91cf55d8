"""Choices and the group of buttons that selects one or several of them. Layer 5."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QLayout, QWidget

from ui.widgets.inputs.editor import Editor

_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer.

    Attributes:
        value: what is stored.
        label: what is shown.
        hint: a second, smaller line (rows only).
        keywords: further words that find it in a picker, e.g. pinyin.
        exclusive: among several answers it stands alone (以上都没有).
    """

    value: str
    label: str
    hint: str = ""
    keywords: str = ""
    exclusive: bool = False


def chosen_values(value: object, choices: Iterable[Choice]) -> tuple[str, ...]:
    """A value of a choice editor as a tuple of known values, in the order of the choices."""
    if value is None:
        return ()
    wanted = (value,) if isinstance(value, str) else value
    if not isinstance(wanted, (tuple, list, set, frozenset)):
        raise TypeError(f"choice value expected, got {type(value).__name__}")
    return tuple(choice.value for choice in choices if choice.value in wanted)


def after_tap(
    tapped: Choice, before: tuple[str, ...], choices: Sequence[Choice], *, multiple: bool, clearable: bool
) -> tuple[str, ...]:
    """The selection after tapping one choice."""
    if not multiple:
        return () if clearable and before == (tapped.value,) else (tapped.value,)
    if tapped.value in before:
        return tuple(value for value in before if value != tapped.value)
    if tapped.exclusive:
        return (tapped.value,)
    alone = {choice.value for choice in choices if choice.exclusive}
    kept = {value for value in before if value not in alone} | {tapped.value}
    return tuple(choice.value for choice in choices if choice.value in kept)


class ChoiceGroup(Editor):
    """Buttons that select one choice (value: str or None) or several (value: tuple of str).

    Keyboard: Tab enters the group; the arrows move, and select when only one may be chosen; Space selects.
    """

    def __init__(
        self,
        choices: Sequence[Choice],
        *,
        multiple: bool = False,
        clearable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._choices = tuple(choices)
        self._multiple = multiple
        self._clearable = clearable
        self._selected: tuple[str, ...] = ()
        self._buttons: list[QAbstractButton] = []

    def fill(self, layout: QLayout, buttons: Sequence[QAbstractButton]) -> None:
        """Take the painted buttons, one for each choice, into the group."""
        for choice, button in zip(self._choices, buttons, strict=True):
            button.setAccessibleName(choice.label)
            button.setAccessibleDescription(choice.hint)
            button.setCheckable(True)
            button.setAutoExclusive(False)
            button.clicked.connect(self._on_clicked)
            # Qt's own arrow keys only move the focus, and only between neighbours by place.
            button.installEventFilter(self)
            layout.addWidget(button)
            self._buttons.append(button)
        self._show_selection()

    def buttons(self) -> Sequence[QAbstractButton]:
        """The buttons in the order of the choices."""
        return tuple(self._buttons)

    def choices(self) -> Sequence[Choice]:
        """The choices."""
        return self._choices

    def value(self) -> str | tuple[str, ...] | None:
        """The chosen value, or all chosen values when several may be chosen."""
        if self._multiple:
            return self._selected
        return self._selected[0] if self._selected else None

    def set_value(self, value: object) -> None:
        """Select silently; unknown values are dropped."""
        self._selected = chosen_values(value, self._choices)
        self._show_selection()

    def set_invalid(self, invalid: bool) -> None:
        for button in self._buttons:
            button.setProperty("invalid", invalid)
            button.update()

    def describe(self, name: str, description: str = "") -> None:
        super().describe(name, description)
        for choice, button in zip(self._choices, self._buttons, strict=True):
            button.setAccessibleName(f"{name} {choice.label}".strip())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move from choice to choice."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None and isinstance(watched, QAbstractButton):
                self._walk(self._buttons.index(watched) + step)
                return True
        return super().eventFilter(watched, event)

    def _walk(self, index: int) -> None:
        index %= len(self._buttons)
        self._buttons[index].setFocus(Qt.FocusReason.TabFocusReason)
        if not self._multiple and self._selected != (self._choices[index].value,):
            self._choose(index)

    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QAbstractButton):
            self._choose(self._buttons.index(button))

    def _choose(self, index: int) -> None:
        before = self._selected
        self._selected = after_tap(
            self._choices[index],
            before,
            self._choices,
            multiple=self._multiple,
            clearable=self._clearable,
        )
        self._show_selection()
        if self._selected != before:
            self.changed.emit(self.value())
            self.committed.emit(self.value())

    def _show_selection(self) -> None:
        entry = self._selected[0] if self._selected else self._choices[0].value if self._choices else ""
        for choice, button in zip(self._choices, self._buttons, strict=True):
            button.setChecked(choice.value in self._selected)
            # One stop for Tab when one may be chosen, as with radio buttons everywhere.
            stop = self._multiple or choice.value == entry
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if stop else Qt.FocusPolicy.ClickFocus)
            button.update()
