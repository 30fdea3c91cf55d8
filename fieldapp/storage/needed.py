"""Which records must stay on this device, whatever the server says of them: unsent work and unfinished work
hang on them."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.storage import rows
from fieldapp.storage.outbox import unsent_record_ids
from sync.protocol.entities import CHILDREN

_DRAFTED: Final = (
    "SELECT household_id FROM drafts",
    "SELECT household_id FROM form_drafts WHERE household_id IS NOT NULL",
    "SELECT household_id FROM clue_drafts WHERE household_id IS NOT NULL",
    "SELECT household_id FROM relief_drafts WHERE household_id IS NOT NULL",
    "SELECT id FROM persons WHERE household_id IN (SELECT household_id FROM drafts UNION ALL "
    "SELECT household_id FROM form_drafts WHERE household_id IS NOT NULL UNION ALL "
    "SELECT household_id FROM relief_drafts WHERE household_id IS NOT NULL)",
    "SELECT id FROM visits WHERE root_id IN (SELECT v.root_id FROM visits v JOIN drafts d "
    "ON v.id = json_extract(d.body, '$.amends'))",
)
"""What unfinished work is about: households with their members, and the visits that are being corrected."""


def needed_ids(connection: Connection) -> set[str]:
    """Unsent records, the households they belong to, and what drafts are about: neither a visit nor a draft
    must lose its household."""
    unsent = unsent_record_ids(connection)
    needed = set(unsent)
    for drafted in _DRAFTED:
        needed.update(connection.exec_driver_sql(drafted).scalars())
    for kind in CHILDREN if unsent else ():
        table = rows.table_of(kind)
        query = select(table.c.household_id).where(table.c.id.in_(unsent))
        needed.update(found for found in connection.execute(query).scalars() if found is not None)
    return needed
