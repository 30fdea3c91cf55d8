"""Exemptions in words: how a request stands, and from when to when. Layer 5."""

import datetime as dt

from PySide6.QtCore import QCoreApplication

from fieldapp.domain.records.exemptions import ExemptionVerdict
from fieldapp.services.exemptions import ExemptionItem
from ui.theme import StatusKind
from ui.widgets.lists.card_model import CardChip
from ui.widgets.records.day_words import day_words

translate = QCoreApplication.translate


def exemption_chips(item: ExemptionItem) -> tuple[CardChip, ...]:
    """How a request stands; a decision made here is on its way until the server has it."""
    if item.refused_code:
        return (CardChip(translate("Exemption", "没有收下"), StatusKind.DANGER),)
    if item.verdict is None:
        return (CardChip(translate("Exemption", "待审批"), StatusKind.WARN),)
    if item.verdict is ExemptionVerdict.APPROVED:
        chips = [CardChip(translate("Exemption", "同意免访"), StatusKind.OK)]
    else:
        chips = [CardChip(translate("Exemption", "不同意免访"), StatusKind.MUTE)]
    if item.waiting:
        chips.append(CardChip(translate("Exemption", "待上传"), StatusKind.INFO))
    return tuple(chips)


def span_words(item: ExemptionItem, today: dt.date) -> str:
    """11 月 1 日至 12 月 30 日（60 天）."""
    days = (item.until - item.since).days + 1
    pattern = translate("Exemption", "{0}至{1}（{2} 天）")
    return pattern.format(day_words(item.since, today), day_words(item.until, today), days)
