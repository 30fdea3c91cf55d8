"""Regular expressions: the same answers as Python's where both have the syntax, and never slow."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.forms.errors import EvaluationError
from fieldapp.forms.xpath.context import Budget
from fieldapp.forms.xpath.patterns import compile_pattern


def _search(pattern: str, text: str) -> bool:
    return compile_pattern(pattern).search(text, Budget())


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("", "", True),
        ("", "a", True),
        ("abc", "xabcx", True),
        ("a.c", "a\nc", False),
        ("a.c", "a\u2028c", False),
        ("^a$", "a\n", False),
        ("^$", "\n", False),
        ("a|b|", "", True),
        ("^(a|bc)*$", "abcbca", True),
        ("^(a|bc)*$", "abcb", False),
        ("^a{2}$", "aa", True),
        ("^a{2,}$", "a", False),
        ("^a{1,2}$", "aaa", False),
        ("^a{0}$", "", True),
        ("a{,2}", "a{,2}", True),
        ("a{x", "a{x", True),
        ("a}", "a}", True),
        ("]", "]", True),
        ("^a+?$", "aaa", True),
        ("[abc]", "b", True),
        ("[^abc]", "b", False),
        ("[a-c-]", "-", True),
        ("[]", "a", False),
        ("[^]", "\n", True),
        ("[\\d\\-x]", "-", True),
        ("[a\\]b]", "]", True),
        ("[\\b]", "\b", True),
        ("^[\\u4e00-\\u9fff]{2,4}$", "李小明", True),
        ("^\\p{Han}+$", "李小明", True),
        ("^\\p{Han}+$", "李a明", False),
        ("^\\p{L}+$", "éа村", True),
        ("^\\P{L}+$", "12", True),
        ("^\\p{Lu}\\p{Ll}+$", "Émile", True),
        ("^\\p{Punct}$", "!", True),
        ("^\\d$", "٣", False),
        ("^\\D$", "٣", True),
        ("^\\w+$", "a_9", True),
        ("^\\w$", "é", False),
        ("^\\s$", "\u3000", True),
        ("^\\S$", "\u00a0", False),
        ("\\bcat\\b", "a cat!", True),
        ("\\bcat\\b", "concat", False),
        ("\\Bcat", "concat", True),
        ("^\\x41\\u0042\\u{43}\\t$", "ABC\t", True),
        ("\\cJ", "\n", True),
        ("\\.\\*\\/\\-", ".*/-", True),
        ("^(?:a)(?<name>b)$", "ab", True),
        ("^(?=.*\\d)(?!.*x).{3,}$", "ab1", True),
        ("^(?=.*\\d)(?!.*x).{3,}$", "xb1", False),
        ("(?<=a)b", "ab", True),
        ("(?<=a)b", "cb", False),
        ("(?<!a)b", "ab", False),
        ("(?<=^|,)b", "b", True),
        ("(?=a)*b", "b", True),
        ("\\Aa\\z", "a", True),
        ("^341789\\d{11}[\\dX]$", "34178919900101001X", True),
        ("^1[3-9]\\d{9}$", "10012345678", False),
    ],
)
def test_pattern_in_table_finds(pattern: str, text: str, found: bool) -> None:
    assert _search(pattern, text) is found


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("(", "regex_invalid"),
        (")", "regex_invalid"),
        ("a)", "regex_invalid"),
        ("[a", "regex_invalid"),
        ("[b-a]", "regex_invalid"),
        ("*a", "regex_invalid"),
        ("a**", "regex_invalid"),
        ("a{2}{3}", "regex_invalid"),
        ("^*", "regex_invalid"),
        ("\\", "regex_invalid"),
        ("a{3,2}", "regex_invalid"),
        ("\\u{110000}", "regex_invalid"),
        ("(a)\\1", "regex_unsupported"),
        ("a++", "regex_unsupported"),
        ("(?>a)", "regex_unsupported"),
        ("(?i)a", "regex_unsupported"),
        ("\\k<a>", "regex_unsupported"),
        ("\\p{Klingon}", "regex_unsupported"),
        ("[a&&b]", "regex_unsupported"),
        ("a{1001}", "regex_too_large"),
        ("(a{1000}){1000}", "regex_too_large"),
        ("(" * 60 + ")" * 60, "regex_too_large"),
    ],
)
def test_pattern_that_cannot_be_used_says_why(pattern: str, code: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        compile_pattern(pattern)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^(a+)+$", "a" * 3000 + "b"),
        ("^(a|a)*$", "a" * 3000 + "b"),
        ("^(a*)*b$", "a" * 3000),
        ("(.*)*(.*)*(.*)*x", "a" * 2000),
        ("^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 3000),
        ("(?=(a+)+$)b", "a" * 300 + "c"),
    ],
)
def test_pattern_that_is_catastrophic_elsewhere_ends_in_time(pattern: str, text: str) -> None:
    started = time.process_time()
    assert _search(pattern, text) is False
    # A backtracking engine needs longer than the age of the world.
    assert time.process_time() - started < 60


ATOMS = st.sampled_from(["a", "b", "c", ".", "[ab]", "[^a]", "\\d", "\\w", "(?:)", "\\b", "1"])
EDGES = st.sampled_from(["^", "$"])


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeat = st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,}", "*?"])
    return st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(inner, repeat).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        inner.map(lambda part: f"({part})"),
        inner.map(lambda part: f"(?={part})"),
        inner.map(lambda part: f"(?!{part})"),
    )


@settings(max_examples=250, deadline=None)
@given(st.recursive(ATOMS | EDGES, _grow, max_leaves=8), st.text("ab1c ", max_size=8))
def test_pattern_agrees_with_python(pattern: str, text: str) -> None:
    # Where Python's `$` also stands before a last line end, ours does not: the texts have none.
    assert _search(pattern, text) is (re.search(pattern, text, re.ASCII) is not None)


@settings(max_examples=300, deadline=None)
@given(st.text("ab(){}[]|*+?\\^$.-,0123<>=!:pdwsuxk&\n", max_size=20), st.text("ab01\n", max_size=10))
def test_pattern_of_any_characters_works_or_is_refused(pattern: str, text: str) -> None:
    try:
        compiled = compile_pattern(pattern)
    except EvaluationError as error:
        _check_code(error)
        return
    assert compiled.search(text, Budget()) in (True, False)


def _check_code(error: EvaluationError) -> None:
    assert error.code.startswith("regex_")
