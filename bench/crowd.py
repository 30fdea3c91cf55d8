"""Many devices in one process, a worker: real stores and sync engines, let go at the same instant."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from bench.device import Device
from bench.floor_client import pack_rows
from bench.processes import Answers, answer


class Crowd:
    """Some devices of one county. Each has a thread of its own when they sync."""

    def __init__(self) -> None:
        self._devices: list[Device] = []
        self._rows: list[bytes] = []

    def enrol(self, folder: str, url: str, codes: list[str]) -> Answers:
        """Make the devices, one a code, and have each read its area."""
        for nth, code in enumerate(codes):
            device = Device()
            device.enrol(str(Path(folder, str(nth))), url, code)
            device.cycle()
            self._devices.append(device)
        return {}

    def workday(self, visits: int, households: int) -> Answers:
        """A day's work on every device, without photos; its rows are kept for the floor as well."""
        self._rows = [pack_rows(device.work(visits, households)) for device in self._devices]
        return {}

    def sync(self, at: float) -> Answers:
        """One cycle of all devices, let go at an instant of the monotonic clock."""
        return self._all_at(at, [self._cycle(device) for device in self._devices])

    def floor(self, at: float, url: str) -> Answers:
        """The same rows to the floor: one request a device, each on a connection of its own."""
        return self._all_at(at, [_post(f"{url}/rows", rows) for rows in self._rows])

    def waiting(self) -> Answers:
        """What all devices together still have to send."""
        counts = [device.facts()["waiting"] for device in self._devices]
        return {"waiting": sum(map(sum, counts))}

    @staticmethod
    def _cycle(device: Device) -> Callable[[], object]:
        return device.cycle

    @staticmethod
    def _all_at(at: float, acts: Sequence[Callable[[], object]]) -> Answers:
        def one(act: Callable[[], object]) -> float:
            time.sleep(max(at - time.monotonic(), 0))
            act()
            return time.monotonic() - at

        with ThreadPoolExecutor(len(acts)) as pool:
            cpu = time.process_time()
            walls = list(pool.map(one, acts))
            return {"walls": walls, "cpu_s": time.process_time() - cpu}


def _post(url: str, rows: bytes) -> Callable[[], object]:
    session = requests.Session()
    session.trust_env = False

    def send() -> None:
        with session:
            session.post(url, data=rows, timeout=60).raise_for_status()

    return send


if __name__ == "__main__":
    crowd = Crowd()
    names = ("enrol", "workday", "sync", "floor", "waiting")
    answer({name: getattr(crowd, name) for name in names})
