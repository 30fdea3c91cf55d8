"""Alembic environment of records.db: runs on the connection that fieldapp.storage.schema hands over."""

from typing import Any

from alembic import context
from sqlalchemy.types import TypeDecorator

from fieldapp.storage.tables import DeviceTable


def render_item(kind: str, item: Any, _context: Any) -> Any:
    """Migrations name the database's types, not the domain's, which may change later."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=DeviceTable.metadata,
    render_as_batch=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
