"""Reads the back-checks that concern the worker. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.errors import FieldappError
from fieldapp.services.back_check_views import BackCheckDesk, back_check_desk
from ui.ports import Surroundings
from ui.reads import LatestRead

KINDS: Final = ("back_checks", "back_check_steps", "visits", "households", "users", "areas", "parameters")


@dataclass(frozen=True, slots=True)
class BackChecksState:
    """The desk as it stands; None = not read yet."""

    today: dt.date
    trouble: str = ""
    desk: BackCheckDesk | None = None


class BackChecksPresenter:
    """Plain Python behind the page."""

    def __init__(self, surroundings: Surroundings, render: Callable[[BackChecksState], None]) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._reads: LatestRead[BackCheckDesk] = LatestRead(
            surroundings.tasks, self._on_loaded, self._on_trouble
        )
        self.state = BackChecksState(self._context.today())

    def enter(self) -> None:
        """Begin."""
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        context = self._context
        self._reads.ask(lambda: back_check_desk(context))

    def open(self, back_check_id: str) -> None:
        """One of them, on its own page."""
        self._around.shell.go("back_check", back_check_id=back_check_id)

    def draw(self) -> None:
        """Draw a share of a period's visits."""
        self._around.shell.go("back_check_new")

    def _on_loaded(self, desk: BackCheckDesk) -> None:
        self._show(today=self._context.today(), trouble="", desk=desk)

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(trouble=self._around.texts.error(error))

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._render(self.state)
