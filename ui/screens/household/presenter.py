"""Decides what the file of a household shows, what may be revealed and for how long, what may be mended."""

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.rules.brief import Brief
from fieldapp.domain.rules.id_number import check_phone
from fieldapp.services import briefs, households, reference, visits
from fieldapp.services.households import HouseholdCard, Secret
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error
from ui.screens.household.rows import (
    CoverageRow,
    Fact,
    MemberRow,
    VisitRow,
    coverage_rows,
    facts,
    member_rows,
    visit_rows,
)
from ui.widgets.records.household_rows import HouseholdRow, household_row
from ui.widgets.records.pictures import PicturePort, PictureRow, Pictures, picture_row

P = TypeVar("P")
KINDS: Final = ("households", "persons", "visits", "visit_plans", "drafts", "users", "areas", "parameters")
ADDRESS: Final = "address"
REASON: Final = "reason"
_PHOTOS: Final = 24

SecretKey = tuple[str, Secret]
"""Whose number, and which."""


class Notice(enum.StrEnum):
    """What the screen says in a toast."""

    CONTACT_SAVED = "CONTACT_SAVED"
    CONTACT_RESTORED = "CONTACT_RESTORED"
    CONTACT_UNCHANGED = "CONTACT_UNCHANGED"


@dataclass(frozen=True, slots=True)
class Revealed:
    """A number shown in full, for so many seconds more."""

    text: str
    seconds_left: int


