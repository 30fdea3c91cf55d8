"""临时救助台账 and the ledger of a standby fund, in the county's columns (level 3).

Names, numbers and texts are masked unless full data is permitted (R3).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fieldapp.domain.clock import local_day
from fieldapp.domain.records.funds import FundEntryFields, FundEntryKind
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.reliefs import PapersState, ReliefAction, ReliefFields, ReliefPath, ReliefStatus
from fieldapp.domain.rules.age import age_on
from fieldapp.exports.ledger_form import LedgerRow, Place, Reader, ledger_form
from fieldapp.exports.ledger_words import word_of
from fieldapp.exports.workbook import Cancelled, Progress


@dataclass(frozen=True, slots=True)
class ReliefEntry:
    """A relief with what the ledger says about it; `members` are the living members of the household, the
    head first. Relief for somebody of no household has neither."""

    relief: ReliefFields
    household: HouseholdFields | None = None
    members: tuple[PersonFields, ...] = ()
    village_name: str = ""


def write_reliefs(
    path: Path,
    entries: Iterable[ReliefEntry],
    *,
    county_name: str,
    period: str = "",
    full: bool = False,
    accounts: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bool:
    """Write reliefs in the order of `entries`, with the sum of what was given below. Denied ones are left
    out. `full` writes personal data as they are, `accounts` whole bank accounts: the caller has checked that
    the reader may have them.

    False when cancelled. Raises StorageError.
    """
    return ledger_form("reliefs").write(
        path,
        relief_rows(entries),
        title_of=county_name,
        subtitle=f"救助时间：{period}" if period else "",
        reader=Reader(full=full, accounts=accounts),
        total="AMOUNT",
        progress=progress,
        cancelled=cancelled,
    )


def amount_given(relief: ReliefFields) -> int:
    """What counts as given, in fen: paid less what came back; before payment what was decided, else
    proposed."""
    if relief.paid_at is not None:
        return relief.paid_amount - relief.refunded_amount
    return relief.decided_amount if relief.decision is ReliefAction.DECIDE else relief.amount


def relief_rows(entries: Iterable[ReliefEntry]) -> Iterator[LedgerRow]:
    """The ledger's rows in the order of `entries`, without what was denied."""
    return (_row(entry) for entry in entries if entry.relief.status is not ReliefStatus.DENIED)


def _row(entry: ReliefEntry) -> LedgerRow:
    relief, household = entry.relief, entry.household
    head = _whom(entry)
    name = relief.recipient if household is None else household.head_name
    given_on = local_day(relief.given_at)
    address = "" if household is None else household.address
    group = "" if household is None else household.group_name
    return LedgerRow(
        {
            "NAME": head.name if head is not None else name,
            "ID_NUMBER": head.id_number if head else "",
            "AGE": age_on(head.birth_date, given_on) if head and head.birth_date else None,
            "SEX": word_of("sex", head.sex) if head and head.sex else "",
            "MEMBERS": len(entry.members) or None,
            "ADDRESS": Place(entry.village_name, group, address),
            "KIND": word_of("relief_kind", relief.kind),
            "REASON": relief.reason,
            "SELF_PAID": relief.self_paid or None,
            "AMOUNT": amount_given(relief),
            "DECIDED_ON": None if relief.decided_at is None else local_day(relief.decided_at),
            "LEVEL": word_of("decision_level", relief.decide_at_level),
            "PHONE": head.phone if head else "",
            "ACCOUNT": head.bank_account if head else "",
            "REMARK": _remark(relief),
        },
        {person.name for person in entry.members} | {relief.recipient} - {""},
    )


def _whom(entry: ReliefEntry) -> PersonFields | None:
    """The person in the ledger: the first one helped, else the head."""
    helped = [one for one in entry.members if one.id in entry.relief.persons]
    return next(iter(helped or entry.members), None)


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
    rows: list[LedgerRow] = []
    balance = 0
    for entry in entries:
        balance += 0 if entry.kind is FundEntryKind.ALLOWANCE else entry.amount
        rows.append(
            LedgerRow(
                {
                    "BOOKED_ON": local_day(entry.booked_at),
                    "KIND": word_of("fund_entry_kind", entry.kind),
                    "RELIEF_NO": relief_numbers.get(entry.relief_id, ""),
                    "AMOUNT": entry.amount,
                    "BALANCE": balance,
                    "DOCUMENT": entry.document,
                    "NOTE": entry.note,
                }
            )
        )
    return ledger_form("fund").write(path, rows, title_of=title_of)
