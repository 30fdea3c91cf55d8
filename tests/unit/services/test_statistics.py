"""R4 on a real store: figures equal a naive recount of the raw visits, whatever corrections and moves."""

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.records.households import Category, Coverage, HouseholdFields, RiskLevel
from fieldapp.domain.records.users import Role, RoleAssignment, UserFields
from fieldapp.domain.records.visits import Mode, Result, VisitFields, VisitState
from fieldapp.services import statistics
from fieldapp.services.statistics import GroupBy, StatisticsView
from fieldapp.services.statistics_lists import Listing, ids_behind, in_order, visit_items
from fieldapp.storage import projections
from fieldapp.storage.repositories import visits
from tests.determinism import MovableClock
from tests.gui.county import GRID_1, GRID_2, OTHER_GRID, TOWN, VILLAGE, WORKER, County

TODAY = dt.date(2026, 6, 20)
NOW = dt.datetime(2026, 6, 20, 2, 0, tzinfo=dt.UTC)
JUNE = dt.date(2026, 6, 1)
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """One store for all examples of a property; each example has villages of its own."""
    made = County(tmp_path_factory.mktemp("profile"), MovableClock(NOW))
    made.worker(Role.TOWN_CLERK, TOWN)
    yield made
    made.close()


@pytest.fixture
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A town clerk's device."""
    made = County(tmp_path_factory.mktemp("profile"), MovableClock(NOW))
    made.worker(Role.TOWN_CLERK, TOWN)
    yield made
    made.close()


# --- a naive recount ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A kind of household: its fields, and its row of table R4 in plain words."""

    fields: dict[str, Any]
    unit: str
    modes: frozenset[Mode]
    alternate: frozenset[Mode] = frozenset()


ANY = frozenset(Mode) - {Mode.NEIGHBOUR}
ON_SITE = frozenset({Mode.ONSITE})
LONG_AGO = dt.date(2024, 1, 1)
KINDS = (
    Kind({"risk_level": RiskLevel.HIGH}, "WEEK", ON_SITE, frozenset({Mode.VIDEO})),
    Kind({"risk_level": RiskLevel.MEDIUM}, "MONTH", ON_SITE, frozenset({Mode.PHONE, Mode.VIDEO})),
    Kind({}, "QUARTER", ANY),
    Kind({"coverages": (Coverage(category=Category.DIBAO_MARGIN, since=LONG_AGO),)}, "HALF_YEAR", ANY),
    Kind({"coverages": (Coverage(category=Category.TEKUN, since=LONG_AGO),)}, "MONTH", ON_SITE),
)


