"""A picture's print: a small grey picture as text, by which two photos are compared (R18; domain layer).

The print travels with the photo, so that a device and a server that never decodes a picture say the same. No
sizes or positions of the original are kept; nobody can be recognised in it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

SIDE: Final = 48
"""Pixels of a print along each side; the picture is stretched to a square."""
_SHADES: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
"""One character a pixel, dark to light."""
_SHADE_OF: Final = {character: shade for shade, character in enumerate(_SHADES)}


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a picture, in parts of its sides."""

    left: float
    top: float
    width: float
    height: float


def _corners_and_middle(part: float) -> Iterator[Region]:
    rest = 1 - part
    yield Region(rest / 2, rest / 2, part, part)
    for left in (0.0, rest):
        for top in (0.0, rest):
            yield Region(left, top, part, part)


WHOLE: Final = Region(0, 0, 1, 1)
REGIONS: Final = (WHOLE, *_corners_and_middle(0.88), *_corners_and_middle(0.76))
"""What of a picture is hashed: a picture cut out of another resembles one of its regions."""

_FREQUENCIES: Final = 8
_HASHED: Final = 16
"""A region is hashed at so many pixels a side."""
HASH_BITS: Final = _FREQUENCIES * _FREQUENCIES
_HEX_DIGITS: Final = HASH_BITS // 4
_LEAST_SPREAD: Final = 10.0
"""Grey values (standard deviation) below which a picture is flat."""
_PAPER_DEPTH: Final = 40
_PAPER_SHARE: Final = 0.7
"""Paper: so much of the picture lies within so many grey values of its lights."""


