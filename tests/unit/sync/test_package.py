"""The package's file: what was written is read, and nothing else is ever believed."""

import io
import random
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.domain.errors import SyncError
from sync.protocol.package import (
    CHUNK_BYTES,
    MAGIC,
    Direction,
    PackageHeader,
    PackageReader,
    PackageWriter,
    PartKind,
    open_package,
    token_hash,
)

TOKEN = token_hash("a token")
HEADER = PackageHeader(
    direction=Direction.UP, package_id="p-1", device_id="d-1", install_id="i-1", n=3,
    made_at="2026-03-05T01:10:00.000Z",
)  # fmt: skip
PHOTO = random.Random(1).randbytes(3 * CHUNK_BYTES + 17)
REFUSED = {"package_not_package", "package_too_new", "package_damaged", "package_foreign_key"}


def written(header: PackageHeader = HEADER, token: str = TOKEN, photo: bytes = PHOTO) -> bytes:
    out = io.BytesIO()
    writer = PackageWriter(out, header, token)
    writer.add(PartKind.PUSH, b'{"batch_id":"b"}', batch_id="b")
    writer.add_blob("0" * 64, [photo[:1000], photo[1000:]], len(photo))
    writer.add(PartKind.PULL, b"")
    writer.finish()
    assert writer.written == len(out.getvalue())
    return out.getvalue()


def read(package: bytes, token: str = TOKEN) -> list[tuple[PartKind, bytes]]:
    file = io.BytesIO(package)
    reader = PackageReader(file, open_package(file), token)
    reader.verify()
    return [
        (part.kind, b"".join(part.pieces()) if part.kind is PartKind.BLOB else part.body())
        for part in reader.parts()
    ]


def refusal(package: bytes, token: str = TOKEN) -> str:
    with pytest.raises(SyncError) as caught:
        read(package, token)
    return caught.value.code


def test_what_was_written_is_read() -> None:
    package = written()
    assert read(package) == [
        (PartKind.PUSH, b'{"batch_id":"b"}'),
        (PartKind.BLOB, PHOTO),
        (PartKind.PULL, b""),
    ]
    header = open_package(io.BytesIO(package)).header
    assert (header.device_id, header.n, header.direction) == ("d-1", 3, Direction.UP)


def test_a_part_that_nobody_takes_is_passed_over() -> None:
    file = io.BytesIO(written())
    kinds = [part.kind for part in PackageReader(file, open_package(file), TOKEN).parts()]
    assert kinds == [PartKind.PUSH, PartKind.BLOB, PartKind.PULL]


@pytest.mark.parametrize("size", [CHUNK_BYTES - 40, CHUNK_BYTES, 2 * CHUNK_BYTES])
def test_bodies_that_end_at_a_chunks_border_are_whole(size: int) -> None:
    for more in range(-3, 60):
        photo = bytes(size + more)
        assert read(written(photo=photo))[1] == (PartKind.BLOB, photo)


def test_the_content_cannot_be_read_by_whoever_carries_it() -> None:
    package = written()
    assert b"batch_id" not in package
    assert PHOTO[:64] not in package
    assert refusal(package, token_hash("another")) == "package_foreign_key"


def test_each_way_and_each_package_has_its_own_key() -> None:
    other = HEADER.model_copy(update={"package_id": "p-2"})
    back = HEADER.model_copy(update={"direction": Direction.DOWN})
    tails = {written(header)[-CHUNK_BYTES:] for header in (HEADER, other, back)}
    assert len(tails) == 3


def test_every_cut_is_found() -> None:
    package = written(photo=PHOTO[:300])
    for size in range(len(package)):
        assert refusal(package[:size]) in {"package_damaged", "package_not_package"}
    assert refusal(package + b"x") == "package_damaged"


def test_every_changed_byte_is_found() -> None:
    package = written(photo=PHOTO[:300])
    for place in range(len(package)):
        changed = bytearray(package)
        changed[place] ^= 1
        assert refusal(bytes(changed)) in REFUSED


def chunks(package: bytes) -> Iterator[bytes]:
    place = len(open_package(io.BytesIO(package)).bound)
    while place < len(package):
        end = place + 4 + int.from_bytes(package[place : place + 4])
        yield package[place:end]
        place = end


def test_chunks_taken_out_doubled_or_in_another_order_are_found() -> None:
    package = written()
    start = len(open_package(io.BytesIO(package)).bound)
    first, second, *rest = chunks(package)
    assert len(rest) == 2
    for shuffled in ([second, first, *rest], [first, *rest], [first, second, second, *rest], [first, second]):
        assert refusal(package[:start] + b"".join(shuffled)) == "package_damaged"


def test_a_newer_format_and_other_files_are_told_apart() -> None:
    package = bytearray(written())
    package[len(MAGIC)] = 2
    assert refusal(bytes(package)) == "package_too_new"
    assert refusal(b"PK\x03\x04 a zip file") == "package_not_package"
    assert refusal(b"") == "package_not_package"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_anything_may_come_and_nothing_but_a_refusal_comes_of_it(noise: bytes, looks_right: bool) -> None:
    package = MAGIC + b"\x01" + noise if looks_right else noise
    assert refusal(package) in REFUSED


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_sound_packages_with_pieces_replaced_are_refused(data: st.DataObject) -> None:
    package = bytearray(written(photo=PHOTO[:2000]))
    before = bytes(package)
    start = data.draw(st.integers(0, len(package)))
    end = data.draw(st.integers(start, min(len(package), start + 300)))
    package[start:end] = data.draw(st.binary(max_size=300))
    if bytes(package) != before:
        assert refusal(bytes(package)) in REFUSED


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=600))
def test_a_sender_with_the_right_key_and_any_content_is_refused_or_read(inside: bytes) -> None:
    out = io.BytesIO()
    writer = PackageWriter(out, HEADER, TOKEN)
    writer._write(inside)
    writer.finish()
    with suppress(SyncError):  # any other error would be a way to stop a server
        read(out.getvalue())


def test_a_packed_bomb_is_refused_before_it_unpacks() -> None:
    out = io.BytesIO()
    writer = PackageWriter(out, HEADER, TOKEN)
    writer.add(PartKind.PUSH, bytes(64 * 1024 * 1024))
    writer.finish()
    assert len(out.getvalue()) < 100_000
    assert refusal(out.getvalue()) == "package_damaged"
