"""Benches of many devices and of large counties: photos alone, a hundred devices at once, households that
move, and the server's cost of a sync while the county grows."""

import contextlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, text

from bench.benches import FLOOR, OURS, Bench, CountyServer, Pairs, Size
from bench.figures import Context, Report, note, percentile
from bench.processes import Answers, Server, Worker
from tests.postgres import find_binaries, own_server

CROWD_PROCESSES: Final = 4
RELEASE_S: Final = 0.5
"""Until a crowd is let go: all its threads are waiting by then."""


def photos(work: Path, size: Size) -> None:
    """The photos of a day whose records are on the server already, against plain PUTs."""
    report = Report("photos")
    county = CountyServer(work, size.village, 1)
    pairs = Pairs()
    day = {"visits": size.visits, "households": size.changed, "photos": size.photos}
    with county.serving() as server, county.floor() as floor, county.device(server.url) as device:
        device.ask("cycle")
        with Worker("bench.floor_client") as client:
            for days in range(size.runs + 1):
                copy = work / f"day-{days}"
                device.ask("workday", **day, photo_bytes=size.photo_bytes, copy_to=copy)
                device.ask("push")
                before = server.cpu
                ours = device.ask("cycle")
                ours["server_cpu_s"] = server.cpu - before
                _expect(ours["blobs_sent"], size.photos)
                _expect(county.photos(), (days + 1) * size.photos)
                before = floor.cpu
                theirs = client.ask("photos", url=floor.url, folder=copy)
                theirs["server_cpu_s"] = floor.cpu - before
                if days:  # the first day warms both
                    pairs.add(ours, theirs)
    pairs.tell(report, photos=size.photos, photo_bytes=size.photo_bytes)


def crowd(work: Path, size: Size) -> None:
    """W4: a hundred devices send a day's work at the same instant, without photos."""
    work.mkdir(parents=True)
    _crowd_on(work / "sqlite", size, "sqlite", "")
    binaries = find_binaries()
    if binaries is None:
        note("no PostgreSQL on this machine: left out")
        return
    with own_server(binaries, settings=()) as postgres:
        url = postgres.create_database().set(drivername="postgresql")
        _crowd_on(work / "postgresql", size, "postgresql", url.render_as_string(hide_password=False))


def _crowd_on(work: Path, size: Size, engine: str, url: str) -> None:
    report = Report("W4")
    if url:
        work.mkdir()
        (work / "server.toml").write_text(f'database_url = "{url}"\n', encoding="utf-8")
    county = CountyServer(work, size.crowd, 1)
    codes = list(county.grids.values())[: size.crowd_devices]
    day = {"visits": size.visits, "households": size.changed}
    facts: dict[str, Context] = {"devices": len(codes), "engine": engine, **day}
    ours: list[Answers] = []
    theirs: list[Answers] = []
    with county.serving() as server, county.floor() as floor, _crowd(work, server.url, codes) as workers:
        for run in range(size.runs + 1):
            workers.ask("workday", **day)
            told = workers.let_go(server, "sync")
            _expect(workers.ask("waiting"), [{"waiting": 0}] * len(workers))
            wanted = county.counts["visits"] + (run + 1) * len(codes) * size.visits
            _expect(_count(url or f"sqlite:///{work / 'server.db'}", "visits"), wanted)
            floor_told = workers.let_go(floor, "floor", url=floor.url)
            if run:  # the first run warms both
                ours.append(told)
                theirs.append(floor_told)
    for of, runs in ((OURS, ours), (FLOOR, theirs)):
        for metric in ("wall_s", "p50_ms", "p95_ms", "client_cpu_s", "server_cpu_s"):
            report.figure(metric, [run[metric] for run in runs], of=of, **facts)
    ratios = [a["p95_ms"] / b["p95_ms"] for a, b in zip(ours, theirs, strict=True)]
    report.figure("ratio", ratios, of=f"{OURS}/{FLOOR}, p95", **facts)


class _Crowds:
    """Worker processes with a share of the devices each, asked all at once."""

    def __init__(self, workers: list[Worker]) -> None:
        self._workers = workers
        self._pool = ThreadPoolExecutor(len(workers))

    def __len__(self) -> int:
        return len(self._workers)

    def ask(self, act: str, **facts: object) -> list[Answers]:
        """Ask all workers the same; their answers."""
        return list(self._pool.map(lambda worker: worker.ask(act, **facts), self._workers))

    def enrol(self, folder: Path, url: str, codes: list[str]) -> None:
        """Share the devices out."""
        shares = [(folder / str(nth), codes[nth :: len(self)]) for nth in range(len(self))]
        list(
            self._pool.map(
                lambda pair: pair[0].ask("enrol", folder=pair[1][0], url=url, codes=pair[1][1]),
                zip(self._workers, shares, strict=True),
            )
        )

    def let_go(self, server: Server, act: str, **facts: object) -> Answers:
        """Release all devices at one instant. Seconds until the last was done, and by device."""
        before = server.cpu
        told = self.ask(act, at=time.monotonic() + RELEASE_S, **facts)
        walls = [wall for one in told for wall in one["walls"]]
        note(f"  {act}: {max(walls):.3f} s, p95 {percentile(walls, 0.95):.3f} s")
        return {
            "wall_s": max(walls),
            "p50_ms": percentile(walls, 0.5) * 1000,
            "p95_ms": percentile(walls, 0.95) * 1000,
            "client_cpu_s": sum(one["cpu_s"] for one in told),
            "server_cpu_s": server.cpu - before,
        }


