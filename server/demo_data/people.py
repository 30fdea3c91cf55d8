"""Wire bodies of made-up persons, from their place in the family to their bank account."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from fieldapp.domain.clock import instant_text
from fieldapp.domain.records.base import compact
from fieldapp.domain.records.households import Category
from fieldapp.domain.records.persons import (
    CarerKind,
    Education,
    Health,
    Illness,
    Job,
    Labour,
    Marital,
    PhoneOwner,
    Relation,
    SelfCareGrade,
    Sex,
)
from server.demo_data.chance import Chance, Weighted
from server.demo_data.family import Member
from server.demo_data.identity import Numbers, record_id
from server.demo_data.names import given_name, surname

Body = dict[str, Any]

BANK: Final = "示例农商银行"
_CHRONIC: Final = Weighted(
    [
        (Illness.HYPERTENSION, 40),
        (Illness.DIABETES, 16),
        (Illness.HEART, 12),
        (Illness.ARTHRITIS, 12),
        (Illness.COPD, 8),
        (Illness.HEPATITIS, 4),
        (Illness.EPILEPSY, 2),
        (Illness.OTHER, 6),
    ]
)
_SERIOUS: Final = Weighted(
    [
        (Illness.CANCER, 34),
        (Illness.STROKE, 24),
        (Illness.KIDNEY, 16),
        (Illness.MENTAL, 12),
        (Illness.HEART, 10),
        (Illness.DEMENTIA, 4),
    ]
)
_ABILITIES: Final = ("bathe", "walk", "toilet", "dress", "bed", "eat")
"""In the order in which they are usually lost."""
_BLOOD_OF_HEAD: Final = frozenset({Relation.SELF, Relation.SON, Relation.DAUGHTER, Relation.SIBLING})


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who wrote a record and when."""

    at: dt.datetime
    by: str

    def fields(self, chance: Chance) -> Body:
        """Id and the four fields every record begins with."""
        text = instant_text(self.at)
        return {
            "id": record_id(self.at, chance),
            "created_at": text,
            "created_by": self.by,
            "updated_at": text,
            "updated_by": self.by,
        }


def birth_date(chance: Chance, age: int, as_of: dt.date) -> dt.date:
    """A day on which somebody of that age today may be born."""
    latest = as_of.replace(year=as_of.year - age, day=min(as_of.day, 28))
    return latest - dt.timedelta(days=chance.randrange(1, 363))


def person_bodies(
    chance: Chance,
    numbers: Numbers,
    members: Sequence[Member],
    *,
    household_id: str,
    stamp: Stamp,
    as_of: dt.date,
    category: Category,
    head_name: str = "",
) -> list[Body]:
    """The members as they travel, head first. `head_name` gives the head a name that is wanted."""
    family_name = surname(chance)
    bodies = []
    for member in members:
        birth = birth_date(chance, member.age, as_of)
        last = family_name if member.relation in _BLOOD_OF_HEAD else surname(chance)
        name = last + given_name(chance, member.sex, birth.year)
        if head_name and member.relation is Relation.SELF:
            name = head_name
        number = numbers.id_number(birth, member.sex)
        body: Body = stamp.fields(chance) | {
            "household_id": household_id,
            "name": name,
            "id_type": "RESIDENT_ID",
            "id_number": number,
            "id_converted": False,
            "sex": member.sex.value,
            "birth_date": birth.isoformat(),
            "ethnicity": "01",
            "relation_to_head": member.relation.value,
            "counted": True,
            "marital": _marital(chance, member, members).value,
            "education": _education(chance, member.age).value,
            "labour": _labour(member).value,
            "job": _job(chance, member).value,
            "status": "ALIVE",
        }
        body |= _health(chance, member)
        if member.disability is not None:
            body["disability_type"] = member.disability.value
            body["disability_grade"] = member.disability_grade
            body["disability_cert"] = f"{number}{member.disability.value}{member.disability_grade}"
        body |= _contact(chance, numbers, member)
        body |= _care(chance, numbers, member, category, as_of)
        bodies.append(compact(body))
    return bodies


def _marital(chance: Chance, member: Member, members: Sequence[Member]) -> Marital:
    has_spouse = any(m.relation is Relation.SPOUSE for m in members)
    if member.relation is Relation.SPOUSE or (member.relation is Relation.SELF and has_spouse):
        return Marital.MARRIED
    if member.age < 24:
        return Marital.SINGLE
    if member.elder:
        return Marital.WIDOWED if chance.random() < 0.7 else Marital.SINGLE
    return Marital.DIVORCED if chance.random() < 0.3 else Marital.SINGLE


