"""R10: what the answers of GX-1 come to, who may assess, and what the form got wrong."""

import datetime as dt
from typing import Any

import pytest

from fieldapp.domain.errors import RuleError
from fieldapp.domain.parameters import GX_1, Parameters
from fieldapp.domain.records.assessments import AssessmentAnswer, AssessmentFields, Assessor, AssessorKind
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.rules.assessment import check_assessment, check_team, judge, mismatches, points_of
from tests.unit.rules.risks import assessment
from tests.unit.rules.tables import table

TABLE = table("assessment")
STORY = TABLE["judged"][0]


def _options(chosen: dict[str, str]) -> dict[str, str]:
    return dict.fromkeys(GX_1.items, "a") | chosen


@pytest.mark.parametrize("row", TABLE["judged"], ids=lambda row: f"{row['score']}-{row['level']}")
def test_judge_follows_the_table(row: dict[str, Any]) -> None:
    found = judge(GX_1, _options(row["chosen"]), row.get("flags", ()), TABLE["on"], Parameters())
    assert found.score == row["score"]
    assert found.level == row["level"]
    assert found.unknown == row.get("unknown", 0)
    assert found.provisional is row.get("provisional", False)
    assert found.next_due == row["next_due"]
    assert list(found.urgent_flags) == row.get("urgent", [])


def test_scale_has_21_items_and_100_points() -> None:
    assert len(GX_1.items) == 21
    assert sum(points[-1] for points in GX_1.items.values()) == 100


@pytest.mark.parametrize("item", GX_1.items)
def test_judge_every_item_is_required(item: str) -> None:
    options = _options({})
    del options[item]
    with pytest.raises(RuleError) as refused:
        judge(GX_1, options, (), TABLE["on"], Parameters())
    assert (refused.value.code, refused.value.field) == ("assessment_item_missing", item)


@pytest.mark.parametrize("option", ["d", "", "aa", "A", "1"])
def test_points_of_an_option_that_is_none_are_refused(option: str) -> None:
    with pytest.raises(RuleError, match="assessment_option_unknown"):
        points_of(GX_1, "A1", option)


def test_judge_flags_of_no_scale_do_not_count() -> None:
    assert judge(GX_1, _options({}), ("NOTHING",), TABLE["on"], Parameters()).level is RiskLevel.LOW


def _member(number: int, kind: AssessorKind) -> Assessor:
    return Assessor(id=f"m{number}", name="某某", kind=kind)


@pytest.mark.parametrize(
    ("kinds", "codes"),
    [
        ((AssessorKind.AIDE, AssessorKind.VOLUNTEER), []),
        ((AssessorKind.STAFF, AssessorKind.GROUP_LEADER, AssessorKind.SOCIAL_WORKER), []),
        ((AssessorKind.AIDE,), ["assessors_too_few"]),
        ((AssessorKind.VOLUNTEER, AssessorKind.SOCIAL_WORKER), ["assessors_no_official"]),
        ((), ["assessors_too_few"]),
    ],
)
def test_team_needs_two_and_one_of_the_office(kinds: tuple[AssessorKind, ...], codes: list[str]) -> None:
    team = [_member(number, kind) for number, kind in enumerate(kinds)]
    assert [f.code for f in check_team(team, Parameters())] == codes


def test_team_one_person_twice_is_found() -> None:
    team = [_member(1, AssessorKind.AIDE), _member(1, AssessorKind.STAFF)]
    assert [f.code for f in check_team(team, Parameters())] == ["assessor_twice"]


@pytest.mark.parametrize(
    ("previous", "level", "reason", "codes"),
    [
        (RiskLevel.HIGH, RiskLevel.MEDIUM, "", ["lowering_reason_required"]),
        (RiskLevel.HIGH, RiskLevel.LOW, "  ", ["lowering_reason_required"]),
        (RiskLevel.HIGH, RiskLevel.LOW, "已住进养老院", []),
        (RiskLevel.HIGH, RiskLevel.HIGH, "", []),
        (RiskLevel.MEDIUM, RiskLevel.LOW, "", []),
        (RiskLevel.NONE, RiskLevel.LOW, "", []),
    ],
)
def test_lowering_high_needs_a_reason(
    previous: RiskLevel, level: RiskLevel, reason: str, codes: list[str]
) -> None:
    lowered = assessment(level=level, previous_level=previous, lowering_reason=reason)
    assert [f.code for f in check_assessment(lowered, Parameters())] == codes


def _story(**changes: Any) -> AssessmentFields:
    options = _options(STORY["chosen"])
    answers = tuple(
        AssessmentAnswer(item=item, option=option, points=points_of(GX_1, item, option))
        for item, option in options.items()
    )
    values: dict[str, Any] = {
        "answers": answers, "score": 47, "level": RiskLevel.HIGH,
        "assessed_at": dt.datetime(2026, 2, 20, 2, tzinfo=dt.UTC), "next_due": dt.date(2026, 3, 22),
    }  # fmt: skip
    return assessment(**values | changes)


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({}, ()),
        ({"next_due": dt.date(2026, 3, 1)}, ()),  # sooner is the team's right
        ({"score": 46}, ("score_mismatch",)),
        ({"level": RiskLevel.MEDIUM}, ("level_mismatch",)),
        ({"provisional": True}, ("provisional_mismatch",)),
        ({"next_due": dt.date(2026, 3, 23)}, ("due_too_late",)),
        ({"answers": ()}, ("answers_incomplete",)),
        ({"scale_id": "gx-2"}, ()),
        ({"scale_id": "gx-2", "score": 1}, ()),
    ],
)
def test_mismatches_name_what_the_form_got_wrong(changes: dict[str, Any], flags: tuple[str, ...]) -> None:
    assert mismatches(_story(**changes), Parameters()) == flags


def test_mismatches_unknown_counts_by_its_mark() -> None:
    answers = tuple(
        AssessmentAnswer(item=item, option="u", unknown=True, points=points[1])
        for item, points in GX_1.items.items()
    )
    story = _story(answers=answers, score=47)
    assert mismatches(story, Parameters()) == ("provisional_mismatch", "due_too_late")
