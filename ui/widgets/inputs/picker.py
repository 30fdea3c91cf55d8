"""Searchable picker for more choices than fit as buttons. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui import icons
from ui import theme as look
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.inputs.choice_pictures import ChoicePictures
from ui.widgets.inputs.choices import Choice, chosen_values
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.picker_dialog import PickerDialog

_PAD = 14


class Picker(Editor):
    """A button showing the chosen label(s); tapping it opens a searchable list.

    Value: str or None; with `multiple` a tuple of str.

    Args:
        title: head of the list, normally the question.
        pictures: stand beside the words in the list.
    """

    def __init__(
        self,
        choices: Sequence[Choice],
        *,
        title: str = "",
        multiple: bool = False,
        pictures: ChoicePictures | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._choices = tuple(choices)
        self._title = title
        self._multiple = multiple
        self._pictures = pictures
        self._selected: tuple[str, ...] = ()
        self.button = PickerButton()
        self.button.clicked.connect(self.open_list)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        self.setFocusProxy(self.button)
        self._name = title
        self._show()

    def value(self) -> str | tuple[str, ...] | None:
        """The chosen value, or all chosen values."""
        if self._multiple:
            return self._selected
        return self._selected[0] if self._selected else None

    def set_value(self, value: object) -> None:
        self._selected = chosen_values(value, self._choices)
        self._show()

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer others; what was chosen stays chosen where it is among them."""
        self._choices = tuple(choices)
        self._selected = chosen_values(self._selected, self._choices)
        self._show()

    def set_invalid(self, invalid: bool) -> None:
        self.button.setProperty("invalid", invalid)
        self.button.update()

    def describe(self, name: str, description: str = "") -> None:
        super().describe(name, description)
        self._name = name
        self._show()

    def open_list(self) -> PickerDialog:
        """Open the list (never blocking) and answer its dialog."""
        dialog = PickerDialog(
            self._title or self._name, self._choices, self._selected,
            multiple=self._multiple, pictures=self._pictures, parent=self,
        )  # fmt: skip
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._on_chosen)
        dialog.open()
        return dialog

    def _on_chosen(self, values: tuple[str, ...]) -> None:
        if values != self._selected:
            self._selected = values
            self._show()
            self.changed.emit(self.value())
            self.committed.emit(self.value())

    def _show(self) -> None:
        labels = [choice.label for choice in self._choices if choice.value in self._selected]
        self.button.set_content(self.tr("、").join(labels), self.tr("请选择"))
        self.button.setAccessibleName(f"{self._name} {self.button.text()}".strip())


class PickerButton(QPushButton):
    """Looks like a field with an arrow; shows a grey prompt while nothing is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty = True
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.follow(self, self._restyle)

    def set_content(self, text: str, prompt: str) -> None:
        """Show `text`, or the prompt when it is empty."""
        self._empty = not text
        self.setText(text or prompt)
        self.setToolTip(text)
        self.update()

    def sizeHint(self) -> QSize:
        theme = look.current()
        words = QFontMetrics(theme.font(TextRole.BODY)).horizontalAdvance(self.text())
        return QSize(words + 2 * _PAD + theme.icon + 8, theme.target)

    def minimumSizeHint(self) -> QSize:
        theme = look.current()
        return QSize(theme.px(120), theme.target)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        box = QRectF(self.rect())
        lit = not self.isEnabled() or self.underMouse() or self.isDown()
        invalid = bool(self.property("invalid"))
        line = colors.danger.ink if invalid else colors.border if self.isEnabled() else colors.line
        fill = colors.sunken if lit else colors.surface
        painting.frame(painter, box, RADIUS_CONTROL, fill=fill, line=line, width=2 if invalid else 1)
        side = theme.px(20)
        right = self.width() - _PAD - side
        icons.paint(painter, "chevron-down", colors.ink_2, right, (self.height() - side) / 2, side)
        words = self.rect().adjusted(_PAD, 0, -(_PAD + side + 8), 0)
        ink = colors.ink_3 if self._empty else colors.ink if self.isEnabled() else colors.ink_2
        painting.elided(painter, words, self.text(), theme.font(TextRole.BODY), ink)
        if self.hasFocus():
            painting.focus_ring(painter, box, RADIUS_CONTROL, theme)
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()
