"""What about several visits together asks for a word of explanation (R18, R19; domain layer).

Each rule looks for what an honest day does not bring about and keeps silent where anything is unknown: a
position that is not the satellite's, a visit typed in later, a home that is not on file. Nothing found here
stops anybody, and nothing is counted by person.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.rules.finding import Finding, warning
from fieldapp.domain.rules.position import distance_m

EVIDENCE_CODES: Final = frozenset({"visits_staged", "travel_too_fast", "narrative_copied", "clock_suspect"})
"""What is found beside other visits, or of the device itself: looked at apart from the visit's own fields."""
_SHINGLE: Final = 4
"""Characters of the pieces by which texts are compared."""
_SAME_TEXT: Final = 0.8
"""Share of pieces that two copied texts have in common."""


@dataclass(frozen=True, slots=True)
class VisitEvidence:
    """A visit as it is compared with a worker's others. `root_id` names it by its first version ('' = it is
    being written).

    The position (WGS-84 degrees, with its inaccuracy in metres) is that of the satellite at an on-site visit
    told on its day; None where there is none. `home` is the household's position on file.
    """

    household_id: str
    started_at: dt.datetime
    finished_at: dt.datetime
    place: tuple[float, float] | None = None
    accuracy_m: float = 0.0
    home: tuple[float, float] | None = None
    narrative: str = ""
    root_id: str = ""


def check_evidence(
    visit: VisitEvidence, others: Sequence[VisitEvidence], parameters: Parameters
) -> Iterator[Finding]:
    """What is odd about a visit beside the others of the same worker."""
    together = staged_with(visit, others, parameters)
    if together:
        yield warning("visits_staged", "location", count=len(together) + 1)
    if impossible_journey(visit, others, parameters) is not None:
        yield warning("travel_too_fast", "started_at", kmh=parameters.travel_most_kmh)
    copies = copied_narratives(visit, others, parameters)
    if copies:
        yield warning("narrative_copied", "narrative", count=len(copies))


def staged_with(
    visit: VisitEvidence, others: Iterable[VisitEvidence], parameters: Parameters
) -> list[VisitEvidence]:
    """The visits that were told from one spot in one sitting with this one, all of them far from their homes;
    [] unless they are several households. Neighbours, a yard, a block of flats: the homes are near."""
    if not _far_from_home(visit, parameters):
        return []
    within = dt.timedelta(minutes=parameters.staged_minutes)
    found = {
        other.household_id: other
        for other in others
        if other.household_id != visit.household_id
        and abs(other.finished_at - visit.finished_at) <= within
        and _apart(visit, other) <= parameters.staged_m
        and _far_from_home(other, parameters)
    }
    homes: list[tuple[float, float]] = []
    for home in (one.home for one in (visit, *found.values())):
        # One yard, one block: going there once is enough for all of them.
        if home is not None and all(distance_m(*home, *other) > parameters.staged_m for other in homes):
            homes.append(home)
    return list(found.values()) if len(homes) >= parameters.staged_households else []


def impossible_journey(
    visit: VisitEvidence, others: Iterable[VisitEvidence], parameters: Parameters
) -> VisitEvidence | None:
    """The first other visit to or from which one would have had to travel faster than anybody does. Short
    ways are not looked at, and both inaccuracies are taken off."""
    for other in others:
        way = _apart(visit, other) - visit.accuracy_m - other.accuracy_m
        if visit.place is None or other.place is None or way < parameters.travel_least_m:
            continue
        first, second = sorted((visit, other), key=lambda one: one.started_at)
        # Times on the form have no seconds, and somebody may have been dropped at the door.
        time = max(dt.timedelta(), second.started_at - first.finished_at) + dt.timedelta(minutes=2)
        if way / 1000 > parameters.travel_most_kmh * (time / dt.timedelta(hours=1)):
            return other
    return None


def copied_narratives(
    visit: VisitEvidence, others: Iterable[VisitEvidence], parameters: Parameters
) -> list[VisitEvidence]:
    """Visits of other households, one of each, that were told in the same words; [] unless they are several.
    Short texts are alike by nature, and what a household's own last visit said may well be said again."""
    pieces = _pieces(visit.narrative, parameters.copied_least_chars)
    if not pieces:
        return []
    alike = {
        other.household_id: other
        for other in others
        if other.household_id != visit.household_id
        and abs(other.finished_at - visit.finished_at) <= dt.timedelta(days=parameters.copied_days)
        and _share(pieces, _pieces(other.narrative, parameters.copied_least_chars)) >= _SAME_TEXT
    }
    return list(alike.values()) if len(alike) >= parameters.copied_households else []


def told_words(narrative: str, parameters: Parameters) -> str:
    """The letters and figures of a text, by which visits of different workers are compared: between them only
    the very same words count. '' for a short text."""
    told = _letters(narrative)
    return told if len(told) >= parameters.copied_least_chars else ""


def _far_from_home(visit: VisitEvidence, parameters: Parameters) -> bool:
    if visit.place is None or visit.home is None:
        return False
    return distance_m(*visit.place, *visit.home) - visit.accuracy_m > parameters.far_from_home_m


def _apart(one: VisitEvidence, other: VisitEvidence) -> float:
    if one.place is None or other.place is None:
        return float("inf")
    return distance_m(*one.place, *other.place)


def _pieces(text: str, least: int) -> frozenset[str]:
    told = _letters(text)
    if len(told) < least:
        return frozenset()
    return frozenset(told[at : at + _SHINGLE] for at in range(len(told) - _SHINGLE + 1))


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if other else 0.0
