"""R9: the self-care grade."""

import datetime as dt
from typing import Any

import pytest

from fieldapp.domain.records.persons import SelfCare
from fieldapp.domain.rules.self_care import ABILITIES, reassess_by, self_care_grade
from fieldapp.domain.rules.working_days import WorkCalendar
from tests.unit.rules.tables import table


@pytest.mark.parametrize("row", table("self_care")["grade"])
def test_self_care_grade_follows_the_table(row: dict[str, Any]) -> None:
    answers: dict[str, Any] = {name: name not in row["unable"] for name in ABILITIES}
    answers |= dict.fromkeys(row.get("unanswered", ()), None)
    assert (self_care_grade(SelfCare(**answers)) or "") == row["is"]


def test_reassessment_after_a_change_skips_the_holidays() -> None:
    assert reassess_by(dt.date(2026, 2, 13), WorkCalendar()) == dt.date(2026, 3, 5)
