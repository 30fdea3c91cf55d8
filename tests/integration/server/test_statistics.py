"""Figures over HTTP: the rules of R4 on the server's rows, by area and by worker."""

from typing import Any

from fieldapp.domain.records.users import Role
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from tests.integration.server.county import GRID_1, GRID_2, OTHER_GRID, TOWN, VILLAGE, County, Device


def figures(device: Device, area: str, group_by: str) -> dict[str, Any]:
    answer = device.request("GET", f"/v1/statistics/{area}?month=2026-02-10&group_by={group_by}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def visit(aide: Device, house: str, day: int, **values: Any) -> dict[str, Any]:
    at = f"2026-02-{day:02}T02:00:00.000Z"
    return aide.visit(house, started_at=at, finished_at=at, visitors=[aide.user_id], **values)


def test_coverage_and_completion_of_a_month(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    clerk = county.device(Role.TOWN_CLERK, TOWN)
    homes = [
        aide.household(area, status="ACTIVE", coverages=[{"category": "ANTI_POVERTY", "since": "2020-01-01"}])
        for area in (GRID_1, GRID_1, GRID_2, OTHER_GRID)
    ]
    kept, wrong = visit(aide, homes[0]["id"], 5), visit(aide, homes[1]["id"], 6)
    correction = visit(aide, homes[1]["id"], 6, amends=wrong["id"], root_id=wrong["id"])
    correction["created_at"] = "2026-03-05T01:10:01.000Z"
    absent = visit(aide, homes[2]["id"], 7, result="NOT_HOME")
    with RecordWriter(county.context.store, Author("server")) as writer:
        for home in homes:
            writer.put("households", home)
        for one in (kept, wrong, correction, absent):
            writer.put("visits", one)
    table = figures(clerk, TOWN, "GRID")
    assert (table["start"], table["end"]) == ("2026-02-01", "2026-02-28")
    assert table["total"]["visits"] == 2, "a corrected visit counts once"
    assert table["total"]["coverage"] == {"numerator": 2, "denominator": 4, "percent": "50.00 %"}
    assert table["total"]["not_found_rate"]["numerator"] == 1
    rows = {row["key"]: row["coverage"]["numerator"] for row in table["rows"]}
    assert rows == {GRID_1: 2, GRID_2: 0, OTHER_GRID: 0}
    workers = figures(clerk, TOWN, "WORKER")["rows"]
    assert [(row["key"], row["visits"]) for row in workers] == [(aide.user_id, 2)]
    assert figures(aide, VILLAGE, "VILLAGE")["total"]["coverage"]["denominator"] == 3


def test_odd_questions_are_bad_requests(county: County) -> None:
    clerk = county.device(Role.TOWN_CLERK, TOWN)
    for query in ("month=yesterday", "group_by=MOON"):
        answer = clerk.request("GET", f"/v1/statistics/{TOWN}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
