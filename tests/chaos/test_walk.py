"""The random walk at the size of a test run; `make chaos` goes on for as long as it is asked to."""

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.network import FAULTS
from tests.chaos.nursery import Nursery
from tests.chaos.walk import walk
from tests.chaos.world import world

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="devices and servers are forked"),
    pytest.mark.timeout(600),  # a loaded machine is slow
]
SEEDS = tuple(f"20260305-{number}" for number in range(10))
STEPS = 210
MET = (
    *(f"fault: {name}" for name in FAULTS),
    "areas merged", "areas split", "workers covered", "bucket dropped", "clock jumps", "conflicts",
    "copies", "device killed in a cycle", "devices revoked", "enrolled again",
    "device killed while saving", "full disks", "households moved by the office", "moved", "refused",
    "answers read", "packages carried", "photos purged", "photos together", "photos together, broken",
    "packages made", "restores", "server killed",
    "workers sent elsewhere",
)  # fmt: skip
"""What a walk that is worth its time has met."""


@pytest.fixture(scope="module")
def happened() -> Counter[str]:
    """What the walks of this module have met."""
    return Counter()


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_everything_heals(
    seed: str, nursery: Nursery, template: Path, tmp_path: Path, happened: Counter[str]
) -> None:
    story: list[str] = []
    try:
        with world(nursery, template, tmp_path / "county", seed) as county:
            walk(county, STEPS, story.append)
            happened.update(county.happened)
    except BaseException:
        print(*story[-60:], f"play it again: make chaos SEED={seed} STEPS={STEPS}", sep="\n")
        raise


def test_the_walks_met_what_they_are_for(happened: Counter[str]) -> None:
    if happened["healed"] < len(SEEDS):
        pytest.skip("not all walks were run")
    assert [name for name in MET if not happened[name]] == []
