"""Scenario 1, the snow: an aged couple in a brick-and-wood house, found on a routine visit.

What the story's visits, household and persons say is fixed here word for word; only days count back
from `as_of`.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fieldapp.domain.clock import instant_text
from fieldapp.domain.records.base import compact
from fieldapp.domain.records.persons import Sex
from fieldapp.domain.records.visits import Mode, PhotoKind, Purpose, Result
from server.demo_data.album import Album
from server.demo_data.chance import Chance
from server.demo_data.households import household_number
from server.demo_data.identity import Numbers, record_id
from server.demo_data.moments import moment
from server.demo_data.people import BANK, Stamp
from server.demo_data.plan import HouseholdPlan
from server.demo_data.visits import Home

Body = dict[str, Any]

HEAD_NAME: Final = "程贤水"
SPOUSE_NAME: Final = "汪桂莲"
HEAD_AGE: Final = 74
SPOUSE_AGE: Final = 72
HOTEL_NIGHTS: Final = 12
SNOW_DAYS_AGO: Final = 20
"""The snow lies as far back as twelve hotel nights and a first week at home need."""

_GOOD: Final = dict.fromkeys(("FOOD", "CLOTHES", "HEATING", "WATER", "POWER", "FIRE", "HOUSE"), "OK")


@dataclass(frozen=True, slots=True)
class Scene:
    """One visit of the story. `both`: the grid worker and the aide went together."""

    days_ago: int
    start: int
    length: int
    purpose: Purpose
    result: Result
    text: str
    both: bool = False
    living: dict[str, str] = field(default_factory=dict)
    findings: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    photos: tuple[PhotoKind, ...] = ()
    at_home: bool = True


SCENES: Final = (
    Scene(
        250,
        9 * 60 + 10,
        20,
        Purpose.ROUTINE,
        Result.NORMAL,
        "老两口在家，精神较好，高血压按时服药。住房砖木结构，例行检查，无明显隐患。",
        living={"HOUSE": "POOR"},
    ),
    Scene(
        75,
        14 * 60 + 30,
        18,
        Purpose.ROUTINE,
        Result.NORMAL,
        "老两口在家，精神尚可。米面油可用20天，柴火充足。儿子上海务工，电话已接通，已提醒常联系。",
        living={"HOUSE": "POOR"},
    ),
    Scene(
        40,
        9 * 60 + 40,
        35,
        Purpose.ROUTINE,
        Result.CHANGED,
        "日常走访发现：女主人上月遭遇交通事故，手术后回家休养，行走和洗澡需人帮助，由老伴照料。"
        "自付医疗费用较高，尚有借款。房屋砖木结构，年久，鉴定为C级，冬季防寒差。已向村助理员报告，列入高风险户评估。",
        living={"HEATING": "POOR", "HOUSE": "POOR"},
        findings={
            "mood": "LOW",
            "health_note": "交通事故骨折术后居家恢复，需定期复查",
            "expense_change": "UP",
            "expense_note": "手术自付部分较高，另有借款",
            "next_steps": "组织入户风险评估",
            "next_steps_owner": "村助理员",
        },
        more={
            "changes": [{"kind": "HEALTH", "old": "高血压，能自理", "new": "车祸术后恢复期，部分不能自理"}],
            "needs": ["CARE", "REHAB"],
        },
        photos=(PhotoKind.DOOR, PhotoKind.MEDICAL),
    ),
    Scene(
        SNOW_DAYS_AGO,
        8 * 60 + 20,
        45,
        Purpose.SWEEP,
        Result.URGENT,
        "大雪后逐户排查：屋面积雪，后墙渗水，室内寒冷，术后病人卧床受冻，存粮不足三天。"
        "当场电话报告镇民政办，建议立即转移安置。",
        both=True,
        living={"FOOD": "POOR", "HEATING": "BAD", "HOUSE": "BAD"},
        findings={
            "mood": "LOW",
            "difficulties": "房屋不能抵御严寒，病人术后需要保暖和照料",
            "actions_taken": "电话报告镇民政办和区民政局，先行送去棉被和食品",
            "next_steps": "当日联系附近宾馆转移安置，申请临时救助",
            "next_steps_owner": "村助理员",
            "urgent_clue": True,
        },
        more={"needs": ["HOUSING", "MEAL", "GOODS"]},
        photos=(PhotoKind.HOUSE, PhotoKind.KITCHEN, PhotoKind.MEDICAL),
    ),
    Scene(
        SNOW_DAYS_AGO - 1,
        10 * 60,
        40,
        Purpose.RELIEF,
        Result.NEED,
        "已转移至附近宾馆，老两口同住一间，一日三餐送到房间，费用从临时救助金列支。联系卫生院上门换药。",
        both=True,
        living={"HOUSE": "NA"},
        findings={"actions_taken": "安置到宾馆，落实三餐和换药", "next_steps_owner": "村助理员"},
        more={"needs": ["MEAL", "ESCORT"]},
        photos=(PhotoKind.OTHER,),
        at_home=False,
    ),
    Scene(
        SNOW_DAYS_AGO - 7,
        15 * 60 + 10,
        25,
        Purpose.RELIEF,
        Result.NORMAL,
        "宾馆探望，室内暖和，伤口恢复良好，饮食正常，情绪稳定。村里已请人检修屋面。",
        living={"HOUSE": "NA"},
        at_home=False,
    ),
    Scene(
        SNOW_DAYS_AGO - 1 - HOTEL_NIGHTS,
        9 * 60 + 30,
        40,
        Purpose.RELIEF,
        Result.CHANGED,
        "雪已化，屋面和后墙检修完毕，住满12晚后送老两口回家，配了取暖器和棉被。米面油可用15天。",
        both=True,
        living={"HOUSE": "POOR"},
        findings={"actions_taken": "送返回家，配取暖器一台、棉被两床", "next_steps": "每周入户一次"},
        more={"changes": [{"kind": "HOUSE", "old": "屋面漏雪，后墙渗水", "new": "屋面、后墙已检修"}]},
        photos=(PhotoKind.HOUSE,),
    ),
    Scene(
        1,
        9 * 60,
        25,
        Purpose.ROUTINE,
        Result.NORMAL,
        "每周走访：室内温度适宜，女主人能扶助行器慢走，下周复查已约好陪同。与上次相比身体略有好转。",
        living={"HOUSE": "POOR"},
        photos=(PhotoKind.DOOR,),
    ),
)


@dataclass(frozen=True, slots=True)
class StoryFile:
    """The household of the story and all that belongs to it."""

    household: Body
    persons: list[Body]
    visits: list[Body]


@dataclass(frozen=True, slots=True)
class Cast:
    """Who goes to see them, and the data set's sources of numbers and photos."""

    worker: str
    aide: str
    numbers: Numbers
    album: Album


