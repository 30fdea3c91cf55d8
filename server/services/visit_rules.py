"""The county's tables of visit rules: the one that holds on a day, and another one from a day on (R4)."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from fieldapp.domain.clock import local_day, parse_instant
from fieldapp.domain.errors import RuleError
from fieldapp.domain.parameters import DatedVisitRules, Parameters
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.rules.visit_rules import check_table, rule_changes, rules_on, with_table
from fieldapp.domain.visit_rule_tables import VisitRuleTableFields
from fieldapp.exports.visit_rules import RulesRead, read_rules, write_rules
from server.services.users import SERVER_USER
from server.store.audit import Act, note
from server.store.projections import parameters_of
from server.store.record_writer import patch_all
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork
from sync.protocol.wire import Body


@dataclass(frozen=True, slots=True)
class RulesImport:
    """What an import would do: the table read, from when it holds, and how it differs by rule id from the
    table in force on that day."""

    read: RulesRead
    valid_from: dt.date
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def changes_nothing(self) -> bool:
        """Whether the table is the one that holds anyway."""
        return not (self.added or self.changed or self.removed)


def export_rules(store: Store, path: Path, day: dt.date, *, actor: Actor | None = None) -> None:
    """Write the table in force on a day. Raises NotAllowedError, StorageError."""
    _require(actor)
    with store.read() as connection:
        parameters = parameters_of(connection)
    write_rules(path, rules_on(parameters, day), f"{day.isoformat()} 起执行的规则")


def prepare_rules(
    store: Store, path: Path, valid_from: dt.date, *, actor: Actor | None = None
) -> RulesImport:
    """Read a workbook and say what it would change.

    Raises RuleError: rules_in_past (a finished day is judged by the rules of its time), and what read_rules
    raises; NotAllowedError.
    """
    _require(actor)
    if valid_from < local_day(store.clock()):
        raise RuleError("rules_in_past", "from")
    read = read_rules(path)
    with store.read() as connection:
        changes = rule_changes(rules_on(parameters_of(connection), valid_from), read.rules)
    return RulesImport(read, valid_from, changes.added, changes.changed, changes.removed)


def apply_rules(store: Store, prepared: RulesImport, *, actor: Actor | None = None) -> None:
    """Have the table hold from its day on; one of the same day is replaced.

    Raises RuleError("rules_not_sound") while a row has a problem; NotAllowedError.
    """
    _require(actor)
    if prepared.read.problems or not prepared.read.rules:
        raise RuleError("rules_not_sound")
    user_id = SERVER_USER if actor is None else actor.user_id
    table = DatedVisitRules(valid_from=prepared.valid_from, rules=prepared.read.rules)

    store.run(lambda unit: _put_table(unit, Author(user_id), table))


def take_table(unit: UnitOfWork, author: Author, body: Body) -> None:
    """Have a table that was decided on a device hold from its day on.

    Raises RuleError: what check_table raises; rules_in_past also where it arrives after its day.
    """
    decided = VisitRuleTableFields.model_validate(body)
    check_table(decided.rules, decided.valid_from, local_day(parse_instant(unit.now)))
    _put_table(unit, author, DatedVisitRules(valid_from=decided.valid_from, rules=decided.rules))


def _put_table(unit: UnitOfWork, author: Author, table: DatedVisitRules) -> None:
    entry = unit.find("parameters", "county")
    if entry is None:
        raise RuleError("unknown_record")
    known = Parameters.model_validate(entry.body.get("parameters", {}))
    body = {"parameters": with_table(known, table).model_dump(mode="json", exclude_none=True)}
    patch_all(unit, [("parameters", "county", body)], author)
    note(unit, author.user_id, Act.RULES_IMPORTED, "parameters", "county")


def _require(actor: Actor | None) -> None:
    if actor is not None:
        actor.require(Permission.EDIT_PARAMETERS)
