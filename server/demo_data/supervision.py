"""What supervisors of the made-up county have done: a campaign, exemptions, a visit that went back."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fieldapp.domain.clock import instant_text
from fieldapp.domain.records.base import compact
from server.demo_data.chance import Chance
from server.demo_data.identity import record_id
from server.demo_data.moments import moment

Body = dict[str, Any]
RETURN_REASON: Final = "记录太简单，看不出老人取暖和用药的情况，请补充。"
_AFTERNOON: Final = 16 * 60


@dataclass(frozen=True, slots=True)
class SupervisionWriter:
    """Writes as of a day; the clerk is the supervisor."""

    as_of: dt.date
    clerk: str

    def snow_sweep(self, chance: Chance, officer: str, area_code: str) -> Body:
        """雨雪低温排查: old people in houses that cannot stand snow; begun yesterday, two days to go."""
        at = moment(self.as_of - dt.timedelta(days=1), 8 * 60)
        return compact(
            {
                **_stamps(chance, at, officer),
                "area_code": area_code,
                "title": "雨雪低温排查",
                "note": "看房屋、取暖、食物和用药，发现急难立即上报。",
                "filter": {
                    "houses": ["OWN_BRICKWOOD", "OWN_EARTH"], "safety": ["C", "D"], "age_from": 60,
                },
                "starts_on": (self.as_of - dt.timedelta(days=1)).isoformat(),
                "ends_on": (self.as_of + dt.timedelta(days=2)).isoformat(),
            }
        )  # fmt: skip

    def exemption(
        self, chance: Chance, household: Body, worker: str, *, decided: bool
    ) -> Iterator[tuple[str, Body]]:
        """A request of the worker's, and the clerk's approval."""
        asked_at = moment(self.as_of - dt.timedelta(days=9), 10 * 60)
        request = {
            **_stamps(chance, asked_at, worker),
            "household_id": household["id"],
            "reason": "HOSPITAL_AWAY" if decided else "WORK_AWAY",
            "note": "在外地住院，由子女陪护。" if decided else "随子女外出居住，两个月后回来。",
            "since": (self.as_of - dt.timedelta(days=10)).isoformat(),
            "until": (self.as_of + dt.timedelta(days=70)).isoformat(),
            "requested_at": instant_text(asked_at),
            "received_at": instant_text(asked_at + dt.timedelta(hours=2)),
        }
        yield "visit_exemptions", request
        if decided:
            at = asked_at + dt.timedelta(hours=5)
            yield (
                "exemption_decisions",
                {
                    **_stamps(chance, at, self.clerk),
                    "household_id": household["id"],
                    "exemption_id": request["id"],
                    "verdict": "APPROVED",
                    "reason": "已与医院和家属核实。",
                    "decided_at": instant_text(at),
                    "received_at": instant_text(at),
                },
            )

    def returned(self, chance: Chance, visit: Body) -> Body:
        """The clerk's review that sends a visit back; the visit's own state follows."""
        at = moment(self.as_of - dt.timedelta(days=1), _AFTERNOON)
        visit.update(state="RETURNED", state_reason=RETURN_REASON)
        return {
            **_stamps(chance, at, self.clerk),
            "household_id": visit["household_id"],
            "visit_id": visit["id"],
            "act": "RETURN",
            "reason": RETURN_REASON,
            "comments": [{"field": "narrative", "text": "请写清取暖方式和用药情况。"}],
            "reviewed_at": instant_text(at),
            "received_at": instant_text(at),
        }


def _stamps(chance: Chance, at: dt.datetime, by: str) -> Body:
    told = instant_text(at)
    return {
        "id": record_id(at, chance), "created_at": told, "created_by": by, "updated_at": told,
        "updated_by": by,
    }  # fmt: skip
