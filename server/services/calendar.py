"""The county's working-day calendar and duty lists, from files (R5, R11)."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Final

from fieldapp.domain.clock import COUNTY_ZONE, instant_text
from fieldapp.domain.errors import RuleError
from fieldapp.domain.parameters import CalendarDay, CalendarDayKind
from server.services.county import PARAMETERS_ID, stamps
from server.services.users import SERVER_USER
from server.store.bodies import check_body
from server.store.projections import parameters_of
from server.store.record_writer import patch_all, put_all
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork

Cells = Sequence[object]
"""A row of a workbook or a CSV file."""
_KINDS: Final = {
    "HOLIDAY": CalendarDayKind.HOLIDAY,
    "放假": CalendarDayKind.HOLIDAY,
    "WORKDAY": CalendarDayKind.WORKDAY,
    "上班": CalendarDayKind.WORKDAY,
    "调休上班": CalendarDayKind.WORKDAY,
}
_DUTY_COLUMNS: Final = 5
_ID_DIGITS: Final = 32


def import_holidays(store: Store, rows: Sequence[Cells], *, by: str = SERVER_USER) -> tuple[int, list[int]]:
    """Take days into the county's calendar; those of the years named are replaced. A heading row is passed
    over. Returns how many days, and of which years. Raises RuleError holidays_wrong (fact row); then nothing
    is stored."""
    days = [_calendar_day(number, row) for number, row in _told(rows)]
    if not days or len({one.day for one in days}) < len(days):
        raise RuleError("holidays_wrong", row=0)
    years = sorted({one.day.year for one in days})

    def work(unit: UnitOfWork) -> None:
        kept = [one for one in parameters_of(unit.connection).calendar if one.day.year not in years]
        entry = unit.find("parameters", PARAMETERS_ID)
        assert entry is not None  # there since the county was set up
        calendar = sorted([*kept, *days], key=lambda one: one.day)
        parameters = {
            **entry.body.get("parameters", {}),
            "calendar": [one.model_dump(mode="json") for one in calendar],
        }
        patch_all(unit, [("parameters", PARAMETERS_ID, {"parameters": parameters})], Author(by))

    store.run(work)
    return len(days), years


def _told(rows: Sequence[Cells]) -> list[tuple[int, Cells]]:
    """Rows that say something, numbered from 1, without a heading."""
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(cell for cell in row)]
    return filled[1:] if filled and not any(char.isdigit() for char in str(filled[0][1][0])) else filled


def _calendar_day(number: int, row: Cells) -> CalendarDay:
    try:
        kind = _KINDS[str(row[1]).strip().upper()]
        doc_no = str(row[2]).strip() if len(row) > 2 and row[2] is not None else ""
        return CalendarDay(day=_day(row[0]), kind=kind, doc_no=doc_no[:60])
    except (ValueError, KeyError, IndexError):
        raise RuleError("holidays_wrong", row=number) from None


def _day(cell: object) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    year, month, day = (
        int(part) for part in str(cell).strip().replace("/", "-").replace(".", "-").split("-")
    )
    return dt.date(year, month, day)


def import_duties(store: Store, rows: Sequence[Cells], *, by: str = SERVER_USER) -> int:
    """Take a duty list: area code, from, to, name, phone; local times. The same row again is the same duty.
    Returns how many. Raises RuleError duties_wrong (fact row), unknown_area; then nothing is stored."""
    duties = [_duty(number, row) for number, row in _told(rows)]
    made = stamps(store, by)

    def work(unit: UnitOfWork) -> int:
        bodies = []
        for number, duty in duties:
            area = unit.find("areas", duty["area_code"])
            if area is None or area.deleted:
                raise RuleError("unknown_area", "area_code", row=number)
            named = "/".join((duty["area_code"], duty["since"], duty["phone"]))
            duty_id = hashlib.sha256(f"duties/{named}".encode()).hexdigest()[:_ID_DIGITS]
            known = unit.find("duties", duty_id)
            kept = made if known is None else {name: known.body[name] for name in made}
            bodies.append(("duties", check_body("duties", {**kept, **duty, "id": duty_id})))
        put_all(unit, bodies, Author(by))
        return len(bodies)

    return store.run(work)


def _duty(number: int, row: Cells) -> tuple[int, dict[str, str]]:
    cells = [str(cell).strip() if cell is not None else "" for cell in row[:_DUTY_COLUMNS]]
    if len(cells) < _DUTY_COLUMNS or not all(cells) or not _code(row[0]).isdigit():
        raise RuleError("duties_wrong", row=number)
    try:
        since, until = _moment(row[1]), _moment(row[2])
    except ValueError:
        raise RuleError("duties_wrong", row=number) from None
    if until <= since:
        raise RuleError("duties_wrong", row=number)
    return number, {
        "area_code": _code(row[0]), "since": instant_text(since), "until": instant_text(until),
        "name": cells[3][:50], "phone": _code(row[4])[:30],
    }  # fmt: skip


def _code(cell: object) -> str:
    """Digits as text: a workbook may hold them as a number."""
    return str(int(cell)) if isinstance(cell, float) else str(cell).strip()


def _moment(cell: object) -> dt.datetime:
    at = (
        cell
        if isinstance(cell, dt.datetime)
        else dt.datetime.fromisoformat(str(cell).strip().replace("/", "-"))
    )
    return at.replace(tzinfo=COUNTY_ZONE)
