"""Decides what a visit shows: its values in groups, evidence, flags in words, versions and differences."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from fieldapp.app.phrases import phrase_words
from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.errors import Fact, FieldappError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.visits import Attestation, PositionSource, VisitFields, VisitState
from fieldapp.domain.rules.brief import Brief
from fieldapp.domain.rules.visit_review import differences as field_differences
from fieldapp.services import back_checks, briefs, reference, visits
from fieldapp.services.visits import VisitView
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error
from ui.widgets.records.household_rows import place_line
from ui.widgets.records.pictures import PicturePort, PictureRow, Pictures, picture_row
from ui.widgets.records.visit_values import (
    Difference,
    ValueGroup,
    VisitNames,
    differences,
    field_label,
    value_groups,
)

P = TypeVar("P")
KINDS: Final = ("visits", "back_checks", "back_check_steps", "drafts", "households", "persons", "users")


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """How the family confirmed the record; `picture` is the sha256 of what was written, or ''."""

    attestation: Attestation
    words: str
    witness: str
    reason: str
    signed_at: dt.datetime | None
    picture: str


@dataclass(frozen=True, slots=True)
class LocationRow:
    """Where the visit was recorded; metres where known."""

    source: PositionSource
    words: str
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    distance_m: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version: the first, or a correction with what it changed against the version before."""

    visit_id: str
    number: int
    at: dt.datetime
    who: str
    reason: str
    differences: tuple[Difference, ...]
    state: VisitState


