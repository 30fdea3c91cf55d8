"""Decides what the door shows. Imports nothing heavy: it is on the screen before the ORM is loaded."""

import enum
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import parse_qs

from fieldapp.app.preferences import Preferences
from fieldapp.app.profiles import Profile
from fieldapp.app.texts import Texts
from fieldapp.domain.errors import FieldappError, RuleError
from ui.ports import Tasks
from ui.screens.unlock.recovery import Recovery, RecoveryDoor, RecoveryState

if TYPE_CHECKING:
    from fieldapp.services.profiles import UnlockedProfile


_SCHEME: Final = "fieldapp:"


class DoorMode(enum.StrEnum):
    """Which page of the door is open."""

    PASSPHRASE = "PASSPHRASE"
    PIN = "PIN"
    ENROL = "ENROL"
    RECOVERY = "RECOVERY"


@dataclass(frozen=True, slots=True)
class DoorState:
    """What the door shows; `error` is a sentence and `error_field` its place.

    `server_url` and `code` are what was scanned; `foreign_code` says that it was something else; `erased`
    that a revoked profile has just been destroyed.
    """

    mode: DoorMode
    profiles: tuple[Profile, ...]
    chosen: Profile | None = None
    pin_available: bool = False
    busy: bool = False
    error: str = ""
    error_field: str = ""
    scanning: bool = False
    foreign_code: bool = False
    server_url: str = ""
    code: str = ""
    recovery: RecoveryState | None = None
    erased: bool = False


class Door(RecoveryDoor, Protocol):
    """What the composition root lets the door do. All of it is slow: call inside run_aside."""

    def unlock(self, profile: Profile, passphrase: str) -> "UnlockedProfile":
        """Open a profile by passphrase."""

    def quick_unlock(self, profile: Profile, pin: str) -> "UnlockedProfile":
        """Open a profile by PIN."""

    def quick_unlock_available(self, profile: Profile) -> bool:
        """Whether a PIN may be asked for."""

    def enrol(self, server_url: str, code: str, passphrase: str) -> "UnlockedProfile":
        """Make a profile with a county's one-time code."""


