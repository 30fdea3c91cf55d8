"""Multipart bodies in every cut, and everything that is none."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.domain.errors import SyncError
from server.routes.multipart import MEMORY_BYTES, MultipartReader, Part
from tests.integration.server.collect import multipart

LIMIT = 4 * 1024 * 1024


def read(body: bytes, content_type: str, *, step: int = 1 << 16, limit: int = LIMIT) -> list[tuple[str, ...]]:
    with MultipartReader(content_type, limit=limit) as reader:
        for at in range(0, len(body), step):
            reader.feed(body[at : at + step])
        return [_plain(part) for part in reader.finish()]


def _plain(part: Part) -> tuple[str, ...]:
    content = part.content.read()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (part.size, part.sha256)
    return part.name, part.filename, part.mime, content.decode("latin-1")


def typed(boundary: str) -> str:
    return f"multipart/form-data; boundary={boundary}"


def part(disposition: str, content: str = "x") -> bytes:
    return f"--b\r\nContent-Disposition: {disposition}\r\n\r\n{content}\r\n--b--\r\n".encode()


@pytest.mark.parametrize("step", [1, 2, 7, 64, 1 << 16])
def test_parts_are_the_same_however_the_body_is_cut(step: int) -> None:
    body, boundary = multipart(
        "<data/>", {"a.jpg": b"\r\n--" + bytes(range(256)), "b.jpg": b""}, incomplete=True
    )
    assert read(body, typed(boundary), step=step) == [
        ("xml_submission_file", "问卷_2026-03-05_10-00-00.xml", "text/xml", "<data/>"),
        ("a.jpg", "a.jpg", "image/jpeg", "\r\n--" + bytes(range(256)).decode("latin-1")),
        ("b.jpg", "b.jpg", "image/jpeg", ""),
        ("*isIncomplete*", "", "", "yes"),
    ]


@settings(max_examples=150, deadline=None)
@given(
    contents=st.lists(st.binary(max_size=200), max_size=4),
    step=st.integers(1, 300),
    preamble=st.binary(max_size=20).filter(lambda text: b"--" not in text),
)
def test_any_content_survives(contents: list[bytes], step: int, preamble: bytes) -> None:
    files = {f"f{at}": content for at, content in enumerate(contents)}
    body, boundary = multipart("<data/>", files)
    found = read(preamble + b"\r\n" + body + b"epilogue", typed(boundary), step=step)
    assert [each[3].encode("latin-1") for each in found[1:]] == contents


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=400), step=st.integers(1, 50))
def test_noise_is_refused_and_nothing_else(body: bytes, step: int) -> None:
    with pytest.raises(SyncError) as refused:
        read(b"--b\r\n" + body, typed("b"), step=step)
    assert refused.value.code in {"bad_request", "too_large"}


@pytest.mark.parametrize(
    ("disposition", "name", "filename"),
    [
        ('form-data; name="a"; filename="b.jpg"', "a", "b.jpg"),
        ("form-data; name=a; filename=b.jpg", "a", "b.jpg"),
        ('form-data; name="a"; filename="../../etc/b.jpg"', "a", "b.jpg"),
        ('form-data; name="a"; filename="C:\\\\x\\\\b.jpg"', "a", "b.jpg"),
        ('form-data; name="a"; filename="b%22c.jpg"', "a", 'b"c.jpg'),
        ("form-data; name=\"a\"; filename*=UTF-8''%E7%94%B2.jpg", "a", "甲.jpg"),
        ('form-data; name="a"; filename="甲.jpg"', "a", "甲.jpg"),
        ('form-data; name="a"; filename="..%0A"', "a", ".."),
        ("form-data", "", ""),
    ],
)
def test_names_of_files(disposition: str, name: str, filename: str) -> None:
    ((found, plain, _, _),) = read(part(disposition), typed("b"))
    assert (found, plain) == (name, filename)


@pytest.mark.parametrize(
    "content_type",
    ["", "text/xml", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=b"],
)
def test_other_kinds_of_bodies_are_refused(content_type: str) -> None:
    with pytest.raises(SyncError):
        MultipartReader(content_type, limit=LIMIT)


@pytest.mark.parametrize(
    "content_type", ['multipart/form-data; boundary="b"', "Multipart/Form-Data;boundary=b; x=y"]
)
def test_boundaries_may_be_quoted(content_type: str) -> None:
    assert len(read(part('form-data; name="a"'), content_type)) == 1


def test_limits_are_kept() -> None:
    body, boundary = multipart("x" * 2000, {})
    with pytest.raises(SyncError) as refused:
        read(body, typed(boundary), limit=1000)
    assert refused.value.code == "too_large"
    many = (
        b"".join(b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' for _ in range(201))
        + b"--b--\r\n"
    )
    with pytest.raises(SyncError) as refused:
        read(many, typed("b"))
    assert refused.value.code == "too_large"
    with pytest.raises(SyncError) as refused:
        read(b"--b\r\nX: " + b"y" * 20_000, typed("b"))
    assert refused.value.code == "bad_request"


def test_a_large_part_is_whole_and_goes_to_the_disk() -> None:
    content = bytes(range(256)) * (MEMORY_BYTES // 128)
    body, boundary = multipart("<data/>", {"a.jpg": content})
    found = read(body, typed(boundary), step=100_000)
    assert found[1][3].encode("latin-1") == content


def test_a_body_that_ends_early_is_no_body() -> None:
    body, boundary = multipart("<data/>", {"a.jpg": b"abc"})
    for length in (0, 10, len(body) // 2, len(body) - 5):
        with pytest.raises(SyncError):
            read(body[:length], typed(boundary))
