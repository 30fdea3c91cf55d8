"""Laws of XPath that hold for all values and trees; and nothing that is typed crashes or hangs."""

import math
import random
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.forms.errors import MESSAGES, EvaluationError, ExpressionError
from fieldapp.forms.tree import Document, Kind, Node, in_document_order
from fieldapp.forms.xpath import Value, compile, to_boolean, to_number, to_string
from fieldapp.forms.xpath.lexer import MAX_LENGTH
from fieldapp.forms.xpath.parser import MAX_DEPTH
from tests.unit.forms.xpath.world import CHINA, World, evaluate

NUMBERS = st.floats(allow_nan=False)
LITERALS = st.text(st.characters(codec="utf-8", exclude_characters="'"), max_size=12)


# -- values ---------------------------------------------------------------------------------------


@given(NUMBERS)
def test_number_survives_text(number: float) -> None:
    text = to_string(number)
    assert "e" not in text.lower()
    if math.isfinite(number):
        assert to_number(text, CHINA) == number


@given(LITERALS)
def test_text_survives_literal(text: str) -> None:
    assert evaluate(f"'{text}'") == text


@given(NUMBERS, NUMBERS)
def test_division_gives_quotient_and_remainder(left: float, right: float) -> None:
    world = World()
    tree = Document(Node(Kind.ELEMENT, "d"))
    for name, value in (("a", left), ("b", right)):
        tree.element.append(Node(Kind.ELEMENT, name, to_string(value)))
    remainder = compile("/d/a mod /d/b").evaluate(tree, world)
    assert isinstance(remainder, float)
    assert math.isnan(remainder) or abs(remainder) < abs(right) or remainder == left
    assert to_boolean(compile("/d/a = /d/b or /d/a != /d/b").evaluate(tree, world))


@given(LITERALS, LITERALS)
def test_parts_of_text_make_the_text(text: str, mark: str) -> None:
    joined = evaluate(
        f"concat(substring-before('{text}', '{mark}'), '{mark}', substring-after('{text}', '{mark}'))"
    )
    assert evaluate(f"contains('{text}', '{mark}')") is (joined == text)


@given(LITERALS, st.integers(-3, 14))
def test_substring_splits_without_loss(text: str, place: int) -> None:
    head = evaluate(f"substring('{text}', 1, {place})")
    tail = evaluate(f"substring('{text}', {place} + 1)")
    assert f"{head}{tail}" == text or place < 0
    assert place >= 0 or (head, tail) == ("", text)


# -- trees ----------------------------------------------------------------------------------------


def _random_tree(seed: int) -> Document:
    chance = random.Random(seed)
    top = Node(Kind.ELEMENT, "a")
    document, nodes = Document(top), [top]
    for _ in range(chance.randrange(1, 25)):
        parent = chance.choice(nodes)
        child = Node(Kind.ELEMENT, chance.choice("abc"), chance.choice(["", "1", "2"]))
        parent.value = ""
        parent.insert(chance.randint(0, len(parent.children)), child)
        if chance.random() < 0.4:
            child.set_attribute(chance.choice("xy"), chance.choice("12"))
        nodes.append(child)
    return document


STEPS = st.sampled_from(
    ["*", "a", "b", "..", ".", "@x", "@*", "ancestor::*", "descendant::b", "following-sibling::*", "text()",
     "preceding-sibling::a", "following::*", "preceding::node()", "self::a", "descendant-or-self::node()"]
)  # fmt: skip
PREDICATES = st.sampled_from(
    ["", "", "[1]", "[last()]", "[. = '1']", "[a]", "[position() > 1]", "[@x = 1]", "[not(b)]"]
)
PATHS = st.lists(st.tuples(STEPS, PREDICATES), min_size=1, max_size=4).map(
    lambda steps: "/".join(step + ("" if step in (".", "..") else predicate) for step, predicate in steps)
)


def _nodes(value: Value) -> list[Node]:
    assert isinstance(value, list)
    return value


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 500), PATHS)
def test_path_gives_each_node_once_and_in_order(seed: int, path: str) -> None:
    tree = _random_tree(seed)
    nodes = _nodes(evaluate(f"//*/{path}", tree))
    assert nodes == in_document_order(nodes)
    assert len(set(nodes)) == len(nodes)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 500), PATHS, PATHS)
def test_union_is_a_union_of_sets(seed: int, one: str, other: str) -> None:
    tree = _random_tree(seed)
    both = _nodes(evaluate(f"//{one} | //{other}", tree))
    assert set(both) == set(_nodes(evaluate(f"//{one}", tree))) | set(_nodes(evaluate(f"//{other}", tree)))
    assert both == _nodes(evaluate(f"//{other} | //{one}", tree))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 500))
def test_axes_partition_the_document(seed: int) -> None:
    # XPath 1.0 §2.2: ancestor, descendant, following, preceding and self do not overlap and are everything.
    tree = _random_tree(seed)
    whole = set(_nodes(evaluate("//node() | /", tree)))
    for node in _nodes(evaluate("//*", tree)):
        axes = ("ancestor", "descendant", "following", "preceding", "self")
        parts = [_nodes(evaluate(f"{axis}::node()", node)) for axis in axes]
        assert sum(map(len, parts)) == len(whole)
        assert set().union(*parts) == whole


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 500), st.sampled_from("abc"))
def test_double_slash_is_what_it_abbreviates(seed: int, name: str) -> None:
    tree = _random_tree(seed)
    for tail in (name, f"{name}[1]", f"{name}[. = '1']", f"{name}[position() = last()]", "@x", "text()", "."):
        assert evaluate(f"//{tail}", tree) == evaluate(f"/descendant-or-self::node()/{tail}", tree)
    assert evaluate(f"//{name}[@x]", tree) == evaluate(f"/descendant::{name}[@x]", tree)


