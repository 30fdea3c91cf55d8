"""Decides how a household found on the spot is registered: what is kept, what is wrong, what follows."""

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.records.persons import Sex
from fieldapp.domain.rules.age import age_on
from fieldapp.domain.rules.id_number import ID_FIELD, check_id_number
from fieldapp.services import households, reference, registration, visits
from fieldapp.services.households import NewHousehold
from ui.ports import Surroundings
from ui.reads import toast_error

_CHECKED_WHILE_TYPING: Final = frozenset({ID_FIELD, "phone"})
"""Fields whose error is said when they are left; the others only when saving."""


class Notice(enum.StrEnum):
    """What the screen says in a toast."""

    SAVED = "SAVED"
    CLEARED = "CLEARED"


@dataclass(frozen=True, slots=True)
class IdSays:
    """What a sound ID number says of its owner."""

    sex: Sex
    sex_words: str
    birth_date: dt.date
    age: int


@dataclass(frozen=True, slots=True)
class RegisterState:
    """The form. `new` is what is typed; `refill` rises whenever the screen must show `new` afresh;
    `errors` are sentences by field of NewHousehold; `kept` says that it was left unfinished before."""

    loaded: bool = False
    new: NewHousehold = field(default_factory=lambda: NewHousehold(head_name="", area_code=""))
    refill: int = 0
    areas: tuple[tuple[str, str], ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    id_says: IdSays | None = None
    kept: bool = False
    saving: bool = False
    first_wrong: str = ""


@dataclass(frozen=True, slots=True)
class _Begun:
    areas: list[tuple[str, str]]
    kept: NewHousehold | None


class RegisterPresenter:
    """Plain Python behind the registration.

    What is typed is kept on the device at every change, so Back, a dead battery or a lock lose nothing.

    Args:
        say: words a Notice; after CLEARED it offers the given way to undo.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[RegisterState], None],
        say: Callable[[Notice, Callable[[], None] | None], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._say = say
        self._gone = False
        self._checks = 0
        self.state = RegisterState()

    def enter(self) -> None:
        """Begin with what was left unfinished, or empty."""
        context = self._context
        self._around.tasks.run(
            lambda: _Begun(households.areas_to_register_in(context), registration.kept(context)),
            self._on_begun,
            toast_error(self._around),
        )

    def leave(self) -> None:
        """The page goes; what was typed is kept already."""
        self._gone = True

    def change(self, new: NewHousehold, changed: str) -> None:
        """The worker changed a field."""
        errors = {name: words for name, words in self.state.errors.items() if name != changed}
        if changed == "no_id_reason":
            errors.pop(ID_FIELD, None)
        self._show(new=new, errors=errors, first_wrong="")
        self._keep(new)

    def left(self, name: str) -> None:
        """The worker left a field: say what is wrong with it now, not at the end."""
        if name not in _CHECKED_WHILE_TYPING:
            return
        self._checks += 1
        check, new, context = self._checks, self.state.new, self._context

        def work() -> tuple[list[RuleError], IdSays | None]:
            problems = households.check_new_household(context, new) if getattr(new, name).strip() else []
            return [p for p in problems if p.field == name], self._read_id(new)

        def done(result: tuple[list[RuleError], IdSays | None]) -> None:
            if self._gone or check != self._checks or new != self.state.new:
                return
            problems, id_says = result
            errors = {key: words for key, words in self.state.errors.items() if key != name}
            errors |= {p.field: self._around.texts.error(p) for p in problems}
            self._show(errors=errors, id_says=id_says)

        self._around.tasks.run(work, done, toast_error(self._around))

    def clear(self) -> None:
        """Begin anew; for a while the old text can be taken back."""
        before = self.state
        self._take(self._empty(), kept=False)
        self._keep(None)

        def undo() -> None:
            self._keep(before.new)
            if not self._gone:
                self._take(before.new, kept=True)

        self._say(Notice.CLEARED, undo)

    def save(self, *, then_visit: bool) -> None:
        """Register, and start the visit where the worker wants it."""
        if self.state.saving:
            return
        self._show(saving=True, trouble="", errors={}, first_wrong="")
        context, new = self._context, self.state.new

        def work() -> list[RuleError] | tuple[str, str, list[ChangeSet]]:
            problems = households.check_new_household(context, new)
            if problems:
                return problems
            household_id, changes = households.register_household(context, new, "register")
            registration.keep(context, None)
            draft_id, more = (
                visits.begin_visit(context, household_id, "register") if then_visit else ("", None)
            )
            return household_id, draft_id, [changes, *([more] if more is not None else [])]

        def done(result: list[RuleError] | tuple[str, str, list[ChangeSet]]) -> None:
            if isinstance(result, list):
                self._refuse(result)
                return
            household_id, draft_id, changes = result
            for one in changes:
                self._around.publish(one)
            self._go_on(household_id, draft_id)

        self._around.tasks.run(work, done, self._on_failed)

    def _go_on(self, household_id: str, draft_id: str) -> None:
        """Leave the form behind: Back from what opens now must not lead to a form already saved."""
        if self._gone:
            return
        self._say(Notice.SAVED, None)
        shell = self._around.shell
        shell.back()
        if draft_id:
            shell.go("visit_form", draft_id=draft_id)
        else:
            shell.go("household", household_id=household_id)

    def _refuse(self, problems: list[RuleError]) -> None:
        if self._gone:
            return
        errors: dict[str, str] = {}
        for problem in problems:
            errors.setdefault(problem.field, self._around.texts.error(problem))
        self._show(saving=False, errors=errors, first_wrong=problems[0].field)

    def _on_failed(self, error: FieldappError) -> None:
        if not self._gone:
            self._show(saving=False, trouble=self._around.texts.error(error))

    def _on_begun(self, begun: _Begun) -> None:
        if self._gone:
            return
        self._show(loaded=True, areas=tuple(begun.areas))
        self._take(begun.kept or self._empty(), kept=begun.kept is not None)

    def _empty(self) -> NewHousehold:
        """A grid worker's only grid need not be chosen."""
        areas = self.state.areas
        return NewHousehold(head_name="", area_code=areas[0][0] if len(areas) == 1 else "")

    def _take(self, new: NewHousehold, *, kept: bool) -> None:
        self._show(
            new=new,
            kept=kept,
            refill=self.state.refill + 1,
            errors={},
            trouble="",
            id_says=self._read_id_quietly(new),
            first_wrong="",
        )

    def _keep(self, new: NewHousehold | None) -> None:
        context = self._context
        self._around.tasks.run(
            lambda: registration.keep(context, new), lambda _none: None, toast_error(self._around)
        )

    def _read_id(self, new: NewHousehold) -> IdSays | None:
        """What the number says, if it is sound."""
        allowed = reference.parameters(self._context).demo_numbers_allowed
        today = self._context.today()
        try:
            found = check_id_number(new.id_number, today, allowed)
        except RuleError:
            return None
        age = age_on(found.birth_date, today)
        return IdSays(found.sex, self._around.texts.label(found.sex), found.birth_date, age)

    def _read_id_quietly(self, new: NewHousehold) -> IdSays | None:
        """Filled in again by `left`; a kept number is checked once the worker is there."""
        if new.id_number.strip():
            self._around.tasks.run(lambda: self._read_id(new), self._on_id_read, toast_error(self._around))
        return None

    def _on_id_read(self, says: IdSays | None) -> None:
        if not self._gone:
            self._show(id_says=says)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        if not self._gone:
            self._render(self.state)
