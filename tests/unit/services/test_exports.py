"""Exports on a real store: what is in the file, who may make it, and the event it leaves."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import NotAllowedError, RuleError, StorageError
from fieldapp.domain.records.audit import AuditAct, AuditEventFields
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Findings, Mode, Result, VisitState
from fieldapp.services import exports, statistics
from fieldapp.services.statistics import GroupBy, StatisticsView
from fieldapp.storage import outbox, rows
from tests.determinism import MovableClock
from tests.gui.county import COLLEAGUE, GRID_1, GRID_2, OTHER_GRID, TOWN, VILLAGE, WORKER, County

NOW = dt.datetime(2026, 6, 20, 2, 0, tzinfo=dt.UTC)
JUNE = dt.date(2026, 6, 1)


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    """A town clerk's device with two visited households."""
    made = County(tmp_path / "profile", MovableClock(NOW))
    made.worker(Role.TOWN_CLERK, TOWN)
    yield made
    made.close()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the worker wants the file."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "走访.xlsx"


def events(county: County) -> list[AuditEventFields]:
    """Audit events on the device."""
    with county.store.reading() as connection:
        return rows.records(connection, rows.select_records("audit_events"), AuditEventFields)


def sheet(path: Path, name: str = "") -> list[list[Any]]:
    """All cells of a sheet of the written file."""
    book = openpyxl.load_workbook(path)
    found = book[name] if name else book.worksheets[0]
    return [[cell.value for cell in row] for row in found.iter_rows()]


def month(county: County, group_by: GroupBy = GroupBy.VILLAGE, area_code: str = TOWN) -> StatisticsView:
    """June as the screen has it."""
    return statistics.statistics_view(county.context, area_code, JUNE, group_by)


# --- statistics ---------------------------------------------------------------------------------


def test_statistics_table_says_what_the_screen_says(county: County, target: Path) -> None:
    seen = county.household("甲", risk_level=RiskLevel.MEDIUM)
    county.household("乙", risk_level=RiskLevel.MEDIUM)
    elsewhere = county.household("丙", risk_level=RiskLevel.MEDIUM, area_code=OTHER_GRID)
    county.visit(seen, days_ago=2, received_at=NOW, visitors=(WORKER, COLLEAGUE))
    county.visit(elsewhere, days_ago=1, area_code=OTHER_GRID, mode=Mode.PHONE)
    changes = exports.export_statistics(county.context, month(county), target)
    assert changes is not None
    assert changes.touches("audit_events")
    cells = sheet(target)
    assert cells[0][0] == "石桥镇走访统计"
    assert cells[1][0] == "统计期间：2026-06-01 至 2026-06-30　制表日期：2026-06-20"
    head = cells[2]
    named = [dict(zip(head, row, strict=True)) for row in cells[3:]]
    assert [row["村（社区）"] for row in named] == ["青溪村", "长塘村", "合计"]
    first = named[0]
    assert (first["走访次数"], first["走访人次"]) == (1, 2)
    assert (first["已覆盖户数"], first["应访户数"], first["覆盖率"]) == (1, 2, 0.5)
    assert (first["及时上传次数"], first["到期应上传次数"], first["及时上传率"]) == (1, 1, 1)
    assert (named[1]["到期应上传次数"], named[1]["及时上传率"]) == (0, "—")
    assert (named[2]["应访户数"], named[2]["超期未访户数"]) == (3, 2)
    definitions = dict(row[:2] for row in sheet(target, "口径")[2:])
    assert definitions["及时上传率"].startswith("走访结束后 72 小时内")
    assert set(definitions) >= {"走访次数", "覆盖率", "完成率", "未到应访期户数"}


def test_statistics_export_leaves_one_event(county: County, target: Path) -> None:
    county.household("甲")
    exports.export_statistics(county.context, month(county), target)
    (event,) = events(county)
    assert (event.act, event.object_kind, event.area_code, event.count) == (
        AuditAct.EXPORT,
        "statistics",
        TOWN,
        1,
    )
    assert event.object_id == f"{TOWN} 2026-06 VILLAGE"
    with county.store.reading() as connection:
        assert outbox.counts(connection).ops == 1


