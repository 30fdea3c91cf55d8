"""The assessment's presenter: team and hand-over, then signatures; no Qt. Layer 5."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.assessment_drafts import AssessmentDraft
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.visits import Attestation, Signature
from fieldapp.domain.rules.assessment import next_due, read_result, scale_of
from fieldapp.domain.rules.finding import Finding
from fieldapp.forms import FormError
from fieldapp.services import assessments, households, reference, submissions, visits
from fieldapp.services.answer_sheets import leaf_values
from fieldapp.services.assessments import AssessmentForm, AssessmentView, RiskHistory
from fieldapp.services.clue_reports import DutyPhone
from fieldapp.services.form_sessions import Desk
from fieldapp.services.households import HouseholdItem
from ui.forms.lookup import RED_FLAGS, choice_words
from ui.forms.saver import Saver
from ui.ports import Params, Surroundings
from ui.screens.assessment.state import (
    AssessmentState,
    Colleague,
    MemberState,
    Mode,
    Notice,
    Result,
)
from ui.widgets.filling.saving import SavingState
from ui.widgets.records.household_rows import place_line
from ui.widgets.records.level_rows import level_rows
from ui.widgets.records.urgent_help import UrgentHelp

INITIATOR: Final = "assessment"


@dataclass(frozen=True, slots=True)
class _Draft:
    """What one read brings of an assessment being made."""

    form: AssessmentForm
    home: HouseholdItem
    parameters: Parameters
    phones: tuple[DutyPhone, ...]


@dataclass(frozen=True, slots=True)
class _Record:
    """What one read brings of one that was handed over."""

    view: AssessmentView
    home: HouseholdItem
    history: RiskHistory
    phones: tuple[DutyPhone, ...]
    flags: dict[str, str]


class AssessmentPresenter:
    """Owns one assessment from the team to the last signature."""

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        render: Callable[[AssessmentState], None],
        say: Callable[[Notice], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._say = say
        self._draft_id = self._assessment_id = self._submission_id = self._area_code = ""
        self._draft: _Draft | None = None
        self._findings: tuple[Finding, ...] = ()
        self._told = self._handing_over = self._just_handed_over = self._gone = False
        self._saver: Saver[AssessmentDraft] = Saver(surroundings, self._write, self._on_saved)
        self._stop_listening: Callable[[], None] = lambda: None
        self.state = AssessmentState(self._context.today())

    # --- coming and going -----------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        """A draft (`draft_id`) whose sheet is answered, or one handed over (`assessment_id`)."""
        self._stop_listening()
        self._stop_listening = self._around.on_change(self._on_change)
        self._draft_id = params.get("draft_id", "")
        self._assessment_id = params.get("assessment_id", "")
        self.reload()

    def leave(self) -> None:
        """Keep the last change."""
        if not self._gone:
            self._gone = True
            self._stop_listening()
            self._saver.close(keep=not self._assessment_id)

    def reload(self) -> None:
        """Read again: the sheet may have been changed, a signature may have come."""
        if self._assessment_id:
            self._around.tasks.run(self._read_record, self._on_record, self._on_trouble)
        else:
            self._around.tasks.run(self._read_draft, self._on_draft, self._on_trouble)

    def _read_draft(self) -> _Draft:
        context = self._context
        form = assessments.assessment_form(context, self._draft_id, self._desk())
        assert form.open.household is not None  # assessment_form opens no other
        [home] = households.household_items(context, [form.open.household.id])
        phones = assessments.duty_phones(context, home.household_id)
        return _Draft(form, home, reference.parameters(context), tuple(phones))

    def _read_record(self) -> _Record:
        view = assessments.assessment_view(self._context, self._assessment_id)
        history = assessments.risk_history(self._context, view.household.id)
        phones = assessments.duty_phones(self._context, view.household.id)
        labels: dict[str, str] = {}
        if view.assessment.red_flags:
            try:
                sheet = submissions.read_submission(
                    self._context, view.assessment.submission_id, self._desk()
                )
                labels = choice_words(sheet.session, RED_FLAGS)
            except FieldappError:
                labels = {}  # the form has left the device: its codes must do
        [home] = households.household_items(self._context, [view.household.id])
        return _Record(view, home, history, tuple(phones), labels)

    def _desk(self) -> Desk:
        return Desk(languages=(self._around.preferences().language.value,))

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(trouble=self._around.texts.error(error), busy=False)

    def _on_change(self, changes: ChangeSet) -> None:
        """A colleague's signature came with a sync, or the sheet was changed on its screen."""
        if changes.initiator == INITIATOR or self._gone:
            return
        if self._assessment_id and changes.touches(
            "assessments", "assessment_signatures", "level_overrides", "households"
        ):
            self.reload()

    # --- the team -------------------------------------------------------------------------------

    def _on_draft(self, draft: _Draft) -> None:
        form = draft.form
        stored = form.open.draft
        if self._gone or stored is None:
            return
        first = self._draft is None
        self._draft = draft
        if first:
            self._saver.open(stored.saved_at)
        label = self._around.texts.label
        result, urgent = self._result(draft)
        self._show(
            mode=Mode.TEAM,
            trouble="",
            busy=False,
            household_id=draft.home.household_id,
            name=draft.home.head_name,
            place=_place(draft.home),
            result=result,
            urgent=urgent,
            draft=form.draft if first else self.state.draft,
            colleagues=tuple(
                Colleague(one.user_id, one.name, one.kind, label(one.kind)) for one in form.candidates
            ),
            saving=self._saver.saving,
        )

    def _result(self, draft: _Draft) -> tuple[Result, UrgentHelp | None]:
        """What the answers come to now, in words, and whom to call if it cannot wait."""
        form, label = draft.form, self._around.texts.label
        session = form.open.session
        try:
            found = read_result(leaf_values(session.save_draft()))
        except RuleError:
            return Result(unfit=True, previous=form.previous, previous_label=label(form.previous)), None
        flags = choice_words(session, RED_FLAGS)
        scale = scale_of(draft.parameters, form.open.form.form_id)
        urgent = scale.urgent_flags if scale is not None else ()
        by_rule = next_due(
            found.level, self._context.today(), draft.parameters, provisional=found.provisional
        )
        result = Result(
            score=found.score,
            level=found.level,
            level_label=label(found.level),
            previous=form.previous,
            previous_label=label(form.previous),
            unknown=sum(answer.unknown for answer in found.answers),
            provisional=found.provisional,
            flags=tuple(flags.get(flag, flag) for flag in found.red_flags),
            next_due=min(filter(None, (found.next_due, by_rule))),
        )
        codes = tuple(flag for flag in found.red_flags if flag in urgent)
        return result, _help(codes, flags, draft.phones, draft.home, self._context.clock())

    def change(self, **fields: object) -> None:
        """Another value of the draft's fields (names of AssessmentDraft); kept at once."""
        draft = self.state.draft.model_copy(update=fields)
        if draft != self.state.draft and self.state.mode is Mode.TEAM:
            self._show(draft=draft)
            self._saver.put(draft)
            if self._told:
                self._check()

    def save(self) -> None:
        """Try again what could not be written."""
        self._saver.flush()
        self._show(saving=self._saver.saving)

    def back_to_sheet(self) -> None:
        """To the questions, to change an answer."""
        self._around.shell.back()

    def open_sheet(self) -> None:
        """Read the answers of one that was handed over."""
        if self._submission_id:
            self._around.shell.go("form", submission_id=self._submission_id)

    def hand_over(self) -> None:
        """Hand the assessment over for signing; what is missing is told instead."""
        if self._draft is None or self.state.busy or self.state.mode is not Mode.TEAM:
            return
        self._told = self._handing_over = True
        self._show(busy=True)
        self._check()

    def _check(self) -> None:
        if self._draft is None:
            return
        context, draft_id, draft = self._context, self._draft_id, self.state.draft
        xml = self._draft.form.open.session.save_draft()
        self._around.tasks.run(
            lambda: assessments.check_hand_over(context, draft_id, draft, xml), self._on_checked
        )

    def _on_checked(self, findings: list[Finding]) -> None:
        texts = self._around.texts
        errors = {one.field: texts.message(one.code, **one.facts) for one in findings}
        self._show(errors=errors)
        if not self._handing_over:
            return
        if errors:
            self._handing_over = False
            self._show(busy=False)
            self._say(Notice.PROBLEMS_LEFT)
        else:
            self._go_on()

    def _go_on(self) -> None:
        """When everything is on the disk."""
        if self._saver.saving.state is SavingState.FAILED:
            self._handing_over = False
            self._show(busy=False)
        elif self._saver.settled and self._draft is not None:
            self._handing_over = False
            self._finalise(self._draft.form)

    def _finalise(self, form: AssessmentForm) -> None:
        try:
            finished = form.open.session.finalise()
        except FormError:
            self._show(busy=False)
            self._say(Notice.SHEET_INCOMPLETE)
            return
        context, draft_id, audit = self._context, self._draft_id, form.open.audit()
        self._around.tasks.run(
            lambda: assessments.hand_over(context, draft_id, finished, audit=audit, initiator=INITIATOR),
            self._on_handed_over,
            self._on_refused,
        )

    def _on_handed_over(self, handed_over: tuple[str, ChangeSet]) -> None:
        self._assessment_id, changes = handed_over
        self._just_handed_over = True
        self._around.publish(changes)
        self._say(Notice.HANDED_OVER)
        self.reload()

    def _on_refused(self, error: FieldappError) -> None:
        self._show(busy=False)
        self._around.shell.toast(self._around.texts.error(error))

    def _write(self, draft: AssessmentDraft) -> ChangeSet:
        """Runs on the database worker."""
        return assessments.save_team(self._context, self._draft_id, draft, INITIATOR)

    def _on_saved(self) -> None:
        self._show(saving=self._saver.saving)
        if self._handing_over:
            self._go_on()

    # --- signatures -----------------------------------------------------------------------------

    def _on_record(self, record: _Record) -> None:
        if self._gone:
            return
        view, texts = record.view, self._around.texts
        made = view.assessment
        self._submission_id, self._area_code = made.submission_id, made.area_code
        members = tuple(
            MemberState(
                id=one.member.id,
                name=one.member.name,
                kind_label=texts.label(one.member.kind),
                signed_at=one.signature.signed_at if one.signature is not None else None,
                may_sign=one.may_sign,
                view=one.signature.differing_view if one.signature is not None else "",
            )
            for one in view.members
        )
        wanted = self.state.signing.id if self.state.signing is not None else ""
        if self._just_handed_over:  # the lead is at the table: the own signature comes first
            self._just_handed_over = False
            wanted = next((one.member.id for one in view.members if one.may_sign), "")
        still = next((one for one in members if one.id == wanted), None)
        self._show(
            mode=Mode.SIGNING,
            trouble="",
            busy=False,
            household_id=record.home.household_id,
            name=record.home.head_name,
            place=_place(record.home),
            result=Result(
                score=made.score,
                level=made.level,
                level_label=texts.label(made.level),
                previous=made.previous_level,
                previous_label=texts.label(made.previous_level),
                unknown=sum(answer.unknown for answer in made.answers),
                provisional=made.provisional,
                flags=tuple(record.flags.get(flag, flag) for flag in made.red_flags),
                next_due=made.next_due,
            ),
            urgent=_help(
                view.urgent_flags, record.flags, record.phones, record.home, made.assessed_at, made.id
            ),
            assessed_at=made.assessed_at,
            trigger_label=texts.said_of(texts.label(made.trigger), made.trigger_note),
            members=members,
            plan=made.plan,
            team_note=made.team_note,
            lowering_reason=made.lowering_reason,
            finished=view.finished,
            unsent=view.unsent,
            marks=tuple(texts.message(mark) for mark in view.marks),
            signing=still if still is not None and still.may_sign else None,
            may_override=view.may_override and view.finished,
            history=level_rows(record.history, self._around.texts),
        )

    def print_form(self) -> None:
        """Look at the paper form, to print it or to save it."""
        ids, area = self._assessment_id, self._area_code
        self._around.shell.go("paper", kind="assessments", ids=ids, area_code=area)

    def ask_to_sign(self, member_id: str) -> None:
        """Open the sheet for a member."""
        found = next((one for one in self.state.members if one.id == member_id and one.may_sign), None)
        self._show(signing=found)

    def cancel_signing(self) -> None:
        """Close the sheet without a signature."""
        self._show(signing=None)

    def sign(self, member_id: str, strokes: str, png: bytes, view: str) -> None:
        """Keep a signature: picture and strokes first, then the record that names them."""
        if self.state.busy:
            return
        context, assessment_id = self._context, self._assessment_id

        def work() -> ChangeSet:
            content = strokes.encode()
            visits.keep_blob(context, png, "image/png")
            visits.keep_blob(context, content, "application/json")
            signature = Signature(
                attestation=Attestation.SIGNED,
                image_sha256=hashlib.sha256(png).hexdigest(),
                image_size=len(png),
                strokes_sha256=hashlib.sha256(content).hexdigest(),
                strokes_size=len(content),
                signed_at=context.clock(),
            )
            return assessments.sign(
                context, assessment_id, member_id, signature, differing_view=view, initiator=INITIATOR
            )

        waiting = sum(one.signed_at is None for one in self.state.members)
        self._show(busy=True)
        self._around.tasks.run(work, lambda changes: self._on_signed(changes, waiting), self._on_refused)

    def _on_signed(self, changes: ChangeSet, waiting: int) -> None:
        self._show(signing=None)
        self._around.publish(changes)
        self._say(Notice.FINISHED if waiting == 1 else Notice.SIGNED)
        self.reload()

    # --- a leader's decision ----------------------------------------------------------------------

    def ask_to_override(self, asking: bool) -> None:
        """Open or close the panel for another level."""
        self._show(overriding=asking and self.state.may_override, override_error="")

    def override(self, level: RiskLevel, reason: str) -> None:
        """Let another level hold."""
        context, assessment_id = self._context, self._assessment_id

        def refused(error: FieldappError) -> None:
            self._show(busy=False, override_error=self._around.texts.error(error))

        def decided(changes: ChangeSet) -> None:
            self._show(overriding=False)
            self._around.publish(changes)
            self._say(Notice.OVERRIDDEN)
            self.reload()

        self._show(busy=True)
        self._around.tasks.run(
            lambda: assessments.override_level(context, assessment_id, level, reason, INITIATOR),
            decided,
            refused,
        )

    def open_assessment(self, assessment_id: str) -> None:
        """Another one out of the history."""
        if assessment_id != self._assessment_id:
            self._around.shell.go("assessment", assessment_id=assessment_id)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        if not self._gone:
            self._render(self.state)


def _place(home: HouseholdItem) -> str:
    return place_line(home.village_name, home.group_name, home.address)


def _help(
    codes: tuple[str, ...], words: Mapping[str, str], phones: tuple[DutyPhone, ...], home: HouseholdItem,
    at: dt.datetime, assessment_id: str = "",
) -> UrgentHelp | None:  # fmt: skip
    if not codes:
        return None
    return UrgentHelp(
        tuple(words.get(code, code) for code in codes),
        phones,
        home.village_name,
        home.group_name,
        at,
        codes=codes,
        household_id=home.household_id,
        assessment_id=assessment_id,
    )
