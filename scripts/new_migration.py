"""Write the next migration of one side from its tables: `make migration SIDE=device MESSAGE="add x"`.

Builds the present schema on an empty in-memory database with the chain itself, lets Alembic compare it
with the tables, and numbers the file. Read what it wrote: it knows no renames and no data.
"""

import argparse
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

ROOT: Final = Path(__file__).resolve().parents[1]
CHAINS: Final = {
    "device": ROOT / "fieldapp" / "storage" / "migrations",
    "server": ROOT / "server" / "store" / "migrations",
}


def next_number(config: Config) -> str:
    """Four digits, one more than the newest revision's."""
    head = ScriptDirectory.from_config(config).get_current_head()
    return f"{int(head or 0) + 1:04d}"


def write_migration(folder: Path, message: str) -> Path:
    """Write the next migration into the chain at `folder` and return its file.

    The chain's env.py must run on the connection found in `config.attributes["connection"]`.
    """
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.set_main_option("prepend_sys_path", str(ROOT))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    engine = sa.create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            command.revision(config, message, autogenerate=True, rev_id=next_number(config))
    finally:
        engine.dispose()
    return max((folder / "versions").glob("[0-9]*.py"))


def main() -> None:
    """Write one migration and print its path."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("side", choices=sorted(CHAINS))
    parser.add_argument("message")
    arguments = parser.parse_args()
    print(write_migration(CHAINS[arguments.side], arguments.message).relative_to(ROOT))


if __name__ == "__main__":
    main()
