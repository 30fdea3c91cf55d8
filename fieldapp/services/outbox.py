"""The sync screen's data: what waits, what failed and why, record by record."""

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import parse_instant
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.services.context import Context
from fieldapp.storage import meta, outbox, rows
from fieldapp.storage.outbox import Waiting
from fieldapp.storage.repositories import households


@dataclass(frozen=True, slots=True)
class WaitingRecord:
    """A record with something unsent. `title` is the household's head; `refused_code` says why it was
    not taken, `blobs_failed_code` why a photo could not be sent."""

    kind: str
    record_id: str
    household_id: str
    title: str
    made_at: dt.datetime
    op_seqs: tuple[int, ...]
    attempts: int
    under_way: bool
    refused_code: str
    refused_field: str
    blobs: int
    blob_bytes: int
    blobs_failed_code: str


@dataclass(frozen=True, slots=True)
class OutboxView:
    """Everything on the sync screen that comes from the store."""

    waiting: Waiting
    records: tuple[WaitingRecord, ...]
    last_sync_at: dt.datetime | None
    server_url: str
    county_name: str


def waiting(context: Context) -> Waiting:
    """Counts for the sync chip."""
    with context.store.reading() as connection:
        return outbox.counts(connection)


def outbox_view(context: Context) -> OutboxView:
    """All records with unsent ops or photos; refused ones first, then urgent, then oldest."""
    with context.store.reading() as connection:
        ops = outbox.waiting_ops(connection)
        blobs = outbox.waiting_blobs(connection)
        found: dict[tuple[str, str], WaitingRecord] = {}
        for op in ops:
            before = found.get((op.kind, op.record_id))
            household_id, title = _title(connection, op.kind, op.record_id)
            found[(op.kind, op.record_id)] = WaitingRecord(
                kind=op.kind,
                record_id=op.record_id,
                household_id=household_id,
                title=title,
                made_at=before.made_at if before else op.made_at,
                op_seqs=(*(before.op_seqs if before else ()), op.seq),
                attempts=op.attempts,
                under_way=op.under_way,
                refused_code=op.refused_code or (before.refused_code if before else ""),
                refused_field=op.refused_field or (before.refused_field if before else ""),
                blobs=0,
                blob_bytes=0,
                blobs_failed_code="",
            )
        records = [_with_blobs(record, blobs) for record in found.values()]
        sent = {r.record_id for r in records}
        files_only = {(b.kind, b.record_id) for b in blobs if b.record_id not in sent}
        for kind, record_id in sorted(files_only):
            household_id, title = _title(connection, kind, record_id)
            first = min(b.queued_at for b in blobs if b.record_id == record_id)
            bare = WaitingRecord(kind, record_id, household_id, title, first, (), 0, False, "", "", 0, 0, "")
            records.append(_with_blobs(bare, blobs))
        last = meta.get(connection, meta.LAST_SYNC)
        return OutboxView(
            waiting=outbox.counts(connection),
            # A stable sort: within both groups the order of the outbox stays, urgent and old ones first.
            records=tuple(sorted(records, key=lambda r: not r.refused_code)),
            last_sync_at=parse_instant(last) if last else None,
            server_url=meta.get(connection, meta.SERVER_URL),
            county_name=meta.get(connection, meta.COUNTY_NAME),
        )


def _with_blobs(record: WaitingRecord, blobs: list[outbox.WaitingBlob]) -> WaitingRecord:
    own = [b for b in blobs if b.record_id == record.record_id]
    failed = next((b.last_error for b in own if b.last_error), "")
    return replace(record, blobs=len(own), blob_bytes=sum(b.size for b in own), blobs_failed_code=failed)


def _title(connection: Connection, kind: str, record_id: str) -> tuple[str, str]:
    record = rows.find(connection, kind, record_id)
    if isinstance(record, HouseholdFields):
        return record.id, record.head_name
    if isinstance(record, PersonFields):
        return record.household_id, record.name
    household_id = getattr(record, "household_id", None)
    if household_id is None:
        return "", ""
    household = households.get_many(connection, [household_id]).get(household_id)
    return household_id, household.head_name if household else ""


def retry(context: Context, record: WaitingRecord, initiator: str = "") -> ChangeSet:
    """Send a refused record again as it is."""
    with context.store.unit_of_work(initiator) as work:
        for seq in record.op_seqs:
            outbox.retry(work.connection, seq)
        work.touch(record.kind, record.record_id)
        return work.commit()
