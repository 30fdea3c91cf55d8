"""A campaign in words: its days, how it stands, how far it is, whom it asks for. Layer 5."""

import datetime as dt
from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication

from fieldapp.app.texts import Texts
from fieldapp.domain.records.campaigns import CampaignFields, HouseholdFilter
from fieldapp.domain.rules.campaigns import runs_on
from fieldapp.domain.rules.statistics import Ratio
from ui.theme import StatusKind
from ui.widgets.lists.card_model import CardChip
from ui.widgets.records.day_words import day_words

translate = QCoreApplication.translate


def span_words(campaign: CampaignFields, today: dt.date) -> str:
    """11 月 22 日 至 11 月 25 日."""
    first, last = day_words(campaign.starts_on, today), day_words(campaign.ends_on, today)
    return first if first == last else translate("Campaign", "{0} 至 {1}").format(first, last)


def standing_chip(campaign: CampaignFields, today: dt.date) -> CardChip:
    """Whether it runs, and how many days are left."""
    if campaign.closed_on is not None and campaign.closed_on <= today:
        return CardChip(translate("Campaign", "提前结束"), StatusKind.MUTE)
    if today < campaign.starts_on:
        return CardChip(translate("Campaign", "未开始"), StatusKind.INFO)
    if not runs_on(campaign, today):
        return CardChip(translate("Campaign", "已结束"), StatusKind.MUTE)
    left = (campaign.ends_on - today).days
    if not left:
        return CardChip(translate("Campaign", "今天截止"), StatusKind.WARN)
    return CardChip(translate("Campaign", "还剩 {0} 天").format(left), StatusKind.OK)


def done_words(done: Ratio) -> str:
    """12 / 40 户  30.00 %."""
    both = translate("Campaign", "{0} / {1} 户").format(f"{done.numerator:,}", f"{done.denominator:,}")
    return f"{both}  {done.percent}"


def filter_words(wanted: HouseholdFilter, texts: Texts) -> str:
    """Whom a campaign asks for, in one sentence."""
    conditions = list(_conditions(wanted, texts))
    return translate("Campaign", "；").join(conditions) or translate("Campaign", "全部在册家庭")


def _conditions(wanted: HouseholdFilter, texts: Texts) -> Iterator[str]:
    or_word = translate("Campaign", "或")
    houses = [texts.label(kind) for kind in wanted.houses]
    grades = [translate("Campaign", "安全等级为{0}").format(texts.label(grade)) for grade in wanted.safety]
    if houses or grades:
        yield translate("Campaign", "住房为{0}").format(or_word.join([*houses, *grades]))
    if wanted.age_from is not None and wanted.age_to is not None:
        yield translate("Campaign", "家中有 {0} 至 {1} 岁的人").format(wanted.age_from, wanted.age_to)
    elif wanted.age_from is not None:
        yield translate("Campaign", "家中有满 {0} 岁的人").format(wanted.age_from)
    elif wanted.age_to is not None:
        yield translate("Campaign", "家中有不满 {0} 岁的人").format(wanted.age_to + 1)
    for pattern, values in (
        (translate("Campaign", "重点人群：{0}"), wanted.tags),
        (translate("Campaign", "救助类别：{0}"), wanted.categories),
        (translate("Campaign", "风险等级：{0}"), wanted.risk_levels),
    ):
        if values:
            yield pattern.format(or_word.join(texts.label(value) for value in values))
