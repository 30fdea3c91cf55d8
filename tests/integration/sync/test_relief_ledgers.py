"""The relief ledger from device and server, and the fund's: the county's columns, masked, the same rows."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.records.reliefs import ReliefAction
from fieldapp.services import relief_exports, reliefs
from server.services.ledger_export import export_ledger
from server.services.ledger_sources import LedgerAsked
from tests.integration.server.county import OTHER_VILLAGE, TOWN, VILLAGE
from tests.integration.sync.test_reliefs import Office, household, office, snow

__all__ = ["office"]
DAY = dt.date(2026, 3, 5)
HEADINGS = [
    "序号", "姓名", "身份证号", "年龄", "性别", "家庭人口", "家庭住址", "救助类别", "事由", "自付费用",
    "救助金额", "审批时间", "审批级别", "联系电话", "账号(一卡通)", "备注",
]  # fmt: skip


def rows(path: Path, first: int = 3) -> list[list[Any]]:
    page = openpyxl.load_workbook(path).active
    return [[cell.value for cell in row] for row in page.iter_rows(min_row=first)]


def test_device_and_server_write_the_same_masked_ledger(office: Office, tmp_path: Path) -> None:
    house = household(office)
    office.grant(500_000)
    relief_id, _ = reliefs.propose_relief(
        office.clerk.context, snow(office, house, reason="户主甲一家遇大雪，电话10012345678")
    )
    office.clerk.step(relief_id, ReliefAction.PAY, amount=309_600)
    office.sync()
    office.officer.step(relief_id, ReliefAction.DECIDE, amount=309_600)
    office.sync()
    here, there = tmp_path / "device.xlsx", tmp_path / "server.xlsx"
    relief_exports.export_reliefs(office.clerk.context, TOWN, DAY, DAY, here)
    asked = LedgerAsked(TOWN, DAY, DAY)
    assert export_ledger(office.county.context.store, there, "reliefs", asked) == 1
    assert rows(here) == rows(there)
    headings, line, totals = rows(here)
    assert headings == HEADINGS
    told = dict(zip(headings, line, strict=True))
    assert told["姓名"] == "户**"
    assert told["联系电话"] == "100****5678"
    assert told["救助金额"] == 3096
    assert told["审批级别"] == "区（县）"
    assert told["备注"] == f"LJ{TOWN}-2026-0001；已发放；先行救助；材料待补"
    assert "户主甲" not in str(line)
    assert "10012345678" not in str(line)
    assert (totals[1], totals[10]) == ("合计", 3096)

    full = tmp_path / "full.xlsx"
    with pytest.raises(RuleError, match="reason_required"):
        relief_exports.export_reliefs(office.clerk.context, TOWN, DAY, DAY, full, unmasked=True)
    with pytest.raises(NotAllowedError, match="not_permitted"):
        relief_exports.export_reliefs(
            office.aide.context, VILLAGE, DAY, DAY, full, unmasked=True, reason="核对"
        )
    relief_exports.export_reliefs(office.clerk.context, TOWN, DAY, DAY, full, unmasked=True, reason="核对")
    assert rows(full)[1][1] == "户主甲"
    audited = office.clerk.device.ids("audit_events")
    assert len(audited) == 2
    with pytest.raises(RuleError, match="nothing_to_export"):
        relief_exports.export_reliefs(
            office.clerk.context, TOWN, DAY + dt.timedelta(days=1), DAY + dt.timedelta(days=1), here
        )
    with pytest.raises(NotAllowedError, match="not_permitted"):
        relief_exports.export_reliefs(office.aide.context, OTHER_VILLAGE, DAY, DAY, here)


def test_fund_ledger_tells_the_balance_after_every_entry(office: Office, tmp_path: Path) -> None:
    house = household(office)
    office.grant(500_000)
    relief_id, _ = reliefs.propose_relief(office.clerk.context, snow(office, house))
    office.clerk.step(relief_id, ReliefAction.PAY, amount=309_600)
    office.sync()
    office.clerk.step(relief_id, ReliefAction.REFUND, amount=16_800, opinion="提前退房")
    office.sync()
    path = tmp_path / "fund.xlsx"
    relief_exports.export_fund(office.leader.context, TOWN, path)
    _, *lines = rows(path, 2)
    assert [(line[2], line[4], line[5]) for line in lines] == [
        ("拨入", 5000, 5000),
        ("支出", -3096, 1904),
        ("退回", 168, 2072),
    ]
    assert lines[1][3] == f"LJ{TOWN}-2026-0001"
    with pytest.raises(NotAllowedError, match="not_permitted"):
        relief_exports.export_fund(office.aide.context, TOWN, path)
