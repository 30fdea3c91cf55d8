"""Made-up photos and signatures: drawn scenes, never a face, never a document that could be real."""

import hashlib
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from fieldapp.domain.records.visits import PhotoKind
from fieldapp.domain.rules.photos import HASH_COLUMNS, HASH_ROWS, difference_hash
from server.demo_data.chance import Chance, chance_for
from server.demo_data.raster import BLOCK, END, Colour, Raster, comment

WIDTH: Final = 144
HEIGHT: Final = 108
PHOTO_MIME: Final = "image/jpeg"
SIGNATURE_MIME: Final = "image/png"
SIGNATURE_WIDTH: Final = 320
SIGNATURE_HEIGHT: Final = 120

_WHITE: Final[Colour] = (235, 128, 128)
_DARK: Final[Colour] = (38, 128, 128)
_SKIES: Final[tuple[tuple[Colour, Colour], ...]] = (
    ((150, 158, 108), (215, 135, 124)),
    ((175, 132, 126), (222, 127, 129)),
    ((165, 150, 118), (220, 118, 140)),
)
_GROUNDS: Final[tuple[Colour, ...]] = ((110, 112, 130), (125, 110, 138), (95, 118, 118), (205, 130, 126))
_WALLS: Final[tuple[Colour, ...]] = ((205, 120, 132), (160, 116, 150), (185, 118, 138), (140, 120, 146))
_ROOFS: Final[tuple[Colour, ...]] = ((80, 122, 146), (70, 130, 126), (96, 116, 150))


@dataclass(frozen=True)
class Picture:
    """A drawing in its final bytes but for the tag that makes copies of it distinct."""

    body: bytes
    phash: str

    @property
    def width(self) -> int:
        """Pixels."""
        return WIDTH * BLOCK

    @property
    def height(self) -> int:
        """Pixels."""
        return HEIGHT * BLOCK

    @cached_property
    def _hashed(self) -> "hashlib._Hash":
        return hashlib.sha256(self.body)

    def tagged(self, tag: str) -> bytes:
        """The file, with a comment in it."""
        return self.body + comment(tag.encode()) + END

    def name_of(self, tag: str) -> tuple[str, int]:
        """SHA-256 and size of tagged(tag), without making it: the drawing is hashed once for all tags."""
        tail = comment(tag.encode()) + END
        hashed = self._hashed.copy()
        hashed.update(tail)
        return hashed.hexdigest(), len(self.body) + len(tail)


def draw_photo(kind: PhotoKind, chance: Chance, watermark: tuple[str, ...]) -> Picture:
    """Draw a scene of a kind with the watermark's lines at its foot."""
    raster = Raster(WIDTH, HEIGHT)
    _SCENES.get(kind, _draw_house)(raster, chance)
    raster.grain(chance.randbytes(WIDTH * HEIGHT))
    # Taken before the watermark, which is alike on all photos.
    phash = difference_hash(raster.grey(HASH_COLUMNS, HASH_ROWS))
    top = HEIGHT - 9 * len(watermark) - 2
    raster.fill(0, top, WIDTH, HEIGHT, _DARK)
    for nth, line in enumerate(watermark):
        raster.text(2, top + 2 + 9 * nth, line, _WHITE)
    return Picture(raster.jpeg(), phash)


def photo_plates(seed: int, count: int) -> dict[PhotoKind, list[Picture]]:
    """A few drawings of each kind, for data in which thousands of photos share them."""
    return {
        kind: [draw_photo(kind, chance_for(seed, "plate", kind, nth), ("DEMO",)) for nth in range(count)]
        for kind in (PhotoKind.DOOR, PhotoKind.HOUSE, PhotoKind.KITCHEN, PhotoKind.RECEIPT)
    }


