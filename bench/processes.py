"""Processes of a bench: workers that answer questions, servers, and the CPU time that each has used."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from bench.figures import note

ROOT: Final = Path(__file__).resolve().parents[1]
PATIENCE_S: Final = 60.0
REST_S: Final = 0.5
REST_CPU_S: Final = 0.005
"""A server that uses no more CPU than this in that time has nothing to do."""
MOST_UNREST_S: Final = 300.0

Answers = dict[str, Any]
"""What a worker says: JSON values."""


def cpu_seconds(pid: int) -> float:
    """CPU time used by a whole process of this machine, user and system, to the nanosecond (Linux)."""
    # MAKE_PROCESS_CPUCLOCK(pid, CPUCLOCK_SCHED) of clock_gettime(2): /proc counts in ticks of 10 ms only.
    return time.clock_gettime((~pid << 3) | 2)


def run_script(module: str, *arguments: str) -> Answers:
    """Run `python -m module` to its end and read the one JSON object it prints."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, env=environment())
    told: Answers = json.loads(done.stdout)
    return told


def environment() -> dict[str, str]:
    """Ours, with UTF-8 and without a screen; with the bytecode that an installed program has, even where
    a machine that only builds does without."""
    ours = {**os.environ, "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"}
    ours.pop("PYTHONDONTWRITEBYTECODE", None)
    return ours


class Worker:
    """A process that answers questions one by one (see `answer`). Use as a context manager."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
        )

    def ask(self, act: str, **facts: object) -> Answers:
        """Have an act done. Raises RuntimeError when the worker broke; its traceback is on stderr."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"act": act, **facts}, default=str).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"worker broke at {act}")
        told: Answers = json.loads(line)
        return told

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def answer(acts: Mapping[str, Callable[..., Answers]]) -> None:
    """The worker's side: do the acts asked for on standard input until it ends."""
    # What libraries print must not get between the answers.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        for line in sys.stdin:
            facts = json.loads(line)
            told = acts[facts.pop("act")](**facts)
            out.write(json.dumps(told) + "\n")
            out.flush()


class Server:
    """A server in a process of its own, listening on this machine. Use as a context manager."""

    def __init__(self, *arguments: str, log: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log
        with log.open("ab") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *arguments, "--port", str(self.port)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
                env=environment(),
            )

    @property
    def cpu(self) -> float:
        """CPU seconds used so far."""
        return cpu_seconds(self._process.pid)

    def wait_for_rest(self) -> None:
        """Wait until the server does nothing by itself: over new data it counts the month's visits first,
        which is no part of the syncs that are measured."""
        deadline = time.monotonic() + MOST_UNREST_S
        while time.monotonic() < deadline:
            before = self.cpu
            time.sleep(REST_S)
            if self.cpu - before < REST_CPU_S:
                return
        raise RuntimeError("the server does not come to rest")

    def __enter__(self) -> Self:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return self
        note(self._log.read_text(encoding="utf-8"))
        self._stop()
        raise RuntimeError("server did not start")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
