"""The assessment from the doorstep to the county: form, team, signatures on two devices, one level."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldapp.domain.errors import NotAllowedError, RuleError, StorageError
from fieldapp.domain.records.assessment_drafts import AssessmentDraft
from fieldapp.domain.records.assessments import AssessmentTrigger, Assessor, AssessorKind, PlanStep
from fieldapp.domain.records.forms import FormPurpose
from fieldapp.domain.records.households import HouseholdFields, RiskLevel
from fieldapp.domain.records.users import Role
from fieldapp.forms.view import Submission
from fieldapp.services import assessment_lists, assessments, forms, risk_statistics, submissions
from fieldapp.services.context import Context
from fieldapp.services.households import household_card
from fieldapp.services.outbox import outbox_view
from fieldapp.services.photos import clear_unused
from fieldapp.services.today import today
from fieldapp.storage import projections
from server.services.checks import check_store
from server.services.shipped_forms import publish_shipped_forms
from server.store.blob_files import BlobFiles
from server.store.projections import row_table
from tests.faults import FaultProxy, error_answer
from tests.integration.server.county import GRID_1, TOWN, County
from tests.integration.sync.device import Tablet, tablet
from tests.unit.rules.tables import table

STORY = table("assessment")["judged"][0]
SNOWLESS = table("assessment")["judged"][1]
HARMLESS = table("assessment")["judged"][2]


class Desk:
    """One worker at a device: the services over a tablet's store."""

    def __init__(self, device: Tablet) -> None:
        self.device = device
        self.context = Context(device.store, device.user_id, f"device-of-{device.user_id}")

    def household(self, household_id: str) -> HouseholdFields:
        found = self.device.find("households", household_id)
        assert isinstance(found, HouseholdFields)
        return found

    def begin(self, household_id: str, partner: str, **draft: object) -> str:
        """Begin an assessment with a partner in the team."""
        draft_id, _ = assessments.begin_assessment(
            self.context, household_id, AssessmentDraft(trigger=AssessmentTrigger.NEW_CLUE)
        )
        form = assessments.assessment_form(self.context, draft_id)
        team = [one for one in form.candidates if one.id in (self.device.user_id, partner)]
        assert len(team) == 2
        plan = (PlanStep(measure="联系旅馆暂住", responsible="经办甲", due=dt.date(2026, 3, 10)),)
        assessments.save_team(
            self.context, draft_id,
            form.draft.model_copy(update={"members": tuple(team), "plan": plan, **draft}),
        )  # fmt: skip
        return draft_id

    def fill(self, draft_id: str, chosen: dict[str, str], flags: tuple[str, ...] = ("none",)) -> Submission:
        """Answer the whole scale, keeping the draft after every answer."""
        opened = forms.open_draft(self.context, draft_id)
        session = opened.session
        for page in session.pages():
            for place in page.questions:
                name = place.rsplit("/", 1)[1]
                if len(name) == 2 and name[1].isdigit():
                    session.answer(place, chosen.get(name, "a"))
                    forms.save_answers(self.context, draft_id, session.save_draft(), audit=opened.audit())
                elif name == "red_flags":
                    session.answer(place, flags)
        assert session.validate() == ()
        return session.finalise()

    def assess(self, household_id: str, partner: str, chosen: dict[str, str], **draft: object) -> str:
        """A whole assessment, handed over for signing."""
        draft_id = self.begin(household_id, partner, **draft)
        finished = self.fill(draft_id, chosen)
        assessment_id, _ = assessments.hand_over(self.context, draft_id, finished)
        return assessment_id

    def sign(self, assessment_id: str, member_id: str = "", view: str = "") -> None:
        assessments.sign(
            self.context, assessment_id, member_id or self.device.user_id, self.device.signature(),
            differing_view=view,
        )  # fmt: skip


@pytest.fixture
def grid_tablet(county: County, tmp_path: Path) -> Iterator[Tablet]:
    """A grid worker of the household's grid."""
    with tablet(county, tmp_path / "grid", role=Role.GRID_WORKER, area=GRID_1, seed=3) as device:
        yield device


