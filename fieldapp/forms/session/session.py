"""FormSession: the one door to a form being filled. Pure library layer."""

from collections.abc import Callable
from typing import Final

from fieldapp.forms.definition.model import FIRST_LOAD, LOAD, REVALIDATE, FormDefinition, NodeSpec
from fieldapp.forms.errors import FormError
from fieldapp.forms.session.actions import Actions
from fieldapp.forms.session.audit import AuditLog, AuditSettings, Event, audit_settings
from fieldapp.forms.session.bookmark import Bookmark
from fieldapp.forms.session.choices import Choices
from fieldapp.forms.session.entities import entities
from fieldapp.forms.session.entry import Entry
from fieldapp.forms.session.environment import Environment
from fieldapp.forms.session.host import SessionHost
from fieldapp.forms.session.instance import Frame, Instance, Range, state
from fieldapp.forms.session.journal import Journal, merged, references
from fieldapp.forms.session.pages import Pages
from fieldapp.forms.session.preloads import preload_end, preload_new, replace_instance_id
from fieldapp.forms.session.recalculation import Opening, Recalculation
from fieldapp.forms.session.record import Saved, draft_xml, file_names, submission_xml
from fieldapp.forms.session.texts import Texts, fitting_language
from fieldapp.forms.session.views import Views
from fieldapp.forms.tree import Node
from fieldapp.forms.view import (
    Answer,
    AnyView,
    Changes,
    Choice,
    Condition,
    Failure,
    Page,
    PageKind,
    Reference,
    Submission,
)

UNDO_LIMIT: Final = 200


