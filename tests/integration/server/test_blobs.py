"""Photos by content hash: whole, in chunks, broken off, wrong, and who may touch them."""

import hashlib
import random
from pathlib import Path
from typing import Any

import pytest

from fieldapp.domain.records.users import Role
from server.store.blob_files import BlobFiles
from sync.protocol.wire import MAX_GROUP_BLOBS, pack_blobs
from tests.integration.server.county import FAR_VILLAGE, GRID_1, OTHER_GRID, TOWN, VILLAGE, County, Device

CHUNK = 256 * 1024


@pytest.fixture
def county(shared_county: County) -> County:
    return shared_county


@pytest.fixture
def aide(county: County) -> Device:
    return county.device(Role.VILLAGE_AIDE, VILLAGE)


def picture(size: int, seed: int) -> tuple[str, bytes]:
    content = random.Random(f"{size}-{seed}").randbytes(size)
    return hashlib.sha256(content).hexdigest(), content


def visit_with(device: Device, *photos: tuple[str, bytes]) -> str:
    """Push a visit that names these photos; the household's id."""
    house = device.household()
    listed = [
        {"kind": "DOOR", "sha256": name, "size": len(content), "width": 4, "height": 3, "origin": "CAMERA"}
        for name, content in photos
    ]
    results = device.push(
        device.put("households", house), device.put("visits", device.visit(house["id"], photos=listed))
    )
    assert [r["outcome"] for r in results] == ["accepted", "accepted"]
    return str(house["id"])


def missing(device: Device, *names: str) -> list[str]:
    answer = device.request("POST", "/v1/blobs/missing", json={"sha256": list(names)})
    assert answer.status_code == 200, answer.text
    found: list[str] = answer.json()["missing"]
    return found


def patch(device: Device, name: str, chunk: bytes, offset: int, length: int, **headers: str) -> Any:
    return device.request(
        "PATCH",
        f"/v1/blobs/{name}",
        data=chunk,
        headers={
            "Upload-Offset": str(offset),
            "Upload-Length": str(length),
            "Content-SHA256": hashlib.sha256(chunk).hexdigest(),
            **headers,
        },
    )


def files(county: County) -> BlobFiles:
    return BlobFiles(county.context.settings.blobs)


def leftovers(county: County) -> list[Path]:
    return sorted((county.context.settings.blobs / "incoming").glob("*"))


def test_a_whole_blob_is_wanted_once(county: County, aide: Device) -> None:
    name, content = picture(300_000, 1)
    visit_with(aide, (name, content))
    assert missing(aide, name) == [name]
    assert aide.request("PUT", f"/v1/blobs/{name}", data=content).status_code == 204
    assert missing(aide, name) == []
    assert aide.request("PUT", f"/v1/blobs/{name}", data=content).status_code == 204
    assert aide.request("GET", f"/v1/blobs/{name}").content == content


def test_a_wrong_hash_leaves_nothing_behind(county: County, aide: Device) -> None:
    name, content = picture(5000, 2)
    visit_with(aide, (name, content))
    answer = aide.request("PUT", f"/v1/blobs/{name}", data=content[:-1])
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_hash")
    assert missing(aide, name) == [name]
    assert leftovers(county) == []


def test_of_blobs_sent_together_a_bad_one_holds_up_no_other(county: County, aide: Device) -> None:
    good = [picture(3000, seed) for seed in (21, 22, 23)]
    wrong, stranger = picture(5000, 24), picture(100, 25)
    visit_with(aide, *good, wrong)
    sent = dict([*good[:2], (wrong[0], wrong[1][:-1]), stranger, ("no hash", b""), good[2]])
    for _ in range(2):  # again is harmless
        answer = aide.request("POST", "/v1/blobs", data=pack_blobs(sent))
        refused = {wrong[0]: "wrong_hash", stranger[0]: "unknown_blob", "no hash": "bad_request"}
        assert answer.json() == {"results": {**dict.fromkeys(sent, ""), **refused}}
    assert missing(aide, *(name for name, _ in good), wrong[0]) == [wrong[0]]
    assert leftovers(county) == []
    for name, content in good:
        assert aide.request("GET", f"/v1/blobs/{name}").content == content


@pytest.mark.parametrize(
    "body",
    [b"", b"[]\n", b'[["x",3]]\nab', b'[["x",1]]\nab', b'[["x",-1],["y",2]]\nx', b'{"a":1}\nx', b"[1]\n"],
)
def test_blobs_packed_wrongly_are_a_bad_request(aide: Device, body: bytes) -> None:
    assert aide.request("POST", "/v1/blobs", data=body).status_code == 400


def test_more_blobs_than_one_request_takes_are_refused(aide: Device) -> None:
    large = pack_blobs({str(n): b"x" * 1_000_000 for n in range(3)})
    assert aide.request("POST", "/v1/blobs", data=large).status_code == 413
    many = pack_blobs({str(n): b"x" for n in range(MAX_GROUP_BLOBS + 1)})
    assert aide.request("POST", "/v1/blobs", data=many).status_code == 400


def test_a_put_over_one_megabyte_is_refused(county: County, aide: Device) -> None:
    big, small = picture(1_100_000, 3), picture(1000, 3)
    visit_with(aide, big, (small[0], b"x" * 1000))
    assert aide.request("PUT", f"/v1/blobs/{big[0]}", data=big[1]).status_code == 413
    assert aide.request("PUT", f"/v1/blobs/{small[0]}", data=big[1]).status_code == 413
    assert leftovers(county) == []


