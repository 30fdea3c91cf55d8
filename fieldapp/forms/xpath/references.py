"""Which nodes an expression reads: what a dependency graph is made of. Pure library layer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from fieldapp.forms.xpath.functions import function_for
from fieldapp.forms.xpath.functions.declaration import Reads, Trait
from fieldapp.forms.xpath.syntax import (
    Axis,
    Call,
    KindTest,
    Literal,
    NodeType,
    Path,
    PathStart,
    Step,
    Syntax,
    Union,
    parts,
    walk,
)


class Origin(Enum):
    """Where a reference starts."""

    CONTEXT = "context"
    """The node that the expression is evaluated for (also through current())."""
    ROOT = "root"
    """The document of that node: an absolute path."""
    INSTANCE = "instance"
    """The document of instance(id)."""


ANYWHERE: Final = "**"


@dataclass(frozen=True, slots=True)
class Reference:
    """A set of nodes that an expression reads, with predicates taken away.

    `steps` are local names, `..`, `*`, `@name`, `@*`, and `**` for any number of steps downwards. A
    predicate's paths are given from the outer origin: `../m[age > 3]/x` reads `../m/age` and `../m/x`.
    """

    origin: Origin
    steps: tuple[str, ...] = ()
    instance: str | None = None
    """The id of instance(); None where it is not a literal, and for other origins."""
    predicated: bool = False
    """At least one step on the way is filtered."""


_CONTEXT: Final = Reference(Origin.CONTEXT)
_ROOT: Final = Reference(Origin.ROOT)


def references(syntax: Syntax) -> tuple[Reference, ...]:
    """Every reference of an expression, without repetition, in order of first use."""
    return tuple(dict.fromkeys(_read(syntax, (_CONTEXT,))))


def functions(syntax: Syntax) -> frozenset[str]:
    """The names of the functions that an expression uses."""
    return frozenset(part.name for part in walk(syntax) if isinstance(part, Call))


def traits(syntax: Syntax) -> Trait:
    """The traits of all functions used."""
    found = Trait.NONE
    for part in walk(syntax):
        if isinstance(part, Call):
            found |= _traits_of_call(part)
    return found


def _traits_of_call(call: Call) -> Trait:
    # Without its optional argument position() is the place in a filter, and with it randomize() is no chance.
    if call.name == "position" and not call.arguments:
        return Trait.NONE
    if call.name == "randomize" and len(call.arguments) > 1:
        return Trait.NONE
    declared = function_for(call.name, len(call.arguments))
    return declared.traits if declared is not None else Trait.NONE


def reads_context(syntax: Syntax) -> bool:
    """Whether the value may differ between the nodes a predicate looks at, or between two evaluations."""
    match syntax:
        case Path(start=start):
            # What predicates and steps read, they read from the nodes of the path.
            return start is PathStart.CONTEXT or (not isinstance(start, PathStart) and reads_context(start))
        case Call():
            declared = function_for(syntax.name, len(syntax.arguments))
            if declared is None:
                return True
            if declared.reads is Reads.ALWAYS or _traits_of_call(syntax) & (Trait.RANDOM | Trait.OWN_VALUE):
                return True
            if declared.reads is Reads.WITHOUT_ARGUMENT and not syntax.arguments:
                return True
    return any(map(reads_context, parts(syntax)))


# -- inside ---------------------------------------------------------------------------------------

_Bases = tuple[Reference, ...]


def _read(syntax: Syntax, bases: _Bases) -> Iterator[Reference]:
    """The references of an expression whose context nodes are `bases`."""
    match syntax:
        case Literal():
            return
        case Path():
            yield from _read_path(syntax, bases)
        case Call():
            yield from _read_call(syntax, bases)
        case _:
            for part in parts(syntax):
                yield from _read(part, bases)


# What these answer without argument depends on the filter, not on what the node holds.
_PLACES: Final = frozenset({"position", "last"})


def _read_call(call: Call, bases: _Bases) -> Iterator[Reference]:
    declared = function_for(call.name, len(call.arguments))
    reads = declared.reads if declared is not None else None
    if declared is None:
        pass  # evaluating it fails, its arguments unread
    elif call.name == "current":
        yield _CONTEXT
    elif call.name == "instance":
        yield _instance(call)
    elif call.name in _PLACES and not call.arguments:
        return
    elif reads is Reads.ALWAYS or (reads is Reads.WITHOUT_ARGUMENT and not call.arguments):
        yield from bases
    for argument in call.arguments:
        yield from _read(argument, bases)


def _instance(call: Call) -> Reference:
    name = call.arguments[0]
    known = isinstance(name, Literal) and isinstance(name.value, str)
    return Reference(
        Origin.INSTANCE, instance=str(name.value) if known and isinstance(name, Literal) else None
    )


def _read_path(path: Path, bases: _Bases) -> Iterator[Reference]:
    current, passed = _start(path.start, bases)
    yield from passed
    for predicate in path.predicates:
        current = _filtered(current)
        yield from _read(predicate, current)
    for step in path.steps:
        current = tuple(_take(step, base) for base in current)
        for predicate in step.predicates:
            current = _filtered(current)
            yield from _read(predicate, current)
    yield from current


def _start(start: PathStart | Syntax, bases: _Bases) -> tuple[_Bases, Iterable[Reference]]:
    """Where a path begins, and what is read in order to know that."""
    match start:
        case PathStart.CONTEXT:
            return bases, ()
        case PathStart.ROOT:
            return (_ROOT,), ()
        case Call(name="current"):
            return (_CONTEXT,), ()
        case Call(name="instance"):
            return (_instance(start),), _read(start.arguments[0], bases)
        case Call(name="randomize" | "indexed-repeat"):
            rest = [each for argument in start.arguments[1:] for each in _read(argument, bases)]
            first, passed = _start(start.arguments[0], bases)
            return first, [*rest, *passed]
        case Union(parts=members):
            found = [_start(member, bases) for member in members]
            return tuple(each for first, _ in found for each in first), [
                each for _, passed in found for each in passed
            ]
        case Path():
            # Its last references are where the outer path goes on.
            every = tuple(_read_path(start, bases))
            ends = len(_start(start.start, bases)[0])
            return every[-ends:], every[:-ends]
        case _:
            # id(), if() and the like: nodes that cannot be foreseen.
            return (replace(_ROOT, steps=(ANYWHERE,)),), _read(start, bases)


def _filtered(bases: _Bases) -> _Bases:
    return tuple(replace(base, predicated=True) for base in bases)


def _take(step: Step, base: Reference) -> Reference:
    """The reference one step further."""
    name = _name(step)
    match step.axis:
        case Axis.SELF:
            more: tuple[str, ...] = ()
        case Axis.PARENT:
            more = ("..",)
        case Axis.CHILD:
            more = (name,) if name else ()
        case Axis.ATTRIBUTE:
            more = (f"@{name}",)
        case Axis.FOLLOWING_SIBLING | Axis.PRECEDING_SIBLING:
            return replace(base, steps=(*base.steps, "..", name or "*"), predicated=True)
        case Axis.DESCENDANT | Axis.DESCENDANT_OR_SELF:
            more = (ANYWHERE, name) if name and name != "*" else (ANYWHERE,)
        case _:
            # Up or across the tree: anywhere in the document.
            origin = Origin.INSTANCE if base.origin is Origin.INSTANCE else Origin.ROOT
            more = (ANYWHERE, name) if name and name != "*" else (ANYWHERE,)
            return replace(base, origin=origin, steps=more)
    return replace(base, steps=base.steps + more)


def _name(step: Step) -> str:
    """The name of a step's nodes, `*` for any; "" for text, which belongs to its element."""
    if isinstance(step.test, KindTest):
        return "*" if step.test.type is NodeType.NODE else ""
    return step.test.name or "*"