@contextlib.contextmanager
def _crowd(work: Path, url: str, codes: list[str]) -> Iterator[_Crowds]:
    with contextlib.ExitStack() as stack:
        count = min(CROWD_PROCESSES, len(codes))
        workers = [stack.enter_context(Worker("bench.crowd")) for _ in range(count)]
        crowds = _Crowds(workers)
        note(f"enrolling {len(codes)} devices")
        crowds.enrol(work / "devices", url, codes)
        yield crowds


def _count(url: str, kind: str) -> int:
    """How many records of a kind a server's database holds."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM record WHERE kind = :kind AND NOT deleted")
        found = connection.scalar(query, {"kind": kind})
    engine.dispose()
    return int(found or 0)


def moves(work: Path, size: Size) -> None:
    """W5: households with their history move from one grid worker's device to another's."""
    report = Report("W5")
    county = CountyServer(work, size.moving, 1)
    (first, first_code), (second, second_code) = list(county.grids.items())[:2]
    runs: dict[str, list[Answers]] = {"clerk": [], "old": [], "new": []}
    with (
        county.serving() as server,
        county.device(server.url) as clerk,
        county.device(server.url, first_code) as one,
        county.device(server.url, second_code) as other,
    ):
        devices = {first: one, second: other}
        for device in (clerk, one, other):
            device.ask("cycle")
        for run in range(size.runs + 1):
            old, new = (first, second) if run % 2 == 0 else (second, first)
            _expect(clerk.ask("move", households=size.moved, from_area=old, to_area=new)["moved"], size.moved)
            held = devices[old].ask("facts")["counts"]["households"]
            for who, device in (("clerk", clerk), ("old", devices[old]), ("new", devices[new])):
                before = server.cpu
                told = device.ask("cycle")
                told["server_cpu_s"] = server.cpu - before
                if run:
                    runs[who].append(told)
            _expect(devices[old].ask("facts")["counts"]["households"], held - size.moved)
            _expect(devices[new].ask("facts")["stale"], 0)
    for who, tolds in runs.items():
        facts: dict[str, Context] = {"households": size.moved, "device": who}
        report.figure("wall_s", [told["wall_s"] for told in tolds], of=OURS, **facts)
        report.figure("client_cpu_s", [told["cpu_s"] for told in tolds], of=OURS, **facts)
        report.figure("server_cpu_s", [told["server_cpu_s"] for told in tolds], of=OURS, **facts)
        report.figure("rows", [told["received"] for told in tolds], of=OURS, **facts)


def growth(work: Path, size: Size) -> None:
    """What the same syncs cost the server in a small county and in a large one."""
    work.mkdir(parents=True)
    report = Report("growth")
    day = {"visits": max(1, size.visits // 4), "households": max(1, size.changed // 3)}
    for visits in size.growth:
        county = CountyServer(work / str(visits), str(visits), 1)
        code = next(iter(county.grids.values()))
        costs: dict[str, list[float]] = {"quiet": [], "push": [], "pull": []}
        with (
            county.serving() as server,
            county.device(server.url, code) as writer,
            county.device(server.url) as reader,
        ):
            for device in (writer, reader):
                device.ask("cycle")
            for run in range(size.runs + 1):
                copy = work / f"{visits}-{run}"
                writer.ask("workday", **day, photos=0, photo_bytes=0, copy_to=copy)
                cost = {
                    "push": _cost(server, writer, "cycle"),
                    "pull": _cost(server, reader, "cycle"),
                    "quiet": _cost(server, reader, "cycles", size.quiet_cycles),
                }
                for what, seconds in cost.items():
                    costs[what] += [seconds] if run else []
        facts = {"county_visits": visits, "changed": sum(day.values())}
        for what, seconds_of in costs.items():
            report.figure("server_cpu_s", seconds_of, of=OURS, sync=what, **facts)


def _cost(server: Server, device: Worker, act: str, times: int = 0) -> float:
    """CPU seconds of the server for a sync."""
    before = server.cpu
    device.ask(act, **({"times": times} if times else {}))
    return (server.cpu - before) / max(times, 1)


def _expect(found: object, wanted: object) -> None:
    """What was measured must also be right."""
    if found != wanted:
        raise RuntimeError(f"wrong result: {found!r}, expected {wanted!r}")


FLEET: Final[dict[str, Bench]] = {"photos": photos, "W4": crowd, "W5": moves, "growth": growth}
"""Benches by name; `growth` makes counties of up to 400,000 visits and takes its time."""
