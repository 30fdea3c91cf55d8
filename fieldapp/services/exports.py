"""Workbooks that leave the device: statistics and the ledger of visits, each with its audit event.

A file is finished beside its place, then the audit event is committed, then the file takes its place:
no export is ever there without its event, and the database is not locked while rows are written.
"""

import datetime as dt
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.engine import Connection

from fieldapp.app.preferences import Language
from fieldapp.app.texts import texts
from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import NotAllowedError, RuleError, StorageError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel, ancestors
from fieldapp.domain.records.audit import AuditAct, AuditEventFields
from fieldapp.domain.records.households import Category, HouseholdFields, RiskLevel
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.visits import VisitFields, VisitState
from fieldapp.exports.ledger_words import LEDGER_FOLDER
from fieldapp.services.audit import audit_event
from fieldapp.services.context import Context
from fieldapp.services.statistics import GroupBy, StatisticsRow, StatisticsView
from fieldapp.services.statistics_lists import Figure, value_of
from fieldapp.storage import meta
from fieldapp.storage.repositories import households, visits

if TYPE_CHECKING:  # the writer of workbooks is brought in when there is something to write
    from fieldapp.exports.statistics_table import StatisticsTable
    from fieldapp.exports.visits_ledger import VisitEntry
    from fieldapp.exports.workbook import Cancelled, Progress

REASON_MAX: Final = 200
_CHUNK: Final = 500
_TOWN: Final = CODE_LENGTH[AreaLevel.TOWN]


def export_statistics(
    context: Context,
    view: StatisticsView,
    path: Path,
    progress: "Progress | None" = None,
    cancel: "Cancelled | None" = None,
    *,
    columns: Collection[Figure] = frozenset(Figure),
) -> ChangeSet | None:
    """Write a month's table with the columns on screen and the definition of each.

    None when cancelled: then there is no file and no event. Raises NotAllowedError, StorageError.
    """
    with context.store.reading() as connection:
        context.actor(connection).require(Permission.EXPORT_VISITS, view.area_code)
        hours = context.parameters(connection).timely_upload_hours
    table = _table(view, hours, columns)

    def write(part: Path) -> bool:
        from fieldapp.exports.statistics_table import write_statistics

        return write_statistics(part, table, made_on=context.today(), progress=progress, cancelled=cancel)

    def event(event_id: str) -> AuditEventFields:
        return audit_event(
            context, event_id, AuditAct.EXPORT, object_kind="statistics",
            object_id=f"{view.area_code} {view.period.start:%Y-%m} {view.group_by}",
            area_code=view.area_code, count=len(view.rows),
        )  # fmt: skip

    return deliver(context, path, write, event)


def export_visits(
    context: Context,
    visit_ids: Sequence[str],
    path: Path,
    *,
    unmasked: bool = False,
    reason: str = "",
    progress: "Progress | None" = None,
    cancel: "Cancelled | None" = None,
) -> ChangeSet | None:
    """Write visits as the county's ledger, in the order given; names and numbers in texts are masked
    unless `unmasked` is permitted and its `reason` is given. Void visits are left out.

    Who reads no statistics exports only visits of his own. None when cancelled: then there is no file
    and no event. Raises NotAllowedError, RuleError("reason_required", "nothing_to_export"), StorageError.
    """
    if unmasked and not reason.strip():
        raise RuleError("reason_required", "reason")
    with context.store.reading() as connection:
        actor = context.actor(connection)
        areas, count = _check_visits(connection, actor, visit_ids, unmasked=unmasked)
        county = meta.get(connection, meta.COUNTY_NAME)
    if not count:
        raise RuleError("nothing_to_export")

    def write(part: Path) -> bool:
        from fieldapp.exports.visits_ledger import write_visits

        with context.store.reading() as connection:
            return write_visits(
                part, _entries(connection, visit_ids), county_name=county, full=unmasked, progress=progress,
                cancelled=cancel,
            )  # fmt: skip

    def event(event_id: str) -> AuditEventFields:
        return audit_event(
            context, event_id, AuditAct.EXPORT, object_kind="visits", area_code=_common_area(areas),
            reason=reason.strip()[:REASON_MAX] if unmasked else "", count=count,
        )  # fmt: skip

    return deliver(context, path, write, event)


