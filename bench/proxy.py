"""Counts what goes over the wire: a plain TCP proxy in front of a server, for the runs that count bytes."""

import re
import socket
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

_PIECE: Final = 256 * 1024
_HEAD: Final = re.compile(rb"(?:GET|HEAD|POST|PUT|PATCH) /[!-~]* HTTP/1\.1\r\n")
_LONGEST_HEAD: Final = 200


@dataclass(frozen=True, slots=True)
class Traffic:
    """Bytes of both directions, HTTP heads included, and requests."""

    up: int = 0
    down: int = 0
    requests: int = 0


class CountingProxy:
    """Passes connections on to a port of this machine. Use as a context manager."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._lock = threading.Lock()
        self._up = self._down = self._requests = 0

    def take(self) -> Traffic:
        """What has passed since the last call."""
        with self._lock:
            traffic = Traffic(self._up, self._down, self._requests)
            self._up = self._down = self._requests = 0
        return traffic

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._port))
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pass_up, args=(near, far), daemon=True).start()
            threading.Thread(target=self._pass_down, args=(far, near), daemon=True).start()

    def _pass_up(self, near: socket.socket, far: socket.socket) -> None:
        tail = b""
        while piece := _received(near):
            seen = tail + piece
            heads = [found.end() for found in _HEAD.finditer(seen) if found.end() > len(tail)]
            # A head cut in two by the pieces is found whole the second time, and only then.
            tail = seen[-_LONGEST_HEAD:]
            with self._lock:
                self._up += len(piece)
                self._requests += len(heads)
            if not _sent(far, piece):
                break
        _shut(far)

    def _pass_down(self, far: socket.socket, near: socket.socket) -> None:
        while piece := _received(far):
            with self._lock:
                self._down += len(piece)
            if not _sent(near, piece):
                break
        _shut(near)


def _received(source: socket.socket) -> bytes:
    try:
        return source.recv(_PIECE)
    except OSError:
        return b""


def _sent(target: socket.socket, piece: bytes) -> bool:
    try:
        target.sendall(piece)
    except OSError:
        return False
    return True


def _shut(target: socket.socket) -> None:
    try:
        target.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
