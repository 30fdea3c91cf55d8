"""Urgent clues of the made-up county: in every standing, true to the visits that were made."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fieldapp.domain.clock import instant_text, parse_instant
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.base import compact
from fieldapp.domain.records.clues import ClueAction, ClueKind, ClueSource, Urgency
from fieldapp.domain.records.visits import NOBODY_MET, Mode, Purpose, Result
from server.demo_data.chance import Chance
from server.demo_data.identity import record_id
from server.demo_data.moments import moment
from server.store.clue_standing import stood

Body = dict[str, Any]
_A, _K, _S, _U = ClueAction, ClueKind, ClueSource, Urgency
NUMBERED_FROM: Final = 90_000
"""Numbers of made-up clues: above what a county reaches, which counts from 1."""
_DAY: Final = 24 * 60
_MORNING: Final = 7 * 60
_RECEIVED_AFTER: Final = dt.timedelta(minutes=25)
_AT_THE_DOOR: Final = dt.timedelta(minutes=15)
_BEFORE_VISIT: Final = dt.timedelta(hours=3)
_MOST_DAYS_APART: Final = 120


@dataclass(frozen=True, slots=True)
class Tale:
    """A clue to make: what was told, and how far it came. `hours_ago` counts back from the morning of the day
    it is told on; None = it follows from a visit that was made. `focus` 1 = in the demo aide's village,
    2 = elsewhere in that town, 0 = anywhere else. `merged`: a second report of the same case.
    `sweep`: reported at the door, during a sweep."""

    kind: ClueKind
    urgency: Urgency
    source: ClueSource
    words: str
    upto: ClueAction | None
    hours_ago: int | None = None
    focus: int = 0
    merged: bool = False
    sweep: bool = False


TALES: Final = (
    Tale(_K.ILLNESS, _U.L2, _S.GRID, "老人高烧两天，家中无人送医。", _A.CLOSE, focus=1),
    Tale(_K.LOST_JOB, _U.L3, _S.SELF, "厂里停工，本月没有收入，来村部求助。", None, 20, focus=1),
    Tale(_K.NO_CARE, _U.L3, _S.NEIGHBOUR, "邻居反映老人近来少出门，想请人看看。", _A.NOT_CONFIRM, focus=1),
    Tale(_K.COLD_HEAT, _U.L2, _S.GRID, "取暖器坏了，屋里很冷，老人受凉。", None, 1, focus=2),
    Tale(_K.NO_FOOD, _U.L2, _S.NEIGHBOUR, "存粮见底，腿脚不便出不了门。", _A.ACCEPT, 3, focus=2),
    Tale(
        _K.ACCIDENT,
        _U.L2,
        _S.HOTLINE,
        "骑车摔伤，腿打石膏，无人照料。",
        _A.ASSIGN,
        9,
        focus=2,
        merged=True,
    ),
    Tale(_K.ILLNESS, _U.L1, _S.AIDE, "突发胸痛，已打120送医。", _A.START, 2, focus=2),
    Tale(_K.CHILD, _U.L2, _S.VOLUNTEER, "两个孩子随奶奶生活，奶奶住院。", _A.CONFIRM, focus=2),
    Tale(_K.DISASTER, _U.L2, _S.GRID, "雨后后墙开裂，不敢住人。", _A.RELIEF, focus=2),
    Tale(_K.FIRE, _U.L2, _S.OTHER_DEPT, "灶房失火，被褥衣物烧毁。", _A.VISIT, focus=2),
    Tale(_K.VIOLENCE, _U.L1, _S.OTHER_DEPT, "派出所转来，需要临时住处。", _A.TRANSFER, 400, focus=2),
    Tale(_K.ILLNESS, _U.L2, _S.GRID, "术后回家，无力支付换药费用。", _A.CLOSE),
    Tale(_K.COLD_HEAT, _U.L2, _S.AIDE, "寒潮前排查，屋面漏风，缺棉被。", _A.CLOSE),
    Tale(_K.NO_CARE, _U.L2, _S.NEIGHBOUR, "照料人外出，半失能老人独自在家。", _A.CLOSE),
    Tale(_K.ACCIDENT, _U.L3, _S.ONLINE, "线上求助：工伤赔付未到，生活困难。", _A.CLOSE),
    Tale(_K.OTHER, _U.L3, _S.MEDIA, "网帖反映住房潮湿。", _A.NOT_CONFIRM),
    Tale(_K.LOST_JOB, _U.L3, _S.HOTLINE, "12345转办：失业三个月，交不起房租。", _A.CLOSE),
    Tale(_K.ILLNESS, _U.L2, _S.DATA, "医保数据提示自付费用高，请上门了解。", _A.VISIT),
    Tale(_K.SUICIDE, _U.L1, _S.VOLUNTEER, "言语消沉，家属请求帮助。", _A.CLOSE),
    Tale(_K.HOMELESS, _U.L2, _S.OTHER_DEPT, "车站劝返人员，需核实家中情况。", _A.TRANSFER, 700),
    Tale(_K.NO_FOOD, _U.L2, _S.GRID, "独居老人米面用尽。", _A.CLOSE),
    Tale(_K.DISASTER, _U.L2, _S.AIDE, "大风掀去屋瓦，已搬到邻居家。", _A.REOPEN),
    Tale(_K.CHILD, _U.L3, _S.AIDE, "孩子开学缺学费，家长来问。", _A.CLOSE),
)
"""With the second report of the merged one and the story's clue there are 25."""
SNOW: Final = Tale(
    _K.COLD_HEAT,
    _U.L2,
    _S.GRID,
    "大雪压顶，屋面积雪、后墙渗水，术后病人卧床受冻，存粮不足三天。",
    _A.CLOSE,
    sweep=True,
)
"""The story of the snow."""

