"""Alembic environment of records.db: runs on the connection that fieldapp.storage.schema hands over."""

from alembic import context

from fieldapp.storage.tables import DeviceTable

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=DeviceTable.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
