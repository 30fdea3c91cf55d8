"""Decides which table of visit rules is shown, and exports it. No Qt. Layer 5."""

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError
from fieldapp.services import visit_rules
from fieldapp.services.visit_rules import RuleTable, RuleTables
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error
from ui.rule_rows import RuleRow, rule_row

KINDS: Final = ("parameters", "visit_rule_tables", "users")


class Standing(enum.Enum):
    """Whether a table holds today."""

    OVER = enum.auto()
    NOW = enum.auto()
    AHEAD = enum.auto()
    WAITING = enum.auto()


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table to choose, with the days on which it holds (None = open)."""

    since: dt.date | None
    until: dt.date | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class RulesState:
    """The page: all tables, the chosen one's rules, and how many rules it did away with."""

    today: dt.date
    loaded: bool = False
    tables: tuple[TableRow, ...] = ()
    chosen: int = 0
    rules: tuple[RuleRow, ...] = ()
    removed: int = 0
    may_edit: bool = False
    busy: bool = False


class RulesPresenter:
    """Plain Python behind the page. `exported` is told that the file is there."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[RulesState], None],
        exported: Callable[[], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._exported = exported
        self._tables: tuple[RuleTable, ...] = ()
        self._reads: LatestRead[RuleTables] = LatestRead(
            surroundings.tasks, self._on_loaded, toast_error(surroundings)
        )
        self.state = RulesState(self._context.today())

    def enter(self) -> None:
        """Begin with the table in force."""
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        context = self._context
        self._reads.ask(lambda: visit_rules.rule_tables(context))

    def choose(self, nth: int) -> None:
        """Another table."""
        self._show(nth)

    def export(self, path: str) -> None:
        """Write the chosen table as a workbook."""
        if self.state.busy or not self._tables:
            return
        self.state = replace(self.state, busy=True)
        self._render(self.state)
        context, table = self._context, self._tables[self.state.chosen]

        def ended() -> None:
            if not self._reads.stopped:
                self.state = replace(self.state, busy=False)
                self._render(self.state)

        def done(changes: ChangeSet | None) -> None:
            ended()
            if changes is not None:
                self._around.publish(changes)
                self._exported()

        def failed(error: FieldappError) -> None:
            ended()
            toast_error(self._around)(error)

        self._around.tasks.run_aside(
            lambda: visit_rules.export_rule_table(context, table, Path(path)), done, failed
        )

    def _on_loaded(self, found: RuleTables) -> None:
        self._tables = found.tables
        rows = tuple(
            TableRow(
                table.since,
                table.until,
                _standing(nth, found),
            )
            for nth, table in enumerate(found.tables)
        )
        self.state = replace(
            self.state, today=self._context.today(), loaded=True, tables=rows, may_edit=found.may_edit
        )
        self._show(found.now)

    def _show(self, nth: int) -> None:
        table, texts = self._tables[nth], self._around.texts
        self.state = replace(
            self.state,
            chosen=nth,
            rules=tuple(
                rule_row(
                    rule,
                    texts,
                    fresh=rule.id in table.changes.added,
                    changed=rule.id in table.changes.changed,
                )
                for rule in table.rules
            ),
            removed=len(table.changes.removed),
        )
        self._render(self.state)


def _standing(nth: int, found: RuleTables) -> Standing:
    if found.tables[nth].waiting:
        return Standing.WAITING
    return Standing.NOW if nth == found.now else Standing.OVER if nth < found.now else Standing.AHEAD