def owed(unit: str, month: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Periods that end in a month and have begun."""
    last = (month + dt.timedelta(days=31)).replace(day=1) - ONE_DAY
    if unit == "WEEK":
        days = [month + dt.timedelta(days=n) for n in range(last.day)]
        return [
            (d - dt.timedelta(days=6), d) for d in days if d.isoweekday() == 7 and d - 6 * ONE_DAY <= TODAY
        ]
    length = {"MONTH": 1, "QUARTER": 3, "HALF_YEAR": 6}[unit]
    if month.month % length:
        return []
    return [(month.replace(month=month.month - length + 1), last)]


def meetings(valid: list[VisitFields]) -> list[tuple[VisitFields, set[str]]]:
    """Visits of one household as meetings: same day, visitors overlapping, also through a third."""
    left = [[visit] for visit in valid]
    joined = True
    while joined:
        joined = False
        for one, other in itertools.combinations(left, 2):
            met = any(
                local_day(a.finished_at) == local_day(b.finished_at) and set(a.visitors) & set(b.visitors)
                for a in one
                for b in other
            )
            if met:
                left = [group for group in left if group is not one and group is not other] + [one + other]
                joined = True
                break
    found = []
    for group in left:
        on_site = [visit for visit in group if visit.mode is Mode.ONSITE]
        first = min(on_site or group, key=lambda v: (v.finished_at, v.id))
        found.append((first, {name for visit in group for name in visit.visitors}))
    return sorted(found, key=lambda pair: (pair[0].finished_at, pair[0].id))


def counting(kind: Kind, own: list[VisitFields]) -> list[tuple[VisitFields, set[str]]]:
    """The meetings that count for a kind of household."""
    met = {Result.NORMAL, Result.CHANGED, Result.NEED, Result.URGENT}
    valid = [v for v in own if v.mode in kind.modes | kind.alternate and v.result in met]
    found: list[tuple[VisitFields, set[str]]] = []
    for visit, who in meetings(valid):
        if visit.mode in kind.modes or (found and found[-1][0].mode is Mode.ONSITE):
            found.append((visit, who))
    return found


@dataclass
class Recount:
    """What a naive program finds in a month of an area."""

    coverage: tuple[set[str], set[str]]
    required: int
    fulfilled: int
    counted: set[str]
    person_times: int
    timely: tuple[set[str], set[str]]
    not_found: tuple[set[str], set[str]]


def recount(
    area: str, month: dt.date, homes: Sequence[tuple[HouseholdFields, Kind]], raw: Sequence[VisitFields]
) -> Recount:
    """Count by hand, without a thought for speed."""
    last = (month + dt.timedelta(days=31)).replace(day=1) - ONE_DAY
    chains: dict[str, list[VisitFields]] = {}
    for visit in raw:
        chains.setdefault(visit.root_id, []).append(visit)
    newest = [max(chain, key=lambda v: (v.created_at, v.id)) for chain in chains.values()]
    standing = [visit for visit in newest if visit.state is not VisitState.VOID]
    result = Recount((set(), set()), 0, 0, set(), 0, (set(), set()), (set(), set()))
    for home, kind in homes:
        counted = counting(kind, [visit for visit in standing if visit.household_id == home.id])
        if home.area_code.startswith(area):
            count_owed(result, home.id, owed(kind.unit, month), [v for v, _ in counted])
        for visit, who in counted:
            if month <= local_day(visit.finished_at) <= last and visit.area_code.startswith(area):
                result.counted.add(visit.id)
                result.person_times += len(who)
    for visit in standing:
        if month <= local_day(visit.finished_at) <= last and visit.area_code.startswith(area):
            count_attempt(result, visit, [v.received_at for v in chains[visit.root_id] if v.received_at])
    return result


def count_owed(
    result: Recount, home: str, periods: list[tuple[dt.date, dt.date]], counted: list[VisitFields]
) -> None:
    """A household's owed periods."""
    for start, end in periods:
        done = any(start <= local_day(visit.finished_at) <= end for visit in counted)
        result.required += 1
        result.fulfilled += done
        result.coverage[1].add(home)
        if done:
            result.coverage[0].add(home)


def count_attempt(result: Recount, visit: VisitFields, arrivals: list[dt.datetime]) -> None:
    """An attempt in the month."""
    late = min(arrivals, default=NOW) - visit.finished_at > dt.timedelta(hours=72)
    if arrivals or late:
        result.timely[1].add(visit.id)
    if arrivals and not late:
        result.timely[0].add(visit.id)
    result.not_found[1].add(visit.id)
    if visit.result is Result.NOT_HOME:
        result.not_found[0].add(visit.id)


def same(view: StatisticsView, naive: Recount) -> None:
    """Compare, number by number and id by id."""
    total = view.total
    assert set(total.coverage.denominator_ids) == naive.coverage[1]
    assert set(total.coverage.numerator_ids) == naive.coverage[0]
    assert (total.completion.numerator, total.completion.denominator) == (naive.fulfilled, naive.required)
    assert set(total.visit_ids) == naive.counted
    assert total.worker_visit_count == naive.person_times == len(view.whole.person_visits)
    assert set(total.timely_upload.denominator_ids) == naive.timely[1]
    assert set(total.timely_upload.numerator_ids) == naive.timely[0]
    assert set(total.not_found_rate.numerator_ids) == naive.not_found[0]
    assert total.not_found_rate.denominator == len(naive.not_found[1])
    assert view.trend[-1].visits == total.visit_count


@dataclass(frozen=True)
class Made:
    """A drawn visit, before it has a place in the store."""

    household: int
    days_ago: int
    hour: int
    mode: Mode
    result: Result
    visitors: tuple[str, ...]
    elsewhere: bool
    arrived: int | None
    corrected: tuple[Mode, Result, bool] | None


MADE = st.builds(
    Made,
    household=st.integers(0, 3),
    days_ago=st.one_of(st.integers(1, 60), st.integers(1, 330)),
    hour=st.integers(0, 23),
    mode=st.sampled_from([Mode.ONSITE, Mode.ONSITE, Mode.PHONE, Mode.VIDEO, Mode.OFFICE, Mode.NEIGHBOUR]),
    result=st.sampled_from([Result.NORMAL, Result.NORMAL, Result.NEED, Result.NOT_HOME, Result.REFUSED]),
    visitors=st.sampled_from([("w1",), ("w2",), ("w1", "w2"), ("w3",)]),
    elsewhere=st.booleans(),
    arrived=st.sampled_from([None, 1, 72, 73]),
    corrected=st.none()
    | st.tuples(st.sampled_from([Mode.ONSITE, Mode.PHONE]), st.sampled_from(list(Result)), st.booleans()),
)
SERIAL = itertools.count(300)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(st.sampled_from(KINDS), min_size=4, max_size=4),
    made=st.lists(MADE, max_size=25),
    month=st.sampled_from([JUNE, dt.date(2026, 5, 1), dt.date(2026, 3, 1), dt.date(2025, 12, 1)]),
)
def test_figures_from_the_store_equal_a_naive_recount(
    shared: County, kinds: list[Kind], made: list[Made], month: dt.date
) -> None:
    here, there = f"{TOWN}{next(SERIAL)}", f"{TOWN}{next(SERIAL)}"
    # The last household moved: it is filed in the other village now.
    homes = [
        (shared.household_fields("户主", area_code=f"{there if n == 3 else here}001", **kind.fields), kind)
        for n, kind in enumerate(kinds)
    ]
    raw = [visit for each in made for visit in _stored(shared, each, homes, (here, there))]
    shared.pull("households", [home for home, _ in homes])
    shared.pull("visits", raw)
    for area in (here, there):
        view = statistics.statistics_view(shared.context, area, month, GroupBy.GRID)
        same(view, recount(area, month, homes, raw))
    town = statistics.statistics_view(shared.context, TOWN, month, GroupBy.VILLAGE)
    for row in town.rows:
        if row.key in (here, there):
            alone = statistics.statistics_view(shared.context, row.key, month, GroupBy.GRID).total
            # In a list of villages a village shows the figures it shows when it is opened.
            assert unordered(row.figures) == unordered(replace(alone, key=row.key))


