"""Back-checks in words: cards, answers, how two answers lie. The same in lists and on pages. Layer 5."""

import datetime as dt
import enum
from typing import Final

from PySide6.QtCore import QCoreApplication

from fieldapp.app.texts import Texts
from fieldapp.domain.records.back_checks import BackCheckStatus
from fieldapp.domain.rules.back_check import Verdict
from fieldapp.services.back_check_views import BackCheckItem
from ui.theme import StatusKind
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.day_words import day_words, full_day_words
from ui.widgets.records.household_cards import SEPARATOR

translate = QCoreApplication.translate

STATUS_TONES: Final = {
    BackCheckStatus.REQUESTED: StatusKind.INFO,
    BackCheckStatus.ANSWERED: StatusKind.WARN,
    BackCheckStatus.DECLINED: StatusKind.WARN,
    BackCheckStatus.ASKED: StatusKind.INFO,
    BackCheckStatus.EXPLAINED: StatusKind.WARN,
    BackCheckStatus.WITHDRAWN: StatusKind.MUTE,
    BackCheckStatus.CLOSED: StatusKind.OK,
}
"""WARN: somebody has to look at it."""
VERDICT_TONES: Final = {
    Verdict.SAME: StatusKind.OK,
    Verdict.NEAR: StatusKind.INFO,
    Verdict.DIFFERENT: StatusKind.WARN,
    Verdict.OPEN: StatusKind.MUTE,
}


def back_check_card(item: BackCheckItem, texts: Texts, today: dt.date, *, action: str = "") -> CardContent:
    """One back-check in a list."""
    chips = [CardChip(texts.label(item.status), STATUS_TONES[item.status])]
    if item.late:
        chips.append(CardChip(translate("BackCheck", "已过期"), StatusKind.DANGER))
    if item.different:
        words = translate("BackCheck", "{0} 处不一致").format(item.different)
        chips.append(CardChip(words, StatusKind.WARN))
    if item.refused_code:
        chips.append(CardChip(translate("BackCheck", "没有收下"), StatusKind.DANGER))
    elif item.waiting:
        chips.append(CardChip(translate("BackCheck", "待上传"), StatusKind.INFO))
    checker = translate("BackCheck", "复查人 {0}").format(item.checker_name) if item.checker_name else ""
    outcome = texts.label(item.outcome) if item.outcome is not None else ""
    right = ""
    if item.status is BackCheckStatus.REQUESTED:
        right = translate("BackCheck", "{0}前").format(day_words(item.due_on, today))
    return CardContent(
        key=item.back_check_id,
        title=item.head_name,
        chips=tuple(chips),
        line=SEPARATOR.join(filter(None, (item.place, checker, outcome))),
        right=right,
        action=action,
    )


def answer_words(answer: object, texts: Texts) -> str:
    """An answer in words; '' = none."""
    if isinstance(answer, enum.StrEnum):
        return texts.label(answer)
    if isinstance(answer, dt.date):
        return full_day_words(answer)
    if isinstance(answer, tuple):
        return texts.labels(answer) or translate("BackCheck", "没有提到")
    return "" if answer is None else str(answer)
