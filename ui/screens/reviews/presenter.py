"""Decides which visits wait for the supervisor's look, and approves the chosen ones. No Qt. Layer 5."""

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError
from fieldapp.domain.records.visit_reviews import ReviewAct
from fieldapp.services import visit_reviews
from fieldapp.services.visit_reviews import WAITING_SHOWN, VisitToReview
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error

KINDS: Final = ("visits", "visit_reviews", "visit_marks", "mark_clearances", "households", "users", "areas")
INITIATOR: Final = "reviews"
SPANS: Final = (7, 30, 90)
DAYS: Final = 30
"""How many days back the list may reach."""


class Marks(enum.StrEnum):
    """Which visits the list is narrowed to."""

    ALL = "ALL"
    FLAGGED = "FLAGGED"
    CORRECTED = "CORRECTED"


@dataclass(frozen=True, slots=True)
class ReviewsState:
    """The list. `villages` and `workers` (key, name) are those with visits that wait; `chosen` are ids of
    rows; `confirming`: the worker is asked once more before they are approved."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    days: int = DAYS
    villages: tuple[tuple[str, str], ...] = ()
    workers: tuple[tuple[str, str], ...] = ()
    village: str = ""
    worker: str = ""
    marks: Marks = Marks.ALL
    rows: tuple[VisitToReview, ...] = ()
    waiting: int = 0
    cut: bool = False
    chosen: frozenset[str] = frozenset()
    confirming: bool = False
    busy: bool = False

    @property
    def chosen_flagged(self) -> int:
        """How many of the chosen visits have something odd about them."""
        return sum(row.odd for row in self.rows if row.visit_id in self.chosen)


class ReviewsPresenter:
    """Plain Python behind the list. `approved` is told how many visits were approved and how to take that
    back, `taken_back` how many of them were, and how many had left this device already."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[ReviewsState], None],
        approved: Callable[[int, Callable[[], None]], None],
        taken_back: Callable[[int, int], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._approved = approved
        self._taken_back = taken_back
        self._narrowing: dict[str, str] | None = None
        self._found: tuple[VisitToReview, ...] = ()
        self._reads: LatestRead[list[VisitToReview]] = LatestRead(
            surroundings.tasks, self._on_loaded, self._on_trouble
        )
        self.state = ReviewsState(self._context.today())

    def enter(self) -> None:
        """Begin: read the list and follow changes."""
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        context = self._context
        since = context.today() - dt.timedelta(days=self.state.days)
        self._reads.ask(lambda: visit_reviews.visits_to_review(context, since))

    # --- narrowing ------------------------------------------------------------------------------

    def choose_days(self, days: int) -> None:
        """Reach back so many days."""
        self.state = replace(self.state, days=days)
        self.reload()

    def choose_village(self, code: str) -> None:
        """Only one village; '' = all."""
        self._show(village=code)

    def choose_worker(self, user_id: str) -> None:
        """Only visits that one person took part in; '' = all."""
        self._show(worker=user_id)

    def choose_marks(self, marks: Marks) -> None:
        """Only visits with something odd about them, or corrected ones."""
        self._show(marks=marks)

    def narrow(self, values: Mapping[str, str]) -> None:
        """Narrow the list as a kept filter says. What it names is looked for once the days are read."""
        self._narrowing = dict(values)
        self.state = replace(self.state, days=int(values.get("days", DAYS)))
        self.reload()

    # --- choosing and approving -----------------------------------------------------------------

    def toggle(self, visit_id: str) -> None:
        """Choose a visit, or not any more."""
        self._show(chosen=self.state.chosen ^ {visit_id}, confirming=False)

    def choose_plain(self) -> None:
        """Choose all listed visits without anything odd about them."""
        plain = frozenset(row.visit_id for row in self.state.rows if not row.odd)
        self._show(chosen=self.state.chosen | plain, confirming=False)

    def choose_none(self) -> None:
        """Choose nothing."""
        self._show(chosen=frozenset(), confirming=False)

    def ask(self) -> None:
        """Ask before the chosen visits are approved."""
        self._show(confirming=bool(self.state.chosen))

    def keep_choosing(self) -> None:
        """Not yet."""
        self._show(confirming=False)

    def approve(self) -> None:
        """Approve the chosen visits, all or none."""
        state = self.state
        if not state.confirming or state.busy:
            return
        self._show(busy=True)
        context = self._context
        ids = [row.visit_id for row in state.rows if row.visit_id in state.chosen]

        def done(changes: ChangeSet) -> None:
            if not self._reads.stopped:
                self._show(busy=False, confirming=False, chosen=frozenset())
            self._around.publish(changes)
            self._approved(len(ids), lambda: self._take_back(ids))

        def refused(error: FieldappError) -> None:
            toast_error(self._around)(error)
            if not self._reads.stopped:
                self._show(busy=False, confirming=False)
                self.reload()

        self._around.tasks.run(
            lambda: visit_reviews.review_visits(context, ids, ReviewAct.APPROVE, initiator=INITIATOR),
            done,
            refused,
        )

    def _take_back(self, ids: Sequence[str]) -> None:
        context = self._context

        def done(answer: tuple[int, ChangeSet]) -> None:
            count, changes = answer
            self._around.publish(changes)
            if not self._reads.stopped:
                self.reload()
            self._taken_back(count, len(ids) - count)

        self._around.tasks.run(lambda: visit_reviews.take_back_reviews(context, ids, INITIATOR), done)

    def open(self, visit_id: str) -> None:
        """Read a visit with its photos; what is decided there leads back here."""
        self._around.shell.go("visit", visit_id=visit_id, back_after_review="yes")

    # --- reading --------------------------------------------------------------------------------

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(loaded=True, trouble=self._around.texts.error(error))

    def _on_loaded(self, found: list[VisitToReview]) -> None:
        self._found = tuple(found)
        workers = {
            key: name for one in found for key, name in zip(one.visitors, one.visitor_names, strict=True)
        }
        self._show(
            today=self._context.today(),
            loaded=True,
            trouble="",
            villages=_by_name({one.village_code: one.village_name for one in found}.items()),
            workers=_by_name(workers.items()),
            waiting=len(found),
            cut=len(found) == WAITING_SHOWN,
        )
        values, self._narrowing = self._narrowing, None
        if values is not None:
            self._show(
                village=values.get("village", ""),
                worker=values.get("worker", ""),
                marks=Marks(values.get("marks", Marks.ALL)),
            )

    def _show(self, **changes: object) -> None:
        state = replace(self.state, **changes)  # type: ignore[arg-type]
        if state.village not in dict(state.villages):
            state = replace(state, village="")
        if state.worker not in dict(state.workers):
            state = replace(state, worker="")
        rows = tuple(one for one in self._found if _wanted(one, state))
        # What is out of sight is not approved along with the rest.
        chosen = state.chosen & {row.visit_id for row in rows}
        self.state = replace(state, rows=rows, chosen=chosen, confirming=state.confirming and bool(chosen))
        self._render(self.state)


def _wanted(one: VisitToReview, state: ReviewsState) -> bool:
    if state.village and one.village_code != state.village:
        return False
    if state.worker and state.worker not in one.visitors:
        return False
    return {Marks.ALL: True, Marks.FLAGGED: one.odd, Marks.CORRECTED: one.corrects}[state.marks]


def _by_name(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pairs, key=lambda pair: (pair[1], pair[0])))
