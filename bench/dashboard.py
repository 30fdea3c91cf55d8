"""Times the county's dashboard: `python -m bench.dashboard FOLDER RUNS TIMES`, a process of its own.

Prints seconds as JSON: of first counts (nothing kept), of repeated ones, and of those after a visit has come
from each of some grids.
"""

import datetime as dt
import json
import random
import sys
import time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, select

from fieldapp.domain.clock import instant_text, local_day
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records.users import Role, RoleAssignment
from server.main import open_server
from server.routes.context import ServerContext
from server.services.statistics import GroupBy, visit_statistics
from server.services.users import SERVER_USER
from server.settings import load_settings
from server.store import tables
from server.store.projections import row_table
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author

PUSHED: Final = 20
"""Grids from which something came since the last look."""


def main(folder: Path, runs: int, times: int) -> None:
    """Ask again and again, and print how long each answer took."""
    server = open_server(load_settings(folder))
    try:
        chance = random.Random(1)
        homes = _a_household_of_each_grid(server)
        told: dict[str, list[Any]] = {"first": [], "kept": [], "pushed": []}
        for _ in range(runs):
            server.store.run(lambda unit: unit.connection.execute(delete(tables.visit_tally)))
            told["first"].append(_ask(server))
            told["kept"].append([_ask(server) for _ in range(times)])
            told["pushed"].append([_ask_after_pushes(server, homes, chance) for _ in range(times)])
    finally:
        server.store.close()
    sys.stdout.write(json.dumps(told))


def _ask(server: ServerContext) -> float:
    code, today = server.store.county.code, local_day(server.clock())
    role = RoleAssignment(role=Role.COUNTY_OFFICER, area_code=code, since=dt.date(2000, 1, 1))
    began = time.perf_counter()
    table = visit_statistics(server.store, Actor("officer", (role,)), code, today, GroupBy.TOWN)
    seconds = time.perf_counter() - began
    if not table.rows or table.total.owing != sum(row.owing for row in table.rows.values()):
        raise RuntimeError("the towns do not add up to the county")
    return seconds


def _a_household_of_each_grid(server: ServerContext) -> list[tuple[str, str]]:
    household = row_table("households").c
    with server.store.read() as connection:
        found = connection.execute(select(household.area_code, household.id)).all()
    return sorted({area_code: (household_id, area_code) for area_code, household_id in found}.values())


def _ask_after_pushes(server: ServerContext, homes: list[tuple[str, str]], chance: random.Random) -> float:
    now = instant_text(server.clock())
    with RecordWriter(server.store, Author(SERVER_USER)) as writer:
        for household_id, area_code in chance.sample(homes, min(PUSHED, len(homes))):
            visit_id = server.ids()
            writer.put(
                "visits",
                {
                    "id": visit_id, "created_at": now, "created_by": SERVER_USER, "updated_at": now,
                    "updated_by": SERVER_USER, "household_id": household_id, "area_code": area_code,
                    "result": "NORMAL", "started_at": now, "finished_at": now, "received_at": now,
                    "root_id": visit_id, "narrative": "入户看望，情况正常，已宣传政策。",
                },
            )  # fmt: skip
    return _ask(server)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
