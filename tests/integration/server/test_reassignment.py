"""Households, areas and workers that are moved about: whole, audited, and as each device sees it."""

import datetime as dt
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.users import Role, RoleAssignment
from server.cli.app import app
from server.services.checks import check_store
from server.services.identity import assignments_of
from server.services.reassignment import (
    AreaPart,
    cover,
    end_roles,
    give_role,
    merge_area,
    move_households,
    split_area,
)
from server.store import tables
from server.store.record_writer import RecordWriter
from server.store.store import Store
from server.store.unit_of_work import Author
from tests.integration.server.county import (
    GRID_1,
    GRID_2,
    OTHER_GRID,
    OTHER_TOWN,
    OTHER_VILLAGE,
    TOWN,
    VILLAGE,
    County,
    Device,
)

TODAY = dt.date(2026, 3, 5)
NEW_GRID = f"{VILLAGE}003"


@pytest.fixture
def store(county: County) -> Store:
    return county.context.store


@pytest.fixture
def clerk(county: County) -> Device:
    return county.device(Role.TOWN_CLERK, TOWN)


def settle(device: Device, area: str = GRID_1) -> str:
    """A household with a person and a visit."""
    house = device.household(area)
    person, visit = device.person(house["id"]), device.visit(house["id"])
    device.push(device.put("households", house), device.put("persons", person), device.put("visits", visit))
    return str(house["id"])


def places(store: Store) -> dict[str, set[str]]:
    """The buckets in which records of each household live."""
    found: dict[str, set[str]] = {}
    with store.read() as connection:
        c = tables.record.c
        for row in connection.execute(select(c.kind, c.id, c.bucket, c.body).where(c.bucket.like("3%"))):
            body: dict[str, Any] = orjson.loads(row.body)
            found.setdefault(body.get("household_id", row.id), set()).add(row.bucket)
    return found


def acts(store: Store) -> list[tuple[str, str]]:
    with store.read() as connection:
        c = tables.audit_log.c
        return [tuple(row) for row in connection.execute(select(c.act, c.object_id).order_by(c.seq))]


def test_a_list_of_households_moves_whole_and_is_audited(store: Store, clerk: Device) -> None:
    first, second, third = (settle(clerk) for _ in range(3))
    assert move_households(store, [first, second, first], OTHER_GRID, by="boss") == 2
    assert places(store) == {first: {OTHER_GRID}, second: {OTHER_GRID}, third: {GRID_1}}
    assert {act for act in acts(store) if act[0] == "HOUSEHOLD_MOVED"} == {
        ("HOUSEHOLD_MOVED", first), ("HOUSEHOLD_MOVED", second),
    }  # fmt: skip
    assert move_households(store, [first], OTHER_GRID, by="boss") == 0
    assert check_store(store) == []


@pytest.mark.parametrize(
    ("area", "code"), [("341789100999", "unknown_area"), (TOWN, "invalid_value"), (GRID_2, "unknown_record")]
)
def test_a_list_with_one_fault_moves_nobody(store: Store, clerk: Device, area: str, code: str) -> None:
    house = settle(clerk)
    with pytest.raises(RuleError, match=f"^{code}"):
        move_households(store, [house, "nobody"], area, by="boss")
    assert places(store) == {house: {GRID_1}}


def test_a_merged_village_gives_its_households_and_ends_with_its_grids(
    county: County, store: Store, clerk: Device
) -> None:
    near, far = settle(clerk, GRID_1), settle(clerk, GRID_2)
    aide = county.user(Role.GRID_WORKER, GRID_2)
    done = merge_area(store, VILLAGE, OTHER_VILLAGE, by="boss")
    assert (done.households, done.closed, done.workers) == (2, (VILLAGE, GRID_1, GRID_2), (aide,))
    assert places(store) == {near: {OTHER_VILLAGE}, far: {OTHER_VILLAGE}}
    areas = {line[2]["id"]: line[2] for line in clerk.pull() if line[0] == "areas"}
    for code in done.closed:
        assert (areas[code]["valid_to"], areas[code]["successor_code"]) == ("2026-03-04", OTHER_VILLAGE)
    with pytest.raises(RuleError, match=r"^area_closed"):
        move_households(store, [near], GRID_1, by="boss")
    assert check_store(store) == []