def _education(chance: Chance, age: int) -> Education:
    if age < 7:
        return Education.ILLITERATE
    drawn = chance.random()
    if age < 13:
        return Education.PRIMARY
    if age < 18:
        return Education.JUNIOR
    if age >= 65:
        return (
            Education.ILLITERATE if drawn < 0.45 else Education.PRIMARY if drawn < 0.88 else Education.JUNIOR
        )
    if age >= 35:
        return Education.PRIMARY if drawn < 0.4 else Education.JUNIOR if drawn < 0.9 else Education.SENIOR
    return Education.JUNIOR if drawn < 0.4 else Education.VOCATIONAL if drawn < 0.75 else Education.COLLEGE


def _labour(member: Member) -> Labour:
    if member.child:
        return Labour.MINOR
    if member.elder:
        return Labour.OLD
    if member.serious or 0 < member.disability_grade <= 2:
        return Labour.LOST
    return Labour.WEAK if member.disability_grade or member.chronic else Labour.ABLE


def _job(chance: Chance, member: Member) -> Job:
    if 3 <= member.age < 19:
        return Job.STUDENT
    labour = _labour(member)
    if labour in (Labour.LOST, Labour.MINOR):
        return Job.NONE
    if labour is Labour.OLD:
        return Job.FARMING if member.age < 72 and chance.random() < 0.5 else Job.NONE
    if labour is Labour.WEAK:
        return chance.choice((Job.FARMING, Job.FLEXIBLE, Job.PUBLIC_POST, Job.UNEMPLOYED))
    return chance.choice((Job.EMPLOYED, Job.EMPLOYED, Job.FARMING, Job.FLEXIBLE, Job.UNEMPLOYED))


def _health(chance: Chance, member: Member) -> Body:
    states = [
        state
        for state, holds in (
            (Health.CHRONIC, member.chronic),
            (Health.SERIOUS, member.serious),
            (Health.DISABLED, member.disability is not None),
        )
        if holds
    ]
    if not states:
        weak = member.elder and chance.random() < 0.3
        states = [Health.WEAK if weak else Health.HEALTHY]
    return {
        "health": [state.value for state in states],
        "chronic": [_CHRONIC.draw(chance).value] if member.chronic else [],
        "serious_illness": [_SERIOUS.draw(chance).value] if member.serious else [],
    }


def _contact(chance: Chance, numbers: Numbers, member: Member) -> Body:
    fields: Body = {}
    if not member.child and chance.random() < (0.95 if member.relation is Relation.SELF else 0.7):
        owner = PhoneOwner.SELF
        if member.age >= 78 and chance.random() < 0.4:
            owner = PhoneOwner.CHILD if chance.random() < 0.7 else PhoneOwner.NEIGHBOUR
        fields |= {"phone": numbers.phone(), "phone_owner": owner.value}
    if member.relation is Relation.SELF:
        fields |= {"bank_name": BANK, "bank_account": numbers.account()}
    return fields


def _care(chance: Chance, numbers: Numbers, member: Member, category: Category, as_of: dt.date) -> Body:
    """Self-care and carer: always for the destitute, else for the very old and the severely disabled."""
    grade = member.self_care
    if grade is None and (member.age >= 82 or member.disability_grade == 1):
        grade = chance.choice((SelfCareGrade.FULL, SelfCareGrade.PARTIAL))
    if grade is None:
        return {}
    lost = {SelfCareGrade.FULL: 0, SelfCareGrade.PARTIAL: 2, SelfCareGrade.NONE: 4}[grade]
    abilities: Body = {ability: nth >= lost for nth, ability in enumerate(_ABILITIES)}
    assessed = as_of - dt.timedelta(days=chance.randrange(20, 360))
    care: Body = {"self_care": abilities | {"grade": grade.value, "assessed_on": assessed.isoformat()}}
    if category is Category.TEKUN or lost:
        kind = chance.choice((CarerKind.FAMILY, CarerKind.NEIGHBOUR, CarerKind.VILLAGE))
        carer = surname(chance) + given_name(chance, Sex.FEMALE, as_of.year - chance.randrange(40, 66))
        care |= {"carer_kind": kind.value, "carer_name": carer, "carer_phone": numbers.phone()}
    return care
