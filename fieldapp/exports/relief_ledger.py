"""临时救助台账 and the ledger of a standby fund, in the county's columns (level 3).

Names, numbers and texts are masked unless full data is permitted (R3).
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.records.funds import FundEntryFields, FundEntryKind
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.reliefs import PapersState, ReliefAction, ReliefFields, ReliefPath, ReliefStatus
from fieldapp.domain.rules.age import age_on
from fieldapp.domain.rules.masking import (
    mask_address,
    mask_bank_account,
    mask_id_number,
    mask_name,
    mask_phone,
)
from fieldapp.exports.ledger_words import LEDGER_FOLDER, word_of
from fieldapp.exports.visits_ledger import mask_text
from fieldapp.exports.workbook import CellValue, ColumnSpec, Kind, SheetSpec, write_workbook

_KINDS: Final = {
    "SEQUENCE": Kind.NUMBER,
    "AGE": Kind.NUMBER,
    "MEMBERS": Kind.NUMBER,
    "SELF_PAID": Kind.MONEY,
    "AMOUNT": Kind.MONEY,
    "BALANCE": Kind.MONEY,
    "DECIDED_ON": Kind.DAY,
    "BOOKED_ON": Kind.DAY,
}


@dataclass(frozen=True, slots=True)
class ReliefEntry:
    """A relief with what the ledger says about it; `members` are the living members of the household, the
    head first. Relief for somebody of no household has neither."""

    relief: ReliefFields
    household: HouseholdFields | None = None
    members: tuple[PersonFields, ...] = ()
    village_name: str = ""


@dataclass(frozen=True, slots=True)
class _LedgerForm:
    title: str
    keys: tuple[str, ...]
    columns: tuple[ColumnSpec, ...]


@cache
def _form(name: str) -> _LedgerForm:
    table = tomllib.loads((LEDGER_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    columns = tuple(
        ColumnSpec(each["heading"], each["width"], _KINDS.get(each["key"], Kind.TEXT))
        for each in table["column"]
    )
    return _LedgerForm(table["title"], tuple(each["key"] for each in table["column"]), columns)


def write_reliefs(
    path: Path, entries: Iterable[ReliefEntry], *, county_name: str, period: str = "", full: bool = False
) -> bool:
    """Write reliefs in the order of `entries`, with the sum of what was given below. Denied ones are left
    out. `full` writes personal data as they are: the caller has checked that the reader may have them.

    Raises StorageError.
    """
    form = _form("relief")
    rows: list[list[CellValue]] = []
    given = 0
    for entry in entries:
        if entry.relief.status is not ReliefStatus.DENIED:
            cells = _cells(len(rows) + 1, entry, full)
            given += amount_given(entry.relief)
            rows.append([cells[key] for key in form.keys])
    totals: list[CellValue] = [None for _ in form.keys]
    totals[form.keys.index("NAME")] = "合计"
    totals[form.keys.index("AMOUNT")] = given
    sheet = SheetSpec(
        form.title, f"{county_name}{form.title}", form.columns, rows, totals=totals,
        subtitle=f"救助时间：{period}" if period else "",
    )  # fmt: skip
    return write_workbook(path, [sheet])


def amount_given(relief: ReliefFields) -> int:
    """What counts as given, in fen: paid less what came back; before payment what was decided, else
    proposed."""
    if relief.paid_at is not None:
        return relief.paid_amount - relief.refunded_amount
    return relief.decided_amount if relief.decision is ReliefAction.DECIDE else relief.amount


def _cells(number: int, entry: ReliefEntry, full: bool) -> Mapping[str, CellValue]:
    relief, household = entry.relief, entry.household
    head = _whom(entry)
    names = {person.name for person in entry.members} | {relief.recipient} - {""}
    name = relief.recipient if household is None else household.head_name
    name = head.name if head is not None else name
    given_on = local_day(relief.given_at)
    address = "" if household is None else household.address
    group = "" if household is None else household.group_name
    return {
        "SEQUENCE": number,
        "NAME": name if full else mask_name(name),
        "ID_NUMBER": _shown(head.id_number if head else "", full, mask_id_number),
        "AGE": age_on(head.birth_date, given_on) if head and head.birth_date else None,
        "SEX": word_of("sex", head.sex) if head and head.sex else "",
        "MEMBERS": len(entry.members) or None,
        "ADDRESS": entry.village_name + (group + address if full else mask_address(address, group)),
        "KIND": word_of("relief_kind", relief.kind),
        "REASON": relief.reason if full else mask_text(relief.reason, names),
        "SELF_PAID": relief.self_paid or None,
        "AMOUNT": amount_given(relief),
        "DECIDED_ON": None if relief.decided_at is None else local_day(relief.decided_at),
        "LEVEL": word_of("decision_level", relief.decide_at_level),
        "PHONE": _shown(head.phone if head else "", full, mask_phone),
        "ACCOUNT": _shown(head.bank_account if head else "", full, mask_bank_account),
        "REMARK": _remark(relief),
    }


def _whom(entry: ReliefEntry) -> PersonFields | None:
    """The person in the ledger: the first one helped, else the head."""
    helped = [one for one in entry.members if one.id in entry.relief.persons]
    return next(iter(helped or entry.members), None)


def _shown(text: str, full: bool, mask: Callable[[str], str]) -> str:
    return text if full or not text else mask(text)


def _remark(relief: ReliefFields) -> str:
    parts = [relief.relief_no, word_of("relief_status", relief.status)]
    if relief.path is ReliefPath.ADVANCE:
        parts.append(word_of("relief_remark", "ADVANCE"))
    if relief.papers_state is PapersState.PENDING:
        parts.append(word_of("relief_remark", "PENDING"))
    return "；".join(filter(None, parts))


def write_fund(
    path: Path, entries: Iterable[FundEntryFields], *, title_of: str, relief_numbers: Mapping[str, str]
) -> bool:
    """Write a fund's entries, oldest first, each with the balance after it; `title_of` names county and
    town. Holds no personal data. Raises StorageError."""
    form = _form("fund")
    rows: list[list[CellValue]] = []
    balance = 0
    for number, entry in enumerate(entries, start=1):
        balance += 0 if entry.kind is FundEntryKind.ALLOWANCE else entry.amount
        cells: dict[str, CellValue] = {
            "SEQUENCE": number,
            "BOOKED_ON": local_day(entry.booked_at),
            "KIND": word_of("fund_entry_kind", entry.kind),
            "RELIEF_NO": relief_numbers.get(entry.relief_id, ""),
            "AMOUNT": entry.amount,
            "BALANCE": balance,
            "DOCUMENT": entry.document,
            "NOTE": entry.note,
        }
        rows.append([cells[key] for key in form.keys])
    sheet = SheetSpec(form.title, f"{title_of}{form.title}", form.columns, rows)
    return write_workbook(path, [sheet])
