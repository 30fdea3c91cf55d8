"""Drafts of urgent reports: what has been entered so far; never synced (domain layer)."""

import datetime as dt

from fieldapp.domain.records.base import Value
from fieldapp.domain.records.clues import ClueKind, ClueSource, ContactPerson, MeasureTaken, Urgency
from fieldapp.domain.records.visits import Photo


class ClueDraft(Value):
    """The fields of a report, none required yet and none limited in length: a draft can always be kept."""

    household_id: str = ""
    area_code: str = ""
    place: str = ""
    lat: float | None = None
    lon: float | None = None
    source: ClueSource = ClueSource.GRID
    kind: ClueKind | None = None
    urgency: Urgency | None = None
    description: str = ""
    person_name: str = ""
    person_phone: str = ""
    person_age: int | None = None
    informant: ContactPerson | None = None
    measures: tuple[MeasureTaken, ...] = ()
    support_needed: str = ""
    photos: tuple[Photo, ...] = ()
    happened_at: dt.datetime | None = None
    found_at: dt.datetime | None = None
    assessment_id: str = ""
    visit_id: str = ""
