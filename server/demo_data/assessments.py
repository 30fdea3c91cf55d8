"""Assessments of made-up households: answers that come to their level, the sheet, the team's signatures."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

from fieldapp.domain.clock import COUNTY_ZONE, instant_text
from fieldapp.domain.parameters import GX_1, Parameters
from fieldapp.domain.records.base import compact
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.rules.assessment import Judgement, judge, level_of, points_of
from server.demo_data.album import Album
from server.demo_data.chance import Chance
from server.demo_data.moments import moment
from server.demo_data.people import Stamp

Body = dict[str, Any]

FORM_VERSION: Final = "2026.1"
"""Version of resources/forms/gx-1.xlsx whose sheets are written here."""
STORY_OPTIONS: Final = {
    "A2": "c", "A3": "b", "A4": "b", "B1": "b", "B2": "c", "C1": "b", "C2": "b", "D1": "b", "D2": "c",
    "D3": "b", "E1": "c", "E3": "c", "F3": "c",
}  # fmt: skip
"""The worked example of R10: snow, 47 points."""
_BANDS: Final = {RiskLevel.HIGH: (45, 58), RiskLevel.MEDIUM: (25, 44), RiskLevel.LOW: (3, 24)}
_CYCLE: Final = Parameters().risk_due_days
_HIGHER_BEFORE: Final = {RiskLevel.MEDIUM: RiskLevel.HIGH, RiskLevel.LOW: RiskLevel.MEDIUM}
_BEFORE_SHARE: Final = 0.35
_REASONS: Final = (
    "病情稳定，子女已轮流回家照料",
    "危房已修缮，完成搬迁入住",
    "已纳入低保，照料人签订委托协议",
)
_MEASURES: Final = {
    RiskLevel.HIGH: ("每周入户一次，联系镇卫生院上门", "申请临时救助", "落实邻里照看"),
    RiskLevel.MEDIUM: ("每月入户一次", "协助办理慢性病门诊报销"),
    RiskLevel.LOW: ("按季度走访",),
}
_VIEWS: Final = ("", "", "", "建议两周后再看一次住房", "收入情况可再核实")


@dataclass(frozen=True, slots=True)
class Team:
    """Who assesses: the aide leads; the grid worker, or a volunteer without account, takes part."""

    lead: str
    second: str
    names: Mapping[str, str]

    def members(self) -> list[Body]:
        """As the record names them."""
        lead = {"id": self.lead, "user_id": self.lead, "name": self.names[self.lead], "kind": "AIDE"}
        if self.second == self.lead:
            return [lead, {"id": "volunteer", "name": "志愿者", "kind": "VOLUNTEER"}]
        second = {
            "id": self.second, "user_id": self.second, "name": self.names[self.second],
            "kind": "GROUP_LEADER",
        }  # fmt: skip
        return [lead, second]


@dataclass(frozen=True, slots=True)
class AssessmentWriter:
    """Writes the assessments of one household."""

    chance: Chance
    album: Album
    household: Body
    team: Team

    def history(self, since: dt.date, story: bool = False) -> Iterator[tuple[str, Body]]:
        """Sheets, assessments and signatures that end at the household's level and due day; sometimes with a
        higher level before. `since` is the first day on which it may have been assessed."""
        level = RiskLevel(self.household["risk_level"])
        last = dt.date.fromisoformat(self.household["risk_next_due"]) - dt.timedelta(days=_CYCLE[level])
        before = _HIGHER_BEFORE.get(level)
        earlier = last - dt.timedelta(days=self.chance.randrange(20, 60))
        if before is not None and earlier >= since and self.chance.random() < _BEFORE_SHARE:
            yield from self._one(earlier, self._judged(before, earlier))
            reason = self.chance.choice(_REASONS) if before is RiskLevel.HIGH else ""
            yield from self._one(last, self._judged(level, last), previous=before, reason=reason)
        elif last >= since:
            yield from self._one(last, _judged(STORY_OPTIONS, last) if story else self._judged(level, last))

    def _judged(self, level: RiskLevel, day: dt.date) -> "_Judged":
        return _judged(_options(self.chance, level), day)

    def _one(
        self, day: dt.date, judged: "_Judged", *, previous: RiskLevel = RiskLevel.NONE, reason: str = ""
    ) -> Iterator[tuple[str, Body]]:
        lead = self.team.lead
        at = moment(day, 9 * 60 + self.chance.randrange(0, 7 * 60))
        stamp, received = Stamp(at, lead), instant_text(at + dt.timedelta(hours=3))
        began = at - dt.timedelta(minutes=self.chance.randrange(12, 30))
        place = {"household_id": self.household["id"], "area_code": self.household["area_code"]}
        instance_id = f"uuid:{uuid.UUID(int=self.chance.getrandbits(128), version=4)}"
        sheet = stamp.fields(self.chance) | place | {
            "form_id": GX_1.id, "form_version": FORM_VERSION, "instance_id": instance_id,
            "started_at": instant_text(began), "finished_at": instant_text(at), "source": "DEVICE",
            "xml": _sheet(judged, began, at, instance_id, lead), "received_at": received,
        }  # fmt: skip
        yield "submissions", compact(sheet)
        told = judged.chosen.get("E3") == "c"
        assessment = stamp.fields(self.chance) | place | judged.fields() | {
            "submission_id": sheet["id"], "scale_id": GX_1.id, "scale_version": FORM_VERSION,
            "trigger": "EVENT" if told else "PERIODIC", "trigger_note": "大雪，老旧宿舍" if told else "",
            "assessed_at": instant_text(at), "members": self.team.members(), "previous_level": previous.value,
            "lowering_reason": reason, "plan": self._plan(judged.found.level, day), "received_at": received,
        }  # fmt: skip
        yield "assessments", compact(assessment)
        for nth, member in enumerate(self.team.members(), start=1):
            yield "assessment_signatures", self._signature(assessment, member, at, nth)

    def _plan(self, level: RiskLevel, day: dt.date) -> list[Body]:
        return [
            {"measure": measure, "responsible": self.team.names[self.team.lead],
             "due": (day + dt.timedelta(days=7 * nth)).isoformat()}
            for nth, measure in enumerate(_MEASURES[level], start=1)
        ]  # fmt: skip

    def _signature(self, assessment: Body, member: Body, at: dt.datetime, nth: int) -> Body:
        signed = at + dt.timedelta(minutes=2 * nth)
        sha256, size = self.album.signature(self.chance)
        return compact(
            Stamp(signed, member.get("user_id", self.team.lead)).fields(self.chance) | {
                "household_id": assessment["household_id"], "assessment_id": assessment["id"],
                "member_id": member["id"], "signed_at": instant_text(signed),
                "received_at": assessment["received_at"],
                "differing_view": self.chance.choice(_VIEWS) if nth > 1 else "",
                "signature": {
                    "attestation": "SIGNED", "image_sha256": sha256, "image_size": size, "strokes_size": 0,
                    "signed_at": instant_text(signed),
                },
            }
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Judged:
    """Options per item, and what they come to."""

    chosen: dict[str, str]
    found: Judgement

    def fields(self) -> Body:
        """The result as the record holds it."""
        return {
            "answers": [
                {"item": item, "option": option, "points": points_of(GX_1, item, option), "unknown": False}
                for item, option in self.chosen.items()
            ],
            "score": self.found.score,
            "level": self.found.level.value,
            "provisional": self.found.provisional,
            "next_due": self.found.next_due.isoformat(),
        }


def _judged(options: dict[str, str], day: dt.date) -> _Judged:
    chosen = dict.fromkeys(GX_1.items, "a") | options
    return _Judged(chosen, judge(GX_1, chosen, (), day, Parameters()))


def _options(chance: Chance, level: RiskLevel) -> dict[str, str]:
    """Options whose points come to a score inside the level's band."""
    low, high = _BANDS[level]
    left = chance.randint(low, high)
    order = [item for item in GX_1.items if item != "E3"]  # a warning in force follows from weak protection
    chance.shuffle(order)
    chosen: dict[str, str] = {}
    for _ in range(2):
        for item in order:
            points = GX_1.items[item]
            step = {"": 0, "b": 1}.get(chosen.get(item, ""), 2) + 1
            more = points[step] - points[step - 1] if step < len(points) else left + 1
            if more <= left:
                chosen[item], left = "abc"[step], left - more
    score = sum(points_of(GX_1, item, option) for item, option in chosen.items())
    if level_of(GX_1, score) is not level:
        raise ValueError("no options come to this level")
    return chosen


