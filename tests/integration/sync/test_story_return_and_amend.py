"""A visit comes back with a reason, its author mends it, the clerk approves: real devices, real server."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldapp.domain.records.campaigns import HouseholdFilter
from fieldapp.domain.records.exemptions import ExemptionReason, ExemptionVerdict
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visit_reviews import FieldComment, ReviewAct
from fieldapp.domain.records.visits import Attestation, Signature, VisitState
from fieldapp.domain.rules.campaigns import NewCampaign
from fieldapp.domain.rules.visit_plan import PlanStatus
from fieldapp.services import campaigns, exemptions, households, outbox, visit_reviews, visits
from fieldapp.services.context import Context
from fieldapp.services.exemptions import ExemptionRequest
from fieldapp.services.today import today
from fieldapp.storage import meta
from server.services.checks import check_store
from tests.determinism import MovableClock
from tests.integration.server.county import TOWN, County
from tests.integration.sync.device import Tablet, tablet


def context_of(device: Tablet) -> Context:
    return Context(device.store, device.user_id, device.meta(meta.DEVICE_ID))


@pytest.fixture
def clerk(county: County, tmp_path: Path) -> Iterator[Tablet]:
    with tablet(county, tmp_path / "clerk", role=Role.TOWN_CLERK, area=TOWN, seed=3) as device:
        yield device


@pytest.fixture
def home(aide: Tablet, clerk: Tablet) -> HouseholdFields:
    """A household that both hold."""
    made = aide.household()
    aide.synced()
    clerk.synced()
    return made


def amend(aide: Tablet, visit_id: str, narrative: str) -> str:
    """What the worker does after opening the returned visit; the new version's id."""
    context = context_of(aide)
    draft_id, _ = visits.begin_correction(context, visit_id)
    draft = visits.visit_form(context, draft_id).stored.draft
    signed = Signature(attestation=Attestation.REFUSED, reason="不愿签字")
    changes = {"narrative": narrative, "amend_reason": "按退回意见补充", "signature": signed}
    mended = draft.model_copy(update={**changes, "no_photo_reason": "老人不愿拍照"})
    visits.save_draft(context, draft_id, mended)
    return visits.submit_visit(context, draft_id)[0]


def test_return_and_amend(
    aide: Tablet, clerk: Tablet, home: HouseholdFields, clock: MovableClock, county: County
) -> None:
    made = aide.visit(home.id, visitors=(aide.user_id,))
    aide.synced()
    clerk.synced()
    desk, field = context_of(clerk), context_of(aide)
    (waiting,) = visit_reviews.visits_to_review(desk, dt.date(2026, 1, 1))
    assert (waiting.visit_id, waiting.corrects) == (made.id, False)
    comments = (FieldComment(field="narrative", text="请写清取暖情况"),)
    visit_reviews.review_visits(desk, [made.id], ReviewAct.RETURN, "记录太简单", comments)
    assert clerk.find("visits", made.id).state is VisitState.SUBMITTED, "until the server has it"
    assert clerk.synced().refused == 0

    aide.synced()
    (returned,) = today(field).returned
    assert (returned.id, returned.state_reason) == (made.id, "记录太简单")
    (review,) = visit_reviews.visit_reviews(field, made.id).reviews
    assert (review.comments, review.waiting) == (comments, False)
    clock.advance(minutes=30)
    newer = amend(aide, made.id, "老人在家，炭火取暖，已提醒通风，米面油够吃半个月。")
    assert today(field).returned == ()
    assert aide.synced().refused == 0

    clerk.synced()
    (again,) = visit_reviews.visits_to_review(desk, dt.date(2026, 1, 1))
    assert (again.visit_id, again.corrects) == (newer, True)
    seen = visit_reviews.visit_reviews(desk, newer)
    assert [[one.field for one in step] for step in seen.differences] == [
        ["narrative", "no_photo_reason", "signature"]
    ]
    visit_reviews.review_visits(desk, [newer], ReviewAct.APPROVE)
    clerk.synced()
    aide.synced()
    assert visit_reviews.visits_to_review(desk, dt.date(2026, 1, 1)) == []
    told = [one.act for one in visit_reviews.visit_reviews(field, newer).reviews]
    assert sorted(told) == [ReviewAct.APPROVE, ReviewAct.RETURN]
    assert check_store(county.context.store) == []


