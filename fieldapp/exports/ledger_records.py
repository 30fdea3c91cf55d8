"""Roster entries as records: new households and persons, and what an entry changes on file (level 3).

What a roster decides (entitlement, amount, class, month, bank account) is taken over. What workers keep
up to date in the field (phone, carer, address, group) is only filled in where it is empty.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from fieldapp.domain.clock import instant_text, parse_instant
from fieldapp.domain.records.households import (
    Category,
    HouseholdFields,
    HouseholdStatus,
    MainCause,
)
from fieldapp.domain.records.persons import (
    IdType,
    PersonFields,
    Relation,
    SelfCare,
)
from fieldapp.exports.ledger_coverages import new_coverage, updated_coverages
from fieldapp.exports.ledger_plan import ImportContext, NewHousehold, Patch
from fieldapp.exports.ledger_rows import REMARK_LIMIT, Entry, Problem
from fieldapp.exports.ledger_words import Column, LedgerKind

CATEGORY_OF: Final = {LedgerKind.DIBAO: Category.DIBAO, LedgerKind.TEKUN: Category.TEKUN}

_ROSTER_NOTE: Final = re.compile(r"〔花名册登记：[^〕]*〕")


class RecordMaker:
    """Makes records of one import: same author, same instant, ids from the context."""

    def __init__(self, kind: LedgerKind, context: ImportContext) -> None:
        self._category = CATEGORY_OF[kind]
        self._context = context
        # As the wire has it (milliseconds), so that a record equals itself after a round trip.
        self._now = parse_instant(instant_text(context.clock()))

    def new_household(self, entries: Sequence[Entry]) -> NewHousehold:
        """A household with its persons; the head's entry first. Raises CellRefused("month_missing")."""
        head = entries[0]
        household_id = self._context.ids()
        persons = tuple(self.new_person(entry, household_id) for entry in entries)
        household = HouseholdFields(
            id=household_id,
            created_at=self._now,
            created_by=self._context.author,
            updated_at=self._now,
            updated_by=self._context.author,
            head_person_id=persons[0].id,
            head_name=head.name,
            area_code=head.area_code,
            group_name=head.group_name,
            address=head.address,
            hukou_kind=head.hukou,
            main_causes=head.causes,
            coverages=(new_coverage(self._category, head.aid, persons[0].id, is_head=True),),
            remark=remark_with("", head, new=True),
        )
        return NewHousehold.of(household, persons, tuple(entry.row for entry in entries))

    def new_person(self, entry: Entry, household_id: str) -> PersonFields:
        """A person as far as the roster knows him."""
        contact = entry.contact
        return PersonFields(
            id=self._context.ids(),
            created_at=self._now,
            created_by=self._context.author,
            updated_at=self._now,
            updated_by=self._context.author,
            household_id=household_id,
            name=entry.name,
            id_type=IdType.RESIDENT_ID,
            id_number=entry.id_number.number,
            id_converted=entry.id_number.converted,
            sex=entry.id_number.sex,
            birth_date=entry.id_number.birth_date,
            relation_to_head=entry.relation,
            self_care=SelfCare(grade=entry.self_care) if entry.self_care else None,
            phone=contact.phone,
            carer_name=contact.carer_name,
            carer_phone=contact.carer_phone,
            bank_name=contact.bank_name,
            bank_account=contact.bank_account,
        )

    def household_patch(self, household: HouseholdFields, entry: Entry, person: PersonFields) -> Patch:
        """What the head's entry changes in a household on file.

        Raises CellRefused: coverage_conflict, month_missing.
        """
        wanted: dict[str, object] = {
            "coverages": updated_coverages(
                household.coverages,
                (self._category, entry.aid),
                person.id,
                is_head=heads(person, household),
                today=self._context.today,
            ),
            "main_causes": _with_causes(household.main_causes, entry.causes),
            "group_name": household.group_name or entry.group_name,
            "address": household.address or entry.address,
            "hukou_kind": household.hukou_kind or entry.hukou,
            "remark": remark_with(household.remark, entry),
        }
        if household.status is HouseholdStatus.PENDING:
            wanted["status"] = HouseholdStatus.ACTIVE  # the roster is the town's confirmation
        return {name: value for name, value in wanted.items() if value != getattr(household, name)}

    def person_patch(self, person: PersonFields, entry: Entry) -> tuple[Patch, list[Problem]]:
        """What an entry changes in a person on file, and where it differs from what workers keep."""
        contact = entry.contact
        wanted: dict[str, object] = {
            "sex": person.sex or entry.id_number.sex,
            "birth_date": person.birth_date or entry.id_number.birth_date,
            "bank_name": contact.bank_name or person.bank_name,
            "bank_account": contact.bank_account or person.bank_account,
        }
        if entry.self_care:
            known = person.self_care or SelfCare()
            wanted["self_care"] = known.model_copy(update={"grade": entry.self_care})
        hints = []
        for name, column in (
            ("phone", Column.PHONE),
            ("carer_name", Column.CARER_NAME),
            ("carer_phone", Column.CARER_PHONE),
        ):
            kept, given = getattr(person, name), getattr(contact, name)
            wanted[name] = kept or given
            if kept and given and kept != given:
                hints.append(Problem("kept_what_workers_wrote", column))
        changed = {name: value for name, value in wanted.items() if value != getattr(person, name)}
        return changed, hints


