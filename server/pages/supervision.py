"""What happened and what got stuck: exports, the log of acts, refused records, visits to look into."""

import datetime as dt
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from fieldapp.domain.clock import instant_text, local_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import AreaLevel
from fieldapp.domain.records.audit import AuditAct
from server.pages.frame import PER_PAGE, ROOT, PageRoute, Sheet, Show, View
from server.pages.session import Page, Posted
from server.routes.errors import status_of
from server.services.areas import areas_within, placed_names
from server.services.audit_trail import AuditAsked, Source, audit_lines, audited_users
from server.services.devices import list_refused
from server.services.identity import Caller
from server.services.ledger_export import LEDGERS, export_ledger
from server.services.ledger_sources import LedgerAsked
from server.services.users import user_names
from server.services.visit_marks import waiting_marks
from server.store.audit import Act
from server.store.store import Store

router = APIRouter(prefix=ROOT, route_class=PageRoute, include_in_schema=False)
Exporter = Annotated[Caller, Depends(Page(Permission.EXPORT_VISITS))]
Supervisor = Annotated[Caller, Depends(Page(Permission.RETURN_VISIT))]
Reader = Annotated[Caller, Depends(Page(Permission.READ_AUDIT))]
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFUSED_DAYS: Final = 30
AUDIT_DAYS: Final = 7


@router.get("/export", summary="Ledgers to take away")
def export_page(view: Show, caller: Exporter) -> Response:
    """Which ledger, which area, which days; names in full only with a reason."""
    return _export_form(view, caller, {})


@router.post("/export", summary="Write a ledger")
def export(view: Show, caller: Exporter, sent: Posted) -> Response:
    """Masked, unless the caller may see names and says why; written into the log either way."""
    values = {name: sent.text(name) for name in ("ledger", "area", "from", "to", "full", "reason")}
    try:
        name = values["ledger"]
        if name not in LEDGERS:
            raise RuleError("invalid_value", "ledger")
        full = sent.checked("full")
        asked = LedgerAsked(
            area_code=values["area"],
            start=sent.day("from"),
            end=sent.day("to"),
            full=full,
            reason=sent.reason() if full else sent.text("reason"),
        )
        content = _written(view.context.store, name, asked, caller.actor)
    except (RuleError, NotAllowedError) as error:
        said = view.words.error(error)
        return _export_form(view, caller, values, status=status_of(error), problem=said)
    file = f"{name}-{asked.area_code}-{asked.start:%Y%m%d}-{asked.end:%Y%m%d}.xlsx"
    return Response(
        content,
        media_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store"},
    )


def _written(store: Store, name: str, asked: LedgerAsked, actor: Actor) -> bytes:
    """A ledger's workbook; nothing of it stays on the server's disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        export_ledger(store, path, name, asked, actor=actor)
        return path.read_bytes()


def _export_form(view: View, caller: Caller, values: dict[str, str], **more: Any) -> Response:
    mine = caller.actor.areas_with(Permission.EXPORT_VISITS)
    today = local_day(view.context.clock())
    return view.page(
        "export.html",
        ledger_words=[(name, view.words(f"ledger.{name}")) for name in LEDGERS],
        areas=placed_names(areas_within(view.context.store, mine, smallest=AreaLevel.VILLAGE)),
        values={"from": today.replace(day=1).isoformat(), "to": today.isoformat(), **values},
        unmasked=not caller.actor.masked and caller.actor.may(Permission.READ_CASES),
        **more,
    )


@router.get("/audit", summary="The log of acts")
def audit(  # one argument for each filter
    view: Show,
    caller: Reader,
    *,
    page: int = 1,
    source: Source = Source.SERVER,
    start: str = "",
    end: str = "",
    user: str = "",
    act: str = "",
) -> Response:
    """Who did what to which record, and why: on the server, or as devices reported it."""
    store, today = view.context.store, local_day(view.context.clock())
    asked = AuditAsked(
        source,
        _day(start, today - dt.timedelta(days=AUDIT_DAYS)),
        _day(end, today),
        user_id=user,
        act=act,
    )
    number = max(1, page)
    rows, total = audit_lines(store, caller.actor, asked, start=(number - 1) * PER_PAGE, count=PER_PAGE)
    acts: Iterable[Act | AuditAct] = Act if source is Source.SERVER else AuditAct
    filters = {
        "source": source.value, "start": asked.start, "end": asked.end, "user": user, "act": act,
    }  # fmt: skip
    people = user_names(store, audited_users(store, caller.actor))
    return view.page(
        "audit.html",
        sheet=Sheet(rows, number, total),
        asked=asked,
        people=sorted(people.items(), key=lambda one: (one[1], one[0])),
        names=people,
        act_words=[(one.value, view.words.act(one.value)) for one in acts],
        source_words=[(one.value, view.words(f"audit.{one.value}")) for one in Source],
        query=f"{urlencode(filters)}&",
    )


@router.get("/refused", summary="Refused records")
def refused(view: Show, caller: Reader, page: int = 1, device: str = "") -> Response:
    """What was not taken in, why, and what to do; the device keeps it with the same reason."""
    store = view.context.store
    since = instant_text(view.context.clock() - dt.timedelta(days=REFUSED_DAYS))
    found = [
        one
        for one in reversed(list_refused(store, since, caller.actor))
        if not device or one["device_id"] == device
    ]
    sheet = Sheet.of(found, page)
    names = user_names(store, [one["user_id"] for one in sheet.rows])
    return view.page("refused.html", sheet=sheet, names=names, days=REFUSED_DAYS, device=device)


@router.get("/marks", summary="Visits that are odd beside others")
def marks(view: Show, caller: Supervisor, page: int = 1, area: str = "") -> Response:
    """What nobody has cleared yet, by area and day; never by worker. It is cleared beside the visit."""
    store = view.context.store
    mine = caller.actor.areas_with(Permission.RETURN_VISIT)
    places = dict(placed_names(areas_within(store, mine, smallest=AreaLevel.VILLAGE)))
    asked = [area] if area in places else mine
    sheet = Sheet.of(waiting_marks(store, asked), page)
    return view.page("marks.html", sheet=sheet, places=places, area=area)


def _day(text: str, otherwise: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return otherwise
