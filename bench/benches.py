"""The benches by name: what is made for each, what runs beside it, what must hold afterwards."""

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.county import COUNTED
from bench.figures import Report, note, percentile
from bench.processes import ROOT, Answers, Server, Worker, environment, run_script
from bench.proxy import CountingProxy, Traffic
from bench.window import PASSPHRASE

OURS: Final = "fieldapp"
FLOOR: Final = "floor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured."""

    runs: int = 3
    village: str = "village"
    town: str = "town"
    one_town: str = "one_town"
    acts: int = 200
    visits: int = 40
    changed: int = 15
    photos: int = 80
    photo_bytes: int = 300_000
    quiet_cycles: int = 100
    crowd: str = "crowd"
    crowd_devices: int = 100
    moving: str = "moving"
    moved: int = 200
    growth: tuple[int, ...] = (2_000, 20_000, 100_000, 400_000)


TINY: Final = Size(
    village="tiny",
    town="tiny",
    one_town="tiny",
    acts=20,
    visits=4,
    changed=3,
    photos=4,
    photo_bytes=30_000,
    quiet_cycles=10,
    crowd="tiny_crowd",
    crowd_devices=4,
    moving="tiny_crowd",
    moved=5,
    growth=(200, 400),
)
"""Everything small: to see that a bench works."""


class CountyServer:
    """A made-up county with its running server, and the codes to enrol devices with."""

    def __init__(self, folder: Path, scale: str, codes: int) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        note(f"making the county ({scale})")
        told = run_script("bench.county", str(folder), scale, str(codes))
        self.counts: dict[str, int] = told["counts"]
        self.grids: dict[str, str] = told["grids"]
        self._codes: Iterator[str] = iter(told["codes"])
        self._devices = 0

    @contextmanager
    def serving(self) -> Iterator[Server]:
        """The real server, in a process of its own, once it has come to rest."""
        with Server("server.cli", "serve", "--data", str(self.folder), log=self.folder / "log") as server:
            server.wait_for_rest()
            yield server

    @contextmanager
    def floor(self) -> Iterator[Server]:
        """The floor's server over the same data."""
        with Server("bench.floor", "--folder", str(self.folder), log=self.folder / "floor-log") as server:
            yield server

    @contextmanager
    def device(self, url: str, code: str = "") -> Iterator[Worker]:
        """A new device, enrolled, with nothing on it; thrown away afterwards."""
        self._devices += 1
        folder = self.folder / f"device-{self._devices}"
        with Worker("bench.device") as device:
            device.ask("enrol", folder=folder, url=url, code=code or self.code())
            yield device
        shutil.rmtree(folder, ignore_errors=True)

    def code(self) -> str:
        """A one-time code."""
        return next(self._codes)

    def records(self, kind: str) -> int:
        """How many records of a kind the server's database holds."""
        with sqlite3.connect(f"file:{self.folder / 'server.db'}?mode=ro", uri=True) as database:
            query = "select count(*) from record where kind = ? and not deleted"
            return int(database.execute(query, (kind,)).fetchone()[0])

    def photos(self) -> int:
        """How many blobs the server's folder holds."""
        return sum(1 for _ in (self.folder / "blobs").glob("??/*"))


def start(work: Path, size: Size) -> None:
    """Process start to the first paint and to the day's page, against a bare window."""
    report = Report("start")
    county = CountyServer(work, size.village, 1)
    root = work / "profiles"
    root.mkdir()
    with county.serving() as server, Worker("bench.device") as device:
        note("making the profile")
        facts = device.ask("profile", root=root, passphrase=PASSPHRASE, url=server.url, code=county.code())
    _expect(facts["counts"], county.counts)
    # From here on nobody answers at the server's address: the program starts offline, as in the field.
    bare: list[float] = []
    ours: list[dict[str, float]] = []
    typed: list[dict[str, float]] = []
    for _ in range(size.runs + 1):
        bare.append(_window("bare")["first_paint"])
        ours.append(_window("at_once", str(root)))
        typed.append(_window("ready", str(root)))
        _expect(min(ours[-1]["owing"], typed[-1]["owing"]) > 0, True)
    # The first runs filled the file cache and left bytecode behind.
    bare, ours, typed = bare[1:], ours[1:], typed[1:]
    first = [one["first_paint"] for one in ours]
    report.figure("wall_s", bare, of="bare_window", until="first_paint")
    report.figure("wall_s", first, of=OURS, until="first_paint")
    ratios = [a / b for a, b in zip(first, bare, strict=True)]
    report.figure("ratio", ratios, of=f"{OURS}/bare_window", until="first_paint")
    report.figure("wall_s", [one["today"] for one in ours], of=OURS, until="today, Return pressed at once")
    # "ready": all is imported that opening a profile takes; typing a passphrase takes longer than that.
    report.figure("wall_s", [one["typed"] for one in typed], of=OURS, until="ready")
    since = [one["today"] - one["typed"] for one in typed]
    report.figure("wall_s", since, of=OURS, until="today, from Return pressed when ready")
    report.figure("rss_mb", [one["rss_mb"] for one in ours], of=OURS, when="idle on the day's page")


