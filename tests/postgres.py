"""A PostgreSQL for the tests: the one of TEST_DATABASE_URL, else a server of their own, thrown away after.

`postgres_url` gives a test a fresh database; `server_database_url` runs it once on SQLite and once on
PostgreSQL. Where no PostgreSQL can be had the test is skipped, or fails if CI=true or REQUIRE_PG=1.
"""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

START_SECONDS: Final = 30
INITDB_OPTIONS: Final = ("--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C")
# Crash safety is SQLite's business in our tests; here only speed counts.
SPEED: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB")
UNPRIVILEGED: Final = "nobody"  # PostgreSQL refuses to run as root


class NoPostgresError(Exception):
    """This machine has no PostgreSQL to test on."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server: makes and drops databases. `admin_url` may create databases."""

    admin_url: URL
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def create_database(self, template: str = "template0") -> URL:
        """Make a database from `template` (about 0.1 s) and return its SQLAlchemy URL."""
        name = f"fieldapp_test_{os.getpid()}_{next(self._numbers)}"
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.admin_url.set(database=name)

    def drop_database(self, url: URL) -> None:
        """Drop a database made here, ending connections a test forgot."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(url.database or "")))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(_libpq(self.admin_url), autocommit=True) as connection:
            connection.execute(statement)


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def find_binaries() -> Path | None:
    """The folder of the newest installed PostgreSQL server programs; POSTGRES_BIN names another."""
    given = os.environ.get("POSTGRES_BIN")
    if given:
        return Path(given) if (Path(given) / "initdb").exists() else None
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name)
    )
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _drop_privileges() -> list[str]:
    """Command prefix: an ordinary user instead of root, and an end with us even if we are killed."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0:
        return [setpriv, "--pdeathsig=INT"] if setpriv else []
    if setpriv is None:
        raise NoPostgresError("tests run as root, and setpriv (util-linux) is not installed")
    return [setpriv, f"--reuid={UNPRIVILEGED}", "--regid=nogroup", "--clear-groups", "--pdeathsig=INT"]


@contextlib.contextmanager
def own_server(binaries: Path, settings: Sequence[str] = SPEED) -> Iterator[PostgresServer]:
    """Run a server in a temporary folder, reachable by a Unix socket in it only."""
    prefix = _drop_privileges()
    # Directly under /tmp: a socket path longer than 107 characters is refused.
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            user = pwd.getpwnam(UNPRIVILEGED)
            os.chown(folder, user.pw_uid, user.pw_gid)
        cluster = folder / "data"
        subprocess.run(
            [*prefix, binaries / "initdb", *INITDB_OPTIONS, "-D", cluster],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
        )
        options = [f"-c{setting}" for setting in ("listen_addresses=", *settings)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*prefix, binaries / "postgres", "-D", cluster, "-k", folder, *options],
                stdout=log,
                stderr=log,
                cwd="/",
            )
        try:
            url = URL.create(
                "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(folder)}
            )
            _wait_until_ready(url, server, folder / "log")
            yield PostgresServer(url)
        finally:
            server.send_signal(signal.SIGINT)  # fast shutdown: does not wait for forgotten connections
            server.wait(START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(url: URL, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(_libpq(url)).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.02)
        else:
            return


def _required() -> bool:
    return os.environ.get("CI") == "true" or os.environ.get("REQUIRE_PG") == "1"


def pytest_report_header() -> str:
    """Say at the top of every run which engines its server tests use."""
    if os.environ.get("TEST_DATABASE_URL"):
        return "server stores: SQLite, PostgreSQL (TEST_DATABASE_URL)"
    binaries = find_binaries()
    return f"server stores: SQLite, {f'PostgreSQL ({binaries})' if binaries else 'no PostgreSQL found'}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The server of this test run; started once per worker, when the first test asks for it."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield PostgresServer(make_url(given).set(drivername="postgresql+psycopg"))
        return
    try:
        binaries = find_binaries()
        if binaries is None:
            raise NoPostgresError(
                "neither TEST_DATABASE_URL nor PostgreSQL server programs (scripts/setup.sh dev)"
            )
        stack = contextlib.ExitStack()
        server = stack.enter_context(own_server(binaries))
    except NoPostgresError as error:
        if _required():
            pytest.fail(f"PostgreSQL is required here: {error}", pytrace=False)
        pytest.skip(f"no PostgreSQL: {error}")
    with stack:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """SQLAlchemy URL of an empty PostgreSQL database that is this test's alone."""
    url = postgres_server.create_database()
    yield url.render_as_string(hide_password=False)
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def server_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLAlchemy URL of an empty server database; the test runs once on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'server.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
