"""Reliefs and steps for the tests of their rules."""

import datetime as dt
from typing import Any

from fieldapp.domain.records.needs import ReferralStepFields
from fieldapp.domain.records.reliefs import ReliefFields, ReliefStepFields

AT = dt.datetime(2026, 2, 20, 2, 30, tzinfo=dt.UTC)
GRID = "341789100201001"
CLERK, LEADER, AIDE = "u-clerk", "u-leader", "u-aide"
SIGNED = {"attestation": "SIGNED", "image_sha256": "ab" * 32, "image_size": 3}


def stamps(record_id: str, by: str, at: dt.datetime = AT) -> dict[str, Any]:
    return {"id": record_id, "created_at": at, "created_by": by, "updated_at": at, "updated_by": by}


def item(quantity: int, persons: int, price: int, form: str = "LODGING") -> dict[str, Any]:
    return {
        "form": form, "quantity": quantity, "persons": persons, "unit_price": price,
        "amount": quantity * persons * price,
    }  # fmt: skip


STORY_ITEMS = (item(12, 1, 16800), item(12, 2, 4500, "MEALS"))


def relief(record_id: str = "r-1", **values: Any) -> ReliefFields:
    items = values.pop("items", STORY_ITEMS)
    return ReliefFields.model_validate(
        {
            **stamps(record_id, CLERK), "household_id": "h-1", "area_code": GRID, "path": "ADVANCE",
            "cause": "COLD_HEAT", "reason": "大雪，砖木房不能住人", "items": items, "person_count": 2,
            "amount": sum(one["amount"] for one in items), "surveyors": (CLERK, AIDE), "signature": SIGNED,
            "given_at": AT, **values,
        }
    )  # fmt: skip


def step(action: str, number: int = 1, **values: Any) -> ReliefStepFields:
    by = values.pop("by", LEADER)
    return ReliefStepFields.model_validate(
        {
            **stamps(f"s-{number}", by), "relief_id": "r-1", "household_id": "h-1", "area_code": GRID,
            "action": action, "at": AT + dt.timedelta(hours=number), **values,
        }
    )  # fmt: skip


def referral_step(action: str, number: int = 1, **values: Any) -> ReferralStepFields:
    return ReferralStepFields.model_validate(
        {
            **stamps(f"t-{number}", CLERK), "household_id": "h-1", "area_code": GRID, "need_id": "n-1",
            "action": action, "at": AT + dt.timedelta(hours=number), **values,
        }
    )  # fmt: skip
