"""Back-checks from devices: what the server takes, refuses, and makes of their steps."""

import dataclasses
from typing import Any

import pytest

from fieldapp.domain.records.users import Role
from server.services.checks import check_store
from tests.integration.server.county import COUNTY, GRID_1, OTHER_TOWN, TOWN, VILLAGE, County, Device


@pytest.fixture
def county(shared_county: County) -> County:
    return shared_county


@dataclasses.dataclass
class Case:
    """An aide with a visited household, a second aide of the village, and the clerk of the town."""

    county: County
    aide: Device
    second: Device
    clerk: Device
    house: dict[str, Any]
    visit: dict[str, Any]

    def send(self, by: Device, kind: str, **fields: Any) -> dict[str, Any]:
        """Push a new record of the household; its result with the id."""
        now = self.county.now
        stamps = {"created_at": now, "created_by": by.user_id, "updated_at": now, "updated_by": by.user_id}
        body = {"id": self.county.ids(), **stamps, "household_id": self.house["id"], **fields}
        return {**by.push(by.put(kind, body))[0], "id": body["id"]}

    def request(self, by: Device | None = None, **changes: Any) -> dict[str, Any]:
        fields = {
            "visit_id": self.visit["id"], "checker_id": self.second.user_id, "mode": "PHONE",
            "questions": ["VISITED", "MONEY_RECEIVED"], "due_on": "2026-03-19",
            "requested_at": self.county.now,
        }  # fmt: skip
        return self.send(by or self.clerk, "back_checks", **{**fields, **changes})

    def step(self, by: Device, back_check_id: str, action: str, **changes: Any) -> dict[str, Any]:
        fields = {"back_check_id": back_check_id, "action": action, "note": "说明", "at": self.county.now}
        return self.send(by, "back_check_steps", **{**fields, **changes})

    def answer(self, back_check_id: str, **changes: Any) -> dict[str, Any]:
        told = {"mode": "PHONE", "outcome": "TOLD", "no_relation": True, "answers": {"visited": "YES"}}
        return self.step(self.second, back_check_id, "ANSWER", **{**told, **changes})

    def status(self, back_check_id: str) -> str:
        return str(self.clerk.body_of(back_check_id).get("status", "REQUESTED"))


@pytest.fixture
def case(county: County) -> Case:
    aide, second = (county.device(Role.VILLAGE_AIDE, VILLAGE) for _ in range(2))
    clerk = county.device(Role.TOWN_CLERK, TOWN)
    house = aide.household()
    visit = aide.visit(house["id"])
    taken = aide.push(aide.put("households", house), aide.put("visits", visit))
    assert [one["outcome"] for one in taken] == ["accepted", "accepted"]
    return Case(county, aide, second, clerk, house, visit)


def told(result: dict[str, Any]) -> tuple[str, str]:
    return result["outcome"], result.get("code", "")


def test_back_check_goes_from_request_to_its_end(case: Case) -> None:
    asked = case.request(status="CLOSED", steps_taken=7)
    assert told(asked) == ("accepted", "")
    assert case.status(asked["id"]) == "REQUESTED", "a device does not say how far it is"
    answered = case.answer(asked["id"])
    assert (answered["filled"]["seq"], case.status(asked["id"])) == (1, "ANSWERED")
    assert case.step(case.clerk, asked["id"], "ASK")["filled"]["seq"] == 2
    assert case.step(case.aide, asked["id"], "EXPLAIN")["filled"]["seq"] == 3
    assert case.step(case.clerk, asked["id"], "CLOSE")["filled"]["seq"] == 4
    assert case.status(asked["id"]) == "CLOSED"
    assert told(case.request())[0] == "accepted", "an end makes room for another"
    assert check_store(case.county.context.store) == []


def test_step_out_of_turn_is_kept_with_its_reason(case: Case) -> None:
    asked = case.request()["id"]
    refused = [
        case.step(case.clerk, asked, "ASK"),
        case.step(case.aide, asked, "EXPLAIN"),
        case.step(case.second, asked, "WITHDRAW"),
        case.step(case.aide, asked, "ANSWER", mode="PHONE", outcome="TOLD", no_relation=True),
        case.answer(asked, no_relation=False),
        case.answer(asked, outcome="NOT_REACHED", note=""),
    ]
    assert [one["filled"].get("refused_code") for one in refused] == [
        "back_check_step", "back_check_step", "not_permitted", "not_permitted", "relation_undeclared",
        "reason_required",
    ]  # fmt: skip
    assert case.status(asked) == "REQUESTED"
    assert check_store(case.county.context.store) == []


def test_second_answer_loses_to_the_first(case: Case) -> None:
    asked = case.request()["id"]
    assert "refused_code" not in case.answer(asked)["filled"]
    assert case.answer(asked)["filled"]["refused_code"] == "back_check_step"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"questions": []}, "back_check_questions"),
        ({"mode": "NEIGHBOUR"}, "back_check_mode"),
        ({"visit_id": "0190aaaa-0000-7000-8000-00000000ffff"}, "unknown_record"),
        ({"checker_id": "0190aaaa-0000-7000-8000-00000000fffe"}, "back_check_checker"),
    ],
)
def test_request_outside_the_rules_is_refused(case: Case, changes: dict[str, Any], code: str) -> None:
    assert told(case.request(**changes)) == ("refused", code)


def test_second_worker_is_somebody_else_who_visits_there(case: Case) -> None:
    away = case.county.device(Role.VILLAGE_AIDE, OTHER_TOWN)
    for unfit in (case.aide, case.clerk, away):
        assert told(case.request(checker_id=unfit.user_id)) == ("refused", "back_check_checker")
    assert told(case.request())[0] == "accepted"
    assert told(case.request()) == ("refused", "back_check_open")


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.VILLAGE_AIDE, Role.TOWN_LEADER, Role.AUDITOR])
def test_request_is_made_by_clerk_and_county_only(case: Case, role: Role) -> None:
    areas = {Role.GRID_WORKER: GRID_1, Role.VILLAGE_AIDE: VILLAGE}
    other = case.county.device(role, areas.get(role, TOWN))
    assert told(case.request(other)) == ("refused", "not_permitted")
    officer = case.county.device(Role.COUNTY_OFFICER, COUNTY)
    assert told(case.request(officer))[0] == "accepted"
