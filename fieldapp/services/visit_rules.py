"""The county's tables of visit rules (R4) as a device holds them: all read them, who edits them exports.

They travel with the county's parameters, which only the server writes.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.parameters import Parameters, VisitRule
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.audit import AuditAct, AuditEventFields
from fieldapp.domain.rules.visit_rules import RuleChanges, rule_changes, rules_on
from fieldapp.services.audit import audit_event
from fieldapp.services.context import Context
from fieldapp.services.exports import deliver


@dataclass(frozen=True, slots=True)
class RuleTable:
    """A table with the days on which it holds (None = open) and how it differs from the one before."""

    since: dt.date | None
    until: dt.date | None
    rules: tuple[VisitRule, ...]
    changes: RuleChanges


@dataclass(frozen=True, slots=True)
class RuleTables:
    """All tables, oldest first; `now` is the index of the one in force today."""

    tables: tuple[RuleTable, ...]
    now: int
    may_export: bool


def rule_tables(context: Context) -> RuleTables:
    """The tables that hold, held and will hold."""
    with context.store.reading() as connection:
        parameters = context.parameters(connection)
        may_export = context.actor(connection).may(Permission.EDIT_PARAMETERS)
    days = _first_days(parameters)
    tables, before = [], parameters.visit_rules
    for nth, since in enumerate(days):
        rules = parameters.visit_rules if since is None else rules_on(parameters, since)
        following = days[nth + 1] if nth + 1 < len(days) else None
        until = following - dt.timedelta(days=1) if following is not None else None
        tables.append(RuleTable(since, until, rules, rule_changes(before, rules)))
        before = rules
    today = context.today()
    now = sum(since is not None and since <= today for since in days)
    return RuleTables(tuple(tables), now, may_export)


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