def _with_causes(known: tuple[MainCause, ...], given: tuple[MainCause, ...]) -> tuple[MainCause, ...]:
    return tuple(dict.fromkeys((*known, *given)))


@dataclass(frozen=True, slots=True)
class RosterNote:
    """What a household's remark holds of the roster: counts of people, money in fen a month, and `rest`,
    what is written beside the note."""

    rest: str
    members: int | None = None
    covered: int | None = None
    supplement_fen: int | None = None
    basic_fen: int | None = None
    care_fen: int | None = None


_NOTED: Final = {
    "members": ("家庭人口", "人"),
    "covered": ("保障人口", "人"),
    "supplement_fen": ("其中分类施保", "元"),
    "basic_fen": ("基本生活费", "元"),
    "care_fen": ("照料护理费", "元"),
}
"""Parts of the note in their order: what stands before and after the figure."""


def read_note(remark: str) -> RosterNote:
    """The roster's note in a remark, and what else the remark says."""
    found = _ROSTER_NOTE.search(remark)
    text = found[0] if found else ""
    values = {
        name: int(Decimal(part[1]) * (100 if after == "元" else 1))
        for name, (before, after) in _NOTED.items()
        if (part := re.search(rf"{before}([0-9]+(?:\.[0-9]+)?){after}", text))
    }
    return RosterNote(_ROSTER_NOTE.sub("", remark).strip(), **values)


def roster_note(entry: Entry) -> str:
    """The counts a roster states but records do not hold: members are derived from the persons on file."""
    aid = entry.aid
    figures = {name: getattr(aid, name) for name in _NOTED}
    return "，".join(
        f"{before}{figure / 100:.2f}元" if after == "元" else f"{before}{figure}人"
        for name, (before, after) in _NOTED.items()
        if (figure := figures[name])
    )


def remark_with(remark: str, entry: Entry, *, new: bool = False) -> str:
    """A household's remark with the roster's own remark in it once.

    The roster's counts are noted where the roster is all that is known (a new household) and kept up to
    date there; a household with its members on file needs no note.
    """
    note = roster_note(entry) if new or _ROSTER_NOTE.search(remark) else ""
    text = _ROSTER_NOTE.sub("", remark).strip() if note else remark
    if entry.remark and entry.remark not in text:
        text = f"{text} {entry.remark}".strip()
    noted = f"{text} 〔花名册登记：{note}〕".strip() if note else text
    return noted if len(noted) <= REMARK_LIMIT else remark


def heads(person: PersonFields, household: HouseholdFields) -> bool:
    """Whether a person on file heads his household."""
    return household.head_person_id == person.id or person.relation_to_head is Relation.SELF
