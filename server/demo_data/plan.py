"""Deals out who is where: exact quotas of categories, sizes, risks and visits over the county."""

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.parameters import DEFAULT_VISIT_RULES, PERIODS_PER_YEAR, Parameters, VisitRule
from fieldapp.domain.records.households import (
    Category,
    Coverage,
    HouseholdStatus,
    HouseholdTag,
    ReviewClass,
    RiskLevel,
    SupportMode,
)
from fieldapp.domain.records.persons import SelfCareGrade
from fieldapp.domain.rules.visit_facts import HouseholdFacts
from fieldapp.domain.rules.visit_rules import VisitRules
from server.demo_data.chance import Chance, Weighted, chance_for, share_out
from server.demo_data.family import Member, make_family, tags_of
from server.demo_data.geography import County, Village
from server.demo_data.scale import Scale

CATEGORIES: Final = Weighted(
    [
        (Category.DIBAO, 62),
        (Category.TEKUN, 12),
        (Category.DIBAO_MARGIN, 9),
        (Category.RIGID_EXPENSE, 2),
        (Category.ANTI_POVERTY, 8),
        (Category.OTHER, 7),
    ]
)
SINGLE_SHARE: Final = 0.18
"""Of the subsistence-allowance households: those in which single persons are covered."""
SCATTERED_SHARE: Final = 0.85
SELF_CARE: Final = Weighted([(SelfCareGrade.FULL, 62), (SelfCareGrade.PARTIAL, 28), (SelfCareGrade.NONE, 10)])
RISKS: Final = Weighted([(RiskLevel.LOW, 80), (RiskLevel.MEDIUM, 16), (RiskLevel.HIGH, 4)])
SIZES: Final = ((1, 42.0), (2, 25.0), (3, 15.0), (4, 11.0), (5, 5.0), (6, 1.5), (7, 0.5))
REVIEW_CLASSES: Final = Weighted([(ReviewClass.A, 45), (ReviewClass.B, 30), (ReviewClass.C, 25)])

STORY_PERSONS: Final = 2
_LISTED_IN_WINDOW: Final = 0.12
_FOCUS_HIGH: Final = 2
_FOCUS_MEDIUM: Final = 6


class Attention(enum.Enum):
    """How a household of the demo aide's village stands today (R4); elsewhere chance decides."""

    CHANCE = enum.auto()
    ON_TIME = enum.auto()
    OVERDUE = enum.auto()
    DUE = enum.auto()
    DONE_TODAY = enum.auto()


@dataclass(frozen=True, slots=True)
class HouseholdPlan:
    """What a household is before it has names and numbers. `visits` is its exact number of visit rows."""

    ordinal: int
    village: Village
    grid_code: str
    category: Category
    listed_on: dt.date
    members: tuple[Member, ...] = ()
    tags: tuple[HouseholdTag, ...] = ()
    single: bool = False
    support_mode: SupportMode | None = None
    self_care: SelfCareGrade | None = None
    review_class: ReviewClass | None = None
    risk: RiskLevel = RiskLevel.NONE
    attention: Attention = Attention.CHANCE
    story: bool = False
    rule: VisitRule = DEFAULT_VISIT_RULES[0]
    visits: int = 0


def make_plans(
    scale: Scale, county: County, seed: int, as_of: dt.date, story_visits: int
) -> list[HouseholdPlan]:
    """All households in area order; the story's is among those of the focus village."""
    chance = chance_for(seed, "plan")
    plans = _placed(scale, county, chance, as_of)
    plans = _with_kinds(scale, plans, chance)
    plans = _with_families(scale, plans, seed)
    plans = _with_risks(scale, plans, county.focus, chance)
    plans = _with_rules(plans, as_of)
    plans = _with_attention(plans, as_of)
    return _with_visits(scale, plans, as_of, story_visits)


def _placed(scale: Scale, county: County, chance: Chance, as_of: dt.date) -> list[HouseholdPlan]:
    focus = county.focus
    others = [village for village in county.villages if village is not focus]
    rest = scale.households - scale.focus_households if others else 0
    shares = iter(share_out(rest, [len(v.grid_codes) * chance.uniform(0.7, 1.3) for v in others]))
    plans: list[HouseholdPlan] = []
    for village in county.villages:
        count = scale.households - rest if village is focus else next(shares)
        in_grids = share_out(count, [chance.uniform(0.8, 1.2) for _ in village.grid_codes])
        for grid_code, in_grid in zip(village.grid_codes, in_grids, strict=True):
            for _ in range(in_grid):
                listed_on = _listed_on(scale, chance, as_of)
                plans.append(HouseholdPlan(len(plans), village, grid_code, Category.OTHER, listed_on))
    story = next(i for i, plan in enumerate(plans) if plan.village is focus)
    plans[story] = replace(plans[story], story=True, category=Category.OTHER, listed_on=_story_since(as_of))
    return plans


