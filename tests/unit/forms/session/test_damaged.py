"""Damaged forms and drafts are refused with codes or still work: never another exception, never a hang."""

import random
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.forms import FormError, FormSession, read_definition
from fieldapp.forms.tree import Kind, Node, parse, write
from tests.unit.forms.scenario.dsl import World
from tests.unit.forms.session.test_random_walk import DEFINITION, FORM


def damaged(text: str, seed: int) -> str:
    """The document with some elements or attributes left out, doubled, moved, renamed or mixed up."""
    chance, document = random.Random(seed), parse(text, mixed=True)
    for _ in range(chance.randrange(1, 5)):
        elements = [node for node in document.walk() if node.kind is Kind.ELEMENT]
        one, other = chance.choice(elements), chance.choice(elements)
        match chance.randrange(6):
            case 0:
                if one.parent is not None and one is not document.element:
                    one.parent.remove(one)
            case 1:
                other.append(one.copy())
            case 2:
                one.name = other.name
            case 3:
                one.value = chance.choice(["", "0", "文", "999999999999", other.value])
            case _:
                _mix_attributes(chance, one, other)
    return write(document.element)


def _mix_attributes(chance: random.Random, one: Node, other: Node) -> None:
    if not one.attributes:
        return
    attribute = chance.choice(one.attributes)
    values = [found.value for found in other.attributes] or [
        "/data",
        "",
        "true()",
        "..",
        "//*",
        "position(..)",
    ]
    match chance.randrange(3):
        case 0:
            one.remove(attribute)
        case 1:
            attribute.value = chance.choice(values)
        case _:
            attribute.value = attribute.value[: chance.randrange(len(attribute.value) + 1)]


def use(session: FormSession) -> None:
    """Look at everything, answer something, finish."""
    for page in session.pages():
        for reference in page.questions:
            view = session.view(reference)
            if getattr(view, "has_choices", False):
                session.choices(reference)
    for reference, value in (("/data/n", 2), ("/data/kind", "a"), ("/data/m[1]/age", 4)):
        try:
            session.answer(reference, value)
        except FormError:
            continue
    session.undo()
    session.save_draft()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9))
def test_damaged_form_is_refused_or_works(seed: int) -> None:
    # Any exception but these fails the test.
    with suppress(FormError):
        use(FormSession.new(read_definition(damaged(FORM, seed), {}), World().environment()))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9))
def test_damaged_draft_is_refused_or_works(seed: int) -> None:
    session = FormSession.new(DEFINITION, World().environment())
    session.answer("/data/n", 3)
    session.answer("/data/kind", "a")
    draft = damaged(session.save_draft().decode(), seed).encode()
    for opening in (FormSession.resume, FormSession.read, FormSession.edit):
        with suppress(FormError):
            use(opening(DEFINITION, draft, World().environment()))
