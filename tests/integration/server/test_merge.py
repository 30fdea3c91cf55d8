"""Concurrent edits (R20): found by base revision, decided by hlc, never by clock; losers are kept."""

import threading
from typing import Any

import pytest
from sqlalchemy import select

from fieldapp.domain.records.users import Role
from server.store import tables
from tests.integration.server.county import GRID_1, VILLAGE, County, Device


@pytest.fixture
def county(shared_county: County) -> County:
    return shared_county


@pytest.fixture
def pair(county: County) -> tuple[Device, Device, dict[str, Any], int]:
    """Two aides who hold the same person at the same revision."""
    one, two = county.device(Role.VILLAGE_AIDE, VILLAGE), county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = one.household()
    person = one.person(house["id"], phone="10000000001", id_number="341789195001010016")
    results = one.push(one.put("households", house), one.put("persons", person))
    two.pull()
    return one, two, person, results[1]["rev"]


def history(county: County, person: dict[str, Any]) -> list[tuple[str, str, str, bool, bool]]:
    c = tables.field_history.c
    with county.context.store.read() as connection:
        query = (
            select(c.field, c.old, c.new, c.conflict, c.kept)
            .where(c.record_id == person["id"])
            .order_by(c.seq)
        )
        return [
            (f, old, new, bool(conflict), bool(kept))
            for f, old, new, conflict, kept in connection.execute(query)
        ]


def test_different_fields_merge(county: County, pair: Any) -> None:
    one, two, person, rev = pair
    one.push(one.patch("persons", person["id"], {"phone": "10000000002"}, base_rev=rev))
    result = two.push(two.patch("persons", person["id"], {"carer_name": "邻居甲"}, base_rev=rev))[0]
    assert result["outcome"] == "merged"
    assert (result["body"]["phone"], result["body"]["carer_name"]) == ("10000000002", "邻居甲")


def test_same_field_same_value_is_no_conflict(county: County, pair: Any) -> None:
    one, two, person, rev = pair
    first = one.push(one.patch("persons", person["id"], {"phone": "10000000002"}, base_rev=rev))[0]
    result = two.push(two.patch("persons", person["id"], {"phone": "10000000002"}, base_rev=rev))[0]
    assert (result["outcome"], result["rev"]) == ("merged", first["rev"])


@pytest.mark.parametrize("later_wins", [True, False])
def test_same_field_is_a_conflict_and_the_later_stamp_stands(
    county: County, pair: Any, later_wins: bool
) -> None:
    one, two, person, rev = pair
    early, late = county.hlc(one), county.hlc(two)
    mine, theirs = (late, early) if later_wins else (early, late)
    one.push(one.patch("persons", person["id"], {"phone": "10000000002"}, base_rev=rev, hlc=theirs))
    result = two.push(two.patch("persons", person["id"], {"phone": "10000000003"}, base_rev=rev, hlc=mine))[0]
    standing = "10000000003" if later_wins else "10000000002"
    assert (result["outcome"], result["body"]["phone"]) == ("conflict", standing)
    last = history(county, person)[-1]
    assert last == ("phone", '"10000000002"', '"10000000003"', True, later_wins)


def test_a_sensitive_field_keeps_the_standing_value_whatever_the_stamps(county: County, pair: Any) -> None:
    one, two, person, rev = pair
    one.push(one.patch("persons", person["id"], {"id_number": "341789195001010024"}, base_rev=rev))
    late = two.patch("persons", person["id"], {"id_number": "341789195001010032"}, base_rev=rev)
    result = two.push(late)[0]
    assert (result["outcome"], result["body"]["id_number"]) == ("conflict", "341789195001010024")
    assert history(county, person)[-1] == (
        "id_number", '"341789195001010024"', '"341789195001010032"', True, False,
    )  # fmt: skip


def test_an_edit_on_top_of_the_others_edit_is_no_conflict(county: County, pair: Any) -> None:
    one, two, person, rev = pair
    one.push(one.patch("persons", person["id"], {"phone": "10000000002"}, base_rev=rev))
    two.pull()
    on_top = two.patch("persons", person["id"], {"phone": "10000000003"}, base_rev=two.have[GRID_1])
    assert two.push(on_top)[0]["outcome"] == "accepted"


def test_two_edits_of_one_device_from_one_base_are_no_conflict(county: County, pair: Any) -> None:
    one, _, person, rev = pair
    one.push(one.patch("persons", person["id"], {"phone": "10000000002"}, base_rev=rev))
    result = one.push(one.patch("persons", person["id"], {"phone": "10000000003"}, base_rev=rev))[0]
    assert result["outcome"] == "merged"
    assert result["body"]["phone"] == "10000000003"


def test_put_and_patch_in_one_batch_are_one_revision(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = aide.household()
    put, patch = (
        aide.put("households", house),
        aide.patch("households", house["id"], {"address": "甲路1号"}, base_rev=0),
    )
    first, second = aide.push(put, patch)
    assert (first["rev"], first["h"]) == (second["rev"], second["h"])
    assert second["outcome"] == "accepted"


def test_null_clears_a_field(county: County, pair: Any) -> None:
    one, two, person, rev = pair
    one.push(one.patch("persons", person["id"], {"phone": None}, base_rev=rev))
    body = two.body_of(person["id"])
    assert "phone" not in body


def test_a_clock_far_ahead_does_not_win_for_years(county: County, pair: Any) -> None:
    one, two, person, rev = pair
    in_2099 = f"{int(4.1e12):012x}-0000-{one.install_id}"
    one.push(one.patch("persons", person["id"], {"phone": "10000000002"}, base_rev=rev, hlc=in_2099))
    county.clock.advance(minutes=10)
    result = two.push(two.patch("persons", person["id"], {"phone": "10000000003"}, base_rev=rev))[0]
    assert result["body"]["phone"] == "10000000003"


def test_concurrent_patches_of_one_record_all_land(county: County, pair: Any) -> None:
    one, two, person, rev = pair
    fields = ["phone", "carer_name", "name_alias", "illness_note", "disability_cert", "carer_phone"]
    devices = [county.enrol(one.user_id) for _ in fields]
    start = threading.Barrier(len(fields))

    def edit(device: Device, name: str) -> None:
        start.wait()
        result = device.push(device.patch("persons", person["id"], {name: f"值{name[:3]}"}, base_rev=rev))[0]
        assert result["outcome"] in {"accepted", "merged"}

    threads = [threading.Thread(target=edit, args=pair) for pair in zip(devices, fields, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    body = two.body_of(person["id"])
    assert {name: body.get(name) for name in fields} == {name: f"值{name[:3]}" for name in fields}
