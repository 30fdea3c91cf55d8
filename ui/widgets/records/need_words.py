"""Needs and referrals in words, icons and colours, the same in lists and on pages. Layer 5."""

import datetime as dt
from typing import Final

from PySide6.QtCore import QCoreApplication

from fieldapp.app.texts import Texts
from fieldapp.domain.records.needs import NeedStatus, NeedUrgency
from fieldapp.domain.records.visits import NeedKind
from fieldapp.services.need_views import NeedView
from ui.theme import StatusKind
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.day_words import moment_words
from ui.widgets.records.household_cards import SEPARATOR

translate = QCoreApplication.translate

NEED_ICONS: Final = {
    NeedKind.CARE: "bed",
    NeedKind.REHAB: "heart-pulse",
    NeedKind.ESCORT: "car-front",
    NeedKind.INCLUSION: "users",
    NeedKind.CAPACITY: "user-check",
    NeedKind.COUNSEL: "message-square",
    NeedKind.LINK: "share-2",
    NeedKind.JOB: "briefcase",
    NeedKind.HOUSING: "house",
    NeedKind.EDU: "pencil",
    NeedKind.LEGAL: "shield-check",
    NeedKind.MEAL: "soup",
    NeedKind.AID_DEVICE: "accessibility",
    NeedKind.GOODS: "hand-coins",
    NeedKind.POLICY: "file-text",
    NeedKind.OTHER: "circle-help",
}
STATUS_TONES: Final = {
    NeedStatus.OPEN: StatusKind.WARN,
    NeedStatus.DONE: StatusKind.OK,
    NeedStatus.UNMET: StatusKind.DANGER,
}
"""Others are under way: INFO."""
URGENCY_TONES: Final = {
    NeedUrgency.NOW: StatusKind.DANGER,
    NeedUrgency.WITHIN_7D: StatusKind.WARN,
    NeedUrgency.WITHIN_30D: StatusKind.MUTE,
}


def need_chips(view: NeedView, texts: Texts) -> list[CardChip]:
    """How a need stands, most important first."""
    need = view.need
    chips = []
    if view.refused:
        chips.append(CardChip(translate("NeedWords", "没有收下"), StatusKind.DANGER))
    if view.late:
        chips.append(CardChip(translate("NeedWords", "已超时"), StatusKind.DANGER))
    if view.silent:
        chips.append(CardChip(translate("NeedWords", "超时未接收"), StatusKind.DANGER))
    if view.to_rate:
        chips.append(CardChip(translate("NeedWords", "待评价"), StatusKind.WARN))
    else:
        chips.append(CardChip(texts.label(need.status), STATUS_TONES.get(need.status, StatusKind.INFO)))
    if need.status is NeedStatus.OPEN:
        chips.append(CardChip(texts.label(need.urgency), URGENCY_TONES[need.urgency]))
    if view.consent_missing:
        chips.append(CardChip(translate("NeedWords", "未同意告知"), StatusKind.MUTE))
    if view.waiting and not view.refused:
        chips.append(CardChip(translate("NeedWords", "待上传"), StatusKind.INFO))
    return chips


def need_card(view: NeedView, texts: Texts, today: dt.date, *, household: bool = True) -> CardContent:
    """A need as a card; without `household` where all are of one."""
    need, referral = view.need, view.referral
    served_by = "" if referral is None else view.organisation_names.get(referral.organisation_id, "")
    who = view.person_name if view.person_name != view.head_name else ""
    family = (view.head_name, view.village_name) if household else ()
    seen = translate("NeedWords", "{0} 发现").format(moment_words(need.seen_at, today))
    return CardContent(
        key=need.id,
        title=texts.label(need.kind),
        chips=tuple(need_chips(view, texts)),
        line=SEPARATOR.join(filter(None, (*family, who, " ".join(need.description.split())))),
        right=SEPARATOR.join(filter(None, (served_by, seen))),
        icon=NEED_ICONS[need.kind],
        icon_tone=URGENCY_TONES[need.urgency] if need.status is NeedStatus.OPEN else StatusKind.MUTE,
    )
