"""Decides what the page of a paper form shows: the forms one by one, how they leave the device. No Qt."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.exports.paper import Paper
from fieldapp.services import assessment_papers, case_papers, papers, spot_check_papers
from fieldapp.services.context import Context
from fieldapp.services.papers import PaperChoice
from ui.ports import Surroundings

P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)
BLANK: Final = "blank"
"""Form 6.1 with nothing in it but what is on file of a household; the ids are households'."""
VISITS: Final = "visits"
CLUES: Final = "clues"
RELIEFS: Final = "reliefs"
ASSESSMENTS: Final = "assessments"
CHECKS: Final = "spot_checks"
TARGETS: Final = "spot_targets"
RISKS: Final = "risks"
"""The last assessment of each household; the ids are households'."""
_CHUNK: Final = 10
"""Forms that are filled at a time: with their photos they are what lies in memory."""


@dataclass(frozen=True, slots=True)
class FormKind:
    """Forms of a kind: what fills them, what their ids are of, whether they have photos. Without ids the form
    is an empty one. Ids that are of no household's record ('') keep their order."""

    fill: Callable[[Context, Sequence[str], PaperChoice], list[Paper]]
    ids_of: str
    photos: bool = False
    blank: bool = False


FORMS: Final[Mapping[str, FormKind]] = {
    VISITS: FormKind(papers.visit_papers, "visits", photos=True),
    BLANK: FormKind(
        lambda context, ids, _choice: papers.blank_visit_papers(context, ids), "households", blank=True
    ),
    CLUES: FormKind(case_papers.clue_papers, "clues", photos=True),
    RELIEFS: FormKind(case_papers.relief_papers, "reliefs", photos=True),
    ASSESSMENTS: FormKind(assessment_papers.assessment_papers, "assessments"),
    CHECKS: FormKind(spot_check_papers.check_papers, "", photos=True),
    TARGETS: FormKind(spot_check_papers.target_papers, "", blank=True),
}


class Press(Protocol[P_co]):
    """What makes pages of filled forms; all of it is slow."""

    def pages(self, paper: Paper) -> Sequence[P_co]:
        """The pages of one form, to look at."""

    def pdf(
        self, forms: Iterable[Paper], path: Path, progress: Callable[[int], None],
        cancelled: Callable[[], bool],
    ) -> bool:  # fmt: skip
        """Write all forms as one PDF; False when cancelled."""

    def print_out(
        self, forms: Iterable[Paper], progress: Callable[[int], None], cancelled: Callable[[], bool]
    ) -> bool:
        """Send all forms to the printer that was chosen; False when cancelled."""


@dataclass(frozen=True, slots=True)
class PaperState(Generic[P]):
    """The form shown, of how many; `done` of `total` forms are made while something is under way."""

    loaded: bool = False
    trouble: str = ""
    count: int = 0
    place: int = 0
    pages: tuple[P, ...] = ()
    choice: PaperChoice = field(default_factory=PaperChoice)
    may_full: bool = False
    has_photos: bool = False
    problem: str = ""
    reason_problem: str = ""
    working: bool = False
    done: int = 0


