"""Exemptions, reviews and campaigns on a device: lists, permissions, and what they do to plan and day."""

import datetime as dt
from typing import Any

import pytest

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.parameters import (
    DEFAULT_VISIT_RULES,
    DatedVisitRules,
    Parameters,
    PeriodUnit,
    VisitMatch,
    VisitRule,
)
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import AreaLevel
from fieldapp.domain.records.campaigns import HouseholdFilter
from fieldapp.domain.records.exemptions import ExemptionReason, ExemptionVerdict, VisitExemptionFields
from fieldapp.domain.records.households import (
    Category,
    Coverage,
    HouseholdTag,
    HouseKind,
    HouseSafety,
    RiskLevel,
)
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visit_reviews import FieldComment, ReviewAct, VisitReviewFields
from fieldapp.domain.records.visits import Purpose, Result, VisitState
from fieldapp.domain.rules.campaigns import NewCampaign
from fieldapp.domain.rules.visit_plan import PlanStatus
from fieldapp.services import (
    campaigns,
    exemptions,
    households,
    reference,
    visit_reviews,
    visit_rules,
    visits,
)
from fieldapp.services.exemptions import ExemptionRequest
from fieldapp.services.profiles import refresh_derived
from fieldapp.services.statistics import GroupBy, statistics_view
from fieldapp.services.today import today
from fieldapp.storage.repositories import visits as stored_visits
from tests.gui.county import COLLEAGUE, GRID_1, GRID_2, OTHER_GRID, OTHER_VILLAGE, TOWN, VILLAGE, County

QUARTER_END = dt.date(2026, 3, 31)


def status(county: County, household_id: str) -> PlanStatus | None:
    return households.household_items(county.context, [household_id])[0].plan_status


def asked(county: County, household_id: str, by: str = COLLEAGUE, **changes: Any) -> str:
    """A colleague's request, as a pull brings it."""
    given = {"since": county.today - dt.timedelta(days=20), "until": QUARTER_END, **changes}
    request = VisitExemptionFields(
        **county.origin(by=by), household_id=household_id, reason=ExemptionReason.HOSPITAL_AWAY,
        requested_at=county.clock(), **given,
    )  # fmt: skip
    county.pull("visit_exemptions", [request])
    return request.id


def test_exemption_approved_takes_the_household_out_of_plan_and_statistics(county: County) -> None:
    home = county.household("甲乙")
    county.worker(Role.TOWN_CLERK, TOWN)
    request = asked(county, home, since=dt.date(2026, 2, 10))
    assert (status(county, home), exemptions.waiting_count(county.context)) == (PlanStatus.OVERDUE, 1)
    exemptions.decide_exemption(county.context, request, ExemptionVerdict.APPROVED, "已核实住院证明")
    assert (status(county, home), exemptions.waiting_count(county.context)) == (PlanStatus.EXEMPT, 0)
    figures = statistics_view(county.context, TOWN, county.today, GroupBy.VILLAGE).total
    assert (figures.exempt_ids, figures.coverage.denominator) == ((home,), 0)
    (item,) = exemptions.exemptions_of(county.context, home)
    assert (item.verdict, item.waiting, item.may_decide) == (ExemptionVerdict.APPROVED, True, False)
    assert today(county.context).exempt_count == 1


def test_statistics_by_category_and_risk_add_up_to_the_whole(county: County) -> None:
    county.worker(Role.TOWN_CLERK, TOWN)
    destitute = (Coverage(category=Category.TEKUN, since=dt.date(2024, 1, 1)),)
    poor, old = county.household("甲"), county.household("乙", coverages=destitute, risk_level=RiskLevel.HIGH)
    for home in (poor, poor, old):
        county.visit(home, days_ago=1)
    for group_by, keys in (
        (GroupBy.CATEGORY, {"DIBAO": (poor, 1), "TEKUN": (old, 1)}),
        (GroupBy.RISK, {"NONE": (poor, 1), "HIGH": (old, 1)}),
    ):
        view = statistics_view(county.context, TOWN, county.today, group_by)
        assert {row.key: row.figures.visit_count for row in view.rows} == {k: n for k, (_, n) in keys.items()}
        for row in view.rows:
            assert set(row.figures.coverage.denominator_ids) <= {keys[row.key][0]}
            assert set(row.overdue_ids) <= {keys[row.key][0]}
        total = view.total.coverage.denominator
        assert sum(row.figures.coverage.denominator for row in view.rows) == total
        assert group_by in view.groupings


