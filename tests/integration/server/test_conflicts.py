"""Sensitive fields entered twice (R20): the server opens a conflict, a clerk's decision closes it."""

import dataclasses
from typing import Any

import orjson
import pytest

from fieldapp.domain.records.users import Role
from server.services.checks import check_store
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from tests.integration.server.county import GRID_1, OTHER_GRID, TOWN, VILLAGE, County, Device

BASE, FIRST, SECOND, THIRD = (
    "341789195001010016", "341789195001010024", "341789195001010032", "341789195001010040",
)  # fmt: skip


@dataclasses.dataclass
class Case:
    """Two aides and a clerk who hold the same person at the same revision."""

    one: Device
    two: Device
    clerk: Device
    house: dict[str, Any]
    person: dict[str, Any]
    rev: int

    def contest(self, field: str = "id_number", first: object = FIRST, second: object = SECOND) -> Any:
        """Both aides change a field; the second one's result."""
        person, rev = self.person["id"], self.rev
        self.one.push(self.one.patch("persons", person, {field: first}, base_rev=rev))
        return self.two.push(self.two.patch("persons", person, {field: second}, base_rev=rev))[0]

    def conflicts(self, device: Device | None = None) -> list[dict[str, Any]]:
        """The conflicts of the household as a device is sent them."""
        reader = device or self.clerk
        reader.have = {}
        found = [line[2] for line in reader.pull() if line[0] == "conflicts"]
        return [conflict for conflict in found if conflict["household_id"] == self.house["id"]]

    def decision(self, conflict: dict[str, Any], value: object, **changes: Any) -> dict[str, Any]:
        """A decision of the clerk."""
        (seen,) = [side["value"] for side in conflict["sides"] if side.get("stands")]
        now = self.clerk.county.now
        return {
            "id": self.clerk.county.ids(), "created_at": now, "created_by": self.clerk.user_id,
            "updated_at": now, "updated_by": self.clerk.user_id, "device_id": self.clerk.device_id,
            "household_id": self.house["id"], "conflict_id": conflict["id"],
            "value": orjson.dumps(value).decode(), "seen": seen, "reason": "已核对证件", "decided_at": now,
            **changes,
        }  # fmt: skip

    def decide(self, conflict: dict[str, Any], value: object, **changes: Any) -> dict[str, Any]:
        """Send a decision; its result."""
        body = self.decision(conflict, value, **changes)
        return self.clerk.push(self.clerk.put("conflict_decisions", body))[0]


@pytest.fixture
def county(shared_county: County) -> County:
    return shared_county


@pytest.fixture
def case(county: County) -> Case:
    one, two = county.device(Role.VILLAGE_AIDE, VILLAGE), county.device(Role.VILLAGE_AIDE, VILLAGE)
    clerk = county.device(Role.TOWN_CLERK, TOWN)
    house = one.household()
    person = one.person(house["id"], phone="10000000001", id_number=BASE)
    results = one.push(one.put("households", house), one.put("persons", person))
    for device in (two, clerk):
        device.pull()
    return Case(one, two, clerk, house, person, results[1]["rev"])


def values(conflict: dict[str, Any]) -> list[tuple[object, bool, str]]:
    """Value, whether it stands, and whose it is."""
    return [
        (orjson.loads(side["value"]), bool(side.get("stands")), side["by_user"]) for side in conflict["sides"]
    ]


@pytest.mark.parametrize(
    ("field", "first", "second"),
    [
        ("id_number", FIRST, SECOND),
        ("status", "DEAD", "MISSING"),
        ("death_date", "2026-03-01", "2026-03-02"),
        ("bank_account", "9990000000000000001", "9990000000000000002"),
    ],
)
def test_two_values_of_a_sensitive_field_open_a_conflict_with_both_sides(
    case: Case, field: str, first: object, second: object
) -> None:
    assert case.contest(field, first, second)["outcome"] == "conflict"
    (conflict,) = case.conflicts()
    assert (conflict["record_kind"], conflict["record_id"]) == ("persons", case.person["id"])
    assert (conflict["field"], conflict["state"], conflict["household_id"]) == (
        field, "OPEN", case.house["id"],
    )  # fmt: skip
    assert values(conflict) == [(first, True, case.one.user_id), (second, False, case.two.user_id)]
    assert [side["device_id"] for side in conflict["sides"]] == [case.one.device_id, case.two.device_id]
    assert case.clerk.body_of(case.person["id"])[field] == first
    assert check_store(case.clerk.county.context.store) == []


