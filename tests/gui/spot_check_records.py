"""Drawn targets and results of spot checks as a pull brings them, for the tests of screens."""

import datetime as dt
from typing import Any, Final

from fieldapp.domain.records.households import Category
from fieldapp.domain.records.spot_checks import (
    CheckAnswer,
    Found,
    Population,
    SpotCheckResultFields,
    SpotCheckTargetFields,
    TargetFacts,
)
from fieldapp.domain.records.users import Role
from fieldapp.domain.rules.spot_check import ALL_QUESTIONS
from tests.gui.county import COLLEAGUE, TOWN, WORKER, County

COUNTY: Final = TOWN[:6]
PLAN: Final = {"spot_check_id": "plan", "plan_no": "SC2026-001", "population": Population.HOUSEHOLDS}
FACTS: Final = TargetFacts(
    name="李玉芳", masked_id="341789********0020", phone="10000000012", address="青溪村三组5号",
    group_name="三组", members=2, categories=(Category.DIBAO,), amount=63_000, number="3417892026000001",
)  # fmt: skip


def be_inspector(county: County) -> None:
    """The worker of this device inspects for the county."""
    county.worker(Role.AUDITOR, COUNTY)


def bring_target(county: County, **fields: Any) -> str:
    """A target drawn for this worker. Returns its id."""
    given: dict[str, Any] = {
        **PLAN, "user_id": WORKER, "second_id": COLLEAGUE, "second_name": "郑辛",
        "title": "一季度在保家庭检查",
        "subject_id": "home", "area_code": TOWN, "area_name": "石桥镇 青溪村", "seq": 1,
        "check_until": county.today + dt.timedelta(days=20), "drawn_at": county.clock(), "facts": FACTS,
    } | fields  # fmt: skip
    target = SpotCheckTargetFields.model_validate(county.origin(given.pop("id", "")) | given)
    county.pull("spot_check_targets", [target])
    return target.id


def bring_result(county: County, subject_id: str, *found: Found, **fields: Any) -> str:
    """What an inspector found at a household of the town. Returns the result's id."""
    at = county.clock() - dt.timedelta(days=3)
    wrong = {"detail": "存折到账与台账相差二十元", "rectify_due": county.today + dt.timedelta(days=10)}
    given: dict[str, Any] = {
        **PLAN, **dict.fromkeys(ALL_QUESTIONS, CheckAnswer.YES), "target_id": f"target-{subject_id}",
        "subject_id": subject_id, "area_code": TOWN, "started_at": at, "checked_at": at, "received_at": at,
        "found": found, **({} if found == (Found.OK,) else wrong),
    } | fields  # fmt: skip
    result = SpotCheckResultFields.model_validate(county.origin(given.pop("id", ""), COLLEAGUE) | given)
    county.pull("spot_check_results", [result])
    return result.id