def test_exemption_of_less_than_half_the_period_leaves_the_household_in(county: County) -> None:
    home = county.household("甲乙")
    county.worker(Role.TOWN_CLERK, TOWN)
    request = asked(county, home, since=dt.date(2026, 3, 1))
    exemptions.decide_exemption(county.context, request, ExemptionVerdict.APPROVED, "已核实")
    assert status(county, home) is PlanStatus.OVERDUE


def test_exemption_not_approved_changes_nothing(county: County) -> None:
    home = county.household("甲乙")
    county.worker(Role.TOWN_CLERK, TOWN)
    request = asked(county, home, since=dt.date(2026, 1, 10))
    exemptions.decide_exemption(county.context, request, ExemptionVerdict.REFUSED, "人在家")
    assert status(county, home) is PlanStatus.OVERDUE
    with pytest.raises(RuleError, match=r"^exemption_decided"):
        exemptions.decide_exemption(county.context, request, ExemptionVerdict.APPROVED, "再看")


def test_exemption_is_asked_for_by_the_worker_and_not_decided_by_him(county: County) -> None:
    home = county.household("甲乙")
    wanted = ExemptionRequest(home, ExemptionReason.WORK_AWAY, county.today, county.today, " 外出务工 ")
    request, changes = exemptions.request_exemption(county.context, wanted)
    assert request in changes.kinds["visit_exemptions"]
    (item,) = exemptions.exemptions(county.context)
    assert (item.note, item.verdict, item.may_decide) == ("外出务工", None, False)
    with pytest.raises(NotAllowedError, match=r"^not_permitted"):
        exemptions.decide_exemption(county.context, request, ExemptionVerdict.APPROVED, "好")
    county.worker(Role.TOWN_CLERK, TOWN)
    with pytest.raises(NotAllowedError, match=r"^own_exemption"):
        exemptions.decide_exemption(county.context, request, ExemptionVerdict.APPROVED, "好")
    with pytest.raises(RuleError, match=r"^reason_required"):
        exemptions.decide_exemption(county.context, request, ExemptionVerdict.APPROVED, "  ")


@pytest.mark.parametrize(
    ("days", "note", "reason", "code"),
    [
        (-1, "", ExemptionReason.WORK_AWAY, "exemption_dates"),
        (90, "", ExemptionReason.WORK_AWAY, "exemption_too_long"),
        (0, "", ExemptionReason.OTHER, "reason_required"),
        (0, "长" * 201, ExemptionReason.OTHER, "text_too_long"),
    ],
)
def test_exemption_outside_the_rules_is_not_stored(
    county: County, days: int, note: str, reason: ExemptionReason, code: str
) -> None:
    home = county.household("甲乙")
    until = county.today + dt.timedelta(days=days)
    with pytest.raises(RuleError, match=f"^{code}"):
        exemptions.request_exemption(
            county.context, ExemptionRequest(home, reason, county.today, until, note)
        )
    assert exemptions.exemptions(county.context) == []


# --- reviews --------------------------------------------------------------------------------------


def colleagues_visit(county: County, home: str, **changes: Any) -> str:
    return county.visit(home, by=COLLEAGUE, visitors=(COLLEAGUE,), **changes)


