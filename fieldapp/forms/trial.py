"""Fills a form from its first page to its last with made-up answers: does it run, and can it be finished?

For authors and for tests. Pure library layer: uses the session like any other client.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from fieldapp.forms.errors import FormError
from fieldapp.forms.session import FormSession
from fieldapp.forms.view import (
    Answer,
    Control,
    DataType,
    Failure,
    Page,
    PageKind,
    QuestionView,
    Reference,
    RepeatView,
)

_WORDS: Final = ("甲", "1", "13800000000", "0123456789", "a1", "A")
_NUMBERS: Final = (1, 30, 3, 0, 18, 65, 7, 12, 100, 2, 2000, 50_000)
_SAMPLES: Final[dict[DataType, Sequence[Answer]]] = {
    DataType.INT: _NUMBERS,
    DataType.DECIMAL: (*_NUMBERS, 0.5),
    DataType.BOOLEAN: (True, False),
    DataType.DATE: ("2026-03-05", "1960-06-15", "2018-01-01", "2030-01-01"),
    DataType.TIME: ("10:00:00.000Z", "20:00:00.000Z"),
    DataType.DATETIME: ("2026-03-05T10:00:00.000Z", "2018-01-01T10:00:00.000Z", "2030-01-01T10:00:00.000Z"),
    DataType.GEOPOINT: ("30.66 117.49 20 5",),
    DataType.GEOTRACE: ("30.66 117.49 0 0;30.67 117.50 0 0",),
    DataType.GEOSHAPE: ("30.66 117.49 0 0;30.67 117.50 0 0;30.66 117.50 0 0;30.66 117.49 0 0",),
    DataType.BINARY: ("trial.jpg",),
}
"""What is tried for a type, in this order, until an answer breaks nothing."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How far a form could be filled.

    Attributes:
        pages: pages shown.
        answered: questions that hold an answer which breaks nothing.
        unanswered: questions for which no answer tried was valid; a person may well know one.
        failures: what would still keep the form from being finished.
    """

    pages: int
    answered: int
    unanswered: tuple[Reference, ...]
    failures: tuple[Failure, ...]


def try_out(session: FormSession, seed: int = 0, *, repeats: int = 2, limit: int = 20_000) -> Trial:
    """Fill a new session page by page until no page is left that was not shown.

    Args:
        seed: which of several choices is taken; the same one takes the same.
        repeats: how many instances are added to each repeat.
        limit: pages after which it ends; a form may add pages for ever.

    Raises:
        FormError, EvaluationError: what the form's own expressions raise.
    """
    shown: set[tuple[Reference, PageKind, int]] = set()
    added: dict[Reference, int] = {}
    answered: set[Reference] = set()
    stuck: dict[Reference, None] = {}
    while len(shown) < limit:
        page = next((each for each in session.pages() if _key(session, each) not in shown), None)
        if page is None:
            break
        shown.add(_key(session, page))
        session.show(page.reference)
        if page.kind is PageKind.ADD_REPEAT and added.get(page.reference, 0) < repeats:
            added[page.reference] = added.get(page.reference, 0) + 1
            session.add_repeat(page.reference)
        for reference in page.questions:
            question = session.view(reference)
            if not isinstance(question, QuestionView) or not question.relevant or question.readonly:
                continue
            if question.value and question.validity.is_valid:
                continue
            if _answer(session, question, seed):
                answered.add(reference)
            elif session.view(reference).relevant:
                stuck[reference] = None
    return Trial(len(shown), len(answered), tuple(stuck), session.validate())


def _key(session: FormSession, page: Page) -> tuple[Reference, PageKind, int]:
    """A page once for each set of questions on it: an answer further on may bring new ones to an old page."""
    whole = session.view(page.reference)
    if isinstance(whole, RepeatView):
        return page.reference, page.kind, len(whole.instances)
    relevant = [
        reference
        for reference in page.questions
        if isinstance(view := session.view(reference), QuestionView) and view.relevant
    ]
    return page.reference, page.kind, len(relevant)


def _answer(session: FormSession, question: QuestionView, seed: int) -> bool:
    for answer in _tried(session, question, seed):
        try:
            session.answer(question.reference, answer)
        except FormError as error:
            if not error.code.startswith("value_"):
                raise
            continue
        after = session.view(question.reference)
        if not isinstance(after, QuestionView) or after.validity.is_valid:
            return True
    return False


def _tried(session: FormSession, question: QuestionView, seed: int) -> Sequence[Answer]:
    if question.control is Control.TRIGGER:
        return ("OK",)
    if question.range is not None:
        scale = question.range.values()
        return (scale[len(scale) // 2], *scale)
    if question.has_choices:
        values = [choice.value for choice in session.choices(question.reference)]
        values.sort(key=lambda value: sha256(f"{seed}|{question.reference}|{value}".encode()).digest())
        if question.control is Control.RANK:
            return (values,) if values else ()
        if question.control is Control.SELECT_MULTIPLE:
            return [[value] for value in values]
        return values
    return _SAMPLES.get(question.type, _WORDS)