def may_export_unmasked(context: Context, area_code: str) -> bool:
    """Whether the worker may choose to export an area's visits with names in full."""
    with context.store.reading() as connection:
        return may_unmask(context.actor(connection), area_code)


def statistics_file_name(view: StatisticsView) -> str:
    """A name for the file: what, where and when, nobody's name."""
    return _file_name(_form()["title"], view.area_name, view.period.start)


def visits_file_name(view: StatisticsView) -> str:
    """A name for the ledger of visits behind a figure."""
    return _file_name("走访台账", view.area_name, view.period.start)


def _file_name(what: str, where: str, month: dt.date) -> str:
    parts = (what, where, f"{month:%Y-%m}")
    kept = ("".join(c for c in part if c.isalnum() or c == "-") for part in parts)
    return "_".join(filter(None, kept)) + ".xlsx"


def may_unmask(actor: Actor, area_code: str) -> bool:
    """A list of names in full is for the town's office and above (domain brief 7): for those who may
    reveal numbers in the whole town."""
    return not actor.masked and actor.may(Permission.REVEAL_ID, area_code[:_TOWN])


def _check_visits(
    connection: Connection, actor: Actor, visit_ids: Sequence[str], *, unmasked: bool
) -> tuple[set[str], int]:
    """Check the right to every single visit. Answers where they are and how many will be written."""
    areas: set[str] = set()
    count = 0
    for _, part in _parts(connection, visit_ids):
        for visit, home in part:
            areas.add(home.area_code)
            own = actor.user_id in (visit.visitors or (visit.created_by,))
            if not own and not actor.may(Permission.READ_STATISTICS, home.area_code):
                raise NotAllowedError("not_permitted", permission=Permission.EXPORT_VISITS)
            count += visit.state is not VisitState.VOID
    for area_code in areas:
        actor.require(Permission.EXPORT_VISITS, area_code)
        if unmasked and not may_unmask(actor, area_code):
            raise NotAllowedError("not_permitted", permission=Permission.REVEAL_ID)
    return areas, count


def _parts(
    connection: Connection, visit_ids: Sequence[str]
) -> Iterator[tuple[list[str], list[tuple[VisitFields, HouseholdFields]]]]:
    """Visits with their households in the order given, some hundreds at a time; each part with the ids
    of its households. What is not on this device is left out."""
    for start in range(0, len(visit_ids), _CHUNK):
        wanted = visit_ids[start : start + _CHUNK]
        found = {visit.id: visit for visit in visits.by_ids(connection, wanted)}
        homes = households.get_many(connection, list({v.household_id for v in found.values()}))
        pairs = [
            (found[one], homes[found[one].household_id])
            for one in wanted
            if one in found and found[one].household_id in homes
        ]
        yield list(homes), pairs


def _entries(connection: Connection, visit_ids: Sequence[str]) -> "Iterator[VisitEntry]":
    areas = households.area_names(connection)
    workers = households.user_names(connection)
    for home_ids, pairs in _parts(connection, visit_ids):
        members = households.persons_by_household(connection, home_ids)
        for visit, home in pairs:
            yield _entry(visit, home, members.get(home.id, []), areas, workers)


def _entry(
    visit: VisitFields,
    home: HouseholdFields,
    members: Sequence[PersonFields],
    areas: dict[str, str],
    workers: dict[str, str],
) -> "VisitEntry":
    from fieldapp.exports.visits_ledger import VisitEntry

    names = {person.id: person.name for person in members}
    return VisitEntry(
        visit=visit,
        household=home,
        area_names={code: areas.get(code, "") for code in ancestors(home.area_code)},
        visitors=tuple(workers[who] for who in visit.visitors or (visit.created_by,) if who in workers),
        seen=tuple(names[who] for who in visit.persons_seen if who in names),
        members=tuple(names.values()),
    )


