"""Spot checks (R14, R15): the worked example, and laws of drawing and assigning."""

import datetime as dt
import random
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.spot_checks import BarReason, CheckDraft, Inspector
from fieldapp.domain.records.visits import Attestation, Signature
from fieldapp.domain.rules.spot_check import (
    ALL_QUESTIONS,
    Assigned,
    Subject,
    assign,
    bars,
    check_findings,
    check_rectification,
    check_seed,
    draw,
    in_order,
    next_in_stratum,
    population_digest,
    sample_size,
)

TABLE = tomllib.loads(
    (Path(__file__).parents[2] / "golden" / "rules" / "spot_check.toml").read_text(encoding="utf-8")
)
TOWNS = ("341789100", "341789101", "341789102")
DAY = dt.date(2026, 6, 3)
seeds = st.text("abcdefgh0123456789", min_size=8, max_size=20)
populations = st.dictionaries(st.text("abc123", min_size=2, max_size=8), st.sampled_from(TOWNS), max_size=60)


def test_the_worked_example() -> None:
    example = TABLE["example"]
    ids = [f"HH{number:03d}" for number in range(1, example["subjects"] + 1)]
    drawn = draw(example["seed"], [(TOWNS[0], one) for one in ids], example["rate"], 2)
    assert drawn == {TOWNS[0]: tuple(example["drawn"])}
    inspectors = [Inspector(user_id=one) for one in example["inspectors"]]
    found = assign(example["seed"], [Subject(one, TOWNS[0]) for one in example["drawn"]], inspectors, {})
    assert [one.subject_id for one in found] == example["drawn"]
    assert [one.lead for one in found] == example["leads"]
    assert all(one.second not in ("", one.lead) for one in found)


@pytest.mark.parametrize("row", TABLE["size"])
def test_how_many_are_drawn(row: dict[str, int]) -> None:
    assert sample_size(row["of"], row["rate"], 2) == row["drawn"]


