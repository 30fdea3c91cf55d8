"""Domain brief 4.6: what a visit needs before it is submitted, and what is carried forward."""

import datetime as dt
from typing import Any

import pytest

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.visit_drafts import SAME_UNTIL_TOLD_OTHERWISE, VisitDraft, carried_forward
from fieldapp.domain.records.visits import (
    Attestation,
    ChangeKind,
    FamilyChange,
    Findings,
    LivingGrade,
    LivingItem,
    Location,
    Mode,
    Mood,
    NeedKind,
    Photo,
    PhotoKind,
    PhotoOrigin,
    PositionSource,
    Purpose,
    Result,
    Signature,
    Trend,
    VisitFields,
    YesNoUnknown,
)
from fieldapp.domain.rules.finding import Severity
from fieldapp.domain.rules.visit_check import (
    LENGTH_LIMITS,
    VisitedHousehold,
    check_visit,
    flags_of,
    is_backfilled,
    may_submit,
)

COUNTY = Parameters()
START = dt.datetime(2026, 3, 5, 1, 0, tzinfo=dt.UTC)
FINISH = START + dt.timedelta(minutes=20)
NOW = FINISH + dt.timedelta(minutes=1)
HOME = VisitedHousehold(lat=30.0, lon=117.0, member_ids=frozenset({"p1", "p2"}))
SHA = "ab" * 32


def _photo(**changes: Any) -> Photo:
    base: dict[str, Any] = {
        "kind": PhotoKind.DOOR,
        "sha256": SHA,
        "size": 1,
        "width": 1,
        "height": 1,
        "taken_at": START,
        "origin": PhotoOrigin.CAMERA,
    }
    return Photo(**base | changes)


COMPLETE: dict[str, Any] = {
    "household_id": "h1",
    "result": Result.NORMAL,
    "started_at": START,
    "finished_at": FINISH,
    "visitors": ("w1",),
    "persons_seen": ("p1",),
    "phrases": ("living.normal", "policy.explained"),
    "photos": (_photo(),),
    "signature": Signature(attestation=Attestation.SIGNED, image_sha256=SHA, image_size=1),
    "location": Location(source=PositionSource.GPS, lat=30.0, lon=117.0, accuracy_m=8),
}


def _codes(now: dt.datetime = NOW, home: VisitedHousehold = HOME, **changes: Any) -> dict[str, Severity]:
    found = check_visit(VisitDraft(**COMPLETE | changes), home, COUNTY, now)
    return {finding.code: finding.severity for finding in found}


def _signature(**fields: Any) -> Signature:
    return Signature(**fields)


E, W = Severity.ERROR, Severity.WARNING


