"""Exemptions, reviews and campaigns from devices: what the server takes, refuses and makes of it."""

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
    """An aide with a household, and the clerk of the town."""

    aide: Device
    clerk: Device
    house: dict[str, Any]

    def stamped(self, by: Device, **fields: Any) -> dict[str, Any]:
        """A record of the household as a device makes it."""
        now = by.county.now
        stamps = {"created_at": now, "created_by": by.user_id, "updated_at": now, "updated_by": by.user_id}
        return {"id": by.county.ids(), **stamps, "household_id": self.house["id"], **fields}

    def send(self, by: Device, kind: str, **fields: Any) -> dict[str, Any]:
        """Push a new record; its result with the id."""
        body = self.stamped(by, **fields)
        return {**by.push(by.put(kind, body))[0], "id": body["id"]}

    def request(self, **changes: Any) -> dict[str, Any]:
        fields = {"reason": "HOSPITAL_AWAY", "since": "2026-03-05", "until": "2026-04-30"}
        return self.send(
            self.aide, "visit_exemptions", requested_at=self.aide.county.now, **{**fields, **changes}
        )

    def decide(self, by: Device, exemption_id: str, **changes: Any) -> dict[str, Any]:
        fields = {"verdict": "APPROVED", "reason": "已核实", "decided_at": by.county.now}
        return self.send(by, "exemption_decisions", exemption_id=exemption_id, **{**fields, **changes})

    def visit(self, **changes: Any) -> dict[str, Any]:
        """A visit of the aide, taken in by the server."""
        body = {**self.aide.visit(self.house["id"]), **changes}
        assert self.aide.push(self.aide.put("visits", body))[0]["outcome"] == "accepted"
        return body

    def review(self, by: Device, visit_id: str, act: str, **changes: Any) -> dict[str, Any]:
        fields = {"act": act, "reason": "照片看不清", "reviewed_at": by.county.now}
        return self.send(by, "visit_reviews", visit_id=visit_id, **{**fields, **changes})


@pytest.fixture
def case(county: County) -> Case:
    aide, clerk = county.device(Role.VILLAGE_AIDE, VILLAGE), county.device(Role.TOWN_CLERK, TOWN)
    house = aide.household()
    aide.push(aide.put("households", house))
    return Case(aide, clerk, house)


def told(result: dict[str, Any]) -> tuple[str, str]:
    return result["outcome"], result.get("code", "")


def test_exemption_asked_and_approved_reaches_the_other_devices(case: Case) -> None:
    asked = case.request()
    assert told(asked) == ("accepted", "")
    assert told(case.decide(case.clerk, asked["id"])) == ("accepted", "")
    case.aide.have = {}
    kinds = {line[0] for line in case.aide.pull()}
    assert {"visit_exemptions", "exemption_decisions"} <= kinds
    assert check_store(case.clerk.county.context.store) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"until": "2026-03-04"}, "exemption_dates"),
        ({"until": "2026-06-03"}, "exemption_too_long"),
        ({"reason": "OTHER"}, "reason_required"),
    ],
)
def test_exemption_outside_the_rules_is_refused(case: Case, changes: dict[str, Any], code: str) -> None:
    assert told(case.request(**changes)) == ("refused", code)


def test_exemption_of_ninety_days_is_taken(case: Case) -> None:
    assert told(case.request(until="2026-06-02")) == ("accepted", "")


def test_exemption_is_decided_once_and_by_somebody_else(case: Case) -> None:
    second = case.clerk.county.device(Role.TOWN_CLERK, TOWN)
    own = case.send(
        case.clerk, "visit_exemptions", requested_at=case.clerk.county.now, reason="REFUSED",
        since="2026-03-05", until="2026-03-31",
    )  # fmt: skip
    assert told(case.decide(case.clerk, own["id"])) == ("refused", "own_exemption")
    assert told(case.decide(second, own["id"], verdict="REFUSED")) == ("accepted", "")
    third = case.clerk.county.device(Role.TOWN_CLERK, TOWN)
    assert told(case.decide(third, own["id"])) == ("refused", "exemption_decided")


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.VILLAGE_AIDE, Role.TOWN_LEADER, Role.COUNTY_OFFICER])
def test_exemption_is_decided_by_clerks_only(case: Case, role: Role) -> None:
    areas = {Role.GRID_WORKER: GRID_1, Role.VILLAGE_AIDE: VILLAGE, Role.TOWN_LEADER: TOWN}
    other = case.clerk.county.device(role, areas.get(role, COUNTY))
    assert told(case.decide(other, case.request()["id"])) == ("refused", "not_permitted")


