"""Decides what a revoked device shows: hand over, then erase; nothing unsent means erase at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.services import forms, outbox, visits
from ui.ports import Surroundings

if TYPE_CHECKING:
    from sync.engine.hand_over import HandedOver


@dataclass(frozen=True, slots=True)
class Unsent:
    """What only this device holds."""

    ops: int
    blobs: int
    refused: int
    drafts: int

    @property
    def nothing(self) -> bool:
        """Whether erasing loses nothing."""
        return not (self.ops or self.blobs or self.refused or self.drafts)


@dataclass(frozen=True, slots=True)
class RevokedState:
    """What the screen shows; `unsent` is None until it was counted. `asking` = erasing would lose
    something and wants a second word."""

    unsent: Unsent | None = None
    busy: bool = False
    handed: "HandedOver | None" = None
    asking: bool = False
    error: str = ""
    error_field: str = ""


class RevokedPresenter:
    """Plain Python behind the screen of a revoked device."""

    def __init__(self, surroundings: Surroundings, render: Callable[[RevokedState], None]) -> None:
        self._around = surroundings
        self._render = render
        self._left = False
        self.state = RevokedState()

    def start(self) -> None:
        """Count what is unsent; where there is nothing, erase."""
        self._around.tasks.run(self._count, self._on_counted)

    def leave(self) -> None:
        """Show nothing any more."""
        self._left = True

    def hand_over(self, code: str) -> None:
        """Send the last work with a code of the owner."""
        if self.state.busy:
            return
        if not code.strip():
            self._fail(RuleError("code_required", "code"))
            return
        self._change(busy=True, error="", error_field="", asking=False)
        sync = self._around.sync
        self._around.tasks.run_aside(lambda: sync.hand_over(code), self._on_handed, self._fail)

    def finish_drafts(self) -> None:
        """Go to the drafts first: they are nobody's but this device's."""
        self._around.shell.go("drafts")

    def erase(self, *, sure: bool = False) -> None:
        """Destroy the profile; what would be lost wants a second word."""
        unsent = self.state.unsent
        if self.state.busy or unsent is None:
            return
        if unsent.nothing or sure:
            self._change(busy=True)
            self._around.shell.erase()
        else:
            self._change(asking=True)

    def keep(self) -> None:
        """Not now."""
        self._change(asking=False)

    def _count(self) -> Unsent:
        context = self._around.context
        waiting = outbox.waiting(context)
        drafts = len(visits.drafts(context)) + len(forms.form_drafts(context))
        return Unsent(waiting.ops, waiting.blobs, waiting.refused, drafts)

    def _on_counted(self, unsent: Unsent) -> None:
        if self._left:
            return
        self._change(unsent=unsent)
        if unsent.nothing:
            self.erase()

    def _on_handed(self, handed: "HandedOver") -> None:
        self._change(busy=False, handed=handed)
        self.start()

    def _fail(self, error: FieldappError) -> None:
        field = error.field if isinstance(error, RuleError) else ""
        if error.code == "bad_code":
            field = "code"
        self._change(busy=False, error=self._around.texts.error(error), error_field=field)

    def _change(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        if not self._left:
            self._render(self.state)
