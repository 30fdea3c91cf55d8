"""Decides which urgent clues are listed: those of the area by their clocks, and those one reported. No Qt."""

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from fieldapp.domain.errors import FieldappError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.clues import ClueSource, Urgency
from fieldapp.services import clues
from fieldapp.services.clue_desk import ClueItem
from fieldapp.services.clues import Inbox, OwnClue
from ui.ports import Surroundings
from ui.reads import LatestRead

KINDS: Final = ("clues", "clue_steps", "clue_receipts", "households", "users", "areas", "parameters")


class Tab(enum.StrEnum):
    """A list. OWN is what one reported."""

    OPEN = "OPEN"
    MINE = "MINE"
    OVERDUE = "OVERDUE"
    OVER = "OVER"
    OWN = "OWN"


@dataclass(frozen=True, slots=True)
class CluesState:
    """The page. `tabs` are those the worker has; `handles` = he decides about clues of his area and not only
    about those given to him; `refusals` are sentences by clue for reports that were not taken."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    handles: bool = False
    may_report: bool = False
    tabs: tuple[Tab, ...] = ()
    tab: Tab = Tab.OWN
    urgency: Urgency | None = None
    source: ClueSource | None = None
    counts: Mapping[Tab, int] = field(default_factory=dict)
    items: tuple[ClueItem, ...] = ()
    own: tuple[OwnClue, ...] = ()
    refusals: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Loaded:
    follows: bool
    handles: bool
    may_report: bool
    live: tuple[ClueItem, ...]
    over: tuple[ClueItem, ...]
    own: tuple[OwnClue, ...]


class CluesPresenter:
    """Plain Python behind the lists."""

    def __init__(self, surroundings: Surroundings, render: Callable[[CluesState], None]) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._reads: LatestRead[_Loaded] = LatestRead(surroundings.tasks, self._on_loaded, self._on_trouble)
        self._tab: Tab | None = None
        self._loaded: _Loaded | None = None
        self.state = CluesState(self._context.today())

    def enter(self, tab: str = "") -> None:
        """Begin, with a list or with what fits the worker."""
        self._reads.follow(self._around, KINDS, self.reload)
        self._tab = Tab(tab) if tab else None
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Read again; clocks run, so this is also done by time."""
        context, over = self._context, self._tab is Tab.OVER

        def work() -> _Loaded:
            with context.store.reading() as connection:
                actor = context.actor(connection)
            follows = actor.may(Permission.FOLLOW_CLUE)
            decides = (Permission.ACCEPT_CLUE, Permission.CLOSE_URGENT_CLUE)
            return _Loaded(
                follows=follows,
                handles=any(actor.may(one) for one in decides),
                may_report=actor.may(Permission.CREATE_CLUE),
                live=tuple(clues.clue_list(context)) if follows else (),
                over=tuple(clues.clue_list(context, Inbox.OVER)) if follows and over else (),
                own=tuple(clues.my_clues(context)),
            )

        self._reads.ask(work)

    def choose_tab(self, tab: Tab) -> None:
        """Another list."""
        if tab is not self.state.tab:
            self._tab = tab
            self._show_lists()
            if tab is Tab.OVER:
                self.reload()

    def choose_urgency(self, urgency: Urgency | None) -> None:
        """Only one urgency, or all."""
        self.state = replace(self.state, urgency=urgency)
        self._show_lists()

    def choose_source(self, source: ClueSource | None) -> None:
        """Only one source, or all."""
        self.state = replace(self.state, source=source)
        self._show_lists()

    def narrow(self, values: Mapping[str, str]) -> None:
        """Narrow the list as a kept filter says; the list itself stays where the filter names none."""
        urgency, source = values.get("urgency", ""), values.get("source", "")
        self.state = replace(
            self.state,
            urgency=Urgency(urgency) if urgency else None,
            source=ClueSource(source) if source else None,
        )
        self._show_lists()

    def open(self, clue_id: str) -> None:
        """The page of a clue; one that lives elsewhere is shown by its receipt."""
        self._around.shell.go("clue", clue_id=clue_id)

    def report(self) -> None:
        """Report a case."""
        self._around.shell.go("clue_report")

    def print_blank(self) -> None:
        """The paper form of a report, to be filled with a pen where nobody has a device."""
        self._around.shell.go("paper", kind="clues")

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
        if not loaded.follows:
            tabs: tuple[Tab, ...] = (Tab.OWN,)
        elif loaded.handles:
            tabs = (Tab.OPEN, Tab.MINE, Tab.OVERDUE, Tab.OVER, Tab.OWN)
        else:
            tabs = (Tab.MINE, Tab.OWN, Tab.OPEN)
        waiting = any(one.mine for one in loaded.live)
        usual = Tab.MINE if waiting else Tab.OPEN if loaded.handles else Tab.OWN
        tab = self._tab if self._tab in tabs else usual
        kept = [one for one in loaded.live if self._wanted(one)]
        lists: dict[Tab, list[ClueItem]] = {
            Tab.OPEN: kept,
            Tab.MINE: [one for one in kept if one.mine],
            Tab.OVERDUE: [one for one in kept if one.overdue],
            Tab.OVER: [one for one in loaded.over if self._wanted(one)],
        }
        self._tab = tab
        message = self._around.texts.message
        self.state = replace(
            self.state,
            today=self._context.today(),
            loaded=True,
            trouble="",
            handles=loaded.handles,
            may_report=loaded.may_report,
            tabs=tabs,
            tab=tab,
            counts={
                Tab.OPEN: len(loaded.live),
                Tab.MINE: sum(one.mine for one in loaded.live),
                Tab.OVERDUE: sum(one.overdue for one in loaded.live),
                Tab.OWN: len(loaded.own),
            },
            items=tuple(lists.get(tab, [])),
            own=loaded.own if tab is Tab.OWN else (),
            refusals={one.clue_id: message(one.refused_code) for one in loaded.own if one.refused_code},
        )
        self._render(self.state)

    def _wanted(self, item: ClueItem) -> bool:
        urgency, source = self.state.urgency, self.state.source
        return (urgency is None or item.urgency is urgency) and (source is None or item.source is source)
