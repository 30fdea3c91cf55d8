"""The panel in which a step of a relief is taken: only what this step needs. Layer 5."""

import datetime as dt
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from fieldapp.domain.records.reliefs import REASON_MAX, ReliefAction, ReliefOutcome
from ui.screens.relief.state import WITH_AMOUNT, Panel, ReliefState, Signed
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.editor import Editor, show_value
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.number_field import NumberField
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.signature_pad import SignaturePad
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import moment_words

_WORDS_NEEDED = frozenset({ReliefAction.DENY, ReliefAction.REFUND})


class StepPanel(Card):
    """Built anew for each step. Signals: changed(field, value) of a Panel; taken(Signed), cancelled();
    rebuilt() when there are other fields than before."""

    changed = Signal(str, object)
    taken = Signal(object)
    cancelled = Signal()
    rebuilt = Signal()

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(icon="pen-line", parent=parent)
        self._texts = texts
        self._built: tuple[object, ...] = ()
        self.pad: SignaturePad | None = None
        self.fields: dict[str, Field] = {}
        self._slot = QVBoxLayout()
        self._slot.setSpacing(2)
        self.problem = Banner("", StatusKind.DANGER)
        self.problem.hide()
        self.take = Button("", ButtonKind.PRIMARY, icon="check")
        self.take.clicked.connect(self._on_take)
        self.cancel = Button(self.tr("取消"))
        self.cancel.clicked.connect(self.cancelled)
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        flow.addWidget(self.take)
        flow.addWidget(self.cancel)
        self.body.addLayout(self._slot)
        self.body.addWidget(self.problem)
        self.body.addWidget(tools)

    def show_panel(self, state: ReliefState) -> bool:
        """Show the step being taken; answers whether it is another one than before."""
        panel = state.panel
        self.setVisible(panel is not None)
        if panel is None:
            self._built = ()
            return False
        fresh = not self._built or self._built[0] is not panel.action
        wanted = (panel.action, panel.visits, panel.signs)
        if wanted != self._built:
            self._build(panel, state.today)
            self._built = wanted
        for name, field in self.fields.items():
            if name != "signature":
                show_value(field.editor, getattr(panel, name))
            field.set_error(panel.errors.get(name, ""))
        elsewhere = [words for name, words in panel.errors.items() if name not in self.fields]
        self.problem.setVisible(bool(elsewhere))
        if elsewhere:
            self.problem.set_message(elsewhere[0], StatusKind.DANGER)
        no_visit = panel.action is ReliefAction.FOLLOW_UP and not panel.visits
        self.take.setEnabled(not panel.busy and not no_visit)
        return fresh

    # --- building -------------------------------------------------------------------------------

    def _build(self, panel: Panel, today: dt.date) -> None:
        words = self._texts.label(panel.action)
        self.set_title(words)
        self.take.setText(self.tr("确定{0}").format(words))
        while (item := self._slot.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.fields, self.pad = {}, None
        if panel.action in WITH_AMOUNT:
            editor = NumberField(decimals=True, negative=False)
            self._put("amount", self.tr("金额（元）"), editor, required=True)
        if panel.action is ReliefAction.FOLLOW_UP:
            self._add_visits(panel, today)
        if panel.action is ReliefAction.FINISH:
            label = self._texts.label
            outcomes = Segmented([Choice(one.value, label(one)) for one in ReliefOutcome])
            self._put("outcome", self.tr("结果"), outcomes, required=True)
        if panel.signs:
            self.pad = SignaturePad()
            self._put("signature", self.tr("领取人签字"), self.pad, required=True)
            self._put("witness", self.tr("见证人（领取人不识字时填）"), TextField(max_length=50))
        opinion = CountedText(REASON_MAX, strict=True, rows=2)
        needed = panel.action in _WORDS_NEEDED
        self._put(
            "opinion", self.tr("理由") if needed else self.tr("意见（可不填）"), opinion, required=needed
        )
        self.rebuilt.emit()

    def _add_visits(self, panel: Panel, today: dt.date) -> None:
        if not panel.visits:
            words = self.tr("还没有救助跟踪走访，请先入户走访，走访事由选救助跟踪。")
            self._slot.addWidget(Text(words, tone="soft", wrap=True))
            return
        choices = [Choice(one.id, moment_words(one.finished_at, today)) for one in panel.visits]
        self._put("visit_id", self.tr("是哪一次走访"), choice_editor(choices), required=True)

    def _put(self, name: str, label: str, editor: Editor, *, required: bool = False) -> None:
        field = Field(label, editor, required=required)
        if name != "signature":
            editor.changed.connect(partial(self.changed.emit, name))
        self.fields[name] = field
        self._slot.addWidget(field)

    def _on_take(self) -> None:
        strokes = self.pad.value() if self.pad is not None else ""
        self.taken.emit(Signed(strokes, self.pad.png() if self.pad is not None and strokes else b""))
