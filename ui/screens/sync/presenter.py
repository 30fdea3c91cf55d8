"""Decides what the sync screen shows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError
from fieldapp.services import conflicts, outbox, photos
from fieldapp.services.outbox import OutboxView, WaitingRecord
from fieldapp.services.photos import PhotoSpace
from ui.ports import Surroundings, SyncStatus

if TYPE_CHECKING:
    from sync.engine.purge import Purged


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A record in the list: what it is, since when, and in words why it was not taken."""

    record: WaitingRecord
    reason: str
    field_label: str


@dataclass(frozen=True, slots=True)
class SyncScreenState:
    """What the screen shows; `view` and `space` are None until they have been read. `conflicts` are open in
    the area; `freed` is what the last clearing of photos took off this device."""

    status: SyncStatus
    view: OutboxView | None = None
    lines: tuple[WaitingLine, ...] = ()
    error: str = ""
    conflicts: int = 0
    space: PhotoSpace | None = None
    freeing: bool = False
    freed: "Purged | None" = None


class SyncPresenter:
    """Plain Python behind the sync screen."""

    def __init__(self, surroundings: Surroundings, show: Callable[[SyncScreenState], None]) -> None:
        self._around = surroundings
        self._show = show
        self._left = False
        self.state = SyncScreenState(surroundings.sync.status)
        self._stops = (
            surroundings.on_sync(self._on_status),
            surroundings.on_change(self._on_change),
        )

    def start(self) -> None:
        """Read what waits."""
        self._on_status(self._around.sync.status)
        self._read()
        self._read_space()

    def leave(self) -> None:
        """Stop listening."""
        self._left = True
        for stop in self._stops:
            stop()

    def sync_now(self) -> None:
        """Begin a cycle."""
        self._around.sync.sync_now()

    def cancel(self) -> None:
        """Stop the running cycle."""
        self._around.sync.cancel()

    def send_photos_now(self) -> None:
        """Do not wait for an unmetered network."""
        self._around.sync.send_photos_now()

    def free_photos(self) -> None:
        """Take the photos that the server holds off this device."""
        if self.state.freeing:
            return
        self._change(freeing=True, freed=None, error="")

        def done(freed: "Purged") -> None:
            self._change(freeing=False, freed=freed)
            self._read_space()

        def failed(error: FieldappError) -> None:
            self._change(freeing=False, error=self._around.texts.error(error))

        self._around.tasks.run_aside(self._around.sync.free_photos, done, failed)

    def _read_space(self) -> None:
        context = self._around.context
        self._around.tasks.run_aside(
            lambda: photos.photo_space(context), lambda space: self._change(space=space)
        )

    def retry(self, record: WaitingRecord) -> None:
        """Send a refused record again."""
        around = self._around

        def done(changes: ChangeSet) -> None:
            around.publish(changes)
            around.sync.sync_now()
            self._read()

        around.tasks.run(lambda: outbox.retry(around.context, record), done)

    def go_offline(self) -> None:
        """Take the work along without a network."""
        self._around.shell.go("packages")

    def show_codes(self, record: WaitingRecord) -> None:
        """Show one record as codes for another device's camera."""
        self._around.shell.go("packages", record_id=record.record_id)

    def hand_over(self) -> None:
        """This device was revoked: give back what it has not sent."""
        self._around.shell.go("revoked")

    def open(self, record: WaitingRecord) -> None:
        """Look at the record itself."""
        if record.kind == "visits":
            self._around.shell.go("visit", visit_id=record.record_id)
        elif record.household_id:
            self._around.shell.go("household", household_id=record.household_id)

    def _read(self) -> None:
        around = self._around
        context = around.context
        around.tasks.run(lambda: (outbox.outbox_view(context), conflicts.open_count(context)), self._on_view)

    def open_conflicts(self) -> None:
        """Look at what was entered in two ways."""
        self._around.shell.go("conflicts")

    def _on_view(self, read: tuple[OutboxView, int]) -> None:
        view, contested = read
        texts = self._around.texts
        lines = tuple(
            WaitingLine(
                record=one,
                reason=texts.message(one.refused_code or one.blobs_failed_code)
                if one.refused_code or one.blobs_failed_code
                else "",
                field_label=texts.field(one.kind, one.refused_field) if one.refused_field else "",
            )
            for one in view.records
        )
        self._change(view=view, lines=lines, conflicts=contested)

    def _on_status(self, status: SyncStatus) -> None:
        finished = self.state.status.state is not status.state
        error = self._around.texts.message(status.error_code) if status.error_code else ""
        self._change(status=status, error=error)
        if finished:
            self._read()
            self._read_space()

    def _on_change(self, changes: ChangeSet) -> None:
        if changes.touches(
            "visits",
            "households",
            "persons",
            "audit_events",
            "conflicts",
            "conflict_decisions",
            "visit_exemptions",
            "exemption_decisions",
            "visit_reviews",
            "back_checks",
            "back_check_steps",
            "mark_clearances",
            "campaigns",
        ):
            self._read()

    def _change(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        if not self._left:
            self._show(self.state)
