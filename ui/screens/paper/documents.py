"""Decides what the card of other departments' documents shows: which are on offer, how filling them goes. No
Qt."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fieldapp.domain.errors import FieldappError
from fieldapp.services import documents
from fieldapp.services.documents import DocumentsMade, TemplateItem
from fieldapp.services.papers import PaperChoice
from ui.ports import Surroundings


@dataclass(frozen=True, slots=True)
class DocumentsState:
    """The templates on offer and those chosen; `done` of `total` visits while documents are filled."""

    offered: tuple[TemplateItem, ...] = ()
    chosen: tuple[str, ...] = ()
    problem: str = ""
    working: bool = False
    done: int = 0
    total: int = 0


class DocumentsPresenter:
    """Plain Python behind the card."""

    def __init__(
        self, surroundings: Surroundings, render: Callable[[DocumentsState], None],
        finished: Callable[[int], None],
    ) -> None:  # fmt: skip
        """`finished` gets how many documents were written."""
        self._around = surroundings
        self._render = render
        self._finished = finished
        self._stop = threading.Event()
        self._gone = False
        self._done = 0
        self.state = DocumentsState()

    def enter(self) -> None:
        """Ask what is on offer."""
        context = self._around.context
        self._around.tasks.run(
            lambda: documents.offered_templates(context), self._on_offered, self._on_failed
        )

    def leave(self) -> None:
        """The page goes; what is under way is given up."""
        self._gone = True
        self._stop.set()

    def choose(self, record_ids: Sequence[str]) -> None:
        """These templates and no others."""
        ready = {one.record_id for one in self.state.offered if one.ready}
        self._show(chosen=tuple(one for one in record_ids if one in ready), problem="")

    def fill(self, visit_ids: Sequence[str], folder: str, choice: PaperChoice) -> None:
        """Fill what is chosen for these visits, into a folder."""
        if self.state.working or not self.state.chosen:
            return
        context, chosen, wanted = self._around.context, self.state.chosen, tuple(visit_ids)
        self._stop.clear()
        self._done = 0
        self._show(working=True, done=0, total=len(wanted), problem="")

        def work() -> DocumentsMade | None:
            return documents.fill_documents(
                context, chosen, wanted, Path(folder), choice, progress=self._progress,
                cancelled=self._stop.is_set,
            )  # fmt: skip

        self._around.tasks.run_aside(work, self._on_filled, self._on_failed)

    def cancel(self) -> None:
        """Stop after the visit under way; no document is left."""
        self._stop.set()

    def tick(self) -> None:
        """Time passed: say how far it is."""
        if self.state.working:
            self._show(done=self._done)

    def _progress(self, visits: int) -> None:
        # Told by the writing thread; the screen looks at it by a timer.
        self._done = visits

    def _on_offered(self, found: list[TemplateItem]) -> None:
        self._show(offered=tuple(found))

    def _on_filled(self, made: DocumentsMade | None) -> None:
        if made is not None:
            self._around.publish(made.changes)
        self._show(working=False)
        if made is not None and not self._gone:
            self._finished(len(made.files))

    def _on_failed(self, error: FieldappError) -> None:
        self._show(working=False, problem=self._around.texts.error(error))

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        if not self._gone:
            self._render(self.state)
