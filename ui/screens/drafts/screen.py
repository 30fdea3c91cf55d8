"""The list of drafts: go on, or throw away and take it back."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.ports import Params, Shell, Surroundings
from ui.screen import Screen
from ui.screens.drafts.presenter import DraftRow, DraftsPresenter, DraftsState, Notice
from ui.theme import StatusKind, TextRole
from ui.widgets.avatar import Avatar
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card, IconMark
from ui.widgets.chip import Chip
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import moment_words
from ui.widgets.records.household_cards import SEPARATOR
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

translate = QCoreApplication.translate
SHOWN_AT_ONCE = 40


class DraftCard(Card):
    """One draft with what it lacks. Signals: resumed(draft_id), discarded(draft_id)."""

    resumed = Signal(str)
    discarded = Signal(str)

    def __init__(self, row: DraftRow, saved: str, *, first: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.row = row
        unnamed = self.tr("还没写地点") if row.urgent else self.tr("本机没有档案的家庭")
        if row.relief:
            unnamed = self.tr("还没写给谁")
        name = row.name or unnamed
        self.setAccessibleName(self.tr("{0} 的草稿").format(name))
        head = QHBoxLayout()
        head.setSpacing(14)
        mark = IconMark("siren", tone=StatusKind.DANGER, side=36) if row.urgent else None
        head.addWidget(mark or Avatar(row.household_id, name), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._name_and_chips(row, name))
        form = self.tr("临时救助") if row.relief else row.form
        place = SEPARATOR.join(filter(None, (form, row.village_name, saved)))
        words.addWidget(Text(place, tone="soft", wrap=True))
        head.addLayout(words, 1)
        self.body.addLayout(head)
        if row.handed_to:
            told = self.tr("该户已调整到“{0}”，现由他人负责。草稿仍保留，可提交或删除。")
            self.body.addWidget(Banner(told.format(row.handed_to), StatusKind.WARN))
        if row.sentences:
            self.body.addWidget(Text("\n".join(f"· {s}" for s in row.sentences), tone="soft", wrap=True))
        more = row.problems - len(row.sentences)
        if more > 0:
            self.body.addWidget(Text(self.tr("还有 {0} 项").format(more), TextRole.CAPTION))
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=12)
        self.resume = Button(
            self.tr("继续填写"), ButtonKind.PRIMARY if first else ButtonKind.SECONDARY, icon="pen-line"
        )
        self.resume.setAccessibleName(self._resume_words(row, name))
        self.resume.clicked.connect(lambda: self.resumed.emit(row.draft_id))
        self.discard = Button(self.tr("删除草稿"), ButtonKind.TEXT, icon="trash-2")
        self.discard.setAccessibleName(self.tr("删除 {0} 的草稿").format(name))
        self.discard.clicked.connect(lambda: self.discarded.emit(row.draft_id))
        if not row.orphan:
            flow.addWidget(self.resume)
        flow.addWidget(self.discard)
        self.body.addWidget(buttons)

    def _resume_words(self, row: DraftRow, name: str) -> str:
        if row.urgent:
            return self.tr("继续填写 {0} 的急难上报").format(name)
        if row.relief:
            return self.tr("继续填写 {0} 的临时救助").format(name)
        if row.form:
            return self.tr("继续填写 {0} 的{1}").format(name, row.form)
        return self.tr("继续填写 {0} 的走访").format(name)

    def _name_and_chips(self, row: DraftRow, name: str) -> QWidget:
        title = QWidget()
        flow = FlowLayout(title, gap=8)
        flow.addWidget(Text(name, TextRole.CARD_TITLE))
        if row.urgent:
            flow.addWidget(Chip(self.tr("急难未上报"), StatusKind.DANGER))
        else:
            flow.addWidget(Chip(self.tr("更正") if row.corrects else self.tr("草稿"), StatusKind.INFO))
        if row.problems:
            flow.addWidget(Chip(self.tr("缺 {0} 项").format(row.problems), StatusKind.WARN))
        elif not row.orphan and not row.form and not row.urgent and not row.relief:
            flow.addWidget(Chip(self.tr("可以提交"), StatusKind.OK))
        return title


class DraftsScreen(Screen):
    """草稿."""

    entry = "drafts"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = DraftsPresenter(surroundings, self.render_state, _say_through(surroundings.shell))
        page = ScrollPage()
        self.column.addWidget(page)
        self._count = Text("", TextRole.SECTION)
        self._about = Text(self.tr("草稿只存在本机，提交以后才会上传。"), tone="soft", wrap=True)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        self.cards: list[DraftCard] = []
        self._more = Button(self.tr("显示更多"), ButtonKind.TEXT, icon="chevron-down")
        self._more.clicked.connect(self._on_more)
        self._empty = EmptyState(
            self.tr("没有写了一半的走访。"), icon="clipboard-list", button=self.tr("看看该去谁家")
        )
        self._empty.action.connect(self.presenter.go_today)
        page.column.addWidget(self._count)
        page.column.addWidget(self._about)
        page.column.addLayout(self._cards)
        page.column.addWidget(self._more)
        page.column.addWidget(self._empty, 1)
        page.column.addStretch(0)
        self._shown = SHOWN_AT_ONCE
        self._rows: tuple[DraftRow, ...] | None = None
        for widget in (self._count, self._about, self._more, self._empty):
            widget.hide()

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title()
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title()

    def leave(self) -> None:
        self.presenter.leave()

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: DraftsState) -> None:
        """Show the drafts."""
        some = bool(state.rows)
        self._count.setText(self.tr("{0} 份草稿").format(len(state.rows)))
        self._count.setVisible(some)
        self._about.setVisible(some)
        self._empty.setVisible(state.loaded and not some)
        self._more.setVisible(len(state.rows) > self._shown)
        if state.rows != self._rows:
            self._rows = state.rows
            self._rebuild(state)

    def _rebuild(self, state: DraftsState) -> None:
        for card in self.cards:
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for i, row in enumerate(state.rows[: self._shown]):
            saved = self.tr("{0} 保存").format(moment_words(row.saved_at, state.today))
            card = DraftCard(row, saved, first=i == 0)
            card.resumed.connect(self.presenter.resume)
            card.discarded.connect(self.presenter.discard)
            self._cards.addWidget(card)
            self.cards.append(card)
        order_tabs(self)

    def _on_more(self) -> None:
        self._shown += SHOWN_AT_ONCE
        self._rows = None
        self.render_state(self.presenter.state)

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("草稿"))


def _say_through(shell: Shell) -> Callable[[Notice, str, Callable[[], None] | None], None]:
    """Word notices without the page: a toast and its undo may outlive it."""

    def say(notice: Notice, name: str, undo: Callable[[], None] | None) -> None:
        if notice is Notice.DISCARDED:
            words = translate("DraftsScreen", "已删除 {0} 的草稿").format(name)
            shell.toast(words, translate("DraftsScreen", "撤销"), undo)
        else:
            shell.toast(translate("DraftsScreen", "已恢复 {0} 的草稿").format(name))

    return say
