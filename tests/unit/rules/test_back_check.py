"""Back-checks: every step from every state, who takes it, the draw of R14, what counts as a difference."""

import datetime as dt
from typing import Any

import pytest

from fieldapp.domain.errors import FieldappError, NotAllowedError, RuleError
from fieldapp.domain.parameters import BackCheckRules
from fieldapp.domain.records.areas import AreaLevel
from fieldapp.domain.records.back_checks import (
    BackCheckAction,
    BackCheckAnswers,
    BackCheckFields,
    BackCheckOutcome,
    BackCheckQuestion,
    BackCheckStatus,
    BackCheckStepFields,
)
from fieldapp.domain.records.users import Role, RoleAssignment, UserFields
from fieldapp.domain.records.visits import (
    Findings,
    Mode,
    NeedKind,
    Result,
    Satisfaction,
    VisitFields,
    VisitState,
    YesNoUnknown,
)
from fieldapp.domain.rules.back_check import (
    TAKEN_BY,
    TRANSITIONS,
    CheckedVisit,
    Party,
    Verdict,
    actions_from,
    advance,
    assigned,
    check_request,
    compare,
    parties,
    tally,
)

NOW = dt.datetime(2026, 3, 5, 2, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 5)
TOWN, VILLAGE = "341789100", "341789100201"
RULES = BackCheckRules()
Q, S, A = BackCheckQuestion, BackCheckStatus, BackCheckAction
YES, NO, UNKNOWN = YesNoUnknown.YES, YesNoUnknown.NO, YesNoUnknown.UNKNOWN


def stamps(record_id: str, by: str) -> dict[str, Any]:
    return {"id": record_id, "created_at": NOW, "created_by": by, "updated_at": NOW, "updated_by": by}


def visit(record_id: str = "v-1", by: str = "aide", **changes: Any) -> VisitFields:
    fields = {"household_id": "h-1", "area_code": VILLAGE, "result": Result.NORMAL, "started_at": NOW,
              "finished_at": NOW, "visitors": (by,), "root_id": "v-1"}  # fmt: skip
    return VisitFields.model_validate(stamps(record_id, by) | fields | changes)


def check(**changes: Any) -> BackCheckFields:
    fields = {"household_id": "h-1", "visit_id": "v-1", "checker_id": "second", "questions": tuple(Q),
              "due_on": TODAY, "requested_at": NOW}  # fmt: skip
    return BackCheckFields.model_validate(stamps("b-1", "clerk") | fields | changes)


def step(action: BackCheckAction, **changes: Any) -> BackCheckStepFields:
    fields = {"household_id": "h-1", "back_check_id": "b-1", "action": action, "at": NOW, "note": "说明",
              "mode": Mode.PHONE, "outcome": BackCheckOutcome.TOLD, "no_relation": True}  # fmt: skip
    return BackCheckStepFields.model_validate(stamps("s-1", "second") | fields | changes)


def worker(user_id: str, role: Role = Role.VILLAGE_AIDE, area: str = VILLAGE, **changes: Any) -> UserFields:
    roles = (RoleAssignment(role=role, area_code=area, since=dt.date(2025, 1, 1)),)
    return UserFields.model_validate(stamps(user_id, "admin") | {"name": user_id, "roles": roles} | changes)


# --- steps --------------------------------------------------------------------------------------

ALLOWED = {
    (S.REQUESTED, A.ANSWER): S.ANSWERED,
    (S.REQUESTED, A.DECLINE): S.DECLINED,
    (S.REQUESTED, A.WITHDRAW): S.WITHDRAWN,
    (S.DECLINED, A.WITHDRAW): S.WITHDRAWN,
    (S.ANSWERED, A.ASK): S.ASKED,
    (S.ANSWERED, A.CLOSE): S.CLOSED,
    (S.ASKED, A.EXPLAIN): S.EXPLAINED,
    (S.ASKED, A.CLOSE): S.CLOSED,
    (S.EXPLAINED, A.ASK): S.ASKED,
    (S.EXPLAINED, A.CLOSE): S.CLOSED,
}


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("action", A)
def test_step_is_taken_or_refused_as_the_table_says(status: BackCheckStatus, action: BackCheckAction) -> None:
    assert dict(TRANSITIONS) == ALLOWED
    expected = ALLOWED.get((status, action))
    if expected is None:
        with pytest.raises(NotAllowedError, match=r"^back_check_step"):
            advance(status, step(action), set(Party))
    else:
        assert advance(status, step(action), {TAKEN_BY[action]}) is expected


