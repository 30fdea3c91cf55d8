"""Paper forms (domain brief 6): a template of resources/prints filled with words. Level 3, no Qt.

A county may change its templates: they are sandboxed, and every word put into them is escaped. What they
ask for and is not there is an error, never a gap that nobody notices.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fieldapp.domain.errors import StorageError

if TYPE_CHECKING:  # brought in when there is something to print
    from jinja2.sandbox import SandboxedEnvironment

PAPER_FOLDER: Final = Path(__file__).parents[2] / "resources" / "prints"


@dataclass(frozen=True, slots=True)
class Box:
    """A box on the form with its word; an empty form has none ticked."""

    label: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A filled form: the HTML of its pages, and its pictures by the name that the HTML gives them.

    `title` is the form's bookmark in a file of many.
    """

    html: str
    pictures: Mapping[str, bytes]
    title: str = ""


def fill(form: str, values: Mapping[str, object]) -> str:
    """The HTML of a form ("visit", "assessment") with these values.

    Raises StorageError("template_broken") with the template's name when it cannot be filled.
    """
    from jinja2 import TemplateError

    try:
        return _environment().get_template(f"{form}.html").render(values)
    except TemplateError as error:
        raise StorageError("template_broken", template=f"{form}.html") from error


def style() -> str:
    """The style sheet of all forms."""
    return (PAPER_FOLDER / "paper.css").read_text("utf-8")


def foot_words(number: int, total: int) -> str:
    """What stands at the foot of a page."""
    return f"第 {number} 页　共 {total} 页"


@cache
def _environment() -> "SandboxedEnvironment":
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(
        loader=FileSystemLoader(PAPER_FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
