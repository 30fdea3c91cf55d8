"""Profiles: several workers and kinds of data on one machine, each in a folder of its own.

profile.json holds only what the unlock screen must show before anything can be decrypted.
"""

import datetime as dt
import enum
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fieldapp.domain.clock import parse_instant
from fieldapp.domain.errors import StorageError

_FILE: Final = "profile.json"
_NEVER: Final = dt.datetime.min.replace(tzinfo=dt.UTC)


class Dataset(enum.StrEnum):
    """What kind of data a profile holds; kinds never mix and only REAL meets a county's server."""

    REAL = "REAL"
    DEMO = "DEMO"
    PRACTICE = "PRACTICE"


DEMO_PASSPHRASE: Final = "ruhutong-demo"
"""Opens what the demo makes, and stands on its unlock screen: demo data are nobody's secret."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile on this machine. `label` is masked: it stands on the disk unencrypted."""

    folder: Path
    profile_id: str
    label: str
    dataset: Dataset
    created_at: dt.datetime
    last_used_at: dt.datetime

    @property
    def vault(self) -> Path:
        """The vault file."""
        return self.folder / "vault.json"


def profiles(root: Path) -> list[Profile]:
    """Profiles under a data folder, last used first. Folders that hold none are passed over.

    One whose profile.json is lost but whose vault is there comes last and without a label: its data
    must not be out of reach for want of a label; unlocking it writes the file anew.
    """
    found = [_read(folder) or _unlabelled(folder) for folder in root.glob("profiles/*")]
    return sorted((p for p in found if p is not None), key=lambda p: p.last_used_at, reverse=True)


def new_profile(root: Path, profile_id: str, label: str, dataset: Dataset, now: dt.datetime) -> Profile:
    """A profile value with its (not yet existing) folder; `write` makes it appear on the unlock screen."""
    return Profile(root / "profiles" / profile_id, profile_id, label, dataset, now, now)


def make_folder(profile: Profile) -> None:
    """The profile's folder, readable by its owner only. Raises StorageError."""
    try:
        profile.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageError("disk_full" if error.errno in (28, 122) else "cannot_open") from None


def write(profile: Profile) -> None:
    """Make or replace profile.json, whole or not at all."""
    make_folder(profile)
    target = profile.folder / _FILE
    half_done = target.with_suffix(".part")
    content = {
        "profile_id": profile.profile_id,
        "label": profile.label,
        "dataset": profile.dataset.value,
        "created_at": profile.created_at.isoformat(),
        "last_used_at": profile.last_used_at.isoformat(),
    }
    try:
        with half_done.open("w", encoding="utf-8") as out:
            json.dump(content, out, ensure_ascii=False)
            out.flush()
            os.fsync(out.fileno())
        half_done.replace(target)
    except OSError as error:
        raise StorageError("disk_full" if error.errno in (28, 122) else "cannot_open") from None


def _read(folder: Path) -> Profile | None:
    try:
        content = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return Profile(
            folder,
            content["profile_id"],
            content["label"],
            Dataset(content["dataset"]),
            parse_instant(content["created_at"]),
            parse_instant(content["last_used_at"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _unlabelled(folder: Path) -> Profile | None:
    if not any(folder.glob("vault*.json")):
        return None
    return Profile(folder, folder.name, "", Dataset.REAL, _NEVER, _NEVER)
