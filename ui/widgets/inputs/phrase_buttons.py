"""Phrases to tap into a text; one that stands in it is ticked, another tap takes it out. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.buttons import Button
from ui.widgets.layouts import FlowLayout


class PhraseButtons(QWidget):
    """Signals: picked(str), the words of a phrase. The owner changes the text and says so by `show_text`."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phrases: tuple[str, ...] = ()
        self._text = ""
        self.buttons: list[Button] = []
        self._flow = FlowLayout(self, gap=8)
        self.setAccessibleName(self.tr("常用语"))

    def set_phrases(self, phrases: Sequence[str]) -> None:
        """Offer these; their place in the order of Tab is for the page to set."""
        if tuple(phrases) == self._phrases:
            return
        self._phrases = tuple(phrases)
        self._flow.clear()
        self.buttons = []
        for words in self._phrases:
            button = Button(words, icon="plus")
            button.setCheckable(True)
            button.clicked.connect(self._on_clicked)
            self._flow.addWidget(button)
            self.buttons.append(button)
        self._show()
        self.updateGeometry()

    def show_text(self, text: str) -> None:
        """Tick what stands in the text."""
        if text != self._text:
            self._text = text
            self._show()

    def _show(self) -> None:
        for button in self.buttons:
            used = button.text() in self._text
            button.setChecked(used)
            button.set_icon("check" if used else "plus")

    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self._show()  # the text decides, not the tap
            self.picked.emit(button.text())
