"""What screens ask about the county and the worker rather than about cases: numbers, areas, rights."""

from dataclasses import dataclass

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.services.context import Context
from fieldapp.storage.repositories import households

_LISTED_LEVELS = (AreaLevel.TOWN, AreaLevel.VILLAGE, AreaLevel.GRID)


@dataclass(frozen=True, slots=True)
class AreaChoice:
    """An area to filter by; the name of a grid begins with its village, for grids are only numbered."""

    code: str
    name: str
    level: AreaLevel


def parameters(context: Context) -> Parameters:
    """The county's parameters."""
    with context.store.reading() as connection:
        return context.parameters(connection)


def may(context: Context, permission: Permission, area_code: str = "") -> bool:
    """Whether the worker has a permission today in an area ('' = anywhere)."""
    with context.store.reading() as connection:
        return context.actor(connection).may(permission, area_code)


def areas_to_read(context: Context) -> list[AreaChoice]:
    """Towns, villages and grids inside the areas whose cases the worker reads, by code. An area that
    is the worker's whole scope is left out: choosing it would change nothing."""
    with context.store.reading() as connection:
        scopes = context.actor(connection).areas_with(Permission.READ_CASES)
        areas = {a.id: a for code in scopes for a in households.areas_under(connection, code)}
        names = households.area_names(connection)
    whole = scopes[0] if len(scopes) == 1 else ""
    return [
        AreaChoice(code, _name(code, names), areas[code].level)
        for code in sorted(areas)
        if code != whole and areas[code].level in _LISTED_LEVELS
    ]


def places_with(context: Context, permission: Permission) -> list[tuple[str, str]]:
    """Areas in which the worker has a permission, down to villages: (code, name), by code."""
    with context.store.reading() as connection:
        scopes = context.actor(connection).areas_with(permission)
        names = households.area_names(connection)
        areas = {area.id for code in scopes for area in households.areas_under(connection, code)}
    town, village = CODE_LENGTH[AreaLevel.TOWN], CODE_LENGTH[AreaLevel.VILLAGE]
    several = len({code[:town] for code in areas if len(code) >= town}) > 1
    return [
        (code, f"{names.get(code[:town], '')} {names[code]}" if several and len(code) > town else names[code])
        for code in sorted(areas)
        if len(code) <= village
    ]


def _name(code: str, names: dict[str, str]) -> str:
    village = names.get(code[:12], "") if len(code) > 12 else ""
    return f"{village} {names[code]}".strip()
