"""走访台账: visits as the county's ledger, masked unless full data is permitted (R3; level 3)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fieldapp.domain.clock import local_day
from fieldapp.domain.records.households import Category, HouseholdFields
from fieldapp.domain.records.visits import VisitFields, VisitState
from fieldapp.exports.ledger_form import LedgerRow, Reader, ledger_form
from fieldapp.exports.ledger_words import phrase_words, word_of
from fieldapp.exports.workbook import Cancelled, Progress


@dataclass(frozen=True, slots=True)
class VisitEntry:
    """A visit with what the ledger says about it.

    `area_names` maps codes of the household's town and village to names; `seen` are names of the
    visited persons; `members` all names in the household, masked wherever a text mentions them.
    """

    visit: VisitFields
    household: HouseholdFields
    area_names: Mapping[str, str]
    visitors: tuple[str, ...]
    seen: tuple[str, ...]
    members: tuple[str, ...] = ()


def write_visits(
    path: Path,
    entries: Iterable[VisitEntry],
    *,
    county_name: str,
    period: str = "",
    full: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bool:
    """Write the ledger in the order of `entries`; visits declared void are left out.

    `full` writes names as they are: the caller has checked that the reader may have them. ID numbers
    are never part of this ledger. False when cancelled. Raises StorageError.
    """
    return ledger_form("visits").write(
        path,
        visit_rows(entries),
        title_of=county_name,
        subtitle=f"走访时间：{period}" if period else "",
        reader=Reader(full=full),
        progress=progress,
        cancelled=cancelled,
    )


def visit_rows(entries: Iterable[VisitEntry]) -> Iterator[LedgerRow]:
    """The ledger's rows in the order of `entries`, without visits declared void."""
    return (_row(entry) for entry in entries if entry.visit.state is not VisitState.VOID)


def _row(entry: VisitEntry) -> LedgerRow:
    visit, household, findings = entry.visit, entry.household, entry.visit.findings
    category = category_of(household, local_day(visit.finished_at))
    return LedgerRow(
        {
            "VISITED_ON": local_day(visit.finished_at),
            "TOWN": entry.area_names.get(household.area_code[:9], ""),
            "VILLAGE": entry.area_names.get(household.area_code[:12], ""),
            "GROUP": household.group_name,
            "HEAD_NAME": household.head_name,
            "CATEGORY": word_of("category", category) if category else "",
            "RISK_LEVEL": word_of("risk_level", household.risk_level),
            "MODE": word_of("mode", visit.mode),
            "CONTENT": _content(visit),
            "DIFFICULTIES": findings.difficulties,
            "MEASURES": measures(visit),
            "VISITORS": "、".join(entry.visitors),
            "SEEN": entry.seen,
            "PHOTOS": "是" if visit.photos else "否",
            "REMARK": visit.remark,
        },
        {household.head_name, *entry.members, *entry.seen} - {""},
    )


def measures(visit: VisitFields) -> str:
    """What was done and what comes next."""
    return "；".join(filter(None, (visit.findings.actions_taken, visit.findings.next_steps)))


def _content(visit: VisitFields) -> str:
    """What the worker wrote, else the phrases he picked, else what came of the visit."""
    picked = "；".join(phrase_words().get(key, key) for key in visit.phrases)
    return visit.narrative or picked or word_of("result", visit.result)


def category_of(household: HouseholdFields, on: dt.date) -> Category | None:
    """The category a household is listed under on a day: the first of its running ones (R25)."""
    running = {each.category for each in household.coverages if each.open_on(on)}
    return next((category for category in Category if category in running), None)