def _draw_house(raster: Raster, chance: Chance) -> None:
    upper, lower = chance.choice(_SKIES)
    horizon = chance.randrange(48, 62)
    raster.gradient(0, horizon, upper, lower)
    ground = chance.choice(_GROUNDS)
    raster.gradient(horizon, HEIGHT, ground, (max(0, ground[0] - 40), ground[1], ground[2]))
    for _ in range(chance.randrange(1, 4)):
        width, height = chance.randrange(26, 64), chance.randrange(18, 34)
        left = chance.randrange(-8, WIDTH - 30)
        top = horizon - height + chance.randrange(2, 9)
        wall = chance.choice(_WALLS)
        raster.fill(left, top, left + width, top + height, wall)
        roof = chance.choice(_ROOFS)
        for step in range(chance.randrange(5, 11)):
            raster.fill(left - 2 + step * 2, top - 1 - step, left + width + 2 - step * 2, top - step, roof)
        _opening(raster, left + width // 2 - 4, top + height - 15, 8, 15, (72, 118, 146))
        _opening(raster, left + 4, top + 6, 8, 7, (58, 140, 118))
        _opening(raster, left + width - 12, top + 6, 8, 7, (58, 140, 118))


def _opening(raster: Raster, left: int, top: int, width: int, height: int, colour: Colour) -> None:
    raster.fill(left - 1, top - 1, left + width + 1, top + height, _WHITE)
    raster.fill(left, top, left + width, top + height, colour)


def _draw_door(raster: Raster, chance: Chance) -> None:
    wall = chance.choice(_WALLS)
    raster.gradient(0, HEIGHT, wall, (max(0, wall[0] - 30), wall[1], wall[2]))
    left = chance.randrange(30, 62)
    _opening(raster, left, 14, 36, 66, (78 + chance.randrange(30), 116, 150))
    raster.fill(left + 17, 14, left + 19, 80, _DARK)
    # Couplets on both sides, and the strip above: bare paper, nothing to read.
    red: Colour = (110, 106, 200)
    for x in (left - 9, left + 39):
        raster.fill(x, 16, x + 6, 16 + chance.randrange(40, 58), red)
    raster.fill(left + 2, 4, left + 34, 10, red)
    raster.fill(0, 82, WIDTH, HEIGHT, chance.choice(_GROUNDS))


def _draw_kitchen(raster: Raster, chance: Chance) -> None:
    raster.gradient(0, HEIGHT, (190, 122, 132), (140, 120, 138))
    for y in range(0, 50, 10):
        raster.fill(0, y, WIDTH, y + 1, (168, 124, 130))
    stove = chance.randrange(10, 40)
    raster.fill(stove, 46, stove + 70, 84, (150, 124, 136))
    for x in (stove + 8, stove + 42):
        raster.fill(x, 42, x + 22, 47, _DARK)
        raster.fill(x + 3, 39, x + 19, 42, (90, 128, 128))
        raster.fill(x + 5, 62, x + 17, 76, (60, 110, 160))
    for nth in range(chance.randrange(2, 6)):
        x = chance.randrange(84, 120)
        tall = chance.randrange(10, 26)
        raster.fill(x, 84 - tall, x + 7, 84, (chance.randrange(90, 220), 118 + nth * 4, 132))


def _draw_paper(raster: Raster, chance: Chance) -> None:
    raster.gradient(0, HEIGHT, (105, 118, 142), (80, 118, 142))
    left, top = chance.randrange(16, 36), chance.randrange(4, 12)
    raster.fill(left, top, left + 72, top + 78, (228, 126, 130))
    for y in range(top + 8, top + 70, 6):
        raster.fill(left + 6, y, left + 6 + chance.randrange(20, 60), y + 2, (150, 128, 128))
    raster.fill(left + 46, top + 56, left + 62, top + 70, (150, 112, 176))


_SCENES: Final[dict[PhotoKind, Callable[[Raster, Chance], None]]] = {
    PhotoKind.DOOR: _draw_door,
    PhotoKind.KITCHEN: _draw_kitchen,
    PhotoKind.MEDICAL: _draw_paper,
    PhotoKind.NOTICE: _draw_paper,
    PhotoKind.RECEIPT: _draw_paper,
}


def draw_signature(chance: Chance) -> bytes:
    """A scribble as PNG, one bit per pixel: no name in any script."""
    rows = [bytearray(b"\xff" * (SIGNATURE_WIDTH // 8)) for _ in range(SIGNATURE_HEIGHT)]
    x, y = 40.0, 60.0
    run, rise = 1.0, 0.0
    for step in range(900):
        if step % 60 == 0:
            run, rise = chance.uniform(-0.4, 1.0), chance.uniform(-1.3, 1.3)
        rise += (60 - y) * 0.002
        x = min(SIGNATURE_WIDTH - 12.0, max(10.0, x + run * 0.5))
        y = min(SIGNATURE_HEIGHT - 12.0, max(10.0, y + rise))
        for px in range(int(x), int(x) + 3):
            for py in range(int(y), int(y) + 3):
                rows[py][px // 8] &= ~(0x80 >> px % 8) & 0xFF
    return _png(b"".join(b"\x00" + bytes(row) for row in rows))


def _png(lines: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", SIGNATURE_WIDTH, SIGNATURE_HEIGHT, 1, 0, 0, 0, 0)
    # Stored, not compressed: the bytes then do not depend on the compressor at hand.
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(lines), len(lines) ^ 0xFFFF) + lines
    stored += struct.pack(">I", zlib.adler32(lines))
    parts = ((b"IHDR", head), (b"IDAT", stored), (b"IEND", b""))
    chunks = (struct.pack(">I", len(c)) + n + c + struct.pack(">I", zlib.crc32(n + c)) for n, c in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
