"""低保花名册 and 特困花名册 as they are on file: one row for each running entitlement (level 3).

What they say comes back from an import as it went out, so cells are written in the form imports read.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.households import Category, Coverage, CoverageKind, HouseholdFields
from fieldapp.domain.records.persons import PersonFields, PersonStatus, Relation
from fieldapp.domain.rules.age import age_on
from fieldapp.exports.ledger_form import LedgerRow, Raw
from fieldapp.exports.ledger_layout import plain_cell
from fieldapp.exports.ledger_records import RosterNote, read_note
from fieldapp.exports.ledger_values import NOTHING, name_text, one_line
from fieldapp.exports.ledger_words import LedgerKind, word_of

TOWN: Final = CODE_LENGTH[AreaLevel.TOWN]
VILLAGE: Final = CODE_LENGTH[AreaLevel.VILLAGE]


@dataclass(frozen=True, slots=True)
class Home:
    """A household with all its members on file; `area_names` name its town and village by code."""

    household: HouseholdFields
    members: tuple[PersonFields, ...]
    area_names: Mapping[str, str]

    @property
    def head(self) -> PersonFields | None:
        """The head as filed, else the first member."""
        marked = [one for one in self.members if one.id == self.household.head_person_id]
        own = [one for one in self.members if one.relation_to_head is Relation.SELF]
        return next(iter([*marked, *own, *self.members]), None)

    @property
    def town_name(self) -> str:
        """Name of the town, '' where the area is unknown."""
        return self.area_names.get(self.household.area_code[:TOWN], "")

    @property
    def village_name(self) -> str:
        """Name of the village."""
        return self.area_names.get(self.household.area_code[:VILLAGE], "")

    @property
    def names(self) -> frozenset[str]:
        """All names of the family, as texts may mention them."""
        return frozenset({self.household.head_name, *(one.name for one in self.members)} - {""})

    def living(self, on: dt.date) -> list[PersonFields]:
        """Members who live on a day."""
        return [one for one in self.members if lives_on(one, on)]


def lives_on(person: PersonFields, on: dt.date) -> bool:
    """Whether a person is there on a day; a death without its date counts from ever."""
    if person.status is PersonStatus.DEAD:
        return person.death_date is not None and person.death_date > on
    return person.status is PersonStatus.ALIVE


def roster_rows(kind: LedgerKind, homes: Iterable[Home], on: dt.date) -> Iterator[LedgerRow]:
    """A roster's rows on a day, village by village (`homes` come so), there by group, name and number."""
    make: Callable[[Home, Coverage, dt.date], LedgerRow]
    category, make = {
        LedgerKind.DIBAO: (Category.DIBAO, _dibao),
        LedgerKind.TEKUN: (Category.TEKUN, _tekun),
    }[kind]
    for _, village in groupby(homes, key=lambda home: home.household.area_code[:VILLAGE]):
        rows = [
            make(home, coverage, on)
            for home in village
            for coverage in home.household.coverages
            if coverage.category is category and coverage.open_on(on)
        ]
        yield from sorted(rows, key=_order)


def _order(row: LedgerRow) -> tuple[str, ...]:
    found = (row.cells.get(key) for key in ("GROUP", "HEAD_NAME", "NAME", "ID_NUMBER"))
    return tuple(str(one or "") for one in found)


def _dibao(home: Home, coverage: Coverage, on: dt.date) -> LedgerRow:
    household, note = home.household, read_note(home.household.remark)
    covered = _covered(home, coverage)
    person = _whom(home, coverage)
    living = home.living(on)
    alone = sum(c.category is coverage.category and c.open_on(on) for c in household.coverages) == 1
    counted = len(covered) or sum(one.counted for one in living)
    count = (note.covered if alone else None) or counted
    return LedgerRow(
        {
            **_person(home, person, note),
            "GROUP": _text(household.group_name),
            "HEAD_NAME": name_text(person.name if person else household.head_name),
            "HUKOU": word_of("hukou", household.hukou_kind) if household.hukou_kind else "",
            "COVERAGE": word_of("coverage", coverage.coverage),
            "MEMBERS": max(note.members or len(living), count) or None,
            "COVERED": count or None,
            "AMOUNT": coverage.monthly_amount_fen,
            "SUPPLEMENT": note.supplement_fen if alone else None,
            "CAUSE": "、".join(word_of("cause", cause) for cause in household.main_causes),
            "REVIEW_CLASS": coverage.review_class or "",
            "SINCE": f"{coverage.since:%Y-%m}",
            "BANK_NAME": _text(person.bank_name if person else ""),
            "BANK_ACCOUNT": person.bank_account if person else "",
            "PHONE": person.phone if person else "",
        },
        home.names,
    )


def _tekun(home: Home, coverage: Coverage, on: dt.date) -> LedgerRow:
    note, person = read_note(home.household.remark), _whom(home, coverage)
    grade = person.self_care.grade if person and person.self_care else None
    # The parts are known from a roster only, and only as long as they make up what is paid.
    whole = (note.basic_fen or 0) + (note.care_fen or 0) == coverage.monthly_amount_fen
    return LedgerRow(
        {
            **_person(home, person, note),
            "NAME": name_text(person.name if person else home.household.head_name),
            "SEX": word_of("sex", person.sex) if person and person.sex else "",
            "AGE": age_on(person.birth_date, on) if person and person.birth_date else None,
            "SUPPORT_MODE": word_of("support_mode", coverage.support_mode) if coverage.support_mode else "",
            "SELF_CARE": word_of("self_care", grade) if grade else "",
            "CARER_NAME": name_text(person.carer_name) if person else "",
            "CARER_PHONE": person.carer_phone if person else "",
            "BASIC_AMOUNT": note.basic_fen if whole else None,
            "CARE_AMOUNT": note.care_fen if whole else None,
            "AMOUNT": coverage.monthly_amount_fen,
            "SINCE": f"{coverage.since:%Y-%m}",
        },
        home.names | ({person.carer_name} - {""} if person else frozenset()),
    )


def _person(home: Home, person: PersonFields | None, note: RosterNote) -> dict[str, Raw]:
    return {
        "TOWN": home.town_name,
        "VILLAGE": home.village_name,
        "ID_NUMBER": person.id_number if person else "",
        "REMARK": _text(note.rest),
    }


def _covered(home: Home, coverage: Coverage) -> list[PersonFields]:
    return [one for one in home.members if one.id in coverage.person_ids]


def _whom(home: Home, coverage: Coverage) -> PersonFields | None:
    """The person a row is about: of a whole household its head, else the covered one."""
    head, covered = home.head, _covered(home, coverage)
    if not covered or (coverage.coverage is CoverageKind.HOUSEHOLD and coverage.category is Category.DIBAO):
        return head
    return head if head in covered else covered[0]


def _text(text: str) -> str:
    """Text as an import takes it: on one line, and nothing where it says 无."""
    return "" if plain_cell(text) in NOTHING else one_line(text)
