"""Where the made-up county lies: real county and towns, invented villages and grids (brief 4.1, 9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.records.areas import AreaLevel, UrbanRural
from server.demo_data.chance import Chance, chance_for, share_out
from server.demo_data.scale import Scale

COUNTY_CODE: Final = "341702"
FOCUS_TOWN: Final = "341702103"
FOCUS_VILLAGE: Final = FOCUS_TOWN + "201"
"""梅街镇青溪村: the demo aide's village, and the story's."""

UPPER_AREAS: Final = (
    ("34", AreaLevel.PROVINCE, "安徽省", "安徽"),
    ("3417", AreaLevel.CITY, "池州市", "池州"),
    (COUNTY_CODE, AreaLevel.COUNTY, "贵池区", "贵池"),
)
# Code, name, rough middle (WGS-84 degrees, good to some kilometres: only to scatter homes around).
_TOWNS: Final = (
    ("001", "池阳街道", 30.655, 117.487), ("002", "秋浦街道", 30.647, 117.470),
    ("003", "里山街道", 30.607, 117.524), ("004", "江口街道", 30.703, 117.462),
    ("005", "马衙街道", 30.672, 117.602), ("006", "墩上街道", 30.571, 117.598),
    ("007", "梅龙街道", 30.742, 117.611), ("008", "秋江街道", 30.662, 117.372),
    ("009", "杏花村街道", 30.641, 117.452), ("010", "清风街道", 30.672, 117.503),
    ("011", "清溪街道", 30.633, 117.511), ("100", "殷汇镇", 30.512, 117.361),
    ("101", "牛头山镇", 30.521, 117.262), ("102", "涓桥镇", 30.582, 117.451),
    ("103", "梅街镇", 30.432, 117.492), ("104", "梅村镇", 30.372, 117.583),
    ("105", "唐田镇", 30.442, 117.312), ("106", "牌楼镇", 30.362, 117.382),
    ("107", "乌沙镇", 30.623, 117.281), ("108", "棠溪镇", 30.402, 117.664),
)  # fmt: skip
_VILLAGE_NAMES: Final = ("青溪", "长塘", "和平", "永丰", "双桥", "石门", "新联", "茶岭", "竹园", "河湾")
_NUMERALS: Final = "一二三四五六七八九十"
_VILLAGE_SPREAD: Final = 0.022  # degrees
_HOME_SPREAD: Final = 0.007


@dataclass(frozen=True, slots=True)
class Town:
    """A real town; the point is its rough middle."""

    code: str
    name: str
    lat: float
    lon: float

    @property
    def urban(self) -> bool:
        """Whether it is a sub-district (codes 001 to 099)."""
        return self.code[-3] == "0"


@dataclass(frozen=True, slots=True)
class Village:
    """An invented village or community with its grids."""

    code: str
    short_name: str
    urban: bool
    town: Town
    lat: float
    lon: float
    grid_codes: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name with its kind, as in ledgers."""
        return self.short_name + ("社区" if self.urban else "村")

    def home(self, chance: Chance) -> tuple[float, float]:
        """A place for a house, rounded to about a metre."""
        return (
            round(self.lat + chance.triangular(-_HOME_SPREAD, _HOME_SPREAD), 5),
            round(self.lon + chance.triangular(-_HOME_SPREAD, _HOME_SPREAD), 5),
        )


@dataclass(frozen=True, slots=True)
class AreaLine:
    """What an area record says, before ids and times are added."""

    code: str
    level: AreaLevel
    name: str
    short_name: str
    aliases: tuple[str, ...]
    urban_rural: UrbanRural


@dataclass(frozen=True, slots=True)
class County:
    """Towns and villages in code order."""

    towns: tuple[Town, ...]
    villages: tuple[Village, ...]

    @property
    def focus(self) -> Village:
        """The demo aide's village."""
        return next(v for v in self.villages if v.code == FOCUS_VILLAGE)

    def area_lines(self) -> Iterator[AreaLine]:
        """Every area, parents before children."""
        for code, level, name, short in UPPER_AREAS:
            yield AreaLine(code, level, name, short, (), UrbanRural.RURAL)
        for town in self.towns:
            kind = UrbanRural.URBAN if town.urban else UrbanRural.RURAL
            short = town.name.removesuffix("街道").removesuffix("镇")
            yield AreaLine(town.code, AreaLevel.TOWN, town.name, short, (), kind)
        for village in self.villages:
            yield from _village_lines(village)


