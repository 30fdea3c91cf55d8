"""Imports of ledgers that somebody follows from a browser: read, shown, confirmed, written (level S).

A job is a row of the database, so that any process may show it, stop it or go on with it. The file is kept
until it is written or given up, for a day at most. What was shown is what is written: the plan is made anew
before writing, and where it comes out otherwise nothing is written.
"""

import datetime as dt
import enum
import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import delete, insert, or_, select, update

from fieldapp.domain.clock import instant_text
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.rules.masking import mask_id_number, mask_name
from fieldapp.exports.ledger_errors import reason, write_error_file
from fieldapp.exports.ledger_plan import ImportPlan, ImportProgress
from server.services.comparisons import Asked, Comparison, compare, keep, write_refused
from server.services.ledger_import import apply_import, prepare_import
from server.store import tables
from server.store.store import Store
from server.store.unit_of_work import UnitOfWork

KEPT: Final = dt.timedelta(days=1)
LEASE: Final = dt.timedelta(minutes=2)
"""A process that says nothing for so long is gone; whoever wants it goes on with the job."""
SHOWN: Final = 100
"""Rows of each sort in the preview; all refused rows are in the workbook to mend."""
_LANGUAGES: Final = ("zh", "en")
_JOB: Final = tables.import_job.c


class ImportState(enum.StrEnum):
    """Where an import stands."""

    READING = "READING"
    READY = "READY"
    WRITING = "WRITING"
    DONE = "DONE"
    FAILED = "FAILED"
    STOPPED = "STOPPED"


WORKING: Final = frozenset({ImportState.READING, ImportState.WRITING})


@dataclass(frozen=True, slots=True)
class ImportJob:
    """An import as its author sees it. `outcome` is the preview, or code and facts of what failed;
    `interrupted`: it should be working, and no process is."""

    id: str
    state: ImportState
    name: str
    created_at: str
    done: int
    whole: int
    interrupted: bool
    outcome: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A file to import: as it was called, what is in it, and how it is to be read. `ledger` names one of
    COMPARISONS, then with who gave it and on which legal basis; '' is a file."""

    name: str
    content: bytes
    sheet: str = ""
    area_code: str = ""
    ledger: str = ""
    source: str = ""
    legal_basis: str = ""


def begin_import(store: Store, ids: IdSource, actor: Actor, file: LedgerFile) -> str:
    """Take a file in; `work_on` reads it. Returns the job's id. Raises NotAllowedError("not_permitted")."""
    actor.require(Permission.IMPORT_LEDGER)
    job_id = ids()
    store.run(
        lambda unit: unit.connection.execute(
            insert(tables.import_job),
            {
                "id": job_id, "user_id": actor.user_id, "state": ImportState.READING.value,
                "name": file.name, "sheet": file.sheet, "area_code": file.area_code,
                "content": file.content, "refused": None, "plan_sha256": "", "outcome": "{}", "done": 0,
                "whole": 0, "stop": False, "held_until": "", "created_at": unit.now,
                "ledger": file.ledger, "source": file.source, "legal_basis": file.legal_basis,
            },
        )
    )  # fmt: skip
    return job_id


def imports_of(store: Store, user_id: str) -> list[ImportJob]:
    """A user's imports that are still known, the newest first."""
    query = select(*_SHOWN).where(_JOB.user_id == user_id).order_by(_JOB.created_at.desc(), _JOB.id.desc())
    with store.read() as connection:
        return [_job(row, store.clock()) for row in connection.execute(query)]


def import_of(store: Store, user_id: str, job_id: str) -> ImportJob:
    """One of a user's own imports. Raises RuleError("unknown_record")."""
    with store.read() as connection:
        row = connection.execute(select(*_SHOWN).where(_mine(user_id, job_id))).one_or_none()
    if row is None:
        raise RuleError("unknown_record")
    return _job(row, store.clock())


def refused_rows(store: Store, user_id: str, job_id: str) -> bytes:
    """The workbook of the rows that were refused, to mend. Raises RuleError("unknown_record")."""
    with store.read() as connection:
        found = connection.scalar(select(_JOB.refused).where(_mine(user_id, job_id)))
    if found is None:
        raise RuleError("unknown_record")
    return bytes(found)


def confirm_import(store: Store, user_id: str, job_id: str) -> None:
    """Let what was shown be written; `work_on` does it. Raises RuleError unknown_record, ledger_outdated."""
    import_of(store, user_id, job_id)
    values = {"state": ImportState.WRITING.value, "held_until": "", "done": 0, "whole": 0}
    ready = update(tables.import_job).where(_mine(user_id, job_id), _JOB.state == ImportState.READY.value)
    if store.run(lambda unit: unit.connection.execute(ready.values(values)).rowcount) != 1:
        raise RuleError("ledger_outdated")


