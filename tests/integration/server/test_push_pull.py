"""Push and pull: what goes up on one device comes down on another."""

import gzip
import zlib

import orjson
import pytest

from fieldapp.domain.records.users import Role
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from sync.protocol.entities import EDITION
from sync.protocol.wire import checksum, checksum_text
from tests.integration.server.county import (
    FAR_VILLAGE,
    GRID_1,
    GRID_2,
    OTHER_GRID,
    TOWN,
    VILLAGE,
    County,
    gzipped,
)

RECORDS = ("households", "persons", "visits")


def test_push_then_pull_brings_records_to_another_device(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    clerk = county.device(Role.TOWN_CLERK, TOWN)
    house = aide.household()
    results = aide.push(
        aide.put("households", house),
        aide.put("persons", aide.person(house["id"])),
        aide.put("visits", aide.visit(house["id"])),
    )
    assert [r["outcome"] for r in results] == ["accepted"] * 3
    assert [r["rev"] for r in results] == [1, 2, 3]
    lines = clerk.pull()
    assert [line[0] for line in lines if line[0] in RECORDS] == list(RECORDS)
    end = next(line[1] for line in lines if line[0] == "end" and line[1]["bucket"] == GRID_1)
    total = sum(int(r["h"], 16) for r in results) % 2**64
    assert (end["count"], end["sum"], end["rev"]) == (3, f"{total:016x}", 3)


def test_pull_with_nothing_new_answers_204_without_body(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    assert aide.pull() != []
    answer = aide.ask()
    assert (answer.status_code, answer.content) == (204, b"")


def test_pull_stamps_received_at_and_state_of_visits_itself(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = aide.household()
    visit = aide.visit(house["id"], received_at="1999-01-01T00:00:00.000Z", state="VOID")
    county.clock.advance(hours=2)
    aide.push(aide.put("households", house), aide.put("visits", visit))
    body = next(line[2] for line in aide.pull() if line[0] == "visits")
    assert (body["received_at"], body["state"]) == (county.now, "SUBMITTED")


def test_pull_with_a_cursor_sends_only_newer_rows_each_once(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    houses = [aide.household() for _ in range(5)]
    first = aide.push(*(aide.put("households", house) for house in houses))
    for base, phone in enumerate(("甲路1号", "甲路2号"), start=first[0]["rev"]):
        aide.push(aide.patch("households", houses[0]["id"], {"address": phone}, base_rev=base))
    aide.pull()
    aide.have[GRID_1] = 3  # the device committed three rows before the stream broke
    rows = [(line[1], line[2]["id"]) for line in aide.pull() if line[0] == "households"]
    assert rows == [(4, houses[3]["id"]), (5, houses[4]["id"]), (7, houses[0]["id"])]


@pytest.mark.parametrize("cursor", [99, -1])
def test_pull_with_an_impossible_cursor_starts_from_zero(county: County, cursor: int) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    aide.push(aide.put("households", aide.household()))
    aide.pull()
    aide.have[GRID_1] = cursor
    lines = aide.pull()
    assert ["begin", {"bucket": GRID_1, "from": 0, "upto": 1}] in lines
    assert sum(line[0] == "households" for line in lines) == 1


def test_pull_with_another_epoch_starts_from_zero(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    aide.push(aide.put("households", aide.household()))
    aide.pull()
    aide.epoch = "OTHER"
    begins = [line[1] for line in aide.pull() if line[0] == "begin"]
    assert {begin["bucket"] for begin in begins} == {"ref", GRID_1}
    assert all(begin["from"] == 0 for begin in begins)


def test_scope_is_the_users_areas_and_ref(county: County) -> None:
    clerk = county.device(Role.TOWN_CLERK, TOWN)
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    grid_worker = county.device(Role.GRID_WORKER, GRID_2)
    far = county.device(Role.VILLAGE_AIDE, FAR_VILLAGE)
    admin = county.device(Role.SYSTEM_ADMIN, "341789")
    with RecordWriter(county.context.store, Author("server")) as writer:
        for area in (GRID_1, GRID_2, OTHER_GRID, VILLAGE, FAR_VILLAGE):
            writer.put("households", aide.household(area))
    assert clerk.pull()[0][1]["buckets"] == [VILLAGE, GRID_1, GRID_2, OTHER_GRID, "ref"]
    assert aide.pull()[0][1]["buckets"] == [VILLAGE, GRID_1, GRID_2, "ref"]
    assert grid_worker.pull()[0][1]["buckets"] == [GRID_2, "ref"]
    assert far.pull()[0][1]["buckets"] == [FAR_VILLAGE, "ref"]
    assert admin.pull()[0][1]["buckets"] == ["ref"]


def test_scope_shrinks_when_a_role_ends(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE, until_days=-1)
    aide.push(aide.put("households", aide.household()))
    aide.pull()
    assert GRID_1 in aide.have
    county.clock.advance(days=2)
    assert aide.pull() == [
        [
            "scope",
            {
                "epoch": aide.epoch,
                "server_time": county.now,
                "edition": EDITION,
                "buckets": ["ref"],
            },
        ],
        ["done", {}],
    ]


def test_pull_unpacked_equals_pull_packed(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    aide.push(*(aide.put("households", aide.household()) for _ in range(20)))
    plain = aide.ask({}, **{"Accept-Encoding": "identity"})
    packed = aide.ask({}, **{"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.content == packed.content  # the client has unpacked it


def test_packed_push_is_accepted(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    batch = gzipped(aide.batch(aide.put("households", aide.household())))
    answer = aide.request("POST", "/v1/push", data=batch, headers={"Content-Encoding": "gzip"})
    assert answer.json()["results"][0]["outcome"] == "accepted"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (gzip.compress(b" " * 5_000_000, mtime=0), 413),
        (gzip.compress(b"{}", mtime=0)[:-4], 400),
        (b"not gzip", 400),
        (zlib.compress(b"{}"), 400),
    ],
)
def test_bad_packing_is_refused_before_parsing(county: County, body: bytes, status: int) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    answer = aide.request("POST", "/v1/push", data=body, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == status
    assert answer.json()["code"] in {"too_large", "bad_request"}


def test_bodies_in_the_feed_are_canonical_and_hash_to_their_checksum(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = aide.household(remark="", main_causes=[], zz_newer_field={"a": None, "b": 1})
    result = aide.push(aide.put("households", house))[0]
    line = next(line for line in aide.ask().content.splitlines() if line.startswith(b'["households"'))
    body = line[line.index(b"{") : -1]
    assert orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS) == body
    assert "remark" not in orjson.loads(body)
    assert orjson.loads(body)["zz_newer_field"] == {"b": 1}, "fields of a newer device survive"
    assert checksum_text(checksum(body)) == result["h"]