def test_two_values_of_a_categorys_coverages_open_a_conflict(case: Case) -> None:
    rev = case.clerk.have[GRID_1]
    for device, category in ((case.one, "DIBAO"), (case.two, "TEKUN")):
        coverages = [{"category": category, "since": "2026-01-01"}]
        device.push(device.patch("households", case.house["id"], {"coverages": coverages}, base_rev=rev))
    (conflict,) = case.conflicts()
    assert conflict["record_kind"] == "households"
    assert [value[0]["category"] for value, _, _ in values(conflict)] == ["DIBAO", "TEKUN"]  # type: ignore[index]


def test_an_ordinary_field_entered_twice_stays_a_line_of_the_history(case: Case) -> None:
    assert case.contest("phone", "10000000002", "10000000003")["outcome"] == "conflict"
    assert case.conflicts() == []


def test_a_side_tells_when_it_was_entered_never_later_than_it_came(case: Case) -> None:
    in_2099 = f"{int(4.1e12):012x}-0000-{case.two.install_id}"
    case.one.push(case.one.patch("persons", case.person["id"], {"id_number": FIRST}, base_rev=case.rev))
    case.two.push(
        case.two.patch("persons", case.person["id"], {"id_number": SECOND}, base_rev=case.rev, hlc=in_2099)
    )
    (conflict,) = case.conflicts()
    assert conflict["sides"][1]["at"] == conflict["sides"][1]["received_at"] == case.clerk.county.now


def test_a_third_value_joins_the_open_conflict(case: Case, county: County) -> None:
    case.contest()
    for value in (THIRD, THIRD):
        case.clerk.push(
            case.clerk.patch("persons", case.person["id"], {"id_number": value}, base_rev=case.rev)
        )
    (conflict,) = case.conflicts()
    assert [value for value, _, _ in values(conflict)] == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize("value", [FIRST, SECOND, THIRD])
def test_a_decision_sets_the_value_as_the_clerks_change_and_closes(case: Case, value: str) -> None:
    case.contest()
    (conflict,) = case.conflicts()
    result = case.decide(conflict, value)
    assert result["outcome"] == "accepted"
    for device in (case.one, case.two, case.clerk):
        (closed,) = case.conflicts(device)
        assert (closed["state"], closed["decided_by"]) == ("DECIDED", case.clerk.user_id)
        body = device.body_of(case.person["id"])
        assert body["id_number"] == value
        assert (body["updated_by"] == case.clerk.user_id) is (value != FIRST)
    assert check_store(case.clerk.county.context.store) == []


def test_a_decision_that_comes_twice_changes_nothing(case: Case) -> None:
    case.contest()
    (conflict,) = case.conflicts()
    body = case.decision(conflict, SECOND)
    first = case.clerk.push(case.clerk.put("conflict_decisions", body))[0]
    again = case.clerk.push(case.clerk.put("conflict_decisions", body))[0]
    assert (again["outcome"], again["rev"]) == ("accepted", first["rev"])


def test_the_late_decision_of_two_is_refused_and_told_why(case: Case) -> None:
    case.contest()
    (conflict,) = case.conflicts()
    case.decide(conflict, SECOND)
    late = case.decide(conflict, FIRST)
    assert (late["outcome"], late["code"]) == ("refused", "conflict_decided")
    assert case.clerk.body_of(case.person["id"])["id_number"] == SECOND


