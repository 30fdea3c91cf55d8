"""The top bar: title with one line of context, search, tools, and the sync chip. Layer 5."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import shortcuts
from ui import theme as look
from ui.shortcuts import Act
from ui.theme import TextRole, Theme
from ui.widgets.buttons import Button, ButtonKind, IconButton
from ui.widgets.inputs.search_field import SearchField
from ui.widgets.labels import ElidedText, FewLines
from ui.widgets.shell.sync_chip import SyncChip


class TopBar(QWidget):
    """Head of every page. `sync` is the chip; `back` is hidden until a page needs it (clicked); `alarm`
    stands here where no navigation shows 急难上报.

    A long title takes two lines. With narrow windows the search becomes an icon that opens a row of its own
    below the title; with very large text besides, tools with an icon leave their words out in favour of it.
    """

    _next_wanted = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # As tall as its words are at its width: a long title takes up to three lines.
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._narrow = False
        self.search: SearchField | None = None
        self.back = IconButton("arrow-left", self.tr("返回"))
        self.next = IconButton("chevron-down", self.tr("下一个"))
        self.back.hide()
        self.next.hide()
        self._title = FewLines("", TextRole.PAGE_TITLE)
        self._context = ElidedText("", TextRole.CAPTION)
        self.sync = SyncChip()
        self.alarm = Button(self.tr("急难上报"), ButtonKind.ALARM, icon="siren")
        self.alarm.hide()
        self._open_search = IconButton("search", self.tr("搜索"))
        self._open_search.hide()
        self._open_search.clicked.connect(self._on_open_search)
        self._name_keys()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._context)
        self._row, self._tools = QHBoxLayout(), QHBoxLayout()
        for line, gap in ((self._row, 10), (self._tools, 8)):
            line.setSpacing(gap)
        self._row.addWidget(self.back)
        self._row.addWidget(self.next)
        self._row.addLayout(words, 1)
        self._row.addWidget(self._open_search)
        self._row.addLayout(self._tools)
        self._row.addWidget(self.alarm)
        self._row.addWidget(self.sync)
        self._second = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.setSpacing(8)
        for row in (self._row, self._second):
            self._column.addLayout(row)
        look.follow(self, self._restyle)

    def _name_keys(self) -> None:
        for button, act in (
            (self.back, Act.BACK),
            (self.next, Act.NEXT),
            (self.alarm, Act.URGENT),
            (self._open_search, Act.SEARCH),
        ):
            shortcuts.tell(button, act)

    def set_title(self, title: str, context: str = "") -> None:
        """Change title and context line."""
        self._title.setText(title)
        self._context.setText(context)
        self._context.setVisible(bool(context))

    def add_search(self, placeholder: str) -> SearchField:
        """Give the bar a search box (once) and answer it."""
        if self.search is None:
            self.search = SearchField(placeholder)
            shortcuts.tell(self.search.line, Act.SEARCH)
            self._arrange()
        return self.search

    def set_search_visible(self, visible: bool) -> None:
        """Pages without a search hide it."""
        if self.search is not None:
            self.search.setProperty("wanted", visible)
            self._arrange()

    def set_next_visible(self, visible: bool) -> None:
        """Whether the list this page was opened from goes on."""
        self._next_wanted = visible
        self._fit_tools()

    def focus_search(self) -> None:
        """Ctrl+F: go to the search box, opening it first where it is an icon."""
        if self.search is not None:
            self.search.show()
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def search_button(self) -> IconButton:
        """What opens the search where the window is narrow."""
        return self._open_search

    def set_tools(self, *tools: QWidget) -> None:
        """Replace the page's own buttons; those of the page before are deleted."""
        while (item := self._tools.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for tool in tools:
            self._tools.addWidget(tool)
        self._fit_tools()

    def set_narrow(self, narrow: bool) -> None:
        """Take the arrangement of narrow windows."""
        self._narrow = narrow
        self.sync.set_narrow(narrow and look.current().scale >= look.TextScale.LARGER)
        role = TextRole.SECTION if narrow else TextRole.PAGE_TITLE
        look.set_flag(self._title, "role", role.value)
        self._fit_tools()
        self._arrange()

    def _arrange(self) -> None:
        side = 20 if self._narrow else 24
        self._column.setContentsMargins(side, 8, 20, 8)
        if self.search is None:
            return
        wanted = self.search.property("wanted") is not False
        if self._narrow:
            self._second.addWidget(self.search)
            self.search.setMaximumWidth(1 << 20)
        else:
            self._row.insertWidget(3, self.search)
            self.search.setMaximumWidth(look.current().px(340))
        self.search.setVisible(wanted and (not self._narrow or bool(self.search.text())))
        self._open_search.setVisible(wanted and self._narrow)

    def _fit_tools(self) -> None:
        self.alarm.set_icon_only(self._narrow)
        # Where the largest words need the row, keys and the list itself lead on.
        self.next.setVisible(self._next_wanted and look.current().scale < look.TextScale.HUGE)
        short = self._narrow and look.current().scale >= look.TextScale.HUGE
        for at in range(self._tools.count()):
            item = self._tools.itemAt(at)
            tool = item.widget() if item is not None else None
            if isinstance(tool, Button):
                tool.set_icon_only(short)

    def _on_open_search(self) -> None:
        if self.search is not None:
            opened = self.search.isHidden()
            self.search.setVisible(opened)
            if opened:
                self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            elif self.search.text():
                self.search.clear()

    def _restyle(self, theme: Theme) -> None:
        self.set_narrow(self._narrow)
