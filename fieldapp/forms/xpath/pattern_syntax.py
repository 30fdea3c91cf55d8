"""The parser of regular expressions in the syntax that JavaScript and Java share. Pure library layer."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from fieldapp.forms.errors import EvaluationError

Matches = Callable[[str], bool]

MAX_NESTING: Final = 50
MAX_REPEAT: Final = 1_000


# -- what a pattern consists of -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class One:
    """One character of a set."""

    matches: Matches


class Edge(Enum):
    """Places between characters."""

    START = auto()
    END = auto()
    WORD = auto()
    NO_WORD = auto()


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after the other."""

    parts: "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """Parts, one of which must match."""

    parts: "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part from `least` to `most` times, without end where that is None."""

    part: "Part"
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Look:
    """A look ahead or behind."""

    part: "Part"
    behind: bool
    negated: bool


Part = One | Edge | Sequence | Choice | Repeat | Look


# -- sets of characters ---------------------------------------------------------------------------


def is_word(char: str) -> bool:
    """Whether `\\w` matches."""
    return char == "_" or (char.isascii() and char.isalnum())


def _is_space(char: str) -> bool:
    return char in "\t\n\v\f\r \ufeff\u2028\u2029" or unicodedata.category(char) == "Zs"


def _is_han(char: str) -> bool:
    return "CJK UNIFIED" in unicodedata.name(char, "") or char in "々〇〆"


def _not(matches: Matches) -> Matches:
    return lambda char: not matches(char)


def _exactly(wanted: str) -> Matches:
    return lambda char: char == wanted


_CLASSES: Final[dict[str, Matches]] = {
    "d": lambda char: "0" <= char <= "9",
    "w": is_word,
    "s": _is_space,
}
_CLASSES_WITH_OPPOSITES: Final = _CLASSES | {
    name.upper(): _not(matches) for name, matches in _CLASSES.items()
}
_CONTROLS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}

_PROPERTIES: Final[dict[str, Matches]] = {
    "Alpha": lambda char: char.isascii() and char.isalpha(),
    "Digit": _CLASSES["d"],
    "Alnum": lambda char: char.isascii() and char.isalnum(),
    "Upper": lambda char: "A" <= char <= "Z",
    "Lower": lambda char: "a" <= char <= "z",
    "Punct": lambda char: char.isascii() and char.isprintable() and not char.isalnum() and char != " ",
    "Space": lambda char: char in "\t\n\v\f\r ",
    "ASCII": str.isascii,
    "Han": _is_han,
    "IsHan": _is_han,
    "script=Han": _is_han,
    "sc=Han": _is_han,
    "IsAlphabetic": str.isalpha,
    "Alphabetic": str.isalpha,
}
_CATEGORY: Final = re.compile(r"(?:Is|gc=|general_category=)?([LMNPSZC][a-z]?)\Z")


# -- parsing --------------------------------------------------------------------------------------

