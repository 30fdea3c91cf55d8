"""One finding of a spot check: what it was, by when, and the town's word. Layer 5."""

from typing import Final

from PySide6.QtWidgets import QWidget

from fieldapp.domain.rules.spot_check import QUESTIONS
from fieldapp.services.spot_checks import TownFinding
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.spot_check_finding.presenter import FindingPresenter, FindingState
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.field import Field
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import full_day_words, moment_words
from ui.widgets.records.value_list import ValueList
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

_KIND: Final = "spot_check_results"
_NOTE_MAX: Final = 500


class SpotCheckFindingScreen(Screen):
    """检查发现的问题."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = FindingPresenter(surroundings, self.render_state)
        self.page = ScrollPage(gap=14)
        self.column.addWidget(self.page)
        self._trouble = EmptyState(self.tr("这条结果已不在本机，请先同步。"), icon="circle-alert")
        self.result = Card(icon="clipboard-list")
        self._refused = Banner("", StatusKind.DANGER)
        self.values = ValueList()
        self.result.body.addWidget(self._refused)
        self.result.body.addWidget(self.values)
        self.panel = Card(self.tr("填报整改"), icon="pen-line")
        self.day = DateField(surroundings.context.today)
        self.day.set_value(surroundings.context.today())
        self.note = CountedText(_NOTE_MAX, strict=True, rows=3)
        texts = surroundings.texts
        day_field = Field(texts.field("spot_check_rectifications", "rectified_on"), self.day, required=True)
        note_field = Field(texts.field("spot_check_rectifications", "note"), self.note, required=True)
        self._problem = Banner("", StatusKind.DANGER)
        self.take = Button(self.tr("已整改，上报"), ButtonKind.PRIMARY, icon="check")
        self.take.clicked.connect(lambda: self.presenter.rectify(self.day.value(), self.note.value()))
        tools = QWidget()
        FlowLayout(tools, gap=12).addWidget(self.take)
        for part in (day_field, note_field, self._problem, tools):
            self.panel.body.addWidget(part)
        for widget in (self._trouble, self.result, self.panel):
            widget.hide()
            self.page.column.addWidget(widget)
        self.page.column.addStretch(1)

    def enter(self, params: Params) -> None:
        self._say_title()
        self.presenter.enter(params.get("result_id", ""))

    def shown_again(self) -> None:
        self._say_title()
        self.presenter.reload()

    def leave(self) -> None:
        self.presenter.leave()

    def render_state(self, state: FindingState) -> None:
        """Show the finding, and the panel while it can be put right."""
        finding = state.finding
        self._trouble.setVisible(state.gone)
        self.result.setVisible(finding is not None)
        self.panel.setVisible(finding is not None and finding.may_rectify)
        self._problem.setVisible(bool(state.problem))
        self._problem.set_message(state.problem, StatusKind.DANGER)
        self.take.setEnabled(not state.busy)
        if finding is not None:
            self._show_finding(finding, state)
        order_tabs(self)

    def _show_finding(self, finding: TownFinding, state: FindingState) -> None:
        texts, result = self.surroundings.texts, finding.result
        self.result.set_title(finding.subject or texts.label(result.population))
        self._refused.setVisible(bool(finding.refused_code))
        if finding.refused_code:
            self._refused.set_message(texts.message(finding.refused_code), StatusKind.DANGER)
        due, done = result.rectify_due, result.rectified_on
        standing = ""
        if finding.waiting:
            standing = self.tr("已存本机，待上传")
        elif finding.overdue:
            standing = self.tr("整改逾期")
        pairs = [
            (texts.field(_KIND, "plan_no"), result.plan_no),
            (texts.field(_KIND, "population"), texts.label(result.population)),
            (texts.field(_KIND, "checked_at"), moment_words(result.checked_at, state.today)),
            *(
                (texts.field(_KIND, name), texts.label(getattr(result, name)))
                for name in QUESTIONS[result.population]
            ),
            (
                texts.field(_KIND, "satisfaction"),
                texts.label(result.satisfaction) if result.satisfaction is not None else "",
            ),
            (texts.field(_KIND, "found"), texts.labels(result.found)),
            (texts.field(_KIND, "detail"), result.detail),
            (texts.field(_KIND, "rectify_due"), full_day_words(due) if due is not None else ""),
            (texts.field(_KIND, "rectified_on"), full_day_words(done) if done is not None else ""),
            (texts.field(_KIND, "rectified_note"), result.rectified_note),
            (self.tr("整改进度"), standing),
        ]
        self.values.set_values([pair for pair in pairs if pair[1]])

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("双随机检查结果"))