def test_reviews_of_many_visits_go_in_one_commit(county: County) -> None:
    home = county.household("甲乙")
    county.worker(Role.TOWN_CLERK, TOWN)
    made = [colleagues_visit(county, home, days_ago=n) for n in range(3)]
    since = county.today - dt.timedelta(days=30)
    waiting = visit_reviews.visits_to_review(county.context, since)
    assert [one.visit_id for one in waiting] == made
    assert waiting[0].visitor_names == ("钱丁",)
    visit_reviews.review_visits(county.context, made[:2], ReviewAct.APPROVE)
    left = [one.visit_id for one in visit_reviews.visits_to_review(county.context, since)]
    assert left == made[2:]
    (review,) = visit_reviews.visit_reviews(county.context, made[0]).reviews
    assert (review.act, review.by_name, review.waiting) == (ReviewAct.APPROVE, "周丙", True)


def test_of_a_batch_with_one_wrong_visit_nothing_is_stored(county: County) -> None:
    home = county.household("甲乙")
    county.worker(Role.TOWN_CLERK, TOWN)
    good, own = colleagues_visit(county, home), county.visit(home)
    with pytest.raises(NotAllowedError, match=r"^own_visit"):
        visit_reviews.review_visits(county.context, [good, own], ReviewAct.APPROVE)
    assert visit_reviews.visit_reviews(county.context, good).reviews == ()
    assert visit_reviews.visit_reviews(county.context, own).may == frozenset()


def test_a_visit_returned_here_takes_no_second_step_before_the_answer(county: County) -> None:
    home = county.household("甲乙")
    county.worker(Role.TOWN_CLERK, TOWN)
    made = colleagues_visit(county, home)
    comments = (FieldComment(field="photos", text="请重拍"),)
    visit_reviews.review_visits(county.context, [made], ReviewAct.RETURN, "照片看不清", comments)
    seen = visit_reviews.visit_reviews(county.context, made)
    assert (seen.reviews[0].comments, seen.may) == (comments, frozenset())
    with pytest.raises(RuleError, match=r"^visit_review_state"):
        visit_reviews.review_visits(county.context, [made], ReviewAct.VOID, "重复")


@pytest.mark.parametrize(
    ("role", "area", "may"),
    [
        (Role.TOWN_CLERK, TOWN, set(ReviewAct)),
        (Role.COUNTY_OFFICER, "341789", {ReviewAct.APPROVE, ReviewAct.RETURN}),
        (Role.TOWN_LEADER, TOWN, set()),
        (Role.VILLAGE_AIDE, VILLAGE, set()),
        (Role.AUDITOR, TOWN, set()),
    ],
)
def test_steps_offered_are_those_of_the_role(
    county: County, role: Role, area: str, may: set[ReviewAct]
) -> None:
    made = colleagues_visit(county, county.household("甲乙"))
    county.worker(role, area)
    assert visit_reviews.visit_reviews(county.context, made).may == may
    for act in set(ReviewAct) - may:
        with pytest.raises(NotAllowedError, match=r"^not_permitted"):
            visit_reviews.review_visits(county.context, [made], act, "原因")


def test_versions_are_told_field_by_field(county: County) -> None:
    home = county.household("甲乙")
    first = county.visit(home, state=VisitState.RETURNED, narrative="旧的记录，十个字以上。")
    county.clock.advance(minutes=5)
    second = county.visit(home, amends=first, root_id=first, narrative="新的记录，十个字以上。")
    seen = visit_reviews.visit_reviews(county.context, first)
    assert seen.visit_id == second
    ((*changes,),) = seen.differences
    told = {one.field: (one.before, one.after) for one in changes}
    assert told["narrative"] == ("旧的记录，十个字以上。", "新的记录，十个字以上。")
    assert told.keys() == {"narrative", "started_at", "finished_at"}


def test_a_review_that_arrives_is_shown_with_its_reviewer(county: County) -> None:
    made = county.visit(county.household("甲乙"))
    review = VisitReviewFields(
        **county.origin(by=COLLEAGUE), household_id="any", visit_id=made, act=ReviewAct.RETURN,
        reason="照片看不清", reviewed_at=county.clock(),
    )  # fmt: skip
    county.pull("visit_reviews", [review])
    (item,) = visit_reviews.visit_reviews(county.context, made).reviews
    assert (item.by_name, item.reason, item.waiting, item.refused_code) == ("钱丁", "照片看不清", False, "")


