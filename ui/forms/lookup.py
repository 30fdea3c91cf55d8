"""Finds questions of a form by the names that programs agree on. No Qt. Layer 5."""

from typing import Final

from fieldapp.forms import FormSession
from fieldapp.forms.view import QuestionView, Reference, RepeatView
from ui.forms.texts import words

RED_FLAGS: Final = "red_flags"
"""The question of a scale that names what forces the highest level."""


def question_named(session: FormSession, name: str, at: Reference = "") -> Reference:
    """The first question of a name, "" where there is none."""
    view = session.view(at)
    if isinstance(view, QuestionView):
        return view.reference if view.name == name else ""
    inside = view.instances if isinstance(view, RepeatView) else view.children
    return next((found for child in inside if (found := question_named(session, name, child))), "")


def choice_words(session: FormSession, name: str) -> dict[str, str]:
    """The choices of the question of a name, in words."""
    found = question_named(session, name)
    return {one.value: words(one.label) for one in session.choices(found)} if found else {}
