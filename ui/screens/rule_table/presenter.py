"""Decides what becomes of a table of visit rules that is being written: its rows, what it would change, and
when it may be handed in. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.parameters import PeriodUnit, VisitMatch, VisitRule
from fieldapp.domain.rules.rule_preview import RulesPreview
from fieldapp.domain.rules.visit_rules import rule_changes
from fieldapp.exports.visit_rules import RulesRead
from fieldapp.services import visit_rules
from fieldapp.services.visit_rules import RuleTables
from ui.ports import Surroundings
from ui.reads import toast_error
from ui.rule_rows import RuleRow, rule_row

_NEW_ID: Final = "rule-{0}"


@dataclass(frozen=True, slots=True)
class RuleTableState:
    """The page. `edited` is the rule that is open for writing, by its place; `removed` are rules of the table
    before that this one does without; `problems` (row number and sentence) kept a workbook from being taken;
    `errors` are sentences by field."""

    loaded: bool = False
    may_edit: bool = False
    valid_from: dt.date | None = None
    reason: str = ""
    rules: tuple[VisitRule, ...] = ()
    rows: tuple[RuleRow, ...] = ()
    removed: tuple[RuleRow, ...] = ()
    edited: int | None = None
    changed: bool = False
    preview: RulesPreview | None = None
    problems: tuple[tuple[int, str], ...] = ()
    busy: bool = False
    errors: dict[str, str] = field(default_factory=dict)


class RuleTablePresenter:
    """Plain Python behind the page. `handed_in` is told that the table waits for the server."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[RuleTableState], None],
        handed_in: Callable[[], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._handed_in = handed_in
        self._before: tuple[VisitRule, ...] = ()
        self._gone = False
        month = self._context.today().replace(day=1)
        self.state = RuleTableState(valid_from=(month + dt.timedelta(days=31)).replace(day=1))

    def enter(self) -> None:
        """Begin with the table that holds last."""
        context = self._context
        self._around.tasks.run(
            lambda: visit_rules.rule_tables(context), self._on_loaded, toast_error(self._around)
        )

    def leave(self) -> None:
        """The page goes."""
        self._gone = True

    # --- writing --------------------------------------------------------------------------------

    def change(self, name: str, value: object) -> None:
        """The first day or the grounds."""
        errors = {key: words for key, words in self.state.errors.items() if key != name}
        preview = self.state.preview if name == "reason" else None
        self._show(errors=errors, preview=preview, **{name: value})

    def open_rule(self, nth: int | None) -> None:
        """Open a rule for writing; None closes it."""
        self._show(edited=nth)

    def write(self, **changes: object) -> None:
        """Fields of the open rule: its own by their names, conditions by theirs."""
        nth = self.state.edited
        if nth is None:
            return
        rule = self.state.rules[nth]
        conditions = {name: value for name, value in changes.items() if name in VisitMatch.model_fields}
        own = {name: value for name, value in changes.items() if name not in conditions}
        if conditions:
            own["match"] = rule.match.model_copy(update=conditions)
        self._put((*self.state.rules[:nth], rule.model_copy(update=own), *self.state.rules[nth + 1 :]))

    def remove(self, nth: int) -> None:
        """Do without a rule."""
        self.state = replace(self.state, edited=None)
        self._put((*self.state.rules[:nth], *self.state.rules[nth + 1 :]))

    def restore(self, nth: int) -> None:
        """Have a rule back that was done without."""
        wanted = self.state.removed[nth].rule_id
        self._put((*self.state.rules, *(rule for rule in self._before if rule.id == wanted)))

    def add(self) -> None:
        """A further rule, opened at once. It is for every household until it is given conditions."""
        taken = {rule.id for rule in (*self.state.rules, *self._before)}
        number = next(n for n in range(1, len(taken) + 2) if _NEW_ID.format(n) not in taken)
        fresh = VisitRule(id=_NEW_ID.format(number), unit=PeriodUnit.MONTH)
        self.state = replace(self.state, edited=len(self.state.rules))
        self._put((*self.state.rules, fresh))

    def take_workbook(self, path: Path) -> None:
        """Take all rules from a workbook, if nothing in it is wrong."""
        self._show(busy=True, problems=())
        self._around.tasks.run_aside(
            lambda: visit_rules.read_rule_table(path), self._on_read, self._on_unreadable
        )

    # --- handing in -----------------------------------------------------------------------------

    def look_ahead(self) -> None:
        """Work out what the table would change."""
        context, first, rules = self._context, self.state.valid_from, self.state.rules
        if first is None:
            self._show(errors={"valid_from": self._around.texts.message("rules_day_missing")})
            return
        if not self.state.busy:
            self._show(busy=True, edited=None, errors={})
            self._around.tasks.run_aside(
                lambda: visit_rules.preview_table(context, first, rules), self._on_previewed, self._on_refused
            )

    def hand_in(self) -> None:
        """Decide the table that was looked at."""
        context, state = self._context, self.state
        if state.preview is None or state.busy or state.valid_from is None:
            return
        first = state.valid_from
        self._show(busy=True, errors={})
        self._around.tasks.run(
            lambda: visit_rules.decide_table(context, first, state.rules, state.reason),
            self._on_decided,
            self._on_refused,
        )

    # --- answers --------------------------------------------------------------------------------

    def _on_loaded(self, found: RuleTables) -> None:
        self._before = found.tables[-1].rules
        self.state = replace(self.state, loaded=True, may_edit=found.may_edit)
        self._put(self._before)

    def _on_read(self, read: RulesRead) -> None:
        message = self._around.texts.message
        problems = tuple((one.row, message(one.code, **one.facts)) for one in read.problems)
        self.state = replace(self.state, busy=False, problems=problems, edited=None)
        self._put(self.state.rules if problems else read.rules)

    def _on_unreadable(self, error: FieldappError) -> None:
        self._show(busy=False)
        toast_error(self._around)(error)

    def _on_previewed(self, told: RulesPreview) -> None:
        self._show(busy=False, preview=told)

    def _on_decided(self, changes: ChangeSet) -> None:
        self._around.publish(changes)
        if not self._gone:
            self._handed_in()
            self._around.shell.back()

    def _on_refused(self, error: FieldappError) -> None:
        where = error.field if isinstance(error, RuleError) else ""
        self._show(busy=False, errors={where: self._around.texts.error(error)})

    def _put(self, rules: tuple[VisitRule, ...]) -> None:
        """Show another state of the table; what was worked out about the one before holds no more."""
        changes, texts = rule_changes(self._before, rules), self._around.texts
        self._show(
            rules=rules,
            rows=tuple(
                rule_row(rule, texts, fresh=rule.id in changes.added, changed=rule.id in changes.changed)
                for rule in rules
            ),
            removed=tuple(
                rule_row(rule, texts, fresh=False, changed=False)
                for rule in self._before
                if rule.id in changes.removed
            ),
            changed=bool(changes.added or changes.changed or changes.removed),
            preview=None,
        )

    def _show(self, **changes: object) -> None:
        if not self._gone:
            self.state = replace(self.state, **changes)  # type: ignore[arg-type]
            self._render(self.state)
