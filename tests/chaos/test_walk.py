"""The random walk at the size of a test run; `make chaos` goes on for as long as it is asked to."""

import os
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from tests.chaos.network import FAULTS
from tests.chaos.nursery import Nursery
from tests.chaos.sabotage import SABOTAGES
from tests.chaos.walk import HEAL_EVERY, walk
from tests.chaos.world import Broken, world

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
    "answers read", "packages carried", "packages made", "restores", "server killed",
    "workers sent elsewhere",
)  # fmt: skip
"""What a walk that is worth its time has met."""


WALKS: Final = (11, 0, 1, 2, 3)
"""For faults of our own; in the first of them two people type into one field, which is rare."""


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


@pytest.mark.parametrize("sabotage", SABOTAGES)
def test_a_fault_of_our_own_is_found(sabotage: str, template: Path, tmp_path: Path) -> None:
    with Nursery(sabotage) as nursery:
        for number in WALKS:
            try:
                with world(nursery, template, tmp_path / f"county {number}", f"own fault {number}") as county:
                    walk(county, HEAL_EVERY, lambda _: None)
            except Broken:
                return
    pytest.fail("no walk has found it")