def _sheet(judged: _Judged, began: dt.datetime, at: dt.datetime, instance_id: str, by: str) -> str:
    """The answer sheet as the form engine writes it, what is empty left out."""
    chosen, found = judged.chosen, judged.found
    groups: dict[str, list[str]] = {}
    for item, option in chosen.items():
        groups.setdefault(item[0], []).append(f"<{item}>{option}</{item}>")
    points = "".join(f"<{i}_points>{points_of(GX_1, i, o)}</{i}_points>" for i, o in chosen.items())
    local = at.astimezone(COUNTY_ZONE)
    return (
        f'<data id="{GX_1.id}" version="{FORM_VERSION}">'
        f"<start>{began.astimezone(COUNTY_ZONE).isoformat(timespec='milliseconds')}</start>"
        f"<end>{local.isoformat(timespec='milliseconds')}</end><today>{local:%Y-%m-%d}</today>"
        f"<username>{escape(by)}</username>"
        + "".join(f"<group_{name}>{''.join(one)}</group_{name}>" for name, one in groups.items())
        + f"{points}<group_flags><red_flags>none</red_flags></group_flags>"
        f"<score>{found.score}</score><unknown_count>{found.unknown}</unknown_count>"
        f"<provisional>{int(found.provisional)}</provisional><level>{found.level.value}</level>"
        f"<next_due>{found.next_due.isoformat()}</next_due>"
        f"<meta><instanceID>{instance_id}</instanceID></meta></data>"
    )
