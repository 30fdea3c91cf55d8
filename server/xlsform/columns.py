"""The columns of XLSForm sheets: names, other names and what their cells hold, as data (level S)."""

import enum
from dataclasses import dataclass
from typing import Final


class Holds(enum.Enum):
    """What the cells of a column hold; it decides how they are tidied and checked."""

    CODE = enum.auto()
    """A name other cells refer to: question names, list names, choice codes, ids."""
    TYPE = enum.auto()
    WORDS = enum.auto()
    """Words and settings of the standard: appearance, parameters, yes and no."""
    EXPRESSION = enum.auto()
    """XPath."""
    MAYBE_EXPRESSION = enum.auto()
    """XPath or a plain value: `default`."""
    TEXT = enum.auto()
    """What people read."""
    VALUE = enum.auto()
    """A value of the county's own, such as a column that filters choices."""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column of a sheet; `attributes` are where its cells land in the XForm."""

    name: str
    holds: Holds
    aliases: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


_EXPRESSION, _TEXT, _WORDS, _CODE = Holds.EXPRESSION, Holds.TEXT, Holds.WORDS, Holds.CODE
_MEDIA: Final = tuple(ColumnSpec(name, _TEXT) for name in ("image", "big-image", "audio", "video"))

SHEETS: Final[dict[str, tuple[ColumnSpec, ...]]] = {
    "survey": (
        ColumnSpec("type", Holds.TYPE, ("command",), ("type",)),
        ColumnSpec("name", _CODE, ("tag", "value"), ("nodeset", "ref")),
        ColumnSpec("label", _TEXT, ("caption",), ("label",)),
        ColumnSpec("hint", _TEXT, (), ("hint",)),
        ColumnSpec("guidance_hint", _TEXT),
        ColumnSpec("required", _EXPRESSION, (), ("required",)),
        ColumnSpec("required_message", _TEXT, ("requiredmsg",), ("requiredMsg", "required_message")),
        ColumnSpec("relevant", _EXPRESSION, ("relevance",), ("relevant",)),
        ColumnSpec("readonly", _EXPRESSION, ("read_only",), ("readonly",)),
        ColumnSpec("constraint", _EXPRESSION, (), ("constraint",)),
        ColumnSpec(
            "constraint_message",
            _TEXT,
            ("constraining_message",),
            ("constraintMsg", "constraint_message"),
        ),
        ColumnSpec("calculation", _EXPRESSION, ("calculate",), ("calculate",)),
        ColumnSpec("choice_filter", _EXPRESSION, (), ("choices", "items", "itemset")),
        ColumnSpec("repeat_count", _EXPRESSION, ("count", "jr:count"), ("count",)),
        ColumnSpec("trigger", _EXPRESSION, (), ("trigger",)),
        ColumnSpec("default", Holds.MAYBE_EXPRESSION, (), ("value", "setvalue")),
        ColumnSpec("appearance", _WORDS, (), ("appearance",)),
        ColumnSpec("parameters", _WORDS, (), ("start", "end", "step")),
        ColumnSpec("disabled", _WORDS),
        ColumnSpec("autoplay", _WORDS),
        ColumnSpec("rows", _WORDS),
        ColumnSpec("save_to", _CODE, (), ("saveto",)),
        ColumnSpec("intent", _TEXT),
        *_MEDIA,
    ),
    "choices": (
        ColumnSpec("list_name", _CODE, ("list name",)),
        ColumnSpec("name", _CODE, ("value",)),
        ColumnSpec("label", _TEXT, ("caption",)),
        *_MEDIA,
    ),
    "settings": (
        ColumnSpec("form_id", _CODE, ("id_string", "set_form_id")),
        ColumnSpec("version", _CODE),
        ColumnSpec("form_title", _TEXT, ("title", "set_form_title")),
        ColumnSpec("default_language", _TEXT),
        ColumnSpec("instance_name", _EXPRESSION),
        ColumnSpec("style", _WORDS),
        ColumnSpec("allow_choice_duplicates", _WORDS),
    ),
    "entities": (
        ColumnSpec("list_name", _CODE, ("dataset",)),
        ColumnSpec("entity_id", _EXPRESSION),
        ColumnSpec("create_if", _EXPRESSION),
        ColumnSpec("update_if", _EXPRESSION),
        ColumnSpec("label", _EXPRESSION),
    ),
}
"""Sheets that make up a form; all others of a workbook are the author's own."""

ASIDE: Final = frozenset({"external_choices", "osm"})
"""Sheets of the standard that old phones needed and that are not taken."""
_PREFIXES: Final = frozenset({"bind", "control", "body", "instance", "media"})
_OTHER: Final = {
    "choices": Holds.VALUE,
    "survey": Holds.TEXT,
    "settings": Holds.WORDS,
    "entities": _EXPRESSION,
}


def column_of(sheet: str, heading: str) -> ColumnSpec:
    """The column a heading stands for: `Label::English (en)` is `label`, `bind::relevant` is `relevant`.

    Headings that the standard does not know are columns of the county's own under their own name.
    """
    parts = [part.strip() for part in heading.split("::" if "::" in heading else ":")]
    if heading in _by_heading(sheet):
        parts = [heading]
    if len(parts) > 1 and parts[0].lower() in _PREFIXES:
        parts = parts[1:]
    wanted = "_".join(parts[0].lower().split())
    found = _by_heading(sheet).get(wanted)
    if found is None and ":" in heading:
        found = _by_heading(sheet).get("_".join(heading.rpartition(":")[2].lower().split()))
    return found or ColumnSpec(heading, _OTHER[sheet])


def _by_heading(sheet: str) -> dict[str, ColumnSpec]:
    return {"_".join(name.split()): spec for spec in SHEETS[sheet] for name in (spec.name, *spec.aliases)}


def column_letter(at: int) -> str:
    """`A` for column 0, `AB` for column 27."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
