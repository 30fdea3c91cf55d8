"""Texts of a form for labels: its author's Markdown, with inserted answers kept plain. No Qt. Layer 5."""

from fieldapp.forms.view import Text
from ui.widgets.markdown import guarded, plain


def markdown(text: Text | None) -> str:
    """Source for a RichText; what came from an answer cannot become a mark in it."""
    if text is None:
        return ""
    return "".join(guarded(part.text) if part.is_value else part.text for part in text.parts)


def words(text: Text | None) -> str:
    """The words alone, in one line."""
    return plain(markdown(text))
