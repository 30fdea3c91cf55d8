"""双随机一公开 for headquarters: plan, draw before witnesses, progress, replace, publish."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import AreaLevel
from fieldapp.domain.records.spot_checks import Found, Population, Publication, TargetStatus
from server.pages.frame import ROOT, PageRoute, Show, View
from server.pages.session import Fields, Page, Posted
from server.pages.words import Words
from server.routes.errors import status_of
from server.services.areas import areas_within
from server.services.identity import Caller
from server.services.spot_check_publication import public_rows, publish, standing_of
from server.services.spot_check_results import Standing, standings
from server.services.spot_checks import (
    NewSpotCheck,
    draw_spot_check,
    inspectors_of,
    plan_spot_check,
    replace_target,
)
from server.services.users import user_names

router = APIRouter(prefix=ROOT, route_class=PageRoute, include_in_schema=False)
Planner = Annotated[Caller, Depends(Page(Permission.PLAN_SPOT_CHECK))]
TEXT_MAX: Final = 6000
_TOWNS: Final = AreaLevel.TOWN


@router.get("/spot-checks", summary="Spot checks")
def spot_checks(view: Show, caller: Planner) -> Response:
    """All plans with how far they are, and the form of a new one."""
    return _plans(view, caller, {})


@router.post("/spot-checks", summary="Make a plan")
def plan(view: Show, caller: Planner, sent: Posted) -> Response:
    """Fixes what is drawn from; the seed comes later."""
    store = view.context.store
    names = ("title", "population", "period_from", "period_to", "check_from", "check_until")
    values = {name: sent.text(name) for name in names}
    chosen = tuple(one for one in inspectors_of(store) if sent.checked(f"inspector-{one}"))
    try:
        new = NewSpotCheck(
            title=values["title"],
            population=sent.chosen("population", Population),
            period_from=sent.day("period_from"),
            period_to=sent.day("period_to"),
            check_from=sent.day("check_from"),
            check_until=sent.day("check_until"),
            inspectors=chosen,
        )
        made = plan_spot_check(store, view.context.ids, new, actor=caller.actor)
    except (RuleError, NotAllowedError) as error:
        return _plans(
            view, caller, values, chosen=chosen, status=status_of(error), problem=view.words.error(error)
        )
    return view.go(f"{ROOT}/spot-checks/{made}?done=step")


@router.get("/spot-checks/{spot_check_id}", summary="One plan")
def spot_check(view: Show, caller: Planner, spot_check_id: str) -> Response:
    """What was drawn, what was found, what is public."""
    return _plan(view, caller, spot_check_id)


@router.post("/spot-checks/{spot_check_id}/draw", summary="Draw")
def draw(view: Show, caller: Planner, spot_check_id: str, sent: Posted) -> Response:
    """Once, with the seed as it was drawn in public and the witnesses who were there."""
    witnesses = (sent.text("witness1", 50), sent.text("witness2", 50))
    try:
        draw_spot_check(
            view.context.store, spot_check_id, sent.text("seed", 100), witnesses, actor=caller.actor
        )
    except (RuleError, NotAllowedError) as error:
        return _refused(view, caller, spot_check_id, error)
    return view.go(f"{ROOT}/spot-checks/{spot_check_id}?done=step")


@router.post("/spot-checks/{spot_check_id}/replace", summary="Replace a target")
def replace(view: Show, caller: Planner, spot_check_id: str, sent: Posted) -> Response:
    """The next of its town comes in; the old one stays on file with the reason."""
    try:
        replace_target(view.context.store, sent.text("target"), sent.text("reason"), actor=caller.actor)
    except (RuleError, NotAllowedError) as error:
        return _refused(view, caller, spot_check_id, error)
    return view.go(f"{ROOT}/spot-checks/{spot_check_id}?done=step")


@router.post("/spot-checks/{spot_check_id}/publish", summary="Note a publication")
def make_public(view: Show, caller: Planner, spot_check_id: str, sent: Posted) -> Response:
    """Keeps the text as it was made public."""
    try:
        publish(view.context.store, spot_check_id, _publication(sent), actor=caller.actor)
    except (RuleError, NotAllowedError) as error:
        return _refused(view, caller, spot_check_id, error)
    return view.go(f"{ROOT}/spot-checks/{spot_check_id}?done=step")


def _publication(sent: Fields) -> Publication:
    text, place = sent.text("text", TEXT_MAX), sent.text("place", 300)
    if not text or not place:
        raise RuleError("spot_check_publication_text", "text")
    return Publication(
        published_on=sent.day("published_on"), place=place, text=text, correction=sent.text("correction", 300)
    )


def _refused(view: View, caller: Caller, spot_check_id: str, error: RuleError | NotAllowedError) -> Response:
    said = view.words.error(error)
    return _plan(view, caller, spot_check_id, status=status_of(error), problem=said)


def _plans(view: View, caller: Caller, values: dict[str, str], **more: Any) -> Response:
    store, today = view.context.store, local_day(view.context.clock())
    people = inspectors_of(store)
    given = {
        "title": "", "population": Population.HOUSEHOLDS.value, "period_from": today.replace(month=1, day=1),
        "period_to": today, "check_from": today, "check_until": today,
    } | values  # fmt: skip
    return view.page(
        "spot_checks.html",
        plans=standings(store, actor=caller.actor),
        values=given,
        populations=[(one.value, view.words.label(one)) for one in Population],
        people=sorted(people.items(), key=lambda one: (one[1], one[0])),
        **{"chosen": (), **more},
    )


def _plan(view: View, caller: Caller, spot_check_id: str, **more: Any) -> Response:
    store = view.context.store
    standing = standing_of(store, spot_check_id, caller.actor)
    areas = dict(areas_within(store, [one.area_code for one in standing.targets], smallest=_TOWNS))
    return view.page(
        "spot_check.html",
        one=standing,
        open_statuses=(TargetStatus.OPEN, TargetStatus.UNASSIGNED),
        population=sum(each.size for each in standing.plan.strata),
        sample=sum(each.drawn for each in standing.plan.strata),
        names=user_names(store, [each.user_id for each in standing.plan.inspectors]),
        towns=areas,
        found=[(kind, standing.found[kind]) for kind in Found if kind in standing.found],
        draft=_draft(view, standing) if standing.results else "",
        today=local_day(view.context.clock()),
        **more,
    )


def _draft(view: View, standing: Standing) -> str:
    """The text of a publication to begin with: what the public reads is Chinese, whoever prepares it."""
    plan, words = standing.plan, Words("zh")
    separator = words("spot_check.separator")
    drawn = local_day(plan.drawn_at) if plan.drawn_at is not None else None
    lines = [
        words("spot_check.public_title", county=view.context.store.county.name, title=plan.title,
              number=plan.plan_no),
        words("spot_check.public_draw", day=drawn, seed=plan.seed, witnesses=len(plan.witnesses),
              population=words.label(plan.population), size=sum(one.size for one in plan.strata),
              rate=f"{plan.rate / 10:g}", sample=sum(one.drawn for one in plan.strata),
              digest=plan.population_digest),
        words("spot_check.public_done", done=standing.statuses.get(TargetStatus.DONE, 0),
              replaced=standing.statuses.get(TargetStatus.REPLACED, 0), found=separator.join(
                  words("spot_check.public_kind", kind=words.label(kind), count=standing.found[kind])
                  for kind in Found if kind in standing.found)),
        words("spot_check.public_rectified", open=standing.open_findings),
        "",
    ]  # fmt: skip
    lines += [
        words("spot_check.public_row", number=row.number, town=row.town, name=row.name,
              found=separator.join(words.label(kind) for kind in row.found),
              state=words("spot_check.public_put_right") if row.rectified else "")
        for row in public_rows(view.context.store, standing)
    ]  # fmt: skip
    return "\n".join(lines).strip()[:TEXT_MAX]
