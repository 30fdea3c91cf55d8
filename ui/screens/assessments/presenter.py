"""Decides what the supervisor's page of assessments shows: which area, which list behind which number."""

import datetime as dt
import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.errors import FieldappError
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.rules.risk_statistics import RiskStatistics
from fieldapp.services import risk_statistics
from fieldapp.services.assessment_lists import DueAssessment
from fieldapp.services.risk_statistics import LoweringItem, RiskTable
from ui.ports import Surroundings
from ui.reads import LatestRead

KINDS: Final = (
    "households", "assessments", "assessment_signatures", "level_overrides", "areas", "users", "parameters",
)  # fmt: skip
WHOLE: Final = "*"
"""The key of the whole area among the rows."""
MONTHS: Final = 12


class Figure(enum.StrEnum):
    """What a number counts."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    NONE = "NONE"
    OVERDUE = "OVERDUE"
    UNSIGNED = "UNSIGNED"
    LOWERED = "LOWERED"
    HELD_HIGH = "HELD_HIGH"


LEVELS: Final = {
    Figure.HIGH: RiskLevel.HIGH,
    Figure.MEDIUM: RiskLevel.MEDIUM,
    Figure.LOW: RiskLevel.LOW,
    Figure.NONE: RiskLevel.NONE,
}


PRINTABLE: Final = frozenset({Figure.HIGH, Figure.MEDIUM, Figure.LOW, Figure.OVERDUE, Figure.HELD_HIGH})
"""Lists of households, most of which have an assessment."""


@dataclass(frozen=True, slots=True)
class ListState:
    """The list behind a number. `month` is set for a number of the trend; `area_name` whose it is."""

    figure: Figure
    area_name: str
    ids: tuple[str, ...]
    month: dt.date | None = None
    lowered: tuple[LoweringItem, ...] | None = None


@dataclass(frozen=True, slots=True)
class AssessmentsState:
    """The page. `path` leads from the worker's own area to the one shown, both as (code, name)."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    scopes: tuple[tuple[str, str], ...] = ()
    path: tuple[tuple[str, str], ...] = ()
    table: RiskTable | None = None
    list: ListState | None = None


def ids_behind(figures: RiskStatistics, figure: Figure) -> tuple[str, ...]:
    """The households that a number counts."""
    if figure in LEVELS:
        return figures.by_level[LEVELS[figure]]
    return {
        Figure.OVERDUE: figures.overdue,
        Figure.UNSIGNED: figures.unsigned,
        Figure.LOWERED: tuple(one.household_id for one in figures.lowered),
        Figure.HELD_HIGH: figures.held_high,
    }[figure]


class AssessmentsPresenter:
    """Plain Python behind the page. `supply` takes rows of a list as they arrive: the list asks for those in
    view only, by `need`."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[AssessmentsState], None],
        supply: Callable[[Sequence[DueAssessment]], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._supply = supply
        self._reads: LatestRead[tuple[list[tuple[str, str]], RiskTable | None]] = LatestRead(
            surroundings.tasks, self._on_loaded, self._on_trouble
        )
        self._area = ""
        self.state = AssessmentsState(self._context.today())

    def enter(self) -> None:
        """Begin with the worker's first area."""
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Count again."""
        context, area = self._context, self._area

        def work() -> tuple[list[tuple[str, str]], RiskTable | None]:
            scopes = risk_statistics.areas_to_count(context)
            wanted = area or (scopes[0][0] if scopes else "")
            return scopes, risk_statistics.risk_table(context, wanted, MONTHS) if wanted else None

        self._reads.ask(work)

    def choose_area(self, code: str) -> None:
        """Another area: one of the rows, or a step back up."""
        if code != self._area:
            self._area = code
            self.reload()

    def open_row(self, key: str) -> None:
        """The name of a row was tapped: look into that area."""
        table = self.state.table
        if table is not None and key != WHOLE and len(key) > len(table.area_code):
            self.choose_area(key)

    def open_figure(self, key: str, figure: Figure) -> None:
        """The list behind a number of a row."""
        table = self.state.table
        if table is None:
            return
        row = next((one for one in table.rows if one.area_code == key), None)
        figures = row.figures if row is not None else table.total
        name = row.name if row is not None else table.name
        if figure is Figure.LOWERED:
            lowered, context = figures.lowered, self._context
            self._around.tasks.run(
                lambda: risk_statistics.lowering_items(context, lowered),
                lambda items: self._show(list=ListState(figure, name, (), lowered=tuple(items))),
            )
        else:
            self._show(list=ListState(figure, name, ids_behind(figures, figure)))

    def open_month(self, month: dt.date, figure: Figure) -> None:
        """The list behind a number of the trend."""
        table = self.state.table
        found = next((one for one in table.total.trend if one.month == month), None) if table else None
        if table is not None and found is not None and figure in LEVELS:
            ids = found.by_level[LEVELS[figure]]
            self._show(list=ListState(figure, table.name, ids, month))

    def back(self) -> bool:
        """From the list to the figures; False at the figures."""
        if self.state.list is None:
            return False
        self._show(list=None)
        return True

    def need(self, ids: Sequence[str]) -> None:
        """Rows come into view."""
        context, wanted = self._context, tuple(ids)
        self._around.tasks.run(lambda: risk_statistics.due_items(context, wanted), self._supply)

    def print_forms(self) -> None:
        """The last assessment of each household of the list, on paper."""
        shown = self.state.list
        if shown is not None and shown.ids:
            ids = ",".join(shown.ids)
            self._around.shell.go("paper", kind="risks", ids=ids, area_code=self._area)

    def print_blank(self) -> None:
        """The county's scale on paper, to be filled with a pen."""
        self._around.shell.go("paper", kind="assessments")

    def open_household(self, household_id: str) -> None:
        """The file of a household."""
        self._around.shell.go("household", household_id=household_id)

    def open_assessment(self, assessment_id: str) -> None:
        """The assessment that lowered a level."""
        self._around.shell.go("assessment", assessment_id=assessment_id)

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(loaded=True, trouble=self._around.texts.error(error))

    def _on_loaded(self, loaded: tuple[list[tuple[str, str]], RiskTable | None]) -> None:
        scopes, table = loaded
        path: tuple[tuple[str, str], ...] = ()
        if table is not None:
            self._area = table.area_code
            known = dict(self.state.path) | {table.area_code: table.name} | dict(scopes)
            path = tuple(
                (code, name) for code, name in sorted(known.items()) if table.area_code.startswith(code)
            )
        shown = self.state.list
        keep = shown if shown is not None and table == self.state.table else None
        self._show(loaded=True, trouble="", scopes=tuple(scopes), path=path, table=table, list=keep)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, today=self._context.today(), **changes)  # type: ignore[arg-type]
        self._render(self.state)
