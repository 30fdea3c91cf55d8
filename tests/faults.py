"""A TCP proxy that breaks HTTP on purpose: drops, cuts, doubles and delays what passes through it.

Every request goes over a connection of its own to the server behind, so that a fault hits one request only.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

BUFFER: Final = 64 * 1024
PACKET: Final = 1400
"""What a slow link carries at a time: many requests share it, packet by packet."""
PORTAL_PAGE: Final = "<html><body>请先登录</body></html>".encode()


@dataclass(frozen=True)
class Fault:
    """What happens to one request. Numbers of bytes count from the start, headers included; None = all.

    `request_bytes`: the server gets only so much of the request, then the connection breaks.
    `answer_bytes`: the client gets only so much of the answer; 0 = it is dropped altogether.
    `copies`: how often the server gets the request; the client sees the first answer.
    `delay`: seconds before the request is passed on.
    `instead`: these bytes are the answer, and the server sees nothing.
    """

    request_bytes: int | None = None
    answer_bytes: int | None = None
    copies: int = 1
    delay: float = 0.0
    instead: bytes = b""


NO_FAULT: Final = Fault()
DROP_ANSWER: Final = Fault(answer_bytes=0)
TWICE: Final = Fault(copies=2)
PORTAL: Final = Fault(
    instead=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b"
    % (len(PORTAL_PAGE), PORTAL_PAGE)
)


def error_answer(status: int, code: str, *headers: str) -> Fault:
    """The protocol's error answer instead of the server's."""
    body = b'{"code":"%b"}' % code.encode()
    head = [f"HTTP/1.1 {status} X", "Content-Type: application/json", "Connection: close",
            f"Content-Length: {len(body)}", *headers]  # fmt: skip
    return Fault(instead="\r\n".join([*head, "", ""]).encode() + body)


@dataclass
class Passed:
    """One request that came to the proxy."""

    method: str
    path: str
    up: int
    down: int = 0
    raw: bytes = b""

    def headers(self) -> dict[str, str]:
        """Headers of the request, names in lower case."""
        lines = self.raw.split(b"\r\n\r\n", 1)[0].decode().split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def body(self) -> bytes:
        """Body of the request, as it came."""
        return self.raw.split(b"\r\n\r\n", 1)[1]


@dataclass
class Link:
    """A narrow way to the proxy that all requests share: bytes a second, and of how many requests one breaks
    (0 = none), on its way there and on the way back by turns."""

    rate: float
    breaks_one_of: int = 0
    carried: int = 0
    requests: int = 0
    broken: int = 0
    _free_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def carry(self, size: int) -> None:
        """Bring so many bytes over; others wait meanwhile."""
        with self._lock:
            self._free_at = max(self._free_at, time.monotonic()) + size / self.rate
            self.carried += size
            free_at = self._free_at
        time.sleep(max(free_at - time.monotonic(), 0))

    def fault(self, passed: Passed) -> Fault:
        """Whether this request breaks, and where."""
        with self._lock:
            self.requests += 1
            if not self.breaks_one_of or self.requests % self.breaks_one_of:
                return NO_FAULT
            self.broken += 1
            return DROP_ANSWER if self.broken % 2 else Fault(request_bytes=passed.up // 2)


@dataclass
class _Rule:
    matches: Callable[[Passed], bool]
    fault: Fault
    times: int
    after: int


@dataclass
class FaultProxy:
    """A running proxy. `requests` lists what came through, in order."""

    address: str
    upstream: tuple[str, int] = ("", 0)
    requests: list[Passed] = field(default_factory=list)
    on_request: Callable[[str], None] = lambda _: None
    link: Link | None = None
    _rules: list[_Rule] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _down: bool = False
    _busy: int = 0

    def add(self, path: str, fault: Fault, *, times: int = 1, after: int = 0, method: str = "") -> None:
        """Break the next `times` requests whose path begins with `path`, leaving out the first `after`."""
        rule = _Rule(lambda p: p.path.startswith(path) and method in ("", p.method), fault, times, after)
        with self._lock:
            self._rules.append(rule)

    def lead_to(self, address: str) -> None:
        """Stand in front of another server from now on."""
        host, _, port = address.removeprefix("http://").partition(":")
        self.upstream = (host, int(port))

    def go_down(self) -> None:
        """Be unreachable: every connection is closed at once."""
        self._down = True

    def come_back(self) -> None:
        """Be reachable again, without faults."""
        with self._lock:
            self._down = False
            self._rules.clear()

    def paths(self) -> list[str]:
        """Methods and paths of all requests so far."""
        return [f"{p.method} {p.path}" for p in self.requests]

    @contextmanager
    def settled(self, seconds: float = 10.0) -> Iterator[None]:
        """Wait until every request that came has been dealt with."""
        deadline = time.monotonic() + seconds
        while self._busy:
            assert time.monotonic() < deadline, "a request is still on its way"
            time.sleep(0.01)
        yield

    def serve(self, listener: socket.socket) -> None:
        """Accept connections until the listener is closed."""
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve_one, args=(client,), daemon=True).start()

    def _serve_one(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(30)
            if self._down:
                return
            request = _read_request(client, self.link)
            if not request:
                return
            method, path, _ = request.split(b" ", 2)
            passed = Passed(method.decode(), path.decode(), len(request), raw=request)
            with self._lock:
                self.requests.append(passed)
                fault = self._fault_for(passed)
                self._busy += 1
            try:
                self._pass_on(client, request, fault, passed)
            finally:
                with self._lock:
                    self._busy -= 1

    def _fault_for(self, passed: Passed) -> Fault:
        for rule in self._rules:
            if rule.times and rule.matches(passed):
                if rule.after:
                    rule.after -= 1
                    continue
                rule.times -= 1
                return rule.fault
        return NO_FAULT if self.link is None else self.link.fault(passed)

    def _pass_on(self, client: socket.socket, request: bytes, fault: Fault, passed: Passed) -> None:
        self.on_request(passed.path)
        if fault.delay:
            time.sleep(fault.delay)
        if fault.instead:
            client.sendall(fault.instead)
            return
        first = b""
        for copy in range(fault.copies):
            sink = client if copy == fault.copies - 1 and fault.copies == 1 else None
            answer = self._ask(request, fault, sink, passed)
            first = first or answer
        if fault.copies > 1:
            client.sendall(first)
            passed.down = len(first)

    def _ask(self, request: bytes, fault: Fault, sink: socket.socket | None, passed: Passed) -> bytes:
        """Send the request on; stream the answer to `sink`, or read it whole."""
        parts: list[bytes] = []
        with socket.create_connection(self.upstream, timeout=30) as server:
            server.sendall(request[: fault.request_bytes])
            if fault.request_bytes is not None and fault.request_bytes < len(request):
                return b""
            left = fault.answer_bytes
            while piece := server.recv(BUFFER):
                if left is not None:
                    # The server is read to its end, so that it did its work before the line broke.
                    piece, left = piece[:left], max(left - len(piece), 0)
                if sink is None:
                    parts.append(piece)
                elif piece:
                    sink.sendall(piece)
                    passed.down += len(piece)
        return b"".join(parts)


def _read_request(client: socket.socket, link: Link | None) -> bytes:
    """One request, its `Connection` header set so that the server ends the connection after it."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = _receive(client, link)
        if not piece:
            return b""
        data += piece
    head, body = data.split(b"\r\n\r\n", 1)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = next((int(x.split(b":")[1]) for x in lines if x.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        piece = _receive(client, link)
        if not piece:
            return b""
        body += piece
    return b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body


def _receive(client: socket.socket, link: Link | None) -> bytes:
    if link is None:
        return client.recv(BUFFER)
    piece = client.recv(PACKET)
    link.carry(len(piece))
    return piece


@contextmanager
def fault_proxy(upstream_address: str) -> Iterator[FaultProxy]:
    """A proxy in front of `http://host:port`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = FaultProxy(address=f"http://127.0.0.1:{listener.getsockname()[1]}")
        proxy.lead_to(upstream_address)
        thread = threading.Thread(target=proxy.serve, args=(listener,), daemon=True)
        thread.start()
        yield proxy
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)
