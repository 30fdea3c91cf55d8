"""The tree of areas by name, for whoever shows or chooses one (level S)."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import func, or_, select

from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel, ancestors
from server.store.projections import row_table
from server.store.store import Store


class NamedArea(NamedTuple):
    """An area with its name."""

    code: str
    name: str


def placed_names(areas: Iterable[NamedArea]) -> list[NamedArea]:
    """The same areas, each named with the known areas that hold it below the county: many villages share
    their names."""
    known = dict(areas)
    shortest = CODE_LENGTH[AreaLevel.COUNTY]
    return [
        NamedArea(
            code,
            " ".join(known[one] for one in ancestors(code) if one in known and len(one) > shortest) or name,
        )
        for code, name in known.items()
    ]


def areas_within(store: Store, codes: Iterable[str], *, smallest: AreaLevel) -> list[NamedArea]:
    """The areas of these codes and those inside them, down to a level, in the order of the tree."""
    area = row_table("areas").c
    inside = [area.id.startswith(code, autoescape=True) for code in codes]
    if not inside:
        return []
    query = (
        select(area.id, area.name)
        .where(or_(*inside), func.length(area.id) <= CODE_LENGTH[smallest])
        .order_by(area.id)
    )
    with store.read() as connection:
        return [NamedArea(*row) for row in connection.execute(query)]
