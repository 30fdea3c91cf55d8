"""新增/停发/增减发月报: where what a household is paid differs from what it was paid before (level 3)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.records.households import Category, Coverage, CoverageKind
from fieldapp.domain.records.persons import PersonStatus
from fieldapp.exports.ledger_form import LedgerRow
from fieldapp.exports.ledger_words import word_of
from fieldapp.exports.roster_ledger import Home

PAID: Final = (Category.DIBAO, Category.TEKUN)
"""Entitlements the county pays by the month and reports on, each in a row of its own."""
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Changed:
    """A household with its entitlements as they were known when the time began and when it ended."""

    home: Home
    before: tuple[Coverage, ...]
    now: tuple[Coverage, ...]


def change_rows(found: Iterable[Changed], start: dt.date, end: dt.date) -> Iterator[LedgerRow]:
    """What changed from the day before `start` to `end`: a row where the amount or the number of people
    differs, or where a member of a paid household died."""
    for one in found:
        for category in PAID:
            if (row := _row(one, category, start, end)) is not None:
                yield row


def _row(one: Changed, category: Category, start: dt.date, end: dt.date) -> LedgerRow | None:
    before, now = _open(one.before, category, start - _DAY), _open(one.now, category, end)
    if not before and not now:
        return None
    people_before, people_now = _people(one.home, before, start - _DAY), _people(one.home, now, end)
    paid_before, paid_now = (sum(each.monthly_amount_fen for each in part) for part in (before, now))
    dead = [
        person
        for person in one.home.members
        if person.status is PersonStatus.DEAD and person.death_date and start <= person.death_date <= end
    ]
    codes = _reasons(bool(before), bool(now), paid_now - paid_before, people_now - people_before)
    if dead:
        codes.append("DEATH")
    if not codes:
        return None
    head = one.home.head
    return LedgerRow(
        {
            "HEAD_NAME": head.name if head else one.home.household.head_name,
            "ID_NUMBER": head.id_number if head else "",
            "PEOPLE_BEFORE": people_before,
            "PEOPLE_NOW": people_now,
            "AMOUNT_BEFORE": paid_before,
            "AMOUNT_NOW": paid_now,
            "DIFFERENCE": paid_now - paid_before,
            "REASON": "、".join(word_of("change", each) for each in codes),
            "SINCE": f"{(now or before)[0].since:%Y-%m}",
            "DEAD_NAME": tuple(person.name for person in dead),
            "DIED_ON": "、".join(f"{person.death_date}" for person in dead),
        },
        one.home.names,
    )


def _open(coverages: Sequence[Coverage], category: Category, on: dt.date) -> list[Coverage]:
    return [each for each in coverages if each.category is category and each.open_on(on)]


def _people(home: Home, coverages: Sequence[Coverage], on: dt.date) -> int:
    """How many people entitlements cover on a day."""
    covered = {person.id for person in home.living(on)}
    named = {each for coverage in coverages for each in coverage.person_ids}
    whole = any(each.coverage is CoverageKind.HOUSEHOLD and not each.person_ids for each in coverages)
    counted = {person.id for person in home.members if person.counted and whole}
    return len(covered & (named | counted))


def _reasons(was: bool, runs: bool, money: int, people: int) -> list[str]:
    if not was:
        return ["NEW"]
    if not runs:
        return ["STOPPED"]
    if money:
        return ["MORE" if money > 0 else "LESS"]
    return ["PEOPLE"] if people else []