def test_chunks_with_a_break_at_every_offset(county: County, aide: Device) -> None:
    name, content = picture(1_200_000, 4)
    visit_with(aide, (name, content))
    assert aide.request("HEAD", f"/v1/blobs/{name}").status_code == 404
    offset = 0
    while offset < len(content):
        chunk = content[offset : offset + CHUNK]
        answer = patch(aide, name, chunk, offset, len(content))
        again = patch(aide, name, chunk, offset, len(content))  # the answer was lost
        offset += len(chunk)
        if offset < len(content):
            assert answer.status_code == 204
            assert (again.status_code, again.json()["code"]) == (409, "wrong_offset")
            assert again.headers["Upload-Offset"] == str(offset)
            assert aide.request("HEAD", f"/v1/blobs/{name}").headers["Upload-Offset"] == str(offset)
            assert missing(aide, name) == [name]
        else:
            for last in (answer, again):
                assert (last.status_code, last.headers["Upload-Complete"]) == (200, "?1")
    head = aide.request("HEAD", f"/v1/blobs/{name}")
    assert (head.headers["Upload-Offset"], head.headers["Upload-Complete"]) == (str(len(content)), "?1")
    assert missing(aide, name) == []
    assert leftovers(county) == []


def test_a_partial_file_cut_by_a_kill_goes_on_from_its_length(county: County, aide: Device) -> None:
    name, content = picture(600_000, 5)
    visit_with(aide, (name, content))
    patch(aide, name, content[:CHUNK], 0, len(content))
    part = county.context.settings.blobs / "incoming" / f"{name}.part"
    part.write_bytes(content[: CHUNK + 1000])  # killed in the middle of writing the second chunk
    offset = int(aide.request("HEAD", f"/v1/blobs/{name}").headers["Upload-Offset"])
    assert offset == CHUNK + 1000
    starts = range(offset, len(content), CHUNK)
    answers = [patch(aide, name, content[s : s + CHUNK], s, len(content)).status_code for s in starts]
    assert answers == [204, 200]
    assert files(county).hash_fits(name)


def test_a_partial_file_with_other_bytes_is_thrown_away_at_the_end(county: County, aide: Device) -> None:
    name, content = picture(300_000, 6)
    visit_with(aide, (name, content))
    patch(aide, name, b"\x00" * CHUNK, 0, len(content))  # what a power cut may leave
    answer = patch(aide, name, content[CHUNK:], CHUNK, len(content))
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_hash")
    assert aide.request("HEAD", f"/v1/blobs/{name}").status_code == 404


def test_a_chunk_that_changed_on_the_way_is_not_written(county: County, aide: Device) -> None:
    name, content = picture(300_000, 7)
    visit_with(aide, (name, content))
    answer = patch(aide, name, content[:CHUNK], 0, len(content), **{"Content-SHA256": "0" * 64})
    assert answer.json()["code"] == "wrong_hash"
    assert aide.request("HEAD", f"/v1/blobs/{name}").status_code == 404


def test_ranges_of_a_blob(county: County, aide: Device) -> None:
    name, content = picture(4000, 8)
    visit_with(aide, (name, content))
    aide.request("PUT", f"/v1/blobs/{name}", data=content)
    for span, expected in (
        ("100-199", content[100:200]),
        ("3900-", content[3900:]),
        ("3900-9999", content[3900:]),
    ):
        answer = aide.request("GET", f"/v1/blobs/{name}", headers={"Range": f"bytes={span}"})
        assert (answer.status_code, answer.content) == (206, expected)
        assert answer.headers["Content-Range"].endswith("/4000")
    assert aide.request("GET", f"/v1/blobs/{name}", headers={"Range": "lines=1-2"}).content == content


def test_only_who_may_see_the_visit_may_touch_its_photo(county: County, aide: Device) -> None:
    name, content = picture(4000, 9)
    visit_with(aide, (name, content))
    stranger = county.device(Role.VILLAGE_AIDE, FAR_VILLAGE)
    assert stranger.request("PUT", f"/v1/blobs/{name}", data=content).status_code == 404
    assert aide.request("PUT", f"/v1/blobs/{name}", data=content).status_code == 204
    assert missing(stranger, name) == [name], "the question tells a stranger nothing"
    assert stranger.request("GET", f"/v1/blobs/{name}").status_code == 404
    assert stranger.request("HEAD", f"/v1/blobs/{name}").status_code == 404
    clerk = county.device(Role.TOWN_CLERK, TOWN)
    assert clerk.request("GET", f"/v1/blobs/{name}").content == content


def test_the_author_may_still_send_photos_after_the_household_moved(county: County) -> None:
    worker = county.device(Role.GRID_WORKER, GRID_1)
    clerk = county.device(Role.TOWN_CLERK, TOWN)
    name, content = picture(4000, 10)
    house = visit_with(worker, (name, content))
    clerk.push(clerk.patch("households", house, {"area_code": OTHER_GRID}, base_rev=10**9))
    assert worker.request("PUT", f"/v1/blobs/{name}", data=content).status_code == 204
    assert missing(worker, name) == []
    assert worker.request("GET", f"/v1/blobs/{name}").status_code == 404


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "A" * 64, "0" * 63, "%00"])
def test_names_that_are_no_hash_reach_nothing(aide: Device, name: str) -> None:
    for method in ("GET", "PUT", "HEAD"):
        assert aide.request(method, f"/v1/blobs/{name}", data=b"x").status_code in {400, 404}


def test_a_name_no_record_mentions_is_not_stored(aide: Device) -> None:
    name, content = picture(100, 11)
    assert aide.request("PUT", f"/v1/blobs/{name}", data=content).json()["code"] == "unknown_blob"


@pytest.mark.parametrize("body", ["[]", '{"sha256": "x"}', '{"sha256": [1]}', '{"sha256": ["x"]}', "{"])
def test_bad_questions_are_bad_requests(aide: Device, body: str) -> None:
    assert aide.request("POST", "/v1/blobs/missing", data=body).status_code == 400