def _village_lines(village: Village) -> Iterator[AreaLine]:
    kind = UrbanRural.URBAN if village.urban else UrbanRural.RURAL
    committee = "居委会" if village.urban else "村委会"
    aliases = (village.short_name + committee, village.town.name + village.name)
    yield AreaLine(village.code, AreaLevel.VILLAGE, village.name, village.short_name, aliases, kind)
    for nth, code in enumerate(village.grid_codes):
        name = f"第{numeral(nth + 1)}网格"
        yield AreaLine(code, AreaLevel.GRID, name, f"{numeral(nth + 1)}网格", (), kind)


def numeral(number: int) -> str:
    """1 to 99 as Chinese numerals (groups and grids are named so)."""
    tens, ones = divmod(number, 10)
    text = "" if tens == 0 else "十" if tens == 1 else _NUMERALS[tens - 1] + "十"
    return text + (_NUMERALS[ones - 1] if ones else "")


def make_county(scale: Scale, seed: int) -> County:
    """The county at a scale. With fewer than 20 towns the focus town is always among them."""
    towns = [Town(COUNTY_CODE + code, name, lat, lon) for code, name, lat, lon in _TOWNS]
    if scale.towns < len(towns):
        towns.sort(key=lambda town: (town.code != FOCUS_TOWN, town.code))
        towns = sorted(towns[: scale.towns], key=lambda town: town.code)
    per_town = share_out(scale.villages, [1.0] * len(towns))
    extra_grids = chance_for(seed, "grids")
    # Every village has 2 grids at least (1 where there are not enough); the focus village has 5.
    floor = 2 if scale.grids >= 2 * scale.villages + 3 else 1
    weights = [extra_grids.uniform(0.5, 1.5) for _ in range(scale.villages)]
    focus_index = sum(count for town, count in zip(towns, per_town, strict=True) if town.code < FOCUS_TOWN)
    fixed = min(5, scale.grids - floor * (scale.villages - 1))
    weights[focus_index] = 0.0
    grids = [floor + more for more in _spread(scale.grids - floor * (scale.villages - 1) - fixed, weights)]
    grids[focus_index] = scale.grids - sum(grids) + grids[focus_index] if scale.villages == 1 else fixed
    villages: list[Village] = []
    for town, count in zip(towns, per_town, strict=True):
        villages.extend(_villages_of(town, count, grids[len(villages) : len(villages) + count], seed))
    return County(tuple(towns), tuple(villages))


def _spread(total: int, weights: list[float]) -> list[int]:
    """Shares of at most 4 where the weights allow it (2 to 6 grids a village)."""
    shares = share_out(total, weights)
    room = [i for i, weight in enumerate(weights) if weight > 0]
    for i in room:
        while shares[i] > 4 and (poorest := min(room, key=lambda j: shares[j])) != i and shares[poorest] < 4:
            shares[i] -= 1
            shares[poorest] += 1
    return shares


def _villages_of(town: Town, count: int, grids: list[int], seed: int) -> list[Village]:
    chance = chance_for(seed, "town", town.code)
    # Sub-districts are two thirds communities, towns have one community: 001…; villages: 201….
    communities = (
        0 if town.code == FOCUS_TOWN and count == 1 else (count * 2 // 3 if town.urban else count // 4)
    )
    names = [*_VILLAGE_NAMES, *(f"东{name}" for name in _VILLAGE_NAMES)]
    if town.code != FOCUS_TOWN:
        first = names[:10]
        chance.shuffle(first)
        names[:10] = first
    kinds = [(False, 201 + n) for n in range(count - communities)] + [
        (True, 1 + n) for n in range(communities)
    ]
    made = []
    for (urban, number), name, grid_count in zip(kinds, names, grids, strict=False):
        code = f"{town.code}{number:03d}"
        lat = town.lat + chance.uniform(-_VILLAGE_SPREAD, _VILLAGE_SPREAD)
        lon = town.lon + chance.uniform(-_VILLAGE_SPREAD, _VILLAGE_SPREAD)
        grid_codes = tuple(f"{code}{n + 1:03d}" for n in range(grid_count))
        made.append(Village(code, name, urban, town, round(lat, 4), round(lon, 4), grid_codes))
    return sorted(made, key=lambda village: village.code)
