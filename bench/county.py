"""Makes the county of a bench: `python -m bench.county FOLDER SCALE CODES`, a process of its own.

Prints what it made as JSON: one-time codes of the worker under measure, one code of each grid's worker,
and counts by kind.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.records.users import Role
from server.demo_data.generate import generate
from server.demo_data.scale import LOAD, Scale, village_scale
from server.main import open_server
from server.routes.context import ServerContext
from server.services.demo import load_demo
from server.services.enrolment import new_code
from server.settings import load_settings
from server.store.feed import bucket_lines, bucket_states

SEED: Final = 2_026
COUNTED: Final = ("households", "persons", "visits")
FEED_FILE: Final = "feed.ndjson.gz"
MOST_GRIDS: Final = 100
"""Grid workers who get a code."""

VILLAGE: Final = village_scale()
"""W1's village: 2,000 households, 5,000 persons, 20,000 visits in five grids; its aide syncs it."""
TOWN: Final = Scale(
    name="town", towns=1, villages=12, grids=60, households=18_000, persons=34_000, visits=90_000, days=365,
    photos=0, assessed=18_000, focus_households=1_500, drawn_photos=False,
)  # fmt: skip
"""A town whose clerk holds all of it: as many households as a county has, five visits each."""
ONE_TOWN: Final = Scale(
    name="one_town", towns=1, villages=11, grids=55, households=900, persons=1_700, visits=20_000,
    days=LOAD.days, photos=0, assessed=900, focus_households=82, drawn_photos=False,
)  # fmt: skip
"""A town as a county has twenty: its share of three years' visits."""
TINY: Final = village_scale(households=60, persons=130, visits=400)
"""For trying the benches themselves."""
CROWD: Final = Scale(
    name="crowd", towns=4, villages=20, grids=100, households=5_000, persons=9_500, visits=10_000, days=365,
    photos=0, assessed=5_000, focus_households=250, drawn_photos=False,
)  # fmt: skip
"""A hundred grids of fifty households each, with a worker of its own each."""
TINY_CROWD: Final = Scale(
    name="tiny_crowd", towns=1, villages=2, grids=4, households=60, persons=130, visits=200, days=365,
    photos=0, assessed=60, focus_households=30, drawn_photos=False,
)  # fmt: skip
SCALES: Final[dict[str, tuple[Scale, str]]] = {
    "village": (VILLAGE, "aide"),
    "town": (TOWN, "supervisor"),
    "one_town": (ONE_TOWN, "supervisor"),
    "tiny": (TINY, "aide"),
    "moving": (VILLAGE, "supervisor"),
    "crowd": (CROWD, "supervisor"),
    "tiny_crowd": (TINY_CROWD, "supervisor"),
}
"""Scale and the part of the worker under measure, by name."""


def growing(visits: int) -> Scale:
    """A county with so many visits, and all else in the proportions of a real one: the device of a grid
    always holds some sixteen households."""
    share = visits / LOAD.visits
    villages = max(1, round(LOAD.villages * share))
    return Scale(
        name=f"{visits} visits", towns=max(1, min(LOAD.towns, villages)), villages=villages,
        grids=max(villages, round(LOAD.grids * share)), households=round(LOAD.households * share),
        persons=round(LOAD.persons * share), visits=visits, days=LOAD.days, photos=0,
        assessed=round(LOAD.households * share), focus_households=round(LOAD.households * share / villages),
        drawn_photos=False,
    )  # fmt: skip


def main(folder: Path, scale_name: str, codes: int) -> None:
    """Fill an empty server folder and print what it holds. A number for a scale is that of its visits."""
    scale, part = (growing(int(scale_name)), "aide") if scale_name.isdigit() else SCALES[scale_name]
    server = open_server(load_settings(folder))
    try:
        data = generate(scale, SEED, local_day(server.clock()))
        loaded = load_demo(server.store, None, data, ids=server.ids, random_bytes=server.random_bytes)
        user_id = next(door.login.user_id for door in loaded.doors if door.part == part)
        _write_feed(server, folder / FEED_FILE)
        counts = loaded.manifest.as_dict()
        grids = [login for login in data.logins() if login.role is Role.GRID_WORKER]
        grids.sort(key=lambda login: not login.area_code.startswith(data.demo_aide.area_code))

        def code(of: str) -> str:
            return new_code(server.store, of, by="server", random_bytes=server.random_bytes)

        told = {
            "codes": [code(user_id) for _ in range(codes)],
            "grids": {login.area_code: code(login.user_id) for login in grids[:MOST_GRIDS]},
            "counts": {kind: counts[kind] for kind in COUNTED},
        }
    finally:
        server.store.close()
    sys.stdout.write(json.dumps(told))


def _write_feed(server: ServerContext, target: Path) -> None:
    """The rows a new device would be sent, packed beforehand: what the floor serves."""
    with server.store.read() as connection, gzip.open(target, "wb", compresslevel=6) as packed:
        for state in bucket_states(connection, [server.store.county.code], ""):
            # The first line and the last say where a bucket begins and ends; the floor has no buckets.
            packed.writelines(list(bucket_lines(connection, state.id, 0))[1:-1])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
