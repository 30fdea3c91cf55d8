"""Recounts what reliefs, funds and referrals come to from their steps alone (`fieldapp-server check`)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import orjson
from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.records.funds import FundEntryFields, FundEntryKind
from fieldapp.domain.records.needs import ReferralFields, ReferralStepFields, ServiceNeedFields
from fieldapp.domain.records.reliefs import ReliefFields, ReliefStepFields
from fieldapp.domain.rules.referral_flow import (
    ReferralStanding,
    advance_referral,
    need_with,
    referral_standing,
)
from fieldapp.domain.rules.referral_flow import accepted as accepted_of_referral
from fieldapp.domain.rules.relief_flow import (
    accepted,
    fold,
    fund_movement,
    standing_of,
)
from fieldapp.domain.rules.standby_fund import allowance, balance, entry_id
from server.services.funds import TOWN_DIGITS
from server.store import tables
from server.store.projections import parameters_of
from sync.protocol.wire import Body

_MANUAL: Final = frozenset({FundEntryKind.GRANT, FundEntryKind.CORRECTION, FundEntryKind.ALLOWANCE})


def recount(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """What does not come out, as (check, kind, id)."""
    reliefs = [ReliefFields.model_validate(one) for one in _bodies(connection, "reliefs")]
    steps: dict[str, list[ReliefStepFields]] = defaultdict(list)
    for body in _bodies(connection, "relief_steps"):
        step = ReliefStepFields.model_validate(body)
        steps[step.relief_id].append(step)
    entries = [FundEntryFields.model_validate(one) for one in _bodies(connection, "fund_entries")]
    yield from _check_reliefs(connection, reliefs, steps)
    yield from _check_funds(reliefs, steps, entries)
    yield from _check_referrals(connection)


def _bodies(connection: Connection, kind: str) -> Iterator[Body]:
    c = tables.record.c
    query = select(c.body).where(c.kind == kind, c.deleted.is_(False)).order_by(c.id)
    for text in connection.scalars(query):
        yield orjson.loads(text)


def _check_reliefs(
    connection: Connection, reliefs: list[ReliefFields], steps: dict[str, list[ReliefStepFields]]
) -> Iterator[tuple[str, str, str]]:
    parameters = parameters_of(connection)
    for relief in reliefs:
        counted = accepted(steps[relief.id])
        told = standing_of(relief)
        now = fold(relief, counted, parameters)
        # The due day follows the calendar of its day; a notice that came later does not move it.
        now = replace(now, papers_due=told.papers_due)
        if now != told or now.steps_taken != len(counted):
            yield ("relief_differs", "reliefs", relief.id)


def _check_funds(
    reliefs: list[ReliefFields],
    steps: dict[str, list[ReliefStepFields]],
    entries: list[FundEntryFields],
) -> Iterator[tuple[str, str, str]]:
    """Every movement of an accepted step is booked once, in its town, and nothing else is; no fund is
    overdrawn beyond what the county allowed."""
    wanted: dict[str, tuple[str, int]] = {}
    for relief in reliefs:
        for step in accepted(steps[relief.id]):
            moved = fund_movement(relief, step)
            if moved:
                wanted[entry_id(step.id)] = (relief.area_code[:TOWN_DIGITS], moved)
    booked = {one.id: (one.area_code, one.amount) for one in entries if one.kind not in _MANUAL}
    for wrong in sorted(one for one in wanted.keys() | booked.keys() if wanted.get(one) != booked.get(one)):
        yield ("fund_differs", "fund_entries", wrong)
    towns: dict[str, list[FundEntryFields]] = defaultdict(list)
    for entry in entries:
        towns[entry.area_code].append(entry)
    for town, found in sorted(towns.items()):
        if balance(found) < -allowance(found):
            yield ("fund_overdrawn", "areas", town)


def _check_referrals(connection: Connection) -> Iterator[tuple[str, str, str]]:
    taken: dict[str, list[ReferralStepFields]] = defaultdict(list)
    for body in _bodies(connection, "referral_steps"):
        step = ReferralStepFields.model_validate(body)
        if step.referral_id is not None:
            taken[step.referral_id].append(step)
    standings: dict[str, ReferralStanding] = {}
    for body in _bodies(connection, "referrals"):
        referral = ReferralFields.model_validate(body)
        standing = ReferralStanding()
        for step in accepted_of_referral(taken[referral.id]):
            standing = advance_referral(standing, step)
        standings[referral.id] = standing
        if standing != referral_standing(referral):
            yield ("referral_differs", "referrals", referral.id)
    for body in _bodies(connection, "service_needs"):
        need = ServiceNeedFields.model_validate(body)
        referred = standings.get(need.referral_id or "")
        settled_alone = (
            need.closed_at is not None and referred is not None and referred.closed_at != need.closed_at
        )
        if referred is None or settled_alone:
            continue
        if need.status is not need_with(need.referral_id or "", referred).status:
            yield ("need_differs", "service_needs", need.id)
