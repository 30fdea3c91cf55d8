"""Households with an open urgent case (R4): relief that is being followed up, or a pressing clue."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Text, and_, func, select, type_coerce
from sqlalchemy.engine import Connection

from fieldapp.domain.records.clues import PRESSING, SETTLED, ClueStatus
from fieldapp.domain.rules.relief_flow import OPEN_AFTER_PAYMENT
from server.store.feed import AFTER_DIGITS
from server.store.projections import row_table


def urgent_households(connection: Connection, area_code: str) -> set[str]:
    """Households of an area ('' = the county) with an open urgent case."""
    relief, clue = row_table("reliefs").c, row_table("clues").c
    following = select(relief.household_id).where(
        _inside(relief.bucket, area_code), _text(relief.status).in_(_codes(OPEN_AFTER_PAYMENT))
    )
    pressing = select(clue.household_id).where(
        _inside(clue.bucket, area_code),
        _text(clue.status).not_in(_codes(SETTLED | {ClueStatus.NOT_CONFIRMED})),
        func.coalesce(_text(clue.graded), _text(clue.urgency)).in_(_codes(PRESSING)),
    )
    found = {*connection.scalars(following), *connection.scalars(pressing)}
    return {one for one in found if one is not None}


def _inside(bucket: ColumnElement[str], area_code: str) -> ColumnElement[bool]:
    return and_(bucket >= area_code, bucket < area_code + AFTER_DIGITS)


def _text(column: ColumnElement[object]) -> ColumnElement[str]:
    return type_coerce(column, Text)


def _codes(codes: Collection[str]) -> list[str]:
    return sorted(str(one) for one in codes)