@pytest.mark.parametrize("action", A)
def test_step_of_somebody_else_is_refused(action: BackCheckAction) -> None:
    status = next(before for before, act in ALLOWED if act is action)
    with pytest.raises(NotAllowedError, match=r"^not_permitted"):
        advance(status, step(action), set(Party) - {TAKEN_BY[action]})


@pytest.mark.parametrize(
    ("action", "changes", "code"),
    [
        (A.ANSWER, {"outcome": None}, "back_check_outcome"),
        (A.ANSWER, {"mode": None}, "back_check_mode"),
        (A.ANSWER, {"mode": Mode.NEIGHBOUR}, "back_check_mode"),
        (A.ANSWER, {"no_relation": False}, "relation_undeclared"),
        (A.ANSWER, {"outcome": BackCheckOutcome.NOT_REACHED, "note": " "}, "reason_required"),
        (A.ANSWER, {"outcome": BackCheckOutcome.REFUSED, "note": ""}, "reason_required"),
        (A.DECLINE, {"note": ""}, "reason_required"),
        (A.CLOSE, {"note": "  "}, "reason_required"),
        (A.EXPLAIN, {"note": ""}, "reason_required"),
    ],
)
def test_step_that_lacks_something_says_what(
    action: BackCheckAction, changes: dict[str, Any], code: str
) -> None:
    status = next(before for before, act in ALLOWED if act is action)
    with pytest.raises(RuleError, match=f"^{code}"):
        advance(status, step(action, **changes), set(Party))


def test_answer_without_further_words_is_enough_where_the_family_answered() -> None:
    assert advance(S.REQUESTED, step(A.ANSWER, note=""), {Party.CHECKER}) is S.ANSWERED


def test_nobody_judges_what_he_had_a_part_in() -> None:
    versions = [visit(), visit("v-2", by="aide", visitors=("aide", "joined"), amends="v-1")]
    asked = check()
    told = {
        who: parties(asked, versions, who, supervises=supervises)
        for who, supervises in (
            ("second", True), ("aide", True), ("joined", True), ("clerk", True), ("other", False)
        )
    }  # fmt: skip
    assert told == {
        "second": {Party.CHECKER},
        "aide": {Party.AUTHOR},
        "joined": frozenset(),
        "clerk": {Party.SUPERVISOR},
        "other": frozenset(),
    }
    assert actions_from(S.REQUESTED, {Party.SUPERVISOR}) == (A.WITHDRAW,)


# --- asking for one -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "version", "second", "code"),
    [
        ({}, {}, worker("second"), ""),
        ({"questions": ()}, {}, worker("second"), "back_check_questions"),
        ({"questions": (Q.MODE, Q.MODE)}, {}, worker("second"), "back_check_questions"),
        ({"mode": Mode.VIDEO}, {}, worker("second"), "back_check_mode"),
        ({"visit_id": "v-0"}, {}, worker("second"), "visit_corrected"),
        ({}, {"result": Result.NOT_HOME}, worker("second"), "back_check_visit"),
        ({}, {"state": VisitState.VOID}, worker("second"), "back_check_visit"),
        ({}, {}, None, "back_check_checker"),
        ({}, {}, worker("aide"), "back_check_checker"),
        ({}, {}, worker("clerk", Role.TOWN_CLERK, TOWN), "back_check_checker"),
        ({}, {}, worker("second", active=False), "back_check_checker"),
        ({}, {}, worker("second", area="341789101201"), "back_check_checker"),
        ({}, {}, worker("second", Role.COUNTY_OFFICER, "341789"), "back_check_checker"),
        ({}, {"visitors": ("aide", "second")}, worker("second"), "back_check_checker"),
    ],
)
def test_request_is_refused_with_its_reason(
    changes: dict[str, Any], version: dict[str, Any], second: UserFields | None, code: str
) -> None:
    def asked() -> None:
        check_request(check(**changes), [visit(**version)], second, VILLAGE, TODAY, open_already=False)

    if not code:
        asked()
        return
    with pytest.raises(FieldappError) as caught:
        asked()
    assert caught.value.code == code


