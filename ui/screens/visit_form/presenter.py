"""The visit form's presenter: intents in, states out; no Qt. Layer 5."""

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from fieldapp.app.phrases import phrase_groups
from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import FieldappError, RuleError, StorageError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.needs import NeedUrgency
from fieldapp.domain.records.visits import (
    Attestation,
    ChangeKind,
    Location,
    NeedKind,
    PhotoKind,
    Result,
)
from fieldapp.domain.rules.finding import Severity, error
from fieldapp.domain.rules.visit_check import flags_of
from fieldapp.services import visit_photos, visit_reviews, visits
from fieldapp.services.visit_reviews import Returned
from fieldapp.services.visits import VisitForm
from ui.ports import Surroundings
from ui.screens.visit_form import wording
from ui.screens.visit_form.answers import with_answer
from ui.screens.visit_form.draft_keeper import INITIATOR, DraftKeeper
from ui.screens.visit_form.photo_desk import PhotoDesk
from ui.screens.visit_form.sections import SECTION_OF, SectionKey, place_of, sections_now
from ui.screens.visit_form.signature_desk import SignatureDesk
from ui.screens.visit_form.state import FormState, Notice, NoticeKind
from ui.widgets.filling.saving import SavingState
from ui.widgets.records.visit_values import field_label

NO_CHANGE_PHRASES = ("living.normal", "living.unchanged")
"""What "无变化" says in words; true by the very tap, unlike 已宣传政策."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What one read brings: the form, and why the visit under correction came back."""

    form: VisitForm
    parameters: Parameters
    strokes: str
    came_back: Returned | None


