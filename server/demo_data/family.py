"""Who lives together: ages, relations and health of the members of made-up households."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.records.households import Category, HouseholdTag
from fieldapp.domain.records.persons import DisabilityType, Relation, SelfCareGrade, Sex
from server.demo_data.chance import Chance, Weighted

ELDER: Final = 60
CHILD: Final = 16

DISABILITY_TYPES: Final = Weighted(
    [
        (DisabilityType.LIMB, 48),
        (DisabilityType.INTELLECTUAL, 16),
        (DisabilityType.MENTAL, 14),
        (DisabilityType.VISUAL, 11),
        (DisabilityType.HEARING, 6),
        (DisabilityType.SPEECH, 1),
        (DisabilityType.MULTIPLE, 4),
    ]
)
DISABILITY_GRADES: Final = Weighted([(1, 15), (2, 24), (3, 33), (4, 28)])


@dataclass(frozen=True, slots=True)
class Member:
    """A member before names and numbers. `disability_grade` 0 means none."""

    relation: Relation
    sex: Sex
    age: int
    disability: DisabilityType | None = None
    disability_grade: int = 0
    chronic: bool = False
    serious: bool = False
    self_care: SelfCareGrade | None = None

    @property
    def elder(self) -> bool:
        """60 or older."""
        return self.age >= ELDER

    @property
    def child(self) -> bool:
        """Under 16."""
        return self.age < CHILD


def make_family(
    chance: Chance, size: int, category: Category, self_care: SelfCareGrade | None, *, single: bool
) -> tuple[Member, ...]:
    """The members, head first. `single`: one of them is covered alone and must be eligible (R8)."""
    if category is Category.TEKUN and size == 1:
        people = [_destitute(chance)]
    else:
        people = _SHAPES[min(size, 5)].draw(chance)(chance)
        while len(people) < size:
            people.append(_child(chance, people[0].age))
    people = [_with_health(chance, member) for member in people]
    if category is Category.TEKUN:
        people[0] = _dependent(chance, people[0], self_care)
    elif single:
        people[-1] = _eligible_alone(chance, people[-1])
    return tuple(people)


def tags_of(chance: Chance, members: tuple[Member, ...], category: Category) -> tuple[HouseholdTag, ...]:
    """Special groups the household belongs to."""
    tags = []
    elders = [m for m in members if m.elder]
    children = [m for m in members if m.child]
    adults = [m for m in members if not m.elder and not m.child]
    if len(members) == 1 and elders and category is not Category.TEKUN and chance.random() < 0.35:
        tags.append(HouseholdTag.ALONE_ELDER)
    if len(elders) == len(members) == 2 and chance.random() < 0.3:
        tags.append(HouseholdTag.EMPTY_NEST)
    if elders and children and not adults:
        tags.append(HouseholdTag.LEFT_BEHIND_CHILD)
    if children and not adults and not elders:
        tags.append(HouseholdTag.UNSUPPORTED_CHILD)
    if children and len(adults) == 1 and not elders:
        tags.append(HouseholdTag.SINGLE_PARENT)
    if any(m.elder and m.sex is Sex.MALE for m in members) and chance.random() < 0.04:
        tags.append(HouseholdTag.VETERAN)
    return tuple(tags)


def _sex(chance: Chance) -> Sex:
    return Sex.MALE if chance.random() < 0.5 else Sex.FEMALE


def _other(sex: Sex) -> Sex:
    return Sex.FEMALE if sex is Sex.MALE else Sex.MALE


def _elder_age(chance: Chance) -> int:
    return min(97, ELDER + int(chance.expovariate(1 / 12)) + chance.randrange(4))


def _destitute(chance: Chance) -> Member:
    drawn = chance.random()
    age = (
        _elder_age(chance)
        if drawn < 0.86
        else chance.randrange(35, 60)
        if drawn < 0.97
        else chance.randrange(8, 16)
    )
    return Member(Relation.SELF, Sex.MALE if chance.random() < 0.82 else Sex.FEMALE, age)


def _alone(chance: Chance) -> list[Member]:
    drawn = chance.random()
    age = (
        _elder_age(chance)
        if drawn < 0.62
        else chance.randrange(28, 60)
        if drawn < 0.98
        else chance.randrange(6, 16)
    )
    return [Member(Relation.SELF, _sex(chance), age)]


def _couple(chance: Chance, low: int, high: int) -> list[Member]:
    age = chance.randrange(low, high)
    sex = Sex.MALE if chance.random() < 0.8 else Sex.FEMALE
    spouse = max(22, age + chance.randrange(-5, 3))
    return [Member(Relation.SELF, sex, age), Member(Relation.SPOUSE, _other(sex), spouse)]


def _child(chance: Chance, head_age: int) -> Member:
    sex = _sex(chance)
    relation = Relation.SON if sex is Sex.MALE else Relation.DAUGHTER
    if head_age >= 58:
        return Member(Relation.GRANDCHILD, sex, chance.randrange(3, 20))
    age = min(head_age - 20, max(1, head_age - chance.randrange(22, 36)))
    return Member(relation, sex, max(1, age))


def _parent(chance: Chance, head_age: int) -> Member:
    return Member(
        Relation.PARENT,
        Sex.FEMALE if chance.random() < 0.62 else Sex.MALE,
        head_age + chance.randrange(20, 31),
    )


def _elder_couple(chance: Chance) -> list[Member]:
    return _couple(chance, 63, 86)


def _middle_couple(chance: Chance) -> list[Member]:
    return _couple(chance, 42, 60)


def _parent_and_child(chance: Chance) -> list[Member]:
    age = chance.randrange(30, 58)
    return [Member(Relation.SELF, _sex(chance), age), _child(chance, age)]


def _elder_and_grown_child(chance: Chance) -> list[Member]:
    age = chance.randrange(62, 84)
    sex = Sex.MALE if chance.random() < 0.75 else Sex.FEMALE
    relation = Relation.SON if sex is Sex.MALE else Relation.DAUGHTER
    return [Member(Relation.SELF, _sex(chance), age), Member(relation, sex, age - chance.randrange(22, 36))]


def _grandparent_and_child(chance: Chance) -> list[Member]:
    child = Member(Relation.GRANDCHILD, _sex(chance), chance.randrange(4, 16))
    return [Member(Relation.SELF, _sex(chance), chance.randrange(60, 78)), child]


def _couple_and_child(chance: Chance) -> list[Member]:
    couple = _couple(chance, 34, 58)
    return [*couple, _child(chance, couple[0].age)]


def _elders_and_child(chance: Chance) -> list[Member]:
    couple = _couple(chance, 62, 76)
    return [*couple, _child(chance, couple[0].age)]


def _couple_and_parent(chance: Chance) -> list[Member]:
    couple = _couple(chance, 38, 58)
    return [*couple, _parent(chance, couple[0].age)]


def _couple_child_parent(chance: Chance) -> list[Member]:
    family = _couple_and_child(chance)
    return [*family, _parent(chance, family[0].age)]


def _couple_two_children(chance: Chance) -> list[Member]:
    family = _couple_and_child(chance)
    return [*family, _child(chance, family[0].age)]


def _three_generations(chance: Chance) -> list[Member]:
    family = _couple_two_children(chance)
    return [*family, _parent(chance, family[0].age)]


_Shape = Callable[[Chance], list[Member]]
_SHAPES: Final[dict[int, Weighted[_Shape]]] = {
    1: Weighted([(_alone, 1)]),
    2: Weighted(
        [
            (_elder_couple, 54),
            (_middle_couple, 10),
            (_parent_and_child, 14),
            (_elder_and_grown_child, 22),
            (_grandparent_and_child, 8),
        ]
    ),
    3: Weighted([(_couple_and_child, 42), (_elders_and_child, 20), (_couple_and_parent, 38)]),
    4: Weighted([(_couple_child_parent, 66), (_couple_two_children, 34)]),
    5: Weighted([(_three_generations, 1)]),
}


def _with_health(chance: Chance, member: Member) -> Member:
    disabled = chance.random() < (0.09 if member.child else 0.26 if member.elder else 0.34)
    return replace(
        member,
        disability=DISABILITY_TYPES.draw(chance) if disabled else None,
        disability_grade=DISABILITY_GRADES.draw(chance) if disabled else 0,
        chronic=chance.random() < (0.03 if member.child else 0.74 if member.elder else 0.46),
        serious=chance.random() < (0.02 if member.child else 0.075),
    )


def _dependent(chance: Chance, member: Member, self_care: SelfCareGrade | None) -> Member:
    """A destitute person: without labour ability, hence disabled when of working age."""
    if not member.elder and not member.child:
        grade = 1 + (chance.random() < 0.5)
        member = replace(member, disability=DISABILITY_TYPES.draw(chance), disability_grade=grade)
    return replace(member, self_care=self_care or SelfCareGrade.FULL)


def _eligible_alone(chance: Chance, member: Member) -> Member:
    """Severely disabled, or seriously ill: the conditions of single-person coverage."""
    if chance.random() < 0.75:
        disability = member.disability or DISABILITY_TYPES.draw(chance)
        return replace(member, disability=disability, disability_grade=1 + (chance.random() < 0.6))
    return replace(member, serious=True)
