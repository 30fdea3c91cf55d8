"""Axes, node tests, positions and document order (XPath 1.0 §2)."""

import pytest

from fieldapp.forms.tree import Document, Node
from fieldapp.forms.xpath import ANY_NAMESPACE, compile
from tests.unit.forms.xpath.world import World, document, evaluate, paths

TREE = document(
    '<?before all?><r k="0"><a id="a1"><b/><c x="1" y="2"><d>t</d></c></a>'
    "<!-- note --><a id='a2'><b/><b/>text<?go on?></a><e/></r><!-- after -->"
)
NAMES = document(
    '<r xmlns="urn:d" xmlns:p="urn:p"><a/><p:a p:k="1" k="2"/><b xmlns=""><a/></b><q:a xmlns:q="urn:p"/></r>'
)


def _at(path: str, tree: Document = TREE) -> Node:
    value = evaluate(path, tree, namespaces={"": ANY_NAMESPACE, "p": "urn:p"})
    assert isinstance(value, list)
    return value[0]


@pytest.mark.parametrize(
    ("start", "expression", "expected"),
    [
        ("//c", "child::*", ["/r/a[1]/c/d"]),
        ("//c", "child::node()", ["/r/a[1]/c/d"]),
        ("//d", "child::node()", ["/r/a[1]/c/d/text()"]),
        ("//d", "text()", ["/r/a[1]/c/d/text()"]),
        ("//b", "child::node()", []),
        ("//c", "parent::*", ["/r/a[1]"]),
        ("//c", "parent::b", []),
        ("//c/@x", "parent::*", ["/r/a[1]/c"]),
        ("//c/@x", "..", ["/r/a[1]/c"]),
        ("/", "..", []),
        ("/", ".", ["/"]),
        ("//c", "self::c", ["/r/a[1]/c"]),
        ("//c", "self::d", []),
        ("//c/@x", "self::node()", ["/r/a[1]/c/@x"]),
        ("//c/@x", "self::*", []),
        ("//c", "attribute::*", ["/r/a[1]/c/@x", "/r/a[1]/c/@y"]),
        ("//c", "@y", ["/r/a[1]/c/@y"]),
        ("//c", "@node()", ["/r/a[1]/c/@x", "/r/a[1]/c/@y"]),
        ("//c", "@text()", []),
        ("//c/@x", "@x", []),
        ("/r", "descendant::b", ["/r/a[1]/b", "/r/a[2]/b[1]", "/r/a[2]/b[2]"]),
        ("//c", "descendant-or-self::*", ["/r/a[1]/c", "/r/a[1]/c/d"]),
        ("//c/@x", "descendant-or-self::node()", ["/r/a[1]/c/@x"]),
        ("//d", "ancestor::*", ["/r", "/r/a[1]", "/r/a[1]/c"]),
        ("//d", "ancestor::node()", ["/", "/r", "/r/a[1]", "/r/a[1]/c"]),
        ("//d", "ancestor::*[1]", ["/r/a[1]/c"]),
        ("//d", "ancestor::*[last()]", ["/r"]),
        ("//d", "ancestor-or-self::*[2]", ["/r/a[1]/c"]),
        ("//c/@x", "ancestor::c", ["/r/a[1]/c"]),
        ("//b", "following-sibling::*", ["/r/a[1]/c"]),
        ("//a", "following-sibling::node()[1]", ["/r/comment()"]),
        ("//e", "preceding-sibling::*", ["/r/a[1]", "/r/a[2]"]),
        ("//e", "preceding-sibling::*[1]", ["/r/a[2]"]),
        ("//e", "preceding-sibling::a[position() = 2]", ["/r/a[1]"]),
        ("//c/@x", "following-sibling::node()", []),
        ("//c/@y", "preceding-sibling::node()", []),
        ("//c", "following::*", ["/r/a[2]", "/r/a[2]/b[1]", "/r/a[2]/b[2]", "/r/e"]),
        ("//c", "following::b[1]", ["/r/a[2]/b[1]"]),
        ("//c/@x", "following::*[1]", ["/r/a[1]/c/d"]),
        ("//e", "preceding::b", ["/r/a[1]/b", "/r/a[2]/b[1]", "/r/a[2]/b[2]"]),
        ("//e", "preceding::b[1]", ["/r/a[2]/b[2]"]),
        ("//c/@x", "preceding::*", ["/r/a[1]/b"]),
        ("//d", "preceding::*", ["/r/a[1]/b"]),
        ("/", "comment()", ["/comment()"]),
        ("/", "processing-instruction()", ["/processing-instruction()"]),
        ("/r", "//processing-instruction('go')", ["/r/a[2]/processing-instruction()"]),
        ("/r", "//processing-instruction('stop')", []),
        ("/r", "comment()", ["/r/comment()"]),
        ("//d/text()", "..", ["/r/a[1]/c/d"]),
        ("//d/text()", "preceding::b", ["/r/a[1]/b"]),
    ],
)
def test_axis_leads_to_its_nodes(start: str, expression: str, expected: list[str]) -> None:
    assert paths(evaluate(expression, _at(start))) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("/", ["/"]),
        ("/r", ["/r"]),
        ("/*", ["/r"]),
        ("/x", []),
        ("//a", ["/r/a[1]", "/r/a[2]"]),
        ("//a//b", ["/r/a[1]/b", "/r/a[2]/b[1]", "/r/a[2]/b[2]"]),
        ("//b[1]", ["/r/a[1]/b", "/r/a[2]/b[1]"]),
        ("(//b)[1]", ["/r/a[1]/b"]),
        ("//b[last()]", ["/r/a[1]/b", "/r/a[2]/b[2]"]),
        ("(//b)[last()]", ["/r/a[2]/b[2]"]),
        ("//b[position() = last()]", ["/r/a[1]/b", "/r/a[2]/b[2]"]),
        ("//a[2]/b[2]", ["/r/a[2]/b[2]"]),
        ("//a[b][2]", ["/r/a[2]"]),
        ("//a[2][b]", ["/r/a[2]"]),
        ("//a[2][c]", []),
        ("//a[@id = 'a2']", ["/r/a[2]"]),
        ("//a[count(b) = 2]", ["/r/a[2]"]),
        ("//a[c[d[. = 't']]]", ["/r/a[1]"]),
        ("//a[0]", []),
        ("//a[1.5]", []),
        ("//a['']", []),
        ("//a['x']", ["/r/a[1]", "/r/a[2]"]),
        ("//a[if(true(), 2, '')]", ["/r/a[2]"]),
        ("//a[number('2')]", ["/r/a[2]"]),
        ("//*[self::b or self::e][last()]", ["/r/a[1]/b", "/r/a[2]/b[2]", "/r/e"]),
        ("//e | //b | //e", ["/r/a[1]/b", "/r/a[2]/b[1]", "/r/a[2]/b[2]", "/r/e"]),
        ("(//b | //c)[2]", ["/r/a[1]/c"]),
        ("(//b | //c)/..", ["/r/a[1]", "/r/a[2]"]),
        ("//b/../..", ["/r"]),
        ("//b/ancestor::*", ["/r", "/r/a[1]", "/r/a[2]"]),
        ("//@*", ["/r/@k", "/r/a[1]/@id", "/r/a[1]/c/@x", "/r/a[1]/c/@y", "/r/a[2]/@id"]),
        ("//c/@y | //c/@x | //c", ["/r/a[1]/c", "/r/a[1]/c/@x", "/r/a[1]/c/@y"]),
        ("//d/text() | //d | //c/@x", ["/r/a[1]/c/@x", "/r/a[1]/c/d", "/r/a[1]/c/d/text()"]),
        ("//a/node()/self::text()", ["/r/a[2]/text()"]),
        ("/descendant::b[2]", ["/r/a[2]/b[1]"]),
        ("/r/a/following::e/preceding::a", ["/r/a[1]", "/r/a[2]"]),
        (
            "/r/*/descendant-or-self::*/preceding-sibling::*[1]",
            ["/r/a[1]", "/r/a[1]/b", "/r/a[2]", "/r/a[2]/b[1]"],
        ),
        ("/ | /r", ["/", "/r"]),
        ("//.", paths(evaluate("/descendant-or-self::node()", TREE))),
    ],
)
def test_path_gives_nodes_once_in_document_order(expression: str, expected: list[str]) -> None:
    assert paths(evaluate(expression, _at("//d"))) == expected


