"""The standby funds of the towns: the county's desk, and what relief steps move.

Nobody else writes entries, and none is ever changed. Whoever books takes the town's area record first, under
lock: two payments at the same time cannot both find the same money.
"""

from dataclasses import dataclass

from sqlalchemy import Text, select, type_coerce

from fieldapp.domain.errors import RuleError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.funds import FundEntryFields, FundEntryKind
from fieldapp.domain.rules.standby_fund import allowance, balance, check_entry, check_movement, entry_id
from server.store.bodies import check_body
from server.store.projections import row_table
from server.store.store import Store
from server.store.unit_of_work import UnitOfWork

TOWN_DIGITS = CODE_LENGTH[AreaLevel.TOWN]


@dataclass(frozen=True, slots=True)
class FundBalance:
    """How a town's fund stands, in fen. `overdraft` = what the county lets it fall below zero."""

    town: str
    balance: int
    overdraft: int
    entries: int


@dataclass(frozen=True, slots=True)
class Booking:
    """An entry to be made at the county's desk; `amount` in fen."""

    town: str
    kind: FundEntryKind
    amount: int
    note: str = ""
    document: str = ""
    corrects: str = ""


def entries_of(unit: UnitOfWork, town: str) -> list[FundEntryFields]:
    """All entries of a town, those staged in this unit included; the town is locked against others.

    Raises RuleError("unknown_area").
    """
    area = unit.find("areas", town)
    if len(town) != TOWN_DIGITS or area is None or area.deleted:
        raise RuleError("unknown_area", "area_code")
    row = row_table("fund_entries").c
    unit.load("fund_entries", unit.connection.scalars(select(row.id).where(row.area_code == town)))
    typed = [FundEntryFields.model_validate(entry.body) for entry in unit.live("fund_entries")]
    return sorted((one for one in typed if one.area_code == town), key=lambda one: (one.booked_at, one.id))


def book(store: Store, ids: IdSource, booking: Booking, *, by: str) -> str:
    """Make an entry by hand: a grant, an allowance, a correction. Returns its id.

    A correction is the counter-entry of `corrects`: it takes back all of that entry, once.
    Raises RuleError fund_amount_wrong, fund_note_required, fund_entry_unknown, fund_entry_corrected,
    fund_overdrawn, unknown_area.
    """

    def work(unit: UnitOfWork) -> str:
        known = entries_of(unit, booking.town)
        amount = booking.amount
        if booking.kind is FundEntryKind.CORRECTION:
            amount = -_to_correct(known, booking.corrects).amount
        entry = _entry(unit, ids(), booking, amount, by)
        check_entry(entry)
        if booking.kind is FundEntryKind.CORRECTION:
            check_movement(amount, balance(known), allowance(known))
        unit.put("fund_entries", check_body("fund_entries", wire_body(entry)))
        return entry.id

    return store.run(work)


def _to_correct(known: list[FundEntryFields], entry_id: str) -> FundEntryFields:
    found = next((one for one in known if one.id == entry_id), None)
    # Payments and refunds follow from relief steps; taken back by hand they would part from them.
    if found is None or found.kind is not FundEntryKind.GRANT:
        raise RuleError("fund_entry_unknown", "corrects")
    if any(one.corrects == entry_id for one in known):
        raise RuleError("fund_entry_corrected", "corrects")
    return found


def _entry(unit: UnitOfWork, entry_id: str, booking: Booking, amount: int, by: str) -> FundEntryFields:
    return FundEntryFields.model_validate(
        {
            "id": entry_id, "created_at": unit.now, "created_by": by, "updated_at": unit.now,
            "updated_by": by, "area_code": booking.town, "kind": booking.kind, "amount": amount,
            "booked_at": unit.now, "corrects": booking.corrects, "document": booking.document,
            "note": booking.note,
        }
    )  # fmt: skip


def book_movement(
    unit: UnitOfWork, *, area_code: str, relief_id: str, step_id: str, amount: int, by: str
) -> None:
    """Book what an accepted relief step moves, in the transaction that accepts it. `amount` below 0 pays.

    Raises RuleError("fund_overdrawn"): the step is not accepted.
    """
    town = area_code[:TOWN_DIGITS]
    known = entries_of(unit, town)
    check_movement(amount, balance(known), allowance(known))
    entry = FundEntryFields.model_validate(
        {
            "id": entry_id(step_id), "created_at": unit.now, "created_by": by, "updated_at": unit.now,
            "updated_by": by, "area_code": town, "amount": amount, "booked_at": unit.now,
            "kind": FundEntryKind.PAYMENT if amount < 0 else FundEntryKind.REFUND,
            "relief_id": relief_id, "step_id": step_id,
        }
    )  # fmt: skip
    check_entry(entry)
    unit.put("fund_entries", check_body("fund_entries", wire_body(entry)))


def balances(store: Store, towns: str = "") -> list[FundBalance]:
    """How the funds stand, by town; `towns` = codes that begin so."""
    row = row_table("fund_entries").c
    with store.read() as connection:
        query = select(row.area_code, type_coerce(row.kind, Text), row.amount).where(
            row.area_code.startswith(towns)
        )
        rows = connection.execute(query).all()
    by_town: dict[str, list[tuple[str, int]]] = {}
    for town, kind, amount in rows:
        by_town.setdefault(town, []).append((kind, amount))
    free = FundEntryKind.ALLOWANCE.value
    return [
        FundBalance(
            town=town,
            balance=sum(amount for kind, amount in found if kind != free),
            overdraft=sum(amount for kind, amount in found if kind == free),
            entries=len(found),
        )
        for town, found in sorted(by_town.items())
    ]
