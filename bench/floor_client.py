"""The floor's client, a worker: requests and plain SQLite, one transaction, no encryption, no checks."""

import gzip
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import requests

from bench.processes import Answers, answer
from sync.protocol.entities import ENTITIES, nested_fields

_PIECE = 256 * 1024


class FloorClient:
    """Acts of the floor. One kept connection for all of them."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False

    def first_sync(self, url: str, path: str) -> Answers:
        """Fetch the packed feed and write its rows into typed tables of a new database."""
        Path(path).unlink(missing_ok=True)
        database = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=wal", "synchronous=full"):
            database.execute(f"pragma {pragma}")
        for kind, spec in ENTITIES.items():
            columns = ", ".join(n if n != "id" else "id text primary key" for n in spec.columns)
            database.execute(f"create table {kind} ({columns}, rev integer)")
        told = _timed(lambda: self._take_feed(url, database))
        counts = {
            kind: database.execute(f"select count(*) from {kind}").fetchone()[0]
            for kind in ("households", "persons", "visits")
        }
        database.close()
        return {**told, "counts": counts}

    def upload(self, url: str, folder: str) -> Answers:
        """Send a day's records in one request, then its photos one by one."""
        photos = sorted(Path(folder, "photos").iterdir())

        def work() -> None:
            self._send("POST", f"{url}/rows", pack_rows(Path(folder, "rows.ndjson").read_bytes()))
            for photo in photos:
                self._send("PUT", f"{url}/blobs/{photo.name}", photo.read_bytes())

        return {**_timed(work), "photos": len(photos)}

    def photos(self, url: str, folder: str) -> Answers:
        """Send a day's photos one by one, and nothing else."""
        photos = sorted(Path(folder, "photos").iterdir())

        def work() -> None:
            for photo in photos:
                self._send("PUT", f"{url}/blobs/{photo.name}", photo.read_bytes())

        return {**_timed(work), "photos": len(photos)}

    def nothing(self, url: str, times: int) -> Answers:
        """Ask and be told that there is nothing, many times over."""

        def work() -> list[float]:
            walls = []
            for _ in range(times):
                began = time.perf_counter()
                self._send("POST", f"{url}/nothing", b'{"have":{}}')
                walls.append(time.perf_counter() - began)
            return walls

        began = time.process_time()
        walls = work()
        return {"walls": walls, "cpu_s": time.process_time() - began}

    def _take_feed(self, url: str, database: sqlite3.Connection) -> None:
        rows: dict[str, list[tuple[Any, ...]]] = {}
        rest = b""
        with self._session.post(f"{url}/feed", stream=True, timeout=60) as response:
            for piece in response.raw.stream(_PIECE, decode_content=True):
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    kind, rev, body = orjson.loads(line)
                    rows.setdefault(kind, []).append(_values(kind, body, rev))
        database.execute("begin immediate")
        for kind, found in rows.items():
            marks = ",".join("?" * len(found[0]))
            database.executemany(f"insert into {kind} values ({marks})", found)
        database.execute("commit")

    def _send(self, method: str, url: str, body: bytes) -> None:
        response = self._session.request(method, url, data=body, timeout=60)
        response.raise_for_status()


def pack_rows(rows: bytes) -> bytes:
    """A day's records as the floor sends them."""
    return gzip.compress(rows, compresslevel=6)


def _values(kind: str, body: dict[str, Any], rev: int) -> tuple[Any, ...]:
    nested = nested_fields(kind)
    plain = [
        orjson.dumps(body[name]).decode() if name in nested and name in body else body.get(name)
        for name in _columns(kind)
    ]
    return (*plain, rev)


_COLUMNS = {kind: spec.columns for kind, spec in ENTITIES.items()}


def _columns(kind: str) -> tuple[str, ...]:
    return _COLUMNS[kind]


def _timed(work: Callable[[], None]) -> Answers:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}


if __name__ == "__main__":
    client = FloorClient()
    names = ("first_sync", "upload", "photos", "nothing")
    answer({name: getattr(client, name) for name in names})
