"""Scrolling pages: one column of contents that never asks for more width than the screen. Layer 5."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QScrollArea,
    QScroller,
    QScrollerProperties,
    QVBoxLayout,
    QWidget,
)


def enable_touch_scrolling(area: QAbstractScrollArea) -> None:
    """Let a finger drag the contents. Mouse drags stay selections; nothing bounces at the ends.

    An item view is to scroll by pixels (`setVerticalScrollMode`), or the finger drags whole rows.
    """
    viewport = area.viewport()
    QScroller.grabGesture(viewport, QScroller.ScrollerGestureType.TouchGesture)
    scroller = QScroller.scroller(viewport)
    properties = scroller.scrollerProperties()
    off = QScrollerProperties.OvershootPolicy.OvershootAlwaysOff
    for metric in (
        QScrollerProperties.ScrollMetric.HorizontalOvershootPolicy,
        QScrollerProperties.ScrollMetric.VerticalOvershootPolicy,
    ):
        properties.setScrollMetric(metric, off)
    scroller.setScrollerProperties(properties)


class ScrollPage(QScrollArea):
    """A page that scrolls up and down. Put contents into `column` (a QVBoxLayout, gap 16)."""

    def __init__(self, *, margin: int = 20, gap: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # A viewport made here: asking Qt for its own makes a Python type of every widget class, 15 ms.
        self.setViewport(QWidget())
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setProperty("kind", "clear")
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(margin, margin, margin, margin)
        self.column.setSpacing(gap)
        self.setWidget(inner)
        enable_touch_scrolling(self)

    def show_field(self, widget: QWidget) -> None:
        """Bring a field into view with room above and below it (error jumps, touch keyboard)."""
        self.ensureWidgetVisible(widget, 0, 48)
