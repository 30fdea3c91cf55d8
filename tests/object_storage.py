"""An object storage for the tests: moto's server, a process of its own that speaks S3 over HTTP."""

import contextlib
import itertools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest
import requests

START_SECONDS: Final = 60
ACCESS: Final = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


@dataclass(frozen=True)
class ObjectStorage:
    """A running server; `bucket` makes a fresh one."""

    address: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def bucket(self) -> str:
        """The `blob_url` of a new, empty bucket."""
        name = f"photos-{next(self._numbers)}"
        requests.put(f"{self.address}/{name}", timeout=30).raise_for_status()
        return f"s3://{name}/county?endpoint={quote(self.address, safe=':/')}"


@contextlib.contextmanager
def own_storage(log: Path) -> Iterator[ObjectStorage]:
    """Run a server until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdout=out,
            stderr=out,
            env={**os.environ, **ACCESS},
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(address, server, log)
        yield ObjectStorage(address)
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def _wait_until_ready(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            requests.get(address, timeout=5)
        except requests.ConnectionError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the object storage did not start:\n{log.read_text()}") from None
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def object_storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStorage]:
    """The storage of this test run; started when the first test asks for it."""
    with own_storage(tmp_path_factory.mktemp("objects") / "log") as storage:
        yield storage


@pytest.fixture
def blob_url(object_storage: ObjectStorage, monkeypatch: pytest.MonkeyPatch) -> str:
    """The `blob_url` of a bucket that is this test's alone, with the right to use it."""
    for name, value in ACCESS.items():
        monkeypatch.setenv(name, value)
    return object_storage.bucket()
