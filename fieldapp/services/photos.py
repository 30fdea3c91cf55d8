"""Clearing up the blobs of photos.db."""

import datetime as dt
from typing import Final

from fieldapp.domain.clock import instant_text
from fieldapp.services.context import Context
from fieldapp.storage.repositories import clues, forms, reliefs, visits

_KEPT_UNNAMED: Final = dt.timedelta(days=1)
"""A blob that nothing names may belong to a form that is open right now; after a day it does not."""


def clear_unused(context: Context) -> int:
    """Forget blobs that no record and no draft has named for a day. Returns how many."""
    before = instant_text(context.clock() - _KEPT_UNNAMED)
    old = context.store.photos.stored_before(before)
    with context.store.reading() as connection:
        used = visits.blobs_in_use(connection) | forms.blobs_in_use(connection)
        used |= reliefs.blobs_in_use(connection) | clues.blobs_in_use(connection)
    unused = [sha256 for sha256 in old if sha256 not in used]
    context.store.photos.remove(unused)
    return len(unused)
