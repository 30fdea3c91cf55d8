"""A seeded bad network: every request may meet a fault, drawn from the seed and from what the request is."""

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from tests.faults import NO_FAULT, PORTAL, Fault, FaultProxy, Passed, error_answer

READ_SECONDS: Final = 0.6
"""How long a device in bad weather waits for an answer; some delays are longer."""


@dataclass(frozen=True)
class WorseFault(Fault):
    """A fault with a memory. `again_after`: the server gets the request once more, so many seconds later.
    `adrift`: the client is cut off at once, and its request arrives after `delay`: a repetition overtakes it.
    `rate`: the answer trickles, bytes a second."""

    again_after: float = 0.0
    adrift: bool = False
    rate: int = 0


Draw = Callable[[random.Random], Fault]

FAULTS: Final[dict[str, tuple[int, Draw]]] = {
    "none": (45, lambda _: NO_FAULT),
    "request dropped": (6, lambda _: Fault(request_bytes=0)),
    "request cut": (7, lambda chance: Fault(request_bytes=_somewhere(chance))),
    "answer dropped": (8, lambda _: Fault(answer_bytes=0)),
    "answer cut": (9, lambda chance: Fault(answer_bytes=_somewhere(chance))),
    "twice": (5, lambda _: Fault(copies=2)),
    "again later": (5, lambda chance: WorseFault(again_after=chance.uniform(0.01, 0.3))),
    "overtaken": (5, lambda chance: WorseFault(adrift=True, delay=chance.uniform(0.01, 0.3))),
    "late": (3, lambda chance: Fault(delay=chance.uniform(0.01, 0.1))),
    "too late": (1, lambda _: Fault(delay=READ_SECONDS + 0.1)),
    "trickle": (2, lambda chance: WorseFault(rate=chance.choice((30_000, 100_000)))),
    "portal": (3, lambda _: PORTAL),
    "busy": (2, lambda _: error_answer(503, "busy", "Retry-After: 1")),
    "server error": (1, lambda _: error_answer(502, "server_error")),
}
"""Weight and drawing of each fault."""


def _somewhere(chance: random.Random) -> int:
    """A number of bytes: small ones as likely as large ones."""
    return int(10 ** chance.uniform(0, 5))


@dataclass
class Weather:
    """What happens to the requests of one step. Parallel requests draw each for themselves, so that their
    order does not matter to the seed."""

    seed: str
    seen: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)
    """What photos met that travelled together."""

    def fault(self, passed: Passed) -> Fault:
        """The fault of a request."""
        what = f"{passed.method} {passed.path}"
        self.seen[what] += 1
        chance = random.Random(f"{self.seed} {what} {self.seen[what]}")
        (name,) = chance.choices(list(FAULTS), [weight for weight, _ in FAULTS.values()])
        self.met[name] += 1
        self.groups[name] += what == "POST /v1/blobs"
        return FAULTS[name][1](chance)


@dataclass
class WeatherProxy(FaultProxy):
    """A proxy under a weather; without one it is as good as its rules."""

    weather: Weather | None = None

    def _fault_for(self, passed: Passed) -> Fault:
        return super()._fault_for(passed) if self.weather is None else self.weather.fault(passed)

    def _pass_on(self, client: socket.socket, request: bytes, fault: Fault, passed: Passed) -> None:
        if not isinstance(fault, WorseFault):
            super()._pass_on(client, request, fault, passed)
            return
        self.on_request(passed.path)
        if fault.adrift:
            # Both halves are closed: the client knows at once that no answer comes.
            client.shutdown(socket.SHUT_RDWR)
            time.sleep(fault.delay)
            self._ask(request, NO_FAULT, None, passed)
        elif fault.again_after:
            self._ask(request, NO_FAULT, client, passed)
            client.shutdown(socket.SHUT_RDWR)
            time.sleep(fault.again_after)
            self._ask(request, NO_FAULT, None, passed)
        else:
            answer = self._ask(request, NO_FAULT, None, passed)
            _trickle(client, answer, fault.rate)


def _trickle(client: socket.socket, answer: bytes, rate: int) -> None:
    piece = max(rate // 50, 1)
    for start in range(0, len(answer), piece):
        client.sendall(answer[start : start + piece])
        time.sleep(1 / 50)


@contextmanager
def weather_proxy() -> Iterator[WeatherProxy]:
    """A proxy that leads nowhere yet."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = WeatherProxy(address=f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread = threading.Thread(target=proxy.serve, args=(listener,), daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)
