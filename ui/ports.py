"""What a presenter may ask of its surroundings. No Qt here: presenters are tested as plain Python."""

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from fieldapp.app.preferences import Preferences
from fieldapp.app.texts import Texts
from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError

if TYPE_CHECKING:  # the services bring the ORM, which the first paint must not wait for
    from fieldapp.services.context import Context
    from sync.engine.cycle import CycleReport
    from sync.engine.hand_over import HandedOver
    from sync.engine.packages import CarriedPackage, ExportedPackage, PackageContents, SeriesCollector
    from sync.engine.purge import Purged

T = TypeVar("T")


class Tasks(Protocol):
    """Runs work off the screen's thread and brings the result back to it."""

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[FieldappError], None] | None = None,
    ) -> None:
        """Database work: one at a time, in order. Without `failed`, an error becomes a toast."""

    def run_aside(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[FieldappError], None] | None = None,
    ) -> None:
        """Slow work without the database's order: pictures, files, network, keyring."""


class SyncState(enum.StrEnum):
    """How sync stands, for the chip and the sync screen."""

    IDLE = "IDLE"
    OFFLINE = "OFFLINE"
    SYNCING = "SYNCING"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"
    SIGN_IN_NEEDED = "SIGN_IN_NEEDED"
    UPDATE_NEEDED = "UPDATE_NEEDED"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """A moment of sync. `done`/`total` count the present stage; total 0 = not known. Of the waiting
    blobs `waiting_photos` are photos that may wait, and `photos_held` of these do: the network is metered."""

    state: SyncState = SyncState.OFFLINE
    last_sync_at: dt.datetime | None = None
    waiting_ops: int = 0
    waiting_blobs: int = 0
    refused: int = 0
    stage: str = ""
    done: int = 0
    total: int = 0
    error_code: str = ""
    waiting_photos: int = 0
    photos_held: int = 0


class Sync(Protocol):
    """The sync engine as screens see it."""

    @property
    def status(self) -> SyncStatus:
        """The latest status."""

    def sync_now(self) -> None:
        """Begin a cycle now."""

    def cancel(self) -> None:
        """Stop the running cycle at the next safe point."""

    @property
    def tells_metered(self) -> bool:
        """Whether the system can say that a network is metered."""

    def photos_rule_changed(self) -> None:
        """The worker prefers otherwise when photos are sent."""

    def send_photos_now(self) -> None:
        """Send the photos that wait for an unmetered network over this one."""

    def free_photos(self) -> "Purged":
        """Take the photos that the server holds off this device. Blocking: call inside run_aside."""

    def fetch_photo(self, sha256: str) -> bytes:
        """Bring a photo from the server and keep it. Blocking: call inside run_aside."""

    def hand_over(self, code: str) -> "HandedOver":
        """Send a revoked device's last work, with a code of its owner. Blocking: call inside run_aside."""


PackageSource: TypeAlias = bytes | Path
"""A package that was read from codes, or its file."""


class Packages(Protocol):
    """Work that travels without a network. All of it is slow: call inside run_aside."""

    def contents(self) -> "PackageContents":
        """What waits and could be carried."""

    def export(
        self,
        target: Path,
        *,
        photos: bool,
        progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> "ExportedPackage":
        """Write all that waits. Raises SyncError cancelled, StorageError stick_too_small, disk_full, …"""

    def codes_of(self, record_id: str) -> list[str]:
        """One record as texts of QR codes. Raises SyncError nothing_to_carry, series_too_long."""

    def codes_of_answer(self, carried: "CarriedPackage") -> list[str]:
        """An answer as texts of QR codes; none where it is better carried as a file."""

    def collector(self) -> "SeriesCollector":
        """Puts scanned and pasted pieces together."""

    def save_answer(self, carried: "CarriedPackage", target: Path) -> None:
        """Write the answer that was brought back. Raises StorageError disk_full, file_not_writable."""

    def is_answer(self, package: PackageSource) -> bool:
        """Whether a package is an answer. Raises SyncError package_not_package, package_damaged, …;
        StorageError("file_unreadable"), as the two below."""

    def read_answer(self, package: PackageSource) -> "CycleReport":
        """Take in the answer to this device's package. Raises SyncError package_not_ours, …"""

    def carry(self, package: PackageSource) -> "CarriedPackage":
        """Bring somebody's package to the server. Raises SyncError offline, package_…"""


class Shell(Protocol):
    """The window: where to go, what to say."""

    def go(self, route: str, **params: str) -> None:
        """Open a screen on top of the present one (Back returns)."""

    def back(self) -> None:
        """Leave the present screen."""

    def toast(self, text: str, action: str = "", on_action: Callable[[], None] | None = None) -> None:
        """Say something for six seconds, with an optional way to undo it."""

    def set_title(self, title: str, context: str = "") -> None:
        """Title and one line of context of the present screen."""

    def lock(self) -> None:
        """Lock the profile."""

    def start_tour(self) -> None:
        """Walk over the first page, one thing after the other."""

    def practise(self) -> None:
        """Lock the profile and open the one to practise with."""

    def erase(self) -> None:
        """Close the profile and destroy it, keys and data; the door says so."""

    def set_preferences(self, preferences: Preferences) -> None:
        """Apply and keep language, text size, theme, auto-lock."""


@dataclass(frozen=True, slots=True)
class AccountState:
    """How this profile is locked. `keyring` is the machine's keyring: works, missing, locked, …"""

    pin_on: bool
    keyring: str


class Account(Protocol):
    """The lock of the present profile. All of it is slow: call inside run_aside."""

    def account_state(self) -> AccountState:
        """Whether a PIN is on, and what the keyring is good for."""

    def change_passphrase(self, old: str, new: str) -> None:
        """Set another passphrase. Raises StorageError("wrong_passphrase"), RuleError for the new one."""

    def turn_pin_on(self, passphrase: str, pin: str) -> None:
        """Allow unlocking by PIN for a time. Raises NotAllowedError("quick_unlock_no_keyring")."""

    def turn_pin_off(self) -> None:
        """Ask for the passphrase again from now on."""

    def save_diagnosis(self, target: Path) -> None:
        """Write a zip of logs and facts without personal data, for the administrator."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything a presenter gets. `changed` registers a listener for ChangeSets while it lives and
    returns the way to end that."""

    context: "Context"
    tasks: Tasks
    shell: Shell
    sync: Sync
    packages: Packages
    account: Account
    texts: Texts
    preferences: Callable[[], Preferences]
    on_change: Callable[[Callable[[ChangeSet], None]], Callable[[], None]]
    on_sync: Callable[[Callable[[SyncStatus], None]], Callable[[], None]]
    publish: Callable[[ChangeSet], None]


Params = Mapping[str, str]
"""Parameters of a route, for example the household's id."""