# --- campaigns ------------------------------------------------------------------------------------


def test_campaign_shows_its_doors_and_its_progress(county: County) -> None:
    county.worker(Role.TOWN_CLERK, TOWN)
    one = county.household("甲", house_safety=HouseSafety.C, address="1号")
    two = county.household("乙", house_safety=HouseSafety.D, address="2号")
    far = county.household("丙", house_safety=HouseSafety.D, area_code=OTHER_GRID)
    county.household("丁", house_safety=HouseSafety.A)
    new = NewCampaign(
        TOWN, " 雨雪低温排查 ", HouseholdFilter(safety=(HouseSafety.C, HouseSafety.D), age_from=60),
        county.today, county.today + dt.timedelta(days=3),
    )  # fmt: skip
    started, _ = campaigns.start_campaign(county.context, new)
    (item,) = campaigns.campaigns(county.context)
    assert (item.campaign.title, item.runs, item.done.numerator, item.done.denominator) == (
        "雨雪低温排查", True, 0, 3,
    )  # fmt: skip
    county.visit(two, purpose=Purpose.SWEEP)
    county.visit(far, purpose=Purpose.SWEEP, result=Result.NOT_HOME)
    seen = campaigns.campaign_progress(county.context, started)
    assert seen.level is AreaLevel.VILLAGE
    assert [(name, r.numerator, r.denominator) for _, name, r in seen.rows] == [
        ("青溪村", 1, 2), ("长塘村", 0, 1),
    ]  # fmt: skip
    assert (seen.open_doors, seen.done_doors, seen.may_visit) == ((one, far), (two,), True)
    county.worker(Role.VILLAGE_AIDE, VILLAGE)
    (item,) = campaigns.campaigns(county.context)
    assert (item.done.numerator, item.done.denominator, item.may_edit) == (1, 2, False)
    with pytest.raises(NotAllowedError, match=r"^not_permitted"):
        campaigns.close_campaign(county.context, started)


def test_campaign_of_another_town_is_not_shown_and_an_ended_one_comes_last(county: County) -> None:
    county.worker(Role.COUNTY_OFFICER, "341789")
    span = (county.today, county.today + dt.timedelta(days=3))
    other, _ = campaigns.start_campaign(
        county.context, NewCampaign("341789101", "甲", HouseholdFilter(), *span)
    )
    ended, _ = campaigns.start_campaign(county.context, NewCampaign(TOWN, "乙", HouseholdFilter(), *span))
    runs, _ = campaigns.start_campaign(county.context, NewCampaign(TOWN, "丙", HouseholdFilter(), *span))
    campaigns.close_campaign(county.context, ended)
    assert {item.campaign.id for item in campaigns.campaigns(county.context)} == {other, ended, runs}
    county.worker(Role.VILLAGE_AIDE, VILLAGE)
    shown = [(item.campaign.id, item.runs) for item in campaigns.campaigns(county.context)]
    assert shown == [(runs, True), (ended, False)]
    with pytest.raises(RuleError, match=r"^campaign_not_here"):
        campaigns.campaign_progress(county.context, "no-such")


