"""The panel in which a need is handed on or a step is taken: only what this asks for. Layer 5."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from fieldapp.domain.records.needs import ReferralAction
from fieldapp.domain.rules.service_matching import Offer
from ui.screens.need.presenter import MESSAGE, OFFER, Panel
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.inputs.choice_list import ChoiceList
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout

_MESSAGE_MAX, _NOTE_MAX = 300, 500


class StepPanel(Card):
    """Built anew for each act. Signals: changed(field, value), taken(), cancelled(), rebuilt()."""

    changed = Signal(str, object)
    taken = Signal()
    cancelled = Signal()
    rebuilt = Signal()

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(icon="pen-line", parent=parent)
        self._texts = texts
        self._built: tuple[object, ...] | None = None
        self._slot = QVBoxLayout()
        self._slot.setSpacing(2)
        self.body.addLayout(self._slot)
        self.fields: dict[str, Field] = {}
        self.problem = Banner("", StatusKind.DANGER)
        self.problem.hide()
        self.take = Button("", ButtonKind.PRIMARY, icon="check")
        self.take.clicked.connect(self.taken)
        self.cancel = Button(self.tr("取消"))
        self.cancel.clicked.connect(self.cancelled)
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        flow.addWidget(self.take)
        flow.addWidget(self.cancel)
        self.body.addWidget(self.problem)
        self.body.addWidget(tools)

    def show_panel(self, panel: Panel | None) -> bool:
        """Show what is being done; answers whether it has just begun."""
        fresh = panel is not None and self.isHidden()
        self.setVisible(panel is not None)
        if panel is None:
            self._built = None
            return False
        asks = (panel.action, panel.offers)
        if asks != self._built:
            self._built = asks
            self._build(panel)
            self.rebuilt.emit()
        self._show_values(panel)
        elsewhere = [words for name, words in panel.errors.items() if name not in self.fields]
        self.problem.setVisible(bool(elsewhere))
        if elsewhere:
            self.problem.set_message(elsewhere[0], StatusKind.DANGER)
        nobody = panel.action is None and not panel.offers
        self.take.setEnabled(not panel.busy and not nobody)
        return fresh

    def _show_values(self, panel: Panel) -> None:
        values: dict[str, object] = {
            OFFER: None if panel.offer is None else str(panel.offer),
            MESSAGE: panel.message,
            "note": panel.note,
            "rating": None if panel.rating is None else str(panel.rating),
        }
        for name, shown in self.fields.items():
            if shown.editor.value() != values[name]:
                shown.editor.set_value(values[name])
            shown.set_error(panel.errors.get(name, ""))

    # --- building -------------------------------------------------------------------------------

    def _build(self, panel: Panel) -> None:
        while (item := self._slot.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.fields = {}
        if panel.action is None:
            self.set_title(self.tr("转介给服务机构"))
            self.take.setText(self.tr("确定转介"))
            self._build_referral(panel)
            return
        words = self._texts.label(panel.action)
        self.set_title(words)
        self.take.setText(self.tr("确定{0}").format(words))
        if panel.action is ReferralAction.RATE:
            grades = (self.tr("很好"), self.tr("较好"), self.tr("一般"), self.tr("较差"), self.tr("很差"))
            editor = Segmented([Choice(str(5 - nth), one) for nth, one in enumerate(grades)])
            self._put("rating", Field(self.tr("家里人觉得怎么样"), editor, required=True))
        note = CountedText(_NOTE_MAX, strict=True, rows=2)
        label = self.tr("结果或理由") if panel.wants_note else self.tr("说明（可不填）")
        self._put("note", Field(label, note, required=panel.wants_note))

    def _build_referral(self, panel: Panel) -> None:
        if panel.offers is None:
            self._slot.addWidget(Text(self.tr("正在找能提供这项服务的机构…"), tone="soft", wrap=True))
            return
        if not panel.offers:
            words = self.tr("这里现在没有机构、项目或志愿者能提供这项服务。可以自行解决，或记为无法解决。")
            self._slot.addWidget(Banner(words, StatusKind.WARN))
            return
        choices = [
            Choice(str(nth), one.organisation.name, self._why(one)) for nth, one in enumerate(panel.offers)
        ]
        self._put(OFFER, Field(self.tr("转给谁"), ChoiceList(choices), required=True))
        message = CountedText(_MESSAGE_MAX, strict=True, rows=2)
        hint = self.tr("机构只看到称呼、年龄、村组和这句话。不要写姓名、电话、证件号和病情。")
        self._put(MESSAGE, Field(self.tr("带给机构的话（可不填）"), message, hint=hint))

    def _why(self, offer: Offer) -> str:
        if offer.project is not None:
            return self.tr("项目“{0}”，还有 {1} 个名额").format(offer.project.name, offer.places)
        if offer.organisation.volunteer:
            return self.tr("志愿服务")
        return self.tr("政府购买服务合同")

    def _put(self, name: str, shown: Field) -> None:
        shown.editor.changed.connect(partial(self._on_changed, name))
        self.fields[name] = shown
        self._slot.addWidget(shown)

    def _on_changed(self, name: str, value: object) -> None:
        if name in (OFFER, "rating"):
            value = int(value) if isinstance(value, str) else None
        self.changed.emit(name, value)
