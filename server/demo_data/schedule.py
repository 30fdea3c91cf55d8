"""When a household was visited or tried: days in keeping with its visit rule (R4), in exact number."""

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.records.households import SupportMode
from fieldapp.domain.records.visits import Mode
from server.demo_data.chance import Chance
from server.demo_data.moments import periods_back
from server.demo_data.plan import Attention, HouseholdPlan

ONE_DAY: Final = dt.timedelta(days=1)
_DILIGENCE: Final = 0.94
_EARLY_SHARE: Final = 0.4
"""In the shown village a running period's visits lie in its first part, so that most are done."""
_SETTLING_DAYS: Final = 110
"""Days before the present in which records are dense; further back, recording had only begun."""
_ATTEMPT_SHARE: Final = 0.05


class Kind(enum.Enum):
    """What a row of the history is."""

    VISIT = enum.auto()
    EXTRA = enum.auto()
    ATTEMPT = enum.auto()


@dataclass(slots=True)
class Slot:
    """One row: its day, what it is and how contact was made."""

    day: dt.date
    kind: Kind
    mode: Mode = Mode.ONSITE


def schedule(plan: HouseholdPlan, chance: Chance, as_of: dt.date, window_start: dt.date) -> list[Slot]:
    """Exactly plan.visits rows in order of days."""
    first = max(window_start, plan.listed_on)
    owed = _owed_days(plan, chance, as_of, first)
    tries = sum(chance.random() < _ATTEMPT_SHARE for _ in range(plan.visits - 3))
    days = _thinned(owed, chance, as_of, plan.visits - tries)
    slots = [Slot(day, Kind.VISIT) for day in days]
    if days:
        slots += [
            Slot(_shortly_before(chance.choice(days), first, chance), Kind.ATTEMPT) for _ in range(tries)
        ]
    slots += _more(plan, chance, as_of, first, days, plan.visits - len(slots))
    slots.sort(key=lambda slot: slot.day)
    _set_modes(plan, chance, slots)
    return slots


def _shortly_before(day: dt.date, first: dt.date, chance: Chance) -> dt.date:
    return max(first, day - dt.timedelta(days=chance.randrange(1, 4)))


def _owed_days(plan: HouseholdPlan, chance: Chance, as_of: dt.date, first: dt.date) -> list[dt.date]:
    """Days of the owed visits that were made, newest first."""
    days: list[dt.date] = []
    for back, (start, end) in enumerate(periods_back(plan.rule.unit, as_of, first)):
        length = (end - start).days + 1
        part = length / plan.rule.times
        for nth in range(plan.rule.times):
            if not _was_made(plan.attention, back, chance):
                continue
            reach = part * (_EARLY_SHARE if back == 0 and plan.attention is not Attention.CHANCE else 1.0)
            day = start + dt.timedelta(days=int(part * nth + chance.random() * reach))
            if back == 0 and plan.attention is Attention.DONE_TODAY:
                day = as_of
            if first <= day <= as_of:
                days.append(day)
    return list(dict.fromkeys(days))


def _was_made(attention: Attention, back: int, chance: Chance) -> bool:
    """Whether a visit of the period `back` periods ago was made."""
    if attention is Attention.CHANCE or back > 1:
        return chance.random() < _DILIGENCE
    if attention is Attention.OVERDUE:
        return False
    return back == 1 or attention is not Attention.DUE


def _thinned(days: list[dt.date], chance: Chance, as_of: dt.date, wanted: int) -> list[dt.date]:
    """At most `wanted` days: recent ones stay, the further back the more are missing."""
    if len(days) <= wanted:
        return days
    settled = as_of - dt.timedelta(days=_SETTLING_DAYS)
    # The oldest goes first, give or take half a year; nothing of late goes before all of that.
    order = sorted(days, key=lambda day: (day >= settled, day.toordinal() + chance.randrange(180)))
    gone = set(order[: len(days) - wanted])
    return [day for day in days if day not in gone]


def _more(
    plan: HouseholdPlan, chance: Chance, as_of: dt.date, first: dt.date, days: list[dt.date], count: int
) -> list[Slot]:
    """Attempts and unasked visits on free days, until the number is right."""
    taken = set(days)
    last = as_of - ONE_DAY
    if plan.attention in (Attention.OVERDUE, Attention.DUE):
        # Nothing that counts may fall into the two running periods and change the standing.
        periods = periods_back(plan.rule.unit, as_of, first)
        last = [start for start, _ in (next(periods), next(periods))][1] - ONE_DAY
    span = (last - first).days + 1
    made: list[Slot] = []
    for _ in range(count):
        free = span > 0 and len(taken) < span
        day = first + dt.timedelta(days=chance.randrange(span)) if free else last
        while free and day in taken:
            day = first + dt.timedelta(days=chance.randrange(span))
        attempt = not free or chance.random() < 0.35
        taken.add(day)
        made.append(Slot(day, Kind.ATTEMPT if attempt else Kind.EXTRA))
    return made


def _set_modes(plan: HouseholdPlan, chance: Chance, slots: list[Slot]) -> None:
    """Modes that let each visit count: a call instead of a visit only right after one on site (R4)."""
    rule = plan.rule
    counted_before: Mode | None = None
    elsewhere = [mode for mode in rule.modes if mode is not Mode.ONSITE]
    for slot in slots:
        if slot.kind is Kind.ATTEMPT:
            slot.mode = Mode.PHONE if chance.random() < 0.3 else Mode.ONSITE
            continue
        if plan.support_mode is SupportMode.CENTRAL and Mode.INSTITUTION in rule.modes:
            slot.mode = Mode.INSTITUTION
        elif rule.alternate_modes and counted_before is Mode.ONSITE and chance.random() < 0.45:
            slot.mode = chance.choice(rule.alternate_modes)
        elif elsewhere and counted_before is not None and chance.random() < 0.4:
            slot.mode = Mode.PHONE if chance.random() < 0.7 else Mode.OFFICE
        counted_before = slot.mode
