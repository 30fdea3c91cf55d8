"""Reading and writing one answer of a draft by the key of its field. Pure, no Qt. Layer 5."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from fieldapp.domain.clock import COUNTY_ZONE, local_day
from fieldapp.domain.records.needs import PickedNeed, ServiceRating
from fieldapp.domain.records.visit_drafts import VisitDraft
from fieldapp.domain.records.visits import (
    FamilyChange,
    Findings,
    LivingGrade,
    LivingItem,
    VisitFields,
)
from ui.screens.visit_form.sections import SPECS, FieldKind

_NOT_ANSWERS: Final = frozenset({"purpose", "mode", "day", "start", "visitors"})
"""Given by default: they do not make a section look filled in."""


def answer(source: VisitDraft | VisitFields, key: str) -> object:
    """The value of a field as editors take it; None or empty when unanswered."""
    if key in ("day", "start", "end"):
        return _moment(source, key)
    if key.startswith("findings.living."):
        return source.findings.living.get(LivingItem(key.rsplit(".", 1)[1]))
    if key == "findings.urgent_clue":
        return "yes" if source.findings.urgent_clue else None
    if key.startswith("findings."):
        return getattr(source.findings, key.removeprefix("findings."))
    return getattr(source, key)


def with_answer(draft: VisitDraft, key: str, value: object, today: dt.date) -> VisitDraft:
    """The draft with another value of one field. A value that is none leaves it as it is."""
    if key in ("day", "start", "end"):
        return _with_moment(draft, key, value, today)
    value = _typed(key, value)
    if key.startswith("findings.living."):
        item = LivingItem(key.rsplit(".", 1)[1])
        living = {k: v for k, v in draft.findings.living.items() if k is not item}
        if value is not None:
            living[item] = LivingGrade(str(value))
        return draft.model_copy(update={"findings": draft.findings.model_copy(update={"living": living})})
    if key.startswith("findings."):
        name = key.removeprefix("findings.")
        # Validated: a draft whose findings its own model refuses could not be opened again.
        changed = Findings.model_validate(draft.findings.model_dump() | {name: value})
        return draft.model_copy(update={"findings": changed})
    return draft.model_copy(update={key: value})


def answered(draft: VisitDraft, key: str) -> bool:
    """Whether the worker (or the last visit) has said something here."""
    if key == "ratings":
        return any(one.rating is not None for one in draft.ratings)
    return key not in _NOT_ANSWERS and answer(draft, key) not in (None, "", ())


def _typed(key: str, value: object) -> object:
    spec = SPECS[key]
    if spec.strict and isinstance(value, str):
        return value[: spec.limit]
    if spec.kind is FieldKind.CHOICE:
        return None if value is None or spec.codes is None else spec.codes(str(value))
    if spec.kind is FieldKind.YES_NO:
        return value == "yes"
    if key == "needs" and isinstance(value, Sequence):
        return tuple(one for one in value if isinstance(one, PickedNeed))
    if key == "ratings" and isinstance(value, Sequence):
        return tuple(one for one in value if isinstance(one, ServiceRating))
    if key == "changes" and isinstance(value, Sequence):
        return tuple(one for one in value if isinstance(one, FamilyChange))
    return value


def _moment(source: VisitDraft | VisitFields, key: str) -> dt.date | dt.time | None:
    at = source.finished_at if key == "end" else source.started_at
    if at is None:
        return None
    local = at.astimezone(COUNTY_ZONE)
    return local.date() if key == "day" else local.time().replace(second=0, microsecond=0)


def _with_moment(draft: VisitDraft, key: str, value: object, today: dt.date) -> VisitDraft:
    started, finished = draft.started_at, draft.finished_at
    day = local_day(started) if started is not None else today
    if key == "day":
        if not isinstance(value, dt.date) or started is None:
            return draft
        started = _on(value, started)
        finished = _on(value, finished) if finished is not None else None
        day = value
    elif key == "start":
        if not isinstance(value, dt.time):
            return draft
        started = dt.datetime.combine(day, value, COUNTY_ZONE).astimezone(dt.UTC)
    elif isinstance(value, dt.time):
        finished = dt.datetime.combine(day, value, COUNTY_ZONE).astimezone(dt.UTC)
    else:
        finished = None
    if finished is None and day != today:
        # An open end means "when submitted"; for a visit typed in later that would be false. With the
        # start in its place the check asks for the end ("too short") instead of inventing one.
        finished = started
    return draft.model_copy(update={"started_at": started, "finished_at": finished})


def _on(day: dt.date, at: dt.datetime) -> dt.datetime:
    time = at.astimezone(COUNTY_ZONE).timetz().replace(tzinfo=None)
    return dt.datetime.combine(day, time, COUNTY_ZONE).astimezone(dt.UTC)
