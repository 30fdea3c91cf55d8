"""Reliefs in words, icons and colours, the same in lists and on pages. Layer 5."""

import datetime as dt
from typing import Final

from PySide6.QtCore import QCoreApplication

from fieldapp.app.texts import Texts
from fieldapp.domain.clock import local_day
from fieldapp.domain.money import yuan_text
from fieldapp.domain.records.reliefs import ReliefCause, ReliefForm, ReliefStatus
from fieldapp.domain.rules.relief_followup import FollowUp
from fieldapp.domain.rules.working_days import Deadline
from fieldapp.services.relief_lists import ReliefItemView
from ui.theme import StatusKind
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.clue_words import CLOCK_TONES
from ui.widgets.records.day_words import day_words
from ui.widgets.records.household_cards import SEPARATOR

translate = QCoreApplication.translate

FORM_ICONS: Final = {
    ReliefForm.LODGING: "bed",
    ReliefForm.MEALS: "soup",
    ReliefForm.CASH: "hand-coins",
    ReliefForm.GOODS: "hand-helping",
    ReliefForm.CARE: "heart-handshake",
    ReliefForm.TRANSPORT: "car-front",
    ReliefForm.SERVICE: "life-buoy",
}
"""In the order in which they are offered."""
CAUSE_ICONS: Final = {
    ReliefCause.ILLNESS: "heart-pulse",
    ReliefCause.ACCIDENT: "car-front",
    ReliefCause.FIRE: "flame",
    ReliefCause.DISASTER: "cloud-lightning",
    ReliefCause.COLD_HEAT: "snowflake",
    ReliefCause.NO_FOOD: "soup",
    ReliefCause.NO_CARE: "bed",
    ReliefCause.CHILD: "baby",
    ReliefCause.VIOLENCE: "shield-alert",
    ReliefCause.LOST_JOB: "briefcase",
    ReliefCause.SCHOOL: "file-text",
    ReliefCause.LIVING: "tent",
    ReliefCause.OTHER: "circle-help",
}
STATUS_TONES: Final = {
    ReliefStatus.PROPOSED: StatusKind.WARN,
    ReliefStatus.DENIED: StatusKind.MUTE,
    ReliefStatus.DONE: StatusKind.OK,
}
"""Others are under way: INFO."""


def papers_words(papers: Deadline) -> str:
    """材料还剩 3 个工作日，或材料超期 once the day has passed."""
    if papers.left < 0:
        return translate("ReliefWords", "材料超期 {0} 个工作日").format(-papers.left)
    if papers.colour is papers.colour.RED:
        return translate("ReliefWords", "材料已超期")
    if papers.left == 0:
        return translate("ReliefWords", "材料今天到期")
    return translate("ReliefWords", "材料还剩 {0} 个工作日").format(papers.left)


def papers_chip(papers: Deadline) -> CardChip:
    """The day for the papers in its colour."""
    return CardChip(papers_words(papers), CLOCK_TONES[papers.colour])


def follow_up_chip(owed: FollowUp, today: dt.date) -> CardChip:
    """The visit owed next, by its day."""
    late = owed.days_overdue(today)
    if late:
        words = translate("ReliefWords", "回访超期 {0} 天").format(late)
        return CardChip(words, StatusKind.DANGER)
    if owed.due == today:
        return CardChip(translate("ReliefWords", "今天回访"), StatusKind.WARN)
    return CardChip(translate("ReliefWords", "{0}回访").format(day_words(owed.due, today)), StatusKind.INFO)


def status_chip(status: ReliefStatus, texts: Texts) -> CardChip:
    """How the relief stands."""
    return CardChip(texts.label(status), STATUS_TONES.get(status, StatusKind.INFO))


def money_words(amount: int) -> str:
    """3,096.00 元."""
    return translate("ReliefWords", "{0} 元").format(yuan_text(amount))


def relief_card(item: ReliefItemView, texts: Texts, today: dt.date) -> CardContent:
    """A relief as a card of a list."""
    relief = item.relief
    chips = [status_chip(relief.status, texts)]
    if item.papers is not None:
        chips.insert(0, papers_chip(item.papers))
    if item.follow_up is not None and item.follow_up.due <= today + dt.timedelta(days=SOON_DAYS):
        chips.append(follow_up_chip(item.follow_up, today))
    if item.unsent:
        chips.append(CardChip(translate("ReliefWords", "待上传"), StatusKind.INFO))
    given = day_words(local_day(relief.given_at), today)
    forms = texts.labels(tuple(dict.fromkeys(one.form for one in relief.items)))
    return CardContent(
        key=relief.id,
        title=SEPARATOR.join(filter(None, (item.head_name, money_words(relief.amount)))),
        chips=tuple(chips),
        line=SEPARATOR.join(filter(None, (texts.label(relief.cause), forms, item.village_name))),
        right=SEPARATOR.join(filter(None, (given, texts.label(relief.path), relief.relief_no))),
        icon=CAUSE_ICONS[relief.cause],
        icon_tone=STATUS_TONES.get(relief.status, StatusKind.INFO),
    )


SOON_DAYS: Final = 7
"""Visits due within so many days are told in lists."""
