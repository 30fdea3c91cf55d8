"""Every ledger the county holds as a workbook: who may have it, masked or in full, and the log of it
(level S)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.exports.comparisons import COMPARISONS
from fieldapp.exports.ledger_form import LedgerRow, Reader, ledger_form, period_text
from fieldapp.exports.workbook import Cancelled, Progress
from server.services.clue_ledger import clues_of
from server.services.comparisons import facts_of
from server.services.household_ledgers import changes_of, dibao_of, monitored_of, tekun_of
from server.services.ledger_sources import LedgerAsked
from server.services.relief_ledger import reliefs_of
from server.services.users import SERVER_USER
from server.services.visits_ledger import visits_of
from server.store.audit import Act, note
from server.store.projections import row_table
from server.store.store import Store

_Rows = Callable[[Connection, LedgerAsked, Mapping[str, str]], Iterator[LedgerRow]]


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger: where its rows come from, what its days mean, which right its full form takes."""

    rows: _Rows
    period: str = ""
    full: Permission = Permission.REVEAL_ID
    total: str = ""


LEDGERS: Final[Mapping[str, Ledger]] = {
    "visits": Ledger(visits_of, "走访时间", Permission.READ_CASES),
    "reliefs": Ledger(reliefs_of, "救助时间", total="AMOUNT"),
    "clues": Ledger(clues_of, "发现时间"),
    "dibao": Ledger(dibao_of, total="AMOUNT"),
    "tekun": Ledger(tekun_of, total="AMOUNT"),
    "monitoring": Ledger(monitored_of, "监测时间"),
    "changes": Ledger(changes_of, "变动时间"),
    **{name: Ledger(partial(facts_of, name), "比对时间") for name in COMPARISONS},
}
"""By the name of the form (resources/ledgers) and of the word `ledger.<name>`. A roster is that of a day."""


def export_ledger(
    store: Store,
    path: Path,
    name: str,
    asked: LedgerAsked,
    *,
    actor: Actor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> int | None:
    """Write a ledger of an area and note it; `actor` None is the operator, who gets it masked. Returns how
    many rows, None when cancelled.

    Raises RuleError (unknown_area, period_wrong), NotAllowedError, StorageError.
    """
    ledger = LEDGERS[name]
    _check_permission(actor, asked, ledger)
    if asked.end < asked.start:
        raise RuleError("period_wrong", "to")
    with store.read() as connection:
        area = row_table("areas").c
        names: dict[str, str] = dict(connection.execute(select(area.id, area.name)).all())
        if asked.area_code not in names:
            raise RuleError("unknown_area", "area_code")
        rows = _Counted(ledger.rows(connection, asked, names))
        period = period_text(asked.start, asked.end)
        done = ledger_form(name).write(
            path,
            rows,
            title_of=store.county.name,
            subtitle=f"{ledger.period}：{period}" if ledger.period else f"截至：{asked.end}",
            reader=Reader(asked.full, accounts=asked.full and _sees_accounts(store, actor)),
            total=ledger.total,
            progress=progress,
            cancelled=cancelled,
        )
    if not done:
        return None
    author = SERVER_USER if actor is None else actor.user_id
    try:
        store.run(lambda unit: note(unit, author, Act.EXPORTED, name, asked.area_code, reason=asked.reason))
    except BaseException:
        path.unlink(missing_ok=True)  # no ledger without its line in the log
        raise
    return rows.count


def _check_permission(actor: Actor | None, asked: LedgerAsked, ledger: Ledger) -> None:
    if actor is not None:
        actor.require(Permission.EXPORT_VISITS, asked.area_code)
        actor.require(Permission.READ_CASES, asked.area_code)
    unmasked = actor is not None and not actor.masked and actor.may(ledger.full, asked.area_code)
    if asked.full and not unmasked:
        raise NotAllowedError("not_permitted", permission=ledger.full)


def _sees_accounts(store: Store, actor: Actor | None) -> bool:
    """Whole bank accounts are the county's alone (domain brief 7); towns see the last four digits."""
    return actor is not None and actor.may(Permission.REVEAL_ID, store.county.code)


class _Counted:
    """Rows on their way, counted."""

    def __init__(self, rows: Iterator[LedgerRow]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[LedgerRow]:
        for row in self._rows:
            self.count += 1
            yield row
