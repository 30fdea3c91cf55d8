"""高风险/急难台账: urgent clues in the county's columns, masked unless full data is permitted (R3)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.records.clues import ClueAction, ClueFields, ClueStatus, ClueStepFields
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.rules.clue_flow import in_order
from fieldapp.exports.ledger_form import LedgerRow, Place, Reader, ledger_form
from fieldapp.exports.ledger_words import word_of
from fieldapp.exports.workbook import Cancelled, Progress

_TELLING: Final = frozenset({ClueAction.RELIEF, ClueAction.FOLLOW_UP, ClueAction.TRANSFER})
"""Steps whose opinions say what was done."""


@dataclass(frozen=True, slots=True)
class ClueEntry:
    """A clue with what the ledger says about it. `members` are the living members of its household, the head
    first; `score` that of the household's standing assessment; `amount` the relief given, in fen."""

    clue: ClueFields
    steps: tuple[ClueStepFields, ...] = ()
    household: HouseholdFields | None = None
    members: tuple[PersonFields, ...] = ()
    village_name: str = ""
    assignee_name: str = ""
    score: int | None = None
    amount: int = 0


def write_clues(
    path: Path,
    entries: Iterable[ClueEntry],
    *,
    county_name: str,
    period: str = "",
    full: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bool:
    """Write clues in the order of `entries`; those merged into others are left out. `full` writes personal
    data as they are: the caller has checked that the reader may have them. False when cancelled. Raises
    StorageError."""
    return ledger_form("clues").write(
        path,
        clue_rows(entries),
        title_of=county_name,
        subtitle=f"发现时间：{period}" if period else "",
        reader=Reader(full=full),
        progress=progress,
        cancelled=cancelled,
    )


def clue_rows(entries: Iterable[ClueEntry]) -> Iterator[LedgerRow]:
    """The ledger's rows in the order of `entries`, without clues merged into others."""
    return (_row(entry) for entry in entries if entry.clue.status is not ClueStatus.DUPLICATE)


def _row(entry: ClueEntry) -> LedgerRow:
    clue, household = entry.clue, entry.household
    head = next(iter(entry.members), None)
    told = clue.person.name if clue.person is not None else ""
    name = told or (household.head_name if household is not None else "")
    same = next((person for person in entry.members if person.name == name), head if not told else None)
    address = household.address if household is not None else clue.place
    group = household.group_name if household is not None else ""
    return LedgerRow(
        {
            "FOUND_AT": _minute(clue, "found_at"),
            "SOURCE": word_of("clue_source", clue.source),
            "NAME": name,
            "ID_NUMBER": same.id_number if same is not None else "",
            "ADDRESS": Place(entry.village_name, group, address),
            "KIND": word_of("clue_kind", clue.kind),
            "WORDS": clue.description,
            "SCORE": entry.score,
            "LEVEL": "" if household is None else word_of("risk_level", household.risk_level),
            "MEASURES": _measures(clue, entry.steps),
            "AMOUNT": entry.amount or None,
            "CLOSED_AT": _minute(clue, "status_at") if clue.status is ClueStatus.CLOSED else "",
            "RESPONSIBLE": entry.assignee_name,
        },
        {person.name for person in entry.members} | {name} - {""},
    )


def _minute(clue: ClueFields, field: str) -> str:
    at = getattr(clue, field) or clue.reported_at
    return f"{at.astimezone(COUNTY_ZONE):%Y-%m-%d %H:%M}"


def _measures(clue: ClueFields, steps: Sequence[ClueStepFields]) -> str:
    taken = [word_of("measure_taken", one) for one in clue.measures]
    done = [step.opinion for step in in_order(steps) if step.action in _TELLING and step.opinion]
    moved = [f"转{clue.department}"] if clue.department else []
    return "；".join(filter(None, ["、".join(taken), *done, *moved]))
