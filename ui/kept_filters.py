"""Filters of a list that the worker keeps by name: choose, name, rename, delete with undo. No Qt. Layer 5."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.services import kept_choices
from fieldapp.services.kept_choices import KeptFilter
from ui.ports import Surroundings
from ui.reads import LatestRead, toast_error


class Naming(enum.Enum):
    """What a name is being typed for."""

    NOTHING = enum.auto()
    NEW = enum.auto()
    RENAME = enum.auto()


@dataclass(frozen=True, slots=True)
class ShelfState:
    """The kept filters by name. `shown` is the one that narrows the list now, `narrowed` whether anything
    does; `error` belongs to the name being typed."""

    names: tuple[str, ...] = ()
    shown: str = ""
    narrowed: bool = False
    naming: Naming = Naming.NOTHING
    error: str = ""


class FilterShelf:
    """Plain Python behind the row of kept filters.

    Args:
        page: the list they belong to.
        use: narrows the list by the values of a filter; what is left out is not narrowed.
        dropped: tells that one was deleted, with the way to take that back.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        page: str,
        use: Callable[[Mapping[str, str]], None],
        render: Callable[[ShelfState], None],
        dropped: Callable[[str, Callable[[], None]], None],
    ) -> None:
        self._around = surroundings
        self._page = page
        self._use = use
        self._render = render
        self._dropped = dropped
        self._filters: tuple[KeptFilter, ...] = ()
        self._now: dict[str, str] = {}
        self._reads: LatestRead[tuple[KeptFilter, ...]] = LatestRead(
            surroundings.tasks, self._on_read, toast_error(surroundings)
        )
        self.state = ShelfState()

    def enter(self) -> None:
        """Read what was kept."""
        context = self._around.context
        self._reads.ask(lambda: kept_choices.kept_filters(context, self._page))

    def leave(self) -> None:
        """The list goes."""
        self._reads.stop()

    def narrowed_by(self, values: Mapping[str, str]) -> None:
        """How the list is narrowed now; empty values say nothing."""
        now = {key: value for key, value in values.items() if value}
        if now != self._now:
            self._now = now
            self._show()

    def choose(self, name: str) -> None:
        """Narrow the list by a filter; by the one in use already, not any more."""
        found = next((one for one in self._filters if one.name == name), None)
        if found is not None:
            self._use({} if name == self.state.shown else found.values)

    def begin(self, naming: Naming) -> None:
        """Ask for a name; NOTHING gives that up."""
        self._show(naming=naming, error="")

    def name_it(self, name: str) -> None:
        """The name was typed."""
        context, page, now, shown = self._around.context, self._page, dict(self._now), self.state.shown
        if self.state.naming is Naming.RENAME:
            self._change(lambda: kept_choices.rename_filter(context, page, shown, name))
        else:
            self._change(lambda: kept_choices.keep_filter(context, page, KeptFilter(name, now)))

    def drop(self) -> None:
        """Delete the filter in use; the list stays as it is."""
        context, page, name = self._around.context, self._page, self.state.shown
        at = next((i for i, one in enumerate(self._filters) if one.name == name), None)
        if at is None:
            return
        gone = self._filters[at]
        self._change(lambda: kept_choices.drop_filter(context, page, name))
        self._dropped(
            name, lambda: self._change(lambda: kept_choices.keep_filter(context, page, gone, at=at))
        )

    def _change(self, change: Callable[[], None]) -> None:
        def changed(_: None) -> None:
            self.begin(Naming.NOTHING)
            self.enter()

        self._around.tasks.run(change, changed, self._on_refused)

    def _on_refused(self, error: FieldappError) -> None:
        if isinstance(error, RuleError) and self.state.naming is not Naming.NOTHING:
            self._show(error=self._around.texts.error(error))
        else:
            toast_error(self._around)(error)

    def _on_read(self, filters: tuple[KeptFilter, ...]) -> None:
        self._filters = filters
        self._show()

    def _show(self, **changes: object) -> None:
        if self._reads.stopped:
            return
        shown = next((one.name for one in self._filters if dict(one.values) == self._now), "")
        self.state = replace(
            self.state,
            names=tuple(one.name for one in self._filters),
            shown=shown,
            narrowed=bool(self._now),
            **changes,  # type: ignore[arg-type]
        )
        self._render(self.state)
