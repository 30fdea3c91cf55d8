"""Visit rules as a workbook: what a county edits comes back, and each mistake is told in its row."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldapp.domain.errors import RuleError
from fieldapp.domain.parameters import DEFAULT_VISIT_RULES, PeriodUnit, VisitMatch, VisitRule
from fieldapp.domain.records.households import Category, HouseholdTag, ReviewClass, RiskLevel, SupportMode
from fieldapp.domain.records.persons import SelfCareGrade
from fieldapp.domain.records.visits import Mode
from fieldapp.exports.ledger_errors import import_sentence
from fieldapp.exports.visit_rules import COLUMNS, RulesRead, read_rules, write_rules

HEADINGS = [column.heading for column in COLUMNS]


def some(codes: Any) -> Any:
    return st.lists(st.sampled_from(codes), unique=True).map(tuple)


MATCHES = st.builds(
    VisitMatch, risk_levels=some(RiskLevel), categories=some(Category), support_modes=some(SupportMode),
    self_care=some(SelfCareGrade), review_classes=some(ReviewClass), tags=some(HouseholdTag),
    disability_grades=some([1, 2, 3, 4]).map(lambda found: tuple(sorted(found))),
    serious_illness=st.booleans(), urgent_case=st.booleans(),
)  # fmt: skip
RULES = st.lists(
    st.builds(
        VisitRule, id=st.from_regex(r"[a-z][a-z0-9-]{0,10}", fullmatch=True), match=MATCHES,
        unit=st.sampled_from(PeriodUnit), times=st.integers(1, 31),
        modes=some(Mode).filter(bool), alternate_modes=some(Mode),
    ),
    min_size=1, max_size=6, unique_by=lambda rule: rule.id,
)  # fmt: skip


def test_default_rules_come_back_as_they_were(tmp_path: Path) -> None:
    write_rules(tmp_path / "rules.xlsx", DEFAULT_VISIT_RULES)
    assert read_rules(tmp_path / "rules.xlsx") == RulesRead(DEFAULT_VISIT_RULES, ())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RULES)
def test_any_rules_come_back_as_they_were(tmp_path: Path, rules: list[VisitRule]) -> None:
    write_rules(tmp_path / "rules.xlsx", rules)
    assert read_rules(tmp_path / "rules.xlsx") == RulesRead(tuple(rules), ())


def edited(folder: Path, **cells: object) -> RulesRead:
    """The default table with cells of its second rule typed over."""
    path = folder / "rules.xlsx"
    write_rules(path, DEFAULT_VISIT_RULES)
    book = openpyxl.load_workbook(path)
    [heading_row] = [row[0].row for row in book.active.iter_rows() if row[0].value == "编号"]
    for heading, value in cells.items():
        book.active.cell(heading_row + 2, HEADINGS.index(heading) + 1).value = value
    book.save(path)
    return read_rules(path)


@pytest.mark.parametrize(
    ("heading", "value", "code"),
    [
        ("编号", "", "rule_id_missing"),
        ("编号", DEFAULT_VISIT_RULES[0].id, "rule_id_twice"),
        ("风险等级", "很高", "rule_word_unknown"),
        ("周期", "", "rule_unit_missing"),
        ("周期", "每周、每月", "rule_unit_missing"),
        ("次数", 0, "rule_times_wrong"),
        ("次数", 32, "rule_times_wrong"),
        ("次数", 1.5, "rule_times_wrong"),
        ("次数", "两次", "rule_times_wrong"),
        ("残疾等级", "5", "rule_grade_wrong"),
        ("重大疾病", "有", "rule_yes_wrong"),
        ("计入的走访方式", "", "rule_modes_missing"),
    ],
)
def test_a_mistake_is_told_in_its_row_under_its_heading(
    tmp_path: Path, heading: str, value: object, code: str
) -> None:
    read = edited(tmp_path, **{heading: value})
    (problem,) = read.problems
    assert (problem.code, problem.heading) == (code, heading)
    assert len(read.rules) == len(DEFAULT_VISIT_RULES) - 1
    for language in ("zh", "en"):
        told = import_sentence(problem.code, problem.facts, language)
        assert told != code
        assert "{" not in told


def test_what_people_type_is_understood(tmp_path: Path) -> None:
    read = edited(tmp_path, 风险等级="高, 中", 次数="2", 残疾等级=1, 重大疾病="是", 周期="MONTH")
    assert read.problems == ()
    rule = read.rules[1]
    assert (rule.match.risk_levels, rule.times, rule.unit) == (
        (RiskLevel.HIGH, RiskLevel.MEDIUM), 2, PeriodUnit.MONTH,
    )  # fmt: skip
    assert (rule.match.disability_grades, rule.match.serious_illness) == ((1,), True)


def test_another_workbook_is_not_taken_for_rules(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["序号", "姓名"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(RuleError, match=r"^rules_headings_missing"):
        read_rules(tmp_path / "a.xlsx")


def test_an_empty_table_is_a_mistake(tmp_path: Path) -> None:
    write_rules(tmp_path / "rules.xlsx", ())
    assert [problem.code for problem in read_rules(tmp_path / "rules.xlsx").problems] == ["rules_empty"]
