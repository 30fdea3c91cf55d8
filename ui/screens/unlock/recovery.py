"""Decides what the page of a forgotten passphrase shows: request, answer, new passphrase. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from fieldapp.app.profiles import Profile
from fieldapp.app.texts import Texts
from fieldapp.domain.errors import FieldappError, RuleError, StorageError
from ui.ports import Tasks

if TYPE_CHECKING:
    from fieldapp.services.profiles import RecoveryAttempt, UnlockedProfile

_ANSWER_PROBLEMS: Final = frozenset({"recovery_answer_damaged", "recovery_answer_wrong", "answer_required"})


@dataclass(frozen=True, slots=True)
class RecoveryState:
    """What the page shows. `code` and `text` are '' until the request is made, or where none can be;
    `answer` is what was scanned or read from a file."""

    code: str = ""
    text: str = ""
    saved: bool = False
    scanning: bool = False
    answer: str = ""
    busy: bool = True
    error: str = ""
    error_field: str = ""


class RecoveryDoor(Protocol):
    """What the composition root lets this page do. All of it is slow: call inside run_aside."""

    def recovery_request(self, profile: Profile) -> "RecoveryAttempt":
        """Ask for help. Raises NotAllowedError("recovery_not_set_up")."""

    def recover(
        self, profile: Profile, attempt: "RecoveryAttempt", answer: str, passphrase: str
    ) -> "UnlockedProfile":
        """Take the answer, set a new passphrase and open the profile."""


class Recovery:
    """One attempt to get in without the passphrase. The one-time key is forgotten with this object."""

    def __init__(
        self,
        *,
        profile: Profile,
        door: RecoveryDoor,
        tasks: Tasks,
        texts: Texts,
        render: Callable[[RecoveryState], None],
        opened: Callable[["UnlockedProfile"], None],
    ) -> None:
        self._profile = profile
        self._door = door
        self._tasks = tasks
        self._texts = texts
        self._render = render
        self._opened = opened
        self._attempt: RecoveryAttempt | None = None
        self._left = False
        self.state = RecoveryState()

    def start(self) -> None:
        """Make the request."""
        self._show()
        self._tasks.run_aside(
            lambda: self._door.recovery_request(self._profile), self._on_attempt, self._fail
        )

    def leave(self) -> None:
        """Give the attempt up."""
        self._left = True
        self._attempt = None

    def save_request(self, target: Path) -> None:
        """Write the request for a stick or a message."""
        text = self.state.text

        def write() -> None:
            try:
                target.write_text(text + "\n", encoding="ascii")
            except OSError:
                raise StorageError("file_not_writable") from None

        self._show(saved=False, error="", error_field="")
        self._tasks.run_aside(write, lambda _: self._show(saved=True), self._fail)

    def open_answer(self, source: Path) -> None:
        """Read the answer from a file."""

        def read() -> str:
            try:
                return source.read_bytes()[:_MOST_BYTES].decode("ascii", "replace").strip()
            except OSError:
                raise StorageError("file_unreadable") from None

        self._show(error="", error_field="")
        self._tasks.run_aside(read, self.take_answer, self._fail)

    def scan(self, on: bool) -> None:
        """Open or shut the scanner."""
        self._show(scanning=on)

    def take_answer(self, text: str) -> None:
        """An answer was scanned or read."""
        self._show(answer=text, scanning=False, error="", error_field="")

    def finish(self, answer: str, passphrase: str, again: str) -> None:
        """Set the new passphrase and open."""
        attempt = self._attempt
        if attempt is None or self.state.busy:
            return
        if not answer.strip():
            self._fail(RuleError("answer_required", "answer"))
        elif passphrase != again:
            self._fail(RuleError("passphrases_differ", "again"))
        else:
            self._show(busy=True, error="", error_field="", scanning=False)
            self._tasks.run_aside(
                lambda: self._door.recover(self._profile, attempt, answer, passphrase),
                self._on_opened,
                self._fail,
            )

    def _on_attempt(self, attempt: "RecoveryAttempt") -> None:
        if not self._left:
            self._attempt = attempt
            self._show(code=attempt.code, text=attempt.text, busy=False)

    def _on_opened(self, unlocked: "UnlockedProfile") -> None:
        self._left = True
        self._opened(unlocked)

    def _fail(self, error: FieldappError) -> None:
        field = error.field if isinstance(error, RuleError) else ""
        if error.code in _ANSWER_PROBLEMS:
            field = "answer"
        self._show(busy=False, error=self._texts.error(error), error_field=field)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        if not self._left:
            self._render(self.state)


_MOST_BYTES: Final = 4096
"""Many times an answer; a film chosen by mistake is not read whole."""
