"""What arrived at the county, read from the server's own database and blob folder."""

from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from server.main import open_server
from server.services.devices import list_devices, revoke_device
from server.services.enrolment import new_code
from server.services.users import SERVER_USER, find_user_id
from server.settings import load_settings
from server.store import tables
from server.store.blob_files import BlobFiles


class CountyOffice:
    """The county's database, opened beside the running server."""

    def __init__(self, folder: Path) -> None:
        settings = load_settings(folder, environ={})
        self._server = open_server(settings)
        self.blobs = BlobFiles(settings.blobs)

    def record(self, kind: str, record_id: str) -> dict[str, Any] | None:
        """A record's body, or None while it has not come."""
        query = select(tables.record.c.body).where(
            tables.record.c.kind == kind, tables.record.c.id == record_id
        )
        with self._server.store.read() as connection:
            body = connection.scalar(query)
        return orjson.loads(body) if body is not None else None

    def code(self, login: str) -> str:
        """A one-time code for one more device of a worker."""
        user_id = find_user_id(self._server.store, login)
        return new_code(self._server.store, user_id, by=SERVER_USER, random_bytes=self._server.random_bytes)

    def shut_out(self, login: str) -> None:
        """Revoke the devices of a worker, as after a loss."""
        user_id = find_user_id(self._server.store, login)
        for device in list_devices(self._server.store):
            if device["user_id"] == user_id:
                revoke_device(self._server.store, device["id"], by=SERVER_USER)

    def close(self) -> None:
        """Close the database."""
        self._server.store.close()