def test_a_return_that_crosses_a_correction_is_refused_and_told(
    aide: Tablet, clerk: Tablet, home: HouseholdFields, clock: MovableClock
) -> None:
    made = aide.visit(home.id, visitors=(aide.user_id,))
    aide.synced()
    clerk.synced()
    clock.advance(minutes=30)
    newer = amend(aide, made.id, "老人在家，炭火取暖，已提醒通风，米面油够吃半个月。")
    aide.synced()
    visit_reviews.review_visits(context_of(clerk), [made.id], ReviewAct.RETURN, "记录太简单")
    assert clerk.synced().refused == 1
    (kept,) = outbox.outbox_view(context_of(clerk)).records
    assert (kept.kind, kept.refused_code) == ("visit_reviews", "visit_corrected")
    assert clerk.find("visits", newer).state is VisitState.SUBMITTED
    seen = visit_reviews.visit_reviews(context_of(clerk), newer)
    assert seen.reviews[0].refused_code == "visit_corrected"
    assert ReviewAct.APPROVE in seen.may


def test_a_voided_visit_leaves_the_plan_on_every_device(
    aide: Tablet, clerk: Tablet, home: HouseholdFields
) -> None:
    made = aide.visit(home.id, visitors=(aide.user_id,))
    aide.synced()
    clerk.synced()

    def counted(device: Tablet) -> int:
        return households.household_card(context_of(device), home.id).visits_this_period

    assert [counted(device) for device in (aide, clerk)] == [1, 1]
    visit_reviews.review_visits(context_of(clerk), [made.id], ReviewAct.VOID, "重复录入")
    for device in (clerk, aide):
        device.synced()
        assert counted(device) == 0


def test_exemption_goes_from_the_worker_over_the_clerk_into_every_plan(
    aide: Tablet, clerk: Tablet, home: HouseholdFields, clock: MovableClock
) -> None:
    field, desk = context_of(aide), context_of(clerk)
    day = field.today()
    asked = ExemptionRequest(
        home.id, ExemptionReason.HOSPITAL_AWAY, day - dt.timedelta(days=40), day + dt.timedelta(days=45)
    )
    request, _ = exemptions.request_exemption(field, asked)
    aide.synced()
    clerk.synced()
    assert exemptions.waiting_count(desk) == 1
    exemptions.decide_exemption(desk, request, ExemptionVerdict.APPROVED, "住院证明已核")
    for device in (clerk, aide):
        device.synced()
        (item,) = households.household_items(context_of(device), [home.id])
        assert item.plan_status is PlanStatus.EXEMPT
    (told,) = exemptions.exemptions_of(field, home.id)
    assert (told.verdict, told.verdict_reason) == (ExemptionVerdict.APPROVED, "住院证明已核")


def test_campaign_of_the_clerk_reaches_the_worker_and_its_end_too(
    aide: Tablet, clerk: Tablet, home: HouseholdFields
) -> None:
    desk = context_of(clerk)
    day = desk.today()
    new = NewCampaign(TOWN, "雨雪低温排查", HouseholdFilter(), day, day + dt.timedelta(days=3))
    started, _ = campaigns.start_campaign(desk, new)
    clerk.synced()
    aide.synced()
    (item,) = campaigns.campaigns(context_of(aide))
    assert (item.campaign.id, item.runs) == (started, True)
    assert campaigns.campaign_progress(context_of(aide), started).open_doors == (home.id,)
    campaigns.close_campaign(desk, started)
    assert clerk.synced().refused == 0
    aide.synced()
    (item,) = campaigns.campaigns(context_of(aide))
    assert not item.runs
    assert aide.buckets()["ref"] == clerk.buckets()["ref"]
