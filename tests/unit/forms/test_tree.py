"""The tree: reading XML within limits, writing it, changing it, document order."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.forms.errors import MESSAGES, DocumentError
from fieldapp.forms.tree import (
    Document,
    Kind,
    Limits,
    Node,
    element,
    in_document_order,
    parse,
    write,
)

# -- reading --------------------------------------------------------------------------------------


def test_parse_keeps_elements_attributes_and_text_of_leaves() -> None:
    tree = parse("<d a='1'>\n  <e>x</e> stray <f/><!-- c --><?p q?>\n</d>")
    root = tree.element
    assert [(node.name, node.value) for node in root.children] == [("e", "x"), ("f", "")]
    assert root.attribute("a") == "1"
    assert root.string_value() == "x"


def test_parse_mixed_keeps_text_comments_and_instructions() -> None:
    tree = parse("<l>Hello <output value='x'/> there<!--c--><?p q?></l>", mixed=True)
    assert [(node.kind, node.name, node.value) for node in tree.element.children] == [
        (Kind.TEXT, "", "Hello "),
        (Kind.ELEMENT, "output", ""),
        (Kind.TEXT, "", " there"),
        (Kind.COMMENT, "", "c"),
        (Kind.PROCESSING_INSTRUCTION, "p", "q"),
    ]
    assert tree.element.string_value() == "Hello  there"


def test_parse_joins_character_data_and_references() -> None:
    assert parse("<a>1 &lt; <![CDATA[2 & ]]>3&#20844;</a>").element.value == "1 < 2 & 3公"


def test_parse_knows_namespaces_and_prefixes() -> None:
    root = parse("<a xmlns='urn:d' xmlns:o='urn:o' o:k='v' k='w'><o:b/><c xmlns=''/></a>").element
    assert (root.namespace, root.prefix, root.qualified_name) == ("urn:d", "", "a")
    assert root.attribute("k") == "w"
    assert root.attribute("k", "urn:o") == "v"
    assert [(node.namespace, node.qualified_name) for node in root.children] == [("urn:o", "o:b"), ("", "c")]
    assert root.prefixes_in_scope() == {
        "": "urn:d",
        "o": "urn:o",
        "xml": "http://www.w3.org/XML/1998/namespace",
    }
    assert "" not in root.children[1].prefixes_in_scope()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "gbk", "iso-8859-1", "windows-1252"])
def test_parse_reads_the_declared_encoding(encoding: str) -> None:
    text = "été" if encoding in ("iso-8859-1", "windows-1252") else "村民"
    raw = f"<?xml version='1.0' encoding='{encoding}'?><a>{text}</a>".encode(encoding)
    assert parse(raw).element.value == text


def test_parse_of_text_ignores_what_it_declares() -> None:
    assert parse("<?xml version='1.0' encoding='gb18030'?><a>村</a>").element.value == "村"


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ("", "document_malformed"),
        ("<a>", "document_malformed"),
        ("<a></b>", "document_malformed"),
        ("<a/><b/>", "document_malformed"),
        ("<a k='1' k='2'/>", "document_malformed"),
        ("<x:a/>", "document_malformed"),
        ("<a>&nbsp;</a>", "document_malformed"),
        ("<a>\x00</a>", "document_malformed"),
        ("<a>\ud800</a>", "document_malformed"),
        (b"<a>\xff</a>", "document_malformed"),
        (b"<?xml version='1.0' encoding='gbk'?><a>\xff\xff</a>", "document_malformed"),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", "document_encoding_unknown"),
        (b"<?xml version='1.0' encoding='zip'?><a/>", "document_encoding_unknown"),
        ("<!DOCTYPE a><a/>", "document_doctype_forbidden"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "document_doctype_forbidden"),
        ("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "document_doctype_forbidden"),
        ("<a>" * 201 + "</a>" * 201, "document_too_deep"),
        ("<a>" * 100_000, "document_too_deep"),
    ],
)
def test_parse_refuses_with_a_code(xml: str | bytes, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(xml)
    assert caught.value.code == code
    assert code in str(caught.value)


def test_parse_keeps_to_limits() -> None:
    assert parse("<a><b k='1'/></a>", limits=Limits(depth=2, nodes=3)).element.name == "a"
    for limits, code in (
        (Limits(size=10), "document_too_large"),
        (Limits(depth=1), "document_too_deep"),
        (Limits(nodes=2), "document_too_many_nodes"),
    ):
        with pytest.raises(DocumentError) as caught:
            parse("<a><b k='1'/></a>", limits=limits)
        assert caught.value.code == code
    with pytest.raises(DocumentError) as caught:
        parse("<a><!-- --><!-- --></a>", mixed=True, limits=Limits(nodes=2))
    assert caught.value.code == "document_too_many_nodes"


def test_parse_of_many_entities_ends_at_the_document_type() -> None:
    bomb = "<!DOCTYPE a [<!ENTITY x0 'x'>" + "".join(
        f"<!ENTITY x{level + 1} '&x{level};&x{level};'>" for level in range(40)
    )
    with pytest.raises(DocumentError) as caught:
        parse(bomb + "]><a>&x40;</a>")
    assert caught.value.code == "document_doctype_forbidden"


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text(max_size=60), st.text("<>/a b='\"!-?[]&;:x", max_size=40)))
def test_parse_of_anything_works_or_is_refused(source: str | bytes) -> None:
    for mixed in (False, True):
        try:
            tree = parse(source, mixed=mixed)
        except DocumentError as error:
            _check_message(error)
        else:
            assert write(tree)


def _check_message(error: DocumentError) -> None:
    # Every fact that the line needs is there: one that is missing would stand in angle brackets.
    assert not any(f"<{name}>" in str(error) for name in re.findall(r"{(\w+)}", MESSAGES[error.code]))


# -- writing --------------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b-c", "村", "_x.y"])
# XML 1.0 has no way to write other characters.
TEXTS = st.text(
    st.characters(
        exclude_categories=["Cs"],
        exclude_characters="".join(map(chr, [*range(9), 11, 12, *range(14, 32)])) + "\ufffe\uffff",
    ),
    max_size=8,
)
SPACES = st.sampled_from(["", "urn:x", "urn:y"])


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> Node:
    """An element with attributes and children, in namespaces with prefixes that may clash."""
    space = draw(SPACES)
    node = element(
        draw(NAMES), namespace=space, prefix=draw(st.sampled_from(["", "p", "q"])) if space else ""
    )
    for name in draw(st.lists(NAMES, max_size=2, unique=True)):
        node.set_attribute(name, draw(TEXTS))
    if draw(st.booleans()):
        node.set_attribute("at", draw(TEXTS), "urn:z", "z")
    children = draw(st.lists(trees(depth - 1), max_size=3)) if depth else []
    for child in children:
        node.append(child)
    if not children:
        node.value = draw(TEXTS)
    return node


def _shape(node: Node) -> object:
    attributes = sorted((each.namespace, each.name, each.value) for each in node.attributes)
    return node.namespace, node.name, node.value, attributes, [_shape(child) for child in node.children]


@settings(max_examples=150, deadline=None)
@given(trees())
def test_tree_survives_writing_and_reading(node: Node) -> None:
    # A line end alone is written as a reference, or reading would change it.
    assert _shape(parse(write(node)).element) == _shape(node)
    assert _shape(parse(write(Document(node.copy()), declaration=True).encode()).element) == _shape(node)


def test_write_leaves_out_what_xml_cannot_hold() -> None:
    assert write(element("a", "x\x00\x0b\ud800y\ufffe")) == "<a>xy</a>"


def test_write_keeps_mixed_content() -> None:
    xml = '<l xml:lang="zh">a <b>c</b> &amp; d<!--e--><?f g?></l>'
    assert write(parse(xml, mixed=True)) == xml


def test_write_declares_what_a_part_needs() -> None:
    tree = parse("<a xmlns:o='urn:o' xmlns='urn:d'><o:b o:k='1'><c/></o:b></a>")
    part = write(tree.element.children[0])
    assert part == '<o:b xmlns:o="urn:o" o:k="1"><c xmlns="urn:d"/></o:b>'


def test_write_does_not_nest_with_depth() -> None:
    top = node = element("a")
    for _ in range(5_000):
        node = node.append(element("a"))
    assert write(top).count("<a>") == 5_000
    assert top.copy().string_value() == ""


# -- changing -------------------------------------------------------------------------------------


def test_append_insert_remove_keep_parents_and_version() -> None:
    tree = parse("<r><a/></r>")
    root, version = tree.element, tree.version
    last, first = root.append(element("z")), root.insert(0, element("b"))
    assert [node.name for node in root.children] == ["b", "a", "z"]
    assert last.parent is root
    root.remove(first)
    assert first.parent is None
    assert first.root is first
    assert [node.name for node in root.children] == ["a", "z"]
    assert tree.version == version + 3


def test_set_attribute_changes_or_adds_and_remove_takes_out() -> None:
    node = element("a")
    node.set_attribute("k", "1")
    attribute = node.set_attribute("k", "2")
    assert [(each.name, each.value) for each in node.attributes] == [("k", "2")]
    node.remove(attribute)
    assert node.attribute("k") is None


def test_copy_is_deep_and_apart() -> None:
    tree = parse("<r xmlns:o='urn:o'><a k='1'>x</a></r>")
    tree.element.children[0].relevant = False
    copy = tree.element.copy()
    copy.children[0].value = "y"
    copy.children[0].attributes[0].value = "2"
    assert copy.parent is None
    assert copy.children[0].parent is copy
    assert not copy.children[0].relevant
    assert copy.namespaces == {"o": "urn:o"}
    assert (tree.element.children[0].value, tree.element.children[0].attribute("k")) == ("x", "1")


def test_path_counts_where_names_repeat() -> None:
    tree = parse("<r><a/><b><a k='1'/></b><a/></r>")
    assert [node.path for node in tree.walk()] == ["/", "/r", "/r/a[1]", "/r/b", "/r/b/a", "/r/a[2]"]
    assert tree.element.children[1].children[0].attributes[0].path == "/r/b/a/@k"


def test_string_value_leaves_out_what_is_not_relevant() -> None:
    tree = parse("<r><a>1</a><b><c>2</c><d>3</d></b></r>")
    tree.element.children[1].children[0].relevant = False
    assert tree.element.string_value() == "13"
    tree.element.relevant = False
    assert tree.element.string_value() == ""


# -- order ----------------------------------------------------------------------------------------


@given(st.integers(0, 200))
def test_document_order_is_the_order_of_walking_after_any_changes(seed: int) -> None:
    chance = random.Random(seed)
    top = element("r")
    tree, nodes = Document(top), [top]
    for _ in range(40):
        if chance.random() < 0.25 and len(nodes) > 1:
            node = nodes[chance.randrange(1, len(nodes))]
            assert node.parent is not None
            node.parent.remove(node)
            nodes = [each for each in tree.walk() if each.kind is Kind.ELEMENT]
        else:
            parent = chance.choice(nodes)
            nodes.append(parent.insert(chance.randint(0, len(parent.children)), element("e")))
            nodes[-1].set_attribute("k", "1")
        walked = [each for node in tree.walk() for each in (node, *node.attributes)]
        mixed = chance.sample(walked, len(walked)) + walked[:2]
        assert in_document_order(mixed) == walked


def test_document_order_works_without_a_document() -> None:
    top = element("r")
    first, second = top.append(element("a")), top.append(element("b"))
    assert in_document_order([second, first, top, second]) == [top, first, second]


def test_with_id_finds_the_first_and_follows_changes() -> None:
    tree = parse("<r><a id='1'/><b xml:id='2'/><c id='1'/></r>")
    assert [node.name for node in (tree.with_id("1"), tree.with_id("2")) if node] == ["a", "b"]
    assert tree.with_id("3") is None
    tree.element.children[0].set_attribute("id", "3")
    found = tree.with_id("3")
    assert found is tree.element.children[0]
