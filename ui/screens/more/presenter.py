"""Decides which further pages a worker has. No Qt. Layer 5."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.permissions import Permission
from fieldapp.services import reference
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error


@dataclass(frozen=True, slots=True)
class Page:
    """A page by its route; `permission` None = everybody's."""

    route: str
    icon: str
    permission: Permission | None = None


PRACTICE: Final = "practice"
"""No page but another profile: the one with made-up data."""
TOUR: Final = "tour"
"""No page but a walk over the first one."""
PAGES: Final = (
    Page("reviews", "list-checks", Permission.RETURN_VISIT),
    Page("back_checks", "git-compare", Permission.HOLD_CASES),
    Page("spot_checks", "clipboard-list", Permission.RECTIFY_FINDING),
    Page("campaigns", "footprints", Permission.READ_CASES),
    Page("opinions", "message-square", Permission.READ_STATISTICS),
    Page("exemptions", "calendar-clock", Permission.REQUEST_EXEMPTION),
    Page("visit_rules", "table-2", Permission.READ_CASES),
    Page("needs", "heart-handshake", Permission.READ_CASES),
    Page("need_report", "chart-column", Permission.READ_STATISTICS),
    Page("job_seekers", "briefcase", Permission.READ_CASES),
    Page("policies", "info"),
    Page("organisations", "hand-helping", Permission.READ_CASES),
    Page("reliefs", "hand-coins", Permission.WORK_ON_RELIEF),
    Page("case_times", "clock", Permission.READ_STATISTICS),
    Page("shortcuts", "keyboard"),
    Page(PRACTICE, "play"),
    Page(TOUR, "eye"),
)
"""In the order of the page. A new one is a line here and its words in the screen."""


@dataclass(frozen=True, slots=True)
class MoreState:
    """The pages this worker has."""

    loaded: bool = False
    pages: tuple[Page, ...] = ()


class MorePresenter:
    """Plain Python behind the page."""

    def __init__(self, surroundings: Surroundings, render: Callable[[MoreState], None]) -> None:
        self._around = surroundings
        self._render = render
        self._reads: LatestRead[tuple[Page, ...]] = LatestRead(
            surroundings.tasks, self._on_loaded, toast_error(surroundings)
        )

    def enter(self) -> None:
        """Begin."""
        context = self._around.context
        self._reads.ask(
            lambda: tuple(
                one for one in PAGES if one.permission is None or reference.may(context, one.permission)
            )
        )

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def open(self, route: str) -> None:
        """Go there."""
        if route == PRACTICE:
            self._around.shell.practise()
        elif route == TOUR:
            self._around.shell.start_tour()
        else:
            self._around.shell.go(route)

    def _on_loaded(self, pages: tuple[Page, ...]) -> None:
        self._render(MoreState(True, pages))
