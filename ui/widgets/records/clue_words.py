"""Urgent clues in words, icons and colours, the same in lists and on pages. Layer 5."""

import datetime as dt
from typing import Final

from PySide6.QtCore import QCoreApplication

from fieldapp.app.texts import Texts
from fieldapp.domain.records.clues import ClueKind, ClueStatus, Urgency
from fieldapp.domain.rules.clue_clocks import ClockView
from fieldapp.domain.rules.working_days import Colour
from fieldapp.services.clue_desk import ClueItem
from ui.theme import StatusKind
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.day_words import moment_words
from ui.widgets.records.household_cards import SEPARATOR

translate = QCoreApplication.translate

KIND_ICONS: Final = {
    ClueKind.ILLNESS: "heart-pulse",
    ClueKind.ACCIDENT: "car-front",
    ClueKind.FIRE: "flame",
    ClueKind.DISASTER: "cloud-lightning",
    ClueKind.COLD_HEAT: "snowflake",
    ClueKind.NO_FOOD: "soup",
    ClueKind.NO_CARE: "bed",
    ClueKind.CHILD: "baby",
    ClueKind.VIOLENCE: "shield-alert",
    ClueKind.SUICIDE: "life-buoy",
    ClueKind.LOST_JOB: "briefcase",
    ClueKind.HOMELESS: "tent",
    ClueKind.OTHER: "circle-help",
}
URGENCY_TONES: Final = {
    Urgency.L1: StatusKind.DANGER,
    Urgency.L2: StatusKind.WARN,
    Urgency.L3: StatusKind.INFO,
}
CLOCK_TONES: Final = {
    Colour.GREEN: StatusKind.OK,
    Colour.YELLOW: StatusKind.WARN,
    Colour.ORANGE: StatusKind.WARN,
    Colour.RED: StatusKind.DANGER,
}
STATUS_TONES: Final = {
    ClueStatus.REPORTED: StatusKind.DANGER,
    ClueStatus.REOPENED: StatusKind.DANGER,
    ClueStatus.CLOSED: StatusKind.OK,
    ClueStatus.DUPLICATE: StatusKind.MUTE,
    ClueStatus.TRANSFERRED: StatusKind.MUTE,
    ClueStatus.NOT_CONFIRMED: StatusKind.MUTE,
}
"""Others are under way: INFO."""


def span_words(span: dt.timedelta) -> str:
    """1 小时 20 分, 3 天 2 小时: two units at most, never less than a minute."""
    minutes = max(1, int(span.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        told = translate("ClueWords", "{0} 天 {1} 小时") if hours else translate("ClueWords", "{0} 天")
        return told.format(days, hours)
    if hours:
        told = translate("ClueWords", "{0} 小时 {1} 分") if rest else translate("ClueWords", "{0} 小时")
        return told.format(hours, rest)
    return translate("ClueWords", "{0} 分钟").format(rest)


def left_words(clock: ClockView) -> str:
    """还剩 1 小时 20 分; with working days their number; 已超 2 小时 once it is too late."""
    if clock.left < dt.timedelta():
        return translate("ClueWords", "已超 {0}").format(span_words(-clock.left))
    if clock.working_days_left is None:
        return translate("ClueWords", "还剩 {0}").format(span_words(clock.left))
    if clock.working_days_left == 0:
        return translate("ClueWords", "今天到期")
    return translate("ClueWords", "还剩 {0} 个工作日").format(clock.working_days_left)


def clock_words(clock: ClockView, texts: Texts) -> str:
    """还剩 1 小时 20 分 · 到场."""
    return SEPARATOR.join((left_words(clock), texts.label(clock.fact.clock)))


def clock_chip(clock: ClockView, texts: Texts) -> CardChip:
    """The clock as a chip."""
    return CardChip(clock_words(clock, texts), CLOCK_TONES[clock.colour])


def status_chip(status: ClueStatus, texts: Texts) -> CardChip:
    """How the clue stands."""
    return CardChip(texts.label(status), STATUS_TONES.get(status, StatusKind.INFO))


def clue_card(item: ClueItem, texts: Texts, today: dt.date) -> CardContent:
    """A clue of the inbox as a card."""
    # The clock first: the first chip stays whole however narrow the list is.
    chips = [clock_chip(item.clock, texts)] if item.clock is not None else []
    chips.append(CardChip(texts.label(item.urgency), URGENCY_TONES[item.urgency]))
    chips.append(status_chip(item.status, texts))
    if item.unsent or item.waiting:
        chips.append(CardChip(translate("ClueWords", "待上传"), StatusKind.INFO))
    if item.merged:
        chips.append(CardChip(translate("ClueWords", "另有 {0} 件合并").format(item.merged), StatusKind.MUTE))
    source = translate("ClueWords", "{0}上报").format(texts.label(item.source))
    doer = translate("ClueWords", "{0} 办理").format(item.assignee_name) if item.assignee_name else ""
    return CardContent(
        key=item.clue_id,
        title=texts.label(item.kind),
        chips=tuple(chips),
        line=SEPARATOR.join(filter(None, (item.person_name, item.village_name, item.place, source))),
        right=SEPARATOR.join(filter(None, (moment_words(item.reported_at, today), doer, item.clue_no))),
        icon=KIND_ICONS[item.kind],
        icon_tone=URGENCY_TONES[item.urgency],
    )
