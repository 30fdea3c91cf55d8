"""Practice: a profile with a made-up village, which never meets a server. Layer 4.

Its records come as a first sync would bring them, so that every screen works as on a real device.
"""

import datetime as dt
import tomllib
from collections.abc import Iterator
from typing import Any, Final

import orjson

from fieldapp.app.paths import resources
from fieldapp.app.profiles import Dataset
from fieldapp.domain.clock import COUNTY_ZONE, instant_text, local_day
from fieldapp.domain.parameters import Parameters, ParametersFields
from fieldapp.domain.records.areas import AreaFields, level_of
from fieldapp.domain.records.base import RecordFields, wire_body
from fieldapp.domain.records.households import Category, Coverage, HouseholdFields, RiskLevel
from fieldapp.domain.records.persons import PersonFields, Relation, Sex
from fieldapp.domain.records.users import Role, RoleAssignment, UserFields
from fieldapp.domain.records.visits import Location, PositionSource, Result, VisitFields
from fieldapp.domain.rules.id_number import DEMO_ID_PREFIX, id_check_digit
from fieldapp.services.context import Context
from fieldapp.services.profiles import refresh_derived
from fieldapp.storage import feed, meta
from fieldapp.storage.store import Store

WORKER: Final = "practice-worker"
_BUCKET: Final = "practice"
_TEN: Final = dt.time(10, 0)


def fill(store: Store) -> list[bytes]:
    """Put the village into a new store of a practice profile. Returns no escrow keys: there is no county
    behind it. Raises ValueError for a store of any other profile."""
    with store.transaction() as connection:
        if meta.get(connection, meta.DATASET) != Dataset.PRACTICE:
            raise ValueError("only a practice profile is filled with made-up data")
        village = _village()
        lines = [
            (kind, rev, orjson.dumps(wire_body(record)))
            for rev, (kind, record) in enumerate(_records(store, village), start=1)
        ]
        feed.begin_bucket(connection, _BUCKET, 0)
        feed.apply_page(connection, feed.Page(_BUCKET, len(lines), lines))
        for key, value in (
            (meta.USER_ID, WORKER),
            (meta.USER_NAME, village["worker"]),
            (meta.DEVICE_ID, "practice"),
            (meta.COUNTY_NAME, village["county"]),
        ):
            meta.put(connection, key, value)
    context = Context(store, WORKER, "practice")
    keep_fresh(context)
    while refresh_derived(context):
        pass
    return []


def keep_fresh(context: Context) -> None:
    """Practice data do not grow old: no sync is missed where there is none."""
    with context.store.transaction() as connection:
        meta.put(connection, meta.LAST_SYNC, instant_text(context.clock()))


def _village() -> dict[str, Any]:
    return tomllib.loads((resources() / "practice" / "village.toml").read_text(encoding="utf-8"))


def _records(store: Store, village: dict[str, Any]) -> Iterator[tuple[str, RecordFields]]:
    """All records, those that others name first."""
    grid, since = village["grid"], dt.date(2024, 1, 1)

    def stamps(record_id: str = "", at: dt.datetime | None = None) -> dict[str, Any]:
        when = at or store.clock()
        return {
            "id": record_id or store.ids(),
            "created_at": when,
            "created_by": WORKER,
            "updated_at": when,
            "updated_by": WORKER,
        }

    for area_code, name in village["areas"].items():
        yield "areas", AreaFields(level=level_of(area_code), name=name, **stamps(area_code))
    numbers = Parameters(demo_numbers_allowed=True)
    yield "parameters", ParametersFields(parameters=numbers, **stamps("county"))
    role = RoleAssignment(role=Role.VILLAGE_AIDE, area_code=grid[:12], since=since)
    yield "users", UserFields(name=village["worker"], roles=(role,), **stamps(WORKER))
    serial = 0
    for told in village["households"]:
        home = HouseholdFields(
            head_name=told["head"],
            area_code=grid,
            group_name=told["group"],
            address=told["address"],
            risk_level=RiskLevel(told.get("risk", RiskLevel.NONE)),
            coverages=(
                Coverage(category=Category(told["category"]), since=since, monthly_amount_fen=61_200),
            ),
            **stamps(),
        )
        yield "households", home
        for member in told["members"]:
            serial += 1
            yield "persons", _person(home.id, member, serial, stamps())
        for days in told["visited"]:
            end = dt.datetime.combine(
                local_day(store.clock()) - dt.timedelta(days=days), _TEN, COUNTY_ZONE
            ).astimezone(dt.UTC)
            yield "visits", _visit(home.id, grid, end, stamps(at=end))


def _person(household_id: str, told: dict[str, Any], serial: int, stamps: dict[str, Any]) -> PersonFields:
    sex, born = Sex(told["sex"]), told["born"]
    sequence = 2 * serial + (1 if sex is Sex.MALE else 0)
    number = f"{DEMO_ID_PREFIX}{born:%Y%m%d}{sequence:03d}"
    return PersonFields(
        household_id=household_id,
        name=told["name"],
        sex=sex,
        birth_date=born,
        id_number=number + id_check_digit(number),
        phone=f"100{serial:08d}",
        relation_to_head=Relation(told.get("relation", Relation.SELF)),
        **stamps,
    )


def _visit(household_id: str, area_code: str, end: dt.datetime, stamps: dict[str, Any]) -> VisitFields:
    return VisitFields(
        household_id=household_id,
        area_code=area_code,
        result=Result.NORMAL,
        started_at=end - dt.timedelta(minutes=20),
        finished_at=end,
        visitors=(WORKER,),
        narrative="（练习）在家，精神状态较好，米面油充足。",
        location=Location(source=PositionSource.NONE, reason="练习"),
        root_id=stamps["id"],
        **stamps,
    )
