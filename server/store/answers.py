"""Answers beside the answer sheets: one row for each value, so that they can be queried (level S).

Written in the transaction that writes the submission, and made anew from its XML at any time.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy import Column, Float, Index, Integer, String, Table, Text, delete
from sqlalchemy.engine import Connection

from fieldapp.forms import FormError
from fieldapp.forms.tree import Limits, Node, parse
from server.store.bulk_insert import insert_many
from server.store.tables import metadata
from sync.protocol.wire import Body

LIMITS: Final = Limits(size=1024 * 1024, depth=60, nodes=50_000)
MAX_PATH: Final = 500
_CHUNK: Final = 500
_COLUMNS: Final = ("submission_id", "seq", "path", "positions", "value", "number")

submission_answer = Table(
    "submission_answer",
    metadata,
    Column("submission_id", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("path", String(MAX_PATH), nullable=False),
    Column("positions", String(MAX_PATH), nullable=False),
    Column("value", Text, nullable=False),
    Column("number", Float, nullable=True),
    Index("ix_submission_answer_path", "path"),
    comment="Values of submissions in document order; positions count like-named elements at each step",
)


def insert_answers(connection: Connection, bodies: Iterable[Body]) -> None:
    """Write the answers of submissions, replacing those that are there."""
    found = list(bodies)
    delete_answers(connection, [body["id"] for body in found])
    rows = [
        (body["id"], seq, path, positions, value, _number(value))
        for body in found
        for seq, (path, positions, value) in enumerate(answers_of(body["xml"]), 1)
    ]
    insert_many(connection, submission_answer, _COLUMNS, rows)


def delete_answers(connection: Connection, submission_ids: Sequence[str]) -> None:
    """Delete the answers of submissions."""
    for start in range(0, len(submission_ids), _CHUNK):
        part = submission_ids[start : start + _CHUNK]
        connection.execute(delete(submission_answer).where(submission_answer.c.submission_id.in_(part)))


def answers_of(xml: str) -> Iterator[tuple[str, str, str]]:
    """Path below the root (`member/age`), positions (`2/1`) and value of every leaf that has one.

    An answer sheet that cannot be read has none: it was taken in as it came, and its XML is kept.
    """
    try:
        root = parse(xml, limits=LIMITS).element
    except FormError:
        return
    yield from _leaves(root, (), ())


def _leaves(node: Node, path: tuple[str, ...], positions: tuple[int, ...]) -> Iterator[tuple[str, str, str]]:
    counts: dict[str, int] = {}
    children = list(node.elements())
    for child in children:
        counts[child.name] = counts.get(child.name, 0) + 1
        yield from _leaves(child, (*path, child.name), (*positions, counts[child.name]))
    if not children and path and node.value.strip():
        name = "/".join(path)
        if len(name) <= MAX_PATH:
            yield name, "/".join(map(str, positions)), node.value.replace("\x00", "")


def _number(value: str) -> float | None:
    """The value as a number, where it is written as one."""
    text = value.strip()
    if len(text) > 40 or not text or text[-1] not in "0123456789" or "_" in text:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
