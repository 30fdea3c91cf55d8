"""Decides what the settings show and does what they ask."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from fieldapp import __version__
from fieldapp.app.preferences import Preferences
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.services import outbox
from fieldapp.services.outbox import OutboxView
from ui.ports import AccountState, Surroundings


@dataclass(frozen=True, slots=True)
class SettingsState:
    """What the screen shows. `account` is None while the keyring is being asked; `done` names the
    last act that succeeded (passphrase, pin_on, pin_off, diagnosis). Without `tells_metered` nobody knows
    which network is metered."""

    preferences: Preferences
    account: AccountState | None
    facts: OutboxView | None
    version: str
    tells_metered: bool = False
    busy: bool = False
    error: str = ""
    error_field: str = ""
    done: str = ""


class SettingsPresenter:
    """Plain Python behind the settings screen."""

    def __init__(self, surroundings: Surroundings, show: Callable[[SettingsState], None]) -> None:
        self._around = surroundings
        self._show = show
        self._left = False
        self.state = SettingsState(surroundings.preferences(), None, None, __version__)

    def start(self) -> None:
        """Read what is on the screen."""
        around = self._around
        self._change(tells_metered=around.sync.tells_metered)
        around.tasks.run(lambda: outbox.outbox_view(around.context), lambda facts: self._change(facts=facts))
        self._ask_account()

    def leave(self) -> None:
        """Show nothing any more; what was asked for is still done."""
        self._left = True

    def set_preferences(self, preferences: Preferences) -> None:
        """Apply at once."""
        self._change(preferences=preferences)
        self._around.shell.set_preferences(preferences)

    def change_passphrase(self, old: str, new: str, again: str) -> None:
        """Set another passphrase."""
        if new != again:
            return self._fail(RuleError("passphrases_differ", "again"))
        return self._do("passphrase", lambda: self._around.account.change_passphrase(old, new), "old")

    def turn_pin_on(self, passphrase: str, pin: str) -> None:
        """Allow unlocking by PIN."""
        self._do("pin_on", lambda: self._around.account.turn_pin_on(passphrase, pin), "pin_passphrase")

    def turn_pin_off(self) -> None:
        """Ask for the passphrase again."""
        self._do("pin_off", self._around.account.turn_pin_off, "")

    def save_diagnosis(self, target: str) -> None:
        """Write the diagnosis file where the worker said."""
        self._do("diagnosis", lambda: self._around.account.save_diagnosis(Path(target)), "")

    def lock(self) -> None:
        """Lock now."""
        self._around.shell.lock()

    def _ask_account(self) -> None:
        around = self._around
        around.tasks.run_aside(
            around.account.account_state, lambda found: self._change(account=found), lambda _: None
        )

    def _do(self, name: str, act: Callable[[], None], field: str) -> None:
        if self.state.busy:
            return
        self._change(busy=True, error="", error_field="", done="")

        def done(_: None) -> None:
            self._change(busy=False, done=name)
            self._ask_account()

        def failed(error: FieldappError) -> None:
            self._fail(error, field)

        self._around.tasks.run_aside(act, done, failed)

    def _fail(self, error: FieldappError, field: str = "") -> None:
        place = error.field if isinstance(error, RuleError) else field
        self._change(busy=False, error=self._around.texts.error(error), error_field=place)

    def _change(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        if not self._left:
            self._show(self.state)
