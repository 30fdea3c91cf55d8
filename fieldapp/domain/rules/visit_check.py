"""What is missing or odd in a visit before it is submitted (domain brief 4.6, R18, R19; domain layer).

Photos and position are never forced (State Council General Office, 2026 No. 12): their absence is a
warning. Warnings in FLAGS may be kept in `VisitFields.flags`, where the worker sees them first.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.visit_drafts import VisitDraft
from fieldapp.domain.records.visits import (
    NOBODY_MET,
    Attestation,
    Mode,
    PhotoOrigin,
    PositionSource,
    Purpose,
    Result,
    Signature,
    VisitFields,
)
from fieldapp.domain.rules.finding import Finding, Severity, error, warning
from fieldapp.domain.rules.photos import camera_time_off
from fieldapp.domain.rules.position import distance_m, is_far_from_home

TWO_VISITORS: Final = frozenset({Purpose.APPLICATION, Purpose.ASSESSMENT, Purpose.SPOT_CHECK})
CLOCK_TOLERANCE: Final = dt.timedelta(minutes=5)
"""Device clocks are corrected by hand; a visit may end a little in the future."""
FLAGS: Final = frozenset(
    {"visit_backfilled", "visit_too_short", "visit_too_long", "visit_far_from_home", "photo_time_off",
     "photo_from_album", "photo_used_before", "photo_made_of_earlier", "visits_staged", "travel_too_fast",
     "narrative_copied", "clock_suspect"}
)  # fmt: skip

LENGTH_LIMITS: Final[Mapping[str, int]] = {
    name: constraint.max_length
    for name, declared in VisitFields.model_fields.items()
    if name in VisitDraft.model_fields and declared.annotation is str
    for constraint in declared.metadata
    if hasattr(constraint, "max_length")
}
"""Longest text by field, as VisitFields declares it."""


@dataclass(frozen=True, slots=True)
class VisitedHousehold:
    """What the check asks of the household: its position (WGS-84 degrees) and its members."""

    lat: float | None = None
    lon: float | None = None
    member_ids: frozenset[str] = frozenset()


def check_visit(
    draft: VisitDraft, household: VisitedHousehold, parameters: Parameters, now: dt.datetime
) -> list[Finding]:
    """All findings on a draft, in the order of the form; it may be submitted if none is an ERROR.

    If nobody was met only the basics are asked.
    """
    found = [*_basics(draft), *_times(draft, parameters, now), *_lengths(draft)]
    if draft.result not in NOBODY_MET:
        found += _content(draft, household, parameters)
        found += _photos(draft, parameters)
        if draft.mode is Mode.ONSITE:
            found += _attestation(draft.signature)
    if draft.mode is Mode.ONSITE:
        found += _position(draft, household, parameters)
    return found


def may_submit(findings: Iterable[Finding]) -> bool:
    """Whether nothing found stops submission."""
    return all(finding.severity is not Severity.ERROR for finding in findings)


def flags_of(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The codes to keep with the visit, each once, in the order found."""
    return tuple(dict.fromkeys(finding.code for finding in findings if finding.code in FLAGS))


def is_backfilled(finished_at: dt.datetime, recorded_at: dt.datetime, parameters: Parameters) -> bool:
    """Whether a visit was typed in later than the county calls prompt (补录)."""
    return recorded_at - finished_at > dt.timedelta(hours=parameters.backfill_hours)


def _basics(draft: VisitDraft) -> Iterator[Finding]:
    if not draft.household_id:
        yield error("household_required", "household_id")
    if draft.result is None:
        yield error("result_required", "result")
    visitors = len(set(draft.visitors))
    if not visitors:
        yield error("visitors_required", "visitors")
    elif visitors < 2 and draft.purpose in TWO_VISITORS:
        yield error("visitors_two_required", "visitors", purpose=draft.purpose)
    if draft.amends and not draft.amend_reason.strip():
        yield error("amend_reason_required", "amend_reason")


