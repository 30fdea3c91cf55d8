"""Wire bodies of made-up visits: what a history row says, from the hour to the photos."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fieldapp.domain.clock import instant_text
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.visits import Mode, Purpose, Result
from server.demo_data import narrative
from server.demo_data.album import Album
from server.demo_data.chance import Chance, Weighted
from server.demo_data.households import head_title
from server.demo_data.identity import record_id
from server.demo_data.moments import moment
from server.demo_data.plan import HouseholdPlan
from server.demo_data.schedule import Kind, Slot, schedule

Body = dict[str, Any]

OPENS: Final = 8 * 60
CLOSES: Final = 17 * 60 + 30
NOW: Final = 8 * 60 + 30
"""Minute of the day of `as_of` at which the data end: early, so that nothing lies ahead of a clock."""
TODAY_FROM: Final = 7 * 60 + 10

_METRES_PER_DEGREE: Final = 111_195.0
_COS_LATITUDE: Final = 0.8616
_FAR_M: Final = 500.0

_RESULTS: Final = Weighted(
    [(Result.NORMAL, 850), (Result.CHANGED, 80), (Result.NEED, 66), (Result.URGENT, 4)]
)
_MISSED_AT_HOME: Final = Weighted([(Result.NOT_HOME, 92), (Result.REFUSED, 8)])
_EXTRA_PURPOSES: Final = Weighted(
    [(Purpose.FESTIVAL, 45), (Purpose.SWEEP, 30), (Purpose.REVIEW, 20), (Purpose.ALERT, 5)]
)
_SATISFACTION: Final = Weighted([("VERY", 70), ("OK", 22), ("NO", 2), ("REFUSED", 6)])
_GRADES: Final = Weighted([("OK", 90), ("POOR", 9), ("BAD", 1)])
_LIVING: Final = ("FOOD", "CLOTHES", "HEATING", "WATER", "POWER", "FIRE", "HOUSE")
_NEEDS: Final = (
    "CARE",
    "REHAB",
    "ESCORT",
    "COUNSEL",
    "JOB",
    "HOUSING",
    "MEAL",
    "AID_DEVICE",
    "GOODS",
    "POLICY",
)
_CHANGES: Final = (
    ("HEALTH", "病情平稳", "近期住院一次"),
    ("INCOME", "务工收入稳定", "已无务工收入"),
    ("MEMBER", "子女同住", "子女外出务工"),
    ("CARER", "邻居照料", "由侄女照料"),
    ("HOUSE", "屋面完好", "屋面渗水"),
    ("PHONE", "本人手机", "换用子女手机"),
)
_NO_SIGNATURE: Final = ("当面核对无误，未要求签字", "卧床不便签字", "日常走访，按规定无须签字")
_NO_POSITION: Final = ("山区无信号", "室内无卫星信号")


@dataclass(frozen=True, slots=True)
class Home:
    """What the visit's writer needs to know of the household."""

    plan: HouseholdPlan
    household: Body
    persons: Sequence[Body]
    worker: str
    aide: str

    @property
    def carer(self) -> str:
        """Name of the carer of whoever has one."""
        return next((str(p["carer_name"]) for p in self.persons if "carer_name" in p), "")


