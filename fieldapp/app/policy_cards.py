"""Policy cards (政策卡片): plain words about each kind of aid, from resources/policy_cards, and a search
that works without a network."""

import enum
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from fieldapp.app.paths import resources
from fieldapp.app.preferences import Language


class PolicyTopic(enum.StrEnum):
    """What a card is about."""

    DIBAO = "DIBAO"
    MARGIN = "MARGIN"
    RIGID = "RIGID"
    TEKUN = "TEKUN"
    RELIEF = "RELIEF"
    SERVICE = "SERVICE"
    OTHER_AID = "OTHER_AID"
    PROCEDURE = "PROCEDURE"
    WORK = "WORK"


@dataclass(frozen=True, slots=True)
class PolicyCard:
    """One card. Without a `source` the papers of the department in force decide; `dated` is when the source
    was issued, as far as it is known."""

    key: str
    topic: PolicyTopic
    title: str
    points: tuple[str, ...]
    department: str
    materials: str = ""
    source: str = ""
    dated: str = ""
    keywords: tuple[str, ...] = ()


@cache
def policy_cards(language: Language) -> tuple[PolicyCard, ...]:
    """All cards of a language, in the order of the file; read once."""
    with (resources() / "policy_cards" / f"{language.value}.toml").open("rb") as file:
        tables = tomllib.load(file)
    return tuple(
        PolicyCard(
            key=key,
            topic=PolicyTopic(told["topic"]),
            title=told["title"],
            points=tuple(told["points"]),
            department=told["department"],
            materials=told.get("materials", ""),
            source=told.get("source", ""),
            dated=told.get("dated", ""),
            keywords=tuple(told.get("keywords", ())),
        )
        for key, told in tables.items()
    )


def find_cards(
    cards: Iterable[PolicyCard], typed: str = "", topic: PolicyTopic | None = None
) -> list[PolicyCard]:
    """Cards of a topic that hold every word typed; those whose title or keywords hold them come first."""
    words = typed.casefold().split()
    found = [
        (not _holds(_head(card), words), nth, card)
        for nth, card in enumerate(cards)
        if topic in (None, card.topic) and _holds(_head(card) + _rest(card), words)
    ]
    return [card for _deeper, _nth, card in sorted(found, key=lambda one: one[:2])]


def _holds(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


def _head(card: PolicyCard) -> str:
    return "\n".join((card.title, *card.keywords)).casefold()


def _rest(card: PolicyCard) -> str:
    return "\n".join(("", *card.points, card.materials, card.department, card.source)).casefold()
