"""The towns' standby funds as a worker may see them (S8); only the server books."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.funds import FundEntryFields
from fieldapp.domain.records.reliefs import FundSource, ReliefFields
from fieldapp.domain.rules.standby_fund import allowance, balance
from fieldapp.services.context import Context
from fieldapp.services.relief_lists import listed
from fieldapp.storage.repositories import households, reliefs

_TOWN: Final = CODE_LENGTH[AreaLevel.TOWN]


@dataclass(frozen=True, slots=True)
class FundView:
    """A town's standby fund, in fen; entries newest first. `waiting` = payments of this device that the
    server has not booked yet."""

    town: str
    town_name: str
    balance: int
    overdraft: int
    waiting: int
    entries: tuple[FundEntryFields, ...] = field(default=())


def funds(context: Context) -> list[FundView]:
    """The standby funds this worker may see, by town, as the server booked them."""
    with context.store.reading() as connection:
        areas = context.actor(connection).areas_with(Permission.READ_FUND)
        entries = [one for area in areas for one in reliefs.fund_entries(connection, area)]
        found = [one for area in areas for one in reliefs.of_unanswered_steps(connection, area)]
        names = households.area_names(connection)
        waiting = _waiting_payments(context, connection, found)
    by_town: dict[str, list[FundEntryFields]] = defaultdict(list)
    for entry in entries:
        by_town[entry.area_code].append(entry)
    return [
        FundView(
            town=town,
            town_name=names.get(town, ""),
            balance=balance(by_town[town]),
            overdraft=allowance(by_town[town]),
            waiting=waiting.get(town, 0),
            entries=tuple(reversed(by_town[town])),
        )
        for town in sorted(by_town.keys() | waiting.keys())
    ]


def _waiting_payments(context: Context, connection: Connection, found: list[ReliefFields]) -> dict[str, int]:
    """Fen that this device has paid from each town's fund and the server has not booked yet."""
    sums: dict[str, int] = {}
    by_id = {one.id: one for one in found}
    for item in listed(context, connection, [o for o in found if o.fund_source is FundSource.STANDBY]):
        stored = by_id[item.relief.id]
        paid = item.standing.paid_amount - item.standing.refunded_amount
        booked = stored.paid_amount - stored.refunded_amount
        if paid != booked:
            town = stored.area_code[:_TOWN]
            sums[town] = sums.get(town, 0) + paid - booked
    return sums
