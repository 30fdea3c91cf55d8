"""Asks for a back-check of one visit, or draws a share of a period's visits. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.back_checks import BackCheckQuestion
from fieldapp.domain.records.visits import Mode
from fieldapp.services import back_checks, reference, visits
from fieldapp.services.back_checks import Draw, NewBackCheck
from ui.ports import Surroundings
from ui.reads import LatestRead

INITIATOR: Final = "back_check_new"
DAYS: Final = 30
"""How far back the period begins unless told otherwise."""
USUAL: Final = (
    BackCheckQuestion.VISITED,
    BackCheckQuestion.VISITED_ON,
    BackCheckQuestion.MONEY_RECEIVED,
    BackCheckQuestion.NEEDS,
    BackCheckQuestion.SATISFACTION,
    BackCheckQuestion.WORDS,
)
"""The questions chosen to begin with."""


@dataclass(frozen=True, slots=True)
class AskedVisit:
    """The one visit that is to be asked about again; `checkers` (id, name) are who may."""

    visit_id: str
    head_name: str
    finished_at: dt.datetime
    checkers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BackCheckNewState:
    """The page: of one visit (`asked`), or a draw over an area and its days. `errors` by field ('' = all)."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    asked: AskedVisit | None = None
    places: tuple[tuple[str, str], ...] = ()
    area_code: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    percent: int | None = None
    seed: str = ""
    drawn: Draw | None = None
    checker_id: str = ""
    questions: tuple[BackCheckQuestion, ...] = USUAL
    mode: Mode = Mode.PHONE
    note: str = ""
    busy: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many back-checks would be asked for."""
        if self.asked is not None:
            return 1 if self.checker_id else 0
        return sum(bool(one.checker_id) for one in self.drawn.drawn) if self.drawn is not None else 0


@dataclass(frozen=True, slots=True)
class _Begun:
    asked: AskedVisit | None
    places: tuple[tuple[str, str], ...]
    percent: int


class BackCheckNewPresenter:
    """Plain Python behind the page. `requested` is told how many were asked for."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[BackCheckNewState], None],
        requested: Callable[[int], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._requested = requested
        self._reads: LatestRead[_Begun] = LatestRead(surroundings.tasks, self._on_begun, self._on_trouble)
        today = self._context.today()
        self.state = BackCheckNewState(today, since=today - dt.timedelta(days=DAYS), until=today)

    def enter(self, visit_id: str) -> None:
        """Begin with a visit, or ('') with a draw."""
        context = self._context

        def work() -> _Begun:
            percent = reference.parameters(context).back_checks.share_percent
            if not visit_id:
                places = reference.places_with(context, Permission.REQUEST_BACK_CHECK)
                return _Begun(None, tuple(places), percent)
            view = visits.visit_view(context, visit_id)
            checkers = tuple(back_checks.checkers_for(context, view.visit.id))
            asked = AskedVisit(view.visit.id, view.household.head_name, view.visit.finished_at, checkers)
            return _Begun(asked, (), percent)

        self._reads.ask(work)

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def change(self, name: str, value: object) -> None:
        """A field was changed; what was drawn for other days or places does not hold any more."""
        errors = {key: words for key, words in self.state.errors.items() if key not in (name, "")}
        again = name in ("area_code", "since", "until", "percent", "seed")
        self._show(errors=errors, drawn=None if again else self.state.drawn, **{name: value})

    def draw(self) -> None:
        """Draw by the seed that stands on the page."""
        state, context = self.state, self._context
        if state.busy or state.since is None or state.until is None or not state.percent:
            return
        since, until, percent, seed = state.since, state.until, state.percent, state.seed
        self._show(busy=True, errors={})

        def done(drawn: Draw) -> None:
            if not self._reads.stopped:
                self._show(busy=False, drawn=drawn)

        self._around.tasks.run(
            lambda: back_checks.draw_visits(
                context, state.area_code, since, until, percent=percent, seed=seed
            ),
            done,
            self._refused,
        )

    def request(self) -> None:
        """Ask for what is on the page; the page then goes."""
        state, context = self.state, self._context
        if state.busy or not state.count:
            return
        pairs: list[tuple[str, str]] = []
        if state.asked is not None:
            pairs.append((state.asked.visit_id, state.checker_id))
        elif state.drawn is not None:
            pairs += [(one.visit_id, one.checker_id) for one in state.drawn.drawn if one.checker_id]
        drawn = state.drawn
        wanted = [
            NewBackCheck(
                visit_id,
                checker_id,
                state.questions,
                state.mode,
                state.note,
                drawn.seed if drawn is not None else "",
                drawn.percent if drawn is not None else None,
            )
            for visit_id, checker_id in pairs
        ]
        self._show(busy=True, errors={})

        def done(result: tuple[list[str], ChangeSet]) -> None:
            self._around.publish(result[1])
            if not self._reads.stopped:
                self._requested(len(result[0]))
                self._around.shell.back()

        self._around.tasks.run(
            lambda: back_checks.request_back_checks(context, wanted, INITIATOR), done, self._refused
        )

    def _refused(self, error: FieldappError) -> None:
        if not self._reads.stopped:
            place = error.field if isinstance(error, RuleError) else ""
            self._show(busy=False, errors={place: self._around.texts.error(error)})

    def _on_begun(self, begun: _Begun) -> None:
        first = begun.places[0][0] if begun.places else ""
        self._show(
            loaded=True,
            asked=begun.asked,
            places=begun.places,
            area_code=first,
            percent=begun.percent,
            # Readable and new on each day; the supervisor may draw lots for one of his own.
            seed=f"{self.state.today:%Y%m%d}-{first}" if first else "",
        )

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(loaded=True, trouble=self._around.texts.error(error))

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._render(self.state)