def _window(*arguments: str) -> dict[str, float]:
    """One start; seconds since the process was started."""
    command = [sys.executable, "-m", "bench.window", *arguments]
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, check=True, env=environment(), timeout=60
    )
    told: dict[str, float] = json.loads(done.stdout)
    return {k: v - began if k in ("first_paint", "typed", "today") else v for k, v in told.items()}


def local_acts(work: Path, size: Size, wanted: frozenset[str]) -> None:
    """Searching, opening and saving on a device that holds 18,000 households."""
    county = CountyServer(work, size.town, 1)
    households, visits = county.counts["households"], county.counts["visits"]
    with county.serving() as server, county.device(server.url) as device:
        note("first sync")
        device.ask("cycle")
        _expect(device.ask("facts")["counts"], county.counts)
        facts = {"households": households, "visits": visits}
        if "search" in wanted:
            device.ask("searches", times=3)
            rounds = [device.ask("searches", times=size.acts) for _ in range(size.runs)]
            for kind in rounds[0]:
                Report("search").times([one[kind] for one in rounds], query=kind, **facts)
        for name, act in (("open_household", "open_households"), ("save_visit", "save_visits")):
            if name in wanted:
                rounds = [device.ask(act, times=size.acts) for _ in range(size.runs)]
                Report(name).times([one["seconds"] for one in rounds], **facts)
        saved = size.acts * size.runs if "save_visit" in wanted else 0
        _expect(device.ask("facts")["waiting"], [saved, 0, 0])


def first_sync(work: Path, size: Size) -> None:
    """W1: a new device takes in its village."""
    report = Report("W1")
    county = CountyServer(work, size.village, 2 * size.runs + 1)
    pairs = Pairs()
    with county.serving() as server, county.floor() as floor:

        def ours(url: str) -> Answers:
            with county.device(url) as device:
                before = server.cpu
                told = device.ask("cycle")
                told["server_cpu_s"] = server.cpu - before
                facts = device.ask("facts")
            _expect(facts["counts"], county.counts)
            _expect(facts["stale"], 0)
            _expect(facts["plans"] > 0, True)
            return told

        def theirs() -> Answers:
            with Worker("bench.floor_client") as client:
                before = floor.cpu
                told = client.ask("first_sync", url=floor.url, path=work / "floor-client.db")
                told["server_cpu_s"] = floor.cpu - before
            _expect(told["counts"], county.counts)
            return told

        ours(server.url)  # the server's caches and compiled statements
        for _ in range(size.runs):
            pairs.add(ours(server.url), theirs())
        facts = {kind: county.counts[kind] for kind in COUNTED}
        pairs.tell(report, **facts)
        traffic = []
        with CountingProxy(server.port) as proxy:
            for _ in range(size.runs):
                with county.device(proxy.url) as device:
                    proxy.take()
                    device.ask("cycle")
                    traffic.append(proxy.take())
    tell_traffic(report, traffic, **facts)


