"""Areas: the tree from province to grid (domain brief 4.1). The code of an area is its record id."""

import datetime as dt
import enum
from typing import Final

from sqlmodel import Field

from fieldapp.domain.records.base import RecordFields, code, day, nested


class AreaLevel(enum.StrEnum):
    """Levels of the area tree, outermost first."""

    PROVINCE = "PROVINCE"
    CITY = "CITY"
    COUNTY = "COUNTY"
    TOWN = "TOWN"
    VILLAGE = "VILLAGE"
    GRID = "GRID"


CODE_LENGTH: Final = {
    AreaLevel.PROVINCE: 2,
    AreaLevel.CITY: 4,
    AreaLevel.COUNTY: 6,
    AreaLevel.TOWN: 9,
    AreaLevel.VILLAGE: 12,
    AreaLevel.GRID: 15,
}
"""Digits of an area code by level; the parent's code is a prefix (GB/T 2260, statistics codes)."""


class UrbanRural(enum.StrEnum):
    """Which standard applies where town and country differ."""

    URBAN = "URBAN"
    RURAL = "RURAL"


class AreaFields(RecordFields):
    """One area. Codes are never reused; `successor_code` names what a merged area became."""

    level: AreaLevel = code(AreaLevel)
    name: str = Field(max_length=50)
    short_name: str = Field(default="", max_length=50)
    aliases: tuple[str, ...] = nested(tuple[str, ...], tuple)
    urban_rural: UrbanRural = code(UrbanRural, UrbanRural.RURAL)
    valid_from: dt.date | None = day(None)
    valid_to: dt.date | None = day(None)
    successor_code: str | None = Field(default=None, max_length=15)
    duty_phone: str = Field(default="", max_length=30)
    leader_name: str = Field(default="", max_length=50)

    def open_on(self, on: dt.date) -> bool:
        """Whether the area is in use on a day: not merged into another before, nor begun later."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


def level_of(area_code: str) -> AreaLevel:
    """The level of a well-formed area code. Raises ValueError on any other length."""
    for level, length in CODE_LENGTH.items():
        if len(area_code) == length:
            return level
    raise ValueError("no area level has a code of this length")


def is_leaf(area_code: str) -> bool:
    """Whether households may be filed in an area of this code: a grid, or a village."""
    return len(area_code) in (CODE_LENGTH[AreaLevel.VILLAGE], CODE_LENGTH[AreaLevel.GRID])


def ancestors(area_code: str) -> tuple[str, ...]:
    """Codes of the areas that contain this one, outermost first, itself last."""
    return tuple(area_code[:n] for n in CODE_LENGTH.values() if n <= len(area_code))


def contains(outer: str, inner: str) -> bool:
    """Whether area `inner` is `outer` or lies in it."""
    return inner.startswith(outer)
