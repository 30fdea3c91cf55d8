"""What a store of photos must do, asked of a folder and of an object storage that speaks S3."""

import contextlib
import datetime as dt
import hashlib
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from fieldapp.domain.errors import RuleError, StorageError
from fieldapp.domain.records.users import Role
from server.main import open_server
from server.services.backup import back_up, restore
from server.services.checks import check_store
from server.settings import Settings
from server.store.blob_files import BlobFiles
from server.store.blob_store import BlobStore
from server.store.open_blobs import open_blobs
from tests.determinism import MovableClock
from tests.integration.server.county import VILLAGE, running_county
from tests.integration.server.test_blobs import missing, patch, picture, visit_with

CHUNK = 256 * 1024
LATER = dt.timedelta(days=1)


@dataclass(frozen=True)
class Doors:
    """Two processes' ways into one store: nothing is shared but what is stored."""

    here: BlobStore
    there: BlobStore


@pytest.fixture(params=["folder", "s3"])
def doors(request: pytest.FixtureRequest, tmp_path: Path) -> Doors:
    url = request.getfixturevalue("blob_url") if request.param == "s3" else ""
    second = tmp_path / "second" if url else tmp_path / "first"
    return Doors(open_blobs(tmp_path / "first", url), open_blobs(second, url))


def add(store: BlobStore, name: str, chunk: bytes, offset: int, length: int) -> bool:
    return store.append(name, offset, length, chunk, hashlib.sha256(chunk).hexdigest())


def keep(store: BlobStore, name: str, *pieces: bytes) -> None:
    with store.begin(name, 10_000_000) as incoming:
        for piece in pieces:
            incoming.write(piece)
        store.keep(incoming)


def content_of(store: BlobStore, name: str) -> bytes:
    return b"".join(store.read(name, 0, store.size(name)))


def test_a_whole_blob_is_there_for_everybody_once_it_is_kept(doors: Doors) -> None:
    name, content = picture(700_000, 1)
    other = picture(10, 1)[0]
    with doors.here.begin(name, 700_000) as incoming:
        incoming.write(content[:5])
        incoming.write(content[5:])
        assert not doors.there.has(name)
        doors.here.keep(incoming)
    assert doors.there.held([name, other]) == {name}
    assert content_of(doors.there, name) == content
    assert b"".join(doors.there.read(name, 300_000, 600_001)) == content[300_000:600_001]
    assert doors.there.hash_fits(name)
    assert list(doors.there.names()) == [name]
    assert doors.there.usable()


def test_of_several_blobs_kept_together_only_the_wrong_one_is_not_there(doors: Doors) -> None:
    found = [picture(20_000, seed) for seed in range(4)]
    with contextlib.ExitStack() as stack:
        incoming = [stack.enter_context(doors.here.begin(name, 20_000)) for name, _ in found]
        for one, (_, content) in zip(incoming, found, strict=True):
            one.write(content if one is not incoming[1] else content[:-1])
        assert doors.here.keep_all(incoming) == {found[1][0]}
    names = [name for name, _ in found]
    assert doors.there.held(names) == {*names} - {names[1]}
    assert content_of(doors.there, names[3]) == found[3][1]
    assert doors.here.keep_all([]) == set()


def test_wrong_bytes_and_too_many_leave_nothing(doors: Doors) -> None:
    name, content = picture(5000, 2)
    with pytest.raises(RuleError, match="wrong_hash"):
        keep(doors.here, name, content[:-1])
    with doors.here.begin(name, 4999) as incoming, pytest.raises(RuleError, match="too_large"):
        incoming.write(content)
    assert not doors.there.has(name)
    assert doors.there.kept_since(name) is None
    assert list(doors.there.names()) == []
    with pytest.raises(RuleError, match="unknown_blob"):
        doors.there.size(name)


def test_chunks_may_come_through_any_process(doors: Doors) -> None:
    name, content = picture(3 * CHUNK + 7, 3)
    assert doors.here.offset(name) is None
    for at in range(0, len(content), CHUNK):
        chunk = content[at : at + CHUNK]
        store, other = (doors.here, doors.there) if at % (2 * CHUNK) else (doors.there, doors.here)
        done = add(store, name, chunk, at, len(content))
        assert done is (at + len(chunk) == len(content))
        if done:
            assert add(other, name, chunk, at, len(content)), "the answer was lost: harmless"
        else:
            assert other.offset(name) == at + len(chunk)
            with pytest.raises(RuleError) as wrong:
                add(other, name, chunk, at, len(content))
            assert (wrong.value.code, wrong.value.facts["offset"]) == ("wrong_offset", at + len(chunk))
    assert content_of(doors.there, name) == content
    assert doors.there.offset(name) is None


def test_damaged_chunks_are_refused_and_a_wrong_whole_is_thrown_away(doors: Doors) -> None:
    name, content = picture(CHUNK + 5, 4)
    with pytest.raises(RuleError, match="wrong_hash"):
        doors.here.append(name, 0, len(content), content[:CHUNK], "0" * 64)
    assert doors.here.offset(name) is None
    add(doors.here, name, b"\x00" * CHUNK, 0, len(content))
    with pytest.raises(RuleError, match="wrong_hash"):
        add(doors.here, name, content[CHUNK:], CHUNK, len(content))
    assert not doors.there.has(name)
    assert doors.there.offset(name) is None
    with pytest.raises(RuleError, match="wrong_offset"):
        add(doors.here, name, content[:CHUNK] + b"more", 0, CHUNK)


