"""A batch that comes again: same bytes, nothing doubled; another content under its number: reidentify."""

import threading

import orjson
import pytest
import requests
from sqlalchemy import func, select

from fieldapp.domain.records.users import Role
from server.store import tables
from tests.integration.server.county import VILLAGE, County


@pytest.fixture
def county(shared_county: County) -> County:
    return shared_county


def rows(county: County, table: str) -> int:
    with county.context.store.read() as connection:
        return connection.scalar(select(func.count()).select_from(tables.metadata.tables[table])) or 0


def test_same_batch_again_gets_the_same_bytes_and_changes_nothing(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = aide.household()
    refused = aide.household(head_name="")
    batch = aide.batch(aide.put("households", house), aide.put("households", refused))
    first = aide.send(batch)
    before = rows(county, "record"), rows(county, "quarantine"), rows(county, "push_log")
    county.clock.advance(hours=5)
    batch["sent_at"] = county.now  # a retry may be stamped anew
    assert aide.send(batch).content == first.content
    assert (rows(county, "record"), rows(county, "quarantine"), rows(county, "push_log")) == before


def test_same_number_with_other_content_asks_to_reidentify(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    aide.push(aide.put("households", aide.household()))
    aide.n -= 1
    answer = aide.send(aide.batch(aide.put("households", aide.household())))
    assert (answer.status_code, answer.json()["code"]) == (409, "reidentify")


def test_same_batch_id_with_other_number_asks_to_reidentify(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    batch = aide.batch(aide.put("households", aide.household()))
    assert aide.send(batch).status_code == 200
    batch["n"] += 1
    assert aide.send(batch).json()["code"] == "reidentify"


def test_another_device_cannot_fetch_a_stored_answer(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    other = county.device(Role.VILLAGE_AIDE, VILLAGE)
    batch = aide.batch(aide.put("households", aide.household()))
    aide.send(batch)
    assert other.send(batch).json()["code"] == "reidentify"


def test_ops_sent_again_under_a_new_install_are_harmless(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = aide.household()
    before = rows(county, "visit")
    ops = [aide.put("households", house), aide.put("visits", aide.visit(house["id"]))]
    first = aide.push(*ops)
    aide.install_id, aide.n = county.ids(), 0
    again = aide.push(*ops)
    assert [r["outcome"] for r in again] == ["accepted", "accepted"]
    assert [(r["rev"], r["h"]) for r in again] == [(r["rev"], r["h"]) for r in first]
    assert rows(county, "visit") == before + 1


def test_gaps_in_the_count_are_accepted(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    aide.n = 40
    assert aide.push(aide.put("households", aide.household()))[0]["outcome"] == "accepted"


def test_the_same_batch_sent_by_two_threads_at_once_is_stored_once(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = aide.household()
    visits = [aide.put("visits", aide.visit(house["id"])) for _ in range(20)]
    raw = orjson.dumps(aide.batch(aide.put("households", house), *visits))
    answers: list[bytes] = []
    before = rows(county, "visit")
    start = threading.Barrier(4)

    def send() -> None:
        start.wait()
        answer = requests.post(f"{county.address}/v1/push", data=raw, headers=aide.headers, timeout=30)
        assert answer.status_code == 200, answer.text
        answers.append(answer.content)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert rows(county, "visit") == before + 20


def test_put_again_after_later_edits_brings_no_old_value_back(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = aide.household(address="甲路1号")
    put = aide.put("households", house) | {"hlc": county.hlc(aide)}
    rev = aide.push(put)[0]["rev"]
    aide.push(aide.patch("households", house["id"], {"address": "乙路2号"}, base_rev=rev))
    again = aide.push({**put, "op_id": county.ids()})[0]
    assert (again["outcome"], again["body"]["address"]) == ("merged", "乙路2号")


def test_put_again_with_more_typed_into_it_keeps_what_was_typed(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = aide.household()
    put = aide.put("households", house) | {"hlc": county.hlc(aide)}
    aide.push(put)
    later = {**put, "op_id": county.ids(), "body": {**house, "remark": "门口有台阶"}, "hlc": county.hlc(aide)}
    again = aide.push(later)[0]
    assert (again["outcome"], again["body"]["remark"]) == ("merged", "门口有台阶")


def test_an_old_patch_sent_again_does_not_undo_a_later_one_of_the_same_device(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = aide.household()
    rev = aide.push(aide.put("households", house))[0]["rev"]
    old = aide.patch("households", house["id"], {"address": "甲路1号"}, base_rev=rev)
    new = aide.patch("households", house["id"], {"address": "乙路2号"}, base_rev=rev)
    assert [r["outcome"] for r in aide.push(old, new)] == ["accepted", "accepted"]
    aide.push({**old, "op_id": county.ids(), "base_rev": 0})
    assert aide.body_of(house["id"])["address"] == "乙路2号"
