"""Figures for supervisors."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import Permission
from server.routes.context import Context, json_answer
from server.routes.guards import Requires
from server.services.identity import Caller
from server.services.risk_statistics import plain_risks, risk_table
from server.services.statistics import LEVELS, GroupBy, plain_figures, visit_statistics

router = APIRouter(prefix="/v1", tags=["statistics"])


@router.get("/statistics/{area_code}", summary="Visits, coverage and completion of a month")
def statistics(
    context: Context,
    caller: Annotated[Caller, Depends(Requires(Permission.READ_STATISTICS))],
    area_code: str,
    month: Annotated[dt.date | None, Query(description="Any day of the month; this month if absent")] = None,
    group_by: GroupBy = GroupBy.VILLAGE,
) -> Response:
    """In total and by town, village, grid, worker, category or risk level; only inside the caller's areas."""
    day = month or local_day(context.clock())
    table = visit_statistics(context.store, caller.actor, area_code, day, group_by)
    return json_answer(
        {
            "area_code": table.area_code,
            "start": table.period.start.isoformat(),
            "end": table.period.end.isoformat(),
            "total": plain_figures("", table.total),
            "rows": [plain_figures(key, row) for key, row in table.rows.items()],
        }
    )


@router.get("/statistics/{area_code}/risks", summary="Households by risk level, trend, overdue, lowered")
def risks(
    context: Context,
    caller: Annotated[Caller, Depends(Requires(Permission.READ_STATISTICS))],
    area_code: str,
    group_by: GroupBy = GroupBy.VILLAGE,
) -> Response:
    """In total and by town, village or grid; only inside the caller's areas."""
    if group_by not in LEVELS:
        raise RuleError("bad_request", "group_by")
    table = risk_table(context.store, caller.actor, area_code, LEVELS[group_by])
    return json_answer(
        {
            "area_code": table.area_code,
            "total": plain_risks(table.total),
            "rows": [{"key": code, **plain_risks(figures)} for code, figures in table.rows.items()],
        }
    )