@settings(max_examples=80, deadline=None)
@given(
    st.integers(0, 500),
    PATHS,
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    st.sampled_from(["1", "'1'"]),
)
def test_comparison_of_nodes_is_comparison_of_some_node(seed: int, path: str, sign: str, atom: str) -> None:
    tree = _random_tree(seed)
    expected = any(
        to_boolean(evaluate(f"string(.) {sign} {atom}", node)) for node in _nodes(evaluate(f"//{path}", tree))
    )
    assert evaluate(f"//{path} {sign} {atom}", tree) is expected
    assert evaluate(f"{atom} {_mirrored(sign)} //{path}", tree) is expected


def _mirrored(sign: str) -> str:
    return sign.translate(str.maketrans("<>", "><"))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 500), PATHS, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]))
def test_comparison_of_two_node_sets_is_comparison_of_some_pair(seed: int, path: str, sign: str) -> None:
    tree = _random_tree(seed)
    texts = [to_string([node]) for node in _nodes(evaluate(f"//{path}", tree))]
    others = [to_string([node]) for node in _nodes(evaluate("//c", tree))]
    expected = any(to_boolean(evaluate(f"'{one}' {sign} '{other}'")) for one in texts for other in others)
    assert evaluate(f"//{path} {sign} //c", tree) is expected


# -- anything typed -------------------------------------------------------------------------------

WORDS = """
a / // [ ] ( ) , | * + - = != < >= .. . @ :: child ancestor text() node() comment() 1 2.5 1e9 'x' " ' $ # 村 :
count( if( true() position() last() string( current() instance('x') today() substring( concat( selected(
regex( jr:itext('x') date( randomize( distance( area( round( once( indexed-repeat( translate( max( uuid( id(
format-date( name( sum( checklist( digest( not(
"""
FRAGMENTS = [*WORDS.split(), " ", " and ", " or ", " div ", " mod "]


def _check_place(error: ExpressionError, expression: str) -> None:
    start, end = error.facts["start"], error.facts["end"]
    assert isinstance(start, int)
    assert isinstance(end, int)
    assert 0 <= start <= end <= len(expression)
    assert error.code in MESSAGES


def _survives(expression: str, tree: Document) -> None:
    try:
        compiled = compile(expression)
    except ExpressionError as error:
        _check_place(error, expression)
        return
    assert all(reference.steps is not None for reference in compiled.references)
    try:
        value = compiled.evaluate(tree.element, World())
    except EvaluationError:
        return
    to_string(value)
    to_number(value, CHINA)
    to_boolean(value)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join), st.integers(0, 20))
def test_expression_of_any_fragments_works_or_is_refused(expression: str, seed: int) -> None:
    _survives(expression, _random_tree(seed))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_expression_of_any_characters_works_or_is_refused(expression: str) -> None:
    _survives(expression, _random_tree(1))


@pytest.mark.parametrize("opening", ["(", "-(", "a[", "not(", "if(1,1,", "concat('', ", "(a|", "1+("])
@pytest.mark.parametrize("depth", [MAX_DEPTH, MAX_DEPTH + 1, 5_000])
def test_expression_nested_to_the_limit_works_and_beyond_is_refused(opening: str, depth: int) -> None:
    closing = "]" if opening.endswith("[") else ")"
    expression = opening * depth + ("a" if "|" in opening or "[" in opening else "1") + closing * depth
    if depth > MAX_DEPTH:
        with pytest.raises(ExpressionError) as caught:
            compile(expression)
        assert caught.value.code == "expression_too_deep"
    else:
        evaluate(expression, _random_tree(2))


def test_expression_evaluated_on_a_nearly_full_stack_is_refused() -> None:
    nested = compile("not(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH)

    def from_depth(depth: int) -> Value:
        return from_depth(depth - 1) if depth else nested.evaluate(_random_tree(2), World())

    room = sys.getrecursionlimit() - _stack_depth()
    with pytest.raises(EvaluationError) as caught:
        from_depth(room - 40)
    assert caught.value.code == "expression_too_deep"


def _stack_depth() -> int:
    frame, depth = sys._getframe(), 0
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


@pytest.mark.parametrize(
    ("first", "more"),
    [
        ("1", "+1"),
        ("a", "+a"),
        ("a", "|a"),
        ("1", "=1"),
        ("a", "<a"),
        ("1", " and 1"),
        ("a", "/b"),
        ("a", "[1]"),
        ("a", "[b]"),
        ("-1", ""),
        ("concat(1", ",1"),
    ],
)
def test_expression_with_a_very_long_row_works(first: str, more: str) -> None:
    body = first + more * 3_000 if more else "-" * 3_000 + "1"
    compiled = compile(body + ")" if "(" in first else body)
    assert isinstance(compiled.references, tuple)
    compiled.evaluate(_random_tree(3), World())


def test_expression_longer_than_the_limit_is_refused() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile("1" * (MAX_LENGTH + 1))
    assert caught.value.code == "expression_too_long"
