"""Needs and referrals: the state machine, who sees what, who could serve (R24, S26, S33)."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.errors import FieldappError, NotAllowedError, RuleError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.needs import (
    NeedStatus,
    OrganisationFields,
    ProjectFields,
    ReferralAction,
    ReferralFields,
    ReferralStatus,
    ServiceNeedFields,
)
from fieldapp.domain.records.visits import NeedKind
from fieldapp.domain.rules.referral_flow import (
    CLOSED,
    NEED_AFTER,
    REFERRAL_TRANSITIONS,
    TAKEN_BY,
    NeedStanding,
    ReferralStanding,
    StepBy,
    actions_from,
    advance_need,
    advance_referral,
    check_referral,
    need_with,
    partner_sees,
    respond_due,
)
from fieldapp.domain.rules.service_matching import (
    check_credit_code,
    in_charity_pool,
    offers,
    places_used,
    unmet_needs,
)
from tests.unit.rules.relief_cases import AT, GRID, referral_step, stamps

COUNTY = Parameters()
DAY = dt.date(2026, 2, 20)
ALL: dict[str, dict[str, Any]] = {
    "LOG": {"note": "面谈", "served_on": DAY},
    "DELIVER": {"note": "完成三次面谈"},
    "RATE": {"rating": 5},
    "UNMET": {"note": "无人手"},
    "DECLINE": {"note": "无人手"},
}


def need(**values: Any) -> ServiceNeedFields:
    return ServiceNeedFields.model_validate(
        {
            **stamps(values.pop("id", "n-1"), "u"), "household_id": "h-1", "area_code": GRID,
            "kind": "COUNSEL", "seen_at": AT, "consent_to_share": True, **values,
        }
    )  # fmt: skip


def referral(**values: Any) -> ReferralFields:
    return ReferralFields.model_validate(
        {
            **stamps(values.pop("id", "f-1"), "u"), "household_id": "h-1", "area_code": GRID,
            "need_id": "n-1", "organisation_id": "o-1", "sent_at": AT, **values,
        }
    )  # fmt: skip


def go(*actions: str) -> ReferralStanding:
    standing = ReferralStanding()
    for number, action in enumerate(actions, start=1):
        standing = advance_referral(standing, referral_step(action, number, **ALL.get(action, {})))
    return standing


def test_referral_is_served_rated_and_done() -> None:
    done = go("ACCEPT", "START", "LOG", "LOG", "DELIVER", "RATE")
    assert (done.status, done.logged, done.rating) == (ReferralStatus.DONE, 2, 5)
    assert need_with("f-1", done).status is NeedStatus.DONE


@pytest.mark.parametrize("answer", ["DECLINE", "EXPIRE"])
def test_need_comes_back_when_an_organisation_does_not_take_it(answer: str) -> None:
    back = need_with("f-1", go(answer))
    assert (back.status, back.referral_id) == (NeedStatus.OPEN, "f-1")


@pytest.mark.parametrize(
    ("taken", "action"),
    [((), "START"), ((), "RATE"), (("ACCEPT",), "DELIVER"), (("ACCEPT", "START", "DELIVER"), "LOG"),
     (("DECLINE",), "ACCEPT"), (("EXPIRE",), "ACCEPT"), (("UNMET",), "START"), (("ACCEPT",), "SETTLE")],
)  # fmt: skip
def test_steps_out_of_turn_are_refused(taken: tuple[str, ...], action: str) -> None:
    with pytest.raises(NotAllowedError, match="referral_step_not_possible"):
        advance_referral(go(*taken), referral_step(action, 9, **ALL.get(action, {})))


@pytest.mark.parametrize(
    ("taken", "action", "code"),
    [
        ((), "DECLINE", "reason_required"),
        (("ACCEPT", "START", "DELIVER"), "RATE", "rating_required"),
        (("ACCEPT", "START"), "DELIVER", "reason_required"),
    ],
)
def test_steps_that_lack_something_say_what(taken: tuple[str, ...], action: str, code: str) -> None:
    with pytest.raises(RuleError) as caught:
        advance_referral(go(*taken), referral_step(action, 9))
    assert caught.value.code == code
    with pytest.raises(RuleError, match="service_day_required"):
        advance_referral(go("ACCEPT", "START"), referral_step("LOG", 9, note="面谈"))


def test_need_without_referral_is_settled_or_given_up_once() -> None:
    settled = advance_need(NeedStanding(), referral_step("SETTLE", note="村里已送米"))
    assert (settled.status, settled.result) == (NeedStatus.DONE, "村里已送米")
    with pytest.raises(NotAllowedError):
        advance_need(settled, referral_step("GIVE_UP", note="无"))


def test_referral_needs_consent_and_an_open_need() -> None:
    check_referral(need())
    for values, code in (
        ({"consent_to_share": False}, "consent_required"),
        ({"status": "DONE"}, "need_not_open"),
    ):
        with pytest.raises(NotAllowedError) as caught:
            check_referral(need(**values))
        assert caught.value.code == code


def test_every_state_has_an_exit_or_is_closed_and_every_action_somebody_who_takes_it() -> None:
    going = {status for status, _ in REFERRAL_TRANSITIONS}
    assert set(ReferralStatus) - going == CLOSED
    assert set(NEED_AFTER) == set(ReferralStatus)
    assert set(TAKEN_BY) == set(ReferralAction)
    for status in going:
        assert any(actions_from(status, by) for by in StepBy)


@given(st.lists(st.sampled_from(list(ReferralAction)), max_size=14))
def test_no_path_skips_a_step_whatever_arrives(actions: list[ReferralAction]) -> None:
    standing, names = ReferralStanding(), []
    for number, action in enumerate(actions, start=1):
        before = standing
        try:
            standing = advance_referral(before, referral_step(action, number, **ALL.get(action, {})))
        except FieldappError:
            assert (before.status, action) not in REFERRAL_TRANSITIONS
            continue
        names.append(action)
        assert before.status not in CLOSED
    assert standing.steps_taken == len(names)
    assert (standing.closed_at is not None) == (standing.status in CLOSED)
    if standing.status is ReferralStatus.DONE:
        order = [ReferralAction.ACCEPT, ReferralAction.START, ReferralAction.DELIVER, ReferralAction.RATE]
        assert [one for one in names if one is not ReferralAction.LOG] == order
        assert standing.rating is not None


def test_answer_is_due_after_three_working_days() -> None:
    friday = dt.datetime(2026, 9, 18, 8, tzinfo=dt.UTC)
    assert respond_due(referral(sent_at=friday), COUNTY) == dt.date(2026, 9, 22)


def test_partner_sees_a_person_until_thirty_days_after_the_end() -> None:
    closed = referral(status="DONE", closed_at=AT)
    assert partner_sees(closed, DAY + dt.timedelta(days=30), COUNTY)
    assert not partner_sees(closed, DAY + dt.timedelta(days=31), COUNTY)
    assert partner_sees(referral(status="IN_SERVICE"), DAY + dt.timedelta(days=400), COUNTY)
    assert not partner_sees(referral(status="DECLINED", closed_at=AT), DAY, COUNTY)
    assert not partner_sees(referral(status="EXPIRED", closed_at=AT), DAY, COUNTY)


# -- matching -----------------------------------------------------------------------------------------


def organisation(record_id: str, **values: Any) -> OrganisationFields:
    return OrganisationFields.model_validate(
        {**stamps(record_id, "server"), "name": record_id, "services": ("COUNSEL",), **values}
    )


def project(record_id: str, organisation_id: str, quota: int, **values: Any) -> ProjectFields:
    return ProjectFields.model_validate(
        {
            **stamps(record_id, "server"), "organisation_id": organisation_id, "name": record_id,
            "services": ("COUNSEL",), "quota": quota, "since": "2026-01-01", "until": "2026-12-31", **values,
        }
    )  # fmt: skip


def test_offers_fit_service_area_day_and_places_left() -> None:
    contract = {"since": "2026-01-01", "until": "2026-12-31"}
    organisations = [
        organisation("near", areas=("341789100",), contracts=(contract,)),
        organisation("far", areas=("341789101",), contracts=(contract,)),
        organisation("ended", contracts=({"since": "2025-01-01", "until": "2025-12-31"},)),
        organisation("closed", contracts=(contract,), active=False),
        organisation("kind", volunteer=True),
        organisation("other", contracts=(contract,), services=("MEAL",)),
    ]
    projects = [
        project("small", "near", 2),
        project("large", "near", 30),
        project("full", "near", 1),
        project("past", "near", 9, until="2026-02-19"),
        project("of-far", "far", 9),
    ]
    used = places_used(
        [referral(id="f-a", project_id="full"), referral(id="f-b", project_id="small", status="DECLINED")]
    )
    found = offers(NeedKind.COUNSEL, GRID, DAY, organisations, projects, used)
    assert [(one.organisation.id, one.project and one.project.id, one.places) for one in found] == [
        ("near", "large", 30),
        ("near", "small", 2),
        ("near", None, None),
        ("kind", None, None),
    ]


def test_credit_code_is_checked_by_its_check_character() -> None:
    check_credit_code("52341789MJA000001C")
    with pytest.raises(RuleError, match="credit_code_wrong"):
        check_credit_code("52341789MJA000001A")


def test_unmet_report_counts_open_late_and_unmet() -> None:
    now = AT + dt.timedelta(days=8)
    found = [
        need(id="n-1", urgency="7D"),
        need(id="n-2", urgency="30D"),
        need(id="n-3", status="UNMET"),
        need(id="n-4", status="DONE"),
        need(id="n-5", kind="MEAL", area_code="341789101201001", urgency="NOW"),
    ]
    rows = unmet_needs(found, now, COUNTY.services.need_days)
    assert [(row.area_code, row.kind, row.asked, row.open, row.late, row.unmet) for row in rows] == [
        ("341789100", NeedKind.COUNSEL, 4, 2, 1, 1),
        ("341789101", NeedKind.MEAL, 1, 1, 1, 0),
    ]


@pytest.mark.parametrize(
    ("values", "denied", "inside"),
    [
        ({"not_eligible": True}, False, True),
        ({}, True, True),
        ({}, False, False),
        ({"not_eligible": True, "consent_to_share": False}, False, False),
        ({"not_eligible": True, "status": "REFERRED"}, False, False),
    ],
)
def test_charity_pool_holds_open_needs_without_public_aid(
    values: dict[str, Any], denied: bool, inside: bool
) -> None:
    assert in_charity_pool(need(**values), relief_denied=denied) is inside
