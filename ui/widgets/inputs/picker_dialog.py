"""The searchable list that a picker opens. Layer 5."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui import icons
from ui import theme as look
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.buttons import Button, ButtonKind, IconButton
from ui.widgets.inputs.choice_pictures import ChoicePictures, paint_picture, thumb_side
from ui.widgets.inputs.choices import Choice, after_tap
from ui.widgets.inputs.search_field import SearchField
from ui.widgets.labels import Text
from ui.widgets.scrolling import enable_touch_scrolling

Index = QModelIndex | QPersistentModelIndex
_CHOICE: Final = Qt.ItemDataRole.UserRole
_PAD = 14


def matches(choice: Choice, text: str) -> bool:
    """Whether every word of the search is in label, hint or keywords."""
    heap = f"{choice.label} {choice.hint} {choice.keywords}".casefold()
    return all(word in heap for word in text.casefold().split())


class ChoiceModel(QAbstractListModel):
    """The choices that match the search, with the selection as check state."""

    def __init__(self, choices: Sequence[Choice], selected: tuple[str, ...]) -> None:
        super().__init__()
        self._all = tuple(choices)
        self._shown = list(choices)
        self.selected = selected

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        choice = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.label
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{choice.label} {choice.hint}".strip()
        if role == _CHOICE:
            return choice
        return None

    def search(self, text: str) -> None:
        """Show what matches."""
        self.beginResetModel()
        self._shown = [choice for choice in self._all if matches(choice, text)]
        self.endResetModel()

    def choice_at(self, index: Index) -> Choice:
        """The choice in a row."""
        return self._shown[index.row()]


class _RowDelegate(QStyledItemDelegate):
    """Paints one choice with its tick."""

    def __init__(self, model: ChoiceModel, pictures: ChoicePictures | None, view: QListView) -> None:
        super().__init__(view)
        self._model = model
        self._pictures = pictures
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        theme = look.current()
        side = thumb_side(theme) + 8 if self._pictures is not None else 0
        return QSize(120, max(theme.target, side))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = look.current()
        colors = theme.colors
        choice = self._model.choice_at(index)
        on = choice.value in self._model.selected
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = option.rect.adjusted(4, 1, -4, -1)
        state = option.state
        if on or state & QStyle.StateFlag.State_MouseOver:
            fill = colors.primary_soft if on else colors.sunken
            painting.frame(painter, QRectF(rect), RADIUS_CONTROL, fill=fill)
        if state & QStyle.StateFlag.State_HasFocus:
            painting.focus_ring(painter, QRectF(rect), RADIUS_CONTROL, theme)
        words = rect.adjusted(_PAD, 0, -_PAD, 0)
        if on:
            side = theme.icon
            top = rect.center().y() - side / 2
            icons.paint(painter, "check", colors.primary, words.right() - side, top, side)
            words.setRight(words.right() - side - 8)
        if self._pictures is not None:
            side = thumb_side(theme)
            place = QRect(rect.left() + 8, rect.center().y() - side // 2, side, side)
            if choice.value in self._pictures:
                image = self._pictures.image(choice.value, self._view.viewport())
                paint_picture(painter, place, image, theme)
            words.setLeft(place.right() + _PAD)
        font = theme.font(TextRole.STRONG if on else TextRole.BODY)
        used = painting.elided(painter, words, choice.label, font, colors.ink)
        if choice.hint:
            words.setLeft(words.left() + used + 12)
            painting.elided(
                painter, words, choice.hint, theme.font(TextRole.CAPTION), colors.ink_2, painting.RIGHT
            )
        painter.restore()


class ChoiceView(QListView):
    """The list of choices. Signals: taken(index) by a tap, Enter or Space."""

    taken = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.taken.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and self.currentIndex().isValid():
            self.taken.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class PickerDialog(QDialog):
    """Search box and list. Signals: chosen(values) as a tuple, when a choice is taken or 完成 tapped."""

    chosen = Signal(object)

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        selected: tuple[str, ...],
        *,
        multiple: bool,
        pictures: ChoicePictures | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._choices = tuple(choices)
        self._multiple = multiple
        self.search = SearchField(self.tr("输入文字查找"))
        self.model = ChoiceModel(choices, selected)
        self.list = ChoiceView()
        self.list.setProperty("kind", "picker")
        self.list.setModel(self.model)
        self.list.setItemDelegate(_RowDelegate(self.model, pictures, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        enable_touch_scrolling(self.list)
        self.list.setAccessibleName(title)
        self.list.taken.connect(self._on_taken)
        self.search.searched.connect(self.model.search)
        self.search.left_downwards.connect(self._into_list)
        head = QHBoxLayout()
        head.addWidget(Text(title, TextRole.SECTION, wrap=True), 1)
        close = IconButton("x", self.tr("关闭"))
        close.clicked.connect(self.reject)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        if multiple:
            done = Button(self.tr("完成"), ButtonKind.PRIMARY)
            done.clicked.connect(self._on_done)
            column.addWidget(done)
        # The list, not the search box: a tablet keyboard would cover half of the choices.
        self.list.setFocus()
        look.follow(self, self._restyle)

    def _into_list(self) -> None:
        self.list.setFocus()
        if not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(0, 0))

    def _on_taken(self, index: QModelIndex) -> None:
        self.model.selected = after_tap(
            self.model.choice_at(index),
            self.model.selected,
            self._choices,
            multiple=self._multiple,
            clearable=False,
        )
        self.list.viewport().update()
        if not self._multiple:
            self._on_done()

    def _on_done(self) -> None:
        self.chosen.emit(self.model.selected)
        self.accept()

    def _restyle(self, theme: Theme) -> None:
        parent = self.parentWidget()
        window = parent.window().size() if parent is not None else QSize(800, 600)
        self.resize(min(theme.px(520), window.width() - 32), min(theme.px(560), window.height() - 32))
