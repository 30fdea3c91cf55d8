"""Single values of a profile, by key."""

from typing import Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from fieldapp.storage.tables import MetaRow

META = MetaRow.__table__  # type: ignore[attr-defined]

INSTALL_ID: Final = "install_id"
DEVICE_ID: Final = "device_id"
USER_ID: Final = "user_id"
USER_NAME: Final = "user_name"
COUNTY_NAME: Final = "county_name"
SERVER_URL: Final = "server_url"
TOKEN: Final = "token"
EPOCH: Final = "epoch"
SERVER_EDITION: Final = "server_edition"
HLC: Final = "hlc"
BATCH_N: Final = "batch_n"
PACKAGE_N: Final = "package_n"
PAST_EPOCHS: Final = "past_epochs"
"""Epochs of the server that were left behind, in words; an answer of one of them comes too late."""
FEED_AT: Final = "feed_at"
"""The server's time of the newest feed that was begun to be read."""
PLANNED_ON: Final = "planned_on"
LAST_SYNC: Final = "last_sync_at"
LEFT_BEHIND: Final = "left_behind"
COUNTED_ON: Final = "counted_on"
"""Day on which the rows of all buckets were last counted and summed anew."""
HLC_EXCUSED: Final = "hlc_excused"
"""Milliseconds (hex) of the newest stamp when the server last found this clock right."""
MACHINE: Final = "machine"
"""Digest of the machine on which this database is at home; '' = not settled yet."""
CLOCK_SHIFT_MS: Final = "clock_shift_ms"
DATASET: Final = "dataset"


_GET: Final = select(META.c.value).where(META.c.key == bindparam("wanted"))
_SEVERAL: Final = select(META.c.key, META.c.value).where(META.c.key.in_(bindparam("wanted", expanding=True)))
_DROP: Final = delete(META).where(META.c.key == bindparam("wanted"))
_PUT: Final = insert(META).on_conflict_do_update(
    index_elements=["key"], set_={"value": insert(META).excluded.value}
)


def get(connection: Connection, key: str) -> str:
    """The value, or '' when it was never set."""
    return connection.execute(_GET, {"wanted": key}).scalar() or ""


def get_several(connection: Connection, *keys: str) -> tuple[str, ...]:
    """Several values in one query, '' for what was never set."""
    found: dict[str, str] = dict(connection.execute(_SEVERAL, {"wanted": keys}).all())
    return tuple(found.get(key, "") for key in keys)


def drop(connection: Connection, key: str) -> None:
    """Forget a value."""
    connection.execute(_DROP, {"wanted": key})


def put(connection: Connection, key: str, value: str) -> None:
    """Set a value."""
    connection.execute(_PUT, {"key": key, "value": value})
