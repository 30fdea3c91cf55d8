"""How far a campaign is: in all, by area, whom it asks for; its end. Layer 5."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from fieldapp.services.campaigns import CampaignProgress
from ui.screens.campaign.presenter import CampaignState
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.charts.proportion_bars import Proportion, ProportionBars
from ui.widgets.chip import Chip
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.lists.data_table import Column, DataTable
from ui.widgets.progress_row import ProgressLine
from ui.widgets.records.campaign_words import done_words, filter_words, standing_chip
from ui.widgets.scrolling import ScrollPage

MOST_BARS = 24
"""More areas than these are read in the table."""


class ProgressPage(ScrollPage):
    """Signals: area_opened(code), end_asked(bool), end_wanted()."""

    area_opened = Signal(str)
    end_asked = Signal(bool)
    end_wanted = Signal()

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._texts = texts
        self._progress: CampaignProgress | None = None
        self.column.addWidget(self._build_whole())
        self.column.addWidget(self._build_areas())
        self.column.addStretch(1)

    def _build_whole(self) -> QWidget:
        card = Card(self.tr("总进度"))
        self._standing = Chip("")
        card.add_tool(self._standing)
        self._figure = Text("", TextRole.FIGURE, wrap=True)
        self._line = ProgressLine()
        self._asked = Text("", wrap=True)
        self._how = Text("", wrap=True)
        self._note = Text("", tone="soft", wrap=True)
        self.end = Button(self.tr("结束排查"), ButtonKind.DANGER)
        self.end.clicked.connect(lambda: self.end_asked.emit(True))
        self._question = QWidget()
        column = QVBoxLayout(self._question)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(
            Banner(
                self.tr("结束后不再派任务，不能恢复；已经走访的照样计数。"),
                StatusKind.WARN,
            )
        )
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=12)
        self.confirm = Button(self.tr("确认结束"), ButtonKind.DANGER)
        self.confirm.clicked.connect(self.end_wanted)
        keep = Button(self.tr("不结束"))
        keep.clicked.connect(lambda: self.end_asked.emit(False))
        flow.addWidget(keep)
        flow.addWidget(self.confirm)
        column.addWidget(buttons)
        tools = QWidget()
        FlowLayout(tools, gap=12).addWidget(self.end)
        for widget in (
            self._figure, self._line, self._asked, self._how, self._note, tools, self._question,
        ):  # fmt: skip
            card.body.addWidget(widget)
        return card

    def _build_areas(self) -> QWidget:
        self._areas = Card(self.tr("各地进度"))
        self.bars = ProportionBars(self.tr("各地进度"))
        self.table = DataTable(self.tr("各地进度"), growing=True)
        self.table.cell_opened.connect(lambda key, _column: self.area_opened.emit(key))
        self._areas.body.addWidget(self.bars)
        self._areas.body.addWidget(self.table)
        return self._areas

    def render_state(self, state: CampaignState) -> None:
        """Show the figures."""
        progress = state.progress
        if progress is None:
            return
        item = progress.item
        self.end.setVisible(item.may_edit and state.today <= item.campaign.ends_on and not state.ending)
        self._question.setVisible(state.ending)
        if progress is self._progress:
            return
        self._progress = progress
        chip = standing_chip(item.campaign, state.today)
        self._standing.set_status(chip.text, chip.kind)
        self._figure.setText(done_words(item.done))
        self._line.setRange(0, max(1, item.done.denominator))
        self._line.setValue(item.done.numerator)
        self._line.setAccessibleName(done_words(item.done))
        self._asked.setText(self.tr("走访对象：{0}").format(filter_words(item.campaign.filter, self._texts)))
        self._how.setText(self._how_words(progress))
        self._note.setText(item.campaign.note)
        self._note.setVisible(bool(item.campaign.note))
        self._show_areas(progress)

    def _how_words(self, progress: CampaignProgress) -> str:
        if not progress.item.campaign.form_id:
            return self.tr("走访方式：登记一次走访（专项排查），见到人才算完成")
        if not progress.form_title:
            return self.tr("走访方式：填写表单，表单还没有下载到本机，请先同步")
        return self.tr("走访方式：填写《{0}》").format(progress.form_title)

    def _show_areas(self, progress: CampaignProgress) -> None:
        rows = progress.rows
        # In the order of the areas' codes: places side by side, no rank.
        self.bars.set_rows([Proportion(name, share.numerator, share.denominator) for _, name, share in rows])
        self.bars.setVisible(len(rows) <= MOST_BARS)
        whole = progress.item.done
        columns = (
            Column(self.tr("地方"), opens=True),
            Column(self.tr("已走访户"), numeric=True),
            Column(self.tr("应走访户"), numeric=True),
            Column(self.tr("完成率")),
        )
        cells = [(name, share.numerator, share.denominator, share.percent) for _, name, share in rows]
        cells.append((self.tr("合计"), whole.numerator, whole.denominator, whole.percent))
        self.table.fill(columns, cells, keys=[*(code for code, _, _ in rows), ""], sortable=False)
        self._areas.setVisible(len(rows) > 0)