def test_visit_returned_and_voided_carry_their_reason(case: Case) -> None:
    first, second, third = case.visit(), case.visit(), case.visit()
    comments = [{"field": "narrative", "text": "写得太简单"}]
    assert told(case.review(case.clerk, first["id"], "RETURN", comments=comments))[0] == "accepted"
    assert told(case.review(case.clerk, second["id"], "VOID", reason="重复录入"))[0] == "accepted"
    assert told(case.review(case.clerk, third["id"], "APPROVE", reason=""))[0] == "accepted"
    bodies = [case.aide.body_of(one["id"]) for one in (first, second, third)]
    assert [(b.get("state"), b.get("state_reason", "")) for b in bodies] == [
        ("RETURNED", "照片看不清"), ("VOID", "重复录入"), ("SUBMITTED", ""),
    ]  # fmt: skip
    assert check_store(case.clerk.county.context.store) == []


@pytest.mark.parametrize("earlier", ["RETURN", "VOID"])
@pytest.mark.parametrize("act", ["APPROVE", "RETURN", "VOID"])
def test_review_of_a_visit_that_was_returned_or_voided_is_refused(case: Case, earlier: str, act: str) -> None:
    visit = case.visit()
    case.review(case.clerk, visit["id"], earlier)
    assert told(case.review(case.clerk, visit["id"], act)) == ("refused", "visit_review_state")


def test_review_of_a_corrected_visit_is_refused_and_of_the_correction_taken(case: Case) -> None:
    visit = case.visit()
    case.review(case.clerk, visit["id"], "RETURN")
    later = "2026-03-06T01:00:00.000Z"
    newer = {
        **case.aide.visit(case.house["id"]), "amends": visit["id"], "root_id": visit["id"],
        "amend_reason": "补拍照片", "created_at": later, "updated_at": later,
    }  # fmt: skip
    assert told(case.aide.push(case.aide.put("visits", newer))[0])[0] == "accepted"
    assert told(case.review(case.clerk, visit["id"], "VOID")) == ("refused", "visit_corrected")
    assert told(case.review(case.clerk, newer["id"], "RETURN"))[0] == "accepted"


@pytest.mark.parametrize(
    ("act", "changes", "code"),
    [
        ("RETURN", {"reason": ""}, "reason_required"),
        ("VOID", {"reason": " "}, "reason_required"),
        ("RETURN", {"comments": [{"field": "root_id", "text": "不对"}]}, "review_field"),
        ("RETURN", {"visit_id": "no-such-visit"}, "unknown_record"),
    ],
)
def test_review_outside_the_rules_is_refused(
    case: Case, act: str, changes: dict[str, Any], code: str
) -> None:
    visit = case.visit()
    asked = {"visit_id": visit["id"], **changes}
    result = case.review(case.clerk, act=act, **asked)
    assert told(result) == ("refused", code)
    assert case.aide.body_of(visit["id"])["state"] == "SUBMITTED"


def test_nobody_reviews_a_visit_he_took_part_in(case: Case) -> None:
    joined = case.visit(visitors=[case.aide.user_id, case.clerk.user_id])
    assert told(case.review(case.clerk, joined["id"], "APPROVE")) == ("refused", "own_visit")


REVIEWS = {
    Role.TOWN_CLERK: {"APPROVE", "RETURN", "VOID"},
    Role.COUNTY_OFFICER: {"APPROVE", "RETURN"},
}
"""Who may take which step; everybody else none (domain brief 7)."""


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_each_role_reviews_what_its_row_says(case: Case, role: Role) -> None:
    other = case.clerk.county.device(role, COUNTY)
    for act in ("APPROVE", "RETURN", "VOID"):
        outcome = told(case.review(other, case.visit()["id"], act))
        allowed = act in REVIEWS.get(role, set())
        assert outcome == (("accepted", "") if allowed else ("refused", "not_permitted")), act


def _campaign(by: Device, **changes: Any) -> dict[str, Any]:
    now = by.county.now
    return {
        "id": by.county.ids(), "created_at": now, "created_by": by.user_id, "updated_at": now,
        "updated_by": by.user_id, "area_code": TOWN, "title": "雨雪低温排查",
        "filter": {"safety": ["C", "D"], "age_from": 60}, "starts_on": "2026-03-05", "ends_on": "2026-03-08",
        **changes,
    }  # fmt: skip


