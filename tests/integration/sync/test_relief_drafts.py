"""Relief while it is written down: kept at every keystroke, handed in with its payment in one commit."""

import pytest

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.records.clue_drafts import ClueDraft
from fieldapp.domain.records.clues import ClueAction, ClueKind, ClueStatus, Urgency
from fieldapp.domain.records.relief_drafts import ReliefDraft
from fieldapp.domain.records.reliefs import PapersState, ReliefAction, ReliefCause, ReliefStatus
from fieldapp.domain.rules.finding import Severity
from fieldapp.services import clue_reports, clues, relief_drafts, relief_lists
from fieldapp.services.clues import StepDraft
from fieldapp.services.photos import clear_unused
from tests.integration.server.county import GRID_1
from tests.integration.sync.test_reliefs import MEALS, NIGHTS, Office, household, office

__all__ = ["office"]


def test_draft_is_found_again_and_handed_in_with_its_payment(office: Office) -> None:
    house = household(office)
    office.grant(500_000)
    office.sync()
    clerk = office.clerk
    draft_id, _ = relief_drafts.begin_relief(clerk.context, ReliefDraft(household_id=house))
    again, _ = relief_drafts.begin_relief(clerk.context, ReliefDraft(household_id=house))
    assert again == draft_id
    form = relief_drafts.relief_form(clerk.context, draft_id)
    assert form.household is not None
    assert [member.name for member in form.members] == ["户主甲"]
    assert {clerk.device.user_id, office.aide.device.user_id} <= form.workers.keys()
    assert form.stored.draft.surveyors == (clerk.device.user_id,)

    found = [one.code for one in relief_drafts.check_draft(clerk.context, form.stored.draft)]
    assert found == ["relief_cause_required"]
    photo = clerk.device.photo(seed=3)
    filled = form.stored.draft.model_copy(
        update={
            "cause": ReliefCause.COLD_HEAT, "reason": "大雪", "items": (NIGHTS, MEALS), "person_count": 2,
            "photos": (photo,), "signature": clerk.device.signature(),
        }
    )  # fmt: skip
    relief_drafts.save_relief_draft(clerk.context, draft_id, filled)
    office.county.clock.advance(days=2)
    assert clear_unused(clerk.context) == 0  # a draft's photos are in use
    [item] = relief_drafts.relief_drafts(clerk.context)
    assert (item.stored.draft, item.head_name) == (filled, "户主甲")
    warnings = relief_drafts.check_draft(clerk.context, filled)
    assert [(one.code, one.severity) for one in warnings] == [("relief_surveyors_few", Severity.WARNING)]

    relief_id, changes = relief_drafts.hand_in_relief(clerk.context, draft_id, paid=True)
    assert changes.touches("reliefs")
    assert relief_drafts.relief_drafts(clerk.context) == []
    told = clerk.view(relief_id).relief
    assert (told.status, told.papers_state) == (ReliefStatus.PAID, PapersState.PENDING)
    office.sync()
    assert office.officer.view(relief_id).relief.paid_amount == 309_600
    assert office.balance() == 190_400
    assert office.sound()


def test_what_cannot_be_handed_in_stays_a_draft(office: Office) -> None:
    house = household(office)
    context = office.clerk.context
    draft_id, _ = relief_drafts.begin_relief(
        context, ReliefDraft(household_id=house, cause=ReliefCause.FIRE, reason="失火", items=(MEALS,))
    )
    with pytest.raises(RuleError, match="relief_signature_required"):
        relief_drafts.hand_in_relief(context, draft_id, paid=True)
    assert relief_lists.relief_list(context) == []  # neither half of it happened
    [kept] = relief_drafts.relief_drafts(context)
    assert kept.stored.id == draft_id
    stored, _ = relief_drafts.discard_relief_draft(context, draft_id)
    assert relief_drafts.relief_drafts(context) == []
    relief_drafts.restore_relief_draft(context, stored)
    assert relief_drafts.relief_form(context, draft_id).stored == stored
    with pytest.raises(NotAllowedError, match="not_permitted"):
        relief_drafts.begin_relief(office.aide.context, ReliefDraft(household_id=house))


