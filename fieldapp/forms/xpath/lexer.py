"""Cuts an expression into tokens, by the lexical rules of XPath 1.0 §3.7. Pure library layer.

Two liberties that form authors take and other evaluators grant: no space around a word operator after a
number (`1div 2`, `1and1`), and an exponent in a number.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from fieldapp.forms.errors import ExpressionError
from fieldapp.forms.xpath.syntax import Operator


class TokenKind(Enum):
    """What a token is; the name of a token that is only a sign is in `text`."""

    NUMBER = auto()
    STRING = auto()
    OPERATOR = auto()
    NAME = auto()
    """A name test: `name`, `prefix:name`, `prefix:*` or `*`."""
    FUNCTION = auto()
    NODE_TYPE = auto()
    AXIS = auto()
    SIGN = auto()
    """One of ( ) [ ] , @ . .. :: / // |"""
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A token; `text` is the content of a string, the name of a name, the sign or the operator."""

    kind: TokenKind
    text: str
    start: int
    end: int


_NAME_PATTERN: Final = r"[^\W\d][\w.·-]*"
_SPACE: Final = re.compile(r"[ \t\r\n\u00a0]*")
_NUMBER: Final = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_STRING: Final = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_NAME: Final = re.compile(rf"({_NAME_PATTERN})(?::(?!:)({_NAME_PATTERN}|\*))?")
_WORD_OPERATOR: Final = re.compile(r"(and|or|mod|div)(?![^\W\d])")
_SIGN: Final = re.compile(r"\.\.|::|//|<=|>=|!=|[()\[\],@./|+\-=<>*]")
_AFTER_NAME: Final = re.compile(r"[ \t\r\n\u00a0]*(::|\()?")

_NODE_TYPES: Final = frozenset({"comment", "text", "processing-instruction", "node"})
_SIGN_OPERATORS: Final = frozenset({"+", "-", "=", "!=", "<", "<=", ">", ">=", "*"})
# After one of these (or at the start) an operand must follow, so `*` is a name and `div` may be one.
_OPENING: Final = frozenset({"(", "[", ",", "@", "::", "/", "//", "|"})

MAX_LENGTH: Final = 100_000


def tokens(text: str) -> list[Token]:
    """The tokens of an expression, an END last.

    Raises:
        ExpressionError: expression_too_long, expression_character, expression_string_open,
            expression_variables_unsupported.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError("expression_too_long", size=len(text), limit=MAX_LENGTH)
    found: list[Token] = []
    at = _skip_space(text, 0)
    while at < len(text):
        token = _next(text, at, operand_expected=_operand_expected(found))
        found.append(token)
        at = _skip_space(text, token.end)
    found.append(Token(TokenKind.END, "", len(text), len(text)))
    return found


def _skip_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return at if space is None else space.end()


def _operand_expected(before: list[Token]) -> bool:
    if not before:
        return True
    last = before[-1]
    return last.kind is TokenKind.OPERATOR or (last.kind is TokenKind.SIGN and last.text in _OPENING)


def _next(text: str, at: int, *, operand_expected: bool) -> Token:
    if not operand_expected:
        word = _WORD_OPERATOR.match(text, at)
        if word is not None:
            return Token(TokenKind.OPERATOR, word[1], at, word.end())
    number = _NUMBER.match(text, at)
    if number is not None:
        return Token(TokenKind.NUMBER, number[0], at, number.end())
    if text[at] in "\"'":
        return _string(text, at)
    name = _NAME.match(text, at)
    if name is not None:
        return _named(text, name)
    sign = _SIGN.match(text, at)
    if sign is not None:
        return _sign(sign, operand_expected=operand_expected)
    if text[at] == "$":
        following = _NAME.match(text, at + 1)
        raise ExpressionError(
            "expression_variables_unsupported",
            name=following[0] if following else "",
            start=at,
            end=following.end() if following else at + 1,
        )
    raise ExpressionError("expression_character", start=at, end=at + 1)


def _string(text: str, at: int) -> Token:
    string = _STRING.match(text, at)
    if string is None:
        raise ExpressionError("expression_string_open", start=at, end=len(text))
    return Token(TokenKind.STRING, string[1] if string[1] is not None else string[2], at, string.end())


def _named(text: str, name: re.Match[str]) -> Token:
    after = _AFTER_NAME.match(text, name.end())
    sign = after[1] if after is not None else None
    kind = TokenKind.NAME
    if sign == "::":
        kind = TokenKind.AXIS
    elif sign == "(":
        kind = TokenKind.NODE_TYPE if name[0] in _NODE_TYPES else TokenKind.FUNCTION
    return Token(kind, name[0], name.start(), name.end())


def _sign(sign: re.Match[str], *, operand_expected: bool) -> Token:
    text = sign[0]
    kind = TokenKind.SIGN
    if text == "*" and operand_expected:
        kind = TokenKind.NAME
    elif text in _SIGN_OPERATORS:
        kind = TokenKind.OPERATOR
    return Token(kind, text, sign.start(), sign.end())


#: The operators as they are written.
OPERATORS: Final[dict[str, Operator]] = {operator.value: operator for operator in Operator}