@pytest.fixture
def lead(county: County, aide: Tablet, grid_tablet: Tablet) -> Desk:
    """The aide, with the county's forms on the device."""
    publish_shipped_forms(county.context.store, BlobFiles(county.context.settings.blobs), ids=county.ids)
    aide.synced()
    return Desk(aide)


@pytest.fixture
def second(lead: Desk, grid_tablet: Tablet) -> Desk:
    """The grid worker, who takes part; has heard of the lead's forms too."""
    grid_tablet.synced()
    return Desk(grid_tablet)


def test_two_devices_sign_and_the_level_is_everywhere(
    county: County, lead: Desk, second: Desk, aide: Tablet
) -> None:
    house = aide.household().id
    made = lead.assess(house, second.device.user_id, STORY["chosen"])
    lead.sign(made)
    assert lead.household(house).risk_level is RiskLevel.NONE
    assert not assessments.assessment_view(lead.context, made).finished
    aide.synced()
    second.device.synced()
    [waiting] = assessment_lists.waiting_for_me(second.context)
    assert (waiting.assessment_id, waiting.level) == (made, RiskLevel.HIGH)
    assert [one.assessment_id for one in today(second.context).to_sign] == [made]
    second.sign(made, view="取暖费用可再核实")
    # Offline, in the same commit: level, reason, due day, and a weekly plan.
    found = second.household(house)
    assert (found.risk_level, found.risk_assessment_id) == (RiskLevel.HIGH, made)
    plan = household_card(second.context, house).item.plan
    assert plan is not None
    assert plan.rule_id == "risk-high"
    assert assessment_lists.waiting_for_me(second.context) == []
    second.device.synced()
    aide.synced()
    for desk in (lead, second):
        risk = assessments.risk_history(desk.context, house)
        assert risk.standing is not None
        assert (risk.standing.level, risk.standing.assessment_id) == (RiskLevel.HIGH, made)
        assert [(e.score, e.standing) for e in risk.entries] == [(47, RiskLevel.HIGH)]
    view = assessments.assessment_view(lead.context, made)
    assert view.finished
    assert view.marks == ()
    assert {m.signature.differing_view for m in view.members if m.signature} == {"", "取暖费用可再核实"}
    with county.context.store.read() as connection:
        household, assessment = row_table("households"), row_table("assessments")
        row = connection.execute(household.select().where(household.c.id == house)).one()
        stored = connection.execute(assessment.select().where(assessment.c.id == made)).one()
    assert (row.risk_level, row.risk_assessment_id) == (RiskLevel.HIGH, made)
    assert (stored.score, stored.level, stored.flags) == (47, RiskLevel.HIGH, ())
    assert check_store(county.context.store, BlobFiles(county.context.settings.blobs)) == []


def test_level_survives_a_pull_of_an_older_version(
    county: County, lead: Desk, second: Desk, aide: Tablet, proxy: FaultProxy
) -> None:
    house = aide.household().id
    aide.synced()
    made = lead.assess(house, second.device.user_id, STORY["chosen"])
    lead.sign(made)
    lead.sign(made, second.device.user_id)
    assert lead.household(house).risk_level is RiskLevel.HIGH
    # Somebody else edits the household meanwhile; nothing of ours gets through at first.
    second.device.synced()
    second.device.edit("households", house, address="村口新房")
    second.device.synced()
    proxy.add("/v1/push", error_answer(503, "busy"), times=1)
    assert aide.sync().error_code == "busy"
    assert aide.synced().received > 0
    found = lead.household(house)
    assert (found.address, found.risk_level) == ("村口新房", RiskLevel.HIGH)


