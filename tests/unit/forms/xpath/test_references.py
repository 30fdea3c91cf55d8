"""What an expression says it reads."""

import pytest

from fieldapp.forms.xpath import Origin, Reference, Trait, compile

LETTERS = {Origin.CONTEXT: "", Origin.ROOT: "/", Origin.INSTANCE: "#"}


def _short(reference: Reference) -> str:
    """`#villages/root/item?`: origin, steps, and a question mark where something is filtered."""
    start = LETTERS[reference.origin]
    if reference.origin is Origin.INSTANCE:
        start += f"{reference.instance or ''}/"
    return f"{start}{'/'.join(reference.steps)}{'?' if reference.predicated else ''}" or "."


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 1", []),
        (".", ["."]),
        ("../a", ["../a"]),
        ("a/b", ["a/b"]),
        ("/data/a", ["/data/a"]),
        ("/data/orx:meta/orx:instanceID", ["/data/meta/instanceID"]),
        ("/data/a + /data/a", ["/data/a"]),
        ("current()/../a", ["../a"]),
        ("a/@k", ["a/@k"]),
        ("@*", ["@*"]),
        ("*", ["*"]),
        ("a/text()", ["a"]),
        ("//a", ["/**/a"]),
        (".//a", ["**/a"]),
        ("a//b", ["a/**/b"]),
        ("/data/a[b = 1]/c", ["/data/a/b?", "/data/a/c?"]),
        ("/data/a[b > ../x]", ["/data/a/b?", "/data/a/../x?", "/data/a?"]),
        ("/data/a[2]/b", ["/data/a/b?"]),
        ("/data/a[position() = current()/../n]", ["../n", "/data/a?"]),
        ("(a | b)/c", ["a/c", "b/c"]),
        ("(a/b)[c]/d", ["a/b/c?", "a/b/d?"]),
        (
            "instance('v')/root/item[county = current()/../k]/label",
            ["#v/root/item/county?", "../k", "#v/root/item/label?"],
        ),
        ("instance('v')/root/item[county = /data/k]", ["#v/root/item/county?", "/data/k", "#v/root/item?"]),
        ("instance(../which)/root", ["../which", "#/root"]),
        ("randomize(instance('v')/root/item, ../seed)/name", ["../seed", "#v/root/item/name"]),
        ("indexed-repeat(/d/r/x, /d/r, ../i)", ["/d/r/x", "/d/r", "../i"]),
        ("position(..)", [".."]),
        ("once(random())", ["."]),
        ("string()", ["."]),
        ("/data/a[string-length() > 1]", ["/data/a?"]),
        ("count(../following-sibling::m)", ["../../m?"]),
        ("ancestor::m/x", ["/**/m/x"]),
        ("preceding::*", ["/**"]),
        ("if(a, b, c)", ["a", "b", "c"]),
        ("pulldata('v', 'label', 'name', ../k)", ["../k"]),
    ],
)
def test_references_of_expression_are(expression: str, expected: list[str]) -> None:
    assert [_short(each) for each in compile(expression).references] == expected


@pytest.mark.parametrize(
    ("expression", "traits"),
    [
        ("1", Trait.NONE),
        ("today() - now()", Trait.TIME),
        ("concat(uuid(), random())", Trait.RANDOM),
        ("randomize(a)", Trait.RANDOM),
        ("randomize(a, 3)", Trait.NONE),
        ("position(..)", Trait.POSITION),
        ("a[position() = 1]", Trait.NONE),
        ("once(today())", Trait.OWN_VALUE | Trait.TIME),
        ("jr:itext('a')", Trait.LANGUAGE),
        ("jr:choice-name(., '/a')", Trait.LANGUAGE | Trait.CHOICES),
        ("a[b = format-date(now(), '%Y')]", Trait.LANGUAGE | Trait.TIME),
    ],
)
def test_traits_of_expression_are(expression: str, traits: Trait) -> None:
    assert compile(expression).traits == traits


def test_functions_of_expression_are_all_named() -> None:
    assert compile("if(count(a[contains(., 'x')]), 1, 2)").functions == {"if", "count", "contains"}


@pytest.mark.parametrize(
    ("expression", "is_path", "is_constant"),
    [
        ("/data/a", True, False),
        ("a | b", True, False),
        ("a = 1", False, False),
        ("true()", False, True),
        ("2 * 3", False, True),
    ],
)
def test_kind_of_expression_is_known(expression: str, is_path: bool, is_constant: bool) -> None:
    compiled = compile(expression)
    assert (compiled.is_path, compiled.is_constant) == (is_path, is_constant)


def test_same_text_is_compiled_once_for_each_set_of_prefixes() -> None:
    assert compile("a/b") is compile("a/b", {})
    assert compile("a/b") is not compile("a/b", {"": "*"})
