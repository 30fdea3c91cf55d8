"""Hybrid logical clock: orders concurrent edits of several devices even when clocks disagree.

Text form `ms(12 hex)-counter(4 hex)-install`, which sorts as the clock does. It decides only which
of two conflicting values stands for the time being (R20); conflicts are found by base revision.
"""


def next_hlc(previous: str, now_ms: int, install_id: str) -> str:
    """The stamp after `previous` ('' = none yet) at wall time `now_ms`."""
    last_ms, counter = -1, 0
    if previous:
        stamp, count, _install = previous.split("-", 2)
        last_ms, counter = int(stamp, 16), int(count, 16)
    if now_ms > last_ms:
        last_ms, counter = now_ms, 0
    elif counter < 0xFFFF:
        counter += 1
    else:
        last_ms, counter = last_ms + 1, 0
    return f"{last_ms:012x}-{counter:04x}-{install_id}"