@given(seeds, populations, st.integers(1, 1000), st.integers(1, 4), st.randoms(use_true_random=False))
def test_the_same_seed_draws_the_same_of_every_town_whatever_the_order(
    seed: str, population: dict[str, str], rate: int, minimum: int, shuffle: random.Random
) -> None:
    pairs = [(town, one) for one, town in population.items()]
    drawn = draw(seed, pairs, rate, minimum)
    shuffled = list(pairs)
    shuffle.shuffle(shuffled)
    assert draw(seed, shuffled, rate, minimum) == drawn
    assert population_digest(shuffled) == population_digest(pairs)
    for town in set(population.values()):
        own = [one for one, place in population.items() if place == town]
        assert set(drawn[town]) <= set(own)
        assert len(drawn[town]) == min(len(own), max(minimum, -(-len(own) * rate // 1000)))


@given(seeds, populations.filter(bool))
def test_whoever_is_replaced_is_followed_by_those_not_drawn_yet(
    seed: str, population: dict[str, str]
) -> None:
    order = in_order(seed, population)
    taken: list[str] = []
    for _ in order:
        taken.append(next_in_stratum(seed, population, taken))
    assert taken == order
    with pytest.raises(RuleError, match="spot_check_nobody_left"):
        next_in_stratum(seed, population, taken)


@st.composite
def _plans(draw_from: st.DrawFn) -> tuple[str, list[Subject], list[Inspector], dict[str, tuple[str, ...]]]:
    users = [f"user{number}" for number in range(draw_from(st.integers(1, 5)))]
    subjects = [
        Subject(
            f"s{number}",
            draw_from(st.sampled_from((*TOWNS, ""))),
            f"h{number}",
            frozenset(draw_from(st.sets(st.sampled_from(users), max_size=2))),
        )
        for number in range(draw_from(st.integers(0, 20)))
    ]
    homes = [one.household_id for one in subjects] or ["h0"]
    inspectors = [
        Inspector(
            user_id=user,
            towns=tuple(draw_from(st.sets(st.sampled_from(TOWNS), max_size=1))),
            relative_households=tuple(draw_from(st.sets(st.sampled_from(homes), max_size=2))),
        )
        for user in users
    ]
    worked_in: dict[str, tuple[str, ...]] = {
        user: (draw_from(st.sampled_from(("341789", f"{TOWNS[0]}201", TOWNS[1]))),) for user in users
    }
    return draw_from(seeds), subjects, inspectors, worked_in


@given(_plans())
def test_nobody_checks_what_he_must_avoid_and_no_target_is_dropped(
    plan: tuple[str, list[Subject], list[Inspector], dict[str, tuple[str, ...]]],
) -> None:
    seed, subjects, inspectors, worked_in = plan
    found = assign(seed, reversed(subjects), reversed(inspectors), worked_in)
    assert found == assign(seed, subjects, inspectors, worked_in)
    assert sorted(one.subject_id for one in found) == sorted(one.id for one in subjects)
    by_id = {one.id: one for one in subjects}
    known = {one.user_id: one for one in inspectors}
    for one in found:
        why = {
            user: bars(inspector, worked_in[user], by_id[one.subject_id]) for user, inspector in known.items()
        }
        fit = {user for user, reason in why.items() if reason is None}
        assert {bar.user_id: bar.reason for bar in one.barred} == {u: r for u, r in why.items() if r}
        assert one.lead in fit if fit else one.lead == ""
        assert one.second in fit - {one.lead} if len(fit) > 1 else one.second == ""


@given(seeds, st.integers(1, 5), st.integers(0, 30))
def test_where_nobody_must_avoid_anything_all_lead_alike(seed: str, users: int, targets: int) -> None:
    subjects = [Subject(f"s{number}") for number in range(targets)]
    found = assign(seed, subjects, [Inspector(user_id=f"u{number}") for number in range(users)], {})
    turns = in_order(seed, [f"u{number}" for number in range(users)])
    assert [one.lead for one in found] == [turns[at % users] for at in range(targets)]


def test_who_is_passed_over_keeps_his_turn() -> None:
    seed = TABLE["example"]["seed"]
    first = Subject("HH013", workers=frozenset({"INS-B"}))
    rest = [Subject(one) for one in ("HH008", "HH012", "HH009")]
    found = assign(seed, [first, *rest], [Inspector(user_id=one) for one in ("INS-A", "INS-B", "INS-C")], {})
    assert [one.lead for one in found] == ["INS-A", "INS-B", "INS-C", "INS-A"]
    assert found[0] == Assigned("HH013", "INS-A", "INS-C", found[0].barred)
    assert [(bar.user_id, bar.reason) for bar in found[0].barred] == [("INS-B", BarReason.OWN_WORK)]


def test_what_an_inspector_must_avoid() -> None:
    target = Subject("s", TOWNS[0], "h", frozenset({"worker"}))
    assert bars(Inspector(user_id="u"), ("341789",), target) is None  # works for the whole county
    assert bars(Inspector(user_id="u"), (f"{TOWNS[0]}201001",), target) is BarReason.SAME_TOWN
    assert bars(Inspector(user_id="u", towns=(TOWNS[0],)), (), target) is BarReason.SAME_TOWN
    assert bars(Inspector(user_id="worker"), (TOWNS[1],), target) is BarReason.OWN_WORK
    assert bars(Inspector(user_id="u", relative_households=("h",)), (), target) is BarReason.RELATIVE
    assert bars(Inspector(user_id="u", relative_households=("",)), (), Subject("c")) is None


@pytest.mark.parametrize(
    ("seed", "witnesses", "code"),
    [
        ("1234567", ("甲", "乙"), "spot_check_seed_short"),
        (" 12345678", ("甲", "乙"), "spot_check_seed_short"),
        ("1234|5678", ("甲", "乙"), "spot_check_seed_short"),
        ("12345678", ("甲", "甲 "), "spot_check_witnesses"),
        ("12345678", ("甲", " "), "spot_check_witnesses"),
    ],
)
def test_a_seed_is_drawn_before_two_witnesses(seed: str, witnesses: tuple[str, ...], code: str) -> None:
    with pytest.raises(RuleError, match=code):
        check_seed(seed, witnesses)
    check_seed("12345678", ("甲", "乙"))


@pytest.mark.parametrize("row", TABLE["check"])
def test_what_stops_a_check_from_being_handed_in(row: dict[str, Any]) -> None:
    letters = {"Y": "YES", "N": "NO", "X": "NOT_CHECKED"}
    answers = {
        name: letters[one] for name, one in zip(ALL_QUESTIONS, row["answers"], strict=True) if one != "-"
    }
    due = {"rectify_due": DAY + dt.timedelta(days=row["due_in"])} if "due_in" in row else {}
    draft = CheckDraft.model_validate(
        {**answers, **due, "found": row["found"], "detail": row.get("detail", "")}
    )
    signed = draft.model_copy(update={"lead_signature": Signature(attestation=Attestation.SIGNED)})
    assert [one.code for one in check_findings(signed, row["population"], DAY)] == row["codes"]
    unsigned = [one.code for one in check_findings(draft, row["population"], DAY)]
    assert unsigned == [*row["codes"], "spot_check_signature_needed"]


@pytest.mark.parametrize("day", [DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=11)])
def test_put_right_after_the_check_and_not_in_the_future(day: dt.date) -> None:
    checked, today = dt.datetime(2026, 6, 3, 1, tzinfo=dt.UTC), DAY + dt.timedelta(days=10)
    check_rectification(DAY, checked, today)
    check_rectification(today, checked, today)
    with pytest.raises(RuleError, match="spot_check_rectified_day"):
        check_rectification(day, checked, today)
