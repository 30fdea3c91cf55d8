"""What a worker keeps for himself: filters by name, columns, what he has seen. Layer 4.

They stay in the encrypted database of this profile and travel nowhere: what somebody looks for is nobody
else's business.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.errors import RuleError
from fieldapp.services.context import Context
from fieldapp.storage import meta

FILTERS_PER_PAGE: Final = 8
NAME_LENGTH: Final = 20
_FILTERS: Final = "kept_filters:"
_COLUMNS: Final = "kept_columns:"
_TOUR_SEEN: Final = "tour_seen"


@dataclass(frozen=True, slots=True)
class KeptFilter:
    """A filter under a name. `values` holds what narrows the list; what is left out is not narrowed."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


def kept_filters(context: Context, page: str) -> tuple[KeptFilter, ...]:
    """The filters of a page in the order they were kept."""
    with context.store.reading() as connection:
        return _filters(connection, page)


def keep_filter(context: Context, page: str, kept: KeptFilter, *, at: int | None = None) -> None:
    """Keep a filter at the end, or put it back at its place. Raises RuleError, field "name":
    filter_name_required, filter_name_long, filter_name_taken, filters_full."""
    kept = replace(kept, name=_sound(kept.name))
    with context.store.transaction() as connection:
        there = list(_filters(connection, page))
        if any(one.name == kept.name for one in there):
            raise RuleError("filter_name_taken", "name")
        if len(there) >= FILTERS_PER_PAGE:
            raise RuleError("filters_full", "name", most=FILTERS_PER_PAGE)
        there.insert(len(there) if at is None else at, kept)
        _write(connection, page, there)


def rename_filter(context: Context, page: str, name: str, new_name: str) -> None:
    """Give a filter another name. Raises RuleError as `keep_filter`."""
    new_name = _sound(new_name)
    with context.store.transaction() as connection:
        there = _filters(connection, page)
        if new_name != name and any(one.name == new_name for one in there):
            raise RuleError("filter_name_taken", "name")
        _write(
            connection,
            page,
            [replace(one, name=new_name) if one.name == name else one for one in there],
        )


def drop_filter(context: Context, page: str, name: str) -> None:
    """Forget a filter; one that is not there is forgotten already."""
    with context.store.transaction() as connection:
        _write(connection, page, [one for one in _filters(connection, page) if one.name != name])


def kept_columns(context: Context, table: str) -> tuple[str, ...]:
    """The columns the worker chose for a table, in his order; none when he never did."""
    with context.store.reading() as connection:
        return tuple(json.loads(meta.get(connection, _COLUMNS + table) or "[]"))


def keep_columns(context: Context, table: str, columns: Sequence[str]) -> None:
    """Keep which columns a table shows; none goes back to what is usual."""
    with context.store.transaction() as connection:
        if columns:
            meta.put(connection, _COLUMNS + table, json.dumps(list(columns)))
        else:
            meta.drop(connection, _COLUMNS + table)


def tour_wanted(context: Context) -> bool:
    """Whether the walk over the first page is still to be offered."""
    with context.store.reading() as connection:
        return not meta.get(connection, _TOUR_SEEN)


def end_tour_offer(context: Context) -> None:
    """The walk was taken or declined; it is not offered again."""
    with context.store.transaction() as connection:
        meta.put(connection, _TOUR_SEEN, "1")


def _sound(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise RuleError("filter_name_required", "name")
    if len(name) > NAME_LENGTH:
        raise RuleError("filter_name_long", "name", most=NAME_LENGTH)
    return name


def _filters(connection: Connection, page: str) -> tuple[KeptFilter, ...]:
    kept = json.loads(meta.get(connection, _FILTERS + page) or "[]")
    return tuple(KeptFilter(one["name"], one["values"]) for one in kept)


def _write(connection: Connection, page: str, filters: Sequence[KeptFilter]) -> None:
    lines = [{"name": one.name, "values": dict(one.values)} for one in filters]
    meta.put(connection, _FILTERS + page, json.dumps(lines, ensure_ascii=False))
