"""The card of exemptions in a household's file, with the request in it. Layer 5."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from fieldapp.domain.records.exemptions import ExemptionReason, VisitExemptionFields
from fieldapp.services.exemptions import ExemptionItem
from ui.screens.household.exemption import Asking, ExemptionState
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.field import Field
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.exemption_words import exemption_chips, span_words

_SHOWN = 3
_NOTE_MAX = next(
    int(m.max_length) for m in VisitExemptionFields.model_fields["note"].metadata if hasattr(m, "max_length")
)


class ExemptionCard(Card):
    """Signals: begun(), cancelled(), asked(), changed(field, value) of the request; rebuilt() when there are
    other stops for the Tab key than before."""

    begun = Signal()
    cancelled = Signal()
    asked = Signal()
    changed = Signal(str, object)
    rebuilt = Signal()

    def __init__(self, texts: Texts, today: Callable[[], dt.date], parent: QWidget | None = None) -> None:
        super().__init__(icon="calendar-clock", parent=parent)
        self.set_title(self.tr("免访"))
        self._texts = texts
        self._today = today
        self._rows = QVBoxLayout()
        self._rows.setSpacing(12)
        self._shown: tuple[object, ...] = ()
        self._none = Text(
            self.tr("外地住院、外出等一时走访不到的，可以申请免访，由镇里审批。"), tone="soft", wrap=True
        )
        self.begin = Button(self.tr("申请免访"), icon="plus")
        self.begin.clicked.connect(self.begun)
        self.fields: dict[str, Field] = {}
        self._panel = QVBoxLayout()
        self._panel.setSpacing(2)
        self.trouble = Banner("", StatusKind.DANGER)
        self.send = Button(self.tr("提交申请"), ButtonKind.PRIMARY, icon="send")
        self.send.clicked.connect(self.asked)
        self.cancel = Button(self.tr("取消"))
        self.cancel.clicked.connect(self.cancelled)
        self._tools = QWidget()
        flow = FlowLayout(self._tools, gap=12)
        flow.addWidget(self.send)
        flow.addWidget(self.cancel)
        begin = QWidget()
        FlowLayout(begin, gap=12).addWidget(self.begin)
        self._begin = begin
        self.body.addWidget(self._none)
        self.body.addLayout(self._rows)
        self.body.addWidget(begin)
        self.body.addLayout(self._panel)
        self.body.addWidget(self.trouble)
        self.body.addWidget(self._tools)
        for widget in (self.trouble, self._tools):
            widget.hide()

    def render_state(self, state: ExemptionState) -> None:
        """Show what was asked for, and the request being written."""
        self.setVisible(state.loaded and bool(state.items or state.may_ask))
        self._none.setVisible(not state.items and state.asking is None)
        self._begin.setVisible(state.may_ask and state.asking is None)
        if (state.items, state.today) != self._shown:
            self._shown = (state.items, state.today)
            while (item := self._rows.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()
            for one in state.items[:_SHOWN]:
                self._rows.addWidget(self._row(one, state))
        self._show_request(state)

    def _row(self, one: ExemptionItem, state: ExemptionState) -> QWidget:
        view = QWidget()
        column = QVBoxLayout(view)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        chips = QWidget()
        flow = FlowLayout(chips, gap=8)
        flow.addWidget(Text(self._texts.label(one.reason)))
        for chip in exemption_chips(one):
            flow.addWidget(Chip(chip.text, chip.kind))
        column.addWidget(chips)
        lines = [span_words(one, state.today), one.note]
        if one.verdict is not None:
            lines.append(self.tr("{0}：{1}").format(one.decided_by_name, one.verdict_reason))
        lines.append(state.refusals.get(one.exemption_id, ""))
        for line in filter(None, lines):
            column.addWidget(Text(line, tone="soft", wrap=True))
        return view

    def _show_request(self, state: ExemptionState) -> None:
        asking = state.asking
        self._tools.setVisible(asking is not None)
        self.trouble.setVisible(asking is not None and bool(asking.errors.get("")))
        if asking is None:
            self._drop()
            return
        if not self.fields:
            self._build(asking, state.most_days)
        if asking.errors.get(""):
            self.trouble.set_message(asking.errors[""], StatusKind.DANGER)
        wanting = {
            "reason": self.tr("请选择免访原因"),
            "since": self.tr("请填写免访起日"),
            "until": self.tr("请填写免访止日"),
        }
        for name, field in self.fields.items():
            field.set_error(wanting[name] if name in asking.missing else asking.errors.get(name, ""))
        self.fields["note"].set_required(asking.reason is ExemptionReason.OTHER)
        self.send.setEnabled(not asking.busy)

    def _build(self, asking: Asking, most_days: int) -> None:
        label = self._texts.label
        reason = choice_editor([Choice(one.value, label(one)) for one in ExemptionReason])
        since, until = DateField(self._today), DateField(self._today)
        since.set_value(asking.since)
        note = CountedText(_NOTE_MAX, strict=True, rows=2)
        hint = self.tr("一次最多 {0} 天，到期可以再申请。").format(most_days)
        for name, field in (
            ("reason", Field(self.tr("免访原因"), reason, required=True)),
            ("since", Field(self.tr("免访起日"), since, required=True)),
            ("until", Field(self.tr("免访止日"), until, required=True, hint=hint)),
            ("note", Field(self.tr("说明"), note)),
        ):
            field.editor.changed.connect(partial(self.changed.emit, name))
            self.fields[name] = field
            self._panel.addWidget(field)
        self.rebuilt.emit()
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop(self) -> None:
        for field in self.fields.values():
            self._panel.removeWidget(field)
            field.hide()
            field.deleteLater()
        self.fields = {}
