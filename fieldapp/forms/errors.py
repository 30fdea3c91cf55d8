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