def tell(chance: Chance, plan: HouseholdPlan, cast: Cast, stamp: Stamp, as_of: dt.date) -> StoryFile:
    """The story's records."""
    household_id = record_id(stamp.at, chance)
    persons = _couple(chance, cast.numbers, household_id, stamp, as_of)
    household = _household(chance, plan, household_id, persons, stamp, as_of)
    for _ in SCENES:
        cast.album.count_row()
    home = Home(plan, household, persons, cast.worker, cast.aide)
    visits = [_visit(chance, home, cast.album, scene, as_of) for scene in SCENES]
    return StoryFile(household, persons, visits)


def _born(as_of: dt.date, age: int, days: int) -> dt.date:
    return as_of.replace(year=as_of.year - age, day=min(as_of.day, 28)) - dt.timedelta(days=days)


def _couple(chance: Chance, numbers: Numbers, household_id: str, stamp: Stamp, as_of: dt.date) -> list[Body]:
    shared: Body = {
        "household_id": household_id,
        "id_type": "RESIDENT_ID",
        "id_converted": False,
        "ethnicity": "01",
        "counted": True,
        "marital": "MARRIED",
        "education": "PRIMARY",
        "labour": "OLD",
        "job": "RETIRED",
        "chronic": ["HYPERTENSION"],
        "phone": numbers.phone(),
        "phone_owner": "SELF",
        "status": "ALIVE",
    }
    born_head, born_spouse = _born(as_of, HEAD_AGE, 130), _born(as_of, SPOUSE_AGE, 47)
    head = (
        stamp.fields(chance)
        | shared
        | {
            "name": HEAD_NAME,
            "id_number": numbers.id_number(born_head, Sex.MALE),
            "sex": "MALE",
            "birth_date": born_head.isoformat(),
            "relation_to_head": "SELF",
            "health": ["CHRONIC"],
            "bank_name": BANK,
            "bank_account": numbers.account(),
        }
    )
    assessed = as_of - dt.timedelta(days=SNOW_DAYS_AGO)
    spouse = stamp.fields(chance) | shared | {
        "name": SPOUSE_NAME,
        "id_number": numbers.id_number(born_spouse, Sex.FEMALE),
        "sex": "FEMALE",
        "birth_date": born_spouse.isoformat(),
        "relation_to_head": "SPOUSE",
        "health": ["CHRONIC", "WEAK"],
        "illness_note": "交通事故骨折术后居家恢复",
        "self_care": {
            "eat": True,
            "dress": True,
            "bed": True,
            "toilet": True,
            "walk": False,
            "bathe": False,
            "grade": "PARTIAL",
            "assessed_on": assessed.isoformat(),
        },
        "carer_kind": "FAMILY",
        "carer_name": HEAD_NAME,
        "carer_phone": shared["phone"],
    }  # fmt: skip
    return [compact(head), compact(spouse)]


