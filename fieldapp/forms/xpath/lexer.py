"""Cuts an expression into tokens, by the lexical rules of XPath 1.0 §3.7. Pure library layer.

Liberties that form authors take and other evaluators grant: no space around a word operator after a
number (`1div 2`, `1and1`), an exponent in a number, `&lt;` for `<` (written twice over in XML).
"""

import re
from enum import Enum, auto
from typing import Final, NamedTuple

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


class Token(NamedTuple):
    """A token; `text` is the content of a string, the name of a name, the sign or the operator."""

    kind: TokenKind
    text: str
    start: int
    end: int


_NAME_PATTERN: Final = r"[^\W\d][\w.·-]*"
_SPACE_PATTERN: Final = r"[ \t\r\n\u00a0]*"
_ANY: Final = re.compile(
    rf"""
    (?P<number> (?: [0-9]+ (?:\.[0-9]*)? | \.[0-9]+ ) (?:[eE][-+]?[0-9]+)? )
  | (?P<string> "[^"]*" | '[^']*' )
  | (?P<name> {_NAME_PATTERN} (?: :(?!:) (?: {_NAME_PATTERN} | \* ) )? )
  | (?P<escaped> &[lg]t;=? )
  | (?P<sign> \.\. | :: | // | <= | >= | != | [()\[\],@./|+\-=<>*] )
    """,
    re.VERBOSE,
)
_WORD_OPERATOR: Final = re.compile(r"(?:and|or|mod|div)(?![^\W\d])")
_SPACE: Final = re.compile(_SPACE_PATTERN)
_AFTER_NAME: Final = re.compile(rf"{_SPACE_PATTERN}(::|\()?")

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
    operand_expected = True
    at = _after_space(text, 0)
    while at < len(text):
        token = _next(text, at, operand_expected=operand_expected)
        found.append(token)
        operand_expected = token.kind is TokenKind.OPERATOR or (
            token.kind is TokenKind.SIGN and token.text in _OPENING
        )
        at = _after_space(text, token.end)
    found.append(Token(TokenKind.END, "", len(text), len(text)))
    return found


def _after_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return at if space is None else space.end()


def _next(text: str, at: int, *, operand_expected: bool) -> Token:
    if not operand_expected:
        word = _WORD_OPERATOR.match(text, at)
        if word is not None:
            return Token(TokenKind.OPERATOR, word[0], at, word.end())
    found = _ANY.match(text, at)
    if found is None:
        raise _unreadable(text, at)
    match found.lastgroup:
        case "number":
            return Token(TokenKind.NUMBER, found[0], at, found.end())
        case "string":
            return Token(TokenKind.STRING, found[0][1:-1], at, found.end())
        case "name":
            return _named(text, found)
        case "escaped":
            return Token(TokenKind.OPERATOR, _unescaped(found[0]), at, found.end())
        case _:
            return _sign(found, operand_expected=operand_expected)


def _unreadable(text: str, at: int) -> ExpressionError:
    if text[at] in "\"'":
        return ExpressionError("expression_string_open", start=at, end=len(text))
    following = _ANY.match(text, at + 1)
    if text[at] == "$" and following is not None and following.lastgroup == "name":
        return ExpressionError(
            "expression_variables_unsupported", name=following[0], start=at, end=following.end()
        )
    return ExpressionError("expression_character", start=at, end=at + 1)


def _named(text: str, name: re.Match[str]) -> Token:
    after = _AFTER_NAME.match(text, name.end())
    sign = after[1] if after is not None else None
    kind = TokenKind.NAME
    if sign == "::":
        kind = TokenKind.AXIS
    elif sign == "(":
        kind = TokenKind.NODE_TYPE if name[0] in _NODE_TYPES else TokenKind.FUNCTION
    return Token(kind, name[0], name.start(), name.end())


def _unescaped(sign: str) -> str:
    return sign.replace("&lt;", "<").replace("&gt;", ">")


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