@dataclass(frozen=True, slots=True)
class ReadingState:
    """The visit to read: the version that counts."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    visit_id: str = ""
    household_id: str = ""
    area_code: str = ""
    name: str = ""
    place: str = ""
    started_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    state: VisitState = VisitState.SUBMITTED
    state_reason: str = ""
    unsent: bool = False
    received_at: dt.datetime | None = None
    groups: tuple[ValueGroup, ...] = ()
    flags: tuple[str, ...] = ()
    flag_reason: str = ""
    photos: tuple[PictureRow, ...] = ()
    signature: SignatureRow | None = None
    location: LocationRow | None = None
    versions: tuple[VersionRow, ...] = ()
    may_amend: bool = False
    may_check: bool = False


@dataclass(frozen=True, slots=True)
class _Loaded:
    view: VisitView
    parameters: Parameters
    may_check: bool


class VisitPresenter(Generic[P]):
    """Plain Python behind the reading of a visit."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[ReadingState], None],
        pictures: PicturePort[P],
        signature: PicturePort[P],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self.pictures = Pictures(surroundings, pictures)
        self.signature = Pictures(surroundings, signature)
        self._reads: LatestRead[_Loaded] = LatestRead(surroundings.tasks, self._on_loaded, self._on_failed)
        self._visit_id = ""
        self._opening = False
        self.state = ReadingState(self._context.today())

    def enter(self, visit_id: str) -> None:
        """Begin with a visit; any version of it will do."""
        self._visit_id = visit_id
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes for good."""
        self._reads.stop()
        self.pictures.stop()
        self.signature.stop()

    def reload(self) -> None:
        """Read the visit again."""
        context, visit_id = self._context, self._visit_id

        def work() -> _Loaded:
            view = visits.visit_view(context, visit_id)
            may_check = back_checks.may_request(context, view.visit.id)
            return _Loaded(view, reference.parameters(context), may_check)

        self._reads.ask(work)

    def amend(self) -> None:
        """Correct the visit: a new version, the old text stays."""
        if self._opening:
            return
        self._opening = True
        context, visit_id = self._context, self.state.visit_id

        def begun(result: tuple[str, ChangeSet]) -> None:
            self._opening = False
            draft_id, changes = result
            self._around.publish(changes)
            self._around.shell.go("visit_form", draft_id=draft_id)

        def refused(error: FieldappError) -> None:
            self._opening = False
            toast_error(self._around)(error)

        self._around.tasks.run(lambda: visits.begin_correction(context, visit_id, "visit"), begun, refused)

    def brief(self) -> Callable[[], Brief] | None:
        """How to read the brief of the visit on show."""
        context, visit_id = self._context, self.state.visit_id
        return (lambda: briefs.visit_brief(context, visit_id)) if visit_id else None

    def open_household(self) -> None:
        """Open the file of the household."""
        self._around.shell.go("household", household_id=self.state.household_id)

    def request_back_check(self) -> None:
        """Have somebody else ask the family again."""
        self._around.shell.go("back_check_new", visit_id=self.state.visit_id)

    def print_form(self) -> None:
        """Look at the visit's paper form, to print it or to save it."""
        self._around.shell.go("paper", kind="visits", ids=self.state.visit_id, area_code=self.state.area_code)

    def _on_failed(self, error: FieldappError) -> None:
        self.state = replace(self.state, loaded=True, trouble=self._around.texts.error(error))
        self._render(self.state)

    def _on_loaded(self, loaded: _Loaded) -> None:
        view, visit = loaded.view, loaded.view.visit
        language = self._around.preferences().language
        names = VisitNames(
            workers=view.worker_names,
            members={p.id: p.name for p in view.members},
            phrase=lambda key: phrase_words(key, language),
        )
        texts = self._around.texts
        photos = tuple(picture_row(visit, photo, texts.label(photo.kind)) for photo in visit.photos)
        self.state = ReadingState(
            today=self._context.today(),
            loaded=True,
            visit_id=visit.id,
            household_id=view.household.id,
            area_code=view.household.area_code,
            name=view.household.head_name,
            place=place_line(view.village_name, view.household.group_name, view.household.address),
            started_at=visit.started_at,
            finished_at=visit.finished_at,
            state=visit.state,
            state_reason=visit.state_reason,
            unsent=view.unsent,
            received_at=visit.received_at,
            groups=value_groups(visit, texts, names),
            flags=self._flags(visit, loaded.parameters),
            flag_reason=visit.flag_reason,
            photos=photos,
            signature=self._signature(visit),
            location=self._location(visit),
            versions=self._versions(view, names),
            may_check=loaded.may_check,
            may_amend=view.may_amend and visit.state is not VisitState.VOID,
        )
        self._render(self.state)
        self.pictures.want_small(photos)
        if self.state.signature is not None:
            self.signature.want([self.state.signature.picture])

    def _flags(self, visit: VisitFields, parameters: Parameters) -> tuple[str, ...]:
        """What was odd, in the words the worker saw when submitting."""
        away = visit.location.distance_to_home_m if visit.location is not None else None
        numbers: dict[str, Fact] = {
            "hours": parameters.backfill_hours,
            "min_minutes": parameters.visit_min_minutes,
            "max_hours": parameters.visit_max_hours,
            "limit_m": parameters.far_from_home_m,
            "kmh": parameters.travel_most_kmh,
        }
        if away is not None:
            numbers["distance_m"] = round(away)
        own: dict[str, dict[str, Fact]] = {"photo_time_off": {"hours": parameters.camera_time_off_hours}}
        texts = self._around.texts
        return tuple(texts.message(code, **(numbers | own.get(code, {}))) for code in visit.flags)

    def _signature(self, visit: VisitFields) -> SignatureRow | None:
        signed = visit.signature
        if signed is None:
            return None
        return SignatureRow(
            attestation=signed.attestation,
            words=self._around.texts.label(signed.attestation),
            witness=signed.witness_name,
            reason=signed.reason,
            signed_at=signed.signed_at,
            picture=signed.image_sha256,
        )

    def _location(self, visit: VisitFields) -> LocationRow | None:
        place = visit.location
        if place is None:
            return None
        return LocationRow(
            source=place.source,
            words=self._around.texts.label(place.source),
            lat=place.lat,
            lon=place.lon,
            accuracy_m=place.accuracy_m,
            distance_m=place.distance_to_home_m,
            reason=place.reason,
        )

    def _versions(self, view: VisitView, names: VisitNames) -> tuple[VersionRow, ...]:
        """All versions, the newest first; a visit never corrected has none to tell apart."""
        texts = self._around.texts
        if len(view.versions) < 2:
            return ()
        rows = []
        before: VisitFields | None = None
        for number, version in enumerate(view.versions, 1):
            changed: tuple[Difference, ...] = ()
            if before is not None:
                changed = differences(value_groups(before, texts, names), value_groups(version, texts, names))
                changed += self._evidence_changed(before, version)
            rows.append(
                VersionRow(
                    visit_id=version.id,
                    number=number,
                    at=version.created_at,
                    who=view.worker_names.get(version.created_by, ""),
                    reason=version.amend_reason,
                    differences=changed,
                    state=version.state,
                )
            )
            before = version
        return tuple(reversed(rows))

    def _evidence_changed(self, before: VisitFields, after: VisitFields) -> tuple[Difference, ...]:
        """Times, photos, signature and position; photos by their kinds: they are to be seen, not read."""
        words: Mapping[str, Callable[[VisitFields], str]] = {
            "started_at": lambda one: _moment(one.started_at),
            "finished_at": lambda one: _moment(one.finished_at),
            "photos": lambda one: self._around.texts.labels(tuple(photo.kind for photo in one.photos)),
            "signature": self._signed_words,
            "location": lambda one: self._around.texts.label(one.location.source if one.location else None),
        }
        return tuple(
            Difference(field_label(change.field, self._around.texts), told(before), told(after))
            for change in field_differences(before, after)
            if (told := words.get(change.field)) is not None
        )

    def _signed_words(self, visit: VisitFields) -> str:
        signed = visit.signature
        if signed is None:
            return ""
        at = _moment(signed.signed_at) if signed.signed_at is not None else ""
        return " ".join(filter(None, (self._around.texts.label(signed.attestation), at)))


def _moment(at: dt.datetime) -> str:
    """The county's wall clock with its day, in a form that every language reads."""
    return f"{at.astimezone(COUNTY_ZONE):%Y-%m-%d %H:%M}"
