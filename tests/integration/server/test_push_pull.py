"""Push and pull on both engines, over the wire."""

from fieldapp.domain.records.users import Role
from tests.integration.server.county import GRID_1, VILLAGE, County


def test_push_then_pull_brings_records_to_another_device(county: County) -> None:
    aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
    clerk = county.device(Role.TOWN_CLERK, VILLAGE[:9])
    house = aide.household()
    results = aide.push(
        aide.put("households", house),
        aide.put("persons", aide.person(house["id"])),
        aide.put("visits", aide.visit(house["id"])),
    )
    assert [r["outcome"] for r in results] == ["accepted"] * 3
    assert [r["rev"] for r in results] == [1, 2, 3]
    lines = clerk.pull()
    kinds = [line[0] for line in lines if line[0] in ("households", "persons", "visits")]
    assert kinds == ["households", "persons", "visits"]
    end = next(line[1] for line in lines if line[0] == "end" and line[1]["bucket"] == GRID_1)
    total = sum(int(r["h"], 16) for r in results) % 2**64
    assert (end["count"], end["sum"], end["rev"]) == (3, f"{total:016x}", 3)
    assert clerk.pull() == []
