"""A small package as a numbered series of QR codes: pieces in any order, again and again, until all are
there (docs/sync-protocol.md, section 8). Pure.

piece  "FAQ1" "-" series (8 characters) "-" number "-" of how many "-" base 32 of the bytes "-" check (4)
"""

import base64
import hashlib
import re
from typing import Final

from fieldapp.domain.errors import SyncError

PIECE_BYTES: Final = 350
"""Keeps a code at about 80 modules a side: readable from a screen by a tablet's camera."""
MOST_PIECES: Final = 60
_PIECE: Final = re.compile(r"FAQ1-([A-Z2-7]{8})-(\d{1,2})-(\d{1,2})-([A-Z2-7]+)-([A-Z2-7]{4})")


def series_of(package: bytes) -> list[str]:
    """The texts of the codes, in capital letters and digits only, which QR packs densest.

    Raises SyncError("series_too_long") for what is better carried as a file.
    """
    total = -(-len(package) // PIECE_BYTES)
    if not 1 <= total <= MOST_PIECES:
        raise SyncError("series_too_long", pieces=total, most=MOST_PIECES)
    name = _name(package)
    return [
        _piece(name, number, total, package[(number - 1) * PIECE_BYTES : number * PIECE_BYTES])
        for number in range(1, total + 1)
    ]


def is_piece(text: str) -> bool:
    """Whether a text that was scanned looks like a piece of a series."""
    return "FAQ1-" in text.upper()


class SeriesCollector:
    """Puts a series together. Doubled pieces are harmless; a piece of another series is refused."""

    def __init__(self) -> None:
        self._name = ""
        self._pieces: dict[int, bytes] = {}
        self.total = 0

    def add(self, text: str) -> int:
        """Take in a scanned or pasted text, with any number of pieces in it. Returns how many were new.

        Raises SyncError piece_unreadable, piece_of_other_series; what came before stands.
        """
        found = _PIECE.findall("".join(text.split()).upper())
        if not found:
            raise SyncError("piece_unreadable")
        new = 0
        for name, number, total, letters, check in found:
            new += self._take(name, int(number), int(total), letters, check)
        return new

    @property
    def missing(self) -> tuple[int, ...]:
        """Numbers of the pieces that have not come."""
        return tuple(number for number in range(1, self.total + 1) if number not in self._pieces)

    @property
    def got(self) -> int:
        """How many pieces are there."""
        return len(self._pieces)

    def package(self) -> bytes | None:
        """The whole, once all pieces are there. Raises SyncError("piece_unreadable") when they do not fit
        each other; the collector is empty then."""
        if not self.total or self.missing:
            return None
        whole = b"".join(self._pieces[number] for number in range(1, self.total + 1))
        if _name(whole) != self._name:
            self.clear()
            raise SyncError("piece_unreadable")
        return whole

    def clear(self) -> None:
        """Begin anew."""
        self._name, self.total = "", 0
        self._pieces.clear()

    def _take(self, name: str, number: int, total: int, letters: str, check: str) -> bool:
        if not 1 <= number <= total <= MOST_PIECES or _check(name, number, total, letters) != check:
            raise SyncError("piece_unreadable")
        if self._name and (name, total) != (self._name, self.total):
            raise SyncError("piece_of_other_series")
        try:
            content = base64.b32decode(letters + "=" * (-len(letters) % 8))
        except ValueError:
            raise SyncError("piece_unreadable") from None
        new = number not in self._pieces
        self._name, self.total = name, total
        self._pieces[number] = content
        return new


def _piece(name: str, number: int, total: int, content: bytes) -> str:
    letters = base64.b32encode(content).decode().rstrip("=")
    return f"FAQ1-{name}-{number}-{total}-{letters}-{_check(name, number, total, letters)}"


def _name(package: bytes) -> str:
    return base64.b32encode(hashlib.sha256(package).digest()[:5]).decode()


def _check(name: str, number: int, total: int, letters: str) -> str:
    digest = hashlib.sha256(f"{name}|{number}|{total}|{letters}".encode()).digest()
    return base64.b32encode(digest[:5]).decode()[:4]
