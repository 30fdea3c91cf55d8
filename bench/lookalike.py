"""Used photos: one photo against many, and how often the drawn set is judged right."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtGui import QImage

from bench.benches import Size
from bench.figures import Report, note
from bench.lookalike_set import HONEST, USED, honest_pairs, used_pairs
from fieldapp.domain.rules.lookalikes import HashIndex
from fieldapp.domain.rules.picture_print import HASH_BITS, REGIONS
from ui.imaging import picture_print

PHOTOS: Final = 60_000
PAIRS: Final = 60


def is_accused(pair: tuple[QImage, QImage]) -> bool:
    """Whether the second photo of a pair is taken for the first one, used again."""
    earlier, later = (picture_print(image) for image in pair)
    if earlier is None or later is None:
        return False
    shades = earlier.shades
    index = HashIndex()
    index.add(earlier.hashes)
    return index.used_photo(later, lambda _at: shades) is not None


def lookalike(work: Path, size: Size) -> None:
    """Precision and recall by kind of pair, and the time of one search among 60,000."""
    report = Report("lookalike")
    pairs = PAIRS
    found: dict[str, int] = {}
    for kind in USED:
        note(kind)
        found[kind] = sum(map(is_accused, used_pairs(kind, pairs)))
        report.figure("ratio", [found[kind] / pairs], state="recall", kind=kind, pairs=pairs)
    accused = 0
    for kind in HONEST:
        note(kind)
        wrong = sum(map(is_accused, honest_pairs(kind, pairs)))
        accused += wrong
        report.figure("ratio", [wrong / pairs], state="honest accused", kind=kind, pairs=pairs)
    right = sum(found.values())
    report.figure("ratio", [right / max(1, right + accused)], state="precision", pairs=pairs)
    report.times(_searches(size.runs), photos=PHOTOS, state="one against all")


def _searches(runs: int) -> list[list[float]]:
    chance = random.Random(1)
    index = HashIndex()
    for _ in range(PHOTOS):
        index.add([chance.getrandbits(HASH_BITS - 1) for _ in REGIONS])
    asked = [[chance.getrandbits(HASH_BITS - 1) for _ in REGIONS] for _ in range(20)]
    index.candidates(asked[0])
    rounds = []
    for _ in range(runs):
        times = []
        for hashes in asked:
            begun = time.perf_counter()
            index.candidates(hashes)
            times.append(time.perf_counter() - begun)
        rounds.append(times)
    return rounds


LOOKALIKE: Final[dict[str, Callable[[Path, Size], None]]] = {"lookalike": lookalike}
