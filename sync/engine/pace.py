"""How fast the connection takes bytes, and how large a piece of a photo may be on it."""

import threading
from typing import Final

from sync.protocol.wire import CHUNK_BYTES, MAX_GROUP_BYTES, MAX_PUT_BYTES

PIECE_SECONDS: Final = 2.0
"""How long a piece should be under way: so long a record made now may have to share the connection."""
LEAST_PIECE: Final = 16 * 1024
"""Smaller pieces would spend the connection on headers and answers."""


class Pace:
    """Learns from what was sent. Thread-safe; two uploads at a time each see their share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._round_trip = 0.0
        self._rate: float | None = None

    def note_question(self, seconds: float) -> None:
        """A request of a few bytes took so long: so much of every other is not the bytes' doing."""
        with self._lock:
            self._round_trip = seconds

    def note(self, size: int, seconds: float) -> None:
        """So many bytes were sent and answered in so many seconds."""
        seconds -= self._round_trip
        rate = size / seconds if seconds > 0 else float("inf")
        with self._lock:
            # The newest counts most: a connection changes from one house to the next.
            self._rate = rate if self._rate is None else (self._rate + 3 * rate) / 4

    def whole_bytes(self) -> int:
        """How large a blob may be to go in one request."""
        with self._lock:
            return MAX_PUT_BYTES if self._rate is None else _bounded(self._rate, MAX_PUT_BYTES)

    def group_bytes(self) -> int:
        """How much of several blobs may go in one request; 0 while nothing is known of the connection."""
        with self._lock:
            return 0 if self._rate is None else _bounded(self._rate, MAX_GROUP_BYTES)

    def piece_bytes(self) -> int:
        """How large the next piece should be."""
        with self._lock:
            return CHUNK_BYTES if self._rate is None else _bounded(self._rate, CHUNK_BYTES)


def _bounded(rate: float, most: int) -> int:
    return max(LEAST_PIECE, int(min(rate * PIECE_SECONDS, most)))
