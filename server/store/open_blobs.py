"""Opens the store of photos and signatures that the settings name."""

from pathlib import Path

from server.store.blob_files import BlobFiles
from server.store.blob_store import BlobStore


def open_blobs(folder: Path, url: str = "") -> BlobStore:
    """The store of a folder, or of an `s3://` URL; `folder` then only holds what is on its way in.

    Raises StorageError("bad_settings") when the URL is none of an object storage.
    """
    if not url:
        return BlobFiles(folder)
    # Imported when wanted: a county with a folder needs no library for object storage.
    from server.store.blob_objects import open_objects

    return open_objects(url, folder / "incoming")
