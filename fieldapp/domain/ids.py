"""Record ids: UUID version 7 (RFC 9562) from an injected clock and injected randomness."""

import uuid
from collections.abc import Callable

from fieldapp.domain.clock import Clock

IdSource = Callable[[], str]
"""Returns a fresh id as 36-character lower-case text; later ids sort after earlier ones."""


def uuid7_source(clock: Clock, random_bytes: Callable[[int], bytes]) -> IdSource:
    """Make a source of time-ordered ids.

    Ids made within one millisecond, or after the clock was set back, still increase: the last
    stamp is kept and its 12-bit counter counts up (RFC 9562, 6.2 method 1).
    """
    last_stamp = -1
    counter = 0

    def next_id() -> str:
        nonlocal last_stamp, counter
        stamp = int(clock().timestamp() * 1000)
        if stamp > last_stamp:
            last_stamp, counter = stamp, int.from_bytes(random_bytes(1))  # leaves room to count up
        else:
            counter += 1
            if counter > 0xFFF:
                last_stamp, counter = last_stamp + 1, 0
        tail = int.from_bytes(random_bytes(8)) & 0x3FFF_FFFF_FFFF_FFFF
        number = (last_stamp << 80) | (7 << 76) | (counter << 64) | (2 << 62) | tail
        return str(uuid.UUID(int=number))

    return next_id