@pytest.mark.parametrize(
    ("expression", "count"),
    [
        ("/d:r/d:a", 1),
        ("/d:r/p:a", 2),
        ("/d:r/p:*", 2),
        ("/d:r/*", 4),
        ("//a", 1),
        ("//d:*", 2),
        ("//p:a/@p:k", 1),
        ("//p:a/@k", 1),
        ("//p:a/@p:*", 1),
        ("//p:a/@*", 2),
        ("/r", 0),
        ("/d:r/namespace::*", 3),
        ("/d:r/namespace::p", 1),
        ("/d:r/b/namespace::*", 2),
        ("/d:r/namespace::xml", 1),
        ("/d:r/namespace::*/..", 1),
        ("/d:r/namespace::p | /d:r/namespace::p", 1),
        ("//namespace::*/self::node()", 17),
    ],
)
def test_namespaces_follow_prefixes_of_the_expression(expression: str, count: int) -> None:
    value = evaluate(expression, NAMES, namespaces={"d": "urn:d", "p": "urn:p"})

    assert isinstance(value, list)
    assert len(value) == count


@pytest.mark.parametrize(
    ("namespaces", "count"), [({}, 1), ({"": "urn:d"}, 1), ({"": "urn:p"}, 2), ({"": ANY_NAMESPACE}, 4)]
)
def test_name_without_prefix_means_what_the_caller_says(namespaces: dict[str, str], count: int) -> None:
    value = evaluate("//a", NAMES, namespaces=namespaces)

    assert isinstance(value, list)
    assert len(value) == count


def test_namespace_node_has_prefix_as_name_and_uri_as_text() -> None:
    assert evaluate("string(/*/namespace::p)", NAMES) == "urn:p"
    assert evaluate("name(/*/namespace::p)", NAMES) == "p"
    assert evaluate("namespace-uri(/*/namespace::p)", NAMES) == ""


def test_current_position_and_size_come_from_the_caller() -> None:
    assert compile("position() * 10 + last()").evaluate(_at("//d"), World(), 2, 3) == 23.0


def test_origin_is_what_current_answers_and_where_paths_start() -> None:
    item = document("<root><item><name>n</name></item></root>").element.first("item")
    assert item is not None
    expression = compile("concat(name, '-', name(current()), '-', name(/*))")
    assert expression.evaluate(item, World(), origin=_at("//d")) == "n-d-r"


def test_attributes_moved_by_insertions_keep_their_order() -> None:
    tree = document("<r><a k='1'/><b k='2'/></r>")
    assert paths(evaluate("//b/@k | //a/@k", tree)) == ["/r/a/@k", "/r/b/@k"]

    first = tree.element.first("a")
    assert first is not None
    tree.element.remove(first)
    tree.element.append(first)

    assert paths(evaluate("//b/@k | //a/@k", tree)) == ["/r/b/@k", "/r/a/@k"]
