"""Kept counts of visits: always what a recount finds, whatever was written since, and repaired by nothing."""

import datetime as dt
import random
from typing import Any

import pytest
from sqlalchemy import func, select, update

from fieldapp.domain.parameters import Parameters, PeriodUnit, VisitMatch, VisitRule
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records.users import Role, RoleAssignment
from fieldapp.domain.rules.statistics import StatisticsPeriod
from fieldapp.domain.rules.visit_counts import Place, VisitCounts, summed
from server.services import visit_tallies
from server.services.checks import check_store
from server.services.statistics import GroupBy, visit_statistics
from server.services.visit_tallies import counts_of_month, refresh_running_month
from server.store import tables
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from tests.integration.server.county import (
    COUNTY,
    GRID_1,
    GRID_2,
    OTHER_GRID,
    TOWN,
    VILLAGE,
    County,
    Device,
)

MARCH = dt.date(2026, 3, 1)


def as_asked(county: County, month: dt.date = MARCH) -> dict[Place, VisitCounts]:
    """What a dashboard is told."""
    found: dict[Place, VisitCounts] = {}
    for place, counts in counts_of_month(county.context.store, month):
        found[place] = summed([found.get(place, VisitCounts()), counts])
    return found


def recounted(county: County, month: dt.date = MARCH) -> dict[Place, VisitCounts]:
    """The same from the records, nothing kept."""
    store = county.context.store
    store.run(lambda unit: unit.connection.execute(tables.visit_tally.delete()))
    return as_asked(county, month)


def kept(county: County) -> int:
    with county.context.store.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(tables.visit_tally)) or 0)


def visit(aide: Device, house: str, day: int, **values: Any) -> dict[str, Any]:
    at = f"2026-03-{day:02}T02:00:00.000Z"
    return aide.visit(house, started_at=at, finished_at=at, visitors=[aide.user_id], **values)


@pytest.fixture
def aide(county: County) -> Device:
    return county.device(Role.VILLAGE_AIDE, VILLAGE)


@pytest.fixture
def home(aide: Device) -> dict[str, Any]:
    made = aide.household(status="ACTIVE", coverages=[{"category": "ANTI_POVERTY", "since": "2020-01-01"}])
    aide.push(aide.put("households", made))
    return made


def total(county: County) -> VisitCounts:
    actor = Actor("u", (RoleAssignment(role=Role.COUNTY_OFFICER, area_code=COUNTY, since=MARCH),))
    return visit_statistics(county.context.store, actor, COUNTY, MARCH, GroupBy.CATEGORY).total