def unordered(value: object) -> object:
    """Figures without the order of their ids."""
    if is_dataclass(value) and not isinstance(value, type):
        return unordered(asdict(value))
    if isinstance(value, dict):
        return {key: unordered(each) for key, each in value.items()}
    return sorted(value) if isinstance(value, tuple) else value


def _stored(
    shared: County, made: Made, homes: Sequence[tuple[HouseholdFields, Kind]], areas: tuple[str, str]
) -> Iterator[VisitFields]:
    end = NOW.replace(hour=0) - dt.timedelta(days=made.days_ago) + dt.timedelta(hours=made.hour)
    arrived = None if made.arrived is None else end + dt.timedelta(hours=made.arrived)
    first = shared.visit_fields(
        homes[made.household][0].id,
        days_ago=(NOW - end) / ONE_DAY,
        by=made.visitors[0],
        visitors=made.visitors,
        mode=made.mode,
        result=made.result,
        area_code=f"{areas[made.elsewhere]}001",
        received_at=arrived,
    )
    yield first
    if made.corrected is not None:
        mode, result, void = made.corrected
        yield first.model_copy(
            update={
                "id": shared.store.ids(),
                "amends": first.id,
                "created_at": first.created_at + ONE_DAY,
                "received_at": None if arrived is None else arrived + 5 * ONE_DAY,
                "mode": mode,
                "result": result,
                "state": VisitState.VOID if void else VisitState.SUBMITTED,
            }
        )


# --- single stories -----------------------------------------------------------------------------


def test_correction_takes_over_the_first_arrival(county: County) -> None:
    """Finished, uploaded an hour later, corrected five days later: the upload was in time."""
    home = county.household("甲", risk_level=RiskLevel.MEDIUM)
    first = county.visit_fields(home, days_ago=8, received_at=NOW - dt.timedelta(days=8, hours=-1))
    correction = first.model_copy(
        update={
            "id": county.store.ids(),
            "amends": first.id,
            "created_at": NOW - dt.timedelta(days=3),
            "received_at": NOW - dt.timedelta(days=3),
        }
    )
    county.pull("visits", [correction, first])
    total = statistics.statistics_view(county.context, TOWN, JUNE, GroupBy.VILLAGE).total
    assert total.timely_upload.numerator_ids == (correction.id,)
    with county.store.reading() as connection:
        between = visits.facts_between(connection, TOWN, NOW - dt.timedelta(days=30), NOW)
        of_household = projections.visit_facts(connection, [home], NOW - dt.timedelta(days=30))[home]
    for facts in (between, of_household):
        arrivals = {fact.visit_id: fact.received_at for fact in facts}
        assert arrivals == {first.id: first.received_at, correction.id: first.received_at}
        assert [fact.visit_id for fact in facts if fact.superseded] == [first.id]


