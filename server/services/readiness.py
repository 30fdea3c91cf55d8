"""Whether the server can work right now."""

from sqlalchemy.exc import SQLAlchemyError

from fieldapp.domain.errors import StorageError
from server.store.blob_store import BlobStore
from server.store.schema import is_current
from server.store.store import Store


def readiness(store: Store, blobs: BlobStore) -> dict[str, bool]:
    """Checks by name: database reachable, schema current, county set up, blob store usable."""
    checks = {"database": False, "schema": False, "county": False, "blobs": False}
    try:
        with store.read() as connection:
            checks["schema"] = is_current(connection)
            checks["database"] = True
        checks["county"] = bool(store.epoch)
    except (SQLAlchemyError, StorageError):
        pass
    checks["blobs"] = blobs.usable()
    return checks
