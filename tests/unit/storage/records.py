"""Records as a worker makes them, and feed rows as a server sends them, for the storage tests."""

import datetime as dt
from typing import Any

from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.households import Category, Coverage, HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.visits import Photo, PhotoKind, PhotoOrigin, Result, VisitFields
from fieldapp.storage import feed, rows
from fieldapp.storage.store import Store
from sync.protocol.wire import canonical, checksum
from tests.determinism import START

GRID = "341789100201001"
VILLAGE = "341789100201"
USER = "worker-1"
DIBAO = (Coverage(category=Category.DIBAO, since=dt.date(2025, 1, 1)),)


def stamps(record_id: str, at: dt.datetime = START) -> dict[str, Any]:
    """The fields every record has."""
    return {"id": record_id, "created_at": at, "created_by": USER, "updated_at": at, "updated_by": USER}


def household(record_id: str = "h-1", **values: Any) -> HouseholdFields:
    """A household of the grid."""
    fields = {"head_name": "陈大山", "area_code": GRID, "group_name": "3组", "coverages": DIBAO}
    return HouseholdFields(**{**stamps(record_id), **fields, **values})


def person(record_id: str = "p-1", household_id: str = "h-1", **values: Any) -> PersonFields:
    """A member of a household."""
    return PersonFields(**{**stamps(record_id), "household_id": household_id, "name": "陈大山", **values})


def visit(record_id: str = "v-1", household_id: str = "h-1", **values: Any) -> VisitFields:
    """A visit of today."""
    fields = {
        "area_code": GRID, "result": Result.NORMAL, "started_at": START, "finished_at": START,
        "root_id": record_id, "narrative": "入户看望，情况正常",
    }  # fmt: skip
    return VisitFields(**{**stamps(record_id), "household_id": household_id, **fields, **values})


def photo(sha256: str, size: int = 10) -> Photo:
    """A photo by its hash."""
    return Photo(kind=PhotoKind.DOOR, sha256=sha256, size=size, width=4, height=3, origin=PhotoOrigin.CAMERA)


def save(store: Store, kind: str, record: Any, *, urgent: bool = False) -> None:
    """One record in a unit of work of its own."""
    with store.unit_of_work("test") as work:
        work.save(kind, record, urgent=urgent)
        work.commit()


def sent_row(kind: str, rev: int, record: Any, **server_values: Any) -> tuple[str, int, bytes]:
    """A feed row as a server makes it."""
    return kind, rev, canonical({**wire_body(record), **server_values})


def total(*sent: tuple[str, int, bytes]) -> int:
    """The sum of a bucket with these rows."""
    return sum(checksum(body) for _kind, _rev, body in sent) % 2**64


def pull(store: Store, *sent: tuple[str, int, bytes], gone: tuple[tuple[str, str], ...] = (),
         bucket: str = GRID, cursor: int = 0, start: int | None = None) -> None:  # fmt: skip
    """Apply rows as one page of a bucket; from `start` when it is given."""
    with store.transaction() as connection:
        if start is not None:
            feed.begin_bucket(connection, bucket, start)
        page = feed.Page(
            bucket, cursor or max((rev for _k, rev, _b in sent), default=0), list(sent), list(gone)
        )
        feed.apply_page(connection, page)


def end(store: Store, rev: int, *live: tuple[str, int, bytes], bucket: str = GRID) -> bool:
    """End a bucket that holds these rows on the server."""
    with store.transaction() as connection:
        return feed.end_bucket(connection, bucket, rev, len(live), total(*live))


def find(store: Store, kind: str, record_id: str) -> Any:
    """A record, or None."""
    with store.reading() as connection:
        return rows.find(connection, kind, record_id)


def ask(store: Store, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a plain query."""
    with store.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query, values)]
