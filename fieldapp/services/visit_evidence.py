"""What of a visit asks for a word of explanation, by what this device holds (R18, R19): used photos, several
visits in one sitting, journeys, copied words.

Told to the worker before he submits; he may always submit.
"""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Text, select, type_coerce
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import local_day
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.visit_drafts import VisitDraft
from fieldapp.domain.records.visits import Location, Mode, PositionSource, UsedBefore, VisitState
from fieldapp.domain.rules.finding import Finding, warning
from fieldapp.domain.rules.lookalikes import HashIndex
from fieldapp.domain.rules.picture_print import PicturePrint
from fieldapp.domain.rules.visit_check import is_backfilled
from fieldapp.domain.rules.visit_evidence import VisitEvidence, check_evidence
from fieldapp.services.context import Context
from fieldapp.services.device_clock import SUSPECT, ClockStanding, device_clock
from fieldapp.storage import rows
from fieldapp.storage.repositories import visits

_VISITS: Final = rows.table_of("visits")
_HOUSEHOLDS: Final = rows.table_of("households")
_PHOTOS_AS_TEXT: Final = type_coerce(_VISITS.c.photos, Text)
_VISITORS_AS_TEXT: Final = type_coerce(_VISITS.c.visitors, Text)


def used_before(
    context: Context, draft: VisitDraft, fingerprint: str, source_sha256: str
) -> UsedBefore | None:
    """The earlier photo of any visit on this device that a new one is, or was made of; None for almost all.

    Slow (a second for some ten thousand photos): never call it on the thread of the screen.
    """
    told = PicturePrint.parse(fingerprint) if fingerprint else None
    index, found, shades = HashIndex(), [], []
    with context.store.reading() as connection:
        root_id = visits.get(connection, draft.amends).root_id if draft.amends else ""
        for visit, photo in _earlier_photos(connection, draft, root_id):
            earlier = _named(visit, photo)
            if source_sha256 and photo.get("source_sha256") == source_sha256:
                return earlier.model_copy(update={"same": True})
            if told is not None and photo.get("fingerprint"):
                known = PicturePrint.parse(photo["fingerprint"])
                index.add(known.hashes)
                found.append(earlier)
                shades.append(known.shades)
    hit = index.used_photo(told, shades.__getitem__) if told is not None and found else None
    return None if hit is None else found[hit.at]


def _earlier_photos(
    connection: Connection, draft: VisitDraft, root_id: str
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Photos that are not this visit's own. Two visits of a household on one day may show the same."""
    query = (
        select(_VISITS.c.id, _VISITS.c.household_id, _VISITS.c.finished_at, _PHOTOS_AS_TEXT.label("photos"))
        .where(_PHOTOS_AS_TEXT != "[]", _VISITS.c.superseded.is_(False), _VISITS.c.root_id != root_id)
        .where(_VISITS.c.state != VisitState.VOID)
        .order_by(_VISITS.c.finished_at.desc(), _VISITS.c.id)
    )
    day = local_day(draft.started_at) if draft.started_at is not None else None
    for visit in connection.execute(query):
        if visit.household_id == draft.household_id and local_day(visit.finished_at) == day:
            continue
        for photo in json.loads(visit.photos):
            yield visit, photo


def _named(visit: Any, photo: dict[str, Any]) -> UsedBefore:
    return UsedBefore(visit_id=visit.id, sha256=photo["sha256"], day=local_day(visit.finished_at))


def evidence_findings(
    context: Context, connection: Connection, draft: VisitDraft, household: HouseholdFields,
    parameters: Parameters, now: dt.datetime,
) -> list[Finding]:  # fmt: skip
    """What is odd about a draft beside the worker's other visits, and about the clock it was written by."""
    found: list[Finding] = []
    if draft.started_at is not None and draft.finished_at is not None:
        times = (draft.started_at, draft.finished_at)
        others = _others(connection, context.user_id, draft, times[1], parameters)
        found += check_evidence(_of_draft(draft, household, times, parameters, now), others, parameters)
    if device_clock(connection, now).standing is not ClockStanding.FINE:
        found.append(warning(SUSPECT, "started_at"))
    return found


def _of_draft(
    draft: VisitDraft, household: HouseholdFields, times: tuple[dt.datetime, dt.datetime],
    parameters: Parameters, now: dt.datetime,
) -> VisitEvidence:  # fmt: skip
    at_once = draft.mode is Mode.ONSITE and not is_backfilled(times[1], now, parameters)
    place = _place(draft.location) if at_once else None
    return VisitEvidence(
        household_id=household.id,
        started_at=times[0],
        finished_at=times[1],
        place=place,
        accuracy_m=(draft.location.accuracy_m or 0.0) if draft.location is not None else 0.0,
        home=_home(household.lat, household.lon),
        narrative=draft.narrative,
    )


def _others(
    connection: Connection, user_id: str, draft: VisitDraft, finished_at: dt.datetime, parameters: Parameters
) -> list[VisitEvidence]:
    """The worker's other visits of the days around, without those of the same chain."""
    # Words are compared over weeks, positions within a day: a short text spares reading the weeks.
    wordy = len(draft.narrative) >= parameters.copied_least_chars
    reach = dt.timedelta(days=max(1, parameters.copied_days) if wordy else 1)
    root_id = visits.get(connection, draft.amends).root_id if draft.amends else ""
    query = (
        select(
            _VISITS.c.household_id, _VISITS.c.started_at, _VISITS.c.finished_at, _VISITS.c.mode,
            _VISITS.c.backfilled, _VISITS.c.location, _VISITS.c.narrative,
            _HOUSEHOLDS.c.lat, _HOUSEHOLDS.c.lon,
        )
        .join(_HOUSEHOLDS, _HOUSEHOLDS.c.id == _VISITS.c.household_id)
        .where(_VISITS.c.finished_at >= finished_at - reach)
        .where(_VISITS.c.finished_at <= finished_at + reach)
        .where(_VISITORS_AS_TEXT.contains(f'"{user_id}"', autoescape=True))
        .where(_VISITS.c.superseded.is_(False), _VISITS.c.state != VisitState.VOID)
        .where(_VISITS.c.root_id != root_id)
    )  # fmt: skip
    return [
        VisitEvidence(
            household_id=row.household_id,
            started_at=row.started_at,
            finished_at=row.finished_at,
            place=_place(row.location) if row.mode is Mode.ONSITE and not row.backfilled else None,
            accuracy_m=(row.location.accuracy_m or 0.0) if row.location is not None else 0.0,
            home=_home(row.lat, row.lon),
            narrative=row.narrative,
        )
        for row in connection.execute(query)
    ]


def _place(location: Location | None) -> tuple[float, float] | None:
    if location is None or location.source is not PositionSource.GPS:
        return None
    return _home(location.lat, location.lon)


def _home(lat: float | None, lon: float | None) -> tuple[float, float] | None:
    return None if lat is None or lon is None else (lat, lon)