class PaperPresenter(Generic[P]):
    """Plain Python behind the page of a paper form."""

    def __init__(
        self, surroundings: Surroundings, render: Callable[[PaperState[P]], None], press: Press[P],
        finished: Callable[[bool], None],
    ) -> None:  # fmt: skip
        """`finished` gets whether the forms were saved as a file (else printed)."""
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._press = press
        self._finished = finished
        self._kind = BLANK
        self._ids: tuple[str, ...] = ()
        self._area = ""
        self._asked = 0
        self._stop = threading.Event()
        self._done = 0
        self.state: PaperState[P] = PaperState()

    def enter(self, kind: str, ids: Sequence[str], area_code: str) -> None:
        """Begin: a kind with ids of its records in any order, or none for an empty form."""
        context = self._context

        def prepare() -> tuple[str, list[str], bool]:
            wanted, found = kind, list(ids)
            if kind == RISKS:
                wanted, found = ASSESSMENTS, assessment_papers.latest_assessments(context, ids)
            if FORMS[wanted].ids_of:
                found = papers.in_walking_order(context, FORMS[wanted].ids_of, found)
            return wanted, found, papers.may_print_full(context, area_code)

        def prepared(answer: tuple[str, list[str], bool]) -> None:
            self._kind, found, may = answer
            self._ids = tuple(found)
            self._show(count=max(len(found), 1), may_full=may and self._filled)
            if ids and not found:
                self._on_failed(RuleError("nothing_to_print"))
            else:
                self._fill()

        self._around.tasks.run(prepare, prepared, self._on_failed)

    @property
    def ids(self) -> tuple[str, ...]:
        """The records printed, in their order."""
        return self._ids

    @property
    def _filled(self) -> bool:
        """Whether the forms are of records, and not to be filled with a pen."""
        return not FORMS[self._kind].blank and bool(self._ids)

    def leave(self) -> None:
        """The page goes; what is under way is given up."""
        self._stop.set()
        self._asked += 1

    def choose(self, *, photos: bool, full: bool, reason: str) -> None:
        """Print with photos or not, with numbers masked or in full and why."""
        choice = PaperChoice(photos, full, reason)
        if choice.full and not reason.strip():
            code = RuleError("reason_required", "reason")
            self._show(choice=choice, reason_problem=self._around.texts.error(code))
            return
        self._show(choice=choice, reason_problem="")
        self._fill()

    def turn(self, by: int) -> None:
        """Look at the next form (+1) or the one before (-1)."""
        place = min(max(self.state.place + by, 0), self.state.count - 1)
        if place != self.state.place:
            self._show(place=place)
            self._fill()

    def save(self, path: str) -> None:
        """Write all forms as one PDF, with its audit event."""
        target, choice = Path(path), self.state.choice

        def work() -> ChangeSet | None:
            def write(part: Path) -> bool:
                return self._press.pdf(self._forms(choice), part, self._progress, self._stop.is_set)

            return papers.save_papers(self._context, target, write, self._kind, self._ids, choice)

        self._start(work, saved=True)

    def print_out(self) -> None:
        """Print all forms on the printer chosen; the audit event is there before the first page."""
        choice = self.state.choice

        def work() -> ChangeSet | None:
            changes = papers.printed(self._context, self._kind, self._ids, choice)
            self._press.print_out(self._forms(choice), self._progress, self._stop.is_set)
            return changes

        self._start(work, saved=False)

    def cancel(self) -> None:
        """Stop after the form under way."""
        self._stop.set()

    def _start(self, work: Callable[[], ChangeSet | None], *, saved: bool) -> None:
        if self.state.working or not self.state.loaded or self.state.reason_problem:
            return
        self._stop.clear()
        self._done = 0
        self._show(working=True, done=0, problem="")

        def done(changes: ChangeSet | None) -> None:
            self._show(working=False)
            if changes is not None:
                self._around.publish(changes)
                self._finished(saved)

        def failed(error: FieldappError) -> None:
            self._show(working=False, problem=self._around.texts.error(error))

        self._around.tasks.run_aside(work, done, failed)

    def _progress(self, forms: int) -> None:
        # Told by the writing thread; the screen looks at it by a timer.
        self._done = forms

    def tick(self) -> None:
        """Time passed: say how far it is."""
        if self.state.working:
            self._show(done=self._done)

    def _forms(self, choice: PaperChoice) -> Iterator[Paper]:
        """All forms, filled as they are asked for."""
        fill = FORMS[self._kind].fill
        if not self._ids:
            yield from fill(self._context, (), choice)
        for start in range(0, len(self._ids), _CHUNK):
            yield from fill(self._context, self._ids[start : start + _CHUNK], choice)

    def _fill(self) -> None:
        """Fill the form shown with the present choice, and make pictures of it."""
        context, choice = self._context, self.state.choice
        form = FORMS[self._kind]
        shown = self._ids[self.state.place : self.state.place + 1]
        self._asked += 1
        asked = self._asked

        def drawn(pages: Sequence[P]) -> None:
            if asked == self._asked:
                self._show(pages=tuple(pages))

        def filled(forms: list[Paper]) -> None:
            if asked == self._asked:
                self._show(loaded=True, has_photos=self._filled and form.photos)
                self._around.tasks.run_aside(lambda: self._press.pages(forms[0]), drawn, self._on_failed)

        self._around.tasks.run(lambda: form.fill(context, shown, choice), filled, self._on_failed)

    def _on_failed(self, error: FieldappError) -> None:
        self._show(loaded=True, trouble=self._around.texts.error(error))

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._render(self.state)
