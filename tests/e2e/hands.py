"""A person's hands and eyes at the program: click, type, look, and wait for what must come."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from fieldapp.domain.errors import RuleError
from fieldapp.services.context import Context
from ui.bootstrap import Program
from ui.ports import SyncState, SyncStatus
from ui.screen import Screen
from ui.widgets.inputs.picker import PickerButton
from ui.widgets.inputs.picker_dialog import ChoiceView
from ui.widgets.lists.card_list import CardList
from ui.widgets.shell.page_scaffold import PageScaffold

W = TypeVar("W", bound=QWidget)
S = TypeVar("S", bound=Screen)
PATIENCE_S = 40.0


def wait_for(condition: Callable[[], object], what: str, seconds: float = PATIENCE_S) -> None:
    """Let the program run until something is true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still waiting: {what}"
        QTest.qWait(10)


class Hands:
    """Works one program as a worker does. Everything is found by the words a person (or a screen
    reader) sees, and only where it is visible."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.statuses: list[SyncStatus] = []
        self._closed = False
        program.sync_statuses.listen(self.statuses.append)

    # --- looking --------------------------------------------------------------------------------

    @property
    def pages(self) -> PageScaffold:
        """The pages of the unlocked profile."""
        pages = self.program.window.pages
        assert pages is not None, "locked"
        return pages

    @property
    def locked(self) -> bool:
        """Whether the door is shown."""
        return self.program.window.pages is None

    @property
    def context(self) -> Context:
        """The open profile, for asking its services what the screens cannot tell."""
        shown = self.program.window.screen_shown
        assert shown is not None, "locked"
        return shown.surroundings.context

    def screen(self, kind: type[S]) -> S:
        """The screen at the front, once it is of a kind and at rest."""
        self.wait(lambda: isinstance(self.program.window.screen_shown, kind), f"{kind.__name__} opens")
        self.rest()
        shown = self.program.window.screen_shown
        assert isinstance(shown, kind)
        return shown

    def all(self, kind: type[W], name: str = "") -> list[W]:
        """Visible widgets of a kind, with these words."""
        return list(self._found(kind, name))

    def one(self, kind: type[W], name: str = "") -> W:
        """The first such widget; waits until it is there."""
        self.wait(lambda: self.all(kind, name), f"{kind.__name__} {name!r} shows")
        return self.all(kind, name)[0]

    def reads(self, sentence: str) -> bool:
        """Whether a sentence stands somewhere on the screen."""
        return any(sentence in label.text() for label in self.all(QLabel))

    def wait_to_read(self, sentence: str) -> None:
        """Wait until a sentence is on the screen."""
        self.wait(lambda: self.reads(sentence), f"to read {sentence!r}")

    @property
    def toast(self) -> str:
        """What is being said at the foot of the window."""
        return self.pages.toasts.message()

    def _found(self, kind: type[W], name: str) -> Iterator[W]:
        # findChildren knows the base classes only by their Qt side, which is what is wanted here.
        for widget in self.program.window.findChildren(kind):
            if widget.isVisible() and (not name or name in _words(widget)):
                yield widget

    # --- waiting --------------------------------------------------------------------------------

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """Let the program run until something is true."""
        wait_for(condition, what)

    def rest(self) -> None:
        """Wait until the program has done what it was asked for."""
        self.wait(lambda: self.program.tasks.idle, "the program is at rest")
        QApplication.processEvents()

    def wait_synced(self) -> SyncStatus:
        """Wait until everything has gone up by itself."""

        def done() -> bool:
            last = self.statuses[-1] if self.statuses else None
            return (
                last is not None
                and last.state is SyncState.IDLE
                and last.waiting_ops == last.waiting_blobs == 0
                and last.last_sync_at is not None
            )

        self.wait(done, "sync ends by itself")
        self.rest()
        return self.statuses[-1]

    # --- acting ---------------------------------------------------------------------------------

    def press(self, name: str) -> None:
        """Click the button with these words."""
        button = self.one(QAbstractButton, name)
        self.wait(button.isEnabled, f"{name!r} can be pressed")
        click(button)

    def write(self, name: str, text: str) -> None:
        """Replace what stands in a text field, by its label."""
        kind = QLineEdit if self.all(QLineEdit, name) else QPlainTextEdit
        field = self.one(kind, name)
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        compose(field, text)

    def keys(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press keys, wherever the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.program.window, key, modifier)

    def open_card(self, cards: CardList, key: str) -> None:
        """Tap a card."""
        row = cards.cards.row_of(key)
        assert row is not None, "no such card"
        rect = cards.visualRect(cards.cards.index(row, 0))
        QTest.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=rect.topLeft() + QPoint(30, 30))

    def press_card(self, cards: CardList, key: str) -> None:
        """Click the button inside a card."""
        QTest.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=cards.action_rect(key).center())

    def pick(self, name: str, words: str) -> None:
        """Choose in a searchable list: open it, search, and take the first that fits."""
        click(next(one for one in self.all(PickerButton) if one.accessibleName().startswith(name)))
        self.wait(_open_dialogs, "the list opens")
        dialog = _open_dialogs()[0]
        search, choices = dialog.findChild(QLineEdit), dialog.findChild(ChoiceView)
        assert isinstance(search, QLineEdit)
        assert isinstance(choices, ChoiceView)
        compose(search, words)
        QTest.keyClick(search, Qt.Key.Key_Return)
        first = choices.model().index(0, 0)
        self.wait(lambda: words in str(choices.model().index(0, 0).data()), f"{words!r} is found")
        QTest.mouseClick(
            choices.viewport(), Qt.MouseButton.LeftButton, pos=choices.visualRect(first).center()
        )
        self.wait(lambda: not _open_dialogs(), "the list closes")

    def choose_file(self, path: Path) -> None:
        """Answer the file dialog that is open."""
        self.wait(_open_dialogs, "the file dialog opens")
        dialog = _open_dialogs()[0]
        assert isinstance(dialog, QFileDialog)
        line = dialog.findChild(QLineEdit)
        assert isinstance(line, QLineEdit)
        line.setText(str(path))
        dialog.accept()

    # --- the door -------------------------------------------------------------------------------

    def unlock(self, passphrase: str) -> None:
        """Unlock the profile that the door offers."""
        self.write("口令", passphrase)
        self.press("解锁")
        self.wait(lambda: not self.locked, "the pages open")
        self.rest()

    def sentence(self, code: str) -> str:
        """What the program says about an error."""
        return self.program.texts.error(RuleError(code))

    def close(self) -> None:
        """Close the window as a person does; the program ends. Once is enough."""
        if self._closed:
            return
        self._closed = True
        self.program.window.close()
        self.program.window.deleteLater()
        self.program.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def click(widget: QWidget) -> None:
    """A mouse click in the middle of a widget."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())


def compose(field: QWidget, text: str) -> None:
    """Type: ASCII by keys, the rest as an input method commits it."""
    if text.isascii():
        QTest.keyClicks(field, text)
    else:
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(field, event)


def _open_dialogs() -> list[QDialog]:
    tops = QApplication.topLevelWidgets()
    return [widget for widget in tops if isinstance(widget, QDialog) and widget.isVisible()]


def _words(widget: QWidget) -> tuple[str, ...]:
    text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    return (widget.accessibleName().removesuffix("，必填"), text)
