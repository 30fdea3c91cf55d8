"""Turns the rows of a roster into entries: every cell read, every fault noted with its column (level 3)."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from fieldapp.domain.errors import Fact, RuleError
from fieldapp.domain.records.base import RecordFields
from fieldapp.domain.records.households import (
    CoverageKind,
    HouseholdFields,
    HukouKind,
    MainCause,
    ReviewClass,
    SupportMode,
)
from fieldapp.domain.records.persons import PersonFields, Relation, SelfCareGrade, Sex
from fieldapp.domain.rules.age import age_on
from fieldapp.domain.rules.id_number import IdNumber, check_id_number, check_phone
from fieldapp.exports.ledger_areas import AreaNames
from fieldapp.exports.ledger_layout import Layout, RowKind, is_same_as_above, known_code, plain_cell, row_kind
from fieldapp.exports.ledger_values import (
    NOTHING,
    CellRefused,
    read_account,
    read_causes,
    read_code,
    read_count,
    read_fen,
    read_month,
    read_name,
    read_text,
)
from fieldapp.exports.ledger_words import Column
from fieldapp.exports.sheets import Cell, Sheet

T = TypeVar("T")

AGE_TOLERANCE: Final = 1
"""Rosters are copied from year to year: one year off is no hint of a wrong person."""
REPEATED: Final = frozenset({Column.TOWN, Column.VILLAGE, Column.GROUP})
"""Columns in which people write 同上."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was not taken over, or what to look at. Facts hold no personal data."""

    code: str
    column: Column | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Aid:
    """What a row says of the entitlement; money in fen per month, None where it does not say."""

    coverage: CoverageKind | None
    support_mode: SupportMode | None
    review_class: ReviewClass | None
    amount_fen: int | None
    supplement_fen: int | None
    since: dt.date | None
    members: int | None
    covered: int | None
    basic_fen: int | None = None
    care_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the person, who looks after him and where money goes; '' where the row does not say."""

    phone: str
    carer_name: str
    carer_phone: str
    bank_name: str
    bank_account: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One roster row as read."""

    row: int
    name: str
    id_number: IdNumber
    head_name: str
    relation: Relation
    area_code: str
    group_name: str
    address: str
    hukou: HukouKind | None
    causes: tuple[MainCause, ...]
    self_care: SelfCareGrade | None
    aid: Aid
    contact: Contact
    remark: str

    @property
    def is_head(self) -> bool:
        """Whether the row is the household's own row."""
        return self.relation is Relation.SELF

    def same_content(self, other: "Entry") -> bool:
        """Whether two rows say the same, wherever they stand."""
        return replace(self, row=0) == replace(other, row=0)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that is an entry, well read or not. `block` numbers the household it stands in."""

    row: int
    block: int
    entry: Entry | None
    problems: tuple[Problem, ...]
    hints: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ReadRows:
    """All rows under the headings; `ignored` maps a row to its RowKind."""

    rows: tuple[ReadRow, ...]
    ignored: Mapping[int, RowKind]


def read_rows(
    sheet: Sheet,
    layout: Layout,
    names: AreaNames,
    *,
    today: dt.date,
    demo_allowed: bool,
    told: Callable[[int], None] = lambda row: None,
) -> ReadRows:
    """Read every row below the headings; `told` hears of each before it is read, and may raise."""
    reader = _RowReader(sheet, layout, names, today, demo_allowed)
    rows: list[ReadRow] = []
    ignored: dict[int, RowKind] = {}
    for row in range(layout.header_last + 1, len(sheet.rows) + 1):
        told(row)
        kind = row_kind(sheet, layout, row)
        if kind == RowKind.DATA:
            rows.append(reader.read(row))
        else:
            ignored[row] = kind
    return ReadRows(tuple(rows), ignored)


def _limit(fields: type[RecordFields], name: str) -> int:
    for rule in fields.model_fields[name].metadata:
        if (limit := getattr(rule, "max_length", None)) is not None:
            return int(limit)
    raise LookupError(name)


GROUP_LIMIT: Final = _limit(HouseholdFields, "group_name")
ADDRESS_LIMIT: Final = _limit(HouseholdFields, "address")
REMARK_LIMIT: Final = _limit(HouseholdFields, "remark")
BANK_LIMIT: Final = _limit(PersonFields, "bank_name")
LEDGER_REMARK_LIMIT: Final = 300
"""Of a row's remark, so that the roster line fits beside it into the household's remark."""


class _RowReader:
    """Reads rows in order: some cells lean on the row above (同上, an empty 户主 under its household)."""

    def __init__(
        self, sheet: Sheet, layout: Layout, names: AreaNames, today: dt.date, demo_allowed: bool
    ) -> None:
        self._sheet = sheet
        self._layout = layout
        self._names = names
        self._today = today
        self._demo = demo_allowed
        self._above: dict[Column, Cell] = {}
        self._head = ""
        self._block = 0
        self._head_seen = False
        self._place = ("", "")
        self._row = 0
        self._problems: list[Problem] = []
        self._hints: list[Problem] = []
        mapping = layout.mapping
        self._by_member = Column.NAME in mapping and bool({Column.HEAD_NAME, Column.RELATION} & set(mapping))

    def read(self, row: int) -> ReadRow:
        self._row, self._problems, self._hints = row, [], []
        self._begin_block()
        entry = self._entry()
        return ReadRow(
            row, self._block, None if self._problems else entry, tuple(self._problems), tuple(self._hints)
        )

    # cells

    def _cell(self, column: Column) -> Cell:
        at = self._layout.mapping.get(column)
        cell: Cell = "" if at is None else self._sheet.cell(self._row, at)
        if column in REPEATED:
            if is_same_as_above(plain_cell(cell)):
                cell = self._above.get(column, "")
            self._above[column] = cell
        return cell

    def _has(self, column: Column) -> bool:
        return plain_cell(self._cell(column)) not in NOTHING

    def _refuse(self, code: str, column: Column | None, **facts: Fact) -> None:
        self._problems.append(Problem(code, column, facts))

    def _take(self, column: Column, read: Callable[[Cell], T]) -> T | None:
        """The cell read by `read`; None when it is empty or refused (the fault is noted)."""
        if not self._has(column):
            return None
        try:
            return read(self._cell(column))
        except CellRefused as refused:
            self._refuse(refused.code, column, **refused.facts)
        except RuleError as error:
            self._refuse(error.code, column, **error.facts)
        return None

    def _text(self, column: Column, limit: int) -> str:
        return self._take(column, lambda cell: read_text(cell, limit)) or ""

    def _code(self, column: Column, table: str) -> str | None:
        return self._take(column, lambda cell: read_code(cell, table))

    # the parts of an entry

    def _begin_block(self) -> None:
        """A household's rows follow each other: another 户主, village or head's row begins the next."""
        place = (plain_cell(self._cell(Column.TOWN)), plain_cell(self._cell(Column.VILLAGE)))
        head = plain_cell(self._cell(Column.HEAD_NAME))
        own_row = self._relation() is Relation.SELF
        moved = any(place) and place != self._place
        if not self._by_member or moved or (head and head != self._head) or (own_row and self._head_seen):
            self._block += 1
            self._head, self._place, self._head_seen = head, place, False
        if own_row:
            self._head = self._head or plain_cell(self._cell(Column.NAME))
            self._head_seen = True

    def _relation(self) -> Relation:
        """Relation to the head. Without a relation column the row that names the head is his own."""
        if not self._by_member:
            return Relation.SELF
        if self._has(Column.RELATION):
            code = known_code("relation", plain_cell(self._cell(Column.RELATION)))
            return Relation(code) if code else Relation.OTHER
        name = plain_cell(self._cell(Column.NAME))
        head = plain_cell(self._cell(Column.HEAD_NAME)) or self._head
        return Relation.SELF if name in {"", head} else Relation.OTHER

    def _entry(self) -> Entry | None:
        area, group = self._area()
        name = self._person_name()
        id_number = self._id_number()
        relation = self._relation()
        if self._by_member:
            self._code(Column.RELATION, "relation")  # an unknown word is a fault of the row
        group = self._text(Column.GROUP, GROUP_LIMIT) or group
        address = self._text(Column.ADDRESS, ADDRESS_LIMIT)
        hukou = self._code(Column.HUKOU, "hukou")
        causes = self._causes()
        self_care = self._code(Column.SELF_CARE, "self_care")
        aid = self._aid(needed=relation is Relation.SELF)
        contact = self._contact()
        remark = self._text(Column.REMARK, LEDGER_REMARK_LIMIT)
        if self._problems or id_number is None:
            return None
        self._compare_with_id(id_number)
        return Entry(
            row=self._row,
            name=name,
            id_number=id_number,
            head_name=self._head or name,
            relation=relation,
            area_code=area,
            group_name=group,
            address=address,
            hukou=HukouKind(hukou) if hukou else None,
            causes=causes,
            self_care=SelfCareGrade(self_care) if self_care else None,
            aid=aid,
            contact=contact,
            remark=remark,
        )

    def _area(self) -> tuple[str, str]:
        town, village = (plain_cell(self._cell(column)) for column in (Column.TOWN, Column.VILLAGE))
        try:
            return self._names.find(town, village)
        except CellRefused as refused:
            column = Column.TOWN if refused.code.startswith("town_") else Column.VILLAGE
            self._refuse(refused.code, column, **refused.facts)
            return "", ""

    def _person_name(self) -> str:
        columns = [c for c in (Column.NAME, Column.HEAD_NAME) if c in self._layout.mapping]
        column = next((c for c in columns if self._has(c)), columns[0])
        if not self._has(column):
            self._refuse("name_missing", column)
        return self._take(column, read_name) or ""

    def _id_number(self) -> IdNumber | None:
        if not self._has(Column.ID_NUMBER):
            self._refuse("id_missing", Column.ID_NUMBER)
            return None
        found = self._take(Column.ID_NUMBER, self._checked_id)
        for hint in found.hints if found else ():
            self._hints.append(Problem(hint, Column.ID_NUMBER))
        return found

    def _checked_id(self, cell: Cell) -> IdNumber:
        number = cell if isinstance(cell, str | int | float) else plain_cell(cell)
        return check_id_number(number, self._today, self._demo)

    def _compare_with_id(self, id_number: IdNumber) -> None:
        """Sex and age columns only confirm what the ID number says (R1: a difference is a warning)."""
        sex = self._code(Column.SEX, "sex")
        if sex and Sex(sex) is not id_number.sex:
            self._hints.append(Problem("sex_differs", Column.SEX))
        age = plain_cell(self._cell(Column.AGE)).rstrip("周岁")
        if age.isascii() and age.isdigit():
            expected = age_on(id_number.birth_date, self._today)
            if abs(int(age) - expected) > AGE_TOLERANCE:
                self._hints.append(Problem("age_differs", Column.AGE, {"expected": expected}))

    def _causes(self) -> tuple[MainCause, ...]:
        codes, unknown = self._take(Column.CAUSE, read_causes) or ((), False)
        if unknown:
            self._hints.append(Problem("cause_unknown", Column.CAUSE))
        return tuple(MainCause(code) for code in codes)

    def _aid(self, *, needed: bool) -> Aid:
        coverage = self._code(Column.COVERAGE, "coverage")
        mode = self._code(Column.SUPPORT_MODE, "support_mode")
        review = self._code(Column.REVIEW_CLASS, "review_class")
        members = self._take(Column.MEMBERS, read_count)
        covered = self._take(Column.COVERED, read_count)
        if members and covered and covered > members:
            self._refuse("covered_exceeds_members", Column.COVERED, covered=covered, members=members)
        supplement = self._take(Column.SUPPLEMENT, read_fen)
        basic, care = (self._take(column, read_fen) for column in (Column.BASIC_AMOUNT, Column.CARE_AMOUNT))
        amount = self._amount(basic, care, needed=needed)
        if amount is not None and supplement is not None and supplement > amount:
            self._refuse("supplement_exceeds_amount", Column.SUPPLEMENT)
        return Aid(
            CoverageKind(coverage) if coverage else None,
            SupportMode(mode) if mode else None,
            ReviewClass(review) if review else None,
            amount,
            supplement,
            self._take(Column.SINCE, lambda cell: read_month(cell, self._today)),
            members,
            covered,
            basic,
            care,
        )

    def _amount(self, basic: int | None, care: int | None, *, needed: bool) -> int | None:
        """The monthly amount; of a destitute person living costs and care fee, which must add up."""
        total = self._take(Column.AMOUNT, read_fen)
        given = [part for part in (basic, care) if part is not None]
        columns = {Column.AMOUNT, Column.BASIC_AMOUNT, Column.CARE_AMOUNT}
        if any(problem.column in columns for problem in self._problems):
            return None
        if total is not None and basic is not None and sum(given) != total:
            facts = {"expected": f"{sum(given) / 100:.2f}", "found": f"{total / 100:.2f}"}
            self._refuse("amounts_do_not_add_up", Column.AMOUNT, **facts)
        if total is None and basic is None and needed:
            self._refuse("amount_missing", Column.AMOUNT)
        return total if total is not None else sum(given) if given else None

    def _contact(self) -> Contact:
        return Contact(
            phone=self._phone(Column.PHONE),
            carer_name=self._take(Column.CARER_NAME, read_name) or "",
            carer_phone=self._phone(Column.CARER_PHONE),
            bank_name=self._text(Column.BANK_NAME, BANK_LIMIT),
            bank_account=self._take(Column.BANK_ACCOUNT, read_account) or "",
        )

    def _phone(self, column: Column) -> str:
        """A phone is no reason to lose a row: what cannot be a number is left out and hinted."""
        if not self._has(column):
            return ""
        try:
            return check_phone(plain_cell(self._cell(column)), self._demo)
        except RuleError as error:
            self._hints.append(Problem(error.code, column, error.facts))
            return ""
