"""`python -m bench [NAME…]`: figures as JSON lines on standard output, progress on standard error."""

import argparse
import dataclasses
import tempfile
from pathlib import Path
from typing import Final

from bench.benches import BENCHES, LOCAL, NAMES, TINY, Size, local_acts
from bench.figures import note
from bench.fleet import FLEET
from bench.forms import FORM_BENCHES
from bench.ledgers import LEDGERS
from bench.lookalike import LOOKALIKE
from bench.supervisor import SUPERVISOR

EVERY: Final = (*NAMES, *FLEET, *FORM_BENCHES, *SUPERVISOR, *LOOKALIKE, *LEDGERS)


def main() -> None:
    """Run the named benches, or all of them."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(EVERY)}; default: all")
    parser.add_argument("--runs", type=int, default=3, help="runs a median is taken of (at least 3)")
    parser.add_argument("--tiny", action="store_true", help="a few rows only: to see that a bench works")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in EVERY]
    if unknown:
        parser.error(f"no such bench: {' '.join(unknown)}")
    if given.runs < 3:
        parser.error("a median needs 3 runs")
    size = dataclasses.replace(TINY if given.tiny else Size(), runs=given.runs)
    wanted = [name for name in EVERY if name in given.names or not given.names]
    benches = {**BENCHES, **FLEET, **FORM_BENCHES, **SUPERVISOR, **LOOKALIKE, **LEDGERS}
    with tempfile.TemporaryDirectory(prefix="fieldapp-bench-") as folder:
        local = frozenset(wanted) & frozenset(LOCAL)
        for name in wanted:
            if name in benches:
                note(name)
                benches[name](Path(folder, name), size)
            elif local:
                note(" ".join(sorted(local)))
                local_acts(Path(folder, "local"), size, local)
                local = frozenset()


if __name__ == "__main__":
    main()
