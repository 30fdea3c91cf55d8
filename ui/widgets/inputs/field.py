"""The field frame: label, required mark, last time's value, editor, hint and error. Layer 5."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui import icons
from ui import theme as look
from ui.theme import StatusKind, TextRole, Theme
from ui.widgets import painting
from ui.widgets.card import IconMark
from ui.widgets.inputs.editor import Editor
from ui.widgets.labels import Text
from ui.widgets.toast import announce

if TYPE_CHECKING:
    from ui.widgets.rich_text import RichText

_GAP = 6


class LastValue(QPushButton):
    """上次：一般 — a full-size target drawn as a quiet caption, its text at the lower edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        look.follow(self, self._restyle)

    def sizeHint(self) -> QSize:
        theme = look.current()
        words = QFontMetrics(theme.font(TextRole.CAPTION)).horizontalAdvance(self.text())
        return QSize(max(theme.target, words + theme.px(18) + _GAP + 10), theme.target)

    def minimumSizeHint(self) -> QSize:
        theme = look.current()
        return QSize(min(self.sizeHint().width(), theme.px(130)), theme.target)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        font = theme.font(TextRole.CAPTION)
        height = QFontMetrics(font).height() + 4
        box = QRectF(0, self.height() - height, self.width(), height)
        if self.underMouse() or self.isDown():
            painting.frame(painter, box, 6, fill=colors.primary_soft)
        side = theme.px(18)
        ink = colors.primary if self.isEnabled() else colors.ink_3
        right = self.width() - 4 - side
        icons.paint(painter, "copy", ink, right, box.top() + (height - side) / 2, side)
        words = box.adjusted(4, 0, -(side + _GAP + 4), 0).toRect()
        painting.elided(painter, words, self.text(), font, colors.ink_2, painting.RIGHT)
        if self.hasFocus():
            painting.focus_ring(painter, box, 6, theme)
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class _FieldLabel(Text):
    """Wants its whole text on one line and wraps only when it must; QLabel would wrap early."""

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, hint.height())


def _rich(words: str, role: TextRole) -> "RichText":
    # Here and not above: the door, which is to be quick, has fields as well, and no Markdown in them.
    from ui.widgets.rich_text import RichText

    return RichText(words, role)