def test_workers_keep_their_order_and_have_no_sum(county: County, target: Path) -> None:
    county.user("w-1", "乙", Role.GRID_WORKER, GRID_2)
    county.user("w-2", "甲", Role.GRID_WORKER, GRID_1)
    home = county.household("子", risk_level=RiskLevel.MEDIUM)
    for day in range(3):
        county.visit(home, days_ago=day, by="w-1")
    county.visit(home, days_ago=5, by="w-2")
    exports.export_statistics(county.context, month(county, GroupBy.WORKER), target)
    assert [row[:2] for row in sheet(target)[3:]] == [["甲", 1], ["乙", 3], ["全部（不重复计）", 4]]


def test_statistics_of_an_area_without_the_right_are_refused(county: County, target: Path) -> None:
    county.household("甲")
    view = month(county)
    county.worker(Role.TOWN_CLERK, "341789200")
    with pytest.raises(NotAllowedError, match="not_permitted"):
        exports.export_statistics(county.context, view, target)
    assert not target.exists()
    assert events(county) == []


def test_cancelled_export_leaves_neither_file_nor_event(county: County, target: Path) -> None:
    home = county.household("甲")
    ids = [county.visit(home)]
    target.write_bytes(b"older")
    assert exports.export_statistics(county.context, month(county), target, cancel=lambda: True) is None
    assert exports.export_visits(county.context, ids, target, cancel=lambda: True) is None
    assert target.read_bytes() == b"older"
    assert list(target.parent.iterdir()) == [target]
    assert events(county) == []


def test_folder_that_is_not_there_is_said_plainly(county: County, tmp_path: Path) -> None:
    home = county.household("甲")
    ids = [county.visit(home)]
    nowhere = tmp_path / "gone" / "x.xlsx"
    with pytest.raises(StorageError, match="file_not_writable"):
        exports.export_statistics(county.context, month(county), nowhere)
    with pytest.raises(StorageError, match="file_not_writable"):
        exports.export_visits(county.context, ids, nowhere)
    assert events(county) == []


def test_place_that_cannot_be_taken_is_said_plainly(county: County, target: Path) -> None:
    county.household("甲")
    target.mkdir()
    with pytest.raises(StorageError, match="file_not_writable"):
        exports.export_statistics(county.context, month(county), target)
    assert list(target.parent.iterdir()) == [target]


# --- visits -------------------------------------------------------------------------------------


def test_visits_are_masked_unless_asked(county: County, target: Path) -> None:
    home = county.household("张三丰")
    told = Findings(difficulties="张三丰的电话10000000001打不通")
    ids = [county.visit(home, findings=told)]
    exports.export_visits(county.context, ids, target)
    text = "".join(str(cell) for row in sheet(target) for cell in row)
    assert "三丰" not in text
    assert "10000000001" not in text
    (event,) = events(county)
    assert (event.object_kind, event.count, event.reason, event.area_code) == ("visits", 1, "", GRID_1)


def test_visits_in_full_need_a_reason_which_is_kept(county: County, target: Path) -> None:
    ids = [county.visit(county.household("张三丰"))]
    with pytest.raises(RuleError, match="reason_required") as caught:
        exports.export_visits(county.context, ids, target, unmasked=True, reason=" ")
    assert caught.value.field == "reason"
    exports.export_visits(county.context, ids, target, unmasked=True, reason=" 市里要求核对 ")
    assert any("张三丰" in row for row in sheet(target))
    assert [event.reason for event in events(county)] == ["市里要求核对"]


