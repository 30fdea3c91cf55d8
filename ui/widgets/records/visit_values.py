"""What a visit says, as labelled values in groups, and what a correction changed. No Qt. Layer 5."""

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fieldapp.app.texts import Texts
from fieldapp.domain.records.visits import Findings, LivingItem, VisitFields, YesNoUnknown


class VisitGroup(enum.StrEnum):
    """Groups of values in the order of the paper form."""

    BASICS = "BASICS"
    LIFE = "LIFE"
    ECONOMY = "ECONOMY"
    TEXT = "TEXT"
    NEXT = "NEXT"
    OPINION = "OPINION"
    REMARK = "REMARK"


@dataclass(frozen=True, slots=True)
class Value:
    """One labelled value; `field` is stable, for comparing versions."""

    field: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ValueGroup:
    """Values that belong together; never empty."""

    group: VisitGroup
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a correction changed: '' means there was, or is, nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VisitNames:
    """Names that a visit refers to by id, and the words of its phrases by key."""

    workers: Mapping[str, str]
    members: Mapping[str, str]
    phrase: Callable[[str], str]


_FINDINGS: Final = {
    VisitGroup.LIFE: ("mood", "carer_present", "carer_duty", "at_home_count", "health_note", "work_note"),
    VisitGroup.ECONOMY: (
        "money_received",
        "income_change",
        "income_note",
        "expense_change",
        "expense_note",
        "policies_note",
    ),
    VisitGroup.NEXT: ("difficulties", "actions_taken", "next_steps", "next_steps_owner", "urgent_clue"),
}


def field_label(field: str, texts: Texts) -> str:
    """The word for a field of a visit by its dotted place: `findings.living.FOOD`, `narrative`."""
    kind, _, name = field.rpartition(".")
    if kind == "findings.living":
        return texts.label(LivingItem(name))
    return texts.field(kind or "visits", name)


def value_groups(visit: VisitFields, texts: Texts, names: VisitNames) -> tuple[ValueGroup, ...]:
    """All that was filled in, in the order of the form; photos, signature and position stand apart."""
    makers: Mapping[VisitGroup, Callable[[], Iterator[Value]]] = {
        VisitGroup.BASICS: lambda: _basics(visit, texts, names),
        VisitGroup.LIFE: lambda: _life(visit.findings, texts),
        VisitGroup.ECONOMY: lambda: _findings(VisitGroup.ECONOMY, visit.findings, texts),
        VisitGroup.TEXT: lambda: _text(visit, texts, names),
        VisitGroup.NEXT: lambda: _next(visit, texts),
        VisitGroup.OPINION: lambda: _opinion(visit, texts),
        VisitGroup.REMARK: lambda: _remark(visit, texts),
    }
    groups = []
    for group, make in makers.items():
        values = tuple(value for value in make() if value.text)
        if values:
            groups.append(ValueGroup(group, values))
    return tuple(groups)


def differences(before: Sequence[ValueGroup], after: Sequence[ValueGroup]) -> tuple[Difference, ...]:
    """What changed from one version to the next, in the order of the form."""
    old = {value.field: value for group in before for value in group.values}
    new = {value.field: value for group in after for value in group.values}
    found = []
    for field in dict.fromkeys([*old, *new]):
        was, now = old.get(field), new.get(field)
        was_text, now_text = was.text if was else "", now.text if now else ""
        if was_text != now_text:
            label = now.label if now is not None else was.label if was is not None else field
            found.append(Difference(label, was_text, now_text))
    return tuple(found)


def _basics(visit: VisitFields, texts: Texts, names: VisitNames) -> Iterator[Value]:
    yield _value("purpose", texts.label(visit.purpose), texts)
    yield _value("mode", texts.label(visit.mode), texts)
    yield _value("result", texts.label(visit.result), texts)
    yield _value("visitors", texts.listed(names.workers.get(one, "") for one in visit.visitors), texts)
    yield _value(
        "persons_seen", texts.listed(names.members.get(one, "") for one in visit.persons_seen), texts
    )


def _life(findings: Findings, texts: Texts) -> Iterator[Value]:
    for item in LivingItem:  # the order of the form; a stored record has its own
        if item in findings.living:
            yield Value(f"living.{item}", texts.label(item), texts.label(findings.living[item]))
    yield from _findings(VisitGroup.LIFE, findings, texts)


def _findings(group: VisitGroup, findings: Findings, texts: Texts) -> Iterator[Value]:
    for name in _FINDINGS[group]:
        yield Value(f"findings.{name}", texts.field("findings", name), _plain(getattr(findings, name), texts))


def _text(visit: VisitFields, texts: Texts, names: VisitNames) -> Iterator[Value]:
    yield _value("narrative", visit.narrative, texts)
    yield _value("phrases", texts.sentences(names.phrase(key) for key in visit.phrases), texts)
    told = [
        texts.said_of(texts.label(c.kind), " → ".join(filter(None, (c.old, c.new)))) for c in visit.changes
    ]
    yield _value("changes", "\n".join(told), texts)


def _next(visit: VisitFields, texts: Texts) -> Iterator[Value]:
    yield _value("needs", texts.labels(visit.needs), texts)
    yield from _findings(VisitGroup.NEXT, visit.findings, texts)


def _opinion(visit: VisitFields, texts: Texts) -> Iterator[Value]:
    yield _value("satisfaction", texts.label(visit.satisfaction), texts)
    yield _value("suggestion", visit.suggestion, texts)


def _remark(visit: VisitFields, texts: Texts) -> Iterator[Value]:
    yield _value("no_photo_reason", visit.no_photo_reason, texts)
    yield _value("remark", visit.remark, texts)


def _value(name: str, text: str, texts: Texts) -> Value:
    return Value(name, texts.field("visits", name), text)


def _plain(value: object, texts: Texts) -> str:
    """A finding in words; what was not filled in is ''."""
    if value is None or value is False:
        return ""
    if value is True:
        return texts.label(YesNoUnknown.YES)
    if isinstance(value, enum.Enum):
        return texts.label(value)
    return str(value)
