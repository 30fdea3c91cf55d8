"""Labels that show the safe Markdown of form authors. Layer 5."""

from html import escape
from typing import Final

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme as look
from ui.theme import StatusKind, TextRole, Theme
from ui.widgets.labels import Text, Tone
from ui.widgets.markdown import Block, BlockKind, Hue, Run, parse, plain_blocks

_HEADING_PERCENT: Final = {1: 130, 2: 118, 3: 110}


def html(text: str, theme: Theme, *, star: bool = False) -> str:
    """Markdown as the rich text of a label: every character of the source is escaped, only our own
    tags are put in. A `star` (必填) follows the last word."""
    return _html(parse(text), theme, star=star)


def _html(blocks: tuple[Block, ...], theme: Theme, *, star: bool) -> str:
    mark = f' <span style="color:{theme.colors.danger.ink}">*</span>' if star else ""
    return "".join(
        _paragraph(block, theme, mark if at == len(blocks) else "")
        for at, block in enumerate(blocks, start=1)
    )


def _paragraph(block: Block, theme: Theme, mark: str) -> str:
    words = ("".join(_run(run, theme) for run in block.runs) or "&nbsp;") + mark
    if block.kind is BlockKind.HEADING:
        size = theme.px(17) * _HEADING_PERCENT.get(block.level, 100) // 100
        return f'<p style="margin:0 0 4px 0;font-size:{size}px"><b>{words}</b></p>'
    if block.kind is BlockKind.ITEM:
        return f'<p style="margin:0 0 0 12px">{escape(block.mark)}&nbsp;{words}</p>'
    return f'<p style="margin:0">{words}</p>'


def _run(run: Run, theme: Theme) -> str:
    words = escape(run.text)
    if run.bold:
        words = f"<b>{words}</b>"
    if run.italic:
        words = f"<i>{words}</i>"
    if run.hue is not Hue.NONE:
        words = f'<span style="color:{theme.colors.status(StatusKind(run.hue)).ink}">{words}</span>'
    if run.address:
        ink = theme.colors.primary
        words = f'<a href="{escape(run.address)}" style="color:{ink}">{words}</a>'
    return words


class RichText(Text):
    """A wrapped label of Markdown. `setText` takes the source; `plain_text` is what a reader speaks.

    Links open outside the program, and only http and https are links at all.
    """

    def __init__(
        self,
        text: str = "",
        role: TextRole = TextRole.BODY,
        *,
        tone: Tone = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", role, tone=tone, wrap=True, parent=parent)
        self._source = ""
        self._blocks = parse("")
        self._star = False
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.linkActivated.connect(self._on_link)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.follow(self, self._restyle)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show Markdown."""
        if text == self._source:  # a form writes the same words at every render
            return
        self._source = text
        self._blocks = parse(text)
        super().setText(_html(self._blocks, look.current(), star=self._star))
        self.setAccessibleName(plain_blocks(self._blocks))
        has_link = any(run.address for block in self._blocks for run in block.runs)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if has_link else Qt.FocusPolicy.NoFocus)

    def set_star(self, star: bool) -> None:
        """Mark the words as those of a required answer."""
        if star != self._star:
            self._star = star
            super().setText(_html(self._blocks, look.current(), star=star))

    def source(self) -> str:
        """The Markdown on show."""
        return self._source

    def plain_text(self) -> str:
        """The words alone."""
        return plain_blocks(self._blocks)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), look.current().px(120)), hint.height())

    def _on_link(self, address: str) -> None:
        QDesktopServices.openUrl(QUrl(address))

    def _restyle(self, theme: Theme) -> None:
        super().setText(_html(self._blocks, theme, star=self._star))
