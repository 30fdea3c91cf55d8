"""A clerk has a visit asked about again; a second aide asks without seeing the first answers; the answers
meet on the clerk's desk and the first aide explains: real devices, real server."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.records.back_check_drafts import BackCheckDraft
from fieldapp.domain.records.back_checks import (
    BackCheckAction,
    BackCheckAnswers,
    BackCheckOutcome,
    BackCheckQuestion,
    BackCheckStatus,
)
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Findings, Mode, VisitFields, YesNoUnknown
from fieldapp.domain.rules.back_check import Verdict
from fieldapp.services import back_checks, households, outbox, papers, visits
from fieldapp.services.back_check_views import back_check_counts, back_check_desk, back_check_view
from fieldapp.services.back_checks import NewBackCheck
from fieldapp.services.context import Context
from fieldapp.storage import meta
from server.services.checks import check_store
from tests.integration.server.county import TOWN, VILLAGE, County
from tests.integration.sync.device import Tablet, tablet

Q = BackCheckQuestion
ASKED = (Q.VISITED, Q.AT_HOME_COUNT, Q.MONEY_RECEIVED, Q.WORDS)


def context_of(device: Tablet) -> Context:
    return Context(device.store, device.user_id, device.meta(meta.DEVICE_ID))


@pytest.fixture
def clerk(county: County, tmp_path: Path) -> Iterator[Tablet]:
    with tablet(county, tmp_path / "clerk", role=Role.TOWN_CLERK, area=TOWN, seed=3) as device:
        yield device


@pytest.fixture
def home(aide: Tablet) -> HouseholdFields:
    return aide.household()


@pytest.fixture
def made(aide: Tablet, colleague: Tablet, clerk: Tablet, home: HouseholdFields) -> VisitFields:
    """A visit of the aide that all three devices hold."""
    found = Findings(at_home_count=2, money_received=YesNoUnknown.YES, health_note="老人夜里咳嗽")
    visit = aide.visit(home.id, visitors=(aide.user_id,), findings=found)
    for device in (aide, colleague, clerk):
        device.synced()
    return visit


def filled(**changes: object) -> BackCheckDraft:
    answers = BackCheckAnswers(
        visited=YesNoUnknown.YES, at_home_count=3, money_received=YesNoUnknown.NO, words="钱还没到",
        satisfaction=None,
    )  # fmt: skip
    told = {"mode": Mode.PHONE, "outcome": BackCheckOutcome.TOLD, "no_relation": True, "answers": answers}
    return BackCheckDraft.model_validate(told | changes)


def test_second_worker_asks_blindly_and_the_answers_meet(
    aide: Tablet, colleague: Tablet, clerk: Tablet, home: HouseholdFields, made: VisitFields, county: County
) -> None:
    desk, field, first = context_of(clerk), context_of(colleague), context_of(aide)
    assert colleague.user_id in dict(back_checks.checkers_for(desk, made.id))
    assert aide.user_id not in dict(back_checks.checkers_for(desk, made.id))
    wanted = NewBackCheck(made.id, colleague.user_id, ASKED, note="请在白天打")
    [asked], _ = back_checks.request_back_checks(desk, [wanted])
    assert not back_checks.may_request(desk, made.id)
    assert back_check_desk(desk).open[0].waiting
    for device in (clerk, colleague, aide):
        device.synced()

    # The second worker has the household and the questions, and nothing of what was written.
    (task,) = back_check_desk(field).to_make
    assert (task.back_check_id, task.status, task.different) == (asked, BackCheckStatus.REQUESTED, None)
    seen = back_check_view(field, asked)
    assert (seen.comparisons, seen.visit_id, seen.first_name, seen.steps) == ((), "", "", ())
    assert seen.check.questions == ASKED
    assert households.household_card(field, home.id).timeline == ()
    for read in (lambda: visits.visit_view(field, made.id), lambda: papers.visit_papers(field, [made.id])):
        with pytest.raises(NotAllowedError, match=r"^visit_under_back_check"):
            read()
    draft_id, _ = visits.begin_visit(field, home.id)
    form = visits.visit_form(field, draft_id)
    assert (form.last, form.stored.draft.findings) == (None, Findings()), "nothing is carried forward either"
    # Who wrote it, hears nothing of it yet.
    assert back_check_counts(first).to_explain == 0
    with pytest.raises((NotAllowedError, ValueError)):
        back_check_view(first, asked)

    # Offline, with a pause and a kill in between: the draft is in the store.
    back_checks.save_back_check_draft(field, asked, filled(no_relation=False))
    with pytest.raises(RuleError, match=r"^relation_undeclared"):
        back_checks.hand_in(field, asked)
    assert back_check_view(field, asked).draft == filled(no_relation=False)
    back_checks.save_back_check_draft(field, asked, filled())
    back_checks.hand_in(field, asked)
    assert back_check_desk(field).to_make == ()
    assert [one.id for one in households.household_card(field, home.id).timeline] == [made.id]
    assert colleague.synced().refused == 0

    clerk.synced()
    (item,) = back_check_desk(desk).open
    assert (item.status, item.different, item.waiting) == (BackCheckStatus.ANSWERED, 1, False)
    told = {one.question: one.verdict for one in back_check_view(desk, asked).comparisons}
    assert told == {
        Q.VISITED: Verdict.SAME, Q.AT_HOME_COUNT: Verdict.NEAR, Q.MONEY_RECEIVED: Verdict.DIFFERENT,
        Q.WORDS: Verdict.OPEN,
    }  # fmt: skip
    report = {one.question: (one.area_code, len(one.compared_ids), one.different_ids)
              for one in back_check_desk(desk).report}  # fmt: skip
    assert report[Q.MONEY_RECEIVED] == (VILLAGE, 1, (asked,))

    back_checks.step_back_check(desk, asked, BackCheckAction.ASK, "请说明救助金一项")
    for device in (clerk, aide):
        device.synced()
    (mine,) = back_check_desk(first).to_explain
    shown = back_check_view(first, asked)
    assert (mine.back_check_id, len(shown.comparisons)) == (asked, 4)
    assert mine.checker_name == "", "the first worker need not know who asked"
    back_checks.step_back_check(first, asked, BackCheckAction.EXPLAIN, "走访时存折还没打印，按家属说的填")
    for device in (aide, clerk):
        device.synced()
    back_checks.step_back_check(desk, asked, BackCheckAction.CLOSE, "已与银行核对，本月已到账")
    for device in (clerk, aide, colleague):
        assert device.synced().refused == 0
    (over,) = back_check_desk(desk).over
    assert over.status is BackCheckStatus.CLOSED
    assert [one.note for one in back_check_view(desk, asked).steps][1:] == [
        "请说明救助金一项", "走访时存折还没打印，按家属说的填", "已与银行核对，本月已到账",
    ]  # fmt: skip
    assert check_store(county.context.store) == []


def test_withdrawn_while_it_was_answered_offline_is_told(
    colleague: Tablet, clerk: Tablet, made: VisitFields
) -> None:
    desk, field = context_of(clerk), context_of(colleague)
    [asked], _ = back_checks.request_back_checks(desk, [NewBackCheck(made.id, colleague.user_id, ASKED)])
    for device in (clerk, colleague):
        device.synced()
    back_checks.save_back_check_draft(field, asked, filled())
    back_checks.hand_in(field, asked)
    back_checks.step_back_check(desk, asked, BackCheckAction.WITHDRAW, "住户搬走了")
    clerk.synced()
    assert colleague.synced().refused == 0
    clerk.synced()
    seen = back_check_view(desk, asked)
    assert (seen.check.status, seen.comparisons) == (BackCheckStatus.WITHDRAWN, ())
    assert back_check_view(field, asked).item.refused_code == "back_check_step"
    assert outbox.outbox_view(field).records == ()


def test_draw_is_the_same_for_whoever_knows_the_seed_and_assigns_nobody_his_own(
    aide: Tablet, colleague: Tablet, clerk: Tablet, home: HouseholdFields
) -> None:
    for number in range(12):
        aide.visit(home.id, visitors=(aide.user_id,), narrative=f"第{number}次，老人在家，情况正常。")
    for device in (aide, clerk):
        device.synced()
    desk = context_of(clerk)
    span = (desk.today() - dt.timedelta(days=30), desk.today())
    drawn = back_checks.draw_visits(desk, TOWN, *span, percent=20, seed="2026Q1-demo")
    again = back_checks.draw_visits(desk, VILLAGE, *span, percent=20, seed="2026Q1-demo")
    assert drawn == again
    assert (drawn.total, len(drawn.drawn)) == (12, 3)
    assert {one.checker_id for one in drawn.drawn} == {colleague.user_id}
    wanted = [
        NewBackCheck(one.visit_id, one.checker_id, ASKED, seed=drawn.seed, share_percent=drawn.percent)
        for one in drawn.drawn
    ]
    ids, _ = back_checks.request_back_checks(desk, wanted)
    assert (len(ids), clerk.synced().refused) == (3, 0)
    left = back_checks.draw_visits(desk, TOWN, *span, percent=20, seed="2026Q1-demo")
    assert left.total == 9, "what is being asked about is not drawn a second time"
    with pytest.raises(NotAllowedError, match=r"^not_permitted"):
        back_checks.draw_visits(context_of(aide), VILLAGE, *span, percent=20, seed="2026Q1-demo")
