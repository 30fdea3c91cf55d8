"""R10: what stands for a household after all its assessments, in whatever order they arrive."""

import datetime as dt
import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.assessments import (
    AssessmentFields,
    AssessmentSignatureFields,
    Assessor,
    AssessorKind,
    LevelOverrideFields,
)
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.visits import Attestation, Signature
from fieldapp.domain.rules.risk_history import (
    LevelEntry,
    RiskStanding,
    is_finished,
    level_history,
    level_on,
    signed_members,
    standing,
)
from tests.unit.rules.risks import LEAD, SECOND, assessment, override, signature, signatures

HIGH, MEDIUM, LOW, NONE = RiskLevel.HIGH, RiskLevel.MEDIUM, RiskLevel.LOW, RiskLevel.NONE


def _history(
    assessments: list[AssessmentFields], overrides: list[LevelOverrideFields] | None = None
) -> tuple[LevelEntry, ...]:
    return level_history(assessments, signatures(*assessments), overrides or [], Parameters())


def test_assessment_is_finished_only_when_all_have_signed() -> None:
    one = assessment()
    assert not is_finished(one, [])
    assert not is_finished(one, [signature(one, LEAD)])
    assert is_finished(one, signatures(one))


def test_signatures_that_do_not_count() -> None:
    one, other = assessment(), assessment("a2")
    stranger = Assessor(id="w9", name="外人", kind=AssessorKind.VOLUNTEER)
    refused = Signature(attestation=Attestation.REFUSED, reason="不同意")
    found = [
        signature(one, LEAD, signature=refused),
        signature(one, SECOND, signature=None),
        signature(one, stranger),
        *signatures(other),
    ]
    assert signed_members(one, found) == {}


def test_a_member_who_signs_twice_counts_once_with_the_first() -> None:
    one = assessment()
    first, again = signature(one, LEAD), signature(one, LEAD, minutes=5, id="again")
    assert signed_members(one, [again, first]) == {LEAD.id: first}
    assert not is_finished(one, [first, again])


def test_one_member_alone_never_finishes() -> None:
    alone = assessment(members=(LEAD,))
    assert not is_finished(alone, signatures(alone))


def test_nothing_stands_before_the_first_finished_assessment() -> None:
    assert level_history([assessment()], [], [], Parameters()) == ()
    assert standing(()) is None


def test_the_latest_assessment_stands_and_since_counts_the_whole_run() -> None:
    a1, a2 = assessment("a1"), assessment("a2", day=20, next_due=dt.date(2026, 4, 21))
    assert standing(_history([a2, a1])) == RiskStanding(HIGH, "a2", dt.date(2026, 4, 21), dt.date(2026, 3, 2))


def test_an_assessment_signed_late_does_not_overtake_a_newer_one() -> None:
    old, new = assessment("a1"), assessment("a2", day=5, level=HIGH)
    late = [*signatures(new), signature(old, LEAD), signature(old, SECOND, minutes=60 * 24 * 30)]
    found = standing(level_history([old, new], late, [], Parameters()))
    assert found is not None
    assert found.assessment_id == "a2"


def test_lowering_high_with_a_reason_takes_effect() -> None:
    lower = assessment("a2", day=30, level=LOW, score=3, lowering_reason="已住进养老院", previous_level=HIGH)
    history = _history([assessment(), lower])
    assert [entry.lowered for entry in history] == [False, True]
    assert history[-1].reason == "已住进养老院"
    assert standing(history) == RiskStanding(LOW, "a2", lower.next_due, dt.date(2026, 4, 1))


def test_lowering_high_without_a_reason_leaves_it_high() -> None:
    lower = assessment("a2", day=30, level=LOW, score=3, next_due=dt.date(2026, 9, 28))
    history = _history([assessment(), lower])
    assert not history[-1].took_effect
    assert not history[-1].lowered
    assert standing(history) == RiskStanding(HIGH, "a2", dt.date(2026, 5, 1), dt.date(2026, 3, 2))


def test_lowering_medium_needs_no_reason() -> None:
    history = _history([assessment(level=MEDIUM, score=30), assessment("a2", day=90, level=LOW, score=3)])
    assert history[-1].lowered
    assert history[-1].took_effect


def test_a_leader_overrides_with_a_reason() -> None:
    one = assessment(level=MEDIUM, score=40, next_due=dt.date(2026, 5, 31))
    history = _history([one], [override(one, HIGH, day=1)])
    assert [(e.level, e.override_id != "") for e in history] == [(MEDIUM, False), (HIGH, True)]
    assert standing(history) == RiskStanding(HIGH, "a1", dt.date(2026, 4, 2), dt.date(2026, 3, 3))


def test_an_override_of_an_assessment_that_no_longer_counts_changes_nothing() -> None:
    one, two = assessment(), assessment("a2", day=2, level=HIGH)
    history = _history([one, two], [override(one, LOW, day=3)])
    assert not history[-1].took_effect
    assert standing(history) == RiskStanding(HIGH, "a2", two.next_due, dt.date(2026, 3, 2))


def test_an_override_of_an_unfinished_assessment_waits_for_it() -> None:
    one = assessment(level=MEDIUM)
    decided = [override(one, HIGH, day=1)]
    assert level_history([one], [signature(one, LEAD)], decided, Parameters()) == ()
    assert standing(level_history([one], signatures(one), decided, Parameters())) is not None


def test_an_override_by_a_slow_clock_still_follows_its_assessment() -> None:
    one = assessment(level=MEDIUM)
    history = _history([one], [override(one, LOW, day=-1)])
    assert [entry.level for entry in history] == [MEDIUM, LOW]


@pytest.mark.parametrize(
    ("day", "level"),
    [
        (dt.date(2026, 3, 1), NONE),
        (dt.date(2026, 3, 2), HIGH),
        (dt.date(2026, 3, 31), HIGH),
        (dt.date(2026, 4, 1), LOW),
    ],
)
def test_level_on_a_day(day: dt.date, level: RiskLevel) -> None:
    lower = assessment("a2", day=30, level=LOW, lowering_reason="已好转")
    assert level_on(_history([assessment(), lower]), day) is level


@settings(deadline=None, max_examples=60)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from([HIGH, MEDIUM, LOW]), st.booleans(), st.integers(0, 60)), max_size=6
    ),
    decisions=st.lists(st.tuples(st.sampled_from([HIGH, LOW]), st.integers(0, 5)), max_size=3),
    seed=st.integers(0, 2**16),
)
def test_history_is_the_same_in_any_order_of_arrival(
    steps: list[tuple[RiskLevel, bool, int]], decisions: list[tuple[RiskLevel, int]], seed: int
) -> None:
    made = [
        assessment(f"a{n}", day=day, level=level, lowering_reason="有原因" if reason else "")
        for n, (level, reason, day) in enumerate(steps)
    ]
    decided = [
        override(made[at % len(made)], level, day=at, id=f"o{n}")
        for n, (level, at) in enumerate(decisions if made else [])
    ]
    signed: list[AssessmentSignatureFields] = signatures(*made)
    expected = level_history(made, signed, decided, Parameters())
    shuffle = random.Random(seed).shuffle
    for records in (made, signed, decided):
        shuffle(records)
    found = level_history(made, signed, decided, Parameters())
    assert found == expected
    # A HIGH that stands is never followed by something lower without a reason.
    for before, after in itertools.pairwise(found):
        if before.standing is HIGH and after.standing is not HIGH:
            assert after.reason