def test_one_blob_sent_through_both_doors_at_once_is_whole(doors: Doors) -> None:
    name, content = picture(8 * CHUNK, 5)

    def send(store: BlobStore) -> None:
        while not store.has(name):
            at = store.offset(name) or 0
            try:
                add(store, name, content[at : at + CHUNK], at, len(content))
            except RuleError as error:
                assert error.code == "wrong_offset"  # noqa: PT017  # the other one was faster

    with ThreadPoolExecutor(4) as pool:
        for sent in [pool.submit(send, door) for door in (doors.here, doors.there) * 2]:
            sent.result(60)
    assert content_of(doors.here, name) == content


def test_an_empty_chunk_finishes_what_another_sender_has_left(doors: Doors) -> None:
    name, content = picture(CHUNK, 9)
    with pytest.MonkeyPatch.context() as cut:
        cut.setattr(type(doors.here), "_finish", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            add(doors.here, name, content, 0, len(content))
    assert add(doors.there, name, b"", len(content), len(content))
    assert content_of(doors.there, name) == content


def test_an_upload_whose_end_was_cut_is_settled(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    name, content = picture(CHUNK + 5, 6)
    add(doors.here, name, content[:CHUNK], 0, len(content))
    doors.there.settle(name, len(content))
    assert not doors.there.has(name), "not all is here"
    with monkeypatch.context() as cut:
        cut.setattr(type(doors.here), "_finish", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            add(doors.here, name, content[CHUNK:], CHUNK, len(content))
    assert not doors.there.has(name)
    doors.there.settle(name, len(content))
    assert content_of(doors.there, name) == content


def test_removing_and_sweeping(doors: Doors) -> None:
    name, content = picture(1000, 7)
    unfinished, begun = picture(CHUNK * 2, 8)
    keep(doors.here, name, content)
    add(doors.here, unfinished, begun[:CHUNK], 0, len(begun))
    since = doors.there.kept_since(name)
    assert since is not None
    assert abs(dt.datetime.now(dt.UTC) - since) < LATER
    assert doors.there.sweep(since - LATER) == 0
    assert doors.there.offset(unfinished) == CHUNK
    assert doors.there.sweep(since + LATER) == 1
    assert doors.there.offset(unfinished) is None
    assert doors.there.has(name)
    doors.there.remove([name, unfinished])
    assert not doors.here.has(name)


def test_blobs_are_copied_from_one_kind_of_store_to_the_other(doors: Doors, tmp_path: Path) -> None:
    name, content = picture(300_000, 9)
    keep(doors.here, name, content)
    backup = BlobFiles(tmp_path / "backup")
    backup.copy_from(doors.here, name)
    doors.here.remove([name])
    doors.there.copy_from(backup, name)
    assert content_of(doors.here, name) == content


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "0" * 63, ""])
def test_names_that_are_no_hash_reach_nothing(doors: Doors, name: str) -> None:
    for ask in (doors.here.has, doors.here.size, doors.here.offset):
        with pytest.raises(RuleError, match="bad_request"):
            ask(name)


@pytest.mark.parametrize(
    "url",
    [
        "https://bucket/prefix",
        "s3:///prefix",
        "s3://key:secret@bucket/prefix",
        "s3://bucket?endpoint=ftp://store",
        "s3://bucket?secret_access_key=x",
    ],
)
def test_a_url_that_is_none_or_holds_a_secret_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(StorageError, match="bad_settings name=blob_url"):
        open_blobs(tmp_path, url)


@pytest.mark.allow_log("server.store.blob_objects")
def test_a_storage_that_does_not_answer_is_busy(
    tmp_path: Path, blob_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = open_blobs(tmp_path, blob_url.replace("s3://photos", "s3://nobody"))
    assert not away.usable()
    with pytest.raises(StorageError, match="busy"):
        keep(away, *picture(10, 1))
    dead = open_blobs(tmp_path, "s3://photos?endpoint=http://127.0.0.1:9")
    assert not dead.usable()


def test_a_county_over_object_storage(tmp_path: Path, blob_url: str) -> None:
    """Photos whole and in chunks, a backup of it, and the server's check."""
    clock = MovableClock()
    database = f"sqlite:///{tmp_path / 'server.db'}"
    with running_county(database, tmp_path, clock, blob_url=blob_url) as county:
        aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
        small, large = picture(200_000, 11), picture(CHUNK * 5, 12)
        visit_with(aide, small, large)
        assert {f.check for f in check_store(county.context.store, county.context.blobs)} == {"blob_missing"}
        assert aide.request("PUT", f"/v1/blobs/{small[0]}", data=small[1]).status_code == 204
        assert missing(aide, small[0], large[0]) == [large[0]]
        for at in range(0, len(large[1]), CHUNK):
            patch(aide, large[0], large[1][at : at + CHUNK], at, len(large[1]))
        assert missing(aide, small[0], large[0]) == []
        for name, content in (small, large):
            assert aide.request("GET", f"/v1/blobs/{name}").content == content
        assert aide.session.get(f"{county.address}/readyz", timeout=30).json()["checks"]["blobs"] is True
        assert check_store(county.context.store, county.context.blobs) == []
        assert not (tmp_path / "blobs").exists() or not list((tmp_path / "blobs").glob("??"))
        assert back_up(county.context.store, county.context.blobs, tmp_path / "backup") == 2
        county.context.blobs.remove([small[0]])
    again = Settings(data_dir=tmp_path / "again", blob_url=blob_url)
    restore(
        again.url, open_blobs(again.blobs, blob_url), tmp_path / "backup", clock=clock,
        random_bytes=random.Random(1).randbytes,
    )  # fmt: skip
    server = open_server(again, clock=clock)
    assert check_store(server.store, server.blobs) == []
    server.store.close()