def stop_import(store: Store, user_id: str, job_id: str) -> None:
    """Give an import up. What works on it stops at its next report, and writes nothing."""
    job = import_of(store, user_id, job_id)

    def work(unit: UnitOfWork) -> None:
        mine = update(tables.import_job).where(_mine(user_id, job_id))
        unit.connection.execute(mine.values(stop=True))
        if job.state is ImportState.READY or job.interrupted:
            _end(unit, job_id, ImportState.STOPPED, {})

    store.run(work)


def work_on(store: Store, ids: IdSource, actor: Actor, job_id: str) -> None:
    """Read, or write, as the job says. Nothing happens where another process is at it or all is done."""
    row = store.run(lambda unit: _claim(unit, actor.user_id, job_id, store.clock()))
    if row is None:
        return
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"roster{Path(row.name).suffix.lower()}"
            path.write_bytes(row.content)
            made = _prepared(store, ids, actor, row, path)
            if row.state == ImportState.READING:
                _show(store, job_id, made, Path(folder) / "refused.xlsx")
            else:
                _write(store, job_id, made, row.plan_sha256)
    except FieldappError as error:
        stopped = error.code == "cancelled"
        state = ImportState.STOPPED if stopped else ImportState.FAILED
        outcome = {"code": error.code, "facts": dict(error.facts)}
        store.run(lambda unit: _end(unit, job_id, state, outcome))


def fail_import(store: Store, job_id: str, error: FieldappError | None = None) -> None:
    """Note what stopped the work; None is a bug."""
    outcome = {
        "code": error.code if error else "server_error",
        "facts": dict(error.facts) if error else {},
    }
    store.run(lambda unit: _end(unit, job_id, ImportState.FAILED, outcome))


