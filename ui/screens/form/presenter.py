"""The form screen's presenter: intents in, states out; no Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError
from fieldapp.domain.records.forms import FormPurpose
from fieldapp.domain.rules.assessment import scale_of
from fieldapp.forms import Bookmark, FormError
from fieldapp.forms.view import Answer, Migration, QuestionView, Reference, Submission
from fieldapp.services import assessments, forms, households, reference, submissions
from fieldapp.services.clue_reports import DutyPhone
from fieldapp.services.context import Context
from fieldapp.services.form_sessions import LANGUAGE_NAMES, Desk, OpenForm
from fieldapp.services.forms import NewFile
from fieldapp.services.households import HouseholdItem
from ui.forms.file_desk import FileDesk
from ui.forms.files import Attachment
from ui.forms.filling import Filling
from ui.forms.lookup import RED_FLAGS, question_named
from ui.forms.saver import Saver
from ui.forms.texts import words
from ui.pictures import PhotoStamp, PictureSizes
from ui.ports import Params, Surroundings
from ui.screens.form.state import Finish, FormState, NewerVersion, Notice, NoticeKind
from ui.widgets.filling.saving import SavingState
from ui.widgets.records.urgent_help import UrgentHelp

INITIATOR: Final = "form"


@dataclass(frozen=True, slots=True)
class _Kept:
    """Everything of the answers that is written at each change, with the files they name since."""

    xml: bytes
    audit: str
    files: tuple[NewFile, ...]


@dataclass(frozen=True, slots=True)
class _Alarm:
    """What is needed when answers of a scale call for help at once: which ones, and whom to call."""

    reference: Reference
    flags: tuple[str, ...]
    phones: tuple[DutyPhone, ...]
    home: HouseholdItem
    since: dt.datetime


def _alarm(context: Context, opened: OpenForm) -> _Alarm | None:
    """Runs on the database worker."""
    scale = scale_of(reference.parameters(context), opened.form.form_id)
    if scale is None or opened.household is None:
        return None
    [home] = households.household_items(context, [opened.household.id])
    return _Alarm(
        reference=question_named(opened.session, RED_FLAGS),
        flags=scale.urgent_flags,
        phones=tuple(assessments.duty_phones(context, home.household_id)),
        home=home,
        since=context.clock(),
    )


class FormPresenter:
    """Owns the flow of one form.

    A session lives on the screen's thread from the moment it is open: an answer costs some milliseconds
    and must be shown at once. Opening and writing happen on the database worker.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        render: Callable[[FormState], None],
        notify: Callable[[Notice], None],
        focus: Callable[[str], None],
        sizes: PictureSizes,
    ) -> None:
        self._around = surroundings
        self._render = render
        self._notify = notify
        self._focus = focus
        self._draft_id = ""
        self._opened: OpenForm | None = None
        self._filling: Filling | None = None
        self._trouble = ""
        self._newer: NewerVersion | None = None
        self._migration: Migration | None = None
        self._alarm: _Alarm | None = None
        self._acts = 0
        self._room = 0
        self._new_files: dict[str, NewFile] = {}
        self._busy = self._gone = self._done = False
        self._then: Callable[[], None] | None = None
        self._saver: Saver[_Kept] = Saver(surroundings, self._write, self._on_saved, self._on_written)
        self._files = FileDesk(surroundings, made=self._on_file, failed=self._on_file_failed, sizes=sizes)

    # --- coming and going -----------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        """Open a draft (`draft_id`) to go on with, or a finished sheet (`submission_id`) to read."""
        self._draft_id = params.get("draft_id", "")
        context, submission_id = self._around.context, params.get("submission_id", "")
        desk = Desk(languages=LANGUAGE_NAMES[self._around.preferences().language.value])

        def read() -> tuple[OpenForm, _Alarm | None]:
            if self._draft_id:
                opened = forms.open_draft(context, self._draft_id, desk)
                return opened, _alarm(context, opened)
            return submissions.read_submission(context, submission_id, desk), None

        self._around.tasks.run(read, self._on_opened, self._on_not_opened)

    def leave(self) -> None:
        """Keep the last change; nothing is asked and nothing is lost."""
        if not self._gone:
            self._gone = True
            self._files.close()
            self._saver.close(keep=not self._done)

    def shown_again(self) -> None:
        """Back from the team's page: where the assessment was handed over, there is no draft any more."""
        context, draft_id = self._around.context, self._draft_id
        if not draft_id or self._opened is None:
            return

        def look(drafts: list[forms.FormDraftItem]) -> None:
            if not self._gone and all(one.draft_id != draft_id for one in drafts):
                self._done = True
                self._around.shell.back()

        self._around.tasks.run(lambda: forms.form_drafts(context), look)

    def _on_opened(self, read: tuple[OpenForm, "_Alarm | None"]) -> None:
        if self._gone:
            return
        opened, self._alarm = read
        self._opened = opened
        self._busy = False
        self._filling = Filling(
            opened.session, last=opened.last.get, sentence=self._sentence, awaited=self._files.awaited
        )
        self._filling.room = self._room
        draft = opened.draft
        if draft is not None:
            self._saver.open(draft.saved_at)
            self._filling.resume()
            files = (*draft.files, *opened.form.files)
            self._files.open(files, self._stamp)
            self._newer = NewerVersion(opened.newer_version) if opened.newer_version else None
        else:
            self._files.open(opened.form.files, self._stamp)
            self._filling.go_to("")
        self._show()

    def _on_not_opened(self, error: FieldappError) -> None:
        self._trouble = self._around.texts.error(error)
        self._show()

    # --- answers --------------------------------------------------------------------------------

    def set_room(self, room: int) -> None:
        """How wide the page is, in pixels at 100 % text."""
        self._room = room
        if self._filling is not None and self._filling.room != room:
            self._filling.room = room
            self._show()

    def answer(self, reference: Reference, value: Answer) -> None:
        """Another answer."""
        filling = self._filling
        if filling is None or self._busy:
            return
        if filling.answer(reference, value):
            self._keep()
        self._show()

    def leave_question(self, reference: Reference) -> None:
        """The worker has finished with a question."""
        if self._filling is not None:
            self._filling.leave(reference)
            self._show()

    def set_unreadable(self, reference: Reference, sentence: str) -> None:
        """What stands in an editor is no answer ("" = it is again)."""
        if self._filling is not None:
            self._filling.set_unreadable(reference, sentence)
            self._show()

    def attach(self, reference: Reference, attachment: Attachment) -> None:
        """A photo, drawing or file for a question, wherever the question is by the time it is made."""
        if self._opened is not None and not self._busy:
            self._files.add(self._opened.session.bookmark(reference), attachment)
            self._show()

    def take_away(self, reference: Reference) -> None:
        """A question's file is taken away; undo brings it back."""
        self.answer(reference, None)

    def picture(self, name: str, done: Callable[[bytes], None]) -> None:
        """Hand over a small picture of a file of form or draft."""
        self._files.picture(name, lambda content: None if self._gone else done(content))

    def illustration(self, name: str, done: Callable[[bytes], None]) -> None:
        """Hand over a picture of the form, to be looked at."""
        self._files.illustration(name, lambda content: None if self._gone else done(content))

    def content(self, name: str, done: Callable[[bytes], None], missing: Callable[[], None]) -> None:
        """Hand over a file of the form, or say that it is not here."""
        self._files.content(
            name,
            lambda content: None if self._gone else done(content),
            lambda: None if self._gone else missing(),
        )

    def toggle(self, instance: Reference) -> None:
        """Open or close an instance of a repeat."""
        self._act(lambda filling: filling.toggle(instance), keep=False)

    def add(self, repeat: Reference) -> None:
        """Add an instance of a repeat."""
        self._act(lambda filling: filling.add(repeat))

    def remove(self, instance: Reference) -> None:
        """Remove an instance of a repeat."""
        self._act(lambda filling: filling.remove(instance))
        at = self._acts

        def put_back() -> None:
            # Acts are taken back one by one, the latest first.
            if self._acts == at:
                self.undo()
            else:
                self._notify(Notice(NoticeKind.UNDO_STEPWISE))

        self._notify(Notice(NoticeKind.INSTANCE_REMOVED, undo=put_back))

    def undo(self) -> None:
        """Take the last act back."""
        self._act(lambda filling: filling.undo())

    def set_language(self, language: str) -> None:
        """Show the form in another of its languages."""
        self._act(lambda filling: filling.set_language(language))

    # --- steps ----------------------------------------------------------------------------------

    def go_to(self, key: str) -> None:
        """Show a section."""
        self._act(lambda filling: filling.go_to(key))

    def step(self, by: int) -> None:
        """The next section, or the one before."""
        self._act(lambda filling: filling.step(by))

    def go_to_reference(self, reference: Reference) -> None:
        """Show a question and put the cursor there."""
        if self._filling is not None:
            self._focus(reference)
            self._act(lambda filling: filling.go_to_reference(reference))

    def check(self) -> None:
        """Tell all that is wrong, and go to the list of it."""
        if self._filling is not None:
            self._filling.tell_everything()
            self.go_to("")

    def save(self) -> None:
        """Write now what is not yet written."""
        self._saver.flush()
        self._show()

    # --- a newer version of the form --------------------------------------------------------------

    def look_at_newer(self) -> None:
        """What would become of the answers in the newer version; a second call takes it."""
        if self._newer is None or self._busy:
            return
        if self._files.busy:
            self._notify(Notice(NoticeKind.WAIT_FOR_FILE))
        else:
            self._when_kept(self._ask_newer)

    def _ask_newer(self) -> None:
        context, draft_id, migration = self._around.context, self._draft_id, self._migration
        if migration is None:
            self._around.tasks.run(
                lambda: forms.newer_version(context, draft_id), self._on_looked_at, self._on_no_newer
            )
        else:
            self._around.tasks.run(
                lambda: forms.take_newer_version(context, draft_id, migration, INITIATOR),
                self._on_newer_taken,
                self._on_no_newer,
            )

    def _on_looked_at(self, migration: Migration) -> None:
        self._busy = False
        self._migration = migration
        if self._newer is not None:
            lost, added = len(migration.loses), len(migration.added)
            self._newer = NewerVersion(self._newer.version, looked_at=True, lost=lost, added=added)
        self._show()

    def _on_newer_taken(self, changes: ChangeSet) -> None:
        self._around.publish(changes)
        self._newer = self._migration = None
        self._notify(Notice(NoticeKind.NEWER_TAKEN))
        # Busy until the draft is open again: an answer to the old version must not be written over it.
        self.enter({"draft_id": self._draft_id})

    def _on_no_newer(self, error: FieldappError) -> None:
        self._busy = False
        self._newer = self._migration = None
        self._notify(Notice(NoticeKind.SENTENCE, self._around.texts.error(error)))
        self._show()

    # --- finishing --------------------------------------------------------------------------------

    def finish(self) -> None:
        """Hand the form in; what is missing is listed instead."""
        filling = self._filling
        if filling is None or self._busy:
            return
        if self._how() is Finish.READ_ONLY:
            self._around.shell.back()
            return
        wrong = filling.tell_everything()
        if wrong:
            self._notify(Notice(NoticeKind.PROBLEMS_LEFT, count=len(wrong)))
            self._show()
        elif self._files.busy:
            self._notify(Notice(NoticeKind.WAIT_FOR_FILE))
        else:
            self._when_kept(self._go_on)

    def _when_kept(self, act: Callable[[], None]) -> None:
        """Take no more answers, and act once all are on the disk; not at all where that fails."""
        self._busy, self._then = True, act
        self._saver.flush()
        self._act_if_kept()

    def _act_if_kept(self) -> None:
        act = self._then
        if act is not None and self._saver.saving.state is SavingState.FAILED:
            self._busy, self._then = False, None
        elif act is not None and self._saver.settled:
            self._then = None
            act()
        self._show()

    def _go_on(self) -> None:
        """The form is handed in, or the team comes next."""
        if self._how() is Finish.TEAM:
            self._busy = False
            self._around.shell.go("assessment", draft_id=self._draft_id)
        elif self._opened is not None:
            self._hand_in(self._opened)

    def _hand_in(self, opened: OpenForm) -> None:
        try:
            finished: Submission = opened.session.finalise()
        except FormError as error:
            self._busy = False
            self._notify(Notice(NoticeKind.SENTENCE, self._sentence(error)))
            return
        context, draft_id, audit = self._around.context, self._draft_id, opened.audit()
        self._around.tasks.run(
            lambda: submissions.finish_form(context, draft_id, finished, audit=audit, initiator=INITIATOR),
            self._on_handed_in,
            self._on_not_handed_in,
        )

    def _on_handed_in(self, handed_in: tuple[str, ChangeSet]) -> None:
        self._done = True
        self._around.publish(handed_in[1])
        self._around.shell.back()
        self._notify(Notice(NoticeKind.SUBMITTED))

    def _on_not_handed_in(self, error: FieldappError) -> None:
        self._busy = False
        self._notify(Notice(NoticeKind.SENTENCE, self._around.texts.error(error)))
        self._show()

    # --- within ---------------------------------------------------------------------------------

    def _act(self, act: Callable[[Filling], None], *, keep: bool = True) -> None:
        filling = self._filling
        if filling is None or self._busy:
            return
        try:
            act(filling)
        except FormError as error:
            self._notify(Notice(NoticeKind.SENTENCE, self._sentence(error)))
        if keep:
            self._keep()
        self._show()

    def _keep(self) -> None:
        """Have the answers written as they stand now."""
        opened = self._opened
        self._acts += 1
        if self._migration is not None and self._newer is not None:
            # What was looked at does not know this answer.
            self._migration, self._newer = None, NewerVersion(self._newer.version)
        if opened is not None and opened.draft is not None and not self._done:
            files = tuple(self._new_files.values())
            self._saver.put(_Kept(opened.session.save_draft(), opened.audit(), files))

    def _write(self, kept: _Kept) -> ChangeSet:
        """Runs on the database worker."""
        context = self._around.context
        return forms.save_answers(
            context, self._draft_id, kept.xml, audit=kept.audit, files=kept.files, initiator=INITIATOR
        )

    def _on_written(self, kept: _Kept) -> None:
        for file in kept.files:
            self._new_files.pop(file.name, None)

    def _on_saved(self) -> None:
        self._act_if_kept()

    def _on_file(self, place: Bookmark, file: NewFile) -> None:
        filling, reference = self._filling, place.reference
        if filling is not None and reference is not None:
            self._new_files[file.name] = file
            filling.answer(reference, file.name)
            self._keep()
        self._show()

    def _on_file_failed(self, error: FieldappError) -> None:
        if not self._gone:
            self._notify(Notice(NoticeKind.SENTENCE, self._around.texts.error(error)))
            self._show()

    def _urgent(self, opened: OpenForm, filling: Filling) -> UrgentHelp | None:
        """Whom to call, from the moment such an answer is given: beside that question and at the end, so that
        the other questions keep their room."""
        alarm = self._alarm
        if alarm is None or not alarm.reference or not filling.shows(alarm.reference):
            return None
        view = opened.session.view(alarm.reference)
        if not isinstance(view, QuestionView) or not view.relevant:
            return None
        labels = {one.value: words(one.label) for one in opened.session.choices(view.reference)}
        codes = tuple(flag for flag in view.values if flag in alarm.flags)
        flags = tuple(labels.get(flag, flag) for flag in codes)
        home = alarm.home
        if not flags:
            return None
        return UrgentHelp(
            flags,
            alarm.phones,
            home.village_name,
            home.group_name,
            alarm.since,
            codes=codes,
            household_id=home.household_id,
        )

    def _stamp(self) -> PhotoStamp:
        opened = self._opened
        household = opened.household if opened is not None else None
        number = household.household_no if household is not None else ""
        return PhotoStamp(at=self._around.context.clock(), household_no=number or "")

    def _sentence(self, error: FormError) -> str:
        return self._around.texts.message(error.code, **error.facts)

    def _how(self) -> Finish:
        opened = self._opened
        if opened is None or opened.draft is None:
            return Finish.READ_ONLY
        team = opened.form.purpose is FormPurpose.ASSESSMENT and opened.draft.household_id is not None
        return Finish.TEAM if team else Finish.SUBMIT

    def _show(self) -> None:
        if self._gone:
            return
        opened, filling = self._opened, self._filling
        if opened is None or filling is None:
            self._render(FormState(trouble=self._trouble))
            return
        self._render(
            FormState(
                loaded=True,
                title=opened.form.title,
                about=opened.household.head_name if opened.household is not None else "",
                page=filling.state(),
                finish=self._how(),
                saving=self._saver.saving if opened.draft is not None else None,
                newer=self._newer,
                urgent=self._urgent(opened, filling),
                busy=self._busy,
            )
        )
