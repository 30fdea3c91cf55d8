"""Regular expressions that no pattern can make slow. Pure library layer.

Forms are written for the regular expressions of JavaScript and Java, whose engines try one way after the
other and may need years for `(a+)+$`. Here all ways are followed at once (Thompson's construction), so
time grows with pattern times text. What cannot be done that way is refused: references to groups, atomic
groups and possessive repetition.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from fieldapp.forms.errors import EvaluationError
from fieldapp.forms.xpath.context import Budget
from fieldapp.forms.xpath.pattern_syntax import (
    Choice,
    Edge,
    Look,
    Matches,
    One,
    Part,
    Repeat,
    Sequence,
    is_word,
    parse_pattern,
)

MAX_STATES: Final = 20_000


@dataclass(frozen=True, slots=True)
class _LookTest:
    pattern: "Pattern"
    behind: bool
    negated: bool


_Test = Edge | _LookTest


class Pattern:
    """A compiled pattern. State 0 is the end; a state reads a character, splits, or tests a place."""

    def __init__(self, part: Part) -> None:
        # For every state: the set to read from, the place to test (at most one of them), and where to.
        self._reads: list[Matches | None] = [None]
        self._tests: list[_Test | None] = [None]
        self._targets: list[tuple[int, ...]] = [()]
        self._looks: dict[int, Pattern] = {}
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

    def _build(self, part: Part, onward: int) -> int:
        """Add the states of a part that leads to `onward`; answers its first state."""
        match part:
            case One(matches=matches):
                return self._state((onward,), reads=matches)
            case Edge():
                return self._state((onward,), test=part)
            case Look():
                return self._state((onward,), test=self._look(part))
            case Sequence(parts=parts):
                for each in reversed(parts):
                    onward = self._build(each, onward)
                return onward
            case Choice(parts=parts):
                return self._state(tuple(self._build(each, onward) for each in parts))
            case Repeat(part=inner, least=least, most=most):
                return self._build_repeat(inner, least, most, onward)

    def _look(self, look: Look) -> _LookTest:
        # A repeated look is built once, however often its part of the pattern is copied.
        pattern = self._looks.get(id(look))
        if pattern is None:
            pattern = self._looks[id(look)] = Pattern(look.part)
        return _LookTest(pattern, look.behind, look.negated)

    def _build_repeat(self, part: Part, least: int, most: int | None, onward: int) -> int:
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
        case Edge.START:
            return at == 0
        case Edge.END:
            return at == len(text)
        case Edge.WORD | Edge.NO_WORD:
            before = at > 0 and is_word(text[at - 1])
            after = at < len(text) and is_word(text[at])
            return (before != after) == (test is Edge.WORD)
        case _LookTest(pattern=pattern, behind=behind, negated=negated):
            found = pattern.ends_at(text, at, budget) if behind else pattern.matches_at(text, at, budget)
            return found != negated


@lru_cache(maxsize=256)
def compile_pattern(source: str) -> Pattern:
    """Compile a pattern in the syntax that JavaScript and Java share.

    Raises:
        EvaluationError: regex_invalid, regex_unsupported, regex_too_large.
    """
    return Pattern(parse_pattern(source))
