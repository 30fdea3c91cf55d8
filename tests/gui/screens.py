"""What every screen must hold to, as checks the tests of screens share."""

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui import theme as look
from ui.screen import Screen
from ui.theme import TextScale, Theme


def show(qtbot: QtBot, screen: Screen, width: int = 1100, height: int = 760) -> None:
    """Put a screen on the (offscreen) display, between other stops of the Tab key as in the window."""
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(QPushButton("before"))
    column.addWidget(screen, 1)
    column.addWidget(QPushButton("after"))

    def hide(_widget: QWidget) -> None:
        window.hide()

    # qtbot holds widgets weakly; the closure keeps this one until the test ends.
    qtbot.addWidget(window, before_close_func=hide)
    window.resize(width, height)
    with qtbot.waitExposed(window):
        window.show()


def stops(screen: QWidget) -> list[QWidget]:
    """Visible widgets the Tab key stops at, in its order."""
    found: list[QWidget] = []
    window = screen.window()
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        stop = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if stop and screen.isAncestorOf(widget) and widget.isVisibleTo(screen):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def nameless(screen: QWidget) -> list[str]:
    """Focusable widgets a screen reader could only call "button"."""
    return [
        type(widget).__name__
        for widget in stops(screen)
        if not widget.accessibleName() and not (isinstance(widget, QPushButton) and widget.text())
    ]


def assert_fits(screen: Screen) -> None:
    """At 200 % nothing asks for more than the smallest screen, and nothing stands outside it."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = look.current()
    look.apply(app, Theme(before.colors, TextScale.LARGEST, motion=False))
    try:
        screen.window().resize(800, 600)
        QApplication.processEvents()
        assert screen.minimumSizeHint().width() <= 800
        assert clipped(screen) == []
        for widget in screen.findChildren(QWidget):
            if widget.isVisibleTo(screen) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                right = widget.mapTo(screen, widget.rect().topRight()).x()
                assert right <= 800, f"{type(widget).__name__} {widget.accessibleName()} ends at {right}"
    finally:
        look.apply(app, before)


def clipped(root: QWidget) -> list[str]:
    """Scrolled contents that need more width than they are given: pages scroll up and down only."""
    return [
        f"{type(inner).__name__} in {type(area.parent()).__name__}"
        for area in root.findChildren(QScrollArea)
        if area.isVisibleTo(root)
        and (inner := area.widget()) is not None
        and inner.minimumSizeHint().width() > area.viewport().width()
    ]


def assert_reading_order(screen: QWidget) -> None:
    """Tab never jumps up the page: each stop begins below the top of the row of the one before."""
    places = [(w.mapTo(screen, w.rect().topLeft()), w) for w in stops(screen)]
    for (above, first), (below, second) in pairwise(places):
        upwards = below.y() + second.height() <= above.y()
        beside = below.x() >= above.x() + first.width()
        assert not upwards or beside, f"{first.accessibleName()} → {second.accessibleName()}"
