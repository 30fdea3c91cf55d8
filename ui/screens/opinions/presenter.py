"""Decides what the page of opinions shows: which month of which area, and whose words."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.errors import FieldappError
from fieldapp.domain.records.visits import Satisfaction
from fieldapp.services import opinions, statistics
from fieldapp.services.opinions import Opinion, OpinionTable
from ui.ports import Params, Surroundings
from ui.reads import LatestRead

KINDS: Final = ("visits", "households", "areas", "users")
MOST_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class OpinionsState:
    """The page. `answer` is whose visits are listed, None = those with a suggestion; `rows` are at most
    MOST_ROWS of `total`."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    scopes: tuple[tuple[str, str], ...] = ()
    months: tuple[dt.date, ...] = ()
    table: OpinionTable | None = None
    answer: Satisfaction | None = None
    rows: tuple[Opinion, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class _Loaded:
    scopes: list[tuple[str, str]]
    months: list[dt.date]
    table: OpinionTable | None
    rows: list[Opinion]
    total: int


class OpinionsPresenter:
    """Plain Python behind the page."""

    def __init__(self, surroundings: Surroundings, render: Callable[[OpinionsState], None]) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._reads: LatestRead[_Loaded] = LatestRead(surroundings.tasks, self._on_loaded, self._on_trouble)
        self._area = ""
        self._month: dt.date | None = None
        self._answer: Satisfaction | None = None
        self.state = OpinionsState(self._context.today())

    def enter(self, params: Params) -> None:
        """Begin with the worker's first area and this month, or with those named."""
        self._area = params.get("area_code", "")
        if "month" in params:
            self._month = dt.date.fromisoformat(params["month"]).replace(day=1)
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Count again."""
        area, month, answer = self._area, self._month, self._answer
        self._reads.ask(lambda: self._read(area, month, answer))

    def choose_month(self, month: dt.date) -> None:
        """Another month."""
        self._month = month
        self.reload()

    def choose_area(self, code: str) -> None:
        """Another of the worker's areas."""
        self._area = code
        self.reload()

    def choose(self, answer: Satisfaction | None) -> None:
        """The visits with an answer; None = those with a suggestion."""
        self._answer = answer
        self.reload()

    def open_visit(self, visit_id: str) -> None:
        """The visit at which it was said."""
        self._around.shell.go("visit", visit_id=visit_id)

    def _read(self, area: str, month: dt.date | None, answer: Satisfaction | None) -> _Loaded:
        """Runs on the database worker."""
        context = self._context
        scopes, months = statistics.scope_areas(context), statistics.months(context)
        area = area or (scopes[0][0] if scopes else "")
        if not area:
            return _Loaded(scopes, months, None, [], 0)
        table = opinions.opinion_table(context, area, month or months[0])
        ids = (table.suggested or ()) if answer is None else table.shown.ids[answer]
        return _Loaded(scopes, months, table, opinions.opinions(context, ids[:MOST_ROWS]), len(ids))

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(loaded=True, trouble=self._around.texts.error(error))

    def _on_loaded(self, loaded: _Loaded) -> None:
        self._show(
            loaded=True, trouble="", scopes=tuple(loaded.scopes), months=tuple(loaded.months),
            table=loaded.table, answer=self._answer, rows=tuple(loaded.rows), total=loaded.total,
        )  # fmt: skip

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, today=self._context.today(), **changes)  # type: ignore[arg-type]
        self._render(self.state)
