"""The sync screen's view."""

import datetime as dt

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.ports import Params, Surroundings, SyncState, SyncStatus
from ui.screen import Screen
from ui.screens.sync.presenter import SyncPresenter, SyncScreenState, WaitingLine
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.progress_row import ProgressRow
from ui.widgets.records.day_words import moment_words
from ui.widgets.scrolling import ScrollPage

_SHOWN = 100
"""Rows that are drawn; more than that is a number, not a list anybody reads."""


class SyncScreen(Screen):
    """What waits, what failed and why; sync goes on by itself whether this is open or not."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self._page = ScrollPage()
        self.column.addWidget(self._page)
        self._page.column.addWidget(self._head_card())
        self._held = Banner("", StatusKind.INFO)
        self._held.action.connect(self._on_photos_now)
        self._page.column.addWidget(self._held)
        self._held.hide()
        self._conflicts = Banner("", StatusKind.WARN)
        self._conflicts.action.connect(self._on_conflicts)
        self._page.column.addWidget(self._conflicts)
        self._conflicts.hide()
        self._list_title = Text("", TextRole.SECTION)
        self._page.column.addWidget(self._list_title)
        self._list = QVBoxLayout()
        self._list.setSpacing(10)
        self._page.column.addLayout(self._list)
        self._empty = EmptyState(self.tr("没有要上传的内容，都已经在服务器上了。"), icon="cloud-check")
        self._page.column.addWidget(self._empty)
        self._page.column.addWidget(self._space_card())
        self._page.column.addStretch(1)
        self._drawn: tuple[WaitingLine, ...] | None = None
        self._told: object = None
        self._presenter = SyncPresenter(surroundings, self.show_state)

    def _head_card(self) -> Card:
        head = Card()
        self._headline = Text("", TextRole.SECTION, wrap=True)
        self._detail = Text("", tone="soft", wrap=True)
        self._problem = Banner("", StatusKind.WARN)
        self._progress = ProgressRow("")
        self._progress.cancelled.connect(self._on_cancel)
        self._now = Button(self.tr("立即同步"), ButtonKind.PRIMARY, icon="refresh-cw")
        self._now.clicked.connect(self._on_now)
        for widget in (self._headline, self._detail, self._problem, self._progress):
            head.body.addWidget(widget)
        self._offline = Button(self.tr("没有网络时"), icon="hard-drive")
        self._offline.clicked.connect(self._on_offline)
        self._leave = Button(self.tr("交回未上传的内容"), ButtonKind.PRIMARY, icon="log-out")
        self._leave.clicked.connect(self._on_leave)
        row = QWidget()
        flow = FlowLayout(row, gap=12)
        for button in (self._now, self._leave, self._offline):
            flow.addWidget(button)
        head.body.addWidget(row)
        return head

    def _space_card(self) -> Card:
        self._space = Card(self.tr("本机照片"), icon="image")
        self._space_words = Text("", wrap=True)
        self._free = Button(self.tr("清理已上传的照片"), icon="hard-drive")
        self._free.clicked.connect(self._on_free)
        self._space.body.addWidget(self._space_words)
        self._space.body.addWidget(self._free, 0, Qt.AlignmentFlag.AlignLeft)
        self._space.body.addWidget(
            Text(
                self.tr("清理前会再向服务器核对一遍；缩略图留在本机，要看原图时再下载。"),
                TextRole.CAPTION,
                wrap=True,
            )
        )
        self._space.hide()
        return self._space

    def enter(self, params: Params) -> None:
        self.surroundings.shell.set_title(self.tr("同步"))
        self._presenter.start()

    def leave(self) -> None:
        self._presenter.leave()

    # --- state ----------------------------------------------------------------------------------

    def show_state(self, state: SyncScreenState) -> None:
        """Show a state."""
        status = state.status
        running = status.state is SyncState.SYNCING
        self._headline.setText(self._headline_words(status))
        self._detail.setText(self._detail_words(state))
        self._problem.setVisible(bool(state.error) and not running)
        if state.error:
            self._problem.set_message(state.error, StatusKind.WARN)
        self._progress.setVisible(running)
        if running:
            self._progress.set_progress(status.done, status.total, self._stage_words(status.stage))
        revoked = status.error_code == "device_revoked"
        self._now.setVisible(not running and not revoked)
        self._leave.setVisible(revoked)
        self._conflicts.setVisible(bool(state.conflicts))
        if state.conflicts:
            told = self.tr("有 {0} 项填写不一致，由镇（街道）核对确定").format(state.conflicts)
            self._conflicts.set_message(told, StatusKind.WARN, button=self.tr("查看"))
        self._held.setVisible(bool(status.photos_held))
        if status.photos_held:
            waits = self.tr("{0} 张照片等待不计费网络").format(status.photos_held)
            self._held.set_message(waits, StatusKind.INFO, button=self.tr("现在也传"))
        self._show_space(state)
        if state.view is not None and state.lines != self._drawn:
            self._draw_list(state.lines)

    def _show_space(self, state: SyncScreenState) -> None:
        space = state.space
        self._space.setVisible(space is not None and space.total_bytes > 0)
        if space is not None:
            words = self.tr("本机照片 {0}，都还不能清理。").format(self._amount(space.total_bytes))
            if space.removable:
                words = self.tr("本机照片 {0}，其中 {1} 已在服务器，可清理。").format(
                    self._amount(space.total_bytes), self._amount(space.removable_bytes)
                )
            self._space_words.setText(words)
            self._free.setEnabled(bool(space.removable) and not state.freeing)
        if state.freed is not None and state.freed is not self._told:
            freed = state.freed
            self.surroundings.shell.toast(
                self.tr("清理了 {0} 个文件，腾出 {1}。").format(freed.photos, self._amount(freed.bytes))
            )
        self._told = state.freed

    def _amount(self, size: int) -> str:
        """Bytes in words, as file browsers tell them."""
        if size >= 1_000_000_000:
            return self.tr("{0} GB").format(f"{size / 1_000_000_000:.1f}")
        return self.tr("{0} MB").format(f"{max(size / 1_000_000, 0.1):.1f}")

    def _headline_words(self, status: SyncStatus) -> str:
        waiting = status.waiting_ops + status.waiting_blobs
        if status.state is SyncState.SYNCING:
            return self.tr("正在同步")
        if status.state is SyncState.SIGN_IN_NEEDED:
            return self.tr("服务器不再认识这台设备，请联系管理员重新登记")
        if status.state is SyncState.UPDATE_NEEDED:
            return self.tr("请升级程序后再上传；现在仍可继续登记")
        if status.state is SyncState.OFFLINE:
            return self.tr("离线 · 已存本机 ✓ 联网后自动上传")
        return self.tr("已存本机 ✓ 待上传 {0}").format(waiting) if waiting else self.tr("已全部上传 ✓")

    def _detail_words(self, state: SyncScreenState) -> str:
        lines = []
        if state.view is not None:
            counts = state.view.waiting
            lines.append(self.tr("待上传：{0} 条记录、{1} 个照片和签字").format(counts.ops, counts.blobs))
            if counts.refused:
                lines.append(self.tr("需要处理：{0} 条").format(counts.refused))
        last = state.status.last_sync_at
        if last is not None:
            lines.append(self.tr("上次同步：{0}").format(self._moment(last)))
        return "\n".join(lines)

    def _stage_words(self, stage: str) -> str:
        return {
            "PUSH": self.tr("正在上传记录"),
            "PULL": self.tr("正在下载更新"),
            "DERIVE": self.tr("正在整理名单"),
            "BLOBS": self.tr("正在上传照片"),
        }.get(stage, self.tr("正在连接服务器"))

    def _draw_list(self, lines: tuple[WaitingLine, ...]) -> None:
        self._drawn = lines
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._empty.setVisible(not lines)
        self._list_title.setVisible(bool(lines))
        self._list_title.setText(self.tr("等待上传（{0}）").format(len(lines)))
        for line in lines[:_SHOWN]:
            self._list.addWidget(self._card(line))
        if len(lines) > _SHOWN:
            self._list.addWidget(Text(self.tr("另有 {0} 条，联网后一并上传。").format(len(lines) - _SHOWN)))

    def _card(self, line: WaitingLine) -> Card:
        record = line.record
        card = Card()
        top = QWidget()
        flow = FlowLayout(top)
        flow.addWidget(Text(record.title or self._kind_words(record.kind), TextRole.CARD_TITLE))
        flow.addWidget(self._chip(line))
        card.body.addWidget(top)
        made = self.tr("{0} 存入").format(self._moment(record.made_at))
        facts = [self._kind_words(record.kind), made]
        if record.blobs:
            facts.append(self.tr("{0} 个附件，{1} KB").format(record.blobs, record.blob_bytes // 1024))
        card.body.addWidget(Text(" · ".join(facts), TextRole.CAPTION, wrap=True))
        if line.reason:
            words = self.tr("{0}：{1}").format(line.field_label, line.reason)
            card.body.addWidget(Banner(words if line.field_label else line.reason, StatusKind.DANGER))
        row = QWidget()
        buttons = FlowLayout(row, gap=12)
        if record.kind in ("visits", "households", "persons"):
            look_at = Button(self.tr("查看"))
            look_at.clicked.connect(lambda: self._presenter.open(record))
            buttons.addWidget(look_at)
        if record.op_seqs and not record.refused_code and record.kind != "audit_events":
            codes = Button(self.tr("用二维码传递"), icon="qr-code")
            codes.setAccessibleName(self.tr("用二维码传递 {0}").format(record.title))
            codes.clicked.connect(lambda: self._presenter.show_codes(record))
            buttons.addWidget(codes)
        if record.refused_code:
            again = Button(self.tr("重新上传"), icon="refresh-cw")
            again.clicked.connect(lambda: self._presenter.retry(record))
            buttons.addWidget(again)
        card.body.addWidget(row)
        return card

    def _chip(self, line: WaitingLine) -> Chip:
        if line.record.refused_code:
            return Chip(self.tr("需要处理"), StatusKind.DANGER)
        if line.record.under_way:
            return Chip(self.tr("正在上传"), StatusKind.INFO)
        if line.record.op_seqs:
            return Chip(self.tr("待上传"), StatusKind.WARN)
        return Chip(self.tr("照片待上传"), StatusKind.WARN)

    def _kind_words(self, kind: str) -> str:
        return {
            "visits": self.tr("走访记录"),
            "households": self.tr("家庭信息"),
            "persons": self.tr("成员信息"),
            "audit_events": self.tr("查看与导出记录"),
            "conflict_decisions": self.tr("冲突处理决定"),
            "visit_exemptions": self.tr("免访申请"),
            "exemption_decisions": self.tr("免访审批"),
            "visit_reviews": self.tr("走访审核"),
            "back_checks": self.tr("走访复查"),
            "back_check_steps": self.tr("走访复查"),
            "mark_clearances": self.tr("标记清除"),
            "campaigns": self.tr("专项排查"),
            "visit_rule_tables": self.tr("走访规则"),
            "submissions": self.tr("表单答案"),
            "assessments": self.tr("风险评估"),
            "assessment_signatures": self.tr("评估签字"),
            "level_overrides": self.tr("等级调整"),
            "clues": self.tr("急难线索"),
            "clue_steps": self.tr("线索处置"),
            "reliefs": self.tr("临时救助"),
            "relief_steps": self.tr("救助办理"),
            "service_needs": self.tr("服务需求"),
            "referrals": self.tr("转介"),
            "referral_steps": self.tr("转介办理"),
            "spot_check_results": self.tr("双随机检查结果"),
            "spot_check_rectifications": self.tr("双随机整改"),
        }.get(kind, kind)

    def _moment(self, at: dt.datetime) -> str:
        return moment_words(at, self.surroundings.context.today())

    # --- intents --------------------------------------------------------------------------------

    def _on_now(self) -> None:
        self._presenter.sync_now()

    def _on_photos_now(self) -> None:
        self._presenter.send_photos_now()

    def _on_free(self) -> None:
        self._presenter.free_photos()

    def _on_conflicts(self) -> None:
        self._presenter.open_conflicts()

    def _on_offline(self) -> None:
        self._presenter.go_offline()

    def _on_leave(self) -> None:
        self._presenter.hand_over()

    def _on_cancel(self) -> None:
        self._presenter.cancel()