def _household(
    chance: Chance,
    plan: HouseholdPlan,
    household_id: str,
    persons: Sequence[Body],
    stamp: Stamp,
    as_of: dt.date,
) -> Body:
    lat, lon = plan.village.home(chance)
    assessed = as_of - dt.timedelta(days=SNOW_DAYS_AGO)
    address = f"{plan.village.name}一组老厂宿舍3栋2号"
    return compact(
        stamp.fields(chance)
        | {
            "id": household_id,
            "household_no": household_number(plan),
            "head_person_id": persons[0]["id"],
            "contact_person_id": persons[0]["id"],
            "head_name": HEAD_NAME,
            "area_code": plan.grid_code,
            "group_name": "一组",
            "address": address,
            "registered_address": address,
            "hukou_kind": "URBAN",
            "lat": lat,
            "lon": lon,
            "house_kind": "OWN_BRICKWOOD",
            "house_safety": "C",
            "main_causes": ["ACCIDENT", "OLD_AGE"],
            "risk_level": "HIGH",
            "risk_next_due": (assessed + dt.timedelta(days=30)).isoformat(),
            "coverages": [
                {
                    "category": "OTHER",
                    "coverage": "HOUSEHOLD",
                    "since": plan.listed_on.isoformat(),
                    "monthly_amount_fen": 0,
                }
            ],
            "tags": ["EMPTY_NEST"],
            "consent_notice_at": instant_text(stamp.at + dt.timedelta(hours=3)),
            "status": "ACTIVE",
            "remark": "雪天转移安置12晚，现已回家；每周入户。",
        }
    )


def _visit(chance: Chance, home: Home, album: Album, scene: Scene, as_of: dt.date) -> Body:
    day = as_of - dt.timedelta(days=scene.days_ago)
    started = moment(day, scene.start)
    finished = started + dt.timedelta(minutes=scene.length)
    recorded = instant_text(finished + dt.timedelta(minutes=4))
    visit_id = record_id(finished + dt.timedelta(minutes=4), chance)
    findings: Body = {
        "mood": "OK",
        "carer_present": "YES",
        "carer_duty": "GOOD",
        "urgent_clue": False,
        "at_home_count": len(home.persons) if scene.at_home else 0,
        "living": _GOOD | scene.living,
    }
    body: Body = {
        "id": visit_id,
        "created_at": recorded,
        "created_by": home.worker,
        "updated_at": recorded,
        "updated_by": home.worker,
        "household_id": home.household["id"],
        "area_code": home.plan.grid_code,
        "purpose": scene.purpose.value,
        "mode": Mode.ONSITE.value,
        "result": scene.result.value,
        "started_at": instant_text(started),
        "finished_at": instant_text(finished),
        "backfilled": False,
        "visitors": [home.worker, home.aide] if scene.both else [home.worker],
        "persons_seen": [person["id"] for person in home.persons],
        "findings": findings | scene.findings,
        "narrative": scene.text,
        "satisfaction": "VERY",
        "signature": {
            "attestation": "NOT_NEEDED",
            "image_size": 0,
            "strokes_size": 0,
            "reason": "走访救助对象，按规定无须签字",
        },
        "location": _place(home.household, scene),
        "root_id": visit_id,
        "state": "SUBMITTED",
        "received_at": instant_text(finished + dt.timedelta(hours=2)),
    }
    body |= scene.more
    photos = [
        album.photo(kind, started + dt.timedelta(minutes=3 + nth), home.household, body, nth)
        for nth, kind in enumerate(scene.photos)
    ]
    return compact(body | {"photos": photos})


def _place(household: Body, scene: Scene) -> Body:
    if not scene.at_home:
        return {"source": "NONE", "reason": "在宾馆安置点，室内无卫星信号"}
    return {
        "source": "GPS",
        "lat": household["lat"],
        "lon": household["lon"],
        "accuracy_m": 12.0,
        "distance_to_home_m": 0.0,
    }
