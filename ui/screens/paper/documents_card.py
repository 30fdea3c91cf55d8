"""套打: other departments' documents to fill with the same visits. Layer 5."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.screens.paper.documents import DocumentsState
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.inputs.choice_list import ChoiceList
from ui.widgets.inputs.choices import Choice
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.progress_row import ProgressRow
from ui.widgets.tab_order import order_tabs


class DocumentsCard(Card):
    """Signals: chosen(ids), fill_wanted(), cancel_wanted()."""

    chosen = Signal(object)
    fill_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(icon="file-text", parent=parent)
        self.set_title(self.tr("各部门表格（套打）"))
        self._hint = Text(
            self.tr("用同样的走访内容填好下面的表格，每次走访一份，存到选定的文件夹。号码按上面的选择。"),
            tone="soft", wrap=True,
        )  # fmt: skip
        self.list: ChoiceList | None = None
        self._place = QWidget()
        self._offered: object = None
        self._problem = Banner("", StatusKind.DANGER)
        self.progress = ProgressRow(self.tr("正在填写"))
        self.progress.cancelled.connect(self.cancel_wanted)
        buttons = QWidget()
        row = FlowLayout(buttons, gap=12)
        self.fill = Button(self.tr("填写并保存"), icon="save")
        self.fill.clicked.connect(self.fill_wanted)
        row.addWidget(self.fill)
        for widget in (self._hint, self._problem, self.progress, buttons):
            self.body.addWidget(widget)
        self._problem.hide()
        self.progress.hide()

    def render_state(self, state: DocumentsState, *, allowed: bool) -> None:
        """Show what is on offer; `allowed`: nothing else is under way or missing."""
        self.setVisible(bool(state.offered))
        if state.offered != self._offered:
            self._offered = state.offered
            self._show_offered(state)
        if self.list is not None:
            self.list.set_value(list(state.chosen))
            self.list.setEnabled(not state.working)
        self._problem.setVisible(bool(state.problem))
        self._problem.set_message(state.problem, StatusKind.DANGER)
        self.progress.setVisible(state.working)
        self.progress.set_progress(state.done, state.total)
        self.fill.setEnabled(allowed and bool(state.chosen) and not state.working)

    def _show_offered(self, state: DocumentsState) -> None:
        if self.list is not None:
            self.list.hide()
            self.list.deleteLater()
        choices = []
        for one in state.offered:
            name = " · ".join(filter(None, (one.department, one.title)))
            kind = self.tr("Word 文档") if one.kind == "docx" else self.tr("Excel 表格")
            choices.append(
                Choice(one.record_id, name, hint=kind if one.ready else self.tr("还没有下载，请先同步"))
            )
        self.list = ChoiceList(choices, multiple=True)
        self.list.describe(self.tr("要填写的表格"))
        self.list.changed.connect(self.chosen)
        self.body.insertWidget(1, self.list)
        order_tabs(self)
