"""kill -9 at every named point of a device and of a server that have everything to do: all is there after."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import kill_points
from tests.chaos.nursery import Nursery
from tests.chaos.world import Tablet, World, world
from tests.faults import Fault
from tests.integration.server.county import FAR_VILLAGE, GRID_1, GRID_2

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="devices and servers are forked"),
    pytest.mark.timeout(300),  # a loaded machine is slow
]


def _names(points: tuple[kill_points.KillPoint, ...]) -> list[str]:
    return [point.name for point in points]


@pytest.fixture
def county(nursery: Nursery, template: Path, tmp_path: Path) -> Iterator[World]:
    with world(nursery, template, tmp_path / "county", "points", ("aide", "colleague", "clerk")) as running:
        yield running


@pytest.fixture
def aide(county: World) -> Tablet:
    """A tablet with a household, a conflict and photos to send, of which one has broken off before; with
    a household to take in and one to drop."""
    aide, colleague = county.tablets["aide"], county.tablets["colleague"]
    chance = random.Random(0)
    county.start_server()
    for area in (GRID_1, GRID_2):
        county.register(aide, area)
    county.sync(aide)
    county.sync(colleague)
    aide.proxy.add("/v1/blobs/", Fault(request_bytes=200), times=2, method="PUT")
    county.visit(aide, chance, sizes=[300_000])
    report = county.sync(aide)
    assert report is not None
    assert report["error_code"] == "offline"
    county.edit(colleague, "households", 0, "address", county.word())
    county.register(colleague, GRID_1)
    county.sync(colleague)
    county.office.patch("households", county.on_server("households")[1], area_code=FAR_VILLAGE)
    county.edit(aide, "households", 0, "address", county.word())
    county.register(aide, GRID_1)
    county.visit(aide, chance, sizes=[3000, 4000, 5000, 6000, 7000])  # two alone, then the rest together
    return aide


@pytest.mark.parametrize("point", _names(kill_points.SYNCING))
def test_device_killed_in_a_cycle(county: World, aide: Tablet, point: str) -> None:
    assert county.sync(aide, kill=point) is None
    county.heal()


@pytest.mark.parametrize("point", _names(kill_points.SAVING))
def test_device_killed_while_saving(county: World, aide: Tablet, point: str) -> None:
    starts = aide.starts
    county.visit(aide, random.Random(1), point, sizes=[3000, 300_000])
    assert aide.starts == starts + 1
    county.heal()


@pytest.mark.parametrize("point", _names(kill_points.SERVING))
def test_server_killed(county: World, aide: Tablet, point: str) -> None:
    county.start_server().call("arm", kill=point)
    report = county.sync(aide)
    assert county.server_died(), report
    county.heal()


def test_device_killed_when_it_learns_that_it_is_a_copy(county: World, aide: Tablet) -> None:
    county.copy_profile(aide)
    county.sync(aide)
    county.go_back(aide, aide.copies[0])
    county.register(aide, GRID_2)
    assert county.sync(aide, kill="new install id taken, not committed") is None
    county.heal()


def test_device_killed_when_it_learns_that_its_server_is_a_copy(county: World, aide: Tablet) -> None:
    county.back_up_server()
    county.sync(aide)
    county.restore_server()
    assert county.sync(aide, kill="old batches wait again, not committed") is None
    county.heal()


# -- packages: the line is a file, and what dies is its writer or its reader --------------------------------


def _carried(county: World) -> None:
    assert county.carry(county.tablets["colleague"], county.sticks[-1]) == {}


def _all_answered(county: World) -> None:
    (report,) = county.read_answers(county.sticks[-1])
    assert report is not None
    assert report["unsent"] == []


def test_device_killed_while_it_writes_a_package(county: World, aide: Tablet) -> None:
    for point in _names(kill_points.CARRYING[:3]):
        assert county.export(aide, kill=point) is None, point
        assert county.sticks == [], f"{point}: what was cut short must not look like a package"
    assert county.export(aide) is not None
    _carried(county)
    _all_answered(county)
    county.heal()


def test_device_killed_while_it_reads_an_answer(county: World, aide: Tablet) -> None:
    for point in (*_names(kill_points.CARRYING[3:]), "answer stored, not committed"):
        county.visit(aide, random.Random(point), sizes=[3000])
        county.export(aide)
        _carried(county)
        assert county.read_answers(county.sticks[-1], kill=point) == [None], point
        _all_answered(county)
    county.heal()


def test_server_killed_while_it_takes_in_a_package(county: World, aide: Tablet) -> None:
    points = (*_names(kill_points.IMPORTING), "records written, not committed", "photo arriving")
    for point in points:
        county.visit(aide, random.Random(point), sizes=[3000])
        county.export(aide)
        county.start_server().call("arm", kill=point)
        assert county.carry(county.tablets["colleague"], county.sticks[-1]) == {"error": "offline"}, point
        assert county.server_died(), point
        _carried(county)
        _all_answered(county)
    county.heal()


def test_disks_that_are_full_on_the_way_of_a_package(county: World, aide: Tablet) -> None:
    """First the device's while it writes, then the server's, then the device's while it reads."""
    colleague = county.tablets["colleague"]
    county.fill_disk(aide, full=True)
    assert county.export(aide) == {"error": "disk_full"}
    assert county.sticks == []
    county.fill_disk(aide, full=False)
    county.export(aide)
    county.start_server().call("disk", full=True)
    assert county.carry(colleague, county.sticks[-1]) == {"error": "server_error"}
    county.start_server().call("disk", full=False)
    _carried(county)
    county.fill_disk(aide, full=True)
    assert county.read_answers(county.sticks[-1]) == [{"error": "disk_full"}]
    county.fill_disk(aide, full=False)
    _all_answered(county)
    county.heal()
