"""Figures of assessments: levels, trend, overdue, lowered; every number with its households."""

import datetime as dt

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.assessments import AssessmentFields
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.rules.risk_history import level_history, standing
from fieldapp.domain.rules.risk_statistics import RiskCase, RiskStatistics, by_area, risk_statistics
from tests.unit.rules.risks import assessment, override, signatures

HIGH, MEDIUM, LOW, NONE = RiskLevel.HIGH, RiskLevel.MEDIUM, RiskLevel.LOW, RiskLevel.NONE
TODAY = dt.date(2026, 5, 20)


def _case(household_id: str, *made: AssessmentFields, area_code: str = "341789100201001") -> RiskCase:
    history = level_history(made, signatures(*made), [], Parameters())
    stands = standing(history)
    assert stands is not None
    return RiskCase(household_id, area_code, stands.level, stands.since, stands.next_due, history)


CASES = [
    _case("down", assessment("a1"), assessment("a2", day=35, level=LOW, score=3, lowering_reason="好转",
                                               next_due=dt.date(2026, 10, 3))),
    _case("held", assessment("a3"), assessment("a4", day=40, level=LOW, score=3), area_code="341789100202"),
    _case("late", assessment("a5", level=MEDIUM, next_due=dt.date(2026, 5, 19))),
    RiskCase("told", "341789100201002", MEDIUM, dt.date(2026, 4, 15), TODAY),
    RiskCase("never", "341789100201002", NONE, None, None),
]  # fmt: skip


def _figures() -> RiskStatistics:
    return risk_statistics(CASES, TODAY, months=4)


def test_levels_and_lists_hold_the_households_behind_them() -> None:
    found = _figures()
    assert found.by_level == {HIGH: ("held",), MEDIUM: ("late", "told"), LOW: ("down",), NONE: ("never",)}
    assert found.overdue == ("held", "late")  # due today is not overdue
    assert found.held_high == ("held",)


def test_trend_says_what_held_at_the_end_of_each_month() -> None:
    trend = {month.month.month: {k: v for k, v in month.by_level.items() if v} for month in _figures().trend}
    assert list(trend) == [2, 3, 4, 5]
    assert trend[2] == {NONE: ("down", "held", "late", "told", "never")}
    assert trend[3] == {HIGH: ("down", "held"), MEDIUM: ("late",), NONE: ("told", "never")}
    assert trend[4] == {LOW: ("down",), HIGH: ("held",), MEDIUM: ("late", "told"), NONE: ("never",)}
    assert trend[5] == trend[4]


def test_lowered_says_who_and_why_newest_first() -> None:
    one = assessment("b1")
    history = level_history([one], signatures(one), [override(one, LOW, day=50)], Parameters())
    decided = RiskCase("decided", "341789100201001", LOW, None, None, history)
    found = risk_statistics([*CASES, decided], TODAY, months=4).lowered
    assert [
        (one.household_id, one.before, one.after, one.by_user, one.reason, one.by_decision) for one in found
    ] == [
        ("decided", HIGH, LOW, "leader", "已转机构供养", True),
        ("down", HIGH, LOW, "w1", "好转", False),
    ]
    assert [one.household_id for one in risk_statistics([*CASES, decided], TODAY, months=1).lowered] == []


def test_areas_sum_to_the_whole() -> None:
    grouped = by_area(CASES, 15)
    assert {code: len(found) for code, found in grouped.items()} == {
        "341789100201001": 2, "341789100201002": 2, "341789100202": 1,
    }  # fmt: skip
    parts = [risk_statistics(found, TODAY) for found in grouped.values()]
    for level, ids in _figures().by_level.items():
        assert sorted(ids) == sorted(one for part in parts for one in part.by_level[level])
