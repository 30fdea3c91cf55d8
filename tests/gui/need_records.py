"""Needs, referrals and organisations as a pull brings them, for the tests of screens."""

import datetime as dt
from typing import Any

from fieldapp.domain.records.needs import (
    Contract,
    NeedStatus,
    OrganisationFields,
    ProjectFields,
    ReferralAction,
    ReferralFields,
    ReferralStatus,
    ReferralStepFields,
    ServiceNeedFields,
)
from fieldapp.domain.records.visits import NeedKind
from tests.gui.county import GRID_1, TOWN, County

CENTRE = "org-centre"
KITCHEN = "org-kitchen"
COMPANY = "project-company"


def give_organisations(county: County) -> None:
    """A social-work centre with a contract and a project, and volunteers who bring meals."""
    year: dict[str, Any] = {"since": dt.date(2026, 1, 1), "until": dt.date(2026, 12, 31)}
    county.pull(
        "organisations",
        [
            OrganisationFields(
                name="青禾社工中心", services=(NeedKind.COUNSEL, NeedKind.CARE), areas=(TOWN,),
                contact_name="汪丁", phone="10000000031", contracts=(Contract(number="HT-07", **year),),
                **county.origin(CENTRE),
            ),
            OrganisationFields(
                name="暖胃食堂", services=(NeedKind.MEAL,), volunteer=True, **county.origin(KITCHEN)
            ),
        ],
    )  # fmt: skip
    county.pull(
        "projects",
        [
            ProjectFields(
                organisation_id=CENTRE, name="暖心陪伴", services=(NeedKind.COUNSEL,), quota=2,
                funder="区慈善协会", **year, **county.origin(COMPANY),
            )
        ],
    )  # fmt: skip


def need_fields(
    county: County, household_id: str, kind: NeedKind, *, days_ago: float = 1, **fields: Any
) -> ServiceNeedFields:
    """A need the server has taken in."""
    at = county.clock() - dt.timedelta(days=days_ago)
    given: dict[str, Any] = {"area_code": GRID_1, "consent_to_share": True, "description": "老人夜里睡不着。"}
    return ServiceNeedFields(
        household_id=household_id, kind=kind, seen_at=at, received_at=at,
        **(county.origin(fields.pop("id", "")) | given | fields),
    )  # fmt: skip


def bring_need(county: County, household_id: str, kind: NeedKind, **fields: Any) -> str:
    """A need, arrived by a sync. Returns its id."""
    need = need_fields(county, household_id, kind, **fields)
    county.pull("service_needs", [need])
    return need.id


def bring_referral(
    county: County,
    need_id: str,
    household_id: str,
    status: ReferralStatus,
    *,
    days_ago: float = 0,
    **fields: Any,
) -> str:
    """A referral as the server has it. Returns its id."""
    at = county.clock() - dt.timedelta(days=days_ago)
    given: dict[str, Any] = {"area_code": GRID_1, "organisation_id": CENTRE, "message": "请先电话联系"}
    referral = ReferralFields(
        household_id=household_id, need_id=need_id, status=status, sent_at=at,
        respond_due=(at + dt.timedelta(days=3)).date(), received_at=at, **(county.origin() | given | fields),
    )  # fmt: skip
    county.pull("referrals", [referral])
    return referral.id


def bring_step(
    county: County, need_id: str, referral_id: str, household_id: str, action: ReferralAction, **fields: Any
) -> None:
    """A step of the organisation."""
    now = county.clock()
    step = ReferralStepFields(
        household_id=household_id, area_code=GRID_1, need_id=need_id, referral_id=referral_id, action=action,
        at=now, received_at=now, seq=fields.pop("seq", 1), **county.origin(by="partner-1"), **fields,
    )  # fmt: skip
    county.pull("referral_steps", [step])


def bring_delivered(county: County, household_id: str) -> str:
    """A need that an organisation has served and nobody rated. Returns its id."""
    need_id = county.store.ids()
    referral_id = bring_referral(
        county, need_id, household_id, ReferralStatus.DELIVERED, days_ago=5, steps_taken=3, logged=1
    )
    bring_need(
        county, household_id, NeedKind.COUNSEL, id=need_id, status=NeedStatus.IN_SERVICE,
        referral_id=referral_id, result="三次面谈，情绪好转",
    )  # fmt: skip
    return need_id
