"""Keyrings in every mood: the edge that keystore tests replace."""

from collections.abc import Callable, Mapping
from typing import Final

from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordDeleteError, PasswordSetError

from fieldapp.security.keystore import Keystore


class MemoryKeyring(KeyringBackend):
    """Works as a keyring should; the moods below spoil it."""

    priority = 0.1  # keyring demands one

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError("no such entry")


class RaisingKeyring(MemoryKeyring):
    """Raises `error` at every call."""

    error: Exception = NoKeyringError("nothing here")

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error

    def delete_password(self, service: str, username: str) -> None:
        raise self.error


class ForgettingKeyring(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        """Takes it and keeps nothing, as keyring.backends.null does."""


class CorruptingKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        stored = super().get_password(service, username)
        return None if stored is None else stored[::-1] + "x"


def keystore_over(backend: KeyringBackend) -> Keystore:
    kind = type(backend)
    return Keystore(backend, allowed_backends=frozenset({f"{kind.__module__}.{kind.__qualname__}"}))


def raising(error: Exception) -> Keystore:
    backend = RaisingKeyring()
    backend.error = error
    return keystore_over(backend)


MOODS: Final[Mapping[str, Callable[[], Keystore]]] = {
    "works": lambda: keystore_over(MemoryKeyring()),
    "missing": lambda: raising(NoKeyringError("none")),
    "no_answer": lambda: raising(InitError("Failed to create the collection")),
    "locked": lambda: raising(KeyringLocked("dismissed")),
    "forgets": lambda: keystore_over(ForgettingKeyring()),
    "corrupts": lambda: keystore_over(CorruptingKeyring()),
    "denies": lambda: raising(PasswordSetError("Cancelled by user")),
    "breaks": lambda: raising(OSError(1783, "The stub received bad data")),
    "untrusted": lambda: Keystore(MemoryKeyring()),
}