def end_of_day(work: Path, size: Size) -> None:
    """W2: a day's visits, changes and photos go up."""
    report = Report("W2")
    county = CountyServer(work, size.village, 1)
    pairs = Pairs()
    day = {"visits": size.visits, "households": size.changed, "photos": size.photos}
    traffic: list[Traffic] = []
    with county.serving() as server, county.floor() as floor, county.device(server.url) as device:
        device.ask("cycle")
        days = 0

        def upload() -> tuple[Answers, Path]:
            nonlocal days
            days += 1
            copy = work / f"day-{days}"
            device.ask("workday", **day, photo_bytes=size.photo_bytes, copy_to=copy)
            before = server.cpu
            told = device.ask("cycle")
            told["server_cpu_s"] = server.cpu - before
            _expect(told["sent"], size.visits + size.changed)
            _expect(device.ask("facts")["waiting"], [0, 0, 0])
            _expect(county.records("visits"), county.counts["visits"] + days * size.visits)
            _expect(county.photos(), days * size.photos)
            return told, copy

        with Worker("bench.floor_client") as client:
            upload()
            for _ in range(size.runs):
                ours, copy = upload()
                before = floor.cpu
                theirs = client.ask("upload", url=floor.url, folder=copy)
                theirs["server_cpu_s"] = floor.cpu - before
                _expect(theirs["photos"], size.photos)
                pairs.add(ours, theirs)
        with CountingProxy(server.port) as proxy:
            device.ask("point", url=proxy.url)
            for _ in range(size.runs):
                proxy.take()
                upload()
                traffic.append(proxy.take())
    pairs.tell(report, **day, photo_bytes=size.photo_bytes)
    tell_traffic(report, traffic, **day, photo_bytes=size.photo_bytes)


def nothing_changed(work: Path, size: Size) -> None:
    """W3: a sync that has nothing to say, on a kept connection."""
    report = Report("W3")
    county = CountyServer(work, size.village, 1)
    pairs = Pairs()
    times = size.quiet_cycles
    traffic: list[Traffic] = []
    with county.serving() as server, county.floor() as floor, county.device(server.url) as device:
        device.ask("cycle")
        with Worker("bench.floor_client") as client:
            device.ask("cycles", times=3)
            client.ask("nothing", url=floor.url, times=3)
            for _ in range(size.runs):
                before = server.cpu
                ours = device.ask("cycles", times=times)
                ours["server_cpu_s"] = server.cpu - before
                _expect(ours["moved"], 0)
                before = floor.cpu
                theirs = client.ask("nothing", url=floor.url, times=times)
                theirs["server_cpu_s"] = floor.cpu - before
                pairs.add(_each(ours, times), _each(theirs, times))
        with CountingProxy(server.port) as proxy:
            device.ask("point", url=proxy.url)
            for _ in range(size.runs):
                proxy.take()
                device.ask("cycles", times=1)
                traffic.append(proxy.take())
    pairs.tell(report, cycles=times)
    tell_traffic(report, traffic)


def _each(told: Answers, times: int) -> Answers:
    """Per cycle: the median of the walls, the mean of CPU."""
    return {
        "wall_s": percentile(told["walls"], 0.5),
        "cpu_s": told["cpu_s"] / times,
        "server_cpu_s": told["server_cpu_s"] / times,
    }


class Pairs:
    """Runs of ours and of the floor, side by side."""

    def __init__(self) -> None:
        self._pairs: list[tuple[Answers, Answers]] = []

    def add(self, ours: Answers, floor: Answers) -> None:
        """Two runs that followed each other."""
        self._pairs.append((ours, floor))
        note(f"  {ours['wall_s']:.4f} s, floor {floor['wall_s']:.4f} s")

    def tell(self, report: Report, **context: int) -> None:
        """Wall and CPU of both, and the ratio of the walls."""
        names = (("wall_s", "wall_s"), ("client_cpu_s", "cpu_s"), ("server_cpu_s", "server_cpu_s"))
        for side, of in enumerate((OURS, FLOOR)):
            for metric, key in names:
                report.figure(metric, [pair[side][key] for pair in self._pairs], of=of, **context)
        walls = [[pair[side]["wall_s"] for pair in self._pairs] for side in (0, 1)]
        report.figure(
            "ratio",
            [a / b for a, b in zip(walls[0], walls[1], strict=True)],
            of=f"{OURS}/{FLOOR}",
            **context,
        )


def tell_traffic(report: Report, traffic: list[Traffic], **context: int) -> None:
    """Bytes and requests of the runs through the proxy."""
    report.figure("bytes_up", [one.up for one in traffic], of=OURS, **context)
    report.figure("bytes_down", [one.down for one in traffic], of=OURS, **context)
    report.figure("requests", [one.requests for one in traffic], of=OURS, **context)


def _expect(found: object, wanted: object) -> None:
    """What was measured must also be right."""
    if found != wanted:
        raise RuntimeError(f"wrong result: {found!r}, expected {wanted!r}")


Bench = Callable[[Path, Size], None]
LOCAL: Final = ("search", "open_household", "save_visit")
BENCHES: Final[dict[str, Bench]] = {
    "start": start,
    "W1": first_sync,
    "W2": end_of_day,
    "W3": nothing_changed,
}
NAMES: Final = ("start", *LOCAL, "W1", "W2", "W3")
