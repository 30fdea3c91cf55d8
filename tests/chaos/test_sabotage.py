"""Whether the walk finds faults: devices with one of our own making must break it."""

import os
from pathlib import Path
from typing import Final

import pytest

from tests.chaos.nursery import Nursery
from tests.chaos.sabotage import SABOTAGES
from tests.chaos.walk import HEAL_EVERY, walk
from tests.chaos.world import Broken, world

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="devices and servers are forked"),
    pytest.mark.timeout(600),  # a loaded machine is slow
]
WALKS: Final = (205, 11, 0, 1, 2)
"""Seeds of the walks; in the first of them two people type into one field, which is rare."""


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
