"""Functions and rules that need a form around them: instances, repeats, relevance, texts, chance."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fieldapp.forms.errors import EvaluationError
from fieldapp.forms.tree import Document, Node, parse
from fieldapp.forms.xpath import compile
from fieldapp.forms.xpath.functions.shuffle import seed_of, seeded, shuffled
from fieldapp.forms.xpath.signatures import signed_message
from tests.unit.forms.xpath.world import World, evaluate, paths

FORM = """<data><county>k2</county><who>a</who>
<member><name>a</name><age>61</age><pill><at>8</at></pill><pill><at>20</at></pill></member>
<member><name>b</name><age>9</age><pill><at>12</at></pill></member>
<member><name>c</name><age/></member></data>"""
VILLAGES = """<root><item code="1" pole="north"><name>v1</name><county>k1</county><label>One</label></item>
<item><name>v2</name><county>k2</county><label>Two</label></item>
<item><name>v3</name><county>k2</county><label>Three</label></item></root>"""


@pytest.fixture
def form() -> Document:
    return parse(FORM)


@pytest.fixture
def world() -> World:
    villages = parse(VILLAGES)
    villages.frozen = True
    return World(instances={"villages": villages}, texts={"t": "文"}, labels={("a", "/data/who"): "Label"})


def _node(form: Document, path: str) -> Node:
    value = evaluate(path, form)
    assert isinstance(value, list)
    return value[0]


# -- instances ------------------------------------------------------------------------------------


def test_instance_predicate_with_absolute_path_reads_the_answers(form: Document, world: World) -> None:
    value = evaluate(
        "instance('villages')/root/item[county = /data/county]/label", _node(form, "//who"), world
    )
    assert isinstance(value, list)
    assert [node.value for node in value] == ["Two", "Three"]


def test_instance_predicate_with_current_reads_beside_the_question(form: Document, world: World) -> None:
    value = evaluate(
        "count(instance('villages')/root/item[county = current()/../county])", _node(form, "//who"), world
    )
    assert value == 2.0


def test_instance_unknown_is_empty(form: Document, world: World) -> None:
    assert evaluate("instance('none')/root/item", form, world) == []


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("pulldata('villages', 'label', 'name', 'v3')", "Three"),
        ("pulldata('villages.csv', 'label', 'name', 'v3')", "Three"),
        ("pulldata('villages', 'label', 'county', /data/county)", "Two"),
        ("pulldata('villages', 'label', 'name', 'v9')", ""),
        ("pulldata('villages', 'none', 'name', 'v3')", ""),
        ("pulldata('none', 'label', 'name', 'v3')", ""),
        ("pulldata('villages', 'label', '@pole', 'north')", "One"),
        ("pulldata('villages', '@code', '@pole', 'north')", "1"),
        ("pulldata('villages', 'label', '@pole', '')", ""),
    ],
)
def test_pulldata_gives_the_first_match(form: Document, world: World, expression: str, expected: str) -> None:
    assert evaluate(expression, form, world) == expected


# -- repeats --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("indexed-repeat(/data/member/name, /data/member, 2)", ["/data/member[2]/name"]),
        ("indexed-repeat(/data/member/name, /data/member, 4)", []),
        ("indexed-repeat(/data/member/name, /data/member, 0)", []),
        ("indexed-repeat(/data/member/name, /data/member, '')", []),
        ("indexed-repeat(/data/member/name, /data/member, 1.5)", []),
        ("indexed-repeat(/data/none/name, /data/none, 1)", []),
        (
            "indexed-repeat(/data/member/pill/at, /data/member, 1, /data/member/pill, 2)",
            ["/data/member[1]/pill[2]/at"],
        ),
        (
            "indexed-repeat(/data/member/pill/at, /data/member/pill, 1, /data/member, 2)",
            ["/data/member[2]/pill/at"],
        ),
        ("indexed-repeat(//at, //member, 2, //pill, 2)", []),
    ],
)
def test_indexed_repeat_picks_inside_the_chosen_instances(
    form: Document, expression: str, expected: list[str]
) -> None:
    assert paths(evaluate(expression, form)) == expected


def test_indexed_repeat_with_half_a_pair_is_refused() -> None:
    (problem,) = compile("indexed-repeat(//a, //b, 1, //c)").problems
    assert problem.code == "function_arity"


def test_a_call_that_nothing_answers_fails_only_where_it_is_reached(form: Document) -> None:
    reached = compile("if(true(), 1, nonsense(/data/none))")
    assert [(one.code, one.facts["start"]) for one in reached.problems] == [("function_unknown", 14)]
    assert reached.evaluate(form, World()) == 1.0
    with pytest.raises(EvaluationError) as caught:
        compile("if(false(), 1, nonsense(/data/none))").evaluate(form, World())
    assert caught.value.code == "function_unknown"


def test_position_of_parent_is_the_place_of_the_instance(form: Document) -> None:
    assert [evaluate("position(..)", _node(form, f"//member[{place}]/name")) for place in (1, 2, 3)] == [
        1,
        2,
        3,
    ]


# -- once -----------------------------------------------------------------------------------------


def test_once_keeps_what_is_there_and_calculates_otherwise(form: Document) -> None:
    assert evaluate("once('new')", _node(form, "//who")) == "a"
    assert evaluate("once(1 + 1)", _node(form, "//member[3]/age")) == 2.0
    assert evaluate("once(distance('x'))", _node(form, "//who")) == "a"


# -- relevance ------------------------------------------------------------------------------------


def test_node_that_is_not_relevant_is_left_out_and_reads_as_nothing(form: Document) -> None:
    second = _node(form, "//member[2]")
    for node in second.walk():
        node.relevant = False

    assert evaluate("count(/data/member)", form) == 2.0
    assert evaluate("sum(/data/member[position() < 3]/age)", form) == 61.0
    assert evaluate("string(/data/member[2]/name)", form) == ""
    assert evaluate("/data/member[2]/name = 'b'", form) is False
    assert evaluate("count(/data/member[name = 'b'])", form) == 0.0
    # It can still ask for itself, its parent and what is relevant around it.
    assert evaluate("string(.)", _node_below(second, "name")) == ""
    assert evaluate("position(..)", _node_below(second, "name")) == 2.0
    assert evaluate("../../county", _node_below(second, "name")) == [_node(form, "//county")]
    assert evaluate("contains(/data, '61') and not(contains(/data, '9'))", form) is True


def _node_below(node: Node, name: str) -> Node:
    found = node.first(name)
    assert found is not None
    return found


# -- texts and choices ----------------------------------------------------------------------------


def test_texts_and_choice_labels_come_from_the_host(form: Document, world: World) -> None:
    assert evaluate("jr:itext('t')", form, world) == "文"
    assert evaluate("jr:itext('none')", form, world) == ""
    assert evaluate("jr:choice-name(/data/who, '/data/who')", form, world) == "Label"
    assert evaluate("jr:choice-name('z', '/data/who')", form, world) == ""


# -- chance ---------------------------------------------------------------------------------------


def test_park_miller_generator_gives_the_published_number() -> None:
    # Park and Miller (1988): started with 1, the 10,000th state is 1043618065.
    chance = seeded(1)
    drawn = [chance() for _ in range(10_000)]
    assert round(drawn[-1] * (2**31 - 2)) + 1 == 1_043_618_065


def test_randomize_with_seed_is_the_same_every_time(form: Document) -> None:
    first = paths(evaluate("randomize(/data/*, 42)", form))
    assert first == paths(evaluate("randomize(/data/*, 42)", form, World(drawn=99)))
    assert sorted(first) == sorted(paths(evaluate("/data/*", form)))
    assert first == [node.path for node in shuffled(_children(form), seeded(42))]
    assert first != paths(evaluate("randomize(/data/*, 43)", form))
    assert first == paths(evaluate("randomize(/data/*, 42.9)", form))


def _children(form: Document) -> list[Node]:
    return list(form.element.elements())


def test_randomize_without_seed_draws_from_the_host(form: Document) -> None:
    world = World()
    one, other = evaluate("randomize(//*)", form, world), evaluate("randomize(//*)", form, world)
    assert one != other
    assert sorted(paths(one)) == sorted(paths(evaluate("//*", form)))


@pytest.mark.parametrize(
    ("number", "text", "seed"),
    [
        (3.7, "3.7", 3),
        (-3.7, "-3.7", -3),
        (float("nan"), "", 0),
        (float("inf"), "Infinity", 2**63 - 1),
        (float("-inf"), "-Infinity", -(2**63)),
        # SHA-256("abc") begins with ba7816bf 8f01cfea.
        (float("nan"), "abc", 0xBA7816BF8F01CFEA - 2**64),
    ],
)
def test_seed_of_any_value_is_a_whole_number(number: float, text: str, seed: int) -> None:
    assert seed_of(number, text) == seed
    assert 0 <= seeded(seed)() < 1


# -- signed texts ---------------------------------------------------------------------------------


def test_extract_signed_gives_the_message_of_a_valid_signature_only() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    message = "低保证 341789".encode()
    signed = private.sign(message) + message
    key = base64.b64encode(private.public_key().public_bytes_raw()).decode()

    def extract(raw: bytes, with_key: str = key) -> object:
        return evaluate(f"extract-signed('{base64.b64encode(raw).decode()}', '{with_key}')")

    assert extract(signed) == "低保证 341789"
    for place in (0, 40, 63, 64, len(signed) - 1):
        spoiled = bytearray(signed)
        spoiled[place] ^= 1
        assert extract(bytes(spoiled)) == ""
    assert extract(signed[:63]) == ""
    assert extract(signed, base64.b64encode(bytes(32)).decode()) == ""
    assert extract(signed, "no key") == ""
    assert evaluate(f"extract-signed('no base64', '{key}')") == ""


def test_extract_signed_checks_the_vector_of_rfc_8032() -> None:
    # RFC 8032 §7.1, test 1: the empty message.
    key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    assert signed_message(signature, key) == b""
    assert signed_message(signature + b"x", key) is None


# -- budget ---------------------------------------------------------------------------------------


def test_evaluation_that_would_take_forever_ends_with_a_code() -> None:
    tree = parse("<r>" + "<a/>" * 500 + "</r>")
    endless = compile("count(//a[count(//a[count(//a[count(//a) > 0]) > 0]) > 0])")
    with pytest.raises(EvaluationError) as caught:
        endless.evaluate(tree, World())
    assert caught.value.code == "evaluation_too_long"
