"""R24: the course of an urgent clue as a table, on every side alike."""

import datetime as dt
import itertools
import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.permissions import PERMISSIONS, Permission
from fieldapp.domain.records.clues import (
    ClueAction,
    ClueFields,
    ClueStatus,
    ClueStepFields,
    Urgency,
)
from fieldapp.domain.records.users import Role
from fieldapp.domain.rules.clue_flow import (
    TRANSITIONS,
    ClueState,
    Need,
    Standing,
    allowed_actions,
    begun,
    expected_state,
    needs_of,
    refusal,
    state_of,
    taken,
)

COUNTY = Parameters()
AT = dt.datetime(2026, 3, 5, 2, tzinfo=dt.UTC)
RIGHTS = frozenset(
    {Permission.FOLLOW_CLUE, Permission.ACCEPT_CLUE, Permission.ASSIGN_CLUE, Permission.CLOSE_CLUE,
     Permission.CLOSE_URGENT_CLUE}
)  # fmt: skip
EVERYBODY = Standing("u", RIGHTS)
A, S = ClueAction, ClueStatus


def clue(urgency: Urgency = Urgency.L2, household: str | None = "h") -> ClueFields:
    return ClueFields(
        id="c1", created_at=AT, created_by="r", updated_at=AT, updated_by="r", household_id=household,
        area_code="341789100201", place="村口", urgency=urgency, description="情况", reported_at=AT,
    )  # fmt: skip


def step(
    action: ClueAction, n: int = 1, *, seq: int = 0, whole: bool = True, **values: object
) -> ClueStepFields:
    at = AT + dt.timedelta(minutes=n)
    given_values: dict[str, object] = {}
    if whole:
        given_values = {
            "opinion": "意见", "assignee_id": "u", "main_id": "c2", "department": "卫生院", "visit_id": "v",
            "on_spot_at": at,
        }  # fmt: skip
    return ClueStepFields.model_validate(
        {"id": f"s{n}", "created_at": at, "created_by": "u", "updated_at": at, "updated_by": "u",
         "clue_id": "c1", "area_code": "341789100201", "action": action, "at": at, "seq": seq}
        | given_values | values
    )  # fmt: skip


def walk(*actions: ClueAction, urgency: Urgency = Urgency.L2) -> ClueState:
    state = begun(clue(urgency))
    for n, action in enumerate(actions, start=1):
        one = step(action, n)
        assert refusal(state, one, EVERYBODY, COUNTY) == "", (action, state.status)
        state = taken(state, one)
    return state


TO_VERIFYING = (A.ACCEPT, A.ASSIGN, A.START)
WHOLE = (*TO_VERIFYING, A.CONFIRM, A.RELIEF, A.FOLLOW_UP, A.VISIT, A.CLOSE)


def test_a_whole_course() -> None:
    state = walk(*WHOLE)
    assert (state.status, state.steps, state.confirmed, state.relief_given) == (S.CLOSED, 8, True, True)


def test_every_action_has_one_row_and_every_status_is_reached_and_left() -> None:
    assert [row.action for row in TRANSITIONS] == list(dict.fromkeys(row.action for row in TRANSITIONS))
    assert {row.action for row in TRANSITIONS} == set(ClueAction)
    targets = {row.target for row in TRANSITIONS} - {None}
    assert targets | {S.REPORTED} == set(ClueStatus)
    moving = {source for row in TRANSITIONS if row.target is not None for source in row.sources}
    assert moving == set(ClueStatus), "no status without an exit"


def _ways() -> dict[ClueStatus, set[ClueStatus]]:
    ways: dict[ClueStatus, set[ClueStatus]] = {status: set() for status in ClueStatus}
    for row in TRANSITIONS:
        if row.target is not None:
            for source in row.sources:
                ways[source].add(row.target)
    return ways


def test_from_every_status_a_clue_can_still_be_closed() -> None:
    ways = _ways()
    for status in ClueStatus:
        seen, left = {status}, [status]
        while left:
            for following in ways[left.pop()] - seen:
                seen.add(following)
                left.append(following)
        assert S.CLOSED in seen, status