def test_campaign_of_a_clerk_reaches_every_device_and_can_be_ended(case: Case) -> None:
    body = _campaign(case.clerk)
    taken = case.clerk.push(case.clerk.put("campaigns", body))[0]
    assert (told(taken)[0], taken["bucket"]) == ("accepted", "ref")
    assert case.aide.body_of(body["id"])["title"] == "雨雪低温排查"
    patch = case.clerk.patch("campaigns", body["id"], {"closed_on": "2026-03-06"}, base_rev=taken["rev"])
    assert told(case.clerk.push(patch)[0])[0] == "accepted"
    assert case.aide.body_of(body["id"])["closed_on"] == "2026-03-06"
    assert check_store(case.clerk.county.context.store) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends_on": "2026-03-04"}, "campaign_dates"),
        ({"filter": {"age_from": 70, "age_to": 60}}, "campaign_ages"),
        ({"title": "  "}, "title_required"),
        ({"area_code": OTHER_TOWN}, "not_permitted"),
        ({"area_code": "341789999"}, "unknown_area"),
    ],
)
def test_campaign_outside_the_rules_is_refused(case: Case, changes: dict[str, Any], code: str) -> None:
    result = case.clerk.push(case.clerk.put("campaigns", _campaign(case.clerk, **changes)))[0]
    assert told(result) == ("refused", code)


@pytest.mark.parametrize("changes", [{"ends_on": "2026-03-01"}, {"area_code": OTHER_TOWN}])
def test_campaign_is_not_changed_to_what_would_be_refused(case: Case, changes: dict[str, Any]) -> None:
    body = _campaign(case.clerk)
    rev = case.clerk.push(case.clerk.put("campaigns", body))[0]["rev"]
    patch = case.clerk.patch("campaigns", body["id"], changes, base_rev=rev)
    assert told(case.clerk.push(patch)[0])[0] == "refused"


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_each_role_starts_campaigns_as_its_row_says(case: Case, role: Role) -> None:
    other = case.clerk.county.device(role, COUNTY)
    result = other.push(other.put("campaigns", _campaign(other, area_code=COUNTY)))[0]
    allowed = role in {Role.TOWN_CLERK, Role.COUNTY_OFFICER}
    assert told(result) == (("accepted", "") if allowed else ("refused", "not_permitted"))


def _table(device: Device, **changes: Any) -> dict[str, Any]:
    now, by = device.county.now, device.user_id
    stamps = {"created_at": now, "created_by": by, "updated_at": now, "updated_by": by, "decided_at": now}
    rules = [{"id": "everybody", "unit": "MONTH"}]
    fields = {"valid_from": "2026-04-01", "rules": rules, "reason": "会议决定", "area_code": COUNTY}
    return {"id": device.county.ids(), **stamps, **fields, **changes}


def test_table_of_rules_decided_on_a_device_becomes_part_of_the_parameters(case: Case) -> None:
    officer = case.clerk.county.device(Role.COUNTY_OFFICER, COUNTY)
    second = _table(officer, valid_from="2026-05-01")
    again = _table(officer, reason="改为每周")
    again["rules"] = [{**again["rules"][0], "unit": "WEEK"}]
    results = officer.push(
        *[officer.put("visit_rule_tables", body) for body in (_table(officer), second, again)]
    )
    assert [told(one) for one in results] == [("accepted", "")] * 3
    tables = case.aide.body_of("county")["parameters"]["later_visit_rules"]
    assert [(one["valid_from"], one["rules"][0]["unit"]) for one in tables] == [
        ("2026-04-01", "WEEK"), ("2026-05-01", "MONTH"),
    ]  # fmt: skip
    assert check_store(officer.county.context.store) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_from": "2026-03-01"}, "rules_in_past"),
        ({"rules": []}, "rules_empty"),
        ({"rules": [{"id": " ", "unit": "MONTH"}]}, "rule_id_missing"),
    ],
)
def test_table_of_rules_that_is_not_sound_is_refused(case: Case, changes: dict[str, Any], code: str) -> None:
    officer = case.clerk.county.device(Role.COUNTY_OFFICER, COUNTY)
    before = case.aide.body_of("county")
    result = officer.push(officer.put("visit_rule_tables", _table(officer, **changes)))[0]
    assert told(result) == ("refused", code)
    assert case.aide.body_of("county") == before


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_each_role_decides_rules_as_its_row_says(case: Case, role: Role) -> None:
    other = case.clerk.county.device(role, COUNTY)
    result = other.push(other.put("visit_rule_tables", _table(other)))[0]
    allowed = role is Role.COUNTY_OFFICER
    assert told(result) == (("accepted", "") if allowed else ("refused", "not_permitted"))