_COURSE: Final = (
    (_A.ACCEPT, 25), (_A.ASSIGN, 45), (_A.START, 180), (_A.CONFIRM, 235), (_A.RELIEF, 400),
    (_A.FOLLOW_UP, 2 * _DAY), (_A.PAPERS, 3 * _DAY), (_A.VISIT, 4 * _DAY), (_A.CLOSE, 19 * _DAY),
    (_A.REOPEN, 24 * _DAY),
)  # fmt: skip
"""Minutes after the report at which a step is taken, where no visit says otherwise."""
_OPINIONS: Final = {
    _A.CONFIRM: "现场核实属实，需要帮助。", _A.NOT_CONFIRM: "现场核实，生活正常，已留联系电话。",
    _A.RELIEF: "按先行救助给予帮助。", _A.PAPERS: "手续已补齐。", _A.CLOSE: "已解困，办结。",
    _A.TRANSFER: "属其他部门职责。", _A.MARK_DUPLICATE: "同一情况，合并办理。", _A.REOPEN: "又有新情况。",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hands:
    """Who reports, handles and closes."""

    worker: str
    aide: str
    clerk: str
    leader: str


class ClueWriter:
    """Writes the clues of one data set; numbers follow each other."""

    def __init__(self, as_of: dt.date, parameters: Parameters) -> None:
        self._now = moment(as_of, _MORNING)
        self._parameters = parameters
        self._written = 0

    def told(
        self, tale: Tale, chance: Chance, household: Body, visits: Sequence[Body], hands: Hands
    ) -> Iterator[tuple[str, Body]]:
        """A clue and its steps, parents first; a second report of it where the tale has one."""
        first, second = _visits_of(tale, visits)
        if first is not None:
            began = parse_instant(first["started_at"])
            reported = began + _AT_THE_DOOR if tale.sweep else began - _BEFORE_VISIT
        else:
            reported = self._now - dt.timedelta(hours=tale.hours_ago or 30)
        reporter = hands.aide if tale.source is _S.AIDE else hands.worker
        clue = self._clue(tale, chance, household, reporter, reported)
        steps = list(self._steps(tale, chance, clue, hands, (first, second)))
        yield "clues", stood(clue, steps, self._parameters, self._now)
        if tale.merged:
            again = self._clue(tale, chance, household, hands.aide, reported + dt.timedelta(minutes=50))
            at = reported + dt.timedelta(minutes=70)
            merge = self._step(chance, again, _A.MARK_DUPLICATE, at, hands.clerk, 1, main_id=clue["id"])
            yield "clues", stood(again, [merge], self._parameters, self._now)
            yield "clue_steps", merge
        for step in steps:
            yield "clue_steps", step

    def _clue(
        self, tale: Tale, chance: Chance, household: Body, reporter: str, reported: dt.datetime
    ) -> Body:
        self._written += 1
        at, received = instant_text(reported), instant_text(reported + _RECEIVED_AFTER)
        return compact(
            {
                "id": record_id(reported, chance), "created_at": at, "created_by": reporter, "updated_at": at,
                "updated_by": reporter, "household_id": household["id"], "area_code": household["area_code"],
                "place": household.get("address") or household.get("group_name") or "村内",
                "source": tale.source.value, "kind": tale.kind.value, "urgency": tale.urgency.value,
                "description": tale.words, "person": {"name": household["head_name"]}, "found_at": at,
                "reported_at": at, "received_at": received, "clock_suspect": False,
                "clue_no": f"{household['area_code'][:6]}{reported.year}{NUMBERED_FROM + self._written}",
            }
        )  # fmt: skip

    def _steps(
        self, tale: Tale, chance: Chance, clue: Body, hands: Hands, visits: tuple[Body | None, Body | None]
    ) -> Iterator[Body]:
        if tale.upto is None:
            return
        reported = parse_instant(clue["reported_at"])
        last = reported
        for number, (action, minutes) in enumerate(_way(tale.upto), start=1):
            at = reported + dt.timedelta(minutes=minutes)
            visit = {_A.CONFIRM: visits[0], _A.NOT_CONFIRM: visits[0], _A.VISIT: visits[1]}.get(action)
            if visit is not None:
                at = parse_instant(visit["finished_at"]) + dt.timedelta(minutes=5)
            at = max(at, last + dt.timedelta(minutes=5))
            short_of_visit = action in (_A.CONFIRM, _A.NOT_CONFIRM, _A.VISIT) and visit is None
            if at >= self._now or short_of_visit:
                return
            more = {} if visit is None else {"visit_id": visit["id"]}
            if action is _A.ASSIGN:
                more = {"assignee_id": hands.worker}
            yield self._step(chance, clue, action, at, _hand(action, hands, tale.urgency), number, **more)
            last = at

    def _step(
        self, chance: Chance, clue: Body, action: ClueAction, at: dt.datetime, by: str, seq: int, **more: str
    ) -> Body:
        made = instant_text(at)
        body: Body = {
            "id": record_id(at, chance), "created_at": made, "created_by": by, "updated_at": made,
            "updated_by": by, "clue_id": clue["id"], "household_id": clue["household_id"],
            "area_code": clue["area_code"], "action": action.value, "at": made, "seq": seq,
            "opinion": _OPINIONS.get(action, ""), "received_at": instant_text(at + _RECEIVED_AFTER), **more,
        }  # fmt: skip
        if action is _A.TRANSFER:
            body["department"] = "派出所" if clue["kind"] == _K.VIOLENCE else "救助管理站"
        return compact(body)


def _way(upto: ClueAction) -> list[tuple[ClueAction, int]]:
    """Steps and their minutes up to an action."""
    if upto is _A.TRANSFER:
        return [(_A.ACCEPT, 25), (_A.TRANSFER, 90)]
    if upto is _A.NOT_CONFIRM:
        return [*_COURSE[:3], (_A.NOT_CONFIRM, 235), (_A.CLOSE, 2 * _DAY)]
    names = [action for action, _ in _COURSE]
    return list(_COURSE[: names.index(upto) + 1])


def _hand(action: ClueAction, hands: Hands, urgency: Urgency) -> str:
    if action in (_A.START, _A.CONFIRM, _A.NOT_CONFIRM, _A.VISIT):
        return hands.worker
    return hands.leader if action is _A.CLOSE and urgency is not _U.L3 else hands.clerk


def _visits_of(tale: Tale, visits: Sequence[Body]) -> tuple[Body | None, Body | None]:
    """The visit that verified and the one that followed up: the latest pair not too far apart; for a clue
    that did not come that far, the latest visit."""
    if tale.hours_ago is not None:
        return None, None
    if tale.sweep:
        sweep = next(one for one in visits if one["purpose"] == Purpose.SWEEP)
        after = instant_text(parse_instant(sweep["finished_at"]) + dt.timedelta(days=2))
        return sweep, next(one for one in visits if one["finished_at"] > after)
    on_site = [
        one for one in visits if one["mode"] == Mode.ONSITE and Result(one["result"]) not in NOBODY_MET
    ]
    if not on_site:
        return None, None
    if tale.upto in (_A.CONFIRM, _A.RELIEF, _A.NOT_CONFIRM):
        return on_site[-1], None
    for first, second in zip(reversed(on_site[:-1]), reversed(on_site[1:]), strict=True):
        apart = parse_instant(second["started_at"]) - parse_instant(first["started_at"])
        if dt.timedelta(days=2) < apart < dt.timedelta(days=_MOST_DAYS_APART):
            return first, second
    return on_site[-1], None
