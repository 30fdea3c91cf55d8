"""When a JPEG says it was taken: the three EXIF tags needed, read from untrusted bytes. Layer 5 (no Qt)."""

import datetime as dt
import struct
from typing import Final

from fieldapp.domain.clock import COUNTY_ZONE

_EXIF_POINTER: Final = 0x8769
_TAKEN: Final = 0x9003
_TAKEN_OFFSET: Final = 0x9011
_ASCII: Final = 2
_LONG: Final = 4
_MOST_ENTRIES: Final = 500
_START_OF_SCAN: Final = 0xDA


def taken_at(content: bytes) -> dt.datetime | None:
    """The time in the picture, or None where it is missing or makes no sense.

    Cameras write local time; without an offset tag it is taken as the county's.
    """
    tiff = _exif_block(content)
    if tiff is None:
        return None
    try:
        return _time_in(tiff)
    except (struct.error, ValueError, OverflowError):
        return None


def _exif_block(content: bytes) -> bytes | None:
    """The TIFF structure inside the first APP1 segment."""
    if content[:2] != b"\xff\xd8":
        return None
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        if marker == _START_OF_SCAN or length < 2:
            return None
        if marker == 0xE1 and content[place + 4 : place + 10] == b"Exif\x00\x00":
            return content[place + 10 : place + 2 + length]
        place += 2 + length
    return None


def _time_in(tiff: bytes) -> dt.datetime | None:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    pointer = _entries(tiff, order, *struct.unpack_from(order + "I", tiff, 4)).get(_EXIF_POINTER)
    if pointer is None or pointer[0] != _LONG:
        return None
    tags = _entries(tiff, order, pointer[2])
    written = _text(tiff, order, tags.get(_TAKEN))
    if not written:
        return None
    local = dt.datetime.strptime(written, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone follows
    offset = _text(tiff, order, tags.get(_TAKEN_OFFSET))
    zone = dt.datetime.strptime(offset, "%z").tzinfo if offset else COUNTY_ZONE
    return local.replace(tzinfo=zone).astimezone(dt.UTC)


def _entries(tiff: bytes, order: str, place: int) -> dict[int, tuple[int, int, int, int]]:
    """Tags of a directory: tag -> (type, count, value or offset, place of the value field)."""
    (count,) = struct.unpack_from(order + "H", tiff, place)
    found = {}
    for index in range(min(count, _MOST_ENTRIES)):
        entry = place + 2 + 12 * index
        tag, kind, number, value = struct.unpack_from(order + "HHII", tiff, entry)
        found[tag] = (kind, number, value, entry + 8)
    return found


def _text(tiff: bytes, order: str, entry: tuple[int, int, int, int] | None) -> str:
    if entry is None or entry[0] != _ASCII or entry[1] > 64:
        return ""
    _kind, number, offset, inline = entry
    start = inline if number <= 4 else offset
    return tiff[start : start + number].split(b"\x00")[0].decode("ascii").strip()