def test_what_is_entered_for_a_merged_grid_comes_into_its_successor(
    county: County, store: Store, clerk: Device
) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    merge_area(store, GRID_1, GRID_2, by="boss")
    merge_area(store, GRID_2, OTHER_GRID, by="boss")
    house = aide.household(GRID_1)
    (made,) = aide.push(aide.put("households", house))
    assert (made["outcome"], made["bucket"]) == ("moved", OTHER_GRID)
    (again,) = aide.push(aide.put("households", house))
    assert (again["outcome"], again["rev"]) == ("moved", made["rev"])
    other = settle(clerk, OTHER_GRID)
    (patched,) = clerk.push(clerk.patch("households", other, {"area_code": GRID_2}, base_rev=99))
    assert patched["bucket"] == OTHER_GRID
    assert check_store(store) == []


def test_areas_that_name_each_other_are_an_error_and_no_endless_walk(
    county: County, store: Store, clerk: Device
) -> None:
    with RecordWriter(store, Author("server")) as writer:
        for code, successor in ((GRID_1, GRID_2), (GRID_2, GRID_1)):
            writer.patch("areas", code, {"valid_to": "2026-01-01", "successor_code": successor})
    (made,) = clerk.push(clerk.put("households", clerk.household(GRID_1)))
    assert (made["outcome"], made["code"]) == ("refused", "unknown_area")


def test_a_split_grid_gives_parts_to_new_and_known_grids(store: Store, clerk: Device) -> None:
    stays, goes, over = (settle(clerk) for _ in range(3))
    parts = [AreaPart(NEW_GRID, "第三网格", (goes,)), AreaPart(GRID_2, "", (over,))]
    done = split_area(store, GRID_1, parts, close=False, by="boss")
    assert (done.households, done.closed) == (2, ())
    assert places(store) == {stays: {GRID_1}, goes: {NEW_GRID}, over: {GRID_2}}
    areas = {line[2]["id"]: line[2] for line in clerk.pull() if line[0] == "areas"}
    assert areas[NEW_GRID]["name"] == "第三网格"
    with pytest.raises(RuleError, match=r"^area_not_empty"):
        split_area(store, GRID_1, parts[:0], close=True, by="boss")
    closed = split_area(store, GRID_1, [AreaPart(NEW_GRID, "", (stays,))], close=True, by="boss")
    assert closed.closed == (GRID_1,)
    assert check_store(store) == []


@pytest.mark.parametrize("code", [OTHER_TOWN, f"{OTHER_TOWN}201", "341789100"])
def test_a_split_stays_in_its_town_and_makes_grids_and_villages_only(
    store: Store, clerk: Device, code: str
) -> None:
    house = settle(clerk)
    with pytest.raises(RuleError, match=r"^invalid_value"):
        split_area(store, GRID_1, [AreaPart(code, "新", (house,))], close=False, by="boss")
    stranger = settle(clerk, GRID_2)
    with pytest.raises(RuleError, match=r"^invalid_value"):
        split_area(store, GRID_1, [AreaPart(NEW_GRID, "新", (house, stranger))], close=False, by="boss")
    assert places(store) == {house: {GRID_1}, stranger: {GRID_2}}


def test_roles_begin_and_end_with_their_days(county: County, store: Store, clerk: Device) -> None:
    house = settle(clerk, OTHER_GRID)
    worker = county.device(Role.GRID_WORKER, GRID_1)
    tomorrow = TODAY + dt.timedelta(days=1)
    assert end_roles(store, worker.user_id, TODAY, by="boss") == 1
    give_role(
        store, worker.user_id,
        RoleAssignment(role=Role.GRID_WORKER, area_code=OTHER_GRID, since=tomorrow), by="boss",
    )  # fmt: skip
    settle(clerk, GRID_1)
    worker.pull()
    assert set(worker.have) == {"ref", GRID_1}
    county.clock.advance(days=1)
    lines = worker.pull()
    assert set(worker.have) == {"ref", OTHER_GRID}
    assert house in {line[2]["id"] for line in lines if line[0] == "households"}


