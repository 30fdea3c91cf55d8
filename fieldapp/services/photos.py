"""The blobs of photos.db: how much room they take, and clearing up."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.clock import instant_text
from fieldapp.services.context import Context
from fieldapp.storage import blob_uses, proofs
from fieldapp.storage.outbox import SMALL_BLOB_BYTES

_KEPT_UNNAMED: Final = dt.timedelta(days=1)
"""A blob that nothing names may belong to a form that is open right now; after a day it does not."""


@dataclass(frozen=True, slots=True)
class PhotoSpace:
    """Bytes of all blobs on this device, and of the photos among them that the server is known to hold and
    that nothing here needs: these may go."""

    total_bytes: int
    removable_bytes: int
    removable: int


def photo_space(context: Context) -> PhotoSpace:
    """What the photos take, and what could be freed."""
    large = context.store.photos.sizes(above=SMALL_BLOB_BYTES)
    with context.store.reading() as connection:
        may_go = proofs.proven(connection) & large.keys() - blob_uses.needed_here(connection)
    total = context.store.photos.total_bytes()
    return PhotoSpace(total, sum(large[sha256] for sha256 in may_go), len(may_go))


def clear_unused(context: Context) -> int:
    """Forget blobs that no record and no draft has named for a day. Returns how many."""
    before = instant_text(context.clock() - _KEPT_UNNAMED)
    old = context.store.photos.stored_before(before)
    with context.store.reading() as connection:
        used = blob_uses.named(connection)
    unused = [sha256 for sha256 in old if sha256 not in used]
    context.store.photos.remove(unused)
    return len(unused)