def test_correction_on_its_way_keeps_the_first_arrival(county: County) -> None:
    home = county.household("甲", risk_level=RiskLevel.MEDIUM)
    first = county.visit_fields(home, days_ago=8, received_at=NOW - dt.timedelta(days=7))
    correction = first.model_copy(
        update={"id": county.store.ids(), "amends": first.id, "created_at": NOW, "received_at": None}
    )
    county.pull("visits", [first])
    county.pull("visits", [correction])
    total = statistics.statistics_view(county.context, TOWN, JUNE, GroupBy.VILLAGE).total
    assert total.timely_upload.numerator_ids == (correction.id,)


def test_alternation_looks_one_visit_behind_the_first_month(county: County) -> None:
    """A telephone visit counts if the counted visit before was on site, however long ago that was."""
    seen, unseen = (county.household(name, risk_level=RiskLevel.MEDIUM) for name in ("甲", "乙"))
    county.visit(seen, days_ago=500)
    county.visit(seen, days_ago=2, mode=Mode.PHONE)
    county.visit(unseen, days_ago=500, mode=Mode.PHONE)
    county.visit(unseen, days_ago=2, mode=Mode.PHONE)
    coverage = statistics.statistics_view(county.context, TOWN, JUNE, GroupBy.VILLAGE).total.coverage
    assert coverage.numerator_ids == (seen,)


def test_workers_stand_by_area_and_name_and_never_by_result(county: County) -> None:
    county.user("w-1", "乙", Role.GRID_WORKER, GRID_2)
    county.user("w-2", "丁", Role.GRID_WORKER, GRID_1)
    county.user("w-3", "丙", Role.GRID_WORKER, GRID_1)
    home = county.household("甲", risk_level=RiskLevel.MEDIUM)
    for day in range(4):
        county.visit(home, days_ago=day, by="w-1")
    county.visit(home, days_ago=5, by="w-2")
    county.visit(home, days_ago=6, by="w-3", visitors=("w-3", "gone"))
    view = statistics.statistics_view(county.context, TOWN, JUNE, GroupBy.WORKER)
    assert [row.key for row in view.rows] == ["w-2", "w-3", "w-1", "gone"]
    assert [len(row.person_visits) for row in view.rows] == [1, 1, 4, 1]
    assert view.rows[-1].name == ""


def test_households_belong_to_the_grid_worker_else_to_the_aide(county: County) -> None:
    county.user("aide", "甲", Role.VILLAGE_AIDE, VILLAGE)
    county.user("grid", "乙", Role.GRID_WORKER, GRID_1)
    ended = RoleAssignment(role=Role.GRID_WORKER, area_code=OTHER_GRID, since=LONG_AGO, until=TODAY - ONE_DAY)
    county.pull("users", [UserFields(name="丙", roles=(ended,), **county.origin("former"))])
    of_grid = county.household("子", risk_level=RiskLevel.MEDIUM)
    of_village = county.household("丑", area_code=f"{VILLAGE}003", risk_level=RiskLevel.MEDIUM)
    county.household("寅", area_code=OTHER_GRID, risk_level=RiskLevel.MEDIUM)
    view = statistics.statistics_view(county.context, TOWN, JUNE, GroupBy.WORKER)
    owing = {row.key: row.figures.coverage.denominator_ids for row in view.rows}
    assert owing == {"aide": (of_village,), "grid": (of_grid,)}


def test_overdue_households_stand_in_every_row_they_belong_to(county: County) -> None:
    county.user("grid", "乙", Role.GRID_WORKER, GRID_1)
    missed = county.household("子", risk_level=RiskLevel.MEDIUM)
    seen = county.household("丑", risk_level=RiskLevel.MEDIUM)
    county.visit(seen, days_ago=1)
    count = statistics.count_month(county.context, TOWN, dt.date(2025, 7, 1))
    assert count.view(GroupBy.VILLAGE).whole.overdue_ids == (missed,)
    for group_by, key in ((GroupBy.VILLAGE, VILLAGE), (GroupBy.GRID, GRID_1), (GroupBy.WORKER, "grid")):
        rows = {row.key: row.overdue_ids for row in count.view(group_by).rows}
        assert rows[key] == (missed,)


