"""A form being filled on a large screen: sections, what to tell, the summary. No Qt. Layer 5.

It stands between a FormSession, which knows answers, and a screen, which knows widgets.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from fieldapp.forms import FormError, FormSession
from fieldapp.forms.view import (
    Answer,
    Changes,
    Choice,
    Failure,
    QuestionView,
    Reference,
    RepeatView,
    Text,
)
from ui.forms.outline import RowReader, Section, Telling, generic, is_shown, sections
from ui.forms.rows import Row, Shown, shown_value

_GONE: Final = frozenset({"question_readonly", "reference_unknown"})
"""A last word typed into a question that went away meanwhile has no place, and nobody to tell."""
SUMMARY: Final = ""
"""The key of the last step, where everything is read once more."""


@dataclass(frozen=True, slots=True)
class StepState:
    """A section in the list of steps; `title` None where the form has no words for it."""

    key: Reference
    title: Text | None
    done: bool
    missing: int


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """Something that keeps the form from being finished, and where."""

    reference: Reference
    section: Reference
    label: Text | None
    message: Text | None
    blank: bool
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with its answer, to be read; `instance` numbers those inside a repeat."""

    reference: Reference
    label: Text | None
    shown: Shown
    instance: str = ""


@dataclass(frozen=True, slots=True)
class SummaryPart:
    """A section to be read."""

    key: Reference
    title: Text | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class PageState:
    """Everything the screen shows of the form at one moment."""

    steps: tuple[StepState, ...] = ()
    current: Reference = SUMMARY
    title: Text | None = None
    rows: tuple[Row, ...] = ()
    summary: tuple[SummaryPart, ...] = ()
    shortcomings: tuple[Shortcoming, ...] = ()
    languages: tuple[str, ...] = ()
    language: str = ""
    can_undo: bool = False

    @property
    def at_summary(self) -> bool:
        """Whether everything is read once more."""
        return self.current == SUMMARY

    @property
    def index(self) -> int:
        """Which step it is."""
        return next((at for at, step in enumerate(self.steps) if step.key == self.current), 0)


@dataclass(slots=True)
class _Told:
    """What the worker has been at, so that nobody is told off before he could answer."""

    touched: set[Reference] = field(default_factory=set)
    left: set[Reference] = field(default_factory=set)
    everything: bool = False


