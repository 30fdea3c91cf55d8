"""What the made-up county's supervisors did holds by the rules of the county."""

from collections import Counter

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.areas import AreaLevel
from fieldapp.domain.records.campaigns import CampaignFields
from fieldapp.domain.records.exemptions import ExemptionDecisionFields, VisitExemptionFields
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.visit_reviews import VisitReviewFields
from fieldapp.domain.records.visits import VisitFields, VisitState
from fieldapp.domain.rules.campaigns import campaign_tasks, check_campaign, progress, runs_on
from fieldapp.domain.rules.exemptions import approved, check_decider, check_request
from fieldapp.domain.rules.visit_review import check_review, check_reviewer
from tests.unit.demo_data.conftest import AS_OF, Made


def test_snow_sweep_asks_for_some_doors_in_every_corner(made: Made) -> None:
    (body,) = made.data.campaigns()
    campaign = CampaignFields.model_validate(body)
    check_campaign(campaign)
    assert runs_on(campaign, AS_OF)
    homes = [HouseholdFields.model_validate(file.household) for file in made.files]
    members = {
        file.household["id"]: [PersonFields.model_validate(one) for one in file.persons]
        for file in made.files
    }
    tasks = campaign_tasks(campaign, homes, members, [])
    towns = progress(tasks, AreaLevel.TOWN)
    assert len(homes) / 10 < len(tasks) < len(homes) / 2
    assert sum(share.denominator for share in towns.values()) == len(tasks)
    assert len(towns) >= 15
    asked = {task.household_id for task in tasks}
    for home in homes:
        bad = home.house_kind in campaign.filter.houses or home.house_safety in campaign.filter.safety
        assert bad or home.id not in asked


def test_exemptions_and_the_returned_visit_keep_the_rules(made: Made) -> None:
    records = [pair for file in made.files for pair in file.supervision]
    assert Counter(kind for kind, _ in records) == {
        "visit_exemptions": 2, "exemption_decisions": 1, "visit_reviews": 1,
    }  # fmt: skip
    requests = [VisitExemptionFields.model_validate(b) for kind, b in records if kind == "visit_exemptions"]
    decisions = [
        ExemptionDecisionFields.model_validate(b) for kind, b in records if kind == "exemption_decisions"
    ]
    for request in requests:
        check_request(request, Parameters())
        check_decider(request, decisions[0].created_by)
    assert len(approved(requests, decisions)) == 1
    (review,) = (VisitReviewFields.model_validate(b) for kind, b in records if kind == "visit_reviews")
    check_review(review)
    visits = {v["id"]: v for v in made.visits}
    visit = VisitFields.model_validate(visits[review.visit_id])
    check_reviewer(visit, review.created_by)
    assert (visit.state, visit.state_reason) == (VisitState.RETURNED, review.reason)
    assert visit.created_by == made.data.demo_aide.user_id, "the demo opens on the aide's device"
    assert visit.received_at is not None
    assert visit.received_at < review.reviewed_at
