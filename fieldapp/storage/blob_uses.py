"""Which blobs anything on this device still names, and which must stay on it whatever the server holds."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.records.base import wire_body
from fieldapp.storage import rows, wanted_blobs
from fieldapp.storage.repositories import clues, forms, reliefs, spot_checks, visits
from fieldapp.storage.tables import BlobQueueRow
from sync.protocol.entities import BLOB_KINDS, ENTITIES, blobs_of

BLOB_QUEUE = BlobQueueRow.__table__  # type: ignore[attr-defined]
_ASKED_APART = frozenset(
    {"visits", "forms", "submissions", "assessment_signatures", "reliefs", "relief_steps", "clues"}
)


def named(connection: Connection) -> set[str]:
    """Blobs that a record, a draft or the queue names."""
    used = visits.blobs_in_use(connection) | forms.blobs_in_use(connection)
    used |= reliefs.blobs_in_use(connection) | clues.blobs_in_use(connection) | needed_here(connection)
    used |= spot_checks.draft_blobs(connection)
    for kind in BLOB_KINDS:
        if kind not in _ASKED_APART:
            used.update(forms.blobs_named(connection, kind, rows.select_records(kind)))
    return used


def naming(connection: Connection, sha256s: Collection[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Kind and body of the records that name any of these blobs."""
    for kind in BLOB_KINDS:
        query = rows.select_records(kind)
        if kind == "visits":
            query = query.where(visits.HAS_BLOBS)
        for record in rows.records(connection, query, rows.fields_of(kind)):
            body = wire_body(record)
            if any(sha256 in sha256s for sha256, _size, _mime in blobs_of(kind, body)):
                yield kind, body


def needed_here(connection: Connection) -> set[str]:
    """Blobs without which work here would stop: what waits for the server, and the files of forms."""
    needed = set(connection.execute(select(BLOB_QUEUE.c.sha256)).scalars())
    needed.update(blob.sha256 for blob in wanted_blobs.wanted(connection))
    for kind, spec in ENTITIES.items():
        if spec.prefetch:
            needed.update(forms.blobs_named(connection, kind, rows.select_records(kind)))
    for draft in forms.drafts(connection):
        needed.add(draft.definition_sha256)
        needed.update(file.sha256 for file in draft.files)
    for stored in visits.drafts(connection):
        needed.update(photo.sha256 for photo in stored.draft.photos)
    return needed
