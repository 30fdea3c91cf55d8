"""高风险/急难台账: urgent clues in the county's columns, masked unless full data is permitted (R3)."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.records.clues import ClueAction, ClueFields, ClueStatus, ClueStepFields
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.rules.clue_flow import in_order
from fieldapp.domain.rules.masking import mask_address, mask_id_number, mask_name
from fieldapp.exports.ledger_words import LEDGER_FOLDER, word_of
from fieldapp.exports.visits_ledger import mask_text
from fieldapp.exports.workbook import CellValue, ColumnSpec, Kind, SheetSpec, write_workbook

_KINDS: Final = {"SEQUENCE": Kind.NUMBER, "SCORE": Kind.NUMBER, "AMOUNT": Kind.MONEY}
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


@dataclass(frozen=True, slots=True)
class _LedgerForm:
    title: str
    keys: tuple[str, ...]
    columns: tuple[ColumnSpec, ...]


@cache
def _form() -> _LedgerForm:
    table = tomllib.loads((LEDGER_FOLDER / "clues.toml").read_text(encoding="utf-8"))
    columns = tuple(
        ColumnSpec(each["heading"], each["width"], _KINDS.get(each["key"], Kind.TEXT))
        for each in table["column"]
    )
    return _LedgerForm(table["title"], tuple(each["key"] for each in table["column"]), columns)


def write_clues(
    path: Path, entries: Iterable[ClueEntry], *, county_name: str, period: str = "", full: bool = False
) -> bool:
    """Write clues in the order of `entries`; those merged into others are left out. `full` writes personal
    data as they are: the caller has checked that the reader may have them. Raises StorageError."""
    form = _form()
    standing = (one for one in entries if one.clue.status is not ClueStatus.DUPLICATE)
    rows = [
        [cells[key] for key in form.keys]
        for cells in (_cells(number, entry, full) for number, entry in enumerate(standing, start=1))
    ]
    sheet = SheetSpec(
        "急难台账", f"{county_name}{form.title}", form.columns, rows,
        subtitle=f"发现时间：{period}" if period else "",
    )  # fmt: skip
    return write_workbook(path, [sheet])


def _cells(number: int, entry: ClueEntry, full: bool) -> Mapping[str, CellValue]:
    clue, household = entry.clue, entry.household
    head = next(iter(entry.members), None)
    told = clue.person.name if clue.person is not None else ""
    name = told or (household.head_name if household is not None else "")
    names = {person.name for person in entry.members} | {name} - {""}
    same = next((person for person in entry.members if person.name == name), head if not told else None)
    number_shown = same.id_number if same is not None else ""
    address = household.address if household is not None else clue.place
    group = household.group_name if household is not None else ""

    def free(text: str) -> str:
        return text if full else mask_text(text, names)

    return {
        "SEQUENCE": number,
        "FOUND_AT": _minute(clue, "found_at"),
        "SOURCE": word_of("clue_source", clue.source),
        "NAME": name if full else mask_name(name),
        "ID_NUMBER": number_shown if full or not number_shown else mask_id_number(number_shown),
        "ADDRESS": entry.village_name + (group + address if full else mask_address(address, group)),
        "KIND": word_of("clue_kind", clue.kind),
        "WORDS": free(clue.description),
        "SCORE": entry.score,
        "LEVEL": "" if household is None else word_of("risk_level", household.risk_level),
        "MEASURES": free(_measures(clue, entry.steps)),
        "AMOUNT": entry.amount or None,
        "CLOSED_AT": _minute(clue, "status_at") if clue.status is ClueStatus.CLOSED else "",
        "RESPONSIBLE": entry.assignee_name,
    }


def _minute(clue: ClueFields, field: str) -> str:
    at = getattr(clue, field) or clue.reported_at
    return f"{at.astimezone(COUNTY_ZONE):%Y-%m-%d %H:%M}"


def _measures(clue: ClueFields, steps: Sequence[ClueStepFields]) -> str:
    taken = [word_of("measure_taken", one) for one in clue.measures]
    done = [step.opinion for step in in_order(steps) if step.action in _TELLING and step.opinion]
    moved = [f"转{clue.department}"] if clue.department else []
    return "；".join(filter(None, ["、".join(taken), *done, *moved]))