class VisitFormPresenter:
    """Owns the flow of one form.

    Attributes: photos and signing take the intents about pictures and attestation.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        render: Callable[[FormState], None],
        notify: Callable[[Notice], None],
        focus: Callable[[str], None],
        thumbnail: Callable[[bytes], bytes],
    ) -> None:
        self._surroundings = surroundings
        self._render = render
        self._notify = notify
        self._focus = focus
        self._form: VisitForm | None = None
        self._came_back: Returned | None = None
        self._keeper = DraftKeeper(surroundings, self._on_work_done)
        self.photos = PhotoDesk(
            surroundings,
            self._keeper,
            changed=self._on_work_done,
            notify=self._on_notice,
            thumbnail=thumbnail,
        )
        self.signing = SignatureDesk(surroundings, self._keeper, self._show)
        self._draft_id = ""
        self._current = SectionKey.ARRIVAL
        self._left_sections: set[SectionKey] = set()
        self._unreadable: dict[str, str] = {}
        self._busy = self._waiting = self._gone = False
        self._stop_listening = surroundings.on_change(self._on_change)

    # --- coming and going -----------------------------------------------------------------------

    def enter(self, draft_id: str) -> None:
        """Read the draft and show the form where the worker left it."""
        self._draft_id = draft_id
        context = self._surroundings.context

        def read() -> _Read:
            form = visits.visit_form(context, draft_id)
            signature = form.stored.draft.signature
            strokes = ""
            if signature is not None and signature.strokes_sha256:
                # Strokes of an old visit under correction may have left the device; its image tells.
                with contextlib.suppress(StorageError):
                    strokes = visits.photo(context, signature.strokes_sha256).decode()
            amends = form.stored.draft.amends
            back = visit_reviews.returns_of(context, [amends]).get(amends) if amends else None
            return _Read(form, visit_photos.photo_parameters(context), strokes, back)

        self._surroundings.tasks.run(read, self._on_read, self._on_unreadable_draft)

    def leave(self) -> None:
        """Keep the last change; nothing is asked and nothing is lost."""
        if self._gone:
            return
        self.photos.close()
        self._gone = True
        self._stop_listening()
        self._keeper.close()

    def _on_read(self, read: _Read) -> None:
        if self._gone:
            return
        form, parameters, strokes = read.form, read.parameters, read.strokes
        self._came_back = read.came_back
        draft = form.stored.draft
        if draft.signature is not None:
            self.signing.remember(draft.signature.strokes_sha256, strokes)
        self._form = form
        self._keeper.open(self._draft_id, draft, form.stored.saved_at)
        self.photos.open(form, parameters)
        started = draft.started_at
        if draft.finished_at is None and started is not None and local_day(started) < self._today():
            # Taken up on another day: the visit ended when the worker last wrote, not today.
            ended = max(started, form.stored.saved_at)
            self._keeper.change("end", draft.model_copy(update={"finished_at": ended}))
        known = [section.key for section in sections_now(draft)]
        if draft.step in known:
            self._current = SectionKey(draft.step)
            self._left_sections = set(known[: known.index(self._current)])
        self._keeper.check(self._show)
        self._show()

    def _on_unreadable_draft(self, problem: FieldappError) -> None:
        self._say(problem)
        self._surroundings.shell.back()

    def _on_change(self, changes: ChangeSet) -> None:
        """Sync brought other facts about the household: show them; the draft is the worker's alone."""
        if changes.initiator == INITIATOR or self._form is None or self._gone:
            return
        if not changes.touches("households", "persons", "users", "areas", "service_needs"):
            return
        context, draft_id = self._surroundings.context, self._draft_id

        def take(form: VisitForm) -> None:
            self._form = form
            self._keeper.check(self._show)

        self._surroundings.tasks.run(lambda: visits.visit_form(context, draft_id), take, lambda _error: None)

    # --- answers --------------------------------------------------------------------------------

    def change(self, key: str, value: object, *, typing: bool = False) -> None:
        """Another value of a field; while `typing`, `flush` must follow within 0.4 s."""
        before = self._keeper.draft
        draft = with_answer(before, key, value, self._today())
        self._keeper.change(key, draft, typing=typing)
        # An editor that cannot read what was typed reports None first: showing the old value then would
        # wipe what the worker wants to mend.
        if not typing and draft != before:
            self._show()

    def set_unreadable(self, key: str, sentence: str) -> None:
        """What stands in an editor is no value ("" = it is again)."""
        before = self._unreadable.get(key, "")
        if sentence and sentence != before:
            self._unreadable[key] = sentence
        elif not sentence and before:
            del self._unreadable[key]
        else:
            return
        self._show()

    def flush(self, *, left_field: bool = False) -> None:
        """Write what was typed; `left_field` also ends a step of undo."""
        if left_field:
            self._keeper.end_typing()
        self._keeper.flush()
        self._show()

    def remove_one(self, key: str, index: int) -> None:
        """Take one of the family's changes or needs out."""
        told = getattr(self._keeper.draft, key)
        gone = told[index]
        self.change(key, (*told[:index], *told[index + 1 :]))

        def put_back() -> None:
            now = getattr(self._keeper.draft, key)
            self.change(key, (*now[:index], gone, *now[index:]))

        kind = NoticeKind.NEED_REMOVED if key == "needs" else NoticeKind.CHANGE_REMOVED
        self._notify(Notice(kind, undo=put_back))

    def fill_no_change(self) -> None:
        """ "无变化": the state carried over from last time still holds; on to the end."""
        draft = self._keeper.draft
        phrases = tuple(dict.fromkeys((*draft.phrases, *NO_CHANGE_PHRASES)))
        filled = draft.model_copy(update={"result": Result.NORMAL, "phrases": phrases})
        self._keeper.change("result", filled)
        self._left_sections.update(section.key for section in sections_now(filled))
        self.go_to(SectionKey.FINISH)

        def take_back() -> None:
            before = {"result": draft.result, "phrases": draft.phrases}
            self._keeper.change("result", self._keeper.draft.model_copy(update=before))
            self.go_to(SectionKey.ARRIVAL)

        self._notify(Notice(NoticeKind.NO_CHANGE_FILLED, undo=take_back))

    def undo(self) -> None:
        """Take the last change back and show where it was."""
        self._follow(self._keeper.undo())

    def redo(self) -> None:
        """Do it again."""
        self._follow(self._keeper.redo())

    def _follow(self, key: str | None) -> None:
        if key is None:
            return
        self._unreadable.pop(key, None)
        section = SECTION_OF.get(key)
        if section is not None and section is not self._current:
            self.go_to(section)
        self._show()
        self._focus(key)

    def set_location(self, location: Location | None) -> None:
        """Where the visit took place, or why that is not known."""
        self._keeper.change("location", self._keeper.draft.model_copy(update={"location": location}))
        self._show()

    # --- moving and submitting ------------------------------------------------------------------

    def go_to(self, section: SectionKey, key: str = "") -> None:
        """Show a section, and bring one of its fields into view."""
        if section is not self._current:
            self._left_sections.add(self._current)
            self._current = section
            self._keeper.end_typing()
            self._keeper.stay_at(section.value)
        self._show()
        if key:
            self._focus(key)

    def step(self, by: int) -> None:
        """Next (+1) or previous (−1) section."""
        known = [section.key for section in sections_now(self._keeper.draft)]
        at = known.index(self._current) if self._current in known else 0
        self.go_to(known[min(max(at + by, 0), len(known) - 1)])

    def check(self) -> None:
        """Show all that must be mended, here and at the fields."""
        self._left_sections.update(section.key for section in sections_now(self._keeper.draft))
        self._keeper.flush()
        self._keeper.check(self._show)
        self.go_to(SectionKey.FINISH)

    def submit(self) -> None:
        """Turn the draft into a visit, if nothing stands against it and all of it is on the disk."""
        if self._busy or self._form is None:
            return
        self._busy = self._waiting = True
        self._left_sections.update(section.key for section in sections_now(self._keeper.draft))
        self._keeper.flush()
        self._on_work_done()

    def _on_work_done(self) -> None:
        """A save or a picture has ended: go on with a submission that waits for it."""
        if self._waiting and not self._gone and not self.photos.busy:
            if self._keeper.saving.state is SavingState.FAILED:
                self._busy = self._waiting = False
                self._notify(Notice(NoticeKind.SENTENCE, sentence=self._keeper.saving.problem))
            elif self._keeper.settled:
                self._waiting = False
                self._keeper.check(self._on_checked_to_submit)
        self._show()

    def _on_checked_to_submit(self) -> None:
        wrong = [p for p in self._state().problems if p.severity is Severity.ERROR]
        if wrong:
            self._busy = False
            self._notify(Notice(NoticeKind.PROBLEMS_LEFT, count=len(wrong)))
            self.go_to(SectionKey(wrong[0].section), wrong[0].key)
            return
        context, draft_id = self._surroundings.context, self._draft_id
        self._surroundings.tasks.run(
            lambda: visits.submit_visit(context, draft_id, INITIATOR), self._on_submitted, self._on_refused
        )

    def _on_submitted(self, answered: tuple[str, ChangeSet]) -> None:
        visit_id, changes = answered
        self._keeper.close(submitted=True)
        self._surroundings.publish(changes)
        if self._gone:
            return
        self._notify(Notice(NoticeKind.SUBMITTED, visit_id=visit_id))

    def _on_refused(self, problem: FieldappError) -> None:
        self._busy = False
        key = place_of(problem.field) if isinstance(problem, RuleError) else ""
        if isinstance(problem, RuleError) and key:
            fact = error(problem.code, problem.field, **problem.facts)
            self._keeper.findings = (fact, *self._keeper.findings)
            self.go_to(SECTION_OF[key], key)
        else:
            self._say(problem)
            self._show()

    # --- showing --------------------------------------------------------------------------------

    def _today(self) -> dt.date:
        return self._surroundings.context.today()

    def _say(self, problem: FieldappError) -> None:
        self._notify(Notice(NoticeKind.SENTENCE, sentence=self._surroundings.texts.error(problem)))

    def _on_notice(self, notice: Notice) -> None:
        if not self._gone:
            self._notify(notice)

    def _show(self) -> None:
        if not self._gone and self._form is not None:
            self._render(self._state())

    def _state(self) -> FormState:
        form = self._form
        if form is None:
            return FormState()
        texts, draft = self._surroundings.texts, self._keeper.draft
        findings = self._keeper.findings
        specs = sections_now(draft)
        shown = next((s for s in specs if s.key is self._current), specs[-1])
        remarks = wording.remarks_by_field(findings, self._unreadable, errors_in=self._left_sections)
        found = wording.problems(findings, self._unreadable, draft, texts)
        comments = self._came_back.comments if self._came_back is not None else ()
        said = wording.said_of(comments)
        odd = bool(flags_of(findings))
        fields = wording.field_views(shown, form, draft, texts, remarks, odd=odd)
        return FormState(
            head=wording.household_head(form, texts, self._today()),
            draft=draft,
            sections=wording.section_views(specs, draft, found),
            current=shown.key,
            fields=tuple(replace(view, remark=said.get(view.spec.key, "")) for view in fields),
            phrase_groups=phrase_groups(self._surroundings.preferences().language),
            photos=self.photos.views(),
            photos_max=self.photos.most,
            fingerprint=self.photos.fingerprint_view(),
            strokes=self.signing.strokes,
            problems=found + wording.comment_problems(said, draft, texts),
            saving=self._keeper.saving,
            may_fill_no_change=form.last is not None and draft.amends is None and draft.result is None,
            backfilled=wording.is_backfilled(draft, self._today()),
            busy=self._busy,
            loaded=True,
            amending=draft.amends is not None,
            came_back=self._came_back.reason if self._came_back is not None else "",
            remarks=tuple((field_label(one.field, texts), one.text) for one in comments),
            attestation_labels=wording.codes(Attestation, texts),
            change_labels=wording.codes(ChangeKind, texts),
            photo_kind_labels=wording.codes(PhotoKind, texts),
            need_labels=wording.codes(NeedKind, texts),
            urgency_labels=wording.codes(NeedUrgency, texts),
            people=wording.people(form, texts),
            open_needs=wording.open_needs(form, texts),
            position_label=texts.label(draft.location.source) if draft.location is not None else "",
        )