NOT_TO_BE_SKIPPED = {
    S.ACCEPTED: {S.REPORTED},
    S.VERIFYING: {S.ASSIGNED},
    S.CONFIRMED: {S.VERIFYING},
    S.NOT_CONFIRMED: {S.VERIFYING},
    S.IN_RELIEF: {S.CONFIRMED},
    S.FOLLOW_UP: {S.CONFIRMED, S.IN_RELIEF},
    S.CLOSED: {S.FOLLOW_UP, S.NOT_CONFIRMED},
}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(list(ClueAction)), max_size=25), st.sampled_from(list(Urgency)))
def test_no_path_skips_a_step(actions: list[ClueAction], urgency: Urgency) -> None:
    state = begun(clue(urgency))
    for n, action in enumerate(actions, start=1):
        one = step(action, n)
        before = state.status
        offered = action in allowed_actions(state, EVERYBODY)
        refused = refusal(state, one, EVERYBODY, COUNTY)
        assert offered is (refused == ""), (before, action, refused)
        if refused:
            continue
        state = taken(state, one)
        if state.status is not before:
            assert before in NOT_TO_BE_SKIPPED.get(state.status, {before}), (before, state.status)
        if state.status is S.CLOSED:
            assert state.confirmed is False or state.visits, "closed without a follow-up visit"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(list(ClueAction)), max_size=15), st.randoms(use_true_random=False))
def test_the_fold_does_not_depend_on_the_order_of_arrival(
    actions: list[ClueAction], chance: random.Random
) -> None:
    """The server numbers what it takes; refused and unsent steps change nothing for others."""
    report = clue()
    state, kept, number = begun(report), [], 0
    for n, action in enumerate(actions, start=1):
        one = step(action, n)
        code = refusal(state, one, EVERYBODY, COUNTY)
        if code:
            kept.append(one.model_copy(update={"refused_code": code}))
            continue
        number += 1
        kept.append(one.model_copy(update={"seq": number}))
        state = taken(state, kept[-1])
    chance.shuffle(kept)
    assert state_of(report, kept) == state
    unsent = step(A.ACCEPT, 99)
    assert state_of(report, [unsent, *kept]) == state


def test_unsent_steps_lie_on_top_and_a_hopeless_one_is_passed_over() -> None:
    report = clue()
    held = [step(A.ACCEPT, 1, seq=1)]
    mine = [step(A.ASSIGN, 2), step(A.ACCEPT, 3), step(A.START, 4)]
    expected = expected_state(report, [*mine, *held], EVERYBODY, COUNTY)
    assert (expected.status, expected.steps, expected.waiting) == (S.VERIFYING, 1, 2)
    # Somebody was first: what was built on the old standing falls away.
    overtaken = [*held, step(A.TRANSFER, 5, seq=2)]
    assert expected_state(report, [*mine, *overtaken], EVERYBODY, COUNTY).status is S.TRANSFERRED


@pytest.mark.parametrize(
    ("before", "action", "missing", "code"),
    [
        ((), A.MARK_DUPLICATE, "main_id", "clue_main_needed"),
        ((), A.TRANSFER, "department", "clue_department_needed"),
        ((), A.TRANSFER, "opinion", "reason_required"),
        ((A.ACCEPT,), A.ASSIGN, "assignee_id", "clue_assignee_needed"),
        (TO_VERIFYING, A.CONFIRM, "visit_id", "clue_visit_needed"),
        (TO_VERIFYING, A.NOT_CONFIRM, "opinion", "reason_required"),
        (WHOLE[:-1], A.CLOSE, "opinion", "reason_required"),
        (WHOLE, A.REOPEN, "opinion", "reason_required"),
        (WHOLE[:-2], A.VISIT, "visit_id", "clue_visit_needed"),
    ],
)
def test_a_step_brings_what_it_needs(
    before: tuple[ClueAction, ...], action: ClueAction, missing: str, code: str
) -> None:
    empty = None if missing in ("main_id", "visit_id") else ""
    bare = step(action, 50).model_copy(update={missing: empty})
    assert refusal(walk(*before), bare, EVERYBODY, COUNTY) == code
    assert refusal(walk(*before), step(action, 50), EVERYBODY, COUNTY) == ""


def test_without_a_household_somebody_must_have_been_there() -> None:
    state = taken(taken(taken(begun(clue(household=None)), step(A.ACCEPT)), step(A.ASSIGN)), step(A.START))
    bare = step(A.CONFIRM, 9, on_spot_at=None, visit_id=None)
    assert refusal(state, bare, EVERYBODY, COUNTY) == "clue_on_spot_needed"
    found = step(A.CONFIRM, 9, visit_id=None, found_household_id="h9")
    assert refusal(state, found, EVERYBODY, COUNTY) == "clue_visit_needed"
    after = taken(state, step(A.CONFIRM, 9, found_household_id="h9"))
    assert after.household_id == "h9"


def test_a_late_step_is_told_from_an_illegal_one() -> None:
    state = walk(A.ACCEPT)
    assert refusal(state, step(A.ACCEPT, 2, seen=S.REPORTED), EVERYBODY, COUNTY) == "clue_step_late"
    assert refusal(state, step(A.CLOSE, 2, seen=S.ACCEPTED), EVERYBODY, COUNTY) == "clue_step_illegal"
    assert refusal(state, step(A.CLOSE, 2), EVERYBODY, COUNTY) == "clue_step_illegal"