def test_relief_for_a_stranger_begins_at_a_place(office: Office) -> None:
    household(office)
    grid = "341789100201001"
    draft_id, _ = relief_drafts.begin_relief(
        office.clerk.context, ReliefDraft(area_code=grid, recipient="流浪人员一名", urgency=Urgency.L1)
    )
    form = relief_drafts.relief_form(office.clerk.context, draft_id)
    assert (form.household, form.members, form.stored.draft.area_code) == (None, (), grid)
    other, _ = relief_drafts.begin_relief(office.clerk.context, ReliefDraft(area_code=grid))
    assert other != draft_id


def test_the_clue_goes_along_with_its_relief_and_its_papers(office: Office) -> None:
    house = household(office)
    office.grant(500_000)
    clerk = office.clerk
    reported = ClueDraft(
        household_id=house, area_code=GRID_1, place="12号", kind=ClueKind.COLD_HEAT, urgency=Urgency.L2,
        description="屋里没有取暖，人受冻。",
    )  # fmt: skip
    clue_id, _ = clue_reports.report_clue(office.aide.context, reported)
    office.sync()
    visit = clerk.device.visit(house).id
    me = clerk.device.user_id
    for step in (
        StepDraft(action=ClueAction.ACCEPT),
        StepDraft(action=ClueAction.ASSIGN, assignee_id=me),
        StepDraft(action=ClueAction.START),
        StepDraft(action=ClueAction.CONFIRM, visit_id=visit),
    ):
        clues.take_step(clerk.context, clue_id, step)
    # Everything without a network: the clue brings household, cause and words.
    draft_id, _ = relief_drafts.begin_relief(clerk.context, ReliefDraft(clue_id=clue_id))
    begun = relief_drafts.relief_form(clerk.context, draft_id).stored.draft
    assert (begun.household_id, begun.cause, begun.urgency) == (house, ReliefCause.COLD_HEAT, Urgency.L2)
    filled = begun.model_copy(
        update={"items": (NIGHTS, MEALS), "person_count": 2, "signature": clerk.device.signature()}
    )
    outlook = relief_drafts.draft_outlook(clerk.context, filled)
    assert (outlook.limits is not None, outlook.fund) == (True, 500_000)
    relief_drafts.save_relief_draft(clerk.context, draft_id, filled)
    relief_id, _ = relief_drafts.hand_in_relief(clerk.context, draft_id, paid=True)
    office.sync()
    state = clues.clue_view(office.officer.context, clue_id).state
    assert (state.status, state.relief_id, state.waiting) == (ClueStatus.IN_RELIEF, relief_id, 0)
    assert [one.relief.id for one in relief_lists.clue_reliefs(office.leader.context, clue_id)] == [relief_id]
    clerk.step(relief_id, ReliefAction.PAPERS)
    office.sync()
    state = clues.clue_view(office.officer.context, clue_id).state
    assert state.papers_at is not None
    assert office.balance() == 190_400
    # One for a case that is over is recorded all the same; the clue stays as it is.
    other, _ = relief_drafts.begin_relief(clerk.context, ReliefDraft(clue_id=clue_id))
    again = relief_drafts.relief_form(clerk.context, other).stored.draft
    relief_drafts.save_relief_draft(
        clerk.context, other, again.model_copy(update={"items": (MEALS,), "repeat_reason": "雪未停"})
    )
    second, _ = relief_drafts.hand_in_relief(clerk.context, other)
    assert clues.clue_view(clerk.context, clue_id).state.relief_id == relief_id
    office.sync()
    assert office.officer.view(second).relief.clue_id == clue_id
    assert office.sound()
