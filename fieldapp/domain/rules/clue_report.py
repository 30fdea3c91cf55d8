"""What an urgent report needs, which reports look alike, and what may be said of one aloud (domain layer)."""

import datetime as dt
import enum
import re
from collections.abc import Iterable, Mapping
from typing import Final

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.clue_drafts import ClueDraft
from fieldapp.domain.records.clues import ClueFields, ClueKind, ClueStatus
from fieldapp.domain.rules.finding import Finding, error, warning
from fieldapp.domain.rules.position import distance_m

LENGTH_LIMITS: Final[Mapping[str, int]] = {
    "place": 200, "description": 2000, "support_needed": 500, "person_name": 50, "person_phone": 30,
}  # fmt: skip
"""Longest texts of a report, as ClueFields declares them."""
RED_FLAG_KINDS: Final = {
    "NO_BASICS": ClueKind.COLD_HEAT,
    "UNTREATED": ClueKind.ILLNESS,
    "HARM": ClueKind.VIOLENCE,
    "NO_CARER": ClueKind.NO_CARE,
}
"""What a red flag of an assessment (R10, 1 to 4) is reported as."""
LIFE_IN_DANGER: Final = frozenset({"UNTREATED", "HARM"})
"""Red flags that are reported as L1, the others as L2."""
_LONG_NUMBER: Final = re.compile(r"\d{15,}[Xx]?|\d{17}[Xx]")


class Alike(enum.StrEnum):
    """Why two reports may be about the same case."""

    HOUSEHOLD = "HOUSEHOLD"
    PHONE = "PHONE"
    NAME = "NAME"
    POSITION = "POSITION"
    PLACE = "PLACE"


def check_report(draft: ClueDraft) -> list[Finding]:
    """What stops a report: urgency, place and words are asked for, nothing else (S7)."""
    found = []
    if draft.urgency is None:
        found.append(error("clue_urgency_needed", "urgency"))
    if not draft.area_code:
        found.append(error("clue_area_needed", "area_code"))
    if not draft.place.strip():
        found.append(error("clue_place_needed", "place"))
    if not draft.description.strip():
        found.append(error("clue_description_needed", "description"))
    for field, limit in LENGTH_LIMITS.items():
        if len(getattr(draft, field).strip()) > limit:
            found.append(error("text_too_long", field, limit=limit))
    if draft.kind is None:
        found.append(warning("clue_kind_open", "kind"))
    return found


def alike(clue: ClueFields, other: ClueFields, parameters: Parameters) -> tuple[Alike, ...]:
    """Why two reports may be about the same case; () = nothing says so. A hint to a person, no more."""
    apart = abs(clue.reported_at - other.reported_at)
    if clue.id == other.id or apart > dt.timedelta(hours=parameters.clue_duplicate_hours):
        return ()
    found = []
    if clue.household_id is not None and clue.household_id == other.household_id:
        found.append(Alike.HOUSEHOLD)
    mine, theirs = clue.person, other.person
    if mine is not None and theirs is not None:
        if mine.phone and mine.phone == theirs.phone:
            found.append(Alike.PHONE)
        same_village = clue.area_code[:12] == other.area_code[:12]
        if mine.name and mine.name == theirs.name and same_village:
            found.append(Alike.NAME)
    found += _same_place(clue, other, parameters)
    return tuple(found)


def _same_place(clue: ClueFields, other: ClueFields, parameters: Parameters) -> list[Alike]:
    if None not in (clue.lat, clue.lon, other.lat, other.lon):
        away = distance_m(clue.lat or 0.0, clue.lon or 0.0, other.lat or 0.0, other.lon or 0.0)
        if away <= parameters.clue_near_m:
            return [Alike.POSITION]
    same = "".join(clue.place.split()) == "".join(other.place.split())
    return [Alike.PLACE] if same and clue.area_code[:12] == other.area_code[:12] else []


def may_be_main(clue: ClueFields, other: ClueFields) -> bool:
    """Whether a clue may be merged into another: it is another one, and not merged away itself."""
    return clue.id != other.id and other.status is not ClueStatus.DUPLICATE


def speakable(text: str, names: Iterable[str] = ()) -> str:
    """A text without identity numbers, and without these names where it goes to a group chat."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, "")
    return _LONG_NUMBER.sub("", text).strip()
