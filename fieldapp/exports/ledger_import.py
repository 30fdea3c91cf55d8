"""Plans the import of a roster (低保花名册, 特困花名册) row by row, without touching any store (level 3).

    sheets = read_sheets(path); layout = guess(sheets[0]); plan = plan_import(sheet, layout, ...)

One row of a 低保花名册 is one household, of which only the head is known as a person; where the roster
lists members under their 户主, following rows are one household and stand or fall together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.areas import contains
from fieldapp.domain.records.households import Category, CoverageKind, HouseholdFields, HouseholdStatus
from fieldapp.domain.records.persons import PersonFields, PersonStatus
from fieldapp.exports.ledger_areas import AreaNames
from fieldapp.exports.ledger_layout import Layout, RowKind
from fieldapp.exports.ledger_plan import (
    PROGRESS_EVERY,
    HouseholdUpdate,
    ImportContext,
    ImportPlan,
    KnownPerson,
    KnownPersons,
    NewHousehold,
    Patch,
    RejectedRow,
)
from fieldapp.exports.ledger_records import CATEGORY_OF, RecordMaker, heads
from fieldapp.exports.ledger_rows import Entry, Problem, ReadRow, read_rows
from fieldapp.exports.ledger_values import CellRefused
from fieldapp.exports.ledger_words import Column, plain
from fieldapp.exports.sheets import Sheet

OTHER_CATEGORY: Final = {Category.DIBAO: Category.TEKUN, Category.TEKUN: Category.DIBAO}
"""Nobody receives both (R26): such rows are taken over and pointed out."""


def plan_import(
    sheet: Sheet, layout: Layout, *, context: ImportContext, existing: KnownPersons
) -> ImportPlan:
    """Plan the import of one sheet.

    Raises RuleError("ledger_columns_missing") while required columns have no place.
    """
    place_given = len(context.default_area) >= 12
    missing = [c for c in layout.missing if not (c is Column.VILLAGE and place_given)]
    if missing:
        raise RuleError("ledger_columns_missing", columns=" ".join(missing))
    names = AreaNames(context.areas, context.today, context.default_area)
    whole = 2 * len(sheet.rows)

    def told(done: int) -> None:
        if done % PROGRESS_EVERY == 0:
            context.progress(done, whole)

    read = read_rows(sheet, layout, names, today=context.today, demo_allowed=context.demo_allowed, told=told)
    faults = {row.row: list(row.problems) for row in read.rows}
    _refuse_outside_scope(read.rows, context.scope, faults)
    _refuse_duplicates(read.rows, faults)
    entries = [row.entry for row in read.rows if row.entry is not None]
    known = existing({entry.id_number.number for entry in entries})
    planner = _Planner(layout, context, known)
    for _, block in groupby(read.rows, key=lambda row: row.block):
        rows = list(block)
        for row in rows:
            told(len(sheet.rows) + row.row)
        planner.household(rows, faults)
    return planner.plan(sheet, read.ignored, {row.row: row.hints for row in read.rows if row.hints})


def _refuse_outside_scope(
    rows: Sequence[ReadRow], scope: tuple[str, ...], faults: dict[int, list[Problem]]
) -> None:
    for row in rows:
        if row.entry and scope and not any(contains(area, row.entry.area_code) for area in scope):
            faults[row.row].append(Problem("outside_scope", Column.VILLAGE))


def _refuse_duplicates(rows: Sequence[ReadRow], faults: dict[int, list[Problem]]) -> None:
    """Of equal rows the first counts; of rows that contradict each other none does."""
    by_number: dict[str, list[Entry]] = {}
    for row in rows:
        if row.entry is not None:
            by_number.setdefault(row.entry.id_number.number, []).append(row.entry)
    for entries in (group for group in by_number.values() if len(group) > 1):
        first = entries[0]
        if all(first.same_content(entry) for entry in entries[1:]):
            for entry in entries[1:]:
                faults[entry.row].append(Problem("duplicate_row", Column.ID_NUMBER, {"row": first.row}))
            continue
        for entry in entries:
            other = next(each.row for each in entries if each.row != entry.row)
            faults[entry.row].append(Problem("duplicate_differs", Column.ID_NUMBER, {"row": other}))


@dataclass(slots=True)
class _Pending:
    """Changes to one household on file, gathered over the rows that concern it."""

    known: HouseholdFields
    household: dict[str, object] = field(default_factory=dict)
    persons: dict[str, dict[str, object]] = field(default_factory=dict)
    new_persons: list[PersonFields] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    @property
    def current(self) -> HouseholdFields:
        """The household as it stands after the rows before."""
        return self.known.model_copy(update=self.household)


@dataclass(frozen=True, slots=True)
class _Change:
    """What one block of rows does to a household on file."""

    household: Patch
    persons: Mapping[str, Patch]
    new_persons: tuple[PersonFields, ...]

    def __bool__(self) -> bool:
        return bool(self.household or self.persons or self.new_persons)


class _Planner:
    """Sorts blocks of rows into created, updated, unchanged and rejected."""

    def __init__(self, layout: Layout, context: ImportContext, known: Mapping[str, KnownPerson]) -> None:
        self._layout = layout
        self._category = CATEGORY_OF[layout.kind]
        self._known = known
        self._maker = RecordMaker(layout.kind, context)
        self._created: list[NewHousehold] = []
        self._pending: dict[str, _Pending] = {}
        self._unchanged: list[int] = []
        self._rejected: list[RejectedRow] = []
        self._hints: dict[int, list[Problem]] = {}

    def plan(
        self,
        sheet: Sheet,
        ignored: Mapping[int, RowKind],
        hints: Mapping[int, tuple[Problem, ...]],
    ) -> ImportPlan:
        """The finished plan."""
        refused = {each.row for each in self._rejected}
        rows = sorted({*hints, *self._hints} - refused)
        updated = [
            HouseholdUpdate(key, each.household, each.persons, tuple(each.new_persons), tuple(each.rows))
            for key, each in self._pending.items()
            if each.rows
        ]
        return ImportPlan(
            sheet,
            self._layout,
            tuple(self._created),
            tuple(updated),
            tuple(self._unchanged),
            tuple(sorted(self._rejected, key=lambda each: each.row)),
            ignored,
            {row: (*hints.get(row, ()), *self._hints.get(row, ())) for row in rows},
        )

    @property
    def _name_column(self) -> Column:
        return Column.NAME if Column.NAME in self._layout.mapping else Column.HEAD_NAME

    def household(self, block: list[ReadRow], faults: Mapping[int, list[Problem]]) -> None:
        """Place the rows of one household: all of them, or none."""
        # A copy of a row is no fault of the household it stands in.
        copies = [row for row in block if [p.code for p in faults[row.row]] == ["duplicate_row"]]
        for row in copies:
            self._rejected.append(RejectedRow(row.row, tuple(faults[row.row])))
        rows = [row for row in block if row not in copies]
        if not rows:
            return
        entries = [row.entry for row in rows if row.entry is not None and not faults[row.row]]
        if len(entries) < len(rows):
            self._reject(rows, faults)
            return
        try:
            self._place(sorted(entries, key=lambda entry: not entry.is_head))
        except _Refused as refused:
            found = {row.row: [refused.problem] if row.row == refused.row else [] for row in rows}
            self._reject(rows, found)

    def _reject(self, rows: Sequence[ReadRow], faults: Mapping[int, list[Problem]]) -> None:
        faulty = next(row.row for row in rows if faults[row.row])
        for row in rows:
            problems = faults[row.row] or [Problem("household_has_fault", None, {"row": faulty})]
            self._rejected.append(RejectedRow(row.row, tuple(problems)))

    def _place(self, entries: list[Entry]) -> None:
        head = entries[0]
        if not head.is_head:
            raise _Refused(head.row, Problem("head_row_missing", Column.RELATION))
        self._check_members(entries)
        known = {e.row: found for e in entries if (found := self._known.get(e.id_number.number)) is not None}
        if not known:
            try:
                self._created.append(self._maker.new_household(entries))
            except CellRefused as refused:
                raise _Refused(head.row, _problem(refused)) from None
            return
        change = self._change(entries, known)
        rows = [entry.row for entry in entries]
        if not change:
            self._unchanged.extend(rows)
            return
        pending = self._pending[next(iter(known.values())).household.id]
        pending.household |= change.household
        for person_id, patch in change.persons.items():
            pending.persons.setdefault(person_id, {}).update(patch)
        pending.new_persons += change.new_persons
        pending.rows += rows

    def _check_members(self, entries: list[Entry]) -> None:
        """Members' rows must not say something else about the household than the head's row."""
        head = entries[0]
        for entry in entries[1:]:
            if entry.is_head:
                raise _Refused(entry.row, Problem("two_heads", Column.RELATION, {"row": head.row}))
            if entry.aid.amount_fen not in (None, head.aid.amount_fen):
                raise _Refused(entry.row, Problem("member_amount_differs", Column.AMOUNT, {"row": head.row}))

    def _change(self, entries: list[Entry], known: Mapping[int, KnownPerson]) -> _Change:
        head = entries[0]
        homes = {found.household.id for found in known.values()}
        if len(homes) > 1:
            row = next(iter(known))
            raise _Refused(row, Problem("members_in_two_households", Column.ID_NUMBER, {"count": len(homes)}))
        if head.row not in known:
            raise _Refused(head.row, Problem("head_differs", Column.HEAD_NAME))
        home = known[head.row].household
        pending = self._pending.setdefault(home.id, _Pending(home))
        self._check_on_file(entries, known, pending.current)
        own = known[head.row].person
        try:
            household = self._maker.household_patch(pending.current, head, own)
        except CellRefused as refused:
            raise _Refused(head.row, _problem(refused)) from None
        persons: dict[str, Patch] = {}
        for entry in entries:
            if (found := known.get(entry.row)) is not None:
                patch, hints = self._maker.person_patch(found.person, entry)
                self._hint(entry.row, *hints)
                if patch:
                    persons[found.person.id] = patch
        new = tuple(self._maker.new_person(e, home.id) for e in entries if e.row not in known)
        self._hint_other_category(head, home)
        return _Change(household, persons, new)

    def _check_on_file(
        self, entries: list[Entry], known: Mapping[int, KnownPerson], home: HouseholdFields
    ) -> None:
        head = entries[0]
        if home.status not in {HouseholdStatus.ACTIVE, HouseholdStatus.PENDING}:
            raise _Refused(head.row, Problem("household_closed", None, {"status": home.status}))
        if not contains(head.area_code[:12], home.area_code):
            raise _Refused(head.row, Problem("area_differs", Column.VILLAGE))
        whole = self._category is Category.DIBAO and head.aid.coverage is not CoverageKind.SINGLE
        if whole and not heads(known[head.row].person, home):
            raise _Refused(head.row, Problem("head_differs", Column.HEAD_NAME))
        for entry in entries:
            found = known.get(entry.row)
            if found is not None and found.person.status is PersonStatus.DEAD:
                raise _Refused(entry.row, Problem("person_dead", Column.ID_NUMBER))
            if found is not None and plain(found.person.name) != plain(entry.name):
                raise _Refused(entry.row, Problem("name_differs", self._name_column))

    def _hint_other_category(self, head: Entry, home: HouseholdFields) -> None:
        other = OTHER_CATEGORY[self._category]
        if any(each.category is other and each.until is None for each in home.coverages):
            self._hint(head.row, Problem("other_category_open", None, {"category": other}))

    def _hint(self, row: int, *problems: Problem) -> None:
        if problems:
            self._hints.setdefault(row, []).extend(problems)


class _Refused(Exception):
    """A block of rows cannot be placed because of one row."""

    def __init__(self, row: int, problem: Problem) -> None:
        super().__init__(problem.code)
        self.row: Final = row
        self.problem: Final = problem


_COLUMN_OF: Final = {"month_missing": Column.SINCE, "coverage_conflict": Column.COVERAGE}


def _problem(refused: CellRefused) -> Problem:
    return Problem(refused.code, _COLUMN_OF.get(refused.code), dict(refused.facts))
