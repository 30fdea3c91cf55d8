"""Finds the few earlier photos that one may be made of, among many, and says which it is (R18; domain layer).

First the hashes of all are compared at once: bit planes, one long integer for each bit of a hash with a place
for each photo, are added up as a circuit would do it. Then the few found are laid over the picture itself.
Nobody is asked about a photo unless both agree.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.rules.picture_print import (
    HASH_BITS,
    MIRROR,
    REGIONS,
    Match,
    PicturePrint,
    Region,
    match,
    mirrored,
)

NEAR_BITS: Final = 14
"""Pictures of which no region is nearer are not looked at closely."""
LOOKED_AT: Final = 8
"""How many are, at most: the nearest."""
LEAST_WHOLE: Final = 0.996
LEAST_PART: Final = 0.98
"""What a used photo reaches and the same room, taken anew from the same place in like light, does not
(`python -m bench lookalike`; at 0.97 it begins to)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A photo by its place in the index, with the region in question: of the new picture (`inside`: the
    earlier one is a part of it) or of the earlier one."""

    at: int
    distance: int
    region: Region
    inside: bool
    mirrored: bool


class HashIndex:
    """The hashes of many prints. Adding is cheap; what was added is laid into planes at the next search."""

    def __init__(self) -> None:
        self._hashes: list[Sequence[int]] = []
        self._planes: list[list[int]] = []
        self._laid = 0

    def __len__(self) -> int:
        return len(self._hashes)

    def add(self, hashes: Sequence[int]) -> int:
        """Take a print's hashes (of all REGIONS) in; returns its place."""
        self._hashes.append(hashes)
        return len(self._hashes) - 1

    def candidates(self, hashes: Sequence[int]) -> list[Candidate]:
        """The nearest photos within NEAR_BITS, nearest first."""
        if not self._hashes:
            return []
        if self._laid != len(self._hashes):
            self._planes = [_planes([one[nth] for one in self._hashes]) for nth in range(len(REGIONS))]
            self._laid = len(self._hashes)
        best: dict[int, Candidate] = {}
        for nth, region in enumerate(REGIONS):
            # A part of the earlier picture may be the whole of the new one, or the other way round.
            for inside in (False, True) if nth else (False,):
                for mirror in (0, MIRROR):
                    asked = hashes[nth if inside else 0] ^ mirror
                    column = 0 if inside else nth
                    for at in _bits(_near(self._planes[column], asked, self._laid)):
                        distance = (self._hashes[at][column] ^ asked).bit_count()
                        if at not in best or distance < best[at].distance:
                            best[at] = Candidate(at, distance, region, inside, bool(mirror))
        return heapq.nsmallest(LOOKED_AT, best.values(), key=lambda one: (one.distance, one.at))

    def used_photo(self, told: PicturePrint, shades_at: Callable[[int], str]) -> Candidate | None:
        """The earlier photo that a print was surely made of, or None. `shades_at` tells those of a place."""
        found = self.candidates(told.hashes)
        return next((one for one in found if is_used(told, shades_at(one.at), one)), None)


def is_used(told: PicturePrint, shades: str, found: Candidate) -> bool:
    """Whether a print was surely made of a candidate's photo, of which these are the shades."""
    return is_made_of(agreement(told.shades, shades, found))


def agreement(shades: str, earlier: str, found: Candidate) -> Match:
    """How well a print agrees with an earlier one, laid over it as the candidate says."""
    turned = mirrored(shades) if found.mirrored else shades
    if not found.inside:
        return match(turned, earlier, found.region)
    seen = found.region
    # The region was cut from the new picture as it is: in the mirrored one it lies on the other side.
    place = Region(1 - seen.left - seen.width, seen.top, seen.width, seen.height) if found.mirrored else seen
    return match(earlier, turned, place)


def is_made_of(found: Match) -> bool:
    """Whether two pictures agree so well, in every part, that they show one and the same moment."""
    return found.whole >= LEAST_WHOLE and found.worst >= LEAST_PART


def _planes(hashes: Sequence[int]) -> list[int]:
    """For each bit of the hashes a number with one bit for each of them."""
    packed = b"".join(one.to_bytes(HASH_BITS // 8, "big") for one in reversed(hashes))
    planes: list[int] = []
    for byte in range(HASH_BITS // 8):
        column = packed[byte :: HASH_BITS // 8]
        planes += [int(column.translate(_DIGITS[bit]) or b"0", 2) for bit in range(7, -1, -1)]
    return planes


_DIGITS: Final = [bytes(48 + (value >> bit & 1) for value in range(256)) for bit in range(8)]


def _near(planes: Sequence[int], asked: int, count: int) -> int:
    """A bit for each hash within NEAR_BITS of the one asked for: the differing bits are added up in columns
    by full adders, for all photos at once."""
    every = (1 << count) - 1
    waiting: list[list[int]] = [[]]
    for nth, plane in enumerate(planes):
        waiting[0].append(plane ^ every if asked >> HASH_BITS - 1 - nth & 1 else plane)
    totals: list[int] = []
    weight = 0
    while weight < len(waiting):
        column = waiting[weight]
        if len(column) > 1 and weight + 1 == len(waiting):
            waiting.append([])
        while len(column) > 1:
            if len(column) == 2:
                one, other = column.pop(), column.pop()
                column.append(one ^ other)
                waiting[weight + 1].append(one & other)
            else:
                one, other, third = column.pop(), column.pop(), column.pop()
                either = one ^ other
                column.append(either ^ third)
                waiting[weight + 1].append(one & other | either & third)
        totals.append(column[0] if column else 0)
        weight += 1
    more, same = 0, every
    for at in range(len(totals) - 1, -1, -1):
        if NEAR_BITS >> at & 1:
            same &= totals[at]
        else:
            more |= same & totals[at]
            same &= ~totals[at]
    return every & ~more


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