class _Remark(QWidget):
    """Words of somebody else."""

    def __init__(self) -> None:
        super().__init__()
        self.words = Text("", tone="warn", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        row.addWidget(IconMark("message-square", tone=StatusKind.WARN, side=20), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)


class Field(QWidget):
    """An editor with everything around it.

    The head row is as tall as a target and its words stand at its lower edge, so 上次 can be tapped and
    the gap between fields is already in it: stack fields with a spacing of 0–4.

    Signals: last_value_taken(value) after a tap on 上次 has put that value into the editor.

    Args:
        markdown: label and hint are Markdown (a form author's), not plain text.
    """

    last_value_taken = Signal(object)

    def __init__(
        self,
        label: str,
        editor: Editor,
        *,
        required: bool = False,
        hint: str = "",
        markdown: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self._markdown = markdown
        self._label_text = label
        self._required = required
        self._hint_text = hint
        self._error_text = ""
        self._last: object = None
        self._place = ""
        self._remark: _Remark | None = None
        self._rich = _rich(label, TextRole.STRONG) if markdown else None
        self._label: Text = self._rich or _FieldLabel(label, TextRole.STRONG, wrap=True)
        self._star = Text("*", TextRole.STRONG, tone="danger")
        self._star.setAccessibleName(self.tr("必填"))
        self._last_button = LastValue()
        self._error_mark = IconMark("circle-alert", tone=StatusKind.DANGER, side=20)
        self._error = Text("", TextRole.CAPTION, tone="danger", wrap=True)
        self._hint: Text = (
            _rich(hint, TextRole.CAPTION) if markdown else Text(hint, TextRole.CAPTION, wrap=True)
        )
        self._head = QHBoxLayout()
        self._column = QVBoxLayout(self)
        self._compact = False
        self._lay_out()
        self._last_button.hide()
        self._last_button.clicked.connect(self._on_last)
        editor.problem.connect(self._on_problem)
        self._label.setBuddy(editor)
        look.follow(self, self._restyle)
        self._show()

    def set_label(self, label: str) -> None:
        """Change the label."""
        self._label_text = label
        self._show()

    def set_required(self, required: bool) -> None:
        """Show or hide the red star (必填)."""
        self._required = required
        self._show()

    def set_hint(self, hint: str) -> None:
        """Change the line below; "" removes it."""
        self._hint_text = hint
        self._show()

    def set_error(self, sentence: str) -> None:
        """Say below the editor what to do, mark it and announce it; "" takes the error away."""
        if sentence == self._error_text:
            return
        self._error_text = sentence
        self._show()
        if sentence:
            announce(self, sentence)

    def set_remark(self, sentence: str) -> None:
        """What somebody else said of the answer, above the editor; "" takes it away."""
        if self._remark is None:
            if not sentence:
                return
            self._remark = _Remark()
            self._column.insertWidget(1, self._remark)
        self._remark.words.setText(sentence)
        self._remark.setVisible(bool(sentence))

    def remark(self) -> str:
        """The remark on show."""
        return self._remark.words.text() if self._remark is not None else ""

    def error(self) -> str:
        """The error on show."""
        return self._error_text

    def set_last_value(self, shown: str, value: object = None) -> None:
        """Offer last time's answer at the right; a tap puts `value` into the editor. "" removes it."""
        self._last = value
        self._last_button.setVisible(bool(shown))
        self._last_button.setText(self.tr("上次：{0}").format(shown))
        self._last_button.setToolTip(self._last_button.text())
        name = self.tr("{0} 上次：{1} 点按填入").format(self._spoken(self._label_text), shown)
        self._last_button.setAccessibleName(name)

    def set_read_only(self, read_only: bool) -> None:
        """Show the value without letting it be changed."""
        self.editor.set_read_only(read_only)
        self._last_button.setEnabled(not read_only)

    def add_tool(self, widget: QWidget) -> None:
        """Put a button (note, voice) into the head row, right of 上次."""
        self._head.addWidget(widget, 0, Qt.AlignmentFlag.AlignBottom)

    def insert_below_label(self, layout: QLayout) -> None:
        """Make room for something (a picture, a recording) between the head row and the editor."""
        self._column.insertLayout(1, layout)

    def add_below(self, widget: QWidget) -> None:
        """Put something (longer help) below the hint."""
        self._column.addWidget(widget)

    def stand_in_cell(self, place: str) -> None:
        """Leave label and hint to the head of a table's column; `place` tells screen readers which line."""
        self._place = place
        self._label.hide()
        self._head.setAlignment(self._last_button, Qt.AlignmentFlag.AlignRight)
        self._show()

    def set_compact(self) -> None:
        """Only words, nothing to answer: no taller than they are, and not bold."""
        self._compact = True
        look.set_flag(self._label, "role", TextRole.BODY.value)
        self._restyle(look.current())

    def _lay_out(self) -> None:
        low_left = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
        # Label and star share one stretch so that the star follows the words, not the column.
        words = QHBoxLayout()
        words.setSpacing(4)
        for part in (self._label, self._star):
            part.setAlignment(low_left)
            words.addWidget(part)
        if self._markdown:  # it may be several lines and carries its own star
            words.setStretch(0, 1)
        else:
            words.addStretch(1)
        self._head.setSpacing(_GAP)
        self._head.addLayout(words, 1)
        self._head.addWidget(self._last_button)
        below = QHBoxLayout()
        below.setSpacing(_GAP)
        below.addWidget(self._error_mark, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self._error, 1)
        column = self._column
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        column.addLayout(self._head)
        column.addWidget(self.editor)
        column.addLayout(below)
        column.addWidget(self._hint)

    def _on_last(self) -> None:
        if self.editor.value() != self._last:
            self.editor.set_value(self._last)
            self.editor.changed.emit(self.editor.value())
            self.editor.committed.emit(self.editor.value())
        self.last_value_taken.emit(self._last)

    def _on_problem(self, sentence: str) -> None:
        self.set_error(sentence)

    def _spoken(self, text: str) -> str:
        if not self._markdown:
            return text
        from ui.widgets.markdown import plain

        return plain(text)

    def _show(self) -> None:
        self._label.setText(self._label_text)
        if self._rich is not None:
            self._rich.set_star(self._required)
        self._star.setVisible(self._required and not self._markdown)
        self._hint.setText(self._hint_text)
        self._hint.setVisible(bool(self._hint_text) and not self._place)
        self._error.setText(self._error_text)
        self._error.setVisible(bool(self._error_text))
        self._error_mark.setVisible(bool(self._error_text))
        self.editor.set_invalid(bool(self._error_text))
        label = f"{self._place} {self._spoken(self._label_text)}".lstrip()
        name = label + (self.tr("，必填") if self._required else "")
        self.editor.describe(name, self._error_text or self._spoken(self._hint_text))

    def _restyle(self, theme: Theme) -> None:
        # As tall as 上次 would be, within a few pixels, so that fields with and without it keep one rhythm.
        self._label.setMinimumHeight(0 if self._compact else theme.target - 8)