def test_check_visit_complete_visit_has_no_findings() -> None:
    assert _codes() == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"household_id": ""}, {"household_required": E}),
        ({"result": None}, {"result_required": E}),
        ({"visitors": ()}, {"visitors_required": E}),
        ({"purpose": Purpose.APPLICATION}, {"visitors_two_required": E}),
        ({"purpose": Purpose.ASSESSMENT, "visitors": ("w1", "w1")}, {"visitors_two_required": E}),
        ({"purpose": Purpose.SPOT_CHECK, "visitors": ("w1", "w2")}, {}),
        ({"amends": "v0", "amend_reason": " "}, {"amend_reason_required": E}),
        ({"amends": "v0", "amend_reason": "电话写错"}, {}),
        ({"started_at": None}, {"times_required": E}),
        ({"finished_at": None}, {"times_required": E}),
        ({"finished_at": START - dt.timedelta(seconds=1)}, {"finish_before_start": E}),
        ({"finished_at": START + dt.timedelta(seconds=59)}, {"visit_too_short": W}),
        ({"finished_at": START + dt.timedelta(minutes=1)}, {}),
        ({"finished_at": NOW + dt.timedelta(minutes=5)}, {}),
        ({"finished_at": NOW + dt.timedelta(minutes=6)}, {"visit_in_future": E}),
        ({"narrative": "字" * 2001}, {"text_too_long": E}),
        ({"persons_seen": ("p1", "p9")}, {"person_not_member": W}),
        ({"phrases": ()}, {"narrative_too_short": E}),
        ({"phrases": ("living.normal", "living.normal")}, {"narrative_too_short": E}),
        ({"phrases": (), "narrative": "九 个 字 不 够 长 呢 呀"}, {"narrative_too_short": E}),
        ({"phrases": (), "narrative": "老人在家精神良好无困难"}, {}),
        ({"result": Result.CHANGED, "phrases": ()}, {"changes_missing": W}),
        ({"result": Result.CHANGED, "changes": (FamilyChange(kind=ChangeKind.PHONE),)}, {}),
        ({"result": Result.NEED}, {"needs_missing": W}),
        ({"result": Result.NEED, "needs": (NeedKind.ESCORT,)}, {}),
        ({"result": Result.URGENT}, {"urgent_clue_missing": W}),
        ({"result": Result.URGENT, "findings": Findings(urgent_clue=True)}, {}),
        ({"photos": ()}, {"photo_missing": W}),
        ({"photos": (), "no_photo_reason": "老人不愿拍照"}, {}),
        ({"photos": (), "mode": Mode.PHONE}, {}),
        ({"photos": (_photo(),) * 10}, {"photos_too_many": E}),
        ({"photos": (_photo(origin=PhotoOrigin.FILE),)}, {"photo_from_album": W}),
        ({"photos": (_photo(taken_at=START - dt.timedelta(hours=25)),)}, {"photo_time_off": W}),
        ({"photos": (_photo(taken_at=None),)}, {}),
        ({"signature": None}, {"signature_required": E}),
        ({"signature": None, "mode": Mode.PHONE}, {}),
        ({"signature": _signature(attestation=Attestation.SIGNED)}, {"signature_image_required": E}),
        ({"signature": _signature(attestation=Attestation.FINGERPRINT)}, {"signature_image_required": E}),
        ({"signature": _signature(attestation=Attestation.ILLITERATE_WITNESS)}, {"witness_required": E}),
        ({"signature": _signature(attestation=Attestation.ILLITERATE_WITNESS, witness_name="丙")}, {}),
        ({"signature": _signature(attestation=Attestation.REFUSED)}, {"signature_reason_required": E}),
        ({"signature": _signature(attestation=Attestation.NOT_NEEDED)}, {"signature_reason_required": E}),
        ({"signature": _signature(attestation=Attestation.REFUSED, reason="不愿签字")}, {}),
        ({"location": None}, {"location_reason_missing": W}),
        ({"location": None, "mode": Mode.VIDEO}, {}),
        ({"location": Location(source=PositionSource.NONE)}, {"location_reason_missing": W}),
        ({"location": Location(source=PositionSource.NONE, reason="山里无信号")}, {}),
        ({"location": Location(source=PositionSource.GPS, lat=30.01, lon=117.0)}, {"visit_far_from_home": W}),
        ({"location": Location(source=PositionSource.GPS, lat=30.01, lon=117.0, accuracy_m=900)}, {}),
    ],
)
def test_check_visit_one_thing_wrong_gives_one_finding(
    changes: dict[str, Any], expected: dict[str, Severity]
) -> None:
    assert _codes(**changes) == expected


def test_check_visit_too_long_and_backfilled() -> None:
    late = START + dt.timedelta(hours=8)
    assert _codes(finished_at=late, now=late) == {}
    assert _codes(finished_at=late + dt.timedelta(seconds=1), now=late) == {"visit_too_long": W}
    assert _codes(now=FINISH + dt.timedelta(hours=48)) == {}
    assert _codes(now=FINISH + dt.timedelta(hours=48, seconds=1)) == {"visit_backfilled": W}
    assert is_backfilled(FINISH, FINISH + dt.timedelta(hours=49), COUNTY)


@pytest.mark.parametrize("result", [Result.NOT_HOME, Result.REFUSED, Result.UNREACHABLE])
def test_check_visit_nobody_met_asks_only_the_basics(result: Result) -> None:
    attempt: dict[str, Any] = {"phrases": (), "photos": (), "signature": None, "persons_seen": ()}
    assert _codes(result=result, **attempt) == {}
    assert _codes(result=result, **attempt | {"visitors": ()}) == {"visitors_required": E}


