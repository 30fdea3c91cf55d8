"""Which blobs anything on this device still names, and which must stay on it whatever the server holds."""

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.storage import rows, wanted_blobs
from fieldapp.storage.repositories import clues, forms, reliefs, spot_checks, visits
from fieldapp.storage.tables import BlobQueueRow
from sync.protocol.entities import BLOB_KINDS, ENTITIES

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
