"""The floor's server: `python -m bench.floor --folder FOLDER --port PORT`.

Bare ASGI under the same uvicorn as ours: no sign-in, no checks, no revisions, plain SQLite, and files
brought to disk one by one. What it takes for the same bytes is the least that Python can take.
"""

import argparse
import gzip
import os
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import uvicorn

from bench.county import FEED_FILE

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Floor:
    """The ASGI app: POST /feed, POST /rows, PUT /blobs/NAME, POST /nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._feed = (folder / FEED_FILE).read_bytes()
        self._blobs = folder / "floor-blobs"
        self._blobs.mkdir(exist_ok=True)
        self._database = sqlite3.connect(folder / "floor.db", isolation_level=None)
        for pragma in ("journal_mode=wal", "synchronous=full"):
            self._database.execute(f"pragma {pragma}")
        self._database.execute("create table if not exists row (id text primary key, body text)")

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = await _body(receive)
        path: str = scope["path"]
        if path == "/feed":
            await _answer(send, 200, self._feed, (b"content-encoding", b"gzip"))
            return
        if path == "/rows":
            self._store(gzip.decompress(body))
        elif path.startswith("/blobs/"):
            self._keep(path.removeprefix("/blobs/"), body)
        await _answer(send, 204)

    def _store(self, lines: bytes) -> None:
        rows = [(orjson.loads(line)["id"], line.decode()) for line in lines.splitlines()]
        self._database.execute("begin immediate")
        self._database.executemany("insert or replace into row values (?, ?)", rows)
        self._database.execute("commit")

    def _keep(self, name: str, content: bytes) -> None:
        with (self._blobs / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _answer(send: Send, status: int, body: bytes = b"", *headers: tuple[bytes, bytes]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    config = uvicorn.Config(
        Floor(given.folder), host="127.0.0.1", port=given.port, log_level="warning", lifespan="off"
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