_QUANTIFIER: Final = re.compile(r"([*+?])|\{([0-9]{1,6})(,([0-9]{1,6})?)?\}")
_BOUNDS: Final = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_GROUP: Final = re.compile(r"\?(:|=|!|<=|<!|<[A-Za-z][A-Za-z0-9_]*>)")
_LOOKS: Final = {"=": (False, False), "!": (False, True), "<=": (True, False), "<!": (True, True)}
_HEX: Final = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|c([A-Za-z])")
_PROPERTY: Final = re.compile(r"([pP])(?:\{([^}]*)\}|([A-Z]))")
_LINE_ENDS: Final = "\n\r\u2028\u2029"


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._depth = 0

    def whole(self) -> Part:
        part = self._choice()
        if self._at < len(self._source):
            raise self._invalid()
        return part

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _take(self) -> str:
        char = self._peek()
        if not char:
            raise self._invalid()
        self._at += 1
        return char

    def _invalid(self) -> EvaluationError:
        return EvaluationError("regex_invalid", at=self._at + 1)

    def _choice(self) -> Part:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _repeated(self, part: Part) -> Part:
        found = _QUANTIFIER.match(self._source, self._at)
        if found is None:
            return part
        if isinstance(part, Edge):
            raise self._invalid()
        self._at = found.end()
        least, most = _bounds(found)
        if most is not None and most < least:
            raise self._invalid()
        if max(least, most or 0) > MAX_REPEAT:
            raise EvaluationError("regex_too_large")
        if self._peek() == "+":
            raise EvaluationError("regex_unsupported", feature=f"{found[0]}+")
        if self._peek() == "?":
            # Lazy or greedy is a question of where a match ends, never of whether there is one.
            self._at += 1
        if _QUANTIFIER.match(self._source, self._at):
            raise self._invalid()
        return Repeat(part, least, most)

    def _atom(self) -> Part:
        char = self._take()
        match char:
            case "(":
                return self._group()
            case "[":
                return One(self._set())
            case ".":
                return One(lambda char: char not in _LINE_ENDS)
            case "^":
                return Edge.START
            case "$":
                return Edge.END
            case "\\":
                return self._escape()
            case "*" | "+" | "?":
                self._at -= 1
                raise self._invalid()
            case _:
                return One(_exactly(char))

    def _group(self) -> Part:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise EvaluationError("regex_too_large")
        kind = ""
        if self._peek() == "?":
            found = _GROUP.match(self._source, self._at)
            if found is None:
                feature = f"({self._source[self._at : self._at + 2]}"
                raise EvaluationError("regex_unsupported", feature=feature)
            self._at = found.end()
            kind = found[1]
        part = self._choice()
        if self._peek() != ")":
            raise self._invalid()
        self._at += 1
        self._depth -= 1
        if kind in _LOOKS:
            behind, negated = _LOOKS[kind]
            return Look(part, behind, negated)
        # In brackets even a place may be repeated.
        return Sequence((part,)) if isinstance(part, Edge) else part

    def _escape(self) -> Part:
        match self._peek():
            case "b":
                self._at += 1
                return Edge.WORD
            case "B":
                self._at += 1
                return Edge.NO_WORD
            case "A":
                self._at += 1
                return Edge.START
            case "z" | "Z":
                self._at += 1
                return Edge.END
            case _:
                named = self._class_escape()
                return One(named if named is not None else _exactly(self._character_escape()))

    def _class_escape(self) -> Matches | None:
        """A set of characters behind the backslash, or None if what follows is one character."""
        char = self._peek()
        if char in _CLASSES_WITH_OPPOSITES:
            self._at += 1
            return _CLASSES_WITH_OPPOSITES[char]
        found = _PROPERTY.match(self._source, self._at)
        if found is None:
            return None
        self._at = found.end()
        matches = _property(found[2] if found[2] is not None else found[3])
        return _not(matches) if found[1] == "P" else matches

    def _character_escape(self) -> str:
        found = _HEX.match(self._source, self._at)
        if found is not None:
            self._at = found.end()
            if found[4] is not None:
                return chr(ord(found[4]) % 32)
            code = int(found[1] or found[2] or found[3], 16)
            if code > 0x10FFFF:
                raise self._invalid()
            return chr(code)
        char = self._take()
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char.isalnum():
            raise EvaluationError("regex_unsupported", feature=f"\\{char}")
        return char

    def _set(self) -> Matches:
        """What stands between brackets, the opening one already taken."""
        negated = self._peek() == "^"
        if negated:
            self._at += 1
        singles: set[str] = set()
        ranges: list[tuple[str, str]] = []
        classes: list[Matches] = []
        while self._peek() != "]":
            if self._source.startswith("&&", self._at):
                raise EvaluationError("regex_unsupported", feature="&&")
            low = self._set_member(classes)
            if low is None or self._peek() != "-" or self._source[self._at + 1 : self._at + 2] in ("]", ""):
                if low is not None:
                    singles.add(low)
                continue
            self._at += 1
            high = self._set_member(classes)
            if high is None:
                singles.update((low, "-"))
            elif high < low:
                raise self._invalid()
            else:
                ranges.append((low, high))
        self._at += 1
        return _set_of(frozenset(singles), tuple(ranges), tuple(classes), negated=negated)

    def _set_member(self, classes: list[Matches]) -> str | None:
        """One character of a set, or None after a class has been added to `classes`."""
        char = self._take()
        if char != "\\":
            return char
        if self._peek() == "b":
            self._at += 1
            return "\b"
        named = self._class_escape()
        if named is None:
            return self._character_escape()
        classes.append(named)
        return None


def _bounds(found: re.Match[str]) -> tuple[int, int | None]:
    if found[1] is not None:
        return _BOUNDS[found[1]]
    least = int(found[2])
    if found[3] is None:
        return least, least
    return least, None if found[4] is None else int(found[4])


def _property(name: str) -> Matches:
    known = _PROPERTIES.get(name)
    if known is not None:
        return known
    found = _CATEGORY.match(name)
    if found is None:
        raise EvaluationError("regex_unsupported", feature=f"\\p{{{name}}}")
    category = found[1]
    return lambda char: unicodedata.category(char).startswith(category)


def _set_of(
    singles: frozenset[str],
    ranges: tuple[tuple[str, str], ...],
    classes: tuple[Matches, ...],
    *,
    negated: bool,
) -> Matches:
    def matches(char: str) -> bool:
        return (
            char in singles
            or any(low <= char <= high for low, high in ranges)
            or any(member(char) for member in classes)
        ) != negated

    return matches


def parse_pattern(source: str) -> Part:
    """The parts of a pattern.

    Raises:
        EvaluationError: regex_invalid, regex_unsupported, regex_too_large.
    """
    return _Parser(source).whole()
