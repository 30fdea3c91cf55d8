"""The whole county: golden manifest, repeatability, bodies as the wire wants them."""

import dataclasses
import datetime as dt
import hashlib
import json
from collections import Counter
from pathlib import Path

import orjson
import pytest

from fieldapp.domain.records.areas import CODE_LENGTH, ancestors, level_of
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.users import Role
from server.demo_data.generate import DemoData, generate
from server.demo_data.scale import DEMO, LOAD, Scale, village_scale
from sync.protocol.entities import ENTITIES
from tests.unit.demo_data.conftest import AS_OF, SEED, Made

GOLDEN = Path(__file__).parents[2] / "golden" / "demo_data" / "manifest.json"

SMALL = dataclasses.replace(
    DEMO,
    name="small",
    towns=3,
    villages=6,
    grids=17,
    households=70,
    persons=130,
    visits=400,
    assessed=30,
    photos=6,
)


def _digest(data: DemoData) -> str:
    digest = hashlib.sha256()
    for kind, body in data.records():
        digest.update(kind.encode() + orjson.dumps(body, option=orjson.OPT_SORT_KEYS))
        if kind == "visits":
            for blob in data.blobs(body):
                digest.update(blob.content)
    return digest.hexdigest()


def test_manifest_of_demo_equals_golden(made: Made) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert made.counts() == golden


def test_manifest_counts_what_records_yields() -> None:
    data = generate(SMALL, 3, AS_OF)
    counts = data.manifest().as_dict()
    kinds = Counter(kind for kind, _ in data.records())
    assert {name: count for name, count in counts.items() if "." not in name} == kinds


def test_demo_has_the_quantities_of_the_recipe(made: Made) -> None:
    counts = made.counts()
    assert counts["areas.level.TOWN"] == 20
    assert counts["areas.level.VILLAGE"] == 60
    assert counts["areas.level.GRID"] == 180
    assert counts["households"] == 600
    assert counts["persons"] == 1_150
    assert counts["visits"] == 3_000
    with_photos = sum("photos" in visit for visit in made.visits)
    assert 170 <= with_photos <= 230


def test_same_seed_and_day_give_the_same_bytes() -> None:
    assert _digest(generate(SMALL, 3, AS_OF)) == _digest(generate(SMALL, 3, AS_OF))


def test_iterators_start_anew() -> None:
    data = generate(SMALL, 3, AS_OF)
    assert _digest(data) == _digest(data)


def test_other_seed_or_day_gives_other_bytes() -> None:
    digests = {_digest(generate(SMALL, seed, day)) for seed in (3, 4) for day in (AS_OF, dt.date(2026, 3, 6))}
    assert len(digests) == 4


def test_every_record_is_a_wire_body(made: Made) -> None:
    sample = Counter[str]()
    for kind, body in made.records():
        sample[kind] += 1
        if kind in ("visits", "persons") and sample[kind] % 10:
            continue
        assert wire_body(ENTITIES[kind].fields.model_validate(body)) == body


def test_ids_are_unique_and_sort_as_creation_times(made: Made) -> None:
    seen: set[tuple[str, str]] = set()
    for kind, body in made.records():
        assert (kind, body["id"]) not in seen
        seen.add((kind, body["id"]))
        # Areas go by their code, what a step books in a fund by the step.
        if kind not in ("areas", "parameters") and "step_id" not in body:
            assert body["id"][14] == "7"
    visits = [visit for visit in made.visits if not visit["backfilled"]]
    by_id = sorted(visits, key=lambda visit: visit["id"])
    assert [v["created_at"] for v in by_id] == sorted(v["created_at"] for v in visits)


def test_records_come_after_what_they_refer_to(made: Made) -> None:
    known: set[str] = set()
    for kind, body in made.records():
        if kind == "users":
            assert all(role["area_code"] in known for role in body["roles"])
        if kind == "areas":
            parents = ancestors(body["id"])[:-1]
            assert known.issuperset(parents)
        if kind == "households":
            assert body["area_code"] in known
        if kind in ("persons", "visits"):
            assert body["household_id"] in known
        if kind == "visits":
            assert known.issuperset(body["visitors"])
            assert known.issuperset(body.get("persons_seen", ()))
        known.add(body["id"])


def test_households_come_in_area_order(made: Made) -> None:
    codes = [file.household["area_code"] for file in made.files]
    assert codes == sorted(codes)


def test_area_codes_have_the_length_of_their_level(made: Made) -> None:
    for area in made.data.areas():
        assert len(area["id"]) == CODE_LENGTH[level_of(area["id"])]
        assert area["level"] == level_of(area["id"]).value


def test_town_names_of_villages_are_unique(made: Made) -> None:
    for scale in (DEMO, LOAD):
        names = Counter((v.town.code, v.short_name) for v in generate(scale, SEED, AS_OF).county.villages)
        assert max(names.values()) == 1


def test_parameters_allow_demo_numbers(made: Made) -> None:
    assert made.data.parameters()["parameters"]["demo_numbers_allowed"] is True


def test_every_village_of_demo_has_an_aide_and_every_grid_a_worker(made: Made) -> None:
    posts = Counter((login.role, login.area_code) for login in made.data.logins())
    for village in made.data.county.villages:
        assert posts[Role.VILLAGE_AIDE, village.code] == 1
        assert all(posts[Role.GRID_WORKER, grid] == 1 for grid in village.grid_codes)
    logins = [login.login for login in made.data.logins()]
    assert len(set(logins)) == len(logins) == sum(1 for _ in made.data.users())


def test_load_has_one_vacant_aide_post() -> None:
    data = generate(LOAD, SEED, AS_OF)
    aides = [login for login in data.logins() if login.role is Role.VILLAGE_AIDE]
    assert len(data.county.villages) == 219
    assert len({login.area_code for login in aides}) == len(aides) == 218
    assert sum(len(village.grid_codes) for village in data.county.villages) == 1_100
    assert data.demo_aide.role is Role.VILLAGE_AIDE


@pytest.mark.parametrize(
    "scale",
    [
        dataclasses.replace(
            LOAD,
            villages=40,
            grids=200,
            households=400,
            persons=756,
            visits=8_888,
            photos=1_333,
            assessed=400,
            focus_households=20,
        ),
        village_scale(households=150, persons=375, visits=1_500, photos=40),
        village_scale(households=12, persons=30, visits=100, grids=4),
        SMALL,
    ],
    ids=["load small", "village", "tiny village", "few towns"],
)
def test_other_scales_meet_their_numbers(scale: Scale) -> None:
    counts = generate(scale, SEED, AS_OF).manifest().as_dict()
    assert counts["households"] == scale.households
    assert counts["persons"] == scale.persons
    assert counts["visits"] == scale.visits
    assert counts["areas.level.GRID"] == scale.grids
    assert counts["areas.level.VILLAGE"] == scale.villages
    story_photos = 8
    assert abs(counts["visits.photos.photo"] - story_photos - scale.photos) <= 4
