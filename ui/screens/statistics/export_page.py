"""How the visits of a list are exported: names masked, or in full with a reason."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldapp.services.exports import REASON_MAX
from ui.screens.statistics.export_progress import ExportProgress
from ui.screens.statistics.state import StatisticsState
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.scrolling import ScrollPage

_MASKED: Final = "masked"
_FULL: Final = "full"


class ExportPage(ScrollPage):
    """Signals: place_wanted() (choose where the file goes), back_wanted(), cancel_wanted()."""

    place_wanted = Signal()
    back_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        card = Card(self.tr("导出走访台账"), icon="download")
        self._count = Text("", tone="soft", wrap=True)
        self._problem = Banner("", StatusKind.DANGER)
        self.names = Segmented([Choice(_MASKED, self.tr("姓名脱敏")), Choice(_FULL, self.tr("姓名不脱敏"))])
        self.names.set_value(_MASKED)
        self.names.changed.connect(self._on_names)
        self._names_field = Field(
            self.tr("姓名"), self.names, hint=self.tr("不脱敏的台账只用于工作需要，导出会留下记录。")
        )
        self.reason = TextField(max_length=REASON_MAX)
        self._reason_field = Field(self.tr("为什么需要不脱敏"), self.reason, required=True)
        self.progress = ExportProgress()
        self.progress.cancelled.connect(self.cancel_wanted)
        buttons = QWidget()
        row = FlowLayout(buttons, gap=12)
        self.save = Button(self.tr("选择保存位置"), ButtonKind.PRIMARY, icon="save")
        self.save.clicked.connect(self.place_wanted)
        self.back = Button(self.tr("返回名单"))
        self.back.clicked.connect(self.back_wanted)
        row.addWidget(self.save)
        row.addWidget(self.back)
        for widget in (
            self._count, self._problem, self._names_field, self._reason_field, self.progress, buttons,
        ):  # fmt: skip
            card.body.addWidget(widget)
        self.column.addWidget(card)
        self.column.addStretch(1)

    @property
    def unmasked(self) -> bool:
        """Whether names in full were chosen."""
        return self.names.value() == _FULL

    def begin(self) -> None:
        """A new export: masked, without a reason."""
        self.names.set_value(_MASKED)
        self.reason.set_value("")

    def render_state(self, state: StatisticsState) -> None:
        """Show the choices and what stands in the way."""
        shown = state.list
        if shown is None:
            return
        self._count.setText(self.tr("共 {0} 次走访，按本页的先后导出。").format(f"{len(shown.ids):,}"))
        self._names_field.setVisible(state.may_unmask)
        self._reason_field.setVisible(state.may_unmask and self.unmasked)
        self._reason_field.set_error(state.error if state.error_field == "reason" else "")
        elsewhere = bool(state.error) and state.error_field != "reason"
        self._problem.setVisible(elsewhere)
        if elsewhere:
            self._problem.set_message(state.error, StatusKind.DANGER)
        self.progress.render_state(state.exporting)
        self.save.setEnabled(state.exporting is None)

    def _on_names(self, _value: object) -> None:
        self._reason_field.setVisible(self.unmasked)
        self._reason_field.set_error("")
