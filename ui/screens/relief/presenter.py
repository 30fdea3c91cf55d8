"""Decides what the page of a relief shows and takes the steps its worker may take; no Qt. Layer 5."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.money import fen, yuan
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.reliefs import ReliefAction, ReliefFields
from fieldapp.domain.records.visits import Attestation, Purpose, Signature, VisitFields
from fieldapp.services import reference, reliefs, visits
from fieldapp.services.context import Context
from fieldapp.services.reliefs import NewStep, ReliefView
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error
from ui.screens.relief.state import WITH_AMOUNT, Notice, Panel, ReliefState, Signed
from ui.widgets.records.pictures import PicturePort, PictureRow, Pictures

P = TypeVar("P")
INITIATOR: Final = "relief"
KINDS: Final = (
    "reliefs", "relief_steps", "fund_entries", "visits", "households", "users", "areas", "parameters",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Loaded:
    view: ReliefView
    may_visit: bool


class ReliefPresenter(Generic[P]):
    """Plain Python behind the page.

    Attributes: pictures brings photos as they are asked for.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        render: Callable[[ReliefState], None],
        say: Callable[[Notice], None],
        pictures: PicturePort[P],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._say = say
        self.pictures = Pictures(surroundings, pictures)
        self._reads: LatestRead[_Loaded] = LatestRead(surroundings.tasks, self._on_loaded, self._on_trouble)
        self._relief_id = ""
        self.state = ReliefState(self._context.today())

    # --- coming and going -----------------------------------------------------------------------

    def enter(self, relief_id: str) -> None:
        """Show a relief."""
        self._relief_id = relief_id
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()
        self.pictures.stop()

    def reload(self) -> None:
        """Read again."""
        context, relief_id = self._context, self._relief_id

        def work() -> _Loaded:
            view = reliefs.relief_view(context, relief_id)
            return _Loaded(view, reference.may(context, Permission.CREATE_VISIT, view.relief.area_code))

        self._reads.ask(work)

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(loaded=True, trouble=self._around.texts.error(error))

    def _on_loaded(self, loaded: _Loaded) -> None:
        view, message = loaded.view, self._around.texts.message
        photos = self._photos(view.relief)
        panel = self.state.panel
        if panel is not None and panel.action not in view.actions:
            panel = None  # somebody was first
        elif panel is not None and panel.action is ReliefAction.FOLLOW_UP:
            panel = _with_visits(panel, view)  # one may have been made while the panel stood open
        self._show(
            loaded=True,
            trouble="",
            view=view,
            may_visit=loaded.may_visit and view.follow_up is not None,
            refusals={one.id: message(one.refused_code) for one in view.steps if one.refused_code},
            photos=photos,
            panel=panel,
        )
        self.pictures.want_small(photos)

    def _photos(self, relief: ReliefFields) -> tuple[PictureRow, ...]:
        label = self._around.texts.label
        return tuple(
            PictureRow(
                f"{relief.id}/{one.sha256}", one.sha256, label(one.kind), "", one.watermark,
                one.thumbnail_sha256,
            )
            for one in relief.photos
        )  # fmt: skip

    # --- steps ----------------------------------------------------------------------------------

    def begin(self, action: ReliefAction) -> None:
        """Open the panel of a step."""
        view = self.state.view
        if view is None or action not in view.actions:
            return
        panel = Panel(action)
        relief = view.relief
        if action in (ReliefAction.DECIDE, ReliefAction.PAY):
            amount = relief.decided_amount if relief.decision is not None else relief.amount
            panel = replace(panel, amount=f"{yuan(amount)}")
        if action is ReliefAction.PAY:
            panel = replace(panel, signs=relief.signature is None)
        if action is ReliefAction.FOLLOW_UP:
            panel = _with_visits(panel, view)
        self._show(panel=panel)

    def change(self, **fields: object) -> None:
        """Other values of the panel's fields."""
        panel = self.state.panel
        if panel is not None:
            changed = replace(panel, **fields)  # type: ignore[arg-type]
            if changed != panel:
                self._show(panel=replace(changed, errors={}))

    def cancel(self) -> None:
        """Close the panel."""
        self._show(panel=None)

    def take(self, signed: Signed) -> None:
        """Take the step, as far as is known here."""
        panel, view = self.state.panel, self.state.view
        if panel is None or view is None or panel.busy:
            return
        try:
            amount = fen(panel.amount) if panel.action in WITH_AMOUNT else 0
        except RuleError as error:
            self._on_refused(error)
            return
        context, relief_id = self._context, self._relief_id
        self._show(panel=replace(panel, busy=True, errors={}))

        def work() -> ChangeSet:
            step = NewStep(
                action=panel.action,
                opinion=panel.opinion,
                amount=amount,
                visit_id=panel.visit_id or None,
                outcome=panel.outcome,
                signature=_signature(context, panel, signed),
            )
            return reliefs.take_step(context, relief_id, step, INITIATOR)

        self._around.tasks.run(work, self._on_taken, self._on_refused)

    def _on_taken(self, changes: ChangeSet) -> None:
        self._show(panel=None)
        self._say(Notice.STEP_TAKEN)
        self._around.publish(changes)
        self.reload()

    def _on_refused(self, error: FieldappError) -> None:
        panel = self.state.panel
        if panel is not None:
            place = error.field if isinstance(error, RuleError) else ""
            errors = {place: self._around.texts.error(error)}
            self._show(panel=replace(panel, busy=False, errors=errors))

    # --- elsewhere ------------------------------------------------------------------------------

    def visit(self) -> None:
        """Begin the visit that is owed, or go on with the one left unfinished."""
        view = self.state.view
        if view is None or view.relief.household_id is None:
            return
        context, household_id = self._context, view.relief.household_id

        def begun(answer: tuple[str, ChangeSet]) -> None:
            self._around.publish(answer[1])
            self._around.shell.go("visit_form", draft_id=answer[0])

        self._around.tasks.run(
            lambda: visits.begin_visit(context, household_id, INITIATOR, purpose=Purpose.RELIEF),
            begun,
            toast_error(self._around),
        )

    def open_household(self) -> None:
        """The file of the household."""
        view = self.state.view
        if view is not None and view.relief.household_id is not None:
            self._around.shell.go("household", household_id=view.relief.household_id)

    def open_clue(self) -> None:
        """The clue it came from."""
        view = self.state.view
        if view is not None and view.relief.clue_id is not None:
            self._around.shell.go("clue", clue_id=view.relief.clue_id)

    def print_form(self) -> None:
        """Form 6.6."""
        view = self.state.view
        if view is not None:
            area = view.relief.area_code
            self._around.shell.go("paper", kind="reliefs", ids=self._relief_id, area_code=area)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, today=self._context.today(), **changes)  # type: ignore[arg-type]
        if not self._reads.stopped:
            self._render(self.state)


def _signature(context: Context, panel: Panel, signed: Signed) -> Signature | None:
    """The receiver's, its picture and strokes on the disk; None where nobody signed. Runs on the worker."""
    if not panel.signs or not signed.strokes:
        return None
    strokes = signed.strokes.encode()
    witnessed = panel.witness.strip()
    return Signature(
        attestation=Attestation.ILLITERATE_WITNESS if witnessed else Attestation.SIGNED,
        image_sha256=visits.keep_blob(context, signed.png, "image/png"),
        image_size=len(signed.png),
        strokes_sha256=visits.keep_blob(context, strokes, "application/json"),
        strokes_size=len(strokes),
        signed_at=context.clock(),
        witness_name=witnessed[:50],
    )


def _with_visits(panel: Panel, view: ReliefView) -> Panel:
    """Visits because of relief that no step has named, the newest chosen unless another one is."""
    named = {one.visit_id for one in view.steps if not one.refused_code}
    free: tuple[VisitFields, ...] = tuple(one for one in view.relief_visits if one.id not in named)
    chosen = panel.visit_id if any(one.id == panel.visit_id for one in free) else ""
    return replace(panel, visits=free, visit_id=chosen or (free[0].id if free else ""))
