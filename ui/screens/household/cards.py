"""The cards of risk and forms in a household's file. Layer 5."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.screens.household.paperwork import FormRow, NextDue, PaperworkState, SheetRow, WaitingRow
from ui.theme import StatusKind, TextRole
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.picker import Picker
from ui.widgets.labels import Divider, Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import day_words, moment_words
from ui.widgets.records.level_history import RISK_TONES, LevelHistory

_HISTORY_SHOWN = 3


def _clear(column: QVBoxLayout) -> None:
    while (item := column.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class RiskCard(Card):
    """Level, next assessment, what waits for signatures, history.

    Signals: assess_asked(), opened(assessment_id).
    """

    assess_asked = Signal()
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("风险评估"), icon="shield-check", parent=parent)
        chips = QWidget()
        self._chips = FlowLayout(chips, gap=8)
        self._since = Text("", tone="soft", wrap=True)
        self.assess = Button("", icon="clipboard-list")
        self.assess.clicked.connect(self.assess_asked)
        tools = QHBoxLayout()
        tools.addWidget(self.assess)
        tools.addStretch(1)
        self._waiting = QVBoxLayout()
        self._waiting.setSpacing(8)
        self.history = LevelHistory()
        self.history.opened.connect(self.opened)
        self.all = Button(self.tr("全部等级变化"), ButtonKind.TEXT, icon="history")
        self.all.clicked.connect(self._on_all)
        self._whole = False
        self._state: PaperworkState | None = None
        self.body.addWidget(chips)
        self.body.addWidget(self._since)
        self.body.addLayout(self._waiting)
        self.body.addLayout(tools)
        self.body.addWidget(self.history)
        self.body.addWidget(self.all, 0, Qt.AlignmentFlag.AlignLeft)

    def render_state(self, state: PaperworkState) -> None:
        """Show how the household stands."""
        self._state = state
        self._chips.clear()
        self._chips.addWidget(Chip(self.tr("风险{0}").format(state.level_label), RISK_TONES[state.level]))
        due = self._due_chip(state)
        if due is not None:
            self._chips.addWidget(due)
        self._since.setText(self._since_words(state))
        self._since.setVisible(bool(self._since.text()))
        self.assess.setText(self.tr("继续评估") if state.assessing else self.tr("开始评估"))
        self.assess.set_icon("clipboard-list")
        self.assess.setVisible(state.may_assess)
        _clear(self._waiting)
        for row in state.waiting:
            self._waiting.addWidget(self._waiting_row(row, state))
        self._show_history(state)

    def _show_history(self, state: PaperworkState) -> None:
        rows = state.history if self._whole else state.history[:_HISTORY_SHOWN]
        self.history.show_rows(rows, state.today)
        self.history.setVisible(bool(rows))
        self.all.setVisible(len(rows) < len(state.history))

    def _on_all(self) -> None:
        self._whole = True
        if self._state is not None:
            self._show_history(self._state)

    def _due_chip(self, state: PaperworkState) -> Chip | None:
        if state.due is NextDue.OVERDUE:
            return Chip(self.tr("超期 {0} 天").format(state.days), StatusKind.DANGER)
        if state.due is NextDue.SOON and not state.days:
            return Chip(self.tr("今天到期"), StatusKind.WARN)
        if state.due is NextDue.SOON:
            return Chip(self.tr("还有 {0} 天").format(state.days), StatusKind.WARN)
        return None

    def _since_words(self, state: PaperworkState) -> str:
        since = day_words(state.since, state.today) if state.since is not None else ""
        due = day_words(state.next_due, state.today) if state.next_due is not None else ""
        if since and due:
            return self.tr("{0}起；{1}前再评").format(since, due)
        if since:
            return self.tr("{0}起").format(since)
        return self.tr("{0}前再评").format(due) if due else ""

    def _waiting_row(self, row: WaitingRow, state: PaperworkState) -> QWidget:
        view = QWidget()
        line = QHBoxLayout(view)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        when = moment_words(row.at, state.today)
        line.addWidget(Text(self.tr("{0} 的评估等签字").format(when), tone="warn", wrap=True), 1)
        button = Button(self.tr("去签字"), icon="pen-line")
        button.setAccessibleName(self.tr("去签字：{0} 的评估").format(when))
        button.clicked.connect(partial(self.opened.emit, row.assessment_id))
        line.addWidget(button)
        return view


class FormsCard(Card):
    """Forms to fill and finished sheets. Signals: fill_asked(record_id, person_id), opened(submission_id)."""

    fill_asked = Signal(str, str)
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("表单"), icon="clipboard-list", parent=parent)
        self._forms = QVBoxLayout()
        self._sheets = QVBoxLayout()
        for column in (self._forms, self._sheets):
            column.setSpacing(8)
            self.body.addLayout(column)
        self._shown: tuple[object, ...] = ()
        self.buttons: dict[str, Button] = {}

    def render_state(self, state: PaperworkState) -> None:
        """Show what can be filled and what was."""
        offered = state.forms if state.may_fill else ()
        self.setVisible(bool(offered or state.sheets))
        if (offered, state.sheets) == self._shown:
            return
        self._shown = (offered, state.sheets)
        self.buttons = {}
        _clear(self._forms)
        for form in offered:
            self._forms.addWidget(self._form(form))
        _clear(self._sheets)
        if offered and state.sheets:
            self._sheets.addWidget(Divider())
        for sheet in state.sheets:
            self._sheets.addWidget(self._sheet(sheet, state))

    def _form(self, form: FormRow) -> QWidget:
        view = QWidget()
        column = QVBoxLayout(view)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(Text(form.title, TextRole.STRONG, wrap=True), 1)
        column.addLayout(line)
        if not form.ready:
            line.addWidget(Chip(self.tr("待下载"), StatusKind.MUTE))
            return view
        if form.people:
            picker = Picker([Choice(one, name) for one, name in form.people], title=form.title)
            picker.describe(self.tr("{0}：给谁填").format(form.title))
            picker.changed.connect(partial(self._on_person, form.record_id))
            column.addWidget(picker)
            return view
        button = Button(self.tr("继续填写") if form.draft_id else self.tr("填写"), icon="pen-line")
        button.setAccessibleName(f"{button.text()} {form.title}")
        button.clicked.connect(partial(self.fill_asked.emit, form.record_id, ""))
        self.buttons[form.record_id] = button
        line.addWidget(button)
        return view

    def _on_person(self, record_id: str, person_id: object) -> None:
        self.fill_asked.emit(record_id, str(person_id))

    def _sheet(self, sheet: SheetRow, state: PaperworkState) -> QWidget:
        view = QWidget()
        line = QHBoxLayout(view)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        when = moment_words(sheet.at, state.today)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(sheet.title, wrap=True))
        words.addWidget(Text(when, TextRole.CAPTION))
        line.addLayout(words, 1)
        if sheet.unsent:
            line.addWidget(Chip(self.tr("待上传"), StatusKind.INFO))
        read = Button(self.tr("查看"), ButtonKind.TEXT)
        read.setAccessibleName(self.tr("查看 {0} {1}").format(when, sheet.title))
        read.clicked.connect(partial(self.opened.emit, sheet.submission_id))
        line.addWidget(read)
        return view
