"""The world of the tests' expressions: a fixed clock, counted randomness, lists and texts from tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from fieldapp.forms.tree import Document, Node, parse
from fieldapp.forms.xpath import Value, compile

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass
class World:
    """A host whose answers are given beforehand."""

    zone: tzinfo = CHINA
    language: str = "English (en)"
    moment: datetime = datetime(2026, 3, 5, 4, 5, 6, 789_999, tzinfo=UTC)
    instances: dict[str, Document] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    drawn: int = 0

    def now(self) -> datetime:
        return self.moment

    def random_bytes(self, count: int) -> bytes:
        first, self.drawn = self.drawn, self.drawn + count
        return bytes((place * 37 + 11) % 256 for place in range(first, self.drawn))

    def instance(self, id: str) -> Node | None:
        return self.instances.get(id)

    def text(self, id: str) -> str | None:
        return self.texts.get(id)

    def choice_label(self, value: str, path: str, node: Node) -> str | None:
        return self.labels.get((value, path))


def document(xml: str) -> Document:
    """A document with everything that XPath can see in it."""
    return parse(xml, mixed=True)


EMPTY = document("<data/>")


def evaluate(
    expression: str,
    node: Node = EMPTY.element,
    world: World | None = None,
    namespaces: Mapping[str, str] | None = None,
) -> Value:
    """The value of an expression in a world, the default one if none is given."""
    return compile(expression, namespaces).evaluate(node, world or World())


def paths(value: Value) -> list[str]:
    """Where the nodes of a node-set are."""
    assert isinstance(value, list)
    return [node.path for node in value]
