"""Visits that leave the device because they are old (R29), and what stays of them: revision and checksum,
so that their bucket's count and sum hold without them."""

import datetime as dt
from collections.abc import Collection
from typing import Final

import orjson
from sqlalchemy import delete, func, select, text
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import instant_text
from fieldapp.storage.needed import needed_ids
from fieldapp.storage.tables import OlderVisitRow

OLDER: Final = OlderVisitRow.__table__  # type: ignore[attr-defined]
TABLE: Final = "older_visits"
HELD: Final = "SELECT id, bucket, rev, h FROM older_visits WHERE id IN (SELECT value FROM json_each(?1))"
"""As a kind's own table is asked for the rows it holds."""
_MAY_GO: Final = (
    "{0}.rev > 0 AND {0}.finished_at < :before AND {0}.received_at < :received_before "
    "AND {0}.state <> 'RETURNED' AND {0}.id NOT IN (SELECT value FROM json_each(:keep))"
)
_OLD: Final = text(
    "SELECT v.id, v.household_id, v.bucket, v.rev, v.h, v.superseded FROM visits v "  # noqa: S608  our own words
    f"JOIN buckets b ON b.id = v.bucket AND v.rev <= b.rev WHERE {_MAY_GO.format('v')} "
    f"AND NOT EXISTS (SELECT 1 FROM visits c WHERE c.root_id = v.root_id AND NOT ({_MAY_GO.format('c')})) "
    "LIMIT :most"
)
"""With all versions of its chain, and only where the bucket was read as far as the visit."""


def take_out(
    connection: Connection, *, before: dt.datetime, received_before: dt.datetime, most: int
) -> list[str]:
    """Take up to `most` visits off the device that finished and were received before these instants and that
    nothing here needs. Returns their ids; none = there are no more."""
    found = connection.execute(
        _OLD,
        {
            "before": instant_text(before),
            "received_before": instant_text(received_before),
            "keep": orjson.dumps(sorted(needed_ids(connection))).decode(),
            "most": most,
        },
    ).all()
    if found:
        connection.execute(OLDER.insert(), [dict(row._mapping) for row in found])
        connection.exec_driver_sql("DELETE FROM visits WHERE id=?", [(row.id,) for row in found])
    return [row.id for row in found]


def forget(connection: Connection, visit_ids: Collection[str]) -> set[str]:
    """These visits are here again, or have left their bucket. Returns those that were among the old ones."""
    gone = connection.exec_driver_sql(
        "DELETE FROM older_visits WHERE id IN (SELECT value FROM json_each(?)) RETURNING id",
        (orjson.dumps(list(visit_ids)).decode(),),
    )
    return set(gone.scalars())


def forget_bucket(connection: Connection, bucket: str) -> None:
    """A bucket is read from its start, or not held any more."""
    connection.execute(delete(OLDER).where(OLDER.c.bucket == bucket))


def count_of(connection: Connection, household_id: str) -> int:
    """How many visits of a household are with the county only; corrected ones count once."""
    query = select(func.count()).where(OLDER.c.household_id == household_id, OLDER.c.superseded.is_(False))
    return int(connection.execute(query).scalar_one())