@dataclass(frozen=True, slots=True)
class Asking:
    """The panel that asks why a number is to be shown."""

    person_id: str
    secret: Secret
    name: str
    busy: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class ContactEdit:
    """The panel for address and phones. `errors` are sentences by field: ADDRESS or a person's id."""

    address: str
    people: tuple[tuple[str, str, str], ...]
    busy: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HouseholdState:
    """The file. `trouble` says why there is none."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    head: HouseholdRow | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    risk: str = ""
    visits_this_period: int = 0
    visits_required: int = 0
    visits_12_months: int = 0
    members: tuple[MemberRow, ...] = ()
    coverages: tuple[CoverageRow, ...] = ()
    facts: tuple[Fact, ...] = ()
    visits: tuple[VisitRow, ...] = ()
    older_visits: int = 0
    photos: tuple[PictureRow, ...] = ()
    may_visit: bool = False
    may_edit: bool = False
    may_reveal_id: bool = False
    may_reveal_phone: bool = False
    revealed: Mapping[SecretKey, Revealed] = field(default_factory=dict)
    asking: Asking | None = None
    editing: ContactEdit | None = None


@dataclass(frozen=True, slots=True)
class _Loaded:
    card: HouseholdCard
    may_visit: bool
    reveal_seconds: int


@dataclass(frozen=True, slots=True)
class _Before:
    """Contact as it was, for undo."""

    address: str | None
    phones: dict[str, str]


class HouseholdPresenter(Generic[P]):
    """Plain Python behind the file of a household.

    Args:
        say: words a Notice in a toast; CONTACT_SAVED offers `undo_contact`.
        pictures: where photos go as they come.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[HouseholdState], None],
        say: Callable[[Notice], None],
        pictures: PicturePort[P],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._say = say
        self.pictures = Pictures(surroundings, pictures)
        self._reads: LatestRead[_Loaded] = LatestRead(surroundings.tasks, self._on_loaded, self._on_failed)
        self._household_id = ""
        self._loaded: _Loaded | None = None
        self._until: dict[SecretKey, tuple[str, dt.datetime]] = {}
        self._before: _Before | None = None
        self._opening = False
        self.state = HouseholdState(self._context.today())

    def enter(self, household_id: str) -> None:
        """Begin with a household."""
        self._household_id = household_id
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes; revealed numbers are forgotten with it."""
        self._reads.stop()
        self.pictures.stop()
        self._until.clear()

    def reload(self) -> None:
        """Read the file again."""
        context, household_id = self._context, self._household_id

        def work() -> _Loaded:
            card = households.household_card(context, household_id)
            may_visit = reference.may(context, Permission.CREATE_VISIT, card.household.area_code)
            return _Loaded(card, may_visit, reference.parameters(context).reveal_seconds)

        self._reads.ask(work)

    # --- visits ---------------------------------------------------------------------------------

    def brief(self) -> Callable[[], Brief] | None:
        """How to read the brief of the household on show."""
        context, head = self._context, self.state.head
        return (lambda: briefs.household_brief(context, head.household_id)) if head is not None else None

    def visit(self) -> None:
        """Start a visit, or go on with the one left unfinished."""
        if self._opening:
            return
        self._opening = True
        context, household_id = self._context, self._household_id

        def begun(result: tuple[str, ChangeSet]) -> None:
            self._opening = False
            draft_id, changes = result
            self._around.publish(changes)
            self._around.shell.go("visit_form", draft_id=draft_id)

        def refused(error: FieldappError) -> None:
            self._opening = False
            toast_error(self._around)(error)

        self._around.tasks.run(lambda: visits.begin_visit(context, household_id, "household"), begun, refused)

    def print_blank(self) -> None:
        """The paper form of a visit, to be filled with a pen and typed in later."""
        self._around.shell.go("paper", kind="blank", ids=self._household_id)

    def open_visit(self, visit_id: str) -> None:
        """Read a visit."""
        self._around.shell.go("visit", visit_id=visit_id)

    # --- revealing (R3) -------------------------------------------------------------------------

    def ask_to_reveal(self, person_id: str, secret: Secret) -> None:
        """Ask for the reason before a number is shown."""
        name = next((m.name for m in self.state.members if m.person_id == person_id), "")
        self._show(asking=Asking(person_id, secret, name), editing=None)

    def cancel_asking(self) -> None:
        """Close the panel without showing anything."""
        self._show(asking=None)

    def reveal(self, reason: str) -> None:
        """Show the number for a while; the reason is kept in the audit log, the number is not."""
        asking = self.state.asking
        if asking is None or asking.busy:
            return
        self._show(asking=replace(asking, busy=True, error=""))
        context = self._context

        def shown(text: str) -> None:
            if self._reads.stopped or self._loaded is None:
                return
            until = context.clock() + dt.timedelta(seconds=self._loaded.reveal_seconds)
            self._until[(asking.person_id, asking.secret)] = (text, until)
            self._show(asking=None)

        def refused(error: FieldappError) -> None:
            if not self._reads.stopped:
                self._show(asking=replace(asking, busy=False, error=self._around.texts.error(error)))

        self._around.tasks.run(
            lambda: households.reveal(context, asking.person_id, asking.secret, reason), shown, refused
        )

    def hide(self, person_id: str, secret: Secret) -> None:
        """Hide a number before its time."""
        self._until.pop((person_id, secret), None)
        self._show()

    def tick(self) -> None:
        """A second passed: hide what has been shown long enough."""
        if self._until:
            self._show()

    # --- contact --------------------------------------------------------------------------------

    def edit_contact(self) -> None:
        """Open the panel. Phones start empty: what is typed replaces, what is left empty stays."""
        if self._loaded is None:
            return
        people = tuple((m.person_id, m.name, m.masked_phone) for m in self.state.members if m.alive)
        edit = ContactEdit(self._loaded.card.household.address, people)
        self._show(editing=edit, asking=None)

    def cancel_edit(self) -> None:
        """Close the panel; nothing is changed."""
        self._show(editing=None)

    def save_contact(self, address: str, phones: Mapping[str, str]) -> None:
        """Save what was changed. Wrong numbers are said at their fields and nothing is saved."""
        editing, loaded = self.state.editing, self._loaded
        if editing is None or editing.busy or loaded is None:
            return
        household = loaded.card.household
        typed = {person_id: phone for person_id, phone in phones.items() if phone.strip()}
        new_address = address.strip() if address.strip() != household.address else None
        if new_address is None and not typed:
            self._show(editing=None)
            self._say(Notice.CONTACT_UNCHANGED)
            return
        old = {m.person.id: m.person.phone for m in loaded.card.members}
        before = _Before(
            household.address if new_address is not None else None, {one: old.get(one, "") for one in typed}
        )
        self._show(editing=replace(editing, busy=True, errors={}))
        context, household_id = self._context, self._household_id

        def work() -> ChangeSet | list[RuleError]:
            allowed = reference.parameters(context).demo_numbers_allowed
            problems = _wrong_phones(typed, allowed)
            if problems:
                return problems
            return households.edit_contact(
                context, household_id, address=new_address, phones=typed, initiator="household"
            )

        def done(result: ChangeSet | list[RuleError]) -> None:
            if isinstance(result, list):
                self._refuse_contact({p.field: self._around.texts.error(p) for p in result})
                return
            self._before = before
            self._around.publish(result)
            if not self._reads.stopped:
                self._show(editing=None)
                self._say(Notice.CONTACT_SAVED)

        self._around.tasks.run(
            work, done, lambda error: self._refuse_contact({ADDRESS: self._around.texts.error(error)})
        )

    def undo_contact(self) -> None:
        """Put address and phones back as they were."""
        before, self._before = self._before, None
        if before is None:
            return
        context, household_id = self._context, self._household_id

        def done(changes: ChangeSet) -> None:
            self._around.publish(changes)
            if not self._reads.stopped:
                self._say(Notice.CONTACT_RESTORED)

        self._around.tasks.run(
            lambda: households.edit_contact(
                context, household_id, address=before.address, phones=before.phones, initiator="household"
            ),
            done,
            toast_error(self._around),
        )

    def _refuse_contact(self, errors: Mapping[str, str]) -> None:
        if not self._reads.stopped and self.state.editing is not None:
            self._show(editing=replace(self.state.editing, busy=False, errors=dict(errors)))

    # --- reading --------------------------------------------------------------------------------

    def _on_failed(self, error: FieldappError) -> None:
        self._show(loaded=True, trouble=self._around.texts.error(error), head=None)

    def _on_loaded(self, loaded: _Loaded) -> None:
        self._loaded = loaded
        card, texts, today = loaded.card, self._around.texts, self._context.today()
        photos = tuple(picture_row(v, p, texts.label(p.kind)) for v, p in card.photos[:_PHOTOS])
        self._show(
            today=today,
            loaded=True,
            trouble="",
            head=household_row(card.item, texts, today),
            categories=tuple(texts.label(c) for c in card.item.categories),
            tags=tuple(texts.label(t) for t in card.item.tags),
            risk=texts.label(card.item.risk_level),
            visits_this_period=card.visits_this_period,
            visits_required=card.visits_required,
            visits_12_months=card.visits_12_months,
            members=member_rows(card, texts),
            coverages=coverage_rows(card.household, texts, today),
            facts=facts(card.household, texts),
            visits=visit_rows(card, texts),
            older_visits=card.older_visits,
            photos=photos,
            may_visit=loaded.may_visit,
            may_edit=card.may_edit,
            may_reveal_id=card.may_reveal_id,
            may_reveal_phone=card.may_reveal_phone,
        )
        self.pictures.want_small(photos)

    def _show(self, **changes: object) -> None:
        now = self._context.clock()
        self._until = {key: (text, until) for key, (text, until) in self._until.items() if until > now}
        revealed = {
            key: Revealed(text, -int((now - until).total_seconds() // 1))
            for key, (text, until) in self._until.items()
        }
        self.state = replace(self.state, **changes, revealed=revealed)  # type: ignore[arg-type]
        self._render(self.state)


def _wrong_phones(typed: Mapping[str, str], demo_allowed: bool) -> list[RuleError]:
    """Problems of the numbers, each at its person."""
    problems = []
    for person_id, phone in typed.items():
        try:
            check_phone(phone, demo_allowed, person_id)
        except RuleError as error:
            problems.append(error)
    return problems
