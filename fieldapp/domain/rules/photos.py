"""Signs of re-used photos, told to the worker first (R18; domain layer)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.parameters import Parameters

HASH_COLUMNS: Final = 9
HASH_ROWS: Final = 8
_TELLING_BITS: Final = range(4, 61)
"""A hash with nearly all bits alike comes from a flat picture (night, fog): it resembles any other."""


@dataclass(frozen=True, slots=True)
class PhotoFact:
    """A photo as it is compared: its difference hash, day, household and who took part in the visit."""

    photo_id: str
    phash: str
    day: dt.date
    household_id: str
    visitors: tuple[str, ...] = ()


def difference_hash(grey: Sequence[int]) -> str:
    """16 hex digits of a picture scaled to 9 × 8 grey values, row by row.

    Each bit says whether a pixel is darker than its right neighbour, so brightness does not matter.
    Raises ValueError unless there are 72 values.
    """
    if len(grey) != HASH_COLUMNS * HASH_ROWS:
        raise ValueError("a difference hash needs 9 x 8 grey values")
    bits = 0
    for row in range(0, len(grey), HASH_COLUMNS):
        for left in range(row, row + HASH_COLUMNS - 1):
            bits = bits << 1 | (grey[left] < grey[left + 1])
    return f"{bits:016x}"


def hash_distance(one: str, other: str) -> int:
    """In how many of 64 bits two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def near_duplicates(
    photo: PhotoFact, earlier: Iterable[PhotoFact], parameters: Parameters
) -> tuple[PhotoFact, ...]:
    """Photos of another day, of the same household or a shared worker, that look the same."""
    if not _tells_something(photo.phash):
        return ()
    return tuple(
        other
        for other in earlier
        if other.day != photo.day
        and (other.household_id == photo.household_id or not set(other.visitors).isdisjoint(photo.visitors))
        and _tells_something(other.phash)
        and hash_distance(photo.phash, other.phash) <= parameters.phash_near_bits
    )


def _tells_something(phash: str) -> bool:
    return bool(phash) and int(phash, 16).bit_count() in _TELLING_BITS


def camera_time_off(
    taken_at: dt.datetime, started_at: dt.datetime, finished_at: dt.datetime, parameters: Parameters
) -> bool:
    """Whether the camera's time lies further from the visit than the county tolerates."""
    tolerance = dt.timedelta(hours=parameters.camera_time_off_hours)
    return not started_at - tolerance <= taken_at <= finished_at + tolerance
