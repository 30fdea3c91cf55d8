"""The operating system's keyring as one small, doubtful convenience: every failure becomes a status. Level 3.

Calls may block on a prompt of the desktop: never on the screen's thread.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "fieldapp-quick-unlock"
SECRET_CHARACTERS: Final = 44
"""A 32-byte secret in base64; far below the 1,280 characters of the Windows Credential Locker."""

WINDOWS_BACKEND: Final = "keyring.backends.Windows.WinVaultKeyring"
ALLOWED_BACKENDS: Final = frozenset(
    {
        WINDOWS_BACKEND,
        "keyring.backends.macOS.Keyring",
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
    }
)
"""Exact classes. Anything else (null, plain-text files, plug-ins) may forget or publish the secret."""

_log = logging.getLogger(__name__)


class KeystoreStatus(StrEnum):
    """What the keyring turned out to be."""

    WORKS = "works"
    MISSING = "missing"
    """There is no keyring on this machine, or nobody answers."""
    LOCKED = "locked"
    """The person has not unlocked it, or dismissed the prompt; it may work later."""
    FORGETFUL = "forgetful"
    """It took the secret and gave back nothing, or something else."""
    REFUSED = "refused"
    """It denied the act, or is of a kind that is not trusted."""


@dataclass(frozen=True, slots=True)
class KeystoreAnswer:
    """Result of a look-up; `secret` is None unless the status is WORKS."""

    status: KeystoreStatus
    secret: str | None = field(default=None, repr=False)


class Keystore:
    """Stores secrets of up to 44 characters by name. Never raises what keyring raises; idle until used."""

    def __init__(
        self, backend: "KeyringBackend | None" = None, *, allowed_backends: frozenset[str] = ALLOWED_BACKENDS
    ) -> None:
        """Without `backend` the machine's own is looked up at each use."""
        self._given_backend = backend
        self._allowed = allowed_backends

    def probe(self) -> KeystoreStatus:
        """Store, read back and delete a throw-away secret."""
        name = f"probe-{secrets.token_hex(8)}"
        status = self.put(name, secrets.token_hex(SECRET_CHARACTERS // 2))
        return self.delete(name) if status is KeystoreStatus.WORKS else status

    def put(self, name: str, secret: str) -> KeystoreStatus:
        """Store and read back; FORGETFUL when another value, or none, comes back."""
        if len(secret) > SECRET_CHARACTERS:
            raise ValueError("secret too long for every keyring")

        def store_and_read(backend: "KeyringBackend") -> str | None:
            backend.set_password(SERVICE, name, secret)
            return backend.get_password(SERVICE, name)

        answer = self._ask(store_and_read)
        if answer.status is KeystoreStatus.WORKS and answer.secret != secret:
            return KeystoreStatus.FORGETFUL
        return answer.status

    def get(self, name: str) -> KeystoreAnswer:
        """Look up; FORGETFUL when nothing is stored under that name."""
        answer = self._ask(lambda backend: backend.get_password(SERVICE, name))
        if answer.status is KeystoreStatus.WORKS and answer.secret is None:
            return KeystoreAnswer(KeystoreStatus.FORGETFUL)
        return answer

    def delete(self, name: str) -> KeystoreStatus:
        """Delete; WORKS also when there was nothing to delete."""
        status = self._ask(lambda backend: backend.delete_password(SERVICE, name)).status
        if status is not KeystoreStatus.WORKS and self.get(name).status is KeystoreStatus.FORGETFUL:
            return KeystoreStatus.WORKS
        return status

    def _ask(self, act: "Callable[[KeyringBackend], str | None]") -> KeystoreAnswer:
        try:
            backend = self._backend()
            if isinstance(backend, KeystoreStatus):
                return KeystoreAnswer(backend)
            return KeystoreAnswer(KeystoreStatus.WORKS, act(backend))
        except Exception as error:  # noqa: BLE001 - backends raise far more than keyring documents
            return KeystoreAnswer(_status_of(error))

    def _backend(self) -> "KeyringBackend | KeystoreStatus":
        """The backend to use, or why there is none."""
        import keyring
        from keyring.backends.chainer import ChainerBackend
        from keyring.backends.fail import Keyring as FailBackend

        backend = self._given_backend or keyring.get_keyring()
        if type(backend) is ChainerBackend:
            # Two desktops' keyrings are installed: stay with the first trusted one, so that a secret is
            # always looked for where it was put.
            backend = next((each for each in backend.backends if self._is_allowed(each)), backend)
        if isinstance(backend, FailBackend):
            return KeystoreStatus.MISSING
        if not self._is_allowed(backend):
            _log.warning("keyring backend is not on the list: %s", _class_name(backend))
            return KeystoreStatus.REFUSED
        if _class_name(backend) == WINDOWS_BACKEND:
            # The default, ENTERPRISE, roams to other machines of the domain.
            backend.persist = "local machine"  # type: ignore[attr-defined]
        return backend

    def _is_allowed(self, backend: "KeyringBackend") -> bool:
        return _class_name(backend) in self._allowed


def _class_name(backend: "KeyringBackend") -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _status_of(error: Exception) -> KeystoreStatus:
    """D-Bus, Win32 and import errors come through as they are; only keyring's own say more than "refused"."""
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    # The class alone is logged: messages of backends may quote attributes of the entry.
    _log.warning("keyring failed: %s", type(error).__name__)
    if isinstance(error, KeyringLocked):
        return KeystoreStatus.LOCKED
    if isinstance(error, NoKeyringError | InitError | ImportError):
        return KeystoreStatus.MISSING
    return KeystoreStatus.REFUSED
