"""Devices: who holds them, when they were last seen, and shutting out lost ones."""

from typing import Any, Final

from sqlalchemy import select, update

from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import Actor, Permission
from server.services.audit_trail import audited_users
from server.services.identity import assignments_of
from server.services.users import administers, require_user
from server.store import tables
from server.store.audit import Act, note
from server.store.store import Store
from server.store.unit_of_work import UnitOfWork

SHOWN: Final = (
    "id", "user_id", "name", "platform", "app_version", "created_at", "last_seen", "last_sync", "revoked_at",
    "waiting",
)  # fmt: skip
"""What administrators see of a device."""
REFUSED: Final = ("at", "user_id", "device_id", "kind", "record_id", "code", "field")
"""What administrators see of a refused op."""


def list_devices(store: Store, actor: Actor | None = None) -> list[dict[str, Any]]:
    """Devices by age: of the users an actor administers, None = all."""
    c = tables.device.c
    query = select(*(c[name] for name in SHOWN)).order_by(c.created_at, c.id)
    with store.read() as connection:
        rows = [dict(zip(SHOWN, row, strict=True)) for row in connection.execute(query)]
        if actor is None:
            return rows
        users = {row["user_id"] for row in rows}
        mine = {user for user in users if administers(actor, assignments_of(connection, user))}
    return [row for row in rows if row["user_id"] in mine]


def list_refused(store: Store, since: str, actor: Actor | None = None) -> list[dict[str, Any]]:
    """Ops refused since an instant (clock.instant_text form), oldest first: whose and why, no content.

    Those of the users whose acts an actor may read, None = all. Raises NotAllowedError("not_permitted").
    """
    c = tables.quarantine.c
    query = select(*(c[name] for name in REFUSED)).where(c.at >= since).order_by(c.seq)
    with store.read() as connection:
        rows = [dict(zip(REFUSED, row, strict=True)) for row in connection.execute(query)]
    if actor is None:
        return rows
    actor.require(Permission.READ_AUDIT)
    known = audited_users(store, actor)
    return [row for row in rows if row["user_id"] in known]


def require_device(store: Store, actor: Actor, device_id: str) -> None:
    """Refuse to touch devices of users outside one's areas. Raises as users.require_user."""
    with store.read() as connection:
        user_id = connection.scalar(select(tables.device.c.user_id).where(tables.device.c.id == device_id))
    if user_id is None:
        raise RuleError("unknown_record")
    require_user(store, actor, user_id)


def revoke_device(store: Store, device_id: str, *, by: str, reason: str = "") -> None:
    """Shut a device out at once and for good. Raises RuleError("unknown_record")."""

    def work(unit: UnitOfWork) -> None:
        device = tables.device
        known = unit.connection.scalar(select(device.c.id).where(device.c.id == device_id))
        if known is None:
            raise RuleError("unknown_record")
        unit.connection.execute(
            update(device)
            .where(device.c.id == device_id, device.c.revoked_at.is_(None))
            .values(revoked_at=unit.now)
        )
        note(unit, by, Act.DEVICE_REVOKED, "device", device_id, reason=reason)

    store.run(work)
