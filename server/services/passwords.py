"""Password hashes: argon2id, never more than a few at once, for each costs 64 MiB and a fifth of a second."""

import threading
from typing import Final

import argon2

AT_ONCE: Final = 2
_HASHER: Final = argon2.PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
_TURNS: Final = threading.BoundedSemaphore(AT_ONCE)


def hash_password(password: str) -> str:
    """The hash to store."""
    with _TURNS:
        return _HASHER.hash(password.encode("utf-8", "surrogatepass"))


def password_fits(stored: str, password: str) -> bool:
    """Whether a password is the one behind a stored hash. Takes as long for a wrong one."""
    with _TURNS:
        try:
            return _HASHER.verify(stored, password.encode("utf-8", "surrogatepass"))
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(stored)
