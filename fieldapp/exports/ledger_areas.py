"""Finds the village a roster row means, by name, short name or alias in the area tree (level 3)."""

import datetime as dt
import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from fieldapp.domain.records.areas import AreaFields, AreaLevel, contains
from fieldapp.exports.ledger_values import CellRefused
from fieldapp.exports.ledger_words import plain, word_list

_GROUP_TAIL: Final = re.compile(
    r"(?P<village>.{2,}?)(?P<group>[0-9一二三四五六七八九十]{1,3}(村民|居民)?(小)?组)"
)

_SUFFIXES: Final = {
    AreaLevel.COUNTY: "county_suffixes",
    AreaLevel.TOWN: "town_suffixes",
    AreaLevel.VILLAGE: "village_suffixes",
}


class AreaNames:
    """The county's towns and villages by every name they go by.

    Areas that have ended lead to their successors. `default_area` is where rows without town or
    village belong: a town's own file often names no town, a village's own file no village.
    """

    def __init__(self, areas: Iterable[AreaFields], today: dt.date, default_area: str = "") -> None:
        self._default = default_area
        self._found: dict[tuple[str, str], tuple[str, str]] = {}
        self._areas = {area.id: area for area in areas}
        self._full: dict[AreaLevel, dict[str, set[str]]] = {level: defaultdict(set) for level in _SUFFIXES}
        self._short: dict[AreaLevel, dict[str, set[str]]] = {level: defaultdict(set) for level in _SUFFIXES}
        for area in self._areas.values():
            standing = self._standing(area, today)
            if standing is None or area.level not in _SUFFIXES:
                continue
            for name in {plain(n) for n in (area.name, area.short_name, *area.aliases)} - {""}:
                self._full[area.level][name].add(standing)
                self._short[area.level][_stem(name, area.level)].add(standing)

    def _standing(self, area: AreaFields, today: dt.date) -> str | None:
        """The code that holds today; follows mergers."""
        seen: set[str] = set()
        while area.valid_to is not None and area.valid_to < today:
            seen.add(area.id)
            successor = self._areas.get(area.successor_code or "")
            if successor is None or successor.id in seen:
                return None
            area = successor
        return area.id

    def find(self, town: str, village: str) -> tuple[str, str]:
        """Code of the village and a group number found in the village cell ('' if none).

        Raises CellRefused: town_unknown, town_misspelt, village_missing, village_unknown,
        village_misspelt, village_ambiguous.
        """
        asked = (town, village)
        if asked not in self._found:  # a roster names its villages thousands of times
            self._found[asked] = self._find(plain(town), plain(village))
        return self._found[asked]

    def _find(self, town: str, text: str) -> tuple[str, str]:
        within = self._town(town)
        if not text:
            if len(self._default) >= 12:
                return self._default, ""
            raise CellRefused("village_missing")
        found, group = self._search(text, within)
        if not found:
            near = self._near(text, within)
            raise CellRefused("village_misspelt", near=near) if near else CellRefused("village_unknown")
        if len(found) > 1:
            raise CellRefused("village_ambiguous", count=len(found))
        return next(iter(found)), group

    def _search(self, text: str, within: str) -> tuple[set[str], str]:
        """Villages a text may mean: as it stands, without county and town before it, without a group."""
        readings = [(text, within), (self._without(text, AreaLevel.COUNTY, "")[1], within)]
        for part, inside in tuple(readings):
            town, rest = self._without(part, AreaLevel.TOWN, inside)
            if town:
                readings.append((rest, town))
        for part, inside in readings:
            if found := self._lookup(AreaLevel.VILLAGE, part, inside):
                return found, ""
        for part, inside in readings:
            tail = _GROUP_TAIL.fullmatch(part)
            if tail and (found := self._lookup(AreaLevel.VILLAGE, tail["village"], inside)):
                return found, tail["group"]
        return set(), ""

    def name(self, code: str) -> str:
        """The area's name, '' if unknown."""
        return self._areas[code].name if code in self._areas else ""

    def _town(self, text: str) -> str:
        if not text:
            return self._default[:9]
        rest = self._without(text, AreaLevel.COUNTY, "")[1]
        inside = self._default[:9]
        found = self._lookup(AreaLevel.TOWN, text, inside) or self._lookup(AreaLevel.TOWN, rest, inside)
        if len(found) != 1:
            near = _closest(text, self._full[AreaLevel.TOWN])
            raise CellRefused("town_misspelt", near=near) if near else CellRefused("town_unknown")
        return next(iter(found))

    def _lookup(self, level: AreaLevel, text: str, within: str) -> set[str]:
        """Areas of a level by full name, else by the name without its suffix."""
        for names, key in ((self._full, text), (self._short, _stem(text, level))):
            found = {code for code in names[level].get(key, ()) if contains(within, code)}
            if found:
                return found
        return set()

    def _without(self, text: str, level: AreaLevel, within: str) -> tuple[str, str]:
        """Code of an area whose name the text begins with, and the rest of the text."""
        for name in sorted(self._full[level], key=len, reverse=True):
            codes = {code for code in self._full[level][name] if contains(within, code)}
            if text.startswith(name) and len(text) > len(name) and len(codes) == 1:
                return next(iter(codes)), text[len(name) :]
        return "", text

    def _near(self, text: str, within: str) -> str:
        names = (
            n for n, codes in self._full[AreaLevel.VILLAGE].items() if any(contains(within, c) for c in codes)
        )
        return _closest(text, names)


def _stem(name: str, level: AreaLevel) -> str:
    """The name without 村, 社区, 镇 and the like, unless hardly anything would be left."""
    for suffix in word_list("areas", _SUFFIXES[level]):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name[: -len(suffix)]
    return name


def _closest(text: str, names: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(text, list(names), n=1, cutoff=0.5)), "")
