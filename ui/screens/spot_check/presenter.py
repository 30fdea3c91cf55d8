"""The check form's presenter: a draft kept after every touch, handed in once. No Qt. Layer 5."""

import enum
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, StorageError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.spot_checks import CheckDraft, Found
from fieldapp.domain.records.visits import Attestation, Signature
from fieldapp.domain.rules.spot_check import check_findings
from fieldapp.services import spot_checks, visit_photos, visits
from fieldapp.services.spot_checks import CheckForm
from ui.forms.draft_photos import DraftPhotos, PhotoNews
from ui.forms.saver import Saver
from ui.pictures import PhotoStamp
from ui.ports import Params, Surroundings
from ui.widgets.filling.photos import PhotoView
from ui.widgets.filling.saving import Saving, SavingState

INITIATOR: Final = "spot_check"
SIGNATURES: Final = ("lead_signature", "second_signature", "signature")


class NoticeKind(enum.Enum):
    """What the screen says in a toast."""

    PHOTO_REMOVED = enum.auto()
    PHOTOS_FULL = enum.auto()
    SENTENCE = enum.auto()
    DISCARDED = enum.auto()
    HANDED_IN = enum.auto()


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice with its facts; `undo` takes back what it tells of."""

    kind: NoticeKind
    sentence: str = ""
    count: int = 0
    undo: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class CheckState:
    """The form. `strokes`: what the pens wrote, by signature; `errors` are sentences by field, told once
    handing in was tried."""

    form: CheckForm | None = None
    trouble: str = ""
    draft: CheckDraft = field(default_factory=CheckDraft)
    photos: tuple[PhotoView, ...] = ()
    photos_max: int = 9
    strokes: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    saving: Saving | None = None
    busy: bool = False

    @property
    def wrong(self) -> bool:
        """Whether a problem was found, so that it is to be described and put right."""
        return bool(set(self.draft.found) - {Found.OK})


@dataclass(frozen=True, slots=True)
class _Opened:
    changes: ChangeSet
    form: CheckForm
    parameters: Parameters
    strokes: dict[str, str]


class CheckPresenter:
    """Owns one check from the first touch until it is handed in.

    Attributes: photos takes the intents about pictures.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        render: Callable[[CheckState], None],
        notify: Callable[[Notice], None],
        focus: Callable[[str], None],
        thumbnail: Callable[[bytes], bytes],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._notify = notify
        self._focus = focus
        self._target_id = ""
        self._sending = self._told = self._gone = False
        self._blobs: dict[str, tuple[bytes, str]] = {}
        self._saver = Saver[CheckDraft](surroundings, self._write, self._on_saved)
        self.photos = DraftPhotos(
            surroundings,
            photos=lambda: self.state.draft.photos,
            put=lambda photos: self.change(photos=photos),
            stamp=self._stamp,
            changed=self._on_saved,
            tell=self._say_photo,
            thumbnail=thumbnail,
        )
        self.state = CheckState()

    # --- coming and going -----------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        """Begin the check of `target_id`, or go on with it."""
        context, self._target_id = self._context, params.get("target_id", "")
        target_id = self._target_id

        def work() -> _Opened:
            changes = spot_checks.begin_check(context, target_id, INITIATOR)
            form = spot_checks.check_form(context, target_id)
            draft = form.stored.draft
            strokes = {name: _strokes(self._read, getattr(draft, name)) for name in SIGNATURES}
            return _Opened(changes, form, visit_photos.photo_parameters(context), strokes)

        self._around.tasks.run(work, self._on_opened, self._on_trouble)

    def leave(self) -> None:
        """Keep the last change; a form in which nothing was entered leaves nothing behind."""
        if self._gone:
            return
        self.photos.close()
        self._gone = True
        untouched = self.state.form is not None and self.state.draft == CheckDraft()
        self._saver.close(keep=not untouched)
        if untouched:
            context, target_id = self._context, self._target_id
            self._around.tasks.run(
                lambda: spot_checks.discard_check(context, target_id, INITIATOR)[1],
                self._around.publish,
                lambda _error: None,
            )

    def _read(self, sha256: str) -> bytes:
        return visits.photo(self._context, sha256)

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(trouble=self._around.texts.error(error), busy=False)

    def _on_opened(self, opened: _Opened) -> None:
        if self._gone:
            return
        self._around.publish(opened.changes)
        self._saver.open(opened.form.stored.saved_at)
        self.photos.open(opened.parameters)
        self._show(form=opened.form, draft=opened.form.stored.draft, strokes=opened.strokes, trouble="")

    # --- answers --------------------------------------------------------------------------------

    def change(self, **fields: object) -> None:
        """Other values of the draft's fields (names of CheckDraft); kept at once. The first problem found
        brings the county's usual time to put it right."""
        before, form = self.state.draft, self.state.form
        if form is None:
            return
        draft = before.model_copy(update=fields)
        if set(draft.found) - {Found.OK} and draft.rectify_due is None and "found" in fields:
            draft = draft.model_copy(update={"rectify_due": form.suggested_due})
        if draft == before:
            return
        self._show(draft=draft)
        self._saver.put(draft)
        self._show()

    def sign(self, name: str, strokes: str, png: bytes) -> None:
        """A pen has written, or everything was taken back (`strokes` is "")."""
        if strokes == self.state.strokes.get(name, ""):
            return
        self._show(strokes={**self.state.strokes, name: strokes})
        if not strokes:
            self.change(**{name: None})
            return
        content = strokes.encode()
        signed = Signature(
            attestation=Attestation.SIGNED,
            image_sha256=self._hold(png, "image/png"),
            image_size=len(png),
            strokes_sha256=self._hold(content, "application/json"),
            strokes_size=len(content),
            signed_at=self._context.clock(),
        )
        self.change(**{name: signed})

    def discard(self) -> None:
        """Throw the draft away; a toast brings it back."""
        if self.state.form is None or self.state.busy:
            return
        context, target_id, draft = self._context, self._target_id, self.state.draft
        tasks, publish = self._around.tasks, self._around.publish
        self._saver.close(keep=False)

        def work() -> tuple[Callable[[], ChangeSet], ChangeSet]:
            kept, changes = spot_checks.discard_check(context, target_id, INITIATOR)
            whole = replace(kept, draft=draft)  # with what was not written yet
            return lambda: spot_checks.restore_check(context, whole, INITIATOR), changes

        def gone(answer: tuple[Callable[[], ChangeSet], ChangeSet]) -> None:
            restore, changes = answer
            self._gone = True
            publish(changes)
            self._notify(Notice(NoticeKind.DISCARDED, undo=lambda: tasks.run(restore, publish)))
            self._around.shell.back()

        tasks.run(work, gone)

    def save(self) -> None:
        """Try again what could not be written."""
        self._saver.flush()
        self._show()

    # --- handing in -----------------------------------------------------------------------------

    def send(self) -> None:
        """Hand it in; what is missing is told instead."""
        if self.state.busy or self.state.form is None:
            return
        self._told = self._sending = True
        self._show(busy=True)
        self._go_on()

    def _go_on(self) -> None:
        """When everything is on the disk."""
        if not self._sending or self.photos.busy:
            return
        errors = self._errors()
        if self._saver.saving.state is SavingState.FAILED:
            self._stop()
            self._say(Notice(NoticeKind.SENTENCE, sentence=self._saver.saving.problem))
        elif errors:
            self._stop()
            self._focus(next(iter(errors)))
        elif self._saver.settled:
            self._sending = False
            context, target_id = self._context, self._target_id
            self._around.tasks.run(
                lambda: spot_checks.submit_check(context, target_id, INITIATOR)[1],
                self._on_handed_in,
                self._on_refused,
            )

    def _stop(self) -> None:
        self._sending = False
        self._show(busy=False)

    def _on_handed_in(self, changes: ChangeSet) -> None:
        self._saver.close(keep=False)
        self._gone = True
        self.photos.close()
        self._around.publish(changes)
        self._notify(Notice(NoticeKind.HANDED_IN))
        self._around.shell.back()

    def _on_refused(self, error: FieldappError) -> None:
        self._show(busy=False)
        self._say(Notice(NoticeKind.SENTENCE, sentence=self._around.texts.error(error)))

    def _errors(self) -> dict[str, str]:
        form, message = self.state.form, self._around.texts.message
        if form is None:
            return {}
        found = check_findings(self.state.draft, form.target.population, self._context.today())
        told: dict[str, str] = {}
        for one in found:
            told.setdefault(one.field, message(one.code, **one.facts))
        return told

    # --- keeping --------------------------------------------------------------------------------

    def _hold(self, content: bytes, mime: str) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        self._blobs[sha256] = (content, mime)
        return sha256

    def _write(self, draft: CheckDraft) -> ChangeSet:
        """Runs on the database worker; what pens wrote is on the disk before the draft names it."""
        for content, mime in list(self._blobs.values()):
            visits.keep_blob(self._context, content, mime)
        return spot_checks.save_check(self._context, self._target_id, draft, INITIATOR)

    def _on_saved(self) -> None:
        self._show()
        self._go_on()

    def _stamp(self) -> PhotoStamp:
        form = self.state.form
        place, worker = (form.target.area_name, form.inspector) if form is not None else ("", "")
        return PhotoStamp(at=self._context.clock(), village=place, worker=worker)

    def _say_photo(self, news: PhotoNews) -> None:
        if news.undo is not None:
            self._say(Notice(NoticeKind.PHOTO_REMOVED, undo=news.undo))
        elif news.most:
            self._say(Notice(NoticeKind.PHOTOS_FULL, count=news.most))
        else:
            self._say(Notice(NoticeKind.SENTENCE, sentence=news.sentence))

    def _say(self, notice: Notice) -> None:
        if not self._gone:
            self._notify(notice)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.state = replace(
            self.state,
            photos=self.photos.views(self.state.draft.photos),
            photos_max=self.photos.most or self.state.photos_max,
            errors=self._errors() if self._told else {},
            saving=self._saver.saving,
        )
        if not self._gone:
            self._render(self.state)


def _strokes(read: Callable[[str], bytes], signature: Signature | None) -> str:
    """What a pen wrote, where it is on this device; "" for nothing."""
    if signature is None or not signature.strokes_sha256:
        return ""
    try:
        return read(signature.strokes_sha256).decode()
    except StorageError:
        return ""
