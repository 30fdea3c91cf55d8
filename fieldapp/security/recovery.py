"""Forgotten passphrase, without any network: the two messages between a device and its county.

Level 3. Used by the vault and, alone, by the administrator's tool: `answer_recovery` needs no vault.

request  "FVR1" · vault version (1 byte) · suite id · device id · county key fingerprint (10 bytes)
         · slot E (80 bytes) · one-time X25519 public key (32 bytes) · SHA-256 of all this (first 4 bytes)
answer   "FVA1" · suite id · sealed box of the data key to the one-time key, with AAD = "fieldapp-recovery|"
         + SHA-256 of the request (80 bytes) · SHA-256 of all this (first 4 bytes)
Texts are UTF-8 after one length byte. Neither message opens anything without a private key.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.errors import NotAllowedError, StorageError
from fieldapp.security.cipher import KEY_BYTES, TAG_BYTES, CipherSuite, RandomBytes, suite_named
from fieldapp.security.vault_file import EscrowSlot, slot_aad

REQUEST_MAGIC: Final = b"FVR1"
ANSWER_MAGIC: Final = b"FVA1"
FINGERPRINT_BYTES: Final = 10
CHECK_BYTES: Final = 4
BOX_BYTES: Final = KEY_BYTES + KEY_BYTES + TAG_BYTES
_TAIL_BYTES: Final = FINGERPRINT_BYTES + BOX_BYTES + KEY_BYTES


@dataclass(frozen=True, slots=True)
class RecoveryRequest:
    """What the administrator's screen shows before answering."""

    device_id: str
    county_key_fingerprint: str
    vault_version: int
    suite: str
    box: bytes
    one_time_public_key: bytes


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class RecoveryTicket:
    """The device's half: `message` goes to the administrator, the private key stays in memory.

    It is kept nowhere else on purpose: on a stolen disk it would open a recorded answer. After a restart
    the device makes a new request.
    """

    message: bytes
    private_key: bytes

    def __repr__(self) -> str:
        return "RecoveryTicket(hidden)"


def county_key_fingerprint(public_key: bytes) -> str:
    """20 hexadecimal digits (80 bits of SHA-256) that people compare and devices pin."""
    return hashlib.sha256(public_key).digest()[:FINGERPRINT_BYTES].hex()


def spoken_code(message: bytes) -> str:
    """16 digits of the request, shown on both screens: equal codes mean nobody swapped the request.

    They bind the one-time key, not the person: the administrator still has to know who is asking.
    """
    number = int.from_bytes(hashlib.sha256(b"spoken|" + message).digest()[:16]) % 10**16
    digits = f"{number:016d}"
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))


def as_text(message: bytes) -> str:
    """A message as capital letters and digits: the densest text a QR code takes, and fit for any file."""
    return base64.b32encode(message).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """Inverse of as_text, whatever spaces, line ends and small letters came in; b"" for anything else."""
    letters = "".join(text.split()).upper()
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        return b""


def make_request(
    *, version: int, device_id: str, slot: EscrowSlot, suite: CipherSuite, random_bytes: RandomBytes
) -> RecoveryTicket:
    """A fresh one-time key and the request that carries its public half and slot E."""
    private_key = random_bytes(KEY_BYTES)
    body = b"".join(
        (
            REQUEST_MAGIC,
            bytes([version]),
            _text(slot.suite),
            _text(device_id),
            bytes.fromhex(county_key_fingerprint(slot.county_key)),
            slot.sealed,
            suite.public_key(private_key),
        )
    )
    return RecoveryTicket(_checked(body), private_key)


def read_request(message: bytes) -> RecoveryRequest:
    """Raises StorageError recovery_request_damaged."""
    try:
        body = _unchecked(message, REQUEST_MAGIC)
        suite, rest = _take_text(body[1:])
        device_id, tail = _take_text(rest)
        if len(tail) != _TAIL_BYTES:
            raise ValueError("wrong length")
    except (ValueError, IndexError):
        raise StorageError("recovery_request_damaged") from None
    box_end = FINGERPRINT_BYTES + BOX_BYTES
    return RecoveryRequest(
        device_id=device_id,
        county_key_fingerprint=tail[:FINGERPRINT_BYTES].hex(),
        vault_version=body[0],
        suite=suite,
        box=tail[FINGERPRINT_BYTES:box_end],
        one_time_public_key=tail[box_end:],
    )


def answer_recovery(message: bytes, county_private_key: bytes, random_bytes: RandomBytes) -> bytes:
    """Open slot E and seal the data key to the device's one-time key; the key itself is shown to nobody.

    Raises NotAllowedError recovery_wrong_county_key, StorageError recovery_request_damaged.
    """
    request = read_request(message)
    suite = suite_named(request.suite)
    county_key = suite.public_key(county_private_key)
    fingerprint = county_key_fingerprint(county_key)
    if fingerprint != request.county_key_fingerprint:
        raise NotAllowedError(
            "recovery_wrong_county_key", wanted=request.county_key_fingerprint, given=fingerprint
        )
    slot = EscrowSlot(request.suite, county_key, request.box)
    aad = slot_aad(request.device_id, slot, version=request.vault_version)
    try:
        data_key = suite.unseal_box(county_private_key, request.box, aad=aad)
        box = suite.seal_to(
            request.one_time_public_key, data_key, aad=_answer_aad(message), random_bytes=random_bytes
        )
    except StorageError:
        raise StorageError("recovery_request_damaged") from None
    return _checked(ANSWER_MAGIC + _text(request.suite) + box)


def open_answer(answer: bytes, ticket: RecoveryTicket) -> bytes:
    """The data key. Raises StorageError recovery_answer_damaged, recovery_answer_wrong (not ours)."""
    try:
        suite_id, box = _take_text(_unchecked(answer, ANSWER_MAGIC))
    except (ValueError, IndexError):
        raise StorageError("recovery_answer_damaged") from None
    try:
        return suite_named(suite_id).unseal_box(ticket.private_key, box, aad=_answer_aad(ticket.message))
    except StorageError:
        raise StorageError("recovery_answer_wrong") from None


def _answer_aad(message: bytes) -> bytes:
    return b"fieldapp-recovery|" + hashlib.sha256(message).digest()


def _text(text: str) -> bytes:
    raw = text.encode()
    return bytes([len(raw)]) + raw


def _take_text(raw: bytes) -> tuple[str, bytes]:
    end = 1 + raw[0]
    if len(raw) < end:
        raise ValueError("text cut off")
    return raw[1:end].decode(), raw[end:]


def _checked(body: bytes) -> bytes:
    return body + hashlib.sha256(body).digest()[:CHECK_BYTES]


def _unchecked(message: bytes, magic: bytes) -> bytes:
    """The body behind the magic. Raises ValueError for a message that was cut, changed or is not ours."""
    body = message[:-CHECK_BYTES]
    if not body.startswith(magic) or _checked(body) != message:
        raise ValueError("damaged")
    return body[len(magic) :]