def test_second_request_for_an_open_one_is_refused() -> None:
    with pytest.raises(RuleError, match=r"^back_check_open"):
        check_request(check(), [visit()], worker("second"), VILLAGE, TODAY, open_already=True)


# --- drawing ------------------------------------------------------------------------------------


def test_second_workers_follow_the_order_of_the_seed() -> None:
    workers = ["INS-A", "INS-B", "INS-C"]
    found = assigned("2026Q2-341702-demo", ["v-1", "v-2", "v-3", "v-4"], workers, lambda who, one: True)
    assert list(found.values()) == ["INS-B", "INS-A", "INS-C", "INS-B"], "the worked example of R14"


def test_second_workers_take_turns_and_nobody_checks_himself() -> None:
    own = {"a": {"v-1"}, "b": {"v-2", "v-3"}, "c": set()}
    drawn = ["v-1", "v-2", "v-3", "v-4"]
    found = assigned("seed", drawn, list(own), lambda who, one: one not in own[who])
    assert set(found) == set(drawn)
    assert all(one not in own[who] for one, who in found.items())
    assert found == assigned("seed", drawn, ["c", "b", "a"], lambda who, one: one not in own[who])
    assert assigned("seed", drawn, ["b"], lambda who, one: one not in own[who]).keys() == {"v-1", "v-4"}


# --- comparing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "first", "second", "verdict"),
    [
        (Q.VISITED, {}, {"visited": YES}, Verdict.SAME),
        (Q.VISITED, {}, {"visited": NO}, Verdict.DIFFERENT),
        (Q.VISITED, {}, {"visited": UNKNOWN}, Verdict.OPEN),
        (Q.VISITED_ON, {}, {"visited_on": TODAY}, Verdict.SAME),
        (Q.VISITED_ON, {}, {"visited_on": dt.date(2026, 3, 3)}, Verdict.NEAR),
        (Q.VISITED_ON, {}, {"visited_on": dt.date(2026, 3, 8)}, Verdict.DIFFERENT),
        (Q.VISITED_ON, {}, {}, Verdict.OPEN),
        (Q.MODE, {}, {"mode": Mode.ONSITE}, Verdict.SAME),
        (Q.MODE, {}, {"mode": Mode.PHONE}, Verdict.DIFFERENT),
        (Q.AT_HOME_COUNT, {"at_home_count": 2}, {"at_home_count": 2}, Verdict.SAME),
        (Q.AT_HOME_COUNT, {"at_home_count": 2}, {"at_home_count": 3}, Verdict.NEAR),
        (Q.AT_HOME_COUNT, {"at_home_count": 2}, {"at_home_count": 0}, Verdict.DIFFERENT),
        (Q.AT_HOME_COUNT, {}, {"at_home_count": 0}, Verdict.OPEN),
        (Q.MONEY_RECEIVED, {"money_received": YES}, {"money_received": NO}, Verdict.DIFFERENT),
        (Q.MONEY_RECEIVED, {"money_received": UNKNOWN}, {"money_received": NO}, Verdict.OPEN),
        (Q.CARER_PRESENT, {"carer_present": NO}, {"carer_present": NO}, Verdict.SAME),
    ],
)
def test_answers_are_compared_by_question(
    question: BackCheckQuestion, first: dict[str, Any], second: dict[str, Any], verdict: Verdict
) -> None:
    [told] = compare(
        visit(findings=Findings(**first)), check(questions=(question,)), BackCheckAnswers(**second), RULES
    )
    assert (told.question, told.verdict) == (question, verdict)


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ((), (), Verdict.SAME),
        ((NeedKind.CARE,), (NeedKind.CARE,), Verdict.SAME),
        ((NeedKind.CARE,), (), Verdict.NEAR),
        ((), (NeedKind.CARE,), Verdict.DIFFERENT),
        ((NeedKind.CARE,), (NeedKind.JOB,), Verdict.DIFFERENT),
    ],
)
def test_a_need_that_the_visit_does_not_know_is_a_difference(
    first: tuple[NeedKind, ...], second: tuple[NeedKind, ...], verdict: Verdict
) -> None:
    [told] = compare(visit(needs=first), check(questions=(Q.NEEDS,)), BackCheckAnswers(needs=second), RULES)
    assert told.verdict is verdict


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        (Satisfaction.VERY, Satisfaction.OK, Verdict.NEAR),
        (Satisfaction.OK, Satisfaction.NO, Verdict.DIFFERENT),
        (Satisfaction.REFUSED, Satisfaction.NO, Verdict.OPEN),
        (None, Satisfaction.NO, Verdict.OPEN),
    ],
)
def test_content_is_compared_by_content_or_not(
    first: Satisfaction | None, second: Satisfaction, verdict: Verdict
) -> None:
    made = visit(satisfaction=first)
    [told] = compare(made, check(questions=(Q.SATISFACTION,)), BackCheckAnswers(satisfaction=second), RULES)
    assert told.verdict is verdict


