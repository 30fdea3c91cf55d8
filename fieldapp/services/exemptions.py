"""Exemptions from the visit plan: a worker asks for one, the town clerk decides (4.5)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.exemptions import (
    ExemptionDecisionFields,
    ExemptionReason,
    ExemptionVerdict,
    VisitExemptionFields,
)
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.rules.exemptions import check_decider, check_request, standing_decisions
from fieldapp.services.context import Context
from fieldapp.services.reasons import checked_reason
from fieldapp.storage import rows
from fieldapp.storage.outbox import refusals_of
from fieldapp.storage.repositories import households

DECIDED_SHOWN: Final = 20
"""How many requests that are over the list still shows."""


@dataclass(frozen=True, slots=True)
class ExemptionItem:
    """A request with what became of it. `verdict` None = not decided yet; `waiting` = the decision made here
    is on its way; `refused_code` = the server did not take the request or the decision."""

    exemption_id: str
    household_id: str
    head_name: str
    place: str
    reason: ExemptionReason
    note: str
    since: dt.date
    until: dt.date
    asked_by_name: str
    asked_at: dt.datetime
    verdict: ExemptionVerdict | None
    verdict_reason: str
    decided_by_name: str
    decided_at: dt.datetime | None
    waiting: bool
    refused_code: str
    may_decide: bool


@dataclass(frozen=True, slots=True)
class ExemptionRequest:
    """What a worker asks for."""

    household_id: str
    reason: ExemptionReason
    since: dt.date
    until: dt.date
    note: str = ""


def request_exemption(
    context: Context, asked: ExemptionRequest, initiator: str = ""
) -> tuple[str, ChangeSet]:
    """Ask for a household to be left out of the plan. Returns the request's id.

    Raises RuleError: exemption_dates, exemption_too_long, reason_required, text_too_long; NotAllowedError.
    """
    note = checked_reason(asked.note, VisitExemptionFields, "note", required=False)
    with context.store.unit_of_work(initiator) as work:
        household = households.get(work.connection, asked.household_id)
        context.actor(work.connection).require(Permission.REQUEST_EXEMPTION, household.area_code)
        now = work.now()
        request = VisitExemptionFields(
            id=work.new_id(), created_at=now, created_by=context.user_id, updated_at=now,
            updated_by=context.user_id, device_id=context.device_id, household_id=asked.household_id,
            reason=asked.reason, note=note,
            since=asked.since, until=asked.until, requested_at=now,
        )  # fmt: skip
        check_request(request, context.parameters(work.connection))
        work.save("visit_exemptions", request)
        return request.id, work.commit()


def decide_exemption(
    context: Context, exemption_id: str, verdict: ExemptionVerdict, reason: str, initiator: str = ""
) -> ChangeSet:
    """Approve or refuse a request.

    Raises RuleError: reason_required, text_too_long, exemption_not_here, exemption_decided;
    NotAllowedError: not_permitted, own_exemption.
    """
    told = checked_reason(reason, ExemptionDecisionFields)
    with context.store.unit_of_work(initiator) as work:
        request = rows.find(work.connection, "visit_exemptions", exemption_id)
        if not isinstance(request, VisitExemptionFields):
            raise RuleError("exemption_not_here")
        household = households.get(work.connection, request.household_id)
        context.actor(work.connection).require(Permission.DECIDE_EXEMPTION, household.area_code)
        check_decider(request, context.user_id)
        if exemption_id in _decisions(work.connection, [request.household_id]):
            raise RuleError("exemption_decided")
        now = work.now()
        decision = ExemptionDecisionFields(
            id=work.new_id(), created_at=now, created_by=context.user_id, updated_at=now,
            updated_by=context.user_id, device_id=context.device_id, household_id=request.household_id,
            exemption_id=exemption_id, verdict=verdict, reason=told, decided_at=now,
        )  # fmt: skip
        work.save("exemption_decisions", decision)
        work.touch("visit_exemptions", exemption_id)
        return work.commit()


def exemptions(context: Context) -> list[ExemptionItem]:
    """The requests of the worker's area that nobody decided yet, oldest first, then the last decided ones."""
    with context.store.reading() as connection:
        scopes = context.actor(connection).areas_with(Permission.REQUEST_EXEMPTION)
        everything = rows.records(connection, rows.select_records("visit_exemptions"), VisitExemptionFields)
        homes = households.get_many(connection, [one.household_id for one in everything])
        inside = [
            one
            for one in everything
            if (home := homes.get(one.household_id)) is not None
            and any(home.area_code.startswith(scope) for scope in scopes)
        ]
        items = _items(context, connection, inside, homes)
    waiting = sorted((one for one in items if one.verdict is None), key=lambda one: one.asked_at)
    decided = sorted(
        (one for one in items if one.verdict is not None), key=lambda one: one.decided_at or one.asked_at
    )
    return [*waiting, *reversed(decided[-DECIDED_SHOWN:])]