def test_lowering_high_asks_the_reason_and_shows_it(lead: Desk, second: Desk, aide: Tablet) -> None:
    partner = second.device.user_id
    house = aide.household().id
    first = lead.assess(house, partner, STORY["chosen"])
    lead.sign(first)
    lead.sign(first, partner)
    aide.store.clock.advance(days=20)  # type: ignore[attr-defined]
    draft_id = lead.begin(house, partner)
    finished = lead.fill(draft_id, SNOWLESS["chosen"])
    form = assessments.assessment_form(lead.context, draft_id)
    assert form.previous is RiskLevel.HIGH
    found = assessments.check_hand_over(lead.context, draft_id, form.draft, finished.xml)
    assert [(f.code, f.field) for f in found] == [("lowering_reason_required", "lowering_reason")]
    with pytest.raises(RuleError, match="lowering_reason_required"):
        assessments.hand_over(lead.context, draft_id, finished)
    assert forms.form_drafts(lead.context)[0].draft_id == draft_id  # nothing is lost
    assessments.save_team(
        lead.context, draft_id, form.draft.model_copy(update={"lowering_reason": "已住进养老院"})
    )
    lower, _ = assessments.hand_over(lead.context, draft_id, finished)
    lead.sign(lower)
    lead.sign(lower, partner)
    risk = assessments.risk_history(lead.context, house)
    assert risk.standing is not None
    assert risk.standing.level is RiskLevel.MEDIUM
    assert [(e.lowered, e.reason) for e in risk.entries] == [(True, "已住进养老院"), (False, "")]
    assert risk.waiting == ()
    [(area_code, _)] = risk_statistics.areas_to_count(lead.context)
    table = risk_statistics.risk_table(lead.context, area_code)
    assert table.total.by_level[RiskLevel.MEDIUM] == (house,)
    assert [row.area_code for row in table.rows] == [GRID_1]
    [lowered] = risk_statistics.lowering_items(lead.context, table.total.lowered)
    assert (lowered.lowering.reason, lowered.head_name, lowered.by_name) == (
        "已住进养老院",
        "户主甲",
        "经办甲",
    )
    [item] = risk_statistics.due_items(lead.context, table.total.by_level[RiskLevel.MEDIUM])
    assert (item.level, item.days_overdue) == (RiskLevel.MEDIUM, -90)
    with pytest.raises(NotAllowedError):
        risk_statistics.risk_table(lead.context, TOWN)


def test_form_is_left_and_taken_up_again_with_last_times_answers(
    lead: Desk, second: Desk, aide: Tablet
) -> None:
    partner = second.device.user_id
    house = aide.household().id
    first = lead.assess(house, partner, STORY["chosen"])
    aide.store.clock.advance(days=20)  # type: ignore[attr-defined]
    draft_id = lead.begin(house, partner)
    again, changes = assessments.begin_assessment(lead.context, house, AssessmentDraft())
    assert (again, bool(changes.kinds)) == (draft_id, False)
    opened = forms.open_draft(lead.context, draft_id)
    assert opened.last.get("/data/group_A/A2") == "c"
    assert opened.last.get("/data/group_A/A1") == "a"
    opened.session.answer("/data/group_A/A2", "b")
    forms.save_answers(lead.context, draft_id, opened.session.save_draft())
    resumed = forms.open_draft(lead.context, draft_id).session.view("/data/group_A/A2")
    assert getattr(resumed, "value", "") == "b"
    stored, _ = forms.discard_form_draft(lead.context, draft_id)
    assert forms.form_drafts(lead.context) == []
    forms.restore_form_draft(lead.context, stored)
    assert [d.purpose for d in forms.form_drafts(lead.context)] == [FormPurpose.ASSESSMENT]
    sheet = assessments.assessment_view(lead.context, first).assessment.submission_id
    read = submissions.read_submission(lead.context, sheet)
    assert getattr(read.session.view("/data/group_A/A2"), "value", "") == "c"
    assert read.session.view("/data/group_A/A2").readonly


def test_forms_come_with_sync_and_are_said_to_be_on_their_way(
    county: County, aide: Tablet, proxy: FaultProxy
) -> None:
    publish_shipped_forms(county.context.store, BlobFiles(county.context.settings.blobs), ids=county.ids)
    proxy.add("/v1/blobs", error_answer(503, "busy"), times=1)
    assert aide.sync().error_code == "busy"
    desk = Desk(aide)
    listed = forms.available_forms(desk.context)
    assert len(listed) == 4
    assert not any(form.ready for form in listed)
    house = aide.household().id
    with pytest.raises(StorageError, match="form_files_missing"):
        assessments.begin_assessment(desk.context, house, AssessmentDraft())
    aide.synced()
    assert all(form.ready for form in forms.available_forms(desk.context))
    assert any("form_files" in change.kinds for change in aide.changes)
    aide.store.clock.advance(days=3)  # type: ignore[attr-defined]
    assert clear_unused(desk.context) == 0
    proxy.requests.clear()
    aide.synced()
    assert [path for path in proxy.paths() if "blobs" in path and path.startswith("GET")] == []


