"""A rule of visits: for whom, how often, and which visits count. Layer 5."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from ui.rule_rows import RuleRow
from ui.theme import StatusKind, TextRole
from ui.widgets.chip import Chip
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.household_cards import SEPARATOR

translate = QCoreApplication.translate


class RuleView(QWidget):
    """A rule to be read; `tools` are buttons in the row of its chips."""

    def __init__(self, row: RuleRow, texts: Texts, *tools: QWidget) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Text(rule_subject(row, texts), TextRole.STRONG, wrap=True))
        chips = QWidget()
        flow = FlowLayout(chips, gap=8)
        flow.addWidget(Chip(self.tr("{0} {1} 次").format(row.unit, row.times), StatusKind.INFO))
        if row.fresh:
            flow.addWidget(Chip(self.tr("新增"), StatusKind.OK))
        elif row.changed:
            flow.addWidget(Chip(self.tr("有改动"), StatusKind.WARN))
        for tool in tools:
            flow.addWidget(tool)
        column.addWidget(chips)
        counted = self.tr("计入：{0}").format(row.modes)
        if row.alternates:
            after = self.tr("上次是入户的，{0}也计入").format(row.alternates)
            counted = SEPARATOR.join((counted, after))
        column.addWidget(Text(counted, tone="soft", wrap=True))


def rule_subject(row: RuleRow, texts: Texts) -> str:
    """Whom a rule is for."""
    parts = [translate("RuleView", "风险{0}").format(row.risk) if row.risk else "", *row.groups]
    if row.grades:
        parts.append(translate("RuleView", "{0} 级残疾").format(texts.listed(map(str, row.grades))))
    parts.append(translate("RuleView", "重大疾病") if row.serious_illness else "")
    parts.append(translate("RuleView", "急难在办") if row.urgent_case else "")
    return SEPARATOR.join(filter(None, parts)) or translate("RuleView", "其他在册家庭")
