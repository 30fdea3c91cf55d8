"""A photo's time, and the hash by which programs before edition 4 compare photos (R18; domain layer)."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from fieldapp.domain.parameters import Parameters

HASH_COLUMNS: Final = 9
HASH_ROWS: Final = 8


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


def camera_time_off(
    taken_at: dt.datetime, started_at: dt.datetime, finished_at: dt.datetime, parameters: Parameters
) -> bool:
    """Whether the camera's time lies further from the visit than the county tolerates."""
    tolerance = dt.timedelta(hours=parameters.camera_time_off_hours)
    return not started_at - tolerance <= taken_at <= finished_at + tolerance
