"""What the worker is told of urgent clues after a sync: banner, tray, badge; no personal data (R11)."""

import datetime as dt
import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import contains
from fieldapp.domain.records.clues import ClueClock, ClueFields, ClueStatus, EscalationTo, Urgency
from fieldapp.domain.records.users import Role
from fieldapp.domain.rules.clue_clocks import clocks_of, running
from fieldapp.domain.rules.clue_flow import ClueState
from fieldapp.services.clue_desk import URGENCY_ORDER, ClueDesk
from fieldapp.services.clues import Inbox, clue_list
from fieldapp.services.context import Context
from fieldapp.storage.repositories import clues


class AlertKind(enum.StrEnum):
    """Why the worker is told: a new clue in the area, one given to him, a limit that runs out, a step of his
    that does not hold, news of a clue he reported."""

    NEW = "NEW"
    ASSIGNED = "ASSIGNED"
    ESCALATED = "ESCALATED"
    REFUSED = "REFUSED"
    STANDING = "STANDING"


@dataclass(frozen=True, slots=True)
class ClueAlert:
    """Something to show once in banner and tray, without personal data. `clock`/`percent` for ESCALATED,
    `code` for REFUSED, `status` for STANDING."""

    clue_id: str
    kind: AlertKind
    urgency: Urgency
    at: dt.datetime
    clock: ClueClock | None = None
    percent: int = 0
    code: str = ""
    status: ClueStatus | None = None

    @property
    def key(self) -> str:
        """What makes it the same alert again."""
        return f"{self.kind} {self.clock or ''}{self.percent or ''} {self.code}{self.status or ''} {self.at}"


def alerts_for_me(context: Context) -> list[ClueAlert]:
    """What the worker has not been shown yet of clues that concern him, most urgent first. To be asked after
    every sync; `note_alerts_seen` once they were shown."""
    with context.store.reading() as connection:
        desk = ClueDesk(context, connection)
        marks = clues.seen_marks(connection)
        alerts = _alerts(context, connection, desk)
    fresh = [one for one in alerts if one.key not in marks.get(one.clue_id, "").splitlines()]
    return sorted(fresh, key=lambda one: (URGENCY_ORDER[one.urgency], one.at, one.clue_id))


def note_alerts_seen(context: Context, alerts: Sequence[ClueAlert]) -> None:
    """Remember that these were shown; they do not come back."""
    by_clue: dict[str, list[str]] = {}
    for one in alerts:
        by_clue.setdefault(one.clue_id, []).append(one.key)
    with context.store.unit_of_work() as work:
        marks = clues.seen_marks(work.connection)
        merged = {
            clue_id: "\n".join(filter(None, (marks.get(clue_id, ""), *keys)))
            for clue_id, keys in by_clue.items()
        }
        clues.note_seen(work.connection, merged, work.now())
        work.commit()


def waiting_count(context: Context) -> int:
    """How many open clues wait for the worker: the badge of the entry."""
    return len(clue_list(context, Inbox.MINE))


def _alerts(context: Context, connection: Connection, desk: ClueDesk) -> list[ClueAlert]:
    """All that concerns the worker now."""
    found = clues.in_areas(connection, desk.actor.areas_with(Permission.FOLLOW_CLUE), settled=False)
    states = desk.states(found)
    alerts = [alert for one in found for alert in _of_clue(context, desk, one, states[one.id])]
    for clue_id, steps in clues.steps_of(connection, list(states)).items():
        alerts += [
            ClueAlert(clue_id, AlertKind.REFUSED, states[clue_id].urgency, step.at, code=step.refused_code)
            for step in steps
            if step.refused_code and step.created_by == context.user_id
        ]
    for receipt in clues.receipts(connection, context.user_id):
        if receipt.clue_id not in states and receipt.status is not ClueStatus.REPORTED:
            at = receipt.status_at or receipt.reported_at
            alerts.append(
                ClueAlert(receipt.clue_id, AlertKind.STANDING, receipt.urgency, at, status=receipt.status)
            )
    return alerts


def _of_clue(context: Context, desk: ClueDesk, clue: ClueFields, state: ClueState) -> Iterator[ClueAlert]:
    me, area = context.user_id, desk.area_of(clue)
    fresh = state.status is ClueStatus.REPORTED and clue.created_by != me
    if fresh and desk.actor.may(Permission.ACCEPT_CLUE, area):
        yield ClueAlert(clue.id, AlertKind.NEW, state.urgency, clue.reported_at)
    if state.status is ClueStatus.ASSIGNED and state.assignee_id == me:
        yield ClueAlert(clue.id, AlertKind.ASSIGNED, state.urgency, state.status_at)
    live = {(one.clock, one.started_at) for one in running(clocks_of(state.course, desk.parameters))}
    for told in clue.escalations:
        begun = any(clock is told.clock and started <= told.at for clock, started in live)
        if begun and _concerns(context, desk, told.to, state, area):
            yield ClueAlert(
                clue.id, AlertKind.ESCALATED, state.urgency, told.at, clock=told.clock, percent=told.percent
            )


def _concerns(context: Context, desk: ClueDesk, to: EscalationTo, state: ClueState, area: str) -> bool:
    if to is EscalationTo.HANDLER:
        if state.assignee_id:
            return state.assignee_id == context.user_id
        return desk.actor.may(Permission.ACCEPT_CLUE, area)
    role = Role.TOWN_LEADER if to is EscalationTo.LEADER else Role.COUNTY_OFFICER
    return any(one.role is role and contains(one.area_code, area) for one in desk.actor.roles)
