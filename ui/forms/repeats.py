"""Repeats on the page: a line for each instance, opened one at a time; add and remove. Layer 5."""

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui import icons
from ui import theme as look
from ui.forms.question import written
from ui.forms.rows import AddRow, GroupRow, InstanceRow, RepeatRow, Row
from ui.forms.texts import markdown, words
from ui.theme import RADIUS_CONTROL, StatusKind, TextRole, Theme
from ui.widgets import painting
from ui.widgets.buttons import Button, IconButton
from ui.widgets.chip import chip_size, paint_chip
from ui.widgets.labels import Divider, Text
from ui.widgets.rich_text import RichText

_PAD = 12
_SEPARATOR = " · "
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_PRESSING = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class GroupHead(QWidget):
    """Title of a group inside a section."""

    def __init__(self, row: GroupRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = RichText("", TextRole.CARD_TITLE)
        self._hint = RichText("", TextRole.CAPTION)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(4)
        column.addWidget(Divider())
        column.addWidget(self._title)
        column.addWidget(self._hint)
        self.take_row(row)

    def take_row(self, row: Row) -> bool:
        """Show the group's words as they are now; False for a row of another kind."""
        if not isinstance(row, GroupRow):
            return False
        self._title.setText(markdown(row.view.label))
        self._hint.setText(markdown(row.view.hint))
        self._hint.setVisible(bool(row.view.hint))
        return True


class RepeatHead(QWidget):
    """Title of a repeat with the number of its instances."""

    def __init__(self, row: RepeatRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = RichText("", TextRole.CARD_TITLE)
        self._count = Text("", TextRole.CAPTION)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 8, 0, 4)
        line.addWidget(self._title, 1)
        line.addWidget(self._count)
        self.take_row(row)

    def take_row(self, row: Row) -> bool:
        """Show the repeat as it is now; False for a row of another kind."""
        if not isinstance(row, RepeatRow):
            return False
        self._title.setText(markdown(row.view.label))
        self._title.setVisible(bool(row.view.label))
        self._count.setText(self.tr("共 {0} 项").format(len(row.view.instances)))
        return True


class InstanceButton(QPushButton):
    """The line of one instance: what it is, its first answers, what is missing; a tap opens or closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = self._summary = self._missing = ""
        self._open = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.follow(self, self._restyle)

    def show_words(self, title: str, summary: str, missing: str, *, is_open: bool) -> None:
        """Show the line as it is now."""
        self._title, self._summary, self._missing, self._open = title, summary, missing, is_open
        state = self.tr("已展开") if is_open else self.tr("点按展开")
        self.setAccessibleName(self.tr("，").join(filter(None, (title, summary, missing, state))))
        self.setToolTip(summary)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, look.current().target)

    def minimumSizeHint(self) -> QSize:
        return QSize(look.current().px(150), look.current().target)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        colors = theme.colors
        painter = painting.begin(self)
        box = QRectF(self.rect())
        lit = self._open or self.underMouse() or self.isDown()
        fill = colors.primary_soft if self._open else colors.sunken if lit else colors.surface
        painting.frame(painter, box, RADIUS_CONTROL, fill=fill, line=colors.border)
        side = theme.icon
        top = (self.height() - side) / 2
        icons.paint(painter, "chevron-up" if self._open else "chevron-down", colors.ink_2, _PAD, top, side)
        left, right = _PAD + side + 8, self.width() - _PAD
        if self._missing:
            size = chip_size(self._missing, theme)
            right -= size.width()
            place = QRectF(right, (self.height() - size.height()) / 2, size.width(), size.height())
            paint_chip(painter, place, self._missing, StatusKind.WARN, theme)
            right -= 8
        room = QRect(left, 0, max(0, right - left), self.height())
        used = painting.elided(painter, room, self._title, theme.font(TextRole.STRONG), colors.ink)
        room.setLeft(left + used + 12)
        painting.elided(painter, room, self._summary, theme.font(TextRole.BODY), colors.ink_2)
        if self.hasFocus():
            painting.focus_ring(painter, box, RADIUS_CONTROL, theme)
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class InstanceHead(QWidget):
    """Signals: toggled(reference), removed(reference)."""

    toggled = Signal(str)
    removed = Signal(str)

    def __init__(self, row: InstanceRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self.button = InstanceButton()
        self.button.clicked.connect(lambda: self.toggled.emit(self._row.view.reference))
        self.remove = IconButton("trash-2", "")
        self.remove.clicked.connect(lambda: self.removed.emit(self._row.view.reference))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 4, 0, 4)
        line.setSpacing(8)
        line.addWidget(self.button, 1)
        line.addWidget(self.remove)
        self.take_row(row)

    def take_row(self, row: Row) -> bool:
        """Show the instance as it is now; False for a row of another kind."""
        if not isinstance(row, InstanceRow):
            return False
        self._row = row
        label = words(row.title)
        number = row.view.position
        title = self.tr("{0} {1}").format(label, number) if label else self.tr("第 {0} 项").format(number)
        missing = self.tr("缺 {0} 项").format(row.problems) if row.problems else ""
        summary = _SEPARATOR.join(map(written, row.summary))
        self.button.show_words(title, summary, missing, is_open=row.is_open)
        self.remove.setVisible(row.view.can_remove)
        self.remove.setAccessibleName(self.tr("删除 {0}").format(title))
        self.remove.setToolTip(self.remove.accessibleName())
        return True


class AddButton(QWidget):
    """Signals: added(reference); added_by_key(reference) instead where a key did it."""

    added = Signal(str)
    added_by_key = Signal(str)

    def __init__(self, row: AddRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self.button = Button("", icon="plus")
        self.button.clicked.connect(lambda: self.added.emit(self._row.view.reference))
        self.button.installEventFilter(self)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 4, 0, 8)
        line.addWidget(self.button)
        line.addStretch(1)
        self.take_row(row)

    def take_row(self, row: Row) -> bool:
        """Show what would be added; False for a row of another kind."""
        if not isinstance(row, AddRow):
            return False
        self._row = row
        label = words(row.view.label)
        self.button.setText(self.tr("添加{0}").format(label) if label else self.tr("再加一项"))
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter adds as well as Space: it is what leads here from the last line of a table."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _PRESSING
            and event.modifiers() in _PLAIN
        ):
            self.added_by_key.emit(self._row.view.reference)
            return True
        return super().eventFilter(watched, event)
