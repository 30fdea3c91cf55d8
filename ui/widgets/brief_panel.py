"""复制简报: the text for a work group's chat, seen before it is copied. Layer 5."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.rules.brief import Brief
from ui import clipboard
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error
from ui.theme import TextRole
from ui.widgets.buttons import Button, ButtonKind, IconButton
from ui.widgets.card import Card
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout


class BriefPanel(QWidget):
    """Stands above a page's contents while a brief is looked at.

    Args:
        ask: how to read the brief now; None while there is nothing to tell yet.
    """

    def __init__(self, surroundings: Surroundings, ask: Callable[[], Callable[[], Brief] | None]) -> None:
        super().__init__()
        self._shell = surroundings.shell
        self._ask = ask
        self._brief = Brief("")
        self._with_words = False
        self._reads: LatestRead[Brief] = LatestRead(
            surroundings.tasks, self._on_read, toast_error(surroundings)
        )
        card = Card(self.tr("复制简报"), icon="copy")
        self.preview = Text("", wrap=True)
        self.words = Button(self.tr("附上走访人写的原文"), ButtonKind.TEXT, icon="message-square")
        self.words.clicked.connect(self._on_words)
        self._about = Text(
            self.tr(
                "简报里没有姓名、身份证号、电话和门牌。附上的原文已隐去登记在册的姓名和号码，请再看一遍。"
            ),
            TextRole.CAPTION,
            wrap=True,
        )
        self.copy = Button(self.tr("复制"), icon="copy")
        self.copy.clicked.connect(self._on_copy)
        close = Button(self.tr("不复制了"), ButtonKind.TEXT, icon="x")
        close.clicked.connect(self.hide)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=12)
        for button in (self.copy, self.words, close):
            flow.addWidget(button)
        for widget in (self.preview, self._about, buttons):
            card.body.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 0)
        column.addWidget(card)
        self.hide()

    def button(self) -> IconButton:
        """A button for the top bar that opens the panel, and closes it again."""
        button = IconButton("share-2", QCoreApplication.translate("BriefPanel", "复制简报"))
        button.clicked.connect(self.open)
        return button

    def open(self) -> None:
        """Read the brief and show it; when it is shown, put it away."""
        work = self._ask()
        if self.isVisible() or work is None:
            self.hide()
            return
        self._with_words = False
        self._reads.ask(work)

    def stop(self) -> None:
        """The page goes."""
        self._reads.stop()

    def _on_read(self, brief: Brief) -> None:
        self._brief = brief
        self._show()
        self.show()
        self.copy.setFocus()

    def _show(self) -> None:
        self.preview.setText(self._text())
        self.words.setVisible(bool(self._brief.own_words))
        self.words.setText(
            self.tr("去掉走访人写的原文") if self._with_words else self.tr("附上走访人写的原文")
        )

    def _text(self) -> str:
        return f"{self._brief.text}\n{self._brief.own_words}" if self._with_words else self._brief.text

    def _on_words(self) -> None:
        self._with_words = not self._with_words
        self._show()

    def _on_copy(self) -> None:
        clipboard.put(self._text())
        self.hide()
        self._shell.toast(self.tr("已复制，可以粘贴到工作群。锁定时会从剪贴板清除。"))