class FormSession:
    """A form being filled, read or edited.

    Every action that changes something answers `Changes`; views are asked for by reference. An action that
    raises has changed nothing. Not safe for use from several threads at once.

    Open one with `new`, `resume`, `edit` or `read`.

    Attributes:
        definition: the form.
        audit: the log of this session.
        unknown: references of what the opened record held and the form has no place for.
    """

    def __init__(
        self,
        definition: FormDefinition,
        environment: Environment,
        root: Node,
        opening: Opening,
        *,
        language: str = "",
        page: Reference | None = None,
        unknown: tuple[Reference, ...] = (),
    ) -> None:
        self.definition: Final = definition
        self.unknown: Final = unknown
        self._environment = environment
        self._read_only = opening is Opening.READ
        self._instance = Instance(definition, root)
        self._host = SessionHost(definition, self._instance, environment)
        self._texts = Texts(definition, self._host)
        self._choices = Choices(self._host, self._texts)
        self._host.text_by_id = self._texts.plain
        self._host.choice_by_value = self._choices.label
        self._recalculation = Recalculation(definition, self._instance, self._host, self._choices)
        self._actions = Actions(
            definition, self._instance, self._host, self._recalculation, environment.position
        )
        self._views = Views(definition, self._instance, self._texts, read_only=self._read_only)
        self._pages = Pages(definition, self._instance, self._views)
        self._entry = Entry(self._choices, self._instance, environment.zone)
        self._chosen_language = language
        self._host.language = fitting_language(definition, (language, *environment.languages))
        self._undo: list[tuple[list[Journal], str]] = []
        self._page = page
        settings = AuditSettings() if self._read_only else audit_settings(definition)
        self.audit: Final = AuditLog(
            settings,
            now=environment.now,
            monotonic=environment.monotonic,
            user=environment.properties.get("username", ""),
        )
        self._open(opening)

    # -- opening ----------------------------------------------------------------------------------

    @classmethod
    def new(cls, definition: FormDefinition, environment: Environment) -> "FormSession":
        """Begin a new record: defaults, preloads and first-load actions are in place.

        Raises:
            FormError: instance_not_provided, attachment_missing, attachment_malformed, repeat_limit;
                EvaluationError.
        """
        return cls(definition, environment, definition.prototype.copy(), Opening.NEW)

    @classmethod
    def resume(cls, definition: FormDefinition, draft: bytes, environment: Environment) -> "FormSession":
        """Go on with a draft of `save_draft`. `unknown` names what this definition has no place for.

        Raises:
            FormError: draft_of_other_form, draft_of_other_version (see `migrate`); DocumentError.
        """
        saved = Saved(definition, draft)
        return cls(
            definition,
            environment,
            saved.root,
            Opening.RESUME,
            language=saved.language,
            page=saved.page,
            unknown=tuple(saved.unknown),
        )

    @classmethod
    def edit(cls, definition: FormDefinition, instance: bytes, environment: Environment) -> "FormSession":
        """Correct a finished record: a new instanceID, the former one becomes deprecatedID.

        Raises:
            FormError: draft_of_other_form, draft_of_other_version; DocumentError.
        """
        saved = Saved(definition, instance)
        replace_instance_id(definition, saved.root, environment)
        return cls(definition, environment, saved.root, Opening.RESUME, unknown=tuple(saved.unknown))

    @classmethod
    def read(cls, definition: FormDefinition, instance: bytes, environment: Environment) -> "FormSession":
        """Look at a draft or finished record: everything is read-only, no action runs, nothing is audited.

        Raises:
            FormError: draft_of_other_form, draft_of_other_version; DocumentError.
        """
        saved = Saved(definition, instance)
        return cls(definition, environment, saved.root, Opening.READ, unknown=tuple(saved.unknown))

    def _open(self, opening: Opening) -> None:
        recalculation, actions = self._recalculation, self._actions
        for frame in self._instance.root.walk():
            frame.is_initial = True
        recalculation.begin()
        recalculation.work_out_all(opening)
        if opening is Opening.READ:
            return
        if opening is Opening.NEW:
            preload_new(self.definition, self._instance, self._environment, recalculation)
            recalculation.settle()
            actions.loaded(FIRST_LOAD)
        actions.loaded(LOAD)
        actions.settle()
        actions.listen()
        self.audit.record(Event.FORM_START if opening is Opening.NEW else Event.FORM_RESUME)

    # -- looking ----------------------------------------------------------------------------------

    @property
    def languages(self) -> tuple[str, ...]:
        """The form's languages in its own order; () when its texts have none."""
        return self.definition.languages

    @property
    def language(self) -> str:
        """The language of labels, hints, messages and choices."""
        return self._host.language

    @property
    def can_undo(self) -> bool:
        """There is an action to take back."""
        return bool(self._undo)

    def view(self, reference: Reference = "") -> AnyView:
        """The node at a reference; "" is the root group.

        Raises:
            FormError: reference_unknown.
        """
        return self._views.view(reference)

    def bookmark(self, reference: Reference) -> Bookmark:
        """Keep hold of a question while instances come and go: for an answer that takes its time.

        Raises:
            FormError: reference_unknown.
        """
        return Bookmark(self._instance, self._node(reference))

    def choices(self, reference: Reference) -> tuple[Choice, ...]:
        """The choices of a select, rank or rating in their order, filtered and in the session's language.

        Raises:
            FormError: reference_unknown, or what the list raises when first read.
        """
        node = self._node(reference)
        if state(node).spec.control is None:
            return ()
        return self._choices.choices(node)

    def pages(self) -> tuple[Page, ...]:
        """The relevant pages in order, the END page last. Also the jump list: see `Page.trail`."""
        return tuple(self._pages.pages())

    @property
    def current(self) -> Page:
        """The page last shown; at first the first, after `resume` the one the draft was left at."""
        pages, at = self.pages(), self._page
        return next((page for page in pages if at is not None and _is_on(at, page)), pages[0])

    # -- acting -----------------------------------------------------------------------------------

    def answer(self, reference: Reference, value: Answer) -> Changes:
        """Set a question's value, run what follows from it and tell what changed.

        A value that breaks a constraint is kept and marked as such in its validity.

        Raises:
            FormError: reference_unknown, question_readonly, or a value the question cannot hold:
                value_not_integer, value_not_decimal, value_not_date, value_not_time, value_not_datetime,
                value_not_geo, value_out_of_range, value_no_choice, value_too_long; what the form's
                own expressions raise.
        """
        node = self._node(reference)
        if self._views.is_readonly(node) or not _is_answerable(state(node).spec):
            raise FormError("question_readonly", reference=reference)
        text = self._entry.text(node, value)
        return self._act(lambda: self._recalculation.set_value(node, text))

    def add_repeat(self, reference: Reference) -> Changes:
        """Add an instance at the end of a repeat.

        Raises:
            FormError: reference_unknown, repeat_fixed, repeat_limit.
        """
        range = self._views.find(reference.partition("#")[0])
        if not isinstance(range, Range):
            raise FormError("reference_unknown", reference=reference)
        if not self._views.can_add(range):
            raise FormError("repeat_fixed", reference=reference)
        changes = self._act(lambda: self._recalculation.add(range))
        self.audit.record(Event.ADD_REPEAT, self._instance.reference(range.frames[-1].node))
        return changes

    def remove_repeat(self, reference: Reference) -> Changes:
        """Remove one instance, such as `/data/member[2]`; later ones move up.

        Raises:
            FormError: reference_unknown, repeat_fixed.
        """
        frame = self._repeat_instance(reference)
        if not self._views.can_remove(frame):
            raise FormError("repeat_fixed", reference=reference)
        range = self._instance.range_of(frame)
        changes = self._act(lambda: self._recalculation.remove(range, range.frames.index(frame)))
        self.audit.record(Event.DELETE_REPEAT, reference)
        return changes

    def undo(self) -> Changes:
        """Take the last answer, added or removed instance back, with all that followed from it."""
        if not self._undo:
            return Changes()
        journals, language = self._undo.pop()
        for journal in reversed(journals):
            journal.take_back()
        changes = [journal.changes() for journal in journals]
        if language != self.language:
            changes.append(self._speak_anew().changes())
        return merged(changes)

    def set_language(self, language: str) -> Changes:
        """Show texts in another of the form's languages, also when the draft is resumed.

        Raises:
            FormError: language_unknown.
        """
        if language not in self.languages:
            raise FormError("language_unknown", language=language)
        self._chosen_language = language
        if language == self.language:
            return Changes()
        before, self._host.language = self._host.language, language
        try:
            journal = self._speak_anew()
        except FormError:
            self._host.language = before
            raise
        if self._undo and not journal.is_empty:
            self._undo[-1][0].append(journal)
        shown = [node for node in self._instance.root.all_nodes() if state(node).spec.control is not None]
        return merged([journal.changes(), self._in_language(shown)])

    def show(self, reference: Reference, *, jumped: bool = False) -> Page:
        """Say that the page with this question, group or repeat is on the screen now; "" is the end page.

        Keeps the place for the draft and the time for the audit log; `jumped` tells that the person chose
        it from the jump list.

        Raises:
            FormError: reference_unknown, page_irrelevant.
        """
        if reference:
            self._views.find(reference.partition("#")[0])
        page = next((page for page in self.pages() if _is_on(reference, page)), None)
        if page is None:
            raise FormError("page_irrelevant", reference=reference)
        self.audit.close(self._text)
        if jumped:
            self.audit.record(Event.JUMP)
        self._page = page.reference
        if page.kind is PageKind.END:
            self.audit.open(Event.END_SCREEN)
        elif page.kind is PageKind.FIELD_LIST:
            self.audit.open(Event.GROUP_QUESTIONS, page.reference)
        for question in page.questions:
            if self._is_question(question):
                self.audit.open(Event.QUESTION, question, value=self._text(question))
        return page

    def leave(self) -> None:
        """The person leaves the form without finishing it: closes what the audit log has open."""
        self.audit.close(self._text)
        self.audit.record(Event.FORM_EXIT)

    # -- finishing --------------------------------------------------------------------------------

    def validate(self) -> tuple[Failure, ...]:
        """Everything that keeps the form from being finished, in the order of the form."""
        return self._pages.failures()

    def save_draft(self) -> bytes:
        """The whole state as XML: also what is not relevant, the language that was chosen and the page."""
        self.audit.record(Event.FORM_SAVE)
        return draft_xml(self._instance, language=self._chosen_language, page=self._page)

    def finalise(self) -> Submission:
        """The finished record: end time set, templates and non-relevant nodes left out.

        Raises:
            FormError: form_invalid (`validate` tells why), session_read_only.
        """
        if self._read_only:
            raise FormError("session_read_only")
        self._act(lambda: self._actions.loaded(REVALIDATE))
        failures = self.validate()
        if failures:
            for failure in failures:
                if failure.condition is Condition.CONSTRAINT:
                    self.audit.record(Event.CONSTRAINT_ERROR, failure.reference)
            self.audit.record(Event.FINALIZE_ERROR)
            raise FormError("form_invalid", count=len(failures))
        self._act(self._finish)
        self.audit.close(self._text)
        self.audit.record(Event.FORM_FINALIZE)
        return Submission(
            xml=submission_xml(self._instance),
            instance_id=self._meta_value("instanceID"),
            instance_name=self._meta_value("instanceName"),
            files=file_names(self._instance),
            entities=entities(self._instance),
        )

    # -- inside -----------------------------------------------------------------------------------

    def _act(self, action: Callable[[], object]) -> Changes:
        """One action of the person, whole or not at all."""
        journal = self._recalculation.begin()
        try:
            action()
            self._actions.settle()
        except BaseException:
            self._actions.forget()
            self._recalculation.abandon()
            raise
        if not journal.is_empty:
            self._undo.append(([journal], self.language))
            del self._undo[:-UNDO_LIMIT]
        return journal.changes()

    def _speak_anew(self) -> Journal:
        journal = self._recalculation.begin()
        try:
            self._recalculation.language_changed(self.definition.language_dependent)
            self._actions.settle()
        except BaseException:
            self._actions.forget()
            self._recalculation.abandon()
            raise
        return journal

    def _in_language(self, nodes: list[Node]) -> Changes:
        shown = references(self._instance, nodes)
        selects = [node for node in nodes if _has_choices(node)]
        return Changes(labels=shown, choices=references(self._instance, selects))

    def _finish(self) -> None:
        preload_end(self.definition, self._instance, self._environment, self._recalculation)
        audit = self.definition.meta("audit")
        if audit is not None and self.audit.settings.enabled:
            self._recalculation.set_value(self._instance.root.nodes[audit], "audit.csv")

    def _node(self, reference: Reference) -> Node:
        found = self._views.find(reference.partition("#")[0])
        if isinstance(found, Range) or not state(found).spec.is_leaf:
            raise FormError("reference_unknown", reference=reference)
        return found

    def _repeat_instance(self, reference: Reference) -> Frame:
        found = self._views.find(reference.partition("#")[0])
        if isinstance(found, Range) or not state(found).spec.is_repeat:
            raise FormError("reference_unknown", reference=reference)
        return state(found).frame

    def _is_question(self, reference: Reference) -> bool:
        found = self._views.find(reference.partition("#")[0])
        return not isinstance(found, Range) and state(found).spec.is_leaf

    def _text(self, reference: Reference) -> str:
        """A question's value for the audit log; "" when its repeat instance is gone."""
        found = self._instance.find(reference.partition("#")[0])
        return found.value if isinstance(found, Node) else ""

    def _meta_value(self, name: str) -> str:
        spec = self.definition.meta(name)
        node = self._instance.root.nodes.get(spec) if spec is not None else None
        return node.string_value() if node is not None else ""


def _is_answerable(spec: NodeSpec) -> bool:
    """A question, or a place that the program may fill in: not what calculates or identifies the record."""
    return spec.control is not None or (spec.calculate is None and not spec.is_attribute)


def _is_on(reference: Reference, page: Page) -> bool:
    return reference == page.reference or reference in page.questions


def _has_choices(node: Node) -> bool:
    control = state(node).spec.control
    return control is not None and bool(control.choices or control.itemset)
