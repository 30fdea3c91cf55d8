"""Reading large documents without the garbage collector looking at them again and again. Library layer."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause the collection of cycles while something large is made that will stay.

    Making many objects sets off full collections, each of which walks over all made so far: more than half
    of the time of reading a form of 500 questions.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