def test_a_role_that_has_not_begun_never_begins_once_ended(county: County, store: Store) -> None:
    user = county.user(Role.GRID_WORKER, GRID_1, since_days=-5)
    assert end_roles(store, user, TODAY, area_code=GRID_2, by="boss") == 0
    assert end_roles(store, user, TODAY, area_code=GRID_1, by="boss") == 1
    with store.read() as connection:
        assert assignments_of(connection, user) == ()


def test_cover_gives_the_absent_workers_field_roles_for_its_days(
    county: County, store: Store, clerk: Device
) -> None:
    settle(clerk, GRID_1)
    absent, substitute = county.user(Role.GRID_WORKER, GRID_1), county.device(Role.GRID_WORKER, OTHER_GRID)
    last = TODAY + dt.timedelta(days=2)
    assert cover(store, absent, substitute.user_id, TODAY, last, by="boss") == 1
    substitute.pull()
    assert GRID_1 in substitute.have
    with pytest.raises(RuleError, match=r"^invalid_value"):
        cover(store, absent, substitute.user_id, TODAY, last, by="boss")
    county.clock.advance(days=3)
    substitute.pull()
    assert GRID_1 not in substitute.have


def test_cover_needs_days_and_two_persons(county: County, store: Store) -> None:
    one, two = county.user(Role.GRID_WORKER, GRID_1), county.user(Role.SYSTEM_ADMIN, TOWN)
    for absent, substitute, days in ((one, one, 0), (one, two, -1), (two, one, 0)):
        with pytest.raises(RuleError, match=r"^invalid_value"):
            cover(store, absent, substitute, TODAY, TODAY + dt.timedelta(days=days), by="boss")


def test_a_household_registered_before_the_hand_over_is_taken_in_after_it(
    county: County, store: Store
) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    before = aide.household(GRID_1)
    county.clock.advance(days=1)
    end_roles(store, aide.user_id, TODAY, by="boss")
    after = aide.household(GRID_1)
    first, second = aide.push(aide.put("households", before), aide.put("households", after))
    assert (first["outcome"], second["outcome"]) == ("moved", "refused")
    assert second["code"] == "not_permitted"


def test_the_command_line_moves_merges_splits_assigns_and_covers(
    county: County, store: Store, clerk: Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELDAPP_SERVER_DATABASE_URL", county.context.settings.database_url)
    houses = [settle(clerk) for _ in range(3)]
    county.user(Role.GRID_WORKER, GRID_1)
    logins = list(county.logins.values())

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, [*words, "--data", str(county.context.settings.data_dir)])
        assert done.exit_code == 0, done.output
        return done.output

    ids = tmp_path / "ids.txt"
    ids.write_text(f"{houses[1]}\n\n", encoding="utf-8")
    assert run("household", "move", GRID_2, houses[0], "--file", str(ids)) == "moved 2\n"
    table = tmp_path / "split.csv"
    table.write_text(f"新网格,名称,户\n{NEW_GRID},第三网格,{houses[2]}\n", encoding="utf-8")
    assert run("area", "split", GRID_1, str(table)).startswith("households 1\n")
    assert "closed " + GRID_2 in run("area", "merge", GRID_2, OTHER_GRID)
    assert places(store) == {houses[0]: {OTHER_GRID}, houses[1]: {OTHER_GRID}, houses[2]: {NEW_GRID}}
    run("user", "assign", logins[0], "--role", "GRID_WORKER", "--area", NEW_GRID, "--since", "2026-03-05")
    covering = ("--since", "2026-03-05", "--until", "2026-03-06")
    assert run("user", "cover", logins[1], logins[0], *covering) == "roles 1\n"
    assert run("user", "leave", logins[1]) == "roles 1\n"
