"""The state machine of relief, follow-up visits, and the fund's sums (R11, R24)."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.clock import start_of_day
from fieldapp.domain.errors import FieldappError, NotAllowedError, RuleError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.funds import FundEntryFields, FundEntryKind
from fieldapp.domain.records.reliefs import (
    PapersState,
    ReliefAction,
    ReliefFields,
    ReliefPath,
    ReliefStatus,
)
from fieldapp.domain.records.visits import Mode, Purpose, Result, VisitState
from fieldapp.domain.rules.relief_flow import (
    FIELDS,
    FINAL,
    TRANSITIONS,
    ReliefStanding,
    actions_from,
    advance,
    fold,
    fund_movement,
    permission_for,
    standing_of,
)
from fieldapp.domain.rules.relief_followup import follow_up
from fieldapp.domain.rules.standby_fund import allowance, balance, check_entry, check_movement
from fieldapp.domain.rules.visit_facts import VisitFact
from tests.unit.rules.relief_cases import AT, CLERK, GRID, LEADER, relief, stamps, step

GOLDEN = tomllib.loads(
    (Path(__file__).parents[2] / "golden" / "rules" / "relief.toml").read_text(encoding="utf-8")
)
COUNTY = Parameters()
ALL: dict[str, dict[str, Any]] = {
    "DECIDE": {"amount": 309_600},
    "DENY": {"opinion": "不符合"},
    "PAY": {"amount": 309_600, "by": CLERK},
    "REFUND": {"amount": 16_800, "opinion": "提前退房", "by": CLERK},
    "PAPERS": {"by": CLERK},
    "FOLLOW_UP": {"visit_id": "v-1", "by": CLERK},
    "FINISH": {"outcome": "SOLVED", "by": CLERK},
}
"""Each action with what it needs."""


def go(one: ReliefFields, *actions: str) -> ReliefStanding:
    standing = ReliefStanding()
    for number, action in enumerate(actions, start=1):
        standing = advance(one, standing, step(action, number, **ALL[action]), COUNTY)
    return standing


def test_story_pays_first_and_ends_with_papers_and_confirmation() -> None:
    done = go(relief(), "PAY", "FOLLOW_UP", "PAPERS", "DECIDE", "FINISH")
    assert (done.status, done.papers_state, done.steps_taken) == (
        ReliefStatus.DONE,
        PapersState.COMPLETE,
        5,
    )
    assert (done.paid_amount, done.decided_amount, done.decided_by) == (309_600, 309_600, LEADER)


def test_normal_path_decides_before_it_pays() -> None:
    normal = relief(path="NORMAL")
    assert go(normal, "DECIDE", "PAY", "FOLLOW_UP", "FINISH").status is ReliefStatus.DONE
    with pytest.raises(NotAllowedError, match="relief_step_not_possible"):
        go(normal, "PAY")
    with pytest.raises(NotAllowedError, match="relief_step_not_possible"):
        go(normal, "DECIDE", "PAY", "PAPERS")
    assert go(normal, "DECIDE").papers_state is PapersState.NOT_NEEDED


@pytest.mark.parametrize(
    ("taken", "wanted", "code"),
    [
        (("PAY", "FOLLOW_UP", "DECIDE"), "FINISH", "relief_papers_missing"),
        (("PAY", "FOLLOW_UP", "PAPERS"), "FINISH", "relief_not_decided"),
        (("PAY", "DECIDE"), "DECIDE", "relief_decided"),
        (("PAY", "PAPERS"), "PAPERS", "relief_papers_complete"),
        (("PAY",), "PAY", "relief_step_not_possible"),
        (("DENY",), "PAY", "relief_step_not_possible"),
        (("PAY", "DECIDE", "PAPERS"), "FINISH", "relief_step_not_possible"),
        ((), "FOLLOW_UP", "relief_step_not_possible"),
    ],
)
def test_steps_out_of_turn_are_refused_with_the_reason(
    taken: tuple[str, ...], wanted: str, code: str
) -> None:
    standing = go(relief(), *taken)
    with pytest.raises(NotAllowedError) as caught:
        advance(relief(), standing, step(wanted, 9, **ALL[wanted]), COUNTY)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("taken", "action", "values", "code"),
    [
        ((), "DECIDE", {"amount": 0}, "relief_amount_wrong"),
        ((), "DECIDE", {"amount": 309_601}, "relief_amount_wrong"),
        ((), "DENY", {}, "reason_required"),
        ((), "PAY", {"amount": 309_601}, "relief_amount_wrong"),
        (("PAY",), "REFUND", {"amount": 309_601, "opinion": "x"}, "relief_refund_too_much"),
        (("PAY",), "REFUND", {"amount": 1}, "reason_required"),
        (("PAY",), "FOLLOW_UP", {}, "relief_visit_required"),
        (("PAY", "FOLLOW_UP", "PAPERS", "DECIDE"), "FINISH", {}, "relief_outcome_required"),
    ],
)
def test_steps_that_lack_something_say_what(
    taken: tuple[str, ...], action: str, values: dict[str, Any], code: str
) -> None:
    with pytest.raises(RuleError) as caught:
        advance(relief(), go(relief(), *taken), step(action, 9, **values), COUNTY)
    assert caught.value.code == code


def test_payment_needs_a_signature_somewhere() -> None:
    bare = relief(signature=None)
    with pytest.raises(RuleError, match="relief_signature_required"):
        go(bare, "PAY")
    signed = step("PAY", amount=1, signature={"attestation": "REFUSED", "reason": "不愿签"})
    assert advance(bare, ReliefStanding(), signed, COUNTY).paid_amount == 1


@pytest.mark.parametrize("by", [CLERK, "u-aide"])
def test_nobody_decides_what_he_proposed_or_surveyed(by: str) -> None:
    with pytest.raises(NotAllowedError, match="relief_own_survey"):
        advance(relief(), ReliefStanding(), step("DECIDE", amount=1, by=by), COUNTY)


def test_payment_is_bounded_by_a_decision_for_less() -> None:
    decided = advance(relief(path="NORMAL"), ReliefStanding(), step("DECIDE", amount=200_000), COUNTY)
    with pytest.raises(RuleError, match="relief_amount_wrong"):
        advance(relief(path="NORMAL"), decided, step("PAY", 2, amount=200_001), COUNTY)


def test_decision_above_the_limit_asks_for_the_county() -> None:
    above = relief(decide_at_level="COUNTY")
    assert permission_for(above, ReliefAction.DECIDE) is Permission.DECIDE_RELIEF_ABOVE_LIMIT
    assert permission_for(relief(), ReliefAction.DECIDE) is Permission.DECIDE_RELIEF


@pytest.mark.parametrize("row", GOLDEN["papers"])
def test_papers_are_due_in_working_days(row: dict[str, Any]) -> None:
    paid = start_of_day(row["paid"]) + dt.timedelta(hours=9)
    standing = advance(relief(), ReliefStanding(), step("PAY", amount=1, at=paid), COUNTY)
    assert standing.papers_due == row["due"]
    assert not standing.papers_overdue(row["due"])
    assert standing.papers_overdue(row["due"] + dt.timedelta(days=1))


@pytest.mark.parametrize("path", ReliefPath)
def test_no_state_is_without_exit_and_all_are_reached(path: ReliefPath) -> None:
    listed = TRANSITIONS[path]
    reached, fresh = {ReliefStatus.PROPOSED}, {ReliefStatus.PROPOSED}
    while fresh:
        fresh = {to for (status, _), to in listed.items() if status in fresh} - reached
        reached |= fresh
    assert reached == set(ReliefStatus)
    ends = {status for status in ReliefStatus if not any(status is s for s, _ in listed)}
    assert ends == FINAL


def _steps() -> st.SearchStrategy[list[Any]]:
    one = st.tuples(st.sampled_from(sorted(ALL)), st.integers(0, 400_000), st.sampled_from([CLERK, LEADER]))
    return st.lists(one, max_size=14).map(
        lambda drawn: [
            step(action, number, **{**ALL[action], "by": by, "amount": amount})
            for number, (action, amount, by) in enumerate(drawn, start=1)
        ]
    )


@given(path=st.sampled_from(list(ReliefPath)), taken=_steps())
def test_no_path_skips_a_step_whatever_arrives(path: ReliefPath, taken: list[Any]) -> None:
    one = relief(path=path)
    standing, accepted = ReliefStanding(), []
    for arrived in taken:
        before = standing
        try:
            standing = advance(one, standing, arrived, COUNTY)
        except FieldappError:
            assert standing is before
            continue
        accepted.append(arrived)
        assert TRANSITIONS[path][before.status, arrived.action] is standing.status
        assert arrived.action in actions_from(one, before)
    names = [one.action for one in accepted]
    assert standing.steps_taken == len(accepted)
    assert names.count(ReliefAction.PAY) <= 1
    assert 0 <= standing.refunded_amount <= standing.paid_amount <= one.amount
    if standing.status is ReliefStatus.DONE:
        assert {ReliefAction.PAY, ReliefAction.FOLLOW_UP, ReliefAction.FINISH} <= set(names)
        assert standing.decision is not None
        assert standing.papers_state is not PapersState.PENDING
        if path is ReliefPath.NORMAL:
            assert names.index(ReliefAction.DECIDE) < names.index(ReliefAction.PAY)
    # What the relief carries is enough to go on from: folding in parts is folding at once.
    assert fold(one, taken, COUNTY) == standing
    middle = len(taken) // 2
    half = fold(one, taken[:middle], COUNTY)
    carried = one.model_copy(update={name: getattr(half, name) for name in FIELDS})
    assert fold(carried, taken[middle:], COUNTY, standing_of(carried)) == standing


# -- follow-up ----------------------------------------------------------------------------------------


def _visit(day: dt.date, **values: Any) -> VisitFact:
    at = start_of_day(day) + dt.timedelta(hours=9)
    facts = {
        "purpose": Purpose.RELIEF, "mode": Mode.ONSITE, "result": Result.NORMAL,
        "state": VisitState.SUBMITTED, **values,
    }  # fmt: skip
    return VisitFact(
        visit_id=f"v-{day}", household_id="h-1", area_code=GRID, finished_at=at,
        received_at=at, visitors=(CLERK,), day=day, **facts,
    )  # fmt: skip


@pytest.mark.parametrize("row", GOLDEN["follow_up"])
def test_follow_up_worked_examples(row: dict[str, Any]) -> None:
    paid = start_of_day(row["paid"]) + dt.timedelta(hours=9)
    one = relief(status="PAID", paid_at=paid, urgency=row["urgency"])
    owed = follow_up(one, [_visit(day) for day in row["visits"]], COUNTY)
    assert owed is not None
    assert owed.due == row["due"]
    assert owed.days_overdue(row["due"] + dt.timedelta(days=2)) == 2


@pytest.mark.parametrize(
    "values",
    [
        {"purpose": Purpose.ROUTINE},
        {"mode": Mode.PHONE},
        {"result": Result.NOT_HOME},
        {"state": VisitState.VOID},
        {"superseded": True},
    ],
)
def test_only_relief_visits_that_met_somebody_at_home_count(values: dict[str, Any]) -> None:
    one = relief(status="FOLLOW_UP", paid_at=AT)
    later = dt.date(2026, 2, 22)
    assert follow_up(one, [_visit(later, **values)], COUNTY) == follow_up(one, [], COUNTY)


@pytest.mark.parametrize("status", ["PROPOSED", "DECIDED", "DENIED", "DONE"])
def test_nothing_is_owed_before_the_payment_nor_after_the_end(status: str) -> None:
    assert follow_up(relief(status=status, paid_at=AT), [], COUNTY) is None


# -- the fund -----------------------------------------------------------------------------------------


def _entry(kind: FundEntryKind, amount: int, note: str = "同意") -> FundEntryFields:
    return FundEntryFields.model_validate(
        {
            **stamps("f-1", "server"), "area_code": "341789100", "kind": kind, "amount": amount,
            "booked_at": AT, "note": note,
        }
    )  # fmt: skip


def test_balance_is_the_sum_and_an_allowance_is_no_money() -> None:
    entries = [
        _entry(FundEntryKind.GRANT, 500_000),
        _entry(FundEntryKind.PAYMENT, -309_600),
        _entry(FundEntryKind.REFUND, 16_800),
        _entry(FundEntryKind.ALLOWANCE, 100_000),
    ]
    assert (balance(entries), allowance(entries)) == (207_200, 100_000)
    check_movement(-307_200, 207_200, 100_000)
    with pytest.raises(RuleError, match="fund_overdrawn"):
        check_movement(-307_201, 207_200, 100_000)


@pytest.mark.parametrize(
    ("kind", "amount", "note", "code"),
    [
        (FundEntryKind.GRANT, -1, "", "fund_amount_wrong"),
        (FundEntryKind.PAYMENT, 1, "", "fund_amount_wrong"),
        (FundEntryKind.REFUND, 0, "", "fund_amount_wrong"),
        (FundEntryKind.CORRECTION, 5, " ", "fund_note_required"),
        (FundEntryKind.ALLOWANCE, 5, "", "fund_note_required"),
    ],
)
def test_entry_with_a_wrong_sign_or_without_its_note_is_refused(
    kind: FundEntryKind, amount: int, note: str, code: str
) -> None:
    with pytest.raises(RuleError) as caught:
        check_entry(_entry(kind, amount, note))
    assert caught.value.code == code


@given(path=st.sampled_from(list(ReliefPath)), taken=_steps(), source=st.sampled_from(["STANDBY", "COUNTY"]))
def test_what_steps_move_always_balances(path: ReliefPath, taken: list[Any], source: str) -> None:
    """The fund loses exactly what was paid and not given back, and only where it is the fund's money."""
    one = relief(path=path, fund_source=source)
    standing, moved = ReliefStanding(), 0
    for arrived in taken:
        try:
            standing = advance(one, standing, arrived, COUNTY)
        except FieldappError:
            continue
        moved += fund_movement(one, arrived)
    expected = standing.refunded_amount - standing.paid_amount
    assert moved == (expected if source == "STANDBY" else 0)
