"""Look-ups by index in documents that never change give what looking at every node gives."""

import pytest

from fieldapp.forms.tree import Document, Node, parse
from fieldapp.forms.xpath import Value, compile
from tests.unit.forms.xpath.world import World

COUNT = 60


def _list(*, frozen: bool) -> Document:
    items = "".join(
        f"<item id='i{number}'><name>n{number}</name><group>g{number % 7}</group>"
        f"<size>{number % 5}</size><day>2026-03-{number % 28 + 1:02}</day>"
        + ("<tag>x</tag><tag>y</tag>" if number % 9 == 0 else "<tag/>" if number % 2 else "")
        + "</item>"
        for number in range(COUNT)
    )
    document = parse(f"<root><other><name>n1</name></other>{items}</root>")
    document.frozen = frozen
    return document


FORM = parse("<data><wanted>g3</wanted><some>n1</some><some>n5</some><some>n1</some><n>3</n></data>")
FROZEN, LIVING = _list(frozen=True), _list(frozen=False)


def _names(value: Value) -> list[str]:
    assert isinstance(value, list)
    return [str(node.attribute("id") or node.name) for node in value]


def _evaluate(predicate: str, document: Document) -> list[str]:
    world = World(instances={"list": document})
    node = FORM.element.first("wanted")
    assert node is not None
    return _names(compile(f"instance('list')/root/{predicate}").evaluate(node, world))


@pytest.mark.parametrize(
    "predicate",
    [
        "item[group = 'g3']",
        "item['g3' = group]",
        "item[@id = 'i7']",
        "item[name = 'n7']/day",
        "item[group = current()]",
        "item[group = current()/../wanted]",
        "item[group = /data/wanted]",
        "item[name = /data/some]",
        "item[name = /data/none]",
        "item[tag = 'x']",
        "item[tag = '']",
        "item[tag = concat('', 'y')]",
        "item[size = 3]",
        "item[size = /data/n]",
        "item[size = /data/n + 0]",
        "item[size = '3.0']",
        "item[size = 0 div 0]",
        "item[size = true()]",
        "item[day = today()]",
        "item[day = date('2026-03-05')]",
        "item[group = 'g3' and size = 3]",
        "item[contains(name, '1') and group = 'g3']",
        "item[group = 'g3' and position() < 20]",
        "item[group = 'g3'][2]",
        "item[group = 'g3'][last()]",
        "item[2][group = 'g2']",
        "item[group = ../item[1]/group]",
        "item[name = concat('n', position())]",
        "item[group = 'g3' or size = 3]",
        "item[not(group = 'g3')]",
        "item[group != 'g3']",
        "item[. = 'x']",
        "*[name = 'n1']",
        "item[if(true(), group, name) = 'g3']",
        "item[group = instance('list')/root/item[name = 'n10']/group]",
        "item[name = instance('list')/root/item[group = /data/wanted]/name][3]",
        "item[x:name = 'n1']",
    ],
)
def test_lookup_in_frozen_document_gives_what_the_search_gives(predicate: str) -> None:
    if "x:" in predicate:
        predicate = predicate.replace("x:", "orx:")
    found = _evaluate(predicate, FROZEN)
    assert found == _evaluate(predicate, LIVING)
    # The second time the index is there already.
    assert found == _evaluate(predicate, FROZEN)


def test_lookup_of_text_and_number_are_different_questions() -> None:
    assert _evaluate("item[size = '3']", FROZEN) == _evaluate("item[size = 3]", FROZEN)
    assert _evaluate("item[size = '03']", FROZEN) == []
    assert _evaluate("item[size = 03]", FROZEN) == _evaluate("item[size = 3]", FROZEN)


def test_lookup_leaves_an_index_only_in_frozen_documents() -> None:
    frozen, living = _list(frozen=True), _list(frozen=False)
    _evaluate("item[group = 'g3']", frozen)
    _evaluate("item[group = 'g3']", living)
    assert len(frozen.indexes) == 1
    assert not living.indexes


def test_living_document_is_looked_through_anew() -> None:
    document = _list(frozen=False)
    assert _evaluate("item[name = 'n7']", document) == ["i7"]

    item: Node = list(document.element.elements("item"))[7]
    name = item.first("name")
    assert name is not None
    name.value = "other"

    assert _evaluate("item[name = 'n7']", document) == []
    assert _evaluate("item[name = 'other']", document) == ["i7"]
