"""Writes a draft after each change, in order and never twice at once. No Qt. Layer 5."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError
from ui.ports import Surroundings
from ui.widgets.filling.saving import Saving, SavingState

T = TypeVar("T")


class Saver(Generic[T]):
    """One save is under way at a time; the next one takes what has come meanwhile. `close` queues what is
    left, always.

    Args:
        write: stores a snapshot; runs on the database worker.
        changed: the state of saving is another one.
        written: a snapshot is on the disk.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        write: Callable[[T], ChangeSet],
        changed: Callable[[], None],
        written: Callable[[T], None] = lambda _snapshot: None,
    ) -> None:
        self._around = surroundings
        self._write = write
        self._changed = changed
        self._written = written
        self._snapshot: T | None = None
        self._writing = self._closed = False
        self._broken = threading.Event()
        self.saving = Saving(SavingState.SAVED)

    def open(self, saved_at: dt.datetime | None) -> None:
        """Begin with what is stored."""
        self.saving = Saving(SavingState.SAVED, saved_at)

    @property
    def settled(self) -> bool:
        """Whether everything is on the disk."""
        return self._snapshot is None and not self._writing

    def put(self, snapshot: T) -> None:
        """Have this written; an older one still waiting is not."""
        if not self._closed:
            self._snapshot = snapshot
            self.flush()

    def flush(self) -> None:
        """Write now what is not yet written; after a failure, try again."""
        if self._broken.is_set():
            # The save under way met a bug (reported elsewhere) and will never be answered.
            self._broken.clear()
            self._writing = False
        if self._snapshot is None or self._writing or self._closed:
            return
        snapshot, self._snapshot = self._snapshot, None
        self._writing = True
        self.saving = Saving(SavingState.SAVING, self.saving.at)
        self._around.tasks.run(
            lambda: self._store(snapshot),
            lambda changes: self._on_written(changes, snapshot),
            lambda error: self._on_failed(error, snapshot),
        )

    def close(self, *, keep: bool = True) -> None:
        """The form goes: queue the last save, unless the draft is no more (`keep` false)."""
        if self._closed:
            return
        self._closed = True
        snapshot, self._snapshot = self._snapshot, None
        if snapshot is not None and keep:
            publish = self._around.publish
            self._around.tasks.run(lambda: self._write(snapshot), publish)

    def _store(self, snapshot: T) -> ChangeSet:
        """Runs on the database worker."""
        try:
            return self._write(snapshot)
        except FieldappError:
            raise
        except Exception:
            self._broken.set()
            raise

    def _on_written(self, changes: ChangeSet, snapshot: T) -> None:
        self._writing = False
        self._written(snapshot)
        self.saving = Saving(SavingState.SAVED, self._around.context.clock())
        self._around.publish(changes)
        self.flush()
        self._changed()

    def _on_failed(self, error: FieldappError, snapshot: T) -> None:
        self._writing = False
        if self._snapshot is None:
            self._snapshot = snapshot
        self.saving = Saving(SavingState.FAILED, self.saving.at, self._around.texts.error(error))
        self._changed()
