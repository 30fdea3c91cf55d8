"""The one tree of a form's errors: stable codes, facts, one English line. Pure library layer.

FormError(code, **facts)
├ DocumentError      text that is no acceptable XML document
├ ExpressionError    an expression that cannot be compiled; `start` and `end` are offsets in its text
└ EvaluationError    an expression that cannot be evaluated with the values it met

Codes stay; sentences for people live with the program that shows them. Facts come from the form, never
from an answer: errors are logged.
"""

from typing import Final

Fact = str | int | float | bool | None

#: code -> one English line; names in braces are facts.
MESSAGES: Final[dict[str, str]] = {
    "document_malformed": "not well-formed XML at line {line}, column {column}: {reason}",
    "document_too_large": "the document has {size} bytes, the limit is {limit}",
    "document_too_deep": "elements are nested deeper than {limit} levels at line {line}",
    "document_too_many_nodes": "the document has more than {limit} elements and attributes",
    "document_doctype_forbidden": "document type declarations are not accepted (line {line})",
    "document_encoding_unknown": "the encoding of the document is not known",
    "expression_empty": "the expression is empty",
    "expression_too_long": "the expression has {size} characters, the limit is {limit}",
    "expression_too_deep": "the expression is nested deeper than {limit} levels",
    "expression_character": "the character at {start} has no meaning in an expression",
    "expression_string_open": "the text beginning at {start} has no closing quote",
    "expression_unexpected": "{found} was not expected at {start}",
    "expression_incomplete": "the expression ends where more was expected",
    "expression_prefix_unknown": "no namespace is declared for the prefix {prefix}",
    "expression_variables_unsupported": "variables such as ${name} have no meaning in a form",
    "expression_axis_unknown": "there is no axis {axis}",
    "function_unknown": "there is no function {function}",
    "function_arity": "{function} takes {expected} arguments, not {count}",
    "function_needs_nodes": "argument {argument} of {function} must be a path to nodes",
    "expression_needs_nodes": "a path or | needs nodes, not a value, at {start}",
    "regex_invalid": "the regular expression is not valid at its character {at}",
    "regex_unsupported": "the regular expression uses {feature}, which is not supported",
    "regex_too_large": "the regular expression is too large",
    "digest_unknown": "there is no digest algorithm or encoding of the name given",
    "date_format_unknown": "the date format has no meaning for %{token}",
    "evaluation_too_long": "evaluating took more than {limit} steps",
    "geometry_invalid": "{function} met something that is no valid geometry",
    # -- definitions
    "definition_invalid": "the form has {count} problems",
    "definition_incomplete": "the document has no {part}",
    "form_without_id": "the form has no id",
    "instance_empty": "the primary instance has no element",
    "instance_with_roots": "the primary instance has more than one element",
    "instance_too_large": "the primary instance has more than {limit} nodes",
    "instance_without_id": "an instance without id cannot be referred to",
    "instance_repeated": "there is more than one instance {instance}",
    "instance_unknown": "there is no instance {instance}",
    "reference_not_found": "{path} leads to no question or group of the form",
    "condition_is_path": "a bare path as a condition is true whenever the node exists, whatever it holds",
    "type_unknown": "there is no type {type}; it is taken as text",
    "calculate_on_group": "a group holds no value that could be calculated",
    "cycle": "these depend on each other in a circle: {members}",
    "bind_unknown": "there is no bind with the id {bind}",
    "control_without_reference": "a control has neither ref nor bind",
    "control_outside_repeat": "a question of a repeat is shown outside of it",
    "question_on_group": "a question refers to a group",
    "repeat_is_root": "the whole form cannot be a repeat",
    "repeat_repeated": "the repeat is shown twice",
    "choices_missing": "a select has no choices",
    "choice_without_value": "choice number {number} has no value",
    "itemset_incomplete": "a list of choices lacks its nodes or its value",
    "range_invalid": "a range needs numbers for start, end and step, the step not being 0",
    "event_missing": "an action has no event",
    "event_unknown": "there is no event {event}",
    "event_outside_repeat": "odk-new-repeat happens in repeats, the action stands in none",
    "language_repeated": "the language {language} occurs twice",
    "text_repeated": "the text {text} occurs twice in {language}",
    "text_missing": "no language has the text {text}",
    "text_missing_in_default": "the default language {language} lacks the text {text}",
    "submission_method_unsupported": "there is no way {method} to send records",
    "entities_version_unsupported": "entities of version {version} are not supported",
    # -- lists
    "attachment_missing": "the file {file} is missing",
    "attachment_malformed": "the file {file} cannot be read",
    "attachment_too_large": "the file {file} has {size} bytes, the limit is {limit}",
    "instance_not_provided": "the list {instance} is not provided",
    # -- sessions
    "reference_unknown": "there is nothing at {reference}",
    "page_irrelevant": "{reference} is on no page at present",
    "question_readonly": "{reference} cannot be answered",
    "session_read_only": "the record is open for reading only",
    "value_not_integer": "not a whole number",
    "value_not_decimal": "not a number",
    "value_not_date": "not a date",
    "value_not_time": "not a time",
    "value_not_datetime": "not a date with time",
    "value_not_geo": "not a position, line or area",
    "value_out_of_range": "not between {low} and {high}",
    "value_too_long": "longer than {limit} characters",
    "value_no_choice": "not among the choices of {reference}",
    "repeat_fixed": "instances of {reference} cannot be added or removed by hand",
    "repeat_limit": "{reference} would have more than {limit} instances",
    "language_unknown": "the form has no language {language}",
    "form_invalid": "{count} answers are missing or wrong",
    "recalculation_endless": "working out the form took more than {limit} evaluations",
    "actions_endless": "more than {limit} actions set each other off",
    "action_target_many": "an action sets one instance of a repeat, and its target may be several",
    "draft_of_other_form": "not a record of the form {expected}",
    "draft_of_other_version": "a record of version {found}, not {expected}",
    "migration_refused": "{reference} is a repeat in one version and none in the other",
}


class FormError(Exception):
    """An expected error of a form. `code` is stable, `facts` say where and what."""

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.code: Final = code
        self.facts: Final = facts

    def __str__(self) -> str:
        template = MESSAGES.get(self.code)
        return self.code if template is None else f"{self.code}: {template.format_map(_Facts(self.facts))}"


class DocumentError(FormError):
    """The text is no XML document that a form accepts."""


class ExpressionError(FormError):
    """The expression cannot be compiled. Facts: expression, start, end (character offsets in it)."""


class EvaluationError(FormError):
    """The expression is well formed, but cannot be evaluated with what it met."""


class _Facts(dict[str, Fact]):
    """Facts for a template: one that is missing shows as its name instead of failing."""

    def __missing__(self, name: str) -> str:
        return f"<{name}>"