class VisitWriter:
    """Writes the histories of one data set, household after household."""

    def __init__(self, album: Album, as_of: dt.date, window_start: dt.date) -> None:
        self._album = album
        self._as_of = as_of
        self._window_start = window_start
        self._now = moment(as_of, NOW)

    def history(self, chance: Chance, home: Home) -> Iterator[Body]:
        """Exactly home.plan.visits visits in order of time."""
        for slot in schedule(home.plan, chance, self._as_of, self._window_start):
            self._album.count_row()
            yield self._visit(chance, home, slot)

    def _visit(self, chance: Chance, home: Home, slot: Slot) -> Body:
        started, finished = self._hours(chance, slot)
        recorded = self._recorded(chance, finished)
        backfilled = recorded - finished > dt.timedelta(hours=48)
        visitor = home.worker if chance.random() < 0.68 else home.aide
        visitors = [visitor]
        if home.plan.risk is RiskLevel.HIGH and home.worker != home.aide and chance.random() < 0.4:
            visitors = [home.worker, home.aide]
        visit_id = record_id(recorded, chance)
        text = instant_text(recorded)
        body: Body = {
            "id": visit_id,
            "created_at": text,
            "created_by": visitor,
            "updated_at": text,
            "updated_by": visitor,
            "household_id": home.household["id"],
            "area_code": home.plan.grid_code,
            "purpose": (_EXTRA_PURPOSES.draw(chance) if slot.kind is Kind.EXTRA else Purpose.ROUTINE).value,
            "mode": slot.mode.value,
            "started_at": instant_text(started),
            "finished_at": instant_text(finished),
            "backfilled": backfilled,
            "visitors": visitors,
            "root_id": visit_id,
            "state": "SUBMITTED",
            "received_at": instant_text(self._received(chance, recorded)),
        }
        flags = ["visit_backfilled"] if backfilled else []
        if slot.kind is Kind.ATTEMPT:
            self._nobody_met(chance, body, slot)
        else:
            self._met(chance, body, home, slot.mode)
        if slot.mode is Mode.ONSITE:
            body["location"], far = _location(chance, home.household)
            flags += ["visit_far_from_home"] * far
            if slot.kind is not Kind.ATTEMPT:
                self._evidence(chance, body, home, finished)
        if chance.random() < 0.003 and (self._as_of - slot.day).days > 3:
            body |= {"state": "RETURNED", "state_reason": "走访内容过于简单，请补充"}
        if flags:
            body["flags"] = flags
        return body

    def _hours(self, chance: Chance, slot: Slot) -> tuple[dt.datetime, dt.datetime]:
        if slot.day == self._as_of:
            start = chance.randrange(TODAY_FROM, NOW - 30)
            length = chance.randrange(8, 18)
        else:
            start = chance.randrange(OPENS, CLOSES)
            length = chance.randrange(8, 40) if slot.mode is Mode.ONSITE else chance.randrange(3, 12)
        if slot.kind is Kind.ATTEMPT:
            length = chance.randrange(1, 5)
        started = moment(slot.day, start)
        return started, started + dt.timedelta(minutes=length)

    def _recorded(self, chance: Chance, finished: dt.datetime) -> dt.datetime:
        """Mostly at the door; four in a hundred are typed in days later (补录)."""
        if chance.random() < 0.04:
            later = finished + dt.timedelta(hours=chance.randrange(50, 190), seconds=chance.randrange(3600))
            if later < self._now:
                return later
        return finished + dt.timedelta(seconds=chance.randrange(20, 600))

    def _received(self, chance: Chance, recorded: dt.datetime) -> dt.datetime:
        """Where there is a network at noon or in the evening; four in a hundred wait for days."""
        hours = chance.uniform(73, 200) if chance.random() < 0.04 else min(60.0, chance.expovariate(1 / 6))
        received = recorded + dt.timedelta(seconds=int(hours * 3600) + 20)
        return max(recorded, min(received, self._now))

    def _nobody_met(self, chance: Chance, body: Body, slot: Slot) -> None:
        body["findings"] = {"urgent_clue": False}
        if slot.mode is Mode.PHONE:
            body["result"] = Result.UNREACHABLE.value
            body["narrative"] = "电话两次无人接听，改日上门。"
        else:
            result = _MISSED_AT_HOME.draw(chance)
            body["result"] = result.value
            body["narrative"] = (
                "说明来意后不愿接受走访，已留联系卡。"
                if result is Result.REFUSED
                else narrative.not_home_text(chance, slot.day)
            )

    def _met(self, chance: Chance, body: Body, home: Home, mode: Mode) -> None:
        result = _RESULTS.draw(chance)
        body["result"] = result.value
        head = home.persons[0]
        seen = [p["id"] for nth, p in enumerate(home.persons) if nth == 0 or chance.random() < 0.5]
        body["persons_seen"] = seen if mode is Mode.ONSITE else seen[:1]
        if body["purpose"] == Purpose.FESTIVAL.value:
            text = narrative.festival_text(chance)
        elif mode is Mode.ONSITE:
            text = narrative.visit_text(
                chance, head_title(head), home.household.get("house_kind", ""), home.carer
            )
        elif mode is Mode.INSTITUTION:
            text = narrative.institution_text(chance)
        else:
            text = narrative.phone_text(chance, head_title(head))
        findings: Body = {"mood": "OK" if chance.random() < 0.9 else "LOW", "urgent_clue": False}
        if mode is Mode.ONSITE:
            findings["living"] = {item: _GRADES.draw(chance) for item in _LIVING}
            findings["at_home_count"] = len(seen)
        if home.carer:
            findings["carer_present"] = "YES" if chance.random() < 0.7 else "NO"
            findings["carer_duty"] = "GOOD" if chance.random() < 0.9 else "PARTLY"
        findings["money_received"] = "YES" if chance.random() < 0.9 else "UNKNOWN"
        if result is Result.CHANGED:
            kind, old, new = chance.choice(_CHANGES)
            body["changes"] = [{"kind": kind, "old": old, "new": new}]
        elif result is Result.NEED:
            body["needs"] = chance.sample(_NEEDS, 1 + (chance.random() < 0.2))
            text += narrative.need_text(chance)
        elif result is Result.URGENT:
            findings["urgent_clue"] = True
            text = narrative.urgent_text(chance)
        elif chance.random() < 0.3:
            body["phrases"] = chance.sample(narrative.PHRASES, 2)
        body["findings"] = findings
        body["narrative"] = text
        body["satisfaction"] = _SATISFACTION.draw(chance)

    def _evidence(self, chance: Chance, body: Body, home: Home, finished: dt.datetime) -> None:
        photos = self._album.photos_for(chance, home.plan, home.household, body)
        if photos:
            body["photos"] = photos
        body["signature"] = self._signature(chance, home, finished)

    def _signature(self, chance: Chance, home: Home, finished: dt.datetime) -> Body:
        drawn = chance.random()
        if drawn < 0.72:
            return {
                "attestation": "NOT_NEEDED",
                "image_size": 0,
                "strokes_size": 0,
                "reason": chance.choice(_NO_SIGNATURE),
            }
        signed_at = instant_text(finished - dt.timedelta(seconds=30))
        if drawn < 0.95:
            sha256, size = self._album.signature(chance)
            return {
                "attestation": "SIGNED",
                "image_sha256": sha256,
                "image_size": size,
                "strokes_size": 0,
                "signed_at": signed_at,
            }
        if drawn < 0.985:
            return {
                "attestation": "ILLITERATE_WITNESS",
                "image_size": 0,
                "strokes_size": 0,
                "signed_at": signed_at,
                "witness_name": home.carer or "村民组长",
            }
        return {
            "attestation": "REFUSED",
            "image_size": 0,
            "strokes_size": 0,
            "reason": "不愿签字，内容已当面读给本人",
        }


def _location(chance: Chance, household: Body) -> tuple[Body, bool]:
    """Position of a visit on site, and whether it lies surely far from home (R19)."""
    if chance.random() < 0.08:
        return {"source": "NONE", "reason": chance.choice(_NO_POSITION)}, False
    away = chance.random() < 0.015
    spread = 900.0 if away else 14.0
    north, east = chance.gauss(0, spread), chance.gauss(0, spread)
    distance = (north * north + east * east) ** 0.5
    accuracy = round(chance.uniform(4, 35), 1)
    location = {
        "source": "GPS" if chance.random() < 0.85 else "NET",
        "lat": round(household["lat"] + north / _METRES_PER_DEGREE, 6),
        "lon": round(household["lon"] + east / (_METRES_PER_DEGREE * _COS_LATITUDE), 6),
        "accuracy_m": accuracy,
        "distance_to_home_m": round(distance, 1),
    }
    return location, distance - accuracy > _FAR_M
