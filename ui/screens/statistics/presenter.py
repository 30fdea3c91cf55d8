"""Decides what the statistics screen shows: which month of which area, grouped how, and which list."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.rules.brief import Brief
from fieldapp.services import briefs, exports, households, kept_choices, statistics, statistics_lists
from fieldapp.services.statistics import WHOLE, GroupBy, MonthCount, StatisticsRow, StatisticsView
from fieldapp.services.statistics_lists import (
    LISTINGS,
    VISIT_LISTINGS,
    Figure,
    Listing,
    VisitItem,
    ids_behind,
)
from ui.ports import Params, Surroundings, SyncState, SyncStatus
from ui.reads import LatestRead, toast_error
from ui.screens.statistics.export_desk import Export, ExportDesk
from ui.screens.statistics.state import ExportState, ListState, StatisticsState, Step
from ui.widgets.records.household_rows import HouseholdRow, household_row

KINDS: Final = ("households", "persons", "visits", "visit_plans", "areas", "users", "parameters")
COUNTS_KEPT: Final = 24
TABLE: Final = "statistics"
_NO_AREAS: Final = frozenset({GroupBy.WORKER, GroupBy.CATEGORY, GroupBy.RISK})


@dataclass(frozen=True, slots=True)
class _Opened:
    """What opening a month of an area brings."""

    scopes: tuple[tuple[str, str], ...]
    months: tuple[dt.date, ...]
    view: StatisticsView | None
    may_unmask: bool
    columns: tuple[Figure, ...]
    definitions: Mapping[Figure, str]


class StatisticsPresenter:
    """Plain Python behind the statistics screen.

    `supply` takes the rows of a list as they arrive: the list asks for those in view only, by `need`.
    Counted months are kept until the data changes, so that grouping and going back cost nothing.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[StatisticsState], None],
        supply: Callable[[Sequence[VisitItem] | Sequence[HouseholdRow]], None],
        exported: Callable[[], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._supply = supply
        self._exported = exported
        self._area = ""
        self._month: dt.date | None = None
        self._group_by = GroupBy.TOWN
        self._counts: dict[tuple[str, dt.date, dt.date], MonthCount] = {}
        self._stale = self._behind = self._gone = False
        self._views: LatestRead[_Opened] = LatestRead(surroundings.tasks, self._on_opened, self._on_error)
        self._lists: LatestRead[tuple[Listing, list[str]]] = LatestRead(
            surroundings.tasks, self._on_list, toast_error(surroundings)
        )
        self._desk = ExportDesk(surroundings.tasks, self._on_exported, self._on_export_failed)
        self._endings: list[Callable[[], None]] = []
        self.state = StatisticsState(self._context.today())

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        """Begin with the worker's first area and this month, or with those named."""
        self._area = params.get("area_code", "")
        if "month" in params:
            self._month = dt.date.fromisoformat(params["month"]).replace(day=1)
        self._endings = [self._around.on_change(self._on_change), self._around.on_sync(self._on_sync)]
        self._ask()

    def shown_again(self) -> None:
        """Back from a visit or a household: what changed meanwhile is counted now."""
        self._behind = False
        self._refresh()

    def leave(self) -> None:
        """The screen goes for good; an export under way is given up."""
        for end in self._endings:
            end()
        self._gone = True
        self._desk.cancel()
        self._views.stop()
        self._lists.stop()

    # --- figures --------------------------------------------------------------------------------

    def choose_month(self, month: dt.date) -> None:
        """Another month."""
        if month != self._month:
            self._month = month
            self._ask()

    def choose_area(self, code: str) -> None:
        """Another area: one step up the path, or a row of the table."""
        if code != self._area:
            self._area = code
            self._ask()

    def narrow(self, values: Mapping[str, str]) -> None:
        """The area and the grouping of a kept filter; without one, where the worker begins."""
        self._area = values.get("area", "")
        self._group_by = GroupBy(values.get("group", self._group_by))
        self._ask()

    def group(self, group_by: GroupBy) -> None:
        """Other rows."""
        if group_by is not self._group_by:
            self._group_by = group_by
            self._ask()

    def choose_columns(self, chosen: Collection[Figure]) -> None:
        """Which figures the table shows, now and later; none = all again. The export follows."""
        columns = tuple(one for one in Figure if one in chosen) or tuple(Figure)
        self._show(columns=columns)
        context = self._context
        kept = [] if columns == tuple(Figure) else list(columns)
        self._around.tasks.run(lambda: kept_choices.keep_columns(context, TABLE, kept), lambda _: None)

    def open_row(self, key: str) -> None:
        """A row's name was tapped: an area opens; a worker opens the visits he took part in, a category or
        a risk level those made to its households."""
        view = self.state.view
        if view is None:
            return
        if key == WHOLE or view.group_by in _NO_AREAS:
            self.open_figure(key, Figure.VISITS)
        else:
            self.choose_area(key)

    # --- lists ----------------------------------------------------------------------------------

    def open_figure(self, key: str, figure: Figure) -> None:
        """Show the list behind a figure of a row; the whole area is the row WHOLE."""
        row = self._row(key)
        if row is not None:
            self._show_list(row, figure, LISTINGS[figure][0])

    def open_day(self, day: dt.date) -> None:
        """The visits of one day of the area."""
        row = self._row(WHOLE)
        if row is not None:
            self._show_list(row, Figure.VISITS, Listing.VISITS, day)

    def show_listing(self, listing: Listing) -> None:
        """Another part of the list."""
        shown = self.state.list
        row = self._row(shown.row_key) if shown is not None else None
        if shown is not None and row is not None and listing is not shown.listing:
            self._show_list(row, shown.figure, listing, shown.day)

    def back(self) -> bool:
        """One page back inside the screen; False at its first page."""
        if self.state.step is Step.FIGURES:
            return False
        leaving_list = self.state.step is Step.LIST
        self._show(
            step=Step.FIGURES if leaving_list else Step.LIST,
            list=None if leaving_list else self.state.list,
            error="",
            error_field="",
        )
        return True

    def need(self, keys: Sequence[str]) -> None:
        """Fetch the rows of a page of the list."""
        shown = self.state.list
        if shown is None:
            return
        wanted, of_visits = tuple(keys), shown.listing in VISIT_LISTINGS
        context, texts = self._context, self._around.texts

        def work() -> Sequence[VisitItem] | Sequence[HouseholdRow]:
            if of_visits:
                return statistics_lists.visit_items(context, wanted)
            today = context.today()
            return [household_row(one, texts, today) for one in households.household_items(context, wanted)]

        self._around.tasks.run(work, lambda rows: None if self._gone else self._supply(rows))

    def open_item(self, record_id: str) -> None:
        """Open a visit or a household of the list."""
        shown = self.state.list
        if shown is None:
            return
        self._behind = True
        if shown.listing in VISIT_LISTINGS:
            self._around.shell.go("visit", visit_id=record_id)
        else:
            self._around.shell.go("household", household_id=record_id)

    def open_opinions(self) -> None:
        """What families said in the month and the area on show."""
        view = self.state.view
        given = {} if view is None else {"area_code": view.area_code, "month": f"{view.period.start}"}
        self._around.shell.go("opinions", **given)

    def brief(self) -> Callable[[], Brief] | None:
        """How to read the brief of the month on show."""
        view = self.state.view
        return (lambda: briefs.statistics_brief(view)) if view is not None else None

    def row_shown(self) -> StatisticsRow | None:
        """The row whose list is open."""
        return self._row(self.state.list.row_key) if self.state.list is not None else None

    def sync_now(self) -> None:
        """Fetch the county's data."""
        self._around.sync.sync_now()

    # --- exports --------------------------------------------------------------------------------

    def file_name(self) -> str:
        """What to call the file of the page at the front."""
        view = self.state.view
        if view is None:
            return ""
        if self.state.step is Step.FIGURES:
            return exports.statistics_file_name(view)
        return exports.visits_file_name(view)

    def ask_how_to_export(self) -> None:
        """The visits of the list are to be exported: choose how."""
        self._show(step=Step.EXPORT, error="", error_field="")

    def print_forms(self) -> None:
        """The list on paper: the visits of it, or for its households forms to be filled with a pen."""
        shown, view = self.state.list, self.state.view
        if shown is not None and view is not None and shown.ids:
            kind = "visits" if shown.listing in VISIT_LISTINGS else "blank"
            self._around.shell.go("paper", kind=kind, ids=",".join(shown.ids), area_code=view.area_code)

    def check_export(self, *, unmasked: bool, reason: str) -> bool:
        """Whether a place for the file may be asked for; otherwise says what is missing."""
        if unmasked and not reason.strip():
            self._on_export_failed(RuleError("reason_required", "reason"))
            return False
        return True

    def export_statistics(self, path: str) -> None:
        """Write the table as it is on screen."""
        view, columns, context = self.state.view, self.state.columns, self._context
        if view is not None:
            target = _workbook(path)
            self._start(
                lambda progress, cancel: exports.export_statistics(
                    context, view, target, progress, cancel, columns=columns
                ),
                total=0,
            )

    def export_visits(self, path: str, *, unmasked: bool, reason: str) -> None:
        """Write the visits of the list."""
        shown, context = self.state.list, self._context
        if shown is None:
            return
        target, ids = _workbook(path), shown.ids

        def export(progress: Callable[[int], None], cancel: Callable[[], bool]) -> ChangeSet | None:
            return exports.export_visits(
                context, ids, target, unmasked=unmasked, reason=reason, progress=progress, cancel=cancel
            )

        self._start(export, total=len(ids))

    def cancel_export(self) -> None:
        """Stop writing; no file is left."""
        self._desk.cancel()

    def tick(self) -> None:
        """Time passed: say how far the export is."""
        progress = self._desk.progress
        if progress is not None:
            self._show(exporting=ExportState(*progress))

    def _start(self, export: Export, *, total: int) -> None:
        self._show(exporting=ExportState(0, total), error="", error_field="")
        self._desk.start(export, total)

    def _on_exported(self, changes: ChangeSet | None) -> None:
        if changes is not None:
            self._around.publish(changes)
        if self._gone:
            return
        done = changes is not None and self.state.step is Step.EXPORT
        self._show(exporting=None, step=Step.LIST if done else self.state.step)
        if changes is not None:
            self._exported()

    def _on_export_failed(self, error: FieldappError) -> None:
        if self._gone:
            return
        self._show(
            exporting=None,
            error=self._around.texts.error(error),
            error_field=error.field if isinstance(error, RuleError) else "",
        )

    # --- reading --------------------------------------------------------------------------------

    def _ask(self) -> None:
        area, month, group_by = self._area, self._month, self._group_by
        self._views.ask(lambda: self._open(area, month, group_by))
        if self._views.busy:
            self._show(counting=True, asked=month)

    def _open(self, area: str, month: dt.date | None, group_by: GroupBy) -> _Opened:
        """Read off the screen's thread."""
        context = self._context
        scopes = tuple(statistics.scope_areas(context))
        months = tuple(statistics.months(context))
        area = area or (scopes[0][0] if scopes else "")
        if not area:
            return _Opened(scopes, months, None, False, tuple(Figure), {})
        kept, key = self._counts, (area, month or months[0], context.today())
        count = kept.get(key)
        if count is None:
            count = kept[key] = statistics.count_month(context, area, key[1])
            while len(kept) > COUNTS_KEPT:
                del kept[next(iter(kept))]
        kept_names = kept_choices.kept_columns(context, TABLE)
        columns = tuple(one for one in Figure if not kept_names or one.value in kept_names)
        may_unmask = exports.may_export_unmasked(context, area)
        told = exports.figure_definitions(context, self._around.preferences().language)
        return _Opened(scopes, months, count.view(group_by), may_unmask, columns, told)

    def _on_opened(self, opened: _Opened) -> None:
        view = opened.view
        if view is not None:
            self._area, self._month = view.area_code, view.period.start
            self._group_by = view.group_by
        self._show(
            today=self._context.today(),
            view=view,
            asked=None,
            counting=False,
            months=opened.months,
            scopes=opened.scopes,
            no_scope=view is None,
            may_unmask=opened.may_unmask,
            columns=opened.columns,
            definitions=opened.definitions,
            error="",
            error_field="",
        )
        self._renew_list()

    def _on_error(self, error: FieldappError) -> None:
        view = self.state.view
        if view is not None:  # stay where the figures are
            self._area, self._month = view.area_code, view.period.start
        self._show(counting=False, asked=None, error=self._around.texts.error(error))

    def _row(self, key: str) -> StatisticsRow | None:
        view = self.state.view
        if view is None:
            return None
        return next((row for row in (view.whole, *view.rows) if row.key == key), None)

    def _show_list(
        self, row: StatisticsRow, figure: Figure, listing: Listing, day: dt.date | None = None
    ) -> None:
        view = self.state.view
        if day is None or view is None:
            tabs = tuple((one, len(set(ids_behind(row, one)))) for one in LISTINGS[figure])
            wanted = ids_behind(row, listing)
        else:
            wanted = view.days.get(day, ())
            tabs = ((listing, len(wanted)),)
        before = self.state.list
        same = before is not None and (before.row_key, before.listing, before.day) == (row.key, listing, day)
        shown = ListState(
            figure=figure,
            row_key=row.key,
            row_name=row.name,
            listing=listing,
            tabs=tabs,
            ids=before.ids if same and before is not None else (),
            version=before.version if before is not None else 0,
            loaded=same,
            day=day,
        )
        step = self.state.step if self.state.step is not Step.FIGURES else Step.LIST
        self._show(step=step, list=shown, error="", error_field="")
        context = self._context
        self._lists.ask(lambda: (listing, statistics_lists.in_order(context, listing, wanted)))

    def _renew_list(self) -> None:
        """The data changed under an open list."""
        shown = self.state.list
        if shown is None:
            return
        row = self._row(shown.row_key)
        if row is None:
            self._show(step=Step.FIGURES, list=None)
        else:
            self._show_list(row, shown.figure, shown.listing, shown.day)

    def _on_list(self, found: tuple[Listing, list[str]]) -> None:
        listing, ids = found
        shown = self.state.list
        if shown is not None and shown.listing is listing:
            renewed = replace(shown, ids=tuple(ids), version=shown.version + 1, loaded=True)
            self._show(list=renewed)

    # --- changes --------------------------------------------------------------------------------

    def _on_change(self, changes: ChangeSet) -> None:
        if changes.touches(*KINDS):
            self._stale = True
            self._refresh()

    def _on_sync(self, status: SyncStatus) -> None:
        self._refresh()

    def _refresh(self) -> None:
        """Count again once there is something new, somebody to see it, and no more on its way: a sync
        brings its records page by page, and counting after each would keep it from the database."""
        new_day = self._context.today() != self.state.today
        syncing = self._around.sync.status.state is SyncState.SYNCING
        if ((self._stale and not syncing) or new_day) and not self._behind:
            self._stale = False
            self._counts = {}  # a new one: a count under way still fills the old one
            self._ask()

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._render(self.state)


def _workbook(path: str) -> Path:
    """The place the worker chose, with the ending a workbook has."""
    target = Path(path)
    return target if target.suffix.lower() == ".xlsx" else target.with_name(f"{target.name}.xlsx")
