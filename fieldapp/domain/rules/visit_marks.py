"""What is marked among the visits of a whole county, and what a mark is known by (R18, R19; domain layer).

Of several visits that are odd together the one told last is marked. The same rules as on the device
(visit_evidence); between different workers only the very same words count as copied.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.visit_marks import MarkedPhoto, MarkedVisit, MarkKind
from fieldapp.domain.records.visits import Location, Mode, Photo, PositionSource, VisitFields
from fieldapp.domain.rules.visit_evidence import (
    VisitEvidence,
    copied_narratives,
    impossible_journey,
    staged_with,
)

Home = tuple[float, float]
FLAGS_OF: Final[dict[MarkKind, frozenset[str]]] = {
    MarkKind.SAME_PHOTO: frozenset({"photo_used_before", "photo_made_of_earlier"}),
    MarkKind.LIKE_PHOTO: frozenset({"photo_used_before", "photo_made_of_earlier"}),
    MarkKind.STAGED: frozenset({"visits_staged"}),
    MarkKind.TRAVEL: frozenset({"travel_too_fast"}),
    MarkKind.COPIED: frozenset({"narrative_copied"}),
}
"""What the worker's own device calls it: where it told him, his word explains the mark."""


@dataclass(frozen=True, slots=True)
class FoundMark:
    """A mark as it follows from the visits: on `visit`, about `others`."""

    kind: MarkKind
    visit: VisitFields
    others: tuple[MarkedVisit, ...]
    other_roots: tuple[str, ...]
    photo: MarkedPhoto | None = None

    @property
    def id(self) -> str:
        """Follows from the evidence: what is found again, after a correction too, is the same mark."""
        photos = (self.photo, *(one.photo for one in self.others))
        parts = (
            self.kind.value,
            self.visit.root_id,
            *self.other_roots,
            *(photo.sha256 for photo in photos if photo is not None),
        )
        return hashlib.sha256("/".join(parts).encode()).hexdigest()

    @property
    def explained(self) -> bool:
        """Whether the worker was told and said a word."""
        told = not FLAGS_OF[self.kind].isdisjoint(self.visit.flags)
        return told and bool(self.visit.flag_reason.strip())


def told_before(one: VisitFields, other: VisitFields) -> bool:
    """Whether the first visit was told before the other one."""
    return (one.finished_at, one.root_id) < (other.finished_at, other.root_id)


def evidence_of(visit: VisitFields, home: Home | None) -> VisitEvidence:
    """A stored visit as it is compared. Only the satellite's position of a visit told on its day counts."""
    place, counts = visit.location, visit.mode is Mode.ONSITE and not visit.backfilled
    return VisitEvidence(
        household_id=visit.household_id,
        started_at=visit.started_at,
        finished_at=visit.finished_at,
        place=satellite_place(place) if counts else None,
        accuracy_m=(place.accuracy_m or 0.0) if place is not None else 0.0,
        home=home,
        narrative=visit.narrative,
        root_id=visit.root_id,
    )


def satellite_place(location: Location | None) -> Home | None:
    """The position a satellite told, or None."""
    if location is None or location.source is not PositionSource.GPS:
        return None
    return None if location.lat is None or location.lon is None else (location.lat, location.lon)


def marks_together(
    visit: VisitFields, others: Sequence[VisitFields], homes: dict[str, Home], parameters: Parameters
) -> Iterator[FoundMark]:
    """The marks of a visit beside earlier ones: `others` are those of its workers and those told in the very
    same words; `homes` are positions by household."""
    by_root = {one.root_id: one for one in others}
    own = [one for one in others if not set(one.visitors).isdisjoint(visit.visitors)]
    asked = evidence_of(visit, homes.get(visit.household_id))
    mine = [evidence_of(one, homes.get(one.household_id)) for one in own]
    everybody = [evidence_of(one, None) for one in others]
    journey = impossible_journey(asked, mine, parameters)
    for kind, found in (
        (MarkKind.STAGED, staged_with(asked, mine, parameters)),
        (MarkKind.TRAVEL, [] if journey is None else [journey]),
        (MarkKind.COPIED, copied_narratives(asked, everybody, parameters)),
    ):
        if found:
            roots = sorted(one.root_id for one in found)
            told = tuple(_named(by_root[root]) for root in roots)
            yield FoundMark(kind, visit, told, tuple(roots))


def comparable_photos(visit: VisitFields, earlier: VisitFields) -> bool:
    """Whether a photo may not be the same in both: of another household, or of the same one by other workers
    on another day."""
    if visit.root_id == earlier.root_id:
        return False
    if visit.household_id != earlier.household_id:
        return True
    same_day = local_day(visit.finished_at) == local_day(earlier.finished_at)
    return not same_day and set(visit.visitors).isdisjoint(earlier.visitors)


def photo_mark(visit: VisitFields, photo: Photo, earlier: VisitFields, used: Photo) -> FoundMark:
    """The mark of a photo that is, or was made of, one of an earlier visit."""
    same = photo.sha256 == used.sha256 or bool(
        photo.source_sha256 and photo.source_sha256 == used.source_sha256
    )
    kind = MarkKind.SAME_PHOTO if same else MarkKind.LIKE_PHOTO
    return FoundMark(kind, visit, (_named(earlier, used),), (earlier.root_id,), marked_photo(photo))


def marked_photo(photo: Photo) -> MarkedPhoto:
    """A photo as a mark names it."""
    return MarkedPhoto(
        sha256=photo.sha256,
        size=photo.size,
        thumbnail_sha256=photo.thumbnail_sha256,
        thumbnail_size=photo.thumbnail_size,
    )


def _named(visit: VisitFields, photo: Photo | None = None) -> MarkedVisit:
    return MarkedVisit(
        visit_id=visit.id,
        household_id=visit.household_id,
        day=local_day(visit.finished_at),
        photo=None if photo is None else marked_photo(photo),
    )
