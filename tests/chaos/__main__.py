"""`make chaos`: runs of the walk until time or seeds are used up; the first broken invariant ends it."""

import argparse
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.chaos.county import build
from tests.chaos.nursery import Nursery
from tests.chaos.walk import walk
from tests.chaos.world import world

STEPS = 210


def main() -> int:
    """0 = everything held."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", help="play this run again")
    parser.add_argument("--steps", type=int, default=STEPS, help="steps of each run")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long new seeds are tried")
    parser.add_argument("--tell", action="store_true", help="tell every step")
    wanted = parser.parse_args()
    ends = time.monotonic() + wanted.minutes * 60
    happened: Counter[str] = Counter()
    runs = 0
    with Nursery() as nursery, tempfile.TemporaryDirectory(prefix="chaos-") as name:
        folder = Path(name)
        (folder / "template").mkdir()
        build(folder / "template", nursery)
        while not runs or (not wanted.seed and time.monotonic() < ends):
            seed = wanted.seed or secrets.token_hex(4)
            story: list[str] = []
            started = time.monotonic()
            try:
                with world(nursery, folder / "template", folder / "run", seed) as county:
                    walk(county, wanted.steps, print if wanted.tell else story.append)
            except BaseException as failure:
                print(*story, sep="\n")
                print(f"FAILED: {failure}\nplay it again: make chaos SEED={seed} STEPS={wanted.steps}")
                if not isinstance(failure, AssertionError):
                    raise
                return 1
            happened += county.happened
            runs += 1
            print(f"seed {seed}: {wanted.steps} steps held, {time.monotonic() - started:.1f} s", flush=True)
            shutil.rmtree(folder / "run")
    for name, count in sorted(happened.items()):
        print(f"{count:8} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
