"""Keeps the draft: each change written at once and in order, undo, what the rules say. No Qt. Layer 5."""

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from fieldapp.domain.errors import FieldappError
from fieldapp.domain.records.visit_drafts import VisitDraft
from fieldapp.domain.rules.finding import Finding
from fieldapp.domain.rules.visit_evidence import EVIDENCE_CODES
from fieldapp.services import visits
from ui.ports import Surroundings
from ui.widgets.filling.saving import Saving, SavingState

if TYPE_CHECKING:
    from fieldapp.domain.changes import ChangeSet

INITIATOR: Final = "visit_form"
_MOST_STEPS: Final = 200
_BESIDE_OTHERS: Final = ("started_at", "finished_at", "mode", "location", "narrative")
"""Fields that are compared with the worker's other visits."""


@dataclass(slots=True)
class _Step:
    """A change that can be taken back. `open` while further typing in the same field joins it."""

    key: str
    before: VisitDraft
    open: bool


@dataclass(frozen=True, slots=True)
class _Written:
    changes: "ChangeSet"
    findings: tuple[Finding, ...]
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class _Blob:
    content: bytes = field(repr=False)
    mime: str


class DraftKeeper:
    """Owns the draft on the screen.

    Invariants: blobs are kept before the draft that names them, in one job; one save is under way at a
    time and the next one takes whatever has changed meanwhile; `close` queues what is left, always. What
    other visits have to do with the draft is looked up after a save, when nothing more waits to be written.
    """

    def __init__(self, surroundings: Surroundings, changed: Callable[[], None]) -> None:
        self._surroundings = surroundings
        self._changed = changed
        self._draft_id = ""
        self.draft = VisitDraft()
        self.findings: tuple[Finding, ...] = ()
        self.saving = Saving(SavingState.SAVED)
        self._blobs: list[_Blob] = []
        self._undone: list[_Step] = []
        self._steps: list[_Step] = []
        self._dirty = self._writing = self._closed = False
        self._broken = threading.Event()
        self._compared: dict[str, object] = {}

    def open(self, draft_id: str, draft: VisitDraft, saved_at: dt.datetime) -> None:
        """Begin with a stored draft; its first check follows by itself."""
        self._draft_id, self.draft = draft_id, draft
        self.saving = Saving(SavingState.SAVED, saved_at)

    def change(self, key: str, draft: VisitDraft, *, typing: bool = False) -> None:
        """Put another draft in place. While `typing` in one field, all changes are one step of undo and
        the owner calls `flush` after a pause; anything else is written at once."""
        if self._closed or draft == self.draft:
            return
        last = self._steps[-1] if self._steps else None
        if not (typing and last is not None and last.open and last.key == key):
            self.end_typing()
            self._steps = [*self._steps[-_MOST_STEPS:], _Step(key, self.draft, typing)]
        self._undone.clear()
        self._put(draft)
        if not typing:
            self.flush()

    def stay_at(self, step: str) -> None:
        """Remember where in the form the worker is; nothing to undo."""
        if self._closed or step == self.draft.step:
            return
        self._put(self.draft.model_copy(update={"step": step}))
        self.flush()

    def end_typing(self) -> None:
        """The worker left the field: what is typed next is another step of undo."""
        if self._steps:
            self._steps[-1].open = False

    def undo(self) -> str | None:
        """Take the last change back; answers the key of its field."""
        return self._swap(self._steps, self._undone)

    def redo(self) -> str | None:
        """Do again what was taken back last."""
        return self._swap(self._undone, self._steps)

    def keep(self, content: bytes, mime: str) -> None:
        """Have a small blob written before the next save; name it by its SHA-256 in the draft."""
        self._blobs.append(_Blob(content, mime))

    def flush(self) -> None:
        """Write now what is not yet written."""
        if self._broken.is_set():
            # The save under way met a bug (reported elsewhere) and will never be answered.
            self._broken.clear()
            self._writing, self._dirty = False, True
        if not self._dirty or self._writing or self._closed:
            return
        self._writing, self._dirty = True, False
        draft, blobs = self.draft, self._take_blobs()
        self.saving = Saving(SavingState.SAVING, self.saving.at)
        self._surroundings.tasks.run(
            lambda: self._write(draft, blobs), self._on_written, lambda error: self._on_failed(error, blobs)
        )

    def check(self, done: Callable[[], None]) -> None:
        """Ask the rules about the draft as it stands, after everything written before."""
        draft = self.draft
        context = self._surroundings.context

        def take(findings: list[Finding]) -> None:
            self.findings, self._compared = tuple(findings), _beside_others(draft)
            done()

        self._surroundings.tasks.run(lambda: visits.check_draft(context, draft), take)

    def close(self, *, submitted: bool = False) -> None:
        """The form goes: queue the last save (unless the draft has become a visit)."""
        if self._closed:
            return
        self._closed = True
        if self._dirty and not submitted:
            draft, blobs = self.draft, self._take_blobs()
            publish = self._surroundings.publish
            self._surroundings.tasks.run(
                lambda: self._write(draft, blobs), lambda written: publish(written.changes)
            )

    @property
    def settled(self) -> bool:
        """Whether everything is on the disk."""
        return not self._dirty and not self._writing

    def _put(self, draft: VisitDraft) -> None:
        self.draft = draft
        self._dirty = True

    def _swap(self, source: list[_Step], target: list[_Step]) -> str | None:
        if self._closed or not source:
            return None
        step = source.pop()
        target.append(_Step(step.key, self.draft, open=False))
        self._put(step.before.model_copy(update={"step": self.draft.step}))
        self.flush()
        return step.key

    def _take_blobs(self) -> tuple[_Blob, ...]:
        blobs, self._blobs = tuple(self._blobs), []
        return blobs

    def _write(self, draft: VisitDraft, blobs: tuple[_Blob, ...]) -> _Written:
        """Runs on the database worker."""
        context = self._surroundings.context
        try:
            for blob in blobs:
                visits.keep_blob(context, blob.content, blob.mime)
            changes = visits.save_draft(context, self._draft_id, draft, INITIATOR)
            found = visits.check_draft(context, draft, evidence=False)
            return _Written(changes, tuple(found), context.clock())
        except FieldappError:
            raise
        except Exception:
            self._broken.set()
            raise

    def _on_written(self, written: _Written) -> None:
        self._writing = False
        kept = tuple(one for one in self.findings if one.code in EVIDENCE_CODES)
        self.findings = (*written.findings, *kept)
        self.saving = Saving(SavingState.SAVED, written.at)
        self._surroundings.publish(written.changes)
        self.flush()
        self._changed()
        if self.settled and not self._closed and _beside_others(self.draft) != self._compared:
            self.check(self._changed)

    def _on_failed(self, error: FieldappError, blobs: tuple[_Blob, ...]) -> None:
        self._writing = False
        self._dirty = True
        self._blobs = [*blobs, *self._blobs]
        self.saving = Saving(SavingState.FAILED, self.saving.at, self._surroundings.texts.error(error))
        self._changed()


def _beside_others(draft: VisitDraft) -> dict[str, object]:
    return {name: getattr(draft, name) for name in _BESIDE_OTHERS}
