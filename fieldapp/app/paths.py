"""Folders of the program. Everything of a worker lives in one profile folder, encrypted."""

import sys
from pathlib import Path

from fieldapp.domain.errors import StorageError

_SYNCED_FOLDERS = (
    "onedrive",
    "dropbox",
    "nutstore",
    "坚果云",
    "baidusyncdisk",
    "百度网盘",
    "wpsdrive",
    "google drive",
)


def resources() -> Path:
    """The resources folder: beside the packages in a checkout, inside the bundle when frozen."""
    bundle = getattr(sys, "_MEIPASS", None)
    return Path(bundle or Path(__file__).parents[2]) / "resources"


def default_root() -> Path:
    """Where profiles live by default: the user's local (never roaming) application data."""
    import platformdirs

    return Path(platformdirs.user_data_dir("fieldapp", appauthor=False, roaming=False))


def prepare_root(root: Path) -> Path:
    """Make the data folder, readable by its owner only. Raises StorageError("folder_synced",
    "cannot_open") where it must not or cannot be."""
    parts = (*root.absolute().parts, *root.resolve().parts)  # a link may lead into such a folder
    if any(part.lower().startswith(_SYNCED_FOLDERS) for part in parts):
        raise StorageError("folder_synced")
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise StorageError("cannot_open") from None
    return root
