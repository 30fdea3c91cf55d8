"""The county's key file: two passphrases, one key; damage and guesses are refused."""

import json
import secrets

import pytest

from fieldapp.domain.errors import DatabaseTooNewError, StorageError
from fieldapp.security.cipher import Argon2Cost
from fieldapp.security.county_key import CountyKey, make_county_key, open_county_key, seal_county_key

FIRST, SECOND = "青山不改 2026", "绿水长流 2027"
CHEAP = Argon2Cost(memory_kib=8, passes=1)


@pytest.fixture(scope="module")
def key() -> CountyKey:
    return make_county_key(secrets.token_bytes)


@pytest.fixture(scope="module")
def file(key: CountyKey) -> bytes:
    return seal_county_key(key, FIRST, SECOND, secrets.token_bytes, cost=CHEAP)


def test_both_passphrases_open_the_key(key: CountyKey, file: bytes) -> None:
    assert open_county_key(file, FIRST, SECOND) == key


@pytest.mark.parametrize(
    ("first", "second"),
    [(FIRST, ""), ("", SECOND), (SECOND, FIRST), (FIRST + SECOND[0], SECOND[1:]), (FIRST, SECOND + " ")],
)
def test_one_passphrase_or_another_order_opens_nothing(file: bytes, first: str, second: str) -> None:
    with pytest.raises(StorageError, match="wrong_passphrase"):
        open_county_key(file, first, second)


def test_neither_file_nor_repr_holds_the_private_key(key: CountyKey, file: bytes) -> None:
    assert key.private not in file
    assert key.private.hex() not in repr(key)


@pytest.mark.parametrize("field", ["public_key", "memory_kib", "passes", "salt", "sealed", "suite"])
def test_a_changed_file_is_refused(file: bytes, field: str) -> None:
    content = json.loads(file)
    value = content[field]
    content[field] = value + 1 if isinstance(value, int) else value[:-5] + "AAAA="
    with pytest.raises(StorageError):
        open_county_key(json.dumps(content).encode(), FIRST, SECOND)


@pytest.mark.parametrize("file", [b"", b"{}", b"[]", b"\xff", b'{"version": 1}'])
def test_what_is_no_key_file_is_called_damaged(file: bytes) -> None:
    with pytest.raises(StorageError, match="county_key_damaged"):
        open_county_key(file, FIRST, SECOND)


def test_a_file_of_a_newer_program_is_left_alone(file: bytes) -> None:
    newer = json.dumps({**json.loads(file), "version": 2}).encode()
    with pytest.raises(DatabaseTooNewError):
        open_county_key(newer, FIRST, SECOND)
