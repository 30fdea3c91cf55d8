"""Makes typed rows anew from the records: after damage, or when a projection learns a column."""

import orjson
from sqlalchemy import delete, select

from server.store import tables
from server.store.projections import ROWS, insert_rows, row_table
from server.store.store import Store
from server.store.unit_of_work import UnitOfWork

_PAGE = 2000


def rebuild_rows(store: Store) -> int:
    """Rebuild all typed rows in one transaction. Returns how many were written."""

    def work(unit: UnitOfWork) -> int:
        written = 0
        c = tables.record.c
        for kind in ROWS:
            unit.connection.execute(delete(row_table(kind)))
            after = ""
            while True:
                query = (
                    select(c.id, c.bucket, c.body)
                    .where(c.kind == kind, c.id > after, c.deleted.is_(False))
                    .order_by(c.id)
                    .limit(_PAGE)
                )
                page = unit.connection.execute(query).all()
                if not page:
                    break
                insert_rows(unit.connection, kind, [(row.bucket, orjson.loads(row.body)) for row in page])
                written += len(page)
                after = page[-1].id
        return written

    return store.run(work)
