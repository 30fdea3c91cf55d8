"""Text editors of one and of several lines, safe for Chinese input methods. Layer 5."""

from enum import StrEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QTextOption
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from ui import theme as look
from ui.theme import Theme, set_flag
from ui.widgets.inputs.editor import Editor, text_of


class InputKind(StrEnum):
    """What is typed; it only asks the touch keyboard for fitting keys, it forbids nothing."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    SECRET = "secret"


_HINT = Qt.InputMethodHint
_KEYBOARDS = {
    InputKind.TEXT: _HINT.ImhNone,
    InputKind.INTEGER: _HINT.ImhDigitsOnly,
    InputKind.DECIMAL: _HINT.ImhFormattedNumbersOnly,
    InputKind.PHONE: _HINT.ImhDialableCharactersOnly,
    InputKind.ID_NUMBER: _HINT.ImhPreferNumbers | _HINT.ImhNoPredictiveText | _HINT.ImhUppercaseOnly,
    InputKind.SECRET: _HINT.ImhHiddenText | _HINT.ImhSensitiveData | _HINT.ImhNoPredictiveText,
}


class Line(QLineEdit):
    """A line that knows whether the input method is still composing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.composing = False

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        # Set before the base class edits, so that a commit is seen as finished composing.
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(look.current().px(96), hint.height())


class TextField(Editor):
    """One line of text; value is str. `changed` follows each edit, `committed` leaving or Enter.

    While an input method composes nothing is emitted: half a syllable is not an answer.
    """

    def __init__(
        self,
        kind: InputKind = InputKind.TEXT,
        *,
        placeholder: str = "",
        max_length: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.line = Line()
        self.line.setPlaceholderText(placeholder)
        self.line.setInputMethodHints(_KEYBOARDS[kind])
        if kind is InputKind.SECRET:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        if max_length:
            self.line.setMaxLength(max_length)
        self.line.textEdited.connect(self._on_edited)
        self.line.editingFinished.connect(self._on_finished)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.line)
        self.setFocusProxy(self.line)
        self._committed = ""

    def value(self) -> str:
        """The text, without what is still being composed."""
        return self.line.text()

    def set_value(self, value: object) -> None:
        text = text_of(value)
        self._committed = text
        if text != self.line.text():  # keeps the cursor where it is when the form writes back the same text
            self.line.setText(text)

    def set_invalid(self, invalid: bool) -> None:
        set_flag(self.line, "invalid", invalid)

    def set_read_only(self, read_only: bool) -> None:
        self.line.setReadOnly(read_only)

    def _on_edited(self, text: str) -> None:
        self.changed.emit(text)

    def _on_finished(self) -> None:
        text = self.line.text()
        if not self.line.composing and text != self._committed:
            self._committed = text
            self.committed.emit(text)


class _Page(QPlainTextEdit):
    """Several lines; tells when it is left and whether the input method is composing."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.composing = False
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class TextArea(Editor):
    """Several lines of text; value is str. Grows with the text from `rows` to `most_rows` lines."""

    def __init__(
        self,
        *,
        placeholder: str = "",
        rows: int = 3,
        most_rows: int = 8,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._rows, self._most_rows = rows, most_rows
        self.page = _Page()
        self.page.setPlaceholderText(placeholder)
        self.page.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.page.setMinimumWidth(120)
        self.page.textChanged.connect(self._on_text_changed)
        self.page.left.connect(self._on_left)
        self.page.document().documentLayout().documentSizeChanged.connect(self._fit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        self.setFocusProxy(self.page)
        self._emitted = self._committed = ""
        look.follow(self, self._restyle)

    def value(self) -> str:
        """The text, without what is still being composed."""
        return self.page.toPlainText()

    def set_value(self, value: object) -> None:
        text = text_of(value)
        self._emitted = self._committed = text
        if text != self.page.toPlainText():
            self.page.setPlainText(text)

    def set_invalid(self, invalid: bool) -> None:
        set_flag(self.page, "invalid", invalid)

    def set_read_only(self, read_only: bool) -> None:
        self.page.setReadOnly(read_only)

    def _on_text_changed(self) -> None:
        # Qt also reports a change of the preedit text; the document itself has not changed then.
        text = self.page.toPlainText()
        if not self.page.composing and text != self._emitted:
            self._emitted = text
            self.changed.emit(text)

    def _on_left(self) -> None:
        text = self.page.toPlainText()
        if not self.page.composing and text != self._committed:
            self._committed = text
            self.committed.emit(text)

    def _restyle(self, theme: Theme) -> None:
        self._fit()

    def _fit(self) -> None:
        line = self.page.fontMetrics().lineSpacing()
        # A plain text document measures its height in lines.
        lines = round(self.page.document().size().height())
        shown = min(max(lines, self._rows), self._most_rows)
        self.page.setFixedHeight(shown * line + 20 + round(2 * self.page.document().documentMargin()))
