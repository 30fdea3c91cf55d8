"""Several lines of text with a count of characters and a limit. Layer 5."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme import TextRole
from ui.widgets.inputs.editor import Editor, text_of
from ui.widgets.inputs.text_field import TextArea
from ui.widgets.labels import Text

_SHOW_FROM = 0.6  # share of the limit; before that a counter only disturbs


class CountedText(Editor):
    """A TextArea that says how much room is left. Value is str.

    Args:
        limit: most characters.
        strict: what goes beyond is not taken in; otherwise it stays and the form's check names it.
        always: show the counter from the first character on.
    """

    def __init__(
        self,
        limit: int,
        *,
        strict: bool = False,
        always: bool = False,
        rows: int = 2,
        placeholder: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._limit, self._strict, self._always = limit, strict, always
        self.area = TextArea(rows=rows, placeholder=placeholder)
        self._count = Text("", TextRole.CAPTION)
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.area)
        column.addWidget(self._count)
        self.setFocusProxy(self.area)
        self._inserted_until = 0
        self.area.page.document().contentsChange.connect(self._on_contents_change)
        self.area.changed.connect(self._on_changed)
        self.area.committed.connect(self.committed)
        self._show_count()

    def value(self) -> str:
        """The text."""
        return self.area.value()

    def set_value(self, value: object) -> None:
        self.area.set_value(text_of(value))
        self._show_count()

    def set_invalid(self, invalid: bool) -> None:
        self.area.set_invalid(invalid)

    def set_read_only(self, read_only: bool) -> None:
        self.area.set_read_only(read_only)

    def describe(self, name: str, description: str = "") -> None:
        super().describe(name, description)
        self.area.describe(name, description)

    def _on_contents_change(self, place: int, _removed: int, added: int) -> None:
        self._inserted_until = place + added

    def _on_changed(self, text: object) -> None:
        surplus = len(text_of(text)) - self._limit
        if self._strict and surplus > 0:
            # Taken from the end of what was just put in, so that nothing older is lost. This edit comes
            # back here as a change of its own.
            cursor = QTextCursor(self.area.page.document())
            cursor.setPosition(self._inserted_until)
            back = QTextCursor.MoveOperation.PreviousCharacter
            cursor.movePosition(back, QTextCursor.MoveMode.KeepAnchor, surplus)
            cursor.removeSelectedText()
            self._show_count()
            self._count.setText(self.tr("已满 {0} 字，多出的没有填入").format(self._limit))
            return
        self._show_count()
        self.changed.emit(self.value())

    def _show_count(self) -> None:
        used = len(self.value())
        self._count.setVisible(used > self._limit * _SHOW_FROM or self._always)
        self._count.setText(self.tr("{0} / {1} 字").format(used, self._limit))
        self._count.set_tone("danger" if used > self._limit else "")