def _story_since(as_of: dt.date) -> dt.date:
    return (as_of - dt.timedelta(days=300)).replace(day=1)


def _listed_on(scale: Scale, chance: Chance, as_of: dt.date) -> dt.date:
    """Coverage runs from the first of a month; most began before the records do."""
    if chance.random() < _LISTED_IN_WINDOW:
        day = as_of - dt.timedelta(days=chance.randrange(40, scale.days))
    else:
        day = as_of - dt.timedelta(days=scale.days + chance.randrange(30, 7 * 365))
    return day.replace(day=1)


def _with_kinds(scale: Scale, plans: Sequence[HouseholdPlan], chance: Chance) -> list[HouseholdPlan]:
    story = next(plan for plan in plans if plan.story)
    categories = CATEGORIES.deal(chance, len(plans))
    swap = categories.index(Category.OTHER)
    categories[swap], categories[story.ordinal] = categories[story.ordinal], Category.OTHER
    dibao = [i for i, category in enumerate(categories) if category is Category.DIBAO]
    single = set(chance.sample(dibao, round(len(dibao) * SINGLE_SHARE)))
    tekun = [i for i, category in enumerate(categories) if category is Category.TEKUN]
    scattered = set(chance.sample(tekun, round(len(tekun) * SCATTERED_SHARE)))
    grades = dict(zip(sorted(scattered), SELF_CARE.deal(chance, len(scattered)), strict=True))
    classes = dict(zip(dibao, REVIEW_CLASSES.deal(chance, len(dibao)), strict=True))
    made = []
    for i, plan in enumerate(plans):
        mode = SupportMode.SCATTERED if i in scattered else SupportMode.CENTRAL
        made.append(
            replace(
                plan,
                category=categories[i],
                single=i in single,
                support_mode=mode if categories[i] is Category.TEKUN else None,
                self_care=grades.get(i),
                review_class=classes.get(i),
            )
        )
    return made


def _with_families(scale: Scale, plans: Sequence[HouseholdPlan], seed: int) -> list[HouseholdPlan]:
    chance = chance_for(seed, "sizes")
    sizes = sorted(_sizes(len(plans) - 1, scale.persons - STORY_PERSONS))
    # Destitute persons live alone; where single persons are covered, others live with them.
    alone = [p.ordinal for p in plans if p.category is Category.TEKUN and not p.story]
    shared = [p.ordinal for p in plans if p.single]
    open_to_all = [
        p.ordinal for p in plans if p.category is not Category.TEKUN and not p.single and not p.story
    ]
    chance.shuffle(open_to_all)
    size_of = dict(zip(alone, sizes, strict=False))
    big = sizes[len(alone) :]
    several = [size for size in big if size > 1]
    chance.shuffle(several)
    size_of |= dict(zip(shared, several, strict=False))
    remaining = [size for size in big if size == 1] + several[len(shared) :]
    size_of |= dict(zip(open_to_all, remaining, strict=True))
    made = []
    for plan in plans:
        if plan.story:
            made.append(plan)
            continue
        own = chance_for(seed, "family", plan.ordinal)
        members = make_family(own, size_of[plan.ordinal], plan.category, plan.self_care, single=plan.single)
        made.append(replace(plan, members=members, tags=tags_of(own, members, plan.category)))
    return made


def _sizes(households: int, persons: int) -> list[int]:
    """Household sizes near the recipe's proportions whose sum is exact.

    The recipe's own mean is 2.2; the wanted number of persons may need another. Proportions are tilted
    by a power of the size (found by halving), which keeps their shape.
    """
    low, high = 0.2, 5.0
    for _ in range(60):
        tilt = (low + high) / 2
        weights = [weight * tilt**size for size, weight in SIZES]
        mean = sum(size * weight for (size, _), weight in zip(SIZES, weights, strict=True)) / sum(weights)
        low, high = (low, tilt) if mean * households > persons else (tilt, high)
    shares = share_out(households, [weight * low**size for size, weight in SIZES])
    sizes = [size for (size, _), share in zip(SIZES, shares, strict=True) for _ in range(share)]
    missing = persons - sum(sizes)
    step = 1 if missing > 0 else -1
    movable = [i for i, size in enumerate(sizes) if size == (1 if step > 0 else 2)]
    for i in movable[: abs(missing)]:
        sizes[i] += step
    return sizes


