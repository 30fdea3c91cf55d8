"""Single values of a profile, by key."""

from typing import Final

from sqlalchemy import select
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
HLC: Final = "hlc"
BATCH_N: Final = "batch_n"
LAST_SYNC: Final = "last_sync_at"
CLOCK_SHIFT_MS: Final = "clock_shift_ms"
DATASET: Final = "dataset"


def get(connection: Connection, key: str) -> str:
    """The value, or '' when it was never set."""
    value = connection.execute(select(META.c.value).where(META.c.key == key)).scalar()
    return value or ""


def put(connection: Connection, key: str, value: str) -> None:
    """Set a value."""
    statement = insert(META).values(key=key, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