def prune_imports(store: Store) -> int:
    """Forget imports, and the files with them, a day after they began. Returns how many."""
    before = instant_text(store.clock() - KEPT)
    old = delete(tables.import_job).where(_JOB.created_at < before)
    return int(store.run(lambda unit: unit.connection.execute(old).rowcount))


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What an import would do: as it is shown, as it is recognised again, and how it is done."""

    fingerprint: str
    counts: dict[str, Any]
    preview: dict[str, Any]
    write_refused: Callable[[Path], bool]
    apply: Callable[[ImportProgress], None]


def _prepared(store: Store, ids: IdSource, actor: Actor, row: Any, path: Path) -> _Prepared:
    def progress(done: int, whole: int) -> None:
        _report(store, row.id, done, whole)

    if row.ledger:
        asked = Asked(row.ledger, row.source, row.legal_basis)
        made = compare(store, path, asked, actor=actor, sheet_name=row.sheet, progress=progress)
        return _Prepared(
            made.fingerprint, made.counts(), _compared(made), partial(write_refused, made),
            lambda told: keep(store, ids, made, told),
        )  # fmt: skip
    prepared = prepare_import(
        store, path, ids=ids, sheet_name=row.sheet, area_code=row.area_code, actor=actor, progress=progress
    )
    plan = prepared.plan
    return _Prepared(
        _fingerprint(plan), _counts(plan), _preview(plan), partial(write_error_file, plan),
        lambda told: apply_import(store, prepared, told),
    )  # fmt: skip


def _mine(user_id: str, job_id: str) -> Any:
    return (_JOB.id == job_id) & (_JOB.user_id == user_id)


def _claim(unit: UnitOfWork, user_id: str, job_id: str, now: dt.datetime) -> Any:
    """The job, held for this process; None where there is nothing to do for it."""
    free = or_(_JOB.held_until == "", _JOB.held_until <= unit.now)
    states = sorted(state.value for state in WORKING)
    mine = _mine(user_id, job_id) & _JOB.state.in_(states) & free
    held = update(tables.import_job).where(mine).values(held_until=instant_text(now + LEASE))
    if unit.connection.execute(held).rowcount != 1:
        return None
    return unit.connection.execute(select(tables.import_job).where(_JOB.id == job_id)).one()


def _report(store: Store, job_id: str, done: int, whole: int) -> None:
    """Note progress and hold the job on. Raises RuleError("cancelled") when its author stopped it."""

    def work(unit: UnitOfWork) -> bool:
        until = instant_text(store.clock() + LEASE)
        mine = update(tables.import_job).where(_JOB.id == job_id)
        unit.connection.execute(mine.values(done=done, whole=whole, held_until=until))
        return bool(unit.connection.scalar(select(_JOB.stop).where(_JOB.id == job_id)))

    if store.run(work):
        raise RuleError("cancelled")


def _show(store: Store, job_id: str, made: _Prepared, path: Path) -> None:
    refused = path.read_bytes() if made.write_refused(path) else None
    values = {
        "state": ImportState.READY.value, "plan_sha256": made.fingerprint, "refused": refused,
        "outcome": orjson.dumps(made.preview).decode(), "held_until": "",
    }  # fmt: skip

    def work(unit: UnitOfWork) -> None:
        if unit.connection.scalar(select(_JOB.stop).where(_JOB.id == job_id)):
            raise RuleError("cancelled")
        unit.connection.execute(update(tables.import_job).where(_JOB.id == job_id).values(values))

    store.run(work)


def _write(store: Store, job_id: str, made: _Prepared, shown: str) -> None:
    if made.fingerprint != shown:
        raise RuleError("ledger_outdated")

    def told(done: int, whole: int) -> None:
        if done < whole:
            _report(store, job_id, done, whole)
            return
        # Inside the transaction that writes: there is no other turn to write, but one to look.
        with store.read() as connection:
            if connection.scalar(select(_JOB.stop).where(_JOB.id == job_id)):
                raise RuleError("cancelled")

    made.apply(told)
    store.run(lambda unit: _end(unit, job_id, ImportState.DONE, made.counts))


def _end(unit: UnitOfWork, job_id: str, state: ImportState, outcome: dict[str, Any]) -> None:
    """The job is over; nothing of the file is kept but, after a success, the rows to mend."""
    values: dict[str, Any] = {
        "state": state.value, "content": b"", "held_until": "", "outcome": orjson.dumps(outcome).decode(),
    }  # fmt: skip
    if state is not ImportState.DONE:
        values["refused"] = None
    unit.connection.execute(update(tables.import_job).where(_JOB.id == job_id).values(values))


def _fingerprint(plan: ImportPlan) -> str:
    """What the plan comes to, whatever ids its new records were given."""
    said: list[object] = [plan.layout.kind]
    said += [new.rows for new in plan.created]
    said += [(one.rows, one.household_id, sorted(map(str, one.household.items()))) for one in plan.updated]
    said += [sorted((key, str(patch)) for key, patch in one.persons.items()) for one in plan.updated]
    said += [(one.row, [problem.code for problem in one.problems]) for one in plan.rejected]
    said.append(plan.unchanged)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _counts(plan: ImportPlan) -> dict[str, Any]:
    return {
        "rows": plan.input_rows,
        "created": plan.created_rows,
        "updated": plan.updated_rows,
        "unchanged": len(plan.unchanged),
        "refused": len(plan.rejected),
        "ignored": len(plan.ignored),
    }


def _preview(plan: ImportPlan) -> dict[str, Any]:
    """What the author is shown: counts, first rows of each sort, names masked."""
    layout = plan.layout
    new = [
        {
            "row": one.rows[0],
            "name": mask_name(one.household.head_name),
            "id_number": mask_id_number(one.persons[0].id_number),
            "area": one.household.area_code,
            "fen": sum(coverage.monthly_amount_fen for coverage in one.household.coverages),
        }
        for one in plan.created[:SHOWN]
    ]
    refused = [
        {"row": one.row, **{language: reason(layout, one.problems, language) for language in _LANGUAGES}}
        for one in plan.rejected[:SHOWN]
    ]
    remarks = [
        {"row": row, **{language: reason(layout, hints, language) for language in _LANGUAGES}}
        for row, hints in list(plan.hints.items())[:SHOWN]
    ]
    return {
        **_counts(plan),
        "sheet": plan.sheet.name,
        "unmapped": list(layout.unmapped),
        "new": new,
        "refused_rows": refused,
        "remarks": remarks,
    }


def _compared(made: Comparison) -> dict[str, Any]:
    """What the author of a comparison is shown: counts, first rows that do not agree."""
    refused = [
        {"row": row, **{language: why(language) for language in _LANGUAGES}}
        for row, why in made.refused[:SHOWN]
    ]
    return {
        **made.counts(), "sheet": made.told.sheet.name, "unmapped": [], "new": [], "refused_rows": refused,
        "remarks": [],
    }  # fmt: skip


_SHOWN: Final = tuple(
    _JOB[name] for name in ("id", "state", "name", "created_at", "done", "whole", "held_until", "outcome")
)


def _job(row: Any, now: dt.datetime) -> ImportJob:
    state = ImportState(row.state)
    lost = bool(row.held_until) and row.held_until <= instant_text(now)
    return ImportJob(
        row.id, state, row.name, row.created_at, row.done, row.whole, state in WORKING and lost,
        orjson.loads(row.outcome),
    )  # fmt: skip
