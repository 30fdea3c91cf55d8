"""Small colour rasters and their JPEG form, one 8 x 8 block of one colour per raster point.

Written out by hand (ITU-T T.81, baseline, DC coefficients only): the server needs no picture library
for made-up photos, and the bytes are the same on every machine.
"""

from collections.abc import Sequence
from itertools import chain, pairwise
from operator import add
from typing import Final

BLOCK: Final = 8
_LOW_BITS: Final = bytes(value & 7 for value in range(256))
END: Final = b"\xff\xd9"
Colour = tuple[int, int, int]
"""Brightness, blue and red difference (Y, Cb, Cr), each 0 to 255."""

# Typical DC tables of the standard (K.3, K.4): number of codes by length 1 to 16; symbols are 0, 1, 2 …
_DC_LENGTHS: Final = (
    (0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0),
    (0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0),
)
_DC_SYMBOLS: Final = bytes(range(12))
_AC_LENGTHS: Final = (1, *(0,) * 15)
"""One AC code, a single 0 bit: end of block."""

_FONT: Final = {
    " ": "0000000000000000000000000000000000", "-": "00000000000000011111000000000000000",
    ".": "00000000000000000000000000110001100", ":": "00000011000110000000011000110000000",
    ",": "00000000000000000000001100010001000", "/": "00001000010001000100010001000010000",
    "0": "01110100011001110101110011000101110", "1": "00100011000010000100001000010001110",
    "2": "01110100010000100010001000100011111", "3": "11111000100010000010000011000101110",
    "4": "00010001100101010010111110001000010", "5": "11111100001111000001000011000101110",
    "6": "00110010001000011110100011000101110", "7": "11111000010001000100010000100001000",
    "8": "01110100011000101110100011000101110", "9": "01110100011000101111000010001001100",
    "A": "01110100011000111111100011000110001", "D": "11100100101000110001100011001011100",
    "E": "11111100001000011110100001000011111", "M": "10001110111010110101100011000110001",
    "N": "10001100011100110101100111000110001", "O": "01110100011000110001100011000101110",
}  # fmt: skip
"""Letters of 5 x 7 points, row by row: what watermarks are made of."""
_POINTS: Final = {letter: [i for i, set_ in enumerate(form) if set_ == "1"] for letter, form in _FONT.items()}
GLYPH_WIDTH: Final = 6


class Raster:
    """A picture of `width` x `height` points in three planes."""

    def __init__(self, width: int, height: int) -> None:
        self.width: Final = width
        self.height: Final = height
        self.planes: Final = tuple(bytearray(width * height) for _ in range(3))

    def fill(self, left: int, top: int, right: int, bottom: int, colour: Colour) -> None:
        """Fill a rectangle; right and bottom are outside. What lies beyond the edge is cut off."""
        left, right = max(0, left), min(self.width, right)
        if left >= right:
            return
        for plane, value in zip(self.planes, colour, strict=True):
            row = bytes((value,)) * (right - left)
            for y in range(max(0, top), min(self.height, bottom)):
                plane[y * self.width + left : y * self.width + right] = row

    def gradient(self, top: int, bottom: int, upper: Colour, lower: Colour) -> None:
        """Fill rows with a colour that runs from `upper` to `lower`."""
        steps = max(1, bottom - top - 1)
        for y in range(top, bottom):
            mixed = tuple(a + (b - a) * (y - top) // steps for a, b in zip(upper, lower, strict=True))
            self.fill(0, y, self.width, y + 1, (mixed[0], mixed[1], mixed[2]))

    def grain(self, noise: bytes) -> None:
        """Roughen the brightness by up to 7 steps, as a cheap camera does; `noise` has one byte a point.

        Raises ValueError if a point is brighter than 248.
        """
        self.planes[0][:] = bytes(map(add, self.planes[0], noise.translate(_LOW_BITS)))

    def text(self, left: int, top: int, line: str, colour: Colour) -> None:
        """Write a line; letters that have no form stay blank."""
        for nth, letter in enumerate(line[: (self.width - left) // GLYPH_WIDTH]):
            corner = top * self.width + left + nth * GLYPH_WIDTH
            points = [corner + at // 5 * self.width + at % 5 for at in _POINTS.get(letter, ())]
            for plane, value in zip(self.planes, colour, strict=True):
                for point in points:
                    plane[point] = value

    def grey(self, columns: int, rows: int) -> list[int]:
        """Mean brightness of each field of a coarse grid, row by row."""
        bright = self.planes[0]
        means = []
        for row in range(rows):
            top, bottom = row * self.height // rows, (row + 1) * self.height // rows
            for column in range(columns):
                left, right = column * self.width // columns, (column + 1) * self.width // columns
                total = sum(
                    sum(bright[y * self.width + left : y * self.width + right]) for y in range(top, bottom)
                )
                means.append(total // ((bottom - top) * (right - left)))
        return means

    def jpeg(self) -> bytes:
        """The picture as JPEG without its end marker: segments may follow before END."""
        return b"".join((_head(self.width * BLOCK, self.height * BLOCK), _scan(self.planes)))


def comment(text: bytes) -> bytes:
    """A comment segment."""
    return b"\xff\xfe" + (len(text) + 2).to_bytes(2) + text


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2) + content


def _head(width: int, height: int) -> bytes:
    # A DC coefficient is 8 times the block's mean; quantised by 8 it is the mean itself.
    quantisation = b"\x00" + bytes((8, *(255,) * 63))
    frame = b"\x08" + height.to_bytes(2) + width.to_bytes(2) + b"\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"
    tables = b"".join(
        bytes((nth, *lengths)) + _DC_SYMBOLS + bytes((0x10 | nth, *_AC_LENGTHS)) + b"\x00"
        for nth, lengths in enumerate(_DC_LENGTHS)
    )
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            _segment(0xDB, quantisation),
            _segment(0xC0, frame),
            _segment(0xC4, tables),
            _segment(0xDA, b"\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"),
        )
    )


def _dc_codes(lengths: Sequence[int]) -> list[str]:
    """For each difference -255 … 255 (index + 255): its bits and the end-of-block code."""
    by_size: list[str] = []
    code = 0
    for length, count in enumerate(lengths, start=1):
        for _ in range(count):
            by_size.append(f"{code:0{length}b}")
            code += 1
        code <<= 1
    codes = []
    for difference in range(-255, 256):
        size = abs(difference).bit_length()
        extra = difference if difference > 0 else difference + (1 << size) - 1
        codes.append(by_size[size] + (f"{extra:0{size}b}" if size else "") + "0")
    return codes


_CODES: Final = tuple(_dc_codes(lengths) for lengths in _DC_LENGTHS)


def _scan(planes: Sequence[bytearray]) -> bytes:
    coded = []
    for nth, plane in enumerate(planes):
        codes = _CODES[min(nth, 1)]
        coded.append([codes[after - before + 255] for before, after in pairwise(chain((128,), plane))])
    bits = "".join(chain.from_iterable(zip(*coded, strict=True)))
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8).replace(b"\xff", b"\xff\x00")
