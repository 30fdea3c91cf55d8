"""Reads of a JPEG file no more than a picture print needs: the mean grey of each 8 x 8 block (level S).

In plain Python, so that hostile bytes can waste a second and nothing else: no decoder written in C stands
before them (docs/decisions/0035). Baseline files only, which is what the program itself writes.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from fieldapp.domain.rules.picture_print import SIDE, PicturePrint

MOST_BYTES: Final = 2_000_000
MOST_BLOCKS: Final = 300_000
"""Blocks of all components: a photo of 16 megapixels."""


class UnreadableJpegError(ValueError):
    """The file is damaged, or of a kind that is not read here."""


@dataclass(slots=True)
class _Component:
    """One component: its sampling, its tables, what its blocks said so far."""

    across: int
    down: int
    quantum: int
    dc: dict[int, int] = field(default_factory=dict)
    ac: dict[int, int] = field(default_factory=dict)
    last: int = 0


def jpeg_print(content: bytes) -> PicturePrint | None:
    """The print of a JPEG file; None where the picture tells nothing, or cannot be read here."""
    try:
        width, height, blocks = block_means(content)
        return PicturePrint.of_grey(_scaled(width, height, blocks))
    except (UnreadableJpegError, struct.error, IndexError, KeyError):
        return None


def block_means(content: bytes) -> tuple[int, int, list[list[float]]]:
    """Width and height in pixels, and the mean grey (0–255) of each block of 8 x 8, by rows.

    Raises UnreadableJpegError; also struct.error, IndexError, KeyError on damaged files.
    """
    if len(content) > MOST_BYTES or content[:2] != b"\xff\xd8":
        raise UnreadableJpegError("no JPEG, or too large")
    return _Reader(content).read()


class _Reader:
    """Walks through the segments up to the first scan and decodes it."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._quanta: dict[int, int] = {}
        self._codes: dict[int, dict[int, int]] = {}
        self._components: dict[int, _Component] = {}
        self._size = (0, 0)
        self._restart = 0

    def read(self) -> tuple[int, int, list[list[float]]]:
        at = 2
        while True:
            while self._content[at + 1] == 0xFF:
                at += 1
            marker = self._content[at + 1]
            (length,) = struct.unpack_from(">H", self._content, at + 2)
            body = self._content[at + 4 : at + 2 + length]
            at += 2 + length
            match marker:
                case 0xDB:
                    self._take_quanta(body)
                case 0xC0 | 0xC1:
                    self._take_frame(body)
                case 0xC4:
                    self._take_codes(body)
                case 0xDD:
                    (self._restart,) = struct.unpack(">H", body)
                case 0xDA:
                    return (*self._size, self._scan(body, at))
                case _ if 0xC2 <= marker <= 0xCF or marker == 0xD9:
                    raise UnreadableJpegError("not baseline")

    def _take_quanta(self, body: bytes) -> None:
        at = 0
        while at < len(body):
            wide, table = body[at] >> 4, body[at] & 15
            self._quanta[table] = struct.unpack_from(">H", body, at + 1)[0] if wide else body[at + 1]
            at += 129 if wide else 65

    def _take_frame(self, body: bytes) -> None:
        depth, height, width, count = struct.unpack_from(">BHHB", body)
        if depth != 8 or not width or not height or count not in (1, 3):
            raise UnreadableJpegError("size")
        self._size = (width, height)
        for at in range(6, 6 + 3 * count, 3):
            across, down = body[at + 1] >> 4, body[at + 1] & 15
            if across not in (1, 2, 4) or down not in (1, 2, 4):
                raise UnreadableJpegError("sampling")
            self._components[body[at]] = _Component(across, down, body[at + 2])

    def _take_codes(self, body: bytes) -> None:
        at = 0
        while at < len(body):
            counts = body[at + 1 : at + 17]
            values = body[at + 17 : at + 17 + sum(counts)]
            # A code is kept with a one before it, so that its leading zeros count.
            codes: dict[int, int] = {}
            code, nth = 0, 0
            for length, count in enumerate(counts, start=1):
                for _ in range(count):
                    codes[1 << length | code] = values[nth]
                    code, nth = code + 1, nth + 1
                code <<= 1
            self._codes[body[at]] = codes
            at += 17 + len(values)

    def _scan(self, body: bytes, at: int) -> list[list[float]]:
        count = body[0]
        if not self._size[0] or count != len(self._components):
            raise UnreadableJpegError("not interleaved")
        scanned = []
        for nth in range(1, 1 + 2 * count, 2):
            component = self._components[body[nth]]
            component.dc = self._codes[body[nth + 1] >> 4]
            component.ac = self._codes[16 + (body[nth + 1] & 15)]
            scanned.append(component)
        if count == 1:
            scanned[0].across = scanned[0].down = 1
        return self._decode(scanned, _Bits(self._content, at))

    def _decode(self, scanned: list[_Component], bits: "_Bits") -> list[list[float]]:
        wide, high = max(c.across for c in scanned), max(c.down for c in scanned)
        columns, lines = -(-self._size[0] // (8 * wide)), -(-self._size[1] // (8 * high))
        if columns * lines * sum(c.across * c.down for c in scanned) > MOST_BLOCKS:
            raise UnreadableJpegError("too large")
        light = scanned[0]
        scale = self._quanta[light.quantum] / 8
        rows = [[0.0] * (columns * light.across) for _ in range(lines * light.down)]
        for unit in range(columns * lines):
            if self._restart and unit and unit % self._restart == 0:
                bits.restart()
                for component in scanned:
                    component.last = 0
            line, column = divmod(unit, columns)
            for component in scanned:
                for down in range(component.down):
                    for across in range(component.across):
                        value = _block(bits, component)
                        if component is light:
                            grey = min(255.0, max(0.0, 128 + value * scale))
                            rows[line * light.down + down][column * light.across + across] = grey
        return rows


def _block(bits: "_Bits", component: _Component) -> int:
    """The first coefficient of the next block; the others are passed over."""
    component.last += bits.signed(bits.symbol(component.dc))
    nth = 1
    while nth < 64:
        symbol = bits.symbol(component.ac)
        run, size = symbol >> 4, symbol & 15
        if size:
            bits.take(size)
        elif run != 15:
            break
        nth += run + 1
    return component.last


class _Bits:
    """The bits of a scan, its stuffed zero bytes left out."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content = content
        self._at = at
        self._held = 0
        self._count = 0

    def take(self, count: int) -> int:
        """The next bits as a number. Raises UnreadableJpegError past the end."""
        while self._count < count:
            byte = self._content[self._at]
            if byte == 0xFF:
                if self._content[self._at + 1]:
                    raise UnreadableJpegError("ends early")
                self._at += 1
            self._at += 1
            self._held = self._held << 8 | byte
            self._count += 8
        self._count -= count
        value = self._held >> self._count
        self._held &= (1 << self._count) - 1
        return value

    def symbol(self, codes: dict[int, int]) -> int:
        """The next symbol of a table. Raises UnreadableJpegError."""
        code = 1
        for _ in range(16):
            code = code << 1 | self.take(1)
            found = codes.get(code)
            if found is not None:
                return found
        raise UnreadableJpegError("no such code")

    def signed(self, size: int) -> int:
        """A number of so many bits as JPEG writes differences."""
        if not size:
            return 0
        value = self.take(size)
        return value if value >> size - 1 else value - (1 << size) + 1

    def restart(self) -> None:
        """Go on behind the next restart mark. Raises UnreadableJpegError."""
        self._held = self._count = 0
        if self._content[self._at] != 0xFF or self._content[self._at + 1] & 0xF8 != 0xD0:
            raise UnreadableJpegError("no restart mark")
        self._at += 2


def _scaled(width: int, height: int, rows: list[list[float]]) -> list[int]:
    """SIDE x SIDE grey values, each the mean of what lies under it; blocks count by the share of them that is
    picture and lies there."""
    across = list(_shares(width, len(rows[0])))
    lines = [[sum(row[at] * share for at, share in part) for part in across] for row in rows]
    down = _shares(height, len(rows))
    return [
        round(sum(lines[at][column] * share for at, share in part)) for part in down for column in range(SIDE)
    ]


def _shares(pixels: int, count: int) -> Iterator[list[tuple[int, float]]]:
    """For each of SIDE parts of a picture side: the blocks under it, and what share of it each covers."""
    if pixels < 8 * SIDE:
        raise UnreadableJpegError("too small")
    step = pixels / SIDE
    for nth in range(SIDE):
        begin, end = nth * step, (nth + 1) * step
        first, last = int(begin // 8), min(count - 1, int((end - 1e-9) // 8))
        yield [(at, (min(end, (at + 1) * 8) - max(begin, at * 8)) / step) for at in range(first, last + 1)]
