"""A supervisor's desk: the county's dashboard on the server, the plan and a town's statistics on a device."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench.benches import CountyServer, Size
from bench.figures import Report, note
from bench.processes import run_script


def dashboard(work: Path, size: Size) -> None:
    """The county's month by town: counted for the first time, kept, and after pushes to some grids."""
    report = Report("dashboard")
    county = CountyServer(work, str(size.growth[-1]), 1)
    facts = {"households": county.counts["households"], "visits": county.counts["visits"]}
    told = run_script("bench.dashboard", str(county.folder), str(size.runs), str(size.acts))
    report.figure("wall_s", told["first"], state="first count", **facts)
    report.times(told["kept"], state="kept", **facts)
    report.times(told["pushed"], state="20 grids pushed", **facts)


def plan(work: Path, size: Size) -> None:
    """All plans of a device with 18,000 households made anew, and that of one household."""
    report = Report("plan")
    county = CountyServer(work, size.town, 1)
    with county.serving() as server, county.device(server.url) as device:
        note("first sync")
        device.ask("cycle")
        rounds = [device.ask("plans", times=size.acts) for _ in range(size.runs)]
    facts = {"households": county.counts["households"], "visits": county.counts["visits"]}
    report.figure("wall_s", [one["all"] for one in rounds], state="all households", **facts)
    report.times([one["one"] for one in rounds], state="one household", **facts)


def town_statistics(work: Path, size: Size) -> None:
    """A month of a whole town on its clerk's device, counted and grouped by village."""
    county = CountyServer(work, size.one_town, 1)
    with county.serving() as server, county.device(server.url) as device:
        note("first sync")
        device.ask("cycle")
        device.ask("statistics", times=2)
        rounds = [device.ask("statistics", times=20)["seconds"] for _ in range(size.runs)]
    facts = {"households": county.counts["households"], "visits": county.counts["visits"]}
    Report("town_statistics").times(rounds, **facts)


SUPERVISOR: Final[dict[str, Callable[[Path, Size], None]]] = {
    "dashboard": dashboard,
    "plan": plan,
    "town_statistics": town_statistics,
}
