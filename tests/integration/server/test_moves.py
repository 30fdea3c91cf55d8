"""Households that move: persons and visits go along, the old bucket says who left."""

from typing import Any

import pytest

from fieldapp.domain.records.users import Role
from server.services.checks import check_store
from tests.integration.server.county import (
    GRID_1,
    GRID_2,
    OTHER_GRID,
    OTHER_VILLAGE,
    TOWN,
    VILLAGE,
    County,
    Device,
)


@pytest.fixture
def settled(county: County) -> tuple[Device, dict[str, Any], list[str]]:
    """A clerk, and a household with a person and two visits; ids of all four."""
    clerk = county.device(Role.TOWN_CLERK, TOWN)
    house = clerk.household()
    person = clerk.person(house["id"])
    visits = [clerk.visit(house["id"]) for _ in range(2)]
    clerk.push(
        clerk.put("households", house),
        clerk.put("persons", person),
        *(clerk.put("visits", visit) for visit in visits),
    )
    clerk.pull()
    return clerk, house, [house["id"], person["id"], *(visit["id"] for visit in visits)]


def move(device: Device, house: dict[str, Any], to: str, base_rev: int) -> dict[str, Any]:
    return device.push(device.patch("households", house["id"], {"area_code": to}, base_rev=base_rev))[0]


def rows(lines: list[list[Any]]) -> tuple[set[str], set[str]]:
    """Ids that came and ids that left."""
    came = {
        line[2]["id"] for line in lines if len(line) == 3 and line[0] in {"households", "persons", "visits"}
    }
    left = {line[3] for line in lines if len(line) >= 5 and line[4] == "left"}
    return came, left


def ends(lines: list[list[Any]]) -> dict[str, int]:
    return {line[1]["bucket"]: line[1]["count"] for line in lines if line[0] == "end"}


def test_a_moved_household_takes_persons_and_visits_along(county: County, settled: Any) -> None:
    clerk, house, ids = settled
    old_worker = county.device(Role.VILLAGE_AIDE, VILLAGE)
    new_worker = county.device(Role.VILLAGE_AIDE, OTHER_VILLAGE)
    old_worker.pull()
    result = move(clerk, house, OTHER_GRID, 1)
    assert (result["outcome"], result["bucket"]) == ("accepted", OTHER_GRID)
    lines = old_worker.pull()
    assert rows(lines) == (set(), set(ids))
    assert ends(lines) == {GRID_1: 0}
    assert rows(new_worker.pull()) == (set(ids), set())
    assert rows(clerk.pull()) == (set(ids), set(ids))
    assert check_store(county.context.store) == []


def test_a_household_moved_out_of_the_senders_scope_is_answered_moved(county: County, settled: Any) -> None:
    _, house, _ = settled
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    result = move(aide, house, OTHER_GRID, 1)
    assert (result["outcome"], result["bucket"]) == ("moved", OTHER_GRID)
    assert "body" not in result


def test_a_visit_made_before_the_move_follows_the_household(county: County, settled: Any) -> None:
    clerk, house, _ = settled
    aide = county.device(Role.GRID_WORKER, GRID_1)
    visit = aide.visit(house["id"])
    move(clerk, house, OTHER_GRID, 1)
    result = aide.push(aide.put("visits", visit))[0]
    assert (result["outcome"], result["bucket"]) == ("moved", OTHER_GRID)
    assert clerk.body_of(visit["id"])["area_code"] == GRID_1, "where it was made stays on record"


def test_a_stranger_gains_nothing_by_claiming_the_old_area(county: County, settled: Any) -> None:
    clerk, house, _ = settled
    move(clerk, house, OTHER_GRID, 1)
    stranger = county.device(Role.GRID_WORKER, GRID_2)
    result = stranger.push(stranger.put("visits", stranger.visit(house["id"], area_code=GRID_2)))[0]
    assert result["code"] == "not_permitted"


def test_a_household_that_comes_back_has_no_tombstone_left(county: County, settled: Any) -> None:
    clerk, house, ids = settled
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    aide.pull()
    away = move(clerk, house, OTHER_GRID, 1)
    move(clerk, house, GRID_1, away["rev"])
    lines = aide.pull()
    assert rows(lines) == (set(ids), set())
    assert ends(lines) == {GRID_1: 4}
    assert check_store(county.context.store) == []


def test_revisions_of_a_record_never_go_down_when_it_moves(county: County, settled: Any) -> None:
    clerk, house, _ = settled
    rev = 1
    for number in range(5):
        rev = clerk.push(clerk.patch("households", house["id"], {"remark": f"第{number}次"}, base_rev=rev))[
            0
        ]["rev"]
    moved = move(clerk, house, OTHER_GRID, rev)
    assert moved["rev"] > rev, "a young bucket jumps ahead"
    # Another device knows the household from its old bucket, before the last remark.
    other = county.device(Role.TOWN_CLERK, TOWN)
    stale = other.patch("households", house["id"], {"remark": "另写"}, base_rev=rev - 1)
    assert other.push(stale)[0]["outcome"] == "conflict"


def test_a_person_that_changes_household_changes_bucket(county: County, settled: Any) -> None:
    clerk, _, ids = settled
    other_house = clerk.household(GRID_2)
    clerk.push(clerk.put("households", other_house))
    result = clerk.push(clerk.patch("persons", ids[1], {"household_id": other_house["id"]}, base_rev=2))[0]
    assert (result["outcome"], result["bucket"]) == ("accepted", GRID_2)
    assert check_store(county.context.store) == []


def test_move_and_new_visit_in_one_batch_end_in_one_bucket(county: County, settled: Any) -> None:
    clerk, house, _ = settled
    results = clerk.push(
        clerk.put("visits", clerk.visit(house["id"])),
        clerk.patch("households", house["id"], {"area_code": OTHER_GRID}, base_rev=1),
        clerk.put("persons", clerk.person(house["id"])),
    )
    assert {result["bucket"] for result in results} == {OTHER_GRID}
    assert check_store(county.context.store) == []
