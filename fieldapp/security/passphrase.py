"""What a passphrase and a PIN must be, their byte form, and how dear a guess is made. Level 3."""

import math
import time
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fieldapp.domain.errors import RuleError, StorageError
from fieldapp.security.cipher import STANDARD, Argon2Cost

MIN_CHARACTERS: Final = 8
MAX_CHARACTERS: Final = 256
MIN_DIFFERENT_CHARACTERS: Final = 4
MIN_PIN_DIGITS: Final = 6
MAX_PIN_DIGITS: Final = 12
MIN_DIFFERENT_DIGITS: Final = 3

COST_FLOOR: Final = Argon2Cost(memory_kib=64 * 1024, passes=3)
MEMORY_CHOICES_KIB: Final = (256 * 1024, 128 * 1024, 64 * 1024)
TARGET_SECONDS: Final = 0.5
LIMIT_SECONDS: Final = 1.0

# Control characters cannot be typed again; lone surrogates have no bytes; characters that this Python's
# Unicode tables do not know could normalise differently after an upgrade and lock their owner out.
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cs", "Cn"})
_DIGIT_RUNS: Final = ("01234567890123456789", "98765432109876543210")


def load_common_passphrases(path: Path) -> frozenset[str]:
    """The passphrases everybody tries first: one a line, `#` starts a comment line."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return frozenset(_folded(line) for line in lines if line and not line.startswith("#"))


def passphrase_bytes(text: str) -> bytes:
    """The bytes a passphrase stands for: NFC, UTF-8, whole. Raises UnicodeEncodeError on lone surrogates.

    NFC makes one passphrase of the same letters typed on keyboards that compose accents differently.
    """
    return unicodedata.normalize("NFC", text).encode()


def check_passphrase(text: str, common: Collection[str]) -> None:
    """Raise RuleError (field "passphrase") unless `text` may protect a vault. Length is of the NFC form."""
    if any(unicodedata.category(character) in _REFUSED_CATEGORIES for character in text):
        raise RuleError("passphrase_characters", field="passphrase")
    normal = unicodedata.normalize("NFC", text)
    if len(normal) < MIN_CHARACTERS:
        raise RuleError("passphrase_short", field="passphrase", minimum=MIN_CHARACTERS)
    if len(normal) > MAX_CHARACTERS:
        raise RuleError("passphrase_long", field="passphrase", maximum=MAX_CHARACTERS)
    folded = _folded(normal)
    if folded in common or len(set(folded)) < MIN_DIFFERENT_CHARACTERS:
        raise RuleError("passphrase_common", field="passphrase")


def check_pin(pin: str) -> None:
    """Raise RuleError (field "pin") unless `pin` may open the quick slot: 6 to 12 digits, no plain run."""
    if not (pin.isascii() and pin.isdigit() and MIN_PIN_DIGITS <= len(pin) <= MAX_PIN_DIGITS):
        raise RuleError("pin_format", field="pin", minimum=MIN_PIN_DIGITS, maximum=MAX_PIN_DIGITS)
    if len(set(pin)) < MIN_DIFFERENT_DIGITS or any(pin in run for run in _DIGIT_RUNS):
        raise RuleError("pin_simple", field="pin")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


@dataclass(frozen=True, slots=True)
class CostPolicy:
    """How dear guesses are made on this device. Nothing below `floor` is ever chosen.

    The default floor is the low-memory profile of RFC 9106. Only tests give a lower one.
    """

    floor: Argon2Cost = COST_FLOOR
    memory_choices_kib: tuple[int, ...] = MEMORY_CHOICES_KIB
    timer: Callable[[], float] = time.perf_counter

    def calibrate(self) -> Argon2Cost:
        """The largest memory at which one unlock stays within LIMIT_SECONDS, with passes for TARGET_SECONDS.

        Takes up to a second: not on the screen's thread. A device too slow for everything gets the floor.
        """
        for memory_kib in self.memory_choices_kib:
            if memory_kib < self.floor.memory_kib:
                continue
            seconds = self._seconds_per_pass(memory_kib)
            if seconds is None:
                continue
            passes = max(self.floor.passes, min(math.ceil(TARGET_SECONDS / seconds), 4 * self.floor.passes))
            if passes * seconds <= LIMIT_SECONDS:
                return Argon2Cost(memory_kib, passes)
        return self.floor

    def _seconds_per_pass(self, memory_kib: int) -> float | None:
        """Time of one pass; None where the device has not so much memory."""
        started = self.timer()
        try:
            STANDARD.stretch(b"calibration", bytes(16), Argon2Cost(memory_kib, passes=1))
        except StorageError:
            return None
        return max(self.timer() - started, 1e-6)