def test_words_are_read_and_not_compared_and_who_saw_nobody_answers_nothing_else() -> None:
    made = visit(findings=Findings(at_home_count=3, money_received=YES), suggestion="多来看看")
    denied = BackCheckAnswers(
        visited=NO,
        mode=Mode.PHONE,
        at_home_count=0,
        money_received=NO,
        needs=(NeedKind.CARE,),
        words="没来过",
    )
    told = {one.question: one.verdict for one in compare(made, check(), denied, RULES)}
    assert {one for one, verdict in told.items() if verdict is Verdict.DIFFERENT} == {
        Q.VISITED,
        Q.MONEY_RECEIVED,
    }
    assert {told[one] for one in set(Q) - {Q.VISITED, Q.MONEY_RECEIVED}} == {Verdict.OPEN}


def test_differences_are_counted_by_question_and_area() -> None:
    made = visit(findings=Findings(money_received=YES))
    questions = (Q.VISITED, Q.MONEY_RECEIVED)

    def told(number: int, area: str, **answers: Any) -> CheckedVisit:
        found = compare(made, check(questions=questions), BackCheckAnswers(**answers), RULES)
        return CheckedVisit(f"b-{number}", area, found)

    checked = [
        told(1, VILLAGE, visited=YES, money_received=NO),
        told(2, VILLAGE, visited=UNKNOWN, money_received=YES),
        told(3, "341789100202", visited=NO, money_received=YES),
    ]
    by_village = [(t.area_code, t.question, t.compared_ids, t.different_ids)
                  for t in tally(checked, AreaLevel.VILLAGE)]  # fmt: skip
    assert by_village == [
        (VILLAGE, Q.VISITED, ("b-1",), ()),
        (VILLAGE, Q.MONEY_RECEIVED, ("b-1", "b-2"), ("b-1",)),
        ("341789100202", Q.VISITED, ("b-3",), ("b-3",)),
        ("341789100202", Q.MONEY_RECEIVED, ("b-3",), ()),
    ]
    by_town = {
        t.question: (len(t.compared_ids), len(t.different_ids)) for t in tally(checked, AreaLevel.TOWN)
    }
    assert by_town == {Q.VISITED: (2, 1), Q.MONEY_RECEIVED: (3, 1)}
