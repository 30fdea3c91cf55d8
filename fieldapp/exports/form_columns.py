"""What the columns of a form's answers are and how values are shown: from its definitions. Level 3."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.exports.workbook import CellValue, Kind
from fieldapp.forms import FormDefinition
from fieldapp.forms.definition.model import ControlSpec, ItemsetSpec, NodeSpec, TextSpec
from fieldapp.forms.tree import Node
from fieldapp.forms.view import Control, DataType

MAX_EXACT: Final = 10**15
"""Spreadsheets keep 15 digits of a number; longer ones stay texts."""
SEVERAL: Final = "；"
_CHOOSING: Final = frozenset({Control.SELECT_ONE, Control.SELECT_MULTIPLE, Control.RANK})
_PLAIN: Final = frozenset(
    {DataType.INT, DataType.DECIMAL, DataType.BOOLEAN, DataType.DATE, DataType.TIME, DataType.DATETIME}
)
_KINDS: Final = {DataType.INT: Kind.NUMBER, DataType.DECIMAL: Kind.DECIMAL, DataType.DATE: Kind.DAY}
_INTEGER: Final = re.compile(r"[+-]?\d{1,15}")
_DECIMAL: Final = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d*)?|\.\d+)")


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """A question: its path below the root, what it is called, its type.

    `choices` maps codes to labels, `group` is the label of the group it stands in. `open` says that people
    type what they like into it.
    """

    path: str
    label: str
    type: DataType
    several: bool = False
    open: bool = False
    computed: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    group: str = ""

    @property
    def kind(self) -> Kind:
        """How a spreadsheet shows it; choices are words whatever their codes look like."""
        return Kind.TEXT if self.choices else _KINDS.get(self.type, Kind.TEXT)

    def shown(self, value: str, *, labels: bool) -> CellValue:
        """A stored value as a cell; one that does not fit its type stays the text it is."""
        if self.choices:
            codes = value.split() if self.several else [value]
            return (SEVERAL if labels else " ").join(self.choices.get(c, c) if labels else c for c in codes)
        return _typed(self.type, value.strip())


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """The questions of the form (`path` ''), or of one repeat. `depths` are those of the repeats around."""

    path: str
    label: str
    depths: tuple[int, ...]
    columns: tuple[AnswerColumn, ...]


def answer_tables(definitions: Iterable[FormDefinition], language: str) -> list[AnswerTable]:
    """The tables of a form over all its versions, newest first: a question stands where it first did."""
    columns: dict[str, dict[str, AnswerColumn]] = {"": {}}
    labels: dict[str, str] = {"": ""}
    depths: dict[str, tuple[int, ...]] = {"": ()}
    for definition in definitions:
        reader = _Labels(definition, language)
        for spec in definition.root.walk():
            repeat = _path(spec.repeat) if spec.repeat else ""
            if spec.is_repeat:
                columns.setdefault(repeat, {})
                labels.setdefault(repeat, reader.of(spec.control.label if spec.control else None) or repeat)
                depths.setdefault(repeat, tuple(_path(each).count("/") + 1 for each in spec.repeats))
            elif _is_question(spec):
                columns[repeat].setdefault(_path(spec), _column(spec, reader))
    return [
        AnswerTable(path, labels[path], depths[path], tuple(found.values()))
        for path, found in columns.items()
        if found or not path
    ]


def _is_question(spec: NodeSpec) -> bool:
    if spec.is_attribute or not spec.is_leaf or spec.path.split("/")[2:3] == ["meta"]:
        return False
    shown = spec.control is not None and spec.control.kind is Control.INPUT
    note = shown and spec.readonly is not None and spec.readonly.source.strip() == "true()"
    return not (note and spec.calculate is None) and spec.parent is not None


def _column(spec: NodeSpec, reader: "_Labels") -> AnswerColumn:
    control = spec.control
    choosing = control is not None and control.kind in _CHOOSING
    several = control is not None and control.kind in (Control.SELECT_MULTIPLE, Control.RANK)
    label = reader.of(control.label) if control is not None else ""
    return AnswerColumn(
        _path(spec),
        label or _path(spec),
        spec.type,
        several=several,
        open=control is not None and not choosing and spec.type not in _PLAIN,
        computed=control is None,
        choices=reader.choices(control) if control is not None and choosing else {},
        group=reader.of(spec.parent.control.label) if spec.parent and spec.parent.control else "",
    )


def _path(spec: NodeSpec | None) -> str:
    """The path below the root, as answers are stored."""
    return "" if spec is None else spec.path.split("/", 2)[2]


class _Labels:
    """Labels of one definition in one language; what they insert from answers is left out."""

    def __init__(self, definition: FormDefinition, language: str) -> None:
        self._instances = definition.instances
        wanted = [name for name in definition.languages if f"({language})" in name or name == language]
        chosen = (wanted or [definition.default_language or ""])[0]
        translation = definition.translations.get(chosen)
        self._texts = translation.texts if translation is not None else {}

    def of(self, spec: TextSpec | None) -> str:
        """The text of a label, '' where it cannot be known without answers."""
        if spec is None:
            return ""
        if spec.template is not None:
            return _literal(spec.template.parts)
        if spec.text_id is not None and spec.text_id.is_constant:
            return self.by_id(str(getattr(spec.text_id.syntax, "value", "")))
        return ""

    def by_id(self, text_id: str) -> str:
        """A text of the form's translations."""
        template = self._texts.get(text_id, {}).get("")
        return _literal(template.parts) if template is not None else ""

    def choices(self, control: ControlSpec) -> dict[str, str]:
        """Codes to labels, of all choices the question could ever offer."""
        found = {choice.value: self.of(choice.label) or choice.value for choice in control.choices}
        if control.itemset is not None:
            found |= self._listed(control.itemset)
        return found

    def _listed(self, itemset: ItemsetSpec) -> dict[str, str]:
        ids = [each.instance for each in itemset.nodeset.references if each.instance]
        source = self._instances.get(ids[0]) if ids else None
        if source is None or source.is_provided:
            return {}
        value = itemset.value.source.strip()
        found: dict[str, str] = {}
        for item in source.document().element.walk():
            code = item.first(value)
            if code is not None and code.value:
                found.setdefault(code.value, self._item_label(itemset.label, item) or code.value)
        return found

    def _item_label(self, spec: TextSpec | None, item: Node) -> str:
        if spec is None:
            return ""
        expression = spec.text_id or spec.value
        child = item.first(expression.source.strip()) if expression is not None else None
        text = child.value if child is not None else ""
        return self.by_id(text) if spec.text_id is not None else text


def _literal(parts: Iterable[object]) -> str:
    text = "".join(part if isinstance(part, str) else "…" for part in parts)
    return re.sub(r"\s+", " ", re.sub(r"[*_#]{1,3}|<[^>]{0,80}>", "", text)).strip()


def _typed(kind: DataType, text: str) -> CellValue:
    if kind is DataType.INT and _INTEGER.fullmatch(text):
        return int(text)
    if kind is DataType.DECIMAL and _DECIMAL.fullmatch(text):
        return float(text)
    try:
        if kind is DataType.DATE:
            return dt.date.fromisoformat(text[:10])
        if kind is DataType.DATETIME:
            at = dt.datetime.fromisoformat(text)
            local = at.astimezone(COUNTY_ZONE) if at.tzinfo else at
            return local.isoformat(" ", "seconds")[:19]
    except ValueError:
        pass
    return text
