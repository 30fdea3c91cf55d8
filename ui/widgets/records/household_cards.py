"""Households as cards: chips, lines and the button in words. Layer 5."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from fieldapp.domain.rules.visit_plan import PlanStatus
from ui.theme import StatusKind
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.day_words import day_words
from ui.widgets.records.household_rows import Call, HouseholdRow

translate = QCoreApplication.translate
SEPARATOR = " · "


def household_card(
    row: HouseholdRow, today: dt.date, *, may_visit: bool, primary: bool = False
) -> CardContent:
    """The card of a household in a list."""
    return CardContent(
        key=row.household_id,
        title=row.name,
        chips=household_chips(row),
        line=household_line(row),
        right=last_visit_words(row, today),
        action=visit_action(row) if may_visit else "",
        primary=primary and may_visit,
    )


def household_chips(row: HouseholdRow) -> tuple[CardChip, ...]:
    """How it stands, most important first."""
    chips = [standing_chip(row), *(_call_chip(call, days) for call, days in row.calls)]
    if row.draft_id is not None:
        chips.append(CardChip(translate("HouseholdCard", "草稿"), StatusKind.INFO))
    if row.high_risk:
        chips.append(CardChip(translate("HouseholdCard", "高风险"), StatusKind.DANGER))
    if row.unreachable:
        chips.append(CardChip(translate("HouseholdCard", "多次未遇"), StatusKind.WARN))
    if row.pending:
        chips.append(CardChip(translate("HouseholdCard", "待核实"), StatusKind.WARN))
    return tuple(chip for chip in chips if chip is not None)


def standing_chip(row: HouseholdRow) -> CardChip | None:
    """The state of its running period; None where no visit is owed."""
    if row.standing is PlanStatus.OVERDUE:
        return CardChip(translate("HouseholdCard", "已超期 {0} 天").format(row.days), StatusKind.DANGER)
    if row.standing is PlanStatus.DUE_SOON and row.days == 0:
        return CardChip(translate("HouseholdCard", "今天到期"), StatusKind.WARN)
    if row.standing is PlanStatus.DUE_SOON:
        return CardChip(translate("HouseholdCard", "还有 {0} 天").format(row.days), StatusKind.WARN)
    return {
        PlanStatus.DONE: CardChip(translate("HouseholdCard", "已走访"), StatusKind.OK),
        PlanStatus.TODO: CardChip(translate("HouseholdCard", "待走访"), StatusKind.MUTE),
        PlanStatus.EXEMPT: CardChip(translate("HouseholdCard", "免访"), StatusKind.MUTE),
    }.get(row.standing or PlanStatus.OVERDUE)


def _call_chip(call: Call, days: int) -> CardChip:
    """A visit after relief or a periodic review: late, or due within so many days."""
    if call is Call.FOLLOW_UP:
        late = translate("HouseholdCard", "救助回访超期 {0} 天")
        near = translate("HouseholdCard", "救助回访还有 {0} 天")
    else:
        late = translate("HouseholdCard", "定期核查超期 {0} 天")
        near = translate("HouseholdCard", "定期核查还有 {0} 天")
    if days < 0:
        return CardChip(late.format(-days), StatusKind.DANGER)
    return CardChip(near.format(days), StatusKind.WARN)


def household_line(row: HouseholdRow) -> str:
    """Place, groups, age and size in one line."""
    age = translate("HouseholdCard", "{0} 岁").format(row.age) if row.age is not None else ""
    size = translate("HouseholdCard", "{0} 口人").format(row.members) if row.members > 1 else ""
    return SEPARATOR.join(filter(None, (row.place, *row.groups, age, size)))


def last_visit_words(row: HouseholdRow, today: dt.date) -> str:
    """上次 10 月 28 日."""
    if row.last_visit is not None:
        return translate("HouseholdCard", "上次 {0}").format(day_words(row.last_visit, today))
    return translate("HouseholdCard", "还没有走访过") if row.standing is not None else ""


def visit_action(row: HouseholdRow) -> str:
    """What one tap does."""
    if row.draft_id is not None:
        return translate("HouseholdCard", "继续填写")
    return translate("HouseholdCard", "开始走访")


class CardsAtHand:
    """A source of cards for short lists whose contents are all known. Satisfies CardSource."""

    def __init__(self) -> None:
        self._contents: dict[str, CardContent] = {}

    def hold(self, contents: Sequence[CardContent]) -> list[str]:
        """Hold these cards and answer their keys in order, for `CardList.set_keys`."""
        self._contents = {content.key: content for content in contents}
        return list(self._contents)

    def fetch(self, keys: Sequence[str]) -> Mapping[str, CardContent]:
        """All that is asked for and held."""
        return {key: self._contents[key] for key in keys if key in self._contents}


class CardsByTask:
    """A source of cards for long lists: nothing is at hand while painting. Satisfies CardSource.

    Args:
        need: asks the database worker for contents; they arrive through the model's `supply`.
    """

    def __init__(self, need: Callable[[Sequence[str]], None]) -> None:
        self._need = need

    def fetch(self, keys: Sequence[str]) -> Mapping[str, CardContent]:
        """Ask, and answer nothing yet."""
        self._need(keys)
        return {}
