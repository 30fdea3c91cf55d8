"""The diagnosis file: logs and facts of the machine, nothing personal, for a person to read and send."""

import json
import platform
import shutil
import sqlite3
import zipfile
from pathlib import Path

from fieldapp.app import preferences, profiles
from fieldapp.domain.errors import StorageError


def save(root: Path, target: Path, version: str) -> None:
    """Write the zip, whole or not at all. Raises StorageError("disk_full" or "cannot_open")."""
    half_done = target.with_suffix(".part")
    try:
        # A tablet whose clock battery died writes logs of 1970, which a zip cannot date.
        with zipfile.ZipFile(half_done, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
            archive.writestr("facts.json", json.dumps(_facts(root, version), indent=1))
            for log in sorted((root / "logs").glob("*")):
                archive.write(log, f"logs/{log.name}")
        half_done.replace(target)
    except OSError as error:
        half_done.unlink(missing_ok=True)
        raise StorageError("disk_full" if error.errno in (28, 122) else "cannot_open") from None


def _facts(root: Path, version: str) -> dict[str, object]:
    shown = preferences.load(root)
    return {
        "version": version,
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "free_mb": shutil.disk_usage(root).free // 1_000_000,
        "language": shown.language.value,
        "text_scale": shown.text_scale,
        "profiles": [
            {
                "dataset": profile.dataset.value,
                "files": {path.name: path.stat().st_size for path in sorted(profile.folder.glob("*.db*"))},
            }
            for profile in profiles.profiles(root)
        ],
    }