class UnlockPresenter:
    """Plain Python behind the unlock screen."""

    def __init__(
        self,
        *,
        profiles: list[Profile],
        door: Door,
        tasks: Tasks,
        texts: Texts,
        render: Callable[[DoorState], None],
        opened: Callable[["UnlockedProfile"], None],
        set_preferences: Callable[[Preferences], None],
        erased: bool = False,
    ) -> None:
        self._door = door
        self._tasks = tasks
        self._texts = texts
        self._render = render
        self._opened = opened
        self._set_preferences = set_preferences
        self._left = False
        self.recovery: Recovery | None = None
        mode = DoorMode.PASSPHRASE if profiles else DoorMode.ENROL
        self.state = DoorState(mode, tuple(profiles), profiles[0] if profiles else None, erased=erased)

    def start(self) -> None:
        """Show the first page."""
        self._render(self.state)
        if self.state.chosen is not None:
            self._ask_for_pin(self.state.chosen)

    def set_preferences(self, preferences: Preferences) -> None:
        """Apply at once. That builds the door anew, so this one shows nothing any more."""
        self._left = True
        self._set_preferences(preferences)

    def choose(self, profile: Profile) -> None:
        """Another worker of this device takes his seat."""
        self._show(mode=DoorMode.PASSPHRASE, chosen=profile, pin_available=False, error="", error_field="")
        self._ask_for_pin(profile)

    def show_enrol(self) -> None:
        """Set up a further profile."""
        self._show(mode=DoorMode.ENROL, error="", error_field="")

    def show_recovery(self) -> None:
        """The passphrase is forgotten: ask the county for help."""
        profile = self.state.chosen
        if profile is None or self.state.busy:
            return
        self._give_up_recovery()
        self.recovery = Recovery(
            profile=profile,
            door=self._door,
            tasks=self._tasks,
            texts=self._texts,
            render=lambda recovery: self._show(recovery=recovery),
            opened=self._open,
        )
        self._show(mode=DoorMode.RECOVERY, error="", error_field="")
        self.recovery.start()

    def show_passphrase(self) -> None:
        """Back to the passphrase, from the PIN, from enrolment or from recovery."""
        if self.state.profiles:
            self._give_up_recovery()
            self._show(mode=DoorMode.PASSPHRASE, error="", error_field="", scanning=False, recovery=None)

    def scan(self) -> None:
        """Read the enrolment code with the camera, or from a picture."""
        if not self.state.busy:
            self._show(scanning=True, foreign_code=False, error="", error_field="")

    def stop_scanning(self) -> None:
        """Type instead."""
        self._show(scanning=False, foreign_code=False)

    def scanned(self, text: str) -> None:
        """A code was read: the right one fills in server and code, any other is said to be another."""
        server, code = read_enrolment("", text) if text.startswith(_SCHEME) else ("", "")
        if server and code:
            self._show(scanning=False, foreign_code=False, server_url=server, code=code)
        else:
            self._show(foreign_code=True)

    def unlock(self, secret: str) -> None:
        """The worker typed a passphrase or, on the PIN page, a PIN."""
        profile = self.state.chosen
        if profile is None or self.state.busy:
            return None
        by_pin = self.state.mode is DoorMode.PIN
        if not secret:
            return self._fail(
                RuleError("pin_format", "pin", minimum=6, maximum=12)
                if by_pin
                else RuleError("passphrase_required", "passphrase")
            )
        act = self._door.quick_unlock if by_pin else self._door.unlock
        self._show(busy=True, error="", error_field="")
        return self._tasks.run_aside(lambda: act(profile, secret), self._open, self._fail)

    def enrol(self, server_url: str, code: str, passphrase: str, again: str) -> None:
        """The worker filled in the enrolment page."""
        if self.state.busy:
            return None
        server, one_time = read_enrolment(server_url, code)
        for wrong, field, error_code in (
            (not server, "server_url", "server_required"),
            (not one_time, "code", "code_required"),
            (passphrase != again, "again", "passphrases_differ"),
        ):
            if wrong:
                return self._fail(RuleError(error_code, field))
        self._show(busy=True, error="", error_field="", scanning=False)
        return self._tasks.run_aside(
            lambda: self._door.enrol(server, one_time, passphrase), self._open, self._fail
        )

    def _give_up_recovery(self) -> None:
        if self.recovery is not None:
            self.recovery.leave()
            self.recovery = None

    def _open(self, unlocked: "UnlockedProfile") -> None:
        self._left = True  # the pages take the door's place
        self._opened(unlocked)

    def _ask_for_pin(self, profile: Profile) -> None:
        def answered(available: bool) -> None:
            if self.state.chosen == profile and not self.state.busy:
                mode = (
                    DoorMode.PIN if available and self.state.mode is DoorMode.PASSPHRASE else self.state.mode
                )
                self._show(mode=mode, pin_available=available)

        self._tasks.run_aside(lambda: self._door.quick_unlock_available(profile), answered)

    def _fail(self, error: FieldappError) -> None:
        field = error.field if isinstance(error, RuleError) else "passphrase"
        if self.state.mode is DoorMode.ENROL and not isinstance(error, RuleError):
            field = ""
        try_again = isinstance(error, RuleError) or error.code == "wrong_pin"
        back_to_passphrase = self.state.mode is DoorMode.PIN and not try_again
        mode = DoorMode.PASSPHRASE if back_to_passphrase else self.state.mode
        self._show(mode=mode, busy=False, error=self._texts.error(error), error_field=field)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        if not self._left:
            self._render(self.state)


def read_enrolment(server_url: str, code: str) -> tuple[str, str]:
    """Server address and code from what was typed, pasted or scanned.

    A scanner types the whole QR text `fieldapp://enrol?server=…&code=…` into whichever field has the focus.
    """
    for text in (server_url.strip(), code.strip()):
        if text.startswith(_SCHEME):
            query = parse_qs(text.partition("?")[2])
            return query.get("server", [""])[0], query.get("code", [""])[0]
    server = server_url.strip().rstrip("/")
    if server and "://" not in server:
        server = f"https://{server}"
    return server, code.strip().upper().replace(" ", "").replace("-", "")
