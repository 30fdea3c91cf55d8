"""The order of a form for a large screen: sections to leaf through, rows of one section. No Qt. Layer 5.

The engine's own pages hold one question each unless the author says otherwise, as a phone wants it. Here
a section is a group of the outermost level that has one, so that what belongs together is seen together.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from fieldapp.forms import FormSession
from fieldapp.forms.view import (
    AnyView,
    Choice,
    Condition,
    Control,
    Failure,
    GroupView,
    NodeView,
    QuestionView,
    Reference,
    RepeatView,
    Text,
)
from ui.forms.columns import MATRIX_HEAD, MOST_LINES, as_cell, columns_of, needed_width, questions_in
from ui.forms.rows import (
    AddRow,
    Column,
    GridRow,
    GroupRow,
    InstanceRow,
    LastAnswer,
    MatrixRow,
    QuestionRow,
    RepeatRow,
    Row,
    Shown,
    TableLine,
    TableRow,
    indent,
    shown_value,
)

MOST_LOOSE: Final = 10
"""Questions outside any group that share a section."""
MOST_TOGETHER: Final = 30
"""A larger group with groups inside is leafed through by those."""
_SUMMED_UP: Final = 3
_UNITS: Final = 4
"""Of a section that names no number."""
_MOST_UNITS: Final = 12
_MATRIX_LINES: Final = frozenset({"list-nolabel", "list"})


@dataclass(frozen=True, slots=True)
class Section:
    """Part of the form on one scrolling page.

    Attributes:
        key: its first reference; stays while answers come and go.
        titled_by: whose label is its title: the group, or the first question where there is no group.
        content: references of what it holds, not relevant ones included.
        is_group: the title stands above the page; otherwise it is the first question's own.
    """

    key: Reference
    titled_by: Reference
    content: tuple[Reference, ...]
    is_group: bool = True


def is_within(reference: Reference, top: Reference) -> bool:
    """Whether a reference is `top` or lies below it (or in an instance of it)."""
    return reference == top or (reference.startswith(top) and reference[len(top)] in "/[")


def sections(session: FormSession) -> tuple[Section, ...]:
    """All sections in order, also those in which nothing is relevant now. Answers do not change them."""
    return tuple(_split(session, _descend(session), ""))


def is_shown(session: FormSession, reference: Reference) -> bool:
    """Whether there is anything to see at a reference."""
    view = session.view(reference)
    if not view.relevant:
        return False
    if isinstance(view, QuestionView):
        return view.control is not Control.NONE
    if isinstance(view, RepeatView):
        return view.can_add or bool(view.instances)
    return any(is_shown(session, child) for child in view.children)


def _descend(session: FormSession) -> tuple[Reference, ...]:
    """The children of the root, or of the one group that holds everything."""
    view = session.view()
    while isinstance(view, GroupView):
        inner = [session.view(child) for child in view.children]
        groups = [one for one in inner if not isinstance(one, QuestionView)]
        only = groups[0] if len(inner) == len(groups) == 1 else None
        if not isinstance(only, GroupView) or not _has_groups(session, only):
            return view.children
        view = only
    return ()


def _has_groups(session: FormSession, group: GroupView) -> bool:
    return any(not isinstance(session.view(child), QuestionView) for child in group.children)


def _split(session: FormSession, children: Iterable[Reference], title: Reference) -> Iterator[Section]:
    loose: list[Reference] = []
    for child in children:
        view = session.view(child)
        if isinstance(view, QuestionView):
            if view.control is not Control.NONE:
                loose.append(child)
            continue
        yield from _chunks(loose, title)
        loose = []
        if (
            isinstance(view, GroupView)
            and _size(session, view) > MOST_TOGETHER
            and _has_groups(session, view)
        ):
            yield from _split(session, view.children, child if view.label else title)
        else:
            yield Section(child, child if view.label else title or _labelled(session, view), (child,))
    yield from _chunks(loose, title)


def _chunks(loose: list[Reference], title: Reference) -> Iterator[Section]:
    for start in range(0, len(loose), MOST_LOOSE):
        part = tuple(loose[start : start + MOST_LOOSE])
        yield Section(part[0], title or part[0], part, is_group=bool(title))


def _labelled(session: FormSession, view: AnyView) -> Reference:
    """The first labelled child of a group without a label; lists of tables have their title there."""
    children = view.children if isinstance(view, GroupView) else ()
    return next((child for child in children if session.view(child).label), view.reference)


def _size(session: FormSession, group: GroupView) -> int:
    total = 0
    for child in group.children:
        view = session.view(child)
        total += _size(session, view) if isinstance(view, GroupView) else 1
    return total


@dataclass(frozen=True, slots=True)
class Telling:
    """What rows need to know beside the session.

    Attributes:
        open_instances: the open instance of a repeat, "" where all are closed on purpose; an instance
            that is alone is open by itself.
        failures: what is broken, by reference.
        told: whether to speak of what is broken at a reference.
        refused: error codes of values that the engine could not hold.
        last: what was answered last time at a reference, "" for nothing.
        choices: the choices of a question; thousands of them are not to be asked for at every render.
        awaited: the questions whose files are still being made.
        room: how wide rows may be, in pixels at 100 % text; tables need some.
    """

    open_instances: Mapping[Reference, Reference] = field(default_factory=dict)
    failures: Mapping[Reference, Failure] = field(default_factory=dict)
    told: Callable[[Reference], bool] = lambda _reference: True
    refused: Mapping[Reference, str] = field(default_factory=dict)
    last: Callable[[Reference], str] = lambda _reference: ""
    choices: Callable[[Reference], tuple[Choice, ...]] = lambda _reference: ()
    awaited: Collection[Reference] = ()
    room: int = 0


class RowReader:
    """Reads the rows of a section out of a session."""

    def __init__(self, session: FormSession, telling: Telling) -> None:
        self._session = session
        self._telling = telling

    def rows(self, section: Section) -> tuple[Row, ...]:
        """The rows of a section; the section's own group has no head, its title is on the page."""
        found: list[Row] = []
        own = self._session.view(section.key) if section.content == (section.key,) else None
        units = _units(own) if own is not None else 0
        if isinstance(own, GroupView) and own.relevant:
            found += self._inside((one for one in own.children if not self._is_title(section, one)), 0)
        elif isinstance(own, RepeatView) and own.relevant:
            found += self._repeat(replace(own, label=None), 0)
        else:
            found += self._inside(section.content, 0)
        return tuple(_side_by_side(found, units or _UNITS))

    def _is_title(self, section: Section, reference: Reference) -> bool:
        """Whether a note only says what stands above the page already."""
        view = self._session.view(reference)
        is_note = isinstance(view, QuestionView) and view.readonly and not view.value and not view.hint
        return is_note and reference == section.titled_by

    def _inside(self, references: Iterable[Reference], depth: int) -> Iterator[Row]:
        waiting: list[QuestionRow] = []  # a matrix being gathered
        for reference in references:
            view = self._session.view(reference)
            row = self._question(view, depth) if isinstance(view, QuestionView) else None
            if waiting and row is not None and _MATRIX_LINES & set(row.view.appearance):
                waiting.append(row)
                continue
            yield from self._gathered(waiting, depth)
            waiting = []
            if row is not None and MATRIX_HEAD in row.view.appearance and row.view.relevant:
                waiting = [row]
            elif row is not None:
                if is_shown(self._session, reference):
                    yield row
            else:
                yield from self._group_like(view, depth)
        yield from self._gathered(waiting, depth)

    def _gathered(self, waiting: list[QuestionRow], depth: int) -> Iterator[Row]:
        if not waiting:
            return
        lines = tuple(row for row in waiting[1:] if row.view.relevant)
        # A picture needs more room than a cell of the table's head has.
        plain = not any(choice.label.media for row in waiting for choice in row.choices)
        if lines and plain and all(row.view.control is Control.SELECT_ONE for row in lines):
            yield MatrixRow(waiting[0], lines, depth)
        else:
            yield from lines

    def _group_like(self, view: AnyView, depth: int) -> Iterator[Row]:
        if not is_shown(self._session, view.reference):
            return
        if isinstance(view, RepeatView):
            yield from self._repeat(view, depth)
        elif isinstance(view, GroupView):
            if view.label:
                yield GroupRow(view, depth)
            yield from self._inside(view.children, depth + bool(view.label))

    def _repeat(self, view: RepeatView, depth: int) -> Iterator[Row]:
        yield RepeatRow(view, depth)
        # On the page's head already, where this is a section.
        label = self._session.view(view.reference).label
        columns = self._columns(view, depth)
        if columns:
            yield self._table(view, columns, depth)
        else:
            yield from self._lines(view, label, depth)
        if view.can_add:
            yield AddRow(replace(view, label=label), depth)

    def _columns(self, view: RepeatView, depth: int) -> tuple[Column, ...]:
        room = self._telling.room - indent(depth)
        if room <= 0 or len(view.instances) > MOST_LINES:
            return ()
        columns = columns_of(self._session, view, self._telling.choices)
        return columns if needed_width(columns) <= room else ()

    def _table(self, view: RepeatView, columns: tuple[Column, ...], depth: int) -> TableRow:
        lines = []
        for instance in self._instances(view):
            questions = questions_in(self._session, instance) or ()
            cells = (as_cell(self._question(one, 0)) if one.relevant else None for one in questions)
            lines.append(TableLine(instance, tuple(cells)))
        used = [at for at in range(len(columns)) if any(line.cells[at] is not None for line in lines)]
        return TableRow(
            view,
            tuple(columns[at] for at in used),
            tuple(TableLine(line.view, tuple(line.cells[at] for at in used)) for line in lines),
            depth,
        )

    def _instances(self, view: RepeatView) -> Iterator[GroupView]:
        for reference in view.instances:
            instance = self._session.view(reference)
            if isinstance(instance, GroupView) and instance.relevant:
                yield instance

    def _lines(self, view: RepeatView, label: Text | None, depth: int) -> Iterator[Row]:
        alone = view.instances[0] if len(view.instances) == 1 else ""
        open_one = self._telling.open_instances.get(view.reference, alone)
        for instance in self._instances(view):
            reference = instance.reference
            problems = sum(
                is_within(failed, reference) and self._telling.told(failed)
                for failed in self._telling.failures
            )
            is_open = reference == open_one
            title = instance.label or label
            summary = () if is_open else tuple(self._summary(instance))
            yield InstanceRow(instance, title, summary, is_open, problems, depth)
            if is_open:
                yield from self._inside(instance.children, depth + 1)

    def _summary(self, instance: GroupView) -> Iterator[Shown]:
        count = 0
        for question in self.questions(instance.children):
            shown = shown_value(question.view, question.view.value, question.choices)
            if shown:
                yield shown
                count += 1
            if count == _SUMMED_UP:
                return

    def questions(self, references: Iterable[Reference]) -> Iterator[QuestionRow]:
        """The questions shown at or below these references, in order; those in instances too."""
        for reference in references:
            view = self._session.view(reference)
            if not view.relevant:
                continue
            if isinstance(view, QuestionView):
                if view.control is not Control.NONE and MATRIX_HEAD not in view.appearance:
                    yield self._question(view, 0)
            elif isinstance(view, RepeatView):
                yield from self.questions(view.instances)
            else:
                yield from self.questions(view.children)

    def _question(self, view: QuestionView, depth: int) -> QuestionRow:
        choices = self._telling.choices(view.reference) if view.has_choices and view.relevant else ()
        failure = self._telling.failures.get(view.reference)
        told = failure is not None and self._telling.told(view.reference)
        last = self._telling.last(view.reference)
        return QuestionRow(
            view,
            depth,
            choices,
            broken=failure.message if failure is not None and told else None,
            is_broken=told,
            blank=told and failure is not None and failure.condition is Condition.REQUIRED,
            refused=self._telling.refused.get(view.reference, ""),
            last=LastAnswer(shown_value(view, last, choices), last) if last else None,
            awaited=view.reference in self._telling.awaited,
        )


def _units(view: NodeView) -> int:
    """The N of an appearance wN; 0 for none."""
    words = (word.removeprefix("w") for word in view.appearance if word.startswith("w"))
    return next((int(word) for word in words if word.isdecimal() and 1 <= int(word) <= _MOST_UNITS), 0)


def _side_by_side(rows: Iterable[Row], units: int) -> Iterator[Row]:
    """The grid theme: a question of width N takes N of its section's units, one without a width a line."""
    run: list[QuestionRow] = []
    for row in (*rows, None):
        wide = isinstance(row, QuestionRow) and 0 < _units(row.view) < units
        if isinstance(row, QuestionRow) and wide and (not run or run[0].depth == row.depth):
            run.append(row)
            continue
        if len(run) > 1:
            yield GridRow(tuple((one, _units(one.view) / units) for one in run), run[0].depth)
        else:
            yield from run
        run = [row] if isinstance(row, QuestionRow) and wide else []
        if row is not None and not run:
            yield row


def generic(reference: Reference) -> str:
    """A reference without the numbers of instances: what it is, wherever it is."""
    parts = reference.split("[")
    return parts[0] + "".join(part.partition("]")[2] for part in parts[1:])
