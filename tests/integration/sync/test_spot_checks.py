"""A spot check from plan to publication: the county draws, an inspector checks, the town puts right."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.records.households import Category, Coverage, HouseholdFields, HouseholdStatus
from fieldapp.domain.records.persons import PersonFields, Relation
from fieldapp.domain.records.spot_checks import (
    CheckAnswer,
    CheckDraft,
    Found,
    Population,
    Publication,
    TargetStatus,
)
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Attestation, Signature
from fieldapp.domain.rules.spot_check import QUESTIONS, draw
from fieldapp.services import outbox, spot_checks
from fieldapp.services.context import Context
from fieldapp.storage import meta
from server.services.checks import check_store
from server.services.spot_check_publication import public_rows, publish
from server.services.spot_check_results import Standing, standings
from server.services.spot_check_subjects import fixed_population
from server.services.spot_checks import (
    NewSpotCheck,
    declare,
    draw_spot_check,
    plan_spot_check,
    replace_target,
)
from server.services.users import SERVER_USER
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from tests.determinism import MovableClock
from tests.integration.server.county import COUNTY, FAR_VILLAGE, TOWN, VILLAGE, County
from tests.integration.sync.device import Tablet, tablet

SEED = "2026Q1-341789-demo"
WITNESSES = ("见证人甲", "见证人乙")


def context_of(device: Tablet) -> Context:
    return Context(device.store, device.user_id, device.meta(meta.DEVICE_ID))


@pytest.fixture
def inspector(county: County, tmp_path: Path) -> Iterator[Tablet]:
    with tablet(county, tmp_path / "inspector", role=Role.AUDITOR, area=COUNTY, seed=5) as device:
        yield device


@pytest.fixture
def clerk(county: County, tmp_path: Path) -> Iterator[Tablet]:
    with tablet(county, tmp_path / "clerk", role=Role.TOWN_CLERK, area=TOWN, seed=6) as device:
        yield device


def _homes(county: County, clock: MovableClock) -> dict[str, str]:
    """Six households of one town and three of another, with the ID numbers of their heads."""
    now = clock()
    numbers: dict[str, str] = {}
    with RecordWriter(county.context.store, Author(SERVER_USER)) as writer:
        for number in range(9):
            stamps: dict[str, Any] = {
                "created_at": now,
                "created_by": SERVER_USER,
                "updated_at": now,
                "updated_by": SERVER_USER,
            }
            home = f"0190aaaa-0000-7000-8000-{number:012d}"
            head = f"0190aaaa-0000-7000-8000-1{number:011d}"
            writer.put("households", HouseholdFields(
                id=home, **stamps, head_name="李丁", head_person_id=head, status=HouseholdStatus.ACTIVE,
                area_code=VILLAGE if number < 6 else FAR_VILLAGE, group_name="三组", address="青溪村三组5号",
                coverages=(
                    Coverage(category=Category.DIBAO, since=dt.date(2025, 1, 1), monthly_amount_fen=63_000),
                ),
            ))  # fmt: skip
            numbers[home] = f"34178919540317{number:03d}0"
            writer.put("persons", PersonFields(
                id=head, **stamps, household_id=home, name="李丁", relation_to_head=Relation.SELF,
                id_number=numbers[home], phone="10000000012",
            ))  # fmt: skip
    return numbers


def _plan(county: County, inspectors: tuple[str, ...], clock: MovableClock) -> str:
    today = local_day(clock())
    new = NewSpotCheck(
        "一季度在保家庭检查", Population.HOUSEHOLDS, today - dt.timedelta(days=60), today,
        today, today + dt.timedelta(days=30), inspectors,
    )  # fmt: skip
    return plan_spot_check(county.context.store, county.context.ids, new)


def _standing(county: County, plan: str) -> Standing:
    return standings(county.context.store, spot_check_id=plan)[0]


def _signed() -> Signature:
    return Signature(attestation=Attestation.SIGNED)


def test_from_the_plan_to_the_publication(
    county: County, inspector: Tablet, clerk: Tablet, clock: MovableClock
) -> None:
    store, desk = county.context.store, context_of(inspector)
    numbers = _homes(county, clock)
    other = county.user(Role.AUDITOR, COUNTY)
    plan = _plan(county, (inspector.user_id, other), clock)
    before = _standing(county, plan).plan
    assert (before.rate, before.seed, [one.drawn for one in before.strata]) == (100, "", [2, 2])
    assert len(before.population_digest) == 64, "said before the seed is"

    # The other inspector is related to somebody drawn in the first town: he may not check it.
    with store.read() as connection:
        sample = draw(SEED, fixed_population(connection, plan), before.rate, before.minimum)
    kin = sample[TOWN][0]
    with pytest.raises(RuleError, match="spot_check_relative_unknown"):
        declare(store, plan, other, relatives=["341789190001010000"])
    declare(store, plan, other, relatives=[numbers[kin]])
    with pytest.raises(RuleError, match="spot_check_witnesses"):
        draw_spot_check(store, plan, SEED, WITNESSES[:1])
    draw_spot_check(store, plan, SEED, WITNESSES)
    with pytest.raises(RuleError, match="spot_check_drawn"):
        draw_spot_check(store, plan, "another seed", WITNESSES)
    drawn = _standing(county, plan)
    by_town = {town: [one.subject_id for one in drawn.targets if one.area_code == town] for town in sample}
    assert by_town == {town: list(own) for town, own in sample.items()}
    mine = next(one for one in drawn.targets if one.subject_id == kin)
    assert (mine.user_id, mine.second_id) == (inspector.user_id, "")
    assert [(bar.user_id, bar.reason.value) for bar in mine.barred] == [(other, "RELATIVE")]
    assert check_store(store) == []

    # The device holds exactly the inspector's own targets, and nobody's file.
    inspector.synced()
    assert sorted(inspector.ids("spot_check_targets")) == sorted(
        one.id for one in drawn.targets if one.user_id == inspector.user_id
    )
    assert inspector.count("households") == inspector.count("persons") == inspector.count("spot_checks") == 0
    facts = inspector.find("spot_check_targets", mine.id).facts
    assert (facts.name, facts.masked_id, facts.amount) == (
        "李丁",
        "341789" + "*" * 8 + numbers[kin][-4:],
        63_000,
    )

    # Checked without a network, found wrong, handed in; the draft is kept at every step.
    spot_checks.begin_check(desk, mine.id)
    answers = dict.fromkeys(QUESTIONS[Population.HOUSEHOLDS], CheckAnswer.YES)
    wrong = CheckDraft.model_validate(
        {
            **answers, "amount_agrees": CheckAnswer.NO, "found": (Found.AMOUNT,), "detail": "少发二十元",
            "rectify_due": local_day(clock()) + dt.timedelta(days=5), "photos": (inspector.photo(),),
        }
    )  # fmt: skip
    spot_checks.save_check(desk, mine.id, wrong)
    with pytest.raises(RuleError, match="spot_check_signature_needed"):
        spot_checks.submit_check(desk, mine.id)
    assert spot_checks.check_form(desk, mine.id).stored.draft == wrong
    spot_checks.save_check(desk, mine.id, wrong.model_copy(update={"lead_signature": _signed()}))
    result_id, _ = spot_checks.submit_check(desk, mine.id)
    tasks = {one.target.id: one for one in spot_checks.spot_checks(desk).tasks}
    assert (tasks[mine.id].waiting, tasks[mine.id].begun) == (True, False)
    with pytest.raises(RuleError, match="spot_check_target_closed"):
        spot_checks.begin_check(desk, mine.id)
    assert inspector.synced().refused == 0
    inspector.synced()
    done = inspector.find("spot_check_targets", mine.id)
    assert (done.status, done.facts, done.result_id) == (TargetStatus.DONE, None, result_id)
    assert inspector.find("spot_check_results", result_id) is None, "it belongs to the town now"
    assert county.context.blobs.has(wrong.photos[0].sha256), "its photo came with it"

    # The town sees it and puts it right, once.
    clerk.synced()
    town = context_of(clerk)
    (finding,) = spot_checks.spot_checks(town).findings
    assert (finding.result.id, finding.problems, finding.subject) == (result_id, (Found.AMOUNT,), "李丁")
    clock.advance(minutes=60 * 24 * 7)
    assert spot_checks.spot_checks(town).findings[0].overdue
    assert _standing(county, plan).overdue == 1
    with pytest.raises(RuleError, match="spot_check_rectified_day"):
        spot_checks.rectify(town, result_id, local_day(clock()) + dt.timedelta(days=1), "已补发")
    spot_checks.rectify(town, result_id, local_day(clock()), "已补发差额")
    with pytest.raises(RuleError, match="spot_check_rectified"):
        spot_checks.rectify(town, result_id, local_day(clock()), "已补发差额")
    assert clerk.synced().refused == 0
    clerk.synced()
    (finding,) = spot_checks.spot_checks(town).findings
    assert (finding.result.rectified_note, finding.waiting, finding.may_rectify) == (
        "已补发差额",
        False,
        False,
    )

    # Made public: masked names and towns, no address; a correction is appended.
    after = _standing(county, plan)
    assert (after.open_findings, after.found) == (0, {Found.AMOUNT: 1})
    (row,) = public_rows(store, after)
    assert (row.name, row.found, row.rectified) == ("李*", (Found.AMOUNT,), True)
    first = Publication(
        published_on=local_day(clock()), place="政府网站", text=f"种子{SEED}，李*，金额有误。"
    )
    private = first.model_copy(update={"text": f"李*，{numbers[kin]}。"})
    with pytest.raises(RuleError, match="spot_check_publication_private"):
        publish(store, plan, private)
    publish(store, plan, first)
    with pytest.raises(RuleError, match="spot_check_correction_needed"):
        publish(store, plan, first)
    publish(store, plan, first.model_copy(update={"correction": "补充整改情况"}))
    assert [one.correction for one in _standing(county, plan).plan.publications] == ["", "补充整改情况"]
    assert check_store(store) == []


def test_a_replaced_target_stays_on_file_and_its_late_result_is_refused(
    county: County, inspector: Tablet, clock: MovableClock
) -> None:
    store, desk = county.context.store, context_of(inspector)
    _homes(county, clock)
    plan = _plan(county, (inspector.user_id, county.user(Role.AUDITOR, COUNTY)), clock)
    draw_spot_check(store, plan, SEED, WITNESSES)
    inspector.synced()
    mine = next(one for one in _standing(county, plan).targets if one.user_id == inspector.user_id)
    spot_checks.begin_check(desk, mine.id)
    fine = dict.fromkeys(QUESTIONS[Population.HOUSEHOLDS], CheckAnswer.YES)
    spot_checks.save_check(
        desk, mine.id, CheckDraft.model_validate({**fine, "found": (Found.OK,), "lead_signature": _signed()})
    )
    spot_checks.submit_check(desk, mine.id)
    with pytest.raises(RuleError, match="spot_check_replace_reason"):
        replace_target(store, mine.id, " ")
    new_id = replace_target(store, mine.id, "全家外出务工")
    with pytest.raises(RuleError, match="spot_check_target_closed"):
        replace_target(store, mine.id, "再换一次")
    targets = {one.id: one for one in _standing(county, plan).targets}
    old, new = targets[mine.id], targets[new_id]
    assert (old.status, old.replaced_by, old.replace_reason) == (
        TargetStatus.REPLACED,
        new_id,
        "全家外出务工",
    )
    assert (new.replaces, new.area_code, new.seq) == (old.id, old.area_code, 3)
    assert inspector.synced().refused == 1
    (kept,) = outbox.outbox_view(desk).records
    assert (kept.kind, kept.refused_code) == ("spot_check_results", "spot_check_target_closed")
    inspector.synced()
    assert inspector.find("spot_check_targets", mine.id).status is TargetStatus.REPLACED
    assert check_store(store) == []
    other = next(one for one in targets.values() if one.user_id != inspector.user_id)
    with pytest.raises(NotAllowedError, match="spot_check_not_here"):
        spot_checks.begin_check(desk, other.id)


def test_check_finds_a_draw_that_the_seed_did_not_make(
    county: County, inspector: Tablet, clock: MovableClock
) -> None:
    store = county.context.store
    _homes(county, clock)
    plan = _plan(county, (inspector.user_id, county.user(Role.AUDITOR, COUNTY)), clock)
    draw_spot_check(store, plan, SEED, WITNESSES)
    target = _standing(county, plan).targets[0]
    with RecordWriter(store, Author(SERVER_USER)) as writer:
        writer.patch("spot_check_targets", target.id, {"user_id": target.second_id})
    assert [one.check for one in check_store(store)] == ["spot_check_inspector_differs"]
    with RecordWriter(store, Author(SERVER_USER)) as writer:
        writer.patch("spot_check_targets", target.id, {"user_id": target.user_id})
        writer.patch("spot_checks", plan, {"seed": "some other seed"})
    assert "spot_check_draw_differs" in [one.check for one in check_store(store)]
