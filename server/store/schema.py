"""Brings the server's database to the newest schema: one Alembic chain for both engines."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, select
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import DatabaseTooNewError
from server.store.engine import is_sqlite

_UPGRADE_LOCK: Final = 0x52485550


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for this chain on this connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run all outstanding migrations in one transaction. Raises DatabaseTooNewError."""
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        if not is_sqlite(engine):
            # Two servers over one database may start at the same time; SQLite's write lock does the same.
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        config = alembic_config(connection)
        _refuse_newer(connection, config)
        command.upgrade(config, revision)


def is_current(connection: Connection) -> bool:
    """Whether the database has exactly this program's schema."""
    scripts = ScriptDirectory.from_config(alembic_config(connection))
    return MigrationContext.configure(connection).get_current_revision() == scripts.get_current_head()


def _refuse_newer(connection: Connection, config: Config) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseTooNewError("database_too_new", found=current)
