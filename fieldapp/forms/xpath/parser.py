"""Tokens to a syntax tree: recursive descent, bounded in depth. Pure library layer."""

from typing import Final

from fieldapp.forms.errors import ExpressionError
from fieldapp.forms.xpath.lexer import OPERATORS, Token, TokenKind, tokens
from fieldapp.forms.xpath.syntax import (
    PRECEDENCE,
    Axis,
    Call,
    Chain,
    KindTest,
    Literal,
    NameTest,
    Negation,
    NodeType,
    Operator,
    Path,
    PathStart,
    Span,
    Step,
    Syntax,
    Union,
)

#: Brackets inside brackets. Far above what people write, far below what Python's stack holds.
MAX_DEPTH: Final = 100

_AXES: Final[dict[str, Axis]] = {axis.value: axis for axis in Axis}
_NODE_TYPES: Final[dict[str, NodeType]] = {kind.value: kind for kind in NodeType}
_ANY_NODE: Final = KindTest(NodeType.NODE)
_OPERANDS: Final = frozenset({TokenKind.NUMBER, TokenKind.STRING, TokenKind.FUNCTION})
_STEP_STARTS: Final = frozenset({TokenKind.NAME, TokenKind.NODE_TYPE, TokenKind.AXIS})


def parse(text: str) -> Syntax:
    """The syntax tree of an expression.

    Raises:
        ExpressionError: expression_… codes, with facts start and end.
    """
    parser = _Parser(tokens(text))
    return parser.whole()


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._index = 0
        self._token = found[0]
        self._sign = _sign_of(found[0])
        self._depth = 0

    def whole(self) -> Syntax:
        if self._ended():
            raise ExpressionError("expression_empty", start=0, end=self._token.end)
        syntax = self._expression(1)
        if not self._ended():
            raise self._unexpected()
        return syntax

    # -- tokens -----------------------------------------------------------------------------------

    def _advance(self) -> Token:
        token = self._token
        self._index += 1
        self._token = following = self._tokens[self._index]
        self._sign = _sign_of(following)
        return token

    def _ended(self) -> bool:
        return self._token.kind is TokenKind.END

    def _accept(self, sign: str) -> bool:
        if self._sign == sign:
            self._advance()
            return True
        return False

    def _expect(self, sign: str) -> Token:
        if self._sign != sign:
            raise self._unexpected()
        return self._advance()

    def _unexpected(self) -> ExpressionError:
        token = self._token
        if self._ended():
            return ExpressionError("expression_incomplete", start=token.start, end=token.end)
        return ExpressionError("expression_unexpected", found=token.text, start=token.start, end=token.end)

    def _span(self, start: int) -> Span:
        return Span(start, self._tokens[self._index - 1].end)

    def _operator(self) -> Operator | None:
        return OPERATORS[self._token.text] if self._token.kind is TokenKind.OPERATOR else None

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(
                "expression_too_deep", limit=MAX_DEPTH, start=self._token.start, end=self._token.end
            )

    # -- expressions ------------------------------------------------------------------------------

    def _expression(self, loosest: int) -> Syntax:
        """Operators from the given precedence upwards; rows of one precedence become one Chain."""
        start = self._token.start
        left = self._unary()
        while (operator := self._operator()) is not None and PRECEDENCE[operator] >= loosest:
            precedence = PRECEDENCE[operator]
            rest: list[tuple[Operator, Syntax]] = []
            while operator is not None and PRECEDENCE[operator] == precedence:
                self._advance()
                rest.append((operator, self._expression(precedence + 1)))
                operator = self._operator()
            left = Chain(left, tuple(rest), self._span(start))
        return left

    def _unary(self) -> Syntax:
        start = self._token.start
        count = 0
        while self._operator() is Operator.SUBTRACT:
            self._advance()
            count += 1
        operand = self._union()
        return Negation(operand, count, self._span(start)) if count else operand

    def _union(self) -> Syntax:
        start = self._token.start
        first = self._path()
        if self._sign != "|":
            return first
        parts = [first]
        while self._accept("|"):
            parts.append(self._path())
        return Union(tuple(parts), self._span(start))

    # -- paths ------------------------------------------------------------------------------------

    def _path(self) -> Syntax:
        start = self._token.start
        if self._token.kind in _OPERANDS or self._sign == "(":
            return self._filter(start)
        steps: list[Step] = []
        if self._sign == "/":
            self._advance()
            origin = PathStart.ROOT
            if self._step_follows():
                self._relative(steps)
        elif self._sign == "//":
            origin = PathStart.ROOT
            self._relative_below(steps)
        else:
            origin = PathStart.CONTEXT
            self._relative(steps)
        return Path(origin, (), tuple(steps), self._span(start))

    def _filter(self, start: int) -> Syntax:
        """A primary expression with what may follow it: predicates and steps."""
        primary = self._primary()
        predicates = self._predicates()
        steps: list[Step] = []
        if self._accept("/"):
            self._relative(steps)
        elif self._sign == "//":
            self._relative_below(steps)
        if predicates or steps:
            return Path(primary, predicates, tuple(steps), self._span(start))
        return primary

    def _step_follows(self) -> bool:
        return self._token.kind in _STEP_STARTS or self._sign in (".", "..", "@")

    def _relative(self, steps: list[Step]) -> None:
        steps.append(self._step())
        while True:
            if self._accept("/"):
                steps.append(self._step())
            elif self._sign == "//":
                sign = self._advance()
                steps.append(_descend(sign))
                steps.append(self._step())
            else:
                return

    def _relative_below(self, steps: list[Step]) -> None:
        steps.append(_descend(self._expect("//")))
        self._relative(steps)

    def _step(self) -> Step:
        start = self._token.start
        if self._accept("."):
            return Step(Axis.SELF, _ANY_NODE, (), self._span(start))
        if self._accept(".."):
            return Step(Axis.PARENT, _ANY_NODE, (), self._span(start))
        axis = self._axis()
        test = self._node_test()
        predicates = self._predicates()
        return Step(axis, test, predicates, self._span(start))

    def _axis(self) -> Axis:
        if self._accept("@"):
            return Axis.ATTRIBUTE
        if self._token.kind is not TokenKind.AXIS:
            return Axis.CHILD
        token = self._advance()
        self._expect("::")
        axis = _AXES.get(token.text)
        if axis is None:
            raise ExpressionError(
                "expression_axis_unknown", axis=token.text, start=token.start, end=token.end
            )
        return axis

    def _node_test(self) -> NameTest | KindTest:
        token = self._token
        if token.kind is TokenKind.NODE_TYPE:
            return self._kind_test()
        if token.kind is not TokenKind.NAME:
            raise self._unexpected()
        self._advance()
        if token.text == "*":
            return NameTest(None, None)
        prefix, colon, name = token.text.rpartition(":")
        return NameTest(prefix if colon else "", None if name == "*" else name)

    def _kind_test(self) -> KindTest:
        kind = _NODE_TYPES[self._advance().text]
        self._expect("(")
        target: str | None = None
        if kind is NodeType.PROCESSING_INSTRUCTION and self._token.kind is TokenKind.STRING:
            target = self._advance().text
        self._expect(")")
        return KindTest(kind, target)

    def _predicates(self) -> tuple[Syntax, ...]:
        predicates: list[Syntax] = []
        while self._sign == "[":
            self._enter()
            self._advance()
            predicates.append(self._expression(1))
            self._expect("]")
            self._depth -= 1
        return tuple(predicates)

    # -- primary expressions ----------------------------------------------------------------------

    def _primary(self) -> Syntax:
        token = self._advance()
        span = Span(token.start, token.end)
        match token.kind:
            case TokenKind.NUMBER:
                return Literal(float(token.text), span)
            case TokenKind.STRING:
                return Literal(token.text, span)
            case TokenKind.FUNCTION:
                return self._call(token)
            case _:
                self._enter()
                inner = self._expression(1)
                self._expect(")")
                self._depth -= 1
                return inner

    def _call(self, name: Token) -> Call:
        self._enter()
        self._expect("(")
        arguments: list[Syntax] = []
        if self._sign != ")":
            arguments.append(self._expression(1))
            while self._accept(","):
                arguments.append(self._expression(1))
        self._expect(")")
        self._depth -= 1
        return Call(name.text, tuple(arguments), self._span(name.start))


def _sign_of(token: Token) -> str | None:
    return token.text if token.kind is TokenKind.SIGN else None


def _descend(sign: Token) -> Step:
    return Step(Axis.DESCENDANT_OR_SELF, _ANY_NODE, (), Span(sign.start, sign.end))
