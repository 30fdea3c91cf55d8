"""The county's tables of visit rules (R4) on a device: all read them, the county's officers decide new ones.

They are in force as part of the county's parameters, which only the server writes: what is decided here waits
for the next sync and changes no plan before.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.parameters import DatedVisitRules, Parameters, VisitRule
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.audit import AuditAct, AuditEventFields
from fieldapp.domain.rules.rule_preview import RulesPreview, preview
from fieldapp.domain.rules.visit_rules import RuleChanges, check_table, rule_changes, rules_on, with_table
from fieldapp.domain.visit_rule_tables import VisitRuleTableFields
from fieldapp.services.audit import audit_event
from fieldapp.services.context import Context
from fieldapp.services.exports import deliver
from fieldapp.services.reasons import checked_reason
from fieldapp.storage import outbox, projections, rows

if TYPE_CHECKING:
    from fieldapp.exports.visit_rules import RulesRead


@dataclass(frozen=True, slots=True)
class RuleTable:
    """A table with the days on which it holds (None = open) and how it differs from the one before.
    `waiting`: decided on this device, and the server has not answered yet."""

    since: dt.date | None
    until: dt.date | None
    rules: tuple[VisitRule, ...]
    changes: RuleChanges
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class RuleTables:
    """All tables, oldest first; `now` is the index of the one in force today. Who `may_edit` exports and
    decides."""

    tables: tuple[RuleTable, ...]
    now: int
    may_edit: bool


def rule_tables(context: Context) -> RuleTables:
    """The tables that hold, held and will hold."""
    with context.store.reading() as connection:
        known = context.parameters(connection)
        may_edit = context.actor(connection).may(Permission.EDIT_PARAMETERS)
        waiting = _waiting(connection)
    parameters = known
    for one in waiting:
        parameters = with_table(parameters, DatedVisitRules(valid_from=one.valid_from, rules=one.rules))
    decided = {one.valid_from for one in waiting}
    days = _first_days(parameters)
    tables, before = [], parameters.visit_rules
    for nth, since in enumerate(days):
        rules = parameters.visit_rules if since is None else rules_on(parameters, since)
        following = days[nth + 1] if nth + 1 < len(days) else None
        until = following - dt.timedelta(days=1) if following is not None else None
        tables.append(RuleTable(since, until, rules, rule_changes(before, rules), since in decided))
        before = rules
    today = context.today()
    held = [nth for nth, table in enumerate(tables) if table.since is None or table.since <= today]
    now = max(nth for nth in held if not tables[nth].waiting)
    return RuleTables(tuple(tables), now, may_edit)


def preview_table(context: Context, valid_from: dt.date, rules: Sequence[VisitRule]) -> RulesPreview:
    """What a table would change on its first day for the households on this device, by the plan's own rules
    and as if nobody were visited until then. Takes seconds for a county.

    Raises NotAllowedError, and what check_table raises.
    """
    with context.store.reading() as connection:
        context.actor(connection).require(Permission.EDIT_PARAMETERS)
        check_table(rules, valid_from, context.today())
        known = context.parameters(connection)
        table = DatedVisitRules(valid_from=valid_from, rules=tuple(rules))
        pairs = projections.plans_under(connection, valid_from, (known, with_table(known, table)))
        return preview(valid_from, ((before, after) for before, after in pairs))


def decide_table(
    context: Context, valid_from: dt.date, rules: Sequence[VisitRule], reason: str, initiator: str = ""
) -> ChangeSet:
    """Have a table hold from a day on, once the server has taken it.

    Raises NotAllowedError, RuleError: reason_required, text_too_long, and what check_table raises.
    """
    told = checked_reason(reason, VisitRuleTableFields)
    with context.store.unit_of_work(initiator) as work:
        actor = context.actor(work.connection)
        actor.require(Permission.EDIT_PARAMETERS)
        check_table(rules, valid_from, context.today())
        now = work.now()
        table = VisitRuleTableFields(
            id=work.new_id(), created_at=now, created_by=context.user_id, updated_at=now,
            updated_by=context.user_id, device_id=context.device_id,
            area_code=min(actor.areas_with(Permission.EDIT_PARAMETERS)), valid_from=valid_from,
            rules=tuple(rules), reason=told, decided_at=now,
        )  # fmt: skip
        work.save("visit_rule_tables", table)
        return work.commit()


def read_rule_table(path: Path) -> "RulesRead":
    """The table of a workbook, with what is wrong in which row. Raises RuleError: rules_headings_missing, and
    what reading a workbook raises."""
    from fieldapp.exports.visit_rules import read_rules

    return read_rules(path)


def _waiting(connection: Connection) -> list[VisitRuleTableFields]:
    """Tables decided here that wait for the server, in the order of deciding."""
    waiting = [
        one for one, refused in outbox.waiting_of(connection, ["visit_rule_tables"]).items() if not refused
    ]
    table = rows.table_of("visit_rule_tables").c
    query = rows.select_records("visit_rule_tables").where(rows.among(table.id, waiting))
    return rows.records(connection, query.order_by(table.decided_at, table.id), VisitRuleTableFields)


def export_rule_table(context: Context, table: RuleTable, path: Path) -> ChangeSet | None:
    """Write a table as the workbook that the server takes back. Raises NotAllowedError, StorageError."""
    with context.store.reading() as connection:
        context.actor(connection).require(Permission.EDIT_PARAMETERS)
    first = table.since.isoformat() if table.since is not None else "最初"

    def write(part: Path) -> bool:
        from fieldapp.exports.visit_rules import write_rules

        write_rules(part, table.rules, f"{first}起执行的规则")
        return True

    def event(event_id: str) -> AuditEventFields:
        return audit_event(
            context, event_id, AuditAct.EXPORT, object_kind="parameters", object_id=f"visit_rules {first}",
            count=len(table.rules),
        )  # fmt: skip

    return deliver(context, path, write, event)


def _first_days(parameters: Parameters) -> list[dt.date | None]:
    return [None, *sorted({table.valid_from for table in parameters.later_visit_rules})]
