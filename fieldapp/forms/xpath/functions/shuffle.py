"""The shuffle of randomize(): inside-out Fisher-Yates, seeded by Park-Miller. Pure library layer.

Every number of the seeded shuffle is prescribed by the ODK XForms specification and by JavaRosa, so that
the same seed gives the same order in every program.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from typing import Final

from fieldapp.forms.tree import Node

_MODULUS: Final = 2**31 - 1
_MULTIPLIER: Final = 16_807
_LONG_MAX: Final = 2**63 - 1


def shuffled(nodes: Sequence[Node], chance: Callable[[], float]) -> list[Node]:
    """The nodes in an order drawn from `chance`, which answers numbers from 0 to below 1."""
    order: list[Node] = []
    for index, node in enumerate(nodes):
        place = math.floor(chance() * (index + 1))
        if place == index:
            order.append(node)
        else:
            order.append(order[place])
            order[place] = node
    return order


def seeded(seed: int) -> Callable[[], float]:
    """The Park-Miller generator ("minimal standard") started with a seed."""
    # The remainder of a double, with the sign of the seed: the other evaluators keep seeds as doubles, and
    # those made from texts have more digits than a double holds.
    state = int(math.fmod(float(seed), _MODULUS))
    if state <= 0:
        state += _MODULUS - 1

    def chance() -> float:
        nonlocal state
        state = state * _MULTIPLIER % _MODULUS
        return (state - 1) / (_MODULUS - 1)

    return chance


def seed_of(number: float, text: str) -> int:
    """The seed that a value stands for: a whole number; any other text by its digest; nothing is 0."""
    if math.isnan(number):
        if not text or text == "NaN":
            return 0
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], signed=True)
    return (
        math.trunc(max(-_LONG_MAX - 1.0, min(number, float(_LONG_MAX))))
        if math.isfinite(number)
        else (_LONG_MAX if number > 0 else -_LONG_MAX - 1)
    )