def _common_area(areas: set[str]) -> str:
    """The smallest area that holds them all."""
    shared = set.intersection(*(set(ancestors(code)) for code in areas))
    return max(shared, key=len, default="")


@cache
def _form() -> dict[str, Any]:
    return tomllib.loads((LEDGER_FOLDER / "statistics.toml").read_text("utf-8"))


def figure_definitions(context: Context, language: Language) -> dict[Figure, str]:
    """What each figure means (R4), from the table that the export prints."""
    with context.store.reading() as connection:
        hours = context.parameters(connection).timely_upload_hours
    key = "definition" if language is Language.ZH else "definition_en"
    return {Figure(each["key"]): each[key].format(hours=hours) for each in _form()["figure"]}


def _table(view: StatisticsView, timely_hours: int, columns: Collection[Figure]) -> "StatisticsTable":
    from fieldapp.exports.statistics_table import Measure, Series, StatisticsTable
    from fieldapp.exports.statistics_table import StatisticsRow as TableRow

    form = _form()
    shown = [each for each in form["figure"] if each["key"] in columns]
    figures = [Figure(each["key"]) for each in shown]

    def row(each: StatisticsRow, label: str) -> TableRow:
        return TableRow((label,), tuple(value_of(each, figure) for figure in figures))

    return StatisticsTable(
        title=f"{view.area_name}{form['title']}",
        period=f"{view.period.start.isoformat()} 至 {view.period.end.isoformat()}",
        label_headings=(form["labels"][view.group_by],),
        measures=tuple(
            Measure(
                each["heading"],
                each["definition"].format(hours=timely_hours),
                each.get("numerator", ""),
                each.get("denominator", ""),
            )
            for each in shown
        ),
        rows=[row(each, _row_label(view.group_by, each)) for each in view.rows],
        # Of workers no sum stands below: a visit by two is in both their rows.
        totals=row(view.whole, "合计" if view.group_by is not GroupBy.WORKER else "全部（不重复计）"),
        notes=tuple(form["notes"]),
        series=(
            Series(
                "按月", ("月份", "走访次数"), tuple((f"{one.month:%Y-%m}", one.visits) for one in view.trend)
            ),
            Series(
                "按日", ("日期", "走访次数"), tuple((f"{day}", len(ids)) for day, ids in view.days.items())
            ),
        ),
    )


def _row_label(group_by: GroupBy, row: StatisticsRow) -> str:
    """The label column of a row, in the ledger's Chinese."""
    code = {GroupBy.CATEGORY: Category, GroupBy.RISK: RiskLevel}.get(group_by)
    if code is None:
        return row.name or "—"
    return texts(Language.ZH).label(code(row.key)) if row.key else "不在册或没有类别"


def deliver(
    context: Context,
    path: Path,
    write: Callable[[Path], bool],
    event: Callable[[str], AuditEventFields],
) -> ChangeSet | None:
    """Write beside the place, commit the audit event, put in place; None when `write` was cancelled.

    Raises StorageError("file_not_writable", "disk_full").
    """
    with _beside(path) as part:
        if not write(part):
            return None
        with context.store.unit_of_work() as work:
            work.save("audit_events", event(work.new_id()))
            changes = work.commit()
        _put(part, path)
    return changes


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A place for the unfinished file, on the same disk as its target."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=".export-", dir=path.parent))
    except OSError as error:
        raise StorageError("file_not_writable") from error
    try:
        yield folder / path.name
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put(part: Path, path: Path) -> None:
    try:
        part.replace(path)
    except OSError as error:  # an older file of that name is open in another program
        raise StorageError("file_not_writable") from error
