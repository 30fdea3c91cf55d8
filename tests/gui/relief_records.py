"""Reliefs and fund entries as a pull brings them, for the tests of screens."""

import datetime as dt
from typing import Any, Final

from fieldapp.domain.records.funds import FundEntryFields, FundEntryKind
from fieldapp.domain.records.reliefs import (
    ReliefAction,
    ReliefCause,
    ReliefFields,
    ReliefForm,
    ReliefItem,
    ReliefKind,
    ReliefPath,
    ReliefStepFields,
)
from fieldapp.domain.records.users import Role
from fieldapp.domain.rules.relief_flow import FIELDS, advance, standing_of
from fieldapp.services.reference import parameters
from fieldapp.storage import rows
from tests.gui.county import COLLEAGUE, GRID_1, TOWN, County

NIGHTS: Final = ReliefItem(
    form=ReliefForm.LODGING, name="标准间", quantity=12, unit_price=16_800, amount=201_600, provider="招待所"
)
MEALS: Final = ReliefItem(form=ReliefForm.MEALS, quantity=12, persons=2, unit_price=4_500, amount=108_000)


def be_clerk(county: County, role: Role = Role.TOWN_CLERK) -> None:
    """The worker of this device sits in the town's office."""
    county.worker(role, TOWN)


def bring_fund(county: County, amount: int, kind: FundEntryKind = FundEntryKind.GRANT, **fields: Any) -> None:
    """An entry of the town's fund."""
    entry = FundEntryFields(
        area_code=TOWN, kind=kind, amount=amount, booked_at=county.clock(), **county.origin(), **fields
    )
    county.pull("fund_entries", [entry])


def bring_relief(county: County, *, days_ago: float = 0, by: str = COLLEAGUE, **fields: Any) -> str:
    """A relief that a colleague recorded and the server has. Returns its id."""
    at = county.clock() - dt.timedelta(days=days_ago)
    items: tuple[ReliefItem, ...] = fields.get("items", (NIGHTS, MEALS))
    given: dict[str, Any] = {
        "area_code": GRID_1,
        "kind": ReliefKind.URGENT,
        "path": ReliefPath.ADVANCE,
        "cause": ReliefCause.COLD_HEAT,
        "reason": "大雪，砖木房不能住人",
        "person_count": 2,
        "items": items,
        "amount": sum(one.amount for one in items),
        "surveyors": (by,),
        "given_at": at,
        "received_at": at,
        "relief_no": "JZ-341789100-2026-0001",
    } | fields
    relief = ReliefFields(**county.origin(given.pop("id", ""), by) | {"created_at": at}, **given)
    county.pull("reliefs", [relief])
    return relief.id


def bring_step(
    county: County, relief_id: str, action: ReliefAction, *, by: str = COLLEAGUE, days_ago: float = 0,
    **fields: Any,
) -> None:  # fmt: skip
    """A step that the server took, with what it makes of the relief."""
    at = county.clock() - dt.timedelta(days=days_ago)
    with county.store.reading() as connection:
        relief = rows.find(connection, "reliefs", relief_id)
    assert isinstance(relief, ReliefFields)
    standing = standing_of(relief)
    step = ReliefStepFields(
        relief_id=relief_id,
        household_id=relief.household_id,
        area_code=relief.area_code,
        action=action,
        at=at,
        received_at=at,
        seq=standing.steps_taken + 1,
        **county.origin(by=by),
        **fields,
    )
    after = advance(relief, standing, step, parameters(county.context))
    told = relief.model_copy(update={name: getattr(after, name) for name in FIELDS})
    county.pull("relief_steps", [step])
    county.pull("reliefs", [told])
