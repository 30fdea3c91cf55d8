"""What is refused, why, and that one bad op never stops the good ones."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from fieldapp.domain.records.users import Role
from server.store import tables
from tests.integration.server.county import (
    FAR_VILLAGE,
    GRID_1,
    GRID_2,
    OTHER_GRID,
    TOWN,
    VILLAGE,
    County,
    Device,
)


@pytest.fixture
def county(shared_county: County) -> County:
    return shared_county


@pytest.fixture
def aide(county: County) -> Device:
    return county.device(Role.VILLAGE_AIDE, VILLAGE)


def refusal(result: dict[str, Any]) -> tuple[str, str, str]:
    return result["outcome"], result.get("code", ""), result.get("field", "")


POISON: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "too long": ({"narrative": "长" * 2001}, ("invalid_value", "narrative")),
    "bad enum": ({"result": "SOMETHING"}, ("invalid_value", "result")),
    "missing": ({"root_id": ""}, ("invalid_value", "root_id")),
    "wrong type": ({"backfilled": "yes"}, ("invalid_value", "backfilled")),
    "other instant form": ({"started_at": "2026-03-05T09:10:00+08:00"}, ("invalid_value", "started_at")),
    "nul": ({"narrative": "a\x00b"}, ("bad_text", "")),
    "nested nul": ({"findings": {"health_note": "a\x00b"}}, ("bad_text", "")),
    "number too large": ({"zz": 2**40}, ("invalid_value", "zz")),
    "unknown key too long": ({"z" * 65: 1}, ("invalid_value", "z" * 64)),
    "too large": ({"zz": ["x" * 70_000]}, ("record_too_large", "")),
    "unknown household": ({"household_id": "nobody"}, ("unknown_household", "household_id")),
    "unknown area": ({"area_code": "341789999201"}, ("unknown_area", "area_code")),
    "wrong author": ({"created_by": "someone"}, ("wrong_author", "created_by")),
}


@pytest.mark.parametrize("poison", POISON)
def test_a_poison_visit_is_refused_and_the_others_stored(aide: Device, poison: str) -> None:
    values, expected = POISON[poison]
    house = aide.household()
    good = [aide.put("visits", aide.visit(house["id"])) for _ in range(3)]
    bad = aide.put("visits", {**aide.visit(house["id"]), **values})
    results = aide.push(aide.put("households", house), good[0], bad, *good[1:])
    assert [r["outcome"] for r in results] == ["accepted", "accepted", "refused", "accepted", "accepted"]
    assert refusal(results[2])[1:] == expected


def test_a_lone_surrogate_is_refused_alone_and_kept_in_quarantine(county: County, aide: Device) -> None:
    house = aide.household()
    batch = aide.batch(
        aide.put("households", house),
        aide.put("visits", aide.visit(house["id"], narrative="SURROGATE")),
        aide.put("visits", aide.visit(house["id"])),
    )
    raw = orjson.dumps(batch).replace(b"SURROGATE", rb"\ud800")
    answer = aide.request("POST", "/v1/push", data=raw)
    assert [r["outcome"] for r in answer.json()["results"]] == ["accepted", "refused", "accepted"]
    with county.context.store.read() as connection:
        kept = connection.execute(
            select(tables.quarantine.c.code, tables.quarantine.c.op).where(
                tables.quarantine.c.batch_id == batch["batch_id"]
            )
        ).one()
    assert kept.code == "bad_text"
    assert rb"\ud800" in bytes(kept.op)
    assert aide.request("POST", "/v1/push", data=raw).content == answer.content


def test_ops_that_do_not_fit_their_envelope_are_refused_alone(aide: Device) -> None:
    sound = aide.put("households", aide.household())
    odd = [
        {"op_id": "1"},
        {**sound, "op_id": "2", "kind": "unicorns"},
        {**sound, "op_id": "3", "action": "burn"},
        {**sound, "op_id": "4", "base_rev": -1},
        {**sound, "op_id": "5", "id": "a\x00b"},
        {**sound, "op_id": "6", "body": []},
        {**sound, "op_id": "7", "hlc": "x-y-z"},
        {**sound, "op_id": "8", "id": "another"},
    ]
    results = aide.push(*odd, sound)
    assert [r.get("code") for r in results] == ["bad_op"] * 7 + ["wrong_id", None]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"null", b'{"batch_id":"b"}',
        b'{"batch_id":"b","install_id":"i","n":0,"ops":[]}',
        b'{"batch_id":"b","install_id":"i","n":true,"ops":[]}',
        b'{"batch_id":"b","install_id":"i","n":1,"ops":[{}]}',
        b'{"batch_id":"b","install_id":"i","n":1,"ops":[' + b",".join([b'{"op_id":"1"}'] * 201) + b"]}",
        b'{"batch_id":"b","install_id":"i","n":1,"ops":[' + b"[" * 100_000 + b"]}",
    ],
)  # fmt: skip
def test_what_is_no_batch_is_a_bad_request(aide: Device, raw: bytes) -> None:
    answer = aide.request("POST", "/v1/push", data=raw)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert answer.json()["request_id"] == answer.headers["Fieldapp-Request-Id"]


def test_a_body_over_the_limit_is_refused_unread(aide: Device) -> None:
    answer = aide.request("POST", "/v1/push", data=b"x" * 1_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_visits_are_append_only(aide: Device) -> None:
    house = aide.household()
    visit = aide.visit(house["id"])
    aide.push(aide.put("households", house), aide.put("visits", visit))
    changed, patched = aide.push(
        aide.put("visits", {**visit, "narrative": "改写"}),
        aide.patch("visits", visit["id"], {"narrative": "改写"}, base_rev=9),
    )
    assert refusal(changed) == ("refused", "already_exists", "")
    assert refusal(patched) == ("refused", "append_only", "")
    assert changed["body"]["narrative"] == visit["narrative"], "the device learns what stands"


def test_reference_records_are_the_servers(aide: Device) -> None:
    body = {**aide._stamps("345678901"), "level": "TOWN", "name": "假镇"}
    assert refusal(aide.push(aide.put("areas", body))[0]) == ("refused", "not_permitted", "")
    mine = aide.patch("users", aide.user_id, {"roles": []}, base_rev=1)
    assert refusal(aide.push(mine)[0]) == ("refused", "not_permitted", "")


def test_server_fields_are_ignored(aide: Device) -> None:
    house = aide.household(risk_level="HIGH", household_no="X1")
    rev = aide.push(aide.put("households", house))[0]["rev"]
    aide.push(aide.patch("households", house["id"], {"risk_level": "HIGH", "remark": "注"}, base_rev=rev))
    body = aide.body_of(house["id"])
    assert "risk_level" not in body
    assert "household_no" not in body
    assert body["remark"] == "注"


def test_outside_the_scope_nothing_is_created_or_shown(county: County, aide: Device) -> None:
    far = county.device(Role.VILLAGE_AIDE, FAR_VILLAGE)
    house = far.household(FAR_VILLAGE)
    rev = far.push(far.put("households", house))[0]["rev"]
    created, visited, patched = aide.push(
        aide.put("households", aide.household(FAR_VILLAGE)),
        aide.put("visits", aide.visit(house["id"], area_code=GRID_1)),
        aide.patch("households", house["id"], {"address": "甲路1号"}, base_rev=rev),
    )
    for result in (created, visited, patched):
        assert refusal(result) == ("refused", "not_permitted", "")
        assert "body" not in result


@pytest.mark.parametrize(
    ("role", "area", "changes", "allowed"),
    [
        (Role.GRID_WORKER, GRID_1, {"address": "甲路1号"}, True),
        (Role.GRID_WORKER, GRID_1, {"house_safety": "C"}, False),
        (Role.GRID_WORKER, GRID_2, {"address": "甲路1号"}, False),
        (Role.VILLAGE_AIDE, VILLAGE, {"house_safety": "C"}, True),
        (Role.TOWN_CLERK, TOWN, {"house_safety": "C"}, True),
        (Role.TOWN_LEADER, TOWN, {"address": "甲路1号"}, False),
        (Role.COUNTY_OFFICER, "341789", {"address": "甲路1号"}, False),
        (Role.AUDITOR, "341789", {"address": "甲路1号"}, False),
        (Role.SYSTEM_ADMIN, "341789", {"address": "甲路1号"}, False),
        (Role.ASSESSMENT_MEMBER, VILLAGE, {"address": "甲路1号"}, False),
    ],
)
def test_who_may_change_what_of_a_household(
    county: County, aide: Device, role: Role, area: str, changes: dict[str, Any], allowed: bool
) -> None:
    house = aide.household()
    rev = aide.push(aide.put("households", house))[0]["rev"]
    worker = county.device(role, area)
    result = worker.push(worker.patch("households", house["id"], changes, base_rev=rev))[0]
    assert result["outcome"] == ("accepted" if allowed else "refused")
    if not allowed:
        assert result["code"] == "not_permitted"
        assert ("body" in result) is (role not in (Role.SYSTEM_ADMIN, Role.AUDITOR) and area != GRID_2)


def test_a_former_aide_may_still_send_what_was_done_before_the_hand_over(county: County) -> None:
    successor = county.device(Role.VILLAGE_AIDE, VILLAGE)
    former = county.device(Role.VILLAGE_AIDE, VILLAGE, until_days=5)
    house = successor.household()
    successor.push(successor.put("households", house))
    county_now = county.clock()
    county.clock.advance(days=-6)
    before = former.put("visits", former.visit(house["id"]))
    county.clock.set(county_now)
    after = former.put("visits", former.visit(house["id"]))
    first, second = former.push(before, after)
    assert (first["outcome"], first["bucket"]) == ("moved", GRID_1)
    assert refusal(second) == ("refused", "not_permitted", "")


def test_audit_events_travel_up_only(county: County, aide: Device) -> None:
    event = {
        **aide._stamps(""),
        "act": "REVEAL_ID",
        "object_kind": "persons",
        "object_id": "p1",
        "reason": "核对",
    }
    result = aide.push(aide.put("audit_events", event))[0]
    assert (result["outcome"], result.get("bucket", "")) == ("accepted", "")
    assert aide.push(aide.put("audit_events", event))[0]["outcome"] == "accepted"
    assert all(line[0] != "audit_events" for line in aide.pull())


def test_a_household_goes_into_a_leaf_area_only(county: County) -> None:
    clerk = county.device(Role.TOWN_CLERK, TOWN)
    results = clerk.push(
        clerk.put("households", clerk.household(OTHER_GRID)),
        clerk.put("households", clerk.household(VILLAGE)),
        clerk.put("households", clerk.household("3417891002019")),
        clerk.put("households", clerk.household("341789100299")),
    )
    assert [r.get("code", r["outcome"]) for r in results] == [
        "accepted",
        "accepted",
        "unknown_area",
        "unknown_area",
    ]
