"""The relief form's presenter: a draft kept after every touch, its sum and limits at once. No Qt. Layer 5."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from fieldapp.app.phrases import clue_phrases
from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.money import fen
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.clues import ClueKind
from fieldapp.domain.records.relief_drafts import ReliefDraft
from fieldapp.domain.records.reliefs import MAX_FEN, ReliefPath
from fieldapp.domain.rules.finding import Severity
from fieldapp.services import relief_drafts, visit_photos
from fieldapp.services.relief_drafts import DraftOutlook
from fieldapp.services.relief_drafts import ReliefForm as OpenedForm
from ui.forms.draft_photos import DraftPhotos, PhotoNews
from ui.forms.saver import Saver
from ui.pictures import PhotoStamp
from ui.ports import Params, Surroundings
from ui.reads import LatestRead, toast_error
from ui.screens.relief_form.lines import HelpLines
from ui.screens.relief_form.signing import ReceiverSignature, stored_strokes
from ui.screens.relief_form.state import Notice, NoticeKind, ReliefFormState
from ui.widgets.filling.saving import SavingState
from ui.widgets.records.household_rows import place_line

INITIATOR: Final = "relief_form"
FIELD_ORDER: Final = (
    "area_code", "recipient", "persons", "person_count", "cause", "reason", "items", "grade", "repeat_reason",
    "surveyors", "signature",
)  # fmt: skip
"""Where the eye goes first when something is missing."""
_KINDS: Final = {kind.value: kind for kind in ClueKind}


@dataclass(frozen=True, slots=True)
class _Opened:
    draft_id: str
    changes: ChangeSet | None
    form: OpenedForm
    parameters: Parameters
    worker: str
    strokes: str


class ReliefFormPresenter:
    """Owns one relief from the first touch until it is handed in.

    Attributes: photos takes the intents about pictures of the scene, lines those about what is given,
        signing those about who receives it.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        render: Callable[[ReliefFormState], None],
        notify: Callable[[Notice], None],
        focus: Callable[[str], None],
        thumbnail: Callable[[bytes], bytes],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._notify = notify
        self._focus = focus
        self._form: OpenedForm | None = None
        self._worker = ""
        self._draft_id = ""
        self._fresh: ReliefDraft | None = None
        self._outlook = DraftOutlook((), None, None)
        self._problems: dict[str, str] = {}
        self._sending = self._told = self._gone = False
        self._saver = Saver[ReliefDraft](surroundings, self._write, self._on_saved)
        self._looks: LatestRead[DraftOutlook] = LatestRead(
            surroundings.tasks, self._on_outlook, toast_error(surroundings)
        )
        self.photos = DraftPhotos(
            surroundings,
            photos=lambda: self.state.draft.photos,
            put=lambda photos: self.change(photos=photos),
            stamp=self._stamp,
            changed=self._on_photo_work,
            tell=self._say_photo,
            thumbnail=thumbnail,
        )
        self.lines = HelpLines(
            draft=lambda: self.state.draft,
            change=self.change,
            photos=self.photos,
            problem=partial(self._on_problem, "items"),
            removed=self._say_removed,
        )
        self.signing = ReceiverSignature(
            surroundings, draft=lambda: self.state.draft, change=self.change, photos=self.photos
        )
        self.state = ReliefFormState()

    # --- coming and going -----------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        """Begin: from a clue, about a household, or by itself; or go on with a draft (`draft_id`). One left
        unfinished about the same case is taken up again."""
        context = self._context

        def work() -> _Opened:
            draft_id, changes = params.get("draft_id", ""), None
            if not draft_id:
                begun = ReliefDraft(
                    household_id=params.get("household_id", ""), clue_id=params.get("clue_id", "")
                )
                draft_id, changes = relief_drafts.begin_relief(context, begun, INITIATOR)
            form = relief_drafts.relief_form(context, draft_id)
            strokes = stored_strokes(context, form.stored.draft.signature)
            worker = form.workers.get(context.user_id, "")
            return _Opened(draft_id, changes, form, visit_photos.photo_parameters(context), worker, strokes)

        self._around.tasks.run(work, self._on_opened, self._on_trouble)

    def leave(self) -> None:
        """Keep the last change; a form in which nothing was entered leaves nothing behind."""
        if self._gone:
            return
        self.photos.close()
        self._gone = True
        self._looks.stop()
        untouched = self._fresh is not None and self.state.draft == self._fresh
        self._saver.close(keep=not untouched)
        if untouched and self._draft_id:
            context, draft_id = self._context, self._draft_id
            self._around.tasks.run(
                lambda: relief_drafts.discard_relief_draft(context, draft_id, INITIATOR)[1],
                self._around.publish,
                lambda _error: None,  # it may have been thrown away in the list of drafts
            )

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(trouble=self._around.texts.error(error))

    def _on_opened(self, opened: _Opened) -> None:
        if self._gone:
            return
        if opened.changes is not None:
            self._around.publish(opened.changes)
        form, self._draft_id, self._worker = opened.form, opened.draft_id, opened.worker
        self._form = form
        draft, home = form.stored.draft, form.household
        resumed = opened.changes is None or not opened.changes.touches("relief_drafts")
        self._fresh = None if resumed else draft
        self.signing.remember(draft.signature, opened.strokes)
        self.lines.open(draft.items)
        self._saver.open(form.stored.saved_at)
        self.photos.open(opened.parameters)
        place = place_line("", home.group_name, home.address) if home is not None else ""
        self._show(
            loaded=True,
            trouble="",
            draft=draft,
            household=" · ".join(filter(None, (home.head_name, place))) if home is not None else "",
            members=tuple((one.id, one.name) for one in form.members),
            workers=tuple(form.workers.items()),
            places=form.places,
        )
        self._look(draft)
        if resumed and opened.changes is not None:  # not asked for by its draft
            self._say(Notice(NoticeKind.RESUMED))

    # --- answers --------------------------------------------------------------------------------

    def change(self, **fields: object) -> None:
        """Other values of the draft's fields (names of ReliefDraft); kept at once."""
        before = self.state.draft
        draft = before.model_copy(update=fields)
        if "persons" in fields and len(draft.persons) > draft.person_count:
            draft = draft.model_copy(update={"person_count": len(draft.persons)})
        if draft == before or not self.state.loaded:
            return
        self._problems = {}
        self._show(draft=draft)
        self._saver.put(draft)
        self._show()
        self._look(draft)

    def set_self_paid(self, typed: object) -> None:
        """What the family paid itself, as typed in yuan; what is no amount is told and not taken."""
        try:
            amount = fen(str(typed)) if typed else 0
            if not 0 <= amount <= MAX_FEN:
                raise RuleError("amount_invalid", "self_paid")
        except RuleError as error:
            self._on_problem("self_paid", error)
            return
        self._on_problem("self_paid", None)
        self.change(self_paid=amount)

    def toggle_phrase(self, words: str) -> None:
        """Put a phrase into the reason, or take it out again."""
        told, texts = self.state.draft.reason, self._around.texts
        put = texts.without_sentence if words in told else texts.with_sentence
        self.change(reason=put(told, words))

    def discard(self) -> None:
        """Throw the draft away; a toast brings it back."""
        if not self.state.loaded or self.state.busy:
            return
        context, draft_id, draft = self._context, self._draft_id, self.state.draft
        tasks, publish = self._around.tasks, self._around.publish
        self._saver.close(keep=False)

        def work() -> tuple[Callable[[], ChangeSet], ChangeSet]:
            stored, changes = relief_drafts.discard_relief_draft(context, draft_id, INITIATOR)
            whole = replace(stored, draft=draft)  # with what was not written yet
            return lambda: relief_drafts.restore_relief_draft(context, whole, INITIATOR), changes

        def gone(answer: tuple[Callable[[], ChangeSet], ChangeSet]) -> None:
            restore, changes = answer
            publish(changes)
            self._draft_id = ""
            self._say(Notice(NoticeKind.DISCARDED, undo=lambda: tasks.run(restore, publish)))
            self._around.shell.back()

        tasks.run(work, gone)

    def save(self) -> None:
        """Try again what could not be written."""
        self._saver.flush()
        self._show()

    # --- handing in -----------------------------------------------------------------------------

    def send(self) -> None:
        """Hand it in; what is missing is told instead. On the way of help first a signature means given."""
        if self.state.busy or not self.state.loaded:
            return
        if self.state.draft.path is ReliefPath.NORMAL and self.state.draft.signature is not None:
            self.change(signature=None)  # signed when it is paid
        self._told = self._sending = True
        self._show(busy=True)
        self._go_on()

    def _go_on(self) -> None:
        """When everything is on the disk and was looked at."""
        if not self._sending or self.photos.busy or self._looks.busy:
            return
        errors = self._errors()
        if self._saver.saving.state is SavingState.FAILED:
            self._stop()
            self._say(Notice(NoticeKind.SENTENCE, sentence=self._saver.saving.problem))
        elif errors:
            self._stop()
            self._focus(next((name for name in FIELD_ORDER if name in errors), next(iter(errors))))
        elif self._saver.settled:
            self._sending = False
            context, draft_id, paid = self._context, self._draft_id, self.state.received
            self._around.tasks.run(
                lambda: relief_drafts.hand_in_relief(context, draft_id, paid=paid, initiator=INITIATOR),
                self._on_handed_in,
                self._on_refused,
            )

    def _stop(self) -> None:
        self._sending = False
        self._show(busy=False)

    def _on_handed_in(self, answer: tuple[str, ChangeSet]) -> None:
        relief_id, changes = answer
        self._saver.close(keep=False)
        self._draft_id, self._fresh = "", None
        self._around.publish(changes)
        self._say(Notice(NoticeKind.HANDED_IN))
        self._around.shell.back()
        self._around.shell.go("relief", relief_id=relief_id)

    def _on_refused(self, error: FieldappError) -> None:
        self._show(busy=False)
        self._say(Notice(NoticeKind.SENTENCE, sentence=self._around.texts.error(error)))

    # --- looking --------------------------------------------------------------------------------

    def _look(self, draft: ReliefDraft) -> None:
        context = self._context
        self._looks.ask(lambda: relief_drafts.draft_outlook(context, draft))

    def _on_outlook(self, outlook: DraftOutlook) -> None:
        self._outlook = outlook
        self._show()
        self._go_on()

    def _errors(self) -> dict[str, str]:
        return self._sentences(Severity.ERROR)

    def _sentences(self, severity: Severity) -> dict[str, str]:
        message = self._around.texts.message
        found = (one for one in self._outlook.findings if one.severity is severity)
        return {one.field: message(one.code, **one.facts) for one in found}

    # --- keeping --------------------------------------------------------------------------------

    def _write(self, draft: ReliefDraft) -> ChangeSet:
        """Runs on the database worker."""
        self.signing.keep()
        return relief_drafts.save_relief_draft(self._context, self._draft_id, draft, INITIATOR)

    def _on_saved(self) -> None:
        self._show()
        self._go_on()

    def _on_photo_work(self) -> None:
        self._show()
        self._go_on()

    def _stamp(self) -> PhotoStamp:
        form, draft = self._form, self.state.draft
        names = {one.code: one.name for one in form.places} if form is not None else {}
        return PhotoStamp(
            at=self._context.clock(),
            village=names.get(draft.area_code[:12], ""),
            worker=self._worker,
            household_no=form.household.household_no if form is not None and form.household else "",
        )

    def _on_problem(self, name: str, error: RuleError | None) -> None:
        words = self._around.texts.error(error) if error is not None else ""
        if words != self._problems.get(name, ""):
            self._problems = {name: words} if words else {}
            self._show()

    def _say_removed(self, put_back: Callable[[], None]) -> None:
        self._say(Notice(NoticeKind.ITEM_REMOVED, undo=put_back))

    def _say_photo(self, news: PhotoNews) -> None:
        if news.undo is not None:
            self._say(Notice(NoticeKind.PHOTO_REMOVED, undo=news.undo))
        elif news.most:
            self._say(Notice(NoticeKind.PHOTOS_FULL, count=news.most))
        else:
            self._say(Notice(NoticeKind.SENTENCE, sentence=news.sentence))

    def _say(self, notice: Notice) -> None:
        if not self._gone or notice.kind is NoticeKind.DISCARDED:
            self._notify(notice)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        draft = self.state.draft
        cause = draft.cause.value if draft.cause is not None else ""
        named = {sha256 for item in draft.items for sha256 in item.receipts}
        errors = self._errors() if self._told else {}
        errors |= self._problems
        self.state = replace(
            self.state,
            phrases=clue_phrases(self._around.preferences().language, _KINDS.get(cause)),
            items=self.lines.views(draft),
            limits=self._outlook.limits,
            fund=self._outlook.fund,
            photos=self.photos.views([one for one in draft.photos if one.sha256 not in named]),
            photos_max=self.photos.most,
            fingerprint=self.signing.fingerprint(draft.signature),
            strokes=self.signing.strokes(draft.signature),
            errors=errors,
            warnings=tuple(self._sentences(Severity.WARNING).values()),
            saving=self._saver.saving,
        )
        if not self._gone:
            self._render(self.state)
