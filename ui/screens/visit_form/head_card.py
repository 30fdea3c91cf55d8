"""The card above the form: whom the visit is about. Layer 5."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.records.households import RiskLevel
from ui.screens.visit_form.state import HouseholdHead
from ui.theme import StatusKind, TextRole
from ui.widgets.avatar import Avatar
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout

_RISK: Final = {
    RiskLevel.HIGH: StatusKind.DANGER,
    RiskLevel.MEDIUM: StatusKind.WARN,
    RiskLevel.LOW: StatusKind.OK,
    RiskLevel.NONE: StatusKind.MUTE,
}


class HeadCard(Card):
    """Name, chips, place, sex, age and masked ID number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._avatar = Avatar("", "")
        chips = QWidget()
        self._flow = FlowLayout(chips, gap=8)
        self._line = Text("", tone="soft", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(chips)
        words.addWidget(self._line)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.body.addLayout(row)
        self._shown: HouseholdHead | None = None

    def show_head(self, head: HouseholdHead) -> None:
        """Show a household."""
        if head == self._shown:
            return
        self._shown = head
        self._avatar.set_person(head.household_id, head.name)
        self._flow.clear()
        self._flow.addWidget(Text(head.name, TextRole.CARD_TITLE))
        if head.risk_label:
            words = self.tr("风险{0}").format(head.risk_label)
            self._flow.addWidget(Chip(words, _RISK[head.risk]))
        for label in head.tag_labels:
            self._flow.addWidget(Chip(label, StatusKind.INFO))
        for label in head.category_labels:
            self._flow.addWidget(Chip(label, StatusKind.MUTE))
        age = self.tr("{0} 岁").format(head.age) if head.age is not None else ""
        parts = (head.place, head.sex_label, age, head.masked_id)
        self._line.setText(" · ".join(filter(None, parts)))
        self.setAccessibleName(f"{head.name} {self._line.text()}")
