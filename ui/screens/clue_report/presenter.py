"""The urgent report's presenter: a draft kept after every touch, handed in at once; no Qt. Layer 5."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.app.phrases import clue_phrases
from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.clue_drafts import ClueDraft
from fieldapp.domain.records.clues import Urgency
from fieldapp.domain.records.visits import Photo
from fieldapp.domain.rules.clue_report import LIFE_IN_DANGER, RED_FLAG_KINDS, check_report
from fieldapp.domain.rules.finding import Severity
from fieldapp.services import clue_reports, clues, visit_photos
from fieldapp.services.clue_reports import DutyPhone, ReportForm
from ui.forms.draft_photos import DraftPhotos, PhotoNews
from ui.forms.saver import Saver
from ui.pictures import PhotoStamp
from ui.ports import Params, Surroundings, SyncState, SyncStatus
from ui.screens.clue_report.state import Mode, Notice, NoticeKind, ReportState, Sent
from ui.widgets.filling.saving import SavingState
from ui.widgets.records.household_rows import place_line

INITIATOR: Final = "clue_report"
_REACHABLE: Final = frozenset({SyncState.IDLE, SyncState.SYNCING})
FIELD_ORDER: Final = ("urgency", "kind", "description", "area_code", "place", "person_phone")
"""Where the eye goes first when something is missing."""


@dataclass(frozen=True, slots=True)
class _Opened:
    draft_id: str
    changes: ChangeSet | None
    form: ReportForm
    parameters: Parameters
    flags: tuple[str, ...]


class ReportPresenter:
    """Owns one report from the first touch to the numbers to call.

    Attributes: photos takes the intents about pictures.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        render: Callable[[ReportState], None],
        notify: Callable[[Notice], None],
        focus: Callable[[str], None],
        thumbnail: Callable[[bytes], bytes],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._notify = notify
        self._focus = focus
        self._form: ReportForm | None = None
        self._draft_id = ""
        self._fresh = ClueDraft()
        self._sending = self._told = self._gone = False
        self._saver = self._new_saver()
        self.photos = DraftPhotos(
            surroundings,
            photos=lambda: self.state.draft.photos,
            put=self._put_photos,
            stamp=self._stamp,
            changed=self._on_photo_work,
            tell=self._say_photo,
            thumbnail=thumbnail,
        )
        self._ends: list[Callable[[], None]] = []
        self.state = ReportState()

    # --- coming and going -----------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        """Begin: about a household (with the red `flags` of a sheet being answered), an assessment or a
        visit, or about nobody known yet; or go on with a draft (`draft_id`). One left unfinished about the
        same case is taken up again. With a `clue_id`, say again whom to call about a report and how it
        travels."""
        self._ends = [self._around.on_change(self._on_change), self._around.on_sync(self._on_sync)]
        if params.get("clue_id"):
            self._tell(params["clue_id"])
        else:
            self._begin(params)

    def leave(self) -> None:
        """Keep the last change; a report in which nothing was entered leaves nothing behind."""
        if self._gone:
            return
        self.photos.close()
        self._gone = True
        for end in self._ends:
            end()
        # A position that came by itself is no entry.
        given = self.state.draft.model_copy(update={"lat": self._fresh.lat, "lon": self._fresh.lon})
        untouched = self.state.mode is Mode.FORM and given == self._fresh
        self._saver.close(keep=not untouched)
        if untouched and self._draft_id:
            context, draft_id = self._context, self._draft_id
            self._around.tasks.run(
                lambda: clue_reports.discard_report(context, draft_id, INITIATOR)[1],
                self._around.publish,
                lambda _error: None,  # it may have been thrown away in the list of drafts
            )

    def again(self) -> None:
        """Report another case."""
        self._saver = self._new_saver()
        self._sending = self._told = False
        self.state = ReportState()
        self._begin({})

    def _begin(self, params: Params) -> None:
        context = self._context

        def work() -> _Opened:
            draft_id, changes = params.get("draft_id", ""), None
            if not draft_id:
                draft_id, changes = clue_reports.begin_report(
                    context,
                    household_id=params.get("household_id", ""),
                    assessment_id=params.get("assessment_id", ""),
                    visit_id=params.get("visit_id", ""),
                    initiator=INITIATOR,
                )
            form = clue_reports.report_form(context, draft_id)
            flags = tuple(params.get("flags", "").split())
            return _Opened(draft_id, changes, form, visit_photos.photo_parameters(context), flags)

        self._around.tasks.run(work, self._on_opened, self._on_trouble)

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(trouble=self._around.texts.error(error), busy=False)

    def _on_opened(self, opened: _Opened) -> None:
        if self._gone:
            return
        if opened.changes is not None:
            self._around.publish(opened.changes)
        form, self._draft_id = opened.form, opened.draft_id
        self._form = form
        stored = form.stored
        # Entered before and left: then it stays, even if nothing is added now.
        resumed = opened.changes is None or not opened.changes.touches("clue_drafts")
        self._fresh = ClueDraft() if resumed else stored.draft
        self._saver.open(stored.saved_at)
        self.photos.open(opened.parameters)
        home = form.household
        place = place_line("", home.group_name, home.address) if home is not None else ""
        self._show(
            mode=Mode.FORM,
            trouble="",
            draft=stored.draft,
            household=" · ".join(filter(None, (home.head_name, place))) if home is not None else "",
            areas=form.areas,
            phones=form.phones,
            saving=self._saver.saving,
        )
        if not resumed:
            self._fill_from(opened.flags)
        elif opened.changes is not None:  # not asked for by its draft
            self._say(Notice(NoticeKind.RESUMED))

    def _fill_from(self, flags: tuple[str, ...]) -> None:
        """Red flags of an assessment that is not handed over yet."""
        if not flags:
            return
        texts = self._around.texts
        self.change(
            kind=RED_FLAG_KINDS.get(flags[0]),
            urgency=Urgency.L1 if LIFE_IN_DANGER.intersection(flags) else Urgency.L2,
            description=texts.sentences(texts.message(f"clue_flag_{flag.lower()}") for flag in flags),
        )

    def _new_saver(self) -> Saver[ClueDraft]:
        return Saver(self._around, self._write, self._on_saved)

    # --- answers --------------------------------------------------------------------------------

    def change(self, **fields: object) -> None:
        """Other values of the draft's fields (names of ClueDraft); kept at once."""
        before = self.state.draft
        draft = before.model_copy(update=fields)
        if draft == before or self.state.mode is not Mode.FORM:
            return
        self._put(draft)
        if draft.area_code != before.area_code:
            self._ask_phones(draft.area_code)

    def toggle_phrase(self, words: str) -> None:
        """Put a phrase into the description, or take it out again."""
        told, texts = self.state.draft.description, self._around.texts
        change = texts.without_sentence if words in told else texts.with_sentence
        self.change(description=change(told, words))

    def forget_household(self) -> None:
        """It is not about this household after all; what was filled in from it goes, the rest stays."""
        fresh = {"household_id": "", "person_name": "", "person_phone": "", "lat": None, "lon": None}
        self._show(household="")
        self.change(**fresh)

    def set_position(self, lat: float | None, lon: float | None) -> None:
        """Where the device is, if the report has no position of its own."""
        self.change(lat=lat, lon=lon)

    def discard(self) -> None:
        """Throw the report away; a toast brings it back."""
        if self.state.mode is not Mode.FORM or self.state.busy:
            return
        context, draft_id, draft = self._context, self._draft_id, self.state.draft
        tasks, publish = self._around.tasks, self._around.publish
        self._saver.close(keep=False)

        def work() -> tuple[Callable[[], ChangeSet], ChangeSet]:
            stored, changes = clue_reports.discard_report(context, draft_id, INITIATOR)
            whole = replace(stored, draft=draft)  # with what was not written yet
            return lambda: clue_reports.restore_report(context, whole, INITIATOR), changes

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
        self._show(saving=self._saver.saving)

    def _put(self, draft: ClueDraft) -> None:
        self._show(draft=draft)
        self._saver.put(draft)
        self._show(saving=self._saver.saving, errors=self._errors() if self._told else {})

    def _put_photos(self, photos: tuple[Photo, ...]) -> None:
        self._put(self.state.draft.model_copy(update={"photos": photos}))

    def _ask_phones(self, area_code: str) -> None:
        context = self._context

        def take(phones: list[DutyPhone]) -> None:
            if area_code == self.state.draft.area_code:
                self._show(phones=tuple(phones))

        self._around.tasks.run(lambda: clue_reports.duty_phones(context, area_code), take)

    def _errors(self) -> dict[str, str]:
        message = self._around.texts.message
        return {
            one.field: message(one.code, **one.facts)
            for one in check_report(self.state.draft)
            if one.severity is Severity.ERROR
        }

    # --- handing in -----------------------------------------------------------------------------

    def send(self) -> None:
        """Hand the report in; what is missing is told instead."""
        if self.state.busy or self.state.mode is not Mode.FORM:
            return
        self._told = True
        errors = self._errors()
        self._show(errors=errors)
        if errors:
            self._focus(next((name for name in FIELD_ORDER if name in errors), next(iter(errors))))
            return
        self._sending = True
        self._show(busy=True)
        self._go_on()

    def _go_on(self) -> None:
        """When everything is on the disk."""
        if not self._sending or self.photos.busy:
            return
        if self._saver.saving.state is SavingState.FAILED:
            self._sending = False
            self._show(busy=False)
            self._say(Notice(NoticeKind.SENTENCE, sentence=self._saver.saving.problem))
        elif self._saver.settled:
            self._sending = False
            context, draft_id = self._context, self._draft_id
            self._around.tasks.run(
                lambda: clue_reports.send_report(context, draft_id, INITIATOR),
                self._on_sent,
                self._on_refused,
            )

    def _on_sent(self, answer: tuple[str, ChangeSet]) -> None:
        clue_id, changes = answer
        self._saver.close(keep=False)
        self._draft_id = ""
        self._around.publish(changes)
        self._tell(clue_id)

    def _tell(self, clue_id: str) -> None:
        """Whom to call about a report that was handed in, what to send, how it travels."""
        context = self._context

        def work() -> tuple[Sent, tuple[DutyPhone, ...]]:
            view = clues.clue_view(context, clue_id)
            person = view.clue.person
            named = person is not None and bool(person.name or person.phone)
            told = Sent(
                clue_id,
                clue_reports.short_text(context, clue_id),
                clue_reports.short_text(context, clue_id, with_person=True) if named else "",
                danger=view.clue.urgency is Urgency.L1,
                online=False,
                received=not view.item.unsent,
            )
            return told, view.phones

        def take(found: tuple[Sent, tuple[DutyPhone, ...]]) -> None:
            told, phones = found
            online = self._around.sync.status.state in _REACHABLE
            self._show(mode=Mode.SENT, busy=False, sent=replace(told, online=online), phones=phones)

        self._around.tasks.run(work, take, self._on_trouble)

    def _on_refused(self, error: FieldappError) -> None:
        self._show(busy=False)
        self._say(Notice(NoticeKind.SENTENCE, sentence=self._around.texts.error(error)))

    def _write(self, draft: ClueDraft) -> ChangeSet:
        """Runs on the database worker."""
        return clue_reports.save_report(self._context, self._draft_id, draft, INITIATOR)

    def _on_saved(self) -> None:
        self._show(saving=self._saver.saving)
        self._go_on()

    def _on_photo_work(self) -> None:
        self._show()
        self._go_on()

    def _stamp(self) -> PhotoStamp:
        form, draft = self._form, self.state.draft
        names = {one.area_code: one.name for one in form.areas} if form is not None else {}
        village = names.get(draft.area_code[:12], names.get(draft.area_code, ""))
        return PhotoStamp(
            at=self._context.clock(),
            village=village,
            worker=form.worker_name if form is not None else "",
            household_no=form.household.household_no if form is not None and form.household else "",
            lat=draft.lat,
            lon=draft.lon,
        )

    # --- afterwards -----------------------------------------------------------------------------

    def show_codes(self) -> None:
        """The report as QR codes, for a colleague's camera."""
        if self.state.sent is not None:
            self._around.shell.go("packages", record_id=self.state.sent.clue_id)

    def carry_by_stick(self) -> None:
        """All that waits, on a USB stick."""
        self._around.shell.go("packages")

    def open_clue(self) -> None:
        """The page of the report that was handed in."""
        if self.state.sent is not None:
            self._around.shell.go("clue", clue_id=self.state.sent.clue_id)

    def _on_sync(self, status: SyncStatus) -> None:
        if self.state.sent is not None:
            self._show(sent=replace(self.state.sent, online=status.state in _REACHABLE))

    def _on_change(self, changes: ChangeSet) -> None:
        """A sync may have brought the report to the county."""
        sent = self.state.sent
        if self._gone or sent is None or sent.received or not changes.touches("clues", "clue_receipts"):
            return
        context = self._context

        def take(received: bool) -> None:
            if self.state.sent is not None and received:
                self._show(sent=replace(self.state.sent, received=True))

        self._around.tasks.run(
            lambda: any(own.clue_id == sent.clue_id and not own.unsent for own in clues.my_clues(context)),
            take,
        )

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
        phrases = clue_phrases(self._around.preferences().language, self.state.draft.kind)
        self.state = replace(
            self.state,
            phrases=phrases,
            photos=self.photos.views(self.state.draft.photos),
            photos_max=self.photos.most,
        )
        if not self._gone:
            self._render(self.state)
