"""Keeps Python's cycle collector out of work that makes very many objects and no cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """For the length of one page. The rows of a page are freed by counting references; the collector, set
    off by their number, would walk the whole program for nothing: a tenth of a first sync."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