def test_area_shows_its_way_down_and_groupings(county: County) -> None:
    county.household("甲")
    view = statistics.statistics_view(county.context, VILLAGE, JUNE, GroupBy.TOWN)
    assert view.group_by is GroupBy.GRID
    assert view.groupings == (GroupBy.GRID, GroupBy.CATEGORY, GroupBy.RISK, GroupBy.WORKER)
    assert [(step.name, step.may_open) for step in view.path] == [
        ("示范区", False),
        ("石桥镇", True),
        ("青溪村", True),
    ]
    town = statistics.statistics_view(county.context, TOWN, JUNE, GroupBy.GRID)
    assert [row.name for row in town.rows] == ["青溪村 第一网格"]
    assert statistics.scope_areas(county.context) == [(TOWN, "石桥镇")]
    assert statistics.months(county.context)[:2] == [JUNE, dt.date(2026, 5, 1)]
    assert [point.month for point in view.trend][::11] == [dt.date(2025, 7, 1), JUNE]


def test_statistics_outside_the_scope_are_refused(county: County) -> None:
    with pytest.raises(NotAllowedError, match="not_permitted"):
        statistics.count_month(county.context, "341789", JUNE)
    county.worker(Role.GRID_WORKER, GRID_1)
    with pytest.raises(NotAllowedError, match="not_permitted"):
        statistics.count_month(county.context, GRID_1, JUNE)


# --- lists --------------------------------------------------------------------------------------


def test_every_number_opens_its_list(county: County) -> None:
    seen = county.household("甲", risk_level=RiskLevel.MEDIUM)
    missed = county.household("乙", risk_level=RiskLevel.MEDIUM)
    county.household("丙", coverages=())
    on_site = county.visit(seen, days_ago=9, received_at=NOW)
    phone = county.visit(seen, days_ago=1, mode=Mode.PHONE, received_at=NOW)
    nobody = county.visit(missed, days_ago=2, result=Result.NOT_HOME)
    row = statistics.statistics_view(county.context, TOWN, JUNE, GroupBy.VILLAGE).whole
    found = {listing: set(ids_behind(row, listing)) for listing in Listing}
    assert found == {
        Listing.VISITS: {on_site, phone},
        Listing.COVERED: {seen},
        Listing.UNCOVERED: {missed},
        Listing.COMPLETED: {seen},
        Listing.NOT_COMPLETED: {missed},
        Listing.OVERDUE: {missed},
        Listing.EXEMPT: set(),
        Listing.NOT_YET_DUE: set(),
        Listing.ON_SITE: {on_site},
        Listing.ELSEWHERE: {phone},
        Listing.IN_TIME: {phone},
        Listing.LATE: {on_site},
        Listing.NOT_FOUND: {nobody},
        Listing.FOUND: {on_site, phone},
    }
    assert in_order(county.context, Listing.VISITS, [on_site, phone, "absent"]) == [phone, on_site]


def test_households_of_a_list_stand_in_walking_order(county: County) -> None:
    last = county.household("丙", area_code=GRID_2)
    second = county.household("乙", group_name="3组")
    first = county.household("甲", group_name="1组")
    found = in_order(county.context, Listing.UNCOVERED, [last, second, first, "absent"])
    assert found == [first, second, last]


def test_visit_items_keep_the_order_and_mask_for_auditors(county: County) -> None:
    home = county.household("张三丰")
    old, new = county.visit(home, days_ago=3), county.visit(home, days_ago=1, visitors=(WORKER, "gone"))
    items = visit_items(county.context, [new, "absent", old])
    assert [(one.visit_id, one.head_name, one.visitors) for one in items] == [
        (new, "张三丰", ("周丙",)),
        (old, "张三丰", ("周丙",)),
    ]
    assert (items[0].village_name, items[0].group_name) == ("青溪村", "3组")
    county.worker(Role.AUDITOR, TOWN)
    assert {one.head_name for one in visit_items(county.context, [old])} == {"张**"}
    county.worker(Role.GRID_WORKER, GRID_2)
    assert visit_items(county.context, [old]) == []