@pytest.mark.parametrize(
    ("role", "area_code", "allowed"),
    [
        (Role.TOWN_CLERK, TOWN, True),
        (Role.TOWN_LEADER, TOWN, True),
        (Role.COUNTY_OFFICER, "341789", True),
        (Role.VILLAGE_AIDE, VILLAGE, False),
        (Role.AUDITOR, TOWN, False),
    ],
)
def test_visits_in_full_are_for_the_towns_office_and_above(
    county: County, target: Path, role: Role, area_code: str, allowed: bool
) -> None:
    ids = [county.visit(county.household("张三丰"))]
    county.worker(role, area_code)
    assert exports.may_export_unmasked(county.context, VILLAGE) is allowed
    if allowed:
        assert exports.export_visits(county.context, ids, target, unmasked=True, reason="核对") is not None
    else:
        with pytest.raises(NotAllowedError, match="not_permitted"):
            exports.export_visits(county.context, ids, target, unmasked=True, reason="核对")
        assert exports.export_visits(county.context, ids, target) is not None


def test_grid_worker_exports_only_visits_of_his_own(county: County, target: Path) -> None:
    home = county.household("甲")
    own, other = county.visit(home), county.visit(home, days_ago=1, by=COLLEAGUE)
    county.worker(Role.GRID_WORKER, GRID_1)
    assert exports.export_visits(county.context, [own], target) is not None
    with pytest.raises(NotAllowedError, match="not_permitted"):
        exports.export_visits(county.context, [own, other], target)


def test_visits_of_another_area_are_refused(county: County, target: Path) -> None:
    here = county.visit(county.household("甲"))
    there = county.visit(county.household("乙", area_code=OTHER_GRID), area_code=OTHER_GRID)
    county.worker(Role.VILLAGE_AIDE, VILLAGE)
    with pytest.raises(NotAllowedError, match="not_permitted"):
        exports.export_visits(county.context, [here, there], target)
    assert not target.exists()


def test_visits_keep_the_order_given_and_leave_void_and_absent_ones_out(county: County, target: Path) -> None:
    one, two, void = (county.household(name) for name in ("甲", "乙", "丙"))
    first, second = county.visit(one, days_ago=5), county.visit(two, days_ago=1, result=Result.NEED)
    third = county.visit(void, state=VisitState.VOID)
    told: list[int] = []
    exports.export_visits(county.context, [first, "absent", third, second], target, progress=told.append)
    cells = sheet(target)
    head = next(row for row in cells if "走访日期" in row)
    days = [row[head.index("走访日期")] for row in cells[cells.index(head) + 1 :]]
    assert [day.date() for day in days] == [dt.date(2026, 6, 15), dt.date(2026, 6, 19)]
    assert told[-1] == 2
    assert [event.count for event in events(county)] == [2]


def test_nothing_to_export_makes_no_file(county: County, target: Path) -> None:
    with pytest.raises(RuleError, match="nothing_to_export"):
        exports.export_visits(county.context, ["absent"], target)
    assert not target.exists()


def test_texts_never_become_formulas(county: County, target: Path) -> None:
    home = county.household("甲", group_name="=1+1")
    ids = [
        county.visit(home, remark='=HYPERLINK("http://example.org","x")', narrative="+86 打不通，改日再访。")
    ]
    exports.export_visits(county.context, ids, target)
    book = openpyxl.load_workbook(target)
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert "=1+1" in [cell.value for cell in cells]
    assert all(cell.data_type != "f" for cell in cells)


def test_many_visits_are_written_in_parts(county: County, target: Path) -> None:
    homes = [county.household_fields(f"户{n}", area_code=GRID_1) for n in range(3)]
    county.pull("households", homes)
    made = [county.visit_fields(homes[n % 3].id, days_ago=n / 100) for n in range(1100)]
    county.pull("visits", made)
    told: list[int] = []
    changes = exports.export_visits(
        county.context, [visit.id for visit in made], target, progress=told.append
    )
    assert isinstance(changes, ChangeSet)
    assert told == sorted(told)
    assert told[-1] == 1100
    assert len(sheet(target)) >= 1100


def test_file_names_hold_no_persons_and_suit_every_disk(county: County) -> None:
    county.areas({TOWN: "石桥/镇"})
    view = month(county)
    assert exports.statistics_file_name(view) == "走访统计_石桥镇_2026-06.xlsx"
    assert exports.visits_file_name(view) == "走访台账_石桥镇_2026-06.xlsx"
