"""Small PNG files of screens: 8 bits a pixel, the palette chosen from the picture itself. Layer 5."""

from collections import Counter
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

COLOURS: Final = 256
_EXACT: Final = 96
"""So many of the most frequent colours (surfaces, inks) are kept as they are; the rest share the others."""
_COARSE: Final = 0xFFF0F0F0


def save(image: QImage, target: Path) -> None:
    """Write a picture of a screen, the same bytes for the same pixels. Raises OSError."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    counts = Counter(memoryview(plain.constBits()).cast("I"))
    palette = [colour for colour, _ in _ranked(counts)[:_EXACT]]
    if len(counts) > COLOURS:
        palette += _shades(counts, frozenset(palette), COLOURS - _EXACT)
    else:
        palette = [colour for colour, _ in _ranked(counts)]
    nearest = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    small = plain.convertToFormat(QImage.Format.Format_Indexed8, palette, nearest)
    if not small.save(str(target), "PNG", 0):  # type: ignore[call-overload]  # 0: smallest, not worst
        raise OSError(f"cannot write {target.name}")


def _shades(counts: Counter[int], taken: frozenset[int], most: int) -> list[int]:
    """The most frequent colour of each of the fullest groups of alike colours."""
    groups: Counter[int] = Counter()
    first: dict[int, int] = {}
    for colour, count in _ranked(counts):
        if colour not in taken:
            group = colour & _COARSE
            groups[group] += count
            first.setdefault(group, colour)
    return [first[group] for group, _ in _ranked(groups)[:most]]


def _ranked(counts: Counter[int]) -> list[tuple[int, int]]:
    """Most frequent first; equals in the order of their value, so that no run differs from another."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
