"""A revoked device's last contact: its owner proves himself, then what it had not sent is taken in, once.

docs/sync-protocol.md, section 9. Reading stays closed: the device only learns what became of its ops.
"""

import datetime as dt
from typing import Final

from sqlalchemy import select, update

from fieldapp.domain.clock import instant_text, parse_instant
from fieldapp.domain.errors import NotAllowedError, SyncError
from server.services.enrolment import spend_code
from server.services.secrets_text import secret_hash
from server.store import tables
from server.store.audit import Act, note
from server.store.store import Store
from server.store.unit_of_work import UnitOfWork

ASKED_WITHIN: Final = dt.timedelta(days=30)
"""After the revocation: whoever finds a device much later is hardly its owner."""
LASTS: Final = dt.timedelta(days=3)
"""How long a hand-over may take: a day's photos over a weak link."""


def begin(store: Store, token: str, code: str) -> str:
    """Let a revoked device send its last work, against a code made for its owner. Returns until when.

    A hand-over that is going on is gone on with, without a further code. Raises SyncError
    sign_in_needed, NotAllowedError bad_code, hand_over_not_needed (the device is not revoked),
    hand_over_too_late.
    """

    def work(unit: UnitOfWork) -> str:
        device = tables.device
        row = unit.connection.execute(
            select(device.c.id, device.c.user_id, device.c.revoked_at, device.c.hand_over_until).where(
                device.c.token_sha256 == secret_hash(token)
            )
        ).one_or_none()
        if row is None:
            raise SyncError("sign_in_needed")
        if row.revoked_at is None:
            raise NotAllowedError("hand_over_not_needed")
        if (row.hand_over_until or "") > unit.now:
            return str(row.hand_over_until)
        now = parse_instant(unit.now)
        if now - parse_instant(row.revoked_at) > ASKED_WITHIN:
            raise NotAllowedError("hand_over_too_late", days=ASKED_WITHIN.days)
        # The owner's own code only: another worker's would show that somebody else holds the device.
        if spend_code(unit, code) != row.user_id:
            raise NotAllowedError("bad_code")
        until = instant_text(now + LASTS)
        unit.connection.execute(update(device).where(device.c.id == row.id).values(hand_over_until=until))
        note(unit, row.user_id, Act.HAND_OVER_BEGUN, "device", row.id, device_id=row.id)
        return until

    return store.run(work)


def finish(store: Store, user_id: str, device_id: str) -> None:
    """Close the door behind the device: it has sent what it had."""

    def work(unit: UnitOfWork) -> None:
        device = tables.device
        closed = unit.connection.execute(
            update(device)
            .where(device.c.id == device_id, device.c.hand_over_until.is_not(None))
            .values(hand_over_until=None, last_sync=unit.now)
        )
        if closed.rowcount:
            note(unit, user_id, Act.HAND_OVER_DONE, "device", device_id, device_id=device_id)

    store.run(work)