def _with_risks(
    scale: Scale, plans: Sequence[HouseholdPlan], focus: Village, chance: Chance
) -> list[HouseholdPlan]:
    """Assessed households; those of the focus village first, with enough risk among them to show."""
    deck = RISKS.deal(chance, scale.assessed)
    deck.sort(key=(RiskLevel.HIGH, RiskLevel.MEDIUM, RiskLevel.LOW).index)
    high, medium = deck.count(RiskLevel.HIGH), deck.count(RiskLevel.MEDIUM)
    ours = [p.ordinal for p in plans if p.village is focus and not p.story]
    chance.shuffle(ours)
    # Those on the list for long and of no other strict rule come first: they can be shown overdue or due.
    ours.sort(key=lambda i: plans[i].category in (Category.TEKUN, Category.ANTI_POVERTY))
    rest = [p.ordinal for p in plans if p.village is not focus]
    chance.shuffle(rest)
    story = [p.ordinal for p in plans if p.story]
    everybody_here = len(ours) + 1 >= len(plans)
    high_here = high if everybody_here else min(high, _FOCUS_HIGH)
    medium_here = medium if everybody_here else min(medium, _FOCUS_MEDIUM)
    first = story + ours[: high_here - 1]
    then = ours[high_here - 1 : high_here - 1 + medium_here]
    others = ours[high_here - 1 + medium_here :]
    elsewhere = rest[: high - high_here + medium - medium_here]
    order = first + elsewhere[: high - high_here] + then + elsewhere[high - high_here :] + others
    order += rest[len(elsewhere) :]
    risk_of = dict(zip(order, deck, strict=False))
    return [replace(plan, risk=risk_of.get(plan.ordinal, RiskLevel.NONE)) for plan in plans]


def _with_rules(plans: Sequence[HouseholdPlan], as_of: dt.date) -> list[HouseholdPlan]:
    """The visit rule that binds each household today, by the same code that will ask for the visits."""
    rules = VisitRules(Parameters())
    made = []
    for plan in plans:
        coverage = Coverage(
            category=plan.category,
            since=plan.listed_on,
            support_mode=plan.support_mode,
            review_class=plan.review_class,
        )
        facts = HouseholdFacts(
            household_id="",
            area_code=plan.grid_code,
            status=HouseholdStatus.ACTIVE,
            listed_on=plan.listed_on,
            risk_level=plan.risk,
            coverages=(coverage,),
            tags=plan.tags,
            self_care_grades=tuple(sorted({m.self_care for m in plan.members if m.self_care})),
            disability_grades=tuple(sorted({m.disability_grade for m in plan.members if m.disability_grade})),
            serious_illness=any(m.serious for m in plan.members),
        )
        rule = rules.rule_for(facts, as_of)
        if rule is None:
            raise ValueError("the visit rules leave out a household")
        made.append(replace(plan, rule=rule))
    return made


def _with_attention(plans: Sequence[HouseholdPlan], as_of: dt.date) -> list[HouseholdPlan]:
    """The demo aide's day: 2 overdue, 4 due (one of them of high risk), 2 done; all else in time."""
    focus = next(plan for plan in plans if plan.story).village
    ours = [p for p in plans if p.village is focus and not p.story]
    long_ago = as_of - dt.timedelta(days=400)
    high = [p.ordinal for p in ours if p.risk is RiskLevel.HIGH]
    monthly = [p.ordinal for p in ours if p.risk is RiskLevel.MEDIUM and p.rule.id == "risk-medium"]
    quiet = [p.ordinal for p in ours if p.risk is RiskLevel.LOW and PERIODS_PER_YEAR[p.rule.unit] <= 4]
    attention = dict.fromkeys((p.ordinal for p in ours), Attention.ON_TIME)
    attention |= dict.fromkeys(high[:1] + monthly[2:5], Attention.DUE)
    attention |= dict.fromkeys(monthly[:2], Attention.OVERDUE)
    attention |= dict.fromkeys(quiet[:2], Attention.DONE_TODAY)
    shown = {i for i, state in attention.items() if state in (Attention.DUE, Attention.OVERDUE)}
    return [
        replace(
            plan,
            attention=attention.get(plan.ordinal, Attention.CHANCE),
            listed_on=min(plan.listed_on, long_ago.replace(day=1))
            if plan.ordinal in shown
            else plan.listed_on,
        )
        for plan in plans
    ]


def _with_visits(
    scale: Scale, plans: Sequence[HouseholdPlan], as_of: dt.date, story_visits: int
) -> list[HouseholdPlan]:
    """Share the wanted number of visits by what each household is owed in the time it was listed."""
    window = as_of - dt.timedelta(days=scale.days)
    weights: list[float] = []
    for plan in plans:
        days = (as_of - max(window, plan.listed_on)).days
        yearly = PERIODS_PER_YEAR[plan.rule.unit] * plan.rule.times
        weights.append(0.0 if plan.story else yearly * days + 1)
    # No household of the shown village may lack the few visits its standing rests on.
    floor = [3 if plan.attention is not Attention.CHANCE else 0 for plan in plans]
    shares = share_out(scale.visits - story_visits - sum(floor), weights)
    return [
        replace(plan, visits=story_visits if plan.story else share + least)
        for plan, share, least in zip(plans, shares, floor, strict=True)
    ]
