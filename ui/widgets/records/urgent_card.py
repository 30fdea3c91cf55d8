"""The card above everything where people are in danger: numbers to call, words to send. Layer 5."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from fieldapp.domain.records.areas import AreaLevel
from ui import clipboard
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import time_words
from ui.widgets.records.urgent_help import UrgentHelp
from ui.widgets.records.value_list import ValueList


class UrgentCard(Card):
    """Works without a network: calling is done by phone, the words go by any messenger.

    Signals: copied() after the words were put into the clipboard; report_asked(dict), the parameters of the
    report to begin.
    """

    copied = Signal()
    report_asked = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(icon="siren", tone=StatusKind.DANGER, parent=parent)
        self.set_title(self.tr("需要马上处置"))
        first = self.tr("人身安全有危险的，先打 120、110 或 119，再打值班电话。")
        self._first = Banner(first, StatusKind.DANGER)
        self._why = Text("", wrap=True)
        self._numbers = ValueList()
        self._no_numbers = Text(
            self.tr("本机没有村、镇、县的值班电话，请打平时的联系电话。"), tone="soft", wrap=True
        )
        self._words_head = Text(self.tr("可以发出去的简报（不含姓名和证件号）"), TextRole.CAPTION)
        self.words = Text("", wrap=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy = Button(self.tr("复制简报"), icon="copy")
        self.copy.clicked.connect(self._on_copy)
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        self.report = Button(self.tr("上报急难线索"), ButtonKind.DANGER, icon="siren")
        self.report.clicked.connect(self._on_report)
        flow.addWidget(self.report)
        flow.addWidget(self.copy)
        for widget in (
            self._first,
            self._why,
            self._numbers,
            self._no_numbers,
            self._words_head,
            self.words,
            tools,
        ):
            self.body.addWidget(widget)
        self._shown: UrgentHelp | None = None

    def show_help(self, help_now: UrgentHelp | None) -> None:
        """Show whom to call; None hides the card."""
        self.setVisible(help_now is not None)
        if help_now is None or help_now == self._shown:
            return
        self._shown = help_now
        listed = self.tr("、").join(help_now.flags)
        self._why.setText(self.tr("一票高风险项：{0}").format(listed))
        levels = {
            AreaLevel.VILLAGE: self.tr("村（社区）值班"),
            AreaLevel.TOWN: self.tr("镇（街道）值班"),
            AreaLevel.COUNTY: self.tr("县（区）值班"),
        }
        self._numbers.set_values(
            [
                (levels.get(one.level, one.area_name), self.tr("{0}  {1}").format(one.phone, one.area_name))
                for one in help_now.phones
            ]
        )
        self._numbers.setVisible(bool(help_now.phones))
        self._no_numbers.setVisible(not help_now.phones)
        pattern = self.tr(
            "【急难情况】{0} {1}一户家庭，{2}入户评估发现：{3}。请马上派人到场处置，并回电联系上报人。"
        )
        self.words.setText(pattern.format(help_now.village, help_now.group, time_words(help_now.at), listed))

    def _on_report(self) -> None:
        if self._shown is not None:
            self.report_asked.emit(self._shown.report_params())

    def _on_copy(self) -> None:
        clipboard.put(self.words.text())
        self.copied.emit()