class Filling:
    """Answers, steps and what to say of them.

    Attributes:
        room: how wide the page is, in pixels at 100 % text; 0 while nobody knows.

    Args:
        last: what was answered last time at a reference, "" for nothing.
        sentence: words for an error code of the engine.
        awaited: the questions whose files are still being made.
    """

    def __init__(
        self,
        session: FormSession,
        *,
        last: Callable[[Reference], str] = lambda _reference: "",
        sentence: Callable[[FormError], str] = str,
        awaited: Callable[[], Collection[Reference]] = frozenset,
    ) -> None:
        self.session = session
        self.room = 0
        self._last = last
        self._sentence = sentence
        self._awaited = awaited
        self._sections = sections(session)
        self._by_content = {one: section for section in self._sections for one in section.content}
        self._told = _Told()
        self._open: dict[Reference, Reference] = {}
        self._refused: dict[Reference, str] = {}
        self._unreadable: dict[Reference, str] = {}
        self._current = self._first()
        self._failures: dict[Reference, Failure] = {}
        self._choices: dict[Reference, tuple[Choice, ...]] = {}
        self._check(Changes())

    # --- answers --------------------------------------------------------------------------------

    def answer(self, reference: Reference, value: Answer) -> bool:
        """Set an answer. False when nothing changed; a value the type cannot hold is told of, not kept."""
        self._refused.pop(reference, None)
        try:
            changes = self.session.answer(reference, value)
        except FormError as error:
            if error.code not in _GONE:
                self._refused[reference] = self._sentence(error)
                self._told.touched.add(reference)
            return False
        self._check(changes)
        return bool(changes)

    def leave(self, reference: Reference) -> None:
        """The worker has finished with a question: from now on it is told what is wrong with it."""
        self._told.touched.add(reference)

    def set_unreadable(self, reference: Reference, sentence: str) -> None:
        """What stands in an editor is no answer ("" = it is again)."""
        if sentence:
            self._unreadable[reference] = sentence
        else:
            self._unreadable.pop(reference, None)

    def toggle(self, instance: Reference) -> None:
        """Open an instance of a repeat (closing the one that was open), or close it."""
        repeat = _repeat_of(instance)
        view = self.session.view(repeat)
        alone = isinstance(view, RepeatView) and view.instances == (instance,)
        is_open = self._open.get(repeat, instance if alone else "") == instance
        self._open[repeat] = "" if is_open else instance

    def add(self, repeat: Reference) -> None:
        """Add an instance and open it."""
        changes = self.session.add_repeat(repeat)
        view = self.session.view(repeat)
        if isinstance(view, RepeatView) and view.instances:
            self._open[repeat] = view.instances[-1]
        self._check(changes)

    def remove(self, instance: Reference) -> None:
        """Remove an instance; what is known of the later ones moves up with them."""
        changes = self.session.remove_repeat(instance)
        move = _Removal(instance)
        told = self._told
        told.touched = set(move.each(told.touched))
        self._refused = dict(move.keys(self._refused))
        self._unreadable = dict(move.keys(self._unreadable))
        opened = {repeat: move.moved(one) for repeat, one in move.keys(self._open)}
        self._open = {repeat: one for repeat, one in opened.items() if one is not None}
        self._check(changes)

    def undo(self) -> None:
        """Take the last act back, and go to where it was."""
        if not self.session.can_undo:
            return
        changes = self.session.undo()
        self._refused.clear()
        self._unreadable.clear()
        self._check(changes)
        changed = next(iter((*changes.values, *changes.structure)), "")
        if changed:
            self.go_to_reference(changed)

    def set_language(self, language: str) -> None:
        """Show the form in another of its languages."""
        self._check(self.session.set_language(language))

    # --- steps ----------------------------------------------------------------------------------

    @property
    def current(self) -> Reference:
        """Key of the section on show, SUMMARY for the last step."""
        return self._current

    def shows(self, reference: Reference) -> bool:
        """Whether the section on show holds a question; the summary holds all."""
        section = self._section_of(reference)
        return self._current == SUMMARY or (section is not None and section.key == self._current)

    def go_to(self, key: Reference) -> None:
        """Show a section (or the SUMMARY); what was left behind is told of from now on."""
        if key != SUMMARY and key not in {section.key for section in self._shown()}:
            return
        if self._current not in (SUMMARY, key):
            self._told.left.add(self._current)
        self._current = key
        self.session.show(self._reference_to_show())

    def step(self, by: int) -> None:
        """The next section or the one before."""
        keys = [*(section.key for section in self._shown()), SUMMARY]
        at = keys.index(self._current) if self._current in keys else 0
        self.go_to(keys[max(0, min(len(keys) - 1, at + by))])

    def go_to_reference(self, reference: Reference) -> None:
        """Show the section with a question, with the instances around it open."""
        section = self._section_of(reference)
        if section is None:
            return
        for instance in _instances_in(reference):
            self._open[_repeat_of(instance)] = instance
        if section.key != self._current:
            self.go_to(section.key)

    def tell_everything(self) -> tuple[Shortcoming, ...]:
        """Check the whole form: all that is wrong is told from now on."""
        self._told.everything = True
        return self._shortcomings()

    def resume(self) -> None:
        """Go on where the draft was left; all sections before that have been seen."""
        reference = self.session.current.reference
        here = self._section_of(reference)
        for section in self._shown():
            if here is not None and section.key == here.key:
                break
            self._told.left.add(section.key)
        self._current = here.key if here is not None else SUMMARY

    # --- showing --------------------------------------------------------------------------------

    def state(self) -> PageState:
        """What the screen shows now."""
        shown = self._shown()
        section = next((one for one in shown if one.key == self._current), None)
        if section is None and self._current != SUMMARY:
            section = self._nearest(shown)
            self._current = section.key if section is not None else SUMMARY
        reader = self._reader()
        at_end = section is None
        return PageState(
            steps=(*self._steps(shown), StepState(SUMMARY, None, False, 0)),
            current=self._current,
            title=self._title(section) if section is not None and section.is_group else None,
            rows=reader.rows(section) if section is not None else (),
            summary=tuple(self._summary(shown, reader)) if at_end else (),
            shortcomings=self._shortcomings() if at_end or self._told.everything else (),
            languages=self.session.languages,
            language=self.session.language,
            can_undo=self.session.can_undo,
        )

    def _reader(self) -> RowReader:
        telling = Telling(
            self._open, self._failures, self._is_told, self._refused, self._last, self._choices_of,
            self._awaited(), self.room,
        )  # fmt: skip
        return RowReader(self.session, telling)

    def _choices_of(self, reference: Reference) -> tuple[Choice, ...]:
        found = self._choices.get(reference)
        if found is None:
            found = self._choices[reference] = self.session.choices(reference)
        return found

    def _shown(self) -> list[Section]:
        return [
            section
            for section in self._sections
            if any(is_shown(self.session, one) for one in section.content)
        ]

    def _nearest(self, shown: list[Section]) -> Section | None:
        """The section before the one that is no longer relevant."""
        known = [section.key for section in self._sections]
        at = known.index(self._current) if self._current in known else 0
        before = [section for section in shown if known.index(section.key) <= at]
        return before[-1] if before else next(iter(shown), None)

    def _steps(self, shown: list[Section]) -> Iterator[StepState]:
        places = map(self._section_of, {**self._failures, **self._odd()})
        wrong = Counter(section.key for section in places if section is not None)
        for section in shown:
            seen = self._told.everything or section.key in self._told.left
            missing = wrong[section.key] if seen else 0
            yield StepState(section.key, self._title(section), seen and not missing, missing)

    def _title(self, section: Section) -> Text | None:
        return self.session.view(section.titled_by).label

    def _odd(self) -> dict[Reference, str]:
        return {**self._refused, **self._unreadable}

    def _summary(self, shown: list[Section], reader: RowReader) -> Iterator[SummaryPart]:
        for section in shown:
            entries = []
            for row in reader.questions(section.content):
                answer = shown_value(row.view, row.view.value, row.choices)
                if answer or not row.view.readonly:
                    reference = row.view.reference
                    entries.append(Entry(reference, row.view.label, answer, instance_words(reference)))
            if entries:
                yield SummaryPart(section.key, self._title(section), tuple(entries))

    def _shortcomings(self) -> tuple[Shortcoming, ...]:
        found = []
        odd = self._odd()
        for reference in dict.fromkeys((*self._failures, *odd)):
            section = self._section_of(reference)
            view = self.session.view(reference)
            if section is None or not view.relevant:
                continue
            failure = self._failures.get(reference)
            found.append(
                Shortcoming(
                    reference,
                    section.key,
                    view.label,
                    failure.message if failure is not None else None,
                    blank=failure is not None and failure.condition.value == "required",
                    sentence=odd.get(reference, ""),
                )
            )
        return tuple(found)

    # --- within ---------------------------------------------------------------------------------

    def _check(self, changes: Changes) -> None:
        if changes.structure:  # references of later instances mean others now
            self._choices.clear()
        for reference in (*changes.choices, *changes.labels):
            self._choices.pop(reference, None)
        self._failures = {failure.reference: failure for failure in self.session.validate()}

    def _is_told(self, reference: Reference) -> bool:
        told = self._told
        if told.everything or reference in told.touched:
            return True
        section = self._section_of(reference)
        return section is not None and section.key in told.left

    def _section_of(self, reference: Reference) -> Section | None:
        path = generic(reference)
        while path and path not in self._by_content:
            path = path.rpartition("/")[0]
        return self._by_content.get(path)

    def _first(self) -> Reference:
        return next((section.key for section in self._shown()), SUMMARY)

    def _reference_to_show(self) -> Reference:
        """The first question of the section: what the engine calls its page."""
        if self._current == SUMMARY:
            return SUMMARY
        section = self._section_of(self._current)
        return _first_question(self.session, section.content if section is not None else ()) or self._current


