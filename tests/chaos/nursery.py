"""Devices and servers as processes of their own, forked from one that has everything imported: starting
one takes milliseconds, and kill -9 is the real one. Both ends of the pipe are here."""

import faulthandler
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

ROOT: Final = Path(__file__).parents[2]
ANSWER_SECONDS: Final = 60.0


class Killed(Exception):
    """The process has ended before it answered."""


class Role(Protocol):
    """What a forked process is: commands come by name, answers are JSON."""

    def command(self, name: str, **facts: Any) -> Any:
        """Do something and say what came of it."""


class Child:
    """A forked process, seen from the test."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._process = -1
        self._lock = threading.Lock()
        self._lines = channel.makefile("rb")
        self._channel.settimeout(ANSWER_SECONDS)
        pid = int(self._answer())
        # A number alone may belong to a stranger by the time of the blow: numbers are given out again.
        with suppress(ProcessLookupError):
            self._process = os.pidfd_open(pid)

    def call(self, command: str, **facts: Any) -> Any:
        """Have it do something. Raises Killed when it dies of it, AssertionError on a bug of its own."""
        self.begin(command, **facts)
        return self.end()

    def begin(self, command: str, **facts: Any) -> None:
        """Have it do something without waiting. Raises Killed when it is not there any more."""
        try:
            self._channel.sendall(json.dumps([command, facts]).encode() + b"\n")
        except OSError:
            self.close()
            raise Killed from None

    def end(self) -> Any:
        """What came of it."""
        return self._answer()

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self._strike()
        while not self._lines.closed and self._lines.readline():
            pass
        self.close()

    @contextmanager
    def killed_after(self, seconds: float) -> Iterator[None]:
        """kill -9 so many seconds from now, whatever it does then, or else at the end of the block."""
        timer = threading.Timer(seconds, self._strike)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            self._strike()

    def _strike(self) -> None:
        with self._lock, suppress(ProcessLookupError):
            if self._process >= 0:
                signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def stop(self) -> None:
        """Have it end in good order."""
        self.call("stop")
        self.close()

    def close(self) -> None:
        """Close the pipe; the process ends when it notices."""
        self._lines.close()
        self._channel.close()
        with self._lock:
            if self._process >= 0:
                os.close(self._process)
                self._process = -1

    def _answer(self) -> Any:
        try:
            line = self._lines.readline()
        except ConnectionResetError:
            line = b""
        if not line.endswith(b"\n"):
            self.close()
            raise Killed
        word, value = json.loads(line)
        assert word == "done", value
        return value


class Nursery:
    """The process that forks the others. They end with it, and it ends with the test. `sabotage` names a
    fault of our own that all of them have."""

    def __init__(self, sabotage: str = "") -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.nursery", str(theirs.fileno()), sabotage],
                pass_fds=[theirs.fileno()], cwd=ROOT,
            )  # fmt: skip

    def child(self, role: str, **facts: Any) -> Child:
        """A new process of a role; `facts` are for its making."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [json.dumps([role, facts]).encode() + b"\n"], [theirs.fileno()])
        return Child(ours)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._control.close()
        self._process.wait(20)


def serve(role: Role, channel: socket.socket) -> None:
    """Answer commands until the channel closes or `stop` comes."""
    with channel.makefile("rb") as lines:
        for line in lines:
            name, facts = json.loads(line)
            try:
                answer = ["done", role.command(name, **facts)]
            except BaseException:  # noqa: BLE001  # told to the test, which fails
                answer = ["bug", traceback.format_exc()]
            channel.sendall(json.dumps(answer).encode() + b"\n")
            if name == "stop":
                return


def _run_child(make: Callable[..., Role], facts: dict[str, Any], channel: socket.socket) -> None:
    try:
        role = make(**facts)
        channel.sendall(json.dumps(["done", os.getpid()]).encode() + b"\n")
        serve(role, channel)
    except BaseException:  # noqa: BLE001  # told to the test, which fails
        channel.sendall(json.dumps(["bug", traceback.format_exc()]).encode() + b"\n")
    finally:
        os._exit(0)  # never back into the nursery's code, and no clearing up of what it owns


def main(control: socket.socket, roles: dict[str, Callable[..., Role]]) -> None:
    """Fork what is asked for until nobody asks any more."""
    faulthandler.enable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the killed
    gc.collect()
    gc.freeze()
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(control, 65536, 1)
        if not message:
            return
        channel = socket.socket(fileno=descriptors[0])
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            role, facts = json.loads(message)
            _run_child(roles[role], facts, channel)
        channel.close()


if __name__ == "__main__":
    from tests.chaos.roles import ROLES
    from tests.chaos.sabotage import SABOTAGES

    if sys.argv[2]:
        SABOTAGES[sys.argv[2]]()
    main(socket.socket(fileno=int(sys.argv[1])), ROLES)
