"""Tells screens, on their own thread, what changed and how sync stands."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

T = TypeVar("T")


class Feed(QObject, Generic[T]):
    """Values published from any thread reach every listener on the screen's thread, in order."""

    _published = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listeners: dict[int, Callable[[T], None]] = {}
        self._next = 0
        self._published.connect(self._on_published, Qt.ConnectionType.QueuedConnection)

    def publish(self, value: T) -> None:
        """Hand a value to all listeners; may be called from any thread."""
        self._published.emit(value)

    def listen(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Add a listener; the returned function takes it away again."""
        key = self._next
        self._next += 1
        self._listeners[key] = listener
        return lambda: self._listeners.pop(key, None) and None

    @Slot(object)
    def _on_published(self, value: T) -> None:
        for key, listener in list(self._listeners.items()):
            if key in self._listeners:  # a listener before it may have ended it
                listener(value)
