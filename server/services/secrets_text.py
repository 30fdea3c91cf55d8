"""Secrets that people type or devices hold: codes, passwords, tokens. Randomness is injected."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from typing import Final

RandomBytes = Callable[[int], bytes]

system_random: Final[RandomBytes] = secrets.token_bytes
"""The real source. Only composition roots hand it out."""

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
CODE_LENGTH: Final = 10
PASSWORD_LENGTH: Final = 16


def crockford(random_bytes: RandomBytes, length: int) -> str:
    """Random text of Crockford's base 32: no letters that are taken for digits."""
    return "".join(CROCKFORD[byte & 31] for byte in random_bytes(length))


def normal_code(typed: str) -> str:
    """A code as typed or scanned, in the form it was made in."""
    return "".join(c for c in typed.upper().translate(_READ_AS) if c in CROCKFORD)


def shown_code(code: str) -> str:
    """A code in groups of five."""
    return "-".join(code[start : start + 5] for start in range(0, len(code), 5))


def new_token(random_bytes: RandomBytes) -> str:
    """An opaque token of 256 bits."""
    return base64.urlsafe_b64encode(random_bytes(32)).rstrip(b"=").decode()


def secret_hash(secret: str) -> str:
    """What is stored of a token or code. Looking it up by hash takes no time that tells of the secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
