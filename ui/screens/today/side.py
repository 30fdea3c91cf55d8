"""The side of the day's page: progress, sync, and visits outside the plan."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.screens.today.campaigns_card import CampaignsCard
from ui.screens.today.presenter import ReassessRow, TodayState
from ui.theme import StatusKind, TextRole
from ui.widgets.buttons import Button, IconButton
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.labels import Text
from ui.widgets.progress_row import ProgressLine
from ui.widgets.records.day_words import moment_words
from ui.widgets.records.household_cards import SEPARATOR


class TodaySide(QWidget):
    """Cards beside the list. Signals: go(route), household_asked(household_id)."""

    go = Signal(str)
    household_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self._build_progress())
        self.campaigns = CampaignsCard()
        column.addWidget(self.campaigns)
        column.addWidget(self._build_reassess())
        column.addWidget(self._build_sync())
        column.addWidget(self._build_elsewhere())

    def _build_progress(self) -> Card:
        card = Card(self.tr("本期进度"))
        self._percent = Text("", TextRole.SECTION)
        card.add_tool(self._percent)
        self._bar = ProgressLine()
        self._bar.setAccessibleName(self.tr("本期进度"))
        self._counter = Text("", wrap=True)
        self._also = Text("", tone="soft", wrap=True)
        card.body.addWidget(self._bar)
        card.body.addWidget(self._counter)
        card.body.addWidget(self._also)
        self._also.hide()
        return card

    def _build_reassess(self) -> Card:
        self.reassess = Card(self.tr("风险复评"), icon="shield-check")
        self._reassess_rows = QVBoxLayout()
        self._reassess_rows.setSpacing(4)
        self._reassess_shown: tuple[ReassessRow, ...] = ()
        self.reassess_buttons: list[IconButton] = []
        self._reassess_rest = Text("", TextRole.CAPTION, wrap=True)
        self.reassess.body.addLayout(self._reassess_rows)
        self.reassess.body.addWidget(self._reassess_rest)
        self.reassess.hide()
        return self.reassess

    def _build_sync(self) -> Card:
        card = Card(self.tr("同步"), icon="cloud-upload", tone=StatusKind.INFO)
        self._standing = Chip("")
        card.add_tool(self._standing)
        self._kept = Text("", tone="soft", wrap=True)
        self._last = Text("", TextRole.CAPTION, wrap=True)
        button = Button(self.tr("查看待上传"), icon="cloud-upload")
        button.clicked.connect(lambda: self.go.emit("sync"))
        for widget in (self._kept, self._last, button):
            card.body.addWidget(widget)
        return card

    def _build_elsewhere(self) -> Card:
        card = Card(self.tr("临时走访"), icon="house-plus")
        card.body.addWidget(Text(self.tr("不在名单里的家庭，也可以直接登记、走访。"), tone="soft", wrap=True))
        register = Button(self.tr("新登记一户"), icon="user-plus")
        register.clicked.connect(lambda: self.go.emit("register"))
        choose = Button(self.tr("选一户走访"), icon="users")
        choose.clicked.connect(lambda: self.go.emit("households"))
        card.body.addWidget(register)
        card.body.addWidget(choose)
        return card

    def render_state(self, state: TodayState) -> None:
        """Show the figures."""
        percent = round(100 * state.done / state.owing) if state.owing else 100
        self._percent.setText(f"{percent}%")
        self._bar.setRange(0, max(1, state.owing))
        self._bar.setValue(state.done if state.owing else 1)
        if state.left_today:
            words = self.tr("今天已走访 {0} 户，还差 {1} 户").format(state.visited_today, state.left_today)
        else:
            words = self.tr("今天已走访 {0} 户，没有到期未访的家庭").format(state.visited_today)
        self._counter.setText(words)
        also = (
            (state.reviews_due, self.tr("定期核查待办 {0} 户")),
            (state.unreachable, self.tr("多次未遇 {0} 户")),
            (state.exempt, self.tr("免访 {0} 户")),
        )
        self._also.setText(SEPARATOR.join(pattern.format(count) for count, pattern in also if count))
        self._also.setVisible(bool(self._also.text()))
        self.campaigns.render_state(state)
        self._show_reassess(state)
        self._show_sync(state)

    def _show_reassess(self, state: TodayState) -> None:
        self.reassess.setVisible(bool(state.reassess))
        if state.reassess != self._reassess_shown:
            self._reassess_shown = state.reassess
            self.reassess_buttons = []
            while (item := self._reassess_rows.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()
            for row in state.reassess:
                self._reassess_rows.addWidget(self._reassess_row(row))
        rest = state.reassess_total - len(state.reassess)
        self._reassess_rest.setText(self.tr("还有 {0} 户").format(rest))
        self._reassess_rest.setVisible(rest > 0)

    def _reassess_row(self, row: ReassessRow) -> QWidget:
        if row.days > 0:
            chip = Chip(self.tr("超期 {0} 天").format(row.days), StatusKind.DANGER)
        elif not row.days:
            chip = Chip(self.tr("今天到期"), StatusKind.WARN)
        else:
            chip = Chip(self.tr("还有 {0} 天").format(-row.days), StatusKind.WARN)
        open_file = IconButton("chevron-right", self.tr("打开 {0} 的档案").format(row.name))
        open_file.clicked.connect(partial(self.household_asked.emit, row.household_id))
        self.reassess_buttons.append(open_file)
        level = self.tr("风险{0}").format(row.level_label)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(row.name, TextRole.STRONG, wrap=True))
        words.addWidget(Text(SEPARATOR.join(filter(None, (level, row.village_name))), TextRole.CAPTION))
        view = QWidget()
        line = QHBoxLayout(view)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addLayout(words, 1)
        line.addWidget(chip)
        line.addWidget(open_file)
        return view

    def _show_sync(self, state: TodayState) -> None:
        waiting = state.waiting_ops + state.waiting_blobs
        if state.refused:
            self._standing.set_status(self.tr("需要处理 {0}").format(state.refused), StatusKind.DANGER)
        elif state.syncing:
            self._standing.set_status(self.tr("同步中"), StatusKind.INFO)
        elif state.offline:
            self._standing.set_status(self.tr("离线"), StatusKind.WARN)
        else:
            self._standing.set_status(
                self.tr("待上传") if waiting else self.tr("已同步"),
                StatusKind.INFO if waiting else StatusKind.OK,
            )
        if waiting:
            words = self.tr("已存本机 ✓ 待上传 {0} 条记录、{1} 张照片，联网后自动上传。").format(
                state.waiting_ops, state.waiting_blobs
            )
        else:
            words = self.tr("已存本机 ✓ 没有待上传的记录。")
        self._kept.setText(words)
        if state.last_sync_at is None:
            self._last.setText(self.tr("还没有同步过"))
        else:
            self._last.setText(self.tr("上次同步：{0}").format(moment_words(state.last_sync_at, state.today)))