def test_check_visit_home_without_position_is_never_far() -> None:
    away = Location(source=PositionSource.GPS, lat=40.0, lon=100.0)
    assert _codes(home=VisitedHousehold(member_ids=HOME.member_ids), location=away) == {}


def test_check_visit_nothing_about_photos_or_position_stops_submission() -> None:
    """State Council General Office, 2026 No. 12: no forced photos, no forced position."""
    found = check_visit(VisitDraft(**COMPLETE | {"photos": (), "location": None}), HOME, COUNTY, NOW)
    assert {finding.severity for finding in found} == {W}
    assert may_submit(found)


def test_check_visit_empty_draft_is_answered_and_stopped() -> None:
    found = check_visit(VisitDraft(), VisitedHousehold(), COUNTY, NOW)
    assert not may_submit(found)
    assert {f.field for f in found if f.severity is E} >= {"household_id", "result", "visitors", "started_at"}


def test_flags_of_keep_what_a_supervisor_may_ask_about() -> None:
    far = Location(source=PositionSource.GPS, lat=31.0, lon=117.0)
    old = _photo(taken_at=START - dt.timedelta(days=9), origin=PhotoOrigin.FILE)
    draft = VisitDraft(**COMPLETE | {"location": far, "photos": (old, old), "persons_seen": ("p9",)})
    found = check_visit(draft, HOME, COUNTY, NOW)
    assert set(flags_of(found)) == {"photo_from_album", "photo_time_off", "visit_far_from_home"}


def test_findings_point_at_fields_of_the_draft() -> None:
    drafts = [VisitDraft(), VisitDraft(**COMPLETE | {"photos": (), "location": None, "phrases": ()})]
    places = {f.field for d in drafts for f in check_visit(d, HOME, COUNTY, NOW)}
    assert places <= set(VisitDraft.model_fields)


def test_visit_draft_holds_every_field_a_worker_fills() -> None:
    by_the_service = {
        "id", "created_at", "created_by", "updated_at", "updated_by", "device_id",
        "area_code", "backfilled", "flags", "root_id", "state", "state_reason", "received_at",
    }  # fmt: skip
    by_the_worker = set(VisitDraft.model_fields) - {"step", "ratings"}
    assert by_the_worker == set(VisitFields.model_fields) - by_the_service


def test_length_limits_are_those_of_the_record() -> None:
    assert LENGTH_LIMITS["narrative"] == 2000
    texts = {name for name, field in VisitDraft.model_fields.items() if field.annotation is str}
    assert set(LENGTH_LIMITS) == texts - {"step"}


def test_visit_draft_survives_json() -> None:
    draft = VisitDraft(**COMPLETE | {"step": "photos"})
    assert VisitDraft.model_validate_json(draft.model_dump_json()) == draft


def test_carried_forward_brings_the_state_and_no_evidence() -> None:
    last = VisitFields(
        **COMPLETE,
        id="v1",
        created_at=START,
        created_by="w1",
        updated_at=START,
        updated_by="w1",
        area_code="341702101201001",
        root_id="v1",
        mode=Mode.ONSITE,
        purpose=Purpose.SPOT_CHECK,
        narrative="上次的话",
        findings=Findings(
            living={LivingItem.FOOD: LivingGrade.OK},
            mood=Mood.OK,
            money_received=YesNoUnknown.YES,
            income_change=Trend.UP,
            health_note="高血压按时服药",
            actions_taken="送米一袋",
            next_steps="月底再来",
            urgent_clue=True,
        ),
    )
    draft = carried_forward(last, visitors=("w2",), member_ids={"p1"})
    assert draft == VisitDraft(
        household_id="h1",
        mode=Mode.ONSITE,
        visitors=("w2",),
        persons_seen=("p1",),
        findings=Findings(
            living={LivingItem.FOOD: LivingGrade.OK}, mood=Mood.OK, health_note="高血压按时服药"
        ),
    )
    assert carried_forward(last, visitors=(), member_ids=()).persons_seen == ()


def test_carried_forward_names_real_findings() -> None:
    assert set(Findings.model_fields) > SAME_UNTIL_TOLD_OTHERWISE