def test_filter_is_counted_before_a_campaign_starts(county: County) -> None:
    county.worker(Role.TOWN_CLERK, TOWN)
    county.household("甲", house_safety=HouseSafety.C)
    county.household("乙", house_kind=HouseKind.OWN_EARTH, tags=(HouseholdTag.ALONE_ELDER,))
    young = county.household_fields("丙", house_safety=HouseSafety.D, area_code=OTHER_GRID)
    county.pull("households", [young])
    county.pull("persons", [county.person_fields(young.id, "丙", birth_date=dt.date(1990, 1, 1))])

    def counted(area_code: str = TOWN, **wanted: Any) -> tuple[int, int]:
        found = campaigns.count_asked(county.context, area_code, HouseholdFilter(**wanted), county.today)
        return found.numerator, found.denominator

    weak: dict[str, Any] = {"houses": (HouseKind.OWN_EARTH,), "safety": (HouseSafety.C, HouseSafety.D)}
    assert counted() == (3, 3)
    assert counted(**weak) == (3, 3)
    assert counted(**weak, age_from=60) == (2, 3)
    assert counted(**weak, age_to=59) == (1, 3)
    assert counted(tags=(HouseholdTag.ALONE_ELDER,)) == (1, 3)
    assert counted(categories=(Category.TEKUN,)) == (0, 3)
    assert counted(risk_levels=(RiskLevel.NONE,), area_code=VILLAGE) == (2, 2)
    places = reference.places_with(county.context, Permission.EDIT_CAMPAIGN)
    assert places == [(TOWN, "石桥镇"), (VILLAGE, "青溪村"), (OTHER_VILLAGE, "长塘村")]
    county.worker(Role.VILLAGE_AIDE, VILLAGE)
    assert reference.places_with(county.context, Permission.EDIT_CAMPAIGN) == []
    with pytest.raises(NotAllowedError, match=r"^not_permitted"):
        counted()


def test_door_of_a_campaign_opens_a_sweep_also_where_a_visit_was_begun(county: County) -> None:
    county.worker(Role.TOWN_CLERK, TOWN)
    fresh, begun, other = county.household("甲"), county.household("乙"), county.household("丙")
    span = (county.today, county.today)
    started, _ = campaigns.start_campaign(county.context, NewCampaign(TOWN, "排查", HouseholdFilter(), *span))
    left, _ = visits.begin_visit(county.context, begun)
    doors = [campaigns.open_door(county.context, started, one) for one in (fresh, begun)]
    for door, changes in doors:
        assert changes.touches("drafts")
        assert visits.visit_form(county.context, door.draft_id).stored.draft.purpose is Purpose.SWEEP
    assert doors[1][0].draft_id == left, "what was left unfinished goes on"
    review, _ = visits.begin_visit(county.context, other, purpose=Purpose.REVIEW)
    door, _ = campaigns.open_door(county.context, started, other)
    assert visits.visit_form(county.context, review).stored.draft.purpose is Purpose.REVIEW
    by_form, _ = campaigns.start_campaign(
        county.context, NewCampaign(TOWN, "填表", HouseholdFilter(), *span, form_id="not-here")
    )
    with pytest.raises(NotAllowedError, match=r"^form_not_here"):
        campaigns.open_door(county.context, by_form, fresh)


# --- the plan -------------------------------------------------------------------------------------


def test_day_tells_of_people_nobody_finds_and_of_reviews(county: County) -> None:
    reviewed = Coverage(category=Category.DIBAO, since=dt.date(2024, 1, 1), next_review=dt.date(2026, 4, 1))
    lost, met = county.household("甲"), county.household("乙", coverages=(reviewed,))
    for home in (lost, met):
        for days_ago in (8, 5, 1):
            county.visit(home, days_ago=days_ago, result=Result.NOT_HOME)
    county.visit(met, days_ago=0.5)
    day = today(county.context)
    assert day.unreachable_count == 1
    assert day.review_count == 1
    due = {item.head_name: item.plan_status for item in day.due}
    assert due == {"甲": PlanStatus.OVERDUE, "乙": PlanStatus.DONE}, "visited, but to be reviewed"
    with county.store.reading() as connection:
        plan = stored_visits.plan_of(connection, lost)
    assert plan is not None
    assert plan.unreachable_since == county.today - dt.timedelta(days=1)
    assert plan.review_due == dt.date(2027, 1, 1), "what was reviewed before the file was begun is unknown"


