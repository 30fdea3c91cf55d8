"""Urgent clues as a pull brings them, for the tests of screens."""

import datetime as dt
from typing import Any

from fieldapp.domain.records.areas import AreaFields, level_of
from fieldapp.domain.records.clues import ClueAction, ClueFields, ClueKind, ClueStepFields, Urgency
from tests.gui.county import AREA_NAMES, GRID_1, TOWN, VILLAGE, County

COUNTY_CODE = "341789"
PHONES = {VILLAGE: "10000000021", TOWN: "10000000011", COUNTY_CODE: "10000000001"}


def give_phones(county: County) -> None:
    """Duty phones of village, town and county."""
    county.pull(
        "areas",
        [
            AreaFields(
                level=level_of(code), name=name, duty_phone=PHONES.get(code, ""), **county.origin(code)
            )
            for code, name in AREA_NAMES.items()
        ],
    )


def clue_fields(county: County, *, hours_ago: float = 0.5, by: str = "worker-2", **fields: Any) -> ClueFields:
    """A report the server has taken in."""
    at = county.clock() - dt.timedelta(hours=hours_ago)
    origin = county.origin(fields.pop("id", ""), by) | {"created_at": at}
    given: dict[str, Any] = {
        "area_code": GRID_1,
        "place": "12号",
        "kind": ClueKind.COLD_HEAT,
        "urgency": Urgency.L2,
        "description": "屋里没有取暖，人受冻。",
        "reported_at": at,
        "found_at": at,
        "received_at": at,
        "clue_no": "XS-2026-0001",
    } | fields
    return ClueFields(**origin, **given)


def bring(county: County, **fields: Any) -> str:
    """A clue, arrived by a sync. Returns its id."""
    clue = clue_fields(county, **fields)
    county.pull("clues", [clue])
    return clue.id


def step(county: County, clue_id: str, action: ClueAction, by: str, *, seq: int, **fields: Any) -> str:
    """A step the server has answered. Returns its id."""
    now = county.clock()
    made = ClueStepFields(
        clue_id=clue_id,
        area_code=GRID_1,
        action=action,
        at=now,
        received_at=now,
        seq=0 if "refused_code" in fields else seq,
        **county.origin(by=by),
        **fields,
    )
    county.pull("clue_steps", [made])
    return made.id
