"""Write the next migration of one side from its tables: `make migration SIDE=device MESSAGE="add x"`.

Builds the present schema on an empty database with the chain itself, lets Alembic compare it with the
tables, and numbers the file. Read what it wrote: it knows no renames and no data.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from fieldapp.storage.engine import create_database, open_engine

ROOT: Final = Path(__file__).resolve().parents[1]
CHAINS: Final = {
    "device": ROOT / "fieldapp" / "storage" / "migrations",
    "server": ROOT / "server" / "store" / "migrations",
}


def next_number(config: Config) -> str:
    """Four digits, one more than the newest revision's."""
    head = ScriptDirectory.from_config(config).get_current_head()
    return f"{int(head or 0) + 1:04d}"


def write_migration(folder: Path, message: str, engine: sa.Engine) -> Path:
    """Write the next migration into the chain at `folder` and return its file.

    The chain's env.py must run on the connection found in `config.attributes["connection"]`; `engine` is
    an empty database of the chain's kind.
    """
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.set_main_option("prepend_sys_path", str(ROOT))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    try:
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            command.revision(
                config, message, autogenerate=True, rev_id=next_number(config),
                process_revision_directives=_leave_search_tables,
            )  # fmt: skip
    finally:
        engine.dispose()
    return max((folder / "versions").glob("[0-9]*.py"))


def _leave_search_tables(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """The full-text index keeps tables of its own, which no model names: not to be dropped."""
    for script in directives:
        script.upgrade_ops.ops = [
            one for one in script.upgrade_ops.ops
            if not getattr(one, "table_name", "").startswith("household_search")
        ]  # fmt: skip


def _empty_database(side: str, folder: Path) -> sa.Engine:
    """The device's own driver for its chain: its schema needs what an older SQLite lacks."""
    if side == "server":
        return sa.create_engine("sqlite://")
    path, key = folder / "records.db", bytes(32)
    create_database(path, key, 0)
    return open_engine(path, key)


def main() -> None:
    """Write one migration and print its path."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("side", choices=sorted(CHAINS))
    parser.add_argument("message")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = _empty_database(arguments.side, Path(folder))
        print(write_migration(CHAINS[arguments.side], arguments.message, engine).relative_to(ROOT))


if __name__ == "__main__":
    main()
