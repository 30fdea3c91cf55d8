"""Recounts what the comparison of visits left behind: what is noted of visits, and the marks (level S).

What still waits to be compared is passed over, and so is what was marked before the parameters last changed:
nobody is judged anew by later numbers.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.records.visit_marks import MarkState
from fieldapp.domain.records.visits import VisitState
from server.services.evidence import Comparison
from server.services.photo_prints import KnownPrints
from server.store import tables
from server.store.projections import parameters_of, row_table

Found = tuple[str, str, str]
"""Check, kind and id."""
_PRINT: Final = tables.photo_print.c


def recount_evidence(connection: Connection) -> Iterator[Found]:
    """What is not as it must be."""
    waiting = set(connection.scalars(select(tables.evidence_due.c.root_id)))
    yield from _check_notes(connection, waiting)
    yield from _check_marks(connection, waiting)
    yield from _check_clearances(connection)


def _check_notes(connection: Connection, waiting: set[str]) -> Iterator[Found]:
    row = row_table("visits").c
    query = select(row.root_id, row.state).order_by(row.root_id, row.created_at, row.id)
    newest = {found.root_id: found.state for found in connection.execute(query)}
    standing = {root for root, state in newest.items() if state is not VisitState.VOID}
    noted = set(connection.scalars(select(tables.visit_teller.c.root_id).distinct()))
    for root in sorted((standing ^ noted) - waiting):
        yield ("visit_not_compared" if root in standing else "compared_without_visit", "visits", root)
    ref = tables.blob_ref.c
    named = select(ref.sha256).where(ref.sha256 == _PRINT.sha256, ref.kind == "visits").exists()
    for root in connection.scalars(select(_PRINT.root_id).where(~named).distinct()):
        yield ("print_without_photo", "visits", root)


def _check_marks(connection: Connection, waiting: set[str]) -> Iterator[Found]:
    row, numbers = row_table("visit_marks").c, row_table("parameters").c
    changed = connection.scalar(select(numbers.updated_at).limit(1))
    marks: dict[str, list[Any]] = {}
    for mark in connection.execute(select(row.id, row.root_id, row.state, row.updated_at)):
        marks.setdefault(mark.root_id, []).append(mark)
    if not marks:
        return
    prints = KnownPrints()
    prints.catch_up(connection)
    comparison = Comparison(connection, prints, parameters_of(connection))
    for root, known in sorted(marks.items()):
        visit = comparison.visit(root)
        around = {root} if visit is None else {root} | comparison.compared_with(visit)
        if not waiting.isdisjoint(around):
            continue
        found = {one.id for one in comparison.marks_of(root)}
        cleared = {mark.id for mark in known if mark.state is MarkState.CLEARED}
        open_ones = {mark.id for mark in known if mark.state is MarkState.OPEN}
        wrong = (found - cleared) ^ open_ones
        old = {mark.id for mark in known if changed is not None and mark.updated_at < changed}
        yield from (("mark_differs", "visit_marks", mark_id) for mark_id in sorted(wrong - old))


def _check_clearances(connection: Connection) -> Iterator[Found]:
    row, said = row_table("visit_marks").c, row_table("mark_clearances").c
    at = {one.id: one.cleared_at for one in connection.execute(select(row.id, row.cleared_at))}
    told = dict(connection.execute(select(said.mark_id, said.cleared_at)).all())
    for mark_id in sorted(at.keys() | told.keys()):
        if at.get(mark_id) != told.get(mark_id):
            yield ("clearance_differs", "visit_marks", mark_id)
