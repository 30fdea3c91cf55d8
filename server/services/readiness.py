"""Whether the server can work right now."""

import os
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from fieldapp.domain.errors import StorageError
from server.store.schema import is_current
from server.store.store import Store


def readiness(store: Store, blob_folder: Path) -> dict[str, bool]:
    """Checks by name: database reachable, schema current, county set up, blob folder writable."""
    checks = {"database": False, "schema": False, "county": False, "blobs": False}
    try:
        with store.read() as connection:
            checks["schema"] = is_current(connection)
            checks["database"] = True
        checks["county"] = bool(store.county.epoch)
    except (SQLAlchemyError, StorageError):
        pass
    folder = blob_folder if blob_folder.exists() else blob_folder.parent
    checks["blobs"] = os.access(folder, os.W_OK)
    return checks