def make_shades(grey: Sequence[int]) -> str:
    """The shades of a picture, stretched from its darkest to its lightest; '' for one that tells nothing."""
    if len(grey) != SIDE * SIDE:
        raise ValueError("a print needs SIDE x SIDE grey values")
    if not tells_something(grey):
        return ""
    ordered = sorted(grey)
    low, high = ordered[len(ordered) // 100], ordered[-1 - len(ordered) // 100]
    span = max(1, high - low)
    return "".join(_SHADES[min(63, max(0, round((value - low) * 63 / span)))] for value in grey)


def tells_something(grey: Sequence[int]) -> bool:
    """Whether a picture can be told from others at this size: neither flat (night, fog) nor a sheet of paper,
    of which one filled-in form looks like the next."""
    mean = sum(grey) / len(grey)
    spread = math.sqrt(sum((value - mean) ** 2 for value in grey) / len(grey))
    if spread < _LEAST_SPREAD:
        return False
    ordered = sorted(grey)
    paper = ordered[len(ordered) * 9 // 10]
    return sum(value > paper - _PAPER_DEPTH for value in grey) < _PAPER_SHARE * len(grey)


@lru_cache(maxsize=64)
def pixels(text: str) -> tuple[int, ...]:
    """The shades 0–63 of a print, row by row."""
    return tuple(_SHADE_OF[character] for character in text)


@cache
def _cosines() -> tuple[tuple[float, ...], ...]:
    return tuple(
        tuple(math.cos(math.pi * frequency * (2 * at + 1) / (2 * _HASHED)) for at in range(_HASHED))
        for frequency in range(_FREQUENCIES)
    )


def _sampled(shades: Sequence[int], region: Region, count: int) -> list[list[float]]:
    """A region at count x count points, linearly between pixels."""
    across = [_between((region.left + region.width * (at + 0.5) / count) * SIDE - 0.5) for at in range(count)]
    down = [_between((region.top + region.height * (at + 0.5) / count) * SIDE - 0.5) for at in range(count)]
    found = []
    for top, lower in down:
        above, below = top * SIDE, min(top + 1, SIDE - 1) * SIDE
        row = []
        for left, right in across:
            beside = min(left + 1, SIDE - 1)
            high = shades[above + left] + (shades[above + beside] - shades[above + left]) * right
            low = shades[below + left] + (shades[below + beside] - shades[below + left]) * right
            row.append(high + (low - high) * lower)
        found.append(row)
    return found


def _between(at: float) -> tuple[int, float]:
    held = min(max(at, 0.0), SIDE - 1.0)
    return int(held), held - int(held)


def region_hash(shades: Sequence[int], region: Region) -> int:
    """64 bits: the signs of the lowest frequencies of a region (a DCT hash)."""
    cosines = _cosines()
    rows = [
        [sum(map(float.__mul__, row, cosine)) for cosine in cosines]
        for row in _sampled(shades, region, _HASHED)
    ]
    columns = list(zip(*rows, strict=True))
    bits = 0
    for cosine in cosines:
        for column in columns:
            bits = bits << 1 | (sum(map(float.__mul__, column, cosine)) > 0)
    return bits & ~(1 << HASH_BITS - 1)  # the mean says nothing


MIRROR: Final = sum(1 << HASH_BITS - 1 - at for at in range(HASH_BITS) if at % _FREQUENCIES % 2)
"""What turns a hash into that of the mirrored region: odd waves change their sign."""


def hashes_of(text: str) -> tuple[int, ...]:
    """The hashes of all REGIONS of a print."""
    shades = pixels(text)
    return tuple(region_hash(shades, region) for region in REGIONS)


@dataclass(frozen=True, slots=True)
class PicturePrint:
    """The hashes of all REGIONS of a picture, and its shades."""

    hashes: tuple[int, ...]
    shades: str

    @classmethod
    def of_grey(cls, grey: Sequence[int]) -> "PicturePrint | None":
        """The print of a picture scaled to SIDE x SIDE grey values 0-255, row by row; None for one that tells
        nothing. Raises ValueError for another number of values."""
        shades = make_shades(grey)
        return cls(hashes_of(shades), shades) if shades else None

    @classmethod
    def parse(cls, text: str) -> "PicturePrint":
        """A print from its text. Raises ValueError."""
        end = len(REGIONS) * _HEX_DIGITS
        if len(text) != end + SIDE * SIDE:
            raise ValueError("not a print")
        hashes = tuple(int(text[at : at + _HEX_DIGITS], 16) for at in range(0, end, _HEX_DIGITS))
        return cls(hashes, text[end:])

    def __str__(self) -> str:
        return "".join(f"{one:0{_HEX_DIGITS}x}" for one in self.hashes) + self.shades


def mirrored(text: str) -> str:
    """The print of the mirrored picture."""
    return "".join(text[at : at + SIDE][::-1] for at in range(0, SIDE * SIDE, SIDE))


@dataclass(frozen=True, slots=True)
class Match:
    """How well a picture agrees with a region of another: `whole` is the correlation (to 1.0) over all of
    it, `worst` that of the part that agrees least."""

    whole: float
    worst: float
    region: Region


_POINTS: Final = 24
_PART: Final = 6
"""The picture is compared at 24 x 24 points, in 4 x 4 parts of 6 x 6."""


def match(inner: str, outer: str, start: Region) -> Match:
    """Where in the outer picture the inner one lies best, searched near a region, and how well it agrees."""
    fine = [value for row in _sampled(pixels(inner), WHOLE, _POINTS) for value in row]
    shades = pixels(outer)

    def agreement(region: Region) -> float:
        return _correlation(fine, [v for row in _sampled(shades, region, _POINTS) for v in row])

    best, value = start, agreement(start)
    step = 0.06
    while step > 0.0015:
        better = best
        for trial in _near(best, step):
            found = agreement(trial)
            if found > value:
                better, value = trial, found
        if better is best:
            step /= 2
        best = better
    other = [v for row in _sampled(shades, best, _POINTS) for v in row]
    return Match(value, _worst_part(fine, other), best)


def _near(region: Region, step: float) -> Iterator[Region]:
    left, top, width, height = region.left, region.top, region.width, region.height
    for x, y, w, h in (
        (step, 0, 0, 0), (-step, 0, 0, 0), (0, step, 0, 0), (0, -step, 0, 0),
        (0, 0, step, 0), (0, 0, -step, 0), (0, 0, 0, step), (0, 0, 0, -step),
        (-step / 2, -step / 2, step, step), (step / 2, step / 2, -step, -step),
    ):  # fmt: skip
        trial = Region(left + x, top + y, width + w, height + h)
        if _holds(trial):
            yield trial


def _holds(region: Region) -> bool:
    """Whether a region is at least half of the picture and lies on it, but for the breadth of a pixel."""
    return (
        min(region.left, region.top) >= -0.02
        and min(region.width, region.height) >= 0.5
        and max(region.left + region.width, region.top + region.height) <= 1.02
    )


def _correlation(one: Sequence[float], other: Sequence[float]) -> float:
    count = len(one)
    mean, other_mean = sum(one) / count, sum(other) / count
    apart = [value - mean for value in one]
    other_apart = [value - other_mean for value in other]
    both = math.sqrt(
        sum(map(float.__mul__, apart, apart)) * sum(map(float.__mul__, other_apart, other_apart))
    )
    return sum(map(float.__mul__, apart, other_apart)) / both if both else 0.0


def _worst_part(one: Sequence[float], other: Sequence[float]) -> float:
    """After the best common brightness and contrast: the share of a part's spread that is explained, the
    flat parts measured by the spread of the whole."""
    count = len(one)
    mean, other_mean = sum(one) / count, sum(other) / count
    spread = math.sqrt(sum((v - mean) ** 2 for v in one) / count) or 1.0
    other_spread = math.sqrt(sum((v - other_mean) ** 2 for v in other) / count) or 1.0
    apart = [
        ((a - mean) / spread - (b - other_mean) / other_spread) ** 2 for a, b in zip(one, other, strict=True)
    ]
    worst = 1.0
    for top in range(0, _POINTS, _PART):
        for left in range(0, _POINTS, _PART):
            part = [apart[(top + y) * _POINTS + left + x] for y in range(_PART) for x in range(_PART)]
            worst = min(worst, 1 - sum(part) / len(part))
    return worst
