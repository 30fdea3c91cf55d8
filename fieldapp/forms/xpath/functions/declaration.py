"""How functions are declared: parameters, result, what the value depends on. Pure library layer."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, Flag, auto
from typing import Final

from fieldapp.forms.xpath.values import Value


class Type(Enum):
    """The type of an expression as far as it is known before evaluating; ANY is known afterwards only."""

    ANY = "a"
    BOOLEAN = "b"
    NODES = "N"
    NUMBER = "n"
    STRING = "s"


class Trait(Flag):
    """What else a value may depend on than the nodes referred to."""

    NONE = 0
    TIME = auto()
    """now(), today(): another value at another time."""
    RANDOM = auto()
    """random(), uuid(), randomize() without seed: another value at every evaluation."""
    POSITION = auto()
    """position(node): changes when repeat instances come and go."""
    LANGUAGE = auto()
    """jr:itext, jr:choice-name, format-date: another text in another form language."""
    OWN_VALUE = auto()
    """once(): reads the value of the context node."""
    CHOICES = auto()
    """jr:choice-name: reads the choices of a question."""


class Reads(Enum):
    """When a function reads the context node itself."""

    NEVER = auto()
    WITHOUT_ARGUMENT = auto()
    ALWAYS = auto()


_PARAMETERS: Final = re.compile(r"([abNns]*)((?:[abNns]\?)*)(?:\(([abNns]+)\)\*)?")
_TYPES: Final[dict[str, Type]] = {kind.value: kind for kind in Type}


@dataclass(frozen=True, slots=True)
class Signature:
    """Parameters, written as letters of Type: `ss` two, `sn?` the second optional, `n(sn)*` pairs follow."""

    text: str
    required: tuple[Type, ...] = field(init=False)
    optional: tuple[Type, ...] = field(init=False)
    repeated: tuple[Type, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = _PARAMETERS.fullmatch(self.text)
        if found is None:
            raise ValueError(f"no signature: {self.text}")
        object.__setattr__(self, "required", tuple(_TYPES[letter] for letter in found[1]))
        object.__setattr__(self, "optional", tuple(_TYPES[letter] for letter in found[2].replace("?", "")))
        object.__setattr__(self, "repeated", tuple(_TYPES[letter] for letter in found[3] or ""))

    def accepts(self, count: int) -> bool:
        """Whether so many arguments may be given."""
        more = count - len(self.required)
        if more <= len(self.optional):
            return more >= 0
        return bool(self.repeated) and (more - len(self.optional)) % len(self.repeated) == 0

    def types(self, count: int) -> tuple[Type, ...]:
        """The types of so many arguments."""
        fixed = self.required + self.optional
        more = count - len(fixed)
        return fixed[:count] if more <= 0 else fixed + self.repeated * (more // len(self.repeated))

    def expected(self) -> str:
        """The number of arguments for a message: `2`, `1-2`, `2+`."""
        least, most = len(self.required), len(self.required) + len(self.optional)
        if self.repeated:
            return f"{least}+"
        return str(least) if least == most else f"{least}-{most}"


@dataclass(frozen=True, slots=True)
class Function:
    """A function of expressions.

    `run` takes the context and the arguments, converted to the types of the signature; optional arguments
    that were not given are not passed. A `lazy` function takes its arguments unevaluated: each is a
    function of the context. `checks` look at arguments that are literals when the expression is compiled;
    they raise EvaluationError.
    """

    signature: Signature
    result: Type
    run: Callable[..., Value]
    traits: Trait = Trait.NONE
    reads: Reads = Reads.NEVER
    lazy: bool = False
    checks: tuple[tuple[int, Callable[[str], object]], ...] = ()


def function(
    parameters: str,
    result: Type,
    run: Callable[..., Value],
    *,
    traits: Trait = Trait.NONE,
    reads: Reads = Reads.NEVER,
    lazy: bool = False,
    check: tuple[int, Callable[[str], object]] | None = None,
) -> Function:
    """A function, its parameters written as in Signature; `check` is for the literal at an index."""
    checks = () if check is None else (check,)
    return Function(Signature(parameters), result, run, traits, reads, lazy, checks)
