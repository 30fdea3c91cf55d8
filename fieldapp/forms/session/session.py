"""FormSession: the one door to a form being filled. Pure library layer."""

from fieldapp.forms.definition.model import FormDefinition
from fieldapp.forms.session.audit import AuditLog
from fieldapp.forms.session.environment import Environment
from fieldapp.forms.view import (
    Answer,
    AnyView,
    Changes,
    Choice,
    Failure,
    Migration,
    Page,
    Reference,
    Submission,
)


class FormSession:
    """A form being filled, read or edited.

    Every action that changes something answers `Changes`; views are asked for by reference. Not safe for
    use from several threads at once.
    """

    definition: FormDefinition
    audit: AuditLog

    # -- opening ----------------------------------------------------------------------------------

    @classmethod
    def new(cls, definition: FormDefinition, environment: Environment) -> "FormSession":
        """Begin a new record: defaults, preloads and first-load actions are in place."""

    @classmethod
    def resume(cls, definition: FormDefinition, draft: bytes, environment: Environment) -> "FormSession":
        """Go on with a draft of `save_draft`. `unknown` names values that this definition has no place for.

        Raises:
            FormError: draft_of_other_form, draft_of_other_version (see `migrate`); DocumentError.
        """

    @classmethod
    def edit(cls, definition: FormDefinition, instance: bytes, environment: Environment) -> "FormSession":
        """Correct a finished record: a new instanceID, the former one becomes deprecatedID."""

    @classmethod
    def read(cls, definition: FormDefinition, instance: bytes, environment: Environment) -> "FormSession":
        """Look at a draft or finished record: everything is read-only, no action runs, nothing is audited."""

    # -- looking ----------------------------------------------------------------------------------

    @property
    def languages(self) -> tuple[str, ...]:
        """The form's languages in its own order; () when it has one without a name."""

    @property
    def language(self) -> str:
        """The language of labels, hints, messages and choices."""

    @property
    def can_undo(self) -> bool:
        """There is an action to take back."""

    @property
    def unknown(self) -> tuple[Reference, ...]:
        """What the opened draft held that this definition has no place for."""

    def view(self, reference: Reference = "") -> AnyView:
        """The node at a reference; "" is the root group.

        Raises:
            FormError: reference_unknown.
        """

    def choices(self, reference: Reference) -> tuple[Choice, ...]:
        """The choices of a select, rank or rating in their order, filtered and in the session's language."""

    def pages(self) -> tuple[Page, ...]:
        """The relevant pages in order, the END page last. Also the jump list: see `Page.trail`."""

    @property
    def current(self) -> Page:
        """The page last shown; at first the first, after `resume` the one the draft was left at."""

    # -- acting -----------------------------------------------------------------------------------

    def answer(self, reference: Reference, value: Answer) -> Changes:
        """Set a question's value, run what follows from it and tell what changed.

        A value that breaks a constraint is kept and marked as such in its validity.

        Raises:
            FormError: reference_unknown, question_readonly, question_irrelevant, or a value the type cannot
                hold: value_not_integer, value_not_decimal, value_not_date, value_not_time,
                value_not_datetime, value_not_geo, value_out_of_range, value_no_choice.
        """

    def add_repeat(self, reference: Reference) -> Changes:
        """Add an instance at the end of a repeat.

        Raises:
            FormError: repeat_fixed, repeat_limit, reference_unknown, question_readonly.
        """

    def remove_repeat(self, reference: Reference) -> Changes:
        """Remove one instance, such as `/data/member[2]`; later ones move up.

        Raises:
            FormError: repeat_fixed, reference_unknown, question_readonly.
        """

    def undo(self) -> Changes:
        """Take the last answer, added or removed instance back, with all that followed from it."""

    def set_language(self, language: str) -> Changes:
        """Show texts in another of the form's languages.

        Raises:
            FormError: language_unknown.
        """

    def show(self, reference: Reference) -> Page:
        """Say that the page with this question, group or repeat is on the screen now; "" is the end page.

        Keeps the place for the draft and the time for the audit log.
        """

    def leave(self) -> None:
        """The person leaves the form without finishing it: closes what the audit log has open."""

    # -- finishing --------------------------------------------------------------------------------

    def validate(self) -> tuple[Failure, ...]:
        """Everything that keeps the form from being finished, in document order."""

    def save_draft(self) -> bytes:
        """The whole state as XML: also what is not relevant, the language and the page."""

    def finalise(self) -> Submission:
        """The finished instance: end time set, templates and non-relevant nodes left out.

        Raises:
            FormError: form_invalid (ask `validate`).
        """


def migrate(draft: bytes, old: FormDefinition, new: FormDefinition) -> Migration:
    """Bring a draft of `old` to `new`, another version of the same form, and tell what becomes of the answers.

    Raises:
        FormError: draft_of_other_form, migration_refused (fact `reason`).
    """
