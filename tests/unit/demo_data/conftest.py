"""One small made-up county for all tests of the generator; it is only read."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from server.demo_data.generate import DemoData, HouseholdFile, Manifest, generate
from server.demo_data.scale import DEMO, Scale

AS_OF = dt.date(2026, 3, 5)
SEED = 7
SHOWN = Scale(
    name="shown",
    towns=2,
    villages=3,
    grids=12,
    households=60,
    persons=115,
    visits=400,
    days=365,
    photos=0,
    assessed=45,
    focus_households=40,
    drawn_photos=False,
)
"""The demo aide's village as in DEMO, and little around it: quick to make for many days."""


@dataclass(frozen=True)
class Made:
    """The demo county, made once."""

    data: DemoData
    files: list[HouseholdFile]

    def records(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """As DemoData.records, from what is there already."""
        for kind, bodies in (("areas", self.data.areas()), ("users", self.data.users())):
            yield from ((kind, body) for body in bodies)
        yield "parameters", self.data.parameters()
        yield from self.data.aid_lists()
        for campaign in self.data.campaigns():
            yield "campaigns", campaign
        for file in self.files:
            yield "households", file.household
            yield from (("persons", person) for person in file.persons)
            yield from (("visits", visit) for visit in file.visits)
            yield from file.assessments
            yield from file.aid
            yield from file.clues
            yield from file.supervision

    def counts(self) -> dict[str, int]:
        """The manifest of records()."""
        manifest = Manifest()
        for kind, body in self.records():
            manifest.count(kind, body)
        return manifest.as_dict()

    @property
    def persons(self) -> list[dict[str, Any]]:
        return [person for file in self.files for person in file.persons]

    @property
    def visits(self) -> list[dict[str, Any]]:
        return [visit for file in self.files for visit in file.visits]


@pytest.fixture(scope="package")
def made() -> Made:
    """The DEMO scale on 2026-03-05."""
    data = generate(DEMO, SEED, AS_OF)
    return Made(data, list(data.households()))
