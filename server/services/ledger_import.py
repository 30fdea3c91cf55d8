"""Imports rosters on the server: prepare a plan, show it, apply it as one transaction (level S)."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import RuleError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import AreaFields
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.exports.ledger_import import plan_import
from fieldapp.exports.ledger_layout import Layout, guess
from fieldapp.exports.ledger_plan import (
    PROGRESS_EVERY,
    ImportContext,
    ImportPlan,
    ImportProgress,
    KnownPerson,
    Patch,
    unheard,
)
from fieldapp.exports.sheets import Sheet, read_sheets
from server.services.ledger_sources import read_records, records_of
from server.services.users import SERVER_USER
from server.store.audit import Act, note
from server.store.bodies import CheckedBody, check_body
from server.store.record_sql import chunks
from server.store.record_writer import patch_all, put_all
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork
from sync.protocol.wire import Body

Checked = tuple[str, bytes, int]
"""Kind, canonical text and checksum: a tenth of what a body takes in memory."""

AT_ONCE: Final = 2000
"""Records staged together, all in one transaction: what bounds the memory of a large import."""
FINGERPRINT_LENGTH: Final = 32
"""Hex digits of the file's SHA-256 that the audit log keeps: which file it was, not what is in it."""


@dataclass(frozen=True, slots=True)
class PreparedImport:
    """A plan with what it was made from; `known` are the persons it found on file."""

    plan: ImportPlan
    fingerprint: str
    author: str
    numbers: frozenset[str] = field(repr=False)
    known: Mapping[str, KnownPerson] = field(repr=False)


def prepare_import(
    store: Store,
    path: Path,
    *,
    ids: IdSource,
    sheet_name: str = "",
    area_code: str = "",
    actor: Actor | None = None,
    progress: ImportProgress = unheard,
) -> PreparedImport:
    """Read a roster and plan its import; changes nothing.

    `area_code` is where rows belong that name no town or village; `actor` limits the import to his
    areas (None: the server's operator). Raises RuleError (what is wrong with the file, or
    ledger_not_recognised, ledger_sheet_needed, ledger_sheet_unknown, ledger_columns_missing) and
    NotAllowedError.
    """
    if actor is not None:
        actor.require(Permission.IMPORT_LEDGER)
    sheet, layout = choose_sheet(read_sheets(path), sheet_name)
    asked: set[str] = set()
    found: dict[str, KnownPerson] = {}
    with store.read() as connection:

        def existing(numbers: Collection[str]) -> Mapping[str, KnownPerson]:
            asked.update(numbers)
            found.update(known_persons(connection, numbers))
            return found

        context = ImportContext(
            areas=tuple(read_records(connection, "areas", AreaFields)),
            today=local_day(store.clock()),
            demo_allowed=store.county.dataset != "REAL",
            ids=ids,
            clock=store.clock,
            author=SERVER_USER if actor is None else actor.user_id,
            default_area=area_code,
            scope=() if actor is None else actor.areas_with(Permission.IMPORT_LEDGER),
            progress=progress,
        )
        plan = plan_import(sheet, layout, context=context, existing=existing)
    fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()[:FINGERPRINT_LENGTH]
    return PreparedImport(plan, fingerprint, context.author, frozenset(asked), found)


def choose_sheet(sheets: Collection[Sheet], name: str) -> tuple[Sheet, Layout]:
    """The sheet of that name, or the only one that looks like a roster.

    Raises RuleError: ledger_sheet_unknown, ledger_not_recognised, ledger_sheet_needed.
    """
    wanted = [sheet for sheet in sheets if sheet.name == name] if name else list(sheets)
    if not wanted:
        raise RuleError("ledger_sheet_unknown")
    found = [(sheet, layout) for sheet in wanted if (layout := guess(sheet)) is not None]
    shown = [each for each in found if not each[0].hidden] or found
    if not shown:
        raise RuleError("ledger_not_recognised")
    if len(shown) > 1:
        raise RuleError("ledger_sheet_needed", count=len(shown))
    return shown[0]


def apply_import(store: Store, prepared: PreparedImport, progress: ImportProgress = unheard) -> None:
    """Write the plan in one transaction: all of it or nothing. A plan that changes nothing writes nothing.
    What `progress` raises stops it, last before the commit.

    Raises RuleError("ledger_outdated") when a person or household of the plan changed since it was made.
    """
    plan = prepared.plan
    if plan.changes_nothing:
        return
    author = Author(prepared.author)
    # Checked before the transaction: validation is half of the work and holds up nobody here.
    checked = list(_checked(plan, progress))

    def work(unit: UnitOfWork) -> None:
        if known_persons(unit.connection, prepared.numbers) != prepared.known:
            raise RuleError("ledger_outdated")
        for start in range(0, len(checked), AT_ONCE):
            put_all(unit, [_unpacked(*one) for one in checked[start : start + AT_ONCE]], author)
            unit.shed()
        patch_all(unit, _patches(plan), author)
        progress(1, 1)
        note(unit, prepared.author, Act.LEDGER_IMPORTED, "ledgers", prepared.fingerprint)

    store.run(work)


def known_persons(connection: Connection, numbers: Collection[str]) -> dict[str, KnownPerson]:
    """Persons on file by ID number, with their households.

    Where one number is on file twice, the older record is taken: the younger one is the double.
    """
    persons: dict[str, PersonFields] = {}
    for part in chunks(sorted(numbers)):
        for each in records_of(connection, "persons", PersonFields, "id_number", part):
            persons.setdefault(each.id_number, each)
    homes: dict[str, HouseholdFields] = {}
    for part in chunks(sorted({each.household_id for each in persons.values()})):
        found = records_of(connection, "households", HouseholdFields, "id", part)
        homes |= {each.id: each for each in found}
    return {
        number: KnownPerson(each, homes[each.household_id])
        for number, each in persons.items()
        if each.household_id in homes
    }


def _checked(plan: ImportPlan, progress: ImportProgress) -> Iterator[Checked]:
    """New records checked one by one, which is half of the work of writing them."""
    whole = max(1, plan.created_rows + plan.updated_rows)
    for done, (kind, body) in enumerate(_bodies(plan)):
        if done % PROGRESS_EVERY == 0:
            progress(min(done // 2, whole), 2 * whole)
        made = check_body(kind, body)
        # A copy of its own: the encoder's text sits at the start of 8 KB, whose rest nothing else fits into.
        yield kind, bytes(memoryview(made.text)), made.h


def _unpacked(kind: str, text: bytes, h: int) -> tuple[str, CheckedBody]:
    return kind, CheckedBody(orjson.loads(text), text, h)


def _bodies(plan: ImportPlan) -> Iterator[tuple[str, Body]]:
    """New records, households before their persons."""
    for new in plan.created:
        yield from new.bodies()
    for update in plan.updated:
        yield from (("persons", wire_body(person)) for person in update.new_persons)


def _patches(plan: ImportPlan) -> list[tuple[str, str, Body]]:
    changes: list[tuple[str, str, Body]] = []
    for update in plan.updated:
        if update.household:
            changes.append(("households", update.household_id, _wire_patch(update.household)))
        changes += [("persons", person_id, _wire_patch(patch)) for person_id, patch in update.persons.items()]
    return changes


_JSON: Final = TypeAdapter[object](object)


def _wire_patch(patch: Patch) -> Body:
    return {name: _JSON.dump_python(value, mode="json", exclude_none=True) for name, value in patch.items()}
