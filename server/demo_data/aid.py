"""Relief, the towns' standby funds, needs and referrals of the made-up county.

What a relief or a referral has come to is worked out by the rules from the steps written here, as a server
would: the records cannot disagree.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fieldapp.domain.clock import instant_text
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.needs import (
    ReferralFields,
    ReferralStepFields,
    ServiceNeedFields,
)
from fieldapp.domain.records.reliefs import ReliefFields, ReliefStepFields
from fieldapp.domain.records.visits import Purpose
from fieldapp.domain.rules.referral_flow import (
    NEED_FIELDS,
    REFERRAL_FIELDS,
    ReferralStanding,
    advance_referral,
    need_with,
    respond_due,
)
from fieldapp.domain.rules.relief_amount import decision_level
from fieldapp.domain.rules.relief_flow import FIELDS, ReliefStanding, advance, fund_movement
from fieldapp.domain.rules.standby_fund import entry_id
from server.demo_data.chance import Chance
from server.demo_data.moments import moment
from server.demo_data.people import Stamp
from server.demo_data.story import HOTEL_NIGHTS, SNOW_DAYS_AGO

Body = dict[str, Any]
Records = Iterator[tuple[str, Body]]

TOWN_DIGITS: Final = CODE_LENGTH[AreaLevel.TOWN]
GRANT: Final = 5_000_000
"""What each town gets at the beginning, in fen."""
_COUNTY: Final = Parameters()
_SIGNED: Final = {"attestation": "NOT_NEEDED", "reason": "宾馆和食堂直接结算，凭票据"}
_ORGANISATIONS: Final = (
    ("示范社会工作服务中心", "52341789MJA000001C", ("COUNSEL", "INCLUSION", "CAPACITY"), False),
    ("示范居家养老服务站", "52341789MJA000002F", ("CARE", "MEAL", "ESCORT"), False),
    ("示范康复辅具服务部", "52341789MJA000003J", ("REHAB", "AID_DEVICE"), False),
    ("示范就业服务工作室", "52341789MJA000004M", ("JOB", "LINK"), False),
    ("示范法律援助志愿队", "", ("LEGAL", "POLICY"), True),
    ("示范爱心物资联络站", "", ("GOODS", "EDU", "HOUSING"), True),
)


@dataclass(frozen=True, slots=True)
class Offices:
    """Who handles aid: user ids."""

    admin: str
    officer: str
    clerk: str
    leader: str
    partner: str


@dataclass(frozen=True, slots=True)
class AidWriter:
    """Writes the aid of one county as it stands on the morning of `as_of`."""

    chance: Chance
    offices: Offices
    as_of: dt.date

    # -- the county's lists -------------------------------------------------------------------------

    def lists(self, towns: Sequence[str], since: dt.datetime) -> Records:
        """Organisations with a project, and the first grant of every town's fund."""
        stamp = Stamp(since, self.offices.admin)
        year = {"since": f"{self.as_of.year}-01-01", "until": f"{self.as_of.year}-12-31"}
        for name, credit_code, services, volunteer in _ORGANISATIONS:
            body = self._stamped(stamp) | {
                "name": name, "credit_code": credit_code, "services": list(services), "active": True,
                "volunteer": volunteer, "phone": f"100{self.chance.randrange(10**8):08d}",
                "users": [self.offices.partner] if "COUNSEL" in services else [],
                "contracts": [] if volunteer else [{"number": "示范购服合同", "amount": 12_000_000, **year}],
            }  # fmt: skip
            yield "organisations", _plain(body)
            if "COUNSEL" in services:
                yield (
                    "projects",
                    _plain(
                        self._stamped(stamp)
                        | {
                            "organisation_id": body["id"], "name": "暖心陪伴", "funder": "示范慈善会",
                            "funding": 3_000_000, "services": ["COUNSEL"], "target": "独居和受灾困难群众",
                            "quota": 30, "active": True, **year,
                        }
                    ),
                )  # fmt: skip
        for town in towns:
            yield (
                "fund_entries",
                self._stamped(stamp)
                | {
                    "area_code": town, "kind": "GRANT", "amount": GRANT, "booked_at": instant_text(since),
                    "document": "示范拨款文件", "note": "年初拨入",
                },
            )  # fmt: skip

    # -- relief -------------------------------------------------------------------------------------

    def story_relief(self, household: Body, persons: Sequence[Body], visits: Sequence[Body]) -> Records:
        """Hotel and meals after the snow: paid first, confirmed by the county, followed up, solved."""
        day = self._ago(SNOW_DAYS_AGO - 1)
        nights = {
            "form": "LODGING", "name": "标准间", "quantity": HOTEL_NIGHTS, "persons": 1, "unit_price": 16_800,
            "amount": HOTEL_NIGHTS * 16_800, "provider": "镇上宾馆", "since": day.isoformat(),
            "until": (day + dt.timedelta(days=HOTEL_NIGHTS)).isoformat(),
        }  # fmt: skip
        meals = {
            "form": "MEALS", "name": "一日三餐", "quantity": HOTEL_NIGHTS, "persons": 2, "unit_price": 4_500,
            "amount": HOTEL_NIGHTS * 2 * 4_500,
        }  # fmt: skip
        relief = self._relief(
            household, moment(day, 10 * 60 + 20), 1, path="ADVANCE", cause="COLD_HEAT",
            reason="大雪，砖木老屋不能御寒，术后病人需转移安置", items=[nights, meals],
            persons=[person["id"] for person in persons], person_count=2, signature=_SIGNED,
            village_opinion="情况属实，请先行救助",
        )  # fmt: skip
        follow_ups = [visit for visit in visits if visit["purpose"] == Purpose.RELIEF.value][1:]
        amount = relief.amount
        clerk, officer = self.offices.clerk, self.offices.officer
        steps = [
            self._step(relief, "PAY", moment(day, 11 * 60), clerk, amount=amount, opinion="当日安置"),
            self._step(
                relief, "DECIDE", moment(day + dt.timedelta(days=1), 9 * 60), officer, amount=amount,
                opinion="同意先行救助，请补齐材料",
            ),
            self._step(relief, "PAPERS", moment(day + dt.timedelta(days=4), 15 * 60), clerk),
            *(
                self._step(relief, "FOLLOW_UP", _at(visit), visit["created_by"], visit_id=visit["id"])
                for visit in follow_ups
            ),
            self._step(
                relief, "FINISH", moment(self._ago(2), 16 * 60), clerk, outcome="SOLVED",
                opinion="屋面已修，老两口安全返家",
            ),
        ]  # fmt: skip
        yield from self._told(relief, steps)

    def proposed_relief(self, household: Body, number: int) -> Records:
        """Cash for a sudden illness that waits for the town's leader."""
        cash = {"form": "CASH", "quantity": 1, "persons": 1, "unit_price": 160_000, "amount": 160_000}
        relief = self._relief(
            household, moment(self._ago(2), 10 * 60), number, path="NORMAL", cause="ILLNESS", grade="MEDIUM",
            kind="EXPENSE", reason="突发疾病住院，自付费用较高，生活困难", items=[cash], self_paid=1_280_000,
        )  # fmt: skip
        yield from self._told(relief, [])

    def pending_relief(self, household: Body, number: int) -> Records:
        """Quilts and rice given first; papers are still to come."""
        goods = {
            "form": "GOODS", "name": "棉被、大米、食用油", "quantity": 1, "persons": 1, "unit_price": 62_000,
            "amount": 62_000,
        }  # fmt: skip
        day = self._ago(3)
        relief = self._relief(
            household, moment(day, 15 * 60), number, path="ADVANCE", cause="NO_FOOD", items=[goods],
            reason="家中断粮，先行送去米面油和棉被", signature=_SIGNED,
        )  # fmt: skip
        pay = self._step(relief, "PAY", moment(day, 15 * 60 + 30), self.offices.clerk, amount=62_000)
        yield from self._told(relief, [pay])

    def _relief(self, household: Body, at: dt.datetime, number: int, **values: Any) -> ReliefFields:
        area_code = household["area_code"]
        relief = ReliefFields.model_validate(
            self._stamped(Stamp(at, self.offices.clerk))
            | {
                "household_id": household["id"], "area_code": area_code, "given_at": instant_text(at),
                "surveyors": [self.offices.clerk], "amount": sum(one["amount"] for one in values["items"]),
                "relief_no": f"LJ{area_code[:TOWN_DIGITS]}-{at.year}-{number:04d}",
                "received_at": instant_text(at + dt.timedelta(hours=1)), **values,
            }
        )  # fmt: skip
        level = decision_level(relief, _COUNTY, repeated=False)
        return relief.model_copy(update={"decide_at_level": level})

    def _step(
        self, relief: ReliefFields, action: str, at: dt.datetime, by: str, **values: Any
    ) -> ReliefStepFields:
        return ReliefStepFields.model_validate(
            self._stamped(Stamp(at, by))
            | {
                "relief_id": relief.id, "household_id": relief.household_id, "area_code": relief.area_code,
                "action": action, "at": instant_text(at),
                "received_at": instant_text(at + dt.timedelta(hours=1)), **values,
            }
        )  # fmt: skip

    def _told(self, relief: ReliefFields, steps: Sequence[ReliefStepFields]) -> Records:
        """The relief as the steps leave it, the steps in order, and what they move in the fund."""
        standing = ReliefStanding()
        told: list[tuple[str, Body]] = []
        for step in steps:
            standing = advance(relief, standing, step, _COUNTY)
            told.append(("relief_steps", wire_body(step.model_copy(update={"seq": standing.steps_taken}))))
            moved = fund_movement(relief, step)
            if moved:
                told.append(("fund_entries", self._movement(relief, step, moved)))
        yield "reliefs", wire_body(relief.model_copy(update={n: getattr(standing, n) for n in FIELDS}))
        yield from told

    def _movement(self, relief: ReliefFields, step: ReliefStepFields, moved: int) -> Body:
        at = step.at + dt.timedelta(hours=1)
        return Stamp(at, step.created_by).fields(self.chance) | {
            "id": entry_id(step.id), "area_code": relief.area_code[:TOWN_DIGITS], "amount": moved,
            "kind": "PAYMENT" if moved < 0 else "REFUND", "booked_at": instant_text(at),
            "relief_id": relief.id, "step_id": step.id,
        }  # fmt: skip

    # -- needs --------------------------------------------------------------------------------------

    def counselling(self, household: Body, worker: str, organisation_id: str, project_id: str) -> Records:
        """A partner counsels somebody: referred, accepted, served twice so far."""
        seen = moment(self._ago(16), 9 * 60 + 30)
        need = self._need(
            household, seen, worker, kind="COUNSEL", urgency="7D", consent_to_share=True,
            description="家中变故后情绪低落，少与人来往",
        )  # fmt: skip
        sent = moment(self._ago(15), 10 * 60)
        referral = ReferralFields.model_validate(
            self._stamped(Stamp(sent, self.offices.clerk))
            | {
                "household_id": household["id"], "area_code": household["area_code"], "need_id": need.id,
                "organisation_id": organisation_id, "project_id": project_id, "message": "请先电话约时间",
                "sent_at": instant_text(sent), "received_at": instant_text(sent + dt.timedelta(minutes=20)),
            }
        )  # fmt: skip
        due = respond_due(referral, _COUNTY)
        steps = [
            ("ACCEPT", 14, {}),
            ("START", 12, {}),
            ("LOG", 12, {"note": "首次上门，建立信任", "quarter_hours": 6, "worker": "社工甲"}),
            ("LOG", 5, {"note": "第二次面谈，愿意参加小组活动", "quarter_hours": 5, "worker": "社工甲"}),
        ]  # fmt: skip
        standing = ReferralStanding()
        told: list[Body] = []
        for nth, (action, ago, values) in enumerate(steps):
            at = moment(self._ago(ago), 14 * 60 + 10 * nth)
            step = ReferralStepFields.model_validate(
                self._stamped(Stamp(at, self.offices.partner))
                | {
                    "household_id": household["id"], "area_code": household["area_code"],
                    "need_id": need.id, "referral_id": referral.id, "action": action,
                    "at": instant_text(at), "received_at": instant_text(at),
                    "served_on": self._ago(ago).isoformat() if action == "LOG" else None, **values,
                }
            )  # fmt: skip
            standing = advance_referral(standing, step)
            told.append(wire_body(step.model_copy(update={"seq": standing.steps_taken})))
        after = need_with(referral.id, standing)
        yield "service_needs", wire_body(need.model_copy(update={n: getattr(after, n) for n in NEED_FIELDS}))
        changed = {name: getattr(standing, name) for name in REFERRAL_FIELDS}
        yield "referrals", wire_body(referral.model_copy(update={**changed, "respond_due": due}))
        for one in told:
            yield "referral_steps", one

    def open_need(self, household: Body, worker: str) -> Records:
        """A family just above the line that needs meals brought: for charities, with its consent."""
        need = self._need(
            household, moment(self._ago(6), 15 * 60), worker, kind="MEAL", urgency="30D",
            consent_to_share=True, not_eligible=True, description="收入略高于标准，老人做饭不便",
        )  # fmt: skip
        yield "service_needs", wire_body(need)

    def _need(self, household: Body, at: dt.datetime, by: str, **values: Any) -> ServiceNeedFields:
        return ServiceNeedFields.model_validate(
            self._stamped(Stamp(at, by))
            | {
                "household_id": household["id"], "area_code": household["area_code"],
                "person_id": household["head_person_id"], "seen_at": instant_text(at),
                "received_at": instant_text(at + dt.timedelta(hours=2)), **values,
            }
        )  # fmt: skip

    def _ago(self, days: int) -> dt.date:
        return self.as_of - dt.timedelta(days=days)

    def _stamped(self, stamp: Stamp) -> Body:
        return stamp.fields(self.chance)


def _at(visit: Body) -> dt.datetime:
    return dt.datetime.fromisoformat(visit["finished_at"]) + dt.timedelta(minutes=10)


def _plain(body: Body) -> Body:
    """A wire body: nothing empty."""
    return {name: value for name, value in body.items() if value not in ("", [], None)}
