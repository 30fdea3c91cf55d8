"""Seeded chance: the only door to the random module. Everything drawn follows from seed and path."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")

Chance = Random


def chance_for(seed: int, *path: object) -> Chance:
    """A source of its own for one thing, e.g. chance_for(7, "household", 12).

    What is drawn for one household never depends on how much was drawn for another.
    """
    return Random("/".join(map(str, (seed, *path))))


class Weighted(Generic[T]):
    """Values with weights (any positive scale), drawn with replacement."""

    def __init__(self, table: Sequence[tuple[T, float]]) -> None:
        self.table = tuple(table)
        self._values = tuple(value for value, _ in table)
        self._bounds = tuple(accumulate(weight for _, weight in table))

    def draw(self, chance: Chance) -> T:
        """One value."""
        return self._values[
            bisect_right(self._bounds, chance.random() * self._bounds[-1], hi=len(self._values) - 1)
        ]

    def deal(self, chance: Chance, count: int) -> list[T]:
        """`count` values in mixed order whose proportions are exact to within one."""
        shares = share_out(count, [weight for _, weight in self.table])
        deck = [value for value, share in zip(self._values, shares, strict=True) for _ in range(share)]
        chance.shuffle(deck)
        return deck


def share_out(total: int, weights: Sequence[float]) -> list[int]:
    """Split `total` in whole numbers by weight (largest remainder); the sum is exact."""
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    exact = [total * weight / whole for weight in weights]
    shares = [int(part) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares
