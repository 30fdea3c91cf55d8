"""Brings a household's entitlements in line with a roster row (level 3).

A row speaks of one running entitlement: of the whole household or of one person in it. Where the file
and the roster disagree on which, the row is refused: that is a decision, not a correction.
"""

import datetime as dt
from collections.abc import Sequence

from fieldapp.domain.records.households import Category, Coverage, CoverageKind
from fieldapp.exports.ledger_rows import Aid
from fieldapp.exports.ledger_values import CellRefused


def new_coverage(category: Category, aid: Aid, person_id: str, *, is_head: bool) -> Coverage:
    """The entitlement a row states. 特困 is recognised per person: the person is always named.

    Raises CellRefused("month_missing").
    """
    if aid.since is None:
        raise CellRefused("month_missing")
    per_person = category is Category.TEKUN or aid.coverage is CoverageKind.SINGLE
    single = aid.coverage is CoverageKind.SINGLE or (category is Category.TEKUN and not is_head)
    return Coverage(
        category=category,
        coverage=CoverageKind.SINGLE if single else CoverageKind.HOUSEHOLD,
        person_ids=(person_id,) if per_person else (),
        since=aid.since,
        monthly_amount_fen=aid.amount_fen or 0,
        support_mode=aid.support_mode,
        review_class=aid.review_class,
    )


def updated_coverages(
    coverages: Sequence[Coverage],
    wanted: tuple[Category, Aid],
    person_id: str,
    *,
    is_head: bool,
    today: dt.date,
) -> tuple[Coverage, ...]:
    """The entitlements with the row's own one brought up to date, or added.

    Raises CellRefused: coverage_conflict, month_missing.
    """
    category, aid = wanted
    running = [
        at
        for at, each in enumerate(coverages)
        if each.category is category and (each.until is None or each.until >= today)
    ]
    find = _destitute_person if category is Category.TEKUN else _minimum_living
    at = find(coverages, running, aid.coverage, person_id, is_head)
    if at is None:
        return (*coverages, new_coverage(category, aid, person_id, is_head=is_head))
    return (*coverages[:at], _brought_up_to_date(coverages[at], aid), *coverages[at + 1 :])


def _brought_up_to_date(known: Coverage, aid: Aid) -> Coverage:
    updates: dict[str, object] = {
        "monthly_amount_fen": known.monthly_amount_fen if aid.amount_fen is None else aid.amount_fen,
        "since": _since(known, aid.since),
        "support_mode": aid.support_mode or known.support_mode,
        "review_class": aid.review_class or known.review_class,
    }
    return known.model_copy(update=updates)


def _since(known: Coverage, given: dt.date | None) -> dt.date:
    """A roster knows months only: a day inside the same month on file is more exact."""
    if given is None or (given.year, given.month) == (known.since.year, known.since.month):
        return known.since
    return given


def _destitute_person(
    coverages: Sequence[Coverage],
    running: list[int],
    _stated: CoverageKind | None,
    person_id: str,
    is_head: bool,
) -> int | None:
    """特困: the entitlement that names the person; one that names nobody is the head's."""
    named = [at for at in running if person_id in coverages[at].person_ids]
    if named:
        return _of_one(coverages, named[0])
    unnamed = [at for at in running if not coverages[at].person_ids]
    return unnamed[0] if unnamed and is_head else None


def _minimum_living(
    coverages: Sequence[Coverage],
    running: list[int],
    stated: CoverageKind | None,
    person_id: str,
    is_head: bool,
) -> int | None:
    """低保: either one for the whole household, or one for each covered person.

    A head's row that says 单人 while somebody else of the household is covered may mean that person.
    """
    whole = [at for at in running if coverages[at].coverage is CoverageKind.HOUSEHOLD]
    single = [at for at in running if at not in whole]
    own = [at for at in single if person_id in coverages[at].person_ids]
    if stated is CoverageKind.SINGLE:
        if whole or (single and not own and is_head):
            raise CellRefused("coverage_conflict")
        return _of_one(coverages, own[0]) if own else None
    if whole:
        return whole[0]
    if stated is None and own:
        return _of_one(coverages, own[0])
    if single:
        raise CellRefused("coverage_conflict")
    return None


def _of_one(coverages: Sequence[Coverage], at: int) -> int:
    """An amount paid for several persons cannot be compared with one person's row."""
    if len(coverages[at].person_ids) > 1:
        raise CellRefused("coverage_conflict")
    return at
