"""The one tree of expected errors. Core raises codes and facts; sentences live in resources/i18n.

FieldappError(code, **facts)
├ RuleError              the worker can fix it: sentence + field
├ NotAllowedError        permission or workflow
├ StorageError           known environment errors (full, locked, wrong key, damaged)
│ └ DatabaseTooNewError  written by a newer program
└ SyncError              offline, sign-in needed, protocol too old, server error

Anything outside this tree is a bug: it is never swallowed.
"""

from typing import Final

Fact = str | int | float | bool | None


class FieldappError(Exception):
    """An expected error. `code` names the sentence in messages.toml, `facts` fill its slots.

    Facts must never hold names, ID numbers, phone numbers or other personal data: errors are logged.
    """

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.code: Final = code
        self.facts: Final = facts

    def __str__(self) -> str:
        facts = " ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} {facts}".strip()


class RuleError(FieldappError):
    """A value breaks a rule; `field` is where the worker can mend it ('' for the whole record)."""

    def __init__(self, code: str, field: str = "", **facts: Fact) -> None:
        super().__init__(code, **facts)
        self.field: Final = field


class NotAllowedError(FieldappError):
    """The user's role, scope or the record's state does not allow the act."""


class StorageError(FieldappError):
    """The environment refused: disk_full, database_locked, wrong_key, database_damaged, read_only."""


class DatabaseTooNewError(StorageError):
    """The file was written by a newer program; nothing is touched."""


class SyncError(FieldappError):
    """Sync could not go on: offline, sign_in_needed, device_revoked, protocol_too_old, server_error."""
