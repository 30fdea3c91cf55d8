"""Brings records.db to the newest schema: one Alembic chain, gated by pragma user_version.

The number in user_version is read without Alembic, because importing it costs half a second.
"""

from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import Connection

from fieldapp.storage.engine import open_engine

RECORDS_ID: Final = 0x52484A54
"""application_id of records.db."""
NEWEST: Final = 16
"""Number of the newest migration; the file names in migrations/versions begin with it."""


def upgrade(path: Path, key: bytes) -> None:
    """Run all outstanding migrations in one transaction; a kill in the middle leaves the old schema."""
    engine = open_engine(path, key)
    try:
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            run_chain(connection)
            connection.exec_driver_sql(f"pragma user_version={NEWEST}")
    finally:
        engine.dispose()


def run_chain(connection: Connection, revision: str = "head") -> None:
    """Run the chain up to a revision on an open transaction."""
    from alembic import command  # 0.3 s of imports that only a new schema needs

    command.upgrade(alembic_config(connection), revision)


def alembic_config(connection: Connection) -> Any:
    """Alembic's configuration for this chain on this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
