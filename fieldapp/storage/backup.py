"""Automatic encrypted snapshots of records.db, and the way back to the newest sound one."""

import datetime as dt
from pathlib import Path
from typing import Final

from fieldapp.domain.errors import StorageError
from fieldapp.storage import engine as files

KEPT: Final = 3
_NAME: Final = "records-%Y%m%dT%H%M%S%fZ.db"


def take_snapshot(records: Path, folder: Path, key: bytes, now: dt.datetime) -> Path:
    """Copy the live database into `folder`, then drop all but the newest KEPT copies."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / now.astimezone(dt.UTC).strftime(_NAME)
    for stray in folder.glob("records-*.part*"):  # of a snapshot that was killed
        stray.unlink()
    half_done = target.with_suffix(".part")
    files.backup_database(records, half_done, key)
    for stray in (Path(f"{half_done}-wal"), Path(f"{half_done}-shm")):
        stray.unlink(missing_ok=True)
    half_done.replace(target)
    for old in snapshots(folder)[KEPT:]:
        old.unlink()
    return target


def snapshots(folder: Path) -> list[Path]:
    """Snapshots of a profile, newest first."""
    return sorted(folder.glob("records-*.db"), reverse=True)


def newest_good_snapshot(records: Path, folder: Path, key: bytes, application_id: int) -> dt.datetime:
    """Replace a damaged records.db by the newest snapshot that passes its checks.

    The damaged file stays beside it as `records.damaged-…`. Returns the time of the snapshot. Raises
    StorageError("no_snapshot") when none is sound.
    """
    for snapshot in snapshots(folder):
        try:
            files.check_database(snapshot, key, application_id, newest=1 << 30)
            files.quick_check(snapshot, key)
        except StorageError:
            continue
        # Copied first: when the disk is full, the damaged file is still all there is.
        half_done = records.with_suffix(".restoring")
        files.backup_database(snapshot, half_done, key)
        taken = dt.datetime.strptime(snapshot.name, _NAME).replace(tzinfo=dt.UTC)
        for part in ("", "-wal", "-shm"):
            damaged = Path(f"{records}{part}")
            if damaged.exists():
                damaged.replace(records.with_name(f"records.damaged-{taken:%Y%m%dT%H%M%S}.db{part}"))
        half_done.replace(records)
        return taken
    raise StorageError("no_snapshot")
