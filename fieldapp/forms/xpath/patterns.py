"""Regular expressions that no pattern can make slow: a parser and a parallel simulation. Pure library layer.

Forms are written for the regular expressions of JavaScript and Java, whose engines try one way after the
other and may need years for `(a+)+$`. Here all ways are followed at once (Thompson's construction), so
time grows with pattern times text. What cannot be done that way is refused: references to groups, atomic
groups and possessive repetition.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from fieldapp.forms.errors import EvaluationError
from fieldapp.forms.xpath.context import Budget

Matches = Callable[[str], bool]

MAX_STATES: Final = 20_000
MAX_NESTING: Final = 50
MAX_REPEAT: Final = 1_000


# -- what a pattern consists of -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _One:
    """One character of a set."""

    matches: Matches


class _Edge(Enum):
    """Places between characters."""

    START = auto()
    END = auto()
    WORD = auto()
    NO_WORD = auto()


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: "tuple[_Part, ...]"


@dataclass(frozen=True, slots=True)
class _Choice:
    parts: "tuple[_Part, ...]"


@dataclass(frozen=True, slots=True)
class _Repeat:
    part: "_Part"
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class _Look:
    """A look ahead or behind."""

    pattern: "Pattern"
    behind: bool
    negated: bool


_Part = _One | _Edge | _Sequence | _Choice | _Repeat | _Look


# -- sets of characters ---------------------------------------------------------------------------


def _is_word(char: str) -> bool:
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
    "w": _is_word,
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

    def whole(self) -> _Part:
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

    def _choice(self) -> _Part:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else _Choice(tuple(branches))

    def _sequence(self) -> _Part:
        parts: list[_Part] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else _Sequence(tuple(parts))

    def _repeated(self, part: _Part) -> _Part:
        found = _QUANTIFIER.match(self._source, self._at)
        if found is None:
            return part
        if isinstance(part, _Edge):
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
        return _Repeat(part, least, most)

    def _atom(self) -> _Part:
        char = self._take()
        match char:
            case "(":
                return self._group()
            case "[":
                return _One(self._set())
            case ".":
                return _One(lambda char: char not in _LINE_ENDS)
            case "^":
                return _Edge.START
            case "$":
                return _Edge.END
            case "\\":
                return self._escape()
            case "*" | "+" | "?":
                self._at -= 1
                raise self._invalid()
            case _:
                return _One(_exactly(char))

    def _group(self) -> _Part:
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
            return _Look(Pattern(part), behind, negated)
        return part

    def _escape(self) -> _Part:
        match self._peek():
            case "b":
                self._at += 1
                return _Edge.WORD
            case "B":
                self._at += 1
                return _Edge.NO_WORD
            case "A":
                self._at += 1
                return _Edge.START
            case "z" | "Z":
                self._at += 1
                return _Edge.END
            case _:
                named = self._class_escape()
                return _One(named if named is not None else _exactly(self._character_escape()))

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


# -- the automaton --------------------------------------------------------------------------------

_Test = _Edge | _Look


class Pattern:
    """A compiled pattern. State 0 is the end; a state reads a character, splits, or tests a place."""

    def __init__(self, part: _Part) -> None:
        # For every state: the set to read from, the place to test (at most one of them), and where to.
        self._reads: list[Matches | None] = [None]
        self._tests: list[_Test | None] = [None]
        self._targets: list[tuple[int, ...]] = [()]
        self._start = self._build(part, 0)

    def search(self, text: str, budget: Budget) -> bool:
        """Whether the pattern matches somewhere in the text."""
        return self._run(text, 0, budget, anchored=False) is not None

    def matches_at(self, text: str, at: int, budget: Budget) -> bool:
        """Whether a match begins exactly at a place."""
        return self._run(text, at, budget, anchored=True) is not None

    def ends_at(self, text: str, at: int, budget: Budget) -> bool:
        """Whether a match from anywhere ends exactly at a place."""
        return any(
            self._run(text, start, budget, anchored=True, end=at) is not None for start in range(at, -1, -1)
        )

    def _run(
        self, text: str, at: int, budget: Budget, *, anchored: bool, end: int | None = None
    ) -> int | None:
        """Follow all ways at once; the place where the end was first reached (`end`, where it is given)."""
        states = self._reachable((self._start,), text, at, budget)
        while True:
            if 0 in states and end in (None, at):
                return at
            if at == len(text) or at == end or (anchored and not states):
                return None
            char = text[at]
            at += 1
            onward = [
                self._targets[state][0]
                for state in states
                if (reads := self._reads[state]) is not None and reads(char)
            ]
            if not anchored:
                onward.append(self._start)
            states = self._reachable(onward, text, at, budget)

    def _reachable(
        self, states: "list[int] | tuple[int, ...]", text: str, at: int, budget: Budget
    ) -> set[int]:
        """The states that can be reached without reading, at a place of the text."""
        reached: set[int] = set()
        todo = list(states)
        while todo:
            state = todo.pop()
            if state in reached:
                continue
            reached.add(state)
            if self._reads[state] is None:
                test = self._tests[state]
                if test is None or _holds(test, text, at, budget):
                    todo.extend(self._targets[state])
        budget.spend(1 + len(reached))
        return reached

    # -- building ---------------------------------------------------------------------------------

    def _state(
        self, targets: tuple[int, ...], *, reads: Matches | None = None, test: _Test | None = None
    ) -> int:
        if len(self._targets) >= MAX_STATES:
            raise EvaluationError("regex_too_large")
        self._reads.append(reads)
        self._tests.append(test)
        self._targets.append(targets)
        return len(self._targets) - 1

    def _build(self, part: _Part, onward: int) -> int:
        """Add the states of a part that leads to `onward`; answers its first state."""
        match part:
            case _One(matches=matches):
                return self._state((onward,), reads=matches)
            case _Edge():
                return self._state((onward,), test=part)
            case _Look():
                return self._state((onward,), test=part)
            case _Sequence(parts=parts):
                for each in reversed(parts):
                    onward = self._build(each, onward)
                return onward
            case _Choice(parts=parts):
                return self._state(tuple(self._build(each, onward) for each in parts))
            case _Repeat(part=inner, least=least, most=most):
                return self._build_repeat(inner, least, most, onward)

    def _build_repeat(self, part: _Part, least: int, most: int | None, onward: int) -> int:
        if most is None:
            # The loop's state must exist before its body, which leads back to it.
            loop = self._state((onward,))
            self._targets[loop] = (self._build(part, loop), onward)
            onward = loop
        else:
            past = onward
            for _optional in range(most - least):
                onward = self._state((self._build(part, onward), past))
        for _required in range(least):
            onward = self._build(part, onward)
        return onward


def _holds(test: _Test, text: str, at: int, budget: Budget) -> bool:
    match test:
        case _Edge.START:
            return at == 0
        case _Edge.END:
            return at == len(text)
        case _Edge.WORD | _Edge.NO_WORD:
            before = at > 0 and _is_word(text[at - 1])
            after = at < len(text) and _is_word(text[at])
            return (before != after) == (test is _Edge.WORD)
        case _Look(pattern=pattern, behind=behind, negated=negated):
            found = pattern.ends_at(text, at, budget) if behind else pattern.matches_at(text, at, budget)
            return found != negated


@lru_cache(maxsize=256)
def compile_pattern(source: str) -> Pattern:
    """Compile a pattern in the syntax that JavaScript and Java share.

    Raises:
        EvaluationError: regex_invalid, regex_unsupported, regex_too_large.
    """
    return Pattern(_Parser(source).whole())
