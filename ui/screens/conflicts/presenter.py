"""Decides what the list of conflicts shows: who entered what and when, and what is being decided."""

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.records.conflicts import ConflictState
from fieldapp.domain.records.households import Coverage
from fieldapp.services import conflicts, reference
from fieldapp.services.conflicts import ConflictItem, EntryKind, SideItem
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error

KINDS: Final = ("conflicts", "conflict_decisions", "households", "persons", "users", "areas")
OTHER: Final = "other"
"""The choice of a value that nobody entered yet; the others are the places of the sides."""


class Asking(enum.StrEnum):
    """What an opened card asks for."""

    DECISION = "DECISION"
    REVEAL = "REVEAL"


@dataclass(frozen=True, slots=True)
class SideRow:
    """One value in words ('' = left empty); `at` is when it was entered."""

    text: str
    by_name: str
    at: dt.datetime
    stands: bool


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A conflict as a card shows it; `codes` are the values and words of a field with a list."""

    conflict_id: str
    household_id: str
    name: str
    place: str
    field_label: str
    sides: tuple[SideRow, ...]
    secret: bool
    revealed: bool
    entry: EntryKind
    codes: tuple[tuple[str, str], ...]
    state: ConflictState
    may_decide: bool
    may_reveal: bool
    waiting: bool
    refusal: str
    opened_at: dt.datetime
    decided_by_name: str
    decided_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Problem:
    """What stops a decision, at its place: reason, value or '' (elsewhere)."""

    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ConflictsState:
    """The list. One card at a time may ask for something (`opened`)."""

    today: dt.date
    loaded: bool = False
    rows: tuple[ConflictRow, ...] = ()
    opened: str = ""
    asking: Asking = Asking.DECISION
    problem: Problem | None = None


@dataclass(slots=True)
class _Revealed:
    """Numbers shown in full, until when."""

    texts: tuple[str, ...]
    until: dt.datetime


class ConflictsPresenter:
    """Plain Python behind the list of conflicts."""

    def __init__(self, surroundings: Surroundings, render: Callable[[ConflictsState], None]) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._items: dict[str, ConflictItem] = {}
        self._revealed: dict[str, _Revealed] = {}
        self._reads: LatestRead[list[ConflictItem]] = LatestRead(
            surroundings.tasks, self._on_loaded, toast_error(surroundings)
        )
        self._sending = False
        self.state = ConflictsState(self._context.today())

    def enter(self) -> None:
        """Begin."""
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes; revealed numbers are forgotten with it."""
        self._reads.stop()
        self._revealed.clear()

    def reload(self) -> None:
        """Read the conflicts again."""
        context = self._context
        self._reads.ask(lambda: conflicts.conflicts(context))

    def open(self, conflict_id: str, asking: Asking) -> None:
        """Have a card ask for a decision, or for the reason to show its numbers."""
        self._show(opened=conflict_id, asking=asking, problem=None)

    def close(self) -> None:
        """Ask for nothing any more."""
        self._show(opened="", problem=None)

    def today(self) -> dt.date:
        """The county's calendar day."""
        return self._context.today()

    def open_household(self, household_id: str) -> None:
        """Look at the file."""
        self._around.shell.go("household", household_id=household_id)

    def decide(self, chosen: str | None, value: object, reason: str) -> None:
        """Decide the opened conflict: a side by its place, or OTHER with a value."""
        item = self._items.get(self.state.opened)
        if item is None or self._sending:
            return
        if chosen is None or (chosen == OTHER and not value):
            self._show(problem=Problem("value", self._around.texts.message("choose_a_value")))
            return
        self._sending = True
        context, asked = self._context, item.conflict_id

        def work() -> ChangeSet:
            if chosen != OTHER:
                side = int(chosen)
                return conflicts.choose(
                    context, asked, side, reason, version=item.version, initiator="conflicts"
                )
            typed = _typed(item, value)
            return conflicts.enter(context, asked, typed, reason, version=item.version, initiator="conflicts")

        def done(changes: ChangeSet) -> None:
            self._sending = False
            self._around.publish(changes)
            self.close()
            self.reload()

        self._around.tasks.run(work, done, self._refused)

    def reveal(self, reason: str) -> None:
        """Show the numbers of the opened conflict for a while."""
        item = self._items.get(self.state.opened)
        if item is None or self._sending:
            return
        self._sending = True
        context, asked = self._context, item.conflict_id

        def work() -> tuple[tuple[str, ...], int]:
            return conflicts.reveal(context, asked, reason), reference.parameters(context).reveal_seconds

        def done(found: tuple[tuple[str, ...], int]) -> None:
            self._sending = False
            texts, seconds = found
            until = self._context.clock() + dt.timedelta(seconds=seconds)
            self._revealed[asked] = _Revealed(texts, until)
            self._show(opened="", problem=None, rows=self._rows())

        self._around.tasks.run(work, done, self._refused)

    def tick(self) -> None:
        """A second passed: numbers shown long enough are masked again."""
        now = self._context.clock()
        over = [one for one, shown in self._revealed.items() if shown.until <= now]
        for one in over:
            del self._revealed[one]
        if over:
            self._show(rows=self._rows())

    @property
    def revealing(self) -> bool:
        """Whether any number is shown in full."""
        return bool(self._revealed)

    def _refused(self, error: FieldappError) -> None:
        self._sending = False
        place = error.field if isinstance(error, RuleError) else ""
        if place not in ("", "reason"):
            place = "value"
        self._show(problem=Problem(place, self._around.texts.error(error)))
        if error.code in ("conflict_changed", "conflict_decided"):
            self.reload()

    def _on_loaded(self, items: list[ConflictItem]) -> None:
        self._items = {item.conflict_id: item for item in items}
        opened = self.state.opened if self.state.opened in self._items else ""
        self._show(today=self._context.today(), loaded=True, rows=self._rows(), opened=opened)

    def _rows(self) -> tuple[ConflictRow, ...]:
        return tuple(self._row(item) for item in self._items.values())

    def _row(self, item: ConflictItem) -> ConflictRow:
        texts = self._around.texts
        shown = self._revealed.get(item.conflict_id)
        words = shown.texts if shown is not None else tuple(self._words(side) for side in item.sides)
        about = item.person_name if item.person_name != item.head_name else ""
        return ConflictRow(
            conflict_id=item.conflict_id,
            household_id=item.household_id,
            name=texts.said_of(item.head_name, about),
            place=item.place,
            field_label=texts.field(item.kind, item.field),
            sides=tuple(
                SideRow(text, side.by_name, side.at, side.stands)
                for text, side in zip(words, item.sides, strict=True)
            ),
            secret=item.secret,
            revealed=shown is not None,
            entry=item.entry,
            codes=tuple((code.value, texts.label(code)) for code in item.codes),
            state=item.state,
            may_decide=item.may_decide,
            may_reveal=item.may_reveal,
            waiting=item.waiting,
            refusal=texts.message(item.refused_code) if item.refused_code else "",
            opened_at=item.opened_at,
            decided_by_name=item.decided_by_name,
            decided_at=item.decided_at,
        )

    def _words(self, side: SideItem) -> str:
        texts, value = self._around.texts, side.value
        if isinstance(value, enum.Enum):
            return texts.label(value)
        if isinstance(value, tuple):
            return texts.sentences(
                texts.listed((texts.label(one.category), texts.label(one.coverage), one.since.isoformat()))
                for one in value
                if isinstance(one, Coverage)
            )
        return "" if value is None else str(value)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._render(self.state)


def _typed(item: ConflictItem, value: object) -> object:
    """What an editor gave, as the field's type."""
    if item.entry is EntryKind.CODE:
        found: Mapping[str, enum.StrEnum] = {code.value: code for code in item.codes}
        return found.get(str(value))
    return value.strip() if isinstance(value, str) else value