def test_counts_follow_every_push_and_only_what_changed_is_counted(
    county: County, aide: Device, home: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = aide.household(GRID_2, status="ACTIVE")
    aide.push(aide.put("households", other))
    assert total(county).coverage.denominator == 1
    counted: list[list[str]] = []
    count = visit_tallies._count

    def noted(connection: Any, buckets: dict[str, int], period: StatisticsPeriod, now: dt.datetime) -> Any:
        counted.append(sorted(buckets))
        return count(connection, buckets, period, now)

    monkeypatch.setattr(visit_tallies, "_count", noted)
    assert total(county).visits == 0
    assert counted == []
    aide.push(aide.put("visits", visit(aide, home["id"], 4)))
    assert (total(county).visits, total(county).coverage.numerator) == (1, 1)
    assert counted == [[GRID_1]]
    assert check_store(county.context.store) == []


def test_exemptions_and_voided_visits_enter(county: County, aide: Device, home: dict[str, Any]) -> None:
    clerk = county.device(Role.TOWN_CLERK, TOWN)
    made = visit(aide, home["id"], 4)
    aide.push(aide.put("visits", made))
    assert total(county).coverage.percent == "100.00 %"
    stamps = {
        "created_at": county.now, "created_by": clerk.user_id, "updated_at": county.now,
        "updated_by": clerk.user_id, "household_id": home["id"],
    }  # fmt: skip
    void = {
        "id": county.ids(), **stamps, "visit_id": made["id"], "act": "VOID", "reason": "重复",
        "reviewed_at": county.now,
    }  # fmt: skip
    clerk.push(clerk.put("visit_reviews", void))
    assert (total(county).visits, total(county).coverage.percent) == (0, "0.00 %")
    asked = {
        **stamps, "id": county.ids(), "created_by": aide.user_id, "updated_by": aide.user_id,
        "reason": "HOSPITAL_AWAY", "since": "2026-03-01", "until": "2026-03-20", "requested_at": county.now,
    }  # fmt: skip
    aide.push(aide.put("visit_exemptions", asked))
    assert total(county).exempt == 0, "asked is not approved"
    decided = {
        **stamps, "id": county.ids(), "exemption_id": asked["id"], "verdict": "APPROVED", "reason": "已核",
        "decided_at": county.now,
    }  # fmt: skip
    clerk.push(clerk.put("exemption_decisions", decided))
    assert (total(county).exempt, total(county).coverage.percent) == (1, "—")


def test_a_household_that_moves_takes_its_duty_along_and_leaves_the_work(
    county: County, aide: Device, home: dict[str, Any]
) -> None:
    clerk = county.device(Role.TOWN_CLERK, TOWN)
    aide.push(aide.put("visits", visit(aide, home["id"], 4)))
    clerk.pull()
    before = as_asked(county)
    assert before[Place(GRID_1, "ANTI_POVERTY", "NONE")].owing == 1
    move = clerk.patch("households", home["id"], {"area_code": OTHER_GRID}, base_rev=clerk.have[GRID_1])
    assert clerk.push(move)[0]["outcome"] == "accepted"
    after = as_asked(county)
    assert after[Place(GRID_1, "ANTI_POVERTY", "NONE")] == VisitCounts(
        attempts=1, visits=1, person_visits=1, on_site=1, judged=1, timely=1
    )
    assert after[Place(OTHER_GRID, "ANTI_POVERTY", "NONE")] == VisitCounts(
        owing=1, visited=1, required=1, fulfilled=1
    )
    assert after == recounted(county)


def test_other_rules_of_the_county_are_counted_anew(county: County, home: dict[str, Any]) -> None:
    assert total(county).required == 1
    weekly = VisitRule(id="weekly", match=VisitMatch(), unit=PeriodUnit.WEEK)
    with RecordWriter(county.context.store, Author("server")) as writer:
        parameters = Parameters(visit_rules=(weekly,)).model_dump(mode="json", exclude_none=True)
        writer.patch("parameters", "county", {"parameters": parameters})
    assert total(county).required == 2, "the weeks that end on the first and on the eighth"
    county.clock.advance(days=4)
    assert total(county).required == 3
    assert check_store(county.context.store) == []


def test_a_wrong_number_is_found_by_the_check(county: County, home: dict[str, Any]) -> None:
    total(county)
    with county.context.store.engine.connect() as connection, connection.begin():
        wrong = tables.visit_tally.c.bucket == GRID_1
        connection.execution_options(write=True).execute(
            update(tables.visit_tally).where(wrong).values(counts="[]")
        )
    assert [str(one) for one in check_store(county.context.store)] == [
        f"tally_differs visits {GRID_1} 2026-03-01"
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_kept_counts_equal_a_recount_after_anything(county: County, aide: Device, seed: int) -> None:
    """Random pushes, moves and days, with dashboards in between; at the end nothing differs."""
    chance = random.Random(seed)
    clerk = county.device(Role.TOWN_CLERK, TOWN)
    homes = [aide.household(chance.choice([GRID_1, GRID_2]), status="ACTIVE") for _ in range(6)]
    categories = ["DIBAO", "TEKUN", "ANTI_POVERTY", "OTHER"]
    for one in homes:
        one["coverages"] = [{"category": chance.choice(categories), "since": "2026-01-01"}]
        aide.push(aide.put("households", one))
    for _ in range(25):
        house = chance.choice(homes)
        match chance.randrange(5):
            case 0 | 1:
                result = chance.choice(["NORMAL", "NOT_HOME"])
                aide.push(aide.put("visits", visit(aide, house["id"], chance.randint(1, 5), result=result)))
            case 2:
                clerk.have = {}
                clerk.pull()
                area = chance.choice([GRID_1, GRID_2, OTHER_GRID])
                revs = max(clerk.have.values())
                clerk.push(clerk.patch("households", house["id"], {"area_code": area}, base_rev=revs))
            case 3:
                county.clock.advance(hours=chance.randint(1, 40))
            case _:
                as_asked(county, chance.choice([MARCH, dt.date(2026, 2, 1)]))
    assert check_store(county.context.store) == []
    for month in (MARCH, dt.date(2026, 2, 1)):
        assert as_asked(county, month) == recounted(county, month)


def test_the_job_leaves_nothing_to_wait_for(county: County, home: dict[str, Any]) -> None:
    assert kept(county) == 0
    assert refresh_running_month(county.context.store) == kept(county) == 1
    assert refresh_running_month(county.context.store) == 0
