"""Coordinates as people copy them, read into WGS-84 degrees; pure. Layer 5 (no Qt)."""

import re
import unicodedata
from typing import Final

_NUMBER: Final = re.compile(r"[-+]?\d{1,3}(?:\.\d+)?")
_CHINA_LAT: Final = range(3, 55)
_CHINA_LON: Final = range(73, 136)


def parse_coordinates(text: str) -> tuple[float, float] | None:
    """(latitude, longitude) of `30.66, 117.49`, `北纬30.66 东经117.49` and the like; None if unreadable.

    Maps in China often give the longitude first; inside China that is recognised and turned round.
    """
    numbers = _NUMBER.findall(unicodedata.normalize("NFKC", text))
    if len(numbers) != 2:
        return None
    first, second = (float(number) for number in numbers)
    if int(first) in _CHINA_LON and int(second) in _CHINA_LAT:
        first, second = second, first
    if not (-90 <= first <= 90 and -180 <= second <= 180):
        return None
    return first, second


def written_coordinates(lat: float, lon: float) -> str:
    """Five decimals: about a metre."""
    return f"{lat:.5f}, {lon:.5f}"
