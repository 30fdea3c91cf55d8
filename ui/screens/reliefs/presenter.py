"""Decides which reliefs are listed: open ones by what they wait for, and those that are over. No Qt."""

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from fieldapp.domain.errors import FieldappError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.reliefs import ReliefStatus
from fieldapp.domain.rules.working_days import Colour
from fieldapp.services import relief_lists
from fieldapp.services.relief_lists import ReliefItemView
from ui.ports import Surroundings
from ui.reads import LatestRead

KINDS: Final = ("reliefs", "relief_steps", "visits", "households", "users", "areas", "parameters")
_FAR: Final = dt.date.max


class Tab(enum.StrEnum):
    """A list. DECISION waits for an approval, PAPERS for missing papers, FOLLOW_UP for a visit."""

    OPEN = "OPEN"
    DECISION = "DECISION"
    PAPERS = "PAPERS"
    FOLLOW_UP = "FOLLOW_UP"
    OVER = "OVER"


@dataclass(frozen=True, slots=True)
class ReliefsState:
    """The page. `late` counts reliefs whose papers are overdue."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    may_propose: bool = False
    may_see_desk: bool = False
    tab: Tab = Tab.OPEN
    counts: Mapping[Tab, int] = field(default_factory=dict)
    late: int = 0
    items: tuple[ReliefItemView, ...] = ()


@dataclass(frozen=True, slots=True)
class _Loaded:
    items: tuple[ReliefItemView, ...]
    may_propose: bool
    may_see_desk: bool


class ReliefsPresenter:
    """Plain Python behind the lists."""

    def __init__(self, surroundings: Surroundings, render: Callable[[ReliefsState], None]) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._reads: LatestRead[_Loaded] = LatestRead(surroundings.tasks, self._on_loaded, self._on_trouble)
        self._loaded: _Loaded | None = None
        self.state = ReliefsState(self._context.today())

    def enter(self, tab: str = "") -> None:
        """Begin, with a list or with all that is open."""
        self._reads.follow(self._around, KINDS, self.reload)
        self.state = replace(self.state, tab=Tab(tab) if tab else Tab.OPEN)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again."""
        context = self._context

        def work() -> _Loaded:
            with context.store.reading() as connection:
                actor = context.actor(connection)
            return _Loaded(
                tuple(relief_lists.relief_list(context)),
                actor.may(Permission.PROPOSE_RELIEF),
                actor.may(Permission.READ_FUND) or actor.may(Permission.EXPORT_VISITS),
            )

        self._reads.ask(work)

    def choose_tab(self, tab: Tab) -> None:
        """Another list."""
        self.state = replace(self.state, tab=tab)
        self._show_lists()

    def open(self, relief_id: str) -> None:
        """The page of a relief."""
        self._around.shell.go("relief", relief_id=relief_id)

    def begin(self) -> None:
        """Record a relief that came from no clue and no file."""
        self._around.shell.go("relief_form")

    def print_blank(self) -> None:
        """The paper form of a relief, to be filled with a pen and recorded later."""
        self._around.shell.go("paper", kind="reliefs")

    def open_desk(self) -> None:
        """The fund and the ledger."""
        self._around.shell.go("relief_desk")

    def _on_trouble(self, error: FieldappError) -> None:
        self.state = replace(self.state, loaded=True, trouble=self._around.texts.error(error))
        self._render(self.state)

    def _on_loaded(self, loaded: _Loaded) -> None:
        self._loaded = loaded
        self._show_lists()

    def _show_lists(self) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        live = [one for one in loaded.items if one.is_open]
        lists: dict[Tab, list[ReliefItemView]] = {
            Tab.OPEN: live,
            Tab.DECISION: [one for one in live if _waits_for_decision(one)],
            Tab.PAPERS: sorted(
                (one for one in live if one.papers is not None),
                key=lambda one: one.standing.papers_due or _FAR,
            ),
            Tab.FOLLOW_UP: sorted(
                (one for one in live if one.follow_up is not None),
                key=lambda one: one.follow_up.due if one.follow_up is not None else _FAR,
            ),
            Tab.OVER: [one for one in loaded.items if not one.is_open],
        }
        self.state = replace(
            self.state,
            today=self._context.today(),
            loaded=True,
            trouble="",
            may_propose=loaded.may_propose,
            may_see_desk=loaded.may_see_desk,
            counts={tab: len(items) for tab, items in lists.items() if tab is not Tab.OVER},
            late=sum(one.papers is not None and one.papers.colour is Colour.RED for one in live),
            items=tuple(lists[self.state.tab]),
        )
        self._render(self.state)


def _waits_for_decision(item: ReliefItemView) -> bool:
    """Help that was given first is confirmed afterwards: until then it waits like any other."""
    return item.relief.decision is None and item.standing.status is not ReliefStatus.DENIED