def test_a_new_table_of_rules_holds_from_its_day_on(county: County) -> None:
    home = county.household("甲乙")
    weekly = VisitRule(id="weekly", match=VisitMatch(), unit=PeriodUnit.WEEK)
    starts = county.today + dt.timedelta(days=2)
    later = DatedVisitRules(valid_from=starts, rules=(weekly,))
    county.parameters(Parameters(demo_numbers_allowed=True, later_visit_rules=(later,)))

    def rule() -> str:
        while refresh_derived(county.context):
            pass
        with county.store.reading() as connection:
            plan = stored_visits.plan_of(connection, home)
        assert plan is not None
        return plan.rule_id

    assert rule() == "dibao"
    county.clock.advance(days=1)
    assert rule() == "dibao"
    county.clock.advance(days=1)
    assert rule() == "weekly"


def test_a_table_decided_here_is_previewed_and_waits_for_the_server(county: County) -> None:
    for name in ("甲", "乙"):
        county.visit(county.household(name), days_ago=1)
    old = (Coverage(category=Category.TEKUN, since=dt.date(2024, 1, 1)),)
    county.household("丙", coverages=old)
    county.worker(Role.COUNTY_OFFICER, TOWN[:6])
    starts = county.today + dt.timedelta(days=30)
    rules = {rule.id: rule for rule in DEFAULT_VISIT_RULES}
    rules["dibao"] = rules["dibao"].model_copy(update={"unit": PeriodUnit.MONTH})
    del rules["tekun-full"]
    table = tuple(rules.values())
    told = visit_rules.preview_table(county.context, starts, table)
    assert (told.earlier, told.later, told.newly, told.no_more, told.same) == (2, 0, 0, 1, 0)
    assert (told.yearly_before, told.yearly_after) == (2 * 4 + 12, 2 * 12)
    unchanged = visit_rules.preview_table(county.context, starts, DEFAULT_VISIT_RULES)
    assert (unchanged.same, unchanged.yearly_before) == (3, unchanged.yearly_after)

    before = visit_rules.rule_tables(county.context)
    visit_rules.decide_table(county.context, starts, table, " 会议决定 ")
    after = visit_rules.rule_tables(county.context)
    assert [one.waiting for one in after.tables] == [False, True]
    assert (after.tables[1].since, after.tables[1].rules, after.now) == (starts, table, before.now)
    assert (after.tables[1].changes.changed, after.tables[1].changes.removed) == (("dibao",), ("tekun-full",))
    with county.store.reading() as connection:
        assert county.context.parameters(connection).later_visit_rules == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"days": -1}, "rules_in_past"),
        ({"rules": ()}, "rules_empty"),
        ({"rules": (DEFAULT_VISIT_RULES[0], DEFAULT_VISIT_RULES[0])}, "rule_id_twice"),
        ({"rules": (DEFAULT_VISIT_RULES[0].model_copy(update={"modes": ()}),)}, "rule_modes_missing"),
        ({"rules": (DEFAULT_VISIT_RULES[0].model_copy(update={"id": " "}),)}, "rule_id_missing"),
        ({"reason": " "}, "reason_required"),
        ({"role": Role.TOWN_CLERK}, "not_permitted"),
    ],
)
def test_a_table_that_is_not_sound_is_not_decided(county: County, changes: dict[str, Any], code: str) -> None:
    county.worker(changes.get("role", Role.COUNTY_OFFICER), TOWN[:6])
    starts = county.today + dt.timedelta(days=changes.get("days", 1))
    rules = changes.get("rules", DEFAULT_VISIT_RULES)
    with pytest.raises((RuleError, NotAllowedError), match=f"^{code}"):
        visit_rules.decide_table(county.context, starts, rules, changes.get("reason", "会议决定"))


def test_walk_of_the_day_goes_group_by_group(county: County) -> None:
    for name, group, door in (("甲", "10组", "1号"), ("乙", "2组", "12号"), ("丙", "2组", "3号")):
        county.household(name, group_name=group, address=door, area_code=GRID_2)
    county.household("丁", group_name="2组", area_code=GRID_1)
    assert [item.head_name for item in today(county.context).due] == ["丁", "丙", "乙", "甲"]
    assert today(county.context).left_today == 4
