"""A demo county on this machine: the server in a process of its own, with made-up data."""

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests

from fieldapp.domain.clock import local_day, system_clock
from fieldapp.domain.errors import SyncError

_FACTS: Final = "demo.json"
_PID: Final = "server.pid"
_PATIENCE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class DemoDoor:
    """A worker of the demo county with a one-time code."""

    part: str
    login: str
    name: str
    code: str


def program(*arguments: str) -> list[str]:
    """The command line of this same program, frozen or not."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, "-m", "ui.main", *arguments]


class DemoCounty:
    """Owns a data folder with a demo county and, while started, the server process over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "server.log"
        self.url = ""

    @property
    def exists(self) -> bool:
        """Whether demo data have been made here."""
        return (self.folder / _FACTS).exists()

    @property
    def facts(self) -> dict[str, Any]:
        """What the generator told: manifest, doors, as_of."""
        found: dict[str, Any] = json.loads((self.folder / _FACTS).read_text(encoding="utf-8"))
        return found

    def make(self, as_of: dt.date | None = None, seed: int | None = None) -> None:
        """Make the data (a few seconds). Raises SyncError("server_error") when the generator fails."""
        self.folder.mkdir(parents=True, exist_ok=True)
        day = as_of or local_day(system_clock())
        more = ["--seed", str(seed)] if seed is not None else []
        told = self._tool("demo", "--as-of", day.isoformat(), "--json", *more)
        (self.folder / _FACTS).write_text(told, encoding="utf-8")

    def door(self, part: str) -> DemoDoor:
        """A worker by the part he plays; his code is fresh if it was not used yet."""
        found = next(door for door in self.facts["doors"] if door["part"] == part)
        return DemoDoor(found["part"], found["login"], found["name"], found["code"])

    def new_code(self, login: str) -> str:
        """Another one-time code for a worker."""
        told = self._tool("user", "code", login)
        return next(line.split()[1] for line in told.splitlines() if line.startswith("code "))

    def start(self, port: int = 0) -> str:
        """Start the server on a port of this machine (0 = a free one) and wait until it answers. Returns
        its URL."""
        self._end_orphan()
        port = port or _free_port()
        self.url = f"http://127.0.0.1:{port}"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                program("--server", "serve", "--data", str(self.folder), "--port", str(port)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
            )
        (self.folder / _PID).write_text(str(self._process.pid), encoding="ascii")
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                with requests.Session() as session:
                    session.trust_env = False
                    if session.get(f"{self.url}/healthz", timeout=1).ok:
                        return self.url
            except requests.RequestException:
                time.sleep(0.05)
        self.stop()
        raise SyncError("server_error")

    def stop(self, *, kill: bool = False) -> None:
        """Stop the server; `kill` as a power cut would."""
        process, self._process = self._process, None
        if process is None:
            return
        (process.kill if kill else process.terminate)()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)

    def _end_orphan(self) -> None:
        """End the server of a demo that was killed and could not end it itself (Linux)."""
        try:
            pid = int((self.folder / _PID).read_text(encoding="ascii"))
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            if os.fsencode(self.folder) in command:
                os.kill(pid, signal.SIGTERM)
                deadline = time.monotonic() + 10
                while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
                    time.sleep(0.05)
        except (OSError, ValueError):
            return  # no such file or process: there is no orphan

    def _tool(self, *arguments: str) -> str:
        command = program("--server", *arguments, "--data", str(self.folder))
        done = subprocess.run(command, capture_output=True, check=False, env=_environment())
        if done.returncode != 0:
            self._log.write_bytes(done.stderr)
            raise SyncError("server_error")
        return done.stdout.decode("utf-8")


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUTF8": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
