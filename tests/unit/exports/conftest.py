"""Planning imports of test rosters."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import pytest

from fieldapp.domain.clock import fixed_clock
from fieldapp.domain.ids import IdSource
from fieldapp.exports.ledger_import import plan_import
from fieldapp.exports.ledger_layout import guess
from fieldapp.exports.ledger_plan import ImportContext, ImportPlan, KnownPerson
from fieldapp.exports.sheets import read_sheets
from tests.unit.exports import rosters

Plan = Callable[..., ImportPlan]


class OnFile:
    """Households on file: what an applied plan leaves behind."""

    def __init__(self) -> None:
        self.known: dict[str, KnownPerson] = {}

    def __call__(self, numbers: Collection[str]) -> Mapping[str, KnownPerson]:
        return {number: self.known[number] for number in numbers if number in self.known}

    def apply(self, plan: ImportPlan) -> None:
        """Do what the plan says, as a store would."""
        for new in plan.created:
            for person in new.persons:
                self.known[person.id_number] = KnownPerson(person, new.household)
        for update in plan.updated:
            members = {n: k for n, k in self.known.items() if k.household.id == update.household_id}
            household = next(iter(members.values())).household.model_copy(update=dict(update.household))
            for number, known in members.items():
                patch = dict(update.persons.get(known.person.id, {}))
                self.known[number] = KnownPerson(known.person.model_copy(update=patch), household)
            for person in update.new_persons:
                self.known[person.id_number] = KnownPerson(person, household)


@pytest.fixture
def on_file() -> OnFile:
    return OnFile()


@pytest.fixture
def context(ids: IdSource) -> ImportContext:
    return ImportContext(
        areas=rosters.AREAS,
        today=rosters.TODAY,
        demo_allowed=True,
        ids=ids,
        clock=fixed_clock(rosters.NOW),
        author="officer",
    )


@pytest.fixture
def plan(context: ImportContext, on_file: OnFile) -> Plan:
    """Read a workbook's first sheet and plan its import as a wizard would that accepts every guess."""

    def make(path: Path) -> ImportPlan:
        sheet = read_sheets(path)[0]
        layout = guess(sheet)
        assert layout is not None
        return plan_import(sheet, layout, context=context, existing=on_file)

    return make
