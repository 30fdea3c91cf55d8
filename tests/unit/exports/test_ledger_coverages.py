"""Which entitlement a roster row speaks of, and when that is not for an import to decide."""

import datetime as dt

import pytest

from fieldapp.domain.records.households import Category, Coverage, CoverageKind
from fieldapp.exports.ledger_coverages import updated_coverages
from fieldapp.exports.ledger_rows import Aid
from fieldapp.exports.ledger_values import CellRefused

TODAY = dt.date(2026, 3, 16)
SINCE = dt.date(2024, 3, 15)
HOUSEHOLD, SINGLE = CoverageKind.HOUSEHOLD, CoverageKind.SINGLE


def aid(coverage: CoverageKind | None, amount_fen: int = 60_000, since: dt.date | None = SINCE) -> Aid:
    return Aid(coverage, None, None, amount_fen, None, since, None, None)


def on_file(
    kind: CoverageKind, *persons: str, until: dt.date | None = None, category: Category = Category.DIBAO
) -> Coverage:
    return Coverage(
        category=category,
        coverage=kind,
        person_ids=persons,
        since=SINCE,
        until=until,
        monthly_amount_fen=50_000,
    )


ENDED = dt.date(2025, 12, 31)
CASES = [
    # on file, stated, is head → index brought up to date, "new" or "refused"
    ([], HOUSEHOLD, True, "new"),
    ([], SINGLE, False, "new"),
    ([on_file(HOUSEHOLD)], HOUSEHOLD, True, 0),
    ([on_file(HOUSEHOLD)], None, True, 0),
    ([on_file(HOUSEHOLD)], SINGLE, True, "refused"),
    ([on_file(SINGLE, "me")], SINGLE, True, 0),
    ([on_file(SINGLE, "me")], None, True, 0),
    ([on_file(SINGLE, "me")], HOUSEHOLD, True, "refused"),
    ([on_file(SINGLE, "son")], SINGLE, True, "refused"),
    ([on_file(SINGLE, "son")], SINGLE, False, "new"),
    ([on_file(SINGLE, "son"), on_file(SINGLE, "me")], SINGLE, True, 1),
    ([on_file(SINGLE, "me", "son")], SINGLE, True, "refused"),
    ([on_file(HOUSEHOLD, until=ENDED)], SINGLE, True, "new"),
    ([on_file(HOUSEHOLD, category=Category.RIGID_EXPENSE)], HOUSEHOLD, True, "new"),
]


@pytest.mark.parametrize(("known", "stated", "is_head", "expected"), CASES)
def test_minimum_living(
    known: list[Coverage], stated: CoverageKind | None, is_head: bool, expected: int | str
) -> None:
    def update() -> tuple[Coverage, ...]:
        return updated_coverages(known, (Category.DIBAO, aid(stated)), "me", is_head=is_head, today=TODAY)

    if expected == "refused":
        with pytest.raises(CellRefused, match="coverage_conflict"):
            update()
        return
    made = update()
    changed = [at for at, each in enumerate(made) if at >= len(known) or each != known[at]]
    assert changed == [len(known) if expected == "new" else expected]
    assert made[changed[0]].monthly_amount_fen == 60_000


@pytest.mark.parametrize(
    ("known", "is_head", "expected"),
    [
        ([], True, "new"),
        ([(HOUSEHOLD,)], True, 0),
        ([(HOUSEHOLD,)], False, "new"),
        ([(SINGLE, "me")], False, 0),
    ],
)
def test_destitute_person(known: list[tuple[CoverageKind, str]], is_head: bool, expected: int | str) -> None:
    running = [on_file(*each, category=Category.TEKUN) for each in known]
    made = updated_coverages(running, (Category.TEKUN, aid(None)), "me", is_head=is_head, today=TODAY)
    assert [at for at, each in enumerate(made) if each.monthly_amount_fen == 60_000] == [
        len(running) if expected == "new" else expected
    ]
    if expected == "new":
        assert made[-1].person_ids == ("me",)


def test_new_entitlement_needs_its_month_and_a_running_one_keeps_its_day() -> None:
    with pytest.raises(CellRefused, match="month_missing"):
        updated_coverages([], (Category.DIBAO, aid(HOUSEHOLD, since=None)), "me", is_head=True, today=TODAY)
    same_month, other_month = dt.date(2024, 3, 1), dt.date(2024, 5, 1)
    for given, kept in ((None, SINCE), (same_month, SINCE), (other_month, other_month)):
        wanted = (Category.DIBAO, aid(HOUSEHOLD, since=given))
        (made,) = updated_coverages([on_file(HOUSEHOLD)], wanted, "me", is_head=True, today=TODAY)
        assert made.since == kept
