"""Decides what the list of campaigns shows."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.permissions import Permission
from fieldapp.services import campaigns, reference
from fieldapp.services.campaigns import CampaignItem
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error

KINDS: Final = ("campaigns", "households", "persons", "visits", "submissions", "users", "areas")


@dataclass(frozen=True, slots=True)
class CampaignsState:
    """The list; `may_start`: the worker may begin a campaign somewhere."""

    today: dt.date
    loaded: bool = False
    items: tuple[CampaignItem, ...] = ()
    may_start: bool = False


class CampaignsPresenter:
    """Plain Python behind the list."""

    def __init__(self, surroundings: Surroundings, render: Callable[[CampaignsState], None]) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._reads: LatestRead[tuple[list[CampaignItem], bool]] = LatestRead(
            surroundings.tasks, self._on_loaded, toast_error(surroundings)
        )
        self.state = CampaignsState(self._context.today())

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
        self._reads.ask(
            lambda: (campaigns.campaigns(context), reference.may(context, Permission.EDIT_CAMPAIGN))
        )

    def open(self, campaign_id: str) -> None:
        """One campaign."""
        self._around.shell.go("campaign", campaign_id=campaign_id)

    def start(self) -> None:
        """A new campaign."""
        self._around.shell.go("campaign_new")

    def _on_loaded(self, found: tuple[list[CampaignItem], bool]) -> None:
        items, may_start = found
        self.state = replace(
            self.state, today=self._context.today(), loaded=True, items=tuple(items), may_start=may_start
        )
        self._render(self.state)
