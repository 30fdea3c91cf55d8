"""The Markdown that form authors may use in labels, read into blocks of runs; pure. Layer 5 (no Qt).

Known: #–###### headings, - * 1. lists, **bold**, *italic*, [words](address), <span style="color:…">,
\\ before a mark, line breaks. Everything else, tags above all, is text and stays text.
"""

import colorsys
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class BlockKind(StrEnum):
    """What a line is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"


class Hue(StrEnum):
    """The colours an author can mean. A sheet's own red may be unreadable at night; a status ink never is."""

    NONE = ""
    DANGER = "danger"
    WARN = "warn"
    OK = "ok"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look; `address` is an http(s) link or ""."""

    text: str
    bold: bool = False
    italic: bool = False
    hue: Hue = Hue.NONE
    address: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One line. `level` is 1–6 for headings; `mark` is what stands before a list item."""

    runs: tuple[Run, ...]
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    mark: str = ""


_HEADING: Final = re.compile(r"(#{1,6})\s+(.*)")
_ITEM: Final = re.compile(r"\s{0,3}(?:([-*•])|(\d{1,3})[.、])\s+(.*)")
_SPAN: Final = re.compile(
    r"<span\s+style\s*=\s*[\"']\s*color\s*:\s*([#\w]{1,30})\s*;?\s*[\"']\s*>(.*?)</span>", re.IGNORECASE
)
_LINK: Final = re.compile(r"\[([^\[\]]{1,500})\]\(\s*([^\s()]{1,500})\s*\)")
_STRONG: Final = re.compile(
    r"\*\*(?=\S)(.+?)(?<=\S)\*\*|(?<![A-Za-z0-9_])__(?=\S)(.+?)(?<=\S)__(?![A-Za-z0-9_])"
)
# One asterisk between figures or Latin words is an asterisk: 3*4, a*b.
_EMPHASIS: Final = re.compile(
    r"(?<![A-Za-z0-9*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![A-Za-z0-9*])"
    r"|(?<![A-Za-z0-9_])_(?=[^\s_])([^_]+?)(?<=\S)_(?![A-Za-z0-9_])"
)
_ESCAPE: Final = re.compile(r"\\([\\*_#\[\]()<>-])")
_MARKS: Final = "\\*_#[]()<>-+.•、"
# Code points that no text may contain keep held marks out of the search; private ones stand for rare
# characters of names on older machines.
_HELD: Final = 0xFDD0
_ADDRESS: Final = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
_NAMED: Final = {
    "red": Hue.DANGER, "darkred": Hue.DANGER, "crimson": Hue.DANGER, "maroon": Hue.DANGER,
    "orange": Hue.WARN, "darkorange": Hue.WARN, "brown": Hue.WARN, "gold": Hue.WARN, "yellow": Hue.WARN,
    "green": Hue.OK, "darkgreen": Hue.OK, "teal": Hue.OK, "lime": Hue.OK,
    "blue": Hue.INFO, "darkblue": Hue.INFO, "navy": Hue.INFO, "purple": Hue.INFO, "cyan": Hue.INFO,
}  # fmt: skip


_Reader = Callable[[str, Run], Iterator[Run]]
_Found = Callable[[re.Match[str]], Iterator[Run]]


def parse(text: str) -> tuple[Block, ...]:
    """Read a label. Never fails: what is no mark is text."""
    held = _ESCAPE.sub(lambda found: _hold(found[1]), text)
    return tuple(_block(line) for line in held.splitlines()) or (Block(()),)


def plain(text: str) -> str:
    """The words alone, in one line, for screen readers, lists and messages."""
    if text.isalnum():  # most of ten thousand choices
        return text
    return plain_blocks(parse(text))


def plain_blocks(blocks: Iterable[Block]) -> str:
    """The words of what was read."""
    lines = ("".join(run.text for run in block.runs).strip() for block in blocks)
    return " ".join(filter(None, lines))


def guarded(text: str) -> str:
    """Text from elsewhere (an answer) to be put into Markdown: none of its characters is a mark there."""
    return "".join(_hold(char) if char in _MARKS else char for char in text)


def _hold(mark: str) -> str:
    return chr(_HELD + _MARKS.index(mark))


def _block(line: str) -> Block:
    if heading := _HEADING.fullmatch(line):
        return Block(_runs(heading[2].rstrip("# ")), BlockKind.HEADING, level=len(heading[1]))
    if item := _ITEM.fullmatch(line):
        return Block(_runs(item[3]), BlockKind.ITEM, mark="•" if item[1] else f"{item[2]}.")
    return Block(_runs(line))


def _runs(line: str) -> tuple[Run, ...]:
    return tuple(run for run in _spans(line, Run("")) if run.text)


def _spans(text: str, look: Run) -> Iterator[Run]:
    """Marks from the outermost kind to the innermost; each finds its own inside the others."""
    yield from _between(_SPAN, text, look, _links, lambda m: _spans(m[2], replace(look, hue=_hue(m[1]))))


def _links(text: str, look: Run) -> Iterator[Run]:
    def linked(found: re.Match[str]) -> Iterator[Run]:
        address = found[2] if _ADDRESS.fullmatch(found[2]) else ""
        yield from _strong(found[1], replace(look, address=address))

    yield from _between(_LINK, text, look, _strong, linked)


def _strong(text: str, look: Run) -> Iterator[Run]:
    bold = replace(look, bold=True)
    yield from _between(_STRONG, text, look, _emphasis, lambda m: _emphasis(m[1] or m[2], bold))


def _emphasis(text: str, look: Run) -> Iterator[Run]:
    italic = replace(look, italic=True)
    yield from _between(_EMPHASIS, text, look, _words, lambda m: _words(m[1] or m[2], italic))


def _words(text: str, look: Run) -> Iterator[Run]:
    yield replace(look, text="".join(_unheld(char) for char in text))


def _unheld(char: str) -> str:
    at = ord(char) - _HELD
    return _MARKS[at] if 0 <= at < len(_MARKS) else char


def _between(mark: re.Pattern[str], text: str, look: Run, outside: _Reader, inside: _Found) -> Iterator[Run]:
    """Read the marked places with `inside` and what lies between them with `outside`."""
    end = 0
    for found in mark.finditer(text):
        yield from outside(text[end : found.start()], look)
        yield from inside(found)
        end = found.end()
    yield from outside(text[end:], look)


def _hue(name: str) -> Hue:
    """The status colour nearest to what the author named; "" for black, white and grey."""
    low = name.casefold()
    if low in _NAMED:
        return _NAMED[low]
    digits = low.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(one * 2 for one in digits)
    if not re.fullmatch(r"[0-9a-f]{6}", digits):
        return Hue.NONE
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    angle, _lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    if saturation < 0.2:
        return Hue.NONE
    degrees = angle * 360
    if degrees < 18 or degrees >= 320:
        return Hue.DANGER
    return Hue.WARN if degrees < 70 else Hue.OK if degrees < 185 else Hue.INFO