def _first_question(session: FormSession, references: Iterable[Reference]) -> Reference:
    for reference in references:
        view = session.view(reference)
        if not view.relevant:
            continue
        if isinstance(view, QuestionView):
            return reference
        inside = view.instances if isinstance(view, RepeatView) else view.children
        found = _first_question(session, inside)
        if found:
            return found
    return ""


def instance_words(reference: Reference) -> str:
    """Which instance of the repeats around it a question is in, such as "2"; "" outside repeats."""
    return " · ".join(re.findall(r"\[(\d+)\]", reference))


def _repeat_of(instance: Reference) -> Reference:
    return instance[: instance.rindex("[")]


def _instances_in(reference: Reference) -> list[Reference]:
    """References of the repeat instances around (or at) a reference, outermost first."""
    return [reference[: found.end()] for found in re.finditer(r"\[\d+\]", reference)]


class _Removal:
    """Moves references when one instance of a repeat has gone."""

    def __init__(self, instance: Reference) -> None:
        self._repeat = _repeat_of(instance)
        self._gone = int(instance[len(self._repeat) + 1 : -1])

    def moved(self, reference: Reference) -> Reference | None:
        """Where a reference is now; None when it went too."""
        if not reference.startswith(f"{self._repeat}["):
            return reference
        number, _, rest = reference[len(self._repeat) + 1 :].partition("]")
        at = int(number)
        if at == self._gone:
            return None
        return f"{self._repeat}[{at - (at > self._gone)}]{rest}"

    def each(self, references: Iterable[Reference]) -> Iterable[Reference]:
        """Those that are still there, moved."""
        return (new for new in map(self.moved, references) if new is not None)

    def keys(self, values: Mapping[Reference, str]) -> Iterable[tuple[Reference, str]]:
        """The same for the keys of a mapping."""
        for reference, value in values.items():
            new = self.moved(reference)
            if new is not None:
                yield new, value