def test_a_decision_over_a_field_that_changed_since_is_refused(case: Case) -> None:
    case.contest()
    (conflict,) = case.conflicts()
    case.one.pull()
    on_top = case.one.patch(
        "persons", case.person["id"], {"id_number": THIRD}, base_rev=case.one.have[GRID_1]
    )
    assert case.one.push(on_top)[0]["outcome"] == "accepted"
    late = case.decide(conflict, SECOND)
    assert (late["outcome"], late["code"]) == ("refused", "conflict_changed")
    (now,) = case.conflicts()
    assert [value for value, _, _ in values(now)] == [THIRD, SECOND]
    assert case.decide(now, SECOND)["outcome"] == "accepted"


def test_a_change_to_the_other_value_leaves_nothing_to_decide(case: Case, county: County) -> None:
    case.contest()
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.patch("persons", case.person["id"], {"id_number": SECOND})
    (conflict,) = case.conflicts()
    assert conflict["state"] == "AGREED"
    assert values(conflict) == [(SECOND, True, "server")]
    (state,) = {case.decide(conflict, FIRST)["code"]}
    assert state == "conflict_decided"


def test_only_a_clerk_or_the_county_decides(case: Case, county: County) -> None:
    case.contest()
    (conflict,) = case.conflicts()
    for role, area in ((Role.VILLAGE_AIDE, VILLAGE), (Role.TOWN_LEADER, TOWN), (Role.GRID_WORKER, GRID_1)):
        other = dataclasses.replace(case, clerk=county.device(role, area))
        result = other.decide(conflict, SECOND)
        assert (result["outcome"], result["code"]) == ("refused", "not_permitted"), role
    officer = dataclasses.replace(case, clerk=county.device(Role.COUNTY_OFFICER, "341789"))
    assert officer.decide(conflict, SECOND)["outcome"] == "accepted"


def test_a_decision_must_fit_its_conflict_and_its_field(case: Case) -> None:
    case.contest("status", "DEAD", "MISSING")
    (conflict,) = case.conflicts()
    elsewhere = case.clerk.household()
    case.clerk.push(case.clerk.put("households", elsewhere))
    tried = {
        "unknown_record": {"conflict_id": "nothing"},
        "invalid_value": {"household_id": elsewhere["id"]},
    }
    for code, changes in tried.items():
        assert case.decide(conflict, "DEAD", **changes)["code"] == code
    assert case.decide(conflict, "ASLEEP")["outcome"] == "refused"
    broken = {**case.decision(conflict, "DEAD"), "value": "no json"}
    assert case.clerk.push(case.clerk.put("conflict_decisions", broken))[0]["code"] == "invalid_value"
    assert case.conflicts()[0]["state"] == "OPEN"
    assert check_store(case.clerk.county.context.store) == []


def test_no_device_writes_conflicts(case: Case) -> None:
    case.contest()
    (conflict,) = case.conflicts()
    made = case.clerk.push(
        case.clerk.put("conflicts", {**conflict, "id": "made-up"}),
        case.clerk.patch("conflicts", conflict["id"], {"state": "DECIDED"}, base_rev=99),
    )
    assert {result["code"] for result in made} == {"not_permitted"}


def test_a_conflict_moves_with_its_household(case: Case, county: County) -> None:
    case.contest()
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.patch("households", case.house["id"], {"area_code": OTHER_GRID})
    assert case.conflicts(case.one) == []
    (conflict,) = case.conflicts()
    assert case.decide(conflict, SECOND)["outcome"] == "accepted"
    assert check_store(county.context.store) == []


def test_after_a_decision_a_late_edit_from_the_old_base_opens_another_conflict(
    case: Case, county: County
) -> None:
    case.contest()
    case.decide(case.conflicts()[0], SECOND)
    late = county.device(Role.VILLAGE_AIDE, VILLAGE)
    late.push(late.patch("persons", case.person["id"], {"id_number": THIRD}, base_rev=case.rev))
    states = sorted(conflict["state"] for conflict in case.conflicts())
    assert states == ["DECIDED", "OPEN"]