def test_regrading_downwards_needs_a_reason_and_counts_from_then_on() -> None:
    lower = step(A.ACCEPT, 1, urgency=Urgency.L3, opinion="")
    assert refusal(begun(clue(Urgency.L1)), lower, EVERYBODY, COUNTY) == "reason_required"
    assert refusal(begun(clue(Urgency.L3)), step(A.ACCEPT, 1, urgency=Urgency.L1, opinion=""), EVERYBODY,
                   COUNTY) == ""  # fmt: skip
    assert taken(begun(clue(Urgency.L1)), step(A.ACCEPT, 1, urgency=Urgency.L3)).urgency is Urgency.L3
    # Only acceptance grades.
    assert taken(walk(A.ACCEPT), step(A.ASSIGN, 2, urgency=Urgency.L1)).urgency is Urgency.L2


def test_reopening_begins_anew_within_ninety_days() -> None:
    closed = walk(*WHOLE)
    late = step(A.REOPEN, 9, at=closed.status_at + dt.timedelta(days=90, minutes=1))
    assert refusal(closed, late, EVERYBODY, COUNTY) == "clue_reopen_too_late"
    again = taken(closed, step(A.REOPEN, 60))
    assert (again.status, again.confirmed, again.visits, again.assignee_id) == (S.REOPENED, None, (), "")
    assert again.course.reported_at == AT + dt.timedelta(minutes=60)
    assert refusal(again, step(A.ASSIGN, 61), EVERYBODY, COUNTY) == ""


def test_papers_are_asked_for_once_and_only_after_relief() -> None:
    assert refusal(walk(*WHOLE[:5]), step(A.PAPERS, 20), EVERYBODY, COUNTY) == ""
    done = walk(*WHOLE[:5], A.PAPERS)
    assert refusal(done, step(A.PAPERS, 20), EVERYBODY, COUNTY) == "clue_papers_not_due"
    unrelieved = walk(*TO_VERIFYING, A.CONFIRM, A.FOLLOW_UP)
    assert refusal(unrelieved, step(A.PAPERS, 20), EVERYBODY, COUNTY) == "clue_papers_not_due"


# -- who may what (domain brief 7) ----------------------------------------------------------------------

MATRIX = {
    Role.GRID_WORKER: {A.START, A.CONFIRM, A.NOT_CONFIRM, A.VISIT},
    Role.VILLAGE_AIDE: {A.ACCEPT, A.MARK_DUPLICATE, A.TRANSFER, A.START, A.CONFIRM, A.NOT_CONFIRM, A.VISIT},
    Role.ASSESSMENT_MEMBER: {A.START, A.CONFIRM, A.NOT_CONFIRM, A.VISIT},
    Role.TOWN_CLERK: set(ClueAction),
    Role.TOWN_LEADER: {A.START, A.CONFIRM, A.NOT_CONFIRM, A.VISIT, A.CLOSE},
    Role.COUNTY_OFFICER: set(ClueAction),
}
"""What each role may do about a clue that is assigned to it; all others may do nothing."""


def _situations(urgency: Urgency) -> Iterator[tuple[ClueAction, ClueState]]:
    """A state from which each action is possible."""
    paths = [WHOLE[:n] for n in range(len(WHOLE) + 1)]
    for action, path in itertools.product(ClueAction, paths):
        state = walk(*path, urgency=urgency)
        if refusal(state, step(action, 70), EVERYBODY, COUNTY) == "":
            yield action, state


@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("role", Role)
def test_matrix_of_roles_and_actions(role: Role, urgency: Urgency) -> None:
    who = Standing("u", RIGHTS & PERMISSIONS[role])
    met = set()
    for action, state in _situations(urgency):
        met.add(action)
        wanted = action in MATRIX.get(role, set())
        if action is A.CLOSE and role is Role.TOWN_CLERK:
            wanted = urgency is Urgency.L3
        if action is A.CLOSE and role is Role.TOWN_LEADER:
            wanted = urgency is not Urgency.L3
        refused = refusal(state, step(action, 70), who, COUNTY)
        assert (refused == "") is wanted, (role, action, refused)
        assert (action in allowed_actions(state, who)) is wanted
    assert met == set(ClueAction)


def test_only_the_assignee_verifies() -> None:
    state = walk(A.ACCEPT, A.ASSIGN)
    other = Standing("somebody", RIGHTS)
    assert refusal(state, step(A.START, 5), other, COUNTY) == "not_permitted"
    assert A.START not in allowed_actions(state, other)
    assert needs_of(A.CONFIRM) == (Need.ON_SPOT,)
