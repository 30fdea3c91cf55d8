"""What opens below an editor: a calendar, a keypad. Layer 5."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget


def open_popup(owner: QWidget, content: QWidget, name: str) -> QFrame:
    """Show content below its owner (above where there is no room), as a popup that is deleted when closed."""
    popup = QFrame(owner, Qt.WindowType.Popup)
    popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    popup.setProperty("kind", "popup")
    popup.setAccessibleName(name)
    column = QVBoxLayout(popup)
    column.setContentsMargins(1, 1, 1, 1)
    column.addWidget(content)
    popup.adjustSize()
    popup.move(_place(owner, popup))
    popup.show()
    return popup


def _place(owner: QWidget, popup: QFrame) -> QPoint:
    below = owner.mapToGlobal(QPoint(0, owner.height() + 4))
    screen = owner.screen().availableGeometry()
    above = owner.mapToGlobal(QPoint(0, -popup.height() - 4))
    fits = below.y() + popup.height() <= screen.bottom()
    place = below if fits or above.y() < screen.top() else above
    left = min(max(place.x(), screen.left()), max(screen.left(), screen.right() - popup.width()))
    top = min(place.y(), max(screen.top(), screen.bottom() - popup.height()))
    return QPoint(left, top)
