"""The server's marks on a visit, and a supervisor who clears one. No Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.records.visit_marks import MarkKind
from fieldapp.services import visit_marks
from fieldapp.services.visit_marks import MarkItem
from ui.ports import Surroundings
from ui.reads import LatestRead
from ui.widgets.records.pictures import PicturePort, PictureRow, Pictures

P = TypeVar("P")
KINDS: Final = ("visits", "visit_marks", "mark_clearances", "households", "users")
INITIATOR: Final = "visit_marks"


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A mark in words; `photos` stand side by side, the visit's own first."""

    item: MarkItem
    kind_words: str
    photos: tuple[PictureRow, ...]
    refusal: str


@dataclass(frozen=True, slots=True)
class MarksState:
    """`clearing` is the mark whose panel is open ('' = none); `errors` are sentences by field of the panel
    ('' = the whole)."""

    today: dt.date
    rows: tuple[MarkRow, ...] = ()
    clearing: str = ""
    busy: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


class MarksPresenter(Generic[P]):
    """Plain Python behind the card of marks. `ports` gives the pictures of a mark their place, `cleared` is
    told when one was cleared."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[MarksState], None],
        ports: Callable[[str], PicturePort[P]],
        cleared: Callable[[], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._ports = ports
        self._cleared = cleared
        # A visit that cannot be read says so on the page; here there is nothing to add.
        self._reads: LatestRead[tuple[MarkItem, ...]] = LatestRead(
            surroundings.tasks, self._on_loaded, lambda _error: None
        )
        self._visit_id = ""
        self._pictures: dict[str, Pictures[P]] = {}
        self.state = MarksState(self._context.today())

    def enter(self, visit_id: str) -> None:
        """Begin with a visit; any version of it will do."""
        self._visit_id = visit_id
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()
        for pictures in self._pictures.values():
            pictures.stop()

    def reload(self) -> None:
        """Read again."""
        context, visit_id = self._context, self._visit_id
        self._reads.ask(lambda: visit_marks.marks_of(context, visit_id))

    def begin(self, mark_id: str) -> None:
        """Open the panel that asks why a mark means nothing wrong."""
        self._show(clearing=mark_id, errors={})

    def cancel(self) -> None:
        """Close the panel."""
        self._show(clearing="", errors={})

    def clear(self, reason: str) -> None:
        """Clear the mark of the open panel."""
        mark_id = self.state.clearing
        if self.state.busy or not mark_id:
            return
        self._show(busy=True, errors={})
        context = self._context

        def done(changes: ChangeSet) -> None:
            if not self._reads.stopped:
                self._show(busy=False, clearing="")
            self._around.publish(changes)
            if not self._reads.stopped:
                self._cleared()

        def refused(error: FieldappError) -> None:
            if not self._reads.stopped:
                place = error.field if isinstance(error, RuleError) and error.field == "reason" else ""
                self._show(busy=False, errors={place: self._around.texts.error(error)})

        self._around.tasks.run(
            lambda: visit_marks.clear_mark(context, mark_id, reason, INITIATOR), done, refused
        )

    def open_visit(self, visit_id: str) -> None:
        """Read the other visit."""
        self._around.shell.go("visit", visit_id=visit_id)

    def open_picture(self, mark_id: str, sha256: str) -> None:
        """Show a picture of a mark in its own size."""
        self._pictures[mark_id].open(sha256)

    def download(self, mark_id: str, sha256: str) -> None:
        """Bring a picture of a mark from the server."""
        self._pictures[mark_id].download(sha256)

    def _on_loaded(self, found: tuple[MarkItem, ...]) -> None:
        rows = tuple(self._row(one) for one in found)
        open_ids = {one.mark_id for one in found if one.may_clear}
        clearing = self.state.clearing if self.state.clearing in open_ids else ""
        self._show(today=self._context.today(), rows=rows, clearing=clearing)
        for row in rows:
            if row.photos:
                mark_id = row.item.mark_id
                if mark_id not in self._pictures:
                    self._pictures[mark_id] = Pictures(self._around, self._ports(mark_id))
                self._pictures[mark_id].want_small(row.photos)

    def _row(self, item: MarkItem) -> MarkRow:
        texts = self._around.texts
        photos = []
        if item.kind in (MarkKind.SAME_PHOTO, MarkKind.LIKE_PHOTO):
            named = [("own", item.photo), *((one.visit_id, one.photo) for one in item.others)]
            photos = [
                PictureRow(key, photo.sha256, "", key, small=photo.thumbnail_sha256)
                for key, photo in named
                if photo is not None
            ]
        refusal = texts.message(item.refused_code) if item.refused_code else ""
        return MarkRow(item, texts.label(item.kind), tuple(photos), refusal)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._render(self.state)
