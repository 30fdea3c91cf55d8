"""Makes the county of a bench: `python -m bench.county FOLDER SCALE CODES`, a process of its own.

Prints what it made as JSON: one-time codes of the worker under measure, and counts by kind.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Final

from fieldapp.domain.clock import local_day
from server.demo_data.generate import generate
from server.demo_data.scale import Scale, village_scale
from server.main import open_server
from server.routes.context import ServerContext
from server.services.demo import load_demo
from server.services.enrolment import new_code
from server.settings import Settings
from server.store.feed import bucket_lines, bucket_states

SEED: Final = 2_026
COUNTED: Final = ("households", "persons", "visits")
FEED_FILE: Final = "feed.ndjson.gz"

VILLAGE: Final = village_scale()
"""W1's village: 2,000 households, 5,000 persons, 20,000 visits in five grids; its aide syncs it."""
TOWN: Final = Scale(
    name="town", towns=1, villages=12, grids=60, households=18_000, persons=34_000, visits=90_000, days=365,
    photos=0, assessed=18_000, focus_households=1_500, drawn_photos=False,
)  # fmt: skip
"""A town whose clerk holds all of it: as many households as a county has, five visits each."""
TINY: Final = village_scale(households=60, persons=130, visits=400)
"""For trying the benches themselves."""
SCALES: Final[dict[str, tuple[Scale, str]]] = {
    "village": (VILLAGE, "aide"),
    "town": (TOWN, "supervisor"),
    "tiny": (TINY, "aide"),
}
"""Scale and the part of the worker under measure, by name."""


def main(folder: Path, scale_name: str, codes: int) -> None:
    """Fill an empty server folder and print what it holds."""
    scale, part = SCALES[scale_name]
    server = open_server(Settings(folder))
    try:
        data = generate(scale, SEED, local_day(server.clock()))
        loaded = load_demo(server.store, None, data, ids=server.ids, random_bytes=server.random_bytes)
        user_id = next(door.login.user_id for door in loaded.doors if door.part == part)
        _write_feed(server, folder / FEED_FILE)
        counts = loaded.manifest.as_dict()
        told = {
            "codes": [
                new_code(server.store, user_id, by="server", random_bytes=server.random_bytes)
                for _ in range(codes)
            ],
            "counts": {kind: counts[kind] for kind in COUNTED},
        }
    finally:
        server.store.close()
    sys.stdout.write(json.dumps(told))


def _write_feed(server: ServerContext, target: Path) -> None:
    """The rows a new device would be sent, packed beforehand: what the floor serves."""
    with server.store.read() as connection, gzip.open(target, "wb", compresslevel=6) as packed:
        for state in bucket_states(connection, [server.store.county.code]):
            # The first line and the last say where a bucket begins and ends; the floor has no buckets.
            packed.writelines(list(bucket_lines(connection, state.id, 0))[1:-1])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
