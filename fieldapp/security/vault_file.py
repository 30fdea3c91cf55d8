"""The vault's file format and its two copies on disk: parse, verify, heal, replace atomically. Level 3.

The digest tells a damaged file from a wrong passphrase; it is no protection against forgery. That is the
task of each slot's associated data, which covers the slot's own header, the format version and the device.
"""

import base64
import contextlib
import dataclasses
import errno
import hashlib
import json
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import NoneType
from typing import Final, TypeAlias, TypeVar, cast, get_args, get_origin, get_type_hints

from fieldapp.domain.clock import parse_instant
from fieldapp.domain.errors import DatabaseTooNewError, StorageError
from fieldapp.security.cipher import Argon2Cost

FORMAT: Final = "fieldapp-vault"
VERSION: Final = 1
MAX_FILE_BYTES: Final = 256 * 1024
MAX_DEVICE_ID_CHARACTERS: Final = 48

MIN_SALT_BYTES: Final = 16

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, JsonValue]
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PassphraseSlot:
    """Slot A: the data key under AES-256-GCM( Argon2id(passphrase) )."""

    suite: str
    cost: Argon2Cost
    salt: bytes
    sealed: bytes
    slot: str = "passphrase"

    def __post_init__(self) -> None:
        _check_salt(self.salt)


@dataclass(frozen=True, slots=True)
class EscrowSlot:
    """Slot E: the data key in a sealed box to one county X25519 key."""

    suite: str
    county_key: bytes
    sealed: bytes
    slot: str = "escrow"


@dataclass(frozen=True, slots=True)
class QuickSlot:
    """Slot K: the data key under AES-256-GCM( HKDF( Argon2id(PIN) ‖ keyring secret ) ), for a while.

    Instants are domain.clock.instant_text; `secret_name` is the keyring entry.
    """

    suite: str
    cost: Argon2Cost
    salt: bytes
    secret_name: str
    created_at: str
    expires_at: str
    boot_id: str | None
    sealed: bytes
    slot: str = "quick"

    def __post_init__(self) -> None:
        _check_salt(self.salt)
        parse_instant(self.created_at)
        parse_instant(self.expires_at)


Slot = PassphraseSlot | EscrowSlot | QuickSlot


@dataclass(frozen=True, slots=True)
class VaultContent:
    """Everything in the file. `revision` grows with every write; the counter is not secret and not sealed."""

    device_id: str
    key_check: bytes
    passphrase: PassphraseSlot
    escrow: tuple[EscrowSlot, ...] = ()
    quick: QuickSlot | None = None
    quick_tries_left: int = 0
    revision: int = 0
    format: str = FORMAT
    version: int = VERSION


def slot_aad(device_id: str, slot: Slot, *, version: int = VERSION) -> bytes:
    """Associated data of a slot: canonical JSON of version, device id and every field of it but `sealed`."""
    header = {name: value for name, value in _encoded_object(slot).items() if name != "sealed"}
    return _canonical({"device_id": device_id, "slot": header, "version": version})


class VaultFile:
    """The file and its second copy. `read` heals a copy that is damaged, missing or behind."""

    def __init__(self, path: Path) -> None:
        self._paths = (path, path.with_name(f"{path.stem}.copy{path.suffix}"))

    def exists(self) -> bool:
        """True when either copy is there, whatever its state."""
        return any(path.exists() for path in self._paths)

    def read(self) -> VaultContent:
        """The newest intact copy.

        Raises StorageError vault_missing, vault_damaged, vault_unreadable (the system denies reading) and
        DatabaseTooNewError.
        """
        if not self.exists():
            raise StorageError("vault_missing")
        copies: dict[Path, VaultContent | None] = {}
        for path in self._paths:
            try:
                copies[path] = _read_copy(path)
            except OSError as error:
                # It may be the newer one, held by another program for a moment: it is not healed over.
                _log.warning("vault copy %s unreadable: errno %s", path.name, error.errno)
        intact = [content for content in copies.values() if content is not None]
        if not intact:
            raise StorageError("vault_damaged" if len(copies) == len(self._paths) else "vault_unreadable")
        newest = max(intact, key=lambda content: content.revision)
        raw = to_bytes(newest)
        for path, content in copies.items():
            if content != newest:
                _log.warning("vault copy %s healed from the other", path.name)
                _replace_quietly(path, raw)
        return newest

    def write(self, content: VaultContent) -> VaultContent:
        """Replace both copies; the result carries the new revision.

        Once the first copy is on disk the change has happened. A second copy that cannot be written is left
        to the next read, which heals it: reporting failure then would be untrue.
        """
        content = dataclasses.replace(content, revision=content.revision + 1)
        raw = to_bytes(content)
        first, second = self._paths
        try:
            first.parent.mkdir(parents=True, exist_ok=True)
            _replace(first, raw)
        except OSError as error:
            raise _storage_error(error) from None
        _replace_quietly(second, raw)
        return content

    def delete(self) -> None:
        """Remove both copies (remote wipe). Raises StorageError where the disk refuses."""
        try:
            for path in self._paths:
                path.unlink(missing_ok=True)
                _temporary(path).unlink(missing_ok=True)
                _sync_folder(path.parent)
        except OSError as error:
            raise _storage_error(error) from None


