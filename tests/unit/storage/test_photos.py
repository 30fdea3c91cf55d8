"""photos.db: content-addressed, verified, safe from several threads."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from fieldapp.domain.clock import instant_text
from fieldapp.domain.errors import StorageError
from fieldapp.storage import engine
from fieldapp.storage.photos import PHOTOS_ID
from fieldapp.storage.store import PHOTOS_FILE, RECORDS_FILE, Store
from tests.determinism import MovableClock
from tests.unit.storage.conftest import PHOTOS_KEY, RECORDS_KEY

PICTURE = b"\xff\xd8\xff" + bytes(range(256)) * 400


def test_put_and_get_by_hash(store: Store) -> None:
    sha256 = store.photos.put(PICTURE, "image/jpeg")
    assert sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert store.photos.get(sha256) == PICTURE
    assert store.photos.held([sha256, "00" * 32]) == {sha256}


def test_the_same_picture_is_kept_once(store: Store) -> None:
    assert store.photos.put(PICTURE, "image/jpeg") == store.photos.put(PICTURE, "image/jpeg")
    assert store.photos.total_bytes() == len(PICTURE)


def test_absent_and_removed_pictures_say_so(store: Store) -> None:
    sha256 = store.photos.put(PICTURE, "image/jpeg")
    store.photos.remove([sha256, "11" * 32])
    with pytest.raises(StorageError, match=r"^photo_not_here$"):
        store.photos.get(sha256)
    assert store.photos.total_bytes() == 0


def test_other_bytes_under_a_hash_are_noticed(store: Store, profile: Path) -> None:
    sha256 = store.photos.put(PICTURE, "image/jpeg")
    with closing(engine.raw_connect(profile / PHOTOS_FILE, PHOTOS_KEY)) as connection:
        connection.execute("UPDATE blobs SET content = zeroblob(size)")
    with pytest.raises(StorageError, match=r"^photo_damaged$"):
        store.photos.get(sha256)


def test_age_decides_what_may_be_cleared(store: Store, clock: MovableClock) -> None:
    old = store.photos.put(b"old", "image/jpeg")
    clock.advance(days=40)
    store.photos.put(b"new", "image/jpeg")
    clock.advance(days=-1)
    assert store.photos.stored_before(instant_text(clock())) == [old]


def test_picture_is_there_after_the_files_are_opened_again(store: Store, profile: Path) -> None:
    sha256 = store.photos.put(PICTURE, "image/jpeg")
    with closing(Store.open(profile, RECORDS_KEY, PHOTOS_KEY)) as again:
        assert again.photos.get(sha256) == PICTURE


def test_several_threads_write_and_read(store: Store) -> None:
    hashes: list[str] = []

    def work(number: int) -> None:
        for turn in range(10):
            content = bytes([number, turn]) * 5000
            sha256 = store.photos.put(content, "image/jpeg")
            assert store.photos.get(sha256) == content
            hashes.append(sha256)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [None] * 4
    assert store.photos.held(hashes) == set(hashes)
    assert len(set(hashes)) == 40


def test_records_and_photos_have_keys_of_their_own(profile: Path) -> None:
    with pytest.raises(StorageError):
        engine.quick_check(profile / PHOTOS_FILE, RECORDS_KEY)
    with pytest.raises(StorageError):
        engine.quick_check(profile / RECORDS_FILE, PHOTOS_KEY)


def test_removed_photos_give_their_room_back_to_the_disk(store: Store, profile: Path) -> None:
    names = [store.photos.put(bytes([n]) * 300_000, "image/jpeg") for n in range(10)]
    store.photos.shrink()
    before = (profile / PHOTOS_FILE).stat().st_size
    assert store.photos.sizes(above=1000) == dict.fromkeys(names, 300_000)
    store.photos.remove(names[:8])
    assert before - store.photos.shrink() > 8 * 300_000
    assert [len(store.photos.get(name)) for name in names[8:]] == [300_000, 300_000]


def test_a_file_of_the_first_form_is_copied_whole_and_shrinks_from_then_on(
    profile: Path, clock: MovableClock
) -> None:
    path = profile / PHOTOS_FILE
    path.unlink()
    engine.create_database(path, PHOTOS_KEY, PHOTOS_ID)
    contents = [bytes([n]) * 300_000 for n in range(45)]
    names = [hashlib.sha256(content).hexdigest() for content in contents]
    with closing(engine.raw_connect(path, PHOTOS_KEY)) as connection:
        connection.execute(
            "CREATE TABLE blobs (sha256 TEXT NOT NULL UNIQUE, mime TEXT NOT NULL, "
            "size INTEGER NOT NULL, stored_at TEXT NOT NULL, content BLOB NOT NULL)"
        )
        rows = [(name, "image/jpeg", 300_000, "2026", one) for name, one in zip(names, contents, strict=True)]
        connection.executemany("INSERT INTO blobs VALUES (?,?,?,?,?)", rows)
        connection.execute("pragma user_version=1")
    (profile / f"{PHOTOS_FILE}.new").write_bytes(b"left by a kill in the middle")
    with closing(Store.open(profile, RECORDS_KEY, PHOTOS_KEY, clock=clock)) as store:
        assert [store.photos.get(name) for name in names] == contents
        store.photos.remove(names[5:])
        assert store.photos.shrink() < 6 * 300_000
    assert not list(profile.glob("*.new*"))
