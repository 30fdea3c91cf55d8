"""The list of cards: opens 100,000 rows at once, buttons inside the cards, keyboard and touch. Layer 5."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import theme as look
from ui.theme import Theme
from ui.widgets.lists.card_model import CardModel, CardSource
from ui.widgets.lists.card_painter import CardPainter, CardState
from ui.widgets.scrolling import enable_touch_scrolling

Index = QModelIndex | QPersistentModelIndex
GAP = 10


class CardDelegate(QStyledItemDelegate):
    """Paints cards; fonts and sizes are worked out once per theme and width, never while painting."""

    def __init__(self, model: CardModel, parent: QWidget, *, has_action: bool) -> None:
        super().__init__(parent)
        self._model = model
        self._has_action = has_action
        self.fit(look.current(), 800)
        self.pointed = -1
        self.on_action = False
        self.pressed_action = -1

    def fit(self, theme: Theme, width: int) -> None:
        """Work out fonts and sizes for a theme and a width."""
        self.painter = CardPainter(theme, width, has_action=self._has_action)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        heading = self.painter.heading if self._model.heading(index.row()) else 0
        return QSize(200, self.painter.height + GAP + heading)

    def card_rect(self, item: QRect, row: int) -> QRect:
        """The card inside a list row: the row minus its heading and the gap below it."""
        top = self.painter.heading if self._model.heading(row) else 0
        return item.adjusted(0, top, 0, -GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        flags: QStyle.StateFlag = option.state
        row = index.row()
        here = row == self.pointed
        state = CardState(
            hovered=here,
            focused=bool(flags & QStyle.StateFlag.State_HasFocus),
            action_hovered=here and self.on_action,
            action_pressed=row == self.pressed_action,
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = self.card_rect(rect, row)
        if heading := self._model.heading(row):
            self.painter.paint_heading(
                painter, rect.adjusted(2, 0, 0, card.top() - rect.bottom() - 1), heading
            )
        self.painter.paint(painter, card, self._model.content(row), state)
        painter.restore()


class CardList(QListView):
    """Records as cards.

    Signals:
        opened(key): a card was tapped, or Enter pressed on it.
        action(key): the button inside a card was tapped, or Space pressed on it.

    Args:
        source: answers contents for ids, see CardSource.
        name: what screen readers call the list.
        has_action: whether cards may have a button; without, narrow lists leave no room for one.
    """

    opened = Signal(str)
    action = Signal(str)

    def __init__(
        self,
        source: CardSource,
        name: str = "",
        *,
        has_action: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name or self.tr("列表"))
        self.cards = CardModel(source, self)
        self._delegate = CardDelegate(self.cards, self, has_action=has_action)
        self._pressed = QPersistentModelIndex()
        self._growing = False
        self.setModel(self.cards)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(200)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setMinimumWidth(240)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        enable_touch_scrolling(self)
        self.cards.modelReset.connect(self._fit)
        look.follow(self, self._restyle)

    def set_keys(
        self, keys: Sequence[str], headings: Mapping[str, str] | None = None, *, keep_place: bool = True
    ) -> None:
        """Show these records; the card at the top edge stays there if it is still in the list.

        With `headings` (by the key of a group's first card) rows differ in height: for some hundred rows."""
        top = self.indexAt(QPoint(GAP, 2))
        current = self.currentIndex()
        top_key = self.cards.keys()[top.row()] if keep_place and top.isValid() else None
        current_key = self.cards.keys()[current.row()] if keep_place and current.isValid() else None
        self.setUniformItemSizes(not headings)
        self.cards.set_keys(keys, headings)
        if current_key is not None and (row := self.cards.row_of(current_key)) is not None:
            self.setCurrentIndex(self.cards.index(row, 0))
        if top_key is not None and (row := self.cards.row_of(top_key)) is not None:
            self.scrollTo(self.cards.index(row, 0), QAbstractItemView.ScrollHint.PositionAtTop)

    def set_growing(self, growing: bool) -> None:
        """Be as tall as all rows and leave scrolling to the page around; for a few hundred rows."""
        self._growing = growing
        vertical = QSizePolicy.Policy.Fixed if growing else QSizePolicy.Policy.Expanding
        self.setSizePolicy(QSizePolicy.Policy.Expanding, vertical)
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if growing else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(policy)
        self._fit()

    def action_rect(self, key: str) -> QRect:
        """Where the button of a card is, in the viewport; null without a button or when unknown."""
        row = self.cards.row_of(key)
        content = self.cards.content(row) if row is not None else None
        if row is None or content is None:
            return QRect()
        card = self._delegate.card_rect(self.visualRect(self.cards.index(row, 0)), row)
        return self._delegate.painter.places(card, content).action

    def begin(self) -> None:
        """Come from the search box or the page's head: the first card is the current one."""
        if self.cards.rowCount() and not self.currentIndex().isValid():
            self.setCurrentIndex(self.cards.index(0, 0))
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def has_next(self, by: int = 1) -> bool:
        """Whether there is a card so many after the current one."""
        row = self.currentIndex().row()
        return row >= 0 and 0 <= row + by < self.cards.rowCount()

    def open_next(self, by: int) -> None:
        """Open the card so many after the current one, which it becomes."""
        if self.has_next(by):
            index = self.cards.index(self.currentIndex().row() + by, 0)
            self.setCurrentIndex(index)
            self.opened.emit(self.cards.keys()[index.row()])

    def press_action(self) -> bool:
        """Tap the button of the current card; False where there is none."""
        index = self.currentIndex()
        content = self.cards.content(index.row()) if index.isValid() else None
        if content is None or not content.action:
            return False
        self.action.emit(self.cards.keys()[index.row()])
        return True

    def sizeHint(self) -> QSize:
        if self._growing:
            painter = self._delegate.painter
            headings = self.cards.headings() * painter.heading
            return QSize(480, max(1, self.cards.rowCount() * (painter.height + GAP) - GAP + headings))
        return QSize(480, 480)

    def minimumSizeHint(self) -> QSize:
        height = self.sizeHint().height() if self._growing else self._delegate.painter.height
        return QSize(240, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._remake(look.current())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the current card, Space taps its button."""
        index = self.currentIndex()
        key = event.key()
        if index.isValid() and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if key != Qt.Key.Key_Space or not self.press_action():
                self.opened.emit(self.cards.keys()[index.row()])
            return
        if event.text().isprintable() and event.text().strip():
            event.ignore()  # typed letters look for records: the window's search box takes them
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            index = self.indexAt(event.position().toPoint())
            self._pressed = QPersistentModelIndex(index)
            if self._over_action(index, event):
                self._delegate.pressed_action = index.row()
                self.update(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        self._point(index, self._over_action(index, event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        began_on_action = self._delegate.pressed_action >= 0
        same = index.isValid() and self._pressed == index
        self._delegate.pressed_action = -1
        self._pressed = QPersistentModelIndex()
        self.viewport().update()
        if not same or event.button() != Qt.MouseButton.LeftButton:
            return
        record = self.cards.keys()[index.row()]
        over = self._over_action(index, event)
        if over and began_on_action:
            self.action.emit(record)
        elif not over and not began_on_action and self._card(index).contains(event.position().toPoint()):
            self.opened.emit(record)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._point(QModelIndex(), False)
        return super().viewportEvent(event)

    def _over_action(self, index: QModelIndex, event: QMouseEvent) -> bool:
        content = self.cards.content(index.row()) if index.isValid() else None
        if content is None or not content.action:
            return False
        places = self._delegate.painter.places(self._card(index), content)
        return places.action.contains(event.position().toPoint())

    def _card(self, index: QModelIndex) -> QRect:
        return self._delegate.card_rect(self.visualRect(index), index.row())

    def _point(self, index: QModelIndex, on_action: bool) -> None:
        row = index.row() if index.isValid() else -1
        if (row, on_action) != (self._delegate.pointed, self._delegate.on_action):
            self._delegate.pointed, self._delegate.on_action = row, on_action
            self.viewport().update()
        shape = Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def _remake(self, theme: Theme) -> None:
        before = self._delegate.painter.height
        self._delegate.fit(theme, self.viewport().width())
        if self._delegate.painter.height != before:
            self.scheduleDelayedItemsLayout()
            self.verticalScrollBar().setSingleStep(self._delegate.painter.height // 3)
            self._fit()

    def _restyle(self, theme: Theme) -> None:
        self._remake(theme)
        self.viewport().update()

    def _fit(self) -> None:
        if self._growing:
            self.setFixedHeight(self.sizeHint().height())
        self.updateGeometry()
