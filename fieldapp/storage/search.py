"""Household search: FTS5 over characters apart, pinyin and number tails (never trigram: it cannot
find two-character names)."""

import hashlib
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy.engine import Connection

from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.rules.names import pinyin_keys

_RUN: Final = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
_HAN: Final = re.compile(_RUN)
_WORD: Final = re.compile(rf"{_RUN}|[^\s\u3400-\u9fff\U00020000-\U0003ffff]+")
_PIECE: Final = re.compile(rf"{_RUN}+|[a-zA-Z]+|[0-9][0-9Xx]*{_RUN}*")
ID_TAIL: Final = 6
PHONE_TAIL: Final = 4


def apart(text: str) -> str:
    """Text with spaces around every Han character, so that each becomes a word of the index."""
    return " ".join(_WORD.findall(text))


@dataclass(frozen=True, slots=True)
class Findable:
    """A household with what it is found by."""

    household: HouseholdFields
    persons: Sequence[PersonFields]
    area_name: str


MATCHING: Final = (
    "SELECT e.household_id FROM household_search AS s JOIN search_entries AS e ON e.id = s.rowid "
    "WHERE s.household_search MATCH :expression"
)
"""Ids of the households that an expression finds."""


def index_households(connection: Connection, found: Sequence[Findable]) -> None:
    """Bring the search rows of households up to date. Most changes of a household leave its words alone."""
    texts = {one.household.id: _search_row(one) for one in found}
    sums = {household_id: _checksum(row) for household_id, row in texts.items()}
    held = {
        household_id: (entry, h)
        for entry, household_id, h in connection.exec_driver_sql(
            "SELECT id, household_id, h FROM search_entries "
            "WHERE household_id IN (SELECT value FROM json_each(?))",
            (orjson.dumps(list(texts)).decode(),),
        )
    }
    changed = [one for one, h in sums.items() if one not in held or held[one][1] != h]
    if not changed:
        return
    old = [(held[one][0],) for one in changed if one in held]
    if old:
        connection.exec_driver_sql("DELETE FROM household_search WHERE rowid=?", old)
    highest = connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM search_entries").scalar_one()
    fresh = itertools.count(highest + 1)
    entries = {one: held[one][0] if one in held else next(fresh) for one in changed}
    connection.exec_driver_sql(
        "INSERT INTO search_entries(id, household_id, h) VALUES (?,?,?) "
        "ON CONFLICT(id) DO UPDATE SET h=excluded.h",
        [(entry, one, sums[one]) for one, entry in entries.items()],
    )
    connection.exec_driver_sql(
        "INSERT INTO household_search(rowid, words, pinyin, digits) VALUES (?,?,?,?)",
        [(entry, *texts[one]) for one, entry in entries.items()],
    )


def _checksum(row: tuple[str, str, str]) -> int:
    digest = hashlib.blake2b("\n".join(row).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _search_row(one: Findable) -> tuple[str, str, str]:
    """Words, pinyin and digits."""
    household, persons = one.household, one.persons
    names = list(dict.fromkeys([household.head_name, *(p.name for p in persons)]))
    words = " | ".join(
        [*names, *(p.name_alias for p in persons), one.area_name, household.group_name, household.address,
         household.household_no]
    )  # fmt: skip
    pinyin = " ".join(key for name in names for key in pinyin_keys(name))
    digits = " ".join(
        [p.id_number[-ID_TAIL:].lower() for p in persons if p.id_number]
        + [p.phone[-PHONE_TAIL:] for p in persons if p.phone]
        + [household.household_no[-ID_TAIL:]]
    )
    return apart(words), pinyin, digits


def drop_household(connection: Connection, household_id: str) -> None:
    """Take a household out of the index."""
    entry = connection.exec_driver_sql(
        "DELETE FROM search_entries WHERE household_id=? RETURNING id", (household_id,)
    ).first()
    if entry is not None:
        connection.exec_driver_sql("DELETE FROM household_search WHERE rowid=?", (entry[0],))


def match_expression(typed: str) -> str:
    """What a worker typed as an FTS5 query; '' when there is nothing to look for.

    Han runs are phrases, letters are pinyin prefixes, digits match names of groups and houses or the
    tails of ID and phone numbers; a number belongs to the character after it (3组 is not 3号); all
    pieces must be found.
    """
    return " AND ".join(_term(piece) for piece in _PIECE.findall(typed))


def _term(piece: str) -> str:
    if _HAN.match(piece):
        return _phrase(piece)
    if not piece[0].isdigit():
        return f'(pinyin:"{piece.lower()}"* OR words:"{piece}"* OR digits:"{piece.lower()}"*)'
    number = _HAN.split(piece, maxsplit=1)[0]
    after = piece[len(number) :]
    if not after:
        return f'(digits:"{_tail(number)}"* OR words:"{number}"*)'
    rest = f" AND {_phrase(after[1:])}" if after[1:] else ""
    term = f'(words:"{number} {after[0]}"{rest}'
    if len(number) >= PHONE_TAIL:  # as well the tail of a number, with a name typed behind it
        term += f' OR (digits:"{_tail(number)}"* AND {_phrase(after)})'
    return f"{term})"


def _phrase(run: str) -> str:
    return f'words:"{" ".join(run)}"'


def _tail(number: str) -> str:
    """What the index holds of a number typed in full: the tail of an ID number or of a phone number."""
    tails = {18: ID_TAIL, 15: ID_TAIL, 11: PHONE_TAIL}
    return number[-tails.get(len(number), len(number)) :].lower()