def exemptions_of(context: Context, household_id: str) -> list[ExemptionItem]:
    """A household's requests, newest first. Raises NotAllowedError."""
    with context.store.reading() as connection:
        home = households.get(connection, household_id)
        context.actor(connection).require(Permission.READ_CASES, home.area_code)
        query = rows.hanging_on("visit_exemptions", [household_id])
        found = rows.records(connection, query, VisitExemptionFields)
        items = _items(context, connection, found, {household_id: home})
    return sorted(items, key=lambda one: one.asked_at, reverse=True)


def waiting_count(context: Context) -> int:
    """How many requests wait for the worker's decision."""
    return sum(one.verdict is None and one.may_decide for one in exemptions(context))


def _items(
    context: Context,
    connection: Connection,
    requests: list[VisitExemptionFields],
    homes: dict[str, HouseholdFields],
) -> list[ExemptionItem]:
    found = _decisions(connection, homes)
    known = _Known(
        found,
        refusals_of(connection, [*(one.id for one in found.values()), *(one.id for one in requests)]),
        context.actor(connection),
        households.user_names(connection),
        households.area_names(connection),
    )
    return [_item(one, homes[one.household_id], known) for one in requests]


def _decisions(connection: Connection, household_ids: Collection[str]) -> dict[str, ExemptionDecisionFields]:
    """The standing decision by request; those that the server refused are passed over."""
    query = rows.hanging_on("exemption_decisions", household_ids)
    made = rows.records(connection, query, ExemptionDecisionFields)
    refused = {one for one, code in refusals_of(connection, [one.id for one in made]).items() if code}
    return standing_decisions(one for one in made if one.id not in refused)


@dataclass(frozen=True, slots=True)
class _Known:
    """What all items of a list are made of."""

    decisions: dict[str, ExemptionDecisionFields]
    sent: dict[str, str]
    actor: Actor
    names: dict[str, str]
    areas: dict[str, str]


def _item(request: VisitExemptionFields, home: HouseholdFields, known: _Known) -> ExemptionItem:
    actor, names, sent = known.actor, known.names, known.sent
    decision = known.decisions.get(request.id)
    may_decide = actor.may(Permission.DECIDE_EXEMPTION, home.area_code)
    return ExemptionItem(
        exemption_id=request.id,
        household_id=request.household_id,
        head_name=home.head_name,
        place=" ".join(filter(None, (known.areas.get(home.area_code[:12], ""), home.group_name))),
        reason=request.reason,
        note=request.note,
        since=request.since,
        until=request.until,
        asked_by_name=names.get(request.created_by, ""),
        asked_at=request.requested_at,
        verdict=None if decision is None else decision.verdict,
        verdict_reason="" if decision is None else decision.reason,
        decided_by_name="" if decision is None else names.get(decision.created_by, ""),
        decided_at=None if decision is None else decision.decided_at,
        waiting=decision is not None and decision.id in sent,
        refused_code=sent.get(request.id, ""),
        may_decide=may_decide and decision is None and request.created_by != actor.user_id,
    )
