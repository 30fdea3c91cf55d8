"""Used photos: one photo against many, and how often the drawn set is judged right, on devices and server."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from bench.benches import Size
from bench.figures import Report, note
from bench.lookalike_set import HONEST, USED, honest_pairs, used_pairs
from fieldapp.domain.rules.lookalikes import HashIndex
from fieldapp.domain.rules.picture_print import HASH_BITS, REGIONS
from server.services.jpeg_grey import jpeg_print
from server.services.photo_prints import KnownPrints
from ui.imaging import picture_print

PHOTOS: Final = 60_000
PAIRS: Final = 60
STORED_PAIRS: Final = 15
"""Pairs whose earlier print the server makes of the stored file: each takes it a fifth of a second."""


def is_accused(pair: tuple[QImage, QImage], *, stored: bool = False) -> bool:
    """Whether the second photo of a pair is taken for the first one, used again. `stored`: no device sent a
    print of the first one, and the server makes it of the file it holds."""
    earlier = jpeg_print(_file(pair[0])) if stored else picture_print(pair[0])
    later = picture_print(pair[1])
    if earlier is None or later is None:
        return False
    shades = earlier.shades
    index = HashIndex()
    index.add(earlier.hashes)
    return index.used_photo(later, lambda _at: shades) is not None


def _file(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.scaled(640, 480).save(buffer, "JPEG", 80)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


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
    _stored(report)
    device, server = HashIndex(), KnownPrints()
    chance = random.Random(1)
    for seq in range(PHOTOS):
        hashes = [chance.getrandbits(HASH_BITS - 1) for _ in REGIONS]
        device.add(hashes)
        server.add(seq, hashes)
    report.times(_searches(device, size.runs), photos=PHOTOS, state="one against all")
    report.times(_searches(server, size.runs), photos=PHOTOS, state="one against all, server")


def _stored(report: Report) -> None:
    """The same where the server had to make the earlier print."""
    found = accused = 0
    for kind in USED:
        note(f"{kind}, stored")
        right = sum(is_accused(pair, stored=True) for pair in used_pairs(kind, STORED_PAIRS))
        found += right
        report.figure("ratio", [right / STORED_PAIRS], state="recall, stored", kind=kind, pairs=STORED_PAIRS)
    for kind in HONEST:
        accused += sum(is_accused(pair, stored=True) for pair in honest_pairs(kind, STORED_PAIRS))
    report.figure("ratio", [found / max(1, found + accused)], state="precision, stored", pairs=STORED_PAIRS)


def _searches(index: HashIndex | KnownPrints, runs: int) -> list[list[float]]:
    chance = random.Random(2)
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