def _times(draft: VisitDraft, parameters: Parameters, now: dt.datetime) -> Iterator[Finding]:
    if draft.started_at is None or draft.finished_at is None:
        yield error("times_required", "started_at" if draft.started_at is None else "finished_at")
        return
    took = draft.finished_at - draft.started_at
    if took < dt.timedelta():
        yield error("finish_before_start", "finished_at")
    elif took < dt.timedelta(minutes=parameters.visit_min_minutes):
        yield warning("visit_too_short", "finished_at", min_minutes=parameters.visit_min_minutes)
    elif took > dt.timedelta(hours=parameters.visit_max_hours):
        yield warning("visit_too_long", "finished_at", max_hours=parameters.visit_max_hours)
    if draft.finished_at > now + CLOCK_TOLERANCE:
        yield error("visit_in_future", "finished_at")
    elif is_backfilled(draft.finished_at, now, parameters):
        yield warning("visit_backfilled", "finished_at", hours=parameters.backfill_hours)


def _lengths(draft: VisitDraft) -> Iterator[Finding]:
    for name, limit in LENGTH_LIMITS.items():
        if len(getattr(draft, name)) > limit:
            yield error("text_too_long", name, limit=limit)


def _content(draft: VisitDraft, household: VisitedHousehold, parameters: Parameters) -> Iterator[Finding]:
    if not household.member_ids.issuperset(draft.persons_seen):
        yield warning("person_not_member", "persons_seen")
    told = {
        Result.CHANGED: ("changes_missing", "changes", bool(draft.changes)),
        Result.NEED: ("needs_missing", "needs", bool(draft.needs)),
        Result.URGENT: ("urgent_clue_missing", "findings", draft.findings.urgent_clue),
    }
    if draft.result is Result.NORMAL:
        characters = len("".join(draft.narrative.split()))
        picks = len(set(draft.phrases))
        if characters < parameters.narrative_min_chars and picks < parameters.narrative_min_phrases:
            yield error(
                "narrative_too_short",
                "narrative",
                min_chars=parameters.narrative_min_chars,
                min_phrases=parameters.narrative_min_phrases,
            )
    elif draft.result is not None and not told[draft.result][2]:
        yield warning(*told[draft.result][:2])


def _photos(draft: VisitDraft, parameters: Parameters) -> Iterator[Finding]:
    if draft.mode is Mode.ONSITE and not draft.photos and not draft.no_photo_reason.strip():
        yield warning("photo_missing", "photos")
    if len(draft.photos) > parameters.photos_max:
        yield error("photos_too_many", "photos", limit=parameters.photos_max)
    if any(photo.origin is not PhotoOrigin.CAMERA for photo in draft.photos):
        yield warning("photo_from_album", "photos")
    used = [photo.used_before for photo in draft.photos if photo.used_before is not None]
    if any(one.same for one in used):
        yield warning("photo_used_before", "photos")
    if any(not one.same for one in used):
        yield warning("photo_made_of_earlier", "photos")
    if draft.started_at is None or draft.finished_at is None:
        return
    taken = [photo.taken_at for photo in draft.photos if photo.taken_at is not None]
    off = sum(camera_time_off(at, draft.started_at, draft.finished_at, parameters) for at in taken)
    if off:
        yield warning("photo_time_off", "photos", count=off, hours=parameters.camera_time_off_hours)


def _attestation(signature: Signature | None) -> Iterator[Finding]:
    """Signed or the reason why not."""
    if signature is None:
        yield error("signature_required", "signature")
        return
    match signature.attestation:
        case Attestation.SIGNED | Attestation.FINGERPRINT if not signature.image_sha256:
            yield error("signature_image_required", "signature")
        case Attestation.ILLITERATE_WITNESS if not signature.witness_name.strip():
            yield error("witness_required", "signature")
        case Attestation.REFUSED | Attestation.NOT_NEEDED if not signature.reason.strip():
            yield error("signature_reason_required", "signature")
        case _:
            pass


def _position(draft: VisitDraft, household: VisitedHousehold, parameters: Parameters) -> Iterator[Finding]:
    place = draft.location
    if place is None or place.source is PositionSource.NONE or place.lat is None or place.lon is None:
        if place is None or not place.reason.strip():
            yield warning("location_reason_missing", "location")
        return
    if household.lat is None or household.lon is None:
        return
    distance = distance_m(place.lat, place.lon, household.lat, household.lon)
    if is_far_from_home(distance, place.accuracy_m, parameters):
        yield warning(
            "visit_far_from_home", "location", distance_m=round(distance), limit_m=parameters.far_from_home_m
        )