def test_due_day_passes_and_the_household_is_to_be_assessed_again(
    lead: Desk, second: Desk, aide: Tablet
) -> None:
    house = aide.household().id
    made = lead.assess(house, second.device.user_id, STORY["chosen"])
    lead.sign(made)
    lead.sign(made, second.device.user_id)
    assert today(lead.context).reassess == ()
    clock = aide.store.clock
    clock.advance(days=25)  # type: ignore[attr-defined]
    [soon] = today(lead.context).reassess
    assert (soon.household_id, soon.level, soon.days_overdue) == (house, RiskLevel.HIGH, -5)
    clock.advance(days=7)  # type: ignore[attr-defined]
    assert [one.days_overdue for one in assessment_lists.due_assessments(lead.context)] == [2]
    assert assessment_lists.due_assessments(second.context) == []  # he takes part, he does not lead


def test_who_may_not(lead: Desk, second: Desk, aide: Tablet) -> None:
    house = aide.household().id
    with pytest.raises(NotAllowedError):
        assessments.begin_assessment(second.context, house, AssessmentDraft())
    made = lead.assess(house, second.device.user_id, STORY["chosen"])
    with pytest.raises(NotAllowedError, match="not_permitted"):
        assessments.override_level(lead.context, made, RiskLevel.LOW, "不同意")
    aide.synced()
    second.device.synced()
    with pytest.raises(NotAllowedError, match="not_your_signature"):
        second.sign(made, lead.device.user_id)
    lead.sign(made)
    with pytest.raises(RuleError, match="already_signed"):
        lead.sign(made)
    blank = second.device.signature().model_copy(update={"image_sha256": "", "image_size": 0})
    with pytest.raises(RuleError, match="signature_required"):
        assessments.sign(second.context, made, second.device.user_id, blank)


def test_a_leader_overrides_on_his_own_device(
    county: County, lead: Desk, second: Desk, aide: Tablet, tmp_path: Path
) -> None:
    house = aide.household().id
    made = lead.assess(house, second.device.user_id, SNOWLESS["chosen"])
    lead.sign(made)
    with tablet(county, tmp_path / "leader", role=Role.TOWN_LEADER, area=TOWN, seed=4) as device:
        aide.synced()
        device.synced()
        leader = Desk(device)
        with pytest.raises(RuleError, match="assessment_not_finished"):
            assessments.override_level(leader.context, made, RiskLevel.HIGH, "独居且降雪")
        lead.sign(made, second.device.user_id)
        aide.synced()
        device.synced()
        with pytest.raises(RuleError, match="reason_required"):
            assessments.override_level(leader.context, made, RiskLevel.HIGH, "  ")
        aide.store.clock.advance(minutes=5)  # type: ignore[attr-defined]
        assessments.override_level(leader.context, made, RiskLevel.HIGH, "独居且降雪")
        assert leader.household(house).risk_level is RiskLevel.HIGH
        device.synced()
    aide.synced()
    assert lead.household(house).risk_level is RiskLevel.HIGH
    [decided, assessed] = assessments.risk_history(lead.context, house).entries
    assert (decided.reason, decided.override_id != "") == ("独居且降雪", True)
    assert assessed.standing is RiskLevel.MEDIUM


def test_a_member_without_an_account_signs_on_the_leads_device(lead: Desk, aide: Tablet) -> None:
    house = aide.household().id
    draft_id, _ = assessments.begin_assessment(lead.context, house, AssessmentDraft())
    form = assessments.assessment_form(lead.context, draft_id)
    [own] = form.draft.members
    assert own.kind is AssessorKind.AIDE
    guest = Assessor(id="guest-1", name="孙丙", kind=AssessorKind.VOLUNTEER)
    alone = assessments.check_hand_over(
        lead.context, draft_id, form.draft, lead.fill(draft_id, HARMLESS["chosen"]).xml
    )
    assert [f.code for f in alone] == ["assessors_too_few"]
    team = form.draft.model_copy(update={"members": (own, guest)})
    assessments.save_team(lead.context, draft_id, team)
    made, _ = assessments.hand_over(lead.context, draft_id, lead.fill(draft_id, HARMLESS["chosen"]))
    lead.sign(made)
    lead.sign(made, "guest-1")
    assert lead.household(house).risk_level is RiskLevel.LOW
    report = aide.synced()
    assert report.refused == 0


