"""Decides which organisations are listed and which one is shown. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.errors import FieldappError
from fieldapp.domain.records.visits import NeedKind
from fieldapp.services import organisations
from fieldapp.services.organisations import OrganisationView
from ui.ports import Surroundings
from ui.reads import LatestRead

KINDS: Final = ("organisations", "projects", "referrals", "areas", "users")


@dataclass(frozen=True, slots=True)
class OrganisationsState:
    """The list, or one organisation (`shown`)."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    kind: NeedKind | None = None
    listed: tuple[OrganisationView, ...] = ()
    shown: OrganisationView | None = None


class OrganisationsPresenter:
    """Plain Python behind the page."""

    def __init__(self, surroundings: Surroundings, render: Callable[[OrganisationsState], None]) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._reads: LatestRead[list[OrganisationView]] = LatestRead(
            surroundings.tasks, self._on_loaded, self._on_trouble
        )
        self._organisation_id = ""
        self._all: tuple[OrganisationView, ...] = ()
        self.state = OrganisationsState(self._context.today())

    def enter(self, organisation_id: str = "") -> None:
        """Begin with the list, or with one organisation."""
        self._organisation_id = organisation_id
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        context = self._context
        self._reads.ask(lambda: organisations.organisation_list(context))

    def choose_kind(self, kind: NeedKind | None) -> None:
        """Only those that offer a kind of service, or all."""
        self.state = replace(self.state, kind=kind)
        self._show()

    def open(self, organisation_id: str) -> None:
        """One organisation."""
        self._around.shell.go("organisations", organisation_id=organisation_id)

    def _on_trouble(self, error: FieldappError) -> None:
        self.state = replace(self.state, loaded=True, trouble=self._around.texts.error(error))
        self._render(self.state)

    def _on_loaded(self, found: list[OrganisationView]) -> None:
        self._all = tuple(found)
        self._show()

    def _show(self) -> None:
        kind = self.state.kind
        self.state = replace(
            self.state,
            today=self._context.today(),
            loaded=True,
            trouble="",
            listed=tuple(one for one in self._all if kind is None or kind in _offered(one)),
            shown=next((one for one in self._all if one.organisation.id == self._organisation_id), None),
        )
        self._render(self.state)


def _offered(view: OrganisationView) -> set[NeedKind]:
    own = set(view.organisation.services)
    return own.union(*(one.project.services for one in view.projects))