def to_bytes(content: VaultContent) -> bytes:
    """The one spelling of a content: sorted, indented JSON with its SHA-256 digest."""
    fields = _encoded_object(content)
    spelled = {**fields, "digest": _digest(fields)}
    return json.dumps(spelled, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"


def from_bytes(raw: bytes) -> VaultContent | None:
    """Inverse of to_bytes; None for anything damaged. Raises DatabaseTooNewError when intact but newer."""
    try:
        fields = json.loads(raw)
        digest = fields.pop("digest")
        if fields["format"] != FORMAT or digest != _digest(fields):
            return None
        version = fields["version"]
        if version > VERSION:
            raise DatabaseTooNewError("vault_too_new", version=version, known=VERSION)
        content = _decoded_object(VaultContent, fields)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    # Only the exact spelling counts: no byte of the file may change unnoticed, not even a blank.
    return content if version == VERSION and to_bytes(content) == raw else None


def _digest(fields: JsonObject) -> str:
    return hashlib.sha256(_canonical(fields)).hexdigest()


def _canonical(fields: JsonObject) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _encoded_object(value: "VaultContent | Slot | Argon2Cost") -> JsonObject:
    return {field.name: _encoded(getattr(value, field.name)) for field in dataclasses.fields(value)}


def _encoded(value: object) -> JsonValue:
    """To plain JSON; bytes become base64."""
    if isinstance(value, VaultContent | PassphraseSlot | EscrowSlot | QuickSlot | Argon2Cost):
        return _encoded_object(value)
    if isinstance(value, tuple):
        return [_encoded(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _decoded_object(wanted: type[_T], value: JsonValue) -> _T:
    """Strictly: exact fields, exact types. Raises ValueError or TypeError."""
    hints = get_type_hints(wanted)
    if not isinstance(value, dict) or value.keys() != hints.keys():
        raise ValueError("fields differ")
    make = cast("Callable[..., _T]", wanted)
    return make(**{name: _decoded(hint, value[name]) for name, hint in hints.items()})


def _decoded(hint: object, value: JsonValue) -> object:
    arguments = get_args(hint)
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise TypeError("list expected")
        return tuple(_decoded(arguments[0], item) for item in value)
    if NoneType in arguments:
        return None if value is None else _decoded(arguments[0], value)
    if hint is bytes:
        return base64.b64decode(cast("str", _decoded(str, value)), validate=True)
    if hint is str or hint is int:
        if type(value) is not hint:
            raise TypeError("another type expected")
        return value
    return _decoded_object(cast("type[object]", hint), value)


def _check_salt(salt: bytes) -> None:
    if len(salt) < MIN_SALT_BYTES:
        raise ValueError("salt too short")


def _read_copy(path: Path) -> VaultContent | None:
    """None when damaged or not there. Raises OSError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return from_bytes(file.read(MAX_FILE_BYTES + 1))
    except FileNotFoundError:
        return None


def _replace_quietly(path: Path, raw: bytes) -> None:
    try:
        _replace(path, raw)
    except OSError as error:
        _log.warning("vault copy %s not written: errno %s", path.name, error.errno)


def _replace(path: Path, raw: bytes) -> None:
    """After this returns the new bytes survive a power cut; before, the old ones do."""
    temporary = _temporary(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
        file.write(raw)
        file.flush()
        _sync(file.fileno())
    temporary.replace(path)
    _sync_folder(path.parent)


def _temporary(path: Path) -> Path:
    return path.with_name(path.name + ".new")


def _sync(descriptor: int) -> None:
    if sys.platform == "darwin":  # plain fsync leaves the bytes in the drive's own cache there
        import fcntl

        with contextlib.suppress(OSError):  # not every file system offers it
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make a rename durable. Windows has no such call: NTFS journals the rename itself."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):  # the rename has happened; some network file systems refuse this
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _storage_error(error: OSError) -> StorageError:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return StorageError("disk_full")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError("read_only")
    return StorageError("vault_write_failed", errno=error.errno)