def test_self_care_and_notice_reach_the_file(lead: Desk, aide: Tablet) -> None:
    house = aide.household().id
    [person] = aide.ids("persons")
    care = forms.require_form(lead.context, FormPurpose.SELF_CARE)
    draft_id, _ = forms.begin_form(lead.context, care.record_id, household_id=house, person_id=person)
    session = forms.open_draft(lead.context, draft_id).session
    for name in ("eat", "dress", "bed", "toilet"):
        session.answer(f"/data/abilities/{name}", "yes")
    for name in ("walk", "bathe"):
        session.answer(f"/data/abilities/{name}", "no")
    session.answer("/data/result/assessors", "赵甲、钱乙")
    session.answer("/data/care/carer_kind", "NONE")
    submissions.finish_form(lead.context, draft_id, session.finalise())
    cared = aide.find("persons", person).self_care
    assert (cared.grade, cared.walk, cared.assessed_on) == ("PARTIAL", False, lead.context.today())
    notice = forms.require_form(lead.context, FormPurpose.NOTICE)
    draft_id, _ = forms.begin_form(lead.context, notice.record_id, household_id=house)
    session = forms.open_draft(lead.context, draft_id).session
    for place, value in (
        ("reading/read_aloud", "OK"), ("answer/heard_by", "SELF"), ("answer/notice_given", "yes"),
        ("answer/photos_allowed", "yes"),
    ):  # fmt: skip
        session.answer(f"/data/{place}", value)
    signature = forms.new_file(b"\x89PNG signature", "image/png")
    session.answer("/data/answer/signed", signature.name)
    forms.save_answers(lead.context, draft_id, session.save_draft(), files=[signature])
    submissions.finish_form(lead.context, draft_id, session.finalise())
    assert lead.household(house).consent_notice_at == aide.store.clock()
    sheets = submissions.submissions_of(lead.context, house)
    assert [(sheet.title, sheet.unsent) for sheet in sheets] == [
        ("隐私告知记录", True),
        ("生活自理能力评估表", True),
    ]
    waiting = {one.kind: (one.title, one.blobs) for one in outbox_view(lead.context).records}
    assert waiting["submissions"] == ("户主甲", 1)
    report = aide.synced()
    assert (report.refused, report.blobs_sent) == (0, 1)
    assert not any(sheet.unsent for sheet in submissions.submissions_of(lead.context, house))


def test_an_assessment_form_cannot_be_finished_without_its_team(
    lead: Desk, second: Desk, aide: Tablet
) -> None:
    draft_id = lead.begin(aide.household().id, second.device.user_id)
    finished = lead.fill(draft_id, STORY["chosen"])
    with pytest.raises(RuleError, match="assessment_needs_team"):
        submissions.finish_form(lead.context, draft_id, finished)


def test_levels_are_derived_again_from_nothing_but_the_records(
    lead: Desk, second: Desk, aide: Tablet
) -> None:
    house = aide.household().id
    made = lead.assess(house, second.device.user_id, STORY["chosen"])
    lead.sign(made)
    lead.sign(made, second.device.user_id)
    with aide.store.transaction() as connection:
        connection.exec_driver_sql("UPDATE households SET risk_level='NONE', risk_assessment_id=NULL")
        projections.refresh(connection, [house], lead.context.today())
    assert lead.household(house).risk_level is RiskLevel.HIGH


def test_a_level_the_server_knows_more_about_stays(lead: Desk, second: Desk, aide: Tablet) -> None:
    house = aide.household().id
    made = lead.assess(house, second.device.user_id, STORY["chosen"])
    lead.sign(made)
    lead.sign(made, second.device.user_id)
    with aide.store.transaction() as connection:
        connection.exec_driver_sql("UPDATE households SET risk_level='LOW', risk_assessment_id='later'")
        projections.refresh(connection, [house], lead.context.today())
    assert lead.household(house).risk_level is RiskLevel.LOW
